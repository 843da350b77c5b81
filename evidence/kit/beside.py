"""What lies on a stick and is no part of its kit: bundles, documents, and what a system starts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from evidence.kit import places
from evidence.kit.collected import Role, role_in_out
from evidence.kit.listing import Entry
from evidence.kit.problems import Problem

_OWN = {"app", "native"}
_SYSTEMS_OWN = {
    "system volume information", "$recycle.bin", ".trashes", ".spotlight-v100", ".fseventsd",
    "lost+found", ".trash-0", ".trash-1000",
}  # fmt: skip
_BY_ITSELF = {"autorun.inf", "autorun", ".autorun", "autorun.sh"}
"""Windows' own, and those of freedesktop.org's Desktop Application Autostart Specification."""
_RUNS = re.compile(
    r"\.(appimage|application|appref-ms|appx|bat|chm|cmd|com|command|cpl|desktop|dll|docm|dotm|exe"
    r"|gadget|hta|img|inf|iso|jar|jnlp|js|jse|lnk|msc|msi|msix|msp|pif|potm|ppam|ppsm|pptm|ps1|py"
    r"|pyc|pyd|pyw|pyz|reg|run|scf|scr|sct|settingcontent-ms|sh|so|sys|url|vbe|vbs|vhd|vhdx|ws|wsc"
    r"|wsf|wsh|xlam|xll|xlsm|xltm)$",
    re.IGNORECASE,
)
_VERIFIER = re.compile(rf"{places.OUT}/[^/]+/verify\.sh")
_HEADS = (b"MZ", b"\x7fELF", b"#!")


def beside(kit: Path, entry: Entry, expected: Collection[str]) -> Iterator[Problem]:
    """What is to be said of something that isn't listed.

    Args:
        kit: its folder.
        entry: what lies there.
        expected: the names that the kit's list has.
    """
    top = entry.name.partition("/")[0]
    role = role_in_out(kit, entry)
    if entry.kind in ("link", "other"):
        yield Problem(kind="link" if entry.kind == "link" else "no_file", path=entry.name)
    elif role == "memory":  # before its first bytes are looked at: it may be ELF
        yield Problem(kind="memory_left", path=entry.name)
    elif entry.name.rpartition("/")[2].casefold() in _BY_ITSELF:
        yield Problem(kind="autorun", path=entry.name)
    elif entry.kind == "file" and _runs(entry, role):
        yield Problem(kind="program", path=entry.name)
    elif role == "collected":
        yield Problem(kind="collected", path=entry.name)
    elif role is not None or _has(expected, entry):
        return
    elif top in _OWN:
        yield Problem(kind="added", path=entry.name)
    elif top.casefold() in _SYSTEMS_OWN:
        yield Problem(kind="system", path=top)
    else:
        yield Problem(kind="beside", path=entry.name)


def _has(expected: Collection[str], entry: Entry) -> bool:
    """Whether it is a folder of the kit's own."""
    within = any(name.startswith(f"{entry.name}/") for name in expected)
    return entry.kind == "folder" and (within or entry.name == places.OUT)


def _runs(entry: Entry, role: Role | None) -> bool:
    """Whether it is something that a system starts: by its name, or by its first bytes.

    Not the verifier that lies in every bundle: whoever verifies that is told when it was replaced.
    Nor a script that was copied from the machine, which has a plain name there, too.
    """
    if _RUNS.search(entry.name):
        return role != "part" or not _VERIFIER.fullmatch(entry.name)
    try:
        with entry.path.open("rb") as file:
            head = file.read(4)
    except OSError:
        return False  # named as beside, or added, all the same
    return head.startswith(_HEADS) and not (head[:2] == b"#!" and role == "copy")
