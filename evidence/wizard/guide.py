"""Leads one person from the first screen to an end: answers in, pages out; both faces draw them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence.collecting.answers import Answers
from evidence.machine.clock import Clock
from evidence.surroundings.look import encrypted, place_of
from evidence.wizard import views
from evidence.wizard.checks import Check, checks, draft_check, found_for, kit_check, worst
from evidence.wizard.draft import Draft, find, unread
from evidence.wizard.flow import Flow, Moment, State, decisions, said
from evidence.wizard.plan import Plan, asked_for
from evidence.wizard.screens import World
from evidence.wizard.undertaking import Undertaking
from evidence.writing.square import Square, put_beside

if TYPE_CHECKING:
    from evidence.planning.request import Request
    from evidence.telling.catalogue import Say, Sentence
    from evidence.telling.collected import Collected
    from evidence.wizard.pages import Page

_NS = 1_000_000_000
_OVER = ("unsealed", "failed", "refused")  # screens on which nothing is left that could be lost
TRANSLATE = 8  # the number that no answer has: the other language
STEPS = (1, -1, 60, -60)  # minutes: what the arrows up, down, right and left move a clock by


class Guide:
    """One person's way, and what is done for it."""

    def __init__(self, plan: Plan, t: Say, *, face: str, clock: Clock | None = None) -> None:
        """Look what an earlier session has left, and stand on the first screen.

        Args:
            plan: what the program was started with.
            t: the texts.
            face: how it is drawn, for the record.
            clock: where time comes from.
        """
        self.plan, self.t, self.face = plan, t, face
        self.clock = clock or Clock()
        earlier = find(plan.request.output)
        self.draft = earlier or Draft.begin()
        self._earlier = tuple(self.draft.answers)
        left = earlier.left_at(plan.request.output) if earlier is not None else None
        seen = plan.request.source == "live" and encrypted()
        self.flow = Flow(World(left=left, encrypted=seen, locked=plan.unlock is not None))
        self.state = State()
        self.checks: list[Check] = []
        self.work: Undertaking | None = None
        self.square: Square | None = None
        self.error: Exception | None = None
        self.told: Sequence[Sentence] = ()  # of the kit's key, once its passphrase was asked for
        self.saved = False
        self.closed = False
        self._leaving = False
        self.heard: Callable[[], None] | None = None
        """What a signal asks for: done at the next tick, as it comes in the midst of anything."""
        self._keeping = threading.Lock()  # the collection's thread tells where the bundle is

    # What a face asks for.

    def page(self) -> Page:
        """What is to be drawn now."""
        return views.page(self)

    @property
    def collected(self) -> Collected | None:
        """What came of the last session, if one came to an end."""
        return self.work.collected if self.work is not None else None

    @property
    def exit_code(self) -> int:
        """By docs/exit-codes.md: all there, something missing, or it could not run."""
        if self.collected is not None:
            return 3 if self.collected.missing_expected else 0
        if self.error is not None:
            return int(getattr(self.error, "exit_code", 4))
        return 4 if worst(self.checks) == "refuse" else 3

    # What a person does.

    def press(self, number: int) -> None:
        """Choose by number; one that stands for nothing is left at that."""
        if number == TRANSLATE:
            self._translate()
        elif self.state.stopping:
            self._answer_stop(number)
        elif self.flow.screen(self.state).kind == "end":
            self.closed = True
        elif self.flow.screen(self.state).kind in ("question", "told"):
            self._choose(number)

    def _translate(self) -> None:
        if self.plan.other is not None:
            self.t, self.plan = self.plan.other, replace(self.plan, other=self.t)

    def _choose(self, number: int) -> None:
        choices = self.flow.choices(self.state)
        if 1 <= number <= len(choices):
            self._go(choices[number - 1].answer)
        elif self.state.screen == "clock" and len(choices) < number <= len(choices) + len(STEPS):
            self.turn(STEPS[number - len(choices) - 1])

    def turn(self, minutes: int) -> None:
        """Move the other clock, on the screen that asks for it."""
        self.state = self.flow.match(self.state, minutes)

    def unlock(self, passphrase: str) -> None:
        """Open the kit's key, once in a run, or go on without where nothing was typed."""
        if self.plan.unlock is None or self.state.stopping:
            return
        opened = self.plan.unlock(passphrase)
        if opened is None:
            self.told = [lambda t: t("kit.wrong_passphrase")]
            return
        self.plan = replace(self.plan, new_key=opened.new_key, unlock=None)
        self.told = opened.told
        self.flow.world = replace(self.flow.world, locked=False)
        self._go("given" if passphrase else "none")

    def back(self) -> None:
        """One screen back; out of the question whether to stop, on with what was."""
        if self.state.stopping:
            self._answer_stop(1)
            return
        self.state = self.flow.back(self.state, self._moment())
        self._keep()

    def ask_stop(self) -> None:
        """Somebody wants to stop: asked first, since a key is pressed by mistake."""
        if self.state.screen == "sealed":  # nothing is left to stop, only a number to be told
            self._go("read")
            return
        self.state = self.flow.ask(self.state)
        if self.state.screen in _OVER:
            self._answer_stop(2)

    def stop_now(self) -> None:
        """The terminal is gone or the machine goes down: nobody is there to be asked."""
        if self.state.screen == "sealed" or self.flow.screen(self.state).kind == "end":
            self.closed = True
            return
        self._leaving = True
        self.state = self.flow.ask(self.state)
        self._answer_stop(2)
        self.closed = self.state.screen != "collecting"

    def _answer_stop(self, number: int) -> None:
        if number not in (1, 2):
            return
        self.state = self.flow.answer_stop(self.state, self._moment(), stops=number == 2)
        if number == 2 and self.work is not None:
            self.work.stopping = True
        self._keep()

    def close(self) -> None:
        """Leave nothing under way, whatever ended the way; what is open is closed first."""
        if self.work is not None:
            self.work.stopping = True
            self.work.wait()

    # What is done while nobody presses anything.

    def tick(self) -> None:
        """Do what a signal asked for, and the next piece of work, or look whether it is done."""
        heard, self.heard = self.heard, None
        if heard is not None:
            heard()
        if self.state.screen == "preflight" and not self.state.stopping:
            self._check()
        elif self.state.screen == "collecting" and self.work is not None and self.work.done:
            self._ended(self.work)
            self.closed = self._leaving

    def _check(self) -> None:
        differing = self.plan.differing() if self.plan.differing is not None else ""
        if differing is None:  # the kit's files are being read still
            return
        try:
            found = found_for(self.request())
        except OSError as error:
            self._fail(error)
            return
        self.checks = checks(found, self.request().profile)
        if shut := unread(self.plan.request.output):
            self.checks.append(draft_check(shut))
        if self.plan.differing is not None:
            self.checks.append(kit_check(differing))
        self._keep()
        if worst(self.checks) == "refuse":
            self._go("refused")
        else:
            # What is limited was read when it was begun: to go on, one key is enough.
            self._go("passed" if self.draft.bundle is None else "going_on")

    def _fail(self, error: Exception) -> None:
        self.error = error
        waits = getattr(error, "key", "") == "resume.under_way"  # for somebody who collects into it
        if getattr(error, "exit_code", 4) in (1, 2) and not waits:  # it can't be gone on with
            self.draft.bundle = None
        self._go("refused") if self.state.screen == "preflight" else self._go("failed")

    def request(self) -> Request:
        """What is taken, as far as it is known by now."""
        kind = said((*self._earlier, *self.state.answers), "kind")
        return asked_for(self.plan.request, kind, self.draft.bundle)

    def _begin(self) -> None:
        self.error = None
        request = self.request()
        self.work = Undertaking(
            request, key=self.plan.new_key(request.resume), reference=self._reference,
            notes=[Answers(self.document)], begun=self._begun,
        )  # fmt: skip
        self.work.start()

    def _begun(self, path: Path) -> None:
        self.draft.bundle = path.name
        self._keep()

    def _ended(self, work: Undertaking) -> None:
        if work.collected is None:
            self._fail(work.error or RuntimeError("it ended without a word"))
            return
        if not work.collected.sealed:
            self._go("unsealed")
            return
        self.square = put_beside(work.collected.path, work.collected.root)
        self._go("sealed")
        with suppress(OSError):  # all of it is in the bundle; left there, it is passed over
            (self.plan.request.output / self.draft.name).unlink()

    # What is kept.

    def _go(self, answer: str) -> None:
        self.state = self.flow.choose(self.state, answer, self._moment())
        if self.state.screen == "collecting":
            self._begin()
        if answer == "anew":
            self.draft, self._earlier = Draft.begin(), ()
        self._keep()

    def _keep(self) -> None:
        """Keep the answers where the bundle will be, unless that is no place for it."""
        if self.collected is not None and self.collected.sealed:
            return
        here, answers = self.state.screen, self.state.answers
        self.draft.screen = here if here != "stopped" else answers[-1].screen
        self.draft.answers = [*self._earlier, *answers]
        folder = self.plan.request.output
        with self._keeping:
            try:
                self.saved = not place_of(folder, self.plan.request.source).forbidden
                if self.saved:
                    folder.mkdir(parents=True, exist_ok=True)
                    self.draft.save(folder)
            except OSError:  # the medium is away: said at the end, and by the checks
                self.saved = False

    def document(self) -> dict[str, Any]:
        """All that was answered, for the bundle."""
        answers = [*self._earlier, *self.state.answers]
        return {
            "schema": "hozen-wizard/1", "face": self.face, "language": self.t.language,
            "answers": answers, "decisions": decisions(self.state.answers),
            "checks": [
                {"name": each.name, "grade": each.grade, "found": each.found, "facts": each.facts}
                for each in self.checks
            ],
            "clock": {"offset_minutes": self._offset(), "precision_seconds": 60},
        }  # fmt: skip

    def _offset(self) -> int | None:
        """Minutes by which the other clock is ahead, as somebody read it in this session."""
        found = [each for each in self.state.answers if each.screen == "clock"]
        return found[-1].offset_minutes if found else None

    def _reference(self, when: str) -> str | None:
        """The other clock's time when the host's is read: as far apart as when both were matched.

        Only at the start: at the end the seal must not wait for somebody to come back.
        """
        minutes = self._offset()
        if when != "start" or minutes is None:
            return None
        return f"{self.clock.utc(self.clock.wall() + minutes * 60 * _NS)[:19]}Z"

    def _moment(self) -> Moment:
        return Moment(at=self.clock.utc(self.clock.wall()), mono=str(self.clock.mono()))
