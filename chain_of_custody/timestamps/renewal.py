"""Renewals: before a token ages out, everything that lies in the bundle is listed and stamped anew.

A token proves a time only while its authority's certificate is in date and its digests hold. So a
later token covers a list, by SHA-512, of all that the earlier one covered, and of that one itself:
RFC 4998, sections 5.2 and 5.3, with one kind of renewal for both causes. The list is a file of
`sha512sum -c`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator

from chain_of_custody.digest import SLICE
from chain_of_custody.documents import Documents
from chain_of_custody.event import Sealed
from chain_of_custody.folder import MANIFEST, Folder
from chain_of_custody.timestamps.timestamp import TokenError

_LINE = re.compile(rb"([0-9a-f]{128})  ([^\x00-\x1f\x7f]+)\n")


def listed(folder: Folder, names: Iterable[str]) -> bytes:
    """The list of these files as they lie here, in byte order.

    Raises:
        AlteredError: one of them is not there.
        OSError: one of them can't be read.
    """
    ordered = sorted(names, key=str.encode)
    return b"".join(f"{sha512_of(folder, name)}  {name}\n".encode() for name in ordered)


def names_in(raw: bytes) -> frozenset[str]:
    """The files that a list names, as far as it is one."""
    found = (_LINE.fullmatch(line) for line in raw.splitlines(keepends=True))
    return frozenset(match[2].decode("utf-8", "replace") for match in found if match)


def needed(documents: Documents, number: int, *, whole: bool = True) -> frozenset[str]:
    """What the list of the renewal with this number has to name, at least."""
    manifest = documents.manifest
    volumes = [*manifest.volumes, *manifest.salvaged] if manifest is not None else []
    events = [
        name
        for file in documents.events[: _sealed(documents)]
        for name in (file.name, f"{file.name}.p7s")
    ]
    earlier = [f"anchors/{name}" for name in documents.anchors if int(name[:4]) < number]
    if not whole:
        return frozenset([MANIFEST, f"{MANIFEST}.p7s", *earlier])
    data = [f"data/{entry.name}" for entry in volumes]
    return frozenset([MANIFEST, f"{MANIFEST}.p7s", *data, *events, *earlier])


def check(
    folder: Folder,
    documents: Documents,
    number: int,
    raw: bytes,
    sha512: Callable[[str], str],
    *,
    whole: bool = True,
) -> None:
    """See that a list names what it has to, and each file as it lies here.

    Args:
        folder: a bundle, or an exhibit of one.
        documents: what was read of it.
        number: the renewal's.
        raw: its list.
        sha512: the digest of a file that lies here; asked once a file, however many lists name it.
        whole: whether all that is listed has to lie here.

    Raises:
        TokenError: it doesn't.
    """
    name = f"anchors/{number:04d}.sums"
    try:
        named = frozenset(each for each, _ in _entries(raw))
    except ValueError as error:
        raise TokenError("renewal_order", name=name) from error
    for missing in sorted(needed(documents, number, whole=whole) - named):
        raise TokenError("renewal_lacks", name=name, missing=missing)
    later = {f"anchors/{each}" for each in documents.anchors if int(each[:4]) >= number}
    there = folder.listing.files - later
    for each, digest in _entries(raw):
        if not whole and each not in there:
            continue
        if each not in there or sha512(each) != digest:
            raise TokenError("renewal_differs", name=name, found=each)


def _entries(raw: bytes) -> Iterator[tuple[str, str]]:
    """The files of a list and their digests, one at a time: a stranger's may have very many.

    Raises:
        ValueError: no such list.
    """
    at, before = 0, b""
    while at < len(raw):
        match = _LINE.match(raw, at)
        name = match[2].decode("utf-8", "replace") if match else ""
        if match is None or name.encode() <= before:
            raise ValueError("not a list in order, each file once")
        yield name, match[1].decode()
        at, before = match.end(), name.encode()


def _sealed(documents: Documents) -> int:
    """How many events there are up to the sealing."""
    numbers = [file.event.seq for file in documents.events if isinstance(file.detail, Sealed)]
    return max(numbers, default=0)


def sha512_of(folder: Folder, name: str) -> str:
    """The digest of a file as it lies here.

    Raises:
        AlteredError: it is not there.
        OSError: it can't be read.
    """
    hasher, buffer = hashlib.sha512(), memoryview(bytearray(SLICE))
    with folder.open(name) as file:
        while count := file.readinto(buffer):
            hasher.update(buffer[:count])
    return hasher.hexdigest()
