"""What the first event says where hozen received what others collected (format, section 7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, Self, get_args

from chain_of_custody.event import CustodyEvent

Means = Literal["native-linux", "native-windows", "cdir", "kape", "vendor", "paper", "other"]
Basis = Literal["stated", "recognised", "not stated"]
MEANS: tuple[Means, ...] = get_args(Means)
UNKNOWN = "?"
_TEXT = re.compile(
    rf"means: ({'|'.join(MEANS)}) \((stated|recognised|not stated)\); "
    r"handed over: ([0-9TZ:.-]+|\?); collected by: (.*)",
    re.DOTALL,
)
_SOURCE = re.compile(r"source: (live|live windows|folder|disk)(; place: [0-9a-f]{64})?")


def contradicts(first: CustodyEvent) -> bool:
    """Whether a first event's text says received where nobody gave it, or collected where one did.

    A text of another form, as earlier writers had, says neither.
    """
    form = _SOURCE if first.counterpart is not None else _TEXT
    return form.fullmatch(first.text or "") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Who handed over what was collected by whom and how, as somebody stated it."""

    sender: str
    """Who gave it; `?` where nobody knew."""
    collected_by: str
    means: str
    basis: str
    """Whether somebody stated the means, or the folder's look suggested it."""
    handed_over: str
    """UTC, RFC 3339, as stated; `?` where it was not."""

    @property
    def text(self) -> str:
        """What stands in the event's `text`."""
        return (
            f"means: {self.means} ({self.basis}); handed over: {self.handed_over}; "
            f"collected by: {self.collected_by}"
        )

    @classmethod
    def of(cls, event: CustodyEvent) -> Self | None:
        """The receipt in a bundle's first event; None where hozen collected by itself."""
        if event.type != "collection_started" or event.counterpart is None:
            return None
        found = _TEXT.fullmatch(event.text or "")
        means, basis, at, by = (
            found.groups() if found else ("other", "not stated", UNKNOWN, UNKNOWN)
        )
        return cls(
            sender=event.counterpart.name or UNKNOWN, collected_by=by, means=means, basis=basis,
            handed_over=at,
        )  # fmt: skip
