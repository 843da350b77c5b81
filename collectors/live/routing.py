"""Addresses, routes and neighbours as /proc/net shows them, decoded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from collectors.live.sockettable import address, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEAF = re.compile(r"\|-- ([0-9.]+)")
_SCOPES = {0x00: "global", 0x10: "host", 0x20: "link", 0x40: "site"}


def neighbours(lines: list[str]) -> Iterator[dict[str, Any]]:
    """Rows of /proc/net/arp (arp(7)): IPv4 neighbours."""
    for line in lines[1:]:
        fields = line.split()
        if len(fields) == 6:
            keys = ("address", "type", "flags", "hardware", "mask", "interface")
            yield dict(zip(keys, fields, strict=True))


def routes(lines: list[str]) -> Iterator[dict[str, Any]]:
    """Rows of /proc/net/route: the main table of IPv4."""
    for line in lines[1:]:
        fields = line.split()
        if len(fields) >= 8:
            yield {
                "interface": fields[0],
                "destination": address(fields[1]),
                "gateway": address(fields[2]),
                "flags": int(fields[3], 16),
                "metric": int(fields[6]),
                "mask": address(fields[7]),
            }


def routes6(lines: list[str]) -> Iterator[dict[str, Any]]:
    """Rows of /proc/net/ipv6_route; its addresses are in network order."""
    for line in lines:
        fields = line.split()
        if len(fields) >= 10:
            yield {
                "interface": fields[9],
                "destination": f"{_six(fields[0])}/{int(fields[1], 16)}",
                "source": f"{_six(fields[2])}/{int(fields[3], 16)}",
                "gateway": _six(fields[4]),
                "metric": int(fields[5], 16),
                "flags": int(fields[8], 16),
            }


def addresses(trie: list[str], six: list[str]) -> Iterator[dict[str, Any]]:
    """This machine's own addresses, from fib_trie (no interface told there) and if_inet6."""
    local: dict[str, None] = {}
    leaf = ""
    for line in trie:
        if found := _LEAF.search(line):
            leaf = found[1]
        elif line.strip() == "/32 host LOCAL":
            local[leaf] = None
    yield from ({"address": one} for one in local)
    for line in six:
        fields = line.split()
        if len(fields) == 6:
            yield {
                "address": _six(fields[0]),
                "interface": fields[5],
                "prefix": int(fields[2], 16),
                "scope": _SCOPES.get(int(fields[3], 16), fields[3]),
            }


def _six(digits: str) -> str:
    return printable(bytes.fromhex(digits))
