"""`hozen wizard`: what the kit's launcher starts, for somebody who has never seen it before."""

from __future__ import annotations

import gc
import importlib.util
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collectors.system import WINDOWS
from evidence.cli.kit.imager import Door, carried_imager, with_carried
from evidence.cli.passphrases import Passphrases, locked
from evidence.cli.shared import ENDING, UsageError, Voice, common, say
from evidence.cli.taking.asked import case_of, recipients_of
from evidence.cli.taking.presence import present
from evidence.cli.texts import Texts
from evidence.cli.wizard_key import key_plan
from evidence.console import (
    draws,
    forget_typed,
    in_utf8,
    shows_japanese,
    somebody_types,
    steady,
)
from evidence.machine.endpoint import step_back

if TYPE_CHECKING:  # a verb's help must not wait for YARA and the cipher
    from evidence.planning.request import ProfileName
    from evidence.wizard.guide import Guide
    from evidence.writing.history import Presence

_COLUMNS, _LINES = 80, 24


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("wizard", help=t("wizard"), short_help=t("wizard"))
    @click.option("--output", metavar="DIR", help=t("collect.output"))
    @click.option("--case", "case_id", metavar="ID", default="UNNAMED", help=t("collect.case"))
    @click.option(
        "--profile", type=click.Choice(["quick", "standard", "full"]), default="standard",
        show_default=True, help=t("collect.profile"),
    )  # fmt: skip
    @click.option("--recipient", multiple=True, metavar="AGE_KEY|FILE", help=t("collect.recipient"))
    @click.option("--kit", metavar="DIR", help=t("collect.kit"))
    @locked(t)
    @present(t)
    @click.option("--source", default="live", show_default=True, help=t("wizard.source"))
    @click.option("--plain", is_flag=True, help=t("wizard.plain"))
    @common(t)
    def wizard(
        output: str | None, case_id: str, profile: ProfileName, recipient: tuple[str, ...],
        kit: str | None, passphrases: Passphrases, presence: Presence, source: str, plain: bool,
        quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.planning.request import Request
        from evidence.planning.sources import kind_of
        from evidence.wizard.guide import Guide
        from evidence.wizard.plan import Plan
        from evidence.writing.age import parse_recipients

        spoken, other = _spoken(t)
        voice = Voice(t=spoken, quiet=quiet, as_json=as_json)
        if output is None:
            raise UsageError(t("error.output"))
        request = Request(
            output=Path(output), case_id=case_of(t, case_id), profile=profile,
            recipients=recipients_of(t, recipient), source=source, presence=presence,
            imager=carried_imager(), **with_carried(voice),
        )  # fmt: skip
        parse_recipients(request.recipients)  # what is wrong with them, before anybody is asked
        kind_of(source)
        door = click.get_current_context().find_object(Door) or Door(None, ())
        plan = Plan(
            request=request, contact=door.contact, differing=door.differing, other=other,
            **key_plan(voice, kit, passphrases, request.output),
        )  # fmt: skip
        face = "plain" if plain or not _can_draw() else "full"
        guide = Guide(plan, spoken, face=face)
        with _signals(guide), steady():
            _lead(guide)
            voice = replace(voice, t=Texts(guide.t.language))
            code = _tell(voice, guide)
        return door.at_end(voice, code)

    return wizard


def _lead(guide: Guide) -> None:
    """Through all screens, by the face that this terminal can show."""
    step_back()
    gc.freeze()
    with closing(guide):
        if guide.face == "full":
            from evidence.wizard.full import run

            lead: Callable[[], None] = partial(run, guide)
        else:
            from evidence.wizard.plain import Lines, Talk

            lead = Talk(guide, Lines(0), say).run
        if somebody_types():
            forget_typed()  # else a key pressed while it started says that no patient needs this
        lead()


def _tell(voice: Voice, guide: Guide) -> int:
    """What a terminal keeps when the screens are gone: the same as `hozen collect` says."""
    from evidence.cli.taking import ending

    if guide.collected is None:
        return guide.exit_code
    unheard = ending.tell(voice, guide.collected, guide.square, "collect")
    return guide.exit_code or unheard


@contextmanager
def _signals(guide: Guide) -> Iterator[None]:
    """Ctrl-C asks; a closed terminal and a shutdown end it in order."""

    def ask(*_: object) -> None:
        guide.heard = guide.heard or guide.ask_stop

    def stop(*_: object) -> None:
        guide.heard = guide.stop_now

    handlers = {number: ask if number == signal.SIGINT else stop for number in ENDING}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _spoken(t: Texts) -> tuple[Texts, Texts | None]:
    """The language of the pages, and the one that a key changes it to, where both can be read."""
    if not shows_japanese():
        return Texts("en"), None
    return t, Texts("en" if t.language == "ja" else "ja")


def _can_draw() -> bool:
    """Whether screens come out: a terminal that can be drawn on, and what draws them."""
    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        del os.environ[name]  # a driver or a debugger that the host's environment names
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if not all(stream is not None and stream.isatty() for stream in streams):
        return False
    size = shutil.get_terminal_size()
    large = size.columns >= _COLUMNS and size.lines >= _LINES
    if not in_utf8():  # an input method's digit in other letters would end the screens
        return False
    if not large or importlib.util.find_spec("textual") is None:
        return False
    return draws() if WINDOWS else os.environ.get("TERM", "dumb") not in ("dumb", "unknown")
