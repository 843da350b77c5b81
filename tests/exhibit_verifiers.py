"""Both checkers on an exhibit: ours, and the script that lies in each one."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import attacks
import bundles
from attacks import Row
from worlds import World

from chain_of_custody.verdict import Anchors, Verdict
from evidence.reading.checked import verify_path

SCRIPT = Path(bundles.__file__).parents[1] / "evidence" / "instructions" / "exhibit" / "check.sh"
STAGE = re.compile(r"^(?:ALTERED|REFUSED|NOT CHECKED): stage ([1-9]): ", re.MULTILINE)


def by_us(path: Path, row: Row, world: World) -> Verdict:
    noted = attacks.noted(row.given, world)
    anchors = Anchors(root=noted.root, code=noted.code, head=noted.head)
    return verify_path(path, trust=noted.trust, anchors=anchors)


class Shell:
    """The script's exit, and the stage that it refuses at."""

    def __init__(
        self, path: Path, *arguments: object, shell=("dash",), script=SCRIPT, **more: object
    ) -> None:
        done = subprocess.run(
            [*shell, str(script), *map(str, arguments), str(path)],
            capture_output=True, check=False, **{"env": {"PATH": "/usr/bin:/bin"}, **more},
        )  # fmt: skip
        self.exit = done.returncode
        self.output = done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")
        found = STAGE.search(self.output)
        self.stage = int(found[1]) if found else None


def by_the_script(path: Path, row: Row, world: World, place: Path, shell=("dash",)) -> Shell:
    noted = attacks.noted(row.given, world)
    arguments: list[object] = []
    if noted.trust:
        (place / "trust.pem").write_bytes(bundles.pem_of(noted.trust))
        arguments += ["--trust", place / "trust.pem"]
    if noted.trust.authorities:
        (place / "tsa.pem").write_bytes(bundles.authorities_of(noted.trust))
        arguments += ["--tsa", place / "tsa.pem"]
    if noted.root is not None:
        arguments += ["--root", noted.root]
    return Shell(path, *arguments, shell=shell)
