"""What this program is: its version, its digest, its rules; and whether it is still its own."""

from __future__ import annotations

import importlib.metadata
from functools import cache
from hashlib import sha256
from pathlib import Path

from chain_of_custody.manifest import Tool

DISTRIBUTION = "hozen"
PACKAGES = ("evidence", "collectors", "chain_of_custody")
_HOME = Path(__file__).resolve().parent


class OwnershipError(Exception):
    """Another distribution owns one of our packages: our files may have been overwritten."""

    exit_code = 4


def rules_folder() -> Path:
    """Where the rules are: in the wheel beside this file, in a checkout beside the packages."""
    shipped = _HOME / "rules"
    return shipped if shipped.is_dir() else _HOME.parent / "rules"


def _digest(files: list[tuple[str, Path]]) -> str:
    """SHA-256 over the sorted lines `<sha256>  <name>` of files."""
    lines = "".join(
        f"{sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in sorted(files)
    )
    return sha256(lines.encode()).hexdigest()


def _sources() -> list[tuple[str, Path]]:
    root = _HOME.parent
    return [
        (path.relative_to(root).as_posix(), path)
        for package in PACKAGES
        for path in (root / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc" and "rules" not in path.parts
    ]


@cache
def this_tool(version: str) -> Tool:
    """The tool as manifests name it."""
    rules = [(path.name, path) for path in rules_folder().iterdir() if path.is_file()]
    return Tool(
        name=DISTRIBUTION, rules_sha256=_digest(rules), sha256=_digest(_sources()), version=version
    )


def check_ownership() -> None:
    """Refuse to go on when another distribution ships a package of our name.

    Raises:
        OwnershipError: naming the package and the other distribution.
    """
    owners = importlib.metadata.packages_distributions()
    for package in PACKAGES:
        strangers = {name for name in owners.get(package, []) if name.lower() != DISTRIBUTION}
        if strangers:
            raise OwnershipError(f"{package} also belongs to {', '.join(sorted(strangers))}")
