"""What `bag-info.txt` tells other people's tools, beside the manifest that binds it (section 3)."""

from __future__ import annotations

from collections.abc import Iterator

from chain_of_custody.documents import Documents
from chain_of_custody.errors import CustodyError
from chain_of_custody.findings import Finding
from chain_of_custody.folder import Folder
from chain_of_custody.manifest import Manifest

NAME = "bag-info.txt"
_LIMIT = 64 << 10  # bytes; a writer's are some two hundred


def of(folder: Folder, documents: Documents) -> Iterator[Finding]:
    """Which lines say otherwise than the manifest, or are not there once."""
    manifest = documents.manifest
    if manifest is None or NAME not in folder.listing.files:
        return
    try:
        lines = folder.read(NAME, _LIMIT).split(b"\n")
    except CustodyError:  # unread or altered, as stage 3 says
        return
    for key, value in _expected(manifest).items():
        found = [line for line in lines if line.lower().startswith(f"{key.lower()}:".encode())]
        if found != [f"{key}: {value}".encode()]:
            yield Finding.of("bag_info_differs", name=NAME, what=key, expected=value)


def _expected(manifest: Manifest) -> dict[str, object]:
    entries = [*manifest.volumes, *manifest.salvaged]
    return {
        "Bagging-Date": manifest.started[:10],
        "External-Identifier": manifest.bundle_id,
        "Payload-Oxum": f"{sum(entry.size for entry in entries)}.{len(entries)}",
    }


__all__ = ["of"]
