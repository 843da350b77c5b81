"""Sockets of a running Windows with the processes that own them, by two doors."""

from __future__ import annotations

import errno
import struct
from ipaddress import IPv4Address, IPv6Address
from typing import Any, ClassVar

from collectors.artifact import Kind
from collectors.live.document import Row
from collectors.live_windows.calls import api
from collectors.live_windows.calls.ip import records
from collectors.live_windows.question import Asking, Question

_INET, _INET6 = 2, 23  # AF_INET, AF_INET6 (ws2def.h)
_TCP_ALL, _UDP_ALL = 5, 1  # TCP_TABLE_OWNER_PID_ALL, UDP_TABLE_OWNER_PID (iprtrmib.h)
_TCP4, _TCP6 = struct.Struct("<I4s2H4s2HI"), struct.Struct("<16sI2H16sI2HII")
_UDP4, _UDP6 = struct.Struct("<4s2HI"), struct.Struct("<16sI2HI")
_STATES = (
    "", "CLOSED", "LISTEN", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2",
    "CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT", "DELETE_TCB",
)  # fmt: skip
_SAME = ("protocol", "local", "local_port", "remote", "remote_port", "pid")


def _port(stored: int) -> int:
    """A port in the order of the network, as the tables have it."""
    return (stored & 0xFF) << 8 | stored >> 8


def _state(number: int) -> str:
    return _STATES[number] if 0 < number < len(_STATES) else str(number)


def _end(name: str, address: bytes, port: int, scope: int = 0) -> Row:
    shown = str(IPv4Address(address) if len(address) == 4 else IPv6Address(address))
    return {name: f"{shown}%{scope}" if scope else shown, f"{name}_port": _port(port)}


def tcp4(data: bytes) -> list[Row]:
    """MIB_TCPTABLE_OWNER_PID (tcpmib.h)."""
    return [
        {"protocol": "tcp4", "state": _state(state), "pid": pid,
         **_end("local", local, port), **_end("remote", remote, far)}
        for state, local, port, _, remote, far, _, pid in records(data, _TCP4)
    ]  # fmt: skip


def tcp6(data: bytes) -> list[Row]:
    """MIB_TCP6TABLE_OWNER_PID."""
    return [
        {"protocol": "tcp6", "state": _state(state), "pid": pid,
         **_end("local", local, port, scope), **_end("remote", remote, far, far_scope)}
        for local, scope, port, _, remote, far_scope, far, _, state, pid in records(data, _TCP6)
    ]  # fmt: skip


def udp4(data: bytes) -> list[Row]:
    """MIB_UDPTABLE_OWNER_PID."""
    return [
        {"protocol": "udp4", "pid": pid, **_end("local", local, port)}
        for local, port, _, pid in records(data, _UDP4)
    ]


def udp6(data: bytes) -> list[Row]:
    """MIB_UDP6TABLE_OWNER_PID."""
    return [
        {"protocol": "udp6", "pid": pid, **_end("local", local, port, scope)}
        for local, scope, port, _, pid in records(data, _UDP6)
    ]


def _tcp4() -> list[Row]:
    return tcp4(api.table("iphlpapi", "GetExtendedTcpTable", 0, _INET, _TCP_ALL, 0))


def _tcp6() -> list[Row]:
    return tcp6(api.table("iphlpapi", "GetExtendedTcpTable", 0, _INET6, _TCP_ALL, 0))


def _udp4() -> list[Row]:
    return udp4(api.table("iphlpapi", "GetExtendedUdpTable", 0, _INET, _UDP_ALL, 0))


def _udp6() -> list[Row]:
    return udp6(api.table("iphlpapi", "GetExtendedUdpTable", 0, _INET6, _UDP_ALL, 0))


def _psutil() -> list[Row]:
    """The same as psutil sees it."""
    psutil = api.psutil()
    try:
        return [_seen(each) for each in psutil.net_connections("inet")]
    except psutil.Error as error:
        raise PermissionError(errno.EACCES, f"psutil: {error}") from error
    except RuntimeError as error:  # its word for a table that changed at each of its tries
        raise OSError(errno.EIO, f"psutil: {error}") from error


def _seen(one: Any) -> Row:  # noqa: ANN401 - psutil's own tuple
    kind = "tcp" if one.type == 1 else "udp"
    row = {
        "protocol": f"{kind}{4 if one.family == _INET else 6}", "pid": one.pid,
        "local": one.laddr.ip, "local_port": one.laddr.port,
    }  # fmt: skip
    if kind == "tcp":
        row["remote"], row["remote_port"] = one.raddr or ("", 0)
    return row


def _differences() -> list[Row]:
    """What only one of the doors shows: opened or closed between the two looks, or hidden."""
    first = {_key(row): row for row in (*_tcp4(), *_tcp6(), *_udp4(), *_udp6())}
    second = {_key(row): row for row in _psutil()}
    return [
        *({**first[key], "only": "GetExtendedTable"} for key in sorted(first.keys() - second)),
        *({**second[key], "only": "psutil"} for key in sorted(second.keys() - first)),
    ]


def _key(row: Row) -> tuple[str, ...]:
    """What makes a socket the same by both doors; one that waits for all names no other end."""
    values = {name: str(row.get(name, "")) for name in _SAME}
    if values["remote"] in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound to
        values["remote"] = values["remote_port"] = ""
    values["local"] = values["local"].partition("%")[0]
    return tuple(values.values())


class WindowsConnections(Asking):
    """Takes a running Windows' TCP and UDP sockets with the numbers of their processes.

    Asked through GetExtendedTcpTable and GetExtendedUdpTable, and once more through psutil; what
    only one of them shows is listed in `differences`. Cannot show sockets that the kernel hides
    from both, raw sockets and named pipes. Run under Wine; not run on real Windows.
    """

    name: ClassVar[str] = "windows-connections"
    kind: ClassVar[Kind] = "network"
    questions = (
        Question("tcp4", _tcp4), Question("udp4", _udp4), Question("tcp6", _tcp6),
        Question("udp6", _udp6), Question("differences", _differences),
    )  # fmt: skip
