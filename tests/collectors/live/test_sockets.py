"""Sockets: one that the test opens, and tables made of text."""

from __future__ import annotations

import os
import socket

import pytest

from collectors.artifact import Reason
from collectors.files.source import Source
from collectors.live.sockets import Sockets
from collectors.live.sockettable import address, rows

HEAD = b"  sl  local rem st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode\n"


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_finds_a_listening_port_and_who_holds_it(family, collected):
    where = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.create_server((where, 0), family=family) as server:
        port, inode = server.getsockname()[1], os.fstat(server.fileno()).st_ino
        result = collected(Sockets, Source("/"))

    row = result.row("sockets", inode=inode)
    assert row["local"] == {"address": where, "port": port}
    assert row["state"] == "LISTEN"
    assert row["namespace"] == os.stat("/proc/self/ns/net").st_ino
    assert [owner["pid"] for owner in row["owners"]] == [os.getpid()]
    assert f":{port:04X} ".encode() in result.raw["/proc/net/tcp" + "6" * (where == "::1")]


def test_finds_a_local_socket_with_a_newline_in_its_path(tmp_path, collected):
    path = str(tmp_path / "a\nb  c")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        inode = os.fstat(server.fileno()).st_ino
        row = collected(Sockets, Source("/")).row("sockets", inode=inode)

    assert row["path"] == path
    assert (row["listening"], row["type"]) == (True, "stream")


def test_a_socket_without_a_holder_is_told(machine, collected):
    line = (
        b"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0 0 4242 1\n"
    )
    machine.file("/proc/net/tcp", HEAD + line)
    result = collected(Sockets, machine.source())

    assert result.document["without_owner"] == [{"inode": 4242, "protocol": "tcp"}]


def test_sockets_of_other_network_namespaces_are_read_by_a_process_in_them(machine, collected):
    machine.process(5, b"inside").link("/proc/5/ns/net", "net:[99]")
    machine.process(6, b"inside too").link("/proc/6/ns/net", "net:[99]")
    machine.link("/proc/self/ns/net", "net:[1]").link("/proc/5/fd/3", "socket:[77]")
    line = b"   0: 0100007F:0016 0200000A:0050 01 00000003:00000004 00:00000000 0 1000 0 77 1\n"
    machine.file("/proc/net/tcp", HEAD).file("/proc/5/net/tcp", HEAD + line)
    result = collected(Sockets, machine.source())
    row = result.row("sockets", inode=77)

    assert row["namespace"] == 99
    assert row["owners"] == [{"pid": 5, "name": "inside"}]
    assert (row["uid"], row["queue"]) == (1000, {"send": 3, "receive": 4})
    assert "/proc/6/net/tcp" not in result.order


def test_a_table_that_the_kernel_lacks_is_a_gap(machine, collected):
    machine.file("/proc/net/tcp", HEAD)

    assert collected(Sockets, machine.source()).gap("/proc/net/tcp6").reason is Reason.ABSENT


def test_a_line_that_is_not_understood_is_shown_and_the_next_goes_on():
    good = b"   1: 0100007F:0016 00000000:0000 07 0:0 0:0 0 0 0 8 1"
    found = list(rows("udp", HEAD + b"   0: garbage\n" + good + b"\n"))

    assert found[0] == {"protocol": "udp", "inode": 0, "not_understood": "   0: garbage"}
    assert (found[1]["inode"], found[1]["state"]) == (8, "UNCONNECTED")


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("0100007F", "127.0.0.1"),
        ("00000000000000000000000001000000", "::1"),
        ("0000000000000000FFFF00000100000A", "::ffff:10.0.0.1"),
        ("B80D0120000000000000000001000000", "2001:db8::1"),
    ],
)
def test_addresses_are_read_in_the_kernels_byte_order(digits, expected):
    assert address(digits) == expected


def test_packet_and_netlink_sockets_are_decoded():
    packet = b"sk RefCnt Type Proto Iface R Rmem User Inode\nffff 3 3 0003 2 1 0 0 5150\n"
    netlink = (
        b"sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode\nffff 9 12 00000001 0 0 0 2 0 61\n"
    )

    (sniffer,) = rows("packet", packet)
    (audit,) = rows("netlink", netlink)
    assert (sniffer["ethertype"], sniffer["running"], sniffer["inode"]) == ("0003", True, 5150)
    assert (audit["family"], audit["port"], audit["inode"]) == ("audit", 12, 61)


def test_an_ordinary_user_is_told_whose_sockets_have_no_owner(machine, collected):
    class Closed(Source):
        def listing(self, path):
            if path.endswith("/fd"):
                raise PermissionError(13, "Permission denied")
            return super().listing(path)

    machine.process(3).process(4).file("/proc/net/tcp", HEAD)
    result = collected(Sockets, machine.source(Closed))

    assert result.gap("/proc/*/fd").reason is Reason.DENIED
    assert "2 processes" in result.gap("/proc/*/fd").detail
    assert result.document["processes_not_readable"] == [3, 4]
