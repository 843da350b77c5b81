"""What is said of an exhibit, English and Japanese side by side."""

from __future__ import annotations

EXHIBIT: dict[str, tuple[str, str]] = {
    "not_an_exhibit": ("{path}: not an exhibit: {why}", "{path}: 証拠抄本ではありません: {why}"),
    "exhibit_sound": (
        "plain files with plain names; the manifest can be read",
        "通常のファイルと通常の名前だけです。マニフェストは読めます",
    ),
    "exhibit_no_manifest": (
        "not possible without a readable manifest",
        "マニフェストが読めないため確認できません",
    ),
    "exhibit_proof": (
        "{name}: not a proof of the one allowed form",
        "{name}: 定められた形の証明ではありません",
    ),
    "exhibit_differs": (
        "item {item}: record, salts and path do not lead to the root in the manifest: altered, or of another place or bundle",
        "項目 {item}: 記録・ソルト・経路から計算した値がマニフェストのルート値と違います。改変されたか、別の位置または別の保全データのものです",
    ),
    "exhibit_counts": (
        "the items that are shown are not among those that the manifest counts",
        "示された項目が、マニフェストの件数やサイズと合いません",
    ),
    "exhibit_volume": (
        "item {item}: its record names a volume that the manifest does not",
        "項目 {item}: 記録が示すボリュームがマニフェストにありません",
    ),
    "exhibit_number": (
        "item {item}: shown under this number, recorded as item {found}",
        "項目 {item}: この番号で示されていますが、記録上は項目 {found} です",
    ),
    "exhibit_fits": (
        "{count} items: bytes, record and path lead to the root in the manifest",
        "{count} 項目: 中身・記録・経路がマニフェストのルート値に一致します",
    ),
    "exhibit_no_head": (
        "head: an exhibit has no custody log to compare it with",
        "末尾値: 証拠抄本には保管の記録がないため照合できません",
    ),
    "exhibit_item": (
        "item {item}: {origin}; {status}, {size} bytes, sha256 {sha256}",
        "項目 {item}: {origin}（{status}、{size} バイト、sha256 {sha256}）",
    ),
    "exhibit_closed": (
        "item {item}: where it was is not shown; {status}, {size} bytes, sha256 {sha256}",
        "項目 {item}: 元の場所は非開示（{status}、{size} バイト、sha256 {sha256}）",
    ),
    "exhibit_gap": (
        "item {item}: {origin}; not obtained: {reason}",
        "項目 {item}: {origin}（未取得、理由: {reason}）",
    ),
    "exhibit_same": (
        "item {item}: {origin}; a further name of the file that is item {same}",
        "項目 {item}: {origin}（項目 {same} と同じファイルの別名）",
    ),
    "exhibit_gap_closed": (
        "item {item}: where it was is not shown; not obtained",
        "項目 {item}: 元の場所は非開示（未取得）",
    ),
    "exhibit_rest": (
        "{shown} of the bundle's {count} items are here; nothing is said of the others, nor of who held the bundle",
        "保全データの全 {count} 項目のうち {shown} 項目を示します。ほかの項目と、誰が保管していたかについては何も示しません",
    ),
    "exhibit_unsigned": (
        "check.sh and README.md are not signed: take them from elsewhere",
        "check.sh と README.md には署名がありません。別の経路で入手したものを使ってください",
    ),
    # while one is made
    "exhibit_taken": (
        "{path}: is there already; name a folder that is not",
        "{path}: すでにあります。まだないフォルダー名を指定してください",
    ),
    "exhibit_inside": (
        "{path}: lies in the bundle itself; choose another folder",
        "{path}: 保全データの中です。別のフォルダーを指定してください",
    ),
    "exhibit_left": (
        "{path}: left by a disclosure that was cut off; no event of this bundle signs for it, and it may hold evidence in the clear. Remove it, then give the same command again",
        "{path}: 途中で終わった開示の残りです。この保全データの記録には、これについての署名はありません。証拠がそのまま入っているおそれがあるので、このフォルダーを消してから、同じコマンドをもう一度実行してください",
    ),
    "exhibit_left_signed": (
        "{path}: event {number} signs for this exhibit, which was cut off before it got its name. The command of then finishes it; what you ask for now is something else: give it another --output",
        "{path}: 記録 {number} が署名している証拠抄本で、名前を付ける直前に途中で終わりました。そのときと同じコマンドを実行すると完成します。今回の指定はそれと違うので、別の --output を指定してください",
    ),
    "exhibit_left_spoilt": (
        "{path}: event {number} signs for this exhibit, but it is not whole any more, as on a medium that fails. Keep it, and make a new one under another --output and with --again: a further event will sign for that",
        "{path}: 記録 {number} が署名している証拠抄本ですが、媒体の異常などで完全ではなくなっています。これは残したまま、別の --output と --again を指定して作り直してください(新しい記録に署名します)",
    ),
    "exhibit_unsure": (
        "{path}: the medium failed while the event that signs for this exhibit was put in its place ({why}), and whether it stands can't be told. See that the medium is in place, then give the same command again: where the event stands, it finishes the exhibit and signs nothing anew",
        "{path}: この証拠抄本についての記録を書き込むときに媒体に異常があり（{why}）、記録されたかどうか分かりません。媒体が正しく接続されていることを確かめて、同じコマンドをもう一度実行してください。記録があれば、新しい署名をせずに証拠抄本を完成させます",
    ),
    "exhibit_stays": (
        "{path}: the disclosure was cut off ({why}) and nothing is signed, but this folder could not be taken away, and it may hold evidence in the clear. See that the medium is in place, and remove it; then give the same command again",
        "{path}: 開示は途中で終わり（{why}）、署名していません。このフォルダーは取り除けず、証拠がそのまま入っているおそれがあります。媒体が正しく接続されていることを確かめ、このフォルダーを消してから、同じコマンドをもう一度実行してください",
    ),
    "exhibit_too_many": (
        "{count} items are too many for one exhibit, which holds {most} at most: make several exhibits, each of some of them",
        "{count} 項目は1つの証拠抄本には多すぎます（上限 {most} 項目）。項目を分けて、証拠抄本を複数作ってください",
    ),
    "exhibit_no_item": (
        "there is no item {item}; the bundle has {count}",
        "項目 {item} はありません。この保全データの項目数は {count} です",
    ),
    "exhibit_unsound": (
        "{path}: the exhibit does not verify where it was written; nothing was signed. Use another medium",
        "{path}: 書き込んだ証拠抄本が検証に通りません。署名していません。別の媒体を使ってください",
    ),
    "exhibit_unnamed": (
        "{path}: the exhibit is whole and its event is signed, but it could not get its name ({why}): give the same command again, or rename this folder",
        "{path}: 証拠抄本は完成し記録にも署名しましたが、名前を付けられませんでした（{why}）。同じコマンドをもう一度実行するか、このフォルダーの名前を変えてください",
    ),
    "not_verified": (
        "the bundle does not verify (exit {exit}); nothing was signed. 'hozen verify' tells more",
        "保全データの検証に通りません（終了コード {exit}）。署名していません。詳しくは 'hozen verify'",
    ),
}  # fmt: skip
