"""Documents and patients' data are told of, not taken; what may be an intruder's is taken."""

from __future__ import annotations

import hashlib
import json

import disks
import hosts
import pytest

from collectors.artifact import Artifact, Gap, MissingRange, Reason
from collectors.definitions.windows import RecycleBin
from collectors.disk.files import DiskFiles
from collectors.snapshot import Snapshot
from collectors.source import Source
from collectors.withheld import EDGE, ENCRYPTED, LARGEST, SAMPLES, private, withholding

KARTE = b"%PDF-1.7 " + bytes(range(256)) * 20
DICOM = bytes(128) + b"DICM" + b"\2\0" * 500


def given(origin, data=b"", **options):
    return Artifact(origin, "disk", lambda: Snapshot(data, **options))


def told(one):
    return json.loads(hosts.read(one).data)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/Users/x/Documents/カルテ.DOCX", "a document"),
        ("/Users/x/Desktop/一太郎.jtd", "a document"),
        ("/Users/x/Pictures/a.jpg", "a picture, sound or film"),
        ("/ProgramData/pacs/1.dcm", "a medical record or image"),
        ("/Program Files/db/data/ibdata1.ibd", "a database"),
        ("/Windows/Temp/orca.mdf", "a database"),
        ("deleted:/Users/x/karte.pdf", "a document"),
        ("/Users/x/karte.docx.lockbit", ENCRYPTED),
        ("/partition-2/share/a.xlsx.[id-1].abc", ENCRYPTED),
        ("/Users/x/invoice.pdf.exe", None),
        ("/Users/x/note.docx.txt", None),
        ("/Users/x/karte.docx.lnk", None),
        ("/Users/x/Desktop/README_TO_RESTORE.txt", None),
        ("/Users/x/run.ps1", None),
        ("/Windows/Web/Wallpaper/img0.jpg", None),
        ("/Windows.old/Windows/Web/img0.jpg", None),
        ("/partition-2/Program Files (x86)/x/help.pdf", None),
        ("/usr/share/doc/x.pdf", None),
        ("/Users/x/.docx", None),
        ("/Users/x/tool", None),
        ("/$Recycle.Bin/S-1-5-21-1/$IABCDEF.pdf", None),
        ("/$Recycle.Bin/S-1-5-21-1/$RABCDEF.pdf", "a document"),
    ],
)
def test_what_is_private_is_known_by_its_name(path, what):
    assert private(given(path)) == what


@pytest.mark.parametrize(
    ("head", "what"),
    [(b"MDMP\x93\xa7", None), (b"PAGEDU64", None), (b"PAGEDUMP", None),
     (b"\x03\x03?EXPORT:V10", "a database"), (b"", "a database")],
)  # fmt: skip
def test_memory_that_windows_wrote_down_is_no_database_of_that_ending(head, what):
    assert private(given("/Users/x/AppData/Local/CrashDumps/a.exe.1.dmp", head)) == what


@pytest.mark.parametrize(("at", "what"), [(0, None), (2 << 20, "a database")])
def test_a_sparse_dump_is_known_by_its_mark_and_a_hole_is_none(host, at, what):
    host.with_file("/Users/x/a.dmp")
    with open(host.path("/Users/x/a.dmp"), "r+b") as file:
        file.seek(at)
        file.write(b"PAGEDU64".ljust(8192, b"\1"))
        file.truncate(8 << 20)
    dump = host.source().file("/Users/x/a.dmp", "disk")

    assert list(hosts.read(dump).ranges) == [(at, 8192)]
    assert private(dump) == what


def test_a_medical_image_without_an_ending_is_known_by_its_mark():
    assert private(given("/pacs/IM000001", DICOM)) == "a medical record or image"
    assert private(given("/pacs/IM000001", DICOM[:130])) is None


def test_what_is_told_shows_size_digest_and_both_ends():
    (one,) = withholding([given("/home/a/karte.pdf", KARTE)], Source("/"))

    assert one.origin == "withheld:/home/a/karte.pdf"
    document = told(one)
    assert (document["is"], document["read"]) == ("a document", len(KARTE))
    assert document["sha256"] == hashlib.sha256(KARTE).hexdigest()
    assert (document["first"], document["last"]) == (KARTE[:EDGE].hex(), KARTE[-EDGE:].hex())


@pytest.mark.parametrize("size", [0, 1, EDGE - 1, EDGE, EDGE + 1, 2 * EDGE, (1 << 20) + 5])
def test_the_ends_of_any_size_are_right(size):
    data = bytes(each % 251 for each in range(size))
    (one,) = withholding([given("/home/a/x.pdf", data)], Source("/"))

    document = told(one)
    assert (document["first"], document["last"]) == (data[:EDGE].hex(), data[-EDGE:].hex())
    assert document["sha256"] == hashlib.sha256(data).hexdigest()


def test_its_references_are_not_followed_and_nothing_of_its_middle_is_kept():
    middle = b"MIDDLE OF A PATIENT'S RECORD"
    thing = given("/home/a/x.doc", bytes(100) + middle + bytes(100))
    (one,) = withholding([thing._replace(references=lambda _: ["/x"])], Source("/"))

    assert one.references is None
    assert middle.hex() not in hosts.read(one).data.decode()


def test_a_file_that_cannot_be_read_to_its_end_has_no_digest():
    missing = [MissingRange(offset=3, size=5, error="EIO: bad sector")]
    (one,) = withholding([given("/home/a/x.pdf", KARTE, missing=missing)], Source("/"))

    document = told(one)
    assert (document["sha256"], document["last"]) == (None, None)
    assert document["why_not_whole"] == "EIO: bad sector"


def test_a_file_that_is_too_large_is_only_begun(host):
    stat = host.with_file("/x", "").source().look("/x")._replace(size=LARGEST + 1)
    (one,) = withholding([given("/home/a/x.mdf", bytes(5000), stat=stat)], Source("/"))

    document = told(one)
    assert (document["read"], document["sha256"]) == (EDGE, None)
    assert document["why_not_whole"] == "larger than is read"


def test_a_file_that_cannot_be_opened_is_an_error_as_without_it():
    def refuse():
        raise PermissionError(13, "Permission denied")

    (one,) = withholding([Artifact("/home/a/x.pdf", "disk", refuse)], Source("/"))

    with pytest.raises(PermissionError):
        one.open()


def test_gaps_pass():
    gap = Gap(origin="/home/a/x.pdf", kind="disk", reason=Reason.DENIED)

    assert list(withholding([gap], Source("/"))) == [gap]


def test_a_few_encrypted_files_are_taken_and_the_rest_told_of():
    things = [given(f"/share/{n}.docx.locked", b"x") for n in range(5)]

    origins = [one.origin for one in withholding(things, Source("/"), samples=SAMPLES)]

    assert origins == [
        "/share/0.docx.locked", "/share/1.docx.locked", "/share/2.docx.locked",
        "withheld:/share/3.docx.locked", "withheld:/share/4.docx.locked",
    ]  # fmt: skip


@pytest.fixture
def host(tmp_path):
    return hosts.linux(tmp_path)


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    path = tmp_path_factory.mktemp("private")
    image = disks.ntfs(path / "disk.img")
    with disks.mounted_ntfs(image, path / "mounted") as folder:
        (folder / "Windows/System32/config").mkdir(parents=True)
        (folder / "$Recycle.Bin/S-1-5-21-1").mkdir(parents=True)
        (folder / "$Recycle.Bin/S-1-5-21-1/$RAAAAAA.pdf").write_bytes(KARTE)
        (folder / "$Recycle.Bin/S-1-5-21-1/$IAAAAAA.pdf").write_bytes(b"\2\0")
        (folder / "Users").mkdir()
        (folder / "Users/karte.pdf").write_bytes(KARTE)
        (folder / "Users/karte.pdf:Zone.Identifier").write_bytes(b"[ZoneTransfer]")
        (folder / "Users/again.bin").hardlink_to(folder / "Users/karte.pdf")
        (folder / "Users/HOW_TO_RESTORE.txt").write_bytes(b"pay")
    return image


def test_on_a_disk_documents_stay_and_their_streams_come(image):
    with disks.opened(image) as source:
        found = disks.contents(DiskFiles(), source)

    assert "/Users/karte.pdf" not in found
    assert json.loads(found["withheld:/Users/karte.pdf"])["read"] == len(KARTE)
    assert found["/Users/karte.pdf:Zone.Identifier"] == b"[ZoneTransfer]"
    assert found["/Users/HOW_TO_RESTORE.txt"] == b"pay"


def test_whoever_asks_for_documents_gets_them(image):
    with disks.opened(image) as source:
        source.withholds = False
        found = disks.contents(DiskFiles(), source)

    assert found["/Users/karte.pdf"] == KARTE


def test_the_recycle_bin_gives_names_and_not_documents(image):
    with disks.opened(image) as source:
        found = disks.contents(RecycleBin(), source)

    assert set(found) == {
        "withheld:/$Recycle.Bin/S-1-5-21-1/$RAAAAAA.pdf",
        "/$Recycle.Bin/S-1-5-21-1/$IAAAAAA.pdf", "hozen:/recycle-bin.json",
    }  # fmt: skip
