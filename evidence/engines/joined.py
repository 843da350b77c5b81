"""Several sets of rules, one after the other: a slow rule of one costs no hit of another."""

from __future__ import annotations

from collections.abc import Sequence

from evidence.engines.engine import Answer, Compiled, Match, Part, Said, ScanError, one_by_one

PATIENCE = 3  # scans without an answer, after which a set is not asked any more


class Joined:
    """Compiled sets by name."""

    in_batches = False  # else a set would fail for a whole batch before it is set aside

    def __init__(self, sets: Sequence[tuple[str, Compiled]]) -> None:
        """Keep them, in the order in which they are asked."""
        self._sets = sets
        self._failed = dict.fromkeys((name for name, _ in sets), 0)

    @property
    def names(self) -> list[str]:
        """As the contract says."""
        return [rule for _, compiled in self._sets for rule in compiled.names]

    def match(
        self, data: memoryview, *, in_memory: bool, timeout: int, most: int,
        many_files: bool = False,
    ) -> Answer:  # fmt: skip
        """As the contract says; a set without an answer is a remark."""
        matches: list[Match] = []
        remarks: list[str] = []
        for name, compiled in self._sets:
            if self._failed[name] >= PATIENCE:
                remarks.append(f"{name}: set aside after {PATIENCE} scans without an answer")
                continue
            try:
                answer = compiled.match(
                    data, in_memory=in_memory, timeout=timeout, most=most, many_files=many_files
                )
            except ScanError as error:
                self._failed[name] += 1
                remarks.append(f"{name}: {error}")
                continue
            matches += answer.matches
            remarks += answer.remarks
        return Answer(matches, remarks)

    def match_each(self, parts: Sequence[Part], *, timeout: int, most: int) -> list[Said]:
        """As the contract says."""
        return one_by_one(self, parts, timeout=timeout, most=most)
