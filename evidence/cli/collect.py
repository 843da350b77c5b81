"""`hozen collect`: what the person at the terminal runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from evidence.cli.asked import case_of, challenge_of, key_of, recipients_of
from evidence.cli.listing import show_list, show_plan
from evidence.cli.passphrases import Passphrases, locked
from evidence.cli.presence import present
from evidence.cli.reference import Reference
from evidence.cli.running import run
from evidence.cli.shared import UsageError, Voice, common, parse_size, parse_time
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for YARA and the cipher
    from evidence.collection import ProfileName
    from evidence.history import Presence


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("collect", help=t("collect"), short_help=t("collect"))
    @click.option("--output", metavar="DIR", help=t("collect.output"))
    @click.option("--case", "case_id", metavar="ID", default="UNNAMED", help=t("collect.case"))
    @click.option(
        "--profile",
        type=click.Choice(["quick", "standard", "full"]),
        default="standard",
        show_default=True,
        help=t("collect.profile"),
    )
    @click.option("--source", default="live", show_default=True, help=t("collect.source"))
    @click.option("--recipient", multiple=True, metavar="AGE_KEY|FILE", help=t("collect.recipient"))
    @click.option("--kit", metavar="DIR", help=t("collect.kit"))
    @locked(t, making=False)
    @present(t)
    @click.option("--challenge", metavar="TEXT", help=t("collect.challenge"))
    @click.option("--reference", metavar="TIME|ask", help=t("collect.reference"))
    @click.option("--only", multiple=True, metavar="NAME", help=t("collect.only"))
    @click.option("--skip", multiple=True, metavar="NAME", help=t("collect.skip"))
    @click.option("--documents", is_flag=True, help=t("collect.documents"))
    @click.option("--max-size", metavar="20GiB", help=t("collect.max_size"))
    @click.option("--max-time", metavar="30m", help=t("collect.max_time"))
    @click.option("--second-copy", metavar="DIR", help=t("collect.second_copy"))
    @click.option("--resume", metavar="BUNDLE", help=t("collect.resume"))
    @click.option("--dry-run", is_flag=True, help=t("collect.dry_run"))
    @click.option("--list", "listing", is_flag=True, help=t("collect.list"))
    @common(t)
    def collect_(
        output: str | None,
        case_id: str,
        profile: ProfileName,
        source: str,
        recipient: tuple[str, ...],
        kit: str | None,
        passphrases: Passphrases,
        presence: Presence,
        challenge: str | None,
        reference: str | None,
        only: tuple[str, ...],
        skip: tuple[str, ...],
        documents: bool,
        max_size: str | None,
        max_time: str | None,
        second_copy: str | None,
        resume: str | None,
        dry_run: bool,
        listing: bool,
        quiet: bool,
        as_json: bool,
    ) -> int:
        from evidence.collection import Request
        from evidence.session import Limits

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        if output is None and resume is None and not (dry_run or listing):
            raise UsageError(t("error.output"))
        request = Request(
            output=Path(output) if output is not None else Path(resume or ".").parent,
            case_id=case_of(t, case_id),
            profile=profile,
            source=source,
            recipients=recipients_of(t, recipient),
            only=only,
            skip=skip,
            documents=documents,
            limits=Limits(size=parse_size(t, max_size), time=parse_time(t, max_time)),
            resume=Path(resume) if resume is not None else None,
            presence=presence,
            challenge=challenge_of(voice, challenge),
            second=Path(second_copy) if second_copy is not None else None,
        )
        key = key_of(voice, kit, passphrases)
        if listing:
            return show_list(voice)
        if dry_run:
            return show_plan(voice, request)
        voice.talk(t("run.begin", profile=profile))
        return run(voice, request, key, Reference.of(voice, reference))

    return collect_  # fmt: skip
