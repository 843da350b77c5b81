"""The file that sudo writes itself, where `Defaults logfile=` names one: its lines wrapped.

sudoers(5), "Notes on logging to a file": the form is that of syslog without the program's name, a
host only with `log_host`, a year only with `log_year`, and what is longer than `loglinelen` (80)
goes on in the next line behind four blanks. Where it was wrapped several blanks became one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from evidence.triage.linuxlogs.lines import LONGEST, Lines, PackedError
from evidence.triage.linuxlogs.messages import Found, told

_INDENT = b"    "
_YEAR = re.compile(rb"([^:]{4,12}) (\d\d:\d\d:\d\d) (\d{4}) (?=: )")  # stands behind the clock
_ENTRY = re.compile(
    rb":? ?(?P<by>\S{1,255}) : (?:HOST=(?P<host>\S{1,255}) [;:] )?(?P<said>.*)", re.DOTALL
)


def beforehand(lines: Lines) -> Iterator[bytes]:
    """All lines of a log that isn't packed, in the form whose time is known.

    Raises:
        OSError: the medium failed.
    """
    return map(_dated, lines.beforehand())


def entries(lines: Lines) -> Iterator[tuple[int, bytes]]:
    """Each entry in one line, with the number of its first.

    Raises:
        PackedError: it can't be unpacked to its end.
        OSError: the medium failed.
    """
    begun, entry = 0, b""
    try:
        for number, line in lines:
            if begun and line.startswith(_INDENT):
                entry = _joined(entry, line, lines)
                continue
            if begun:
                yield begun, _dated(entry)
            begun, entry = number, line
    except PackedError:
        if begun:
            yield begun, _dated(entry)
        raise
    if begun:
        yield begun, _dated(entry)


def _joined(entry: bytes, line: bytes, lines: Lines) -> bytes:
    if len(entry) >= LONGEST:
        return entry
    entry += b" " + line[len(_INDENT) :]
    lines.cut += len(entry) >= LONGEST
    return entry


def _dated(line: bytes) -> bytes:
    """A line with its year before the clock, as others write it."""
    return _YEAR.sub(rb"\1 \3 \2 ", line, count=1) if _YEAR.match(line) else line


def find(rest: bytes) -> Found | None:
    """What an entry behind its time says; None where it is none of a command."""
    entry = _ENTRY.match(rest)
    if entry is None:
        return None
    return told(entry["host"], b"sudo", entry["by"] + b" : " + entry["said"])
