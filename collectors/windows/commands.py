"""Command lines of Windows: which programs and scripts they name.

A path is looked for anywhere in them, so that what a carrier (rundll32, regsvr32, wscript, mshta,
powershell, cmd /c) is to run is found like the carrier itself. Names without a folder are left out:
where they lead to is a guess.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 64 << 10  # characters of a command that are looked at
MOST = 100  # names in a command
_KINDS = (
    "exe|dll|sys|com|scr|cpl|ocx|drv|ax|efi|bat|cmd|ps1|psm1|psd1|vbs|vbe|js|jse|wsf|wsh|wsc|sct"
    "|hta|msi|msp|mst|jar|py|pyw|pl|lnk|pif|inf|reg|chm|application|appref-ms|xll|wll|xlam|dotm"
)
_START = (
    r"(?:%[\w()~]{1,40}%|[A-Za-z]:|\\\?\?\\[A-Za-z]:|\\\\[?.]\\[A-Za-z]:|\\\\[\w.$@-]{1,255}"
    r"|\\SystemRoot|\\(?:Device|VOLUME\{)[^\\\"]{0,80}|(?<![\w\\/.])(?:system32|syswow64))"
)
# Up to the first thing that ends like a program: blanks in unquoted paths are no ends.
_PATH = re.compile(
    rf"{_START}[\\/](?:(?!\s[/-]|\s&)[^\x00-\x1f\"<>|*?:]){{0,400}}?\.(?:{_KINDS})(?![\w\\/-]|\.\w)",
    re.IGNORECASE | re.ASCII,
)
_ALONE = re.compile(rf'\s*(?:"([^"]{{1,1024}})"|({_START}[\\/][^\s"]{{1,1024}}))', re.IGNORECASE)
_PROGRAM = re.compile(rf"\.(?:{_KINDS})\Z", re.IGNORECASE)
_SCRIPT = re.compile(
    r"\.(?:bat|cmd|ps1|psm1|psd1|vbs|vbe|js|jse|wsf|wsh|wsc|sct|hta|py|pyw|pl|reg|inf)\Z",
    re.IGNORECASE,
)
_ENCODED = re.compile(r"[-/]e[a-z]{0,14}\s+[\"']?([A-Za-z0-9+/=]{24,})", re.IGNORECASE)


def is_program(name: str) -> bool:
    """Whether a name ends as programs, libraries, scripts and links to them do."""
    return _PROGRAM.search(name.rstrip(". ")) is not None


def is_script(name: str) -> bool:
    """Whether a name ends as scripts and settings do that are run as text."""
    return _SCRIPT.search(name.rstrip(". ")) is not None


def paths_in(text: str) -> list[str]:
    """The paths of programs in a text, as they are spelled there, each once, in their order."""
    found: dict[str, None] = {}
    for one in _PATH.finditer(text[:LONGEST]):
        found.setdefault(one[0])
        if len(found) == MOST:
            break
    return list(found)


def named_in(command: str) -> list[str]:
    """The paths in a command line; a program without an ending is meant as .exe.

    What PowerShell is given in base64 (`-EncodedCommand`) is looked into.
    """
    command = command[:LONGEST]
    found = dict.fromkeys(paths_in(command))
    alone = _ALONE.match(command)
    first = (alone[1] or alone[2]) if alone else ""
    if re.search(r"[\\/]", first) and not re.search(r"\.\w{1,10}\Z", first) and not found:
        found[f"{first}.exe"] = None
    for inner in _encoded(command):
        found.update(dict.fromkeys(paths_in(inner)))
    return list(found)[:MOST]


def _encoded(command: str) -> Iterator[str]:
    for one in _ENCODED.finditer(command):
        try:
            yield base64.b64decode(one[1] + "=" * (-len(one[1]) % 4)).decode("utf-16-le", "replace")
        except binascii.Error:
            continue  # no base64: another option that begins with an e
