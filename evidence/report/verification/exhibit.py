"""The verification of an exhibit in words: what it shows and proves, what stays closed."""

from __future__ import annotations

from collections.abc import Iterator

from chain_of_custody.counted import Shown
from chain_of_custody.manifest import Manifest
from evidence.report.survey import MOST, NUMBERS
from evidence.report.texts import Words
from evidence.report.verification import particulars
from evidence.report.verification.examined import Examined
from evidence.report.verification.section import Row, Section, second
from evidence.report.verification.sections import failed, result, stages


def sections_of_exhibit(examined: Examined, words: Words) -> list[Section]:
    """The whole report."""
    return [
        *failed(examined, words), result(examined, words), _shown(examined, words),
        _proved(examined, words), _hidden(examined, words), _not_proved(examined, words),
        stages(examined, words), particulars.clocks(examined, words),
        *particulars.identity(examined, words), particulars.given(examined, words),
        *particulars.repeat(examined, words),
    ]  # fmt: skip


# What it shows, and what of that is proved.


def _shown(examined: Examined, words: Words) -> Section:
    title, lead = words("x_shown"), [words("x_shown_refused")] if examined.refused else []
    if not examined.shown:
        return Section(name="shown", title=title, lead=lead, lines=[words("x_shown_none")])
    keys = ("col_item", "x_col_origin", "x_col_obtained", "x_col_bytes", "x_col_read")
    rows = [_row(each, words) for each in examined.shown[:MOST]]
    more = len(examined.shown) - len(rows)
    return Section(
        name="shown", title=title, lead=lead, columns=[words(key) for key in keys], rows=rows,
        notes=[words("v_more", count=more)] if more else [],
    )  # fmt: skip


def _row(shown: Shown, words: Words) -> Row:
    meta, closed = shown.meta, words("x_closed")
    return Row(
        cells=(
            str(shown.number), closed if meta is None else meta.source.origin,
            _obtained(shown, words), _stored(shown, words),
            closed if meta is None else second(meta.acquired.end),
        )
    )  # fmt: skip


def _stored(shown: Shown, words: Words) -> str:
    """How many bytes, and their digest; of a file with holes these are not all that it had."""
    content = shown.content
    if content.status == "gap":
        return words("x_no_bytes")
    key = "x_bytes_of_ranges" if content.ranges else "x_bytes"
    return words(key, size=content.size, sha256=content.sha256, count=len(content.ranges or ()))


def _obtained(shown: Shown, words: Words) -> str:
    """Whole, in part, or not; and why not, where that is open."""
    said, meta = words(f"status_{shown.content.status}"), shown.meta
    if meta is None or meta.reason is None:
        return said
    if meta.same_as is not None:  # its bytes are there, under the other name
        return words("x_same", item=meta.same_as)
    return words("x_because", status=said, reason=words(f"reason_{meta.reason}"))


def _proved(examined: Examined, words: Words) -> Section:
    """What each stage that passed says of these items."""
    count = len(examined.shown)
    keys = {
        1: "v_intact_structure", 3: "x_intact_completeness", 4: "x_intact_items",
        5: "v_intact_signature", 6: "v_intact_time", 8: "x_intact_anchors",
    }  # fmt: skip
    lines = [words(key, count=count) for stage, key in keys.items() if examined.passed(stage)]
    lead = [words("v_intact_refused")] if examined.refused and lines else []
    return Section(
        name="intact", title=words("x_intact"), lead=lead, lines=lines or [words("v_intact_none")]
    )


# What it does not show.


def _hidden(examined: Examined, words: Words) -> Section:
    manifest, title = examined.documents.manifest, words("x_hidden")
    if manifest is None:
        return Section(name="hidden", title=title, lines=[words("x_hidden_unknown")])
    lines = [_rest(examined, manifest, words), *_paths(examined, words), words("x_hidden_log")]
    lead = [words("x_shown_refused")] if examined.refused else []
    return Section(name="hidden", title=title, lead=lead, lines=lines, notes=[words("x_told")])


def _rest(examined: Examined, manifest: Manifest, words: Words) -> str:
    """How many others there are; by the manifest, which may be nobody's."""
    items = manifest.items
    return words(
        "x_hidden_rest", rest=max(0, items.count - len(examined.shown)), count=items.count,
        acquired=items.acquired, partial=items.partial, gap=items.gap,
    )  # fmt: skip


def closed_numbers(examined: Examined) -> list[int]:
    """The items of which it is not told where they were."""
    return [each.number for each in examined.shown if each.meta is None]


def _paths(examined: Examined, words: Words) -> Iterator[str]:
    numbers = closed_numbers(examined)
    if numbers:
        yield words("x_hidden_paths", numbers=_named(numbers, words))


def _named(numbers: list[int], words: Words) -> str:
    more = len(numbers) - NUMBERS
    shown = ", ".join(map(str, numbers[:NUMBERS]))
    return f"{shown} {words('v_more', count=more)}" if more > 0 else shown


def _not_proved(examined: Examined, words: Words) -> Section:
    """What nobody can conclude from this, by what an exhibit is and by what was not checked."""
    keys = [
        "not_proved_before",
        None if examined.passed(4) else "x_np_items",
        "x_np_rest", "x_np_held",
        None if examined.passed(5) else "v_np_signer",
        "v_np_time_items" if examined.passed(6) else "v_np_time",
        None if examined.passed(8) else "v_np_anew",
        "not_proved_absence", "not_proved_cause",
    ]  # fmt: skip
    lines = [words(key) for key in keys if key is not None]
    if closed_numbers(examined):
        lines.insert(-2, words("x_np_path"))
    return Section(name="not_proved", title=words("v_not_proved"), lines=lines)
