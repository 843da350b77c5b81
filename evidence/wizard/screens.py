"""The screens of the guided way as a table: what may be answered on each, and where that leads.

The order is that of a hospital at night: the patient, then what spreads the damage, then what is
lost first, then the evidence of this machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["question", "told", "secret", "work", "end"]
"""Several answers; one, that it was read (of a collection that was stopped two: on, or leave it);
a passphrase, or nothing; none, the program is at work; none, the way ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the flow has to know of the machine and of the destination."""

    left: str | None = None
    """The screen on which an earlier session was left, to go on with; None where there is none."""
    encrypted: bool | None = False
    """Whether a disk is encrypted: without its key nobody reads it once the power is off. None
    where it can't be told: then it is asked for all the same."""
    locked: bool = False
    """Whether the kit's key waits for its passphrase."""


def _always(_: World) -> bool:
    return True


def _left(world: World) -> bool:
    return world.left is not None


def _nothing_left(world: World) -> bool:
    return world.left is None


def _encrypted(world: World) -> bool:
    return world.encrypted is not False


def _locked(world: World) -> bool:
    return world.locked


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer; on a screen of work, one way in which the work may come out."""

    answer: str
    goes: str
    only: Callable[[World], bool] = _always


@dataclass(frozen=True, slots=True)
class Screen:
    """One thing at a time."""

    name: str
    kind: Kind
    choices: tuple[Choice, ...] = ()
    only: Callable[[World], bool] = _always
    """Where it is shown at all."""
    otherwise: str = ""
    """The screen that is shown in its place where it isn't."""


LEFT = "left"  # stands for the screen in World.left
FIRST = "care"

SCREENS = {
    screen.name: screen
    for screen in (
        Screen("care", "question", (
            Choice("go_on", LEFT, only=_left),
            Choice("anew", "kind", only=_left),
            Choice("no", "kind", only=_nothing_left),
            Choice("yes", "end_care"),
            Choice("unknown", "end_care"),
        )),
        Screen("kind", "question", (
            Choice("terminal", "power"),
            Choice("server", "power"),
            Choice("network", "end_network"),
            Choice("medical", "end_medical"),
            Choice("unknown", "end_unknown"),
        )),
        Screen("power", "told", (Choice("read", "lan"),)),
        Screen("lan", "question", (
            Choice("pulled", "photos"), Choice("cannot", "photos"), Choice("none", "photos"),
        )),
        Screen("photos", "told", (Choice("read", "appliance"),)),
        Screen("appliance", "question", (
            Choice("done", "encrypting"), Choice("later", "encrypting"),
            Choice("none", "encrypting"),
        )),
        Screen("encrypting", "question", (
            Choice("no", "clock"), Choice("yes", "key"), Choice("unknown", "clock"),
        )),
        Screen("key", "question", (
            Choice("known", "adviser"), Choice("unknown", "adviser"),
        ), only=_encrypted, otherwise="adviser"),
        # The clock isn't asked for here: each minute costs files, and the photos show one.
        Screen("adviser", "question", (
            Choice("keep", "preflight"), Choice("hibernate", "end_hibernate"),
            Choice("cut", "end_cut"),
        )),
        Screen("clock", "question", (
            Choice("read", "preflight"), Choice("date", "preflight"), Choice("none", "preflight"),
        )),
        Screen("preflight", "work", (
            Choice("passed", "ready"), Choice("refused", "refused"),
            Choice("going_on", "passphrase"),
        )),
        Screen("refused", "told", (Choice("again", "preflight"),)),
        Screen("ready", "told", (Choice("start", "passphrase"),)),
        # As late as can be: the patient comes first, and evidence is taken without it, too.
        Screen("passphrase", "secret", (
            Choice("given", "collecting"), Choice("none", "collecting"),
        ), only=_locked, otherwise="collecting"),
        Screen("collecting", "work", (
            Choice("sealed", "sealed"), Choice("unsealed", "unsealed"), Choice("failed", "failed"),
        )),
        Screen("sealed", "told", (Choice("read", "code"),)),
        # Two answers, so that an Enter too many goes on with nothing that was stopped for care.
        Screen("unsealed", "told", (Choice("again", "preflight"), Choice("end", "stopped"))),
        Screen("failed", "told", (Choice("again", "preflight"),)),
        Screen("code", "end"),
        Screen("end_care", "end"),
        Screen("end_network", "end"),
        Screen("end_medical", "end"),
        Screen("end_unknown", "end"),
        Screen("end_hibernate", "end"),
        Screen("end_cut", "end"),
        Screen("stopped", "end"),
    )
}  # fmt: skip
