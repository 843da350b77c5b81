"""Measure groups side by side with their peers and write docs/benchmarks.md. See README.md."""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from acquisition import acquisition
from collect import big, small
from disk import disk
from events import events
from image import image
from measure import Group, Place
from memory import memory
from records import records
from scan import scan
from stick import stick
from symbols import symbols
from verify import verify

HOME = Path(__file__).resolve().parent.parent
PAGE = HOME / "docs" / "benchmarks.md"
_ALL = (
    small, big, stick, acquisition, symbols, disk, image, verify, records, memory, events, scan,
)  # fmt: skip
GROUPS: dict[str, Callable[[Place, int], Group]] = {each.__name__: each for each in _ALL}
_TOP = """# Benchmarks

Each group is measured by `python benchmarks/run.py GROUP`, ours and the peer in turn, the order alternating. A figure is the median of the pairs' ratios, the smallest and largest in brackets.
A cost is ours : peer, in seconds of processor time (user and system, children included) unless it says *wall*; a speed is peer : ours. Ratios are the claims; seconds belong to the machine.
Inputs on ext4, read once before; outputs on tmpfs; modules of both sides are compiled beforehand, as pip does it. Misses stay in the table; lines in brackets are floors: bare loops, to see what is left to gain."""


def machine() -> str:
    """What it was measured on."""
    told = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in told if "model name" in line), "")
    openssl = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True)
    return (
        f"{model or platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}, "
        f"Python {platform.python_version()}, {openssl.stdout.split(' (')[0].strip()}"
    )


def commit() -> str:
    """Which state of the product."""

    def git(*words: str) -> str:
        command = ["git", "-C", str(HOME), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    changed = git("status", "--porcelain", "--", ".", f":!{PAGE.relative_to(HOME)}")
    return git("rev-parse", "--short", "HEAD") + (" with changes" if changed else "")


def measured(name: str, options: argparse.Namespace) -> str:
    """A group's section of the page, its inputs made and removed."""
    before = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory(dir=options.work) as work,
        tempfile.TemporaryDirectory(dir=options.fast) as fast,
    ):
        group = GROUPS[name](Place(Path(work), Path(fast), options.peers), options.pairs)
    load = f"{before:.1f} before and {os.getloadavg()[0]:.1f} after"
    table = "\n".join(map(str, group.lines))
    return (
        f"## {name}: {group.title}\n\n"
        f"`python benchmarks/run.py {name} --pairs {options.pairs}`, {datetime.now(UTC).date()}, {commit()}. "
        f"{machine()}; load {load}.\n\n"
        f"| against | limit | measured | |\n|---|---|---|---|\n{table}\n\n{group.notes}\n"
    )


def sections() -> dict[str, str]:
    """The page as it is, by group."""
    found = PAGE.read_text(encoding="utf-8").split("\n## ")[1:] if PAGE.exists() else []
    return {text.partition(":")[0]: f"## {text.rstrip()}\n" for text in found}


def compiled() -> None:
    """Our modules as an installation leaves them, which the peers' are, too.

    A checkout that was changed since it was installed has none, and where Python may write none,
    each start would compile them anew.
    """
    for package in ("chain_of_custody", "collectors", "evidence"):
        compileall.compile_dir(HOME / package, quiet=1)


def main() -> None:
    """Measure what was named, and replace that on the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("group", nargs="*", choices=list(GROUPS), help="all, if none is named")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--work", type=Path, default=None, help="disk for inputs (ext4)")
    parser.add_argument("--fast", type=Path, default=Path("/dev/shm"), help="tmpfs for outputs")
    parser.add_argument("--peers", type=Path, default=HOME / ".venv-peers")
    options = parser.parse_args()
    compiled()
    for name in options.group or GROUPS:
        page = sections() | {name: measured(name, options)}
        known = [page[each] for each in GROUPS if each in page]
        PAGE.write_text("\n".join([f"{_TOP}\n", *known]), encoding="utf-8")


if __name__ == "__main__":
    main()
