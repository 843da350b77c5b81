"""A table of Windows that changes between the question for its size and the one for its rows."""

from __future__ import annotations

import ctypes
import json

import hosts
import pytest

from collectors.live_windows import connections, question
from collectors.live_windows.calls import api

SHORT, OUT_OF_MEMORY, DENIED = 122, 14, 5


class Table:
    """A function of iphlpapi's kind; what it does at each call is said beforehand."""

    def __init__(self, *answers: int | bytes) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, room, size, *_rest) -> int:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, int):
            return answer
        offered, size._obj.value = size._obj.value, len(answer)
        if room is None or offered < len(answer):
            return SHORT
        ctypes.memmove(room, answer, len(answer))
        return 0


def asked(monkeypatch, *answers: int | bytes) -> tuple[bytes, int]:
    table = Table(*answers)
    monkeypatch.setattr(api, "function", lambda _library, _name: table)
    return api.table("iphlpapi", "GetExtendedTcpTable", 0), table.asked


def test_a_table_that_stays_is_asked_for_twice(monkeypatch):
    assert asked(monkeypatch, b"four rows") == (b"four rows", 2)


def test_one_that_grows_a_little_fits_at_once(monkeypatch):
    assert asked(monkeypatch, b"x" * 100, b"x" * 120) == (b"x" * 120, 2)


def test_one_that_doubles_each_time_is_had_when_it_stops(monkeypatch):
    sizes = [b"x" * 10 * 2**n for n in range(6)]
    assert asked(monkeypatch, *sizes) == (sizes[-1], 7)


def test_what_gave_up_since_the_table_grew_is_asked_again(monkeypatch):
    assert asked(monkeypatch, b"rows", OUT_OF_MEMORY, OUT_OF_MEMORY, b"rows") == (b"rows", 4)


@pytest.mark.parametrize("answers", [(b"rows", DENIED), (OUT_OF_MEMORY,), (DENIED,)])
def test_a_refusal_stays_one_with_its_code(monkeypatch, answers):
    with pytest.raises(OSError, match=f"Windows' error {answers[-1]}$"):
        asked(monkeypatch, *answers)


def test_a_second_door_that_gives_up_costs_the_comparison_and_not_the_first(monkeypatch):
    class Changing:
        Error = type("Error", (Exception,), {})

        @staticmethod
        def net_connections(_kind: str) -> list[object]:
            raise RuntimeError("GetExtendedTcpTable failed")

    monkeypatch.setattr(api, "function", lambda _library, _name: Table(bytes(4)))
    monkeypatch.setattr(api, "psutil", Changing)
    monkeypatch.setattr(question, "asks_windows", lambda _source: True)
    gap, document = connections.WindowsConnections().collect(None)

    assert gap.origin == "hozen:/windows-connections/differences"
    assert "psutil: GetExtendedTcpTable failed" in gap.detail
    assert json.loads(hosts.read(document).data) == {
        "schema": "hozen-windows-connections/1",
        "tcp4": [],
        "udp4": [],
        "tcp6": [],
        "udp6": [],
        "differences": None,
    }
