"""The verdict as a whole: sampled damage, cuts, anchors, statements."""

from __future__ import annotations

import errno
import io
import os
import shutil
from pathlib import Path

import bundles
import pytest
from bundles import trusting
from byhand import digest
from forge import SECOND, copied
from hypothesis import given
from hypothesis import strategies as st

from chain_of_custody.code import spoken_code
from chain_of_custody.documents import MAX_MANIFEST
from chain_of_custody.errors import UnusableError
from chain_of_custody.folder import BundleFolder
from chain_of_custody.verdict import STAGES, Anchors, Exit, Outcome, Verdict
from chain_of_custody.verify import verify
from evidence.reading.container import VolumeOpener

ALL = (
    "structure", "volumes", "completeness", "items", "signature", "time", "custody", "anchors",
    "statements",
)  # fmt: skip


def files_of(path: Path) -> list[str]:
    return sorted(p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file())


def said(verdict: Verdict, stage: int) -> set[str]:
    return {finding.key for finding in verdict.stage(stage).findings}


# Damage, anywhere


@pytest.fixture(scope="module")
def worn(world) -> Path:
    """One copy that every example damages and mends."""
    return copied(world.path("sealed"), world.place / "worn").path


def damaged(path: Path, name: str, data: bytes, *, identity: bool = False) -> Verdict:
    whole = (path / name).read_bytes()
    (path / name).write_bytes(data)
    try:
        contents = VolumeOpener([bundles.IDENTITY]) if identity else None
        return verify(BundleFolder(path), contents=contents)
    finally:
        (path / name).write_bytes(whole)


@given(data=st.data())
def test_a_flipped_bit_in_any_file_of_a_sealed_bundle_is_refused(worn, data):
    name = data.draw(st.sampled_from(files_of(worn)))
    whole = bytearray((worn / name).read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))

    assert damaged(worn, name, bytes(whole)).exit in (Exit.ALTERED, Exit.UNUSABLE)


@given(data=st.data())
def test_a_bundle_cut_at_any_byte_of_any_file_is_refused(worn, data):
    name = data.draw(st.sampled_from(files_of(worn)))
    whole = (worn / name).read_bytes()
    size = data.draw(st.integers(0, len(whole) - 1))

    assert damaged(worn, name, whole[:size]).exit in (Exit.ALTERED, Exit.UNUSABLE)


@pytest.mark.parametrize("number", range(22))
def test_a_sealed_bundle_that_lacks_any_file_never_verifies(good, number):
    names = files_of(good.path)
    good.remove(names[number])

    assert len(names) == 22
    assert verify(BundleFolder(good.path)).exit != Exit.VERIFIED


@pytest.mark.parametrize("kept", range(23))
def test_a_bundle_of_which_only_the_first_files_were_copied_never_verifies(good, kept):
    """A copy that was cut off: whatever the order, what arrived is not the whole."""
    for name in files_of(good.path)[kept:]:
        good.remove(name)
    for folder in ("data", "custody"):
        if not any((good.path / folder).iterdir()):
            (good.path / folder).rmdir()
    try:
        found = verify(BundleFolder(good.path)).exit
    except UnusableError:
        found = Exit.UNUSABLE

    assert (kept == 22) == (found is Exit.VERIFIED)


class Failing(io.FileIO):
    """A file on a medium that fails while it is read."""

    def readinto(self, buffer) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.parametrize(
    ("name", "stage"), [("data/volume-00002.tar.zst.age", 2), ("VERIFY.md", 3)]
)
def test_a_medium_that_fails_while_a_file_is_hashed_is_told(good, monkeypatch, name, stage):
    opened = BundleFolder.open
    monkeypatch.setattr(
        BundleFolder,
        "open",
        lambda folder, each: Failing(folder.path / each) if each == name else opened(folder, each),
    )
    verdict = verify(BundleFolder(good.path))

    assert verdict.failed == [stage]
    assert {"unreadable"} == said(verdict, stage)


# The good ones


def test_the_stages_are_those_of_the_format_page(world):
    assert ALL == STAGES
    assert list(range(1, 10)) == [stage.number for stage in world.verdict("sealed").stages]


def test_a_stage_for_which_nothing_was_given_is_not_checked_and_says_why(world):
    verdict = verify(BundleFolder(world.path("sealed")))
    open_ = [stage.number for stage in verdict.stages if stage.outcome is Outcome.NOT_CHECKED]

    assert (verdict.exit, open_) == (Exit.VERIFIED, [4, 5, 6, 8])
    assert {"needs_identity"} == said(verdict, 4)
    assert {"no_trust"} == said(verdict, 5)
    assert {"no_token"} == said(verdict, 6)
    assert {"no_anchor"} == said(verdict, 8)


def test_counts_and_root_are_told(world):
    verdict = world.verdict("sealed")
    items = world.forger("sealed").manifest["items"]

    assert verdict.counts == {"acquired": 5, "partial": 0, "gap": 2}
    assert items["merkle_root"] == verdict.root


def test_items_are_handed_out_whole_and_in_order(world):
    seen: dict[int, bytearray] = {}
    verify(
        BundleFolder(world.path("sealed")),
        contents=VolumeOpener([bundles.IDENTITY]),
        sink=lambda item, data: seen.setdefault(item, bytearray()).extend(data),
    )

    assert list(seen) == [1, 2, 4, 6, 7]
    assert (seen[1], seen[2], len(seen[7])) == (b"/sbin/init\0", b"", 1_100_000)


def test_nothing_is_handed_out_of_a_volume_whose_digest_failed(good):
    seen: list[int] = []
    good.flip(good.volume(3), -1)
    verdict = verify(
        BundleFolder(good.path),
        contents=VolumeOpener([bundles.IDENTITY]),
        sink=lambda item, _: seen.append(item),
    )

    assert seen == []
    assert {"volumes_not_intact"} == said(verdict, 4)


def test_nothing_is_handed_out_of_a_volume_that_the_manifest_does_not_name(good):
    """Events and manifest name other digests: only the manifest's was compared with the bytes."""
    seen: list[int] = []
    good.store_members(2, [*good.members(2)[:1], *good.members(2)])
    stored = good.read(good.volume(2))
    entry = {"sha256": digest(stored), "size": len(stored)}
    good.settle(measure=False, manifest=lambda document: document["volumes"][1].update(entry))
    good.lists()
    good.settle(measure=False, listed=False)
    verdict = verify(
        BundleFolder(good.path),
        contents=VolumeOpener([bundles.IDENTITY]),
        sink=lambda item, _: seen.append(item),
    )

    assert seen == []
    assert {"volumes_not_intact"} == said(verdict, 4)
    assert verdict.failed == [7]


def test_an_identity_that_is_not_listed_leaves_it_incomplete(world):
    verdict = bundles.checked(world.path("sealed"), identities=[bundles.OTHER_IDENTITY])

    assert (verdict.exit, verdict.failed) == (Exit.INCOMPLETE, [])
    assert Outcome.NOT_CHECKED is verdict.stage(4).outcome


def test_a_bundle_collected_unencrypted_needs_no_identity_and_says_so(world):
    verdict = bundles.checked(world.path("plain"), identities=[])

    assert Outcome.PASS is verdict.stage(4).outcome
    assert "unencrypted" in said(verdict, 9)


# Trust and anchors


def test_a_trusted_signer_is_named(world):
    verdict = verify(BundleFolder(world.path("sealed")), trust=trusting(bundles.KEY))

    assert Outcome.PASS is verdict.stage(5).outcome
    assert {"signed_by"} == said(verdict, 5)


def test_refuses_a_bundle_signed_by_a_stranger(world):
    verdict = verify(BundleFolder(world.path("sealed")), trust=trusting(bundles.STRANGER))

    assert (verdict.exit, verdict.failed) == (Exit.ALTERED, [5, 7])
    assert [[each.key for each in verdict.stage(n).findings] for n in (5, 7)] == [["stranger"]] * 2


def test_honest_evidence_that_is_not_tied_is_refused_and_not_called_altered(world, tmp_path):
    """A collection key without a kit certifies itself, in the same name as all others."""
    assert verify(BundleFolder(world.path("sealed")), trust=trusting(bundles.STRANGER)).untrusted
    bundle = copied(world.path("sealed"), tmp_path / "HZ_altered")
    bundle.flip(bundle.volume(1), 40)
    verdict = verify(BundleFolder(bundle.path), trust=trusting(bundles.STRANGER))

    assert (verdict.failed, verdict.untrusted) == ([2, 5, 7], False)


def test_every_session_of_a_resumed_bundle_must_be_trusted(world):
    folder = BundleFolder(world.path("resumed"))

    assert verify(folder, trust=trusting(bundles.KEY, SECOND)).failed == []
    assert verify(folder, trust=trusting(bundles.KEY)).failed == [5, 7]
    assert verify(folder, trust=trusting(SECOND)).failed == [7]


@pytest.mark.parametrize("name", ["root", "head", "code"])
def test_what_was_noted_outside_lifts_the_level(world, name):
    good = world.verdict("sealed")
    values = {"root": good.root.upper(), "head": f" {good.head}\n", "code": spoken_code(good.root)}
    verdict = verify(BundleFolder(world.path("sealed")), anchors=Anchors(**{name: values[name]}))

    assert (verdict.level, verdict.stage(8).outcome) == ("B", Outcome.PASS)
    assert "level_b" in said(verdict, 9)


@pytest.mark.parametrize(
    ("anchors", "expected"),
    [
        (Anchors(root=""), Exit.ALTERED),
        (Anchors(head=""), Exit.ALTERED),
        (Anchors(code=""), Exit.UNUSABLE),
        (Anchors(root="ab" * 31), Exit.ALTERED),
        (Anchors(code="0" * 25), Exit.UNUSABLE),
    ],
)
def test_an_anchor_that_is_empty_or_cut_never_fits(world, anchors, expected):
    verdict = verify(BundleFolder(world.path("sealed")), anchors=anchors)

    assert (expected, [8], "C") == (verdict.exit, verdict.failed, verdict.level)


def test_one_anchor_that_fits_does_not_make_up_for_one_that_does_not(world):
    root = world.verdict("sealed").root
    verdict = verify(BundleFolder(world.path("sealed")), anchors=Anchors(root=root, head="0" * 64))

    assert (verdict.exit, verdict.level) == (Exit.ALTERED, "C")


FIRST, LAST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"


@pytest.mark.parametrize(
    ("base", "started", "host", "reference"),
    [
        ("sealed", LAST, FIRST, LAST),
        ("sealed", FIRST, LAST, FIRST),
        ("challenged", LAST, LAST, None),
    ],
)
def test_clocks_that_lead_out_of_the_calendar_get_a_verdict(
    world, tmp_path, base, started, host, reference
):
    """Anybody can sign such a manifest with a key of his own."""
    bundle = copied(world.path(base), tmp_path / "copy")
    clock = {**bundle.manifest["clock"]["start"], "utc": host, "reference": reference}
    bundle.events[0]["at"], bundle.events[0]["detail"]["clock"] = started, clock
    bundle.settle(
        manifest=lambda document: document.update(
            started=started, clock={**document["clock"], "start": clock}
        )
    )

    assert verify(BundleFolder(bundle.path)).failed == []


# Without an end


def test_a_stick_pulled_before_the_first_volume_is_incomplete_not_altered(tmp_path):
    writer = bundles.writer_at(tmp_path / "begun")
    writer.abandon()
    verdict = verify(BundleFolder(tmp_path / "begun"))

    assert (verdict.exit, verdict.failed) == (Exit.INCOMPLETE, [])


def test_a_pulled_stick_names_what_was_open(world):
    verdict = world.verdict("pulled")

    assert {"partial_bundle", "open_volume", "left_temporary"} <= said(verdict, 9)


def test_two_open_volumes_are_one_too_many(world, tmp_path):
    bundle = copied(world.path("pulled"), tmp_path / "copy")
    shutil.copy(bundle.path / bundle.volume(3), bundle.path / "data" / "volume-00004.tar.zst.age")
    verdict = verify(BundleFolder(bundle.path))

    assert (verdict.exit, verdict.failed) == (Exit.ALTERED, [3])


def test_a_folder_with_nothing_signed_in_it_is_no_bundle(tmp_path):
    (tmp_path / "bagit.txt").write_bytes(b"BagIt-Version: 1.0\n")

    with pytest.raises(UnusableError, match="nothing was signed"):
        BundleFolder(tmp_path)


def test_a_manifest_alone_is_not_verified(good):
    for name in files_of(good.path):
        if not name.startswith("manifest.json"):
            good.remove(name)
    verdict = verify(BundleFolder(good.path))

    assert Exit.ALTERED is verdict.exit
    assert {3, 7} <= set(verdict.failed)


def test_a_resumed_bundle_tells_its_sessions_and_salvage(world):
    assert {"resumed_sessions", "salvaged"} <= said(world.verdict("resumed"), 9)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_sentence_of_every_verdict_can_be_said(world, language):
    for name in ("sealed", "plain", "handed", "resumed", "pulled", "interrupted"):
        verdict = world.verdict(name)
        sentences = [f.sentence(language) for s in verdict.stages for f in s.findings]

        assert all(sentences)
        assert len(sentences) >= 9


@pytest.mark.parametrize(
    ("name", "failed"), [("data/note.txt", [1, 3]), ("data/volume-00009.tar.zst.age", [1])]
)
def test_an_event_that_can_not_be_read_excuses_only_files_that_it_might_name(
    world, tmp_path, name, failed
):
    bundle = copied(world.path("interrupted"), tmp_path / "copy")
    bundle.settle(events={2: lambda event: event.update(schema="hozen-event/2")})
    bundle.write(name, b"")

    assert verify(BundleFolder(bundle.path)).failed == failed


def test_a_list_that_nothing_signed_is_no_larger_than_the_format_allows(good):
    os.truncate(good.path / "tagmanifest-sha256.txt", MAX_MANIFEST + 1)
    verdict = verify(BundleFolder(good.path))

    assert (verdict.exit, verdict.failed) == (Exit.UNUSABLE, [1])


def test_nothing_but_an_altered_bundle_is_called_altered_when_an_event_can_not_be_read(good):
    """A later version's event: unusable to this one, and no accusation."""
    good.settle(events={3: lambda event: event.update(schema="hozen-event/2")})
    verdict = bundles.checked(good.path)

    assert (verdict.exit, verdict.failed) == (Exit.UNUSABLE, [1])
    assert Outcome.NOT_CHECKED is verdict.stage(7).outcome
