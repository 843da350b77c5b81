r"""From Windows' spellings of a path to the source's.

They are many: `C:\x`, `\??\C:\x`, `\SystemRoot\x`, `%SystemRoot%\x`, `system32\x`, `\Device\y\x`.

The system's own volume is called C: here, since it nearly always was: which letters the other
volumes had stands in the registry of the machine, and what is named there is told, not guessed.
"""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple

LONGEST = 1024  # characters of a path that is followed
_AROUND = ' \t\r\n\0"'

_ITEM = re.compile(
    r"(?P<root>.*?)(?P<known>/(?:windows(?:\.old)?|users|documents and settings|programdata"
    r"|program files(?: \(x86\))?)(?=/).*)",
    re.IGNORECASE | re.DOTALL,
)
_HOME = re.compile(r"/(?:users|documents and settings)/[^/]+(?=/)", re.IGNORECASE)
_PREFIX = re.compile(r"\\(?:\?\?|\\[?.]|DosDevices|GLOBAL\?\?)\\(UNC\\)?", re.IGNORECASE)
_VARIABLE = re.compile(r"%([^%\\]{1,40})%\\?")
_LETTER = re.compile(r"([A-Za-z]):\\")
_IN_WINDOWS = re.compile(r"(?:system32|syswow64|sysnative|system)\\", re.IGNORECASE)
_SYSNATIVE = re.compile(r"\A(/windows)/sysnative(?=/)", re.IGNORECASE)
_DEVICES = ("\\device\\", "\\volume{")
_NEVER = re.compile(r'[\x00-\x1f"<>|*?%\ud800-\udfff]')  # what no path holds; what was not expanded

_SYSTEM_FOLDERS = {
    "systemroot": "/Windows", "windir": "/Windows", "systemdrive": "",
    "programfiles": "/Program Files", "programfiles(x86)": "/Program Files (x86)",
    "programw6432": "/Program Files", "programdata": "/ProgramData",
    "allusersprofile": "/ProgramData", "public": "/Users/Public",
    "commonprogramfiles": "/Program Files/Common Files",
    "commonprogramw6432": "/Program Files/Common Files",
    "commonprogramfiles(x86)": "/Program Files (x86)/Common Files",
}  # fmt: skip
_HOME_FOLDERS = {
    "userprofile": "", "homepath": "", "appdata": "/AppData/Roaming",
    "localappdata": "/AppData/Local", "temp": "/AppData/Local/Temp", "tmp": "/AppData/Local/Temp",
}  # fmt: skip
HERE = "%here%\\"
"""What a script's own folder is called once it was read."""


class Standpoint(NamedTuple):
    """Where the item lies that names a path."""

    root: str
    """What stands before `/Windows` on the volume of its system; empty for the source's own."""
    home: str | None
    """The home that it lies in, from the root of that volume."""
    folder: str
    """Its own folder, likewise."""


def standpoint(origin: str) -> Standpoint:
    """Where an item lies, as far as that decides what the paths in it mean."""
    found = _ITEM.fullmatch(origin)
    root = found["root"] if found else ""
    home = _HOME.match(found["known"]) if found else None
    folder = posixpath.dirname(origin[len(root) :])
    return Standpoint(root, home[0] if home else None, folder)


def placed(name: str, at: Standpoint) -> str | None:
    r"""The source's path of what a Windows spelling names.

    What lies on no volume that is known comes back as Windows spells it, with no `/` before it: a
    path on another machine (`\\server\share\x`), under another letter (`D:\x`), on a device.

    Args:
        name: as it stood in the item, quotes and blanks around it included.
        at: where the item lies.

    Returns:
        None for what is no path, or begins with a variable that means nothing here, or is too long.
    """
    if too_long(name):
        return None
    text = name.strip(_AROUND).replace("/", "\\")
    text = _PREFIX.sub(lambda found: "\\\\" if found[1] else "", text, count=1)
    path = _expanded(text, at)
    if path is None or _NEVER.search(path):
        return None
    if _is_elsewhere(path):
        return path
    tidy = _tidied(path)
    return None if tidy == "/" else at.root + tidy


def too_long(name: str) -> bool:
    """Whether more stands there than is followed."""
    return len(name.strip(_AROUND)) > LONGEST


def _expanded(text: str, at: Standpoint) -> str | None:
    """With the folder that it begins with put in full, from the root of its volume."""
    variable = _VARIABLE.match(text)
    if variable:
        folder = _folder(variable[1].casefold(), at)
        return None if folder is None else f"{folder}\\{text[variable.end() :]}"
    letter = _LETTER.match(text)
    if letter:
        return text[2:] if letter[1] in "cC" else text
    if text[:12].casefold() == "\\systemroot\\":
        return f"/Windows\\{text[12:]}"
    if _IN_WINDOWS.match(text):
        return f"/Windows\\{text}"
    return text if text.startswith("\\") else None


def _folder(variable: str, at: Standpoint) -> str | None:
    if variable in _SYSTEM_FOLDERS:
        return _SYSTEM_FOLDERS[variable]
    if variable in _HOME_FOLDERS and at.home is not None:
        return at.home + _HOME_FOLDERS[variable]
    return at.folder if variable == "here" else None


def _is_elsewhere(path: str) -> bool:
    """Whether it lies on another machine, under another letter or on a device."""
    start = path[:8].casefold()
    return start.startswith("\\\\") or start in _DEVICES or _LETTER.match(path) is not None


def _tidied(path: str) -> str:
    """Without `.`, `..`, and dots and blanks that Windows doesn't see; a stream stays named.

    What a program of 32 bits calls `sysnative` is `System32`: on no disk is there such a folder.
    """
    file, _, stream = path.replace("\\", "/").partition(":")
    seen = [each.rstrip(". ") if each.strip(".") else each for each in file.split("/")]
    tidy = posixpath.normpath("/" + "/".join(each for each in seen if each))
    tidy = _SYSNATIVE.sub(r"\1/System32", tidy)
    name = stream.partition(":")[0]  # `:$DATA` behind it says of what type it is
    return f"{tidy}:{name}" if name and "/" not in name else tidy
