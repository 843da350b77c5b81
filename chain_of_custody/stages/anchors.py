"""Stage 8: what was noted outside the bundle, against one made anew, whole and consistent.

The root, or its spoken code, is noted when a bundle is sealed; a head, or its code, whenever
somebody signs. What is signed after that leaves the head that was noted where it is: an event
that goes before others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chain_of_custody.code import CodeError, digits_of, spoken_code, typed
from chain_of_custody.errors import AlteredError, IncompleteError, UnusableError
from chain_of_custody.examination import Examination
from chain_of_custody.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chain_of_custody.documents import EventFile

STAGE = 8
_DIFFERS = {"head": "head_differs", "code": "code_differs"}
_EARLY = {"head": "head_too_early", "code": "code_too_early"}
_TELLING = ("volume_closed", "resumed")


def check(examination: Examination) -> Finding | None:
    """Compare root, head and spoken code, whichever were given."""
    given, before = examination.anchors, examination.refused
    fitting = [_root(examination), _head(examination), _code(examination)]
    if given.root is None and given.head is None and given.code is None:
        examination.say(STAGE, "no_anchor")
        return None
    found = [each for each in fitting if each is not None]
    if examination.refused != before or not found:
        return None
    for each in found[:-1]:
        examination.verdict.stage(STAGE).add(each)
    return found[-1]


def _root(examination: Examination) -> Finding | None:
    given = examination.anchors.root
    if given is None:
        return None
    if typed(given) == examination.verdict.root:
        return Finding.of("root_fits")
    examination.refuse(AlteredError(STAGE, "root_differs"))
    return None


def _head(examination: Examination) -> Finding | None:
    given = examination.anchors.head
    if given is None:
        return None
    return _of_event(examination, "head", typed(given), [
        each.sha256 for each in examination.documents.events
    ])  # fmt: skip


def _code(examination: Examination) -> Finding | None:
    """The root's, or that of a head: both are read out by people."""
    given, root = examination.anchors.code, examination.verdict.root
    if given is None:
        return None
    try:
        digits = digits_of(given)
    except CodeError as error:
        examination.refuse(UnusableError(STAGE, error.key))
        return None
    if root is not None and digits == spoken_code(root):
        return Finding.of("code_fits")
    codes = [spoken_code(each.sha256) for each in examination.documents.events]
    return _of_event(examination, "code", digits, codes)


def _of_event(
    examination: Examination, name: str, given: str, found: Sequence[str]
) -> Finding | None:
    """Which event it is that was noted, and what was signed since then."""
    if given not in found:
        examination.refuse(AlteredError(STAGE, _DIFFERS[name]))
        return None
    events, place = examination.documents.events, found.index(given)
    number = events[place].event.seq
    if number < first_noted(events):
        examination.refuse(IncompleteError(STAGE, _EARLY[name], number=number))
        return None
    later = len(found) - 1 - place
    if not later and name == "head":
        return Finding.of("head_fits")
    return Finding.of(f"{name}_of_event", number=number, later=later)


def first_noted(events: Sequence[EventFile]) -> int:
    """The number of the first event whose head covers all of the contents.

    That is `sealed`; in a bundle that was never sealed, the last that says what lies in `data/`.
    """
    found = 1
    for each in events:
        if each.event.type == "sealed":
            return each.event.seq
        if each.event.type in _TELLING:
            found = each.event.seq
    return found
