"""`hozen memory acquire`: an image of this machine's memory, with what makes it readable."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chain_of_custody.findings import escaped
from evidence.cli.asked import case_of, challenge_of, key_of, recipients_of
from evidence.cli.passphrases import Passphrases, locked
from evidence.cli.presence import present
from evidence.cli.reference import Reference
from evidence.cli.running import run
from evidence.cli.shared import UsageError, Voice, common, parse_time, shown_size
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from collectors.ram.doors import Doors
    from evidence.history import Presence

COLLECTORS = ("clock", "kernel", "memory-symbols", "memory")
NO_DOOR = 4  # as docs/exit-codes.md: could not run


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("acquire", help=t("memory.acquire.help"), short_help=t("memory.acquire"))
    @click.option("--output", metavar="DIR", help=t("collect.output"))
    @click.option("--case", "case_id", metavar="ID", default="UNNAMED", help=t("collect.case"))
    @click.option("--recipient", multiple=True, metavar="AGE_KEY|FILE", help=t("collect.recipient"))
    @click.option("--kit", metavar="DIR", help=t("collect.kit"))
    @locked(t, making=False)
    @present(t)
    @click.option("--challenge", metavar="TEXT", help=t("collect.challenge"))
    @click.option("--reference", metavar="TIME|ask", help=t("collect.reference"))
    @click.option("--max-time", metavar="30m", help=t("collect.max_time"))
    @click.option("--second-copy", metavar="DIR", help=t("collect.second_copy"))
    @click.option("--resume", metavar="BUNDLE", help=t("collect.resume"))
    @click.option("--dry-run", is_flag=True, help=t("memory.acquire.dry_run"))
    @common(t)
    def acquire_(
        output: str | None, case_id: str, recipient: tuple[str, ...], kit: str | None,
        passphrases: Passphrases, presence: Presence, challenge: str | None,
        reference: str | None, max_time: str | None, second_copy: str | None,
        resume: str | None, dry_run: bool, quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.collection import Request
        from evidence.session import Limits

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        if output is None and resume is None and not dry_run:
            raise UsageError(t("error.output"))
        doors = _tried()
        if dry_run or doors.open is None:
            return _tell(voice, doors)
        request = Request(
            output=Path(output) if output is not None else Path(resume or ".").parent,
            case_id=case_of(t, case_id), recipients=recipients_of(t, recipient),
            only=COLLECTORS, skip=("yara",), limits=Limits(time=parse_time(t, max_time)),
            resume=Path(resume) if resume is not None else None, presence=presence,
            challenge=challenge_of(voice, challenge),
            second=Path(second_copy) if second_copy is not None else None,
        )  # fmt: skip
        key = key_of(voice, kit, passphrases)
        size = sum(end - start for start, end, _ in doors.open.runs)
        voice.talk(t("memory.reading", door=doors.open.path, size=shown_size(size)))
        return run(voice, request, key, Reference.of(voice, reference), verb="memory acquire")

    return acquire_  # fmt: skip


def _tried() -> Doors:
    """Every door of this machine, tried and shut again."""
    from collectors.ram.doors import tried
    from collectors.source import Source

    source = Source("/")
    try:
        return tried(source)
    finally:
        source.close()


def _tell(voice: Voice, doors: Doors) -> int:
    """What each door answered; the exit code says whether one opened."""
    t = voice.t
    for path, answer in doors.answers.items():
        voice.result(t("memory.door", door=path, answer=escaped(answer)))
    voice.result(t("memory.lockdown", mode=escaped(doors.lockdown)))
    voice.result(t("memory.rights", rights=", ".join(doors.rights or ()) or "-"))
    voice.result(t("memory.inside", signs=", ".join(doors.inside) or "-"))
    if doors.open is None:
        voice.result(t("memory.none"))
    else:
        size = sum(end - start for start, end, _ in doors.open.runs)
        voice.result(t("memory.could", door=doors.open.path, size=shown_size(size)))
    voice.document(
        {
            "door": doors.open.path if doors.open else None, "answers": doors.answers,
            "lockdown": doors.lockdown, "rights": doors.rights, "inside": doors.inside,
            "ram": doors.ram, "ram_error": doors.ram_error,
        }
    )  # fmt: skip
    return 0 if doors.open is not None else NO_DOOR
