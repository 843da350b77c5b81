"""What the doors of a kit start, as a program: this interpreter, this folder, nothing of the host.

It lies on the kit as `app/start.py`. What the host's environment says of libraries, time zones,
locales or folders counts for nothing; what a terminal needs to be read stays.
"""

from __future__ import annotations

import json
import os
import sys
from io import TextIOWrapper
from pathlib import Path

KEPT = frozenset(
    {"COLUMNS", "HOZEN_LANG", "LINES", "NO_COLOR", "TERM",
     "WINEUSERNAME"}  # without it Wine, where the Windows kit is tried, gives no random numbers
)  # fmt: skip


_LETTERS = {"euc": "euc_jp", "ujis": "euc_jp", "sjis": "cp932", "shift": "cp932"}
"""What names of Japanese locales other than UTF-8 hold, and Python's own name of these letters."""


def _letters() -> str | None:
    """Those of an old server's terminal, by its locale's name alone; None where they are UTF-8."""
    name = os.environ.get("HOZEN_LETTERS", "").lower()
    return next((letters for held, letters in _LETTERS.items() if held in name), None)


def _write_in(letters: str | None) -> None:
    """Japanese in other letters than the terminal's is unreadable."""
    for stream in (sys.stdout, sys.stderr) if letters is not None else ():
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=letters)


def _forget_the_host() -> None:
    """Leave of the environment what says how to speak, and nothing that says what to load."""
    for name in set(os.environ) - KEPT:
        del os.environ[name]


def _language(kit: Path) -> str:
    """Whatever was asked for, else the kit's own: who comes with it reads that, not the host's."""
    asked = os.environ.get("HOZEN_LANG")
    if asked:
        return asked
    from evidence.console import shows_japanese

    if not shows_japanese():
        return "en"
    try:
        return str(json.loads((kit / "kit.json").read_bytes())["language"])
    except (OSError, ValueError, KeyError, TypeError):  # damaged: what comes next says so
        return "ja"


def main() -> None:
    """Find the program beside this file, and begin."""
    app = Path(__file__).resolve().parent
    platform = "windows" if os.name == "nt" else "linux"
    _write_in(_letters())
    _forget_the_host()  # before anything is loaded that asks it: OpenSSL, for one
    sys.path.extend([str(app / "hozen"), str(app / platform / "site")])
    from collectors.system import ENVIRONMENT

    os.environ.update(ENVIRONMENT)
    from evidence.cli import main as hozen

    os.environ["HOZEN_LANG"] = _language(app.parent)
    hozen(["kit", "start", str(app.parent), *sys.argv[1:]])


if __name__ == "__main__":
    main()
