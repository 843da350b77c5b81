"""Making an exhibit: what is in it, what is not, and what a failure leaves."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import authority
import bundles
import pytest
import rfc8785
import runs
from authority import CUSTODIAN, TRUSTED
from byhand import Json, leaf, proof_of
from forge import listing
from forgeries.exhibits import records_of
from worlds import disclosed, three_volumes

from chain_of_custody.documents import MAX_EVENT, load
from chain_of_custody.event import Authority, Person, make_event
from chain_of_custody.exhibit import Proof
from chain_of_custody.findings import Finding
from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import to_pem
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.verdict import Exit
from evidence.collecting.collection import collect
from evidence.custody import appending, custodian, disclosing, exhibiting
from evidence.custody.appending import CustodianError
from evidence.custody.custodian import Act
from evidence.custody.disclosing import disclose
from evidence.planning.request import Request
from evidence.reading.checked import RefusedError, open_bundle, verify_bundle, verify_path
from evidence.writing import bundle as writing

INSTRUCTIONS = Path(disclosing.__file__).parents[1] / "instructions" / "exhibit"
COURT = Person(contact=None, name="裁判所", organisation="東京地方裁判所", title=None)
BY = Act(
    kind="disclosed", counterpart=COURT, authority=Authority(basis="court", number="令8(わ)12"),
)  # fmt: skip


@pytest.fixture
def bundle(world, tmp_path) -> Path:
    """One whose log may go on."""
    return shutil.copytree(world.path("sealed"), tmp_path / "HZ_sealed")


def shown(bundle: Path, *items: int, output: Path | None = None, **options: object):
    where = output or bundle.with_name("exhibit")
    given = {"identities": [bundles.IDENTITY]} | options
    return disclose(bundle, items, where, BY, CUSTODIAN, **given)


def files_of(exhibit: Path) -> dict[str, bytes]:
    return {
        p.relative_to(exhibit).as_posix(): p.read_bytes() for p in exhibit.rglob("*") if p.is_file()
    }


def checked_by_shell(exhibit: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["dash", str(INSTRUCTIONS / "check.sh"), *map(str, arguments), str(exhibit)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


# What is in it.


def test_holds_the_opened_parts_their_salts_and_the_way_to_the_root(world):
    records = records_of(world)
    files = files_of(world.path("exhibit"))
    leaves = [leaf(each) for each in records]

    for number in (2, 4, 5, 7):
        record, stem = records[number - 1], f"items/{number:08d}"
        proof = Proof.parse(files[f"{stem}.proof"])
        assert files[f"{stem}.content.json"] == rfc8785.dumps(record["content"])
        assert files[f"{stem}.meta.json"] == rfc8785.dumps(record["meta"])
        assert proof.salt_content.hex() == record["salt_content"]
        assert (proof.salt_meta or b"").hex() == record["salt_meta"]
        assert list(proof.nodes) == proof_of(leaves, number - 1)
    assert files["items/00000004"] == "患者ID 12345678\n".encode()
    assert (files["items/00000002"], files["items/00000007"]) == (b"", bytes(1_100_000))
    assert "items/00000005" not in files


def test_brings_the_manifest_its_signature_and_its_chain(world):
    certified = files_of(world.path("exhibit_certified"))
    files = files_of(world.path("certified"))
    signed = cms.verify(certified["manifest.json"], certified["manifest.json.p7s"])

    for name in ("manifest.json", "manifest.json.p7s"):
        assert certified[name] == files[name]
    assert signed.others == authority.COLLECTION.chain


def test_the_only_item_of_a_bundle_needs_no_step(world):
    lines = files_of(world.path("exhibit_alone"))["items/00000001.proof"].splitlines()

    assert [line.split()[0] for line in lines] == [
        b"hozen-exhibit/1",
        b"salt_content",
        b"salt_meta",
    ]


def test_time_stamps_are_copied_and_prove_the_same_time(world, tmp_path):
    """A renewal lists files that an exhibit has not; what lies here is held against the list."""
    bundle = shutil.copytree(world.path("renewed"), tmp_path / "HZ_renewed")
    stamps = {n: d for n, d in files_of(bundle).items() if n.startswith("anchors/")}
    exhibit = shown(bundle, 4).exhibit
    roots = (world.authority(name).root.certificate for name in ("trusted", "aged"))
    trust = TrustStore(authorities=tuple(roots))
    verdict = verify_path(exhibit, trust=trust)

    assert len(stamps) == 5
    assert {n: d for n, d in files_of(exhibit).items() if n.startswith("anchors/")} == stamps
    assert (verdict.exit, verdict.level) == (Exit.VERIFIED, "B")
    assert checked_by_shell(exhibit).returncode == 0
    (exhibit / "anchors/0001.tsr").write_bytes(stamps["anchors/0001.tsr"][:-1])
    assert verify_path(exhibit).failed == [6]


def test_an_item_over_two_volumes_is_joined(world, tmp_path):
    disclosed(world.path("spanning"), (2,), tmp_path / "exhibit")

    assert (tmp_path / "exhibit/items/00000002").read_bytes() == bytes(1_100_000)


def test_an_item_that_was_cut_off_and_taken_again_is_shown_once(tmp_path, monkeypatch):
    """Its first parts lie in a closed volume, abandoned; the whole of it comes later."""
    monkeypatch.setattr(writing, "VOLUME_SIZE", 0)  # 1 would wait for what the threads wrote
    tree = tmp_path / "machine"
    tree.mkdir()
    (tree / "aaa").write_bytes(bytes(range(256)) * (8 << 12))
    left = [100]

    def stopping() -> bool:
        left[0] -= 1
        return left[0] < 0

    common = {"source": str(tree), "skip": ("yara",), "profile": "quick"}
    first = collect(Request(output=tmp_path / "out", **common), stopping=stopping, key=bundles.KEY)
    for event in sorted((first.path / "custody").glob("*.json"))[-2:]:
        event.unlink()
        event.with_name(f"{event.name}.p7s").unlink()
    collect(Request(output=tmp_path / "out", resume=first.path, **common), key=bundles.STRANGER)
    opened = open_bundle(first.path)
    (said,) = [f for f in opened.verdict.stage(9).findings if f.key == "unfinished"]
    cut_off = int(dict(said.facts)["item"])
    (number,) = [r.content.seq for r in opened.records() if r.meta.source.origin == "/aaa"]
    done = shown(first.path, cut_off, number, output=tmp_path / "exhibit")

    assert cut_off in done.items
    assert (done.exhibit / f"items/{number:08d}").read_bytes() == (tree / "aaa").read_bytes()
    assert checked_by_shell(done.exhibit).returncode == 0


@pytest.mark.parametrize("name", ["exhibit", "exhibit_renewed"])
def test_nobody_else_on_the_machine_can_read_it(world, name):
    exhibit = world.path(name)
    modes = {p.stat().st_mode & 0o777 for p in [exhibit, *exhibit.rglob("*")]}

    assert modes == {0o700, 0o600}


# What is not in it.


def traces(record: Json) -> dict[str, bytes]:
    """All by which an item that is not shown could be known, but its salted leaf."""
    content, meta = rfc8785.dumps(record["content"]), rfc8785.dumps(record["meta"])
    salts = [record["salt_content"], record["salt_meta"]]
    halves = [
        hashlib.sha256(bytes.fromhex(salt) + part).hexdigest()
        for salt, part in zip(salts, (content, meta), strict=True)
    ]
    origin = record["meta"]["source"]["origin"]
    digests = [hashlib.sha256(each).hexdigest() for each in (content, meta, origin.encode())]
    named = {
        "path": origin, "name": origin.rsplit("/", 1)[1], "salt": salts[0], "other salt": salts[1],
        "half": halves[0], "other half": halves[1], "content's digest": record["content"]["sha256"],
        "part": digests[0], "other part": digests[1], "path's digest": digests[2],
    }  # fmt: skip
    return {name: value.encode() for name, value in named.items() if value}


def found(exhibit: Path, needles: dict[str, bytes]) -> list[str]:
    """In names, in text, and as raw bytes."""
    files = files_of(exhibit)
    unsigned = {"check.sh", "README.md"}
    hay = b"\n".join([*(d for n, d in files.items() if n not in unsigned), *map(str.encode, files)])
    raw = {
        f"raw {name}": bytes.fromhex(value.decode())
        for name, value in needles.items()
        if re.fullmatch(rb"[0-9a-f]{64}", value)
    }
    return [name for name, value in (needles | raw).items() if value in hay]


@pytest.mark.parametrize("number", [1, 2, 3, 5, 6, 7])
def test_nothing_of_another_item_is_in_it(world, tmp_path, number):
    disclosed(world.path("sealed"), (4,), tmp_path / "exhibit")
    record = records_of(world)[number - 1]
    contents = {1: b"/sbin/init", 6: b"localhost", 7: bytes(64)}

    assert found(tmp_path / "exhibit", traces(record)) == []
    assert found(tmp_path / "exhibit", {"content": contents.get(number, b"\xff" * 64)}) == []


def test_what_is_looked_for_is_found_where_it_is(world):
    """Otherwise the tests before and after this one would see nothing at all."""
    record = records_of(world)[3]
    named = {"path", "name", "salt", "other salt", "content's digest"}

    assert set(found(world.path("exhibit"), traces(record))) == named


@pytest.mark.parametrize("number", [4, 5])
def test_a_path_that_stays_closed_is_not_in_it(world, number):
    record = records_of(world)[number - 1]
    hidden = {
        name: value
        for name, value in traces(record).items()
        if name in ("path", "name", "other salt", "other part", "path's digest")
    }
    files = files_of(world.path("exhibit_closed"))

    assert found(world.path("exhibit_closed"), hidden) == []
    assert [name for name in files if "meta" in name] == []


def test_a_guess_at_a_closed_part_matches_nothing(world):
    """Whoever knows the whole part, byte for byte, still lacks 256 random bits."""
    record = records_of(world)[3]
    guess = rfc8785.dumps(record["meta"])
    proof = Proof.parse(files_of(world.path("exhibit_closed"))["items/00000004.proof"])
    salts = [b"", bytes(32), proof.salt_content, proof.meta or b"", *proof.nodes]

    assert proof.meta not in [hashlib.sha256(salt + guess).digest() for salt in salts]
    right = bytes.fromhex(record["salt_meta"])
    assert proof.meta == hashlib.sha256(right + guess).digest()


# How large it is.

MANY = 200_000


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> Path:
    """A bundle of as many items as a server has files."""
    things = [bundles.gap(f"/srv/file-{number:06d}") for number in range(MANY - 1)]
    place = tmp_path_factory.mktemp("many")
    return bundles.sealed(
        place / "HZ_many", volumes=[[*things, bundles.artifact("/x", b"x" * 999)]]
    )


def test_of_two_hundred_thousand_items_one_takes_little_room_and_little_memory(many):
    place = many.parent
    (place / "identity.txt").write_text(f"{bundles.IDENTITY}\n")
    (place / "me.key").write_bytes(authority_key())
    peak = place / "peak"
    measured = [runs.sys.executable, "-I", "-S", "-c", MEASURED, str(peak)]
    done = runs.hozen(
        "disclose", many, MANY, "--output", place / "exhibit", "--identity",
        place / "identity.txt", "--to", "court", "--key", place / "me.key", before=measured,
    )  # fmt: skip
    files = files_of(place / "exhibit")

    assert done.code == 0, done.err
    assert json.loads(files["manifest.json"])["items"]["count"] == MANY
    assert sum(map(len, files.values())) - len(files[f"items/{MANY:08d}"]) < 64 << 10
    assert int(peak.read_text()) < 130 << 10
    assert verify_path(place / "exhibit").exit is Exit.VERIFIED
    assert checked_by_shell(place / "exhibit").returncode == 0


MEASURED = """
import os, sys
program = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(program, 0)
with open(sys.argv[1], "w") as file:
    file.write(str(usage.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
"""


def authority_key() -> bytes:
    from evidence.custody.signers import key_text

    return key_text(CUSTODIAN, None)


# What the bundle's log says.


def test_the_log_goes_on_with_a_signed_event(bundle):
    done = shown(bundle, 7, 4, 4, trust=None, hide_path=True)
    event = load(BundleFolder(bundle)).events[-1]
    signed = cms.verify(event.raw, event.signature or b"")

    assert done.event.raw == event.raw
    assert (done.items, event.event.type) == ((4, 7), "disclosed")
    assert event.event.refs[1:] == ["item:4", "item:7"]
    assert event.event.refs[0].startswith("manifest:")
    assert (event.event.counterpart, event.event.authority) == (COURT, BY.authority)
    assert event.event.text == "the paths stay closed"
    assert event.event.check is not None
    assert "4 PASS" in str(event.event.check.result)
    assert signed.certificate == CUSTODIAN.certificate
    assert verify_bundle(bundle, trust=bundles.trusting(bundles.KEY)).exit is Exit.VERIFIED


# What a failure leaves.


def refused(bundle: Path, *items: int, **options: object) -> tuple[int, str]:
    """The exit and the words; nothing may be left anywhere."""
    before = listing(bundle.parent)
    with pytest.raises((CustodianError, RefusedError)) as caught:
        shown(bundle, *items, **options)
    assert before == listing(bundle.parent)
    for language in ("en", "ja"):
        assert "\n" not in caught.value.sentence(language)
    return caught.value.exit_code, caught.value.sentence("en")


@pytest.mark.parametrize(("call", "at"), [("write_all", 1), ("write_all", 2), ("fsync", 1)])
def test_a_file_of_an_exhibit_that_is_not_taken_is_named(bundle, monkeypatch, call, at):
    owner = exhibiting.medium if call == "write_all" else exhibiting.os
    real, called = getattr(owner, call), []

    def failing(*arguments):
        called.append(arguments)
        if len(called) == at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(*arguments)

    monkeypatch.setattr(owner, call, failing)
    with pytest.raises(OSError, match="Input/output error") as told:
        shown(bundle, 4)

    assert "items/00000004" in str(told.value.filename)
    assert not list(bundle.parent.glob("exhibit*"))


def test_an_altered_bundle_is_not_disclosed(bundle):
    with next((bundle / "data").iterdir()).open("ab") as file:
        file.write(b"\0")

    assert refused(bundle, 4)[0] == 1


def test_a_bundle_that_can_t_be_opened_is_not_disclosed(bundle):
    assert refused(bundle, 4, identities=[])[0] == 3
    assert refused(bundle, 4, identities=[bundles.OTHER_IDENTITY])[0] == 3


def test_a_bundle_of_a_stranger_is_not_disclosed(bundle):
    assert refused(bundle, 4, trust=TRUSTED)[0] == 1


def test_a_bundle_that_was_never_sealed_has_no_root_to_prove_against(world, tmp_path):
    partial = shutil.copytree(world.path("interrupted"), tmp_path / "HZ_partial")
    code, words = refused(partial, 1)

    assert (code, "never sealed" in words) == (3, True)


def test_a_bundle_with_reserve_is_not_disclosed(tmp_path):
    """The kit's dates don't hold when the manifest says that it was sealed: verify ends with 3."""
    key = authority.collection_of(authority.EXPIRED_KIT)
    path = bundles.sealed(tmp_path / "HZ_late", key=key)
    code, words = refused(path, 1, trust=TRUSTED)

    assert (code, "hozen verify" in words) == (3, True)


@pytest.mark.parametrize("items", [(8,), (4, 8), (99_999_999,), (0,)])
def test_an_item_that_is_not_there_is_said(bundle, items):
    code, words = refused(bundle, *items)

    assert (code, "the bundle has 7" in words) == (2, True)


def test_too_many_items_are_refused_before_anything_is_read(bundle, monkeypatch):
    monkeypatch.setattr(disclosing, "open_bundle", None)
    code, words = refused(bundle, *range(1, 60_002))

    assert (code, "60001 items" in words, "make several" in words) == (2, True, True)


def test_so_many_items_as_are_taken_fit_into_their_event():
    refs = tuple(f"item:{99_999_999 - number}" for number in range(disclosing._MOST))
    raw = make_event(
        kind="disclosed", seq=99_999, prev="0" * 64, bundle="0" * 36, at="", mono=None,
        text="x" * 80_000, refs=refs,
    )  # fmt: skip

    assert len(raw) < MAX_EVENT
    assert disclosing._MOST * 4 < 300_000 - 9_999


def test_nothing_is_written_over_or_into_the_bundle(bundle):
    (bundle.parent / "file").write_text("mine")
    (bundle.parent / "link").symlink_to("nowhere")
    (bundle.parent / "cut.partial").mkdir()
    taken = [refused(bundle, 4, output=bundle.parent / name) for name in ("file", "link", "cut")]
    inside = refused(bundle, 4, output=bundle / "data" / "exhibit")

    assert [code for code, _ in [*taken, inside]] == [2, 2, 2, 2]
    assert "in the clear" in taken[2][1]


def test_a_log_that_can_t_go_on_leaves_no_exhibit(bundle):
    number = len(load(BundleFolder(bundle)).events) + 1
    (bundle / "custody" / f"{number:05d}.json.tmp").mkdir()
    before = sorted(os.listdir(bundle.parent))
    with pytest.raises((CustodianError, RefusedError, OSError)):
        shown(bundle, 4)

    assert before == sorted(os.listdir(bundle.parent))


def test_a_medium_that_fills_up_leaves_no_exhibit_and_no_event(bundle, monkeypatch):
    def full(descriptor: int, data: object) -> None:
        raise OSError(28, "No space left on device")

    before = listing(bundle.parent)
    monkeypatch.setattr(exhibiting.medium, "write_all", full)
    with pytest.raises(OSError, match="No space"):
        shown(bundle, 7)

    assert before == listing(bundle.parent)


def test_an_exhibit_that_does_not_verify_where_it_lies_is_not_signed_for(bundle, monkeypatch):
    monkeypatch.setattr(exhibiting.medium, "write_all", lambda descriptor, data: None)
    code, words = refused(bundle, 7)

    assert (code, "nothing was signed" in words) == (4, True)


def test_a_name_that_was_taken_meanwhile_is_said_and_the_exhibit_is_whole(bundle, monkeypatch):
    """The event is signed by then, so that the exhibit has to stay."""
    append = custodian.append

    def slow(*given: object, **options: object):
        bundle.with_name("exhibit").write_text("somebody else's")
        return append(*given, **options)

    monkeypatch.setattr(custodian, "append", slow)
    with pytest.raises(CustodianError) as caught:
        shown(bundle, 4)

    assert (caught.value.exit_code, caught.value.finding.key) == (4, "exhibit_unnamed")
    assert "is there already" in str(caught.value)
    assert isinstance(caught.value.finding, Finding)
    assert bundle.with_name("exhibit").read_text() == "somebody else's"
    (left,) = bundle.parent.glob("exhibit.*.partial")
    assert verify_path(left).exit is Exit.VERIFIED
    assert load(BundleFolder(bundle)).events[-1].event.type == "disclosed"


# A disclosure that is cut off.


def cut_off(bundle: Path, monkeypatch, *, signed: bool) -> Path:
    """The folder that a process leaves which is killed right before its event is written, or after.

    The end of the process is a class of error that nothing of ours can see.
    """
    put = appending.put

    def killed(*given: object) -> None:
        if signed:
            put(*given)
        os._exit(9)

    child = os.fork()
    if not child:
        monkeypatch.setattr(appending, "put", killed)
        shown(bundle, 4, 7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    (left,) = bundle.parent.glob("exhibit.*")
    return left


def numbered(bundle: Path) -> int:
    return len(load(BundleFolder(bundle)).events)


def test_one_that_was_signed_for_is_finished_by_the_same_command(bundle, monkeypatch):
    left = cut_off(bundle, monkeypatch, signed=True)
    events = numbered(bundle)
    done = shown(bundle, 7, 4)

    assert (done.finished, done.items, done.event.event.seq) == (True, (4, 7), events)
    assert numbered(bundle) == events
    assert not left.exists()
    assert verify_path(done.exhibit).exit is Exit.VERIFIED
    assert checked_by_shell(done.exhibit).returncode == 0


def test_one_that_was_not_signed_for_is_told_from_it_and_signed_once(bundle, monkeypatch):
    """An earlier event of the same words is that of another exhibit."""
    shown(bundle, 4, 7, output=bundle.with_name("before"))
    custodian.append(bundle, [Act(kind="note", text="seen")], CUSTODIAN)
    events = numbered(bundle)
    left = cut_off(bundle, monkeypatch, signed=False)
    code, words = refused(bundle, 4, 7)
    shutil.rmtree(left)

    assert (code, "no event of this bundle signs for it" in words) == (2, True)
    assert (shown(bundle, 4, 7).finished, numbered(bundle)) == (False, events + 1)


@pytest.mark.parametrize("asked", ["items", "paths", "words"])
def test_another_command_does_not_take_the_exhibit_for_its_own(bundle, monkeypatch, asked):
    cut_off(bundle, monkeypatch, signed=True)
    if asked == "words":
        monkeypatch.setitem(globals(), "BY", replace(BY, purpose="another"))
    items = (4,) if asked == "items" else (4, 7)
    code, words = refused(bundle, *items, hide_path=asked == "paths")

    assert (code, f"event {numbered(bundle)} signs for this exhibit" in words) == (2, True)


@pytest.mark.parametrize("name", ["items/00000004", "items/00000004.*", "items"])
def test_one_that_lost_a_part_is_not_finished(bundle, monkeypatch, name):
    left = cut_off(bundle, monkeypatch, signed=True)
    for path in [*left.glob(name), *left.glob(f"{name}.*")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    code, words = refused(bundle, 4, 7)

    assert (code, "not whole any more" in words) == (4, True)


def test_an_error_after_the_event_is_written_takes_nothing_away(bundle, monkeypatch):
    put = appending.put

    def interrupted(*given: object) -> None:
        put(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(appending, "put", interrupted)
    with pytest.raises(KeyboardInterrupt):
        shown(bundle, 4)
    monkeypatch.undo()
    events = numbered(bundle)

    assert (shown(bundle, 4).finished, numbered(bundle)) == (True, events)


# The page that lies in it.

PAGE = (INSTRUCTIONS / "README.md").read_text()


def commands() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


def test_both_languages_give_the_same_commands():
    japanese, english = PAGE.split("\n---\n")
    found = [re.findall(r"```sh\n(.*?)```", half, re.DOTALL) for half in (japanese, english)]

    assert found[0] == found[1]
    assert len(found[0]) == 4


def test_promises_nothing_that_nobody_can_keep():
    script = (INSTRUCTIONS / "check.sh").read_text()
    for word in ("valid", "tamper-proof", "court-admissible", "証拠能力", "改ざん不可能", "準拠"):
        assert word not in PAGE.lower() + script.lower()


def test_every_command_of_the_page_works_as_it_stands(world, tmp_path):
    """With certificates and a noted root from elsewhere; stamped, and renewed."""
    path = bundles.sealed(tmp_path / "HZ_x", key=authority.COLLECTION, volumes=three_volumes())
    world.stamp(path, "trusted")
    world.stamp(path, "trusted", renew=True)
    trusted = world.authority("trusted").trusted
    (tmp_path / "authority.pem").write_bytes(bundles.authorities_of(trusted))
    exhibit = shown(path, 4, 7).exhibit
    (tmp_path / "root.pem").write_bytes(to_pem(authority.ROOT.certificate))
    shutil.copy(INSTRUCTIONS / "check.sh", tmp_path)
    # The lines for one item end in the exhibit's folder: each block is begun where the first was.
    script = "set -eu\n" + "".join(
        f"( {block} )\n" if "cd " in block[:4] else block for block in commands()
    )
    script = script.replace("/path/to/the/exhibit", str(exhibit))
    script = script.replace("64 hexadecimal digits", verify_path(exhibit).root or "")
    script = script.replace("n=17 i=items/00000017", "n=4 i=items/00000004")
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("item 4: as it was sealed") == 2
    assert done.stdout.count("the signer is tied to a trusted certificate") == 2
    assert done.stdout.count("by a token of a trusted authority") == 2
    assert (done.stdout + done.stderr).count("Verification: OK") == 4
    assert done.stdout.count("anchors/0001.tsr: OK") == 2


@pytest.mark.parametrize("added", [1, 6])
def test_a_renewal_adds_to_an_exhibit_what_the_format_page_says(tmp_path, world, added):
    """Section 13: 1,304 bytes, and so many for each volume, event and file of a token."""
    bundle = shutil.copytree(world.path("aged"), tmp_path / "HZ_aged")
    custodian.append(bundle, [Act(kind="note", text="seen")] * added, CUSTODIAN)
    events = len(list((bundle / "custody").glob("*.json")))
    world.stamp(bundle, "trusted", renew=True, ago=7)
    exhibit = disclosed(bundle, (4,), tmp_path / "shown").exhibit
    sizes = {name: len(data) for name, data in files_of(exhibit).items()}
    rest = sum(sizes.values()) - sizes["anchors/0002.sums"] - sizes["items/00000004"]

    assert sizes["anchors/0002.sums"] == 1304 + 160 * 3 + 302 * events + 147 * 2
    assert 100 < ((64 << 10) - rest - 1304 - 160 * 3 - 147 * 2) // 302 < 120
