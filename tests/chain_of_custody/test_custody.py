"""Stage 7, rule by rule: each attack is refused for the reason that it gives, and not by chance."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from forge import Forger, copied
from forgeries import custody as forgeries
from forgeries import manifest
from worlds import World

from chain_of_custody.documents import MAX_EVENT, load
from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.stages import custody


def refusals(bundle: Forger, language: str = "en") -> str:
    found = custody.check(load(BundleFolder(bundle.path)), TrustStore())
    return "\n".join(error.finding.sentence(language) for error in found)


def salvage_out_of_turn(bundle: Forger, world: World) -> None:
    resumed = next(each for each in bundle.events if each["type"] == "resumed")
    resumed["detail"]["salvaged"][0]["name"] = "volume-00007.tar.zst.age"
    bundle.settle()


def salvage_left_out_of_the_manifest(bundle: Forger, world: World) -> None:
    bundle.settle(manifest=lambda document: document.update(salvaged=[]))


def counts_contradict_the_size(bundle: Forger, world: World) -> None:
    bundle.closings[0]["detail"]["tree"]["gap"] += 1
    bundle.settle()


def last_tree_is_not_the_sealed_one(bundle: Forger, world: World) -> None:
    bundle.settle(manifest=lambda document: document["items"].update(merkle_root="ab" * 32))


def fact_changed(key: str, value: object) -> Callable[[Forger, World], None]:
    def forge(bundle: Forger, world: World) -> None:
        bundle.settle(manifest=lambda document: document.update({key: value}))

    return forge


def later_version(bundle: Forger, world: World) -> None:
    """Event 3 is one that this version can't read: what else is wrong is seen all the same."""
    bundle.settle(events={3: lambda event: event.update(schema="hozen-event/2")})


def later_version_edited(bundle: Forger, world: World) -> None:
    later_version(bundle, world)
    raw = bundle.read("custody/00003.json")
    bundle.write("custody/00003.json", raw.replace(b'"place":null', b'"place":"here"'))


def later_version_without_signature(bundle: Forger, world: World) -> None:
    later_version(bundle, world)
    bundle.remove("custody/00003.json.p7s")


def later_version_and_an_event_edited(bundle: Forger, world: World) -> None:
    later_version(bundle, world)
    raw = bundle.read("custody/00004.json")
    bundle.write("custody/00004.json", raw.replace(b'"place":null', b'"place":"here"'))


def later_version_and_an_event_renamed(bundle: Forger, world: World) -> None:
    later_version(bundle, world)
    bundle.rename("custody/00005.json", "custody/00006.json")
    bundle.rename("custody/00005.json.p7s", "custody/00006.json.p7s")


def event_of_megabytes(bundle: Forger, world: World) -> None:
    bundle.write("custody/00003.json", bytes(MAX_EVENT + 1))


RULES = [
    ("sealed", forgeries.event_edited, "00004.json: does not follow the event before it"),
    ("sealed", forgeries.event_edited, "00003.json: the signed digest is that of other bytes"),
    ("sealed", forgeries.event_removed, "00004.json: does not follow"),
    ("sealed", forgeries.event_signature_removed, "00002.json: its signature is missing"),
    ("sealed", forgeries.event_of_another_bundle, "an event of another bundle"),
    ("sealed", forgeries.closing_signed_by_a_stranger, "signed by a key that may not sign this"),
    ("sealed", forgeries.handed_over_by_the_collection_key, "may not sign this"),
    ("resumed", forgeries.early_event_by_the_later_key, "00002.json: signed by a key that may not"),
    ("sealed", forgeries.beginning_missing, "collection_started is event 1, and only that"),
    ("sealed", forgeries.two_beginnings, "00002.json: collection_started is event 1"),
    ("sealed", forgeries.volume_closed_after_sealing, "the collection goes on after it was sealed"),
    ("sealed", forgeries.monotonic_clock_ran_backwards, "its monotonic clock runs backwards"),
    ("sealed", forgeries.event_before_the_sealing, "a holder's event before the sealing"),
    ("sealed", forgeries.number_of_a_volume_skipped, "volume 3 was to be closed next"),
    ("sealed", forgeries.tree_shrinks, "the tree shrinks"),
    ("sealed", forgeries.missing_things_come_back, "less is missing than before it"),
    ("sealed", forgeries.more_is_missing_than_gaps, "more is missing than there are gaps"),
    ("sealed", forgeries.peaks_contradict_the_root, "its tree contradicts itself"),
    ("sealed", counts_contradict_the_size, "its tree contradicts itself"),
    ("resumed", forgeries.tree_does_not_go_on, "does not go on from the tree before it"),
    ("resumed", forgeries.closed_volume_called_salvage, "was closed, so it can't be salvaged"),
    ("resumed", salvage_out_of_turn, "volume-00007.tar.zst.age can't have been open then"),
    ("resumed", salvage_left_out_of_the_manifest, "disagree about salvaged"),
    ("sealed", forgeries.sealing_missing, "sealing is missing"),
    ("sealed", forgeries.sealed_twice, "sealed more than once"),
    ("sealed", forgeries.seals_another_manifest, "seals another manifest"),
    ("sealed", forgeries.seals_another_root, "seals another root"),
    ("sealed", manifest.signed_head_differs, "not the history that the manifest names"),
    ("sealed", manifest.signed_last_number_differs, "not the history that the manifest names"),
    ("sealed", last_tree_is_not_the_sealed_one, "the last volume's tree is not the sealed one"),
    ("sealed", manifest.signed_order_of_volumes_differs, "disagree about volumes"),
    ("sealed", fact_changed("recipients", []), "disagree about recipients"),
    ("sealed", fact_changed("profile", "full"), "disagree about profile"),
    ("sealed", fact_changed("case_id", "H-9"), "disagree about case_id"),
    ("sealed", fact_changed("previous_bundle", "x"), "disagree about previous_bundle"),
    ("sealed", forgeries.received_for_another_manifest, "which is not there"),
    ("sealed", later_version_edited, "00003.json: the signed digest is that of other bytes"),
    ("sealed", later_version_edited, "00004.json: does not follow the event before it"),
    ("sealed", later_version_without_signature, "00003.json: its signature is missing"),
    ("sealed", later_version_and_an_event_edited, "00004.json: the signed digest is that of other"),
    ("sealed", later_version_and_an_event_edited, "00005.json: does not follow the event before"),
    ("sealed", later_version_and_an_event_renamed, "00006.json: does not follow the event before"),
]


@pytest.mark.parametrize(
    ("base", "forge", "reason"),
    RULES,
    ids=[f"{n}-{rule[1].__name__}" for n, rule in enumerate(RULES)],
)
def test_gives_the_reason(world, tmp_path, base, forge, reason):
    bundle = copied(world.path(base), tmp_path / "copy")
    forge(bundle, world)

    assert reason in refusals(bundle)
    # Of English only names may stand there: of files, keys, types of events and algorithms.
    assert re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", refusals(bundle, "ja")) is None


@pytest.mark.parametrize("base", ["sealed", "handed", "resumed", "interrupted", "pulled"])
def test_finds_nothing_wrong_with_a_good_chain(world, base):
    assert refusals(world.forger(base)) == ""


@pytest.mark.parametrize("forge", [later_version, event_of_megabytes])
def test_an_event_that_can_not_be_read_accuses_no_other(world, tmp_path, forge):
    bundle = copied(world.path("sealed"), tmp_path / "copy")
    forge(bundle, world)

    assert refusals(bundle) == ""


@pytest.mark.parametrize("reference", ["item:1", "item:7", "volume:3", "event:5"])
def test_a_reference_to_what_is_there_is_fine(world, tmp_path, reference):
    bundle = copied(world.path("sealed"), tmp_path / "copy")
    forgeries.event_about_nothing(bundle, world, reference=reference)

    assert refusals(bundle) == ""


@pytest.mark.parametrize("reference", ["item:8", "volume:4", "event:6", f"manifest:{'0' * 64}"])
def test_a_reference_to_what_is_not_there_is_named(world, tmp_path, reference):
    bundle = copied(world.path("sealed"), tmp_path / "copy")
    forgeries.event_about_nothing(bundle, world, reference=reference)

    assert f"cites {reference}, which is not there" in refusals(bundle)
