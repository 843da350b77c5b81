"""Memory: what verifying takes at most, as bundles grow."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from inputs import made
from measure import Group, Line, Place, Run, VoidError, run

MAKING = Path(__file__).with_name("making.py")
HOZEN = Path(sys.executable).with_name("hozen")
_NOTES = """Peak resident memory (`ru_maxrss`) of `hozen verify`, everything opened, as the system counts it for the child. With the number and size of items it
does not grow: what is held is one volume's records (8 MiB) and the digests of its items. With the number of volumes it grows, by what is kept of each signed event (its bytes,
its signature, what they say): about 7 KiB a volume. A volume is 256 MiB, or 30 seconds: 10,000 of them are 2.5 TiB, or three and a half days."""


def memory(place: Place, _pairs: int) -> Group:
    """Few and many items, small and large ones, few and many volumes."""
    lines = []
    for verb, name, counts in (
        ("items", "empty files", (1_000, 100_000, 1_000_000)),
        ("volumes", "volumes", (10, 1_000, 10_000)),
    ):
        for count in counts:
            bundle = place.fast / f"{verb}{count}"
            run([sys.executable, MAKING, verb, count, bundle])
            lines.append(_line(f"{count:,} {name}", _verified(bundle)))
    lines.append(_line("one file of 1 GiB", _verified(_collected(place))))
    return Group(title="Memory of a verification", lines=lines, notes=_NOTES)


def _collected(place: Place) -> Path:
    out = place.fast / "noise"
    run([HOZEN, "collect", "--quiet", "--output", out, "--source", made("noise", place.work),
         "--skip", "yara"])  # fmt: skip
    (bundle,) = out.glob("HZ_*")
    return bundle


def _verified(bundle: Path) -> Run:
    done = run([HOZEN, "verify", "--quiet", bundle])
    # A child counts what its parent had when it was made: that must not be what we publish.
    if done.peak * 1024 <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss:
        raise VoidError("the measuring process is larger than what it measures")
    return done


def _line(name: str, done: Run) -> Line:
    met = "reached" if done.peak <= 128 else "**missed**"
    return Line(name, "≤ 128 MiB", f"{done.peak:.0f} MiB, {done.cpu:.1f} s of cpu", met)
