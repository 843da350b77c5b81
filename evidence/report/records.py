"""The records of a working copy, held against the tree that was signed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from chain_of_custody.documents import Documents
from chain_of_custody.event import Closed
from chain_of_custody.item import ItemRecord, parse_line
from chain_of_custody.merkle import Tree
from chain_of_custody.system import READ
from evidence.report.errors import ReportError


def records_of(path: Path) -> Iterator[ItemRecord]:
    """The records of a working copy, one at a time.

    Raises:
        CanonicalError: a line is no record: the file was changed since the import.
        OSError: it can't be read.
    """
    with os.fdopen(os.open(path, READ), "rb") as file:
        for line in file:
            yield parse_line(line.removesuffix(b"\n"))


def signed_records(path: Path, documents: Documents) -> Iterator[ItemRecord]:
    """The same; what was read counts for nothing until the last one has come.

    Raises:
        ReportError: they are not those that were signed.
        CanonicalError: a line is no record.
        OSError: it can't be read.
    """
    tree = Tree()
    for record in records_of(path):
        tree.append(record.leaf())
        yield record
    check(tree, path, documents)


def check(tree: Tree, path: Path, documents: Documents) -> None:
    """Refuse records whose tree is not the one that was signed last.

    Raises:
        ReportError: saying so.
    """
    closed = [f.detail for f in documents.events if isinstance(f.detail, Closed)]
    signed = closed[-1].tree.root if closed else Tree().root().hex()
    if tree.root().hex() != signed:
        raise ReportError("other_records", path=path)
