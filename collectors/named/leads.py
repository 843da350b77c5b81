"""What items have named so far, by which item, and how many steps from where it began."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collectors.artifact import Gap, Reason
from collectors.files.spelling import upcased
from collectors.named.commandline import Executed, ReadByShell

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 50_000  # names; what comes after is one gap

FIRST, SECOND, LATER = 1, 2, 3
"""Named by items before `Referenced` ran; by what it took; by items after it."""


class Lead(NamedTuple):
    """One name."""

    path: str
    """The source's; or as Windows spells what lies on no volume that is known."""
    item: int
    """The number of the item that named it; 0 for an item of an earlier session."""
    step: int
    is_run: bool = False
    """Whether an item has it where a command runs something."""
    is_shell: bool = False
    """Whether it is a shell that runs it, or reads it in."""


class Leads:
    """Names, each once, in the order in which they came; the first item that names one leads to it.

    It grows while collectors go through it: they ask for one step after the other, and a step has
    all its names once the step before is done.
    """

    def __init__(self, named: Iterable[tuple[str, int]] = ()) -> None:
        self._leads: dict[str, Lead] = {}
        self._unfollowed: dict[tuple[str, int], Gap] = {}
        self.full = False
        """Whether names were left out."""
        self.add(named, FIRST)

    def add(
        self, named: Iterable[tuple[str, int]], step: int, *, ignoring_case: bool = False
    ) -> None:
        """Remember names and the items that named them."""
        for path, item in named:
            key = upcased(path) if ignoring_case else str(path)
            known = self._leads.get(key)
            if known is None and len(self._leads) >= MOST:
                self.full = True
            elif known is None:
                self._leads[key] = Lead(
                    str(path), item, step, isinstance(path, Executed), isinstance(path, ReadByShell)
                )
            else:
                self._leads[key] = known._replace(
                    item=known.item or item,  # a rehearsal didn't know the number
                    is_run=known.is_run or isinstance(path, Executed),
                    is_shell=known.is_shell or isinstance(path, ReadByShell),
                )

    def not_followed(self, gap: Gap, step: int) -> None:
        """Remember that what an item names is not known, or not all of it."""
        known = self._unfollowed.get((gap.origin, step))
        if known is None or not known.led_by:
            self._unfollowed[gap.origin, step] = gap

    def of(self, step: int) -> list[Lead]:
        """The names of one step, as far as they came."""
        return [lead for lead in self._leads.values() if lead.step == step]

    def unfollowed(self, step: int) -> list[Gap]:
        """The items of which a step's names could not be told."""
        return [gap for (_, of), gap in self._unfollowed.items() if of == step]

    def overflow(self, collector: str) -> Gap:
        """The gap of the names that were left out."""
        return Gap(
            origin=f"hozen:/{collector}", kind="note", reason=Reason.SKIPPED,
            detail=f"more than {MOST} names; the rest was not followed",
        )  # fmt: skip
