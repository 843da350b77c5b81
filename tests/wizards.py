"""Guides for tests, led by the names of answers instead of numbers."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from evidence.cli.texts import Texts
from evidence.planning.request import Request
from evidence.wizard.contact import Contact
from evidence.wizard.guide import Guide
from evidence.wizard.plan import Plan

CONTACT = Contact(name="調査会社 夜間窓口", telephone="00-0000-0000")
TO_CLOCK = ("no", "terminal", "read", "pulled", "read", "done", "no")
"""What somebody answers at an ordinary terminal, up to the clock."""
KEYS = ["1"] * 7
"""The same, as digits."""
PATIENCE = 60  # seconds for a small collection on a busy machine


def tree(folder: Path, files: int = 5) -> Path:
    """A machine's files, as small as can be."""
    (folder / "etc").mkdir(parents=True, exist_ok=True)
    for number in range(files):
        (folder / "etc" / f"{number:03d}.conf").write_bytes(b"%d\n" % number * 400)
    return folder


def guide(
    output: Path, source: Path | str, *, language: str = "en", face: str = "full", plan=(), **more
):
    """A guide that takes a folder, no rules loaded."""
    wanted = Request(output=output, source=str(source), skip=("yara",), **more)
    given = Plan(request=wanted, contact=CONTACT, **dict(plan))
    return Guide(given, Texts(language), face=face)


def answer(one: Guide, *answers: str) -> None:
    """Press the numbers of these answers, one after the other."""
    for wanted in answers:
        names = [choice.answer for choice in one.flow.choices(one.state)]
        one.press(names.index(wanted) + 1)


def until(done: Callable[[], bool], step: Callable[[], None] = lambda: None) -> None:
    """Go on until it is so; fails when it takes far too long."""
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end
        step()
        time.sleep(0.01)


def work(one: Guide) -> None:
    """Let it work until somebody is asked again."""
    until(lambda: not one.page().working, one.tick)


def taken(one: Guide) -> None:
    """From the clock to the seal."""
    answer(one, "read")
    work(one)
    answer(one, "start")
    work(one)


def stopped_half_way(out: Path, source: Path) -> Guide:
    """A guide that was stopped while it collected, at the end of what that closes."""
    one = guide(out, source)
    answer(one, *TO_CLOCK, "read")
    work(one)
    answer(one, "start")
    one.ask_stop()
    one.press(2)
    assert one.page().lines == ("Stopping: closing what is open",)
    work(one)
    assert (one.state.screen, one.exit_code) == ("unsealed", 3)
    return one
