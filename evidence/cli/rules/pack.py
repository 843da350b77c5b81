"""`hozen rules pack`: a folder of rules as one signed file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from chain_of_custody.findings import escaped
from evidence.cli.passphrases import Passphrases, locked
from evidence.cli.rules.sets import document, licensed
from evidence.cli.shared import UsageError, Voice, Words, common
from evidence.cli.texts import Texts


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("pack", help=t("rules.pack.help"), short_help=t("rules.pack"))
    @click.argument("folder")
    @click.option("--output", required=True, metavar="FILE", help=t("rules.pack.output"))
    @click.option("--key", required=True, metavar="FILE|pkcs11:…", help=t("rules.pack.key"))
    @locked(t)
    @click.option("--name", type=Words(t), metavar="NAME", help=t("rules.pack.name"))
    @click.option(
        "--version", required=True, type=click.IntRange(1, 2**31), metavar="NUMBER",
        help=t("rules.pack.version"),
    )  # fmt: skip
    @click.option("--date", metavar="YYYY-MM-DD", help=t("rules.pack.date"))
    @licensed(t)
    @common(t)
    def pack_(
        folder: str, output: str, key: str, passphrases: Passphrases, name: str | None,
        version: int, date: str | None, licence: str | None, quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.engines.yara_python import YaraPython
        from evidence.packs.folder import set_in
        from evidence.packs.pack import packed
        from evidence.writing.medium import write_whole

        voice, when = Voice(t=t, quiet=quiet, as_json=as_json), _date(t, date)
        found = set_in(Path(folder), licence=licence, name=name)
        rules = replace(found, version=version, date=when)
        YaraPython().compile(rules.sources)  # what doesn't compile is not signed
        signer = passphrases.open_signer(key)
        if Path(output).exists():
            raise UsageError(t("rules.pack.there", path=escaped(output)))
        write_whole(Path(output), packed(rules, signer))
        signed = replace(rules, signer=signer.certificate_sha256)
        voice.result(
            t("rules.pack.done", path=escaped(output), name=rules.name, version=version,
              date=when, sha256=rules.sha256)
        )  # fmt: skip
        voice.document({"schema": "hozen-rules-packed/1", "path": output, **document(signed)})
        return 0

    return pack_


def _date(t: Texts, value: str | None) -> str:
    """The day that was typed, or today's."""
    if value is None:
        return datetime.now(UTC).date().isoformat()
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date().isoformat()
    except ValueError as error:
        raise UsageError(t("rules.pack.no_date", value=escaped(value))) from error
