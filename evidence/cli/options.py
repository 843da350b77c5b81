"""Options that belong together: declared once, and given to a verb as one value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evidence.cli.shared import F

Option = Callable[[Callable[..., Any]], Callable[..., Any]]
"""As `click.option` gives it."""


def packed(
    name: str, pack: Callable[[dict[str, Any]], object], options: Sequence[Option]
) -> Callable[[F], F]:
    """Add options to a verb, which gets what they say as one value.

    Args:
        name: of that value.
        pack: makes it, and takes what it is made of out of what click gives to the verb.
        options: in the order of the help.
    """

    def add(function: F) -> F:
        def run(*args: Any, **given: Any) -> Any:  # noqa: ANN401 - click's own keywords
            made = pack(given)
            return function(*args, **{name: made}, **given)

        run.__name__ = function.__name__
        run.__dict__.update(function.__dict__)  # click keeps the options there
        added: Callable[..., Any] = run
        for option in reversed(options):
            added = option(added)
        return added  # type: ignore[return-value]  # the same verb

    return add
