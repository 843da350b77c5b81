"""What is told of a file whose content stays where it is: patients' data, documents, databases.

Of each such file there is an item `withheld:PATH`: not its bytes, but their number, their SHA-256
and the first and last 64, with the file's times and owner in its record. That shows later whether
it was encrypted or altered, and lets one document be proved without all being carried away.
"""

from __future__ import annotations

import json
import re
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from collectors.artifact import Artifact, Gap, Reading, detail_of
from collectors.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collectors.source import Source

PREFIX = "withheld:"
SCHEMA = "hozen-withheld/1"
EDGE = 64  # bytes shown of each end
LARGEST = 4 << 30  # bytes that are read for a digest: nobody can end a run in the middle of one
SAMPLES = 3  # files under an ending that no program knows: what encrypted them can be told

_DOCUMENTS = (
    "doc docx docm dot dotx xls xlsx xlsm xlsb xlt xltx csv ppt pptx pptm pps ppsx pdf rtf odt ods "
    "odp jtd jtdc jtt pst ost pab eml msg mbox dbx vsd vsdx pub one xps oxps dwg spl"
)
_PICTURES = (
    "jpg jpeg jpe png gif bmp tif tiff heic heif webp raw cr2 nef psd mp4 mov avi wmv mpg mpeg m4v "
    "mp3 wav m4a wma"
)
_MEDICAL = "dcm dicom dic mwf hl7 nii"
_DATABASES = "mdf ndf ldf mdb accdb dbf fdb gdb ibd ibdata1 myd myi frm ora dmp db2 fmp12 fp7 nsf"
_ENDINGS = {
    **dict.fromkeys(_DOCUMENTS.split(), "a document"),
    **dict.fromkeys(_PICTURES.split(), "a picture, sound or film"),
    **dict.fromkeys(_MEDICAL.split(), "a medical record or image"),
    **dict.fromkeys(_DATABASES.split(), "a database"),
}
_OF_SYSTEM = ("a document", "a picture, sound or film")
"""Kinds that Windows and its programs bring along themselves."""
_SYSTEM = re.compile(
    r"(?:deleted:|shadow:[^/]*)?(?:/partition-[0-9]+_*)?(?:/windows\.old)?"
    r"/(?:windows|program files(?: \(x86\))?|usr|bin|sbin|lib[0-9]*|boot|etc)/",
    re.IGNORECASE,
)
# What runs, carries or tells something under two endings is evidence: invoice.pdf.exe, note.doc.txt
_TELLING = (
    "exe com scr pif js jse vbs vbe wsf hta bat cmd ps1 lnk url dll zip 7z rar lzh iso img txt log "
    "json xml html htm tmp part crdownload gz sh py"
)
_SECOND = frozenset(_TELLING.split())
_OF_THE_BIN = re.compile(r"/\$recycle\.bin/[^/]+/\$i[^/]*", re.IGNORECASE)
"""Names and times that the recycle bin keeps beside a file, under that file's ending."""
_DUMPS = (b"MDMP", b"PAGEDU")
"""How memory begins that Windows wrote down: of a process (minidumpapiset.h), of the kernel."""
_DICOM = 128  # PS3.10, section 7.1: the preamble before the prefix
ENCRYPTED = "a file under an ending that was put behind its own"


def withholding(
    found: Iterable[Artifact | Gap], source: Source, *, samples: int = 0
) -> Iterator[Artifact | Gap]:
    """The same things, but private content is told of instead of taken.

    Args:
        found: what a collector would take.
        source: says whether the user asked for all content.
        samples: how many files that seem encrypted are taken all the same.
    """
    for one in found:
        kind = None if isinstance(one, Gap) or not source.withholds else private(one)
        if kind is None or isinstance(one, Gap):
            yield one
        elif kind == ENCRYPTED and samples > 0:
            samples -= 1
            yield one
        else:
            yield one._replace(
                origin=PREFIX + one.origin, open=partial(_told, one, kind), references=None
            )


def private(artifact: Artifact) -> str | None:
    """What of people's own a file is by its name, or by its first bytes; None: nothing."""
    path = artifact.origin
    if artifact.stream is not None or _OF_THE_BIN.search(path):
        return None
    of_system = _SYSTEM.match(path) is not None
    *inner, ending = _endings(path)
    kind = _ENDINGS.get(ending)
    if ending == "dmp" and _head(artifact).startswith(_DUMPS):
        return None  # an export of Oracle's has that ending, too
    if kind is not None:
        return None if of_system and kind in _OF_SYSTEM else kind
    if of_system:
        return None
    if ending not in _SECOND and any(each in _ENDINGS for each in inner):
        return ENCRYPTED
    return "a medical record or image" if not ending and _is_dicom(artifact) else None


def _endings(path: str) -> list[str]:
    """What stands behind each dot of a name but a first one; one empty text where there is none."""
    name = path.rpartition("/")[2].casefold()
    return name.lstrip(".").split(".")[1:] or [""]


def _is_dicom(artifact: Artifact) -> bool:
    """A medical image by its mark; scanners write them without an ending."""
    return _head(artifact)[_DICOM:] == b"DICM"


def _head(artifact: Artifact) -> bytes:
    """How a file begins; empty where that can't be read: whoever takes it will say so."""
    room = bytearray(_DICOM + 4)
    try:
        reading = artifact.open()
    except OSError:
        return b""
    try:
        count = reading.readinto(memoryview(room))
        offset, size = next(iter(reading.ranges), (0, count))  # of a sparse file, the first data
        return b"" if offset else bytes(room[: min(count, size)])
    except OSError:
        return b""
    finally:
        reading.close()


def _told(artifact: Artifact, kind: str) -> Snapshot:
    """Read a file to its end and keep nothing of it but what is told.

    Raises:
        OSError: it can't be opened, or not one byte of it can be had.
    """
    reading = artifact.open()
    try:
        told = {"schema": SCHEMA, "is": kind, "door": reading.method.door}
        document = {**told, **_measured(reading)}
        return Snapshot(
            json.dumps(document, sort_keys=True).encode(), stat=reading.stat,
            errors=list(reading.errors),
        )  # fmt: skip
    finally:
        reading.close()


def _measured(reading: Reading) -> dict[str, object]:
    size, first, last, digest = 0, b"", b"", sha256()
    room, error = memoryview(bytearray(1 << 20)), "" if _is_read(reading) else "larger than is read"
    limit = EDGE if error else LARGEST
    try:
        while size < limit and (count := reading.readinto(room[: limit - size])):
            data = room[:count]
            digest.update(data)
            first += bytes(data[: EDGE - len(first)])
            last = (last + bytes(data[-EDGE:]))[-EDGE:]
            size += count
    except OSError as problem:
        if not size:
            raise
        error = detail_of(problem)
    if not error and reading.missing:
        error = "; ".join(each.error for each in reading.missing)
    whole = not error
    return {
        "read": size, "sha256": digest.hexdigest() if whole else None, "first": first.hex(),
        "last": last.hex() if whole else None, "why_not_whole": error or None,
        "ranges": [list(each) for each in reading.ranges],
    }  # fmt: skip


def _is_read(reading: Reading) -> bool:
    return reading.stat is None or reading.stat.size <= LARGEST
