"""`hozen custody show`: the custody of a bundle as lines, as a form to sign in ink, as a square."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chain_of_custody.findings import escaped
from evidence.cli.shared import UsageError, Voice, common
from evidence.cli.texts import Texts
from evidence.cli.verify import load_trust

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from evidence.custody.holding import Holding


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("show", help=t("custody.show"), short_help=t("custody.show"))
    @click.argument("bundle", type=click.Path())
    @click.option("--trust", multiple=True, metavar="CERT.pem", help=t("verify.trust"))
    @click.option("--form", metavar="FILE", help=t("custody.form"))
    @click.option("--qr", metavar="FILE.png", help=t("custody.qr"))
    @common(t)
    def show(
        bundle: str, trust: tuple[str, ...], form: str | None, qr: str | None,
        quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.cli.custody.page import document_of, form_of, lines_of, outside, put
        from evidence.writing.square import picture_of

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        holding = _holding(t, bundle, trust)
        for line in lines_of(t, holding):
            voice.result(line)
        wanted = []
        if form is not None:
            wanted.append((outside(t, form, bundle), form_of(t, holding)))
        if qr is not None:
            if holding.root is None:
                raise UsageError(t("error.no_root"))
            wanted.append((outside(t, qr, bundle), picture_of(holding.root)))
        put(t, wanted)
        if form is not None:
            voice.result(t("custody.written", path=escaped(form)))
        if qr is not None:
            voice.result(t("custody.qr_written", path=escaped(qr)))
        voice.document(document_of(holding))
        return 0

    return show


def _holding(t: Texts, bundle: str, trust: tuple[str, ...]) -> Holding:
    from evidence.custody import custodian
    from evidence.custody.holding import holding_of

    return holding_of(custodian.load(bundle, partial=True), load_trust(t, trust))
