"""Observations gathered by rule: how often, from when to when, and one example with its digest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from evidence.observed.document import FILES, OBSERVATIONS, UNREAD, FoundFile, Span, Triage
from evidence.observed.observation import Observation, Unread
from evidence.packs.used import set_of
from evidence.rulebook.index import Entry, Index
from evidence.rulebook.names import NAMESPACE

WEIGHTS = ("strong", "medium", "weak", "inventory")
_NO_TIME = Span(first="", last="")
_FIRST_UNREAD = 2  # that are shown; the file has all
Key = tuple[int | None, str]
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Matched:
    """All that one rule saw; of another set, whose claims aren't ours, that is all there is."""

    rule: str
    count: int
    first: str = ""
    last: str = ""
    example: Observation | None = None

    def add(self, one: Observation) -> None:
        """One more; the first with a place in bytes is the example."""
        if self.example is None or (self.example.offset is None and one.offset is not None):
            self.example = one


@dataclass(slots=True, kw_only=True)
class Sign(Matched):
    """The same with what our index claims."""

    entry: Entry
    part: Observation | None = None
    """Where the example is a file as a whole: the first place in it that another rule names."""
    sha256: str = ""
    """Of the file in which the example is; empty where it has no bytes."""

    @property
    def subject(self) -> str:
        """What its rule is about: its file of rules, names, files, events."""
        return self.rule.rpartition(":")[0]


@dataclass(slots=True)
class Gathered:
    """What a page shows, the strongest first."""

    signs: list[Sign] = field(default_factory=list)
    inventory: list[Sign] = field(default_factory=list)
    others: list[Matched] = field(default_factory=list)
    """By rules of other sets, in the order of their names."""
    unread: list[Unread] = field(default_factory=list)

    def of(self, weight: str) -> list[Sign]:
        """The signs of one weight."""
        return [sign for sign in self.signs if sign.entry.weight == weight]

    @property
    def alarming(self) -> list[Sign]:
        """Those that must not come up where nothing happened."""
        return [sign for sign in self.signs if sign.entry.alarming]

    def chosen(self, most: int) -> list[Sign]:
        """So many, the strongest first: of each subject one before any has two, weak ones last.

        Names mostly repeat what notes, endings and programs say, so they are the last subject.
        """
        firsts: dict[str, Sign] = {}
        for sign in self.signs:
            firsts.setdefault(sign.subject, sign)
        ranked = sorted(
            self.signs,
            key=lambda each: (
                not each.entry.alarming, each is not firsts[each.subject], each.subject == NAMESPACE
            ),
        )  # fmt: skip
        rules = {each.rule for each in ranked[:most]}
        return [each for each in self.signs if each.rule in rules]

    @property
    def span(self) -> tuple[str, str] | None:
        """The first and last time of the alarming signs."""
        times = [at for sign in self.alarming for at in (sign.first, sign.last) if at]
        return (min(times), max(times)) if times else None


def gather(folder: Path, done: Triage, index: Index) -> Gathered:
    """Read what a triage wrote.

    Raises:
        OSError: it can't be read.
        msgspec.MsgspecError: it is not as we wrote it.
    """
    matched = _matched(folder, done, index)
    signs = [each for each in matched if isinstance(each, Sign)]
    _add_parts(folder, signs)
    _add_digests(folder, signs)
    signs.sort(key=lambda sign: (WEIGHTS.index(sign.entry.weight), sign.first or "9", sign.rule))
    first = []
    for one in _lines(folder / UNREAD, Unread):
        first.append(one)
        if len(first) == _FIRST_UNREAD:
            break
    return Gathered(
        signs=[sign for sign in signs if sign.entry.use == "sign"],
        inventory=[sign for sign in signs if sign.entry.use == "inventory"], unread=first,
        others=[each for each in matched if not isinstance(each, Sign)],
    )  # fmt: skip


def _matched(folder: Path, done: Triage, index: Index) -> list[Matched]:
    found: dict[str, Matched] = {}
    for rule, count in sorted(done.seen.items()):
        entry = index.entry(rule)
        span = done.spans.get(rule, _NO_TIME)
        if entry is not None:
            found[rule] = Sign(
                rule=rule, count=count, entry=entry, first=span.first, last=span.last
            )  # fmt: skip
        elif set_of(rule):
            found[rule] = Matched(rule=rule, count=count, first=span.first, last=span.last)
    for one in _lines(folder / OBSERVATIONS, Observation):
        if one.rule in found:
            found[one.rule].add(one)
    return list(found.values())


def _add_parts(folder: Path, signs: list[Sign]) -> None:
    """A rule that only joins others has no place of its own; theirs lead to the bytes.

    It joins rules of its own file alone: YARA sees no others from there. One of the same name but
    for its last word goes first: what is said of a family's note leads to that family's words.
    """
    whole: dict[tuple[Key, str], list[Sign]] = {}
    for sign in signs:
        one = sign.example
        if one is not None and one.kind == "content" and one.offset is None and not one.text:
            whole.setdefault((_key(one), _file(one)), []).append(sign)
    for one in _lines(folder / OBSERVATIONS, Observation):
        if one.kind == "content" and one.offset is not None:
            for sign in whole.get((_key(one), _file(one)), []):
                if sign.part is None or _of_one(one, sign) > _of_one(sign.part, sign):
                    sign.part = one


def _of_one(one: Observation, sign: Sign) -> bool:
    """Whether they have the same name but for the last word, as `x_phrase` and `x_note` have."""
    return one.rule.rpartition("_")[0] == sign.rule.rpartition("_")[0]


def _file(one: Observation) -> str:
    """Of rules."""
    return one.rule.rpartition(":")[0]


def _add_digests(folder: Path, signs: list[Sign]) -> None:
    """Of an item by its number; of a file of a folder by where it was."""
    wanted: dict[Key, list[Sign]] = {}
    for sign in signs:
        if sign.example is not None:
            wanted.setdefault(_key(sign.example), []).append(sign)
    for file in _lines(folder / FILES, FoundFile):
        for sign in wanted.get(_key(file), []):
            sign.sha256 = file.sha256


def _key(of: Observation | FoundFile) -> Key:
    return (of.item, "" if of.item is not None else of.origin)


def _lines(path: Path, kind: type[T]) -> Iterator[T]:
    decode = msgspec.json.Decoder(kind).decode
    with path.open("rb") as file:
        for line in file:
            yield decode(line)
