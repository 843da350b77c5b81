"""Before the start: what may limit a collection or forbid it, judged from what was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from evidence.bundle import VOLUME_SIZE
from evidence.destination import LEAST_ROOM
from evidence.pipeline import FOR_LOGS
from evidence.units import shown_size
from evidence.wizard.surroundings import IN_MEMORY, OVERLAID, Surroundings

if TYPE_CHECKING:
    from evidence.request import ProfileName

Grade = Literal["ok", "limited", "refuse"]
_FAT = frozenset({"vfat", "msdos"})
_QUICK = 1 << 30  # bytes: logs and small places of a machine in use; a judgement, not a measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How one thing was found: a sentence of the catalogue, with its facts."""

    name: str
    grade: Grade
    found: str
    """Which of the sentences of this check."""
    facts: dict[str, str] = field(default_factory=dict)


def checks(found: Surroundings, profile: ProfileName) -> list[Check]:
    """All checks, in the order in which they are shown; those of machines only where it is one."""
    judged = [
        _place(found), _space(found, profile), _filesystem(found), _readers(found), _rights(found),
    ]  # fmt: skip
    return judged + [judge(found) for judge in _OF_A_MACHINE if found.live]


def worst(judged: Sequence[Check]) -> Grade:
    """The grade that decides: one refusal is enough."""
    grades = {check.grade for check in judged}
    return next((grade for grade in _WORSE if grade in grades), "ok")


_WORSE: tuple[Grade, ...] = ("refuse", "limited")


def in_memory_only(judged: Sequence[Check]) -> bool:
    """Whether the machine keeps its writes in memory: restarted, they are lost."""
    return any((check.name, check.found) == ("writes", "in_ram") for check in judged)


def _place(found: Surroundings) -> Check:
    """Evidence is not written over, nor what could bring the hospital back."""
    if found.backup is not None:
        facts = {"name": found.backup}
        return Check(name="place", grade="refuse", found="backup", facts=facts)
    if found.medium in ("system", "inside"):
        return Check(name="place", grade="refuse", found=found.medium)
    if found.filesystem in IN_MEMORY:
        return Check(name="place", grade="limited", found="in_memory")
    if found.medium == "same":
        return Check(name="place", grade="limited", found="same")
    return Check(name="place", grade="ok", found="own")


def _space(found: Surroundings, profile: ProfileName) -> Check:
    """Less than all is better than nothing, but for what can't even begin."""
    needs = LEAST_ROOM
    if found.live:
        needs = _QUICK if profile == "quick" else FOR_LOGS + found.ram
    facts = {"free": shown_size(found.free), "needs": shown_size(needs)}
    if found.free < LEAST_ROOM:
        facts["needs"] = shown_size(LEAST_ROOM)
        return Check(name="space", grade="refuse", found="none", facts=facts)
    if found.free < needs:
        return Check(name="space", grade="limited", found="little", facts=facts)
    return Check(name="space", grade="ok", found="enough", facts=facts)


def _filesystem(found: Surroundings) -> Check:
    facts = {"kind": found.filesystem}
    if found.read_only:
        return Check(name="filesystem", grade="refuse", found="read_only", facts=facts)
    if not found.local:
        return Check(name="filesystem", grade="limited", found="remote", facts=facts)
    if found.filesystem in _FAT:
        facts["volume"] = shown_size(VOLUME_SIZE)
        return Check(name="filesystem", grade="ok", found="fat", facts=facts)
    return Check(name="filesystem", grade="ok", found="local", facts=facts)


def _readers(found: Surroundings) -> Check:
    if found.readers:
        return Check(name="readers", grade="ok", found="named")
    return Check(name="readers", grade="limited", found="nobody")


def _rights(found: Surroundings) -> Check:
    if found.administrator:
        return Check(name="rights", grade="ok", found="all")
    return Check(name="rights", grade="limited", found="few")


def _cipher(found: Surroundings) -> Check:
    if not found.ciphers:
        return Check(name="cipher", grade="ok", found="none")
    return Check(
        name="cipher", grade="limited", found="open", facts={"names": ", ".join(found.ciphers)}
    )


def _writes(found: Surroundings) -> Check:
    if found.root in OVERLAID:
        return Check(name="writes", grade="limited", found="in_ram", facts={"kind": found.root})
    return Check(name="writes", grade="ok", found="kept")


def _agents(found: Surroundings) -> Check:
    if not found.agents:
        return Check(name="agents", grade="ok", found="none")
    return Check(
        name="agents", grade="limited", found="some", facts={"names": ", ".join(found.agents)}
    )


def _memory(found: Surroundings) -> Check:
    if found.memory == "open":
        facts = {"size": shown_size(found.ram)}
        return Check(name="memory", grade="ok", found="open", facts=facts)
    return Check(name="memory", grade="limited", found=found.memory)


_OF_A_MACHINE: tuple[Callable[[Surroundings], Check], ...] = (_cipher, _writes, _agents, _memory)
