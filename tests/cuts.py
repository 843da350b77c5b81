"""A small run written down call by call, so that it can be cut off at any byte of what it wrote."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from unittest import mock

import bundles
from bundles import artifact, gap

import evidence.writing.folder
from chain_of_custody.folder import INSTRUCTIONS
from chain_of_custody.item import ItemRecord
from chain_of_custody.items import Unfinished
from evidence.reading.checked import VerifiedBundle

Step = tuple[str, Path, bytes | Path]
"""What was done, to which path below the destination, with what."""


@dataclass
class Journal:
    """What a run does to its destination, in the order in which it does it, on every thread."""

    top: Path
    steps: list[Step] = field(default_factory=list)
    _open: dict[int, Path] = field(default_factory=dict)

    def _below(self, path: object) -> Path | None:
        found = Path(os.fspath(path))  # type: ignore[call-overload]
        return found.relative_to(self.top) if found.is_relative_to(self.top) else None

    def __enter__(self) -> Self:
        watched = {"open": self._on_open, "write": self._on_write, "mkdir": self._on_mkdir,
                   "rename": self._on_rename, "replace": self._on_rename,
                   "close": self._on_close}  # fmt: skip
        self._patches = [
            mock.patch.object(os, name, self._watch(getattr(os, name), note))
            for name, note in watched.items()
        ]
        for each in self._patches:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._patches:
            each.stop()

    def _watch(self, call: Callable, note: Callable) -> Callable:
        def watched(*arguments, **options):
            done = call(*arguments, **options)
            note(done, *arguments)
            return done

        return watched

    def _on_open(self, descriptor: int, path: object, flags: int, *_: object) -> None:
        below = self._below(path)
        if below is not None and flags & os.O_CREAT:
            self._open[descriptor] = below
            self.steps.append(("create", below, b""))

    def _on_write(self, count: int, descriptor: int, data: bytes | memoryview) -> None:
        if descriptor in self._open:
            self.steps.append(("write", self._open[descriptor], bytes(data[:count])))

    def _on_mkdir(self, _: None, path: object, *__: object) -> None:
        below = self._below(path)
        if below is not None:
            self.steps.append(("mkdir", below, b""))

    def _on_rename(self, _: None, old: object, new: object) -> None:
        below, target = self._below(old), self._below(new)
        assert below is not None
        assert target is not None
        self.steps.append(("rename", below, target))

    def _on_close(self, _: None, descriptor: int) -> None:
        self._open.pop(descriptor, None)

    def replayed(self, top: Path) -> Iterator[int]:
        """Does it all again elsewhere, byte by byte; yields after each how many are written."""
        written = 0
        for kind, below, what in self.steps:
            path = top / below
            if kind == "mkdir":
                path.mkdir()
            elif kind == "create":
                path.write_bytes(b"")
            elif kind == "rename":
                path.rename(top / str(what))
            else:
                assert isinstance(what, bytes)
                with path.open("ab", buffering=0) as file:
                    for at in range(len(what)):
                        file.write(what[at : at + 1])
                        written += 1
                        yield written
                    continue
            yield written


def written_down(top: Path, recipients: tuple[str, ...]) -> Journal:
    """A run of two volumes, an item with a record each and a gap, from its folder to its seal."""
    templates = top.with_name("templates")
    templates.mkdir()
    for name in INSTRUCTIONS:
        (templates / name).write_text(".\n")
    top.mkdir()
    volumes = [[artifact("/a", b"one\n"), gap("/b")], [artifact("/c", b"two\n" * 90)]]
    patched = mock.patch.object(evidence.writing.folder, "_TEMPLATES", templates)
    with patched, Journal(top) as journal:
        bundles.sealed(top / "HZ", volumes=volumes, recipients=recipients)
    return journal


class Taken:
    """The items of a bundle: number to record and bytes."""

    def __init__(self, bundle: VerifiedBundle) -> None:
        self.items: dict[int, tuple[ItemRecord, bytes]] = {}
        self._pieces: dict[int, bytes] = {}
        bundle.extract(self)

    def data(self, item: int, piece: bytes | memoryview, /) -> None:
        self._pieces[item] = self._pieces.get(item, b"") + bytes(piece)

    def abandoned(self, found: Unfinished, /) -> None:
        self._pieces.pop(found.item, None)

    def record(self, record: ItemRecord) -> None:
        self.items[record.content.seq] = (record, self._pieces.pop(record.content.seq, b""))
