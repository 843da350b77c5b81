"""What `hozen disclose` says, and `hozen verify` of an exhibit, in English and Japanese."""

from __future__ import annotations

DISCLOSE: dict[str, tuple[str, str]] = {
    "disclose": ("Show single items, provable without the rest: an exhibit.", "一部の項目だけを検証できる形で示す「証拠抄本」を作ります。"),
    "disclose.output": ("The exhibit's folder; made here.", "証拠抄本のフォルダー(新しく作ります)"),
    "disclose.hide_path": (
        "Keep closed where the items were: only their bytes are shown.",
        "元の場所を開示しない(中身だけを示す)",
    ),
    "disclose.to": ("Who gets the exhibit.", "証拠抄本を受け取る人の名前"),
    "disclose.done": ("Exhibit: {path} (items {items})", "証拠抄本: {path}(項目 {items})"),
    "disclose.finished": (
        "Event {number} had been signed for this before: the exhibit is finished, and nothing was signed anew.",
        "これについての記録 {number} の署名は済んでいました。証拠抄本は完成しています。新しい署名はしていません。",
    ),
    "disclose.closed": ("Where the items were stays closed.", "元の場所は開示していません。"),
    "disclose.open": (
        "The exhibit is NOT encrypted: whoever holds it can read these items.",
        "証拠抄本は暗号化されていません。持っている人は誰でもこの項目を読めます。",
    ),
    "disclose.root": (
        "Root: {root}. Tell it to the receiver by another way than the exhibit.",
        "ルート値: {root}  証拠抄本とは別の経路で受け取る人に伝えてください。",
    ),
    "error.item": ("{value}: no item; write its number, as 17 or item:17", "{value}: 項目ではありません。17 や item:17 のように番号を書いてください"),
    "verdict.exhibit": (
        "{count} items are, byte for byte, part of the sealed bundle that this manifest stands for; {signer}; level {level}.",
        "{count} 項目は、このマニフェストが示す封印された保全データの一部と1バイトも違いません。{signer}。水準 {level}。",
    ),
}  # fmt: skip
