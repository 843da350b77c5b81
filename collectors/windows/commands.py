"""Command lines of Windows: which programs and scripts they name.

A path that ends like a program is looked for anywhere in them. What a value is there to run
(`run_by`), and what a carrier (rundll32, regsvr32, mshta, wscript, cscript, msiexec, PowerShell's
-File) is given, needs no such ending: Windows asks for none. Of what `cmd /c` is given most is no
program: a path without any ending may be one, since cmd puts `ENDINGS` behind it; who looks for it
tries these. Names without a folder are left out: where they lead to is a guess.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 64 << 10  # characters of a command that are looked at
_KINDS = (
    "exe|dll|sys|com|scr|cpl|ocx|drv|ax|efi|bat|cmd|ps1|psm1|psd1|vbs|vbe|js|jse|wsf|wsh|wsc|sct"
    "|hta|msi|msp|mst|jar|py|pyw|pl|lnk|pif|inf|reg|chm|application|appref-ms|xll|wll|xlam|dotm"
)
_START = (
    r"(?:%[\w()~]{1,40}%|[A-Za-z]:|\\\?\?\\[A-Za-z]:|\\\\[?.]\\[A-Za-z]:|\\\\[\w.$@-]{1,255}"
    r"|\\SystemRoot|\\(?:Device|VOLUME\{)[^\\\"]{0,80}|(?<![\w\\/.])(?:system32|syswow64|sysnative))"
)
_NAME = r"[^\s\x00-\x1f\"<>|*?:,\\/]"  # one letter of the name of a stream
_STREAM = rf"(?::(?:{_NAME}{{1,255}}(?::\$DATA)?|:\$DATA))?"
# Up to the first thing that ends like a program: blanks in unquoted paths are no ends.
# A stream may be the program, whatever the file is called that it is in.
_ENDS = rf"\.(?:{_KINDS})(?![\w\\/-]|\.\w)"
_LETTER = r"(?!\s[/-]|\s&)[^\x00-\x1f\"<>|*?:]"
_PATH = re.compile(
    rf"{_START}[\\/](?:{_LETTER}){{0,400}}?"
    rf"(?:{_ENDS}(?::{_NAME}{{1,255}}?{_ENDS})?|(?<=[^\\/]):{_NAME}{{1,255}}?{_ENDS})",
    re.IGNORECASE | re.ASCII,
)
# One that is longer is looked for by its beginning and its end, so that none costs a square.
_LONG = re.compile(rf"{_START}[\\/](?:(?!{_ENDS}){_LETTER}){{401}}", re.IGNORECASE | re.ASCII)
_LONG_END = re.compile(rf"(?:{_LETTER})*?{_ENDS}", re.IGNORECASE | re.ASCII)
_REST = r"(?:(?!\s[/-]|\s&)[^\x00-\x1f\"<>|*?:,])"
# In quotes whole; else up to the first ending before a blank, else up to a blank in its last part.
_ONE = (
    rf"(?:\"(?P<quoted>{_START}[\\/][^\x00-\x1f\"]{{1,1024}})\"|'(?P<single>{_START}[\\/][^']{{1,1024}})'"
    rf"|(?P<ended>{_START}[\\/]{_REST}{{0,400}}?\.(?=\w*[^\W\d])\w{{1,12}}{_STREAM})(?=[\s,\"]|\Z)"
    rf"|(?P<plain>{_START}[\\/](?:{_REST}{{0,400}}[\\/])?{_NAME}{{1,255}}{_STREAM}))"
)
_FIRST = re.compile(rf"\s*{_ONE}", re.IGNORECASE)
_CARRIER = re.compile(
    r"(?<![^\s\"\\/])(?:(?:rundll32|regsvr32|mshta|[wc]script|msiexec)(?:\.exe)?\"?|-f(?:ile)?)"
    rf"\s(?:[^&|\x00-\x1f]{{0,100}}?[\s:=])??{_ONE}",
    re.IGNORECASE,
)
_SHELL = re.compile(
    rf"(?<![^\s\"\\/])cmd(?:\.exe)?\"?\s+(?:/(?![ck]\s)\S{{1,20}}\s+){{0,8}}/[ck]\s+(?:\"(?=\"))?{_ONE}",
    re.IGNORECASE,
)
ENDINGS = (
    ".com", ".exe", ".bat", ".cmd", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh", ".msc", ".dll",
)  # fmt: skip
"""What Windows puts behind a name that has none, unless PATHEXT says otherwise; for rundll32 and
regsvr32 the last."""
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
    text = text[:LONGEST]
    return list(dict.fromkeys([one[0] for one in _PATH.finditer(text)] + list(_long_ones(text))))


def _long_ones(text: str) -> Iterator[str]:
    for one in _LONG.finditer(text):
        end = _LONG_END.match(text, one.end())
        if end is not None:
            yield one[0] + end[0]


def named_in(command: str) -> list[str]:
    """The paths in a command line; a program without an ending is meant as .exe.

    What PowerShell is given in base64 (`-EncodedCommand`) is looked into.
    """
    command = command[:LONGEST]
    found = dict.fromkeys(paths_in(command))
    first = _FIRST.match(command)
    if first and not found and not _has_ending(_spelled(first)):
        found[f"{_spelled(first)}.exe"] = None
    found.update(dict.fromkeys(_carried(command)))
    for inner in _encoded(command):
        found.update(dict.fromkeys([*paths_in(inner), *_carried(inner)]))
    return list(found)


def run_by(command: str) -> list[str]:
    """The same of a text that is there to be run: what it begins with is run, whatever its ending.

    Services, autoruns and tasks are such.
    """
    named = named_in(command)
    first = _FIRST.match(command[:LONGEST])
    if first is None or not _has_ending(_spelled(first)):
        return named
    # A program's ending within the path, with more behind it, is where the path ends.
    begun = any(_goes_on(_spelled(first), each) for each in named)
    begins = any(each.startswith(_spelled(first)) for each in named)
    return named if begun or begins else [_spelled(first), *named]


def _carried(command: str) -> Iterator[str]:
    """What carriers are to run."""
    yield from map(_spelled, _CARRIER.finditer(command))
    for one in _SHELL.finditer(command):
        if not _has_ending(_spelled(one)):
            yield _spelled(one)


def _spelled(found: re.Match[str]) -> str:
    return next(text for text in found.group("quoted", "single", "ended", "plain") if text)


def _goes_on(path: str, named: str) -> bool:
    """Whether a path is another one with more behind it, and not a stream of it."""
    return path == named or (path.startswith(named) and path[len(named)] != ":")


def _has_ending(path: str) -> bool:
    """Whether it ends like a file, or is a stream: to neither Windows puts an `.exe`."""
    return re.search(r"\.\w{1,12}\Z|[^\\/]{2}:[^:\\/]+\Z", path) is not None


def _encoded(command: str) -> Iterator[str]:
    for one in _ENCODED.finditer(command):
        try:
            yield base64.b64decode(one[1] + "=" * (-len(one[1]) % 4)).decode("utf-16-le", "replace")
        except binascii.Error:
            continue  # no base64: another option that begins with an e
