"""The files of an exhibit, from a verified bundle that is read through once more."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from chain_of_custody.exhibit import README, SCRIPT, SIGNED, Names, files_of
from chain_of_custody.item import ItemRecord
from chain_of_custody.items import Unfinished
from chain_of_custody.merkle import Prover
from chain_of_custody.stages.statements import left_by_act
from chain_of_custody.system import NEW
from evidence.reading.checked import VerifiedBundle
from evidence.writing import medium

_INSTRUCTIONS = Path(__file__).resolve().parents[1] / "instructions" / "exhibit"


def write(opened: VerifiedBundle, place: Path, chosen: tuple[int, ...], *, hide_path: bool) -> None:
    """All files of an exhibit into an empty folder, flushed.

    Args:
        opened: the bundle.
        place: the folder.
        chosen: numbers of items that are there.
        hide_path: whether the parts of the records that say where the items were stay closed.

    Raises:
        CustodyError: the bundle changed since it was verified.
        OSError: a medium did not take it.
    """
    folders = [place / name for name in sorted(_folders(opened))]
    for folder in folders:
        folder.mkdir(mode=0o700)
    with _Taking(place, chosen) as taking:
        opened.extract(taking)
    for name, data in (taking.files(hide_path=hide_path) | _common(opened)).items():
        _put(place / name, data)
    for folder in (*folders, place):
        medium.sync_folder(folder)


def _folders(opened: VerifiedBundle) -> set[str]:
    return {"items"} | {name[:7] for name in _anchors(opened)}


def _anchors(opened: VerifiedBundle) -> list[str]:
    """Time-stamp tokens and what belongs to them; not what an act left that was cut off."""
    left = left_by_act(opened.folder, opened.documents)
    files = opened.folder.listing.files - left
    return sorted(name for name in files if name.startswith("anchors/"))


def _common(opened: VerifiedBundle) -> dict[str, bytes]:
    """What every exhibit of this bundle holds."""
    signed = (opened.documents.manifest_raw or b"", opened.documents.manifest_signature or b"")
    unsigned = ((_INSTRUCTIONS / name).read_bytes() for name in (SCRIPT, README))
    files = dict(zip((*SIGNED, SCRIPT, README), (*signed, *unsigned), strict=True))
    held = opened.documents.anchors
    return files | {name: held[name.removeprefix("anchors/")] for name in _anchors(opened)}


class _Taking:
    """The sink of an extraction: bytes of the chosen items into files, every leaf into proofs."""

    def __init__(self, place: Path, chosen: tuple[int, ...]) -> None:
        self._place = place
        self._chosen = frozenset(chosen)
        self._prover = Prover(number - 1 for number in chosen)
        self._records: dict[int, ItemRecord] = {}
        self._item = 0
        self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go()

    def data(self, item: int, piece: bytes | memoryview, /) -> None:
        """Take the next bytes of an item, if it is a chosen one."""
        if item not in self._chosen:
            return
        if item != self._item:
            self._let_go()
            self._file = os.open(self._place / Names.of(item).data, NEW, 0o600)
            self._item = item
        with medium.speaking_of(self._place / Names.of(item).data):
            medium.write_all(self._file, piece)

    def abandoned(self, found: Unfinished, /) -> None:
        """Forget the bytes of an item that was cut off."""
        self._let_go()
        (self._place / Names.of(found.item).data).unlink(missing_ok=True)

    def record(self, record: ItemRecord) -> None:
        """Count a record's leaf in; keep the record of a chosen item."""
        self._prover.append(record.leaf())
        if record.content.seq in self._chosen:
            self._records[record.content.seq] = record

    def files(self, *, hide_path: bool) -> dict[str, bytes]:
        """All files of the chosen items but those of their bytes, when everything has come."""
        _, proofs = self._prover.finish()
        made: dict[str, bytes] = {}
        for number, record in self._records.items():
            made |= files_of(record, proofs[number - 1], hide_path=hide_path)
        return made

    def _let_go(self) -> None:
        item, file = self._item, self._file
        self._item, self._file = 0, -1
        if file < 0:
            return
        with medium.speaking_of(self._place / Names.of(item).data):
            try:
                os.fsync(file)
            finally:
                os.close(file)


def _put(path: Path, data: bytes) -> None:
    with medium.speaking_of(path):
        descriptor = os.open(path, NEW, 0o600)
        try:
            medium.write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
