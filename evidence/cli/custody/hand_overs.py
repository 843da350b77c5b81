"""`hozen custody release, receive, refuse, return, note`: what both sides of a hand-over sign."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from evidence.cli.custody.acting import act_of, person_of, sign, signed
from evidence.cli.custody.travelling import declared, remark, travelling
from evidence.cli.identities import Identities, opening
from evidence.cli.passphrases import Passphrases
from evidence.cli.shared import Voice, Words, common, stating
from evidence.cli.texts import Texts
from evidence.cli.verify import anchored, load_anchors, load_trust, trusting

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from chain_of_custody.event import EventType, Transport

_STATING = {"refused": ("text",), "note": ("text", "medium", "storage", "place")}
"""Of which of these at least one is to be said: an act without it would tell nothing."""


def commands(t: Texts) -> list[click.Command]:
    """The verbs in one language."""
    return [
        _release(t), _receive(t), _saying(t, "refuse", "refused"),
        _saying(t, "return", "returned"), _saying(t, "note", "note"),
    ]  # fmt: skip


def _release(t: Texts) -> click.Command:
    @click.command("release", help=t("custody.release"), short_help=t("custody.release"))
    @click.argument("bundle", type=click.Path())
    @click.option(
        "--to", "name", type=Words(t), required=True, metavar="NAME", help=t("custody.to")
    )
    @click.option("--organisation", type=Words(t), help=t("custody.organisation"))
    @click.option("--to-title", "position", type=Words(t), help=t("custody.to_title"))
    @click.option("--to-contact", "telephone", type=Words(t), help=t("custody.to_contact"))
    @travelling(t)
    @signed(t)
    @common(t)
    def release(
        bundle: str, name: str, organisation: str | None, position: str | None,
        telephone: str | None, way: Transport | None, due: str | None, key: str,
        passphrases: Passphrases, said: dict[str, Any], quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        voice, signer = Voice(t=t, quiet=quiet, as_json=as_json), passphrases.open_signer(key)
        taker = person_of(name, organisation, title=position, contact=telephone)
        act = replace(
            act_of(t, "released", signer, said), counterpart=taker, transport=way,
            check=declared(t, due, said["at"]),
        )  # fmt: skip
        code = sign(voice, bundle, act, signer, again=said["again"])
        remark(voice, bundle)
        return code

    return release


def _receive(t: Texts) -> click.Command:
    @click.command("receive", help=t("custody.receive"), short_help=t("custody.receive"))
    @click.argument("bundle", type=click.Path())
    @trusting(t)
    @opening(t)
    @anchored(t)
    @click.option("--from", "name", type=Words(t), metavar="NAME", help=t("custody.from"))
    @click.option("--seal", type=Words(t), help=t("custody.seal"))
    @signed(t)
    @common(t)
    def receive(
        bundle: str, trust: tuple[str, ...], tsa: tuple[str, ...], name: str | None,
        seal: str | None, key: str, passphrases: Passphrases, said: dict[str, Any],
        quiet: bool, as_json: bool, identities: Identities, **noted: str | None,
    ) -> int:  # fmt: skip
        from chain_of_custody.event import Transport
        from evidence.custody import custodian

        voice, signer = Voice(t=t, quiet=quiet, as_json=as_json), passphrases.open_signer(key)
        way = Transport(method=None, seal_no=seal, tracking=None) if seal else None
        act = replace(
            act_of(t, "received", signer, said), transport=way, answers=True,
            counterpart=person_of(name) if name is not None else None,
        )  # fmt: skip
        custodian.admit(signer, act)  # before a verification that may take hours
        if not said["again"]:
            custodian.refuse_said(bundle, act, signer)
        check = custodian.checked(
            bundle, load_trust(t, trust, tsa), identities=identities.load(),
            anchors=load_anchors(t, noted),
        )  # fmt: skip
        act = replace(act, check=check)
        code = sign(voice, bundle, act, signer, again=said["again"])
        remark(voice, bundle)
        return code

    return receive


def _saying(t: Texts, verb: str, kind: EventType) -> click.Command:
    """A verb that says nothing but what every act says; and which release it answers."""

    @click.command(verb, help=t(f"custody.{verb}"), short_help=t(f"custody.{verb}"))
    @click.argument("bundle", type=click.Path())
    @signed(t)
    @common(t)
    def say(
        bundle: str, key: str, passphrases: Passphrases, said: dict[str, Any],
        quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        if kind in _STATING:
            stating(t, said, *_STATING[kind])
        voice, signer = Voice(t=t, quiet=quiet, as_json=as_json), passphrases.open_signer(key)
        answers = kind in ("refused", "returned")
        act = replace(act_of(t, kind, signer, said), answers=answers)
        return sign(voice, bundle, act, signer, again=said["again"])

    return say
