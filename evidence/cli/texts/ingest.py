"""What is said of evidence that others collected, in English and Japanese."""

INGEST: dict[str, tuple[str, str]] = {
    "ingest": (
        "Seal what others collected: a tool's folder, or photos and a form.",
        "他の手段で集めたフォルダーや、写真と用紙を受け取り封印します。",
    ),
    "ingest.help": (
        "Take a folder that others filled (the native scripts, CDIR-Collector, KAPE, a vendor, a camera) unchanged into a sealed bundle, on a machine of your own. The record says who handed it over, who collected it and by which means: hozen did not. A list of digests in the folder is compared; what a native script could not take is recorded as not obtained. Nothing is unpacked to disk, no link is followed; how far archives were looked into is said.",
        "他の手段(標準コマンドのスクリプト、CDIR-Collector、KAPE、業者、カメラ)で集めたフォルダーを、自分のPCで、そのまま封印します。誰から受け取り、誰が何を使って集めたかを記録します(hozen が集めたものではないと明記)。フォルダー内のハッシュ値一覧と照合し、スクリプトが取れなかったものも未取得として記録します。ディスクには展開せず、リンクもたどりません。アーカイブの中をどこまで調べたかも示します。",
    ),
    "ingest.from": ("Who handed it over ('unknown' if nobody knows).", "引き渡した人(分からなければ「不明」)"),
    "ingest.by": ("Who collected it.", "集めた人"),
    "ingest.means": (
        "By which means it was collected; if not given, what the folder looks like, marked as such.",
        "集めた手段(省略時はフォルダーの形から判断し、その旨を記録)",
    ),
    "ingest.medium": ("What it came on, with serial number.", "受け取った媒体(製造番号も)"),
    "ingest.received": (
        "When it was handed over, with zone: 2026-11-22T21:45:00+09:00.",
        "受け取った時刻(時差付き: 2026-11-22T21:45:00+09:00)",
    ),
    "ingest.photos": (
        "The folder holds photos: originals taken byte by byte, what the camera noted is told beside them.",
        "フォルダーの中身は写真。元のまま取り、撮影情報を別に書き出します",
    ),
    "ingest.form": ("Photo or scan of the form that was filled by pen.", "手書きした用紙の写真またはスキャン"),
    "ingest.values": (
        "TOML file with what somebody typed from the form: typed_by, typed_at, [values].",
        "用紙から書き起こした TOML ファイル(typed_by、typed_at、[values])",
    ),
    "ingest.other_values": (
        "Files typed from the case's other forms: a seal's number that stands there, too, is noted.",
        "同じ案件のほかの用紙から書き起こした TOML(封印番号の重複を調べる)",
    ),
    "ingest.print_form": (
        "Write the blank form (HTML, one sheet of A4) to this file, and nothing else.",
        "白紙の用紙(HTML、A4 1枚)をこのファイルに書き出す(ほかは何もしない)",
    ),
    "ingest.form_written": ("The form to print: {path}", "印刷する用紙: {path}"),
    "ingest.no_file": ("no such file", "ファイルがありません"),
    "ingest.begin_stated": ("Receiving; collected by means of: {means}", "受け取ります。集めた手段: {means}"),
    "ingest.begin_recognised": (
        "Receiving. The folder looks like: {means}. Nobody stated it (--means); the record says so.",
        "受け取ります。フォルダーの形は {means} のようです。--means での申告がないため、その旨を記録します。",
    ),
    "ingest.begin_not_stated": (
        "Receiving. The folder looks like nothing known and --means was not given: recorded as not stated ({means}).",
        "受け取ります。フォルダーの形からは分からず、--means の申告もないため、不明({means})と記録します。",
    ),
    "ingest.no_list": (
        "No list of digests came with it: whether it changed before it was received can't be told.",
        "ハッシュ値の一覧がありません。受け取る前に変わったかどうかは確認できません。",
    ),
    "ingest.compared": (
        "Compared with its own list: {matches} as listed, {differs} DIFFER, {missing} listed but missing, {not_listed} not listed, {not_compared} not compared, {unreadable_lines} lines unreadable.",
        "付属の一覧との照合: 一致 {matches} 件、相違 {differs} 件、一覧にあるが現物なし {missing} 件、一覧になし {not_listed} 件、照合できず {not_compared} 件、読めない行 {unreadable_lines} 行",
    ),
    "ingest.differs": ("  DIFFERS from its list: {path}", "  一覧と相違: {path}"),
    "ingest.missing": ("  LISTED BUT MISSING: {path}", "  一覧にあるが現物なし: {path}"),
    "ingest.not_listed": ("  Not in its list: {path}", "  一覧になし: {path}"),
    "ingest.more": ("  and {count} more: see hozen:/received.json", "  ほか {count} 件(hozen:/received.json を参照)"),
    "ingest.unusual_received_ahead": (
        "Note: --received {at} is still to come by this machine's clock: one of the two is wrong. Recorded as stated, with this note.",
        "注意: --received の {at} は、このPCの時計ではまだ来ていません。どちらかが誤りです。申告どおり、この注意とともに記録します。",
    ),
    "ingest.unusual_typed_ahead": (
        "Note: typed_at {at} is still to come by this machine's clock: one of the two is wrong. Recorded as typed, with this note.",
        "注意: typed_at の {at} は、このPCの時計ではまだ来ていません。どちらかが誤りです。書かれたとおり、この注意とともに記録します。",
    ),
    "ingest.unusual_not_on_form": (
        "Note: [values] {field} is no field of the form; recorded all the same.",
        "注意: [values] の {field} は用紙にない項目です。そのまま記録します。",
    ),
    "ingest.unusual_no_seal_number": (
        "Note: {number} does not look like one seal's number. Several go into a list: seal = [\"A-1\", \"A-2\"]. Look at the form again.",
        "注意: {number} は1つの封印番号に見えません。複数あるときは seal = [\"A-1\", \"A-2\"] のように書きます。用紙を見直してください。",
    ),
    "ingest.unusual_repeated": (
        "Note: {field}: {number} stands there more than once; a seal and a medium have a number of their own. Look at the form again.",
        "注意: {field} に {number} が2回以上あります。封印と媒体の番号は1つずつ違うはずです。用紙を見直してください。",
    ),
    "ingest.unusual_elsewhere": (
        "Note: seal {number} stands in {file}, too; each seal has a number of its own. Look at both forms again.",
        "注意: 封印番号 {number} は {file} にもあります。封印の番号は1つずつ違うはずです。両方の用紙を見直してください。",
    ),
    "ingest.unusual_seals_and_media": (
        "Note: {seals} seal numbers, but {media} media. Look at the form again, and at what was sealed.",
        "注意: 封印番号が {seals} 個、記憶媒体が {media} 個です。用紙と、封印した物を見直してください。",
    ),
    "end.archives": (
        "Archives: {count}, each sealed as it is. The rules looked one level deep into {whole} of them, into {in_part} in part, into {closed} not at all; {encrypted} hold something encrypted. What was not looked into was not searched.",
        "アーカイブ(zip など): {count} 件。どれも元のまま封印しました。規則は {whole} 件の中を1段だけ調べ、{in_part} 件は一部だけ、{closed} 件は中を調べていません。暗号化された中身があるもの {encrypted} 件。調べていない中身については何も言えません。",
    ),
    "end.archive_closed": (
        "  Not looked into, or in part only: {path} ({kind})",
        "  中を調べていない、または一部だけ: {path}({kind})",
    ),
    "end.archive_encrypted": (
        "  Encrypted, or in part: {path} ({kind}); ask who handed it over for the password",
        "  暗号化あり(全部または一部): {path}({kind})。引き渡した人にパスワードを確認してください",
    ),
    "ingest.steps": (
        "Steps of the native script: {total}, of which {lost} brought less than asked; each is recorded as not obtained.",
        "スクリプトの手順: {total} 件、うち取れなかったもの {lost} 件(未取得として記録)",
    ),
    "error.sender": (
        "--from is missing: say who handed it over (--from unknown if nobody knows)",
        "--from がありません。引き渡した人を指定してください(分からなければ --from 不明)",
    ),
}  # fmt: skip
