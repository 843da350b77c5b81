"""The items of an exhibit, and whether they can be among those that the manifest counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chain_of_custody.errors import AlteredError
from chain_of_custody.exhibit import Names
from chain_of_custody.item import Content, Meta
from chain_of_custody.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An item that an exhibit proves."""

    number: int
    content: Content
    meta: Meta | None
    """None where it stays closed."""

    @property
    def files(self) -> set[str]:
        """The files that it has to have."""
        names = Names.of(self.number)
        some = {names.content, names.proof}
        some |= {names.meta} if self.meta is not None else set()
        return some | ({names.data} if self.content.status != "gap" else set())


def contradictions(shown: Sequence[Shown], manifest: Manifest) -> Iterator[AlteredError]:
    """More of one kind, or in bytes, than the manifest has; volumes that it does not name."""
    items = manifest.items
    stated = {"acquired": items.acquired, "partial": items.partial, "gap": items.gap}
    found = Counter(each.content.status for each in shown)
    fits = sum(stated.values()) == items.count and all(found[key] <= stated[key] for key in found)
    if not fits or sum(each.content.size for each in shown) > items.bytes:
        yield AlteredError(4, "exhibit_counts")
    there = {entry.number for entry in manifest.volumes}
    for each in shown:
        if {part.volume for part in each.content.parts} - there:
            yield AlteredError(4, "exhibit_volume", item=each.number)
