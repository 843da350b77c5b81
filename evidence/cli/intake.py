"""`hozen import`: the provider's side of the door."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chain_of_custody.findings import escaped
from evidence.cli.shared import Voice, common
from evidence.cli.texts import Texts
from evidence.cli.verify import anchored, load_anchors, load_keys, load_trust, trusting

if TYPE_CHECKING:
    from evidence.intake import Imported


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("import", help=t("import"), short_help=t("import"))
    @click.argument("bundle", type=click.Path())
    @click.option("--into", "case", required=True, metavar="CASE", help=t("import.into"))
    @click.option("--identity", multiple=True, metavar="FILE", help=t("identity"))
    @trusting(t)
    @anchored(t)
    @click.option("--allow-partial", is_flag=True, help=t("import.allow_partial"))
    @click.option("--actor", metavar="NAME", help=t("import.actor"))
    @common(t)
    def import_(
        bundle: str, case: str, identity: tuple[str, ...], trust: tuple[str, ...],
        tsa: tuple[str, ...], allow_partial: bool, actor: str | None, quiet: bool, as_json: bool,
        **noted: str | None,
    ) -> int:  # fmt: skip
        from evidence.intake import import_bundle

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        imported = import_bundle(
            Path(bundle), Path(case), identities=load_keys(t, identity),
            trust=load_trust(t, trust, tsa), anchors=load_anchors(t, noted),
            allow_partial=allow_partial, actor=actor,
        )  # fmt: skip
        tell(voice, imported)
        voice.document(document_of(imported))
        return imported.exit_code

    return import_


def tell(voice: Voice, imported: Imported) -> None:
    """Say where master and working copy are, and what to compare."""
    t, placed = voice.t, imported.placed
    voice.result(t("import.done", path=escaped(str(imported.bundle))))
    voice.result(t("import.working", path=escaped(str(imported.host))))
    aside = placed.aside + placed.links_aside
    voice.result(t("import.placed", placed=placed.files + placed.links, aside=aside))
    if not imported.custody_continued:
        voice.result(t("import.not_continued"))
    if imported.code is not None:
        voice.result(t("import.code", code=imported.code))


def document_of(imported: Imported) -> dict[str, object]:
    """The same for machines."""
    placed = imported.placed
    return {
        "schema": "hozen-imported/1",
        "bundle": str(imported.bundle),
        "host": str(imported.host),
        "placed": {
            "files": placed.files, "links": placed.links,
            "aside": placed.aside, "links_aside": placed.links_aside,
        },
        "custody_continued": imported.custody_continued,
        "code": imported.code,
        "level": imported.verdict.level,
    }  # fmt: skip
