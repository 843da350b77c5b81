"""Stage 2: the signed size and digest of everything in `data/`, decrypted or not."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from chain_of_custody import system
from chain_of_custody.digest import sha256_of
from chain_of_custody.errors import AlteredError, CustodyError, IncompleteError, unread
from chain_of_custody.examination import Examination
from chain_of_custody.findings import Finding
from chain_of_custody.folder import Folder
from chain_of_custody.manifest import VolumeEntry

STAGE = 2


def check(examination: Examination) -> Finding | None:
    """Hash every stored file once and compare."""
    entries = examination.entries
    if not entries and not examination.documents.events:
        examination.refuse(IncompleteError(STAGE, "no_documents"))
        return None
    stop = threading.Event()
    check_one = partial(_check_volume, examination.folder, stop)
    with ThreadPoolExecutor(_threads(len(entries))) as pool:  # hashing lets other threads run
        try:
            for refusal in pool.map(check_one, entries):
                if refusal is not None:
                    examination.refuse(refusal)
        finally:
            stop.set()  # after a Ctrl-C nobody waits for the rest
    return Finding.of("volumes_intact", count=len(entries), size=examination.stored)


def _threads(volumes: int) -> int:
    return max(1, min(volumes, system.processors()))


def _check_volume(folder: Folder, stop: threading.Event, entry: VolumeEntry) -> CustodyError | None:
    name = f"data/{entry.name}"
    if name not in folder.listing.files:
        return None  # stage 3 says that it is missing
    try:
        with folder.open(name) as file:
            stated = os.fstat(file.fileno()).st_size
            found, size = sha256_of(file, stop.is_set)
    except CustodyError as error:
        return error
    except OSError as error:
        return unread(STAGE, name, error)
    if size != entry.size or stated != size:  # a file that grows meanwhile is not what was signed
        return AlteredError(STAGE, "volume_size", name=name, expected=entry.size, found=size)
    if found != entry.sha256:
        return AlteredError(STAGE, "volume_hash", name=name, expected=entry.sha256, found=found)
    return None
