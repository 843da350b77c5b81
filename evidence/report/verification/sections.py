"""A verification in words: one section a question, the failures first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chain_of_custody.verdict import Outcome, Stage
from evidence.custody.holding import Holding, Period
from evidence.report.left_out import left_out
from evidence.report.survey import NUMBERS
from evidence.report.texts import Words
from evidence.report.verification import particulars
from evidence.report.verification.examined import Examined
from evidence.report.verification.section import STATEMENTS, Row, Section, second
from evidence.telling.titles import titled

FINDINGS = 6  # of one stage that are shown; a forger can make thousands, JSON has them all
_LEVEL = "level_"  # how the keys of findings that tell one begin


def sections(examined: Examined, words: Words) -> list[Section]:
    """The whole report."""
    return [
        *failed(examined, words), result(examined, words), _intact(examined, words),
        _missing(examined, words), _not_proved(examined, words), _held(examined, words),
        stages(examined, words), particulars.clocks(examined, words),
        *particulars.identity(examined, words), particulars.given(examined, words),
        *particulars.repeat(examined, words),
    ]  # fmt: skip


# What it comes to.


def failed(examined: Examined, words: Words) -> Iterator[Section]:
    """What stands against it; nothing where no stage failed."""
    verdict = examined.verdict
    if not verdict.failed:
        return
    lines = [
        words(
            "v_failed_stage", number=number, name=words(f"stage_{verdict.stage(number).name}"),
            finding=finding,
        )
        for number in verdict.failed
        for finding in _findings(verdict.stage(number), words)
    ]  # fmt: skip
    yield Section(name="failed", title=words("v_failed"), lines=lines)


def result(examined: Examined, words: Words) -> Section:
    """What the stages come to, and the level."""
    verdict = examined.verdict
    against = ", ".join(str(number) for number in verdict.failed)
    lines = [words(f"v_result_{verdict.told}", failed=against), *_level(examined, words)]
    return Section(name="result", title=words("v_result"), lead=lines)


def _level(examined: Examined, words: Words) -> list[str]:
    """The level and what it means, in the words of the verdict."""
    if examined.refused:
        return [words("x_level_none" if examined.is_exhibit else "v_level_none")]
    verdict = examined.verdict
    said = [
        finding.sentence(words.language)
        for finding in verdict.stage(STATEMENTS).findings
        if finding.key.startswith(_LEVEL)
    ]
    return [*(said or [words("level", level=verdict.level)]), words("v_level_scale")]


def _findings(stage: Stage, words: Words, *, refused: bool = False) -> list[str]:
    """What a stage found; of what was refused no level, since it has none."""
    said = [
        finding.sentence(words.language)
        for finding in stage.findings
        if not (refused and finding.key.startswith(_LEVEL))
    ]
    if len(said) > FINDINGS:
        return [*said[:FINDINGS], words("v_more", count=len(said) - FINDINGS)]
    return said or [words("v_no_finding")]


def _intact(examined: Examined, words: Words) -> Section:
    passed = [
        stage
        for stage in examined.verdict.stages
        if stage.outcome is Outcome.PASS and stage.number != STATEMENTS
    ]
    count = sum(examined.verdict.counts.values())
    lines = [words(f"v_intact_{stage.name}", count=count) for stage in passed]
    lead = [words("v_intact_refused")] if examined.refused and lines else []
    return Section(
        name="intact", title=words("v_intact"), lead=lead, lines=lines or [words("v_intact_none")]
    )


# What it lacks.


def _missing(examined: Examined, words: Words) -> Section:
    title, counts = words("v_missing"), examined.counts
    if not counts:
        return Section(name="missing", title=title, lines=[words("v_counts_unknown")])
    lines = [words("v_counts", **counts)]
    if not examined.verdict.sealed:
        lines.append(words("v_counts_so_far"))
    if examined.survey is None:
        return Section(name="missing", title=title, lines=[*lines, words("v_reasons_closed")])
    if examined.survey.partial:
        found = [item for item, *_ in examined.survey.partial]
        shown = _numbers(found, examined.survey.counts["partial"], words)
        lines.append(words("v_partial_numbers", numbers=shown))
    lines += left_out(examined.survey, words)
    keys = ("col_reason", "col_count", "v_col_collectors", "v_col_numbers")
    columns = [words(key) for key in keys]
    rows = _reasons(examined, words)
    return Section(
        name="missing", title=title, lines=lines, columns=columns if rows else (), rows=rows
    )


def _reasons(examined: Examined, words: Words) -> list[Row]:
    """Counts a reason; never a path, which may hold a patient's name."""
    assert examined.survey is not None  # noqa: S101 - `_missing` asks with one only
    by: dict[str, Counter[str]] = {}
    numbers: dict[str, list[int]] = {}
    for collector, reason, group in examined.survey.gap_rows:
        by.setdefault(reason, Counter())[collector] += group.count
        numbers.setdefault(reason, []).extend(group.numbers)
    rows = []
    for reason, collectors in sorted(by.items(), key=lambda pair: -pair[1].total()):
        why = words(f"reason_{reason}") if reason != "…" else reason
        each = ", ".join(
            f"{titled(name, words.language)} {count}" for name, count in collectors.most_common()
        )
        items = _numbers(numbers[reason], collectors.total(), words)
        rows.append(Row(cells=(why, str(collectors.total()), each, items)))
    if examined.survey.same_file:
        cells = (words("v_same_file"), str(examined.survey.same_file), "", "")
        rows.append(Row(cells=cells))
    return rows


def _numbers(items: list[int], count: int, words: Words) -> str:
    """The first of so many items, by number."""
    shown = sorted(items)[:NUMBERS]
    more = f" {words('v_more', count=count - len(shown))}" if count > len(shown) else ""
    return ", ".join(map(str, shown)) + more


def _not_proved(examined: Examined, words: Words) -> Section:
    """What nobody can conclude from this, by what was not checked."""
    compared = examined.passed(8)
    head = compared and examined.given.anchors.head is not None
    keys = [
        "not_proved_before",
        None if examined.passed(4) else "v_np_contents",
        None if examined.passed(5) else "v_np_signer",
        "v_np_time_items" if examined.passed(6) else "v_np_time",
        None if compared else "v_np_anew",
        None if head else "v_np_tail",
        None if examined.verdict.sealed else "v_np_seal",
        "not_proved_absence", "not_proved_cause",
    ]  # fmt: skip
    lines = [words(key) for key in keys if key is not None]
    return Section(name="not_proved", title=words("v_not_proved"), lines=lines)


# Who held it.


def _held(examined: Examined, words: Words) -> Section:
    title = words("v_held")
    if examined.holding is None:
        untold = "v_held_nothing" if examined.verdict.sealed else "v_held_unsealed"
        return Section(name="held", title=title, lines=[words(untold)])
    columns = [words(key) for key in ("v_from", "v_to", "v_holder", "v_how")]
    rows = [_period(each, words) for each in examined.holding.periods]
    return Section(
        name="held", title=title, lead=_odd(examined.holding, words), columns=columns, rows=rows,
        notes=[words("v_held_note")],
    )  # fmt: skip


def _odd(holding: Holding, words: Words) -> list[str]:
    """What the two sides of hand-overs say differently, beside the periods that it is about."""
    said = [remark.sentence(words.language) for each in holding.entries for remark in each.remarks]
    more = [words("v_more", count=len(said) - NUMBERS)] if len(said) > NUMBERS else []
    return [*said[:NUMBERS], *more]


def _period(period: Period, words: Words) -> Row:
    how = "; ".join(each for each in (period.how, period.seals) if each)
    holder = words("v_nobody")
    if period.holder is not None:
        holder = words("v_later", holder=period.holder) if period.later else period.holder
        holder = holder if period.tied else words("v_untied", holder=holder)
    begins = _time(period.begins, words, stated=period.begins_stated)
    ends = words("v_now")
    if period.ends is not None:
        ends = _time(period.ends, words, stated=period.ends_stated)
    cells = (begins, ends, holder, how)
    return Row(cells=cells, loud=period.holder is None)


def _time(at: str, words: Words, *, stated: bool) -> str:
    """A time, marked where it is the word of who signed."""
    return words("v_stated", at=second(at)) if stated else second(at)


# Stage by stage.


def stages(examined: Examined, words: Words) -> Section:
    """Every stage with its outcome and findings."""
    rows = [
        Row(
            cells=(
                f"{stage.number} {words(f'v_ask_{stage.name}')}", words(f"v_{stage.outcome.value}"),
                " / ".join(_findings(stage, words, refused=examined.refused)),
            ),
            loud=stage.outcome is Outcome.FAIL,
        )
        for stage in examined.verdict.stages
    ]  # fmt: skip
    columns = [words(key) for key in ("v_stage", "v_outcome", "v_finding")]
    title, notes = words("v_stages"), [words("v_not_checked")]
    if examined.is_exhibit:
        title, notes = words("x_stages"), [*notes, words("x_no_stages")]
    return Section(name="stages", title=title, columns=columns, rows=rows, notes=notes)
