from __future__ import annotations

import tracemalloc
from hashlib import sha256

import pytest
from byhand import peaks_of, proof_of, root_of
from hypothesis import given
from hypothesis import strategies as st

from chain_of_custody.merkle import (
    EMPTY,
    Prover,
    Tree,
    leaf_hash,
    node_hash,
    root_from_proof,
)

# The leaves and roots that implementations of certificate transparency check themselves with.
LEAVES = [
    bytes.fromhex(each)
    for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                 "606162636465666768696a6b6c6d6e6f")
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PROOF_5_OF_7 = [  # RFC 9162, section 2.1.5, leaf d5 (index 5) of seven: e, j reversed to c, k
    lambda h: h[4],
    lambda h: h[6],
    lambda h: node_hash(node_hash(h[0], h[1]), node_hash(h[2], h[3])),
]

hashes = st.integers(1, 70).map(lambda count: [sha256(bytes([n])).digest() for n in range(count)])


def grown(leaves: list[bytes]) -> Tree:
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree


def proved(leaves: list[bytes], *chosen: int) -> tuple[bytes, dict[int, list[bytes]]]:
    prover = Prover(chosen)
    for leaf in leaves:
        prover.append(leaf)
    return prover.finish()


@pytest.mark.parametrize("size", range(9))
def test_gives_the_roots_that_certificate_transparency_knows(size):
    leaves = [leaf_hash(each, b"") for each in LEAVES[:size]]

    assert ROOTS[size] == grown(leaves).root().hex()


def test_no_leaves_give_the_digest_of_nothing():
    assert Tree().root() == EMPTY
    assert proved([]) == (EMPTY, {})


def test_the_path_is_that_of_the_specification():
    leaves = [leaf_hash(each, b"") for each in LEAVES[:7]]

    assert [each(leaves) for each in PROOF_5_OF_7] == proved(leaves, 5)[1][5]


@given(leaves=hashes)
def test_grows_to_what_the_definition_says(leaves):
    tree = grown(leaves)

    assert root_of(leaves) == tree.root()
    assert peaks_of(leaves) == [peak.hex() for peak in tree.peaks]


@given(leaves=hashes, data=st.data())
def test_goes_on_from_its_peaks_as_if_it_had_never_stopped(leaves, data):
    cut = data.draw(st.integers(0, len(leaves)))
    half = grown(leaves[:cut])
    tree = Tree.of(half.size, half.peaks)
    for leaf in leaves[cut:]:
        tree.append(leaf)

    assert (grown(leaves).root(), len(leaves)) == (tree.root(), tree.size)


@given(leaves=hashes, data=st.data())
def test_one_pass_gives_the_proofs_of_all_that_were_chosen(leaves, data):
    chosen = data.draw(st.sets(st.integers(0, len(leaves) - 1)))
    root, proofs = proved(leaves, *chosen)

    assert root == root_of(leaves)
    assert proofs == {index: proof_of(leaves, index) for index in chosen}


def test_many_leaves_take_no_memory():
    tracemalloc.start()
    prover = Prover([0, 77_777, 99_999])
    for number in range(100_000):
        prover.append(number.to_bytes(32, "big"))
    _, proofs = prover.finish()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert [len(proofs[index]) for index in (0, 77_777, 99_999)] == [17, 17, 10]
    assert peak < 64 << 10


@given(leaves=hashes, data=st.data())
def test_a_proof_leads_to_the_root(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = proof_of(leaves, index)

    assert root_of(leaves) == root_from_proof(leaves[index], index, len(leaves), proof)


@given(leaves=hashes, data=st.data())
def test_a_proof_for_another_place_does_not_lead_there(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.integers(0, len(leaves) - 1).filter(lambda at: at != index) | st.none())
    if other is None:
        return
    proof = proof_of(leaves, index)
    try:
        found = root_from_proof(leaves[index], other, len(leaves), proof)
    except ValueError:
        return

    assert root_of(leaves) != found


@given(leaves=hashes, data=st.data())
def test_a_proof_that_is_longer_or_shorter_is_refused(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = proof_of(leaves, index)

    with pytest.raises(ValueError, match="too long"):
        root_from_proof(leaves[index], index, len(leaves), [*proof, b"\0" * 32])
    if proof:
        with pytest.raises(ValueError, match="too short"):
            root_from_proof(leaves[index], index, len(leaves), proof[:-1])


@pytest.mark.parametrize("index", [-1, 3])
def test_refuses_a_place_outside_the_tree(index):
    leaves = [bytes([n]) * 32 for n in range(3)]

    with pytest.raises(ValueError, match="outside"):
        root_from_proof(leaves[0], index, 3, [])
    with pytest.raises(IndexError):
        proved(leaves, index)


def test_an_inner_node_is_no_leaf():
    """Two leaves and their node: the node's content, offered as a record, gives another hash."""
    left, right = leaf_hash(b"a", b""), leaf_hash(b"b", b"")

    assert node_hash(left, right) != leaf_hash(left, right)


def test_a_last_leaf_taken_twice_gives_another_root():
    leaves = [bytes([n]) * 32 for n in range(3)]

    assert grown(leaves).root() != grown([*leaves, leaves[-1]]).root()
