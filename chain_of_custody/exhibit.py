"""The form of an exhibit: single items of a sealed bundle, provable without the rest.

Everything that a checker reads from an item's files is bound by the way to the signed root, or
leads there itself. So an exhibit has no document of its own that could say something else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from chain_of_custody.canonical import encode
from chain_of_custody.folder import MANIFEST, Folder
from chain_of_custody.item import ItemRecord
from chain_of_custody.merkle import leaf_hash

SCHEMA = "hozen-exhibit/1"
SCRIPT, README = "check.sh", "README.md"
SIGNED = (MANIFEST, f"{MANIFEST}.p7s")
MAX_PROOF = 4 << 10  # bytes
MAX_NODES = 27  # so many steps has a tree of 99,999,999 items
MAX_PART = 4 << 20  # bytes of one part of a record, as in a bundle

_FORM = re.compile(
    rb"hozen-exhibit/1\n"
    rb"salt_content ([0-9a-f]{64})\n"
    rb"(salt_meta|meta) ([0-9a-f]{64})\n"
    rb"((?:node [0-9a-f]{64}\n){0,%d})" % MAX_NODES
)
_NUMBERED = re.compile(r"items/(?!00000000)([0-9]{8})(?:\.(?:proof|content\.json|meta\.json))?")


class ProofError(ValueError):
    """Bytes that are no proof of this form."""


class OtherSchemaError(ProofError):
    """A proof of a form that this version does not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The files of one item."""

    data: str
    content: str
    meta: str
    proof: str

    @classmethod
    def of(cls, number: int) -> Names:
        """The files of the item with this number."""
        stem = f"items/{number:08d}"
        return cls(
            data=stem, content=f"{stem}.content.json", meta=f"{stem}.meta.json",
            proof=f"{stem}.proof",
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What leads from the opened parts of a record to the root."""

    salt_content: bytes
    salt_meta: bytes | None
    """None where the meta part stays closed; then there is its digest."""
    meta: bytes | None
    nodes: tuple[bytes, ...]
    """The neighbours on the way, from the leaf up."""

    def leaf(self, content: bytes, meta: bytes) -> bytes:
        """The leaf, from the canonical bytes of the opened parts (format, section 6)."""
        closed = self.meta
        if closed is None:
            closed = sha256((self.salt_meta or b"") + meta).digest()
        return leaf_hash(sha256(self.salt_content + content).digest(), closed)

    def text(self) -> bytes:
        """The proof as its file holds it: one word and one value a line."""
        word, value = ("meta", self.meta) if self.meta else ("salt_meta", self.salt_meta)
        rows = [("salt_content", self.salt_content), (word, value or b"")]
        rows += [("node", node) for node in self.nodes]
        return "".join([f"{SCHEMA}\n", *(f"{name} {each.hex()}\n" for name, each in rows)]).encode()

    @classmethod
    def parse(cls, data: bytes) -> Proof:
        """A proof from the bytes of its file.

        Raises:
            OtherSchemaError: it names another form.
            ProofError: it names this form and has not got it.
        """
        if not data.startswith(f"{SCHEMA}\n".encode()):
            raise OtherSchemaError(f"not {SCHEMA}")
        found = _FORM.fullmatch(data)
        if found is None:
            raise ProofError("not of the form that it names")
        value = bytes.fromhex(found[3].decode())
        is_open = found[2] == b"salt_meta"
        return cls(
            salt_content=bytes.fromhex(found[1].decode()),
            salt_meta=value if is_open else None, meta=None if is_open else value,
            nodes=tuple(bytes.fromhex(line[5:].decode()) for line in found[4].splitlines()),
        )  # fmt: skip


class ExhibitFolder(Folder):
    """The folder of an exhibit."""

    folders = frozenset({"items", "anchors"})
    refusal = "not_an_exhibit"
    opening = 4

    def __init__(self, path: str | Path) -> None:
        """Look at a folder.

        Raises:
            UnusableError: it can't be an exhibit.
        """
        super().__init__(path)
        if not self.numbers and not self.listing.unsafe:
            raise self.unusable("no item in items/")

    @property
    def numbers(self) -> list[int]:
        """The numbers of the items of which there is any file."""
        found = map(_NUMBERED.fullmatch, self.listing.files)
        return sorted({int(match[1]) for match in found if match is not None})


def looks_like_exhibit(path: Path) -> bool:
    """Whether a folder is to be taken for an exhibit rather than for a bundle."""
    mark, *others = (os.path.lexists(path / name) for name in ("items", "bagit.txt", "custody"))
    return mark and not any(others)


def files_of(record: ItemRecord, nodes: Sequence[bytes], *, hide_path: bool) -> dict[str, bytes]:
    """The files that prove an item, all but its own bytes.

    Args:
        record: the item's record.
        nodes: its inclusion proof.
        hide_path: whether the meta part, which says where it was, stays closed.
    """
    names, meta = Names.of(record.content.seq), encode(record.meta)
    salt = bytes.fromhex(record.salt_meta)
    proof = Proof(
        salt_content=bytes.fromhex(record.salt_content),
        salt_meta=None if hide_path else salt,
        meta=sha256(salt + meta).digest() if hide_path else None,
        nodes=tuple(nodes),
    )
    files = {names.content: encode(record.content), names.proof: proof.text()}
    return files if hide_path else files | {names.meta: meta}
