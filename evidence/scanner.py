"""YARA over the bytes that were just hashed: an observer, never a second read of the source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from chain_of_custody.findings import escaped
from chain_of_custody.item import Hit, Scan
from evidence.engines.choice import ENGINES
from evidence.engines.engine import Compiled, Engine, Match, RuleFile, ScanError
from evidence.triage.errors import RulesError
from evidence.triage.names import NameRules, load_names, name_of

WHOLE = 32 << 20  # bytes: items up to here are scanned whole, where every condition holds
OVERLAP = 1 << 20  # bytes shared by two windows, so that a match across the cut is found
TIMEOUT = 60  # seconds for one scan
OF_A_RULE = 5  # hits in a record; more of the same tells nothing new, and must hide no other rule
MAX_HITS = 1000  # of all rules together: some 500 KiB, far below what a record may have
MAX_REMARKS = 20  # errors in a record
_SHOWN = 64  # bytes of a match that go into the record
_NO_NAMES = NameRules({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A compiled rule set."""

    compiled: Compiled
    engine: str
    """Its name and version."""
    names: NameRules = _NO_NAMES

    @property
    def names_of_rules(self) -> list[str]:
        """What can match, by content and by name."""
        return [*self.compiled.names, *self.names.rules]

    @property
    def count(self) -> int:
        """How many rules there are."""
        return len(self.names_of_rules)


def load_rules(folder: Path, engine: Engine | None = None) -> Rules:
    """Compile every `.yar` file of a folder, and read the names of files beside them.

    Args:
        folder: of rules.
        engine: that compiles and scans; YARA itself when not given.

    Raises:
        RulesError: naming the file and the line.
    """
    return rules_of(sorted(folder.glob("*.yar")), load_names(folder), engine)


def rules_of(
    paths: Sequence[Path], names: NameRules = _NO_NAMES, engine: Engine | None = None
) -> Rules:
    """Compile files of rules, each in a namespace of its own.

    Raises:
        RulesError: naming the file and the line.
    """
    maker = engine or ENGINES["yara"]()
    compiled = maker.compile([_read(path) for path in paths])
    return Rules(compiled=compiled, engine=maker.version, names=names)


def _read(path: Path) -> RuleFile:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RulesError(f"{path.name}: {error}") from error
    if "\0" in text:  # YARA would not see what follows, and say nothing of it
        line = text.partition("\0")[0].count("\n") + 1
        raise RulesError(f"{path.name}: line {line}: a zero byte, which no text has")
    return RuleFile(path.name, path.stem, text)


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
        self._in_memory = in_memory
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
                matches, remarks = self._rules.compiled.match(
                    view, in_memory=self._in_memory, timeout=TIMEOUT, most=OF_A_RULE
                )
        except ScanError as error:
            self._remark(str(error))
            return
        for remark in remarks:
            self._remark(remark)
        for match in matches:
            self._keep(match)

    def _remark(self, text: str) -> None:
        if len(self.errors) < MAX_REMARKS:
            self.errors.append(f"YARA: {escaped(text)} (from byte {self._start})")

    def _keep(self, match: Match) -> None:
        for offset, text in _places(match):
            at = None if offset is None else str(self._start + offset)
            kept = self._seen.setdefault(match.rule, set())
            if at in kept or len(kept) >= OF_A_RULE or len(self._hits) >= MAX_HITS:
                continue
            kept.add(at)
            self._hits.append(Hit(offset=at, rule=match.rule, text=text))


def _places(match: Match) -> Iterator[tuple[int | None, str]]:
    if not match.places:  # a rule that only joins others has no place of its own
        yield None, ""
    for offset, data in match.places:
        yield offset, escaped(data[:_SHOWN].decode("latin-1"))
