"""What verbs that take evidence are told: by whose key, for which case, for whom to read."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chain_of_custody.findings import escaped
from evidence.cli.kit.imager import with_carried
from evidence.cli.kit.key import session_keys
from evidence.cli.options import packed
from evidence.cli.passphrases import Passphrases, locked
from evidence.cli.rules.engines import engines
from evidence.cli.rules.sets import licensed, load_sets, vouched
from evidence.cli.shared import F, UsageError, Voice, Words, parse_size, parse_time, read_text
from evidence.cli.taking.own_disk import refuse_own_disk
from evidence.cli.taking.presence import present
from evidence.cli.taking.reference import Reference
from evidence.cli.taking.resumed import keep_begun
from evidence.cli.taking.running import run
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for YARA and the cipher
    from chain_of_custody.signing.keys import Signer
    from evidence.cli.taking.ending import Verb
    from evidence.engines.names import EngineName
    from evidence.planning.request import Request
    from evidence.writing.history import Presence

_SLOWEST = 1 << 20  # bytes a second: the slowest stick takes more
_CHALLENGE = 200  # characters: it is to be typed by somebody


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every verb that takes evidence is told, as it was typed."""

    output: str | None
    case_id: str
    recipient: tuple[str, ...]
    kit: str | None
    passphrases: Passphrases
    presence: Presence
    challenge: str | None
    reference: str | None
    no_compress: bool
    max_size: str | None
    max_time: str | None
    max_rate: str | None
    second_copy: str | None
    on_this_disk: bool
    resume: str | None
    engine: EngineName = "yara"
    rules: tuple[str, ...] = ()
    licence: str | None = None
    rules_trust: tuple[str, ...] = ()

    def request(self, voice: Voice, **more: Any) -> Request:  # noqa: ANN401 - Request's own fields
        """The request; what only this verb knows is in `more`.

        Raises:
            UsageError: something that was typed means nothing, or a bundle that is gone on with
                was begun as something else.
        """
        from evidence.planning.request import Limits, Request

        t = voice.t
        self._require_answers(*_places(more))
        request = Request(
            output=self._folder, case_id=case_of(t, self.case_id),
            recipients=recipients_of(t, self.recipient),
            compress=not self.no_compress,
            limits=Limits(
                size=parse_size(t, self.max_size), time=parse_time(t, self.max_time),
                rate=_rate_of(t, self.max_rate),
            ),
            resume=Path(self.resume) if self.resume is not None else None,
            presence=self.presence, challenge=_challenge_of(voice, self.challenge),
            engine=self.engine,
            **with_carried(
                voice, load_sets(voice, self.rules, self.licence, self.rules_trust)
            ),
            second=self._second, **more,
        )  # fmt: skip
        keep_begun(voice, request)
        return request

    def require_output(self, t: Texts) -> None:
        """Refuse to begin without a place to write to, and from a kit onto this machine's disk.

        Raises:
            UsageError: neither --output nor --resume.
            SilentError: what was named doesn't answer.
            DestinationError: this machine's own disk, and nobody said that it is meant.
        """
        if not self.somewhere:
            raise UsageError(t("error.output"))
        self._require_answers()
        if not self.on_this_disk:
            refuse_own_disk([self._folder, *filter(None, [self._second])])

    def _require_answers(self, *sources: str) -> None:
        from evidence.planning.silence import require_answers

        named = (self.output, self.resume, self.second_copy, *sources)
        require_answers(each for each in named if each is not None)

    def key(self, voice: Voice) -> Signer | None:
        """The key of this collection, certified by the kit; None without one."""
        if self.kit is None:
            return None
        resumed = Path(self.resume) if self.resume is not None else None
        return session_keys(voice, self.kit, self.passphrases, self._folder)(resumed)

    @property
    def somewhere(self) -> bool:
        """Whether it was said where to write to."""
        return self.output is not None or self.resume is not None

    @property
    def fresh(self) -> Path | None:
        """Where a new bundle is to go; None where none is begun, or nobody said."""
        return self._folder if self.resume is None and self.output is not None else None

    @property
    def _folder(self) -> Path:
        """Where bundles are written."""
        return Path(self.resume or ".").parent if self.output is None else Path(self.output)

    @property
    def _second(self) -> Path | None:
        """Where the second copy goes."""
        return Path(self.second_copy) if self.second_copy is not None else None

    def run(
        self, voice: Voice, request: Request, key: Signer | None, *, verb: Verb,
        further: Callable[[], dict[str, object]] = dict,
        opening: Callable[[], None] = lambda: None,
    ) -> int:  # fmt: skip
        """Take it; returns the exit code.

        Args:
            voice: how to speak.
            request: what to take.
            key: the collection key.
            verb: that was typed.
            further: what this verb adds to the JSON result.
            opening: says what begins, once nothing stands against it.
        """
        reference = Reference.of(voice, self.reference)
        return run(voice, request, key, reference, verb=verb, further=further, opening=opening)


def asking(t: Texts, *, searching: bool = True) -> Callable[[F], F]:
    """The options that verbs which take evidence share; the verb gets them as `asked`.

    Args:
        t: the user's language.
        searching: whether the verb tries rules on what it takes; else it has no options for them.
    """
    options = [
        click.option("--output", metavar="DIR", help=t("collect.output")),
        click.option("--case", "case_id", metavar="ID", default="UNNAMED", help=t("collect.case")),
        click.option(
            "--recipient", multiple=True, metavar="AGE_KEY|FILE", help=t("collect.recipient")
        ),
        click.option("--kit", metavar="DIR", help=t("collect.kit")),
        locked(t),
        present(t),
        click.option("--challenge", type=Words(t), metavar="TEXT", help=t("collect.challenge")),
        click.option("--reference", type=Words(t), metavar="TIME|ask", help=t("collect.reference")),
        click.option("--no-compress", is_flag=True, help=t("collect.no_compress")),
        click.option("--max-size", metavar="20GiB", help=t("collect.max_size")),
        click.option("--max-time", metavar="30m", help=t("collect.max_time")),
        click.option("--max-rate", metavar="20MiB", help=t("collect.max_rate")),
        click.option("--second-copy", metavar="DIR", help=t("collect.second_copy")),
        click.option("--on-this-disk", is_flag=True, help=t("kit.on_this_disk")),
        click.option("--resume", metavar="BUNDLE", help=t("collect.resume")),
    ]
    if searching:
        options += [
            engines(t),
            click.option("--rules", multiple=True, metavar="PACK|DIR", help=t("collect.rules")),
            licensed(t),
            vouched(t),
        ]

    def asked(given: dict[str, Any]) -> Asked:
        return Asked(
            **{each.name: given.pop(each.name) for each in fields(Asked) if each.name in given}
        )

    return packed("asked", asked, options)


def _places(more: dict[str, Any]) -> list[str]:
    """The folder or disk that evidence is taken from."""
    named = more.get("source", "live")
    return [named] if named != "live" else []


def _challenge_of(voice: Voice, value: str | None) -> str | None:
    """What the provider gave; a time in it that is still to come says that the clock is behind."""
    if value is None:
        return None
    from chain_of_custody.stages.stamps import challenge_time

    if not 1 <= len(value.strip()) <= _CHALLENGE:
        raise UsageError(voice.t("error.challenge", value=escaped(value)))
    made = challenge_time(value)
    if made is not None and datetime.datetime.now(datetime.UTC) < made:
        voice.talk(voice.t("run.clock_behind"))
    return value.strip()


def _rate_of(t: Texts, value: str | None) -> int | None:
    """Bytes a second; so few that nothing would ever end are a slip of who typed them."""
    rate = parse_size(t, value)
    if rate is not None and rate < _SLOWEST:
        raise UsageError(t("error.rate", value=escaped(value or "")))
    return rate


def case_of(t: Texts, value: str) -> str:
    """The case number, of the characters that a folder's name takes everywhere."""
    if not re.fullmatch(r"[A-Za-z0-9-]{1,32}", value):
        raise UsageError(t("error.case", value=escaped(value)))
    return value


def recipients_of(t: Texts, values: tuple[str, ...]) -> tuple[str, ...]:
    """Whose keys open the bundle: given themselves, or in files.

    Raises:
        UsageError: a file holds something else; it is named, what stands in it is not repeated.
        RecipientError: a private key was given.
    """
    from evidence.writing.age import RecipientError, is_secret

    found: list[str] = []
    for value in values:
        if is_secret(value):
            raise RecipientError("recipient.secret")
        found += [value] if value.startswith("age1") else _recipients_in(t, value)
    return tuple(dict.fromkeys(found))


def _recipients_in(t: Texts, path: str) -> list[str]:
    from evidence.writing.age import is_secret

    found: list[str] = []
    for number, line in enumerate(map(str.strip, read_text(t, path).splitlines()), 1):
        if is_secret(line):
            raise UsageError(t("error.secret_key", path=escaped(path)))
        if line and not line.startswith(("#", "age1")):
            raise UsageError(t("error.no_recipient", path=escaped(path), number=number))
        if line.startswith("age1"):
            found.append(line)
    return found
