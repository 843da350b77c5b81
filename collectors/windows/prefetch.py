"""Prefetch: which program ran, and what it loaded at its start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from collectors.files.spelling import upcased
from collectors.windows.bounds import UntoldError
from collectors.windows.commands import is_program, is_script

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 20_000  # names in a file
_NO_FILE = ("NTOSBOOT", "OP-")  # starts of the system and of parts of a program: none has a file
_VOLUME = re.compile(r"\\(?:VOLUME\{[^\\]*\}|DEVICE\\[^\\]+)(?=\\)", re.IGNORECASE)
_SYSTEM = "\\WINDOWS\\SYSTEM32\\NTDLL.DLL"  # every process loads it from the system's volume


def loaded(file: BinaryIO) -> Iterator[str]:
    """The program itself, all scripts, and the libraries that lie outside the system's folder.

    The system's own libraries are left out: each program loads a hundred of them.

    Raises:
        OSError: it is no prefetch file.
        OverflowError: after many names: there are more.
        UntoldError: after all others: the program itself, or other names, can't be told.
        ImportError: libscca is missing.
    """
    import pyscca  # only where prefetch is read

    scca = pyscca.file()
    scca.open_file_object(file)
    count = min(scca.number_of_filenames, MOST)
    every = (scca.get_filename(index) or "" for index in range(count))
    names = [name for name in every if _VOLUME.match(name)]
    itself = upcased(scca.executable_filename or "")
    system = next((name[: -len(_SYSTEM)] for name in names if upcased(name).endswith(_SYSTEM)), "")
    for name in names:
        if _is_wanted(name, itself):
            yield _on_its_volume(name, system)
    if scca.number_of_filenames > MOST:
        raise OverflowError(f"it has more than {MOST} names")
    if len(names) < count:
        raise UntoldError(f"{count - len(names)} names in it can't be read")
    if not itself.startswith(_NO_FILE) and not any(_is_of(name, itself) for name in names):
        raise UntoldError("none of the names in it is that of its program")


def _is_wanted(name: str, itself: str) -> bool:
    path = upcased(_VOLUME.sub("", name, count=1))
    outside = not path.startswith("\\WINDOWS\\")
    return is_program(name) and (_is_of(name, itself) or is_script(name) or outside)


def _is_of(name: str, itself: str) -> bool:
    """Whether it is the program's own, which is cut off after 29 characters where it is told."""
    return bool(itself) and upcased(name).rpartition("\\")[2].startswith(itself)


def _on_its_volume(name: str, system: str) -> str:
    """The system's volume is C:; others stay what they are called."""
    return "C:" + name[len(system) :] if system and name.startswith(system + "\\") else name
