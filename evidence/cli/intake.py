"""`hozen import`: the provider's side of the door."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chain_of_custody.findings import escaped
from evidence.cli.identities import Identities, opening
from evidence.cli.shared import ALGORITHMS, Voice, Words, common
from evidence.cli.texts import Texts
from evidence.cli.verify import anchored, load_anchors, load_trust, trusting

if TYPE_CHECKING:
    from evidence.intake import Imported
    from evidence.intake.images.image import ImageKind


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("import", help=t("import"), short_help=t("import"))
    @click.argument("bundle", type=click.Path())
    @click.option("--into", "case", required=True, metavar="CASE", help=t("import.into"))
    @opening(t)
    @trusting(t)
    @anchored(t)
    @click.option("--allow-partial", is_flag=True, help=t("import.allow_partial"))
    @click.option("--image", type=click.Choice(["raw", "e01"]), help=t("import.image"))
    @click.option("--actor", type=Words(t), metavar="NAME", help=t("import.actor"))
    @common(t)
    def import_(
        bundle: str, case: str, identities: Identities, trust: tuple[str, ...],
        tsa: tuple[str, ...], allow_partial: bool, image: ImageKind | None, actor: str | None,
        quiet: bool, as_json: bool,
        **noted: str | None,
    ) -> int:  # fmt: skip
        from evidence.intake import import_bundle

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        anchors = load_anchors(t, noted)
        imported = import_bundle(
            Path(bundle), Path(case), identities=identities.load(),
            trust=load_trust(t, trust, tsa), anchors=anchors,
            allow_partial=allow_partial, actor=actor, image=image,
        )  # fmt: skip
        tell(voice, imported, compared=anchors.code is not None or anchors.root is not None)
        voice.document(document_of(imported))
        return imported.exit_code

    return import_


def tell(voice: Voice, imported: Imported, *, compared: bool) -> None:
    """Say where master and working copy are, and what to compare, where that was not done.

    Args:
        voice: where it is said.
        imported: what was imported.
        compared: whether a code or a root was given, and thus was this bundle's.
    """
    t, placed = voice.t, imported.placed
    voice.result(t("import.done", path=escaped(str(imported.bundle))))
    voice.result(t("import.working", path=escaped(str(imported.host))))
    aside = placed.aside + placed.links_aside
    voice.result(t("import.placed", placed=placed.files + placed.links, aside=aside))
    if imported.unfinished:
        size = sum(each.size for each in imported.unfinished)
        voice.result(t("import.unfinished", count=len(imported.unfinished), size=size))
    _tell_image(voice, imported)
    if not imported.custody_continued:
        voice.result(t("import.not_continued"))
    if imported.code is not None:
        code = imported.code
        done = t("import.code_compared", code=code) if compared else t("import.code", code=code)
        voice.result(done)


def _tell_image(voice: Voice, imported: Imported) -> None:
    """Where the image is, how it compares, and what it lacks."""
    image, t = imported.image, voice.t
    if image is None:
        return
    path = escaped(str(imported.host / "image" / image.file))
    known = t("import.image_same") if image.recorded else t("import.image_new")
    voice.result(t("import.image_done", path=path, size=image.size))
    for name, digest in sorted(image.digests.items(), reverse=True):
        shown = ALGORITHMS[name]
        voice.result(t("import.image_digest", name=shown, digest=digest, known=known))
    if image.missing:
        lost = sum(each.size for each in image.missing)
        voice.result(t("import.image_lacks", count=len(image.missing), bytes=lost))


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
        "unfinished": [each._asdict() for each in imported.unfinished],
        "image": _image_of(imported),
        "custody_continued": imported.custody_continued,
        "code": imported.code,
        "level": imported.verdict.level,
    }  # fmt: skip


def _image_of(imported: Imported) -> dict[str, object] | None:
    image = imported.image
    if image is None:
        return None
    return {
        "path": str(imported.host / "image" / image.file), "size": image.size,
        "digests": image.digests, "recorded": image.recorded,
        "missing": [
            {"offset": each.offset, "size": each.size, "why": each.why} for each in image.missing
        ],
    }  # fmt: skip
