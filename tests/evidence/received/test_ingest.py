"""`hozen ingest`: what others collected, sealed as it came, never passed off as our own."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import struct
import subprocess
import tarfile
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
import runs

import evidence
from chain_of_custody.event import Person
from chain_of_custody.receipt import Receipt
from chain_of_custody.verdict import Exit
from collectors.received.folder import ReceivedFolder
from evidence.cli.texts import Texts
from evidence.collecting.collection import collect
from evidence.intake import import_bundle
from evidence.planning.request import Request
from evidence.reading.checked import open_bundle, verify_bundle
from evidence.received.ingest import Delivery, IngestError, receiving
from evidence.received.typed import TypedError, typed
from evidence.report import make_report
from evidence.scan.scanner import ItemScan, load_rules
from evidence.tool import rules_folder
from evidence.writing.history import Presence

VERIFIER = Path(evidence.__file__).parent / "instructions" / "verify.sh"

STATED = ("--from", "山田 花子", "--by", "看護師; 当直", "--received", "2026-11-22T21:45:00+09:00")
STEPS = (
    "hozen-native/1\tlinux\nstep\torigin\tbegin\tend\texit\toutcome\tstdout\tstderr\n"
    "clock\tcommand:/bin/date\tT\tT\t0\tok\tclock.txt\tclock.err\n"
    "accounts\t/etc/shadow\tT\tT\t1\tdenied\t-\taccounts.err\n"
    "gone\tcommand:apk info\tT\tT\t-\tabsent\t-\t-\n"
    "half a row\n"
)


def folder(tmp_path: Path, files: dict[str, bytes], name: str = "NATIVE_pc_1") -> Path:
    path = tmp_path / name
    for each, data in files.items():
        (path / each).parent.mkdir(parents=True, exist_ok=True)
        (path / each).write_bytes(data)
    return path


def line(name: str, data: bytes) -> bytes:
    return f"{sha256(data).hexdigest()}  {name}\n".encode()


def ingested(tmp_path: Path, source: Path, *options: object):
    (tmp_path / "out").mkdir(exist_ok=True)
    done = runs.hozen("ingest", source, "--output", tmp_path / "out", *options)
    return done, runs.bundle_in(tmp_path / "out")


def records(bundle: Path) -> dict:
    return {each.meta.source.origin: each for each in open_bundle(bundle).records()}


def statement(bundle: Path) -> dict:
    stage = verify_bundle(bundle).stage(9)
    (found,) = [each for each in stage.findings if each.key == "not_collected_here"]
    return dict(found.facts)


def document(bundle: Path, tmp_path: Path, name: str) -> dict:
    """One of our own notes, out of the working copy."""
    host = import_bundle(bundle, tmp_path / "case").host
    return json.loads((host / "hozen" / name).read_text())


def test_a_native_folder_is_sealed_as_what_it_is(tmp_path):
    files = {"clock.txt": b"12:00\n", "steps.tsv": STEPS.encode(), "files/etc/hosts": b"::1 x\n"}
    sums = b"".join(line(f"./{name}", data) for name, data in files.items())
    source = folder(tmp_path, {**files, "SHA256SUMS.txt": sums})
    done, bundle = ingested(tmp_path, source, *STATED)
    found = records(bundle)

    assert done.code == 3, done.err  # something was denied
    assert "looks like: native-linux" in done.err
    assert "3 as listed, 0 DIFFER" in done.out
    assert verify_bundle(bundle).exit is Exit.VERIFIED
    assert subprocess.run(["sh", bundle / "verify.sh"], capture_output=True).returncode == 0
    assert {name: found[f"/{name}"].content.sha256 for name in files} == {
        name: sha256(data).hexdigest() for name, data in files.items()
    }
    assert found["/clock.txt"].meta.kind == "native"
    assert found["/etc/shadow"].meta.reason == "denied"
    assert found["command:apk info"].meta.reason == "absent"
    assert found["/steps.tsv"].content.status == "acquired"
    said = statement(bundle)
    assert (said["by"], said["who"]) == ("看護師; 当直", "山田 花子")
    assert (said["means"], said["basis"]) == ("native-linux", "recognised")
    assert said["handed"] == "2026-11-22T12:45:00Z"


def test_the_report_of_a_case_shows_the_tier_and_the_import_places_the_files(tmp_path):
    source = folder(tmp_path, {"a.txt": b"a"})
    _, bundle = ingested(tmp_path, source, *STATED, "--means", "vendor")
    done = import_bundle(bundle, tmp_path / "case")
    page = make_report(tmp_path / "case", language="en").read_text()

    assert (done.host / "fs" / "a.txt").read_bytes() == b"a"
    assert "NOT collected by hozen" in page
    assert "vendor (stated)" in page


SHELLS = (("dash",), ("bash",), ("busybox", "sh"))


def by_shells(bundle: Path) -> str:
    """What `verify.sh` says of a bundle, in every shell the same."""
    said = {
        subprocess.run([*shell, VERIFIER, bundle], capture_output=True, check=False).stdout
        for shell in SHELLS
    }
    assert len(said) == 1
    return said.pop().decode()


def sentence(bundle: Path) -> str:
    found = verify_bundle(bundle).stage(9).findings
    return next(each.sentence("en") for each in found if each.key == "not_collected_here")


STATEMENTS = {
    "nothing but the sender": ("--from", "x"),
    "all": (*STATED[:1], "Yamada (night)", "--by", "a; means: kape", "--means", "vendor",
            *STATED[4:]),
    "a name like the form": ("--from", "?", "--by", "b (c); handed over: 2; collected by: d"),
}  # fmt: skip


@pytest.mark.parametrize("case", STATEMENTS)
def test_a_shell_alone_says_in_the_same_words_that_hozen_did_not_collect_it(case, tmp_path):
    _, bundle = ingested(tmp_path, folder(tmp_path, {"a.txt": b"a"}), *STATEMENTS[case])

    assert f"9 statements     PASS   {sentence(bundle)}\n" in by_shells(bundle)


def test_a_shell_alone_says_so_of_a_receipt_that_tells_nothing(tmp_path):
    nobody = Person(contact=None, name=None, organisation=None, title=None)
    source = folder(tmp_path, {"a.txt": b"a"})
    request = Request(
        output=tmp_path, source=str(source), presence=Presence(counterpart=nobody, text="no form")
    )
    bundle = collect(request).path

    assert f"PASS   {sentence(bundle)}\n" in by_shells(bundle)


def test_a_shell_alone_shows_hostile_names_escaped(tmp_path):
    hostile = "a\x1b[2J\nVERDICT: forged \u202e\\"
    _, bundle = ingested(tmp_path, folder(tmp_path, {"a": b"a"}), "--from", hostile, "--by", "山田")
    said = by_shells(bundle)

    assert [char for char in said if char != "\n" and not 32 <= ord(char) < 127] == []
    assert r"this: \345\261\261\347\224\260 did" in said
    assert sum(line.startswith("VERDICT") for line in said.splitlines()) == 1


def test_a_shell_alone_says_nothing_of_it_where_hozen_collected(tmp_path):
    request = Request(output=tmp_path, source=str(folder(tmp_path, {"a.txt": b"a"})))

    assert "did not collect" not in by_shells(collect(request).path)


def test_each_result_of_the_comparison_is_told(tmp_path):
    sums = line("same", b"1") + line("changed", b"before") + line("lost", b"x")
    sums += (
        b"no digest\n"
        + line("../etc/passwd", b"x")
        + line("dir\\win", b"w").replace(b"\n", b"\r\n")
    )
    files = {
        "same": b"1",
        "changed": b"after",
        "new": b"n",
        "dir/win": b"w",
        "SHA256SUMS.txt": sums,
    }
    done, bundle = ingested(tmp_path, folder(tmp_path, files), "--from", "unknown", "--json")
    found = records(bundle)

    assert done.code == 3
    assert json.loads(done.out)["compared"] == {
        "matches": 2, "differs": 1, "missing": 1, "not_listed": 1, "not_compared": 0,
        "unreadable_lines": 2,
    }  # fmt: skip
    assert "differs from the list" in found["/changed"].meta.errors[0]
    assert found["/lost"].meta.reason == "absent"
    assert document(bundle, tmp_path, "received.json")["comparison"]["not_listed"] == ["/new"]


def test_a_sparse_file_is_compared_as_its_reader_sees_it(tmp_path):
    source = folder(tmp_path, {"x": b""})
    with open(source / "x", "r+b") as file:
        for offset in (0, 5 << 20):
            file.seek(offset)
            file.write(b"data")
        file.truncate(12 << 20)
    (source / "SHA256SUMS.txt").write_bytes(line("x", (source / "x").read_bytes()))
    done, bundle = ingested(tmp_path, source, "--from", "x", "--json")

    assert json.loads(done.out)["compared"]["matches"] == 1
    assert records(bundle)["/x"].content.size < 1 << 20


def test_a_hostile_folder_is_taken_without_leaving_it(tmp_path):
    (tmp_path / "secret").write_bytes(b"of this machine")
    source = folder(tmp_path, {"a\nb\x1b[2J": b"newline"})
    os.mkfifo(source / "pipe")
    os.mknod(source / "device", 0o600 | 0o020000, os.makedev(1, 5))
    (source / "link").symlink_to(tmp_path / "secret")
    (source / "up").symlink_to("..")
    before = sorted(os.listdir(source))
    done, bundle = ingested(tmp_path, source, "--from", "x")
    found = records(bundle)

    assert done.code in (0, 3), done.err
    assert found["/pipe"].meta.reason == found["/device"].meta.reason == "unsupported"
    assert found["/link"].content.sha256 == sha256(os.fsencode(tmp_path / "secret")).hexdigest()
    assert found["/up"].content.sha256 == sha256(b"..").hexdigest()
    assert found["/a\nb\x1b[2J"].content.sha256 == sha256(b"newline").hexdigest()
    assert "\x1b" not in done.out + done.err
    assert sorted(os.listdir(source)) == before


def test_a_list_and_a_log_made_to_break_the_bundle_are_results_of_one_that_verifies(tmp_path):
    rows = b"n\t/" + b"x" * (5 << 20) + b"\tT\tT\t1\tdenied\t-\t-\n" + b"\0\n"
    sums = b"".join(line(name, b"") for name in ("../up", "/abs", "n\0ul", "y" * (5 << 20)))
    files = {"steps.tsv": STEPS.encode() + rows, "SHA256SUMS": sums + b"\0" * (5 << 20)}
    source = folder(tmp_path, files)
    delivery = Delivery(folder=source, sender="x")
    request = Request(output=tmp_path / "out", source=str(source), skip=("yara",))
    received = ReceivedFolder()
    bundle = collect(receiving(request, delivery, received)[0]).path

    assert verify_bundle(bundle).exit is Exit.VERIFIED
    assert received.comparison.counts()["unreadable_lines"] == 5
    assert received.steps.outcomes["unreadable row"] == 3
    assert {"step:row 6", "step:row 7", "step:row 8"} <= set(records(bundle))


LOOKS = {
    "cdir": ("PC01_20260228123456", {"Evtx/Security.evtx": b"x"}, "cdir"),
    "kape": ("K", {"C/Windows/x": b"x", "2026_CopyLog.csv": b"x"}, "kape"),
    "evtx": ("logs", {"Security.evtx": b"x"}, "other"),
    "windows": ("N", {"steps.tsv": b"hozen-native/1\twindows\r\nstep\r\n"}, "native-windows"),
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_folder_is_recognised_and_that_is_said(look, tmp_path):
    name, files, means = LOOKS[look]
    done, bundle = ingested(tmp_path, folder(tmp_path, files, name), "--from", "x")

    assert f"looks like: {means}" in done.err
    assert (statement(bundle)["means"], statement(bundle)["basis"]) == (means, "recognised")


def test_nothing_is_guessed_where_nothing_is_known(tmp_path):
    _, bundle = ingested(tmp_path, folder(tmp_path, {"a": b"a"}), "--from", "x")

    assert (statement(bundle)["means"], statement(bundle)["basis"]) == ("other", "not stated")


@pytest.mark.parametrize("photos", [(), ("--photos",)], ids=["a folder", "photos"])
def test_an_empty_folder_is_said_loudly(photos, tmp_path):
    empty = tmp_path / "stick"
    empty.mkdir()
    where = ("--output", tmp_path / "out", "--from", "x")
    english = runs.hozen("ingest", *photos, empty, *where)
    japanese = runs.hozen("ingest", *photos, empty, *where, "--language", "ja")

    assert (english.code, japanese.code) == (3, 3)
    assert "/: nothing lies in the folder that was handed over" in english.out
    assert "/: 渡されたフォルダーに何も入っていません" in japanese.out


REFUSED = {
    "no sender": ((), "--from is missing"),
    "no zone": (("--from", "x", "--received", "2026-11-22T21:45:00"), "2026-11-22T21:45:00"),
    "a form without photos": (("--from", "x", "--form", "f"), "--photos"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_missing_is_said_before_anything_is_read(why, tmp_path):
    options, words = REFUSED[why]
    done, bundle = ingested(tmp_path, folder(tmp_path, {"a": b"a"}), *options)

    assert (done.code, bundle) == (2, None)
    assert words in done.err


def test_a_destination_in_the_folder_itself_and_a_file_are_refused(tmp_path):
    source = folder(tmp_path, {"a.zip": b"PK"})
    inside = runs.hozen("ingest", source, "--output", source / "out", "--from", "x")
    file = runs.hozen("ingest", source / "a.zip", "--output", tmp_path, "--from", "x")

    assert (inside.code, file.code) == (2, 2)
    assert "must not be written to" in inside.err
    assert "put it into a folder of its own" in file.err
    assert os.listdir(source) == ["a.zip"]


def test_a_receipt_reads_itself_back_whatever_a_name_holds():
    class Event:
        type = "collection_started"

        class counterpart:  # noqa: N801 - stands for an event's field
            name = "x"

    made = Receipt(
        sender="x", collected_by="a; collected by: b\n; means: kape", means="cdir", basis="stated",
        handed_over="?",
    )  # fmt: skip
    Event.text = made.text

    assert Receipt.of(Event) == made


# Photos.


def jpeg(**tags: str) -> bytes:
    """A picture of nothing with EXIF: make, model, time, and a place."""
    ascii_ = [(0x10F, b"Maker\0"), (0x110, b"Model\0"), (0x132, b"2026:11:22 21:45:00\0")]
    entries, data, at = b"", b"", 8 + 2 + 12 * 5 + 4
    for tag, text in ascii_:
        entries += struct.pack("<HHII", tag, 2, len(text), at + len(data))
        data += text
    entries += struct.pack("<HHIHH", 0x112, 3, 1, 6, 0)
    gps = at + len(data)
    entries += struct.pack("<HHII", 0x8825, 4, 1, gps)
    data += struct.pack("<HHHI4sI", 1, 1, 2, 2, b"N\0\0\0", 0)
    tiff = b"II*\0" + struct.pack("<IH", 8, 5) + entries + b"\0\0\0\0" + data
    block = b"Exif\0\0" + tiff
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(block) + 2) + block + b"\xff\xd9"


def test_photos_stay_as_they_are_and_what_the_camera_noted_is_told(tmp_path):
    files = {
        "IMG_1.JPG": jpeg(), "IMG_2.HEIC": b"\0\0\0\x18ftypheic" + bytes(32), "note.txt": b"no",
        "broken.jpg": jpeg()[:40],
    }  # fmt: skip
    source = folder(tmp_path, files, "photos")
    (tmp_path / "sheet.jpg").write_bytes(jpeg())
    (tmp_path / "typed.toml").write_text(
        'typed_by = "佐藤"\ntyped_at = 2026-11-22T22:00:00+09:00\n[values]\nserial = "不明"\n'
    )
    done, bundle = ingested(
        tmp_path, source, "--photos", "--form", tmp_path / "sheet.jpg",
        "--values", tmp_path / "typed.toml", *STATED,
    )  # fmt: skip
    found = records(bundle)
    rows = {row["path"]: row for row in document(bundle, tmp_path, "photos.json")["photos"]}

    assert done.code == 0, done.err
    assert {name: found[f"/{name}"].content.sha256 for name in files} == {
        name: sha256(data).hexdigest() for name, data in files.items()
    }
    assert found["/IMG_1.JPG"].meta.kind == "photo"
    assert rows["/IMG_1.JPG"]["noted"]["time"] == "2026:11:22 21:45:00"
    assert rows["/IMG_1.JPG"]["noted"]["model"] == "Model"
    assert rows["/IMG_1.JPG"]["gps"] is True
    assert rows["/IMG_2.HEIC"]["type"] == "HEIC"
    assert rows["/note.txt"]["type"] is None
    assert "hozen:/form/sheet.jpg" in found
    assert statement(bundle)["means"] == "paper"
    typed = json.loads(
        (tmp_path / "case" / "hosts").glob("*/hozen/form/typed.json").__next__().read_text()
    )
    assert (typed["typed_by"], typed["values"]) == ("佐藤", {"serial": "不明"})
    assert "Paper" in make_report(tmp_path / "case", language="ja").read_text()


def archives(tmp_path: Path) -> dict[str, bytes]:
    """One of each kind, as ordinary tools make them."""
    plain, locked = io.BytesIO(), tmp_path / "locked.zip"
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("note.txt", "x")
    (tmp_path / "secret.txt").write_text("x" * 99)
    subprocess.run(
        ["zip", "-q", "-j", "-P", "infected", locked, tmp_path / "secret.txt"], check=True
    )
    tape = io.BytesIO()
    with tarfile.open(fileobj=tape, mode="w") as archive:
        archive.add(tmp_path / "secret.txt", "secret.txt")
    return {
        "plain.zip": plain.getvalue(), "locked.zip": locked.read_bytes(),
        "logs.tar": tape.getvalue(), "logs.tar.gz": gzip.compress(tape.getvalue()),
        "vendor.7z": b"7z\xbc\xaf\x27\x1c" + bytes(100),
    }  # fmt: skip


def test_archives_are_sealed_as_they_are_and_how_far_they_were_looked_into_is_said(tmp_path):
    files = archives(tmp_path)
    done, bundle = ingested(tmp_path, folder(tmp_path, files), "--from", "x")
    found = records(bundle)
    import_bundle(bundle, tmp_path / "case")
    page = make_report(tmp_path / "case", language="en").read_text()

    assert {name: found[f"/{name}"].content.sha256 for name in files} == {
        name: sha256(data).hexdigest() for name, data in files.items()
    }
    assert "Archives: 5, each sealed as it is. The rules looked one level deep into 1" in done.out
    assert "into 1 in part, into 3 not at all; 1 hold something encrypted" in done.out
    assert "Encrypted, or in part: /locked.zip (zip)" in done.out
    for name in ("logs.tar (tar)", "logs.tar.gz (gzip)", "vendor.7z (7z)"):
        assert f"Not looked into, or in part only: /{name}" in done.out
    assert "plain.zip" not in done.out
    assert found["/plain.zip"].meta.errors == []
    assert "archive: member secret.txt: encrypted" in found["/locked.zip"].meta.errors
    assert "Archives not looked into, or not wholly" in page
    assert "member secret.txt: encrypted" in page


def test_an_encrypted_archive_too_large_to_be_looked_into_is_named_as_such(tmp_path, monkeypatch):
    monkeypatch.setattr("evidence.scan.scanner.WHOLE", 1 << 20)
    monkeypatch.setattr("evidence.scan.scanner.OVERLAP", 1 << 10)
    scan = ItemScan(load_rules(rules_folder()))
    scan.update(memoryview(archives(tmp_path)["locked.zip"] + bytes(2 << 20)))
    scan.finish()

    assert (scan.archive.depth, scan.archive.encrypted) == ("closed", 1)
    assert "archive: member the first one: encrypted" in scan.errors


# What was typed from the form.

TYPED = 'typed_by = "佐藤"\ntyped_at = 2020-11-22T22:00:00+09:00\n[values]\n'
UNUSUAL = {
    "nothing": ('seal = ["A-001", "A-002"]\nmedia = ["USB 1", "USB 2"]', []),
    "nobody knew": ('seal = "不明"\nmedia = ["USB 1", "USB 2"]', []),
    "one twice": ('seal = ["A-001", "a-001"]', [("repeated", "a-001")]),
    "in full width": ('seal = ["A-001", "A-001"]', [("repeated", "A-001")]),
    "a medium twice": ('media = ["USB S/N 1", "USB S/N 1 "]', [("repeated", "USB S/N 1 ")]),
    "fewer seals": ('seal = "1234"\nmedia = ["USB 1", "USB 2"]', [("seals_and_media", None)]),
    "several in a text": ('seal = "A-1, A-2"', [("no_seal_number", "A-1, A-2")]),
    "made to be tried without end": (
        f'seal = "1{"a" * 38}!"',
        [("no_seal_number", f"1{'a' * 38}!")],
    ),
    "no number": ('seal = "封印済み"', [("no_seal_number", "封印済み")]),
    "no field": ('seals = "1"', [("not_on_form", None)]),
}


def test_a_seal_that_stands_on_another_form_of_the_case_is_noted(tmp_path):
    first, second, strange = (tmp_path / f"{name}.toml" for name in ("a", "b", "c"))
    first.write_text(TYPED + 'seal = ["A-001", "A-002"]')
    second.write_text(TYPED + 'seal = ["A-003", "a-002", "不明"]')
    strange.write_text("values")
    (note,) = typed(second, [first]).unusual

    assert (note.what, note.facts) == ("elsewhere", {"number": "a-002", "file": str(first)})
    for language in ("en", "ja"):
        assert str(first) in Texts(language)(f"ingest.unusual_{note.what}", **note.facts)
    assert typed(second).unusual == []
    with pytest.raises(TypedError, match=r"c\.toml"):
        typed(second, [first, strange])


def test_forms_in_files_of_the_same_name_are_all_compared_and_the_form_itself_is_not(tmp_path):
    files = [tmp_path / device / "values.toml" for device in ("a", "b", "c")]
    for file, seals in zip(files, ('"A-001"', '"A-002"', '["A-001", "A-002"]'), strict=True):
        file.parent.mkdir()
        file.write_text(f"{TYPED}seal = {seals}")
    (tmp_path / "link").symlink_to(tmp_path / "c")
    notes = typed(files[2], [*files, tmp_path / "link/values.toml"]).unusual

    assert [(each.facts["number"], each.facts["file"]) for each in notes] == [
        ("A-001", str(files[0])), ("A-002", str(files[1])),
    ]  # fmt: skip


def test_the_command_says_so_too_and_asks_for_values_to_compare(tmp_path):
    photos, values = folder(tmp_path, {"a.jpg": b"x"}), tmp_path / "typed.toml"
    values.write_text(TYPED + 'seal = "A-001"')
    shutil.copy(values, tmp_path / "other.toml")
    more = ("--photos", "--other-values", tmp_path / "other.toml")
    refused = runs.hozen("ingest", photos, *more, "--from", "x", "--output", tmp_path / "none")
    done, _ = ingested(tmp_path, photos, *more, "--values", values, "--from", "x")

    assert refused.code == 2
    assert done.code == 0
    assert f"seal A-001 stands in {tmp_path}/other.toml, too" in done.err


@pytest.mark.parametrize("case", UNUSUAL)
def test_what_is_unusual_of_seals_and_media_is_noted_and_never_refused(case, tmp_path):
    text, expected = UNUSUAL[case]
    (tmp_path / "typed.toml").write_text(TYPED + text)
    found = typed(tmp_path / "typed.toml")

    assert [(each.what, each.facts.get("number")) for each in found.unusual] == expected
    assert [row["what"] for row in found.document["unusual"]] == [what for what, _ in expected]
    for each in found.unusual:
        for language in ("en", "ja"):
            assert Texts(language)(f"ingest.unusual_{each.what}", **each.facts)


IMPOSSIBLE = {
    "larger than any form": "x = '" + "x" * (2 << 20) + "'",
    "too many": "\n".join(f"x{number} = ''" for number in range(300)),
    "a text without end": "seal = '" + "1" * 5000 + "'",
    "control characters": 'seal = "\\u0000"',
    "a number": "seal = 12",
    "a table": "seal = { a = '1' }",
    "a list of lists": "seal = [['1']]",
    "a list without end": "seal = [" + "'1'," * 200 + "]",
    "lists without end": "seal = " + "[" * 5000 + "]" * 5000,
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_nobody_typed_from_a_form_is_refused_in_one_line(case, tmp_path):
    (tmp_path / "typed.toml").write_text(TYPED + IMPOSSIBLE[case])

    with pytest.raises(TypedError) as refused:
        typed(tmp_path / "typed.toml")
    for language in ("en", "ja"):
        said = refused.value.sentence(language)
        assert said.startswith(f"{tmp_path}/typed.toml: ")
        assert len(said) < 500


def test_times_still_to_come_are_recorded_as_stated_and_noted(tmp_path):
    (tmp_path / "typed.toml").write_text(TYPED.replace("2020", "2999"))
    done, bundle = ingested(
        tmp_path, folder(tmp_path, {"a.jpg": jpeg()}), "--photos", "--from", "x",
        "--values", tmp_path / "typed.toml", "--received", "2999-01-01T00:00:00Z",
    )  # fmt: skip

    assert "--received 2999-01-01T00:00:00+00:00 is still to come" in done.err
    assert "typed_at 2999-11-22T22:00:00+09:00 is still to come" in done.err
    assert statement(bundle)["handed"] == "2999-01-01T00:00:00Z"
    unusual = document(bundle, tmp_path, "receipt.json")["unusual"]
    assert [each["what"] for each in unusual] == ["received_ahead"]


BLANK = [("sender", " "), ("sender", "x" * 501), ("collected_by", ""), ("medium", "\n")]


@pytest.mark.parametrize(("name", "text"), BLANK)
def test_a_statement_that_says_nothing_is_refused(name, text, tmp_path):
    delivery = Delivery(**{"folder": tmp_path, "sender": "x", name: text})
    request = Request(output=tmp_path / "out", source=str(tmp_path))

    with pytest.raises(IngestError, match="empty, or over 500 characters"):
        receiving(request, delivery, ReceivedFolder())


@pytest.mark.parametrize(
    "text", ["[values]\n", 'typed_by = "x"\ntyped_at = 2026-11-22\n[values]\n', "="]
)
def test_typed_values_without_who_and_when_are_refused(tmp_path, text):
    (tmp_path / "typed.toml").write_text(text)
    source = folder(tmp_path, {"a.jpg": jpeg()})
    done, bundle = ingested(
        tmp_path, source, "--photos", "--values", tmp_path / "typed.toml", "--from", "x"
    )

    assert (done.code, bundle) == (2, None)
    assert "typed.toml" in done.err


def test_the_form_is_one_page_on_which_everything_may_be_unknown(tmp_path):
    done = runs.hozen("ingest", "--print-form", tmp_path / "form.html", "--language", "ja")
    again = runs.hozen("ingest", "--print-form", tmp_path / "form.html")
    page = (tmp_path / "form.html").read_text()

    assert (done.code, again.code) == (0, 2)
    assert page.count("<tr ") == page.count("□ 不明") > 20
    assert "封印番号" in page
    assert "http:" not in page
