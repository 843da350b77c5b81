"""What lies in a kit's `out` because somebody collected with it, told by more than by its name."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Literal

from chain_of_custody.folder import BundleFolder, of_a_bundle
from evidence.kit import places
from evidence.kit.listing import Entry
from evidence.kit.runnable import runs_by_name
from evidence.wizard.draft import read
from evidence.writing.square import ENDING

Role = Literal["memory", "memory beside", "collected", "part", "verifier", "copy"]
"""`memory`: of the machine, in clear, which going on takes; `memory beside`: the same under a name
that an imager chose; `collected`: to be named once; `part`: of something that is; `verifier`: the
script in every bundle; `copy`: a file of the machine's that a native script took, as it stood."""

_BUNDLE = ("HZ", "custody/00001.json")  # how its name begins, and what every one has
_NATIVE = ("NATIVE", "steps.tsv")
_PAGE = re.compile(rf"{places.OUT}/REHEARSAL_[0-9]{{8}}T[0-9]{{6}}Z\.html")
_DRAFT = re.compile(rf"{places.OUT}/wizard-[^/]+\.json")
_VERIFIER = "verify.sh"
_LANDED = re.compile(rf"{places.OUT}/HZ_[^/]*\.imager([^/]*)")  # evidence/collecting/landing.py


def role_in_out(kit: Path, entry: Entry) -> Role | None:
    """What something in `out` is there for; None where nobody collected it.

    Args:
        kit: its folder.
        entry: what lies there, no link.
    """
    memory = _memory(entry.name)
    if memory is not None:
        return memory
    within = _inside(kit, entry.name, *_NATIVE)
    if within is not None:
        return "collected" if not within else "copy" if within.startswith("files/") else "part"
    within = _inside(kit, entry.name, *_BUNDLE)
    if within is not None:
        held = BundleFolder.folders if entry.kind == "folder" else ()
        ours = within in held or (entry.kind == "file" and of_a_bundle(within))
        if ours and within == _VERIFIER:
            return "verifier"
        return "collected" if not within else "part" if ours else None
    return "collected" if entry.kind == "file" and _beside_a_bundle(kit, entry) else None


def landed(kit: Path) -> dict[str, Literal["memory", "memory beside"]]:
    """Names of what imagers left of memory, unencrypted, beside their bundles, and what it is."""
    try:
        names = sorted(f"{places.OUT}/{path.name}" for path in (kit / places.OUT).iterdir())
    except OSError:
        return {}  # nothing was collected here
    return {name: memory for name in names if (memory := _memory(name)) is not None}


def _memory(name: str) -> Literal["memory", "memory beside"] | None:
    """Whether a name is one that memory lies under, and none that a system would run."""
    found = _LANDED.fullmatch(name)
    if found is None or runs_by_name(name):
        return None
    return "memory beside" if found[1] else "memory"


def _inside(kit: Path, name: str, kind: str, mark: str) -> str | None:
    """The rest of a name that leads into a folder of this kind; None of all others."""
    found = re.fullmatch(rf"({places.OUT}/{kind}_[^/]+)/?(.*)", name, re.DOTALL)
    with suppress(OSError):
        if found is not None and (kit / found[1] / mark).is_file():
            return found[2]
    return None


def _beside_a_bundle(kit: Path, entry: Entry) -> bool:
    """Its picture, the page of a rehearsal, or what the wizard keeps until it comes to its end."""
    bundle = entry.name.removesuffix(ENDING) if entry.name.endswith(ENDING) else ""
    pictured = _inside(kit, bundle, *_BUNDLE) == ""
    kept = _DRAFT.fullmatch(entry.name) is not None and read(entry.path) is not None
    return pictured or kept or _PAGE.fullmatch(entry.name) is not None
