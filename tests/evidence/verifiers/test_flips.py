"""Any single flipped bit of a sealed bundle is refused, but for those that are no part of a claim.

`HOZEN_THOROUGH=1` flips every bit; otherwise it is one of each second byte, and of each fourth.
"""

from __future__ import annotations

import itertools
import os
import random

import flips
import pytest
from flips import Flip, Small

from chain_of_custody.folder import BundleFolder

SEED = 20261122


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory) -> Small:
    return flips.encrypted(tmp_path_factory.mktemp("encrypted"))


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Small:
    return flips.plain(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def stamped(tmp_path_factory) -> Small:
    return flips.stamped(tmp_path_factory.mktemp("stamped"))


def chosen(small: Small, every: int) -> list[Flip]:
    """One bit of every so manieth byte; each bit when there is time."""
    if os.environ.get("HOZEN_THOROUGH"):
        return list(flips.every_bit(small))
    found = list(flips.one_bit_of_every_byte(small, SEED))
    return random.Random(SEED).sample(found, len(found) // every)


@pytest.mark.parametrize("name", ["encrypted", "plain", "stamped"])
def test_the_bundle_without_a_flip_is_verified(name, request):
    """Otherwise nothing would follow from a refusal; and turning back leaves nothing behind."""
    small = request.getfixturevalue(name)
    before = {each: (small.path / each).read_bytes() for each in small.files()}
    with flips.flipped(small.path / "manifest.json", Flip("manifest.json", 7, 3)):
        assert small.all_brought(BundleFolder(small.path)).exit == 1

    assert small.all_brought(BundleFolder(small.path)).exit == 0
    assert before == {each: (small.path / each).read_bytes() for each in small.files()}


@pytest.mark.timeout(1800)
def test_no_flip_of_an_encrypted_and_certified_bundle_is_accepted(encrypted):
    assert list(encrypted.accepted(chosen(encrypted, 2))) == []


@pytest.mark.timeout(1800)
def test_no_flip_of_what_is_kept_of_time_stamps_is_accepted(stamped):
    """Requests, tokens and a renewal's list; the other files are those of the bundle above."""
    names = [name for name in stamped.files() if name.startswith("anchors/")]
    flipped = [flip for flip in chosen(stamped, 4) if flip.name in names]

    assert [name.rpartition("/")[2] for name in names] == [
        "0001.tsq", "0001.tsr", "0002.sums", "0002.tsq", "0002.tsr"
    ]  # fmt: skip
    assert {flip.name for flip in flipped} == set(names)
    assert list(stamped.accepted(flipped)) == []


@pytest.mark.timeout(1800)
def test_of_a_plain_bundle_only_what_is_outside_every_claim(plain):
    outside = {flip for region in flips.OUTSIDE for flip in flips.bits_of(plain, region)}
    flipped = itertools.chain(chosen(plain, 4), outside)

    assert {(flip.name, flip.at) for flip in plain.accepted(flipped)} <= {
        (flip.name, flip.at) for flip in outside
    }


@pytest.mark.parametrize("region", flips.OUTSIDE, ids=lambda region: region.what)
def test_nothing_is_called_outside_that_is_not(plain, region):
    """In each region some flip passes; were it otherwise, the list would be out of date."""
    assert next(plain.accepted(flips.bits_of(plain, region)), None) is not None
