"""`hozen import`: the provider's side of the door."""

from __future__ import annotations

from pathlib import Path

import click

from chain_of_custody.findings import escaped
from evidence.cli.shared import Voice, common
from evidence.cli.texts import Texts
from evidence.cli.verify import load_keys, load_trust


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("import", help=t("import"), short_help=t("import"))
    @click.argument("bundle", type=click.Path())
    @click.option("--into", "case", required=True, metavar="CASE", help=t("import.into"))
    @click.option("--identity", multiple=True, metavar="FILE", help=t("identity"))
    @click.option("--trust", multiple=True, metavar="CERT.pem", help=t("verify.trust"))
    @click.option("--allow-partial", is_flag=True, help=t("import.allow_partial"))
    @click.option("--actor", metavar="NAME", help=t("import.actor"))
    @common(t)
    def import_(
        bundle: str, case: str, identity: tuple[str, ...], trust: tuple[str, ...],
        allow_partial: bool, actor: str | None, quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.intake import import_bundle

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        imported = import_bundle(
            Path(bundle), Path(case), identities=load_keys(t, identity),
            trust=load_trust(t, trust), allow_partial=allow_partial, actor=actor,
        )  # fmt: skip
        voice.result(t("import.done", path=escaped(str(imported.master))))
        voice.result(t("import.working", path=escaped(str(imported.files))))
        voice.result(t("import.placed", placed=imported.placed, not_placed=imported.not_placed))
        voice.document(
            {
                "schema": "hozen-imported/1", "master": str(imported.master),
                "files": str(imported.files), "placed": imported.placed,
                "not_placed": imported.not_placed,
            }
        )  # fmt: skip
        return 0

    return import_
