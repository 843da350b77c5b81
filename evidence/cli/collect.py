"""`hozen collect`: what the person at the terminal runs."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import click

from chain_of_custody.findings import escaped
from evidence.cli.kit.imager import carried_imager
from evidence.cli.shared import UsageError, Voice, common
from evidence.cli.taking.asked import Asked, asking
from evidence.cli.taking.listing import show_list, show_plan
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for YARA and the cipher
    from evidence.planning.request import ProfileName

_PROCESSES = re.compile(r"[1-9][0-9]{0,9}(,[1-9][0-9]{0,9})*")  # numbers have 32 bits at most


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("collect", help=t("collect"), short_help=t("collect"))
    @asking(t)
    @click.option(
        "--profile",
        type=click.Choice(["quick", "standard", "full"]),
        default="standard",
        show_default=True,
        help=t("collect.profile"),
    )
    @click.option("--source", default="live", show_default=True, help=t("collect.source"))
    @click.option("--only", multiple=True, metavar="NAME", help=t("collect.only"))
    @click.option("--skip", multiple=True, metavar="NAME", help=t("collect.skip"))
    @click.option("--process", multiple=True, metavar="PID[,PID]", help=t("collect.process"))
    @click.option("--documents", is_flag=True, help=t("collect.documents"))
    @click.option("--dry-run", is_flag=True, help=t("collect.dry_run"))
    @click.option("--list", "listing", is_flag=True, help=t("collect.list"))
    @common(t)
    def collect_(
        asked: Asked, profile: ProfileName, source: str, only: tuple[str, ...],
        skip: tuple[str, ...], process: tuple[str, ...], documents: bool, dry_run: bool,
        listing: bool, quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        if not (dry_run or listing):
            asked.require_output(t)
        request = asked.request(
            voice, profile=profile, source=source, only=only, skip=skip, documents=documents,
            processes=_numbers(t, process), imager=carried_imager(),
        )  # fmt: skip
        key = asked.key(voice)
        if listing:
            return show_list(voice)
        if dry_run:
            return show_plan(voice, request)
        begin = partial(voice.talk, t("run.begin", profile=profile))
        return asked.run(voice, request, key, verb="collect", opening=begin)

    return collect_  # fmt: skip


def _numbers(t: Texts, values: tuple[str, ...]) -> tuple[int, ...]:
    """Of processes, as they were typed.

    Raises:
        UsageError: no number, or 0, which is nobody's.
    """
    for value in values:
        if not _PROCESSES.fullmatch(value):
            raise UsageError(t("error.process", value=escaped(value)))
    return tuple(int(each) for value in values for each in value.split(","))
