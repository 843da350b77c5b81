"""Small files that hold a text: a program of Windows, a script of each kind."""

import struct

_DOS = 64
_HEADERS = 0x200
_OPTIONAL = 0xF0  # bytes of the optional header of PE32+


def program(text: bytes) -> bytes:
    """A 64-bit PE file whose one section holds the text; it returns at once."""
    code = b"\xc3" + b"\x90" * 15 + text + b"\0"
    raw = code.ljust(-(-len(code) // _HEADERS) * _HEADERS, b"\0")
    dos = b"MZ".ljust(60, b"\0") + struct.pack("<I", _DOS)
    head = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, _OPTIONAL, 0x22)
    optional = struct.pack(
        "<HBBIIIIIQIIHHHHHHIIIIHHQQQQII",
        0x20B, 14, 0, len(raw), 0, 0, 0x1000, 0x1000, 0x140000000, 0x1000, 0x200, 6, 0, 0, 0, 6, 0,
        0, 0x1000 + len(raw), _HEADERS, 0, 3, 0, 1 << 20, 1 << 12, 1 << 20, 1 << 12, 0, 16,
    )  # fmt: skip
    section = struct.pack(
        "<8sIIIIIIHHI", b".text", len(code), 0x1000, len(raw), _HEADERS, 0, 0, 0, 0, 0x60000020
    )
    headers = dos + head + optional.ljust(_OPTIONAL, b"\0") + section
    return headers.ljust(_HEADERS, b"\0") + raw


def script(text: str) -> bytes:
    """A batch file with a line of its own around the text, ended as Windows does."""
    return f"@echo off\r\nrem routine\r\n{text}\r\nexit /b 0\r\n".encode()
