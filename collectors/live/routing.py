"""Addresses, routes and neighbours as /proc/net shows them, decoded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.live.sockettable import address, printable

if TYPE_CHECKING:
    from collectors.live.document import Row

_LEAF = re.compile(r"\|-- ([0-9.]+)")
_SCOPES = {0x00: "global", 0x10: "host", 0x20: "link", 0x40: "site"}


def neighbour(line: str) -> Row:
    """A line of /proc/net/arp (arp(7)): an IPv4 neighbour."""
    keys = ("address", "type", "flags", "hardware", "mask", "interface")
    return dict(zip(keys, line.split(), strict=True))


def route(line: str) -> Row:
    """A line of /proc/net/route: the main table of IPv4."""
    fields = line.split()
    return {
        "interface": fields[0],
        "destination": address(fields[1]),
        "gateway": address(fields[2]),
        "flags": int(fields[3], 16),
        "metric": int(fields[6]),
        "mask": address(fields[7]),
    }


def route6(line: str) -> Row:
    """A line of /proc/net/ipv6_route; its addresses are in network order."""
    fields = line.split()
    return {
        "interface": fields[9],
        "destination": f"{_six(fields[0])}/{int(fields[1], 16)}",
        "source": f"{_six(fields[2])}/{int(fields[3], 16)}",
        "gateway": _six(fields[4]),
        "metric": int(fields[5], 16),
        "flags": int(fields[8], 16),
    }


def address6(line: str) -> Row:
    """A line of /proc/net/if_inet6: an address of this machine."""
    fields = line.split()
    return {
        "address": _six(fields[0]),
        "interface": fields[5],
        "prefix": int(fields[2], 16),
        "scope": _SCOPES.get(int(fields[3], 16), fields[3]),
    }


def own_addresses(trie: list[str]) -> list[Row]:
    """This machine's IPv4 addresses from /proc/net/fib_trie, which names no interface."""
    local: dict[str, None] = {}
    leaf = ""
    for line in trie:
        if found := _LEAF.search(line):
            leaf = found[1]
        elif line.strip() == "/32 host LOCAL":
            local[leaf] = None
    return [{"address": one} for one in local]


def _six(digits: str) -> str:
    return printable(bytes.fromhex(digits))
