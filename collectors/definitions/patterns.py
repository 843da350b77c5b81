r"""From the language of definitions to patterns that a source walks.

`%%environ_systemroot%%\Prefetch\*.pf` becomes `Windows/Prefetch/*.pf`. A variable of the system
is where Windows puts it on every machine that nobody moved it on; one of the users stands for every
folder that a user or a service has. What stood here before an upgrade (`Windows.old`) is looked
through in the same way. `**` and `**3` are as in `Source.take`. A set of letters is spelled out
here, `a[1-2]` as `a1` and `a2`, since a name on a disk may have brackets of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SYSTEM = {
    "environ_systemdrive": ("",),
    "environ_systemroot": ("Windows",),
    "environ_windir": ("Windows",),
    "environ_programfiles": ("Program Files",),
    "environ_programfilesx86": ("Program Files (x86)",),
    "environ_allusersappdata": ("ProgramData", "Documents and Settings/All Users/Application Data"),
    "environ_allusersprofile": ("ProgramData", "Documents and Settings/All Users"),
    "environ_programdata": ("ProgramData",),
}
HOMES = (
    "Users/*", "Documents and Settings/*", "Windows/ServiceProfiles/*",
    "Windows/System32/config/systemprofile", "Windows/SysWOW64/config/systemprofile",
)  # fmt: skip
USERS = {
    "users.userprofile": ("",),
    "users.homedir": ("",),
    "users.appdata": ("AppData/Roaming", "Application Data"),
    "users.localappdata": ("AppData/Local", "Local Settings/Application Data"),
    "users.temp": ("AppData/Local/Temp", "Local Settings/Temp"),
    "users.username": ("*",),
}
BEFORE = "Windows.old"
_VARIABLE = re.compile(r"%%([a-z_.0-9]+)%%")
_SET = re.compile(r"\[([^]]*)\]?")


class VariableError(ValueError):
    """A variable or a set that this program doesn't know: the definition would lead nowhere."""


def patterns(paths: Iterable[str]) -> list[str]:
    """Where to look, relative to the folder that Windows' drive is seen at; each once.

    Raises:
        VariableError: a variable that isn't in the tables above; a set that names no letters.
    """
    found: dict[str, None] = {}
    for path in paths:
        plainly = _spelled_out(path.replace("\\", "/"))
        for expanded in (each for one in plainly for each in _expanded(one)):
            plain = re.sub("/+", "/", expanded).strip("/")
            found.setdefault(plain)
            found.setdefault(f"{BEFORE}/{plain}")
    return list(found)


def _expanded(path: str) -> Iterator[str]:
    variable = _VARIABLE.search(path)
    if variable is None:
        yield path
        return
    for value in _values(variable[1], at_start=variable.start() == 0):
        yield from _expanded(path[: variable.start()] + value + path[variable.end() :])


def _values(name: str, *, at_start: bool) -> Iterator[str]:
    """What a variable stands for; one of the users begins at each home where it begins a path."""
    if name in SYSTEM:
        yield from SYSTEM[name]
    elif name in USERS and at_start:
        yield from (f"{home}/{rest}" for home in HOMES for rest in USERS[name])
    elif name in USERS:
        yield from USERS[name]
    else:
        raise VariableError(f"%%{name}%% stands for nothing here")


def _spelled_out(path: str) -> Iterator[str]:
    found = _SET.search(path)
    if found is None:
        yield path
        return
    for letter in _letters(found[0]):
        yield from _spelled_out(path[: found.start()] + letter + path[found.end() :])


def _letters(text: str) -> list[str]:
    """Those of a set such as `[1-3]` or `[abc]`; others have no few names."""
    ranges = re.findall(r"([^/])-([^/])|([^/])", text[1:-1])
    letters = [
        chr(code)
        for first, last, alone in ranges
        for code in range(ord(first or alone), ord(last or alone) + 1)
    ]
    if not letters or text[1] in "!^" or not text.endswith("]"):
        raise VariableError(f"{text} stands for nothing here")
    return letters
