"""Names where case doesn't matter: which are the same, and which of them a name means.

As NTFS compares them by its `$UpCase`: letter by letter, each put into one upper-case letter or
left as it is. Unicode's folding does more (U+FB06 becomes `st`, U+017F becomes `s`): by it a file
that somebody added would stand for one of Windows' own.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

N = TypeVar("N")
T = TypeVar("T")


def upcased(name: str) -> str:
    """What is the same of all names that differ in case only."""
    return name.upper() if name.isascii() else name.translate(_table())


@cache
def _table() -> dict[int, int]:
    """Each letter and its upper-case one, as far as one code unit of UTF-16 holds them.

    It says all that the `$UpCase` of an NTFS says, and of letters that Unicode got later, more.
    """
    pairs = ((letter, _upper(letter)) for letter in map(chr, range(0x10000)))
    return {ord(letter): ord(upper) for letter, upper in pairs if upper != letter}


def _upper(letter: str) -> str:
    """The one letter that is this one's upper case, and whose lower case this one is."""
    for upper in (letter.upper(), letter.title()):
        if len(upper) == 1 and upper.lower() == letter:
            return upper
    return letter


class Names(Generic[N, T]):
    """Things by their names."""

    def __init__(
        self, things: Iterable[T], *, name_of: Callable[[T], N], key: Callable[[N], Hashable]
    ) -> None:
        """Put them in order.

        Args:
            things: of several of one name, which a damaged folder may hold, the first is meant.
            name_of: a thing's name.
            key: what is the same of all names that may mean the same.
        """
        self._name_of, self._key = name_of, key
        self._first: dict[Hashable, T] = {}
        self._further: dict[Hashable, list[T]] = {}  # few, if any: the first are in no lists
        for thing in things:
            alike = key(name_of(thing))
            if alike in self._first:
                self._further.setdefault(alike, []).append(thing)
            else:
                self._first[alike] = thing

    def meant(self, name: N) -> list[T]:
        """The thing of this very name; where there is none, all of the same key."""
        alike = self._key(name)
        if alike not in self._first:
            return []
        found = [self._first[alike], *self._further.get(alike, ())]
        exact = [each for each in found if self._name_of(each) == name]
        return exact[:1] or found
