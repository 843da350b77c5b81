"""Stage 1: plain files with safe names, and documents of a schema that this version reads.

Links and devices would lead the later stages out of the bundle.
"""

from __future__ import annotations

from chain_of_custody.errors import AlteredError
from chain_of_custody.examination import Examination
from chain_of_custody.findings import Finding

STAGE = 1


def check(examination: Examination) -> Finding | None:
    """Refuse what can't be a bundle of this format."""
    for name in examination.folder.listing.unsafe:
        examination.refuse(AlteredError(STAGE, "unsafe_file", name=name))
    examination.refuse(*examination.documents.problems)
    _check_encryption_names(examination)
    count = len(examination.documents.events)
    return Finding.of("structure_sound", count=count)


def _check_encryption_names(examination: Examination) -> None:
    """A volume is named `.age` exactly when the documents name recipients."""
    if examination.recipients is None:
        return
    for entry in examination.entries:
        if entry.encrypted != bool(examination.recipients):
            examination.refuse(AlteredError(STAGE, "encryption_contradicts", name=entry.name))
