"""Tables of the network as Windows gives them, decoded (iprtrmib.h, netioapi.h)."""

from __future__ import annotations

import ctypes
import errno
import struct
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from collectors.live.document import Row
from collectors.live_windows.calls import api

_ARP = struct.Struct("<II8s4sI")
_ROUTE = struct.Struct("<4s4sI4s10I")
_ADDRESS = struct.Struct("<4sI4s4sIHH")
_NEIGHBOUR2 = struct.Struct("<28sIQ32sIIB3xI")
_ROUTE2 = struct.Struct("<QI28sB3x28sB3x4I4B2I")
# MIB_IF_ROW2; its last bytes, rates and counters, are not read.
_LINK = struct.Struct("<QI16s514s514sI32s32s7IB3x3I16sI4x160x")
_INET, _INET6 = 2, 23  # AF_INET, AF_INET6
_UP, _CONNECTED = 1, 1  # IfOperStatusUp, MediaConnectStateConnected
_ARP_TYPES = {1: "other", 2: "invalid", 3: "dynamic", 4: "static"}
_STATES = ("unreachable", "incomplete", "probe", "delay", "stale", "reachable", "permanent")


def records(data: bytes, form: struct.Struct) -> list[tuple[Any, ...]]:
    """The records of one of Windows' tables: their number (32 bits), then one after the other.

    Raises:
        OSError: it says to hold more than came.
    """
    if not data:
        return []
    (count,) = struct.unpack_from("<I", data)
    if 4 + count * form.size > len(data):
        raise OSError(errno.EIO, f"a table of {count} rows in {len(data)} bytes")
    return [form.unpack_from(data, 4 + index * form.size) for index in range(count)]


def arp(data: bytes) -> list[Row]:
    """MIB_IPNETTABLE."""
    return [
        {"interface": index, "address": str(IPv4Address(address)),
         "hardware": hardware[: min(size, 8)].hex(":"), "type": _ARP_TYPES.get(kind, str(kind))}
        for index, size, hardware, address, kind in records(data, _ARP)
    ]  # fmt: skip


def routes4(data: bytes) -> list[Row]:
    """MIB_IPFORWARDTABLE."""
    return [
        {"destination": str(IPv4Address(row[0])), "mask": str(IPv4Address(row[1])),
         "gateway": str(IPv4Address(row[3])), "interface": row[4], "protocol": row[6],
         "age_s": row[7], "metric": row[9]}
        for row in records(data, _ROUTE)
    ]  # fmt: skip


def addresses4(data: bytes) -> list[Row]:
    """MIB_IPADDRTABLE."""
    return [
        {"address": str(IPv4Address(address)), "interface": index, "mask": str(IPv4Address(mask))}
        for address, index, mask, *_ in records(data, _ADDRESS)
    ]


def neighbours2(data: bytes) -> list[Row]:
    """The rows of MIB_IPNET_TABLE2."""
    return [
        {"interface": index, "address": socket_address(address),
         "hardware": hardware[: min(size, 32)].hex(":"),
         "state": _STATES[state] if state < len(_STATES) else str(state), "router": bool(flags & 1)}
        for address, index, _, hardware, size, state, flags, _ in _NEIGHBOUR2.iter_unpack(data)
    ]  # fmt: skip


def routes2(data: bytes) -> list[Row]:
    """The rows of MIB_IPFORWARD_TABLE2."""
    return [
        {"destination": socket_address(row[2]), "prefix": row[3], "interface": row[1],
         "gateway": socket_address(row[4]), "metric": row[8], "protocol": row[9], "age_s": row[14]}
        for row in _ROUTE2.iter_unpack(data)
    ]  # fmt: skip


def links2(data: bytes) -> list[Row]:
    """The rows of MIB_IF_TABLE2."""
    return [
        {"interface": row[1], "alias": api.wide(row[3]), "description": api.wide(row[4]),
         "type": row[9], "hardware": bool(row[15] & 1), "filter": bool(row[15] & 2),
         "up": row[16] == _UP, "connected": row[18] == _CONNECTED,
         "address": row[6][: min(row[5], 32)].hex(":")}
        for row in _LINK.iter_unpack(data)
    ]  # fmt: skip


def socket_address(data: bytes) -> str:
    """SOCKADDR_INET: family, port, and by the family four bytes of address, or sixteen."""
    family = int.from_bytes(data[:2], "little")
    if family == _INET:
        return str(IPv4Address(data[4:8]))
    if family == _INET6:
        scope = int.from_bytes(data[24:28], "little")
        return f"{IPv6Address(data[8:24])}" + (f"%{scope}" if scope else "")
    return f"family {family}"


def _second(name: str, form: struct.Struct, *family: int) -> bytes:
    """The rows of a table that Windows allocates; it is given back to it."""
    pointer = ctypes.c_void_p()
    code = api.function("iphlpapi", name)(*family, ctypes.byref(pointer))
    if code:
        raise api.refused(name, code)
    try:
        count = int.from_bytes(api.pointed(pointer, 4), "little")
        return api.pointed(pointer, 8 + count * form.size)[8:]
    finally:
        api.function("iphlpapi", "FreeMibTable", None)(pointer)


def neighbours() -> list[Row]:
    """IPv4."""
    return arp(api.table("iphlpapi", "GetIpNetTable", 0))


def neighbours6() -> list[Row]:
    """IPv6."""
    return neighbours2(_second("GetIpNetTable2", _NEIGHBOUR2, _INET6))


def routes() -> list[Row]:
    """IPv4."""
    return routes4(api.table("iphlpapi", "GetIpForwardTable", 0))


def routes6() -> list[Row]:
    """IPv6."""
    return routes2(_second("GetIpForwardTable2", _ROUTE2, _INET6))


def addresses() -> list[Row]:
    """IPv4."""
    return addresses4(api.table("iphlpapi", "GetIpAddrTable", 0))


def links() -> list[Row]:
    """Every port of the network, those of software included, and whether it is connected."""
    return links2(_second("GetIfTable2", _LINK))
