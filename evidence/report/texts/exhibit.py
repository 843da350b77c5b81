"""Every sentence that a verification report says of an exhibit alone, in English and Japanese."""

from __future__ import annotations

EXHIBIT: dict[str, tuple[str, str]] = {
    "x_subject": ("On the exhibit {name}: single items of preserved evidence", "対象の証拠抄本(保全データの一部の項目): {name}"),
    "x_level_none": (
        "No level: an exhibit that was refused has none.",
        "水準なし: 拒否された証拠抄本に水準は付きません。",
    ),
    # what is shown
    "x_shown": ("What is shown", "開示されているもの"),
    "x_shown_refused": (
        "The exhibit was REFUSED: this is what it says of itself, and proves nothing.",
        "この証拠抄本は拒否されました。次は抄本自身の記載であり、何の証明にもなりません。",
    ),
    "x_shown_none": (
        "No item leads to the list of everything (manifest).",
        "全体の一覧(マニフェスト)につながる項目はありません。",
    ),
    "x_col_origin": ("Where it was", "元の場所"),
    "x_col_obtained": ("Obtained", "取得"),
    "x_col_bytes": ("Bytes, SHA-256", "大きさと SHA-256"),
    "x_col_read": ("Read until (host's clock, UTC)", "読み終わり(端末の時計、UTC)"),
    "x_closed": ("NOT SHOWN", "非開示"),
    "x_no_bytes": ("none", "なし"),
    "x_bytes": ("{size} bytes, {sha256}", "{size} バイト、{sha256}"),
    "x_bytes_of_ranges": (
        "{size} bytes, {sha256}: a file with holes, of which these are the {count} ranges that hold data, one after the other",
        "{size} バイト、{sha256}(穴のあるスパースファイルのデータ部分 {count} か所を順につないだもの)",
    ),
    "x_same": (
        "further name of the file that is item {item}", "項目 {item} と同じファイルの別名",
    ),
    "x_because": ("{status}: {reason}", "{status}(理由: {reason})"),
    # what is proved
    "x_intact": ("What is proved of it, and by which check", "証明されていること(どの確認によるか)"),
    "x_intact_completeness": (
        "The set of files: of each item all that its proof calls for, and nothing else (stage 3).",
        "ファイルの過不足: 各項目の証明に要るものがそろい、ほかのものはありません(段階3)。",
    ),
    "x_intact_items": (
        "The items: each of the {count} is, byte for byte and under its own number, part of what the list of everything (manifest) stands for (stage 4). One that was not obtained is proved to have been recorded so.",
        "項目: 示された {count} 項目はいずれも、全体の一覧(マニフェスト)が示すもののうち、その番号の項目と1バイトも違いません(段階4)。取れなかった項目は、取れなかったと記録されていたことが証明されています。",
    ),
    "x_intact_anchors": (
        "The identity: they are from the bundle that was noted outside; the finding of stage 8 says by what (stage 8).",
        "同一性: 外部に控えられた保全データから取り出されたものです。何で照合したかは段階8の所見のとおりです(段階8)。",
    ),
    # what stays closed
    "x_hidden": ("What stays closed", "開示されていないもの"),
    "x_hidden_rest": (
        "{rest} of the {count} items of the bundle: nothing of them is here. By the list of everything {acquired} were obtained whole, {partial} in part, and {gap} were looked for and NOT obtained.",
        "保全データの全 {count} 項目のうち {rest} 項目は、ここに一切ありません。全体の一覧によれば、全体が取れたもの {acquired} 件、一部だけ取れたもの {partial} 件、探したが取れなかったもの {gap} 件です。",
    ),
    "x_hidden_paths": (
        "Of items {numbers}: where they were, when and how they were read. That part of the record is bound by its hash: it can be shown later, and nothing else in its place.",
        "項目 {numbers} の元の場所と、いつどのように読み取られたか。記録のこの部分はハッシュ値で結び付けられていて、後から開示できますが、別のものに差し替えることはできません。",
    ),
    "x_hidden_log": (
        "The custody log: who held the bundle, and when. It stays with the bundle.",
        "保管の記録(誰がいつ保管していたか)。保全データの側にあります。",
    ),
    "x_hidden_unknown": (
        "This can't be told: the list of everything (manifest) can't be read.",
        "分かりません。全体の一覧(マニフェスト)が読めません。",
    ),
    "x_told": (
        "The list of everything tells besides: case number, beginning and end, how much was to be taken, number and sizes of the volumes, and the public keys that they are encrypted to.",
        "全体の一覧からは、案件番号、開始と終了、取得範囲、ボリュームの数と大きさ、暗号化の宛先(公開鍵)も分かります。",
    ),
    # what it does not prove
    "x_np_items": (
        "That these items are part of the bundle: not all of them lead to the root in its list.",
        "これらの項目が保全データの一部であること。一覧のルート値につながらないものがあります。",
    ),
    "x_np_rest": (
        "What else the bundle holds, or that these items are enough: somebody chose them.",
        "ほかの項目に何があるか、これらの項目で十分か。どれを示すかは人が選んだものです。",
    ),
    "x_np_held": (
        "Who held the bundle, and when: that needs the bundle itself.",
        "保全データを誰がいつ保管していたか。確かめるには保全データそのものが必要です。",
    ),
    "x_np_path": (
        "Where the items were that are marked NOT SHOWN, and when they were read.",
        "「非開示」とした項目の元の場所と、読み取られた時刻。",
    ),
    "x_stages": ("The stages that an exhibit has", "証拠抄本で確かめる段階"),
    "x_no_stages": (
        "Stages 2 and 7 need the volumes and the custody log, which an exhibit has not.",
        "段階2と7は、証拠抄本にはないボリュームと保管の記録についての確認です。",
    ),
    "x_identity": ("The exhibit, and the bundle that it is from", "証拠抄本と、元の保全データ"),
    # where it goes
    "x_error_inside": (
        "{path}: lies in the exhibit, which another file would alter; choose another folder",
        "{path}: 証拠抄本の中です。ファイルが増えると改変になるため、別のフォルダーを指定してください",
    ),
    # how to repeat it
    "x_repeat_where": (
        "In the folder {folder}, in a Unix shell with openssl. Each ends with exit code 0 when it is as stated; some print nothing then: type echo $? straight after each, it shows the exit code.",
        "フォルダー {folder} の中で、Unix のシェルで実行します(openssl を使います)。記載どおりなら終了コード 0 です。何も表示しないものもあるので、それぞれの直後に echo $? と入力し、終了コードを確かめてください。",
    ),
    "x_repeat_prepare": ("First, once", "はじめに1回"),
    "x_repeat_items": ("Every item has the SHA-256 of its record", "各項目が記録の SHA-256 と合うか"),
    "x_repeat_same": ("The list of everything is that of this page", "全体の一覧がこのページのものと同じか"),
    "x_repeat_script": (
        "All stages at once, with independent code; among them the way of each record up to the root (take check.sh from a release: nobody signed the one that lies here)",
        "全段階を独立したスクリプトで。各記録からルート値までの経路も確かめる(ここにある check.sh に署名はないので、公開版を使う)",
    ),
    "x_repeat_note": (
        "-noverify: openssl then judges the signature, not whose certificate it is; that must be known from elsewhere.",
        "-noverify では署名だけを調べ、証明書が誰のものかは判断しません。別の方法で確かめてください。",
    ),
}  # fmt: skip
