"""Collecting: the whole chain through the command line, beside copying and other collectors."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from inputs import SMALL_FILES, made
from measure import Comparison, Group, Line, Place, Run, VoidError, run

HOZEN = Path(sys.executable).with_name("hozen")
BARE = Path(__file__).with_name("bare.py")
_NOTES = """Ours is the whole chain through the command line: salted records, SHA-256, tar, zstd, signatures, with or without
encryption; YARA is off, as no peer does it. Our own start-up over an empty folder is taken off."""
_BARE = """ *Bare loop*: `benchmarks/bare.py`
opens, looks at, reads, hashes and compresses the same files one after the other, and does nothing else.

What this is of `cp -r` belongs to the machine: a copy is system calls, ours mostly the interpreter. The code of 822cbb7 gave
1.54 on an AMD EPYC on 2026-11-29, and 3.2 (3.16 to 3.24, n = 2) on an Intel Xeon on 2026-12-01, where a copy took half as long and ours did not."""


class _Bench:
    """One input, and empty places for what is made of it."""

    def __init__(self, place: Place, source: Path) -> None:
        self.source, self.nothing = source, place.work / "nothing"
        self.out, self.copy = place.fast / "ours", place.fast / "peer"
        self.nothing.mkdir(exist_ok=True)

    def fresh(self) -> None:
        for path in (self.out, self.copy):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def ours(self, *more: str) -> Callable[[], Run]:
        """A collection, its start-up taken off."""

        def collect() -> Run:
            return self._collect(self.source, more).less(self._collect(self.nothing, more))

        return collect

    def _collect(self, source: Path, more: tuple[str, ...]) -> Run:
        self.fresh()
        return run([HOZEN, "collect", "--quiet", "--output", self.out, "--source", source,
                    "--skip", "yara", *more])  # fmt: skip

    def bare(self) -> Run:
        """The least that the work can cost, its start-up taken off."""
        return self._bare(self.source).less(self._bare(self.nothing))

    def _bare(self, source: Path) -> Run:
        self.fresh()
        return run([sys.executable, BARE, source, self.copy])

    def peer(self, command: list[object], expected: int, *, folder: bool = False):
        """Another's run, and proof that it delivered as many files."""

        def work() -> Run:
            self.fresh()
            if folder:
                self.copy.mkdir()
            done = run(command)
            delivered = _delivered(self.copy)
            if delivered != expected:
                raise VoidError(f"the peer delivered {delivered} files")
            return done

        return work


def _delivered(copy: Path) -> int:
    if copy.is_file():
        return 1
    tars = list(copy.rglob("*.tar"))
    if not tars:
        return sum(1 for path in copy.rglob("*.log") if path.is_file())
    listing = subprocess.run(["tar", "-tf", tars[0]], capture_output=True, check=True, text=True)
    return sum(1 for line in listing.stdout.splitlines() if line.endswith(".log"))


def _recipient() -> str:
    import pyrage

    return str(pyrage.x25519.Identity.generate().to_public())


def _missing(name: str, limit: float, tool: str) -> Line:
    return Line(name, f"≤ {limit:.3g}", f"not measured: no {tool}", "")


def small(place: Place, pairs: int) -> Group:
    """20,000 small files."""
    bench = _Bench(place, made("small", place.work))
    plain, encrypted = bench.ours(), bench.ours("--recipient", _recipient())
    copied = bench.peer(["cp", "-r", bench.source, bench.copy], SMALL_FILES)
    lines = [
        Comparison(name="20,000 small files, cp -r", limit=1.5, ours=plain, peer=copied).line(
            pairs
        ),
        Comparison(name="the same, encrypted", limit=1.5, ours=encrypted, peer=copied).line(pairs),
        Comparison(
            name="(a bare loop, cp -r)", limit=1.5, floor=True, ours=bench.bare, peer=copied
        ).line(pairs),
        *_others(place, bench, plain, pairs),
    ]
    bench.fresh()
    return Group(title="20,000 small files, collected", lines=lines, notes=_NOTES + _BARE)


def _others(place: Place, bench: _Bench, ours: Callable[[], Run], pairs: int):
    bagit, acquire = (place.peers / "bin" / name for name in ("bagit.py", "acquire"))
    copy, source = bench.copy, bench.source
    name = "the same, cp -r and bagit.py"
    if bagit.exists():
        text = f"cp -r {source} {copy} && {bagit} --sha256 --quiet {copy}"
        peer = bench.peer(["sh", "-c", text], SMALL_FILES)
        yield Comparison(name=name, limit=1 / 3, ours=ours, peer=peer).line(pairs)
        name = "(a bare loop, cp -r and bagit.py)"
        floor = Comparison(name=name, limit=1 / 3, floor=True, ours=bench.bare, peer=peer)
        yield floor.line(pairs)
    else:
        yield _missing(name, 1 / 3, "bagit.py")
    name = "the same, acquire --force-fallback (one pair)"
    if acquire.exists():
        command = [acquire, "local", "-p", "none", "--volatile-profile", "none", "-ot", "tar", "-o",
                   copy, "--path", source, "--disable-report", "--no-compress", "--no-encrypt",
                   "--no-hashes", "--no-proxy", "--force-fallback"]  # fmt: skip
        peer = bench.peer(command, SMALL_FILES, folder=True)
        yield Comparison(name=name, limit=1 / 50, ours=ours, peer=peer).line(1)
        name = "(a bare loop, acquire --force-fallback)"
        yield Comparison(name=name, limit=1 / 50, floor=True, ours=bench.bare, peer=peer).line(1)
    else:
        yield _missing(name, 1 / 50, "acquire")


def big(place: Place, pairs: int) -> Group:
    """One file of a gibibyte."""
    source = made("big", place.work)
    bench = _Bench(place, source)
    zstd = ["zstd", "-q", "-1", "-T2", "-f", source / "image.bin", "-o", bench.copy]
    line = Comparison(
        name="1 GiB file, encrypted, zstd -1 -T2", limit=1.3, what="wall",
        ours=bench.ours("--recipient", _recipient()), peer=bench.peer(zstd, 1),
    ).line(pairs)  # fmt: skip
    bench.fresh()
    return Group(title="One file of 1 GiB, collected", lines=[line], notes=_NOTES)
