"""What is said without collecting: of collectors, and of how much they would take."""

LIST: dict[str, tuple[str, str]] = {
    "dry.line": ("{name}: about {count} things", "{name}: 約 {count} 件"),
    "dry.snapshot": ("{name}: read when it runs", "{name}: 実行時に読み取ります"),
    "dry.nothing": ("Nothing was taken or written.", "何も取得せず、何も書いていません。"),
    "list.line": ("{name}  [{order}, {profile}]", "{name}  [{order}、範囲 {profile}]"),
    "list.takes": ("takes: {title}", "取るもの: {title}"),
    "list.limits": (
        "What each can't show stands behind what it takes.",
        "- の後は、どこを探すかの定義の名前です。それぞれ何が分からないかは、英語の説明にあります: hozen collect --list --language en",
    ),
    "list.volatile": ("volatile", "すぐ消えるもの"),
    "list.memory": ("memory", "メモリ"),
    "list.logs": ("logs", "ログ"),
    "list.disk": ("disk", "ディスク"),
    "list.image": ("image", "ディスク全体"),
}
