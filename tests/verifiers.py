"""Three verifiers on a row of the table of attacks: ours, the shell script, the naive one."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import attacks
import bundles
import naive
from attacks import Row
from worlds import World

from chain_of_custody.folder import BundleFolder
from chain_of_custody.verdict import Anchors, Verdict
from chain_of_custody.verify import verify
from evidence.container import VolumeOpener

SCRIPT = Path(bundles.__file__).parents[1] / "evidence" / "instructions" / "verify.sh"
LINE = re.compile(r"^([1-9]) (\S+) +(PASS|FAIL|NOT CHECKED)\b", re.MULTILINE)


def by_us(path: Path, row: Row, world: World, *, identity: bool = True) -> Verdict:
    noted = attacks.noted(row.given, world)
    return verify(
        BundleFolder(path),
        trust=noted.trust,
        anchors=Anchors(root=noted.root, code=noted.code, head=noted.head),
        contents=VolumeOpener([bundles.IDENTITY]) if identity else None,
    )


class Shell:
    """The shell script's exit, and how it says that each stage ended."""

    def __init__(self, path: Path, row: Row, world: World, place: Path) -> None:
        noted = attacks.noted(row.given, world)
        (place / "identity.txt").write_text(f"{bundles.IDENTITY}\n")
        (place / "scratch").mkdir()
        arguments = ["--identity", str(place / "identity.txt")]
        if noted.trust:
            (place / "trust.pem").write_bytes(bundles.pem_of(noted.trust))
            arguments += ["--trust", str(place / "trust.pem")]
        for name in ("root", "code", "head"):
            if getattr(noted, name) is not None:
                arguments += [f"--{name}", getattr(noted, name)]
        self.scratch = place / "scratch"
        done = subprocess.run(
            ["dash", str(SCRIPT), *arguments, str(path)],
            capture_output=True,
            check=False,
            env={"PATH": "/usr/bin:/bin", "TMPDIR": str(self.scratch)},
        )
        self.exit = done.returncode
        self.output = done.stdout.decode(errors="replace")
        self.stages = {int(number): outcome for number, _, outcome in LINE.findall(self.output)}

    @property
    def failed(self) -> set[int]:
        return {number for number, outcome in self.stages.items() if outcome == "FAIL"}


# The naive verifier

NO_TOKENS = "it reads no time-stamp tokens"
NO_EXHIBITS = "it opens no exhibits"
NO_CHAINS = "it follows no chain of certificates"
NO_TYPES = "it knows keys, not what may stand behind them"
NO_LIMITS = "it has no limits"
AS_TAR = "it takes what Python's tarfile takes"
AS_ZSTD = "it takes what the program zstd takes"
OUTSIDE = {
    "023-signed_day_that_is_none": NO_TYPES,
    "028-signed_tree_algorithm": NO_TYPES,
    "044-hole_in_the_numbers": "it meets the hole among the items, and says stage 4 instead of 3",
    "109-signed_event_beyond_its_limit": NO_LIMITS,
    "109-volume_event_naming_many_collectors": NO_LIMITS,
    "135-member_mode_differs": AS_TAR,
    "136-member_named-5": AS_TAR,
    "136-member_named-9": AS_TAR,
    "138-padding_not_zero": AS_TAR,
    "139-frame_without_checksum": AS_ZSTD,
    "139-frame_without_its_size": AS_ZSTD,
    "139-skippable_frames": AS_ZSTD,
}
"""Beginnings of rows' names that the naive verifier does not cover, and why."""
_EXACT = {"key", "second"}
_TOKENS, _EXHIBITS = {*range(61, 74), 87, 90}, {*range(102, 107), 108}


def outside(row: Row) -> str | None:
    """Why the naive verifier does not cover a row; None where it does."""
    if row.number in _TOKENS or 6 in row.stages:
        return NO_TOKENS
    if row.number in _EXHIBITS:
        return NO_EXHIBITS
    if set(row.given.trust) - _EXACT:
        return NO_CHAINS
    return next((why for name, why in OUTSIDE.items() if str(row).startswith(name)), None)


def by_naive(path: Path, row: Row, world: World) -> set[int]:
    """The stages that fail; it knows no exit code."""
    noted = attacks.noted(row.given, world)
    identity = world.place / "identity.txt"
    identity.write_text(f"{bundles.IDENTITY}\n")
    return naive.failures(
        path, identity=identity, trust=noted.trust.fingerprints, root=noted.root, head=noted.head,
        code=noted.code,
    )  # fmt: skip
