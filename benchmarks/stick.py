"""A slow stick: how long until what matters most is closed on a medium that writes 10 MB/s."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from inputs import bundle_in
from measure import Group, Line, Place, Run, VoidError, run

HOZEN = Path(sys.executable).with_name("hozen")
SPEED = 10_000_000  # bytes a second
SIZE = 8 << 30  # bytes of the stick
THROTTLE = Path("/sys/fs/cgroup/blkio/blkio.throttle.write_bps_device")
FIRST, WHOLE = 180, 900  # seconds
_NOTES = """`hozen collect --profile quick --recipient K --output STICK` as root on this very machine; the stick is ext4 on a block device in memory whose writes the kernel
holds to 10 MB/s (`blkio.throttle.write_bps_device`), which `dd oflag=direct` confirms before each run. Times are the bundle's own, from its signed beginning to the signature over
the volume that closed the logs, and to the seal; a machine with more logs takes longer: MiB on the stick are told for that.

Proved in each run: `hozen verify` accepts the bundle."""


def stick(place: Place, pairs: int) -> Group:
    """The quick profile of this machine, onto a stick as slow as a cheap one."""
    runs = [_collected(place) for _ in range(pairs)]
    lines = [
        _line("processes, sockets and logs, closed", FIRST, [first for first, _, _ in runs]),
        _line("the whole quick profile, sealed", WHOLE, [whole for _, whole, _ in runs]),
        Line("on the stick", "", f"{median(size for *_, size in runs):.0f} MiB", ""),
    ]
    return Group(title="A stick that writes 10 MB/s", lines=lines, notes=_NOTES)


def _line(name: str, limit: int, taken: list[float]) -> Line:
    told = f"{median(taken):.1f} s ({min(taken):.1f} to {max(taken):.1f}) wall, n = {len(taken)}"
    return Line(name, f"≤ {limit} s", told, "reached" if max(taken) <= limit else "**missed**")


def _collected(place: Place) -> tuple[float, float, float]:
    """Seconds until the logs were closed and until the seal; MiB."""
    recipient = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True).stdout
    (place.fast / "key.txt").write_text(recipient)
    public = recipient.split("public key: ")[1].split()[0]
    with _slow(place) as where:
        done = run([HOZEN, "collect", "--profile", "quick", "--quiet", "--recipient", public,
                    "--output", where / "out"], may_be=(0, 3))  # fmt: skip
        bundle = bundle_in(where / "out")
        run([HOZEN, "verify", "--quiet", "--identity", place.fast / "key.txt", bundle])
        size = sum(each.stat().st_size for each in bundle.rglob("*") if each.is_file())
        return *_times(bundle, done), size / (1 << 20)


def _times(bundle: Path, done: Run) -> tuple[float, float]:
    events = [json.loads(each.read_bytes()) for each in sorted(bundle.glob("custody/*.json"))]
    begun = int(events[0]["mono"])
    logs = [
        int(each["mono"]) for each in events
        if each["type"] == "volume_closed" and each["detail"]["phase"] == "logs"
    ]  # fmt: skip
    if not logs or events[-1]["type"] != "sealed":
        raise VoidError("no logs, or no seal")
    whole = (int(events[-1]["mono"]) - begun) / 1e9
    # The seal's files are still to be written when its event is made.
    return (max(logs) - begun) / 1e9, max(whole, done.wall)


@contextmanager
def _slow(place: Place) -> Iterator[Path]:
    """A mounted stick, its writes held back."""
    image, where = place.fast / "stick.img", place.work / "stick"
    where.mkdir(exist_ok=True)
    with image.open("wb") as file:
        file.truncate(SIZE)
    device = _said("losetup", "--find", "--show", image)
    number = Path(f"/sys/block/{Path(device).name}/dev").read_text().strip()
    try:
        _said("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", device)
        _said("mount", device, where)
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
