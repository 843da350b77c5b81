"""How long it may still take: a guess from what went before, said as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evidence.telling.amounts import Amounts

_RATE = 100 << 20  # bytes a second, until enough was read here to tell
_UNMEASURED = 600.0  # seconds of bytes at that pace; more is not guessed before one is measured
_ENOUGH = 64 << 20  # bytes
_LARGE = 4 << 20  # bytes read at once: what is smaller tells of files, not of how fast bytes move
# Seconds that collectors took, their proportions, no promise. Linux: one machine with 3 GB of
# evidence, on two processors, November 2026. Windows: an NTFS volume of 198,000 files and 2.6 GB of
# evidence, between what it took when read on Linux and under Wine, the live ones under Wine alone.
# Of a shadow copy as long as of the same files of the volume, since none was measured; of the
# registry in use, 400,000 keys at the pace of Wine's; of Windows' two doors, what event logs and
# hives take that are read once more.
WEIGHTS = {
    "processes": 2.0, "process-scan": 40.0, "temporary": 50.0, "recent-executables": 90.0,
    "packages": 2.0,
    "ntfs-metadata": 4.0, "event-logs": 15.0, "registry": 10.0, "execution": 2.0,
    "autostart": 3.0, "antivirus": 1.5, "user-activity": 1.3, "browsers": 6.0,
    "system-traces": 6.0, "shadow-copies": 29.0, "windows-registry": 45.0, "windows-doors": 25.0,
    "ransom-notes": 15.0, "referenced-programs": 20.0, "bodyfile": 45.0,
}  # fmt: skip
SWIFT = (
    "clock", "sockets", "network", "sessions", "containers", "mounts", "timers", "kernel-log",
    "kernel", "running-programs", "memory-symbols", "process-memory", "login-records", "audit",
    "journal", "vpn-logs", "web-logs", "shell-histories", "var-log", "os-identity", "accounts",
    "preload", "cron", "systemd", "ssh", "init", "profiles", "network-config", "remote-access",
    "kernel-config", "web-roots", "two-doors",
    "windows-clock", "windows-rights", "windows-connections", "windows-processes",
    "windows-network", "windows-sessions", "windows-volumes", "windows-services",
    "windows-drivers", "windows-autoruns", "windows-memory", "disk", "powershell",
    "windows-remote-access", "endpoint-management", "windows-server-logs", "backup-software",
    "hospital-systems", "transfers", "recycle-bin", "print-spool",
)  # fmt: skip
_MOMENT = 0.2  # seconds
_TRUST = 10.0  # seconds of work after which the pace of this machine counts for half
_FASTEST = 0.5  # of the pace above: what an earlier session took is passed over in no time
_PATIENCE = 60.0  # seconds that a collector may take beyond its guess before that is worth nothing


class _Read:
    """The bytes that came, and how fast those of large items did."""

    def __init__(self) -> None:
        self.at = 0.0
        self._stored = self._before = self._large = 0
        self._seconds = self._since = 0.0

    def begin(self, elapsed: float) -> None:
        """Another collector reads."""
        self._before = self._stored
        self.at = self._since = elapsed

    def item(self, stored: int, elapsed: float) -> bool:
        """So many bytes in all, after so many seconds; whether it was a large item that came."""
        large = stored - self._stored >= _LARGE
        if large:
            self._large += stored - self._stored
            self._seconds += elapsed - self.at
        self._stored, self.at = stored, elapsed
        return large

    @property
    def here(self) -> int:
        """Bytes of the collector that runs."""
        return self._stored - self._before

    @property
    def rate(self) -> float | None:
        """Bytes a second of large items; None while too few came to tell."""
        return self._large / self._seconds if self._large >= _ENOUGH and self._seconds else None

    @property
    def rate_here(self) -> float | None:
        """Bytes a second of the collector that runs; None while too few came to tell."""
        passed = self.at - self._since
        return self.here / passed if self.here >= _ENOUGH and passed > 0 else None


class Remaining:
    """Weighs what is done against all that may be to come, and corrects by this machine's pace."""

    def __init__(self, names: Sequence[str], amounts: Amounts) -> None:
        """Begin.

        Args:
            names: of the collectors that will run, in any order; none where nobody knows how long
                what runs will take.
            amounts: how much there is for them.
        """
        self._sizes = amounts.sizes
        self._left = {name: _weight(name, amounts) for name in names}
        self._nothing = not names
        self._name = ""
        self._read = _Read()
        self._at_rate(_RATE)
        self._done = 0.0
        self._since = 0.0

    def collector(self, name: str, elapsed: float) -> None:
        """A collector begins after so many seconds, and the one before is done."""
        self._done += self._left.pop(self._name, None) or 0.0
        self._name, self._since = name, elapsed
        self._read.begin(elapsed)

    def item(self, stored: int, elapsed: float) -> None:
        """So many bytes were read and stored after so many seconds: what is large will be, too."""
        if self._read.item(stored, elapsed) and (rate := self._read.rate) is not None:
            self._at_rate(rate)

    def _at_rate(self, rate: float) -> None:
        for name, size in self._sizes.items():
            if name in self._left and name != self._name:
                self._left[name] = None if size is None else size / rate

    def seconds(self, elapsed: float) -> int | None:
        """Seconds left after so many; None where it isn't known of all that is to come.

        Of a folder or a disk's files no collector is named, and so nothing is known; nor is it
        where the one that runs takes much longer than was thought.
        """
        to_come = dict(self._left)  # a copy: the collection goes on in a thread of its own
        known = {name: each for name, each in to_come.items() if each is not None}
        if self._nothing or len(known) < len(to_come) or self._is_unmeasured(known):
            return None
        pace = self._pace(elapsed)
        left = {name: each if name in self._sizes else each * pace for name, each in known.items()}
        running = left.pop(self._name, 0.0) - (elapsed - self._since)
        if (bytes_left := self._of_bytes()) is not None:
            running = bytes_left - (elapsed - self._read.at)
        rest = sum(left.values())
        return None if -running > max(_PATIENCE, rest) else round(rest + max(0.0, running))

    def _is_unmeasured(self, known: Mapping[str, float]) -> bool:
        """Whether most of it hangs on how fast bytes move here, and nobody knows that yet."""
        of_bytes = sum(each for name, each in known.items() if name in self._sizes)
        return self._read.rate is None and of_bytes > _UNMEASURED

    def _of_bytes(self) -> float | None:
        """Seconds left when the last bytes came, of what runs and is as long as its bytes."""
        size, rate = self._sizes.get(self._name), self._read.rate_here
        return None if size is None or rate is None else max(0, size - self._read.here) / rate

    def _pace(self, elapsed: float) -> float:
        """How many times as long as its weight this machine takes for something.

        What runs counts as soon as it takes longer than it would at the pace so far, since until it
        is done nothing else tells of a slow disk.
        """
        running = self._left.get(self._name) or 0.0
        return max(
            _FASTEST, (self._since + _TRUST) / (self._done + _TRUST),
            (elapsed + _TRUST) / (self._done + running + _TRUST),
        )  # fmt: skip


def _weight(name: str, amounts: Amounts) -> float | None:
    """Seconds, as far as somebody measured it."""
    weight = WEIGHTS.get(name, _MOMENT if name in SWIFT else None)
    return None if weight is None else weight * amounts.multiples.get(name, 1.0)
