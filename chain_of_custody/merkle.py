"""The RFC 9162 tree: one root over all items, in order, with proofs for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()


def leaf_hash(content: bytes, meta: bytes) -> bytes:
    """The leaf of a record, from the salted digests of its two parts (format, section 6)."""
    return sha256(b"\x00" + content + meta).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """An inner node; its prefix keeps it from passing for a leaf (RFC 9162, section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree that keeps only the roots of its perfect subtrees: memory is O(log n)."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add the next leaf hash."""
        size = self.size
        while size & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            size >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._peaks:
            return EMPTY
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root

    @classmethod
    def of(cls, size: int, peaks: Sequence[bytes]) -> Tree:
        """The tree of which size and peaks are known: a resumed run goes on from it."""
        tree = cls()
        tree.size, tree._peaks = size, list(peaks)
        return tree

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The roots of the perfect subtrees, largest first."""
        return tuple(self._peaks)


_Subtree = tuple[bytes, tuple[int, ...]]
"""A subtree's root, and which chosen leaves lie below it."""


class Prover:
    """Inclusion proofs of chosen leaves, all of them in one pass over the tree.

    Like `Tree` it keeps perfect subtrees alone. Whenever two of them are joined, each is the next
    step of the proofs of the leaves below the other (RFC 9162, section 2.1.3.1).
    """

    def __init__(self, chosen: Iterable[int]) -> None:
        """Begin before the first leaf.

        Args:
            chosen: places of leaves, the first being 0.
        """
        self.size = 0
        self._proofs: dict[int, list[bytes]] = {index: [] for index in chosen}
        self._peaks: list[_Subtree] = []

    def append(self, leaf: bytes) -> None:
        """Add the next leaf hash."""
        top: _Subtree = (leaf, (self.size,) if self.size in self._proofs else ())
        size = self.size
        while size & 1:
            top = self._join(self._peaks.pop(), top)
            size >>= 1
        self._peaks.append(top)
        self.size += 1

    def finish(self) -> tuple[bytes, dict[int, list[bytes]]]:
        """The root, and for each chosen place the sibling hashes from the leaf up to it.

        Raises:
            IndexError: a place outside the tree was chosen.
        """
        outside = [index for index in self._proofs if not 0 <= index < self.size]
        if outside:
            raise IndexError(outside[0])
        if not self._peaks:
            return EMPTY, {}
        while len(self._peaks) > 1:
            right, left = self._peaks.pop(), self._peaks.pop()
            self._peaks.append(self._join(left, right))
        return self._peaks[0][0], self._proofs

    def _join(self, left: _Subtree, right: _Subtree) -> _Subtree:
        for index in left[1]:
            self._proofs[index].append(right[0])
        for index in right[1]:
            self._proofs[index].append(left[0])
        return node_hash(left[0], right[0]), left[1] + right[1]


def root_from_proof(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that a proof leads to (RFC 9162, section 2.1.3.2).

    Raises:
        ValueError: the proof is not as long as index and size demand.
    """
    if not 0 <= index < size:
        raise ValueError("index outside the tree")
    node, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ValueError("proof too long")
        if node & 1 or node == last:
            root = node_hash(sibling, root)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            root = node_hash(root, sibling)
        node >>= 1
        last >>= 1
    if last:
        raise ValueError("proof too short")
    return root
