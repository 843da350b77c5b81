"""What is said of physical memory, in English and Japanese."""

MEMORY: dict[str, tuple[str, str]] = {
    "memory": (
        "Physical memory: take it, make it readable, look into it.",
        "物理メモリー: 取得し、読める形にし、調べます。",
    ),
    "memory.acquire": (
        "Take an image of this machine's memory into a sealed bundle.",
        "この端末のメモリーを取り、封印します。",
    ),
    "memory.acquire.help": (
        "Take an image of this machine's memory (LiME) into a sealed bundle, with the kernel's types and symbols beside it. Needs root and a kernel that lets memory be read: if no door opens, it is said of each why, nothing is written, and the exit code is 4. Nothing is installed or loaded.",
        "この端末のメモリーのイメージ(LiME 形式)を、カーネルの型・シンボル情報とともに取り、封印します。root 権限と、メモリーの読取りを許すカーネルが必要です。どの経路も開かない場合は、それぞれの理由を示し、何も書かずに終了コード 4 で終わります。何もインストールせず、何も読み込ませません。",
    ),
    "memory.acquire.dry_run": (
        "Only say which door to memory opens here, and why the others don't.",
        "メモリーへの経路のうち何が使えるか、使えない理由は何かだけを表示",
    ),
    "memory.begin": (
        "Reading {size} of memory through {door}. Ctrl-C ends it and keeps what is there.",
        "{door} からメモリー {size} を読み取ります。Ctrl-C で中断しても、取れた分は残ります。",
    ),
    "memory.door": ("{door}: {answer}", "{door}: {answer}"),
    "memory.lockdown": ("kernel lockdown: {mode}", "カーネルのロックダウン: {mode}"),
    "memory.rights": ("rights that help: {rights}", "役に立つ権限: {rights}"),
    "memory.inside": ("signs of a container: {signs}", "コンテナの兆候: {signs}"),
    "memory.none": (
        "NO MEMORY IMAGE CAN BE TAKEN HERE. 'hozen collect' still takes what the processes show of themselves.",
        "この端末ではメモリーのイメージを取れません。'hozen collect' は、各プロセスから分かる情報を引き続き取得します。",
    ),
    "memory.could": (
        "{size} of memory can be read through {door}.",
        "{door} からメモリー {size} を読み取れます。",
    ),
}
