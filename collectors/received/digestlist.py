"""A list of digests that came with a folder: the form of sha256sum(1), of Windows, too."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

NAMES = frozenset({"SHA256SUMS", "SHA256SUMS.txt", "sha256sums.txt", "sha256sum.txt"})
"""Names at the top of a folder under which such lists are looked for."""
MOST = 10_000  # names or lines of one result that are written out; all are counted
_LINE = re.compile(r"(\\?)([0-9A-Fa-f]{64}) [ *](.+)", re.DOTALL)
_LONGEST = 4096  # characters of a path: PATH_MAX of Linux, in bytes
_ESCAPED = re.compile(r"\\([\\nr])")
_MEANT = {"\\": "\\", "n": "\n", "r": "\r"}


@dataclass(slots=True)
class DigestList:
    """Which digests were listed, by the path in the folder that each names."""

    digests: dict[str, str] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    """Lines that name no file of the folder, or a second digest for one: where, and why."""
    unreadable_lines: int = 0
    """All of them."""

    def add(self, name: str, data: bytes, *, cut: bool = False) -> None:
        """Read one list.

        Args:
            name: its path, for what is said of its lines.
            data: its bytes; lines in UTF-8 or, from a Japanese Windows, in code page 932.
            cut: whether these are only its beginning.
        """
        if cut:
            data = data[: data.rfind(b"\n") + 1]  # what is left of a line would be another name
            why = f"{name}: what lies behind byte {len(data)} was not looked into"
            self.unreadable.insert(0, why)  # never lost among lines, of which there may be millions
            self.unreadable_lines += 1
        for number, raw in enumerate(io.BytesIO(data), start=1):
            line = text_of(raw.removesuffix(b"\n").removesuffix(b"\r"))
            if line and not line.startswith("#"):
                self._add_line(f"{name}, line {number}", line)

    def _add_line(self, where: str, line: str) -> None:
        found = _LINE.fullmatch(line)
        if found is None:
            self._refuse(f"{where}: no digest and name")
            return
        path = _path_of(found[3], escaped=bool(found[1]))
        if path is None:
            self._refuse(f"{where}: names nothing in this folder")
        elif self.digests.setdefault(path, found[2].lower()) != found[2].lower():
            self._refuse(f"{where}: another digest for {path}")

    def _refuse(self, why: str) -> None:
        self.unreadable_lines += 1
        if len(self.unreadable) < MOST:
            self.unreadable.append(why)


def text_of(data: bytes) -> str:
    """Text of a tool that may run on a Japanese Windows."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "surrogateescape")


def _path_of(name: str, *, escaped: bool) -> str | None:
    """The path in the folder; None where a name leads anywhere else."""
    if escaped:  # coreutils: a backslash before a line whose name holds one, or a line's end
        name = _ESCAPED.sub(lambda found: _MEANT[found[1]], name)
    else:
        name = name.replace("\\", "/")
    name = name.removeprefix("./")
    if len(name) > _LONGEST or "\0" in name:
        return None
    if name.startswith("/") or ":" in name[:2] or {"", ".", ".."} & set(name.split("/")):
        return None
    return f"/{name}"
