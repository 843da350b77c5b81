"""The bundle while it is written: volumes that close, events that are signed, a seal at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from chain_of_custody.digest import sha256
from chain_of_custody.event import (
    Closed,
    Interrupted,
    Progress,
    Resumed,
    Sealed,
    Started,
    TreeHead,
)
from chain_of_custody.folder import MANIFEST
from chain_of_custody.item import Content, Meta
from chain_of_custody.items import RECORDS
from chain_of_custody.manifest import ClockReading, Tool, VolumeEntry
from chain_of_custody.missing import saying
from chain_of_custody.signing.keys import Signer, kit_of
from evidence.machine.clock import Clock as HostClock
from evidence.writing import medium
from evidence.writing.age import parse_recipients
from evidence.writing.event_log import EventLog
from evidence.writing.fitting import fitting
from evidence.writing.history import NOBODY, History, Order, Presence, Tally
from evidence.writing.salts import salts
from evidence.writing.sealing import Seal
from evidence.writing.volume import Chain, VolumeWriter

Cause = Literal["phase_end", "size", "records", "time", "end", "interrupted", "limit"]
InterruptCause = Literal["signal", "destination_full", "error"]

VOLUME_SIZE = 256 << 20  # bytes on the medium: far below what FAT32 allows
RECORDS_SIZE = 8 << 20  # bytes of records held in memory
VOLUME_TIME = 30 * 1_000_000_000  # ns: a pulled stick loses no more than this


def _nobody() -> None:
    """Nobody wants to know."""


def _no_progress() -> Progress:
    return Progress(chain=None, completed=[], count=0, current=None)


class BundleWriter:
    """Writes one bundle. Items go in in order; whatever was closed stays provable."""

    def __init__(
        self, path: Path, bundle_id: str, order: Order, *, key: Signer, tool: Tool,
        clock: HostClock, history: History | None = None, sparing: bool = False,
        compress: bool = True,
    ) -> None:  # fmt: skip
        """Prepare to write into an existing folder; `start` or `resume` signs the beginning.

        Args:
            path: the folder.
            bundle_id: its UUID.
            order: what the collection was asked to be.
            key: signs the session's events.
            tool: this program.
            clock: where time comes from.
            history: of an earlier session's signed end.
            sparing: whether volumes are to keep out of this machine's page cache.
            compress: whether volumes are to be small, or quick to write.
        """
        self.path = path
        self.bundle_id = bundle_id
        self.order = order
        self.progress: Callable[[], Progress] = _no_progress
        self.closed: Callable[[], None] = _nobody
        """Called after each volume that is closed and signed."""
        self.closing: Callable[[], None] = _nobody
        """Called before a volume is closed: what belongs into its records is added now."""
        self.lost = False
        """Whether the medium did not take a volume: what was written into it is not bound."""
        self.between: Callable[[], None] = _nobody
        """Called between two items or parts of one, where a volume can be closed."""
        self.phase = "volatile"
        self._key = key
        self._tool = tool
        self._clock = clock
        self._history = history or History()
        self._log = EventLog(path, bundle_id, self._history, key, clock)
        self._recipients = parse_recipients(order.recipients)
        self._chain = Chain(compress=compress)
        self._sparing = sparing
        self.written_direct: set[bool] = set()
        """Whether volumes went past the page cache: all, none, or some did."""
        self._open: VolumeWriter | None = None
        self._opened_at = 0
        self.volume_number = 1 + max(
            (entry.number for entry in (*self._history.volumes, *self._history.salvaged)), default=0
        )
        """The number of the open volume, or of the next one."""
        self.signed = self._tree_head()
        """The tree as the last event tells it: what a pulled plug leaves."""
        self._records = bytearray()
        self._salts = salts()

    # Beginning.

    def start(self, reading: ClockReading, presence: Presence = NOBODY) -> None:
        """Sign the beginning of a new bundle.

        Manifest and first event have one moment: between two looks at it the clock may be set.
        """
        self._history.started = self._clock.utc(self._clock.wall())
        self._history.start_clock = reading
        detail = Started(
            case_id=self.order.case_id, clock=reading, host_ref=self.order.host_ref,
            challenge=self.order.challenge, kit=kit_of(self._key),
            previous_bundle=self.order.previous_bundle, profile=self.order.profile,
            recipients=list(self.order.recipients),
            signer_certificate_sha256=self._key.certificate_sha256, tool=self._tool,
        )  # fmt: skip
        self._log.sign("collection_started", detail, presence, at=self._history.started)

    def resume(
        self, reading: ClockReading, salvaged: Sequence[VolumeEntry], presence: Presence = NOBODY
    ) -> None:
        """Sign the beginning of another session of an interrupted bundle."""
        self._history.salvaged.extend(salvaged)
        self.volume_number += len(salvaged)
        detail = Resumed(
            clock=reading, host_ref=self.order.host_ref, salvaged=list(salvaged),
            signer_certificate_sha256=self._key.certificate_sha256, tool=self._tool,
            tree=self._tree_head(),
        )  # fmt: skip
        self._log.sign("resumed", detail, presence)

    # Items. The sink's side of `pour` first.

    @property
    def volume(self) -> VolumeWriter:
        """The open volume; a new one is begun when there is none."""
        return self._open or self._begin_volume()

    def _begin_volume(self) -> VolumeWriter:
        suffix = ".tar.zst.age" if self._recipients else ".tar.zst"
        path = self.path / "data" / f"volume-{self.volume_number:05d}{suffix}"
        self._open = VolumeWriter(self._chain, path, self._recipients, sparing=self._sparing)
        self._opened_at = self._clock.mono()
        return self._open

    @property
    def next_item(self) -> int:
        """The number that the next item gets."""
        return self._history.tree.size + 1

    @property
    def tally(self) -> Tally:
        """What is in the bundle so far."""
        return self._history.tally

    @property
    def missing(self) -> int:
        """How many gaps so far, of earlier sessions too, are of what was to be had."""
        return self._history.missing

    @property
    def full(self) -> bool:
        """Whether what readers still take is for the end, and for holders."""
        return self._history.full

    @property
    def root(self) -> str:
        """The tree's root over all records so far."""
        return self._history.tree.root().hex()

    @property
    def stored_open(self) -> int:
        """Bytes of the open volume that are on the medium."""
        return self._open.stored if self._open is not None else 0

    @property
    def volumes(self) -> list[VolumeEntry]:
        """The closed volumes."""
        return self._history.volumes

    def after_part(self) -> None:
        """Between two items or parts of one: close the volume when it is due.

        Raises:
            OSError: the medium did not take it.
        """
        if self.stored_open >= VOLUME_SIZE:
            self.close_volume("size")
        elif len(self._records) >= RECORDS_SIZE:
            self.close_volume("records")
        elif self._clock.mono() - self._opened_at >= VOLUME_TIME:
            self.close_volume("time")
        self.between()

    def add(self, content: Content, meta: Meta, *, lacking: bool = False) -> None:
        """Add a record, and leave the volume open.

        Args:
            content: what stays when the rest is closed.
            meta: the rest.
            lacking: whether it is the gap of what was to be had.
        """
        self._history.missing += lacking
        content, line, leaf = fitting(content, meta, next(self._salts), len(self._records))
        if self._open is None:
            self._begin_volume()  # a gap alone opens a volume, too
        self._history.tree.append(leaf)
        self._history.tally.add(content.status, content.size)
        self._records += line + b"\n"

    # Volumes and events.

    def close_volume(self, cause: Cause) -> None:
        """Flush the open volume and sign it, so that a pulled plug can't take it.

        Raises:
            OSError: the medium did not take it; the volume stays as it lies, unsigned.
        """
        if self._open is None:
            return
        self.closing()
        writer, self._open = self._open, None
        try:
            writer.append(RECORDS.encode(), self._records)
            closed = writer.close()
            self.written_direct.add(writer.direct)
        except OSError:
            self.lost = True
            writer.abandon()
            raise
        medium.sync_folder(self.path / "data")
        self._records.clear()
        entry = VolumeEntry(name=closed.name, sha256=closed.sha256, size=closed.size)
        self._history.volumes.append(entry)
        self.volume_number += 1
        detail = Closed(
            cause=cause, phase=self.phase, progress=self.progress(), tree=self._tree_head(),
            volume=entry,
        )  # fmt: skip
        self._log.sign("volume_closed", detail, Presence(text=saying(self.missing)))
        self.signed = detail.tree
        self.closed()

    def _tree_head(self) -> TreeHead:
        tree, tally = self._history.tree, self._history.tally
        return TreeHead(
            acquired=tally.acquired, bytes=tally.bytes, gap=tally.gap, partial=tally.partial,
            peaks=[peak.hex() for peak in tree.peaks], root=self.root, size=tree.size,
        )  # fmt: skip

    # The end.

    def interrupt(self, cause: InterruptCause) -> None:
        """Close what is open and sign that the run ends here, unsealed.

        Raises:
            OSError: the medium takes nothing any more; what was closed before stands.
        """
        self.close_volume("interrupted")
        self._log.sign("interrupted", Interrupted(cause=cause))

    def abandon(self) -> None:
        """Let go of everything as it lies; safe to call at any time."""
        if self._open is not None:
            self._open.abandon()
            self._open = None
        self._chain.stop()

    def seal(self, reading: ClockReading) -> None:
        """Write and sign the manifest; its name comes last of all.

        Raises:
            OSError: the medium did not take it; the bundle stays partial.
        """
        self.close_volume("end")
        files = self._seal_files(reading)
        for name in files:
            if name.startswith("custody/"):
                medium.refuse_taken(self.path / name)
        for name, data in files.items():
            medium.write_temporary(self.path / name, data)
        for name in files:
            path = self.path / name
            path.with_name(f"{path.name}.tmp").replace(path)
            medium.sync_folder(path.parent)
        self._chain.stop()

    def _seal_files(self, reading: ClockReading) -> dict[str, bytes]:
        """Everything that sealing adds, in order; manifest and last event have one moment."""
        seal = Seal(self.path, self.bundle_id, self.order, self._history, self._tool)
        ended = self._clock.utc(self._clock.wall())
        files = seal.files(reading, ended, self._key)
        manifest = files.pop(MANIFEST)
        sealed = Sealed(manifest_sha256=sha256(manifest), merkle_root=self.root)
        return files | self._log.made("sealed", sealed, ended) | {MANIFEST: manifest}
