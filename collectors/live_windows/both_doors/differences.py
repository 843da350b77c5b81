"""What differs between the running registry and its hive on the disk, at places that matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from collectors.files.spelling import upcased
from collectors.windows.view import Held, Seen

if TYPE_CHECKING:
    from collections.abc import Iterator

Keys = dict[str, Seen]
Told = dict[str, Any]


class Difference(NamedTuple):
    """A key that only one door shows, or a value that only one shows or each otherwise."""

    key: str
    value: str | None
    """Its name; None where it is about the whole key."""
    shown: Told | None
    """What the system shows; None for nothing."""
    on_disk: Told | None
    is_late: bool
    """Whether it was written so lately that the disk may not know yet."""


def differences(shown: Keys, lies: Keys, since: int) -> Iterator[Difference]:
    """Every difference; of a key that is missing, nothing of what is below it.

    Args:
        shown: what the system shows, by path in upper case.
        lies: what the hive has.
        since: what was written later, the disk may not know yet: 100 ns since 1601.
    """
    for place in sorted(shown.keys() | lies.keys()):
        ours, theirs = shown.get(place), lies.get(place)
        if ours is not None and theirs is not None:
            if not ours.refused and not theirs.refused:
                yield from _of_values(ours, theirs, since)
            continue
        above = [side.get(place.rpartition("\\")[0]) for side in (shown, lies)]
        known = [one for one in (*above, ours, theirs) if one is not None]
        if None not in above and not any(one.refused for one in known):
            # Where a key comes or goes, the one above it is written to as well.
            late = max(one.written for one in known) > since
            yield Difference(known[-1].path, None, _key(ours), _key(theirs), late)


def _of_values(ours: Seen, theirs: Seen, since: int) -> Iterator[Difference]:
    late = max(ours.written, theirs.written) > since
    first, second = ({upcased(each.name): each for each in one.values} for one in (ours, theirs))
    for name in sorted(first.keys() | second.keys()):
        one, other = _value(first.get(name)), _value(second.get(name))
        if one != other:
            spelled = (first.get(name) or second[name]).name
            yield Difference(ours.path, spelled, one, other, late)


def _key(one: Seen | None) -> Told | None:
    if one is None:
        return None
    return {"written": one.written, "values": {each.name: _value(each) for each in one.values}}


def _value(one: Held | None) -> Told | None:
    return None if one is None else {"type": one.type, "size": one.size, "data": one.data}
