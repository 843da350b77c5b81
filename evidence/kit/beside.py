"""What lies on a stick and is no part of its kit: bundles, documents, and what a system starts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from evidence.kit import places
from evidence.kit.listing import Entry
from evidence.kit.problems import Problem

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
_HEADS = (b"MZ", b"\x7fELF", b"#!")
_OF_BUNDLES = re.compile(rf"{places.OUT}/(HZ_|REHEARSAL_)[^/]*")
_LANDED = re.compile(rf"{places.OUT}/HZ_[^/]*\.imager[^/]*")  # evidence/landing.py
_VERIFIER = re.compile(rf"{places.OUT}/HZ_[^/]*/verify\.sh")


def beside(entry: Entry, expected: Collection[str]) -> Iterator[Problem]:
    """What is to be said of something that isn't listed.

    Args:
        entry: what lies there.
        expected: the names that the kit's list has.
    """
    top = entry.name.partition("/")[0]
    if entry.kind in ("link", "other"):
        yield Problem(kind="link" if entry.kind == "link" else "no_file", path=entry.name)
    elif _LANDED.fullmatch(entry.name):  # before its first bytes are looked at: it may be ELF
        yield Problem(kind="memory_left", path=entry.name)
    elif entry.name.rpartition("/")[2].casefold() in _BY_ITSELF:
        yield Problem(kind="autorun", path=entry.name)
    elif entry.kind == "file" and _runs(entry):
        yield Problem(kind="program", path=entry.name)
    elif _OF_BUNDLES.match(entry.name) or (entry.name, entry.kind) == (places.OUT, "folder"):
        if _OF_BUNDLES.fullmatch(entry.name):
            yield Problem(kind="collected", path=entry.name)
    elif top == "app":
        if entry.kind == "file" or not _holds(expected, entry.name):
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


def _holds(expected: Collection[str], folder: str) -> bool:
    return any(name.startswith(f"{folder}/") for name in expected)


def _runs(entry: Entry) -> bool:
    """Whether it is something that a system starts: by its name, or by its first bytes."""
    if _VERIFIER.fullmatch(entry.name):
        return False  # every bundle has one, and whoever verifies it is told when it was replaced
    if _RUNS.search(entry.name):
        return True
    try:
        with entry.path.open("rb") as file:
            return file.read(4).startswith(_HEADS)
    except OSError:
        return False  # named as beside, or added, all the same
