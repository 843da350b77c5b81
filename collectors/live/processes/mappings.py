"""What is mapped into a process and no longer has a name (proc_pid_maps(5))."""

from __future__ import annotations

from collectors.live.processes.executable import DELETED

# Shared memory without a name is ordinary; the kernel calls it deleted all the same.
_ORDINARY = (b"/dev/zero", b"/SYSV", b"/[aio]", b"/dev/shm/", b"/i915", b"/drm")


def deleted_code(maps: bytes) -> list[bytes]:
    """Files mapped as code (executable) although they were deleted, in order, once each."""
    found: dict[bytes, None] = {}
    mark = DELETED.encode()
    for line in maps.split(b"\n"):
        fields = line.split(None, 5)
        if len(fields) == 6 and b"x" in fields[1] and fields[5].endswith(mark):
            found[fields[5].removesuffix(mark)] = None
    return [path for path in found if not path.startswith(_ORDINARY)]
