"""What a process apart may use, in which libraries meet bytes that were made to break them."""

from __future__ import annotations

from collectors.apart.forbidden import forbid
from collectors.system import WINDOWS

MEMORY = 768 << 20  # bytes of address space; libraries and Python take a third of it


def confine(memory: int = MEMORY) -> None:
    """Little memory, no core dump, no file, nothing but to read: not on Windows.

    There the deadline alone holds.

    Args:
        memory: bytes of address space.
    """
    if WINDOWS:
        return
    import resource

    for limit, most in (
        (resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0),
    ):  # fmt: skip
        hard = resource.getrlimit(limit)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (least, least))
    forbid()
