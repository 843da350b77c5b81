"""Which file of Windows is read by which reader, and what a reader's names come to.

The readers themselves run in a process apart (`collectors.windows.looking`), since they look at
hostile bytes with libraries written in C.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from collectors.artifact import ReadApart
from collectors.files.spelling import upcased
from collectors.windows import (
    amcache,
    hive,
    links,
    prefetch,
    scripts,
    tasks,
    view,
    wmi,
)
from collectors.windows.paths import LONGEST, placed, standpoint, too_long

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST = 5000  # paths from one file
_MIB = 1 << 20


class Reader(NamedTuple):
    """One kind of file."""

    names: Callable[[BinaryIO], Iterator[str]]
    """Windows' spellings of the paths in it, in their order."""
    largest: int
    """Bytes; what a larger one names is not looked for."""
    are_paths: bool = True
    """Whether they are; else they are lines, given as they are."""


READERS = {
    "hive": Reader(hive.commands, 256 * _MIB),
    "amcache": Reader(amcache.programs, 256 * _MIB),
    "task": Reader(tasks.actions, 4 * _MIB),
    "shortcut": Reader(links.target, 4 * _MIB),
    "automatic jump list": Reader(links.automatic, 64 * _MIB),
    "custom jump list": Reader(links.custom, 16 * _MIB),
    "prefetch": Reader(prefetch.loaded, 16 * _MIB),
    "WMI repository": Reader(wmi.consumers, 256 * _MIB),
    "script": Reader(scripts.lines, 4 * _MIB),
    **{
        name: Reader(partial(view.lines, rows), 256 * _MIB, are_paths=False)
        for name, rows in view.PLACES.items()
    },
}

_WINDOWS = r"/windows(?:\.old/windows)?"
_HOME = r"/(?:users|documents and settings|windows/serviceprofiles)/[^/]+"
_SCRIPTS = r"\.(?:bat|cmd|ps1|psm1|psd1|vbs|vbe|js|jse|wsf|wsh|wsc|sct|hta|reg|inf)"
_STARTUP = r"/start menu/programs/startup|/grouppolicy(?:users)?|/windows/setup/scripts"


def _ending(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})\Z", re.IGNORECASE | re.DOTALL)


_PLACES = (
    (_ending(rf"{_WINDOWS}/(?:system32/config(?:/regback)?|repair)/(?:system|software|default)"),
     "hive"),
    (_ending(rf"{_HOME}/(?:ntuser\.(?:dat|man)|.*/usrclass\.dat)"), "hive"),
    (_ending(rf"{_WINDOWS}/appcompat/programs/amcache\.hve"), "amcache"),
    (_ending(rf"{_WINDOWS}/(?:system32|syswow64)/tasks/.+"), "task"),
    (_ending(r"\.lnk"), "shortcut"),
    (_ending(r"\.automaticdestinations-ms"), "automatic jump list"),
    (_ending(r"\.customdestinations-ms"), "custom jump list"),
    (_ending(rf"{_WINDOWS}/prefetch/[^/]+\.pf"), "prefetch"),
    (_ending(rf"{_WINDOWS}/system32/wbem/repository/(?:fs/)?objects\.data"), "WMI repository"),
    (_ending(rf"(?:{_STARTUP})/.*{_SCRIPTS}"), "script"),
    (_ending(r"/windowspowershell/(?:.*_)?profile\.ps1"), "script"),
)  # fmt: skip
_LIKELY = (
    "/system",
    "/software",
    "/default",
    "/ntuser.dat",
    "/ntuser.man",
    "/usrclass.dat",
    "/amcache.hve",
    "/objects.data",
    ".lnk",
    "destinations-ms",
    ".pf",
    *(f".{each}" for each in _SCRIPTS.removeprefix(r"\.(?:").removesuffix(")").split("|")),
)
"""How every path ends that one of the patterns matches, but for tasks, which have any name."""
_NAMED = (
    (_ending(r"\.lnk"), "shortcut"),
    (_ending(r"\.xml"), "task"),
    (_ending(_SCRIPTS), "script"),
)


def references_for(path: str) -> ReadApart | None:
    """How what a file of Windows names is found, by where it lies; None where nothing is known.

    Args:
        path: the source's, in any case.
    """
    lowered = path.lower()
    if not lowered.endswith(_LIKELY) and "/tasks/" not in lowered:
        return None  # ten patterns for each file of a disk would cost as much as reading it
    return _first(_PLACES, path)


def named_references_for(path: str) -> ReadApart | None:
    """The same of a file that another one named: a script leads on, wherever it lies."""
    return _first(_NAMED, path)


def _first(table: tuple[tuple[re.Pattern[str], str], ...], path: str) -> ReadApart | None:
    reader = next((name for pattern, name in table if pattern.search(path)), None)
    return None if reader is None else ReadApart(reader, path, READERS[reader].largest)


def paths_named(reader: str, origin: str, file: BinaryIO) -> Iterator[str]:
    """The source's paths that a file names, each once, whatever its case; or a reader's lines.

    Args:
        reader: a name in `READERS`.
        origin: where the file lies.
        file: its content.

    Raises:
        Exception: of any kind, when the reader fails; what was given before stays valid.
    """
    if not READERS[reader].are_paths:
        yield from READERS[reader].names(file)
        return
    at, is_cut = standpoint(origin), False
    seen: set[str] = set()
    for name in READERS[reader].names(file):
        path = placed(name, at)
        is_cut = is_cut or too_long(name)
        if path is None or upcased(path) in seen:
            continue
        if len(seen) == MOST:
            raise OverflowError(f"it names more than {MOST} programs")
        seen.add(upcased(path))
        yield path
    if is_cut:
        raise OverflowError(f"it names a path of more than {LONGEST} characters")
