"""YARA over the memory of running processes: what matched, where; the memory itself stays there.

A process is read through /proc/PID/mem while it runs on, in windows that overlap, so that nothing
of its size has to fit into ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import ClassVar, NamedTuple

from chain_of_custody.item import Hit
from collectors import pathtext
from collectors.artifact import (
    Artifact,
    Gap,
    MissingRange,
    Phase,
    Profile,
    Reading,
    detail_of,
)
from collectors.files.snapshot import Snapshot, document, in_json
from collectors.files.source import Source
from collectors.live.shelf import without_processes
from collectors.ram.image import CHUNK, MemoryReading
from collectors.ram.processes.chosen import opened
from collectors.ram.processes.fitting import chosen
from collectors.ram.processes.passed import Passed, by_class, closed
from collectors.ram.processes.process import Living, living
from evidence.scan.scanner import ItemScan, Rules

SCHEMA, LIST = "hozen-process-scan/2", "hozen-process-scan-list/1"
LARGEST = 2 << 30  # bytes read of one process
OF_A_SCANNER = 20  # different rules in one process: an intruder's matches a few


def _never() -> bool:
    return False


def _unheard(_origin: str, _given_up: str) -> None:
    """Nobody wants to know."""


class Found(NamedTuple):
    """A rule that matched, and the address in the process; None where the rule has no place."""

    rule: str
    address: int | None


class ProcessScan:
    """Runs the YARA rules over the memory of every running process, and tells what matched.

    It runs before `process-memory` wherever rules are searched for, and is named by that. The
    processes run on and are not traced; ourselves and our parents are left out, since our memory
    holds the rules. It cannot show what a process wrote or wiped while it was read, what is swapped
    out, files mapped from mounts that aren't local (they are named), nor anything that no rule
    knows; on Windows nothing, which is a gap. Rules for small files, those of whole ransom notes
    among them, don't hold in memory.
    """

    name: ClassVar[str] = "process-scan"
    phase: ClassVar[Phase] = Phase.MEMORY
    profile: ClassVar[Profile] = Profile.STANDARD

    def __init__(
        self, rules: Rules, matched: dict[int, list[str]], counts: dict[str, int],
        inventory: frozenset[str] = frozenset(), stop: Callable[[], bool] = _never,
        remarks: dict[str, list[str]] | None = None,
        searched: Callable[[str, str], None] = _unheard,
    ) -> None:  # fmt: skip
        """Scan with these rules.

        Args:
            rules: compiled.
            matched: filled with process numbers and the rules that matched in them, for which
                the memory is worth keeping.
            counts: of the run: how often each rule matched.
            inventory: rules that only name what is used lawfully, too: no reason to keep memory.
            stop: asked between reads; True ends the scan of a process where it is.
            remarks: of the run: what its end is to say, and of which processes.
            searched: told of each account, and why the rules' answer is not whole, if it isn't.
        """
        self._rules = rules
        self._matched = matched
        self._counts = counts
        self._inventory = inventory
        self._stop = stop
        self._remarks = {} if remarks is None else remarks
        self._searched = searched
        self.places: dict[int, set[int]] = {}
        """Process number to the addresses at which rules matched that are a reason to keep it."""

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield an account of each process, made when its turn comes: a run can end in between.

        Then the list of them, and of those that are not scanned, with the reason.
        """
        if (gap := without_processes(source, self.name)) is not None:
            yield gap
            return
        accounts, passed = list[int](), list[Passed]()
        for one in living(source):
            if isinstance(one, Passed):
                passed.append(one)
                continue
            accounts.append(one.pid)
            yield Artifact(self._account(one), "process", partial(self._scanned, source, one))
        listed = {"schema": LIST, "accounts": accounts, "passed_over": by_class(passed)}
        yield document(f"hozen:/{self.name}.json", "process", listed)
        yield from closed(f"hozen:/{self.name}", passed)

    def _account(self, one: Living) -> str:
        return f"hozen:/{self.name}/{one.pid}.json"

    def _scanned(self, source: Source, one: Living) -> Reading:
        row, lost = self._row(source, one)
        data = in_json({"schema": SCHEMA, "engine": self._rules.engine, **row})
        missing = [MissingRange(offset=len(data), size=None, error=why) for why in lost[:1]]
        return Snapshot(data, missing=missing)

    def _row(self, source: Source, one: Living) -> tuple[dict[str, object], list[str]]:
        """What came of one process, and what of it was over our limit or did not answer."""
        row: dict[str, object] = {
            "pid": one.pid, "start_ticks": one.start_ticks, "read": 0, "unread": 0, "hits": [],
            "program": pathtext.shown(one.program),
        }  # fmt: skip
        try:
            reading = opened(source, one, chosen(one, LARGEST))
        except OSError as error:
            silent = [detail_of(error)] if isinstance(error, TimeoutError) else []
            return {**row, "errors": [detail_of(error)]}, silent
        scan = ItemScan(self._rules, in_memory=True)
        with closing(reading):
            stopped = self._pour(reading, scan)
        hits = scan.finish().hits
        told = [Found(hit.rule, _address(reading, hit)) for hit in hits]
        self._note(one.pid, told)
        self._searched(self._account(one), scan.given_up)
        read, unread = reading.read_bytes, reading.refused.bytes
        left = one.size - read - unread
        lost = [*reading.told, *([_left_out(left, stopped=stopped)] if left else [])]
        errors = [*scan.errors, *_short(unread), *lost, *self._like_a_scanner(one, told)]
        shown = [{"rule": rule, "address": None if at is None else hex(at)} for rule, at in told]
        return {**row, "read": read, "unread": unread, "hits": shown, "errors": errors}, lost

    def _pour(self, reading: MemoryReading, scan: ItemScan) -> bool:
        """Read what was chosen of a process, or until the run has to end: whether that."""
        room = memoryview(bytearray(CHUNK))
        while not self._stop():
            count = reading.readinto(room)
            if not count:
                return False
            scan.update(room[:count])
        return True

    def _like_a_scanner(self, one: Living, found: Sequence[Found]) -> Iterator[str]:
        """What is to be said of a process that so many rules match in; nothing is taken back."""
        rules = len({each.rule for each in found})
        if rules >= OF_A_SCANNER:
            self._remarks.setdefault("scanner", []).append(f"{one.pid} {one.program}")
            yield f"{rules} rules matched: it may hold rules or texts about intruders itself"

    def _note(self, pid: int, found: Sequence[Found]) -> None:
        """Count each rule once, and say of those that are a reason to keep the memory where."""
        for rule in sorted({each.rule for each in found}):
            self._counts[rule] = self._counts.get(rule, 0) + 1
            if "/" in rule or rule.rpartition(":")[2] not in self._inventory:
                self._matched.setdefault(pid, []).append(rule)
                places = {at for name, at in found if name == rule and at is not None}
                self.places.setdefault(pid, set()).update(places)


def _address(reading: MemoryReading, hit: Hit) -> int | None:
    return None if hit.offset is None else reading.address(int(hit.offset))


def _short(unread: int) -> Iterator[str]:
    if unread:
        yield f"{unread} bytes could not be read"


def _left_out(size: int, *, stopped: bool) -> str:
    if stopped:
        return f"the run was ended here: {size} more bytes were not scanned"
    return f"over {LARGEST} bytes: {size} more were not scanned"
