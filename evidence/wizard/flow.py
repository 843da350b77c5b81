"""The guided way as a state machine: no clock, no screen, no file; only where an answer leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evidence.collecting.answers import Answer
from evidence.wizard.screens import FIRST, LEFT, SCREENS, Choice, Screen, World

_MOVES = ("back", "stop", "not_stopped")  # answers that every screen has


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something was answered, by the host's clocks."""

    at: str
    mono: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far somebody has come."""

    screen: str = FIRST
    answers: tuple[Answer, ...] = ()
    trail: tuple[str, ...] = ()
    """The screens that led here, as far as one can go back."""
    stopping: bool = False
    """Whether it is being asked if the way ends here."""
    offset: int = 0
    """Minutes by which the other clock is ahead, as far as both have been matched."""


class Flow:
    """What comes next, in one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def screen(self, state: State) -> Screen:
        """The screen that a state is on."""
        return SCREENS[state.screen]

    def choices(self, state: State) -> Sequence[Choice]:
        """The answers that are open to a person here, or to the work that is done here."""
        return [choice for choice in self.screen(state).choices if choice.only(self.world)]

    def choose(self, state: State, answer: str, moment: Moment) -> State:
        """Answer, and go where that leads.

        Raises:
            ValueError: no such answer here: a fault of the caller, never of a person.
        """
        screen = self.screen(state)
        found = [choice for choice in self.choices(state) if choice.answer == answer]
        if not found:
            raise ValueError(f"{screen.name}: there is no answer {answer}")
        goes = self._shown(self.world.left or FIRST if found[0].goes == LEFT else found[0].goes)
        back = SCREENS[goes].kind in ("question", "told") and screen.kind in ("question", "told")
        offset = state.offset if (screen.name, answer) == ("clock", "read") else None
        return replace(
            state, screen=goes, stopping=False,
            trail=(*state.trail, screen.name) if back and found[0].goes != LEFT else (),
            answers=(*state.answers, _answer(screen.name, answer, moment, offset)),
        )  # fmt: skip

    def _shown(self, name: str) -> str:
        screen = SCREENS[name]
        return name if screen.only(self.world) else self._shown(screen.otherwise)

    def match(self, state: State, minutes: int) -> State:
        """Move the other clock by minutes, on the screen that asks for it."""
        return replace(state, offset=state.offset + minutes) if state.screen == "clock" else state

    def back(self, state: State, moment: Moment) -> State:
        """One screen back where that can be; what was answered stays on record."""
        if not state.trail:
            return state
        return replace(
            state, screen=state.trail[-1], trail=state.trail[:-1], stopping=False,
            answers=(*state.answers, _answer(state.screen, "back", moment)),
        )  # fmt: skip

    def ask(self, state: State) -> State:
        """Ask whether to stop, wherever that is; at an end there is nothing to ask."""
        return replace(state, stopping=self.screen(state).kind != "end")

    def answer_stop(self, state: State, moment: Moment, *, stops: bool) -> State:
        """Stop, or go on where one was. A collection first closes what is open, then ends."""
        said = _answer(state.screen, "stop" if stops else "not_stopped", moment)
        answered = replace(state, stopping=False, answers=(*state.answers, said))
        if not stops or state.screen == "collecting":
            return answered
        return replace(answered, screen="stopped", trail=())


def decisions(answers: Sequence[Answer]) -> int:
    """How many times somebody had to choose between several answers."""
    asked = [each for each in answers if each.answer not in _MOVES]
    return sum(SCREENS[each.screen].kind == "question" for each in asked)


def said(answers: Sequence[Answer], screen: str) -> str | None:
    """What was answered on a screen at last, corrections counted; None if nothing."""
    found = [each.answer for each in answers if each.screen == screen]
    found = [answer for answer in found if answer not in _MOVES]
    return found[-1] if found else None


def _answer(screen: str, answer: str, moment: Moment, offset: int | None = None) -> Answer:
    return Answer(
        screen=screen, answer=answer, at=moment.at, mono=moment.mono, offset_minutes=offset
    )
