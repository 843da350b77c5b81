"""Libraries that are published as source only: pure Python, which a kit carries as it lies there.

Nothing of them is built or run for it: of an archive (PyPA, source distribution format) the
package's own files are taken, with its name, version and licence beside them as an installation
would leave them.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from chain_of_custody.digest import sha256
from evidence.kit.errors import KitError

LOCK = Path(__file__).resolve().parents[1] / "locks" / "sources.txt"
_LOCKED = re.compile(
    r"^([a-z0-9_]+)==([0-9.]+) \\\n {4}--hash=sha256:([0-9a-f]{64})$", re.MULTILINE
)
_TAKEN = (".py", ".yaml")
_ABOUT = {"PKG-INFO": "METADATA", "LICENSE": "LICENSE"}
_LARGEST = 16 << 20  # bytes of a file


def locked() -> Iterator[tuple[str, str]]:
    """File name and SHA-256 of each archive."""
    for name, version, digest in _LOCKED.findall(LOCK.read_text(encoding="utf-8")):
        yield f"{name}-{version}.tar.gz", digest


def check(folder: Path) -> None:
    """Hold the archives of a folder against the lock.

    Raises:
        KitError: one is not there, or not of its digest.
    """
    for name, digest in locked():
        path = folder / name
        if not path.is_file() or sha256(path.read_bytes()) != digest:
            raise KitError("source", path=path, sha256=digest)


def members(archive: Path) -> Iterator[tuple[str, bytes]]:
    """What of an archive belongs on a kit: the path below its libraries, and the bytes.

    Raises:
        KitError: a name in it would lead out of the kit.
    """
    release = archive.name.removesuffix(".tar.gz")
    package = release.rpartition("-")[0]
    with tarfile.open(archive) as held:
        for member in held:
            place = _place(PurePosixPath(member.name), release, package)
            if place is None or not member.isreg() or member.size > _LARGEST:
                continue
            if ".." in place.parts:
                raise KitError("wheel_name", path=archive, name=member.name)
            file = held.extractfile(member)
            yield place.as_posix(), file.read() if file is not None else b""


def _place(name: PurePosixPath, release: str, package: str) -> PurePosixPath | None:
    """Where a member goes; None for what stays behind."""
    if name.parts[:2] == (release, package) and name.suffix in _TAKEN:
        return name.relative_to(release)
    if name.parts[:-1] == (release,) and name.name in _ABOUT:
        return PurePosixPath(f"{release}.dist-info", _ABOUT[name.name])
    return None
