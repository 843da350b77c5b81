"""The form of the paper tier: what it asks, and what of the answers is unusual."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

# The fields of a work record (IDF guideline, section 7-4) and of a first call, in the order in
# which they come up at the bedside. Lines of room for writing behind each.
SECTIONS: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = (
    ("call", (("case", 1), ("noticed", 1), ("symptom", 2), ("care", 1), ("maintenance", 1))),
    ("people", (("worker", 1), ("witness", 1), ("place", 1), ("begin_end", 1), ("clock", 1))),
    ("device", (("kind", 1), ("model", 1), ("serial", 1), ("asset", 1), ("user", 1),
                ("found", 1), ("network", 1), ("media", 1))),
    ("work", (("photos", 1), ("done", 2), ("failed", 1), ("seal", 1), ("kept", 1), ("handed", 1))),
)  # fmt: skip
FIELDS = frozenset(name for _, fields in SECTIONS for name, _ in fields)
Answer = str | list[str]
"""A text; where there are several seals or media, one each."""
_UNKNOWN = {"", "?", "-", "不明", "unknown", "なし", "none"}
_SEAL = re.compile(r"(?=.*[0-9])[^\W_]+(?:[-_./ ][^\W_]+)*")  # letters and digits, in groups
_LONGEST = 40  # characters of a seal's number


class Unusual(NamedTuple):
    """Something that may be right all the same: recorded and told, never refused."""

    what: str
    facts: dict[str, str]


def unusual(values: Mapping[str, Answer]) -> Iterator[Unusual]:
    """What of the answers does not fit together, or does not look like what was asked for.

    Args:
        values: by the names of the form's fields.
    """
    for name in values:
        if name not in FIELDS:
            yield Unusual("not_on_form", {"field": name})
    seals, media = several(values.get("seal", "")), several(values.get("media", ""))
    for number in seals:
        plain = _plain(number)
        if len(plain) > _LONGEST or not _SEAL.fullmatch(plain):
            yield Unusual("no_seal_number", {"number": number})
    for field, found in (("seal", seals), ("media", media)):
        for number in _repeated(found):
            yield Unusual("repeated", {"field": field, "number": number})
    if seals and media and len(seals) != len(media):
        yield Unusual("seals_and_media", {"seals": str(len(seals)), "media": str(len(media))})


def elsewhere(
    values: Mapping[str, Answer], others: Mapping[str, Mapping[str, Answer]]
) -> Iterator[Unusual]:
    """Seals that stand on another form of the case, too: a seal is broken once.

    Args:
        values: of the form at hand.
        others: those of other forms, by the path of the file that each was typed into.
    """
    for file, other in others.items():
        known = {_plain(each) for each in several(other.get("seal", ""))}
        for number in several(values.get("seal", "")):
            if _plain(number) in known:
                yield Unusual("elsewhere", {"number": number, "file": file})


def ahead(what: str, at: datetime.datetime) -> Iterator[Unusual]:
    """That a time was stated which is still to come: one of two clocks is wrong.

    Args:
        what: `typed` or `received`.
        at: the time, with its zone.
    """
    if at > datetime.datetime.now(datetime.UTC):
        yield Unusual(f"{what}_ahead", {"at": at.isoformat()})


def several(answer: Answer) -> list[str]:
    """The answers of a field that were given; none where nobody knew."""
    found = [answer] if isinstance(answer, str) else answer
    return [each for each in found if _plain(each) not in _UNKNOWN]


def _plain(text: str) -> str:
    """As it is compared: full width is half width, capitals are small ones."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _repeated(numbers: Sequence[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for number in numbers:
        plain = _plain(number)
        seen[plain] = seen.get(plain, 0) + 1
        if seen[plain] == 2:  # once, however often
            yield number
