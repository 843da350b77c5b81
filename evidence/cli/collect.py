"""`hozen collect`: what the person at the terminal runs."""

from __future__ import annotations

import datetime
import gc
import os
import re
import signal
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Self

import click

from chain_of_custody.findings import escaped
from evidence.cli import listing
from evidence.cli.passphrases import Passphrases, locked
from evidence.cli.presence import present
from evidence.cli.reference import Reference
from evidence.cli.shared import (
    UsageError,
    Voice,
    common,
    on_terminal,
    parse_size,
    parse_time,
    read_text,
)
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for YARA and the cipher
    from chain_of_custody.keys import Signer
    from evidence.cli.progress import Moving
    from evidence.collection import ProfileName, Request
    from evidence.history import Presence

_CHALLENGE = 200  # characters: it is to be typed by somebody


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("collect", help=t("collect"), short_help=t("collect"))
    @click.option("--output", metavar="DIR", help=t("collect.output"))
    @click.option("--case", "case_id", metavar="ID", default="UNNAMED", help=t("collect.case"))
    @click.option(
        "--profile",
        type=click.Choice(["quick", "standard", "full"]),
        default="standard",
        show_default=True,
        help=t("collect.profile"),
    )
    @click.option("--source", default="live", show_default=True, help=t("collect.source"))
    @click.option("--recipient", multiple=True, metavar="AGE_KEY|FILE", help=t("collect.recipient"))
    @click.option("--kit", metavar="DIR", help=t("collect.kit"))
    @locked(t, making=False)
    @present(t)
    @click.option("--challenge", metavar="TEXT", help=t("collect.challenge"))
    @click.option("--reference", metavar="TIME|ask", help=t("collect.reference"))
    @click.option("--only", multiple=True, metavar="NAME", help=t("collect.only"))
    @click.option("--skip", multiple=True, metavar="NAME", help=t("collect.skip"))
    @click.option("--documents", is_flag=True, help=t("collect.documents"))
    @click.option("--max-size", metavar="20GiB", help=t("collect.max_size"))
    @click.option("--max-time", metavar="30m", help=t("collect.max_time"))
    @click.option("--resume", metavar="BUNDLE", help=t("collect.resume"))
    @click.option("--dry-run", is_flag=True, help=t("collect.dry_run"))
    @click.option("--list", "listed", is_flag=True, help=t("collect.list"))
    @common(t)
    def collect_(
        output: str | None,
        case_id: str,
        profile: ProfileName,
        source: str,
        recipient: tuple[str, ...],
        kit: str | None,
        passphrases: Passphrases,
        presence: Presence,
        challenge: str | None,
        reference: str | None,
        only: tuple[str, ...],
        skip: tuple[str, ...],
        documents: bool,
        max_size: str | None,
        max_time: str | None,
        resume: str | None,
        dry_run: bool,
        listed: bool,
        quiet: bool,
        as_json: bool,
    ) -> int:
        from evidence.collection import Request
        from evidence.session import Limits

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        if output is None and resume is None and not (dry_run or listed):
            raise UsageError(t("error.output"))
        request = Request(
            output=Path(output) if output is not None else Path(resume or ".").parent,
            case_id=_case(t, case_id),
            profile=profile,
            source=source,
            recipients=_recipients(t, recipient),
            only=only,
            skip=skip,
            documents=documents,
            limits=Limits(size=parse_size(t, max_size), time=parse_time(t, max_time)),
            resume=Path(resume) if resume is not None else None,
            presence=presence,
            challenge=_challenge(voice, challenge),
        )
        key = _key(voice, kit, passphrases)
        if listed:
            return listing.tell(voice)
        if dry_run:
            return listing.rehearse(voice, request)
        return _run(voice, request, key, Reference.of(voice, reference))

    return collect_  # fmt: skip


def _key(voice: Voice, kit: str | None, passphrases: Passphrases) -> Signer | None:
    """The key of this collection, certified by the kit; None without one."""
    from chain_of_custody.certificates import KIT_ROLE, collection_key, role_of

    if kit is None:
        return None
    path = Path(kit) / "kit.key"
    by = passphrases.open_key(str(path))
    if role_of(by.certificate) != KIT_ROLE:
        raise UsageError(voice.t("error.kit", path=escaped(str(path))))
    now = datetime.datetime.now(datetime.UTC)
    if not by.certificate.not_valid_before_utc <= now <= by.certificate.not_valid_after_utc:
        voice.talk(voice.t("run.kit_dates"))
    return collection_key(by)


def _challenge(voice: Voice, value: str | None) -> str | None:
    """What the provider gave; a time in it that is still to come says that the clock is behind."""
    if value is None:
        return None
    from chain_of_custody.stamps import challenge_time

    if not 1 <= len(value.strip()) <= _CHALLENGE:
        raise UsageError(voice.t("error.challenge", value=escaped(value)))
    made = challenge_time(value)
    if made is not None and datetime.datetime.now(datetime.UTC) < made:
        voice.talk(voice.t("run.clock_behind"))
    return value.strip()


def _case(t: Texts, value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,32}", value):
        raise UsageError(t("error.case", value=escaped(value)))
    return value


def _recipients(t: Texts, values: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for value in values:
        if value.startswith("age1"):
            found.append(value)
            continue
        lines = [line.strip() for line in read_text(t, value).splitlines()]
        found += [line for line in lines if line and not line.startswith("#")]
    return tuple(dict.fromkeys(found))


class Stopping:
    """Turns Ctrl-C, a closed terminal and a shutdown into a question that the run asks."""

    def __init__(self, voice: Voice) -> None:
        self.asked = False
        self._voice = voice
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._before[number] = signal.signal(number, self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if not self.asked:
            self.asked = True
            with suppress(RuntimeError):  # it came while a line was being written
                self._voice.talk(self._voice.t("run.already_stopping"))

    def __call__(self) -> bool:
        """Whether somebody asked the run to end."""
        return self.asked


class Plain:
    """Progress without a terminal: one line a collector."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def collector(self, name: str, index: int, total: int) -> None:
        """A collector begins."""
        self._voice.talk(self._voice.t("run.collector", name=name, index=index + 1, total=total))

    def item(self, origin: str, stored: int) -> None:
        """Items are not told one by one."""

    def close(self) -> None:
        """Nothing to take off the screen."""


def _run(voice: Voice, request: Request, key: Signer | None, reference: Reference) -> int:
    from evidence.cli import ending
    from evidence.collection import collect
    from evidence.square import put_beside

    t = voice.t
    voice.talk(t("run.begin", profile=request.profile))
    if not request.recipients and request.resume is None:
        voice.talk(t("run.unencrypted"))
    if request.source == "live":
        _warn_of_host(voice, request)
    os.nice(10)  # below whatever keeps the hospital running
    gc.freeze()  # what is loaded stays: not to be looked through again every thousand files
    with Stopping(voice) as stopping:
        listener = _listener(voice)
        try:
            collected = collect(
                request, listener=listener, stopping=stopping, key=key, reference=reference
            )
        finally:
            with suppress(OSError):  # the terminal may be gone
                listener.close()
        # Who pressed Ctrl-C once presses it again: what is said now must still come out.
        square = put_beside(collected.path, collected.root) if collected.sealed else None
        ending.tell(voice, collected, square)
        voice.document(ending.document_of(collected, square))
    return 3 if collected.missing_expected else 0


def _listener(voice: Voice) -> Plain | Moving:
    if voice.quiet or not on_terminal():
        return Plain(voice)
    from evidence.cli.progress import Moving

    return Moving()


def _warn_of_host(voice: Voice, request: Request) -> None:
    if os.geteuid() != 0:
        voice.talk(voice.t("run.not_root"))
    existing = next(p for p in (request.output, *request.output.absolute().parents) if p.exists())
    if existing.stat().st_dev == Path("/").stat().st_dev:
        voice.talk(voice.t("run.same_disk"))
