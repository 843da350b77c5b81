"""`hozen:/memory.json`: what is known of an image of memory beside its bytes."""

from __future__ import annotations

import re

from collectors.files.snapshot import Snapshot, in_json
from collectors.ram.doors import Doors

FACTS = "hozen:/memory.json"
SCHEMA = "hozen-memory/1"
_TOLD = {
    "kaslr_offset": r"KERNELOFFSET=([0-9a-f]+)",
    "five_level_paging": r"NUMBER\(pgtable_l5_enabled\)=([01])",
    "sme_mask": r"NUMBER\(sme_mask\)=(\d+)",
    "phys_base": r"NUMBER\(phys_base\)=(-?\d+)",
    "release": r"OSRELEASE=(\S+)",
}


def account(doors: Doors, door: str, **more: object) -> Snapshot:
    """What the machine says of its memory, and what became of it.

    Args:
        doors: what came of trying them.
        door: the one that the image came through.
        more: what is known of this image.
    """
    vmcoreinfo = doors.open.vmcoreinfo if doors.open is not None else ""
    found = {name: re.search(pattern, vmcoreinfo) for name, pattern in _TOLD.items()}
    told = {
        "schema": SCHEMA, "door": door, "answers": doors.answers(),
        "lockdown": str(doors.lockdown), "rights": doors.rights, "inside": doors.inside,
        "ram": doors.ram, "ram_error": doors.ram_error,
        **{name: match[1] if match else None for name, match in found.items()},
        "vmcoreinfo": vmcoreinfo, **more,
    }  # fmt: skip
    return Snapshot(in_json(told))
