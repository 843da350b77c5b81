"""Symbols for Volatility 3: what making them of a kernel as large as real ones takes."""

from __future__ import annotations

import json
import lzma
import sys
from pathlib import Path
from statistics import median

from measure import Group, Line, Place, Run, VoidError, run

HOZEN = Path(sys.executable).with_name("hozen")
BTF = Path("/sys/kernel/btf/vmlinux")
SYMBOLS = 120_000
TEXT, SHIFT = 0xFFFFFFFF81000000, 0x12000000
LIMIT = 5  # seconds of processor time
_NOTES = f"""`hozen memory symbols --btf B --kallsyms K --version V --vmcoreinfo I`: the BTF of the running kernel, and {SYMBOLS:,} symbols written for this; start-up left in.
Proved in each run: the file holds every one of these symbols, and the structures that a list of processes needs."""


def symbols(place: Place, pairs: int) -> Group:
    """Made of the types of the kernel that runs here, and as many symbols as such a kernel has."""
    given = _written(place.work)
    made = [_made(given, place.fast / f"{number}.json.xz") for number in range(pairs)]
    taken = [each.cpu for each in made]
    met = "reached" if median(taken) <= LIMIT else "**missed**"
    told = f"{median(taken):.1f} s ({min(taken):.1f} to {max(taken):.1f}) cpu, n = {pairs}"
    name = f"{SYMBOLS:,} symbols, {BTF.stat().st_size >> 20} MiB of BTF"
    return Group(
        title="Symbols for Volatility 3",
        lines=[Line(name, f"≤ {LIMIT} s", told, met)],
        notes=_NOTES,
    )


def _written(folder: Path) -> list[object]:
    names = ["_text", "linux_banner", "init_task", *(f"function_{n}" for n in range(SYMBOLS))]
    (folder / "kallsyms").write_text(
        "".join(f"{TEXT + SHIFT + at * 16:016x} T {name}\n" for at, name in enumerate(names))
    )
    (folder / "info").write_text(f"KERNELOFFSET={SHIFT:x}\nNUMBER(pgtable_l5_enabled)=0\n")
    return [
        "--btf", BTF, "--kallsyms", folder / "kallsyms", "--version", "/proc/version",
        "--vmcoreinfo", folder / "info",
    ]  # fmt: skip


def _made(given: list[object], path: Path) -> Run:
    done = run([HOZEN, "memory", "symbols", "--quiet", "--output", path, *given])
    found = json.loads(lzma.decompress(path.read_bytes()))
    lost = [n for n in range(SYMBOLS) if f"function_{n}" not in found["symbols"]]
    if lost or "task_struct" not in found["user_types"]:
        raise VoidError("the symbols are not those of the kernel")
    return done
