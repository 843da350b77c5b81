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
    "foreign": (
        "{path}: a disk of the kind {kind}: convert it first: qemu-img convert -O raw",
        "{path}: {kind} のディスクです。先に変換してください: qemu-img convert -O raw",
    ),
    "udif": (
        "{path}: an Apple disk image (UDIF): convert it first: qemu-img convert -f dmg -O raw",
        "{path}: Apple のディスクイメージ(UDIF)です。"
        "先に変換してください: qemu-img convert -f dmg -O raw",
    ),
    "sparse": (
        "{path}: an Apple sparse image: convert it first, on a Mac: hdiutil convert -format UDTO",
        "{path}: Apple のスパースイメージです。"
        "先に Mac で変換してください: hdiutil convert -format UDTO",
    ),
    "packed": (
        "{path}: packed as {kind}: unpack it first, and name the disk image that is in it",
        "{path}: {kind} で圧縮・梱包されています。先に展開し、中のディスクイメージを指定してください",
    ),
    "tar": (
        "{path}: a tar archive, as an .ova is: unpack it first (tar xf), and name the disk image "
        "that is in it",
        "{path}: tar(.ova など)です。先に展開し(tar xf)、中のディスクイメージを指定してください",
    ),
    "locked": (
        "{path}: an encrypted image ({kind}): decrypt it first, with the program that made it",
        "{path}: 暗号化されたイメージ({kind})です。作成したプログラムで、先に復号してください",
    ),
    "restored": (
        "{path}: made by a backup or cloning program ({kind}): restore it to a raw image first, "
        "with that program",
        "{path}: バックアップ・複製プログラムのファイル({kind})です。"
        "そのプログラムで、先に raw のイメージへ戻してください",
    ),
    "vhd_cut": (
        "{path}: a VHD whose end is missing: copy it again",
        "{path}: VHD の末尾がありません。コピーし直してください",
    ),
    "vmdk_part": (
        "{path}: one part of a VMDK: name the small .vmdk file that describes all parts, with "
        "these beside it",
        "{path}: VMDK の一部分です。全体の説明が書かれた小さい .vmdk を指定し、"
        "各部分を同じ場所に置いてください",
    ),
    "vmdk_kind": (
        "{path}: a part of it is of the kind {kind}, which is not read here: convert it first: "
        "qemu-img convert -O raw",
        "{path}: {kind} という種類の部分は読めません。"
        "先に変換してください: qemu-img convert -O raw",
    ),
    "segment": ("{path}: missing, though {after} is there", "{path}: ありません({after} はあります)"),
    "segment_name": (
        "{path}: an E01 image under a name that doesn't tell how its other segments are called: let its name end in .E01, or in .Ex01, as it was when it was made",
        "{path}: E01 イメージですが、名前から残りの分割ファイルがわかりません。作成時の名前のとおり、末尾を .E01 か .Ex01 に戻してください",
    ),
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
        "{path}: only the changes to {base}: make one image of both first: "
        "qemu-img convert -O raw, or Merge-VHD of Hyper-V",
        "{path}: {base} からの差分だけです。先に1つのイメージにまとめてください: "
        "qemu-img convert -O raw か、Hyper-V の Merge-VHD",
    ),
    "changes_to_unknown": (
        "{path}: only the changes to a disk that it doesn't name: find that one, and make one "
        "image of both first",
        "{path}: 別のディスクからの差分だけで、元のディスクの名前がありません。"
        "元のディスクを探し、先に1つのイメージにまとめてください",
    ),
    "qcow2_version": (
        "{path}: qcow version {version}: convert it first: qemu-img convert -O raw",
        "{path}: qcow のバージョン {version} です。"
        "先に変換してください: qemu-img convert -O raw",
    ),
    "qcow2_encrypted": (
        "{path}: the image is encrypted: convert it with its key first: qemu-img convert -O raw",
        "{path}: イメージが暗号化されています。"
        "鍵を使って先に変換してください: qemu-img convert -O raw",
    ),
    "qcow2_features": (
        "{path}: features {features} are not read here: convert it first: qemu-img convert -O raw",
        "{path}: 機能 {features} は読めません。先に変換してください: qemu-img convert -O raw",
    ),
    "qcow2_clusters": (
        "{path}: clusters of an impossible size",
        "{path}: クラスターがありえない大きさです",
    ),
    "logical": (
        "{path}: a logical image ({kind}) holds files, not a disk: export them to a folder, and "
        "name that",
        "{path}: 論理イメージ({kind})です。ディスクではなくファイルが入っています。"
        "フォルダーへ書き出し、それを指定してください",
    ),
    "aff": (
        "{path}: an {kind} image: convert it to raw or E01 first, with the program that made it",
        "{path}: {kind} イメージです。作成したプログラムで、先に raw か E01 へ変換してください",
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
