"""The custody of a bundle as lines, as JSON and as a form to be printed and signed in ink."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chain_of_custody.code import spoken_code
from chain_of_custody.findings import escaped
from chain_of_custody.signing.certificates import name_of, role_of
from chain_of_custody.signing.keys import fingerprint
from evidence.cli.shared import UsageError, let_nothing_end_it
from evidence.cli.texts import Texts
from evidence.custody.holding import Entry, Holding, Period, facts
from evidence.report import acts
from evidence.report.rendering import render
from evidence.report.texts import Words
from evidence.report.times import in_japan
from evidence.writing.together import write_together

_COLLECTION = ("volume_closed",)  # of these there can be thousands; they say nothing of holders


def lines_of(t: Texts, holding: Holding) -> list[str]:
    """Events first, then who held it."""
    lines = [Words(t.language)("v_utc")]
    lines += [line for entry in _told(holding) for line in _entry(t, entry)]
    lines += _untold(t, holding)
    lines += ["", t("custody.periods")]
    lines += [_period(t, each) for each in holding.periods]
    return [*lines, t("custody.head", head=holding.head)]


def _told(holding: Holding) -> list[Entry]:
    return [each for each in holding.entries if each.file.event.type not in _COLLECTION]


def _untold(t: Texts, holding: Holding) -> list[str]:
    """What numbers that are not told are: a page with numbers missing looks like one cut."""
    count = len(holding.entries) - len(_told(holding))
    return [t("custody.volumes", count=count)] if count else []


def _entry(t: Texts, entry: Entry) -> list[str]:
    event, words = entry.file.event, Words(t.language)
    lines = [
        t("custody.line", number=f"{entry.number:>4}", at=_time(t, event.at, entry.stated),
          kind=acts.type_of(words, event.type), who=escaped(entry.who)),
        t("custody.signer", signer=escaped(entry.signer),
          role=escaped(acts.role_of(words, entry.role)), tied=_standing(t, entry)),
    ]  # fmt: skip
    lines += [
        t("custody.fact", what=t(f"fact.{key}"), value=escaped(value))
        for key, value in acts.facts_of(words, entry)
    ]
    if entry.corrected_by:
        numbers = ", ".join(str(each) for each in entry.corrected_by)
        lines.append(t("custody.corrected", numbers=numbers))
    lines += [t("custody.remark", text=each.sentence(t.language)) for each in entry.remarks]
    return lines


def _standing(t: Texts, entry: Entry) -> str:
    """What the reader's trust says of the signer."""
    if entry.revoked is not None:
        return t("custody.revoked", since=entry.revoked)
    if entry.wrong_role:
        return t("custody.wrong_role")
    return t("custody.tied") if entry.tied else t("custody.untied")


def _time(t: Texts, at: str | None, stated: bool) -> str:
    """A time, marked where it is somebody's word; `now` where there is none."""
    if at is None:
        return t("custody.until_now")
    return t("custody.stated", at=at) if stated else at


def _period(t: Texts, period: Period) -> str:
    extra = "; ".join(escaped(each) for each in (period.how, period.seals) if each)
    return t(
        "custody.period", begins=_time(t, period.begins, period.begins_stated),
        ends=_time(t, period.ends, period.ends_stated), holder=_holder(t, period),
        how=f" ({extra})" if extra else "",
    )  # fmt: skip


def _holder(t: Texts, period: Period) -> str:
    if period.holder is None:
        return t("custody.nobody")
    holder = escaped(period.holder)
    holder = t("custody.later", holder=holder) if period.later else holder
    return holder if period.tied else t("custody.holder_untied", holder=holder)


def document_of(holding: Holding) -> dict[str, Any]:
    """The same for machines."""
    return {
        "schema": "hozen-custody/1",
        "bundle_id": holding.bundle_id,
        "manifest_sha256": holding.manifest_sha256,
        "head": holding.head,
        "trusted": holding.trust.fingerprints,
        "revocation_lists": len(holding.trust.revocations),
        "events": [
            {
                "number": entry.number, "at": entry.file.event.at,
                "at_source": entry.file.event.at_source, "type": entry.file.event.type,
                "signer": entry.signer, "role": entry.role, "tied": entry.tied,
                "wrong_role": entry.wrong_role, "revoked": entry.revoked,
                "corrected_by": list(entry.corrected_by), **dict(facts(entry)),
                "remarks": [
                    {"key": each.key, "en": each.sentence("en"), "ja": each.sentence("ja")}
                    for each in entry.remarks
                ],
            }
            for entry in holding.entries
        ],
        "periods": holding.periods_document(),
    }  # fmt: skip


def _trusted(t: Texts, holding: Holding) -> list[str]:
    """What the page's words about signers rest on: another reader may trust others."""
    words, trust = Words(t.language), holding.trust
    if not trust:
        return [t("form.trusted_none")]
    lines = [
        t("form.trusted", name=escaped(name_of(each) or "?"), sha256=fingerprint(each),
          role=escaped(acts.role_of(words, role_of(each) or "?")))
        for each in trust.certificates
    ]  # fmt: skip
    return [*lines, t("form.lists", count=len(trust.revocations))]


def form_of(t: Texts, holding: Holding) -> bytes:
    """One page to be printed; every value on it is escaped."""
    page = render(
        "custody.html", t=t, holding=holding, entries=_told(holding), untold=_untold(t, holding),
        code=spoken_code(holding.root) if holding.root is not None else None,
        words=Words(t.language), acts=acts, holder=_holder,
        standing=_standing, time=_time, in_japan=in_japan, trusted=_trusted(t, holding),
        label=lambda key: t(f"fact.{key}"),
    )  # fmt: skip
    return page.encode()


def outside(t: Texts, path: str, bundle: str) -> Path:
    """A file that may be written: not in the bundle, which another file would alter.

    Raises:
        UsageError: it lies there.
    """
    if Path(path).resolve().is_relative_to(Path(bundle).resolve()):
        raise UsageError(t("error.inside", path=escaped(path)))
    return Path(path)


def put(t: Texts, files: Sequence[tuple[Path, bytes]]) -> None:
    """Write what was asked for, all of it or nothing.

    Raises:
        UsageError: a name is taken, or asked for twice.
        OSError: one could not be written.
    """
    together = dict(files)
    if len(together) < len(files):
        raise UsageError(t("error.exists", path=escaped(str(files[0][0]))))
    let_nothing_end_it()
    try:
        write_together(together)
    except FileExistsError as error:
        raise UsageError(t("error.exists", path=escaped(str(error.filename)))) from error
