"""Processes that the kernel knows and the listing of /proc does not."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.live.processes import procfs

if TYPE_CHECKING:
    from collectors.files.source import Source

SECONDS = 1.0  # for the whole search: volatile state must not wait for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What was found, and how far the search came."""

    hidden: tuple[int, ...]
    probed_to: int
    limit: int


def _known(pid: int) -> bool:
    """Whether the kernel knows a process or thread of this number; reads no file, sends nothing."""
    try:
        os.getsid(pid)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # a security module keeps it from us: so it is there
    return True


def _threads(source: Source, pids: list[int]) -> set[int]:
    found: set[int] = set()
    for pid in pids:
        try:
            found.update(int(name) for name, _ in source.listing(f"/proc/{pid}/task"))
        except OSError:
            continue  # ended meanwhile
    return found


def _is_thread(source: Source, pid: int, listed: set[int]) -> bool:
    """Whether the number is a thread, new since we looked, of a listed process."""
    status = procfs.status(procfs.peek(source, f"/proc/{pid}/status") or b"")
    leader = status.get("Tgid", "")
    return leader.isdecimal() and int(leader) in listed


def search(source: Source, listed: list[int], limit: int) -> Search | None:
    """Ask the kernel for every number up to the limit that the listing didn't name.

    A number counts as hidden only when it is still known, still unlisted and no thread when asked
    again. None where the source isn't the machine that we run on: its kernel can't be asked.
    """
    if source.root:
        return None
    familiar = set(listed) | _threads(source, listed)
    suspects, last = _probe(familiar, limit)
    if suspects:
        now = set(procfs.numbers(source))
        suspects = [
            pid
            for pid in suspects
            if pid not in now and not _is_thread(source, pid, now) and _known(pid)
        ]
    return Search(hidden=tuple(suspects), probed_to=last, limit=limit)


def _probe(familiar: set[int], limit: int) -> tuple[list[int], int]:
    until = time.monotonic() + SECONDS
    found, pid = [], 0
    for pid in range(1, limit + 1):
        if pid not in familiar and _known(pid):
            found.append(pid)
        if pid % 1024 == 0 and time.monotonic() > until:
            break
    return found, pid
