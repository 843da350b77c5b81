"""Several sets of rules, one after the other: a slow rule of one costs no hit of another."""

from __future__ import annotations

from collections.abc import Sequence

from evidence.engines.engine import Answer, Compiled, Part, Said, ScanError, one_by_one

PATIENCE = 3  # scans without an answer, after which a set is not asked any more


class Joined:
    """Compiled sets by name."""

    def __init__(self, sets: Sequence[tuple[str, Compiled]]) -> None:
        """Keep them, in the order in which they are asked."""
        self._sets = sets
        self._failed = dict.fromkeys((name for name, _ in sets), 0)
        self.in_batches = any(compiled.in_batches for _, compiled in sets)

    @property
    def names(self) -> list[str]:
        """As the contract says."""
        return [rule for _, compiled in self._sets for rule in compiled.names]

    def match(
        self, data: memoryview, *, in_memory: bool, timeout: int, most: int,
        many_files: bool = False,
    ) -> Answer:  # fmt: skip
        """As the contract says; a set without an answer is a remark."""
        part = Part(data, in_memory, many_files)
        return _together([self._alone(each, part, timeout, most) for each in self._sets])

    def match_each(self, parts: Sequence[Part], *, timeout: int, most: int) -> list[Said]:
        """As the contract says."""
        if not self.in_batches or len(parts) == 1:
            return one_by_one(self, parts, timeout=timeout, most=most)
        answers = [self._at_once(each, parts, timeout, most) for each in self._sets]
        return [Said(_together(of_one), "") for of_one in zip(*answers, strict=True)]

    def _at_once(
        self, one: tuple[str, Compiled], parts: Sequence[Part], timeout: int, most: int
    ) -> list[Answer]:
        """What one set says of several, each in its share of the time.

        Those without an answer are asked about by themselves: a set that is slow costs no more time
        than a single scan may take before it is asked so, and few scans until it is set aside.
        """
        name, compiled = one
        if self._failed[name] >= PATIENCE:
            return [_set_aside(name)] * len(parts)
        said = compiled.match_each(parts, timeout=max(1, timeout // len(parts)), most=most)
        return [
            self._alone(one, part, timeout, most) if each.error else each.answer
            for part, each in zip(parts, said, strict=True)
        ]

    def _alone(self, one: tuple[str, Compiled], part: Part, timeout: int, most: int) -> Answer:
        """What one set says of one; where it gives no answer, a remark."""
        name, compiled = one
        if self._failed[name] >= PATIENCE:
            return _set_aside(name)
        try:
            return compiled.match(
                part.data, in_memory=part.in_memory, timeout=timeout, most=most,
                many_files=part.many_files,
            )  # fmt: skip
        except ScanError as error:
            self._failed[name] += 1
            return Answer([], [f"{name}: {error}"])


def _set_aside(name: str) -> Answer:
    return Answer([], [f"{name}: set aside after {PATIENCE} scans without an answer"])


def _together(answers: Sequence[Answer]) -> Answer:
    """What all sets say."""
    matches = [match for each in answers for match in each.matches]
    return Answer(matches, [remark for each in answers for remark in each.remarks])
