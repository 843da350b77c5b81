"""From what a host calls a thing to its place in the working copy: by bytes, believing nothing.

Bundles come from infected machines: a name may try to lead out of the folder, and a link may try
to lead whoever opens it later. What can't be placed is kept aside under its number.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from chain_of_custody.item import Origin

DEPTH = 256  # folders: what a walk by other tools, and our own removal, can follow
NAME = 255  # bytes, NAME_MAX of every common file system
TARGET = 4095  # bytes, what a symbolic link may hold; symlink(7)

TreeName = Literal["fs", "hozen", "disk"]
_ROOTS: tuple[tuple[bytes, TreeName], ...] = (
    (b"hozen:/", "hozen"), (b"disk:/", "disk"), (b"/", "fs"),
)  # fmt: skip


class Why(StrEnum):
    """Why something is not at its place in the working copy."""

    NOT_A_PATH = "not a path of a file system"
    TRAVERSAL = "its name leads upwards"
    NUL = "its name holds a NUL byte"
    EMPTY_PART = "its name has an empty part or a dot"
    TOO_DEEP = "more folders than can be followed"
    TOO_LONG = "its name is too long"
    STREAM = "a further stream of a file"
    DISAGREES = "its name and the raw bytes of its name disagree"
    CONFLICT = "a file where others need a folder, or a folder where it should be"
    SUPERSEDED = "another item of this name is there: a later one, or one that is complete"
    REFUSED_NAME = "this file system does not take its name"
    HOLES = "its ranges contradict each other, or are beyond what files can be"
    NO_ROOM = "no room to put its holes back; its bytes are kept without them"
    NO_ORIGINAL = "the item that it is the same file as is not there"
    LEAVES = "the link could lead out of the copy"


class UnplaceableError(Exception):
    """Something that has no safe place in the working copy."""

    def __init__(self, why: Why, detail: str = "") -> None:
        self.why = why
        self.detail = detail
        super().__init__(f"{why.value}: {detail}" if detail else why.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in one of the trees of the working copy."""

    tree: TreeName
    parts: tuple[bytes, ...]


def place_of(source: Origin, *, longest: int) -> Place:
    """Where an item belongs.

    Args:
        source: what its record says.
        longest: bytes that the path below the tree may have.

    Raises:
        UnplaceableError: nowhere that is safe.
    """
    if source.stream is not None:
        raise UnplaceableError(Why.STREAM, source.stream)
    raw = _raw(source)
    for prefix, tree in _ROOTS:
        if raw.startswith(prefix):
            return Place(tree=tree, parts=_parts(raw[len(prefix) :], longest))
    raise UnplaceableError(Why.NOT_A_PATH)


def _raw(source: Origin) -> bytes:
    """The name's bytes; the readable form must not say something else."""
    if source.origin_b64 is None:
        return source.origin.encode()
    try:
        raw = base64.b64decode(source.origin_b64, validate=True)
    except binascii.Error as error:
        raise UnplaceableError(Why.DISAGREES, str(error)) from error
    if raw.decode("utf-8", "replace") != source.origin:
        raise UnplaceableError(Why.DISAGREES)
    return raw


def _parts(path: bytes, longest: int) -> tuple[bytes, ...]:
    parts = tuple(path.split(b"/"))
    checks = (
        (b"\0" in path, Why.NUL),
        (b".." in parts, Why.TRAVERSAL),
        (b"" in parts or b"." in parts, Why.EMPTY_PART),
        (len(parts) > DEPTH, Why.TOO_DEEP),
        (len(path) > longest or max(map(len, parts)) > NAME, Why.TOO_LONG),
    )
    for bad, why in checks:
        if bad:
            raise UnplaceableError(why)
    return parts


def link_inside(target: bytes, depth: int) -> bytes:
    """The text of a relative link that can't leave the tree, whatever other links are in it.

    Going up is allowed at the beginning only, where it means the real folders that hold the link.
    Behind a name it would mean the parent of wherever that name leads.

    Args:
        target: what the link said on the host.
        depth: folders between the tree's root and the link.

    Raises:
        UnplaceableError: it could lead out.
    """
    names = [name for name in target.split(b"/") if name not in (b"", b".")]
    if target.startswith(b"/"):
        up = depth
    else:
        up = next((at for at, name in enumerate(names) if name != b".."), len(names))
        names = names[up:]
    if not target or b"\0" in target or b".." in names or up > depth:
        raise UnplaceableError(Why.LEAVES)
    text = b"/".join([b".."] * up + names) or b"."
    if len(text) > TARGET or max(map(len, names), default=0) > NAME:
        raise UnplaceableError(Why.TOO_LONG)
    return text
