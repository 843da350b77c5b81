"""What is said of whole disks and of second copies, in English and Japanese."""

IMAGE: dict[str, tuple[str, str]] = {
    "image": (
        "Take a whole disk into a sealed bundle; bad sectors are mapped.",
        "ディスク全体を取り、封印します(読めないセクターは一覧にします)。",
    ),
    "image.help": (
        "Take a whole disk (a device, or an image of any kind that is known) into a sealed bundle: every sector that can be read, in one read; what can't be read is listed, with its place. An interrupted run goes on with --resume. Files aren't looked at one by one, and no YARA rule is tried; 'hozen collect --source' does that.",
        "ディスク全体(デバイス、または対応形式のイメージ)を1回の読み取りで封印します。読めるセクターはすべて取り、読めない場所は一覧にします。中断した場合は --resume で続けられます。ファイルごとの収集と規則による検索(YARA)は行いません(それは 'hozen collect --source' です)。",
    ),
    "image.digest": (
        "A further digest over the whole disk, beside SHA-256 (may be repeated). Where holes are not read, or a run was interrupted, the digests come with the export (hozen import --image).",
        "ディスク全体のハッシュを、SHA-256 に加えて計算(複数指定可)。穴を読み飛ばしたときや中断したときは、書き出し(hozen import --image)のときに計算します",
    ),
    "image.begin": (
        "Imaging {device}. Ctrl-C ends it and keeps what is there.",
        "{device} のイメージを取っています。Ctrl-C で中断しても、取れた分は残ります。",
    ),
    "image.later": (
        "{names} over the whole disk: not in this bundle, since its holes were not read or not all was read in one run; hozen import --image computes it. Every piece has its own SHA-256 here.",
        "ディスク全体の {names} は、この保全データにはありません(穴を読み飛ばしたか、1回で全部を読んでいないため)。hozen import --image で計算します。各イメージ片の SHA-256 はここにあります。",
    ),
    "image.room": (
        "WARNING: {path} has {free} free; the disk may need {size}. If it fills up, the run ends in order and can go on after there is room.",
        "警告: {path} の空きは {free} です。ディスクは最大 {size} 必要です。いっぱいになった場合は取れた分を書き終えて止まり、空きを作れば続けられます。",
    ),
    "import.image": (
        "Also make one image of a whole disk's pieces, which it replaces: raw (with holes) or e01 (packed, in files below 1.5 GB).",
        "ディスク全体のイメージ片から1つのイメージも作る(イメージ片と置き換え): raw(疎ファイル)または e01(圧縮、1.5 GB 未満のファイルに分割)",
    ),
    "import.image_done": ("Image of the disk: {path}, {size} bytes", "ディスクイメージ: {path}({size} バイト)"),
    "import.image_digest": ("  {name} {digest} ({known})", "  {name} {digest}({known})"),
    "import.image_same": ("as recorded when it was taken", "取得時の記録と一致"),
    "import.image_new": ("computed now; none was recorded over the whole", "今回計算。全体の値は記録されていません"),
    "import.image_lacks": (
        "  NOT ALL OF IT: {count} ranges, {bytes} bytes could not be had and stand as zeros; listed in disk.json beside it",
        "  欠けあり: {count} 箇所、{bytes} バイトは取れず、ゼロで埋めています。一覧は横の disk.json にあります",
    ),
    "collect.second_copy": (
        "Folder on another medium that receives a second copy from the same read; both are verified at the end.",
        "別の媒体のフォルダー。1回の読み取りから2つ目の写しも作り、最後に両方を検証します",
    ),
    "second.same_medium": (
        "WARNING: the second copy goes to the same file system as the first: what takes one takes both.",
        "警告: 2つ目の写しの保存先が1つ目と同じファイルシステムです。片方が失われると両方失われます。",
    ),
    "second.complete": (
        "Second copy: {path}: both copies are verified, and the same.",
        "2つ目の写し: {path}(両方を検証し、同じものです)",
    ),
    "second.failed": (
        "NO COMPLETE SECOND COPY: {path}: {why}. Copy the bundle's folder to another medium and verify it there.",
        "2つ目の写しは不完全です: {path}: {why}。保全データのフォルダーを別の媒体に写し、そこで検証してください。",
    ),
    "second.first_fails": (
        "THE FIRST COPY DOES NOT PASS ITS VERIFICATION: {path}. Its medium can't be relied on.",
        "1つ目の写しが検証に合格しません: {path}。この媒体は信頼できません。",
    ),
    "second.differs": ("it is not the same bundle, or fails its verification", "同じ保全データではないか、検証に合格しません"),
}  # fmt: skip
