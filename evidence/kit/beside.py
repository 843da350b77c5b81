"""What lies on a stick and is no part of its kit: bundles, documents, and what a system starts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from evidence.kit import places
from evidence.kit.collected import Role, role_in_out
from evidence.kit.listing import Entry
from evidence.kit.problems import Problem, ProblemKind
from evidence.kit.runnable import runs_by_content, runs_by_name, starts_by_itself

_OWN = {"app", "native"}
_SYSTEMS_OWN = {
    "system volume information", "$recycle.bin", ".trashes", ".spotlight-v100", ".fseventsd",
    "lost+found", ".trash-0", ".trash-1000",
}  # fmt: skip


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
    elif role in ("memory", "memory beside"):  # whatever its first bytes are: it may be ELF
        kind: ProblemKind = "memory_left" if role == "memory" else "memory_beside"
        yield Problem(kind=kind, path=entry.name)
    elif starts_by_itself(entry.name):
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
    """Whether it is something that a system starts.

    Not the verifier that lies in every bundle: whoever verifies that is told when it was replaced.
    Nor a script that was copied from the machine, which has a plain name there, too.
    """
    if runs_by_name(entry.name):
        return role != "verifier"
    return runs_by_content(entry, scripts=role != "copy")
