"""How the machine is connected."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap
from collectors.live import routing
from collectors.live.document import Document, decoded, text
from collectors.live.running import OfRunning
from collectors.live.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.artifact import Kind
    from collectors.files.source import Source

NET = "/proc/net/"
RAW = (
    "arp", "route", "ipv6_route", "fib_trie", "if_inet6", "dev", "dev_mcast", "igmp", "igmp6",
    "snmp", "snmp6", "netstat", "sockstat", "sockstat6", "wireless", "protocols", "ptype",
)  # fmt: skip
# Firewall, virtual networks, bonding: only where such a module is loaded.
OPTIONAL = (
    "nf_conntrack", "nf_conntrack_expect", "ip_tables_names", "ip6_tables_names",
    "arp_tables_names", "xfrm_stat",
)  # fmt: skip
FOLDERS = ("vlan", "bonding", "xt_recent")
LARGE = 64 << 20  # bytes: a firewall follows hundreds of thousands of connections
LINKS = ("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/hostname")
ATTRIBUTES = (
    "address", "operstate", "mtu", "type", "ifindex", "flags", "speed", "carrier", "ifalias",
)  # fmt: skip
SETTINGS = (
    "ipv4/ip_forward", "ipv4/conf/all/rp_filter", "ipv4/conf/all/accept_redirects",
    "ipv4/conf/all/send_redirects", "ipv4/conf/all/accept_source_route",
    "ipv4/conf/all/log_martians", "ipv4/conf/all/route_localnet", "ipv4/ip_local_port_range",
    "ipv6/conf/all/forwarding", "ipv6/conf/all/disable_ipv6", "ipv6/conf/all/accept_ra",
    "netfilter/nf_conntrack_count", "netfilter/nf_conntrack_max",
)  # fmt: skip


class Network(OfRunning):
    """Takes interfaces, addresses, routes, IPv4 neighbours, followed connections and name service.

    Cannot show IPv6 neighbours, routes outside the main table, firewall rules and traffic shaping:
    the kernel gives those over netlink only, not in files, and hozen opens no socket. Other network
    namespaces are left to the collector of sockets. Interface attributes and settings stand in the
    JSON only.
    """

    name: ClassVar[str] = "network"
    kind: ClassVar[Kind] = "network"

    def of_running(self, source: Source) -> Iterator[Artifact | Gap]:
        """Tables of the kernel, then files of the name service, then the JSON."""
        shelf = Shelf(source, "network")
        yield from shelf.take(*(NET + name for name in RAW))
        yield from shelf.take(*(NET + name for name in OPTIONAL), limit=LARGE, optional=True)
        for folder in FOLDERS:
            yield from shelf.folder(NET + folder)
        for path in LINKS:
            yield from shelf.follow(path)
        yield from shelf.folder("/run/systemd/resolve")
        if shelf.found:
            document = _document(shelf)
            yield from shelf.gaps()
            yield document.artifact()


def _document(shelf: Shelf) -> Document:
    document = Document(Network.name, "network")
    lines = {name: shelf.lines(NET + name) for name in RAW}
    tables = {
        "neighbours": decoded(lines["arp"][1:], routing.neighbour),
        "routes": decoded(lines["route"][1:], routing.route),
        "routes6": decoded(lines["ipv6_route"], routing.route6),
        "addresses": [
            *routing.own_addresses(lines["fib_trie"]),
            *decoded(lines["if_inet6"], routing.address6),
        ],
    }
    for name, rows in tables.items():
        document.table(name)
        for row in rows:
            document.row(name, row)
    document.table("interfaces")
    for name in shelf.names("/sys/class/net", "dl"):
        values = shelf.attributes(f"/sys/class/net/{name}", ATTRIBUTES)
        document.row("interfaces", {"name": text(name), **values})
    document.fact("settings", shelf.attributes("/proc/sys/net", SETTINGS))
    document.fact("hostname", shelf.text("/etc/hostname"))
    return document
