"""`hozen kit fetch`: the libraries of kits in a folder, for a machine that has no network."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from chain_of_custody.findings import escaped
from evidence.cli.kit.build import Which, platforms_of
from evidence.cli.shared import Voice, common
from evidence.cli.texts import Texts


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("fetch", help=t("kit.fetch.help"), short_help=t("kit.fetch"))
    @click.option(
        "--platform", type=click.Choice(get_args(Which)), required=True, help=t("kit.platform")
    )
    @click.option("--out", required=True, metavar="DIR", help=t("kit.fetch_out"))
    @common(t)
    def fetch_(platform: Which, out: str, quiet: bool, as_json: bool) -> int:
        from evidence.kit.carried.wheels import fill

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        voice.talk(t("kit.step.wheels"))
        fill(Path(out), platforms_of(platform))
        voice.result(t("kit.fetched", path=escaped(out)))
        voice.document({"schema": "hozen-kit-fetched/1", "wheelhouse": out})
        return 0

    return fetch_
