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

_OWN = {"app", "native"}
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
_LOG = "steps.tsv"
_VERIFIER = "verify.sh"  # in every bundle; whoever verifies that is told when it was replaced
_HEADS = (b"MZ", b"\x7fELF", b"#!")
_PAGE = re.compile(rf"{places.OUT}/REHEARSAL_[0-9]{{8}}T[0-9]{{6}}Z\.html")
_LANDED = re.compile(rf"{places.OUT}/HZ_[^/]*\.imager[^/]*")  # evidence/landing.py


def beside(kit: Path, entry: Entry, expected: Collection[str]) -> Iterator[Problem]:
    """What is to be said of something that isn't listed.

    Args:
        kit: its folder.
        entry: what lies there.
        expected: the names that the kit's list has.
    """
    top = entry.name.partition("/")[0]
    inside, native = _in_bundle(kit, entry.name), _in_native(kit, entry.name)
    if entry.kind in ("link", "other"):
        yield Problem(kind="link" if entry.kind == "link" else "no_file", path=entry.name)
    elif _LANDED.fullmatch(entry.name):  # before its first bytes are looked at: it may be ELF
        yield Problem(kind="memory_left", path=entry.name)
    elif entry.name.rpartition("/")[2].casefold() in _BY_ITSELF:
        yield Problem(kind="autorun", path=entry.name)
    elif entry.kind == "file" and inside != _VERIFIER and _runs(entry, native):
        yield Problem(kind="program", path=entry.name)
    elif "" in (inside, native) or (entry.kind == "file" and _of_collection(kit, entry.name)):
        yield Problem(kind="collected", path=entry.name)
    elif native is not None or _held(entry.kind, inside) or _has(expected, entry):
        return
    elif top in _OWN:
        yield Problem(kind="added", path=entry.name)
    elif top.casefold() in _SYSTEMS_OWN:
        yield Problem(kind="system", path=top)
    else:
        yield Problem(kind="beside", path=entry.name)


def landed(kit: Path) -> list[str]:
    """Names of what runs that were cut off left of memory, unencrypted, beside their bundles."""
    try:
        names = [f"{places.OUT}/{path.name}" for path in (kit / places.OUT).iterdir()]
    except OSError:
        return []  # nothing was collected here
    return sorted(name for name in names if _LANDED.fullmatch(name))


def _has(expected: Collection[str], entry: Entry) -> bool:
    """Whether it is a folder of the kit's own."""
    within = any(name.startswith(f"{entry.name}/") for name in expected)
    return entry.kind == "folder" and (within or entry.name == places.OUT)


def _in_bundle(kit: Path, name: str) -> str | None:
    """The rest of a name that leads into a bundle, by what every bundle has; None of all others."""
    return _inside(kit, name, "HZ", _FIRST)


def _in_native(kit: Path, name: str) -> str | None:
    """The same of what a native script took, by its log."""
    return _inside(kit, name, "NATIVE", _LOG)


def _inside(kit: Path, name: str, kind: str, mark: str) -> str | None:
    found = re.fullmatch(rf"({places.OUT}/{kind}_[^/]+)/?(.*)", name, re.DOTALL)
    with suppress(OSError):
        if found is not None and (kit / found[1] / mark).is_file():
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


def _runs(entry: Entry, native: str | None) -> bool:
    """Whether it is something that a system starts: by its name, or by its first bytes.

    Not a script that a native script copied from the machine, which has a plain name there, too.
    """
    copied = native is not None and native.startswith("files/")
    if _RUNS.search(entry.name):
        return True
    try:
        with entry.path.open("rb") as file:
            head = file.read(4)
    except OSError:
        return False  # named as beside, or added, all the same
    return head.startswith(_HEADS) and not (head[:2] == b"#!" and copied)
