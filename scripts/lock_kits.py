"""Write which wheels a kit is made of, with their digests: evidence/kit/locks/*.txt.

    .venv/bin/python scripts/lock_kits.py

Versions are those of `.ci/lock.txt`; what is asked for are hozen's own dependencies and those of
its extras `disk` and `wizard` that come as wheels. Asks the package index that pip is set up with,
and downloads nothing but what tells it the dependencies.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from evidence.kit.carried.wheels import PYTHONS, TAGS

HOME = Path(__file__).resolve().parent.parent
LOCKS = HOME / "evidence" / "kit" / "locks"
MORE = {  # what sources ask for; msvcp140.dll, which pytsk3 needs; what click wants on Windows
    "linux": ("PyYAML",),
    "windows": ("PyYAML", "msvc-runtime==14.44.35112", "colorama", "psutil"),
}
SOURCES = ("artifacts",)  # definitions of where things lie on Windows; pure Python, without a wheel
SOURCE_HEAD = """\
# Libraries of a kit that are published as source only: pure Python, taken as it lies there.
# Made by: scripts/lock_kits.py
"""
HEAD = """\
# The wheels of a kit for {platform}, by digest. Made by: scripts/lock_kits.py
# For Python {pythons} on x86-64; a name has a digest for each of them where its wheels differ.
"""


def wanted(platform: str) -> list[str]:
    """What is asked for, before its own dependencies."""
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["disk"], *extras["wizard"]]
    return [*(each for each in asked if not each.startswith(SOURCES)), *MORE[platform]]


def resolved(platform: str, python: str) -> list[dict[str, object]]:
    """What pip would install for one interpreter; nothing is installed."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        options = ["--quiet", "--dry-run", "--ignore-installed", "--only-binary=:all:"]
        tags = [option for tag in TAGS[platform] for option in ("--platform", tag)]
        subprocess.run(
            [sys.executable, "-m", "pip", "install", *options, *tags, "--python-version", python,
             "--implementation", "cp", "--target", scratch, "--report", str(report),
             "--constraint", str(HOME / ".ci" / "lock.txt"), *wanted(platform)], check=True,
        )  # fmt: skip
        found: list[dict[str, object]] = json.loads(report.read_bytes())["install"]
        return found


def lock(platform: str) -> str:
    """The lock of one platform."""
    digests: dict[str, set[str]] = {}
    for python in PYTHONS:
        for found in resolved(platform, python):
            pin = f"{found['metadata']['name']}=={found['metadata']['version']}"
            digest = found["download_info"]["archive_info"]["hashes"]["sha256"]
            digests.setdefault(pin, set()).add(digest)
    lines = [HEAD.format(platform=platform, pythons=", ".join(PYTHONS))]
    for pin in sorted(digests, key=str.lower):
        hashes = [f"    --hash=sha256:{digest}" for digest in sorted(digests[pin])]
        lines.append(" \\\n".join([pin, *hashes]) + "\n")
    return "".join(lines)


def lock_sources() -> str:
    """The lock of what has no wheel; downloads it."""
    pins = (HOME / ".ci" / "lock.txt").read_text(encoding="utf-8").split()
    lines = [SOURCE_HEAD]
    for pin in (pin for pin in pins if pin.startswith(tuple(f"{name}==" for name in SOURCES))):
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                 "--no-binary=:all:", "--dest", scratch, pin], check=True,
            )  # fmt: skip
            (archive,) = Path(scratch).iterdir()
            digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        lines.append(f"{pin} \\\n    --hash=sha256:{digest}\n")
    return "".join(lines)


def main() -> None:
    """Write all three."""
    (LOCKS / "sources.txt").write_text(lock_sources(), encoding="utf-8")
    for platform in TAGS:
        path = LOCKS / f"{platform}.txt"
        path.write_text(lock(platform), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
