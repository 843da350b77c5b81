"""What lies on a stick and is no part of its kit: bundles, documents, and what a system starts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from chain_of_custody.folder import BundleFolder, of_a_bundle
from evidence.kit import places
from evidence.kit.listing import Entry, Kind
from evidence.kit.problems import Problem
from evidence.square import ENDING

_SYSTEMS_OWN = {
    "system volume information", "$recycle.bin", ".trashes", ".spotlight-v100", ".fseventsd",
    "lost+found", ".trash-0", ".trash-1000",
}  # fmt: skip
_BY_ITSELF = {"autorun.inf", "autorun", ".autorun", "autorun.sh"}
"""Windows' own, and those of freedesktop.org's Desktop Application Autostart Specification."""
_RUNS = re.compile(
    r"\.(appimage|application|appref-ms|appx|bat|chm|cmd|com|command|cpl|desktop|dll|exe|gadget|hta"
    r"|inf|jar|jnlp|js|jse|lnk|msc|msi|msix|msp|pif|ps1|py|pyc|pyd|pyw|pyz|reg|run|scf|scr|sct"
    r"|settingcontent-ms|sh|so|sys|url|vbe|vbs|ws|wsc|wsf|wsh|xll)$",
    re.IGNORECASE,
)
_FIRST = "custody/00001.json"
_VERIFIER = "verify.sh"  # in every bundle; whoever verifies that is told when it was replaced
_HEADS = (b"MZ", b"\x7fELF", b"#!")
_BUNDLE = re.compile(rf"({places.OUT}/HZ_[^/]+)/?(.*)", re.DOTALL)
_PAGE = re.compile(rf"{places.OUT}/REHEARSAL_[0-9]{{8}}T[0-9]{{6}}Z\.html")


def beside(kit: Path, entry: Entry, expected: Collection[str]) -> Iterator[Problem]:
    """What is to be said of something that isn't listed.

    Args:
        kit: its folder.
        entry: what lies there.
        expected: the names that the kit's list has.
    """
    top, inside = entry.name.partition("/")[0], _in_bundle(kit, entry.name)
    if entry.kind in ("link", "other"):
        yield Problem(kind="link" if entry.kind == "link" else "no_file", path=entry.name)
    elif entry.name.rpartition("/")[2].casefold() in _BY_ITSELF:
        yield Problem(kind="autorun", path=entry.name)
    elif entry.kind == "file" and inside != _VERIFIER and _runs(entry):
        yield Problem(kind="program", path=entry.name)
    elif inside == "" or (entry.kind == "file" and _of_collection(kit, entry.name)):
        yield Problem(kind="collected", path=entry.name)
    elif (entry.name, entry.kind) == (places.OUT, "folder") or _held(entry.kind, inside):
        return
    elif top == "app":
        if entry.kind == "file" or not _holds(expected, entry.name):
            yield Problem(kind="added", path=entry.name)
    elif top.casefold() in _SYSTEMS_OWN:
        yield Problem(kind="system", path=top)
    else:
        yield Problem(kind="beside", path=entry.name)


def _holds(expected: Collection[str], folder: str) -> bool:
    return any(name.startswith(f"{folder}/") for name in expected)


def _in_bundle(kit: Path, name: str) -> str | None:
    """The rest of a name that leads into a bundle, by what every bundle has; None of all others."""
    found = _BUNDLE.fullmatch(name)
    with suppress(OSError):
        if found is not None and (kit / found[1] / _FIRST).is_file():
            return found[2]
    return None


def _of_collection(kit: Path, name: str) -> bool:
    """Whether a file is the picture beside a bundle, or the page of a rehearsal."""
    picture = name.endswith(ENDING) and _in_bundle(kit, name.removesuffix(ENDING)) == ""
    return picture or _PAGE.fullmatch(name) is not None


def _held(kind: Kind, inside: str | None) -> bool:
    """Whether it is what the format has in a bundle, whose content is for who verifies it."""
    if inside is None:
        return False
    return inside in BundleFolder.folders if kind == "folder" else of_a_bundle(inside)


def _runs(entry: Entry) -> bool:
    """Whether it is something that a system starts: by its name, or by its first bytes."""
    if _RUNS.search(entry.name):
        return True
    try:
        with entry.path.open("rb") as file:
            return file.read(4).startswith(_HEADS)
    except OSError:
        return False  # named as beside, or added, all the same
