"""The page's content: every line of it in words, ready to be laid out as HTML or as text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evidence.observed.document import Triage
from evidence.observed.observation import Observation, Unread
from evidence.packs.used import set_of
from evidence.report.shown import shown
from evidence.report.texts import TEXTS, Words
from evidence.report.times import clock, in_japan
from evidence.report.triage.logs import why_unread
from evidence.report.triage.signs import Gathered, Sign
from evidence.rulebook.index import Index, Told, bare
from evidence.scan.scanner import IN_MEMBER
from evidence.telling.phrases.told import told

MOST_SIGNS, MOST_INVENTORY, MOST_STEPS, MOST_LOGS = 7, 3, 4, 3  # that one A4 has room for
STEPS_OF_A_SIGN = 3  # whose room is that of one sign
_PATH = 60  # characters of a path that are shown; its end tells the most
_TEXT = 100  # of what was seen; its beginning does
_WHY = 40  # of why something could not be looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One sign."""

    weight: str
    word: str
    claim: str
    when: list[str]
    where: list[str]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything that stands on the page."""

    head: list[str]
    loudest: str
    """The weight that colours it, or `none`."""
    verdict: list[str]
    rows: list[Row]
    more: str
    inventory: list[str]
    others: list[str]
    not_seen: list[str]
    missing: list[str]
    steps: list[str]
    whom: str
    follow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What was looked into, as the page names it."""

    name: str
    host: str | None
    """What the host calls itself; None where it is a folder."""
    copy: str
    """Where the files lie that observations lead to."""


def sheet(done: Triage, found: Gathered, index: Index, source: Source, words: Words) -> Sheet:
    """Put into words what was gathered."""
    steps = _asked(found)
    signs = found.chosen(MOST_SIGNS - bool(found.others) - _rows_for(steps))
    loudest = found.signs[0].entry.weight if found.signs else "none"
    follow = "t_follow" if source.host is not None else "t_follow_folder"
    return Sheet(
        head=_head(done, source, words), loudest=loudest,
        verdict=_verdict(done, found, loudest, words), rows=[_row(sign, words) for sign in signs],
        more=_more(found, signs, words),
        inventory=_inventory(found, words), others=_others(done, found, words),
        not_seen=_not_seen(done, words),
        missing=_missing(done, found.unread, words),
        steps=_steps([index.next_steps[key] for key in steps], done.folder, words),
        whom=words("t_whom_list"),
        follow=words(
            follow, copy=source.copy, folder=done.folder, rules=done.rules.sha256[:16],
            engine=done.rules.engine,
        ),
    )  # fmt: skip


def _head(done: Triage, source: Source, words: Words) -> list[str]:
    said = {"name": source.name, "when": f"{clock(done.ended)} UTC", "tool": done.tool}
    first = (
        words("t_of_folder", **said) if source.host is None
        else words("t_of", host=source.host, **said)
    )  # fmt: skip
    return [first, words("t_confidential")]


def _verdict(done: Triage, found: Gathered, loudest: str, words: Words) -> list[str]:
    """What a director reads first; never more than the signs say."""
    if loudest == "none":
        others = [words("t_none_others", count=len(found.others))] if found.others else []
        key = "t_none_lacking" if done.lacking else "t_none"
        return [words(key, count=done.tried), *others]
    lines = [words(f"t_{loudest}", count=len(found.of(loudest)))]
    if found.span is not None:
        first, last = found.span
        lines.append(
            words("t_span", first=clock(first), last=clock(last), japan_first=in_japan(first),
                  japan_last=in_japan(last))
        )  # fmt: skip
    return [*lines, words("t_candidates")]


def _row(sign: Sign, words: Words) -> Row:
    return Row(
        weight=sign.entry.weight, word=words(f"t_{sign.entry.weight}_word"),
        claim=_claim(sign, words), when=_when(sign, words), sha256=sign.sha256,
        where=_where(sign.part or sign.example, words) if sign.example is not None else [],
    )  # fmt: skip


def _claim(sign: Sign, words: Words) -> str:
    return sign.entry.claim_ja if words.language == "ja" else sign.entry.claim_en


def _more(found: Gathered, rows: Sequence[Sign], words: Words) -> str:
    """How many signs have no row, and what the alarming ones of them are about."""
    rest = len(found.signs) - len(rows)
    if not rest:
        return ""
    here = {sign.subject for sign in rows}
    others = dict.fromkeys(sign.subject for sign in found.alarming if sign.subject not in here)
    said = {"count": rest, "file": "observations.jsonl"}
    if not others:
        return words("t_more", **said)
    subjects = ", ".join(_named("subject", each, words) for each in others)
    return words("t_more_about", subjects=subjects, **said)


def _when(sign: Sign, words: Words) -> list[str]:
    """From when to when; how often, where the example doesn't tell how many it stands for."""
    times = [clock(sign.first), *([f"– {clock(sign.last)}"] if sign.last != sign.first else [])]
    counted = sign.example is not None and "×" in sign.example.place
    often = [] if counted else [words("t_times", count=sign.count)]
    return [*(times if sign.first else [words("t_no_time")]), *often]


def _where(one: Observation, words: Words) -> list[str]:
    """Item, place in it, path: the way to the bytes."""
    parts = [words("t_item", item=one.item)] if one.item is not None else []
    if one.offset is not None:
        parts.append(words("t_offset", offset=one.offset))
    elif one.kind == "name":
        parts.append(words("t_name"))
    elif one.text.startswith(IN_MEMBER):
        parts.append(words("t_unpacked"))
    elif not one.place:
        parts.append(words("t_whole"))
    if one.place:
        parts.append(told(words.language, "seen", one.place))
    here = one.text and not one.origin.endswith(one.text)
    return [
        ", ".join(parts),
        tail(one.origin),
        *([head(told(words.language, "seen", one.text))] if here else []),
    ]


def tail(path: str) -> str:
    """The end of a path, where it is long."""
    whole = shown(path)
    return whole if len(whole) <= _PATH else "…" + whole[-_PATH:]


def head(text: str, most: int = _TEXT) -> str:
    """The beginning of what was said, where it is long."""
    return text if len(text) <= most else text[:most] + "…"


def _inventory(found: Gathered, words: Words) -> list[str]:
    lines = []
    for sign in found.inventory[:MOST_INVENTORY]:
        where = tail(sign.example.origin) if sign.example is not None else ""
        lines.append(words("t_line", claim=_claim(sign, words), count=sign.count, where=where))
    rest = len(found.inventory) - MOST_INVENTORY
    if rest > 0:
        lines.append(words("t_more", count=rest, file="observations.jsonl"))
    return lines


def _others(done: Triage, found: Gathered, words: Words) -> list[str]:
    """What rules of others matched: their name, whose they are, and no claim of ours."""
    lines = []
    for each in found.others[:MOST_INVENTORY]:
        name, where = set_of(each.rule), each.example.origin if each.example is not None else ""
        lines.append(
            words("t_other", rule=bare(each.rule), set=name, licence=done.rules.licence(name),
                  count=each.count, where=tail(where))
        )  # fmt: skip
    rest = len(found.others) - MOST_INVENTORY
    return [*lines, words("t_more", count=rest, file="observations.jsonl")] if rest > 0 else lines


def _not_seen(done: Triage, words: Words) -> list[str]:
    unseen = done.tried - sum(each.seen for each in done.subjects.values())
    subjects = [
        words("t_subject", subject=_named("subject", name, words), tried=each.tried,
              unseen=each.tried - each.seen)
        for name, each in sorted(done.subjects.items(), key=lambda pair: -pair[1].tried)
        if each.tried
    ]  # fmt: skip
    return [words("t_tried", tried=done.tried, unseen=unseen), " · ".join(subjects)]


def _named(group: str, name: str, words: Words) -> str:
    """A word of ours, where we have one: rules of others have subjects of their own."""
    key = f"{group}_{name}"
    return words(key) if key in TEXTS else name


def _missing(done: Triage, unread: Sequence[Unread], words: Words) -> list[str]:
    lines = [
        words("t_looked", read=done.looked_at.get("read", 0),
              scanned=done.looked_at.get("scanned", 0), missing=sum(done.not_looked_at.values()))
    ]  # fmt: skip
    if count := done.looked_at.get("in_part", 0):
        lines.append(words("t_in_part", count=count))
    reasons = [
        words("t_reason", reason=_named("reason", reason, words), count=count)
        for reason, count in sorted(done.not_looked_at.items(), key=lambda pair: -pair[1])
    ]
    if reasons:
        lines.append(" · ".join(reasons))
    lines += [*_logs(done, words), *_not_tried(done, words)]
    lines += [
        words("t_sigma", set=one.name, tried=one.count, none=one.no_events, not_run=one.not_run,
              engine=one.engine, sha256=one.sha256[:16])
        for one in done.rules.of_sigma
    ]  # fmt: skip
    if done.altered:
        lines.append(words("t_differing", count=done.altered))
    if done.unread:
        examples = "; ".join(
            f"{tail(one.origin)}: {head(told(words.language, 'seen', one.why), _WHY)}"
            for one in unread
        )
        lines.append(words("t_unread", count=done.unread, examples=examples))
    return lines


def _logs(done: Triage, words: Words) -> list[str]:
    """Which logs nobody could read: whether they are the ones that matter, only people know."""
    if not done.logs_unread:
        return []
    examples = "; ".join(
        f"{tail(one.origin)} ({head(why_unread(one, words), _WHY)})"
        for one in done.logs[:MOST_LOGS]
    )
    return [words("t_logs", count=done.logs_unread, examples=examples)]


def _not_tried(done: Triage, words: Words) -> list[str]:
    """Rules for which there was nothing to look at, by subject."""
    idle = [
        words("t_reason", reason=_named("subject", name, words), count=each.not_tried)
        for name, each in sorted(done.subjects.items(), key=lambda pair: -pair[1].not_tried)
        if each.not_tried
    ]
    if not idle:
        return []
    return [words("t_not_tried", count=done.not_tried, subjects=" · ".join(idle))]


def _asked(found: Gathered) -> list[str]:
    """What the signs ask for, the strongest first: all that alarming ones do, the rest for room."""
    asked = dict.fromkeys(sign.entry.next_step for sign in [*found.signs, *found.inventory])
    alarming = {sign.entry.next_step for sign in found.alarming}
    return list(asked)[: max(MOST_STEPS, len(alarming))]


def _rows_for(steps: Sequence[str]) -> int:
    """How many signs make room for the steps beyond those that always have it."""
    return math.ceil(max(0, len(steps) - MOST_STEPS) / STEPS_OF_A_SIGN)


def _steps(asked: Sequence[Told], folder: str, words: Words) -> list[str]:
    """First what loses nothing, then what the signs ask for."""
    return [
        words("t_next_keep"), words("t_next_hand", folder=folder),
        *(one.ja if words.language == "ja" else one.en for one in asked),
        words("t_next_else"),
    ]  # fmt: skip
