"""What a record says in English, in the language of a page; what people typed stands as it is."""

from __future__ import annotations

from typing import Literal

from evidence.recognised import pattern_of
from evidence.report.texts import Words
from evidence.report.texts.phrases import PHRASES
from evidence.telling.missed import in_japanese, is_told

Kind = Literal["odd", "gap", "archive", "act", "seen"]
"""What stands out on a host, why something was not taken or an archive not looked into, custody,
what a triage saw."""

_PATTERNS = {key: pattern_of(english) for key, (english, _) in PHRASES.items()}


def told(words: Words, kind: Kind, text: str) -> str:
    """A sentence of ours in the page's language; any other text as it stands."""
    if words.language == "en" or not is_told(text):
        return text
    for key, pattern in _PATTERNS.items():
        if key.startswith(f"phrase_{kind}_") and (found := pattern.fullmatch(text)):
            facts = found.groupdict()
            if "why" in facts:  # in words of ours as well; all others are names and numbers
                facts["why"] = told(words, kind, facts["why"])
            return words(key, **facts)
    if kind == "gap" and (loud := in_japanese(text)):
        return loud
    first, several, rest = text.partition("; ")
    return f"{told(words, kind, first)}; {told(words, kind, rest)}" if several else text
