"""How a bundle travels, as the options of `hozen custody` say it; and what is odd on arrival."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from chain_of_custody.findings import FindingError, escaped
from chain_of_custody.times import utc
from evidence.cli.options import packed
from evidence.cli.shared import F, UsageError, Voice, Words, moment
from evidence.cli.texts import Texts

if TYPE_CHECKING:
    from chain_of_custody.event import Check, Transport

_BEGUN = {"released_only", "released_until"}
"""What is true of every hand-over until the other side has signed."""


def travelling(t: Texts) -> Callable[[F], F]:
    """The options of a release; the verb gets what they say as `way`, a `Transport` or None."""

    def way(given: dict[str, Any]) -> Transport | None:
        from chain_of_custody.event import Transport

        names = {"method": "transport", "seal_no": "seal", "tracking": "tracking"}
        said = {field: given.pop(option) for field, option in names.items()}
        return Transport(**said) if any(said.values()) else None

    options = [
        click.option(f"--{name}", type=Words(t), help=t(f"custody.{name}"))
        for name in ("transport", "tracking", "seal", "due")
    ]
    return packed("way", way, options)


def declared(t: Texts, due: str | None, at: str | None) -> Check | None:
    """Until when it arrives, as a release declares it.

    Args:
        t: the language.
        due: what was typed.
        at: when it is handed over, where that was typed, too.

    Raises:
        UsageError: no time, or none after the hand-over.
    """
    from chain_of_custody.event import Check
    from chain_of_custody.stages.hand_overs import ARRIVAL

    if due is None:
        return None
    given = moment(t, at) if at is not None else datetime.datetime.now(datetime.UTC)
    if moment(t, due) <= given:
        raise UsageError(t("error.due", due=escaped(due), at=utc(given)))
    return Check(what=ARRIVAL, result=utc(moment(t, due)), version=None)


def remark(voice: Voice, bundle: str) -> None:
    """Say at once what a reader will see of the last event, while all who know still stand by."""
    from chain_of_custody.stages import hand_overs
    from evidence.custody import custodian

    with suppress(OSError, FindingError):  # it is signed and told: no fault of that any more
        found = custodian.load(bundle, partial=True)
        for each in hand_overs.of(found):
            if each.name == found.events[-1].name and each.key not in _BEGUN:
                voice.talk(each.sentence(voice.t.language))
