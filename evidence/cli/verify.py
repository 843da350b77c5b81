"""`hozen verify`: the stages of a bundle or an exhibit, then what they come to."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from chain_of_custody.code import typed
from chain_of_custody.findings import escaped
from evidence.cli.identities import Identities, opening
from evidence.cli.lines import filled
from evidence.cli.shared import (
    F,
    UsageError,
    Voice,
    coloured,
    common,
    fitted,
    read_text,
)
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from chain_of_custody.signing.trust import TrustStore
    from chain_of_custody.verdict import Anchors, Verdict
    from evidence.report.texts import Language

_COLOURS = {"PASS": "green", "FAIL": "red", "NOT CHECKED": "yellow"}
_WIDTHS = {"en": (14, 12), "ja": (10, 18)}  # columns of a stage's name, of how it ended


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("verify", help=t("verify"), short_help=t("verify"))
    @click.argument("bundle", type=click.Path())
    @trusting(t)
    @opening(t)
    @anchored(t)
    @click.option("--report", "report_file", metavar="FILE", help=t("verify.report"))
    @common(t)
    def verify(
        bundle: str, trust: tuple[str, ...], tsa: tuple[str, ...],
        identities: Identities, report_file: str | None, quiet: bool, as_json: bool,
        **noted: str | None,
    ) -> int:  # fmt: skip
        from chain_of_custody.verdict import document_of

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        verdict, report = _verify(
            Path(bundle), Path(report_file) if report_file is not None else None,
            trust=load_trust(t, trust, tsa), identities=identities.load(),
            anchors=load_anchors(t, noted),
        )  # fmt: skip
        for line in lines_of(verdict, t, sys.stdout):
            voice.result(line)
        voice.document(document_of(verdict))
        if report is not None:
            report(t.language)
            voice.talk(t("report.done", path=escaped(str(report_file))))
        return int(verdict.exit)

    return verify


def trusting(t: Texts) -> Callable[[F], F]:
    """The options for what the user trusts: for signatures, and for time."""

    def add(function: F) -> F:
        for name in ("tsa", "trust"):
            function = click.option(
                f"--{name}", multiple=True, metavar="CERT.pem", help=t(f"verify.{name}")
            )(function)
        return function

    return add


def _verify(
    bundle: Path,
    place: Path | None,
    **given: Any,  # noqa: ANN401 - as `verify_path` takes it
) -> tuple[Verdict, Callable[[Language], None] | None]:
    """The verdict; and what writes its report, where one was asked for."""
    from evidence.reading.checked import verify_path

    _refuse_neither(bundle)
    if place is None:
        return verify_path(bundle, **given), None
    from evidence.report.verification import check_place, examine, write_report

    check_place(place, bundle)
    examined = examine(bundle, **given)
    return examined.verdict, partial(write_report, examined, place)


def _refuse_neither(path: Path) -> None:
    """See that there is something to verify: who mistyped a name needs no verdict on it.

    Raises:
        UnusableError: neither a bundle nor an exhibit lies there.
    """
    from chain_of_custody.exhibit import ExhibitFolder, looks_like_exhibit
    from chain_of_custody.folder import BundleFolder

    (ExhibitFolder if looks_like_exhibit(path) else BundleFolder)(path)


def anchored(t: Texts) -> Callable[[F], F]:
    """The options for what was noted outside the bundle."""

    def add(function: F) -> F:
        for name, metavar in (
            ("challenge", "TEXT"), ("head", "HEX"), ("code", "DIGITS"), ("root", "HEX"),
        ):  # fmt: skip
            function = click.option(f"--{name}", metavar=metavar, help=t(f"verify.{name}"))(
                function
            )
        return function

    return add


def load_anchors(t: Texts, noted: Mapping[str, str | None]) -> Anchors:
    """What the user noted; a code is checked by the verifier, which says what is wrong with it."""
    from chain_of_custody.verdict import Anchors

    return Anchors(
        root=_hex(t, noted["root"]), code=noted["code"], head=_hex(t, noted["head"]),
        challenge=noted["challenge"],
    )  # fmt: skip


def _hex(t: Texts, value: str | None) -> str | None:
    if value is None:
        return None
    found = typed(value)
    if not re.fullmatch(r"[0-9a-f]{64}", found):
        raise UsageError(t("error.hex", value=escaped(value)))
    return found


def load_trust(t: Texts, paths: tuple[str, ...], authorities: tuple[str, ...] = ()) -> TrustStore:
    """Certificates and revocation lists from PEM files that the user named."""
    from chain_of_custody.signing.trust import TrustFileError, TrustStore

    signing, timing = (
        [read_text(t, path).encode() for path in each] for each in (paths, authorities)
    )
    try:
        return TrustStore.from_pem(signing, timing)
    except TrustFileError as error:
        where = escaped(", ".join((*paths, *authorities)))
        why = error.finding.sentence(t.language)
        raise UsageError(t("error.file", path=where, why=why)) from error


def lines_of(verdict: Verdict, t: Texts, stream: TextIO | None = None) -> list[str]:
    """The verdict as a person reads it, fitted to the stream when that is a terminal."""
    from evidence.report.texts import Words

    words, (name_wide, wide) = Words(t.language), _WIDTHS[t.language]
    margin = len("1 ") + name_wide + 1 + wide + 1  # columns before what a stage has to say
    lines = []
    for stage in verdict.stages:
        outcome = words(f"v_{stage.outcome.value}")
        outcome = filled(outcome, wide) if stage.findings else outcome
        shown = coloured(outcome, _COLOURS[stage.outcome.value], stream)
        head = f"{stage.number} {filled(words(f'stage_{stage.name}'), name_wide)} {shown} "
        said = [
            line
            for finding in stage.findings
            for line in fitted(finding.sentence(t.language), stream, margin)
        ]
        lines.append(f"{head}{said[0] if said else ''}".rstrip())
        lines += [" " * margin + line for line in said[1:]]
    return [*lines, "", *fitted(summary_of(verdict, t), stream)]


def summary_of(verdict: Verdict, t: Texts) -> str:
    """The last line: what the stages come to."""
    from chain_of_custody.verdict import Exit, Outcome

    if verdict.exit is not Exit.VERIFIED:
        failed = ", ".join(str(number) for number in verdict.failed)
        return t(f"verdict.{verdict.told}", failed=failed)
    opened = verdict.stage(4).outcome is Outcome.PASS
    tied = verdict.stage(5).outcome is Outcome.PASS
    signer = t("signer.tied" if tied else "signer.untied")
    if verdict.kind == "exhibit":
        count = sum(verdict.counts.values())
        return t("verdict.exhibit", count=count, signer=signer, level=verdict.level)
    contents = t("contents.opened" if opened else "contents.closed")
    return t("verdict.0", contents=contents, signer=signer, level=verdict.level)
