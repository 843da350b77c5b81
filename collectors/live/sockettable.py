"""The tables of sockets in /proc/net, decoded (proc_pid_net(5), linux/Documentation/networking)."""

from __future__ import annotations

import re
import struct
from functools import partial
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from collectors.live.document import decoded, entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collectors.live.document import Row

# include/net/tcp_states.h
_TCP = (
    "", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE",
    "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "NEW_SYN_RECV",
)  # fmt: skip
_WITHOUT_CONNECTION = {1: "CONNECTED", 7: "UNCONNECTED"}  # what the numbers mean for UDP and raw
_UNIX_STATES = ("FREE", "UNCONNECTED", "CONNECTING", "CONNECTED", "DISCONNECTING")
_TYPES = {1: "stream", 2: "datagram", 3: "raw", 4: "rdm", 5: "seqpacket", 10: "packet"}
_ACCEPTS = 0x10000  # __SO_ACCEPTCON, include/linux/net.h
_UNIX_LINE = re.compile(rb"[0-9A-Fa-f]{8,16}: ")
_UNIX_FIELDS = re.compile(
    rb"\w+: \w+ \w+ (?P<flags>\w+) (?P<type>\w+) (?P<state>\w+) +(?P<inode>\d+)(?: (?P<path>.*))?",
    re.DOTALL,
)
# linux/netlink.h
_NETLINK = {
    0: "route", 2: "usersock", 3: "firewall", 4: "sock_diag", 5: "nflog", 6: "xfrm", 7: "selinux",
    8: "iscsi", 9: "audit", 10: "fib_lookup", 11: "connector", 12: "netfilter", 14: "dnrtmsg",
    15: "kobject_uevent", 16: "generic", 18: "scsitransport", 19: "ecryptfs", 20: "rdma",
    21: "crypto", 22: "smc",
}  # fmt: skip


def address(digits: str) -> str:
    """An address as the kernel prints it: 32-bit words of network order shown in host order."""
    words = [int(digits[start : start + 8], 16) for start in range(0, len(digits), 8)]
    raw = struct.pack(f"={len(words)}I", *words)
    return printable(raw)


def printable(raw: bytes) -> str:
    """4 or 16 bytes in network order as an address; mapped IPv4 addresses in their dotted form."""
    if len(raw) == 4:
        return str(IPv4Address(raw))
    six = IPv6Address(raw)
    return f"::ffff:{six.ipv4_mapped}" if six.ipv4_mapped else str(six)


def _state(protocol: str, number: int) -> str:
    if protocol.startswith("tcp"):
        return _TCP[number] if number < len(_TCP) else str(number)
    return _WITHOUT_CONNECTION.get(number, str(number))


def _endpoint(text: str) -> Row:
    digits, _, port = text.partition(":")
    return {"address": address(digits), "port": int(port, 16)}


def internet(protocol: str, line: bytes) -> Row:
    """A line of tcp, udp, udplite, raw, icmp and their twins of IPv6.

    For raw sockets the local port is the number of the IP protocol.
    """
    fields = line.decode("ascii").split()
    sent, _, received = fields[4].partition(":")
    return {
        "protocol": protocol,
        "local": _endpoint(fields[1]),
        "remote": _endpoint(fields[2]),
        "state": _state(protocol, int(fields[3], 16)),
        "queue": {"send": int(sent, 16), "receive": int(received, 16)},
        "uid": int(fields[7]),
        "inode": int(fields[9]),
    }


def unix(protocol: str, line: bytes) -> Row:
    """A line of the local sockets; a path that begins with `@` is no file but an abstract name.

    Raises:
        ValueError: it is none.
    """
    found = _UNIX_FIELDS.fullmatch(line)
    if found is None:
        raise ValueError("no line of /proc/net/unix")
    kind, state = int(found["type"], 16), int(found["state"], 16)
    return {
        "protocol": protocol,
        "type": _TYPES.get(kind, str(kind)),
        "state": _UNIX_STATES[state],
        "listening": bool(int(found["flags"], 16) & _ACCEPTS),
        "inode": int(found["inode"]),
        **(entry("path", found["path"]) if found["path"] else {"path": None}),
    }


def netlink(protocol: str, line: bytes) -> Row:
    """A line of the sockets that talk with the kernel."""
    fields = line.decode("ascii").split()
    family = int(fields[1])
    return {
        "protocol": protocol,
        "family": _NETLINK.get(family, str(family)),
        "port": int(fields[2]),
        "groups": fields[3],
        "inode": int(fields[9]),
    }


def packet(protocol: str, line: bytes) -> Row:
    """A line of the sockets that see whole frames: sniffers, DHCP clients."""
    fields = line.decode("ascii").split()
    return {
        "protocol": protocol,
        "type": _TYPES.get(int(fields[2]), fields[2]),
        "ethertype": fields[3],
        "interface": int(fields[4]),
        "running": fields[5] == "1",
        "uid": int(fields[7]),
        "inode": int(fields[8]),
    }


TABLES: dict[str, Callable[[str, bytes], Row]] = {
    "tcp": internet, "tcp6": internet, "udp": internet, "udp6": internet, "raw": internet,
    "raw6": internet, "icmp": internet, "icmp6": internet, "udplite": internet,
    "udplite6": internet, "unix": unix, "packet": packet, "netlink": netlink,
}  # fmt: skip
"""How a line of each table is decoded; what is soonest gone first."""


def rows(table: str, data: bytes) -> Iterator[Row]:
    """The sockets of one table."""
    lines = data.removesuffix(b"\n").split(b"\n")[1:]
    if table == "unix":
        lines = _joined(lines)
    for row in decoded(lines, partial(TABLES[table], table)):
        yield {"protocol": table, "inode": 0, **row}


def _joined(lines: list[bytes]) -> list[bytes]:
    """Lines of the table of local sockets; newlines in a socket's path are printed as they are."""
    joined: list[bytes] = []
    for line in lines:
        if joined and not _UNIX_LINE.match(line):
            joined[-1] += b"\n" + line
        else:
            joined.append(line)
    return joined
