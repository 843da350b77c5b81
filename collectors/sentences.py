"""Why a source is not collected from, in English and Japanese."""

SENTENCES: dict[str, tuple[str, str]] = {
    # Collectors.
    "unknown": (
        "no collector is called {names}; `hozen collect --list` names them",
        "{names} という収集項目はありません。名前は hozen collect --list で分かります",
    ),
    "strange": (
        "{names}: not for this source ({of}); `hozen collect --list` names what is",
        "{names}: この取得元({of})の収集項目ではありません。名前は hozen collect --list で分かります",
    ),
    "none_left": (
        "--only and --skip leave nothing to take",
        "--only と --skip の指定では、取得するものが残りません",
    ),
    # Images of disks.
    "unreadable": ("{path}: can't be read: {why}", "{path}: 読めません: {why}"),
    "nothing_known": (
        "{path}: no disk image: nothing in it is known",
        "{path}: ディスクイメージではありません(中身が分かりません)",
    ),
    "not_a_source": (
        "{path}: neither a disk image, a device nor a folder",
        "{path}: ディスクイメージでも、デバイスでも、フォルダーでもありません",
    ),
    "not_opened": (
        "{path}: can't be opened as a disk image: {why}",
        "{path}: ディスクイメージとして開けません: {why}",
    ),
    "qed": (
        "{path}: QED: convert it first: qemu-img convert -O raw",
        "{path}: QEDです。先に変換してください: qemu-img convert -O raw",
    ),
    "parallels": (
        "{path}: a disk of Parallels: convert it first: qemu-img convert -O raw",
        "{path}: Parallelsのディスクです。先に変換してください: qemu-img convert -O raw",
    ),
    "vmdk_offset": (
        "{path}: a part of it begins in the middle of a file: convert it first: "
        "qemu-img convert -O raw",
        "{path}: ファイルの途中から始まる部分があります。"
        "先に変換してください: qemu-img convert -O raw",
    ),
    "leads_away": (
        "{path}: a link to {leads}, outside the folder of the image: "
        "put the file itself there, if it belongs to the image",
        "{path}: イメージのフォルダーの外 ({leads}) へのリンクです。"
        "イメージの一部であれば、ファイルそのものをそこに置いてください。",
    ),
    "vmdk_twice": (
        "{path}: two of its parts are called {name}: convert it first: qemu-img convert -O raw",
        "{path}: {name} という名前の部分が2つあります。"
        "先に変換してください: qemu-img convert -O raw",
    ),
    "vdi": (
        "{path}: VDI: convert it first: qemu-img convert -O raw",
        "{path}: VDI 形式です。先に変換してください: qemu-img convert -O raw",
    ),
    "udif": (
        "{path}: an Apple disk image (UDIF): convert it to raw first",
        "{path}: Apple のディスクイメージ(UDIF)です。先に raw へ変換してください",
    ),
    "segment": ("{path}: missing, though {after} is there", "{path}: ありません({after} はあります)"),
    "first_segment": (
        "{path}: not the first segment of an image: name {first}, with the others beside it",
        "{path}: イメージの最初の分割ファイルではありません。{first} を指定し、残りを同じ場所に置いてください",
    ),
    "foreign_segment": (
        "{path}: a segment of another image than {first}: keep each image in a folder of its own",
        "{path}: {first} とは別のイメージの分割ファイルです。イメージごとに別のフォルダーに分けてください",
    ),
    "segment_number": (
        "{path}: segment {found} of its image by what it says itself, {expected} by its name: "
        "give the files their own names back",
        "{path}: 名前では {expected} 番目ですが、中の記録では {found} 番目の分割ファイルです。"
        "元の名前に戻してください",
    ),
    "chunks_over": (
        "{path}: its files hold {found} chunks, its disk has {needed}: they are of several images",
        "{path}: 分割ファイルに {found} 個の部分がありますが、ディスクは {needed} 個分です。"
        "別のイメージのファイルが混ざっています",
    ),
    "changes": (
        "{path}: only the changes to {base}: flatten it",
        "{path}: {base} からの差分だけです。1つにまとめてください",
    ),
    "changes_to_unknown": (
        "{path}: only the changes to a disk that it doesn't name: find that one, and flatten it",
        "{path}: 別のディスクからの差分だけで、元のディスクの名前がありません。"
        "元のディスクを探し、1つにまとめてください",
    ),
    "qcow2_version": (
        "{path}: qcow version {version}: convert it to raw first",
        "{path}: qcow のバージョン {version} です。先に raw へ変換してください",
    ),
    "qcow2_encrypted": ("{path}: the image is encrypted", "{path}: イメージが暗号化されています"),
    "qcow2_features": (
        "{path}: features {features} are not read here: convert it first",
        "{path}: 機能 {features} は読めません。先に変換してください",
    ),
    "qcow2_clusters": (
        "{path}: clusters of an impossible size",
        "{path}: クラスターがありえない大きさです",
    ),
    "logical": (
        "{path}: a logical E01 holds files, not a disk",
        "{path}: 論理 E01 です。ディスクではなくファイルが入っています",
    ),
    "zip": (
        "{path}: a ZIP or AFF4 container: unpack it first",
        "{path}: ZIP または AFF4 です。先に展開してください",
    ),
    "aff": (
        "{path}: an AFF image: convert it to raw or E01 first",
        "{path}: AFF イメージです。先に raw か E01 へ変換してください",
    ),
    "qcow2_short": (
        "{path}: a qcow2 image that ends in its header",
        "{path}: qcow2 イメージがヘッダーの途中で切れています",
    ),
    "qcow2_cut": (
        "{path}: a qcow2 image that is cut off in its table: copy it again",
        "{path}: qcow2 イメージが表の途中で切れています。コピーし直してください",
    ),
    "qcow2_table": (
        "{path}: a qcow2 image with an impossible table",
        "{path}: qcow2 イメージの表がありえない大きさです",
    ),
    "other_device": (
        "{path}: another device than the one that is mounted",
        "{path}: マウントされているものとは別のデバイスです",
    ),
    "no_system": (
        "no file system that can be read beside the system",
        "OS を通さずに読めるファイルシステムがありません",
    ),
    "no_system_why": ("{why}", "OS を通さずに読めません: {why}"),
    # Libraries.
    "library": (
        "this kind of image needs {package}, which does not load here ({why}); install hozen with its disk extra: pip install 'hozen[disk]'",
        "この種類のイメージには {package} が必要ですが、読み込めません({why})。pip install 'hozen[disk]' で入れてください",
    ),
    "pytsk3": (
        "reading disks needs pytsk3, which does not load here ({why}); install hozen with its disk extra: pip install 'hozen[disk]'",
        "ディスクを読むには pytsk3 が必要ですが、読み込めません({why})。pip install 'hozen[disk]' で入れてください",
    ),
    "definitions": (
        "the definitions of what lies where on Windows are missing: pip install 'hozen[disk]'",
        "Windows のどこに何があるかの定義がありません: pip install 'hozen[disk]'",
    ),
}  # fmt: skip
