"""What may be taken apart, and what a refusal says."""

from __future__ import annotations

import datetime
import errno
import os
import shutil

import pytest
from bundles import IDENTITY, KEY, OTHER_IDENTITY, STRANGER, artifact, sealed, things, trusting
from hostile import cut_off

from chain_of_custody.errors import AlteredError
from chain_of_custody.examination import Examination
from chain_of_custody.findings import Finding
from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.verdict import Anchors, Exit, Outcome
from evidence.reading import checked
from evidence.reading.checked import open_bundle, verify_bundle


class Taken:
    """A sink that remembers everything."""

    def __init__(self):
        self.bytes = {}
        self.records = []
        self.given_up = []

    def data(self, item, piece):
        self.bytes[item] = self.bytes.get(item, b"") + bytes(piece)

    def abandoned(self, found):
        self.given_up.append(found.item)
        self.bytes.pop(found.item, None)

    def record(self, record):
        self.records.append(record)


def test_gives_back_every_item_with_its_bytes(tmp_path):
    bundle = open_bundle(sealed(tmp_path / "b"), identities=[IDENTITY])
    taken = Taken()

    bundle.extract(taken)

    assert [record.meta.source.origin for record in taken.records] == [
        thing.origin for thing in things()
    ]
    assert taken.bytes[1] == b"root:x:0:0:root:/root:/bin/bash\n"
    assert taken.bytes[2] == b""
    assert 3 not in taken.bytes
    assert taken.bytes[5] == bytes(range(256)) * 10_000
    assert [record.content.seq for record in bundle.records()] == [1, 2, 3, 4, 5]
    assert bundle.items == 5
    assert bundle.bytes == sum(len(data) for data in taken.bytes.values())


def test_refuses_an_altered_bundle_with_exit_1_and_the_verdict(tmp_path):
    path = sealed(tmp_path / "b")
    volume = next((path / "data").iterdir())
    volume.write_bytes(volume.read_bytes()[:-1] + b"!")

    with pytest.raises(checked.AlteredBundleError) as refused:
        open_bundle(path, identities=[IDENTITY])

    assert refused.value.exit_code == 1
    assert refused.value.verdict.failed == [2]
    assert volume.name in str(refused.value)
    assert "閉じた後に変わっています" in refused.value.sentence("ja")


def test_refuses_what_is_no_bundle_with_exit_2(tmp_path):
    (tmp_path / "notes.txt").write_text("no bundle")

    with pytest.raises(checked.UnusableBundleError) as refused:
        open_bundle(tmp_path)

    assert refused.value.exit_code == 2
    assert verify_bundle(tmp_path / "nowhere").exit is Exit.UNUSABLE


def test_refuses_a_partial_bundle_unless_it_is_allowed(tmp_path):
    path = cut_off(tmp_path / "b")

    with pytest.raises(checked.PartialBundleError) as refused:
        open_bundle(path, identities=[IDENTITY])
    bundle = open_bundle(path, identities=[IDENTITY], allow_partial=True)
    taken = Taken()
    bundle.extract(taken)

    assert refused.value.exit_code == 3
    assert "never sealed" in str(refused.value)
    assert taken.bytes == {1: b"one\n", 2: b"two\n"}
    assert taken.given_up == [3]


@pytest.mark.parametrize("identities", [(), (OTHER_IDENTITY,)], ids=["none", "another"])
def test_refuses_to_go_on_when_the_contents_stay_closed(tmp_path, identities):
    with pytest.raises(checked.ClosedBundleError) as refused:
        open_bundle(sealed(tmp_path / "b"), identities=identities)

    assert refused.value.exit_code == 3
    assert refused.value.verdict.stage(4).outcome is Outcome.NOT_CHECKED
    assert ": stage 4: " in str(refused.value)
    assert ": 段階4: " in refused.value.sentence("ja")


def test_opens_an_unencrypted_bundle_without_any_identity(tmp_path):
    bundle = open_bundle(sealed(tmp_path / "b", recipients=()))

    assert bundle.verdict.stage(4).outcome is Outcome.PASS


def test_refuses_a_bundle_signed_by_a_stranger(tmp_path):
    path = sealed(tmp_path / "b", key=STRANGER)

    with pytest.raises(checked.AlteredBundleError) as refused:
        open_bundle(path, identities=[IDENTITY], trust=trusting(KEY))

    assert 5 in refused.value.verdict.failed


def test_holds_the_root_against_what_was_noted_outside(tmp_path):
    path = sealed(tmp_path / "b")
    root = verify_bundle(path).root

    assert verify_bundle(path, anchors=Anchors(root=root)).stage(8).outcome is Outcome.PASS
    with pytest.raises(checked.AlteredBundleError):
        open_bundle(path, identities=[IDENTITY], anchors=Anchors(root="00" * 32))


def test_a_volume_exchanged_after_verification_does_not_extract(tmp_path):
    path = sealed(tmp_path / "b")
    # As many items as the right one has, so that nothing but the tree can tell.
    evil = [artifact(f"/etc/{n}", b"evil\n") for n in range(3)]
    other = sealed(tmp_path / "other", volumes=[evil, []])
    bundle = open_bundle(path, identities=[IDENTITY])
    first = path / "data" / "volume-00001.tar.zst.age"
    shutil.copy(other / "data" / first.name, first)

    with pytest.raises(AlteredError, match="tree that was signed"):
        bundle.extract(Taken())


def test_a_document_that_can_t_be_read_any_more_is_named(tmp_path):
    path = sealed(tmp_path / "b")
    verdict = verify_bundle(path)
    (path / "custody/00003.json.p7s").write_bytes(bytes(1 << 20))

    with pytest.raises(checked.AlteredBundleError, match=r"custody/00003\.json\.p7s"):
        checked.judged(path, verdict)


def test_a_refusal_says_what_counts_against_it(tmp_path):
    examination = Examination(
        folder=BundleFolder(sealed(tmp_path / "b")), trust=TrustStore(), anchors=Anchors(),
        now=datetime.datetime.now(datetime.UTC), contents=None, sink=None,
    )  # fmt: skip
    examination.passed(2, Finding.of("volumes_intact", count=1, size=1))
    examination.refuse(AlteredError(2, "unreadable", name="bagit.txt", why="Input/output error"))

    error = checked.AlteredBundleError(tmp_path, examination.conclude())

    assert str(error).endswith("stage 2: bagit.txt: cannot be read: Input/output error")


def test_what_can_t_be_read_is_not_called_altered(tmp_path, monkeypatch):
    path = sealed(tmp_path / "b")
    read = os.open

    def failing(name, *more):
        if str(name).endswith(("custody/00002.json.p7s", "manifest.json.p7s")):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(name, *more)

    monkeypatch.setattr(os, "open", failing)
    verdict = verify_bundle(path)
    shown = {finding.key for stage in verdict.stages for finding in stage.findings}
    monkeypatch.undo()
    (path / "bagit.txt").write_text("other\n")

    assert (verdict.exit, verdict.unread, verdict.told) == (Exit.ALTERED, True, "unread")
    assert not shown & {"missing_file", "event_unsigned"}
    assert verify_bundle(path).told == "1"
