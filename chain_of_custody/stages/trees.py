"""The trees that events tell of: each fits itself, and goes on from the one before (section 7)."""

from __future__ import annotations

from collections.abc import Iterator

from chain_of_custody.event import TreeHead
from chain_of_custody.merkle import Tree

NO_TREE = TreeHead(
    acquired=0, bytes=0, gap=0, partial=0, peaks=[], root=Tree().root().hex(), size=0
)  # fmt: skip
_GROWING = ("size", "acquired", "partial", "gap", "bytes")


def grown(before: TreeHead, tree: TreeHead) -> Iterator[str]:
    """Which rules a tree breaks that follows another: the next volume can only have added to it."""
    if any(getattr(tree, key) < getattr(before, key) for key in _GROWING):
        yield "rule_tree_shrinks"
    elif not _goes_on(before, tree):
        yield "rule_tree_anew"
    if not _is_whole(tree):
        yield "rule_tree_contradicts"


def _goes_on(before: TreeHead, tree: TreeHead) -> bool:
    """Whether one may be the other with more items; of the same size it is the other."""
    if tree.size == before.size:
        return tree == before
    brought = tree.acquired + tree.partial > before.acquired + before.partial
    return _shared(before, tree) and (brought or tree.bytes == before.bytes)


def _shared(before: TreeHead, tree: TreeHead) -> bool:
    """Whether those perfect subtrees that both have, from the first leaf on, are the same."""
    bits = max(before.size.bit_length(), tree.size.bit_length())
    alike = bits - (before.size ^ tree.size).bit_length()  # leading digits of both sizes
    count = (tree.size >> (bits - alike)).bit_count()
    return before.peaks[:count] == tree.peaks[:count]


def _is_whole(head: TreeHead) -> bool:
    """Whether peaks, root, size and counts of a tree can belong together."""
    tree = Tree.of(head.size, [bytes.fromhex(peak) for peak in head.peaks])
    counted = head.acquired + head.partial + head.gap
    fitting = len(head.peaks) == head.size.bit_count() and counted == head.size
    return fitting and tree.root().hex() == head.root


__all__ = ["NO_TREE", "grown"]
