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


class Compiled(Protocol):
    """Rules, ready to be held against bytes; may be asked by several threads at once."""

    @property
    def names(self) -> list[str]:
        """The rules that say something; private ones serve others."""
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
