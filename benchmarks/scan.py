"""Searching by rules: what it adds to a collection, two processors beside one, other engines."""

from __future__ import annotations

import os
import random
import shutil
import string
import sys
from collections.abc import Callable
from pathlib import Path

from inputs import made
from measure import Comparison, Group, Place, Run, VoidError, run

HOZEN = Path(sys.executable).with_name("hozen")
MAKING = Path(__file__).with_name("scanning.py")
RULES = 5000
_NOTES = """Ours is a whole collection with the scan on: read, hashed, scanned, compressed, sealed. The peer reads the same files and asks the engine,
nothing else, on one thread. *Large rules* are 5,000 made ones of three strings each beside our own. Wall times, since what we add
runs beside the scan; one processor is `taskset -c`. Where both processors are at work all the time, what a collection takes at least is half of
the scan and of all else (reading, hashing, compressing): beside our own few rules that is 1.03 to 1.1 of the scan alone on two processors. Start-up and compiling are taken off on both sides, by a run over an empty folder."""


def rules(folder: Path) -> Path:
    """5,000 rules of three strings, always the same; none matches."""
    rng = random.Random(11)
    folder.mkdir()

    def text() -> str:
        return "".join(rng.choices(string.ascii_letters + string.digits, k=rng.randint(8, 30)))

    for number in range(50):
        lines = [
            f'rule made_{number}_{each} {{ strings: $a = "{text()}" nocase $b = "{text()}" wide '
            f"$c = /{text()}[0-9]{{2,4}}{text()}/ condition: 2 of them }}"
            for each in range(RULES // 50)
        ]
        (folder / f"made_{number:02}.yar").write_text("\n".join(lines))
    return folder


class _Bench:
    """A tree of files, scanned by a collection and by an engine alone."""

    def __init__(self, place: Place, source: Path, rules: Path | None) -> None:
        self.source, self.nothing = source, place.work / "nothing"
        self.out = place.fast / "ours"
        self.rules = ["--rules", rules, "--licence", "made here"] if rules is not None else []
        self.peers = [rules] if rules is not None else []
        self.nothing.mkdir(exist_ok=True)

    def ours(self, *, core: int | None = None) -> Callable[[], Run]:
        def collect() -> Run:
            return self._collect(self.source, core).less(self._collect(self.nothing, core))

        return collect

    def _collect(self, source: Path, core: int | None) -> Run:
        shutil.rmtree(self.out, ignore_errors=True)
        command = [
            HOZEN,
            "collect",
            "--quiet",
            "--output",
            self.out,
            "--source",
            source,
            *self.rules,
        ]
        return run(command, core=core)

    def engine(self, name: str) -> Callable[[], Run]:
        def scan() -> Run:
            whole = run([sys.executable, MAKING, name, self.source, *self.peers])
            if int(whole.out) != _count(self.source):
                raise VoidError("the engine did not see every file")
            return whole.less(run([sys.executable, MAKING, name, self.nothing, *self.peers]))

        return scan


def _count(folder: Path) -> int:
    return sum(len(files) for _, _, files in os.walk(folder))


def middle(folder: Path) -> Path:
    """600 files of about 1 MiB: programs of this machine in pieces, never the same twice."""
    rng = random.Random(13)
    programs = b"".join(
        path.read_bytes() for path in sorted(Path("/usr/lib").rglob("*.so.*"))[:300]
        if path.is_file() and not path.is_symlink()
    )  # fmt: skip
    folder.mkdir()
    for number in range(600):
        at = rng.randrange(len(programs) - (2 << 20))
        (folder / f"{number:03}.bin").write_bytes(programs[at : at + rng.randint(1 << 19, 3 << 19)])
    return folder


def scan(place: Place, pairs: int) -> Group:
    """20,000 small files and 600 larger ones, by our own rules and by 5,000 more."""
    large = rules(place.work / "made_rules")
    files, few = middle(place.work / "middle"), made("small", place.work)
    own, many, small = (
        _Bench(place, files, None),
        _Bench(place, files, large),
        _Bench(place, few, large),
    )
    lines = [
        Comparison(name=name, limit=limit, least=least, what="wall", ours=ours, peer=peer).line(pairs)
        for name, limit, least, ours, peer in (
            ("600 files of 1 MiB, our rules: YARA alone", 1.05, False, own.ours(), own.engine("yara")),
            ("the same, 5,000 more rules", 1.05, False, many.ours(), many.engine("yara")),
            ("20,000 small files, 5,000 more rules", 1.05, False, small.ours(), small.engine("yara")),
            ("two processors beside one, 5,000 more rules", 1.8, True, many.ours(), many.ours(core=0)),
            ("boreal beside YARA, 5,000 more rules", 1.5, True, many.engine("boreal"), many.engine("yara")),
        )
    ]  # fmt: skip
    loading = Comparison(
        name="our rules compiled, against an empty start of the interpreter with the scanner loaded",
        limit=0.15, ours=_loaded, peer=_second,
    ).line(pairs)  # fmt: skip
    shutil.rmtree(own.out, ignore_errors=True)
    return Group(title="Searched by rules", lines=[*lines, loading], notes=_NOTES)


def _loaded() -> Run:
    whole = run([sys.executable, MAKING, "load"])
    return whole.less(run([sys.executable, MAKING, "import"]))


def _second() -> Run:
    return Run(1.0, 1.0, 0.0, 0, b"")
