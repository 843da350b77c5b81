"""Several sets of rules, one after the other: a slow rule of one costs no hit of another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from evidence.engines.engine import Answer, Compiled, Part, Said, ScanError, one_by_one

PATIENCE = 3  # scans without an answer, after which a set is not asked any more


class Together(Protocol):
    """Asks several sets about the same items at once."""

    def __call__(
        self, sets: Sequence[Compiled], parts: Sequence[Part], *, timeout: int, most: int
    ) -> list[list[Said]] | None:
        """What each set says of each item, as the contract says; None where that came to no end.

        Args:
            sets: to be asked.
            parts: the items.
            timeout: seconds that each set has for each item.
            most: as the contract says.
        """
        ...


class _Set(NamedTuple):
    name: str
    compiled: Compiled


class Joined:
    """Compiled sets by name."""

    def __init__(
        self, sets: Sequence[tuple[str, Compiled]], together: Together | None = None
    ) -> None:
        """Keep them.

        Args:
            sets: in the order in which they are asked.
            together: asks several of them at once, where that is cheaper than one by one.
        """
        self._sets = [_Set(name, compiled) for name, compiled in sets]
        self._together = together
        self._failed = dict.fromkeys((each.name for each in self._sets), 0)
        self.in_batches = any(each.compiled.in_batches for each in self._sets)

    @property
    def names(self) -> list[str]:
        """As the contract says."""
        return [rule for each in self._sets for rule in each.compiled.names]

    def match(
        self, data: memoryview, *, in_memory: bool, timeout: int, most: int,
        many_files: bool = False,
    ) -> Answer:  # fmt: skip
        """As the contract says; a set without an answer is a remark."""
        part = Part(data, in_memory, many_files)
        return _as_one([self._alone(each, part, timeout, most) for each in self._sets])

    def match_each(self, parts: Sequence[Part], *, timeout: int, most: int) -> list[Said]:
        """As the contract says."""
        answers = self._at_once(parts, timeout, most)
        if answers is None:
            return one_by_one(self, parts, timeout=timeout, most=most)
        return [Said(_as_one(of_one), "") for of_one in zip(*answers, strict=True)]

    def _at_once(self, parts: Sequence[Part], timeout: int, most: int) -> list[list[Answer]] | None:
        """What all sets say of several, each in its share of the time; None if they can't be asked.

        A set is asked by itself about those without an answer: one that is slow costs no more time
        than a single scan may take before it is asked so, and few scans until it is set aside.
        """
        asked = [each for each in self._sets if not self._is_aside(each)]
        if self._together is None or not asked:
            return None
        share = max(1, timeout // (len(parts) * len(asked)))
        sets = [each.compiled for each in asked]
        said = self._together(sets, parts, timeout=share, most=most)
        if said is None:
            return None
        of_set = {one.name: each for one, each in zip(asked, said, strict=True)}
        return [
            [
                one.answer if one is not None and not one.error
                else self._alone(each, part, timeout, most)
                for part, one in zip(parts, of_set.get(each.name, [None] * len(parts)), strict=True)
            ]
            for each in self._sets
        ]  # fmt: skip

    def _alone(self, one: _Set, part: Part, timeout: int, most: int) -> Answer:
        """What one set says of one; where it gives no answer, a remark."""
        if self._is_aside(one):
            return Answer([], [f"{one.name}: set aside after {PATIENCE} scans without an answer"])
        try:
            return one.compiled.match(
                part.data, in_memory=part.in_memory, timeout=timeout, most=most,
                many_files=part.many_files,
            )  # fmt: skip
        except ScanError as error:
            self._failed[one.name] += 1
            return Answer([], [f"{one.name}: {error}"])

    def _is_aside(self, one: _Set) -> bool:
        return self._failed[one.name] >= PATIENCE


def _as_one(answers: Sequence[Answer]) -> Answer:
    """What all sets say."""
    matches = [match for each in answers for match in each.matches]
    return Answer(matches, [remark for each in answers for remark in each.remarks])
