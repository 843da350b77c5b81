"""Try every attack of the table on all three verifiers and write docs/tamper-results.md.

    .venv/bin/python scripts/tamper_results.py

Takes some minutes. A test compares the page's rows and verdicts with the table, not the run.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HERE), str(HERE / "tests")]  # attacks and verifiers are the tests' own

import attacks  # noqa: E402 - found by the line above
import exhibit_verifiers  # noqa: E402 - the tests' own
import flips  # noqa: E402 - the tests' own
from attacks import DRAWN, ELSEWHERE, EXHIBITS, NOT_YET, ROWS, Row  # noqa: E402 - the tests' own
from forge import copied  # noqa: E402 - the tests' own
from forgeries.exhibits import Exhibit  # noqa: E402 - the tests' own
from verifiers import Shell, by_naive, by_us, outside  # noqa: E402 - the tests' own
from worlds import GOOD, World  # noqa: E402 - the tests' own

PAGE = HERE / "docs" / "tamper-results.md"
HEAD = """# What forgeries come to

Generated from a run by `scripts/tamper_results.py`. Each row is an attack of `tests/attacks.py`,
tried on a bundle made for it. **Expected** is a letter and the stages of
[the format page](format.md), section 10, that must say so:

| letter | exit | meaning |
|---|---|---|
| F | 1 | altered, or signed by nobody who is trusted |
| U | 2 | unusable (`verify.sh` may say 1) |
| I | 3 | incomplete: says so, and no stage fails |
| W | 0 | verified, with a statement at stage 9 |
| P | 0 | nothing to complain of: no attack, or one that only a note from outside shows |
| N | 0 | verified, but the stage was not checked |

**k**: made with the collection key. Results are an exit and the stages that failed. The naive
verifier (`tests/naive.py`) knows no exits; where it doesn't cover a row, a letter says why.

"""
COLUMNS = (
    "| row | k | expected | `hozen verify` | `verify.sh` | naive |\n|---|---|---|---|---|---|\n"
)
UNNOTED = """
## Shown by nothing but a note from outside

Nothing within contradicts these forgeries; 094 and 150 pass for a stick that was pulled. With the
root, code or head that was noted outside each is altered at stage 8; without it stage 8 is NOT
CHECKED, and the level is all that tells. Who re-makes a bundle and has it stamped anew reaches
level B, and no verifier could tell: a token proves that these bytes existed then, not that they
were the first.

"""
OTHERWISE = """
## Drawn up with another verdict

The cases were drawn up before the format was. These rows were expected to come to something else:

"""
NOT_ROWS = """
## Numbers without a row

"""
FLIPS = """
## Bits that no claim rests on

Every single bit of two small sealed bundles, and of the time stamps of a third one, was flipped,
one at a time (`tests/evidence/verifiers/test_flips.py`), and the bundle verified with identity,
trust anchors, root and head. All flips are refused but these:

"""


class Result(NamedTuple):
    """What the three said of one row."""

    ours: str
    script: str
    naive: str
    levels: str
    """Each verifier's."""


def said(exit_code: int, failed: Sequence[int]) -> str:
    """An exit and the stages that failed."""
    return f"{exit_code}: {' '.join(map(str, failed))}" if failed else str(exit_code)


def tried(row: Row, world: World, place: Path, letters: dict[str, str]) -> Result:
    """One attack, on a copy of its own."""
    place.mkdir()
    bundle = copied(world.path(row.base), place / "HZ_forged")
    row.forge(bundle, world)
    verdict = by_us(bundle.path, row, world)
    shell = Shell(bundle.path, row, world, place)
    why = outside(row)
    if why is None:
        failed = sorted(by_naive(bundle.path, row, world))
        naive = " ".join(map(str, failed)) or "none"
    else:
        naive = f"({letters[why]})"
    return Result(
        said(int(verdict.exit), verdict.failed), said(shell.exit, sorted(shell.failed)), naive,
        f"level {verdict.level} by `hozen verify`, {shell.level} by `verify.sh`",
    )  # fmt: skip


def shown(row: Row, world: World, place: Path) -> Result:
    """One attack on an exhibit; its script stops at the first stage that it refuses."""
    place.mkdir()
    exhibit = Exhibit(shutil.copytree(world.path(row.base), place / "forged"))
    os.chdir(place)  # a socket's path has to be short
    row.forge(exhibit, world)
    verdict = exhibit_verifiers.by_us(exhibit.path, row, world)
    shell = exhibit_verifiers.by_the_script(exhibit.path, row, world, place)
    stages = [shell.stage] if shell.stage and shell.exit == 1 else []
    return Result(
        said(int(verdict.exit), verdict.failed), said(shell.exit, stages), "(x)",
        f"level {verdict.level} by `hozen verify`; `check.sh` says none",
    )  # fmt: skip


def of_exhibits() -> list[Result]:
    """Every row's of the exhibits."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        return [
            shown(row, world, Path(folder, f"e-{number}")) for number, row in enumerate(EXHIBITS)
        ]


def results(letters: dict[str, str]) -> list[Result]:
    """Every row's, as many at once as is useful."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        world = World(Path(folder))
        for row in ROWS:  # the good bundles first: two threads must not make one at the same time
            world.path(row.base)
            attacks.noted(row.given, world)
        for name in GOOD:
            world.path(name)
        places = [Path(folder, f"row-{number}") for number in range(len(ROWS))]
        run: Callable[[Row, Path], Result] = lambda row, place: tried(row, world, place, letters)  # noqa: E731 - typed
        return list(pool.map(run, ROWS, places))


def line(row: Row, result: Result) -> str:
    """A row of the page."""
    key = "k" if row.keyed else ""
    return f"| {row} | {key} | {row.verdict} | {' | '.join(result[:3])} |\n"


def without_a_row() -> str:
    """Numbers of the table that are tried elsewhere, or not at all, and why."""
    lines = {number: f"tried by `{test}`" for number, test in ELSEWHERE.items()}
    lines |= {number: f"not tried: {why}" for number, why in NOT_YET.items()}
    return "".join(f"- {number:03d}: {lines[number]}\n" for number in sorted(lines))


def drawn() -> str:
    """Rows of which another verdict was expected, and why it is this one."""
    rows = {str(row): row for row in (*ROWS, *EXHIBITS)}
    return "".join(
        f"- {name}: {rows[name].verdict}, and not {verdict}: {why}\n"
        for name, (verdict, why) in DRAWN.items()
    )


def page() -> str:
    """The whole page, from a run."""
    reasons = sorted({why for row in ROWS if (why := outside(row)) is not None})
    letters = {why: chr(ord("a") + index) for index, why in enumerate(reasons)}
    found = [*results(letters), *of_exhibits()]
    both = list(zip((*ROWS, *EXHIBITS), found, strict=True))
    lines = [line(row, result) for row, result in both]
    unnoted = "".join(f"- {row}: {result.levels}\n" for row, result in both if row.level)
    covered = sum(outside(row) is None for row in ROWS)
    notes = "".join(f"- ({letter}) {why}\n" for why, letter in letters.items())
    regions = "".join(f"- `{each.file}`, {each.what}: {each.why}\n" for each in flips.OUTSIDE)
    return (
        f"{HEAD}{len(lines)} rows, the last {len(EXHIBITS)} of exhibits (by `hozen verify` and "
        f"`check.sh`); the naive verifier covers {covered} of them. It leaves out:\n\n"
        f"{notes}- (x) it takes no exhibits\n\n{COLUMNS}{''.join(lines)}"
        f"{UNNOTED}{unnoted}{OTHERWISE}{drawn()}{NOT_ROWS}{without_a_row()}{FLIPS}{regions}"
    )


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
