"""Why rules can't be used, in English and Japanese."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "rules_unusable": (
        "{name}: {why}; mend this file, or leave it out",
        "{name}: この規則を使えません: {why}。ファイルを直すか、除いてください",
    ),
    "rules_together": ("{why}", "規則を合わせて使えません: {why}"),
    "rules_zero": (
        "{name}: line {line}: a zero byte, which no text has",
        "{name}: {line} 行目: 文字ではないゼロバイトがあります",
    ),
    "rules_many": ("{name}: more than {most} patterns", "{name}: パターンが {most} 件を超えています"),
    "rules_endless": (
        "{name}: {pattern}: could be tried on a name without end",
        "{name}: {pattern}: 名前によっては照合が終わらないおそれがあります",
    ),
}  # fmt: skip
