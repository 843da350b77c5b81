"""`hozen custody`: show, hand-overs, notes; the other verbs are in attest.py and stamp.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from chain_of_custody.findings import escaped
from evidence.cli.custody.travelling import declared, remark, travelling
from evidence.cli.identities import Identities, opening
from evidence.cli.passphrases import Passphrases, locked
from evidence.cli.presence import BASES
from evidence.cli.shared import F, UsageError, Voice, Words, common, moment, stating, utc
from evidence.cli.texts import Texts
from evidence.cli.verify import anchored, load_anchors, load_trust, trusting

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from chain_of_custody.documents import EventFile
    from chain_of_custody.event import EventType, Person, Transport
    from chain_of_custody.signing.keys import Signer
    from evidence.custody.custodian import Act
    from evidence.custody.holding import Holding


def command(t: Texts) -> click.Group:
    """The group in one language."""
    from evidence.cli.custody import attest, examination, stamp

    group = click.Group("custody", help=t("custody"), short_help=t("custody"))
    for make in (_show, _release, _receive):
        group.add_command(make(t))
    group.add_command(_saying(t, "refuse", "refused"))
    group.add_command(_saying(t, "return", "returned"))
    group.add_command(_saying(t, "note", "note"))
    for verb in (*attest.commands(t), *examination.commands(t), *stamp.commands(t)):
        group.add_command(verb)
    return group


def signed(t: Texts, *, needed: bool = True) -> Callable[[F], F]:
    """The options of every act that somebody signs; the verb gets what was said as `said`.

    Args:
        t: the language.
        needed: whether there is no way to use the verb without a key.
    """

    def add(function: F) -> F:
        options = ("title", "contact", "place", "purpose", "storage", "medium", "authority", "text")

        def run(*args: Any, **given: Any) -> Any:  # noqa: ANN401 - click's own keywords
            said = {name: given.pop(name) for name in (*options, "witness", "basis", "at")}
            return function(*args, said=said, **given)

        run.__name__ = function.__name__
        run.__dict__.update(function.__dict__)
        added: Callable[..., Any] = run
        for name in reversed(options):
            added = click.option(f"--{name}", type=Words(t), help=t(f"custody.{name}"))(added)
        for option in (
            click.option(
                "--witness", type=Words(t), multiple=True, metavar="NAME", help=t("custody.witness")
            ),
            click.option("--basis", type=click.Choice(BASES), help=t("custody.basis")),
            click.option("--at", help=t("custody.at")),
            click.option("--key", required=needed, metavar="FILE|pkcs11:…", help=t("custody.key")),
        ):
            added = option(added)
        return locked(t)(added)  # type: ignore[return-value]  # the same verb

    return add


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
        code = sign(voice, bundle, act, signer)
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
        act = act_of(t, "received", signer, said)
        custodian.admit(signer, act)  # before a verification that may take hours
        check = custodian.checked(
            bundle, load_trust(t, trust, tsa), identities=identities.load(),
            anchors=load_anchors(t, noted),
        )  # fmt: skip
        before = _released(bundle)
        way = Transport(method=None, seal_no=seal, tracking=None) if seal else None
        act = replace(
            act, check=check, counterpart=_giver(name, before), transport=way,
            refs=_refs_to(before),
        )  # fmt: skip
        code = sign(voice, bundle, act, signer)
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
        if kind == "refused":
            stating(t, said, "text")
        voice, signer = Voice(t=t, quiet=quiet, as_json=as_json), passphrases.open_signer(key)
        refs = _refs_to(_released(bundle)) if kind in ("refused", "returned") else ()
        act = replace(act_of(t, kind, signer, said), refs=refs)
        return sign(voice, bundle, act, signer)

    return say


def _show(t: Texts) -> click.Command:
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
        from evidence.cli.custody.page import (
            document_of,
            lines_of,
            outside,
            put_square,
            write_form,
        )

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        holding = _holding(t, bundle, trust)
        for line in lines_of(t, holding):
            voice.result(line)
        if form is not None:
            write_form(t, holding, outside(t, form, bundle))
            voice.result(t("custody.written", path=escaped(form)))
        if qr is not None:
            if holding.root is None:
                raise UsageError(t("error.no_root"))
            put_square(t, outside(t, qr, bundle), holding.root)
            voice.result(t("custody.qr_written", path=escaped(qr)))
        voice.document(document_of(holding))
        return 0

    return show


# What the verbs share.


def _released(bundle: str) -> EventFile | None:
    """The release that nobody received yet."""
    from evidence.custody import custodian

    return custodian.open_release(custodian.load(bundle, partial=True))


def _refs_to(event: EventFile | None) -> tuple[str, ...]:
    return (f"event:{event.event.seq}",) if event is not None else ()


def _holding(t: Texts, bundle: str, trust: tuple[str, ...]) -> Holding:
    from evidence.custody import custodian
    from evidence.custody.holding import holding_of

    return holding_of(custodian.load(bundle, partial=True), load_trust(t, trust))


def act_of(t: Texts, kind: EventType, signer: Signer, said: dict[str, Any]) -> Act:
    """What the options say; the signer's name and organisation come from the certificate."""
    from chain_of_custody.event import Authority
    from evidence.custody.custodian import Act

    basis, number = said["basis"], said["authority"]
    if number is not None and basis is None:
        raise UsageError(t("usage.missing", name="--basis"))
    kept = "; ".join(each for each in (said["storage"], said["medium"]) if each)
    at = said["at"]
    return Act(
        kind=kind, actor=_signer(signer, said), place=said["place"], purpose=said["purpose"],
        storage=kept or None, text=said["text"],
        witnesses=tuple(person_of(name) for name in said["witness"]),
        authority=Authority(basis=basis, number=number) if basis is not None else None,
        at=utc(moment(t, at)) if at is not None else None,
    )  # fmt: skip


def _signer(signer: Signer, said: dict[str, Any]) -> Person:
    from chain_of_custody.event import Person
    from chain_of_custody.signing.certificates import name_of, organisation_of

    return Person(
        contact=said["contact"], name=name_of(signer.certificate),
        organisation=organisation_of(signer.certificate), title=said["title"],
    )  # fmt: skip


def person_of(
    name: str, organisation: str | None = None, *, title: str | None = None,
    contact: str | None = None,
) -> Person:  # fmt: skip
    """Somebody on the other side, or who stood by."""
    from chain_of_custody.event import Person

    return Person(contact=contact, name=name, organisation=organisation, title=title)


def _giver(name: str | None, before: EventFile | None) -> Person | None:
    """Who hands it over: as the receiver says, else as the release says."""
    if name is not None:
        return person_of(name)
    return before.event.actor if before is not None else None


def sign(voice: Voice, bundle: str, act: Act, signer: Signer) -> int:
    """Append one event and tell of it."""
    from evidence.custody import custodian

    if custodian.ends_collection(bundle):
        voice.tell("custody.never_sealed")
    (made,) = custodian.append(bundle, [act], signer)
    voice.document(tell(voice, made))
    return 0


def tell(voice: Voice, made: EventFile) -> dict[str, object]:
    """Say which event was signed, and the head to note; the same for machines."""
    from chain_of_custody.code import spoken_code
    from evidence.report.acts import type_of
    from evidence.report.texts import Words

    t, code = voice.t, spoken_code(made.sha256)
    kind = type_of(Words(t.language), made.event.type)
    voice.result(t("custody.done", number=made.event.seq, kind=kind))
    voice.result(t("custody.head", head=made.sha256))
    voice.result(t("custody.code", code=code))
    return {
        "event": made.event.seq, "type": made.event.type, "head": made.sha256, "code": code
    }  # fmt: skip
