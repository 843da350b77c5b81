"""`hozen ingest`: what others collected, or photographed, sealed on a machine of our own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chain_of_custody.findings import escaped
from chain_of_custody.receipt import MEANS, UNKNOWN
from chain_of_custody.times import utc
from collectors.system import WINDOWS
from evidence.cli.shared import LinuxOnlyError, UsageError, Voice, Words, common, moment
from evidence.cli.taking.asked import Asked, asking
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for YARA and the cipher
    from chain_of_custody.receipt import Means, Receipt
    from collectors.received.folder import ReceivedFolder
    from evidence.received.form import Unusual
    from evidence.received.ingest import Delivery
    from evidence.received.typed import Typed

_NAMED = 20  # files of one result that are named on the screen; the bundle names more


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("ingest", help=t("ingest.help"), short_help=t("ingest"))
    @click.argument("folder", required=False)
    @click.option("--from", "sender", type=Words(t), metavar="NAME", help=t("ingest.from"))
    @click.option(
        "--by", "collected_by", type=Words(t), metavar="NAME", default=UNKNOWN, help=t("ingest.by")
    )
    @click.option("--means", type=click.Choice(MEANS), help=t("ingest.means"))
    @click.option("--medium", type=Words(t), metavar="TEXT", help=t("ingest.medium"))
    @click.option("--received", metavar="TIME", help=t("ingest.received"))
    @click.option("--photos", is_flag=True, help=t("ingest.photos"))
    @click.option("--form", metavar="FILE", help=t("ingest.form"))
    @click.option("--values", metavar="FILE", help=t("ingest.values"))
    @click.option("--other-values", multiple=True, metavar="FILE", help=t("ingest.other_values"))
    @click.option("--print-form", metavar="FILE", help=t("ingest.print_form"))
    @asking(t)
    @common(t)
    def ingest_(
        folder: str | None, asked: Asked, photos: bool, form: str | None, values: str | None,
        other_values: tuple[str, ...], print_form: str | None, quiet: bool, as_json: bool,
        **stated: Any,  # noqa: ANN401 - click's own keywords
    ) -> int:  # fmt: skip
        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        if print_form is not None:
            return _print_form(voice, print_form)
        if WINDOWS:
            raise LinuxOnlyError(t("error.linux"))
        asked.require_output(t)
        if folder is None:
            raise UsageError(t("usage.missing", name="FOLDER"))
        if not photos and (form is not None or values is not None):
            raise UsageError(t("usage.missing", name="--photos"))
        if other_values and values is None:
            raise UsageError(t("usage.missing", name="--values"))
        delivery = _delivery(t, asked, folder, photos=photos, **stated)
        if not photos:
            return _ingest(voice, asked, delivery, _plain(), [])
        written = _values(t, values, other_values)
        notes = written.unusual if written is not None else []
        return _ingest(voice, asked, delivery, _photos(t, form, written), notes)

    return ingest_  # fmt: skip


def _delivery(
    t: Texts, asked: Asked, folder: str, *, photos: bool, sender: str | None, collected_by: str,
    means: Means | None, medium: str | None, received: str | None,
) -> Delivery:  # fmt: skip
    from evidence.received.ingest import Delivery

    if sender is None and asked.resume is None:
        raise UsageError(t("error.sender"))
    handed = UNKNOWN
    if received is not None:
        handed = utc(moment(t, received))
    return Delivery(
        folder=Path(folder), sender=sender or UNKNOWN, collected_by=collected_by,
        means="paper" if photos and means is None else means, medium=medium, handed_over=handed,
    )  # fmt: skip


def _plain() -> ReceivedFolder:
    from collectors.received.folder import ReceivedFolder

    return ReceivedFolder()


def _values(t: Texts, values: str | None, others: tuple[str, ...]) -> Typed | None:
    """What was typed from the form; its seals are held against those of other forms."""
    from evidence.received.typed import typed

    if values is None:
        return None
    return typed(_file(t, values), [_file(t, each) for each in others])


def _photos(t: Texts, form: str | None, values: Typed | None) -> ReceivedFolder:
    """Photos, with the form that was filled by pen and what was typed from it."""
    from collectors.received.photos import Photos

    document = values.document if values is not None else None
    return Photos(form=str(_file(t, form)) if form is not None else None, typed=document)


def _file(t: Texts, path: str) -> Path:
    if not Path(path).is_file():
        raise UsageError(t("error.file", path=escaped(path), why=t("ingest.no_file")))
    return Path(path)


def _ingest(
    voice: Voice, asked: Asked, delivery: Delivery, received: ReceivedFolder,
    notes: Sequence[Unusual],
) -> int:  # fmt: skip
    from evidence.received.ingest import receiving

    request = asked.request(voice, source=str(delivery.folder), profile="standard")
    request, note = receiving(request, delivery, received)
    key = asked.key(voice)
    notes = [*note.unusual, *notes]
    code = asked.run(
        voice, request, key, verb="ingest", opening=partial(_announce, voice, note.receipt, notes),
        further=lambda: {
            "receipt": _shown(note.receipt), "compared": _compared(received),
            "unusual": [{"what": each.what, **each.facts} for each in notes],
        },
    )  # fmt: skip
    _tell(voice, received)
    return 3 if code == 0 and received.comparison.troubled else code


def _announce(voice: Voice, receipt: Receipt, notes: Sequence[Unusual]) -> None:
    voice.talk(voice.t(f"ingest.begin_{receipt.basis.replace(' ', '_')}", means=receipt.means))
    for each in notes:
        facts = {name: escaped(fact) for name, fact in each.facts.items()}
        voice.talk(voice.t(f"ingest.unusual_{each.what}", **facts))


def _shown(receipt: Receipt) -> dict[str, str]:
    return {
        "received_from": receipt.sender, "collected_by": receipt.collected_by,
        "means": receipt.means, "means_basis": receipt.basis, "handed_over": receipt.handed_over,
    }  # fmt: skip


def _compared(received: ReceivedFolder) -> dict[str, int] | None:
    comparison = received.comparison
    return comparison.counts() if comparison.lists else None


def _tell(voice: Voice, received: ReceivedFolder) -> None:
    """How the folder compares with its own list, and what the script before could not take."""
    t, comparison = voice.t, received.comparison
    voice.result("")
    if not comparison.lists:
        voice.result(t("ingest.no_list"))
    else:
        voice.result(t("ingest.compared", **comparison.counts()))
    for key, names in (
        ("differs", comparison.differs), ("missing", comparison.missing),
        ("not_listed", comparison.not_listed),
    ):  # fmt: skip
        for name in names[:_NAMED]:
            voice.result(t(f"ingest.{key}", path=escaped(name)))
        if len(names) > _NAMED:
            voice.result(t("ingest.more", count=len(names) - _NAMED))
    if received.steps is not None:
        outcomes = received.steps.outcomes
        total = outcomes.total()
        voice.result(t("ingest.steps", total=total, lost=total - outcomes["ok"]))


def _print_form(voice: Voice, path: str) -> int:
    from evidence.report.form import write_form

    write_form(Path(path), voice.t.language)
    voice.result(voice.t("ingest.form_written", path=escaped(path)))
    return 0
