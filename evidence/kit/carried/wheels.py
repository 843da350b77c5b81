"""The libraries that a kit carries: of the locked digests, unpacked as they are.

They are had with pip, by digest, from the package index or from a folder; and unpacked by us, since
an installation writes paths of this machine and the order of its work into what it leaves.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.kit.carried import sources
from evidence.kit.errors import KitError, KitProgramError

if TYPE_CHECKING:
    from evidence.kit.description import Platform

_LOCKS = Path(__file__).resolve().parents[1] / "locks"
PYTHONS = ("3.11", "3.12", "3.13")  # yara-python 4.5.4 has no wheel for a later one
TAGS: dict[Platform, tuple[str, ...]] = {
    "linux": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "windows": ("win_amd64",),
}
_LIBRARY = ("purelib", "platlib")  # of NAME.data/; scripts and headers are for installations
_NO_PART = ("_build.py",)  # the libyal wheels' build script, which landed in every one of them
_LAST = 300  # characters of pip's last words


def lock_of(platform: Platform) -> Path:
    """Which wheels, by digest: a requirements file of pip's."""
    return _LOCKS / f"{platform}.txt"


def fetch(platform: Platform, python: str, into: Path, wheelhouse: Path | None = None) -> None:
    """Have the locked wheels, and what is published as source only, in a folder.

    Args:
        platform: whose.
        python: version of the kit's interpreter, `3.11`.
        into: a folder that is there.
        wheelhouse: a folder that has them; nothing else is asked then.

    Raises:
        KitError: this Python has none, they can't be had, or one is not of its digest.
        KitProgramError: pip can't be run.
    """
    if python not in PYTHONS:
        raise KitError("python", platform=platform, python=python, known=", ".join(PYTHONS))
    if wheelhouse is not None and not wheelhouse.is_dir():
        raise KitError("wheelhouse", path=wheelhouse)
    _fetch_sources(into, wheelhouse)
    _fetch_wheels(platform, python, into, wheelhouse)


def fill(wheelhouse: Path, platforms: Iterable[Platform]) -> None:
    """Make a folder from which kits are built where no network is, whichever Python they carry.

    Args:
        wheelhouse: isn't there yet; takes its name when it is complete.
        platforms: of these kits.

    Raises:
        KitError, KitProgramError: as `fetch`; nothing is left behind.
        OSError: it can't be written.
    """
    if os.path.lexists(wheelhouse):
        raise KitError("taken", path=wheelhouse)
    wheelhouse.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=wheelhouse.parent, prefix=".wheels-") as scratch:
        filled = Path(scratch) / wheelhouse.name
        filled.mkdir()
        _fetch_sources(filled, None)
        for platform in platforms:
            for python in PYTHONS:
                _fetch_wheels(platform, python, filled, None)
        filled.rename(wheelhouse)


def _fetch_wheels(platform: Platform, python: str, into: Path, wheelhouse: Path | None) -> None:
    tags = [option for tag in TAGS[platform] for option in ("--platform", tag)]
    house = ["--no-index", "--find-links", str(wheelhouse)] if wheelhouse is not None else []
    done = _pip(
        "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:", *tags,
        "--python-version", python, "--implementation", "cp", *house,
        "--requirement", str(lock_of(platform)), "--dest", str(into),
    )  # fmt: skip
    if done.returncode != 0:
        why = " ".join(done.stderr.split())[-_LAST:]
        raise KitError("wheels", platform=platform, python=python, why=why)


def _fetch_sources(into: Path, wheelhouse: Path | None) -> None:
    if wheelhouse is None:
        done = _pip(
            "download", "--quiet", "--no-deps", "--require-hashes", "--no-binary=:all:",
            "--requirement", str(sources.LOCK), "--dest", str(into),
        )  # fmt: skip
        if done.returncode != 0:
            raise KitError("sources", why=" ".join(done.stderr.split())[-_LAST:])
    else:
        sources.check(wheelhouse)
        for name, _ in sources.locked():
            put(into / name, (wheelhouse / name).read_bytes())
    sources.check(into)


def _pip(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed
    except OSError as error:
        raise KitProgramError("program", name="pip", why=error) from error


def unpack(wheels: Path, site: Path) -> None:
    """Unpack every library of a folder, leaving out what only an installation needs.

    Raises:
        KitError: a name in a wheel would lead out of the kit.
    """
    for wheel in sorted(wheels.glob("*.whl")):
        for place, data in _members(wheel):
            put(site / place, data)
    for archive in sorted(wheels.glob("*.tar.gz")):
        for name, data in sources.members(archive):
            put(site / name, data)


def _members(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """What of a wheel goes along, and where to."""
    with zipfile.ZipFile(wheel) as held:
        for member in held.infolist():
            place = None if member.is_dir() else _place(wheel, member.filename)
            if place is not None:
                yield place, held.read(member)


def _place(wheel: Path, name: str) -> str | None:
    """Where a member goes (binary distribution format, PyPA); None for what stays behind."""
    top, _, rest = name.partition("/")
    if top.endswith(".data"):
        part, _, name = rest.partition("/")
        if part not in _LIBRARY:
            return None
    if name in _NO_PART:
        return None
    if name.startswith(("/", "../")) or posixpath.normpath(name) != name:
        raise KitError("wheel_name", path=wheel, name=name)
    return name


def put(path: Path, data: bytes, mode: int = 0o644) -> None:
    """A new file, with the folders above it.

    Raises:
        OSError: it can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(data)
    path.chmod(mode)
