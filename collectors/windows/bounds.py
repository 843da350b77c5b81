"""How much of a file is looked at: what is hidden behind more of it, or damaged, is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class UntoldError(ValueError):
    """A file names something that can't be told; says what, for people."""


def up_to(most: int, found: Iterable[T], told: str) -> Iterator[T]:
    """The first of them.

    Args:
        most: how many.
        found: all.
        told: that there are more, for people.

    Raises:
        OverflowError: after these: there are more.
    """
    for count, each in enumerate(found):
        if count == most:
            raise OverflowError(told)
        yield each
