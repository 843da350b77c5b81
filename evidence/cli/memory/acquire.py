"""`hozen memory acquire`: an image of this machine's memory, with what makes it readable."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chain_of_custody.findings import escaped
from collectors.system import WINDOWS
from evidence.cli.kit.imager import carried_imager
from evidence.cli.memory.imager import Named, imaging
from evidence.cli.shared import Voice, common
from evidence.cli.taking.asked import Asked, asking
from evidence.cli.texts import Texts
from evidence.units import shown_size

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from collectors.ram.doors import DoorError, Doors, Open
    from collectors.ram.imager.program import Imager
    from evidence.planning.destination import DestinationError

COLLECTORS = ("clock", "kernel", "memory-symbols", "memory")
ON_WINDOWS = ("windows-clock", "windows-rights", "windows-drivers", "windows-memory")
NO_DOOR = 4  # as docs/exit-codes.md: could not run


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("acquire", help=t("memory.acquire.help"), short_help=t("memory.acquire"))
    @asking(t, searching=False)
    @imaging(t, t("memory.imager"))
    @click.option("--dry-run", is_flag=True, help=t("memory.acquire.dry_run"))
    @common(t)
    def acquire_(asked: Asked, named: Named, dry_run: bool, quiet: bool, as_json: bool) -> int:
        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        if asked.somewhere and not dry_run:
            asked.require_output(t)
        imager = named.checked(t) or carried_imager()
        doors = _tried()
        if dry_run or (doors.open is None and imager is None):
            return _tell(voice, doors, imager, _no_place(asked.fresh, doors, imager))
        if not asked.somewhere:
            asked.require_output(t)  # only now: without a way to memory, none would help
        no_place = _no_place(asked.fresh, doors, imager)
        if no_place is not None:
            raise no_place
        only = ON_WINDOWS if WINDOWS else COLLECTORS
        request = asked.request(voice, only=only, skip=("yara",), imager=imager)
        key = asked.key(voice)
        opening = partial(_announce, voice, doors, imager)
        return asked.run(voice, request, key, verb="memory acquire", opening=opening)

    return acquire_


def _announce(voice: Voice, doors: Doors, imager: Imager | None) -> None:
    """Through what memory is going to be read."""
    if imager is not None:
        voice.talk(voice.t("memory.running", path=escaped(imager.path)))
        if imager.lands:
            voice.talk(voice.t("memory.lands"))
        if _few_rights(doors):
            voice.talk(voice.t("memory.few_rights"))
    elif doors.open is not None:
        shown = shown_size(_size(doors.open))
        voice.talk(voice.t("memory.reading", door=doors.open.path, size=shown))


def _no_place(output: Path | None, doors: Doors, imager: Imager | None) -> DestinationError | None:
    """Why the image can't go where a new bundle is to go; None where it can, or there is none."""
    from collectors.ram.imager.imaged import memory_of
    from evidence.collecting.ends import RESERVE
    from evidence.planning.destination import DestinationError, check_image
    from evidence.planning.sources import open_source

    if output is None or (doors.open is None and imager is None):
        return None
    source = open_source("live")
    try:
        if imager is None:
            size, whole = (0 if doors.open is None else _size(doors.open)), 0
        else:
            memory = memory_of(source, doors)
            size, whole = memory * imager.copies, memory if imager.lands else 0
        check_image(output, source, size, RESERVE, whole)
    except DestinationError as error:
        return error
    finally:
        source.close()
    return None


def _size(door: Open) -> int:
    return sum(end - start for start, end, _ in door.runs)


def _tried() -> Doors:
    """Every door of this machine, tried and shut again."""
    from collectors.files.source import Source
    from collectors.ram.doors import NONE, tried

    if WINDOWS:
        return NONE
    source = Source("/")
    try:
        return tried(source)
    finally:
        source.close()


def _tell_doors(voice: Voice, doors: Doors, *, brought: bool) -> None:
    t = voice.t
    for path, answer in doors.answers(t.language).items():
        voice.result(t("memory.door", door=path, answer=escaped(answer)))
    voice.result(t("memory.lockdown", mode=escaped(_in_words(voice, doors.lockdown))))
    voice.result(t("memory.rights", rights=", ".join(doors.rights or ()) or "-"))
    signs = "?" if doors.inside is None else ", ".join(doors.inside) or "-"
    voice.result(t("memory.inside", signs=signs))
    if not brought:
        voice.result(t("memory.no_imager"))


def _in_words(voice: Voice, told: str | DoorError) -> str:
    return told if isinstance(told, str) else told.sentence(voice.t.language)


def _tell(
    voice: Voice, doors: Doors, imager: Imager | None, no_place: DestinationError | None
) -> int:
    """What each door answered; the exit code says whether an image could be taken."""
    t = voice.t
    if WINDOWS:
        voice.result(t("memory.windows"))
    else:
        _tell_doors(voice, doors, brought=imager is not None)
    if imager is not None:
        voice.result(t("memory.would_run", path=escaped(imager.path), sha256=imager.sha256))
        if _few_rights(doors):
            voice.result(t("memory.few_rights"))
    elif doors.open is None:
        voice.result(t("memory.none"))
    else:
        size = shown_size(_size(doors.open))
        voice.result(t("memory.could", door=doors.open.path, size=size))
    if no_place is not None:
        voice.result(t("memory.no_place", why=escaped(no_place.sentence(t.language))))
    voice.document(
        {
            "schema": "hozen-memory-doors/1",
            "door": doors.open.path if doors.open else None, "answers": doors.answers(),
            "lockdown": str(doors.lockdown), "rights": doors.rights, "inside": doors.inside,
            "ram": doors.ram, "ram_error": doors.ram_error,
            "imager": None if imager is None else _told(imager),
            "no_imager": "none was named" if imager is None else None,
            "no_place": None if no_place is None else str(no_place),
        }
    )  # fmt: skip
    possible = doors.open is not None or imager is not None
    return 0 if possible and no_place is None else NO_DOOR


def _few_rights(doors: Doors) -> bool:
    """Whether a program that loads a driver, or opens a door itself, will hardly be let."""
    return not WINDOWS and os.geteuid() != 0 and "sys_admin" not in (doors.rights or ())


def _told(imager: Imager) -> dict[str, object]:
    """An imager as it was named, and who signed its file, where that is the very one."""
    signature = None
    with suppress(OSError):  # would be a gap, once it is to be run
        _, signature = imager.held()
    return {**imager._asdict(), "signature": signature}
