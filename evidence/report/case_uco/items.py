"""Items as nodes: what was obtained as objects, what was not as annotations."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from enum import IntEnum

from chain_of_custody.item import ItemRecord
from evidence.report.case_uco.graph import (
    Ids,
    Node,
    file_time,
    hexadecimal,
    integer,
    node,
    references,
)


class Held(IntEnum):
    """What the bundle holds of an item."""

    WHOLE = 0
    PARTIAL = 1
    GAP = 2
    ALIAS = 3

    @classmethod
    def of(cls, record: ItemRecord) -> Held:
        """Of a record."""
        if record.meta.same_as is not None:
            return cls.ALIAS
        return {"acquired": cls.WHOLE, "partial": cls.PARTIAL, "gap": cls.GAP}[
            record.content.status
        ]


class ItemNodes:
    """The nodes of one bundle's items, which come in the order of their numbers."""

    def __init__(self, ids: Ids, exhibit: str) -> None:
        """Of a bundle with this exhibit number."""
        self._ids = ids
        self._exhibit = exhibit
        self._held = bytearray()

    def held(self, item: int) -> int:
        """What the bundle holds of an item that has come by."""
        return self._held[item - 1]

    def object_id(self, item: int) -> str:
        """The thing itself."""
        return self._ids("item", item)

    def provenance_id(self, item: int) -> str:
        """Its provenance record."""
        return self._ids("item", item, "provenance")

    def note_id(self, item: int) -> str:
        """What is to be said of it beside that."""
        return self._ids("item", item, "note")

    def of(self, record: ItemRecord, collection: str) -> Iterator[Node]:
        """The nodes of one item.

        Args:
            record: what was recorded of it.
            collection: the action that looked for it.
        """
        held, item = Held.of(record), record.content.seq
        self._held.append(held)
        if held in (Held.WHOLE, Held.PARTIAL):
            yield self._object(record)
            yield self._provenance(item)
        statements = list(_statements(record, held))
        if statements:
            yield node(
                self.note_id(item), "uco-core:Annotation", {
                    "uco-core:name": f"item {item}",
                    "uco-core:tag": _tags(record, held),
                    "uco-core:statement": statements,
                    "uco-core:object": references([self._about(record, collection)]),
                },
            )  # fmt: skip

    def _about(self, record: ItemRecord, collection: str) -> str:
        """What a statement is about: the thing where there is one, else the looking for it."""
        item = record.meta.same_as or record.content.seq
        there = item <= len(self._held) and self.held(item) in (Held.WHOLE, Held.PARTIAL)
        return self.object_id(item) if there else collection

    def _object(self, record: ItemRecord) -> Node:
        facets = [self._content_facet(record)]
        if _is_file(record):
            facets.insert(0, self._file_facet(record))
        return node(
            self.object_id(record.content.seq), _kind(record), {
                "uco-core:name": record.meta.source.origin,
                "uco-core:description": _description(record),
                "uco-core:hasFacet": facets,
            },
        )  # fmt: skip

    def _file_facet(self, record: ItemRecord) -> Node:
        source, times = record.meta.source, record.meta.times
        length = source.length
        return node(
            self._ids("item", record.content.seq, "file"), "uco-observable:FileFacet", {
                "uco-observable:fileName": source.origin.rpartition("/")[2],
                "uco-observable:filePath": source.origin,
                "uco-observable:sizeInBytes": integer(length) if length is not None else None,
                "uco-observable:modifiedTime": file_time(times.m) if times else None,
                "uco-observable:accessedTime": file_time(times.a) if times else None,
                "uco-observable:metadataChangeTime": file_time(times.c) if times else None,
                "uco-observable:observableCreatedTime": file_time(times.b) if times else None,
            },
        )  # fmt: skip

    def _content_facet(self, record: ItemRecord) -> Node:
        content = record.content
        return content_facet(
            self._ids, ("item", content.seq), content.size, content.sha256 or "", encrypted=None
        )

    def _provenance(self, item: int) -> Node:
        return node(
            self.provenance_id(item), "case-investigation:ProvenanceRecord", {
                "case-investigation:exhibitNumber": f"{self._exhibit}/{item}",
                "case-investigation:rootExhibitNumber": self._exhibit,
                "uco-core:object": references([self.object_id(item)]),
            },
        )  # fmt: skip


def content_facet(
    ids: Ids, of: tuple[object, ...], size: int, sha256: str, *, encrypted: bool | None
) -> Node:
    """Size and digest of the bytes that are there."""
    digest = node(
        ids(*of, "sha256"), "uco-types:Hash", {
            "uco-types:hashMethod": "SHA256", "uco-types:hashValue": hexadecimal(sha256),
        },
    )  # fmt: skip
    return node(
        ids(*of, "content"), "uco-observable:ContentDataFacet", {
            "uco-observable:sizeInBytes": integer(size), "uco-observable:isEncrypted": encrypted,
            "uco-observable:hash": [digest],
        },
    )  # fmt: skip


def _is_file(record: ItemRecord) -> bool:
    """Whether it has a path of the host; documents that hozen made have none."""
    return record.meta.source.origin.startswith("/")


def _kind(record: ItemRecord) -> str:
    if not _is_file(record):
        return "uco-observable:ObservableObject"
    attrs = record.meta.attrs
    if attrs is not None and stat.S_ISLNK(attrs.mode):
        return "uco-observable:SymbolicLink"
    return "uco-observable:File"


def _description(record: ItemRecord) -> list[str]:
    """How it was read; what no property of the ontology holds."""
    meta = record.meta
    said = [
        f"collector {meta.collector}, phase {meta.phase}, kind {meta.kind}, {meta.method.door}",
        f"read from {meta.acquired.start} to {meta.acquired.end} by the host's clock",
    ]
    if meta.source.origin_b64 is not None:
        said.append(f"the path's bytes in base64: {meta.source.origin_b64}")
    if meta.source.stream is not None:
        said.append(f"stream: {meta.source.stream}")
    return said


def _tags(record: ItemRecord, held: Held) -> list[str]:
    match held:
        case Held.GAP:
            return ["gap", record.meta.reason or ""]
        case Held.ALIAS:
            return ["same_as"]
        case Held.PARTIAL:
            return ["partial"]
        case _:
            return ["remark"]


def _statements(record: ItemRecord, held: Held) -> Iterator[str]:
    origin, content = record.meta.source.origin, record.content
    if held is Held.GAP:
        yield f"looked for and not obtained ({record.meta.reason}): {origin}"
    elif held is Held.ALIAS:
        yield f"the same file is also named {origin}"
    elif held is Held.PARTIAL:
        yield f"obtained in part: {content.size} bytes; the digest is of these"
    if content.ranges:
        yield f"has holes: the digest is of {len(content.ranges)} ranges, one after the other"
    for missing in content.ranges_missing:
        size = "to the end" if missing.size is None else f"{missing.size} bytes"
        yield f"missing from offset {missing.offset}, {size}: {missing.error}"
    if record.meta.changed_while_reading:
        yield "changed while it was read"
    yield from record.meta.errors
