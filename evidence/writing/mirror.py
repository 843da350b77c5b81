"""A second copy of a bundle on another medium, kept up to date while the first is written.

What is copied is read back from the first medium and held against the signed events on the way,
so a medium that did not store what it took is found out while there is still another.
"""

from __future__ import annotations

import os
import queue
import threading
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import ClassVar

from chain_of_custody import system
from chain_of_custody.canonical import CanonicalError
from chain_of_custody.event import Closed, Resumed, Sealed, parse_event
from chain_of_custody.folder import INSTRUCTIONS, MANIFEST
from chain_of_custody.verdict import Verdict
from collectors.told import ToldError
from evidence.reading.checked import verify_bundle
from evidence.sentences import SENTENCES
from evidence.writing import medium
from evidence.writing.stored import Stored

_SLICE = 1 << 20  # bytes at once
_FIXED = ("bagit.txt", *INSTRUCTIONS)
_SEALED = ("bag-info.txt", "manifest-sha256.txt", f"{MANIFEST}.p7s", "tagmanifest-sha256.txt")


class MirrorError(ToldError):
    """The second copy can't be made, or the first medium does not give back what was written."""

    exit_code: ClassVar[int] = 4
    table = SENTENCES


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondCopy:
    """What became of the second copy."""

    path: Path
    why_not: MirrorError | str | None
    """Why it is not complete; what the system says of a medium is in its own words."""
    first: Verdict
    second: Verdict

    @property
    def complete(self) -> bool:
        """Whether both are whole, each by its own verification, and the same bundle."""
        same = (self.first.head, self.first.root) == (self.second.head, self.second.root)
        failed = self.first.failed or self.second.failed
        return self.why_not is None and same and not failed


def mirror(bundle: Path, second: Path, since: int = 0, *, sparing: bool = False) -> int:
    """Bring a second copy up to date: copy what is closed here and absent there.

    At every moment the copy is itself a bundle that verifies: volumes come before the event that
    names them, the manifest comes last.

    Args:
        bundle: the first copy.
        second: the folder of the second one; made where it is missing.
        since: the last event that is known to be there.
        sparing: whether to keep out of the page cache, as on a machine whose memory is read.

    Returns:
        the last event that is there now.

    Raises:
        MirrorError: what is read back is not what was signed.
        OSError: one of the media failed.
    """
    for folder in (second, second / "data", second / "custody"):
        medium.make_folders(folder)
    for name in _FIXED:
        _copy(bundle / name, second / name)
    while (bundle / "custody" / f"{since + 1:05d}.json").exists():
        if not _event(bundle, second, since + 1, sparing=sparing):
            break
        since += 1
    return since


def _event(bundle: Path, second: Path, number: int, *, sparing: bool) -> bool:
    """Copy an event, and before it what it speaks of. False while that is still being written."""
    name = f"custody/{number:05d}.json"
    try:
        _, detail = parse_event((bundle / name).read_bytes())
    except CanonicalError as error:
        raise MirrorError("mirror.differs", path=bundle / name) from error
    match detail:
        case Sealed():
            return _end(bundle, second, name)
        case Closed():
            volumes = [detail.volume]
        case Resumed():
            volumes = detail.salvaged
        case _:
            volumes = []
    for volume in volumes:
        path = f"data/{volume.name}"
        _copy(bundle / path, second / path, volume.sha256, sparing=sparing)
    for each in (f"{name}.p7s", name):
        _copy(bundle / each, second / each)
    return True


def _end(bundle: Path, second: Path, event: str) -> bool:
    """Copy what sealing adds; until the manifest has its name, the copy is a partial bundle."""
    if not (bundle / MANIFEST).exists():
        return False
    if not (second / MANIFEST).exists():
        temporary = medium.write_temporary(second / MANIFEST, (bundle / MANIFEST).read_bytes())
        for name in (*_SEALED, f"{event}.p7s", event):
            _copy(bundle / name, second / name)
        temporary.rename(second / MANIFEST)
        medium.sync_folder(second)
    return True


def _copy(
    source: Path, target: Path, expected: str | None = None, *, sparing: bool = False
) -> None:
    """Copy a closed file unless it is there; it has its name only when it is whole."""
    if target.exists():
        return
    temporary = target.with_name(f"{target.name}.tmp")
    temporary.unlink(missing_ok=True)
    with source.open("rb", buffering=0) as read:
        found = _pass_on(read, Stored(temporary, sparing=sparing))
    if expected is not None and found != expected:
        raise MirrorError("mirror.differs", path=source)
    temporary.rename(target)
    medium.sync_folder(target.parent)


def _pass_on(read: FileIO, written: Stored) -> str:
    """Copy to the end; of what was read the kernel keeps a slice at most."""
    room = memoryview(bytearray(_SLICE))
    try:
        system.forget(read.fileno())  # so that what is read comes from the medium
        while count := read.readinto(room):
            written.write(room[:count])
            system.forget(read.fileno())
        written.flush()
        system.forget(written.descriptor)
    finally:
        os.close(written.descriptor)
    return written.hasher.hexdigest()


class Mirror:
    """Keeps a second copy up to date beside the run, in a thread of its own."""

    def __init__(self, bundle: Path, folder: Path, *, sparing: bool = False) -> None:
        """Begin.

        Args:
            bundle: the first copy.
            folder: where the second one goes, under the same name.
            sparing: as for `mirror`.
        """
        self._bundle = bundle
        self._sparing = sparing
        self.path = folder / bundle.name
        self._there = 0
        self._why_not: MirrorError | str | None = None
        self._calls: queue.SimpleQueue[bool] = queue.SimpleQueue()
        try:
            medium.make_folders(self.path)  # so that a collection can leave it out
        except OSError as error:
            self._why_not = _words(error)
        self._thread = threading.Thread(target=self._work, name="second copy", daemon=True)
        self._thread.start()

    def due(self) -> None:
        """A volume was closed: there is something to copy."""
        self._calls.put(True)

    def _work(self) -> None:
        while self._calls.get():
            self._update()

    def _update(self) -> None:
        """A medium that failed once is not asked again; the run goes on without it."""
        if self._why_not is not None:
            return
        try:
            self._there = mirror(self._bundle, self.path, self._there, sparing=self._sparing)
        except MirrorError as error:
            self._why_not = error
        except OSError as error:
            self._why_not = _words(error)

    def finish(self) -> SecondCopy:
        """Copy what is left and verify both."""
        self.stop()
        self._update()
        return SecondCopy(
            path=self.path, why_not=self._why_not,
            first=verify_bundle(self._bundle), second=verify_bundle(self.path),
        )  # fmt: skip

    def take_back(self) -> None:
        """End where there is nothing to copy: the folder goes, while it is empty."""
        self.stop()
        with suppress(OSError):
            self.path.rmdir()

    def stop(self) -> None:
        """Let the copy that is under way end; safe to call at any time."""
        self._calls.put(False)
        self._thread.join()


def _words(error: OSError) -> str:
    return f"{error.filename or 'the medium'}: {error.strerror}"
