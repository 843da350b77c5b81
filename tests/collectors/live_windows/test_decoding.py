"""What Windows' tables mean: bytes as its headers lay them out, built here field by field."""

import ctypes
import struct
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.disk.windowsdevice import lies_on, ntfs_sector, ntfs_size, volume_of
from collectors.live_windows import autoruns, connections, drivers, network, sessions, volumes
from collectors.live_windows.calls import api, extents, ip, registry, toolhelp
from collectors.live_windows.calls.keys import Value

PORTS = st.integers(0, 0xFFFF)
V4 = st.integers(0, 2**32 - 1).map(IPv4Address)
V6 = st.integers(0, 2**128 - 1).map(IPv6Address)


def dword(number):
    return struct.pack("<I", number)


def port(number):
    """A port as a DWORD: the first two bytes in the order of the network."""
    return struct.pack(">H", number) + b"\xee\xee"


@given(V4, PORTS, V4, PORTS, st.integers(0, 2**32 - 1))
def test_a_tcp_socket_has_both_ends_its_state_and_its_process(local, near, remote, far, pid):
    row = dword(5) + local.packed + port(near) + remote.packed + port(far) + dword(pid)

    assert connections.tcp4(dword(1) + row) == [{
        "protocol": "tcp4", "state": "ESTABLISHED", "pid": pid, "local": str(local),
        "local_port": near, "remote": str(remote), "remote_port": far,
    }]  # fmt: skip


@given(V6, PORTS, V6, PORTS, st.integers(1, 99))
def test_one_of_ipv6_has_the_scope_of_its_address(local, near, remote, far, scope):
    row = local.packed + dword(scope) + port(near) + remote.packed + dword(0) + port(far)
    (found,) = connections.tcp6(dword(1) + row + dword(2) + dword(7))

    assert (found["local"], found["remote"]) == (f"{local}%{scope}", str(remote))
    assert (found["local_port"], found["remote_port"]) == (near, far)
    assert (found["state"], found["pid"]) == ("LISTEN", 7)


@given(V4, V6, PORTS)
def test_udp_has_one_end(four, six, near):
    (first,) = connections.udp4(dword(1) + four.packed + port(near) + dword(7))
    (second,) = connections.udp6(dword(1) + six.packed + dword(0) + port(near) + dword(7))

    assert (first["local"], first["local_port"], first["pid"]) == (str(four), near, 7)
    assert (second["local"], second["local_port"], second["pid"]) == (str(six), near, 7)


@pytest.mark.parametrize("decode", [connections.tcp4, connections.udp6, ip.arp, ip.routes4])
def test_an_empty_table_is_empty_and_one_cut_off_is_no_shorter_table(decode):
    assert decode(b"") == []
    assert decode(dword(0)) == []
    with pytest.raises(OSError, match="rows in"):
        decode(dword(3) + bytes(20))


def test_neighbours_and_routes_of_ipv4():
    near, far = IPv4Address("192.0.2.7"), IPv4Address("192.0.2.1")
    hardware = bytes.fromhex("020000000001")
    row = dword(4) + dword(6) + hardware + b"\0\0" + near.packed + dword(3)
    route = (
        bytes(8) + dword(0) + far.packed + b"".join(map(dword, (4, 4, 3, 60, 0, 25, 0, 0, 0, 0)))
    )

    assert ip.arp(dword(1) + row) == [
        {"interface": 4, "address": str(near), "hardware": "02:00:00:00:00:01", "type": "dynamic"}
    ]
    assert ip.routes4(dword(1) + route) == [
        {"destination": "0.0.0.0", "mask": "0.0.0.0", "gateway": str(far), "interface": 4,
         "protocol": 3, "age_s": 60, "metric": 25}
    ]  # fmt: skip


def test_neighbours_and_routes_of_ipv6():
    address = IPv6Address("2001:db8::7")
    socket = struct.pack("<HHI16sI", 23, 0, 0, address.packed, 0)
    hardware = bytes.fromhex("020000000001")
    neighbour = socket + dword(4) + struct.pack("<Q", 9) + hardware.ljust(32, b"\0") + dword(6)
    neighbour += dword(5) + b"\1\0\0\0" + dword(1000)
    route = struct.pack("<Q", 9) + dword(4) + socket + b"\x40\0\0\0" + socket + bytes(4)
    route += b"".join(map(dword, (0, 0, 256, 2))) + bytes(4) + dword(60) + dword(0)

    assert ip.neighbours2(neighbour) == [
        {"interface": 4, "address": str(address), "hardware": "02:00:00:00:00:01",
         "state": "reachable", "router": True}
    ]  # fmt: skip
    assert ip.routes2(route) == [
        {"destination": str(address), "prefix": 64, "interface": 4, "gateway": str(address),
         "metric": 256, "protocol": 2, "age_s": 60}
    ]  # fmt: skip


def test_a_process_and_a_module_with_japanese_names():
    name = "更新.exe"
    entry = struct.pack("<III4xQIIIiI520s4x", 568, 0, 7, 0, 0, 3, 4, 8, 0, name.encode("utf-16-le"))
    module = struct.pack(
        "<IIIII4xQI4xQ512s520s", 1080, 1, 7, 0, 0, 0x140000000, 4096, 0, name.encode("utf-16-le"),
        f"C:\\{name}".encode("utf-16-le"),
    )  # fmt: skip

    assert toolhelp.process_row(entry) == {
        "pid": 7, "parent": 4, "threads": 3, "priority": 8, "name": name
    }  # fmt: skip
    assert toolhelp.module_row(module) == {
        "base": "0x140000000",
        "size": 4096,
        "name": name,
        "path": f"C:\\{name}",
    }


def test_modules_of_the_kernel_and_a_list_that_is_cut_off():
    one = struct.pack("<QQQIIHHHH256s", 0, 0, 0xFFFF800000000000, 4096, 0, 2, 0, 1, 0, b"\\x.sys")
    data = dword(1) + bytes(4) + one

    assert drivers.modules(data) == [
        {"base": "0xffff800000000000", "size": 4096, "order": 2, "path": "\\x.sys"}
    ]
    with pytest.raises(OSError, match="modules in"):
        drivers.modules(data[:-1])


@given(st.text().map(lambda text: text.replace("\0", "")), st.binary(max_size=9))
def test_a_name_ends_at_its_nul_whatever_stands_behind(text, behind):
    assert api.wide(text.encode("utf-16-le", "surrogatepass") + b"\0\0" + behind) == text


@pytest.mark.parametrize(("sectors", "sector"), [(65535, 512), (8191, 4096)])
def test_ntfs_tells_its_own_size(sectors, sector):
    boot = bytearray(4096)
    boot[3:11] = b"NTFS    "
    struct.pack_into("<H", boot, 11, sector)
    struct.pack_into("<Q", boot, 40, sectors)

    assert (ntfs_sector(boot), ntfs_size(boot)) == (sector, (sectors + 1) * sector)
    assert (ntfs_sector(bytes(4096)), ntfs_size(bytes(4096))) == (0, 0)


@pytest.mark.parametrize(
    ("mark", "told"),
    [(b"-FVE-FS-", "BitLocker"), (b"NTFS    ", "NTFS, readable"), (b"\0" * 8, "unknown: ")],
)
def test_what_a_volume_holds_is_told_by_its_first_bytes(mark, told):
    assert volumes.holds(b"\xeb\x58\x90" + mark + bytes(500)).startswith(told)


def test_the_pieces_of_a_volume_and_a_list_that_is_cut_off():
    piece = dword(1) + bytes(4) + struct.pack("<QQ", 1 << 20, 1 << 30)
    data = dword(2) + bytes(4) + piece + dword(3) + piece[4:]

    assert extents.decoded(data) == [(1, 1 << 20), (3, 1 << 20)]
    assert extents.decoded(data[:-1]) == [(1, 1 << 20)]
    assert extents.decoded(b"") == []


def link(alias: str, *, flags: int, status: int) -> bytes:
    """MIB_IF_ROW2 (netioapi.h), field by field."""
    names = b"".join(each.encode("utf-16-le").ljust(514, b"\0") for each in (alias, f"{alias} NIC"))
    address = bytes.fromhex("020000000001").ljust(32, b"\0")
    row = struct.pack("<QI", 9, 4) + bytes(16) + names + dword(6) + address + address
    row += b"".join(map(dword, (1500, 6, 0, 0, 14, 2, 0))) + bytes([flags, 0, 0, 0])
    row += b"".join(map(dword, (status, 1, 1))) + bytes(16) + dword(1) + bytes(4) + bytes(160)
    assert len(row) == 1352
    return row


def test_links_of_the_network_and_which_of_them_are_of_metal_and_up():
    rows = ip.links2(
        link("イーサネット", flags=0b001, status=1) + link("Wi-Fi", flags=0b101, status=2)
        + link("イーサネット-WFP", flags=0b011, status=1) + link("vEthernet", flags=0, status=1)
    )  # fmt: skip

    assert rows[0] == {
        "interface": 4, "alias": "イーサネット", "description": "イーサネット NIC", "type": 6,
        "hardware": True, "filter": False, "up": True, "connected": True,
        "address": "02:00:00:00:00:01",
    }  # fmt: skip
    assert [(row["hardware"], row["filter"], row["up"]) for row in rows] == [
        (True, False, True), (True, False, False), (True, True, True), (False, False, True),
    ]  # fmt: skip


def test_drivers_whose_addresses_are_hidden_are_no_empty_list():
    assert drivers.bases([0x1000, None, 0x2000, None], 24) == [0x1000, 0x2000]
    with pytest.raises(PermissionError, match="2 drivers, no address shown"):
        drivers.bases([None, None, None], 16)
    with pytest.raises(OSError, match="32 bytes, room for 24"):
        drivers.bases([1, 2, 3], 32)


def test_a_command_line_does_not_end_at_a_zero_within_it():
    line = "a.exe /quiet\0/hidden \ud83d".encode("utf-16-le", "surrogatepass")

    assert api.counted(line) == "a.exe /quiet\0/hidden \ud83d"
    assert api.wide(line) == "a.exe /quiet"


@pytest.mark.parametrize(
    ("path", "device"),
    [("C:\\a\\b", r"\\.\C:"), ("e:\\", r"\\.\e:"), (r"\\server\share\x", ""), ("rest", "")],
)
def test_a_path_lies_on_the_volume_of_its_letter(path, device):
    assert volume_of(path) == device


def test_a_volume_lies_on_itself_and_on_no_other():
    assert lies_on(r"\\.\c:", r"\\.\C:")
    assert not lies_on(r"\\.\D:", r"\\.\C:")


# Tables of addresses, where texts stand elsewhere: laid out as for programs of 64 bits.

TEXTS = st.text(max_size=40).map(lambda text: text.replace("\0", ""))


def pointer(to: ctypes.Array | None) -> bytes:
    return struct.pack("<Q", ctypes.addressof(to) if to is not None else 0)


def text_at(text: str) -> ctypes.Array:
    """A text in this machine's memory as Windows has it there, and more behind its end."""
    return ctypes.create_string_buffer(text.encode("utf-16-le", "surrogatepass") + b"\0\0behind")


@given(TEXTS, TEXTS, TEXTS, st.integers(0, 2**32 - 1))
def test_a_share_has_a_name_a_remark_a_folder_and_how_often_it_is_used(name, remark, path, uses):
    """learn.microsoft.com/windows/win32/api/lmshare/ns-lmshare-share_info_2, …share_info_1."""
    texts = [text_at(each) for each in (name, remark, path)]
    one = pointer(texts[0]) + dword(0x8000_0000) + bytes(4) + pointer(texts[1])
    two = one + dword(0) + dword(0xFFFF_FFFF) + dword(uses) + bytes(4)  # permissions, most, now
    two += pointer(texts[2]) + pointer(None)  # a password, which none has any more
    told = {"name": name, "type": 0x8000_0000, "remark": remark}

    assert network.shares2(two + two) == [{**told, "uses": uses, "path": path}] * 2
    assert network.shares1(one) == [{**told, "uses": None, "path": None}]


def test_the_name_cache_is_a_list_whose_entries_lead_to_the_next():
    """Not documented by Microsoft; as osquery declares it in `dns_cache.cpp`."""
    names = [text_at(each) for each in ("c2.example", "病院.example")]
    last = ctypes.create_string_buffer(pointer(None) + pointer(names[1]) + b"\x1c\0\0\0" + dword(8))
    first = ctypes.create_string_buffer(pointer(last) + pointer(names[0]) + b"\1\0\4\0" + dword(1))

    assert network.cached(ctypes.c_void_p(ctypes.addressof(first))) == [
        {"name": "c2.example", "type": 1, "flags": 1},
        {"name": "病院.example", "type": 28, "flags": 8},
    ]  # fmt: skip
    assert network.cached(ctypes.c_void_p()) == []


def test_a_name_cache_that_leads_back_to_itself_ends(monkeypatch):
    monkeypatch.setattr(network, "_MOST", 3)
    entry = ctypes.create_string_buffer(24)
    entry[:8] = pointer(entry)

    with pytest.raises(OSError, match="more than 3 names"):
        network.cached(ctypes.c_void_p(ctypes.addressof(entry)))


def test_sessions_have_a_station_and_a_state():
    """learn.microsoft.com/windows/win32/api/wtsapi32/ns-wtsapi32-wts_session_infow."""
    names = [text_at(each) for each in ("Console", "RDP-Tcp#7")]
    rows = dword(1) + bytes(4) + pointer(names[0]) + dword(0) + bytes(4)
    rows += dword(65536) + bytes(4) + pointer(names[1]) + dword(10) + bytes(4)

    assert sessions.sessions(rows) == [
        {"session": 1, "station": "Console", "state": "active"},
        {"session": 65536, "station": "RDP-Tcp#7", "state": "10"},
    ]


def test_a_logon_has_who_by_what_how_and_since_when():
    """learn.microsoft.com/windows/win32/api/ntsecapi/ns-ntsecapi-security_logon_session_data."""
    words = [text.encode("utf-16-le") for text in ("花子", "病院", "NTLM")]
    texts = [ctypes.create_string_buffer(each) for each in words]
    data = dword(232) + struct.pack("<Ii", 0x3E7, 0) + bytes(4)  # its size, the logon's number
    for word, text in zip(words, texts, strict=True):
        data += struct.pack("<HH4x", len(word), len(word)) + pointer(text)
    data += dword(10) + dword(2) + pointer(None)  # RemoteInteractive, the session, no SID
    data += struct.pack("<q", 116_444_736_000_000_000 + 10_000_000)

    assert sessions.logon(data) == {
        "user": "花子", "domain": "病院", "package": "NTLM", "type": 10, "session": 2,
        "since_ns": 1_000_000_000,
    }  # fmt: skip


# Values of the registry, as the documents show them.


@pytest.mark.parametrize(
    ("kind", "data", "shown"),
    [
        (1, "C:\\花子\0".encode("utf-16-le"), {"type": "REG_SZ", "data": "C:\\花子"}),
        (2, "%windir%".encode("utf-16-le"), {"type": "REG_EXPAND_SZ", "data": "%windir%"}),
        (1, "a\0b\0".encode("utf-16-le"), {"type": "REG_SZ", "data": "a\0b"}),
        (7, "一\0二\0\0".encode("utf-16-le"), {"type": "REG_MULTI_SZ", "data": ["一", "二"]}),
        (1, b"\x41", {"type": "REG_SZ", "data": "41"}),
        (7, b"\0\0", {"type": "REG_MULTI_SZ", "data": []}),
        (4, b"\x2a\0\0\x80", {"type": "REG_DWORD", "data": 0x8000002A}),
        (4, b"\1", {"type": "REG_DWORD", "data": "01"}),
        (11, bytes(range(8)), {"type": "REG_QWORD", "data": 0x0706050403020100}),
        (3, b"\xff\0", {"type": "REG_BINARY", "data": "ff00"}),
        (0xFFFF0009, b"\1", {"type": "4294901769", "data": "01"}),
    ],
)
def test_a_value_is_shown_by_its_type_and_in_hexadecimal_digits_where_it_has_another_form(
    kind, data, shown
):
    assert registry._told(Value("v", kind, data, len(data))) == shown


def test_a_value_beyond_our_limit_says_so_and_shows_nothing():
    told = registry._told(Value("v", 3, None, 1 << 30))

    assert (told["type"], told["data"]) == ("REG_BINARY", "")
    assert "longer than our limit" in told["error"]


def test_what_lies_too_deep_to_be_listed_is_told_of(tmp_path):
    deepest = tmp_path.joinpath(*"123456789")
    deepest.mkdir(parents=True)
    (deepest / "task").write_bytes(b"")
    (deepest.parent / "seen").write_bytes(b"")

    rows = autoruns._listed(str(tmp_path))
    assert [row["path"] for row in rows] == [str(deepest), str(deepest.parent / "seen")]
    assert [row.get("error") for row in rows] == [
        "not listed: it lies more than 8 folders deep", None,
    ]  # fmt: skip
