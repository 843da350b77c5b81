"""Items in which parts of many files or processes lie side by side."""

from __future__ import annotations

from evidence.rulebook.names import name_of

_PROCESS = "memory:/process-"
_MEMORY = "memory:/"
_HOLDERS = (_MEMORY, "disk:/", "/dev/")  # a device that is taken holds swap, or a disk
_NAMES = frozenset({
    "$mft", "$mftmirr", "$logfile", "$usnjrnl", "pagefile.sys", "hiberfil.sys", "swapfile.sys",
    "memory.dmp", "swapfile", "swap.img", "vmcore",
})  # fmt: skip
"""NTFS keeps small files within `$MFT`, and what passes through memory reaches the others."""


def is_memory(origin: str) -> bool:
    """Whether an item is an image of memory, of one process's or of all."""
    return origin.startswith(_MEMORY)


def is_of_many_files(origin: str) -> bool:
    """Whether what stands in an item may belong to different files: no rule may join it."""
    if origin.startswith(_HOLDERS):
        return not origin.startswith(_PROCESS)
    return name_of(origin).casefold() in _NAMES
