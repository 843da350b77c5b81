"""The command lines that a kit's programs are started by, as allow-listing and EDR will see them.

Read out of the doors themselves, so that what a hospital registers is what is run; `…` stands for
where the stick is, and for what is typed or handed on.
"""

from __future__ import annotations

import re
from pathlib import Path

from collectors.apart.interpreter import OPTIONS, command
from evidence.kit import places
from evidence.kit.description import Platform

_ANY = "…"
_OF_LINUX = re.compile(r'^ *(?:exec )?("\$loader" .*)$', re.MULTILINE)
_OF_WINDOWS = re.compile(r'("%PYTHON%" .*?)(?: 2>nul.*)?$', re.MULTILINE)


def commands(kit: Path, platform: Platform) -> list[str]:
    """Those of one system: its door, what that starts, our child processes, the native script.

    Args:
        kit: its folder.
        platform: one that it was built for.

    Raises:
        OSError: its door can't be read.
    """
    return (_linux if platform == "linux" else _windows)(kit.resolve())  # `.` is in every name


def _linux(kit: Path) -> list[str]:
    door, native = places.DOORS["linux"], places.NATIVE["linux"]
    child = [*command(kit / places.LINUX / places.PYTHON), *OPTIONS]
    text = (kit / door).read_text(encoding="utf-8").replace("\\\n", " ")
    folder = str(kit / places.LINUX)
    names = {'"': "", "$loader": child[0], "$linux": folder, "$kit": str(kit), "$@": _ANY}
    found = [f"sh {_ANY}/{door} {_ANY}", *_OF_LINUX.findall(text), " ".join([*child, _ANY])]
    return [*(_said(each, names, kit) for each in found), f"sh {_ANY}/{native} {_ANY}"]


def _windows(kit: Path) -> list[str]:
    door, native = places.DOORS["windows"], places.NATIVE["windows"].replace("/", "\\")
    python = rf"{_ANY}\{places.WINDOWS}\python\python.exe".replace("/", "\\")
    text = (kit / door).read_text(encoding="cp932")
    names = {"%PYTHON%": python, "%KIT%": f"{_ANY}\\", "%*": _ANY}
    found = [_said(each, names, kit) for each in _OF_WINDOWS.findall(text)]
    child = " ".join([f'"{python}"', *OPTIONS, _ANY])
    doors = [rf'cmd.exe /c "{_ANY}\{each}" {_ANY}' for each in (door, native)]
    return [doors[0], *found, child, doors[1]]


def _said(line: str, names: dict[str, str], kit: Path) -> str:
    """A line of a door with what its variables stand for."""
    for name, value in names.items():
        line = line.replace(name, value)
    return " ".join(line.replace(str(kit), _ANY).split())
