"""What an analysis says of plugins, found again in its English and told in Japanese."""

from __future__ import annotations

import re
from functools import cache

from evidence.memory.plugins.linux import LINUX
from evidence.memory.plugins.windows import WINDOWS
from evidence.memory.sentences import SENTENCES
from evidence.recognised import pattern_of
from evidence.tables.sentences import SENTENCES as OF_ROWS

EMPTY = (
    "no process was found: this image was not read, which says nothing of the machine",
    "プロセスが1つも見つかりません。イメージを読めていないだけで、端末については何も言えません",
)
FIVE_LEVELS = (
    "this machine used five levels of page tables, which Volatility 3 does not read: it would "
    "show no processes and no error",
    "この端末は5段のページテーブルを使っていました。Volatility 3 はこれを読めず、"
    "エラーなしにプロセスが空になります",
)
NO_SYMBOLS = ("no symbols", "シンボルを作れません")
NONE_SUCH = ("this Volatility 3 has none such", "この Volatility 3 にはありません")
_ENDS = (
    ("stopped after {limit} seconds: {words}", "{limit} 秒で打ち切りました: {words}"),
    ("exit status {code}: {words}", "終了コード {code}: {words}"),
)
"""How a run that failed ended, before the last words of the program itself."""
_OURS = (
    *LINUX.left_out.values(), *LINUX.not_shown.values(), *WINDOWS.left_out.values(),
    EMPTY, FIVE_LEVELS, NO_SYMBOLS, NONE_SUCH,
)  # fmt: skip


def in_words(reason: str, language: str) -> str:
    """What an analysis says of a plugin, for people; what others said in it stays as they said it.

    Args:
        reason: in English, as `analysis.json` has it.
        language: `ja`, or English for everything else.
    """
    if language != "ja":
        return reason
    for english, japanese in _OURS:
        if reason.startswith(english):
            behind = reason.removeprefix(english)
            more = in_words(behind.removeprefix(": "), language)
            return f"{japanese}: {more}" if behind.startswith(": ") else japanese + behind
    for pattern, japanese in _patterns():
        if found := pattern.fullmatch(reason):
            return japanese.format(**found.groupdict())
    return reason


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Our own sentences, to be found again in what is kept in English."""
    known = (*_ENDS, *SENTENCES.values(), *OF_ROWS.values())
    return [(pattern_of(english), japanese) for english, japanese in known if _tells(english)]


def _tells(english: str) -> bool:
    """Whether it has words of its own: else it would fit everything."""
    return len(re.sub(r"\{\w+\}|\W", "", english)) > 3
