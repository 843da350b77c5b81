"""Measure, side by side, and write docs/benchmarks.md. See benchmarks/README.md."""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from inputs import SMALL_FILES, big_file, small_tree
from measure import Ratio, Run, interleaved, run

HOME = Path(__file__).resolve().parent.parent
HOZEN = str(Path(sys.executable).with_name("hozen"))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    limit: str
    met: Callable[[float], bool]
    what: str
    ours: list[str]
    peer: list[str]
    empty: bool


class Bench:
    """A place for inputs and outputs, and the rows that are measured there."""

    def __init__(self, work: Path, fast: Path, peers: Path) -> None:
        self.small, self.big, self.nothing = work / "small", work / "big", work / "nothing"
        self.out, self.copy = fast / "ours", fast / "peer"
        self.peers = peers
        for folder in (self.big, self.nothing):
            folder.mkdir()
        self.bytes = small_tree(self.small), big_file(self.big / "image.bin")
        self.key = self._recipient()

    @staticmethod
    def _recipient() -> str:
        import pyrage

        return str(pyrage.x25519.Identity.generate().to_public())

    def collect(self, source: Path, *more: str) -> list[str]:
        """Our command over a folder."""
        return [
            HOZEN, "collect", "--quiet", "--output", str(self.out), "--source", str(source),
            "--skip", "yara", *more,
        ]  # fmt: skip

    def rows(self) -> list[Row]:
        """Everything that is compared."""
        copy, small = str(self.copy), str(self.small)
        plain, sealed = self.collect(self.small), ("--recipient", self.key)
        bagit = f"cp -r {small} {copy} && {self._tool('bagit.py')} --sha256 --quiet {copy}"
        acquire = [
            self._tool("acquire"), "local", "-p", "none", "--volatile-profile", "none", "-ot",
            "tar", "-o", copy, "--path", small, "--disable-report", "--no-compress",
            "--no-encrypt", "--no-hashes", "--no-proxy", "--force-fallback",
        ]  # fmt: skip
        zstd = ["zstd", "-q", "-1", "-T2", "-f", str(self.big / "image.bin"), "-o", copy]
        encrypted = self.collect(self.small, *sealed)
        return [
            Row("20,000 small files, cp -r", "≤ 1.5", lambda r: r <= 1.5, "cpu", plain,
                ["cp", "-r", small, copy], True),
            Row("the same, encrypted", "≤ 1.5", lambda r: r <= 1.5, "cpu", encrypted,
                ["cp", "-r", small, copy], True),
            Row("the same, cp -r and bagit.py", "≤ 1/3", lambda r: r <= 1 / 3, "cpu", plain,
                ["sh", "-c", bagit], True),
            Row("the same, acquire --force-fallback", "≤ 1/50", lambda r: r <= 1 / 50, "cpu", plain,
                acquire, True),
            Row("1 GiB file, encrypted, zstd -1 -T2", "≤ 1.3", lambda r: r <= 1.3, "wall",
                self.collect(self.big, *sealed), zstd, True),
        ]  # fmt: skip

    def _tool(self, name: str) -> str:
        return str(self.peers / "bin" / name)

    def fresh(self) -> None:
        """Empty the places that outputs go to."""
        for path in (self.out, self.copy):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def once(self, command: list[str], *, needs: Path | None = None) -> Run:
        """One run into empty places, and proof that it left something."""
        self.fresh()
        if needs is not None:
            needs.mkdir(exist_ok=True)
        done = run(command)
        if done.status != 0:
            raise SystemExit(f"void: {' '.join(command)} ended with {done.status}")
        return done

    def delivered(self) -> int:
        """How many files a peer's output holds; equal work is proved, not believed."""
        if not self.copy.exists():
            return 0
        if self.copy.is_file():
            return 1
        tars = list(self.copy.rglob("*.tar"))
        if tars:
            listing = subprocess.run(
                ["tar", "-tf", str(tars[0])], capture_output=True, check=True, text=True
            ).stdout
            return sum(1 for line in listing.splitlines() if line.endswith(".log"))
        return sum(1 for path in self.copy.rglob("*.log") if path.is_file())


def measure(bench: Bench, row: Row, pairs: int) -> str:
    """One line of the table."""
    if not shutil.which(row.peer[0]):
        return f"| {row.name} | {row.limit} | not measured: no {Path(row.peer[0]).name} | |"
    needs = bench.copy if "acquire" in row.peer[0] else None
    if "acquire" in row.peer[0]:
        pairs = 1
    delivered = 0

    def peer() -> Run:
        nonlocal delivered
        done = bench.once(row.peer, needs=needs)
        delivered = bench.delivered()
        return done

    found = interleaved(
        pairs, lambda: bench.once(row.ours), peer,
        lambda: bench.once([*row.ours[:6], str(bench.nothing), *row.ours[7:]]),
    )  # fmt: skip
    costs = []
    for ours, other, empty in found:
        start = getattr(empty, row.what) if row.empty and empty is not None else 0.0
        costs.append((getattr(ours, row.what) - start, getattr(other, row.what)))
    ratio = Ratio.of(costs)
    verdict = "reached" if row.met(ratio.median) else "**missed**"
    bench.fresh()
    expected = 1 if "zstd" in row.peer[0] else SMALL_FILES
    void = "" if delivered == expected else f" (void: the peer delivered {delivered})"
    print(row.name, ratio, verdict, void, file=sys.stderr)
    return (
        f"| {row.name} | {row.limit} | {ratio.median:.3g} ({ratio.least:.3g} to {ratio.most:.3g}) "
        f"{row.what}, n = {pairs}{void} | {verdict} |"
    )


def machine() -> str:
    """What it was measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{model}, Linux {platform.release()}, Python {platform.python_version()}"


def main() -> None:
    """Measure all rows and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--work", type=Path, default=None, help="disk for inputs (ext4)")
    parser.add_argument("--fast", type=Path, default=Path("/dev/shm"), help="tmpfs for outputs")
    parser.add_argument("--peers", type=Path, default=HOME / ".venv-peers")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(dir=options.work) as work,
        tempfile.TemporaryDirectory(dir=options.fast) as fast,
    ):
        bench = Bench(Path(work), Path(fast), options.peers)
        lines = [measure(bench, row, options.pairs) for row in bench.rows()]
    page = TEMPLATE.format(
        rows="\n".join(lines), machine=machine(), date=datetime.now(UTC).date(),
        pairs=options.pairs,
    )  # fmt: skip
    (HOME / "docs" / "benchmarks.md").write_text(page, encoding="utf-8")


TEMPLATE = """# Benchmarks

Made by `python benchmarks/run.py --pairs {pairs}` on {date}. {machine}.
Inputs on ext4, read once before; outputs on tmpfs. Each figure is the median of the ratios of interleaved pairs, ours : peer
(smallest to largest in brackets), our own start-up over an empty folder taken off. Ours is the whole chain through the command line:
salted records, SHA-256, tar, zstd, signatures, with or without encryption; YARA is off, as no peer does it. Misses stay in the table.

| against | limit | measured | |
|---|---|---|---|
{rows}
"""


if __name__ == "__main__":
    main()
