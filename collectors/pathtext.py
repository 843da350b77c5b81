"""Paths of a source as text, and the bytes that they are there, whatever machine reads it.

Not `os.fsdecode` and `os.fsencode`: they speak of this machine's own files, and on Windows know no
name that is no UTF-8. A disk of another system has such names, and FAT's short ones in Japan do.
"""

from __future__ import annotations


def to_text(raw: bytes) -> str:
    """A path as text, with surrogate escapes for bytes that are no UTF-8."""
    return raw.decode("utf-8", "surrogateescape")


def to_bytes(path: str) -> bytes:
    """The bytes of a path; half a pair of UTF-16, which names have on Windows, as three of them."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return b"".join(map(_bytes_of, path))


def _bytes_of(letter: str) -> bytes:
    how = "surrogateescape" if "\udc80" <= letter <= "\udcff" else "surrogatepass"
    return letter.encode("utf-8", how)


def shown(path: str) -> str:
    """The same as a document can hold it: U+FFFD for what is no UTF-8."""
    return to_bytes(path).decode("utf-8", "replace")


__all__ = ["shown", "to_bytes", "to_text"]
