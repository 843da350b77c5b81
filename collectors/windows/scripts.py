"""Scripts of Windows: batch, PowerShell, VBScript, JScript; settings that are run as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from collectors.windows.bounds import up_to
from collectors.windows.commands import LONGEST, named_in
from collectors.windows.paths import HERE

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LINES = 20_000  # of one script that are looked at
_BESIDE = re.compile(r"(?:%~dp0|%cd%|\$PSScriptRoot)[\\/]?", re.IGNORECASE)
_ENVIRONMENT = re.compile(r"\$(?:env:(\w{1,30})|\{env:([\w()]{1,30})\})", re.IGNORECASE)
_COMMENT = re.compile(r"\s*(?:@?rem\s|::|#|'|//)", re.IGNORECASE)


def decoded(data: bytes) -> str:
    """Text by its mark of byte order; else UTF-8, or what Japanese Windows writes."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if data[:400].count(0) > len(data[:400]) // 3:
        return data.decode("utf-16-le", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp932", "replace")


def lines(file: BinaryIO) -> Iterator[str]:
    """The paths that its lines name, comments left out; `%~dp0` is the script's own folder.

    Raises:
        OverflowError: after these: there are more lines than are read, or longer ones.
    """
    is_cut = False
    for line in up_to(
        MOST_LINES, decoded(file.read()).splitlines(), f"it has more than {MOST_LINES} lines"
    ):
        if not _COMMENT.match(line):
            plain = _BESIDE.sub(lambda _: HERE, line)
            plain = _ENVIRONMENT.sub(lambda found: f"%{found[1] or found[2]}%", plain)
            is_cut = is_cut or len(plain.rstrip()) > LONGEST
            yield from named_in(plain.replace("\\\\", "\\"))
    if is_cut:
        raise OverflowError(f"a line of it has more than {LONGEST} characters")
