"""How a collection ended, in English and Japanese: what was taken, what not, what to do next."""

ENDING: dict[str, tuple[str, str]] = {
    "end.sealed": ("Sealed: {path}", "封印しました: {path}"),
    "end.partial": ("NOT SEALED ({cause}): {path}", "封印していません({cause}): {path}"),
    "end.resume": ("To go on: {command}", "続きを取るには: {command}"),
    "end.full": (
        "The destination is full. Free some space there (but delete nothing named HZ_…) or copy the folder to a larger medium, then resume.",
        "保存先がいっぱいです。空きを作るか(HZ_ で始まるものは消さない)、フォルダーごと大きな媒体に写してから再開してください。",
    ),
    "end.taken": ("Taken: {acquired} items, {bytes}", "取れたもの: {acquired} 項目、{bytes}"),
    "end.partly": ("Taken in part: {count}", "一部だけ取れたもの: {count}"),
    "end.gaps": ("Not taken: {count} ({reasons})", "取れなかったもの: {count} ({reasons})"),
    "end.refused": (
        "Refused by the system: {names} (the bundle says why).",
        "システムに拒否されたもの: {names}(理由は保全データに記録されています)",
    ),
    "end.refused_more": (
        "Refused by the system: {names}, and {more} more (the bundle names all, and says why).",
        "システムに拒否されたもの: {names} ほか {more} 件(すべての名前と理由は保全データに記録されています)",
    ),
    "end.missing": ("MISSING, UNREADABLE OR DIFFERENT: {count}", "欠落・読取不能・食い違い: {count}"),
    "end.missing_one": ("  {what}", "  {what}"),
    "end.missing_more": (
        "  and {count} more: the bundle names each, and says why; so does --json.",
        "  ほか {count} 件(それぞれの名前と理由は保全データに記録されており、--json でもすべて表示されます)",
    ),
    "end.missing_earlier": (
        "Missing since an earlier run of this bundle, though it was to be had: {count} (the bundle names each, and says why).",
        "前回までの実行で、取れるはずなのに取れなかったもの: {count}(それぞれの名前と理由は保全データに記録されています)",
    ),
    "end.remark.journal": (
        "NOT REPLAYED: the journal of a file system that was not shut down ({where}). Names and sizes are those of its last checkpoint.",
        "未反映のジャーナルあり({where})。正常に終了しなかったファイルシステムのため、名前と大きさは最後のチェックポイント時点のものです。",
    ),
    "end.remark.scanner": (
        "VERY MANY RULES match in one process ({where}): it probably holds rules or texts about intruders itself, as another scanner or an open report does. Find out what it is before you believe these matches.",
        "一つのプロセスに非常に多くの規則が一致しました({where})。他の検査ソフトや開いている調査報告書のように、検査規則や攻撃者に関する文章を持つだけのプロセスの可能性が高いため、一致を信じる前に何のプロセスか確認してください。",
    ),
    "end.unsearched": (
        "YARA: not searched, or not to the end: {count}{names}. They are taken all the same, and each record says why. A file over which the search broke off may have been made for that: have it looked at.",
        "規則による検索(YARA): 最後まで調べられなかったもの: {count} 件{names}。項目の保全そのものには影響せず、理由は各項目記録にあります。検索を異常終了させるために作られたファイルの可能性もあるため、専門家に見せてください。",
    ),
    "end.limit": ("The limit {limit} was met: the rest was not taken.", "上限 {limit} に達したため、残りは取っていません。"),
    "end.memory": ("This machine ran short of memory: the rest was not taken, so that its own work can go on.", "端末の空きメモリが足りなくなったため、端末本来の動作を妨げないよう、残りは取っていません。"),
    "end.format": ("The bundle holds as much as one bundle can: the rest was not taken. Take it into another bundle.", "1つの保全データに入る量の上限に達したため、残りは取っていません。残りは別の保全データとして取ってください。"),
    "end.failed": ("These collectors failed: {names}", "失敗した収集項目: {names}"),
    "end.yara": (
        "YARA: {rules} of {tried} rules matched. This is a hint, no proof.",
        "規則による検索(YARA): {tried} 規則のうち {rules} 規則が一致しました。手がかりであり、証明ではありません。",
    ),
    "end.yara_no_sign": (
        "YARA: of {tried} rules, none but those of the inventory matched. This does not prove that nothing happened.",
        "規則による検索(YARA): {tried} 規則のうち、棚卸しの規則以外に一致なし。何も起きていないことの証明ではありません。",
    ),
    "end.yara_one": ("  {weight}: {claim} (items: {items})", "  {weight}: {claim}({items} 項目)"),
    "end.yara_more": ("  and {count} more; all are in the records", "  ほか {count} 規則(すべて項目記録にあります)"),
    "end.yara_inventory": (
        "Also lawful programs (inventory, no alarm): {count} rules matched; ask whose they are.",
        "正当にも使われるもの(棚卸し、警報ではありません): {count} 規則が一致。誰のものか確認してください。",
    ),
    "end.yara_none": (
        "YARA: no match with {tried} rules. This does not prove that nothing happened.",
        "規則による検索(YARA): 今回の {tried} 規則では一致なし。何も起きていないことの証明ではありません。",
    ),
    "end.yara_off": ("YARA: not run.", "規則による検索(YARA): 実行していません。"),
    "end.root": ("Root:  {root}", "ルート値:   {root}"),
    "end.code": ("Code:  {code}", "読上げ番号: {code}"),
    "end.group": ("       {digits}  {words}", "       {digits}  {words}"),
    "end.square": (
        "Square: {path} (the root as a QR code; keep it apart from the bundle)",
        "図(QR):   {path}(ルート値。保全データとは別に保管してください)",
    ),
    "end.no_square": (
        "The square (QR code) could not be written to {path}: {why}. The code above does the same.",
        "図(QR)を {path} に書けませんでした: {why}。上の番号で代わりになります。",
    ),
    "end.next": (
        "Next: write the code down on paper with the time and tell it to the forensic provider. Then hand the medium over.",
        "次に: 番号と今の時刻を紙に書き、調査会社に伝えてください。その後、媒体を引き渡してください。",
    ),
    "end.power": (
        "Leave this machine's power as it is (no shutdown, no restart) until they say otherwise.",
        "この端末の電源は、調査会社の指示があるまでそのままにしてください(切らない、再起動しない)。",
    ),
    "end.next_square": (
        "Next: write the code down on paper with the time, or photograph the square below; tell it to the forensic provider. Then hand the medium over.",
        "次に: 番号と今の時刻を紙に書くか下の図を撮影し、調査会社に伝えてください。その後、媒体を引き渡してください。",
    ),
}  # fmt: skip
