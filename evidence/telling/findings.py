"""What a run can say at its end without opening the bundle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from collectors.artifact import Gap, MissingRange, Reason
from evidence.archives.looked import Archives
from evidence.machine.restraint import FORMAT, MEMORY
from evidence.telling.missed import Missed

_NAMED = 3  # of refused origins at the end: an ordinary user is refused thousands
_TO_BE_HAD = frozenset({Reason.DENIED, Reason.UNREADABLE, Reason.TIMED_OUT, Reason.NOT_LOCAL})


@dataclass(slots=True)
class Findings:
    """What the run can say at its end without opening the bundle."""

    reasons: dict[str, int] = field(default_factory=dict)
    hits: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    """Items acquired by collector."""
    failed: list[str] = field(default_factory=list)
    limited: str | None = None
    """The option whose limit was met; `memory` where the machine had too little of it left,
    `format` where no reader would take a larger bundle."""
    earlier: int = 0
    """Gaps of what was to be had that earlier sessions of this bundle signed."""
    lacking: int = 0
    """Those of this one: each makes the run end as one from which something is missing."""
    missing: list[Missed] = field(default_factory=list)
    """What every machine has or the run was for, and could not be taken or not all: why."""

    refused: list[str] = field(default_factory=list)
    """The first origins that the system refused, beside those of `missing`."""
    refused_all: int = 0
    """How many there were of these."""

    remarks: dict[str, list[str]] = field(default_factory=dict)
    """What else the end of the run has a sentence for: of which origins."""

    unsearched: list[str] = field(default_factory=list)
    """The first items of which rules gave no whole answer: over some of them a scan ended."""
    unsearched_all: int = 0
    """How many there were of these."""

    archives: Archives = field(default_factory=Archives)

    @property
    def limit(self) -> str:
        """Which limit was met, in a record's words."""
        if self.limited == MEMORY:
            return "the least memory that is left to this machine's own work"
        return "what one bundle can hold" if self.limited == FORMAT else f"the limit {self.limited}"

    def cut_off(self) -> list[str]:
        """What is to be said of an item that was stopped: which limit was met, if one was."""
        return [f"{self.limit} was met while it was read"] if self.limited else []

    def searched(self, origin: str, given_up: str) -> None:
        """An item was scanned.

        Args:
            origin: of the item.
            given_up: why the rules' answer is not whole; empty where it is.
        """
        self.unsearched_all += bool(given_up)
        if given_up and len(self.unsearched) < _NAMED:
            self.unsearched.append(origin)

    def matched(self, rules: Iterable[str]) -> None:
        """Rules that matched in an item, each counted once."""
        for rule in rules:
            self.hits[rule] = self.hits.get(rule, 0) + 1

    def bad_ranges(self, origin: str, missing: Sequence[MissingRange]) -> None:
        """Tell in one line what can't be read of an image."""
        first, lost = missing[0], sum(each.size or 0 for each in missing)
        rest = " and the rest" if missing[-1].size is None else ""
        told = f"{len(missing)} ranges, {lost} bytes{rest}; the first at {first.offset}"
        if first.size is None:
            told = f"all behind its first {first.offset} bytes: {first.error}"
        self.missing.append(Missed(origin, Reason.UNREADABLE.value, told))

    def gap(self, gap: Gap, *, cut: bool = False) -> bool:
        """Count one more, and keep what is to be said of it.

        Args:
            gap: what was not obtained.
            cut: whether it is the rest behind a limit.

        Returns:
            Whether it was to be had.
        """
        self.reasons[gap.reason.value] = self.reasons.get(gap.reason.value, 0) + 1
        expected = gap.kind == "image" or gap.expected
        lacking = expected or cut or gap.reason in _TO_BE_HAD
        self.lacking += lacking
        if expected:
            self.missing.append(Missed(gap.origin, gap.reason.value, gap.detail))
        elif gap.reason is Reason.DENIED:
            self.refused_all += 1
            if self.refused_all <= _NAMED:
                self.refused.append(gap.origin)
        if gap.remark:
            self.remarks.setdefault(gap.remark, []).append(gap.origin)
        return lacking
