"""The small files of a working copy that a report is made from, each held against its record."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from chain_of_custody.digest import sha256
from chain_of_custody.item import ItemRecord
from chain_of_custody.system import READ
from collectors.told import ToldError
from evidence.intake.located import located
from evidence.intake.names import UnplaceableError
from evidence.intake.records import records_of
from evidence.report.sentences import SENTENCES

LARGEST = 64 << 20  # bytes of a document that are read into memory
_OURS = "hozen:/"
_HOSTS = ("/etc/passwd", "/etc/hostname", "/etc/machine-id", "/etc/os-release",
          "/usr/lib/os-release")  # fmt: skip


class DocumentError(ToldError):
    """A document that can't be shown; says why. Absent ones are a `FileNotFoundError`."""

    table = SENTENCES


class Copy:
    """A bundle's working copy, which anybody could have changed since the import."""

    def __init__(self, host: Path) -> None:
        self.host = host
        self._digests: dict[str, str | None] = {}

    @classmethod
    def of(cls, host: Path) -> Copy:
        """One whose records were held against the signed tree before.

        Raises:
            RecordsError: they can't be read any more.
        """
        copy = cls(host)
        for record in records_of(host):
            copy._note(record)
        return copy

    def noting(self, records: Iterable[ItemRecord]) -> Iterator[ItemRecord]:
        """Pass records on, and keep the digests of what a report reads."""
        for record in records:
            self._note(record)
            yield record

    def _note(self, record: ItemRecord) -> None:
        origin, content = record.meta.source.origin, record.content
        gap = content.status == "gap" and record.meta.same_as is None
        if gap or not (origin.startswith(_OURS) or origin in _HOSTS):
            return
        try:
            name = self.name_of(record)
        except UnplaceableError:
            return
        # The digest of a further name is another record's, that of a file with holes not of all.
        self._digests[name] = None if content.ranges else content.sha256

    def name_of(self, record: ItemRecord) -> str:
        """Where an item lies in it.

        Raises:
            UnplaceableError: nowhere: it was put aside, and isn't there any more.
        """
        return located(self.host, record).relative_to(self.host).as_posix()

    def small(self, name: str) -> bytes:
        """A file's bytes.

        Raises:
            FileNotFoundError: the bundle has none such.
            DocumentError: too large, can't be read, or is not what was signed.
        """
        if name not in self._digests:
            raise FileNotFoundError(name)
        data, digest = _read(self.host / name), self._digests[name]
        if digest is not None and sha256(data) != digest:
            raise DocumentError("differs")
        return data

    def document(self, name: str) -> Mapping[str, Any]:
        """One of our JSON documents.

        Raises:
            FileNotFoundError: the bundle has none such.
            DocumentError: it is no JSON object, or is not what was signed.
        """
        return parsed(self.small(name))


def parsed(data: bytes) -> Mapping[str, Any]:
    """The object that a document of ours is.

    Raises:
        DocumentError: it is none.
    """
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DocumentError("unreadable", why=error) from error
    if not isinstance(found, dict):
        raise DocumentError("no_object")
    return found


def _read(path: Path) -> bytes:
    try:
        descriptor = os.open(path, READ)  # a pipe in its place would be waited for without end
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DocumentError("gone") from error
    except OSError as error:
        raise DocumentError("unreadable", why=error.strerror) from error
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise DocumentError("too_large", most=LARGEST >> 20)
    return data
