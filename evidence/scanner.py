"""YARA over the bytes that were just hashed: an observer, never a second read of the source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yara

from chain_of_custody.findings import escaped
from chain_of_custody.item import Hit, Scan
from evidence.triage.errors import RulesError
from evidence.triage.names import NameRules, load_names, name_of

WHOLE = 32 << 20  # bytes: items up to here are scanned whole, where every condition holds
OVERLAP = 1 << 20  # bytes shared by two windows, so that a match across the cut is found
TIMEOUT = 60  # seconds for one scan
OF_A_RULE = 5  # hits in a record; more of the same tells nothing new, and must hide no other rule
MAX_HITS = 1000  # of all rules together: some 500 KiB, far below what a record may have
_SHOWN = 64  # bytes of a match that go into the record
_IN_MEMORY = "in_memory"  # what a rule may ask: whether it looks at a process's memory
_NO_NAMES = NameRules({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A compiled rule set."""

    compiled: yara.Rules
    count: int
    engine: str
    names: NameRules = _NO_NAMES

    @property
    def names_of_rules(self) -> list[str]:
        """What can match, by content and by name."""
        return [*_public(self.compiled), *self.names.rules]


def load_rules(folder: Path) -> Rules:
    """Compile every `.yar` file of a folder, and read the names of files beside them.

    Raises:
        RulesError: naming the file and the line.
    """
    return rules_of(sorted(folder.glob("*.yar")), load_names(folder))


def rules_of(paths: Sequence[Path], names: NameRules = _NO_NAMES) -> Rules:
    """Compile files of rules, each in a namespace of its own.

    Raises:
        RulesError: naming the file and the line.
    """
    texts = {path: _text(path) for path in paths}
    compiled = _compiled({path.stem: text for path, text in texts.items()}, texts)
    count = len(_public(compiled)) + len(names.rules)
    engine = f"yara-python {yara.YARA_VERSION}"
    return Rules(compiled=compiled, count=count, engine=engine, names=names)


def _text(path: Path) -> str:
    """Read here: on Windows YARA opens no path with anything but ASCII in it."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RulesError(f"{path}: {error}") from error


def _compiled(sources: dict[str, str], texts: dict[Path, str]) -> yara.Rules:
    try:
        return yara.compile(sources=sources, includes=False, externals={_IN_MEMORY: False})
    except yara.Error as error:
        raise RulesError(_where(texts) or str(error)) from error


def _where(texts: dict[Path, str]) -> str:
    """The file and the line that don't compile: of texts YARA itself says only the line."""
    for path, text in texts.items():
        try:
            yara.compile(source=text, includes=False, externals={_IN_MEMORY: False})
        except yara.Error as error:
            return f"{path}: {error}"
    return ""


def _public(compiled: yara.Rules) -> list[str]:
    """The rules that say something; private ones serve others."""
    return [rule.identifier for rule in compiled if not rule.is_private]


class ItemScan:
    """One item's scan: sees the bytes pass, and says at the end what matched."""

    def __init__(self, rules: Rules, origin: str = "", *, in_memory: bool = False) -> None:
        """Scan an item.

        Args:
            rules: compiled.
            origin: whose last part is held against the names that the rules know.
            in_memory: whether the bytes are a process's memory, which some rules ask.
        """
        self._rules = rules
        self._origin = origin
        self._externals = {_IN_MEMORY: in_memory}
        self._held = bytearray()
        self._start = 0
        self._hits: list[Hit] = []
        self._seen: dict[str, set[str | None]] = {}
        self._mode: Literal["whole", "windows"] = "whole"
        self.errors: list[str] = []

    def update(self, data: memoryview, /) -> None:
        """See the next bytes; a full window is scanned at once, so memory stays bounded."""
        self._held += data
        if len(self._held) >= WHOLE:
            self._mode = "windows"
            self._scan()
            dropped = len(self._held) - OVERLAP
            del self._held[:dropped]
            self._start += dropped

    def finish(self) -> Scan:
        """What matched, and how much of the item each scan saw."""
        self._scan()
        name = escaped(name_of(self._origin))[:_SHOWN]
        named = [
            Hit(offset=None, rule=rule, text=name)
            for rule in self._rules.names.matching(self._origin)
        ]
        return Scan(hits=[*named, *self._hits][:MAX_HITS], mode=self._mode)

    def _scan(self) -> None:
        if not self._held:
            return
        try:
            with memoryview(self._held) as view:
                matches = self._rules.compiled.match(
                    data=view, timeout=TIMEOUT, externals=self._externals
                )  # fmt: skip
        except yara.TimeoutError:
            self.errors.append(f"YARA: given up after {TIMEOUT} s at byte {self._start}")
            return
        except yara.Error as error:
            self.errors.append(f"YARA: {error}")
            return
        for match in matches:
            self._keep(match)

    def _keep(self, match: yara.Match) -> None:
        rule = f"{match.namespace}:{match.rule}"
        for offset, text in _instances(match):
            at = None if offset is None else str(self._start + offset)
            kept = self._seen.setdefault(rule, set())
            if at in kept or len(kept) >= OF_A_RULE or len(self._hits) >= MAX_HITS:
                continue
            kept.add(at)
            self._hits.append(Hit(offset=at, rule=rule, text=text))


def _instances(match: yara.Match) -> Iterator[tuple[int | None, str]]:
    if not match.strings:  # a rule that only joins others has no place of its own
        yield None, ""
    for string in match.strings:
        for instance in string.instances[:OF_A_RULE]:
            shown = bytes(instance.matched_data[:_SHOWN]).decode("latin-1")
            yield instance.offset, escaped(shown)
