"""YARA over the bytes that were just hashed: an observer, never a second read of the source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yara

from chain_of_custody.findings import escaped
from chain_of_custody.item import Hit, Scan

WHOLE = 32 << 20  # bytes: items up to here are scanned whole, where every condition holds
OVERLAP = 1 << 20  # bytes shared by two windows, so that a match across the cut is found
TIMEOUT = 60  # seconds for one scan
MAX_HITS = 100  # a record's; more of the same tells nothing new
_SHOWN = 64  # bytes of a match that go into the record


class RulesError(Exception):
    """A rule file that YARA does not compile."""

    exit_code = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A compiled rule set."""

    compiled: yara.Rules
    count: int
    engine: str


def load_rules(folder: Path) -> Rules:
    """Compile every `.yar` file of a folder, each in a namespace of its own.

    Raises:
        RulesError: naming the file and the line.
    """
    files = {path.stem: str(path) for path in sorted(folder.glob("*.yar"))}
    try:
        compiled = yara.compile(filepaths=files, includes=False)
    except yara.Error as error:
        raise RulesError(str(error)) from error
    count = sum(1 for _ in compiled)
    return Rules(compiled=compiled, count=count, engine=f"yara-python {yara.YARA_VERSION}")


class ItemScan:
    """One item's scan: sees the bytes pass, and says at the end what matched."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._held = bytearray()
        self._start = 0
        self._hits: list[Hit] = []
        self._seen: set[tuple[str, int]] = set()
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
        return Scan(hits=self._hits[:MAX_HITS], mode=self._mode)

    def _scan(self) -> None:
        if not self._held:
            return
        try:
            with memoryview(self._held) as view:
                matches = self._rules.compiled.match(data=view, timeout=TIMEOUT)
        except yara.TimeoutError:
            self.errors.append(f"YARA: given up after {TIMEOUT} s at byte {self._start}")
            return
        except yara.Error as error:
            self.errors.append(f"YARA: {error}")
            return
        for match in matches:
            self._keep(match)

    def _keep(self, match: yara.Match) -> None:
        for offset, text in _instances(match):
            at = self._start + offset
            if (match.rule, at) in self._seen or len(self._hits) >= MAX_HITS:
                continue
            self._seen.add((match.rule, at))
            self._hits.append(
                Hit(offset=str(at), rule=f"{match.namespace}:{match.rule}", text=text)
            )
        if not match.strings and (match.rule, -1) not in self._seen:
            self._seen.add((match.rule, -1))
            self._hits.append(Hit(offset=None, rule=f"{match.namespace}:{match.rule}", text=""))


def _instances(match: yara.Match) -> Iterator[tuple[int, str]]:
    for string in match.strings:
        for instance in string.instances:
            shown = bytes(instance.matched_data[:_SHOWN]).decode("latin-1")
            yield instance.offset, escaped(shown)
