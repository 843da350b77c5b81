"""Stage 2: the signed size and digest of everything in `data/`, decrypted or not."""

from __future__ import annotations

import os
from collections.abc import Iterator

from chain_of_custody.digest import sha256_of
from chain_of_custody.errors import AlteredError, CustodyError, IncompleteError
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
    for entry in entries:
        examination.refuse(*_check_volume(examination.folder, entry))
    return Finding.of("volumes_intact", count=len(entries), size=examination.stored)


def _check_volume(folder: Folder, entry: VolumeEntry) -> Iterator[CustodyError]:
    name = f"data/{entry.name}"
    if name not in folder.listing.files:
        return  # stage 3 says that it is missing
    try:
        with folder.open(name) as file:
            stated = os.fstat(file.fileno()).st_size
            found, size = sha256_of(file)
    except CustodyError as error:
        yield error
        return
    except OSError as error:
        yield AlteredError(STAGE, "unreadable", name=name, why=error.strerror)
        return
    if size != entry.size or stated != size:  # a file that grows meanwhile is not what was signed
        yield AlteredError(STAGE, "volume_size", name=name, expected=entry.size, found=size)
    elif found != entry.sha256:
        yield AlteredError(STAGE, "volume_hash", name=name, expected=entry.sha256, found=found)
