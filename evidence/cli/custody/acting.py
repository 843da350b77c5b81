"""What every verb shares with which somebody signs: what may be said, and the event of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from chain_of_custody.times import utc
from evidence.cli.options import packed
from evidence.cli.passphrases import locked
from evidence.cli.shared import F, UsageError, Voice, Words, let_nothing_end_it, moment
from evidence.cli.taking.presence import BASES
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from chain_of_custody.documents import EventFile
    from chain_of_custody.event import EventType, Person
    from chain_of_custody.signing.keys import Signer
    from evidence.custody.custodian import Act


def signed(t: Texts, *, needed: bool = True) -> Callable[[F], F]:
    """The options of every act that somebody signs; the verb gets what was said as `said`.

    Args:
        t: the language.
        needed: whether there is no way to use the verb without a key.
    """
    words = ("title", "contact", "place", "purpose", "storage", "medium", "authority", "text")
    names = (*words, "witness", "basis", "at", "again")
    options = [
        locked(t),
        click.option("--key", required=needed, metavar="FILE|pkcs11:…", help=t("custody.key")),
        click.option("--at", help=t("custody.at")),
        click.option("--again", is_flag=True, help=t("custody.again")),
        click.option("--basis", type=click.Choice(BASES), help=t("custody.basis")),
        click.option(
            "--witness", type=Words(t), multiple=True, metavar="NAME", help=t("custody.witness")
        ),
        *(click.option(f"--{name}", type=Words(t), help=t(f"custody.{name}")) for name in words),
    ]
    return packed("said", lambda given: {name: given.pop(name) for name in names}, options)


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


def sign(voice: Voice, bundle: str, act: Act, signer: Signer, *, again: bool = False) -> int:
    """Append one event and tell of it; once more what the log ends with, where that is meant."""
    from evidence.custody import custodian

    if custodian.ends_collection(bundle):
        voice.tell("custody.never_sealed")
    # From here on it is better not ended: who gives the command again would sign a second time.
    with never_twice(bundle):
        (made,) = custodian.append(
            bundle, [act], signer, again=again, ready=lambda _: let_nothing_end_it()
        )
    voice.document(tell(voice, made))
    return 0


@contextmanager
def never_twice(bundle: str) -> Iterator[None]:
    """See that who can't know whether an event stands is not told to give the command again.

    Raises:
        CustodianError: it can't be told; says what to look for.
    """
    from evidence.custody.appending import CustodianError
    from evidence.writing.together import StaysError

    try:
        yield
    except StaysError as error:
        events = [int(path.stem) for path in error.paths if path.suffix == ".json"]
        if not events:  # what may stay says nothing, and gives way to the next act
            raise OSError(error.errno, error.strerror, error.filename) from error
        facts = {"number": events[0], "why": error.strerror}
        raise CustodianError("log_unsure", 4, path=bundle, **facts) from error


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
        "schema": "hozen-signed/1", "event": made.event.seq, "type": made.event.type,
        "head": made.sha256, "code": code,
    }  # fmt: skip
