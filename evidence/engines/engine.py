"""The contract of an engine: compiles rules, and says of bytes which rules match, and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple, Protocol

from collectors.told import ToldError
from evidence.sentences import SENTENCES

# What a rule may ask: whether it looks at a process's memory, at parts of many files at once.
IN_MEMORY, MANY_FILES = "in_memory", "many_files"


class EngineError(ToldError):
    """An engine that isn't here."""

    exit_code: ClassVar[int] = 4
    table = SENTENCES


class ScanError(Exception):
    """What kept an engine from an answer; says it in one line."""


class RuleFile(NamedTuple):
    """A file of rules, read."""

    name: str
    """As people know it."""
    namespace: str
    """As records name it, before the rule."""
    text: str


class Place(NamedTuple):
    """One place where a string of a rule stands."""

    offset: int
    data: bytes


class Match(NamedTuple):
    """A rule that holds for the bytes."""

    rule: str
    """As records name it, `file:rule`."""
    places: list[Place]
    """Some of them; none for a rule that only joins others."""


class Answer(NamedTuple):
    """What an engine says of bytes."""

    matches: list[Match]
    remarks: list[str]
    """What makes the matches less than all there are."""


class Part(NamedTuple):
    """Bytes, one of several that are asked about at once, and what rules may ask of them."""

    data: memoryview
    in_memory: bool
    many_files: bool


class Said(NamedTuple):
    """What came of one of several."""

    answer: Answer
    error: str
    """Why there is none; empty where there is."""


class Compiled(Protocol):
    """Rules, ready to be held against bytes; may be asked by several threads at once."""

    @property
    def names(self) -> list[str]:
        """The rules that say something; private ones serve others."""
        ...

    @property
    def in_batches(self) -> bool:
        """Whether to ask costs more than to look at a small item: several are asked about then."""
        ...

    def match(
        self, data: memoryview, *, in_memory: bool, timeout: int, most: int,
        many_files: bool = False,
    ) -> Answer:  # fmt: skip
        """Hold the rules against bytes.

        Args:
            data: all that the rules are to see.
            in_memory: what rules are told that ask it.
            many_files: as `in_memory`; whether the bytes belong to several files or processes.
            timeout: seconds.
            most: places of one string that are kept, the first ones.

        Raises:
            ScanError: no answer, or none in time.
        """
        ...

    def match_each(self, parts: Sequence[Part], *, timeout: int, most: int) -> list[Said]:
        """The same of several, in their order; each has the time for itself."""
        ...


class Portable(Compiled, Protocol):
    """Rules that another process can be given."""

    def saved(self) -> bytes:
        """What `Maker.load` makes them of again, in the same version of the engine."""
        ...


def one_by_one(compiled: Compiled, parts: Sequence[Part], *, timeout: int, most: int) -> list[Said]:
    """What came of each, asked about by itself."""
    return [_said(compiled, part, timeout, most) for part in parts]


def _said(compiled: Compiled, part: Part, timeout: int, most: int) -> Said:
    data, in_memory, many_files = part
    try:
        found = compiled.match(
            data, in_memory=in_memory, timeout=timeout, most=most, many_files=many_files
        )
    except ScanError as error:
        return Said(Answer([], []), str(error))
    return Said(found, "")


class Engine(Protocol):
    """A maker of compiled rules."""

    @property
    def version(self) -> str:
        """Its name and version, for records."""
        ...

    def compile(self, files: Sequence[RuleFile]) -> Compiled:
        """Compile rules; none includes another file, and none is seen outside of its own.

        Raises:
            RulesError: naming the file and the line.
        """
        ...

    def join(self, sets: Sequence[tuple[str, Compiled]]) -> Compiled:
        """One of several sets that it compiled, each with its name; asked in this order."""
        ...


class Maker(Engine, Protocol):
    """An engine in this process."""

    def compile(self, files: Sequence[RuleFile]) -> Portable:
        """As any engine."""
        ...

    def load(self, saved: bytes) -> Portable:
        """What was compiled and saved before, by us: neither engine can bear made-up bytes."""
        ...
