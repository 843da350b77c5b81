"""Going on with an interrupted bundle: what is kept, what is taken again, what is refused."""

from __future__ import annotations

import json
import re
import shutil
from functools import partial
from pathlib import Path

import bundles
import pytest
from forge import HOLDER

from chain_of_custody.errors import CustodyError
from chain_of_custody.event import Resumed
from chain_of_custody.signing import cms
from chain_of_custody.verdict import Exit
from collectors.artifact import Gap, Phase, Reason
from collectors.files.source import Source
from collectors.table import LIVE_HOST
from evidence.collecting import resume
from evidence.collecting.collection import collect
from evidence.collecting.pipeline import Pipeline
from evidence.collecting.resume import Interruption, ResumeError
from evidence.collecting.session import Resumption
from evidence.machine.clock import Clock
from evidence.machine.host import HostIdentity
from evidence.planning.destination import DestinationError
from evidence.planning.request import Limits, Request
from evidence.reading.checked import open_bundle, verify_bundle
from evidence.telling.collected import Collected
from evidence.writing import bundle

FILES = 120


@pytest.fixture
def tree(tmp_path) -> Path:
    """A machine's files: more than a chain needs to be shown."""
    folder = tmp_path / "machine"
    (folder / "etc").mkdir(parents=True)
    (folder / "etc" / "machine-id").write_bytes(b"0" * 31 + b"1\n")
    (folder / "srv").mkdir()
    for number in range(FILES):
        (folder / "srv" / f"{number:03d}").write_bytes(b"%d\n" % number * 300)
    return folder


def ended_after(count: int):
    """Asked so many times whether to end, it says yes."""
    left = [count]

    def stopping() -> bool:
        left[0] -= 1
        return left[0] < 0

    return stopping


def begin(tmp_path: Path, tree: Path, *, after: int = 100, **options) -> Collected:
    wanted = Request(
        output=tmp_path / "out", source=str(tree), profile="quick", skip=("yara",), **options
    )
    done = collect(wanted, stopping=ended_after(after), key=bundles.KEY)
    assert not done.sealed
    return done


def go_on(path: Path, tree: Path | str, **options) -> Collected:
    wanted = Request(output=path.parent, source=str(tree), skip=("yara",), resume=path, **options)
    return collect(wanted, key=bundles.STRANGER)


def records(path: Path) -> list:
    return list(open_bundle(path, identities=[bundles.IDENTITY]).records())


def origins(path: Path) -> list[str]:
    return [r.meta.source.origin for r in records(path) if r.meta.collector == "files"]


def contents(path: Path, *collectors: str) -> list[dict]:
    """The JSON items of collectors of our own."""
    found: dict[int, bytearray] = {}

    def sink(item: int, piece) -> None:
        found.setdefault(item, bytearray()).extend(piece)

    opened = open_bundle(path, identities=[bundles.IDENTITY], sink=sink)
    wanted = [r.content.seq for r in opened.records() if r.meta.collector in collectors]
    return [json.loads(found[seq]) for seq in wanted]


# What a second session takes.


def test_takes_only_what_the_first_session_had_not(tmp_path, tree):
    first = begin(tmp_path, tree)
    done = go_on(first.path, tree)

    assert done.sealed
    assert sorted(origins(first.path)) == sorted(set(origins(first.path)))
    assert len(origins(first.path)) == FILES + 1


def test_takes_all_of_a_collector_again_where_too_few_were_taken_to_tell(tmp_path, tree):
    first = begin(tmp_path, tree, after=20)
    done = go_on(first.path, tree)

    assert done.sealed
    assert set(origins(first.path)) >= {f"/srv/{number:03d}" for number in range(FILES)}
    assert len(origins(first.path)) > FILES + 1


def test_goes_on_in_a_folder_that_changed_behind_a_point_that_still_agrees(tmp_path, tree):
    first = begin(tmp_path, tree)
    (tree / "srv" / "zzz").write_bytes(b"while nobody looked")
    done = go_on(first.path, tree)

    assert done.sealed
    assert "/srv/zzz" in origins(first.path)
    assert len(origins(first.path)) == FILES + 2


def test_points_of_earlier_sessions_are_gone_through_once_and_not_for_each_item(
    tmp_path, tree, monkeypatch
):
    """A million items and ten thousand volumes would be ten thousand million looks."""
    points, looked = Resumption.points, []

    class Points(dict[int, str]):
        def __iter__(self):
            looked.append(len(self))
            return super().__iter__()

    first = begin(tmp_path, tree)
    monkeypatch.setattr(Resumption, "points", lambda self, name: Points(points(self, name)))
    second = go_on(first.path, tree)

    assert second.sealed
    assert 0 < len(looked) < 10


def test_keeps_case_profile_recipients_and_beginning(tmp_path, tree):
    options = {"case_id": "H-7", "recipients": (bundles.RECIPIENT,)}
    first = begin(tmp_path, tree, **options)
    go_on(first.path, tree, profile="full")
    manifest = open_bundle(first.path, identities=[bundles.IDENTITY]).documents.manifest

    assert (manifest.case_id, manifest.profile) == ("H-7", "quick")
    assert manifest.recipients == [bundles.RECIPIENT]
    names = [entry.name for entry in manifest.volumes]
    assert len(names) > 1
    assert all(name.endswith(".age") for name in names)


def test_what_is_done_is_what_the_last_closed_volume_says_and_the_beginning_is_the_first_event(
    tmp_path,
):
    writer = bundles.writer_at(tmp_path / "b")
    phases = (Phase.VOLATILE, Phase.MEMORY, Phase.LOGS)
    given = [bundles.Given(bundles.things(1), phase.name, phase) for phase in phases]
    run = Pipeline(writer, bundles.empty_source(tmp_path), clock=Clock())
    run.run(given)  # the end of a phase closes its volume, and the last one stays open
    writer.abandon()
    interruption = Interruption(tmp_path / "b")
    events = interruption.documents.events

    assert interruption.resumption().completed == ("VOLATILE", "MEMORY")
    assert len({file.event.at for file in events}) == len(events)
    assert interruption.history().started == events[0].event.at


def test_each_session_signs_with_its_own_key(tmp_path, tree):
    first = begin(tmp_path, tree)
    go_on(first.path, tree)
    sessions = open_bundle(first.path).documents.sessions()

    assert [session.key_sha256 for session in sessions] == [
        bundles.KEY.certificate_sha256, bundles.STRANGER.certificate_sha256,
    ]  # fmt: skip


# Another machine.


def test_says_of_each_session_that_it_ran_on_the_same_machine(tmp_path, tree):
    first = begin(tmp_path, tree)
    done = go_on(first.path, tree)
    one, two = contents(first.path, "host-identity")
    documents = open_bundle(first.path).documents
    (resumed,) = [e.detail for e in documents.events if isinstance(e.detail, Resumed)]

    assert done.sealed
    assert one["machine_id"] == two["machine_id"] == "0" * 31 + "1"
    assert one["reference"] == two["reference"] == resumed.host_ref
    assert documents.events[0].detail.host_ref == resumed.host_ref


def test_the_reference_of_a_machine_is_another_one_in_every_bundle(tmp_path, tree):
    source = Source(str(tree), live=False)
    one, two = HostIdentity(source), HostIdentity(source)
    again = HostIdentity(source, one.bundle_id)
    source.close()

    assert one.reference != two.reference
    assert one.reference == again.reference


def test_refuses_to_go_on_on_another_machine(tmp_path, tree):
    first = begin(tmp_path, tree)
    before = sorted(first.path.rglob("*"))
    (tree / "etc" / "machine-id").write_bytes(b"f" * 32 + b"\n")

    with pytest.raises(ResumeError, match="was begun on another machine"):
        go_on(first.path, tree)
    assert sorted(first.path.rglob("*")) == before


@pytest.mark.parametrize("name", ["added", "machine-id"])
def test_refuses_to_go_on_in_another_folder(tmp_path, tree, name):
    first = begin(tmp_path, tree)
    before = sorted(first.path.rglob("*"))
    other = tmp_path / "other"
    shutil.copytree(tree, other)
    if name == "added":
        (other / "etc" / name).write_bytes(b"only here")
    else:
        (other / "etc" / name).unlink()

    with pytest.raises(ResumeError, match="is not in this folder"):
        go_on(first.path, other)
    assert sorted(first.path.rglob("*")) == before


class Numberless(Source):
    """A running machine without a number of its own."""

    def machine_id(self) -> str:
        return ""


def test_where_machines_cant_be_compared_the_session_that_goes_on_says_so():
    machine = Numberless("/")
    begun = HostIdentity(machine)
    found = [*begun.collect(machine), *HostIdentity(machine, begun.bundle_id).collect(machine)]
    machine.close()

    (gap,) = [each for each in found if isinstance(each, Gap)]
    assert (gap.origin, gap.reason, gap.expected) == (
        "hozen:/host/same", Reason.UNSUPPORTED, True,
    )  # fmt: skip


def test_each_session_tells_its_own_footprint(tmp_path, tree):
    first = begin(tmp_path, tree, after=FILES + 2)
    go_on(first.path, tree)

    assert len(contents(first.path, "footprint")) >= 1


# What was open.


def test_an_open_volume_is_kept_as_it_lies_and_bound(tmp_path, tree):
    first = begin(tmp_path, tree)
    torn = first.path / "data" / "volume-00003.tar.zst"
    torn.write_bytes(b"\x28\xb5\x2f\xfdtorn off here")
    done = go_on(first.path, tree)
    manifest = open_bundle(first.path).documents.manifest

    assert done.sealed
    assert [(e.name, e.size) for e in manifest.salvaged] == [(torn.name, 17)]
    assert [entry.number for entry in manifest.volumes] == [1, 2, 4, 5, 6]
    assert torn.read_bytes() == b"\x28\xb5\x2f\xfdtorn off here"


def test_an_empty_volume_is_bound_too(tmp_path, tree):
    first = begin(tmp_path, tree)
    (first.path / "data" / "volume-00003.tar.zst").write_bytes(b"")

    assert go_on(first.path, tree).sealed
    assert verify_bundle(first.path).exit is Exit.VERIFIED


def test_a_signature_without_its_event_gives_way(tmp_path, tree):
    first = begin(tmp_path, tree)
    events = len(list((first.path / "custody").glob("*.json")))
    alone = first.path / "custody" / f"{events + 1:05d}.json.p7s"
    alone.write_bytes(b"0\x82")
    alone.with_name(f"{events + 1:05d}.json.tmp").write_bytes(b'{"actor":nu')

    assert go_on(first.path, tree).sealed
    assert verify_bundle(first.path).exit is Exit.VERIFIED
    assert not list(first.path.rglob("*.tmp"))


@pytest.mark.parametrize(
    "signed", [partial(cms.sign, b"{}", HOLDER), lambda: b"0\x00"], ids=["signed", "unreadable"]
)
def test_a_signature_of_somebody_else_without_its_event_is_kept(tmp_path, tree, signed):
    first = begin(tmp_path, tree)
    events = len(list((first.path / "custody").glob("*.json")))
    alone = first.path / "custody" / f"{events + 1:05d}.json.p7s"
    alone.write_bytes(signed())

    with pytest.raises(
        ResumeError, match="cut off or removed, or the signature is of another"
    ) as told:
        go_on(first.path, tree)
    assert "途切れたか取り除かれた、または別の保全データの署名" in told.value.sentence("ja")
    assert alone.read_bytes()


def test_the_runs_own_signature_without_its_event_gives_way(tmp_path, tree):
    first = begin(tmp_path, tree)
    events = len(list((first.path / "custody").glob("*.json")))
    alone = first.path / "custody" / f"{events + 1:05d}.json.p7s"
    alone.write_bytes(cms.sign(b"{}", bundles.KEY))

    assert go_on(first.path, tree).sealed
    assert verify_bundle(first.path).exit is Exit.VERIFIED


def test_parts_that_were_closed_before_their_item_ended_are_given_up(tmp_path, tree, monkeypatch):
    monkeypatch.setattr(bundle, "VOLUME_SIZE", 1)
    (tree / "aaa").write_bytes(bytes(64 << 20))
    writer_gone = begin(tmp_path, tree, after=800)  # in the middle of the large file
    cut = [r for r in open_partial(writer_gone.path) if r.content.status == "partial"]
    assert [r.meta.source.origin for r in cut] == ["/aaa"]
    last = sorted((writer_gone.path / "custody").glob("*.json"))[-2:]
    for event in last:  # as if the plug had been pulled before the item's record was signed
        event.unlink()
        event.with_name(f"{event.name}.p7s").unlink()
    verdict = verify_bundle(writer_gone.path)
    assert verdict.exit is Exit.INCOMPLETE
    assert not verdict.failed

    assert go_on(writer_gone.path, tree).sealed
    whole = [r for r in records(writer_gone.path) if r.meta.source.origin == "/aaa"]
    assert [(r.content.status, r.content.size) for r in whole] == [("acquired", 64 << 20)]
    said = verify_bundle(writer_gone.path).stage(9).findings
    assert "unfinished" in [finding.key for finding in said]


def open_partial(path: Path) -> list:
    return list(open_bundle(path, allow_partial=True).records())


def test_a_sealing_that_lacks_only_its_last_name_is_finished(tmp_path):
    path = bundles.sealed(tmp_path / "b")
    head = verify_bundle(path, identities=[bundles.IDENTITY]).head
    (path / "manifest.json").rename(path / "manifest.json.tmp")
    done = collect(Request(output=tmp_path, source=str(tmp_path), resume=path))

    assert done.sealed
    verdict = verify_bundle(path, identities=[bundles.IDENTITY])
    assert (verdict.exit, verdict.head) == (Exit.VERIFIED, head)
    assert done.root == verdict.root


# What is refused.


def test_refuses_to_finish_the_sealing_of_another_manifest(tmp_path):
    path = bundles.sealed(tmp_path / "b")
    manifest = (path / "manifest.json").read_bytes()
    (path / "manifest.json").unlink()
    (path / "manifest.json.tmp").write_bytes(manifest.replace(b"H-2026-0001", b"H-2026-0002"))

    with pytest.raises(ResumeError, match="seals another manifest"):
        collect(Request(output=tmp_path, source=str(tmp_path), resume=path))
    assert not (path / "manifest.json").exists()


def test_refuses_a_sealed_bundle(tmp_path):
    with pytest.raises(ResumeError, match="is sealed already"):
        Interruption(bundles.sealed(tmp_path / "b"))


def test_names_the_bundle_where_the_folder_around_it_was_given(tmp_path, tree):
    first = begin(tmp_path, tree)
    (first.path.parent / "HZ_A_00000000_20010101T000000Z").mkdir()

    with pytest.raises(ResumeError, match=re.escape(f"last begun: {first.path})")):
        go_on(first.path.parent, tree)


def test_refuses_what_is_no_bundle(tmp_path):
    with pytest.raises(CustodyError, match="not a bundle"):
        Interruption(tmp_path)


def test_refuses_a_bundle_of_which_a_closed_volume_was_changed(tmp_path, tree):
    first = begin(tmp_path, tree)
    volume = first.path / "data" / "volume-00001.tar.zst"
    data = bytearray(volume.read_bytes())
    data[100] ^= 1
    volume.write_bytes(data)
    before = sorted(first.path.rglob("*"))

    with pytest.raises(ResumeError, match="volume-00001"):
        go_on(first.path, tree)
    assert sorted(first.path.rglob("*")) == before


def test_refuses_to_go_on_with_a_folder_on_the_running_machine(tmp_path, tree):
    first = begin(tmp_path, tree)

    with pytest.raises(ResumeError, match="was begun with --source FOLDER"):
        go_on(first.path, "live")


def test_refuses_to_go_on_with_a_running_machine_in_a_folder(tmp_path, tree):
    names = tuple(collector.name for collector in LIVE_HOST[:2])
    left_out = 2  # a gap for YARA, which is skipped, and one for all that isn't asked for
    wanted = Request(output=tmp_path / "out", profile="quick", skip=("yara",), only=names)
    first = collect(wanted, stopping=ended_after(left_out + 3), key=bundles.KEY)
    assert not first.sealed

    with pytest.raises(ResumeError, match="was begun on a running machine"):
        go_on(first.path, tree)


def test_refuses_while_the_medium_is_still_full(tmp_path, tree, monkeypatch):
    first = begin(tmp_path, tree)
    before = sorted(first.path.rglob("*"))
    monkeypatch.setattr("evidence.writing.medium.free_space", lambda folder: 1 << 20)

    with pytest.raises(DestinationError, match="only 1 MiB free"):
        go_on(first.path, tree)
    assert sorted(first.path.rglob("*")) == before


def test_a_limit_of_the_second_session_is_its_own(tmp_path, tree):
    first = begin(tmp_path, tree)
    done = go_on(first.path, tree, limits=Limits(time=0))

    assert done.sealed
    assert done.findings.limited == "--max-time"
    assert verify_bundle(first.path).exit is Exit.VERIFIED


def test_what_can_t_be_read_again_after_the_check_is_never_left_out(tmp_path, monkeypatch):
    path = tmp_path / "HZ_x"
    bundles.writer_at(path).abandon()
    check = resume.verify

    def spoiling(folder):
        verdict = check(folder)
        (path / "custody/00001.json.p7s").write_bytes(bytes(4 << 20))
        return verdict

    monkeypatch.setattr(resume, "verify", spoiling)
    with pytest.raises(ResumeError, match=r"not resumed: custody/00001\.json\.p7s: "):
        Interruption(path)
