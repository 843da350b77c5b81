"""Acts and commands met by a fault at every call on a medium, one call a run; what is wrong then.

Run as a program, with the library of faults.c before the C library, it prints what it found: in a
fork, the command meets the fault at its n-th call of some kinds; then it is given again without.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from acts import BEFORE, VERBS, Case

from evidence.cli import run
from evidence.cli.shared import ENDING
from evidence.cli.texts import Texts
from evidence.reading.checked import verify_bundle, verify_path

OPEN, READ, LOOK, MAKE, WRITE, FLUSH, NAME, REMOVE, CLOSE, LOCK, MODE, SAY = (
    1 << number for number in range(12)
)
CHANGING = MAKE | WRITE | FLUSH | NAME | REMOVE | MODE
FAULTS = {
    "full": (MAKE | WRITE | FLUSH | NAME, errno.ENOSPC, 0, False),
    "failing": (CHANGING | CLOSE, errno.EIO, 0, False),
    "pulled": (CHANGING, errno.EIO, 0, True),
    "locked": (MAKE | WRITE | NAME | REMOVE | MODE, errno.EROFS, 0, True),
    "denied": (MAKE | NAME | REMOVE | MODE, errno.EACCES, 0, False),
    "no descriptor": (OPEN | MAKE, errno.EMFILE, 0, False),
    "unread": (OPEN | READ | LOOK | LOCK, errno.EIO, 0, False),
    "ended": (CHANGING | SAY, 0, signal.SIGTERM, False),
    "killed": (CHANGING | SAY, 0, signal.SIGKILL, False),
    "unheard": (SAY, errno.ENOSPC, 0, True),
}
"""Kinds of calls, what they answer, what the process is sent instead, and whether from then on."""
UNSURE = ("can't be told", "can't be shown", "its event is signed", "may be there")
"""What is said where somebody has to look, or where only a name is missing."""
KEYS = {
    "keys root": ("--name", "R"),
    "keys kit": ("--name", "K", "--root"),
    "keys person": ("--name", "P", "--role", "provider", "--root"),
    "keys identity": (),
}


@dataclass(frozen=True)
class Ran:
    """How a run ended: its code, what it said, and the call that met the fault."""

    code: int
    out: str
    err: str
    call: str = ""

    @property
    def unsure(self) -> bool:
        return any(each in self.err for each in UNSURE)


def ran(command: list[str], place: Path, *, armed: tuple[Path, int, str] | None = None) -> Ran:
    """Run a command in a fork, met by a fault below a folder at its n-th call or by none."""
    library, streams = ctypes.CDLL(None), (place / "out", place / "err")
    child = os.fork()
    if not child:
        code = 99
        try:
            code = _inside(library, command, streams, armed)
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    library.faults_what.restype = ctypes.c_char_p
    call = library.faults_what().decode() if armed else ""
    return Ran(code, *(each.read_text() for each in streams), call)


def _inside(library, command, streams, armed) -> int:
    for number, path in enumerate(streams, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    for each in ENDING:
        signal.signal(each, signal.default_int_handler)
    if armed is not None:
        kinds, error, number, always = FAULTS[armed[2]]
        where = os.fsencode(armed[0])
        library.faults_arm(where, ctypes.c_long(armed[1]), kinds, error, int(number), int(always))
    return run(command, Texts("en"))


def met(command: list[str], home: Path, fault: str, where: Path) -> Iterator[tuple[str, Ran]]:
    """Runs of a command, each of which began with the same folder and met the fault one call on."""
    kept = shutil.copytree(home, home.with_name("kept"))
    number = 0
    while True:
        number += 1
        shutil.rmtree(home)
        shutil.copytree(kept, home)
        done = ran(command, home.parent, armed=(where, number, fault))
        if not done.call:
            return
        yield f"{number} {done.call}", done


def of_act(verb: str, fault: str, place: Path, beside: str) -> Iterator[tuple[str, str]]:
    """What is wrong after an act of custody: at which call, and what."""
    home = place / "home"
    home.mkdir()
    case = Case(home)
    if verb in BEFORE:
        assert ran(case.command(BEFORE[verb]), place).code == 0
    command, before = case.command(verb), len(case.events)
    for call, done in met(command, home, fault, home if beside else case.bundle):
        stands = len(case.events) - before
        yield from ((call, each) for each in _after_act(case, done, stands, before))
        again = ran(command, place)
        if "Remove it, then" in again.err:  # of an exhibit, which may hold evidence in the clear
            for left in home.glob("exhibit*.partial"):
                shutil.rmtree(left)
            again = ran(command, place)
        yield from ((call, each) for each in _after_both(case, verb, again, stands, before))


def _after_act(case: Case, done: Ran, stands: int, before: int) -> Iterator[str]:
    if verify_bundle(case.bundle).exit:
        yield "does not verify"
    if done.code == 0 and not (stands == 1 and f"Signed as event {before + 1}" in done.out):
        yield f"told {done.out!r}, stands {stands}"
    if done.code in (0, -signal.SIGKILL):
        return
    if done.code not in (1, 3, 4) or len(done.err.split("\n")) not in (2, 3):  # Ctrl-C: a blank
        yield f"{done.code} {done.err!r}"
    if stands and not done.unsure:
        yield f"stands, and it is said: {done.err}"
    left = [path for path in case.place.glob("exhibit*") if path.name not in done.err]
    if left and not done.unsure:
        yield f"left {left}, and it is said: {done.err}"


def _after_both(case: Case, verb: str, again: Ran, stands: int, before: int) -> Iterator[str]:
    verdict = verify_bundle(case.bundle)
    if (len(case.events), verdict.exit) != (before + 1, 0):
        yield f"again: {len(case.events) - before} events, exit {verdict.exit}, {again.err}"
    if any(each.key == "left_by_act" for each in verdict.stage(9).findings):
        yield "again: something is left"
    if again.code != (2 if stands and verb != "disclose" else 0):
        yield f"again: {again.code} {again.err}"
    if verb == "disclose" and verify_path(next(case.place.glob("exhibit*"))).exit:
        yield "again: no exhibit"


def of_keys(verb: str, fault: str, place: Path, _: str) -> Iterator[tuple[str, str]]:
    """What is wrong after a command that makes keys: whole pairs that are told of, or none."""
    home, root = place / "home", place / "root"
    home.mkdir()
    made = ["keys", "root", "--name", "R", "--no-passphrase", "--output", str(root)]
    assert ran(made, place).code == 0
    more = [*KEYS[verb], *([str(root / "root.key")] if "--root" in KEYS[verb] else [])]
    command = [*verb.split(), *more, "--no-passphrase", "--output", str(home / "keys")]
    for call, done in met(command, home, fault, home):
        there = [path.name for path in home.rglob("*") if path.is_file()]
        named = [each for each in there if not each.endswith(".tmp")]
        if done.code == 0 and (len(there) != 2 or done.out.count("keys/") != 2):
            yield call, f"told {done.out!r}, there {there}"
        if done.code not in (0, 4, -signal.SIGKILL) or "internal" in done.err:
            yield call, f"{done.code} {done.err}"
        if done.code == 4 and named and not done.unsure:
            yield call, f"there {there}, and it is said: {done.err}"
        again = ran(command, place)
        if again.code != (2 if named else 0):
            yield call, f"there {there}, again {again.code} {again.err}"


def found(verb: str, fault: str, place: Path, beside: str = "") -> list[list[str]]:
    """What is wrong, by the process that has the library loaded."""
    gcc = ["gcc", "-O1", "-shared", "-fPIC", "-o", place / "faults.so"]
    subprocess.run([*gcc, Path(__file__).with_name("faults.c"), "-ldl"], check=True)
    (place / "sweep").mkdir()
    variables = {"LD_PRELOAD": str(place / "faults.so"), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, __file__, verb, fault, str(place / "sweep"), beside],
        check=True, capture_output=True, env=os.environ | variables,
    )  # fmt: skip
    wrong: list[list[str]] = json.loads(done.stdout)
    return wrong


def main(verb: str, fault: str, place: str, beside: str) -> None:
    of = of_act if verb in VERBS else of_keys
    print(json.dumps(list(of(verb, fault, Path(place), beside)), default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
