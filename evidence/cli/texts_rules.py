"""What is said of the rules, in English and Japanese."""

RULES: dict[str, tuple[str, str]] = {
    "rules": (
        "What the search looks for: list the rules, check a set of them.",
        "検索に使う規則: 一覧と検査",
    ),
    "rules.list": (
        "List the rules: what a match claims, how much it weighs.",
        "規則の一覧: 一致が示すことと、その強さ",
    ),
    "rules.list.help": (
        "List the rules: what a match of each claims, how much that weighs, where it may be wrong, and what to do next. Inventory means: used lawfully, too; noted, no alarm.",
        "規則の一覧です。一致が示すこと、その強さ、誤って一致する場合、次に行うことを表示します。「棚卸し」は正当にも使われるもので、記録するだけで警報にはしません。",
    ),
    "rules.check": (
        "Check a set of rules against its index and its examples.",
        "規則一式を索引・例と照合して検査します。",
    ),
    "rules.check.help": (
        "Check a folder of rules (this program's own if none is named): it compiles, its index is complete, each rule matches its examples in every form and nothing that it must not, the rules' own files match none. Ends with 3 if something is not in order.",
        "規則のフォルダー(省略時はこのプログラムの規則)を検査します: コンパイルできること、索引に漏れがないこと、各規則が例のすべての形に一致し、一致してはならない例に一致しないこと、規則のファイル自体に一致しないこと。問題があれば終了コード 3 で終わります。",
    ),
    "rules.engine": (
        "What runs the rules: YARA, or boreal, which says the same and is often faster (hozen[boreal]).",
        "規則を実行するもの。yara、または同じ結果で速いことの多い boreal(hozen[boreal])",
    ),
    "rules.no_engine": (
        "The engine boreal is not installed. Install hozen[boreal], or leave out --engine; nothing was begun.",
        "エンジン boreal が入っていません。hozen[boreal] を入れるか、--engine を付けずに実行してください。まだ何も始めていません。",
    ),
    "rules.check.clean": (
        "A folder of files where nothing happened: what matches there is wrong. May be given more than once.",
        "何も起きていないファイルのフォルダー。ここでの一致は誤りです。複数指定できます",
    ),
    "rules.check.no_folder": ("{path}: no folder", "{path}: フォルダーがありません"),
    "rules.line": ("{confidence}  {rule}: {claim}", "{confidence}  {rule}: {claim}"),
    "rules.wrong_where": ("    may be wrong: {text}", "    誤る場合: {text}"),
    "rules.next": ("    next: {text}", "    次に: {text}"),
    "rules.source": ("    source: {name} ({licence})", "    出典: {name}({licence})"),
    "rules.count": ("{count} rules.", "規則 {count} 件。"),
    "rules.weight.strong": ("strong", "強い"),
    "rules.weight.medium": ("medium", "中程度"),
    "rules.weight.weak": ("weak", "弱い"),
    "rules.weight.inventory": ("inventory", "棚卸し"),
    "rules.speed": ("{file}: {speed} MB/s on one processor", "{file}: {speed} MB/s(1プロセッサー)"),
    "rules.in_order": (
        "{count} rules are in order.",
        "規則 {count} 件に問題は見つかりませんでした。",
    ),
    "rules.problems": (
        "{problems} things are not in order, in {count} rules.",
        "規則 {count} 件のうち、問題 {problems} 件。",
    ),
    "rules.problem.no_entry": ("{rule}: not in the index", "{rule}: 索引にありません"),
    "rules.problem.no_rule": (
        "{rule}: in the index or the examples, but there is no such rule",
        "{rule}: 索引または例にありますが、規則がありません",
    ),
    "rules.problem.no_example": (
        "{rule}: no example that it must match, or none that it must not",
        "{rule}: 一致すべき例、または一致してはならない例がありません",
    ),
    "rules.problem.unknown": (
        "{rule}: its entry names '{detail}', which the index doesn't have",
        "{rule}: 索引にない '{detail}' を参照しています",
    ),
    "rules.problem.no_source": ("{rule}: no source", "{rule}: 出典がありません"),
    "rules.problem.empty": (
        "{rule}: no claim in both languages",
        "{rule}: 2言語の説明がそろっていません",
    ),
    "rules.problem.loud": (
        "{rule}: inventory must be weak",
        "{rule}: 棚卸しの規則は「弱い」でなければなりません",
    ),
    "rules.problem.missed": (
        "{rule}: does not match an example that it must match (form: {detail})",
        "{rule}: 一致すべき例に一致しません(形: {detail})",
    ),
    "rules.problem.wrong": (
        "{rule}: matches an example that it must not match (form: {detail})",
        "{rule}: 一致してはならない例に一致します(形: {detail})",
    ),
    "rules.problem.itself": (
        "{rule}: matches {detail}, a file of the rules themselves",
        "{rule}: 規則のファイル {detail} 自体に一致します",
    ),
    "rules.clean": (
        "{folder}: {files} files, {size}; not read: {unread}",
        "{folder}: {files} ファイル、{size}、読めなかったもの: {unread}",
    ),
    "rules.clean_hit": (
        "  {confidence}  {rule}: {files} files, such as {example}",
        "  {confidence}  {rule}: {files} ファイル(例: {example})",
    ),
    "rules.clean_alarm": (
        "{count} rules that weigh strong or medium match where nothing happened.",
        "強い・中程度の規則 {count} 件が、何も起きていない場所で一致しました。",
    ),
}
