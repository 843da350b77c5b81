"""What this program is: its version, its digest, its rules; and whether it is still its own."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import os
from functools import cache
from pathlib import Path
from typing import ClassVar, NoReturn

from chain_of_custody.digest import sha256
from chain_of_custody.manifest import Tool
from collectors.told import ToldError
from evidence.sentences import SENTENCES

DISTRIBUTION = "hozen"
PACKAGES = ("evidence", "collectors", "chain_of_custody")
_HOME = Path(__file__).resolve().parent


class OwnershipError(ToldError):
    """One of our own files was replaced, by another distribution or by somebody."""

    exit_code: ClassVar[int] = 4
    table = SENTENCES


def rules_folder() -> Path:
    """Where the rules are: in the wheel beside this file, in a checkout beside the packages."""
    shipped = _HOME / "rules"
    return shipped if shipped.is_dir() else _HOME.parent / "rules"


def _digest(files: list[tuple[str, Path]]) -> str:
    """SHA-256 over the sorted lines `<sha256>  <name>` of files."""
    lines = "".join(f"{sha256(path.read_bytes())}  {name}\n" for name, path in sorted(files))
    return sha256(lines.encode())


def _sources() -> list[tuple[str, Path]]:
    root = _HOME.parent
    return [
        (path.relative_to(root).as_posix(), path)
        for package in PACKAGES
        for parent, _, names in os.walk(root / package, onerror=_stop)
        for path in (Path(parent, name) for name in names)
        if path.is_file() and path.suffix != ".pyc" and _HOME / "rules" not in path.parents
    ]


def _stop(error: OSError) -> NoReturn:
    """A folder of ours that can't be listed: the digest would be that of another program."""
    raise error


def rules_digest(folder: Path) -> str:
    """SHA-256 over a set of rules, as manifests name it."""
    return _digest([(path.name, path) for path in folder.iterdir() if path.is_file()])


@cache
def this_tool(version: str) -> Tool:
    """The tool as manifests name it."""
    return Tool(
        name=DISTRIBUTION, rules_sha256=rules_digest(rules_folder()), sha256=_digest(_sources()),
        version=version,
    )  # fmt: skip


def check_ownership() -> None:
    """Refuse to go on when our files are not the ones that were installed.

    Another distribution that ships a package of our name overwrites us without a word; so would
    somebody who wants another result. An editable installation records no files: nothing to hold
    them against.

    Raises:
        OwnershipError: naming the first file that differs.
    """
    try:
        files = importlib.metadata.distribution(DISTRIBUTION).files or []
    except importlib.metadata.PackageNotFoundError:
        return
    for file in files:
        if file.hash is None or file.parts[0] not in PACKAGES:
            continue
        path = Path(str(file.locate()))
        if not path.is_file() or _record_digest(path) != file.hash.value:
            raise OwnershipError("tool.replaced", file=file)


def _record_digest(path: Path) -> str:
    """SHA-256 as wheels record it: URL-safe base64 without padding (PEP 376, PEP 427)."""
    digest = hashlib.sha256(path.read_bytes()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
