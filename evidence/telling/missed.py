"""What is missing that was to be had: told loudly at the end of a run, in the reader's language."""

from __future__ import annotations

import errno
import os
import re
from functools import cache
from typing import NamedTuple

from chain_of_custody.findings import escaped
from evidence.recognised import pattern_of
from evidence.telling.sentences_missed import ERRORS, WORDS

_LONGEST = 1000  # characters: what a program said of itself is part of some
_PARTS = 30  # with a semicolon between them: more than we say of anything
_ERROR = re.compile(r"(?P<name>E[A-Z0-9]{2,14}): (?P<text>.*)", re.DOTALL)


class Missed(NamedTuple):
    """One thing."""

    origin: str
    reason: str
    """Why, by the name of its `Reason`."""
    detail: str
    """The same in the record's words, which are English."""

    def __str__(self) -> str:
        """As it stands in the record."""
        return f"{self.origin}: {self.detail}"

    def shown(self, language: str, reason: str) -> str:
        """For a screen; nothing in it can move a cursor.

        Args:
            language: `ja`, or English for everything else.
            reason: the reason in that language, for what no Japanese words are known for.
        """
        if language != "ja":
            return escaped(str(self))
        told = in_japanese(self.detail)
        return escaped(f"{self.origin}: {told or f'{reason}(記録の原文「{self.detail}」)'}")


def is_told(detail: str) -> bool:
    """Whether a detail can be one of ours: a stranger's name in it may be made to be looked into.

    Of one such as a link's target, with thousands of semicolons, each was a sentence to be told.
    """
    return len(detail) <= _LONGEST and detail.count("; ") < _PARTS


def in_japanese(detail: str) -> str | None:
    """What a detail says; None where that isn't known. A reason within it may stay as it was."""
    if not is_told(detail):
        return None
    for pattern, japanese in _table():
        found = pattern.fullmatch(detail)
        if found:
            facts = {name: in_japanese(fact) or fact for name, fact in found.groupdict().items()}
            return japanese.format(**facts)
    return _of_error(detail) or _of_parts(detail)


def system_words(text: str, language: str) -> str:
    """A text in which the system says why, in English on every machine, in the reader's language.

    Args:
        text: its words stand behind a colon or in brackets, or are all of it.
        language: `ja`, or English for everything else.
    """
    if language != "ja":
        return text
    pattern, japanese = _system()
    return pattern.sub(lambda found: japanese[found[0]], text)


@cache
def _system() -> tuple[re.Pattern[str], dict[str, str]]:
    known = {name: said for name, said in ERRORS.items() if hasattr(errno, name)}
    words = {os.strerror(getattr(errno, name)): said for name, said in known.items()}
    either = "|".join(map(re.escape, words))
    return re.compile(rf"(?:^|(?<=: )|(?<=[((]))(?:{either})(?=$|[:)。)])"), words


def _of_error(detail: str) -> str | None:
    """Of `ENAME: what it says`: the latter where it is one of ours, else what the name means."""
    found = _ERROR.fullmatch(detail)
    if not found:
        return None
    return in_japanese(found["text"]) or ERRORS.get(found["name"])


def _of_parts(detail: str) -> str | None:
    """Of several with a semicolon between them."""
    first, between, rest = detail.partition("; ")
    told = (in_japanese(first), in_japanese(rest)) if between else ()
    known = [each for each in told if each]
    return "。".join(known) if known and len(known) == len(told) else None


@cache
def _table() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((pattern_of(english), japanese) for english, japanese in WORDS)
