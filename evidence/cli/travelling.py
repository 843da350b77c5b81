"""How a bundle travels, as the options of `hozen custody` say it; and what is odd on arrival."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from evidence.cli.shared import F, Voice
from evidence.cli.texts import Texts


def travelling(t: Texts) -> Callable[[F], F]:
    """The options of a release; the verb gets what they say as `way`, a `Transport` or None."""

    def add(function: F) -> F:
        def run(*args: Any, **given: Any) -> Any:  # noqa: ANN401 - click's own keywords
            from chain_of_custody.event import Transport

            names = {"method": "transport", "seal_no": "seal", "tracking": "tracking"}
            said = {field: given.pop(option) for field, option in names.items()}
            return function(*args, way=Transport(**said) if any(said.values()) else None, **given)

        run.__name__ = function.__name__
        run.__dict__.update(function.__dict__)
        added: Callable[..., Any] = run
        for name in ("seal", "tracking", "transport"):
            added = click.option(f"--{name}", help=t(f"custody.{name}"))(added)
        return added  # type: ignore[return-value]  # the same verb

    return add


def remark(voice: Voice, bundle: str) -> None:
    """Say at once what a reader will see of the last event, while all who know still stand by."""
    from chain_of_custody import hand_overs
    from evidence import custodian

    found = custodian.load(bundle)
    for each in hand_overs.of(found):
        if each.name == found.events[-1].name:
            voice.talk(each.sentence(voice.t.language))
