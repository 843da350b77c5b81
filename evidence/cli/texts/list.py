"""What is said without collecting: of collectors, and of how much they would take."""

LIST: dict[str, tuple[str, str]] = {
    "collect.skip": ("Leave this collector, or 'yara', out.", "この収集項目(または 'yara')を除く"),
    "collect.only": (
        "Run only this collector (see --list).",
        "この収集項目だけを実行(--list 参照)",
    ),
    "collect.process": (
        "Take the memory of this process, too, whatever the profile: its number, or several with commas.",
        "このプロセスのメモリも、範囲に関わらず採取する(プロセス番号。複数はコンマで区切る)",
    ),
    "collect.list": (
        "List the collectors: what each takes and can't show.",
        "収集項目と、それで分からないことの一覧",
    ),
    "collect.dry_run": (
        "Say what would be taken; take and write nothing.",
        "何を取るかだけを表示し、何も取らない",
    ),
    "dry.line": ("{name}: about {count} things", "{name}: 約 {count} 件"),
    "dry.snapshot": ("{name}: read when it runs", "{name}: 実行時に読み取ります"),
    "dry.nothing": ("Nothing was taken or written.", "何も取得せず、何も書いていません。"),
    "list.line": ("{name}  [{order}, {profile}]", "{name}  [{order}、範囲 {profile}]"),
    "list.takes": ("takes: {title}", "取るもの: {title}"),
    "list.lacks": ("can't show: {lacks}", "分からないこと: {lacks}"),
    "list.definitions": (
        "Names after - are those of definitions, which say where to look.",
        "- の後は、どこを探すかの定義の名前です。定義の詳しい説明は英語です: hozen collect --list --language en",
    ),
    "list.volatile": ("volatile", "すぐ消えるもの"),
    "list.memory": ("memory", "メモリ"),
    "list.logs": ("logs", "ログ"),
    "list.disk": ("disk", "ディスク"),
    "list.image": ("image", "ディスク全体"),
}
