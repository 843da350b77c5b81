"""Before the start: what may limit a collection or forbid it, judged from what was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from collectors.ram.destination import FAT
from evidence.planning.destination import FOR_LOGS, LEAST_ROOM
from evidence.surroundings.facts import Machine, Surroundings
from evidence.surroundings.look import look
from evidence.units import shown_size
from evidence.writing.bundle import VOLUME_SIZE

if TYPE_CHECKING:
    from evidence.planning.request import ProfileName, Request

Grade = Literal["ok", "limited", "refuse"]
_QUICK = 1 << 30  # bytes: logs and small places of a machine in use; a judgement, not a measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How one thing was found: a sentence of the catalogue, with its facts."""

    name: str
    grade: Grade
    found: str
    """Which of the sentences of this check."""
    facts: dict[str, str] = field(default_factory=dict)


def found_for(request: Request) -> Surroundings:
    """What there is to be judged of a request.

    Raises:
        OSError: the destination can't even be looked at.
    """
    return look(
        request.output, request.source, readers=bool(request.recipients),
        image=request.profile != "quick", imager=request.imager,
    )  # fmt: skip


def checks(found: Surroundings, profile: ProfileName) -> list[Check]:
    """All checks, in the order in which they are shown; those of machines only where it is one."""
    judged = [
        _place(found), _space(found, profile), _filesystem(found), _readers(found), _rights(found),
    ]  # fmt: skip
    machine = found.machine
    return judged if machine is None else judged + [judge(machine) for judge in _OF_A_MACHINE]


def worst(judged: Sequence[Check]) -> Grade:
    """The grade that decides: one refusal is enough."""
    grades = {check.grade for check in judged}
    return next((grade for grade in _WORSE if grade in grades), "ok")


_WORSE: tuple[Grade, ...] = ("refuse", "limited")


def in_memory_only(judged: Sequence[Check]) -> Literal["in_ram", "perhaps"] | None:
    """Whether the machine keeps its writes in memory, or may: restarted, they are lost."""
    found = {check.found for check in judged if check.name == "writes"}
    kinds: tuple[Literal["in_ram", "perhaps"], ...] = ("in_ram", "perhaps")
    return next((kind for kind in kinds if kind in found), None)


def kit_check(differing: str) -> Check:
    """The kit's own files, held against their list: those that differ, by name."""
    if not differing:
        return Check(name="kit", grade="ok", found="listed")
    return Check(name="kit", grade="limited", found="differs", facts={"names": differing})


def draft_check(unread: str) -> Check:
    """What an earlier guided run left at the destination, and can't be read."""
    return Check(name="draft", grade="limited", found="unread", facts={"name": unread})


def _place(found: Surroundings) -> Check:
    """Evidence is not written over, nor what could bring the hospital back."""
    place = found.place
    if place.backup is not None:
        facts = {"name": place.backup}
        return Check(name="place", grade="refuse", found="backup", facts=facts)
    if place.medium in ("system", "inside"):
        return Check(name="place", grade="refuse", found=place.medium)
    if place.unlisted:
        facts = {"path": place.unlisted}
        return Check(name="place", grade="limited", found="unlisted", facts=facts)
    if place.in_memory:
        return Check(name="place", grade="limited", found="in_memory")
    return Check(name="place", grade="ok" if place.medium == "own" else "limited",
                 found=place.medium)  # fmt: skip


def _space(found: Surroundings, profile: ProfileName) -> Check:
    """Less than all is better than nothing, but for what can't even begin."""
    needs = LEAST_ROOM
    if found.machine is not None:
        needs = _QUICK if profile == "quick" else FOR_LOGS + found.machine.ram
    facts = {"free": shown_size(found.free), "needs": shown_size(needs)}
    if found.free < LEAST_ROOM:
        facts["needs"] = shown_size(LEAST_ROOM)
        return Check(name="space", grade="refuse", found="none", facts=facts)
    if found.free < needs:
        return Check(name="space", grade="limited", found="little", facts=facts)
    return Check(name="space", grade="ok", found="enough", facts=facts)


def _filesystem(found: Surroundings) -> Check:
    place, facts = found.place, {"kind": found.place.filesystem}
    if place.read_only:
        return Check(name="filesystem", grade="refuse", found="read_only", facts=facts)
    if not place.local:
        return Check(name="filesystem", grade="limited", found="remote", facts=facts)
    if not place.filesystem:
        return Check(name="filesystem", grade="limited", found="unknown")
    if place.filesystem.casefold() in FAT:
        facts["volume"] = shown_size(VOLUME_SIZE)
        return Check(name="filesystem", grade="ok", found="fat", facts=facts)
    return Check(name="filesystem", grade="ok", found="local", facts=facts)


def _readers(found: Surroundings) -> Check:
    if found.readers:
        return Check(name="readers", grade="ok", found="named")
    return Check(name="readers", grade="limited", found="nobody")


def _rights(found: Surroundings) -> Check:
    grade: Grade = "ok" if found.rights == "all" else "limited"
    return Check(name="rights", grade=grade, found=found.rights)


def _cipher(found: Machine) -> Check:
    return _named("cipher", "open", found.ciphers)


def _writes(found: Machine) -> Check:
    facts = {"kind": found.overlay} if found.overlay else {}
    grade: Grade = "ok" if found.writes == "kept" else "limited"
    return Check(name="writes", grade=grade, found=found.writes, facts=facts)


def _agents(found: Machine) -> Check:
    return _named("agents", "some", found.agents)


def _links(found: Machine) -> Check:
    return _named("links", "up", found.links)


def _named(name: str, some: str, names: tuple[str, ...] | None) -> Check:
    """A check that names what is there; None stands for what can't be told."""
    if names is None:
        return Check(name=name, grade="limited", found="unknown")
    if not names:
        return Check(name=name, grade="ok", found="none")
    return Check(name=name, grade="limited", found=some, facts={"names": ", ".join(names)})


def _memory(found: Machine) -> Check:
    if found.memory in ("open", "imager"):
        facts = {"size": shown_size(found.ram)}
        return Check(name="memory", grade="ok", found=found.memory, facts=facts)
    return Check(name="memory", grade="limited", found=found.memory)


_OF_A_MACHINE: tuple[Callable[[Machine], Check], ...] = (
    _cipher, _writes, _agents, _links, _memory,
)  # fmt: skip
