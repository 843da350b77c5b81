"""`hozen custody correct, confirm, destroy`: what a holder attests beside hand-overs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from evidence.cli.custody.acting import act_of, person_of, sign, signed
from evidence.cli.passphrases import Passphrases
from evidence.cli.shared import UsageError, Voice, Words, common, stating
from evidence.cli.texts import Texts


def commands(t: Texts) -> list[click.Command]:
    """The verbs in one language."""
    return [_correct(t), _confirm(t), _destroy(t)]


def _correct(t: Texts) -> click.Command:
    @click.command("correct", help=t("custody.correct"), short_help=t("custody.correct"))
    @click.argument("bundle", type=click.Path())
    @click.argument("event", type=click.IntRange(min=1))
    @signed(t)
    @common(t)
    def correct(
        bundle: str, event: int, key: str, passphrases: Passphrases, said: dict[str, Any],
        quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.custody import custodian

        stating(t, said, "text")
        voice, signer = Voice(t=t, quiet=quiet, as_json=as_json), passphrases.open_signer(key)
        if event > len(custodian.load(bundle, partial=True).events):
            raise UsageError(t("error.event", number=event))
        act = replace(act_of(t, "corrected", signer, said), refs=(f"event:{event}",))
        return sign(voice, bundle, act, signer, again=said["again"])

    return correct


def _confirm(t: Texts) -> click.Command:
    @click.command("confirm", help=t("custody.confirm"), short_help=t("custody.confirm"))
    @click.argument("bundle", type=click.Path())
    @click.option("--code", required=True, metavar="DIGITS", help=t("custody.confirm_code"))
    @click.option("--from", "name", type=Words(t), metavar="NAME", help=t("custody.confirm_from"))
    @click.option("--organisation", type=Words(t), help=t("custody.organisation"))
    @signed(t)
    @common(t)
    def confirm(
        bundle: str, code: str, name: str | None, organisation: str | None, key: str,
        passphrases: Passphrases, said: dict[str, Any], quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.custody import custodian

        voice, signer = Voice(t=t, quiet=quiet, as_json=as_json), passphrases.open_signer(key)
        check = custodian.compared(bundle, code)
        other = person_of(name, organisation) if name is not None else None
        act = act_of(t, "code_confirmed", signer, said)
        return sign(
            voice, bundle, replace(act, check=check, counterpart=other), signer, again=said["again"]
        )

    return confirm


def _destroy(t: Texts) -> click.Command:
    @click.command("destroy", help=t("custody.destroy"), short_help=t("custody.destroy"))
    @click.argument("bundle", type=click.Path())
    @signed(t)
    @common(t)
    def destroy(
        bundle: str, key: str, passphrases: Passphrases, said: dict[str, Any],
        quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        stating(t, said, "medium", "text")
        voice, signer = Voice(t=t, quiet=quiet, as_json=as_json), passphrases.open_signer(key)
        return sign(
            voice, bundle, act_of(t, "destroyed", signer, said), signer, again=said["again"]
        )

    return destroy
