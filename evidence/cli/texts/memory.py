"""What is said of physical memory, in English and Japanese."""

MEMORY: dict[str, tuple[str, str]] = {
    "memory": (
        "Physical memory: take it, make it readable, look into it.",
        "物理メモリ: 取得し、読める形にし、調べます。",
    ),
    "memory.acquire": (
        "Take an image of this machine's memory into a sealed bundle.",
        "この端末のメモリを取り、封印します。",
    ),
    "memory.acquire.help": (
        "Take an image of this machine's memory (LiME) into a sealed bundle, with the kernel's types and symbols beside it. Needs root and a kernel that lets memory be read: if no door opens, it is said of each why, nothing is written, and the exit code is 4. Nothing is installed or loaded.",
        "この端末のメモリイメージ(LiME 形式)を、カーネルの型・シンボル情報とともに取り、封印します。root 権限と、メモリの読み取りを許すカーネルが必要です。どの経路も開かない場合は、それぞれの理由を示し、何も書かずに終了コード 4 で終わります。何もインストールせず、何も読み込ませません。",
    ),
    "memory.acquire.dry_run": (
        "Only say which door to memory opens here, and why the others don't.",
        "メモリへの経路のうち何が使えるか、使えない理由は何かだけを表示",
    ),
    "memory.imager": (
        "Take the image with this program of yours instead of the kernel's doors. None is shipped; it usually loads a driver.",
        "カーネルの経路の代わりに、用意したこのプログラムでイメージを取ります(同梱なし。多くはドライバーを読み込みます)",
    ),
    "memory.imager_sha256": (
        "SHA-256 of that program, as you noted it beforehand; another one is not run.",
        "そのプログラムの SHA-256(事前に控えたもの)。違えば実行しません",
    ),
    "memory.imager_argument": (
        "One argument for it, as often as there are any. The image is its standard output; if it can only write a file, put {{output}} where the file's name belongs.",
        "プログラムに渡す引数(1つずつ、必要な回数だけ)。標準出力をイメージとします。ファイルにしか書けない場合は、ファイル名の位置に {{output}} と書きます",
    ),
    "memory.imager_time": (
        "How long it may take; then it is ended, and what it gave is kept.",
        "プログラムの上限時間。過ぎると終了させ、それまでの分を残します",
    ),
    "memory.running": (
        "Running {path} to read memory. Ctrl-C ends it and keeps what is there.",
        "{path} でメモリを読み取ります。Ctrl-C で中断しても、取れた分は残ります。",
    ),
    "memory.lands": (
        "This program writes a file beside the bundle first: the memory lies there unencrypted until it was read, and deleting a file doesn't wipe it. Keep the medium under lock.",
        "このプログラムは、まず保全データの隣にファイルを書きます。読み終えるまでメモリの内容が暗号化されずに置かれ、削除しても媒体から完全には消えません。媒体は施錠して保管してください。",
    ),
    "memory.would_run": (
        "{path} would be run (sha256 {sha256}).",
        "{path} を実行することになります(sha256 {sha256})。",
    ),
    "error.imager_alone": (
        "--imager-sha256 and --imager-argument belong to a program: name it with --imager.",
        "--imager-sha256 と --imager-argument はプログラムとともに使います。--imager で指定してください。",
    ),
    "error.imager_unpinned": (
        "A program is run only if its digest is known: give --imager-sha256 with 64 hex digits, as noted when you got the program.",
        "ハッシュ値が分かっているプログラムだけを実行します。入手時に控えた 64 桁の16進数を --imager-sha256 で指定してください。",
    ),
    "error.imager_other": (
        "{path}: its SHA-256 is {found}, not the one that you named. It was not run. Copy the program anew from where you got it, or correct the number.",
        "{path}: SHA-256 は {found} で、指定と違います。実行していません。入手元からコピーし直すか、番号を訂正してください。",
    ),
    "error.imager_mode": (
        "{path}: is not allowed to run. Set it executable (chmod +x), or copy it to a medium that isn't mounted noexec.",
        "{path}: 実行が許されていません。実行権を付ける(chmod +x)か、noexec でない媒体に置いてください。",
    ),
    "memory.reading": (
        "Reading {size} of memory through {door}. Ctrl-C ends it and keeps what is there.",
        "{door} からメモリ {size} を読み取ります。Ctrl-C で中断しても、取れた分は残ります。",
    ),
    "memory.door": ("{door}: {answer}", "{door}: {answer}"),
    "memory.lockdown": ("kernel lockdown: {mode}", "カーネルのロックダウン: {mode}"),
    "memory.rights": ("rights that help: {rights}", "役に立つ権限: {rights}"),
    "memory.windows": (
        "Windows gives physical memory to drivers alone, and hozen brings none: name a program that has one with --imager, and run this as an administrator.",
        "Windows は物理メモリをドライバーだけに渡し、hozen はドライバーを持ちません。対応するプログラムを --imager で指定し、管理者として実行してください。",
    ),
    "memory.inside": ("signs of a container: {signs}", "コンテナーの兆候: {signs}"),
    "memory.none": (
        "NO MEMORY IMAGE CAN BE TAKEN HERE by hozen's own means. A program of yours may be able to (--imager). 'hozen collect' still takes what the processes show of themselves.",
        "hozen だけでは、この端末のメモリイメージを取れません。用意したプログラムなら取れるかもしれません(--imager)。'hozen collect' は、各プロセスから分かる情報を引き続き取得します。",
    ),
    "memory.no_imager": (
        "a program of yours (--imager): none was named",
        "用意したプログラム(--imager): 指定なし",
    ),
    "memory.few_rights": (
        "This runs neither as root nor with the right sys_admin: the program will hardly get at the memory.",
        "root でも sys_admin 権限つきでもないため、このプログラムではメモリを読み取れない見込みです。",
    ),
    "memory.no_place": (
        "NOT WITH THIS DESTINATION: {why}",
        "この保存先では取れません: {why}",
    ),
    "memory.could": (
        "{size} of memory can be read through {door}.",
        "{door} からメモリ {size} を読み取れます。",
    ),
    "memory.symbols": (
        "Make symbols for Volatility 3 from what a bundle, a case or loose files say of the kernel; no network, no debug packages.",
        "保全データ・案件・個別のファイルにあるカーネルの情報から、Volatility 3 用のシンボルを作ります(ネットワーク・デバッグ用パッケージ不要)。",
    ),
    "memory.analyse": (
        "Run Volatility 3 on the images of memory of a case; results go into the case's memory folder.",
        "案件のメモリイメージに Volatility 3 を実行し、結果を案件の memory フォルダーに残します。",
    ),
    "memory.output": (
        "The file to write (default: linux-RELEASE.json.xz here); never overwritten.",
        "出力先(既定: このフォルダーの linux-リリース名.json.xz)。上書きはしません",
    ),
    "memory.bundle": ("Which bundle of the case (its name).", "案件の中の対象(保全データの名前)"),
    "memory.btf": ("Copy of /sys/kernel/btf/vmlinux.", "/sys/kernel/btf/vmlinux の写し"),
    "memory.kallsyms": ("Copy of /proc/kallsyms, read as root.", "/proc/kallsyms の写し(rootで読んだもの)"),
    "memory.version": ("Copy of /proc/version.", "/proc/version の写し"),
    "memory.vmcoreinfo": ("Text of the kernel's VMCOREINFO.", "カーネルの VMCOREINFO のテキスト"),
    "memory.system_map": (
        "System.map of the same kernel, where kallsyms has no addresses.",
        "同じカーネルの System.map(kallsyms にアドレスがない場合)",
    ),
    "memory.module": ("Further file of /sys/kernel/btf, named as there.", "/sys/kernel/btf の他のファイル(元の名前のまま)"),
    "memory.volatility": (
        "Volatility 3 (default: vol beside this program, or on the PATH).",
        "Volatility 3 のプログラム(既定: 同じ環境、または PATH の vol)",
    ),
    "memory.shelf": (
        "Folder or zip file with symbols of Windows for Volatility 3 (windows/NAME/GUID-AGE.json.xz); what an image of a Windows asks for is copied beside the results.",
        "Volatility 3 用の Windows シンボルを入れたフォルダーまたは zip ファイル(windows/名前/GUID-AGE.json.xz)。必要なものを結果の隣に写します",
    ),
    "memory.max_time": ("How long each plugin may take.", "プラグイン1つあたりの上限時間"),
    "memory.made": ("Symbols: {path}", "シンボル: {path}"),
    "memory.counts": (
        "{types} structures, {symbols} symbols, {typed} of them with a type.",
        "構造体 {types}、シンボル {symbols}(うち型付き {typed})",
    ),
    "memory.module_left_out": ("Left out: types of the module {name}: {why}", "除外: モジュール {name} の型: {why}"),
    "memory.use": (
        "For Volatility 3, put the file into a folder and name that with -s.",
        "Volatility 3 では、このファイルを入れたフォルダーを -s で指定します。",
    ),
    "memory.begin": ("Reading the image of memory of {bundle} …", "{bundle} のメモリイメージを調べています…"),
    "memory.holes": (
        "{bundle}: THIS IMAGE IS NOT WHOLE: {size} in {count} place(s) could not be read. No plugin saw what lay there.",
        "{bundle}: このイメージは完全ではありません: {count} か所、計 {size} が読み取れていません。そこにあったものは、どのプラグインにも見えません。",
    ),
    "memory.cut_off": (
        "{bundle}: THIS IMAGE IS NOT WHOLE: it ends after {size}, perhaps too early. No plugin saw what may be missing.",
        "{bundle}: このイメージは完全ではありません: {size} までで途切れている可能性があります。欠けた部分は、どのプラグインにも見えません。",
    ),
    "memory.other_images": (
        "{bundle}: another image was not read: {others}",
        "{bundle}: ほかのメモリイメージは調べていません: {others}",
    ),
    "memory.unfinished": (
        "{bundle}: A PART OF AN IMAGE WITHOUT A RECORD WAS NOT READ (an interruption left it): {files}, in the working copy",
        "{bundle}: 中断で残った、項目記録のないイメージの一部は調べていません: {files}(作業用コピー内)",
    ),
    "memory.ran": ("{plugin}: {rows} row(s)", "{plugin}: {rows} 行"),
    "memory.ran_short": (
        "{plugin}: {rows} row(s); {why}", "{plugin}: {rows} 行(表示されないもの: {why})",
    ),
    "memory.failed": ("{plugin}: FAILED: {why}", "{plugin}: 失敗: {why}"),
    "memory.not_run": ("{plugin}: NOT RUN: {why}", "{plugin}: 実行せず: {why}"),
    "memory.refused": ("{bundle}: NOT ANALYSED: {why}", "{bundle}: 解析できません: {why}"),
    "memory.analysed": (
        "Results, with versions, digests and the commands to repeat them: {folder}/analysis.json",
        "結果(版・ハッシュ値・再現用コマンドつき): {folder}/analysis.json",
    ),
    "memory.no_rows": (
        "No rows mean that a plugin found nothing to show, not that nothing happened.",
        "行がないことは、そのプラグインで何も見えなかったという意味であり、何も起きていないという意味ではありません。",
    ),
    "error.memory_source": (
        "Name a bundle or a case, or else loose files (--btf, --kallsyms, --version).",
        "保全データか案件、または個別のファイル(--btf、--kallsyms、--version)のどちらか一方を指定してください。",
    ),
    "error.memory_loose": (
        "Loose files: --btf, --kallsyms and --version are all needed.",
        "個別のファイルを使うには --btf、--kallsyms、--version がすべて必要です。",
    ),
    "error.memory_bundle": (
        "Name one bundle of the case with --bundle: {names}",
        "案件の中の保全データを --bundle で1つ指定してください: {names}",
    ),
    "error.memory_inside": (
        "{path}: lies among the evidence; choose another place",
        "{path}: 証拠の中です。別の場所を指定してください",
    ),
    "error.memory_taken": ("{path}: exists already; choose another name", "{path}: すでにあります。別の名前にしてください"),
}  # fmt: skip
