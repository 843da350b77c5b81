"""Logs of web servers, each known by its first lines: requests, errors, or something else.

What is neither is told as that: only a log of requests that can't be read was not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from evidence.triage.counting import Counted
from evidence.triage.examiner import Cell, Examined, Tables
from evidence.triage.linuxlogs import access, errors
from evidence.triage.linuxlogs.access import asked_in
from evidence.triage.linuxlogs.extended import Extended
from evidence.triage.linuxlogs.lines import Lines, PackedError

TABLE = "web_logs"
_HEAD = 50  # lines that tell what a log is
# Whoever writes requests in a form of his own still writes this, or its parts as JSON.
_LIKE_A_REQUEST = re.compile(
    rb'\b(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|CONNECT|PROPFIND) [^ "]+ HTTP/\d'
    rb'|"(?:request|request_uri|request_method|RequestMethod)" ?:'
)

Kind = Literal["requests", "errors", "other", "empty"]
_Numbered = Iterator[tuple[int, bytes]]


@dataclass(slots=True)
class _Log:
    """One log, while it is read."""

    examined: Examined
    kind: Kind
    lines: int | None = None
    """None where it was not read on."""
    read: int = 0
    """Lines in the form that its kind has."""

    def tell(self, tables: Tables) -> None:
        row: dict[str, Cell] = {
            "kind": self.kind, "lines": self.lines, "read": self.read,
            "origin": self.examined.origin, "item": self.examined.item,
        }  # fmt: skip
        tables.add(TABLE, row)


class WebLogs:
    """All logs of web servers of one host."""

    def __init__(self) -> None:
        """Before the first of them."""
        self._clients = Counted("address", "status", "origin")
        self._errors = Counted("level", "said", "address", "origin", local=True)

    @property
    def counted(self) -> tuple[tuple[str, Counted], ...]:
        """What was counted over all of them, and the table of each."""
        return ("web_clients", self._clients), ("web_errors", self._errors)

    def read(self, examined: Examined, lines: Lines, tables: Tables, *, named: bool) -> None:
        """Read one log.

        Args:
            examined: the file.
            lines: of it.
            tables: take the rows.
            named: whether its name says that it is one of requests.

        Raises:
            PackedError: it can't be unpacked to its end.
            OSError: the medium failed.
        """
        head, numbered = _parted(iter(lines))
        log = _Log(examined, _kind([line for _, line in head], named=named))
        try:
            if log.kind == "requests":
                self._requests(log, _counting(log, numbered), lines, tables)
            elif log.kind == "errors":
                self._complaints(log, _counting(log, numbered), lines, tables)
        finally:
            log.tell(tables)

    def _requests(self, log: _Log, numbered: _Numbered, lines: Lines, tables: Tables) -> None:
        extended = Extended()
        for number, line in numbered:
            if extended.directs(line):
                continue
            request = extended.parse(line) or access.parse(line)
            if request is None:
                lines.others += 1
                continue
            log.read += 1
            lines.untimed += request.at is None
            self._clients.add(request.at, request.address, request.status, log.examined.origin)
            if (asked := request.asked) is not None:
                row: dict[str, Cell] = {
                    "time": request.at, "local": None, "address": request.address,
                    "user": request.user, "asked": asked, "request": request.cell("request"),
                    "status": request.status, "size": request.cell("size"),
                    "agent": request.cell("agent"), **_place(log, number),
                }  # fmt: skip
                tables.add("web_requests", row)

    def _complaints(self, log: _Log, numbered: _Numbered, lines: Lines, tables: Tables) -> None:
        """Lines that are no entry go on with the one before: of a program that a server runs."""
        for number, line in numbered:
            one = errors.parse(line)
            if one is None:
                lines.others += access.parse(line) is not None  # a server may write both into one
                continue
            log.read += 1
            lines.untimed += one.local is None
            said = one.level, one.said, one.address, log.examined.origin
            self._errors.add(None, *said, local=one.local)
            if (asked := asked_in(one.request)) is not None:
                row: dict[str, Cell] = {
                    "time": None, "local": one.local, "address": one.address, "user": None,
                    "asked": asked, "request": access.as_text(one.request), "status": None,
                    "size": None, "agent": None, **_place(log, number),
                }  # fmt: skip
                tables.add("web_requests", row)


def _place(log: _Log, number: int) -> dict[str, Cell]:
    return {"line": number, "origin": log.examined.origin, "item": log.examined.item}


def _counting(log: _Log, numbered: Iterable[tuple[int, bytes]]) -> _Numbered:
    for number, line in numbered:
        log.lines = number
        yield number, line


def _parted(numbered: _Numbered) -> tuple[list[tuple[int, bytes]], _Numbered]:
    """The first lines, and all of them; what ends a packed log early is raised after its lines."""
    head: list[tuple[int, bytes]] = []
    try:
        for one in islice(numbered, _HEAD):
            head.append(one)  # noqa: PERF402 - what was read before an error counts
    except PackedError as error:
        if not head:
            raise
        return head, _all(head, numbered, error)
    return head, _all(head, numbered, None)


def _all(
    head: list[tuple[int, bytes]], numbered: _Numbered, cut: PackedError | None
) -> _Numbered:  # fmt: skip
    yield from head
    if cut is not None:
        raise cut
    yield from numbered


def _kind(head: list[bytes], *, named: bool) -> Kind:
    """By the first line that tells; by the name, where none does."""
    for line in head:
        if line.startswith(Extended.DIRECTIVES) or access.parse(line):
            return "requests"
        if errors.parse(line):
            return "errors"
    if not any(head):
        return "empty"
    return "requests" if named or any(map(_LIKE_A_REQUEST.search, head)) else "other"
