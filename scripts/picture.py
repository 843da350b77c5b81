"""Make docs/picture.svg: a real collection and its verification, as a terminal shows them.

    .venv/bin/python scripts/picture.py

Runs in a new temporary folder with relative paths, so that nothing of this machine but its counts
is in the picture.
"""

from __future__ import annotations

import io
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import pyrage
from rich.console import Console
from rich.text import Text

COLUMNS, LINES = 100, 40
PICTURE = Path(__file__).resolve().parent.parent / "docs" / "picture.svg"
HOZEN = Path(sys.executable).with_name("hozen")
PROMPT = "\x1b[1;36m$\x1b[0m "

_FONTS = "DejaVu Sans Mono, Consolas, Menlo, monospace"
_CONTROL = re.compile(r"\r|\n|\x1b\[[0-9;?]*[A-Za-z]|[^\r\n\x1b]+")


def run(arguments: list[str], folder: Path) -> str:
    """What a program prints to a terminal, its controls included."""
    ours, its = pty.openpty()
    ioctl(its, TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    environment = os.environ | {"TERM": "xterm-256color", "HOZEN_LANG": "en", "LC_ALL": "C.UTF-8"}
    program = subprocess.Popen(
        arguments, cwd=folder, stdin=its, stdout=its, stderr=its, env=environment
    )
    os.close(its)
    printed = bytearray()
    try:
        while piece := os.read(ours, 1 << 16):
            printed += piece
    except OSError:
        pass  # EIO: the other end of a pseudo-terminal is closed
    os.close(ours)
    program.wait()
    return printed.decode()


def settled(printed: str) -> list[str]:
    """The lines that stay on the screen: what a progress bar drew and erased is gone."""
    rows, row, column = [""], 0, 0
    for found in _CONTROL.findall(printed):
        if found == "\n":
            row += 1
            rows += [""] * (row + 1 - len(rows))
        elif found == "\r":
            column = 0
        elif found.endswith("A"):
            row -= int(found[2:-1] or 1)
        elif found.endswith("K"):
            rows[row] = ""
        elif not found.startswith("\x1b") or found.endswith("m"):
            rows[row] = found if column == 0 else rows[row] + found
            column = 1
    return [line for line in rows if "\x1b[?" not in line]


def scene(folder: Path) -> list[str]:
    """Collect, then verify with the key and the code that was noted; the lines of both."""
    identity = pyrage.x25519.Identity.generate()
    (folder / "recipient.txt").write_text(f"{identity.to_public()}\n")
    (folder / "identity.txt").write_text(f"{identity}\n")
    taking = "collect --case H-2026-0001 --profile quick --recipient recipient.txt --output stick"
    taken = settled(run([str(HOZEN), *taking.split()], folder))
    code = next(line.partition(":")[2].strip() for line in taken if line.startswith("Code:"))
    bundle = f"stick/{next((folder / 'stick').glob('HZ_*Z')).name}"
    checked = settled(
        run([str(HOZEN), "verify", "--identity", "identity.txt", "--code", code, bundle], folder)
    )
    return [
        f"{PROMPT}hozen {taking}",
        *taken,
        f"{PROMPT}hozen verify --identity identity.txt \\",
        f'    --code "{code}" {bundle}',
        *checked,
    ]


def drawn(lines: list[str]) -> str:
    """The lines as SVG that fetches nothing: fonts are the reader's own."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    for line in "\n".join(lines).rstrip().split("\n"):
        console.print(Text.from_ansi(line), overflow="fold")
    return alone(console.export_svg(title="hozen 保全", unique_id="hozen"))


def alone(svg: str) -> str:
    """A picture of a terminal that names no font to be fetched."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*<!--.*?-->", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code, monospace", _FONTS)


def main() -> None:
    """Run the scene and write the picture."""
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        PICTURE.write_text(drawn(scene(Path(folder))), encoding="utf-8")
    print(PICTURE)


if __name__ == "__main__":
    main()
