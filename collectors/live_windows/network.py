"""How a running Windows is connected, what it asked the name service, what it shares."""

from __future__ import annotations

import ctypes
import errno
import struct
from typing import Any, ClassVar

from collectors.artifact import Kind
from collectors.live.document import Row
from collectors.live_windows import api, ip, registry
from collectors.live_windows.question import Asking, Question

_SERVICES = r"HKLM\SYSTEM\CurrentControlSet\Services"
_INTERFACES = _SERVICES + r"\Tcpip\Parameters\Interfaces"
_POLICY = _SERVICES + r"\SharedAccess\Parameters\FirewallPolicy"
_PROFILES = ("DomainProfile", "StandardProfile", "PublicProfile")
_CACHED = struct.Struct("<QQHHI")  # next, name, type, length, flags: not documented
_SHARE2, _SHARE1 = struct.Struct("<QI4xQIII4xQQ"), struct.Struct("<QI4xQ")
_MOST = 1_000_000  # entries of a list whose end may never come
_ALL = 0xFFFF_FFFF  # MAX_PREFERRED_LENGTH


def _interfaces() -> dict[str, Any]:
    return {name: registry.values(rf"{_INTERFACES}\{name}") for name in registry.keys(_INTERFACES)}


def _firewall() -> dict[str, Any]:
    return {name: registry.values(rf"{_POLICY}\{name}") for name in _PROFILES}


def _name_cache() -> list[Row]:
    """Names that were asked for: only those, an answer would take another question."""
    head = ctypes.c_void_p()
    rows: list[Row] = []
    if not api.function("dnsapi", "DnsGetCacheDataTable")(ctypes.byref(head)):
        raise api.refused("DnsGetCacheDataTable", api.last_error())
    while head.value:
        if len(rows) == _MOST:
            raise OSError(errno.EIO, f"DnsGetCacheDataTable: a list of more than {_MOST} names")
        following, name, kind, _, flags = _CACHED.unpack(api.pointed(head, _CACHED.size))
        rows.append({"name": api.wide_at(name), "type": kind, "flags": flags})
        head = ctypes.c_void_p(following)
    return rows


def _shares() -> list[Row]:
    """With their folders; where these are for administrators only, without."""
    try:
        return [
            {"name": api.wide_at(row[0]), "type": row[1], "remark": api.wide_at(row[2]),
             "uses": row[5], "path": api.wide_at(row[6])}
            for row in _shared(2, _SHARE2)
        ]  # fmt: skip
    except PermissionError:
        return [
            {"name": api.wide_at(row[0]), "type": row[1], "remark": api.wide_at(row[2]),
             "uses": None, "path": None}
            for row in _shared(1, _SHARE1)
        ]  # fmt: skip


def _shared(level: int, form: struct.Struct) -> list[tuple[Any, ...]]:
    pointer, read, total = ctypes.c_void_p(), ctypes.c_uint32(), ctypes.c_uint32()
    code = api.function("netapi32", "NetShareEnum")(
        None, level, ctypes.byref(pointer), _ALL, ctypes.byref(read), ctypes.byref(total), None
    )
    if code:
        raise api.refused("NetShareEnum", code)
    return list(form.iter_unpack(api.pointed(pointer, read.value * form.size)))


class WindowsNetwork(Asking):
    """Takes a running Windows' links, addresses, routes, neighbours, name cache, shares, firewall.

    Asked through iphlpapi, dnsapi and netapi32; firewall profiles and interfaces come from the
    registry. Cannot show names that were asked of another resolver than Windows' own, firewall
    rules (they are in the hives), nor who uses a share. Run under Wine, which has no name cache;
    not run on real Windows.
    """

    name: ClassVar[str] = "windows-network"
    kind: ClassVar[Kind] = "network"
    questions = (
        Question("neighbours", ip.neighbours), Question("neighbours6", ip.neighbours6),
        Question("name_cache", _name_cache), Question("routes", ip.routes),
        Question("routes6", ip.routes6), Question("addresses", ip.addresses, some=True),
        Question("links", ip.links, some=True),
        Question("shares", _shares), Question("firewall", _firewall),
        Question("interfaces", _interfaces),
    )  # fmt: skip
