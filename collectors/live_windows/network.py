"""How a running Windows is connected, what it asked the name service, what it shares."""

from __future__ import annotations

import ctypes
import errno
import struct
from typing import Any, ClassVar

from collectors.artifact import Kind
from collectors.live.document import Row
from collectors.live_windows.calls import api, ip, registry
from collectors.live_windows.question import Asking, Question

_SERVICES = r"HKLM\SYSTEM\CurrentControlSet\Services"
_INTERFACES = _SERVICES + r"\Tcpip\Parameters\Interfaces"
_FIREWALL = _SERVICES + r"\SharedAccess\Parameters\FirewallPolicy"
_FIREWALL_BY_POLICY = r"HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall"
_CACHED = struct.Struct("<QQHHI")  # next, name, type, length, flags: not documented
_SHARE2, _SHARE1 = struct.Struct("<QI4xQIII4xQQ"), struct.Struct("<QI4xQ")
_MOST = 1_000_000  # entries of a list whose end may never come
_ALL = 0xFFFF_FFFF  # MAX_PREFERRED_LENGTH


def _interfaces() -> dict[str, Any]:
    return {name: registry.values(rf"{_INTERFACES}\{name}") for name in registry.keys(_INTERFACES)}


def _firewall() -> dict[str, Any]:
    """Profiles, rules and whatever else stands there, as the machine itself sets them."""
    return registry.tree(_FIREWALL)


def _firewall_by_policy() -> dict[str, Any]:
    """The same as policies set it; where there is no such key, they set nothing."""
    try:
        return registry.tree(_FIREWALL_BY_POLICY)
    except FileNotFoundError:
        return {}


def _name_cache() -> list[Row]:
    """Names that were asked for: only those, an answer would take another question."""
    head = ctypes.c_void_p()
    if not api.function("dnsapi", "DnsGetCacheDataTable")(ctypes.byref(head)):
        raise api.refused("DnsGetCacheDataTable", api.last_error())
    return cached(head)


def cached(head: ctypes.c_void_p) -> list[Row]:
    """What a list of the name cache says, from its first entry on.

    Raises:
        OSError: it has no end.
    """
    rows: list[Row] = []
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
        return shares2(_shared(2, _SHARE2.size))
    except PermissionError:
        return shares1(_shared(1, _SHARE1.size))


def shares2(table: bytes) -> list[Row]:
    """SHARE_INFO_2 (lmshare.h), one after another."""
    return [
        {"name": api.wide_at(name), "type": kind, "remark": api.wide_at(remark), "uses": uses,
         "path": api.wide_at(path)}
        for name, kind, remark, _, _, uses, path, _ in _SHARE2.iter_unpack(table)
    ]  # fmt: skip


def shares1(table: bytes) -> list[Row]:
    """SHARE_INFO_1 (lmshare.h), one after another."""
    return [
        {"name": api.wide_at(name), "type": kind, "remark": api.wide_at(remark), "uses": None,
         "path": None}
        for name, kind, remark in _SHARE1.iter_unpack(table)
    ]  # fmt: skip


def _shared(level: int, size: int) -> bytes:
    pointer, read, total = ctypes.c_void_p(), ctypes.c_uint32(), ctypes.c_uint32()
    code = api.function("netapi32", "NetShareEnum")(
        None, level, ctypes.byref(pointer), _ALL, ctypes.byref(read), ctypes.byref(total), None
    )
    if code:
        raise api.refused("NetShareEnum", code)
    return api.pointed(pointer, read.value * size)


class WindowsNetwork(Asking):
    """Takes a running Windows' links, addresses, routes, neighbours, name cache, shares, firewall.

    Asked through iphlpapi, dnsapi and netapi32; interfaces and the firewall (profiles and rules, of
    the machine and of policies) come from the registry. Cannot show names that were asked of
    another resolver than Windows' own, filters that a program set past the firewall, nor who uses a
    share. Run under Wine, which has no name cache; not run on real Windows.
    """

    name: ClassVar[str] = "windows-network"
    kind: ClassVar[Kind] = "network"
    questions = (
        Question("neighbours", ip.neighbours), Question("neighbours6", ip.neighbours6),
        Question("name_cache", _name_cache), Question("routes", ip.routes),
        Question("routes6", ip.routes6), Question("addresses", ip.addresses, some=True),
        Question("links", ip.links, some=True),
        Question("shares", _shares), Question("firewall", _firewall),
        Question("firewall_by_policy", _firewall_by_policy), Question("interfaces", _interfaces),
    )  # fmt: skip
