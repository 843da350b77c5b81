"""What a record says in English, in a reader's language; what people typed stands as it is."""

from __future__ import annotations

from typing import Literal

from evidence.recognised import pattern_of
from evidence.telling.missed import in_japanese, is_told
from evidence.telling.phrases.texts import PHRASES

Kind = Literal["odd", "gap", "archive", "act", "seen"]
"""What stands out on a host, why something was not taken or an archive not looked into, custody,
what a triage saw."""

_PATTERNS = {key: pattern_of(english) for key, (english, _) in PHRASES.items()}


def told(language: str, kind: Kind, text: str) -> str:
    """A sentence of ours in a reader's language; any other text as it stands.

    Args:
        language: `ja`, or English for everything else.
        kind: what the text is about: only sentences about that are looked for.
        text: in English, as the record has it.
    """
    if language != "ja" or not is_told(text):
        return text
    for key, pattern in _PATTERNS.items():
        if key.startswith(f"phrase_{kind}_") and (found := pattern.fullmatch(text)):
            facts = found.groupdict()
            if "why" in facts:  # in words of ours as well; all others are names and numbers
                facts["why"] = told(language, kind, facts["why"])
            _, japanese = PHRASES[key]
            return japanese.format(**facts)
    if kind == "gap" and (loud := in_japanese(text)):
        return loud
    first, several, rest = text.partition("; ")
    return f"{told(language, kind, first)}; {told(language, kind, rest)}" if several else text
