"""The pieces of a graph in JSON-LD: identifiers, literals, nodes; and the file they run into."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID, uuid5

Node = dict[str, Any]

CONTEXT = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-location": "https://ontology.unifiedcyberontology.org/uco/location/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NS = 1_000_000_000


class Ids:
    """Identifiers of one bundle's things: the same in every export (RFC 9562, version 5)."""

    def __init__(self, bundle_id: str) -> None:
        """In the namespace that the bundle's own number is."""
        self._bundle = UUID(bundle_id)

    def __call__(self, *parts: object) -> str:
        """Of a thing by what it is, and by which number or words."""
        return f"urn:uuid:{uuid5(self._bundle, '/'.join(map(str, parts)))}"


def node(identifier: str, kind: str, properties: Mapping[str, object]) -> Node:
    """A node; a property that says nothing is left out."""
    said = {name: value for name, value in properties.items() if value not in (None, [], "")}
    return {"@id": identifier, "@type": kind, **said}


def reference(identifier: str) -> Node:
    """One node as the value of another one's property."""
    return {"@id": identifier}


def references(identifiers: Iterable[str]) -> list[Node]:
    """Several of them."""
    return [reference(each) for each in identifiers]


def integer(value: int | str) -> Node:
    """A whole number of any size: as text, since a JSON number would lose digits beyond 2⁵³."""
    return {"@type": "xsd:integer", "@value": str(value)}


def hexadecimal(value: str) -> Node:
    """A digest."""
    return {"@type": "xsd:hexBinary", "@value": value}


def moment(utc: str | None) -> Node | None:
    """A time of ours; None where a forger wrote one that no calendar has."""
    if utc is None:
        return None
    try:
        datetime.fromisoformat(utc)
    except ValueError:
        return None
    return {"@type": "xsd:dateTime", "@value": utc}


def file_time(nanoseconds: str | None) -> Node | None:
    """A time of a file system, to the nanosecond; None outside the years 1 to 9999."""
    if nanoseconds is None:
        return None
    seconds, rest = divmod(int(nanoseconds), _NS)
    try:
        when = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None
    return {"@type": "xsd:dateTime", "@value": f"{when.isoformat()[:19]}.{rest:09d}Z"}


class GraphFile:
    """Nodes as they come, one a line; memory does not grow with their number."""

    def __init__(self, file: BinaryIO) -> None:
        """Begin the document."""
        self._file = file
        self._first = True
        self._write(f'{{"@context":{json.dumps(CONTEXT)},"@graph":[\n')

    def add(self, made: Node, lists: Mapping[str, Iterable[str]] | None = None) -> None:
        """One more node.

        Args:
            made: the node.
            lists: properties with thousands of references, which are written one by one.
        """
        if not self._first:
            self._write(",\n")
        self._first = False
        self._write(json.dumps(made)[:-1])
        for name, identifiers in (lists or {}).items():
            self._list(name, identifiers)
        self._write("}")

    def _list(self, name: str, identifiers: Iterable[str]) -> None:
        before = f",{json.dumps(name)}:["
        for identifier in identifiers:
            self._write(f"{before}{json.dumps(reference(identifier))}")
            before = ","
        if before == ",":
            self._write("]")

    def end(self) -> None:
        """Close the document."""
        self._write("\n]}\n")

    def _write(self, text: str) -> None:
        self._file.write(text.encode("ascii"))
