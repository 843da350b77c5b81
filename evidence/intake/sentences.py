"""Why an import did not happen, or its records are of no use, in English and Japanese: what, where, what next."""

SENTENCES: dict[str, tuple[str, str]] = {
    "actor": (
        "the name of who imports can't be written as text ({why}); nothing was imported",
        "取り込む人の名前を文字として書けません({why})。何も取り込んでいません",
    ),
    # The case.
    "case_unreadable": ("{path}: {why}", "{path}: 読めません: {why}"),
    "case_version": (
        "{path}: not a case of this version: {why}",
        "{path}: この版で読める案件ではありません: {why}",
    ),
    "file": (
        "{path}: is a file; name a folder for the case, which is made where it isn't there",
        "{path}: ファイルです。案件のフォルダーを指定してください(なければ作ります)",
    ),
    "no_case": (
        "{path}: holds other things and no {file}: no case folder",
        "{path}: {file} がなく、ほかのものが入っています。案件フォルダーではありません",
    ),
    "busy": (
        "{path}: another import is at work in this case; wait for it",
        "{path}: この案件では別の取込みが動いています。終わるまで待ってください",
    ),
    "in_bundle": (
        "{path}: lies in the bundle itself; choose another folder",
        "{path}: 保全データの中にあります。別のフォルダーを選んでください",
    ),
    "imported": (
        "{path}: this bundle was imported on {when} as bundles/{name}; to import it again, choose another case folder",
        "{path}: この保全データは {when} に bundles/{name} として取り込み済みです。もう一度取り込むには別の案件フォルダーを選んでください",
    ),
    "taken": (
        "{path}: the name is taken: another bundle, or what an import left that was cut off at its very end; move it away and import again",
        "{path}: 同じ名前がすでにあります。別の保全データか、終わり際に中断した取込みの残りです。どけてから取り込み直してください",
    ),
    # Room and copies.
    "no_room_master": (
        "{path}: the master needs {needed} MiB, {free} MiB are free; nothing was imported",
        "{path}: 原本の写しに {needed} MiB 必要ですが、空きは {free} MiB です。何も取り込んでいません",
    ),
    "no_room_copy": (
        "{path}: the working copy needs {needed} MiB, {free} MiB are free; nothing was imported",
        "{path}: 作業用コピーに {needed} MiB 必要ですが、空きは {free} MiB です。何も取り込んでいません",
    ),
    "unsettled": (
        "{path}: imported, but the medium failed at the very end ({why}); check the master with 'hozen verify', and import into another case on another medium",
        "{path}: 取り込みましたが、最後の書き込みで媒体に異常がありました({why})。原本の写しを hozen verify で確かめ、別の媒体の案件フォルダーにも取り込んでください",
    ),
    "failed": ("{path}: {why}; nothing was imported", "{path}: {why}。何も取り込んでいません"),
    "small_files": (
        "{path}: this medium takes no file as large as one of the items (FAT32: 4 GiB); choose a case on another medium. Nothing was imported",
        "{path}: この媒体には、項目のうち大きなものを1ファイルとして置けません(FAT32 では 4 GiB まで)。別の媒体の案件フォルダーを選んでください。何も取り込んでいません",
    ),
    "copied_differs": (
        "{path}: is not what was read; this medium can't be relied on",
        "{path}: 読んだとおりに書けていません。この媒体は信頼できません",
    ),
    "not_copied": ("{path}: {why}", "{path}: 写せません: {why}"),
    "unread_copy": (
        "{path}: the medium of this case fails, not the bundle: {why}, in the copy that was written there and read back a moment ago. Nothing was imported; import it into a case on another medium",
        "{path}: 保全データではなく、この案件の媒体の異常です。書いて読み直せたばかりの写しで、{why}。何も取り込んでいません。別の媒体の案件フォルダーに取り込んでください",
    ),
    "changed": (
        "{path}: changed since it was verified: {why}",
        "{path}: 検証した後に変わっています: {why}",
    ),
    # What was imported.
    "other_records": (
        "{path}: not the records that were signed; import the bundle into another case",
        "{path}: 署名された項目記録ではありません。別の案件に取り込み直してください",
    ),
    "records_unreadable": (
        "{path}: {why}; import the bundle into another case",
        "{path}: 読めません({why})。別の案件に取り込み直してください",
    ),
    # Images of disks.
    "no_sectors": (
        "{size} bytes are no whole sectors: use --image raw",
        "{size} バイトはセクターの整数倍ではありません。--image raw を使ってください",
    ),
    "pieces_differ": (
        "the pieces of the disk do not come to the digest that was recorded of it",
        "ディスクのイメージ片を合わせても、記録されたハッシュ値になりません",
    ),
    "too_large": (
        "{path}: this medium takes no file of {size} bytes: use --image e01, whose files are small, or a case on another medium",
        "{path}: この媒体には {size} バイトのファイルを置けません。小さなファイルに分かれる --image e01 を使うか、別の媒体の案件フォルダーに取り込んでください",
    ),
    "no_image": (
        "the bundle holds no image of a disk: hozen image makes them",
        "この保全データにはディスクのイメージがありません。イメージは hozen image で取ります",
    ),
    "no_size": (
        "the image of the disk has no size, or too many pieces",
        "ディスクのイメージの大きさがないか、分割が多すぎます",
    ),
    "not_understood": (
        "{name}: says nothing that this version understands: {why}",
        "{name}: この版では分からない内容です: {why}",
    ),
}  # fmt: skip
