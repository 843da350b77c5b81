"""How long it may still take: a guess from what went before, said as one."""

from __future__ import annotations

from collectors.memory import Memory
from collectors.table import LIVE_HOST
from evidence.process_scan import ProcessScan

_MEMORY_RATE = 100 << 20  # bytes a second, until enough was read here to tell
_ENOUGH = 64 << 20  # bytes
# Seconds that collectors took on one machine with 3 GB of evidence, on two processors, November
# 2026: their proportions, no promise.
_WEIGHTS = {
    "processes": 2.0, "process-scan": 40.0, "temporary": 50.0, "recent-executables": 90.0,
    "referenced-programs": 20.0, "bodyfile": 45.0, "packages": 2.0,
}  # fmt: skip
_ORDINARY = 0.2
_MEASURED = {each.name for each in LIVE_HOST} | {ProcessScan.name, *_WEIGHTS}
"""Of others, above all those of Windows, nobody measured how long they take: nothing is guessed."""
_TRUST = 20.0  # seconds of work after which the pace of this machine counts for half
_FASTEST = 0.5  # of the pace above: what an earlier session took is passed over in no time


class Remaining:
    """Weighs what is done against all that may be to come, and corrects by this machine's pace."""

    def __init__(self, names: list[str], ram: int) -> None:
        """Begin.

        Args:
            names: of the collectors that will run, in any order.
            ram: bytes of memory that are to be read; 0 for none.
        """
        self._left = {name: _WEIGHTS.get(name, _ORDINARY) for name in names}
        self._ram, self._name = ram, ""
        self._memory(_MEMORY_RATE)
        self._done = 0.0
        self._since = 0.0

    def collector(self, name: str, elapsed: float) -> None:
        """A collector begins after so many seconds, and the one before is done."""
        self._done += self._left.pop(self._name, 0.0)
        self._name, self._since = name, elapsed

    def item(self, stored: int, elapsed: float) -> None:
        """So many bytes were read and stored after so many seconds: at this pace memory will be."""
        if stored >= _ENOUGH and elapsed > 0:
            self._memory(stored / elapsed)

    def _memory(self, rate: float) -> None:
        if Memory.name in self._left and self._name != Memory.name:
            self._left[Memory.name] = self._ram / rate

    def seconds(self, elapsed: float) -> int | None:
        """Seconds left after so many; None where it isn't known of all that is to come."""
        left = dict(self._left)  # a copy: the collection goes on in a thread of its own
        if not left or not left.keys() <= _MEASURED:
            return None
        pace = max(_FASTEST, (self._since + _TRUST) / (self._done + _TRUST))
        running = left.pop(self._name, 0.0) * pace - (elapsed - self._since)
        return round(sum(left.values()) * pace + max(0.0, running))
