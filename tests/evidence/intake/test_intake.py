"""The provider's side of the door: master, working copy, log; and bundles that mean harm."""

from __future__ import annotations

import base64
import errno
import fcntl
import io
import json
import os
import shutil
import stat
import subprocess
from pathlib import Path

import bagit
import closed
import pyrage
import pytest
from bundles import IDENTITY, KEY, artifact, gap, sealed, things, trusting
from hostile import WHEN, cut, cut_off, link, put, regular
from hypothesis import given
from hypothesis import strategies as st
from mounting import mounted

from chain_of_custody.documents import load
from chain_of_custody.folder import BundleFolder
from chain_of_custody.item import Origin, line_of
from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import HOLDER_ROLE, role_of
from chain_of_custody.verdict import Exit, Outcome
from evidence import __version__
from evidence.collecting.resume import Interruption
from evidence.intake import ActorError, CaseError, CopyError, IntakeError, RoomError, import_bundle
from evidence.intake.case import Case
from evidence.intake.names import UnplaceableError, Why, link_inside, place_of
from evidence.intake.placing import RESERVE
from evidence.machine.clock import Clock
from evidence.reading.checked import (
    AlteredBundleError,
    ClosedBundleError,
    PartialBundleError,
    RefusedError,
    UnusableBundleError,
    verify_bundle,
)
from evidence.tool import this_tool
from evidence.writing import bundle as writing
from evidence.writing import medium
from evidence.writing.bundle import BundleWriter


class Heard:
    """A listener that remembers the steps, and how far each went."""

    def __init__(self):
        self.steps, self.amounts = [], {}

    def step(self, name, total):
        self.steps.append((name, total))

    def advance(self, amount):
        name = self.steps[-1][0]
        self.amounts[name] = self.amounts.get(name, 0) + amount


def bring(tmp_path, *given_things, **options):
    """Import a bundle of these things; without any, the usual ones."""
    volumes = [list(given_things), []] if given_things else None
    path = sealed(tmp_path / "bundle", volumes=volumes)
    return import_bundle(path, tmp_path / "case", identities=[IDENTITY], **options)


def rows(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def tree(folder):
    """Every file and link below a folder, links not followed."""
    found = {}
    for here, folders, files in os.walk(folder):
        for name in files + [f for f in folders if os.path.islink(os.path.join(here, f))]:
            path = os.path.join(here, name)
            key = os.path.relpath(path, folder)
            found[key] = os.readlink(path) if os.path.islink(path) else open_bytes(path)
    return found


def open_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def everything(folder):
    """Names of all there is, for: nothing was left."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


# The ordinary way.


def test_places_every_file_at_its_path_and_lists_every_record(tmp_path):
    done = bring(tmp_path)

    assert tree(done.host / "fs") == {
        "etc/passwd": b"root:x:0:0:root:/root:/bin/bash\n",
        "var/log/empty.log": b"",
        "home/山田/メモ.txt": "患者ID 12345678\n".encode(),
        "var/log/big.bin": bytes(range(256)) * 10_000,
    }
    assert [row["content"]["seq"] for row in rows(done.host / "items.jsonl")] == [1, 2, 3, 4, 5]
    assert done.placed.files == 4
    assert done.exit_code == 0
    assert not (done.host / "staged").exists()


def test_the_master_is_the_bundle_byte_for_byte_and_read_only(tmp_path):
    done = bring(tmp_path)

    master, source = tree(done.bundle), tree(tmp_path / "bundle")
    added = {name for name in master if name not in source}
    assert {name: master[name] for name in source} == source
    assert {os.path.dirname(name) for name in added} == {"custody"}
    for name in master:
        assert stat.S_IMODE((done.bundle / name).stat().st_mode) == 0o444


def test_the_source_is_left_as_it_was(tmp_path):
    path = sealed(tmp_path / "bundle")
    before = {p: (p.stat().st_mtime_ns, p.stat().st_mode) for p in path.rglob("*")}

    import_bundle(path, tmp_path / "case", identities=[IDENTITY])

    assert {p: (p.stat().st_mtime_ns, p.stat().st_mode) for p in path.rglob("*")} == before


def test_the_custody_log_goes_on_and_the_master_still_verifies(tmp_path):
    done = bring(tmp_path, actor="山田 花子")

    events = load(BundleFolder(done.bundle)).events
    copied, verified = events[-2:]
    assert (copied.event.type, verified.event.type) == ("copied", "verified")
    assert verified.event.actor.name == "山田 花子"
    assert verified.event.check.result.startswith("exit 0, level C; 1 PASS")
    assert verified.event.check.version == f"hozen {__version__}"
    assert role_of(cms.verify(verified.raw, verified.signature).certificate) == HOLDER_ROLE
    verdict = verify_bundle(done.bundle, identities=[IDENTITY], trust=trusting(KEY))
    assert (verdict.exit, verdict.stage(7).outcome) == (Exit.VERIFIED, Outcome.PASS)
    bagit.Bag(str(done.bundle)).validate()


def test_openssl_and_sha256sum_still_accept_the_master(tmp_path):
    done = bring(tmp_path)
    last = max((done.bundle / "custody").glob("*.json")).name

    for command in (
        ["sha256sum", "--strict", "-c", "manifest-sha256.txt"],
        ["sha256sum", "--strict", "-c", "tagmanifest-sha256.txt"],
        ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", f"custody/{last}.p7s",
         "-content", f"custody/{last}", "-noverify", "-out", "/dev/null"],
    ):  # fmt: skip
        subprocess.run(command, cwd=done.bundle, check=True, capture_output=True)


def test_case_json_says_what_was_imported_and_how_it_was_judged(tmp_path):
    done = bring(tmp_path, actor="A", trust=trusting(KEY))

    (entry,) = json.loads((tmp_path / "case" / "case.json").read_bytes())["imports"]
    assert entry["name"] == "bundle"
    assert entry["verdict"]["exit"] == 0
    assert entry["verdict"]["root"] == done.verdict.root
    assert entry["trusted"] == [KEY.certificate_sha256]
    assert [stage["outcome"] for stage in entry["verdict"]["stages"]][:5] == ["PASS"] * 5


def test_modes_and_times_come_back_without_setuid(tmp_path):
    done = bring(
        tmp_path,
        regular("/usr/bin/su", b"\x7fELF", mode=0o104755),
        regular("/etc/shut", b"x", mode=0o100000),
    )

    found = (done.host / "fs/usr/bin/su").stat()
    assert stat.S_IMODE(found.st_mode) == 0o755
    assert (found.st_mtime_ns, found.st_atime_ns) == (WHEN, WHEN + 1)
    assert found.st_uid == os.getuid()
    assert stat.S_IMODE((done.host / "fs/etc/shut").stat().st_mode) == 0o400


def test_a_time_that_no_file_system_holds_does_not_stop_the_import(tmp_path):
    done = bring(tmp_path, regular("/etc/old", b"x", modified=10**37, accessed=-(10**37)))

    assert (done.host / "fs/etc/old").read_bytes() == b"x"


def test_our_own_documents_stand_beside_the_tree(tmp_path):
    done = bring(tmp_path, artifact("hozen:/processes.json", b"{}\n"), artifact("/etc/x", b"x"))

    assert tree(done.host / "hozen") == {"processes.json": b"{}\n"}
    assert tree(done.host / "fs") == {"etc/x": b"x"}


def test_holes_come_back_as_holes(tmp_path):
    ranges = [(0, 3), (64 << 20, 4)]
    done = bring(tmp_path, regular("/var/log/lastlog", b"abcdefg", ranges=ranges, size=256 << 20))

    file = done.host / "fs/var/log/lastlog"
    assert file.stat().st_size == 256 << 20
    assert file.stat().st_blocks * 512 < 1 << 20
    with file.open("rb") as opened:
        assert opened.read(4) == b"abc\0"
        opened.seek(64 << 20)
        assert opened.read(5) == b"defg\0"


def linked(*names, data):
    """One file with several names."""
    return [regular(name, data, nlink=len(names), inode=99) for name in names]


def test_a_hard_link_gets_its_second_name(tmp_path):
    done = bring(tmp_path, *linked("/usr/bin/perl", "/usr/bin/perl5", data=b"#!"))

    one, two = done.host / "fs/usr/bin/perl", done.host / "fs/usr/bin/perl5"
    assert two.read_bytes() == b"#!"
    assert one.stat().st_ino == two.stat().st_ino


def test_a_hard_link_becomes_a_copy_where_there_are_none(tmp_path, monkeypatch):
    def refuse(*args, **options):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    done = bring(tmp_path, *linked("/a/one", "/b/two", data=b"same"))

    one, two = done.host / "fs/a/one", done.host / "fs/b/two"
    assert two.read_bytes() == b"same"
    assert one.stat().st_ino != two.stat().st_ino
    assert two.stat().st_mtime_ns == WHEN


# Links.


def test_links_are_made_where_they_can_only_lead_inside(tmp_path):
    done = bring(
        tmp_path,
        artifact("/usr/lib/os-release", b"NAME=x\n"),
        link("/etc/os-release", b"../usr/lib/os-release"),
        link("/etc/alternatives/vi", b"/usr/bin/vim"),
        link("/bin", b"usr/bin"),
    )

    fs = done.host / "fs"
    assert (fs / "etc/os-release").read_bytes() == b"NAME=x\n"
    assert os.readlink(fs / "etc/alternatives/vi") == "../../usr/bin/vim"
    assert os.readlink(fs / "bin") == "usr/bin"
    assert (fs / "etc/os-release").lstat().st_mtime_ns == WHEN
    assert len(rows(done.host / "links.jsonl")) == done.placed.links == 3


@pytest.mark.parametrize(
    "target",
    [b"../../../../etc/passwd", b"x/../../..", b"/../etc/passwd", b"a/..", b"../..", b"x\0y", b""],
)
def test_a_link_that_could_lead_out_is_listed_and_not_made(tmp_path, target):
    done = bring(tmp_path, link("/etc/evil", target))

    assert tree(done.host).keys() == {"items.jsonl", "links.jsonl", "not-placed.jsonl"}
    (row,) = rows(done.host / "links.jsonl")
    assert (row["item"], row["made"]) == (1, None)
    assert row["why_not"]


def test_no_file_is_ever_written_through_a_link(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    done = bring(
        tmp_path,
        link("/srv/door", os.fsencode(outside)),
        artifact("/srv/door/evil", b"evil"),
        link("/srv/other", b"door"),
        artifact("/srv/other", b"a file of the link's name"),
    )

    assert everything(outside) == []
    assert tree(done.host / "fs") == {
        "srv/door/evil": b"evil",
        "srv/other": b"a file of the link's name",
    }
    assert {row["made"] for row in rows(done.host / "links.jsonl")} == {None}


def test_links_through_links_stay_inside(tmp_path):
    done = bring(
        tmp_path,
        artifact("/a/b/c/file", b"x"),
        link("/deep", b"a/b/c"),
        link("/a/b/c/up", b"../../.."),
        link("/a/b/c/again", b"up/deep/up"),
    )

    fs = (done.host / "fs").resolve()
    for name in ("deep", "a/b/c/up", "a/b/c/again", "deep/again/deep"):
        assert (fs / name).resolve().is_relative_to(fs)


@given(
    st.lists(st.sampled_from([b"..", b".", b"", b"a", b"b"]), max_size=8),
    st.booleans(),
    st.integers(0, 4),
)
def test_no_text_of_a_link_ever_climbs_above_the_tree(names, absolute, depth):
    target = (b"/" if absolute else b"") + b"/".join(names)
    try:
        made = link_inside(target, depth)
    except UnplaceableError:
        return

    parts = made.split(b"/")
    assert not made.startswith(b"/")
    ups = parts.count(b"..")
    assert parts[:ups] == [b".."] * ups
    assert ups <= depth


# Names that mean harm.


@pytest.mark.parametrize(
    ("origin", "why"),
    [
        ("/../../etc/cron.d/evil", Why.TRAVERSAL),
        ("/srv/../../evil", Why.TRAVERSAL),
        ("hozen:/../../evil", Why.TRAVERSAL),
        ("/srv/..", Why.TRAVERSAL),
        ("/srv/a\0b", Why.NUL),
        ("/", Why.EMPTY_PART),
        ("//etc/passwd", Why.EMPTY_PART),
        ("/etc/./passwd", Why.EMPTY_PART),
        ("/srv/", Why.EMPTY_PART),
        ("", Why.NOT_A_PATH),
        ("physical memory", Why.NOT_A_PATH),
        ("C:\\Windows\\evil", Why.NOT_A_PATH),
        ("/srv/" + "n" * 256, Why.TOO_LONG),
        ("/srv/" + "名" * 86, Why.TOO_LONG),
        ("/" + "/".join(["d" * 200] * 30), Why.TOO_LONG),
        ("/" + "d/" * 300 + "f", Why.TOO_DEEP),
    ],
)
def test_an_item_without_a_safe_place_is_kept_aside_under_its_number(tmp_path, origin, why):
    done = bring(tmp_path, artifact(origin, b"evil"), artifact("/etc/good", b"good"))

    assert tree(done.host / "fs") == {"etc/good": b"good"}
    assert (done.host / "not-placed/00000001").read_bytes() == b"evil"
    (row,) = rows(done.host / "not-placed.jsonl")
    assert (row["item"], row["origin"], row["file"]) == (1, origin, "not-placed/00000001")
    assert row["why"].startswith(why.value)
    assert sorted(os.listdir(tmp_path)) == ["bundle", "case"]


def test_names_that_are_no_text_keep_their_bytes(tmp_path):
    name = b"/srv/\xff\xfe\n\x1b[2J"
    done = bring(tmp_path, artifact(os.fsdecode(name), b"x"))

    assert os.listdir(os.fsencode(done.host / "fs/srv")) == [name.rpartition(b"/")[2]]


@pytest.mark.parametrize(
    ("shown", "raw", "why"),
    [
        ("/etc/passwd", b"/../../evil", Why.DISAGREES),
        ("/../../evil\ufffd", b"/../../evil\xff", Why.TRAVERSAL),
    ],
)
def test_the_raw_bytes_of_a_name_are_not_believed_either(shown, raw, why):
    source = Origin(
        device=None, inode=None, length=None, origin=shown, stream=None,
        origin_b64=base64.b64encode(raw).decode(),
    )  # fmt: skip

    with pytest.raises(UnplaceableError) as refused:
        place_of(source, longest=4000)
    assert refused.value.why is why


def test_a_further_stream_of_a_file_does_not_take_its_place():
    source = Origin(
        device=None, inode=None, length=None, origin="/x", stream="Zone.Identifier", origin_b64=None
    )

    with pytest.raises(UnplaceableError) as refused:
        place_of(source, longest=4000)
    assert refused.value.why is Why.STREAM


def test_of_a_file_and_a_folder_of_one_name_the_later_is_placed(tmp_path):
    done = bring(
        tmp_path,
        artifact("/srv/a", b"file"), artifact("/srv/a/b", b"in a folder"),
        artifact("/srv/c/d", b"in a folder"), artifact("/srv/c", b"file"),
    )  # fmt: skip

    assert tree(done.host / "fs") == {"srv/a/b": b"in a folder", "srv/c": b"file"}
    assert {row["item"]: row["why"] for row in rows(done.host / "not-placed.jsonl")} == {
        1: Why.CONFLICT.value,
        3: Why.CONFLICT.value,
    }


def test_of_items_of_one_name_the_last_complete_one_is_placed(tmp_path):
    done = bring(
        tmp_path,
        artifact("/var/log/syslog", b"first"), artifact("/var/log/syslog", b"second"),
        cut("/var/log/syslog", b"third, cut"), cut("/var/log/only", b"only a part"),
    )  # fmt: skip

    assert tree(done.host / "fs") == {"var/log/syslog": b"second", "var/log/only": b"only a part"}
    assert sorted(row["item"] for row in rows(done.host / "not-placed.jsonl")) == [1, 3]
    assert (done.host / "not-placed/00000003").read_bytes() == b"third, cut"


@pytest.mark.parametrize(
    "ranges", [[(5, 2), (0, 2)], [(0, 3), (2, 1)]], ids=["backwards", "overlapping"]
)
def test_ranges_that_contradict_themselves_are_refused(tmp_path, monkeypatch, ranges):
    monkeypatch.setattr(writing, "fitting", lambda about, meta, salts, _: (
        about, *line_of(about, meta, salts)
    ))  # fmt: skip
    with pytest.raises(UnusableBundleError, match="overlap, or are out of order"):
        bring(tmp_path, regular("/srv/sparse", b"abcd", ranges=ranges))


@pytest.mark.parametrize(
    "ranges", [[(1 << 60, 4)], [(10**30, 4)]], ids=["huge", "beyond all numbers"]
)
def test_ranges_that_lie_are_not_followed(tmp_path, ranges):
    done = bring(tmp_path, regular("/srv/sparse", b"abcd", ranges=ranges))

    assert tree(done.host / "fs") == {}
    assert (done.host / "not-placed/00000001").read_bytes() == b"abcd"
    assert rows(done.host / "not-placed.jsonl")[0]["why"].startswith(Why.HOLES.value)


def test_where_there_is_no_room_for_holes_it_is_not_said_that_they_contradict(tmp_path):
    size, start = 80 << 20, 1 << 30
    one = regular("/srv/disk.qcow2", bytes(size), ranges=[(start, size)])
    path = sealed(tmp_path / "bundle", volumes=[[one, regular("/srv/x", b"x")]])
    with mounted(tmp_path / "m", options="size=150m"):
        done = import_bundle(path, tmp_path / "m" / "case", identities=[IDENTITY])
        (row,) = rows(done.host / "not-placed.jsonl")

        assert row["why"].startswith(Why.NO_ROOM.value)
        assert (done.host / row["file"]).stat().st_size == size
        assert tree(done.host / "fs") == {"srv/x": b"x"}
        assert not list(done.host.rglob("*.spread"))


def test_a_link_to_an_item_that_is_kept_aside_still_gets_its_bytes(tmp_path):
    done = bring(
        tmp_path,
        regular("/srv/../evil", b"same", nlink=2, inode=99),
        regular("/srv/good", b"same", nlink=2, inode=99),
    )

    assert tree(done.host / "fs") == {"srv/good": b"same"}


def test_gaps_leave_no_empty_file_behind(tmp_path):
    done = bring(tmp_path, gap("/etc/shadow"), artifact("/etc/passwd", b"x"))

    assert tree(done.host / "fs") == {"etc/passwd": b"x"}


def test_thousands_of_names_of_one_file_cost_one_file(tmp_path):
    many = [regular(f"/srv/{n}", b"x" * 4096, nlink=3000, inode=5) for n in range(3000)]
    done = bring(tmp_path, *many)

    assert len(os.listdir(done.host / "fs/srv")) == 3000
    assert (done.host / "fs/srv/0").stat().st_nlink == 3000


# Refusals leave nothing.


def refused(tmp_path, path, kind, **options):
    case = tmp_path / "case"
    options = {"identities": [IDENTITY]} | options
    with pytest.raises(kind) as error:
        import_bundle(path, case, **options)
    if case.exists():
        assert everything(case) in ([], [".lock", "bundles", "hosts"])
    return error.value


def test_refuses_an_altered_bundle_and_leaves_nothing(tmp_path):
    path = sealed(tmp_path / "bundle")
    volume = next((path / "data").iterdir())
    volume.write_bytes(volume.read_bytes()[:-1] + b"!")

    error = refused(tmp_path, path, AlteredBundleError)

    assert error.exit_code == 1
    assert str(error).startswith(f"{path}: stage 2: ")


def test_refuses_to_copy_a_bundle_with_a_link_in_it(tmp_path):
    path = sealed(tmp_path / "bundle")
    (path / "data" / "more").symlink_to("/etc/passwd")

    assert refused(tmp_path, path, AlteredBundleError).verdict.failed[0] == 1


@pytest.mark.parametrize("code", [errno.EIO, errno.EACCES])
@pytest.mark.parametrize(("call", "named"), [("scandir", "data"), ("open", "custody/00001.json")])
def test_what_could_not_be_read_is_said_though_it_can_be_a_moment_later(
    tmp_path, monkeypatch, call, named, code
):
    """A loose cable, a share that comes back: what is read then says nothing of what went wrong."""
    path = sealed(tmp_path / "bundle")
    real = getattr(os, call)
    failing = {os.fspath(path / named)} | set(map(str, (path / named).parent.glob("*.json")))

    def once(name, *rest, **options):
        if os.fspath(name) in failing:
            failing.remove(os.fspath(name))
            raise OSError(code, os.strerror(code), os.fspath(name))
        return real(name, *rest, **options)

    monkeypatch.setattr(os, call, once)
    with pytest.raises(UnusableBundleError) as told:
        import_bundle(path, tmp_path / "case")

    assert os.strerror(code) in str(told.value)
    assert named in str(told.value)
    assert not (tmp_path / "case").exists()


def test_refuses_without_the_right_identity_and_leaves_nothing(tmp_path):
    path = sealed(tmp_path / "bundle")

    assert refused(tmp_path, path, ClosedBundleError, identities=[]).exit_code == 3


def test_refuses_a_partial_bundle_unless_it_is_allowed(tmp_path):
    path = cut_off(tmp_path / "bundle")

    refused(tmp_path, path, PartialBundleError)
    done = import_bundle(path, tmp_path / "case", identities=[IDENTITY], allow_partial=True)

    assert done.exit_code == 3
    assert tree(done.host / "fs") == {"srv/1": b"one\n", "srv/2": b"two\n"}
    assert everything(done.host / "not-placed") == []
    assert verify_bundle(done.bundle, identities=[IDENTITY]).failed == []


def test_what_was_begun_before_an_interruption_is_not_mixed_into_what_came_after(tmp_path):
    path = cut_off(tmp_path / "bundle")
    going_on = Interruption(path)
    writer = BundleWriter(
        path, going_on.bundle_id, going_on.order("5f0c9a1e"), key=KEY, clock=Clock(),
        tool=this_tool(__version__), history=going_on.history(),
    )  # fmt: skip
    writer.resume(Clock().reading(), going_on.salvaged())
    put(writer, artifact("/srv/3", b"whole\n"))
    writer.seal(Clock().reading())

    done = import_bundle(path, tmp_path / "case", identities=[IDENTITY])

    assert (done.host / "fs/srv/3").read_bytes() == b"whole\n"


def test_refuses_a_name_that_no_document_can_hold_and_leaves_nothing(tmp_path):
    bundle = sealed(tmp_path / "HZ_x")

    with pytest.raises(ActorError, match="nothing was imported") as error:
        import_bundle(bundle, tmp_path / "case", identities=[IDENTITY], actor="山田\udcff")
    assert error.value.exit_code == 2
    assert "取り込む人の名前" in error.value.sentence("ja")
    assert not (tmp_path / "case").exists()


def test_refuses_a_bundle_that_is_in_the_case_already(tmp_path):
    done = bring(tmp_path)
    before = tree(tmp_path / "case")
    copy = tmp_path / "renamed"
    shutil.copytree(tmp_path / "bundle", copy)

    with pytest.raises(CaseError) as error:
        import_bundle(copy, tmp_path / "case", identities=[IDENTITY])

    assert f"bundles/{done.bundle.name}" in str(error.value)
    assert error.value.exit_code == 2
    assert tree(tmp_path / "case") == before


@pytest.mark.parametrize("folder", ["bundles", "hosts"])
def test_refuses_where_something_has_the_name_and_leaves_it_alone(tmp_path, folder):
    """As an import leaves it that was cut off at its very end."""
    bring(tmp_path)
    path = sealed(tmp_path / "second")
    (tmp_path / "case" / folder / "second").mkdir()
    before = everything(tmp_path / "case")

    with pytest.raises(CaseError, match="the name is taken") as error:
        import_bundle(path, tmp_path / "case", identities=[IDENTITY])

    assert str(tmp_path / "case" / folder / "second") in str(error.value)
    assert everything(tmp_path / "case") == before


@pytest.mark.parametrize(
    ("make", "identities", "refusal"),
    [(sealed, [], ClosedBundleError), (cut_off, [IDENTITY], PartialBundleError)],
    ids=["no identity", "never sealed"],
)
def test_what_is_refused_anyway_is_refused_before_hours_of_copying(
    tmp_path, make, identities, refusal
):
    heard = Heard()

    with pytest.raises(refusal):
        import_bundle(
            make(tmp_path / "bundle"), tmp_path / "case", identities=identities, listener=heard
        )

    assert [name for name, _ in heard.steps] == ["verify"]


def test_takes_a_second_bundle_into_the_same_case(tmp_path):
    bring(tmp_path)
    import_bundle(sealed(tmp_path / "second"), tmp_path / "case", identities=[IDENTITY])

    assert sorted(os.listdir(tmp_path / "case" / "hosts")) == ["bundle", "second"]
    assert len(json.loads((tmp_path / "case/case.json").read_bytes())["imports"]) == 2


def test_refuses_a_folder_that_is_no_case(tmp_path):
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "thesis.doc").write_text("not yours")

    with pytest.raises(CaseError, match="no case folder"):
        bring(tmp_path)
    assert everything(tmp_path / "case") == ["thesis.doc"]


def test_refuses_a_case_inside_the_bundle(tmp_path):
    path = sealed(tmp_path / "bundle")
    before = everything(path)

    with pytest.raises(CaseError, match="bundle itself"):
        import_bundle(path, path / "case", identities=[IDENTITY])
    assert everything(path) == before


def test_refuses_to_begin_without_room_for_the_bundle(tmp_path, monkeypatch):
    path = sealed(tmp_path / "bundle")
    size = sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    monkeypatch.setattr(medium, "free_space", lambda folder: size + RESERVE - 1)

    error = refused(tmp_path, path, RoomError)

    assert "the master needs" in str(error)
    assert error.exit_code == 4


def test_refuses_to_begin_without_room_for_the_working_copy(tmp_path, monkeypatch):
    path = sealed(tmp_path / "bundle")
    free = iter([10 << 30, 1 << 20])
    monkeypatch.setattr(medium, "free_space", lambda folder: next(free))

    error = refused(tmp_path, path, RoomError)

    assert "the working copy needs" in str(error)
    assert error.exit_code == 4


@pytest.mark.parametrize("call", ["readinto", "lstat"])
def test_where_the_bundle_s_medium_fails_the_case_is_not_blamed(tmp_path, monkeypatch, call):
    path = sealed(tmp_path / "bundle", recipients=())
    name = "data/volume-00001.tar.zst"

    class Failing(io.FileIO):
        def readinto(self, buffer):
            if self.name == "failing":
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return super().readinto(buffer)

    def opened(folder, asked):
        file = Failing(os.open(folder.path / asked, os.O_RDONLY))
        file.name = "failing" if asked == name and folder.path == path else asked
        return file

    def failing(asked):
        if asked == path / name:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(asked))
        return os.lstat(asked)

    changed = {"readinto": ("open", opened), "lstat": ("lstat", failing)}[call]
    monkeypatch.setattr(BundleFolder if call == "readinto" else Path, *changed)
    with pytest.raises(CopyError) as told:
        import_bundle(path, tmp_path / "case")

    assert str(told.value) == f"{path}: {name}: cannot be read: Input/output error"


@pytest.mark.parametrize(
    ("call", "failing"),
    [(1, "custody/00001.json"), (2, "custody/00001.json"), (3, "custody/00001.json"),
     (1, "data/volume-00001.tar.zst"), (3, "data/volume-00001.tar.zst")],
    ids=["verified", "judged", "continued", "hashed", "taken-apart"],
)  # fmt: skip
def test_a_copy_that_can_t_be_read_any_more_is_said_of_the_case(
    tmp_path, monkeypatch, call, failing
):
    path, case, opened = sealed(tmp_path / "bundle", recipients=()), tmp_path / "case", []

    class Failing(io.FileIO):
        def read(self, *_):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        readinto = readall = read

    def opening(folder, name):
        file = os.open(folder.path / name, os.O_RDONLY)
        if name != failing or folder.path == path:
            return io.FileIO(file)
        opened.append(name)
        return Failing(file) if len(opened) >= call else io.FileIO(file)

    monkeypatch.setattr(BundleFolder, "open", opening)
    with pytest.raises(CopyError) as told:
        import_bundle(path, case)

    assert told.value.exit_code == 4
    assert str(told.value).startswith(f"{case}: the medium of this case fails, not the bundle: ")
    assert f"{failing}: cannot be read: Input/output error" in str(told.value)
    assert str(path) not in str(told.value)
    assert not any(case.glob("*/*"))


def test_a_copy_whose_folder_can_t_be_listed_is_said_of_the_case(tmp_path, monkeypatch):
    path, case = sealed(tmp_path / "bundle", recipients=()), tmp_path / "case"
    closed.close(monkeypatch, case / "bundles" / "bundle.partial" / "data", errno.EIO)

    with pytest.raises(CopyError, match=r"not the bundle.*partial/data: cannot be looked into"):
        import_bundle(path, case)


def test_a_copy_that_is_not_taken_names_its_file(tmp_path, monkeypatch):
    path, case = sealed(tmp_path / "bundle", recipients=()), tmp_path / "case"

    def failing(*_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("evidence.writing.medium.write_all", failing)
    with pytest.raises(CopyError) as told:
        import_bundle(path, case)

    assert str(told.value) == (
        f"{case / 'bundles/bundle.partial/VERIFY.md'}: Input/output error; nothing was imported"
    )


def test_a_list_of_imports_that_can_t_be_replaced_leaves_nothing_beside_it(tmp_path, monkeypatch):
    replace = Path.replace

    def failing(path, target):
        if target.name == "case.json":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(CopyError, match="Input/output error"):
        bring(tmp_path)

    assert not (tmp_path / "case").exists()


def test_a_failing_medium_leaves_no_plaintext_behind(tmp_path, monkeypatch):
    path = sealed(tmp_path / "bundle")

    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "rename", full)

    error = refused(tmp_path, path, CopyError)

    assert "No space left on device" in str(error)


def test_a_copy_that_comes_back_otherwise_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("evidence.intake.master.sha256_of", lambda file: ("00" * 32, 1))

    assert "can't be relied on" in str(refused(tmp_path, sealed(tmp_path / "bundle"), CopyError))


def test_what_a_killed_import_left_is_removed_by_the_next_one(tmp_path):
    left = tmp_path / "case" / "hosts" / "bundle.partial" / "fs"
    left.mkdir(parents=True)
    (left / "secret").write_text("half")

    done = bring(tmp_path)

    assert os.listdir(done.host.parent) == ["bundle"]


def test_refuses_while_another_import_is_at_work(tmp_path):
    (tmp_path / "case").mkdir()
    with (tmp_path / "case" / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(IntakeError, match="another import is at work"):
            bring(tmp_path)


def test_a_bundle_in_a_folder_with_a_strange_name_is_called_by_its_number(tmp_path):
    path = sealed(tmp_path / "証拠 \x1b[2J")

    done = import_bundle(path, tmp_path / "case", identities=[IDENTITY])

    assert done.bundle.name == f"bundle_{done.verdict.bundle_id}"


def test_a_leftover_signature_is_never_overwritten(tmp_path):
    path = cut_off(tmp_path / "bundle")
    leftover = path / "custody" / "00003.json.p7s"
    leftover.write_bytes(b"written when the plug was pulled")

    done = import_bundle(path, tmp_path / "case", identities=[IDENTITY], allow_partial=True)

    assert not done.custody_continued
    assert (done.bundle / "custody/00003.json.p7s").read_bytes() == leftover.read_bytes()


def test_the_listener_hears_every_step(tmp_path):
    heard = Heard()
    bring(tmp_path, *things(), listener=heard)

    assert [name for name, _ in heard.steps] == ["copy", "verify", "unpack", "place"]
    totals = dict(heard.steps)
    assert heard.amounts["copy"] == totals["copy"]
    assert heard.amounts["unpack"] == heard.amounts["verify"] == totals["unpack"]


def test_an_import_that_can_t_be_noted_leaves_nothing_and_can_be_done_again(tmp_path):
    case = tmp_path / "case"
    (case / "case.json.tmp").mkdir(parents=True)
    (case / "case.json").write_text('{"imports": [], "schema": "hozen-case/1"}')
    with pytest.raises(CopyError, match="nothing was imported"):
        bring(tmp_path)
    left = [*(case / "bundles").iterdir(), *(case / "hosts").iterdir()]
    (case / "case.json.tmp").rmdir()

    assert left == []
    assert import_bundle(tmp_path / "bundle", case, identities=[IDENTITY]).bundle.is_dir()


def test_an_import_that_may_not_last_is_never_called_none(tmp_path, monkeypatch):
    case, sync = tmp_path / "case", medium.sync_folder

    def failing(folder):
        if folder == case:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(folder)

    monkeypatch.setattr(medium, "sync_folder", failing)
    with pytest.raises(CopyError, match=": imported, but the medium failed at the very end"):
        bring(tmp_path)

    assert (case / "bundles" / "bundle").is_dir()
    assert "bundle" in (case / "case.json").read_text()


def test_a_log_that_can_t_be_read_any_more_ends_the_import(tmp_path):
    class Spoiling(Heard):
        def step(self, name, total):
            super().step(name, total)
            if name == "place":
                signature = tmp_path / "case/bundles/bundle.partial/custody/00001.json.p7s"
                signature.write_bytes(bytes(1 << 20))

    with pytest.raises(CopyError, match=r"changed since it was verified: .* no custody log"):
        bring(tmp_path, listener=Spoiling())


def test_an_import_that_is_interrupted_before_it_is_noted_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Case, "add", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bring(tmp_path)

    assert not (tmp_path / "case").exists()


NOT_OURS = pyrage.x25519.Identity.generate()


@pytest.mark.parametrize("begun", [False, True])
def test_a_first_import_that_fails_leaves_nothing_and_the_same_then_works(tmp_path, begun):
    path = sealed(tmp_path / "bundle", volumes=[things()])
    case = tmp_path / "cases" / "one"
    if begun:  # as somebody made it, and a run that was killed left it
        (case / "hosts").mkdir(parents=True)
        (case / ".lock").touch()
    with pytest.raises(RefusedError):
        import_bundle(path, case, identities=[NOT_OURS])
    left = [each for each in tmp_path.rglob("*") if not each.is_relative_to(path)]
    done = import_bundle(path, case, identities=[IDENTITY])

    assert left == ([case.parent, case] if begun else [])
    assert (done.exit_code, done.bundle.is_dir()) == (0, True)


def test_a_later_import_that_fails_leaves_what_was_imported(tmp_path):
    case = tmp_path / "case"
    bring(tmp_path)
    other = sealed(tmp_path / "other", volumes=[things()])
    with pytest.raises(RefusedError):
        import_bundle(other, case, identities=[NOT_OURS])

    assert sorted(each.name for each in case.iterdir()) == [
        ".lock", "bundles", "case.json", "hosts",
    ]  # fmt: skip
    assert (case / "bundles/bundle").is_dir()


def test_a_lock_that_was_taken_away_holds_no_case(tmp_path, monkeypatch):
    """Whoever opened it before another import failed must not work beside a third."""
    case = Case(tmp_path / "case")
    flock = fcntl.flock

    def late(descriptor, how):
        (case.path / ".lock").unlink()
        (case.path / ".lock").touch()
        flock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(IntakeError, match="another import is at work"), case.held():
        pass
