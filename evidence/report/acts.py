"""A custody event's own keys in a reader's language; what a person typed stands as it was typed."""

from __future__ import annotations

import re

from chain_of_custody.event import Authority, Check, CustodyEvent
from chain_of_custody.stages.hand_overs import ARRIVAL
from evidence.custody.custodian import PATHS_CLOSED
from evidence.custody.holding import Entry, facts
from evidence.report.texts import Words
from evidence.telling.phrases.told import told

_KEYED = {
    "hozen collection", "hozen collector", "hozen custodian", "hozen provider", "hozen witness",
    "hozen holder",
}  # fmt: skip
_CHECKED = {
    "all stages of verification": "checked_all",
    "the nine stages of hozen-bundle/1, with contents": "checked_nine",
    "the spoken code of the root": "checked_code",
    "the spoken code of a head": "checked_head",
    "as it was read out": "checked_fits",
    "an examination": "checked_examination",
    ARRIVAL: "checked_arrival",
    "the results of a triage": "checked_triage",
}
_WORDED = {"purpose", "text"}
_RESULT = re.compile(r"exit (?P<code>[0-9]), level (?P<level>[ABC]); (?P<stages>[0-9A-Z ,]+)")


def type_of(words: Words, kind: str) -> str:
    """What happened: the event's type."""
    return words(f"event_{kind}")


def role_of(words: Words, role: str) -> str:
    """A signer's role; one that a stranger wrote into a certificate as it stands there."""
    return words(f"role_{role.removeprefix('hozen ')}") if role in _KEYED else role


def ground_of(words: Words, authority: Authority) -> str:
    """On what ground, and its number."""
    basis = words(f"basis_{authority.basis.replace('-', '_')}")
    return " ".join(part for part in (basis, authority.number) if part)


def about(words: Words, reference: str) -> str:
    """What an event refers to, such as `item:17`."""
    kind, _, value = reference.partition(":")
    return words(f"about_{kind}", value=value)


def check_of(words: Words, check: Check) -> list[str]:
    """What was checked, its result, by which version; only hozen's own phrases are worded."""
    said = [check.what or "", _result(words, check.result or ""), check.version or ""]
    return [words(_CHECKED[part]) if part in _CHECKED else part for part in said if part]


def _result(words: Words, result: str) -> str:
    found = _RESULT.fullmatch(result)
    return words("checked_result", **found.groupdict()) if found else result


def facts_of(words: Words, entry: Entry) -> list[tuple[str, str]]:
    """What an event says beside its type, time and signer, as `holding.facts` has it."""
    return [(key, _said(words, entry.file.event, key, value)) for key, value in facts(entry)]


def text_of(words: Words, event: CustodyEvent) -> str | None:
    """The remark; of a disclosure, what hozen itself put at its end is worded."""
    said, own = event.text, words("paths_closed")
    if event.type != "disclosed" or said is None:
        return said
    if said == PATHS_CLOSED:
        return own
    typed = said.removesuffix(f"; {PATHS_CLOSED}")
    return f"{typed}; {own}" if typed != said else said


def _said(words: Words, event: CustodyEvent, key: str, value: str) -> str:
    if key == "authority" and event.authority is not None:
        return ground_of(words, event.authority)
    if key == "check" and event.check is not None:
        return ": ".join(check_of(words, event.check))
    if key == "refs":
        return ", ".join(about(words, each) for each in value.split(", "))
    said = text_of(words, event) or value if key == "text" else value
    return told(words.language, "act", said) if key in _WORDED else said
