"""What `hozen triage` says, in English and Japanese."""

TRIAGE: dict[str, tuple[str, str]] = {
    "triage": (
        "Look for signs of an attack in a case or a folder.",
        "案件やフォルダーで攻撃の兆候を探し、1枚のページにまとめます。",
    ),
    "triage.help": (
        "Look for signs of an attack in the working copies of a case, or in the files of a folder. Nothing there is changed: results go into a new folder (CASE/triage/BUNDLE/TIME), with one page for people, and every observation with the item, the place in it and the digest. A match is a candidate, no proof; no match proves nothing. Ends with 3 if something could not be looked at.",
        "案件の作業用コピー、またはフォルダーのファイルから、攻撃の兆候を探します。元のファイルは変えません。結果は新しいフォルダー(案件/triage/保全データ/時刻)に入ります: 人が読む1枚と、見つかったもの全件(項目・位置・ハッシュ値つき)。一致は手がかりであり証明ではありません。一致なしは何の証明にもなりません。見られなかったものがあれば終了コード 3 で終わります。",
    ),
    "triage.output": (
        "Folder that takes the results; needed for a folder that is no case, and outside of it.",
        "結果を入れるフォルダー(案件でない場合は必須。対象フォルダーの外)",
    ),
    "triage.rescan": (
        "Scan with the rules anew, though the collection did with the same ones.",
        "収集時に同じ規則で検索済みでも、もう一度検索する",
    ),
    "triage.rules": (
        "Search for these rules, too, beside our own: a signed pack, or a folder of others' rules (may be repeated). Everything is scanned anew.",
        "この製品の規則に加えて使う規則。署名付きの規則パック、または第三者の規則のフォルダー(複数指定可)。すべてもう一度検索します",
    ),
    "triage.sigma": (
        "Hold these rules of others in Sigma's language against the events of Windows' logs: a folder, or one file (may be repeated; needs hozen[sigma]). Say with --licence under which licence they stand. A rule that can't be run is named with its reason.",
        "Sigma 形式の第三者の規則を Windows のイベントログに適用する。フォルダーまたはファイル(複数指定可。hozen[sigma] が必要)。利用許諾は --licence で指定。実行できない規則は理由とともに示します",
    ),
    "triage.of_sigma": (
        "  Sigma rules of '{set}': tried on events: {tried}; without any event of their log source: {none}; could not be run, or not to the end: {not_run}. tables/sigma_rules names each. No match proves nothing.",
        "  Sigma 規則一式「{set}」: イベントに適用 {tried} 件、対象のイベントがない規則 {none} 件、実行できない・途中までの規則 {not_run} 件。1件ずつの内訳は tables/sigma_rules にあります。一致なしは何の証明にもなりません。",
    ),
    "triage.begin": ("Looking into {name} …", "{name} を調べています…"),
    "triage.going": ("{files} files so far; now {origin}", "{files} ファイル目: {origin}"),
    "triage.of": ("{name}:", "{name}:"),
    "triage.line": ("  {weight}: {claim} (seen: {count})", "  {weight}: {claim}({count} 回)"),
    "triage.none": (
        "  None of the {count} rules that were tried saw a sign. This does not prove that nothing happened.",
        "  今回の {count} 件の規則では、兆候の一致なし。感染していないことの証明ではありません。",
    ),
    "triage.lacking": (
        "  Files are MISSING HERE, ALTERED OR UNREADABLE: what is in them is not known. In the rest, none of the {count} rules saw a sign.",
        "  ここにない・変わっている・読めないファイルがあります。その中身については分かりません。それ以外では、今回の {count} 件の規則で兆候の一致なし。",
    ),
    "triage.not_tried": (
        "  {count} more rules were not tried: nothing of their kind (logs, lists of files, memory) is here.",
        "  ほかに {count} 件の規則は、対象(ログ、ファイルの一覧、メモリなど)がここにないため試せませんでした。",
    ),
    "triage.none_others": (
        "  Of the {count} rules that were tried, none saw a sign but rules of others, which are named below. This does not prove that nothing happened.",
        "  今回の {count} 件の規則では、第三者の規則(下記)以外に兆候の一致なし。感染していないことの証明ではありません。",
    ),
    "triage.other": (
        "  {rule}, a rule of '{set}' (licence: {licence}), no claim of ours (seen: {count})",
        "  {rule}: 規則一式「{set}」の規則(利用許諾: {licence})、この製品の判断ではありません({count} 回)",
    ),
    "triage.others_more": (
        "  and {count} more of others; all are in observations.jsonl",
        "  第三者の規則ほか {count} 件。全件は observations.jsonl にあります",
    ),
    "triage.looked": (
        "  Files read now: {read}; searched when they were collected: {scanned}; in part or not at all: {in_part}; not here: {missing}.",
        "  今回読んだファイル: {read}、収集時に検索済み: {scanned}、一部しか・全く見られないもの: {in_part}、ここにないもの: {missing}",
    ),
    "triage.log": (
        "  LOG NOT READ, or not in full: {origin}: {why}",
        "  読めないログ(一部だけを含む): {origin}: {why}",
    ),
    "triage.logs_more": (
        "  and {count} more logs that were not read, or not in full",
        "  読めないログは、ほかに {count} 件あります",
    ),
    "triage.unread": (
        "  COULD NOT BE LOOKED AT, or not to the end: {count}; unread.jsonl says what and why.",
        "  見られなかったもの(途中までを含む): {count}。内容と理由は unread.jsonl にあります。",
    ),
    "triage.differs": ("  DIFFERENT or unreadable: item {text}", "  食い違い・読取不能: 項目 {text}"),
    "triage.differs_more": ("  and {count} more", "  ほか {count} 件"),
    "triage.page": ("  One page to read and print: {path}", "  印刷して読む1枚: {path}"),
    "triage.done": ("  Results: {path}", "  結果: {path}"),
}  # fmt: skip
