"""The records of a working copy, held against the tree that was signed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from chain_of_custody.canonical import CanonicalError
from chain_of_custody.documents import Documents
from chain_of_custody.event import Closed
from chain_of_custody.item import ItemRecord, leaf_in, parse_line
from chain_of_custody.merkle import Tree
from chain_of_custody.system import READ
from evidence.intake.errors import RecordsError
from evidence.intake.staging import RECORDS


def records_of(copy: Path) -> Iterator[ItemRecord]:
    """The records of a working copy that was held against the signed tree before, one at a time.

    Raises:
        RecordsError: a line is no record: the file was changed meanwhile; or it can't be read.
    """
    return (record for _, record in _lines(copy))


def signed_records(copy: Path, documents: Documents) -> Iterator[ItemRecord]:
    """The same of one that anybody could have changed since the import.

    What was read counts for nothing until the last one has come.

    Args:
        copy: the folder of the working copy.
        documents: the master's, which tell the tree.

    Raises:
        RecordsError: they are not those that were signed, or can't be read.
    """
    tree = Tree()
    for line, record in _lines(copy):
        tree.append(leaf_in(line))
        yield record
    closed = [file.detail for file in documents.events if isinstance(file.detail, Closed)]
    signed = closed[-1].tree.root if closed else Tree().root().hex()
    if tree.root().hex() != signed:
        raise RecordsError("other_records", path=copy / RECORDS)


def _lines(copy: Path) -> Iterator[tuple[bytes, ItemRecord]]:
    """Each line beside what it parses to: its leaf is made from its bytes."""
    path = copy / RECORDS
    try:
        with os.fdopen(os.open(path, READ), "rb") as file:
            for line in file:
                canonical = line.removesuffix(b"\n")
                yield canonical, parse_line(canonical)
    except CanonicalError as error:
        raise RecordsError("other_records", path=path) from error
    except OSError as error:
        raise RecordsError("records_unreadable", path=path, why=error.strerror) from error
