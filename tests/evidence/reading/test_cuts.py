"""A bundle cut anywhere never verifies as sealed, and never shows an item that was not in it.

`HOZEN_THOROUGH=1` cuts at every byte; otherwise after every call of the run, and at some bytes.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import bundles
import cuts
import flips
import pytest
from cuts import Journal, Taken

from chain_of_custody.folder import BundleFolder
from chain_of_custody.verdict import Anchors, Exit
from chain_of_custody.verify import verify
from evidence.reading.checked import RefusedError, open_bundle, verify_bundle

SEED = 20261122
EVERY = 1 if os.environ.get("HOZEN_THOROUGH") else 48
RECIPIENTS = {"encrypted": (bundles.RECIPIENT,), "plain": ()}


@pytest.fixture(scope="module", params=RECIPIENTS)
def run(request, tmp_path_factory) -> tuple[Path, Journal]:
    """A bundle, and how it was written."""
    top = tmp_path_factory.mktemp(request.param) / "run"
    return top / "HZ", cuts.written_down(top, RECIPIENTS[request.param])


def taken(path: Path) -> Taken | None:
    """What is shown of a bundle that need not be sealed; None where it is refused."""
    try:
        found = open_bundle(path, identities=[bundles.IDENTITY], allow_partial=True)
    except RefusedError:
        return None
    return Taken(found)


def states(journal: Journal, top: Path) -> Iterator[int]:
    """Stops at some bytes, and wherever a call ended."""
    dice, ends, written = random.Random(SEED), set(), 0
    for kind, _, what in journal.steps:
        written += len(what) if kind == "write" else 0
        ends.add(written)
    for at in journal.replayed(top):
        if at in ends or dice.randrange(EVERY) == 0:
            yield at


def test_what_was_written_down_is_the_bundle(run, tmp_path):
    path, journal = run
    for _ in journal.replayed(tmp_path):
        pass

    assert flips.contents(path) == flips.contents(tmp_path / "HZ")


@pytest.mark.timeout(1800)
def test_cut_off_at_any_byte_it_is_not_sealed_and_its_items_are_the_originals(run, tmp_path):
    path, journal = run
    whole = taken(path).items
    good = verify_bundle(path)
    noted, seen = Anchors(root=good.root), Counter()
    for _ in states(journal, tmp_path):
        cut = tmp_path / "HZ"
        complete = (cut / "manifest.json").exists()
        verdict = verify_bundle(cut, identities=[bundles.IDENTITY])
        seen[verdict.exit] += 1
        assert (verdict.exit is Exit.VERIFIED) == complete
        assert (verify_bundle(cut, anchors=noted).exit is Exit.VERIFIED) == complete
        shown = taken(cut)
        if shown is not None:
            assert shown.items.items() <= whole.items()
            seen[f"{len(shown.items)} items"] += 1

    assert {Exit.UNUSABLE, Exit.INCOMPLETE, Exit.VERIFIED} <= seen.keys()
    assert {"0 items", "2 items", "3 items"} <= seen.keys()
    assert seen[Exit.ALTERED] == 0


def test_a_file_of_a_sealed_bundle_cut_at_any_byte_is_refused(run):
    path, _ = run
    folder = BundleFolder(path)
    dice = random.Random(SEED)
    for name, data in flips.contents(path).items():
        for size in range(len(data)):
            if dice.randrange(EVERY) and size:
                continue
            os.truncate(path / name, size)
            verdict = verify(folder)
            (path / name).write_bytes(data)

            assert verdict.exit in (Exit.ALTERED, Exit.UNUSABLE), (name, size)


def test_a_file_of_a_partial_bundle_cut_at_any_byte_shows_no_other_item(run, tmp_path):
    path, journal = run
    whole = taken(path).items
    last = next(  # the second volume is closed, nothing is sealed yet
        index
        for index, (kind, _, what) in enumerate(journal.steps)
        if (kind, str(what)) == ("rename", "HZ/custody/00003.json")
    )
    partial = Journal(top=path.parent, steps=journal.steps[: last + 1])
    for _ in partial.replayed(tmp_path):
        pass
    cut, dice, seen = tmp_path / "HZ", random.Random(SEED), Counter()
    assert taken(cut).items == whole
    for name, data in flips.contents(cut).items():
        for size in range(len(data)):
            if dice.randrange(EVERY) and size:
                continue
            os.truncate(cut / name, size)
            shown = taken(cut)
            (cut / name).write_bytes(data)
            seen[name.split("/")[0], shown is None] += 1
            assert shown is None or shown.items == whole

    assert seen["data", False] == seen["custody", False] == 0
    assert seen["verify.sh", False] > 0  # bound by the manifest alone, which is still to come
