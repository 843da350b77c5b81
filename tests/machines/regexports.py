"""A strict reader of registry exports: of what docs/windows.md says, and no more."""

from __future__ import annotations

import re
import struct

KEY = re.compile(r"\[(.+)\]")
COMMENT = re.compile(r"; (written|name|class|a link to|NOT READ:|HKEY_\S+ was changed) ?(.*)")
VALUE = re.compile(r'(@|"(?:[^"\\]|\\.)*")=(?:"((?:[^"\\]|\\.)*)"|dword:([0-9a-f]{8})|(hex.*))')
HEX = re.compile(r"hex(?:\(([0-9a-f]+)\))?:((?:[0-9a-f]{2}(?:,[0-9a-f]{2})*)?)")


def unquoted(text):
    return re.sub(r"\\(.)", r"\1", text)


def parsed(data):
    """Keys by path (each name whole), with their time, class and values by name."""
    first, *lines = re.sub(r",\\\r\n  ", ",", data.decode("utf-16")).split("\r\n")
    assert first == "Windows Registry Editor Version 5.00"
    found, names, key, pending = {}, {}, None, None
    for line in lines:
        if not line:
            continue
        if opened := KEY.fullmatch(line):
            above, _, name = opened[1].rpartition("\\")
            key = {"values": {}, "class": "", "shown": opened[1]}
            names[opened[1]] = path = (*names.get(above, (above,) if above else ()), name)
            found[path] = key
        elif told := COMMENT.fullmatch(line):
            what, rest = told.groups()
            if what == "written":
                key["written"] = rest
            elif what == "class":
                key["class"] = unquoted(rest[1:-1]) if rest[0] == '"' else letters(rest)
            elif what == "name" and "written" not in key:
                del found[path]
                names[key["shown"]] = path = (*path[:-1], letters(rest))
                found[path] = key
            elif what == "name":
                pending = letters(rest)
        else:
            name, text, dword, digits = VALUE.fullmatch(line).groups()
            name = "" if name == "@" else unquoted(name[1:-1])
            whole, pending = pending if pending is not None else name, None
            assert whole not in key["values"]
            key["values"][whole] = data_of(text, dword, digits)
    return found


def letters(digits):
    return bytes.fromhex(digits.replace(",", "")).decode("utf-16-le", "surrogatepass")


def data_of(text, dword, digits):
    if text is not None:
        return 1, (unquoted(text) + "\0").encode("utf-16-le")
    if dword is not None:
        return 4, struct.pack("<I", int(dword, 16))
    number, data = HEX.fullmatch(digits).groups()
    return int(number or "3", 16), bytes.fromhex(data.replace(",", ""))
