"""How a collection ended, in the same sentences wherever that is told: by a verb, or on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from chain_of_custody.findings import escaped
from evidence.machine.restraint import FORMAT, MEMORY
from evidence.telling.missed import system_words
from evidence.telling.titles import titled
from evidence.units import shown_size

if TYPE_CHECKING:
    from evidence.telling.catalogue import Say
    from evidence.telling.collected import Collected
    from evidence.telling.findings import Findings

NAMED = 50  # things that are missing; of a disk that died each of its pieces is one
_ERROR = "error: "  # what the medium said stands behind it
_KNOWN = ("signal", "destination_full")  # causes that the catalogue has words for


def why_unsealed(t: Say, collected: Collected) -> str:
    """Why it is not sealed, in words."""
    cause = collected.cause or ""
    if cause in _KNOWN:
        return t(f"cause.{cause}")
    if cause.startswith(_ERROR):
        why = system_words(cause.removeprefix(_ERROR), t.language)
        return t("cause.error", why=escaped(why))
    return escaped(cause)


def balance(t: Say, collected: Collected, *, named: bool) -> list[str]:
    """What was taken and what was not, a sentence each; a gap is a result.

    Args:
        t: the catalogue.
        collected: how it ended.
        named: whether each thing that is missing is named, too, with its reason.
    """
    tally, findings = collected.tally, collected.findings
    said = [t("end.taken", acquired=tally.acquired, bytes=shown_size(tally.bytes))]
    if tally.partial:
        said.append(t("end.partly", count=tally.partial))
    if tally.gap:
        counted = _counted(sorted(findings.reasons.items()), tally.gap)
        reasons = ", ".join(f"{t(f'reason.{reason}')} {count}" for reason, count in counted)
        said.append(t("end.gaps", count=tally.gap, reasons=reasons))
    if named and findings.refused:
        names = ", ".join(map(escaped, findings.refused))
        more = findings.refused_all - len(findings.refused)
        said.append(t("end.refused_more" if more else "end.refused", names=names, more=more))
    said += _missing(t, findings, named=named)
    for remark, origins in findings.remarks.items():
        said.append(t(f"end.remark.{remark}", where=", ".join(map(escaped, origins))))
    if findings.unsearched_all:
        names = f" ({', '.join(map(escaped, findings.unsearched))})" if named else ""
        said.append(t("end.unsearched", count=findings.unsearched_all, names=names))
    return [*said, *_cut_short(t, findings)]


def _missing(t: Say, findings: Findings, *, named: bool) -> Iterator[str]:
    """What was to be had and is not there."""
    if findings.missing:
        yield t("end.missing", count=len(findings.missing))
    if named:
        for each in findings.missing[:NAMED]:
            yield t("end.missing_one", what=each.shown(t.language, t(f"reason.{each.reason}")))
        if (more := len(findings.missing) - NAMED) > 0:
            yield t("end.missing_more", count=more)
    if findings.earlier:
        yield t("end.missing_earlier", count=findings.earlier)


def _cut_short(t: Say, findings: Findings) -> Iterator[str]:
    """What a limit or a fault kept from being looked at."""
    if findings.limited in (MEMORY, FORMAT):
        yield t(f"end.{findings.limited}")
    elif findings.limited:
        yield t("end.limit", limit=findings.limited)
    if findings.failed:
        yield t("end.failed", names=", ".join(titled(each, t.language) for each in findings.failed))


def _counted(reasons: Sequence[tuple[str, int]], gaps: int) -> list[tuple[str, int]]:
    """The reasons of this run's gaps, and what makes them as many as the bundle has."""
    others = gaps - sum(count for _, count in reasons)
    if others < 0:  # the medium did not take the last volume
        return [*reasons, ("lost", -others)]
    return [*reasons, ("earlier", others)] if others else list(reasons)
