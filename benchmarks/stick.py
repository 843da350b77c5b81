"""A slow stick: how long until what matters most is closed on a medium that writes 10 MB/s."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from inputs import bundle_in, made
from measure import Group, Line, Place, VoidError, run

HOZEN = Path(sys.executable).with_name("hozen")
SPEED = 10_000_000  # bytes a second
SIZE = 8 << 30  # bytes of the stick
THROTTLE = Path("/sys/fs/cgroup/blkio/blkio.throttle.write_bps_device")
LOGS = Path("/var/log"), "hozen-benchmark"  # a folder that is made there, and removed
FIRST, WHOLE = 180, 900  # seconds
_NOTES = """`sh collect.sh --passphrase-file FILE` (profile quick) of a kit that lies on the stick, as root on this very machine: as it is, and with 1 GiB of logs beside its own (half of it text,
half gzip). The stick is ext4 on a block device in memory whose writes the kernel holds to 10 MB/s (`blkio.throttle.write_bps_device`), which `dd oflag=direct` confirms before each run; reading isn't held,
and what was read before is forgotten (`drop_caches`). Times are from the door's start, its look over its own files included, to the signature over the volume that closed the logs, and to the end.
What would fit is reckoned: as many more of such logs, compressed as they lie on the stick, as the seconds left would take at the speed of those that were added.

Proved in each run: `hozen verify` accepts the bundle by the kit's root, and `hozen kit check` the kit."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds until the logs were closed and until the end; bytes of the bundle."""

    first: float
    whole: float
    size: int


@dataclass(frozen=True, slots=True)
class Kit:
    """A kit's folder, and what its provider has."""

    home: Path

    @property
    def folder(self) -> Path:
        return self.home / "KIT"

    @property
    def passphrase(self) -> tuple[str, Path]:
        return "--passphrase-file", self.home / "passphrase"

    @property
    def trust(self) -> tuple[str, Path]:
        return "--trust", self.home / "root" / "root.pem"


def stick(place: Place, pairs: int) -> Group:
    """The quick profile of this machine, onto a stick as slow as a cheap one."""
    kit = _built(place.fast)
    bare = [_collected(place, kit) for _ in range(pairs)]
    with _more_logs():
        full = [_collected(place, kit) for _ in range(pairs)]
    lines = [*_lines("this machine", bare), *_lines("with 1 GiB of logs", full)]
    lines.append(Line(f"would fit in {WHOLE} s", "", f"{_fits(bare, full) / 1e9:.1f} GB", ""))
    return Group(title="A kit on a stick that writes 10 MB/s", lines=lines, notes=_NOTES)


def _lines(what: str, taken: list[Took]) -> list[Line]:
    size = median(each.size for each in taken)
    return [
        _line(f"{what}: processes, sockets and logs, closed", FIRST, [o.first for o in taken]),
        _line(f"{what}: the whole quick profile, sealed", WHOLE, [o.whole for o in taken]),
        Line(f"{what}: on the stick", "", f"{size / 1e6:.0f} MB", ""),
    ]


def _fits(bare: list[Took], full: list[Took]) -> float:
    """Bytes on the stick in that time, if all that is left of it went as the logs that were added."""
    (few, begin), (many, end) = (
        (median(each.size for each in taken), median(each.whole for each in taken))
        for taken in (bare, full)
    )
    return few + (many - few) / (end - begin) * (WHOLE - begin)


def _line(name: str, limit: int, taken: list[float]) -> Line:
    told = f"{median(taken):.1f} s ({min(taken):.1f} to {max(taken):.1f}) wall, n = {len(taken)}"
    return Line(name, f"≤ {limit} s", told, "reached" if max(taken) <= limit else "**missed**")


def _built(home: Path) -> Kit:
    """A kit as a provider makes it, for one recipient."""
    kit = Kit(home)
    (home / "passphrase").write_text("of a benchmark\n")
    _said("age-keygen", "-o", home / "key.txt")
    public = _said("age-keygen", "-y", home / "key.txt")
    root, key = home / "root", home / "kit1"
    made_for = ("--name", "Benchmark", *kit.passphrase)
    run([HOZEN, "keys", "root", "--output", root, *made_for])
    run([HOZEN, "keys", "kit", "--root", root / "root.key", "--output", key, *made_for])
    run([HOZEN, "kit", "build", "--platform", "linux", "--out", kit.folder, "--kit", key,
         "--recipient", public, "--profile", "quick", *kit.passphrase])  # fmt: skip
    return kit


@contextmanager
def _more_logs() -> Iterator[None]:
    """The machine with 1 GiB of logs more."""
    above, name = LOGS
    if (above / name).exists():
        raise VoidError(f"{above / name} is there already: take it away")
    try:
        made("logs", above, name)
        yield
    finally:
        shutil.rmtree(above / name, ignore_errors=True)


def _collected(place: Place, kit: Kit) -> Took:
    with _slow(place, kit.folder) as where:
        Path("/proc/sys/vm/drop_caches").write_text("3")
        begun = time.monotonic_ns()
        run(["sh", where / "collect.sh", "--quiet", *kit.passphrase], may_be=(0, 3))
        whole = (time.monotonic_ns() - begun) / 1e9
        bundle = bundle_in(where / "out")
        opening = ("--identity", kit.home / "key.txt", *kit.trust)
        run([HOZEN, "verify", "--quiet", *opening, bundle])
        run([HOZEN, "kit", "check", where, *kit.trust])
        size = sum(each.stat().st_size for each in bundle.rglob("*") if each.is_file())
        return Took((_logs_closed(bundle) - begun) / 1e9, whole, size)


def _logs_closed(bundle: Path) -> int:
    """When the last volume of logs was, by the clock that only goes forward."""
    events = [json.loads(each.read_bytes()) for each in sorted(bundle.glob("custody/*.json"))]
    logs = [
        int(each["mono"]) for each in events
        if each["type"] == "volume_closed" and each["detail"]["phase"] == "logs"
    ]  # fmt: skip
    if not logs or events[-1]["type"] != "sealed":
        raise VoidError("no logs, or no seal")
    return max(logs)


@contextmanager
def _slow(place: Place, kit: Path) -> Iterator[Path]:
    """A mounted stick with the kit on it, its writes held back."""
    image, where = place.fast / "stick.img", place.work / "stick"
    where.mkdir(exist_ok=True)
    with image.open("wb") as file:
        file.truncate(SIZE)
    device = _said("losetup", "--find", "--show", image)
    number = Path(f"/sys/block/{Path(device).name}/dev").read_text().strip()
    try:
        _said("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", device)
        _said("mount", device, where)
        shutil.copytree(kit, where, dirs_exist_ok=True)
        _said("sync", "--file-system", where)
        THROTTLE.write_text(f"{number} {SPEED}")
        _confirm(where)
        yield where
    finally:
        THROTTLE.write_text(f"{number} 0")
        subprocess.run(["umount", where], check=False)
        _said("losetup", "--detach", device)
        image.unlink()


def _confirm(where: Path) -> None:
    took = run(
        ["dd", "if=/dev/zero", f"of={where}/probe", "bs=1M", "count=40", "oflag=direct"]
    ).wall
    (where / "probe").unlink()
    if not 0.9 < took * SPEED / (40 << 20) < 1.2:
        raise VoidError(f"the stick is not slow: 40 MiB took {took:.1f} s")


def _said(*command: object) -> str:
    words = [str(each) for each in command]
    if shutil.which(words[0]) is None:
        raise VoidError(f"{words[0]} is missing")
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
