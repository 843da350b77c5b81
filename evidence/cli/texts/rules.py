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
        "Check a folder of rules (this program's own if none is named): it compiles, its index is complete, each rule matches its examples in every form and nothing that it must not, the rules' own files match none. Says how fast each file of rules and the slowest ten rules are. Ends with 3 if something is not in order or a scan was given up.",
        "規則のフォルダー(省略時はこのプログラムの規則)を検査します: コンパイルできること、索引に漏れがないこと、各規則が例のすべての形に一致し、一致してはならない例に一致しないこと、規則のファイル自体に一致しないこと。規則のファイルごとの速度と、最も遅い規則 10 件の速度も表示します。問題がある場合や検査を打ち切った場合は終了コード 3 で終わります。",
    ),
    "rules.engine": (
        "What runs the rules: YARA, or boreal, which says the same and is often faster (hozen[boreal]).",
        "規則を実行するもの。yara、または同じ結果で速いことの多い boreal(hozen[boreal])",
    ),
    "collect.rules": (
        "Search for these rules, too, beside our own: a signed pack, or a folder of others' rules (may be repeated).",
        "この製品の規則に加えて使う規則。署名付きの規則パック、または第三者の規則のフォルダー(複数指定可)",
    ),
    "rules.licence": (
        "Under which licence a folder of others' rules stands; shown and recorded.",
        "第三者の規則のフォルダーの利用許諾。表示し、記録します",
    ),
    "rules.trust": (
        "A certificate that you trust: whoever signed a pack of rules must lead to it (may be repeated).",
        "信頼する証明書。規則パックの署名者はこれにつながっていなければなりません(複数指定可)",
    ),
    "rules.twice": (
        "Two sets of rules are called '{name}'. Leave one out, or pack it under another name (hozen rules pack --name).",
        "「{name}」という規則一式が2つあります。一方を外すか、hozen rules pack --name で別の名前にしてください。",
    ),
    "rules.of_others": (
        "Rules '{name}': third-party rules, not ours. Licence: {licence}",
        "規則「{name}」: 第三者の規則です(この製品の規則ではありません)。利用許諾: {licence}",
    ),
    "rules.of_pack": (
        "Rules '{name}', version {version} of {date}: signed by {signer}, tied to what you trust. Licence: {licence}",
        "規則「{name}」版 {version}({date}): 署名者 {signer}(信頼する証明書と一致)。利用許諾: {licence}",
    ),
    "rules.of_stranger": (
        "Rules '{name}', version {version} of {date}: signed by {signer}; nobody here vouches for that key (--rules-trust). Licence: {licence}",
        "規則「{name}」版 {version}({date}): 署名者 {signer}。この鍵を保証する証明書は指定されていません(--rules-trust)。利用許諾: {licence}",
    ),
    "rules.of_kit": (
        "Rules '{name}' of the kit, version {version} of {date}: signed by {signer}, checked when the kit was built. Licence: {licence}",
        "キットの規則「{name}」版 {version}({date}): 署名者 {signer}(キット作成時に確認)。利用許諾: {licence}",
    ),
    "rules.in_place": (
        "Rules '{name}', version {version} of {date}, are newer ones of hozen's: they are used in the place of this program's own. SHA-256 of these: {sha256}; of the program's: {own}",
        "規則「{name}」版 {version}({date})は hozen 自身の規則の新しい版です。このプログラムの規則の代わりに使います。新しい規則の SHA-256: {sha256}、プログラムの規則: {own}",
    ),
    "rules.origin.pack": ("a signed pack", "署名付き規則パック"),
    "rules.origin.others": (
        "third-party rules, not ours",
        "第三者の規則、この製品の規則ではありません",
    ),
    "rules.compiled": (
        "{count} rules compile. SHA-256 of their files: {sha256}",
        "{count} 規則をコンパイルできました。規則ファイルの SHA-256: {sha256}",
    ),
    "rules.pack": (
        "Make a signed pack of a folder of rules.",
        "規則のフォルダーから署名付き規則パックを作ります。",
    ),
    "rules.pack.help": (
        "Make one signed file of a folder of rules, for kits and for collect --rules. The rules must compile; their licence, version and date go into the pack, so that an older one is recognised.",
        "規則のフォルダーから、キットや collect --rules で使う署名付きの1ファイルを作ります。コンパイルできる規則だけが対象です。利用許諾・版・日付を入れるので、古いパックを見分けられます。",
    ),
    "rules.pack.output": (
        "The file to write; it must not be there yet.",
        "書き出すファイル(既存のファイルには書きません)",
    ),
    "rules.pack.key": (
        "The key that signs the pack: a provider's.",
        "パックに署名する鍵(調査会社の鍵)",
    ),
    "rules.pack.name": (
        "What the set is called; the folder's name if not given.",
        "規則一式の名前。省略時はフォルダー名",
    ),
    "rules.pack.version": (
        "A number that goes up with every pack of this name.",
        "同じ名前のパックごとに増やす番号",
    ),
    "rules.pack.date": ("The day of the rules; today if not given.", "規則の日付。省略時は今日"),
    "rules.pack.no_date": (
        "'{value}' is no date; write it as YYYY-MM-DD, such as 2026-11-28.",
        "「{value}」は日付ではありません。2026-11-28 の形で指定してください。",
    ),
    "rules.pack.there": (
        "{path} is already there, and is left as it is. Name another file.",
        "{path} は既にあります(変更していません)。別の名前を指定してください。",
    ),
    "rules.pack.done": (
        "Pack: {path}, '{name}' version {version} of {date}. SHA-256 of its rules: {sha256}",
        "規則パック: {path}、「{name}」版 {version}({date})。規則の SHA-256: {sha256}",
    ),
    "end.yara_set": (
        "Rules '{name}' ({origin}; licence: {licence}): {rules} matched. This is a hint, no proof.",
        "規則「{name}」({origin}、利用許諾: {licence}): {rules} 規則が一致。手がかりであり、証明ではありません。",
    ),
    "rules.check.clean": (
        "A folder of files where nothing happened: what matches there is wrong. May be given more than once.",
        "何も起きていないファイルのフォルダー。ここでの一致は誤りです。複数指定できます",
    ),
    "rules.timing": ("timing rules", "規則の速度を測定中"),
    "rules.scanning": ("scanning files", "ファイルを検査中"),
    "rules.check.no_folder": ("{path}: no folder", "{path}: フォルダーがありません"),
    "rules.check.nothing": (
        "{path}: no such folder, and no such file",
        "{path}: フォルダーもファイルもありません",
    ),
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
    "rules.problem.given_up": (
        "An example had no answer, and none after it was tried: {detail}",
        "例の検査で結果が得られず、以降の例は検査していません: {detail}",
    ),
    "rules.speed_given_up": (
        "{file}: no speed, the scan was given up",
        "{file}: 速度は不明(検査を打ち切りました)",
    ),
    "rules.slowest": ("The slowest rules, each by itself:", "最も遅い規則(1件ずつの測定):"),
    "rules.no_speed": (
        "{count} scans for the speed were given up: rules this slow hide what others would find.",
        "速度の測定で {count} 件の検査を打ち切りました。これほど遅い規則があると、他の規則の一致も見落とします。",
    ),
    "rules.clean": (
        "{folder}: {files} files, {size}; not read: {unread}",
        "{folder}: {files} ファイル、{size}、読めなかったもの: {unread}",
    ),
    "rules.clean_given_up": (
        "  no whole answer: {count} files, such as {example}",
        "  検査を打ち切ったもの: {count} ファイル(例: {example})",
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
