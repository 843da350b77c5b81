"""Shortcuts (.lnk), and the jump lists that are made of them."""

from __future__ import annotations

import errno
import io
import re
from typing import TYPE_CHECKING, Any, BinaryIO

from collectors.windows.bounds import UntoldError, up_to
from collectors.windows.commands import is_program, named_in
from collectors.windows.idlist import path_in
from collectors.windows.paths import HERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST = 1000  # shortcuts in a jump list
LARGEST = 256 << 10  # bytes of one of them; what lies behind these is not looked at
_HEAD = bytes.fromhex("4c0000000114020000000000c000000000000046")
_HAS_PATH = 0x02  # of a shortcut's flags
_DRIVE = re.compile(r"(?:[A-Za-z]:|%\w+%|\\\\)")


def target(file: BinaryIO) -> Iterator[str]:
    """The program that a shortcut leads to, and those in its arguments; none for a document's.

    Raises:
        OSError: it is no shortcut.
        UntoldError: after all others: it leads somewhere that is not known.
        ImportError: liblnk is missing.
    """
    import pylnk  # only where a shortcut is read

    link = pylnk.file()
    link.open_file_object(file)
    known, untold = _ways(link)
    if not known and link.relative_path:
        known = [HERE + link.relative_path]
    yield from (way for way in known if is_program(way))
    yield from named_in(link.command_line_arguments or "")
    if untold is not None and not known:
        raise untold


def _ways(link: Any) -> tuple[list[str], UntoldError | None]:
    """The paths that a shortcut has to its target, and why there may be none where one is."""
    ways = [link.local_path, link.network_path, link.environment_variables_location]
    has_path = any(ways) or link.data_flags & _HAS_PATH
    untold = UntoldError("it tells no path to its target that can be read") if has_path else None
    try:
        ways.append(path_in(link.link_target_identifier_data or b""))
    except UntoldError as error:
        untold = error
    return [way for way in ways if way and _DRIVE.match(way)], untold


def automatic(file: BinaryIO) -> Iterator[str]:
    """What the shortcuts in the streams of an automatic jump list lead to.

    Raises:
        OSError: it is no compound file; or, after all others, one of the shortcuts is none.
        UntoldError: after all others: one of them leads somewhere that is not known.
        OverflowError: after many: there are more; after all: one is larger than is looked at.
        ImportError: libolecf or liblnk is missing.
    """
    import pyolecf  # only where a jump list is read

    compound = pyolecf.file()
    compound.open_file_object(file)
    yield from _each(_streams(compound.get_root_item()))


def _streams(root: Any) -> Iterator[bytes]:
    count = root.number_of_sub_items if root is not None else 0
    if not count:  # what Windows writes has at least the list of the others
        raise OSError(errno.EIO, "a compound file in which no stream is found")
    for index in up_to(MOST, range(count), f"it has more than {MOST} shortcuts"):
        stream = root.get_sub_item(index)
        if stream.name != "DestList":  # times and counts of the others
            yield stream.read(min(stream.get_size(), LARGEST + 1)) or b""


def _each(shortcuts: Iterable[bytes]) -> Iterator[str]:
    """What all of them lead to; that one is cut, or the first fault, is told after the others."""
    fault: OSError | UntoldError | None = None
    is_cut = False
    for data in shortcuts:
        is_cut = is_cut or len(data) > LARGEST
        try:
            yield from target(io.BytesIO(data[:LARGEST]))
        except (OSError, UntoldError) as error:
            fault = fault or error
    if is_cut:  # what is missing may be the fault
        raise OverflowError(f"a shortcut in it has more than {LARGEST} bytes")
    if fault is not None:
        raise fault


def custom(file: BinaryIO) -> Iterator[str]:
    """What the shortcuts in a custom jump list lead to: they follow one another in it.

    Raises:
        OSError: after all others: one of them is none.
        UntoldError: after all others: one of them leads somewhere that is not known.
        OverflowError: after many: there are more; after all: one is larger than is looked at.
        ImportError: liblnk is missing.
    """
    data = file.read()
    starts = [found.start() for found in re.finditer(re.escape(_HEAD), data)]
    ends = [*starts[1:], len(data)]
    pieces = up_to(MOST, zip(starts, ends, strict=True), f"it has more than {MOST} shortcuts")
    yield from _each(data[begin : min(end, begin + LARGEST + 1)] for begin, end in pieces)
