"""Small artifacts of Windows: hives by hivexsh, shortcuts, jump lists, prefetch by hand."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import disks

SHORTCUT = bytes.fromhex("0114020000000000c000000000000046")


def hive(path: Path, values: Mapping[str, Mapping[str, str]]) -> Path:
    """A hive with these keys and values; `expandstring:`, `dword:` or `hex:N:` tells one's kind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_empty_hive())
    script, known = [], {""}
    for key, texts in values.items():
        parts = key.split("\\")
        for depth in range(len(parts)):
            above, here = "\\".join(parts[:depth]), "\\".join(parts[: depth + 1])
            if here.casefold() not in known:
                script += [f"cd \\{above}", f"add {parts[depth]}"]
                known.add(here.casefold())
        script += [f"cd \\{key}", f"setval {len(texts)}"]
        for name, text in texts.items():
            script += [
                name,
                text if text.startswith(("expandstring:", "dword:", "hex:")) else f"string:{text}",
            ]
    script += ["commit"]
    disks.tool("hivexsh", "-w", path, input="\n".join(script).encode() + b"\n")
    return path


def _empty_hive() -> bytes:
    """A root key and its security, one block."""
    root = struct.pack(
        "<2sHQIIIIIIIIIIIIIIIHH4s", b"nk", 0x2C, 0, 0, 0xFFFF_FFFF, 0, 0, 0xFFFF_FFFF, 0xFFFF_FFFF,
        0, 0xFFFF_FFFF, 0x80, 0xFFFF_FFFF, 0, 0, 0, 0, 0, 4, 0, b"root",
    )  # fmt: skip
    descriptor = struct.pack("<BBHIIII", 1, 0, 0x8004, 0, 0, 0, 0)
    security = struct.pack("<2sHIIII", b"sk", 0, 0x80, 0x80, 1, len(descriptor)) + descriptor
    block = bytearray(4096)
    struct.pack_into("<4sIIQQI", block, 0, b"hbin", 0, 4096, 0, 0, 0)
    for at, size, data in ((0x20, 0x60, root), (0x80, 0x40, security)):
        struct.pack_into(f"<i{len(data)}s", block, at, -size, data)
    struct.pack_into("<i", block, 0xC0, 4096 - 0xC0)
    head = bytearray(4096)
    struct.pack_into("<4sIIQIIIIIII", head, 0, b"regf", 1, 1, 0, 1, 3, 0, 1, 0x20, 4096, 1)
    checksum = 0
    for (word,) in struct.iter_unpack("<I", head[:508]):
        checksum ^= word
    struct.pack_into("<I", head, 508, checksum)
    return bytes(head + block)


def shortcut(target: str, arguments: str = "") -> bytes:
    r"""A shortcut to a local path, or to one on another machine (\\server\share\rest)."""
    flags = 0x02 | 0x80 | (0x20 if arguments else 0)
    head = struct.pack("<I16sIIQQQIIIHHII", 0x4C, SHORTCUT, flags, 0x20, *[0] * 5, 1, 0, 0, 0, 0)
    said = arguments.encode("utf-16-le")
    strings = struct.pack("<H", len(arguments)) + said if arguments else b""
    return head + _location(target) + strings + bytes(4)


def by_list(*names: str, root: bool = True) -> bytes:
    """A shortcut that leads to its target by a list of folders alone, as the shell makes some.

    Args:
        names: drive, folders, file.
        root: whether the list begins with the computer, as one does that has a drive.
    """
    drive, *rest = names if root else ("", *names)
    items = [b"\x1f\x50" + bytes.fromhex("e04fd020ea3a6910a2d808002b30309d")] if root else []
    items += [b"\x2f" + drive.encode().ljust(22, b"\0")] if drive else []
    items += [_of_list(name, b"\x32" if name is rest[-1] else b"\x31") for name in rest]
    data = b"".join(struct.pack("<H", len(item) + 2) + item for item in items) + b"\0\0"
    head = struct.pack("<I16sIIQQQIIIHHII", 0x4C, SHORTCUT, 0x81, 0x20, *[0] * 5, 1, 0, 0, 0, 0)
    return head + struct.pack("<H", len(data)) + data + bytes(4)


def _of_list(name: str, kind: bytes) -> bytes:
    """A file's or folder's item: its short name, and the long one as Windows 10 adds it."""
    short = name.encode("cp932")[:6] + b"~1\0"
    head = kind + bytes(11) + short + bytes(len(short) % 2)
    long = name.encode("utf-16-le") + b"\0\0"
    more = struct.pack("<HHI", 48 + len(long), 9, 0xBEEF0004).ljust(46, b"\0") + long
    return head + more + struct.pack("<H", 2 + len(head))


def _location(target: str) -> bytes:
    if not target.startswith("\\\\"):
        volume = struct.pack("<IIII", 17, 3, 0x1234, 16) + b"\0"
        path, wide = target.encode("cp932", "replace") + b"\0", target.encode("utf-16-le") + b"\0\0"
        at = 36 + len(volume)
        end = at + len(path) + 1
        head = struct.pack(
            "<IIIIIIIII", end + len(wide) + 2, 36, 1, 36, at, 0, end - 1, end, end + len(wide)
        )
        return head + volume + path + b"\0" + wide + b"\0\0"
    _, _, server, share, rest = target.split("\\", 4)
    name = f"\\\\{server}\\{share}".encode("cp932") + b"\0"
    network = struct.pack("<IIIII", 20 + len(name), 2, 20, 0, 0x20000) + name
    end = 28 + len(network)
    tail = rest.encode("cp932") + b"\0"
    return struct.pack("<IIIIIII", end + len(tail), 28, 2, 0, 0, 28, end) + network + tail


def jump_list(streams: Mapping[str, bytes]) -> bytes:
    """A compound file with these streams, each of at least 4096 bytes in it."""
    padded = [
        data.ljust(4096, b"\0") + bytes(-max(len(data), 4096) % 512) for data in streams.values()
    ]
    folder_sectors = (len(streams) + 1 + 3) // 4
    table = [0xFFFF_FFFD, *range(2, 1 + folder_sectors), 0xFFFF_FFFE]
    starts = []
    for data in padded:
        starts.append(len(table))
        count = len(data) // 512
        table += [*range(len(table) + 1, len(table) + count), 0xFFFF_FFFE]
    entries = [_entry("Root Entry", 5, 0xFFFF_FFFE, 0, child=1)]
    for number, (name, start, data) in enumerate(zip(streams, starts, padded, strict=True), 1):
        right = number + 1 if number < len(streams) else 0xFFFF_FFFF
        entries.append(_entry(name, 2, start, len(data), right=right))
    assert len(table) <= 128
    head = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII", bytes.fromhex("d0cf11e0a1b11ae1"), b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, 4096, 0xFFFF_FFFE, 0, 0xFFFF_FFFE, 0, 0,
    ).ljust(512, b"\xff")  # fmt: skip
    sectors = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    return head + sectors + b"".join(entries).ljust(folder_sectors * 512, b"\0") + b"".join(padded)


def _entry(name, kind, start, size, *, child=0xFFFF_FFFF, right=0xFFFF_FFFF) -> bytes:
    spelled = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ", spelled, len(spelled) + 2, kind, 1, 0xFFFF_FFFF, right, child, b"",
        0, 0, 0, start, size,
    )  # fmt: skip


def prefetch(program: str, names: Sequence[str]) -> bytes:
    """A prefetch file of Windows XP."""
    volume = names[0][: names[0].index("\\", 8)]
    strings = b"".join(name.encode("utf-16-le") + b"\0\0" for name in names)
    device = volume.encode("utf-16-le") + b"\0\0"
    metrics, at = 152, 152 + 20 * len(names)
    information = (at + 12 + len(strings) + 7) & ~7
    ends = 40 + len(device)
    about = struct.pack("<IIQIIIII4x", 40, len(volume), 0, 0x1234, ends, 16, ends + 16, 0)
    device += struct.pack("<IIQQ", 1, 0, 0, 0)  # no references to files
    rows, offset = b"", 0
    for name in names:
        rows += struct.pack("<IIIII", 0, 0, offset, len(name), 0)
        offset += 2 * len(name) + 2
    facts = struct.pack(
        "<IIIIIIIIIQ16xII", metrics, len(names), at, 1, at + 12, len(strings), information, 1,
        len(about) + len(device), 0, 1, 0,
    )  # fmt: skip
    body = facts.ljust(68, b"\0") + rows + bytes(12) + strings
    body = body.ljust(information - 84, b"\0") + about + device
    named = program.encode("utf-16-le")[:58].ljust(60, b"\0")
    return struct.pack("<I4sII60sII", 17, b"SCCA", 15, 84 + len(body), named, 0, 0) + body


def task(command: str, arguments: str = "", folder: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-16"?>\r\n<Task version="1.2" '
        'xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"><Actions Context="Author">'
        f"<Exec><Command>{command}</Command><Arguments>{arguments}</Arguments>"
        f"<WorkingDirectory>{folder}</WorkingDirectory></Exec></Actions></Task>"
    ).encode("utf-16")
