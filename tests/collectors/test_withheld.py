"""Documents and patients' data are told of, not taken; what may be an intruder's is taken."""

from __future__ import annotations

import hashlib
import json

import disks
import hosts
import pytest

from collectors.artifact import Artifact, MissingRange
from collectors.definitions.windows import RecycleBin
from collectors.disk.collecting.files import DiskFiles
from collectors.files.begun import Begun
from collectors.files.snapshot import Snapshot
from collectors.files.source import Source
from collectors.places.programs import Temporary
from collectors.privacy.allowed import ALLOWED, allowed
from collectors.privacy.private import (
    DATABASE,
    ENCRYPTED,
    EXPORT,
    HEAD,
    KINDS,
    MEDICAL,
    SQLITE,
    private,
)
from collectors.privacy.withheld import EDGE, LARGEST, Withholding
from collectors.table import EVERY

KARTE = b"%PDF-1.7 " + bytes(range(256)) * 20
DICOM = bytes(128) + b"DICM" + b"\2\0" * 500


SQLITE_HEAD = b"SQLite format 3\0"
PE = b"MZ".ljust(60, b"\0") + b"\xf8\0\0\0" + bytes(300)


def given(origin, data=b"", **options):
    return Artifact(origin, "disk", lambda: Snapshot(data, **options))


def opened(one, collector=None, source=None):
    """What the pipeline gets of what a collector gave."""
    withholding = Withholding(source or Source("/"))
    withholding.of(collector or Temporary())
    return withholding.opened(one)


def data_of(reading):
    return hosts.read(Artifact("/", "disk", lambda: reading)).data


def withheld(one):
    """The origin and the document of what is told of a file in its place."""
    instead, reading = opened(one)
    return instead.origin, json.loads(data_of(reading))


def contents(collector, source):
    """What a run takes of a collector, by origin and stream."""
    withholding, found = Withholding(source), {}
    withholding.of(collector)
    for one in collector.collect(source):
        if isinstance(one, Artifact):
            one, reading = withholding.opened(one)
            name = one.origin if one.stream is None else f"{one.origin}:{one.stream}"
            found[name] = data_of(reading)
    return found


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
        ("/partition-2/Program Files (x86)/HIS/docs/patient.pdf", "a document"),
        ("/usr/share/doc/x.pdf", None),
        ("/usr/local/his/x.pdf", "a document"),
        ("/Windows/Temp/karte.pdf", "a document"),
        ("/Windows/System32/spool/PRINTERS/00002.SPL", "a document"),
        ("raw:/home/a/karte.pdf", "a document"),
        ("/srv/a.xdw", "a document"),
        ("/srv/a.xbd", "a document"),
        ("/srv/0001.IMA", MEDICAL),
        ("/var/lib/mysql/ibdata1", DATABASE),
        ("/var/lib/mysql/mysql-bin.000001", DATABASE),
        ("/var/lib/postgresql/15/main/base/16384/2619", DATABASE),
        ("/var/lib/postgresql/15/main/base/16384/2619_fsm", DATABASE),
        ("/var/lib/postgresql/15/main/base/16384/16401.1", DATABASE),
        ("/var/lib/postgresql/15/main/global/1262", DATABASE),
        ("/var/lib/postgresql/15/main/pg_wal/000000010000000000000001", DATABASE),
        ("/InterSystems/IRIS/mgr/user/IRIS.DAT", DATABASE),
        ("/InterSystems/Cache/mgr/user/CACHE.DAT", DATABASE),
        ("/srv/検査値.tsv", "a table of values"),
        ("/srv/0012345.mml", MEDICAL),
        ("/srv/0012345.SCP", MEDICAL),
        ("/srv/0012345.ecg", MEDICAL),
        ("/Users/x/当直.ics", "a document"),
        ("/Users/x/連絡先.vcf", "a document"),
        ("/Users/x/紹介状.pages", "a document"),
        ("/Users/x/統計.numbers", "a document"),
        ("/Users/x/紹介状.wps", "a document"),
        ("/Users/x/紹介状.wbk", "a document"),
        ("/Users/x/図.odg", "a document"),
        ("/Users/x/手引.epub", "a document"),
        ("/Users/x/karte.pages.lockbit", ENCRYPTED),
        ("/Users/x/AppData/Local/Temp/staged.zip", None),  # decision 0026
        ("/Users/x/AppData/Local/Temp/staged.7z", None),
        ("/Users/x/AppData/Local/Temp/staged.rar", None),
        ("/Users/x/AppData/Local/Temp/staged.lzh", None),
        ("/etc/ssl/private/server.key", None),
        ("/backup/orca.bak", EXPORT),
        ("/backup/orca.sql", EXPORT),
        ("/backup/orca.sql.gz", EXPORT),
        ("/srv/karte.pdf.1", "a document"),
        ("/srv/karte.docx.old", "a document"),
        ("/srv/karte.bak.lockbit", ENCRYPTED),
        ("/etc/ssh/sshd_config.bak", None),
        ("/Program Files/App/run.exe.bak", None),
        ("/var/www/html/avatar.jpg.php", None),
        ("/home/x/.config/systemd/user/invoice.pdf.service", None),
        ("/Users/x/Downloads/invoice.pdf.msi", None),
        ("/srv/karte.pdf.backup", "a document"),
        ("/srv/messages.1.gz", None),
        ("/Users/x/.docx", None),
        ("/Users/x/tool", None),
        ("/$Recycle.Bin/S-1-5-21-1/$IABCDEF.pdf", None),
        ("/$Recycle.Bin/S-1-5-21-1/$RABCDEF.pdf", "a document"),
    ],
)
def test_what_is_private_is_known_by_its_name(path, what):
    assert private(path, b"") == what


@pytest.mark.parametrize(
    ("head", "what"),
    [(b"MDMP\x93\xa7", None), (b"PAGEDU64", None), (b"PAGEDUMP", None),
     (b"\x03\x03?EXPORT:V10", "a database"), (b"", "a database")],
)  # fmt: skip
def test_memory_that_windows_wrote_down_is_no_database_of_that_ending(head, what):
    assert private("/Users/x/AppData/Local/CrashDumps/a.exe.1.dmp", head) == what


@pytest.mark.parametrize(("at", "what"), [(0, None), (2 << 20, "a database")])
def test_a_sparse_dump_is_known_by_its_mark_and_a_hole_is_none(host, at, what):
    host.with_file("/Users/x/a.dmp")
    with open(host.path("/Users/x/a.dmp"), "r+b") as file:
        file.seek(at)
        file.write(b"PAGEDU64".ljust(8192, b"\1"))
        file.truncate(8 << 20)
    dump = host.source().file("/Users/x/a.dmp", "disk")

    assert list(hosts.read(dump).ranges) == [(at, 8192)]
    assert private(dump.origin, Begun(dump.open(), HEAD).head) == what


@pytest.mark.parametrize(
    ("path", "head", "what"),
    [
        ("/pacs/IM000001", DICOM, MEDICAL),
        ("/pacs/IM000001", DICOM[:130], None),
        ("/pacs/1.2.392.200036.9116.2.6.1", DICOM, MEDICAL),
        ("/pacs/CT.1.2.840.113619", DICOM, MEDICAL),
        ("/Program Files/PACS/store/0001", DICOM, MEDICAL),
        ("/ssmix2/001/0012345/20261101/ADT-00/0012345_20261101_ADT-00", b"MSH|^~", MEDICAL),
        ("/backup/orca", b"PGDMP\1\x0e", EXPORT),
        ("/backup/his", b"TAPE\0\0\3\0", EXPORT),
        ("/opt/his/patients.db", SQLITE_HEAD, SQLITE),
        ("/Users/a/AppData/Local/Google/Chrome/User Data/Default/Favicons", SQLITE_HEAD, None),
        ("/opt/his/patients.db-wal", b"\x37\x7f\x06\x82\0", SQLITE),
        ("/var/lib/rpm/rpmdb.sqlite", SQLITE_HEAD, None),
        ("/Windows/System32/x.db", SQLITE_HEAD, None),
        ("/srv/scan/0001", b"%PDF-1.4", "a document"),
        ("/var/www/html/a.php", b"%PDF-1.4", None),
        ("/ProgramData/run.jpg", PE, None),
        ("/tmp/karte.pdf", b"\x7fELF\2", None),
        ("/tmp/karte.csv", b"#!/bin/sh", None),
        ("/tmp/karte.csv", b"MZ,name,born,address,telephone" * 4, "a table of values"),
    ],
)  # fmt: skip
def test_what_is_private_is_known_by_its_head(path, head, what):
    assert private(path, head[:HEAD]) == what


def test_what_is_told_shows_size_digest_and_both_ends():
    origin, document = withheld(given("/home/a/karte.pdf", KARTE))

    assert origin == "withheld:/home/a/karte.pdf"
    assert (document["is"], document["read"]) == ("a document", len(KARTE))
    assert document["sha256"] == hashlib.sha256(KARTE).hexdigest()
    assert (document["first"], document["last"]) == (KARTE[:EDGE].hex(), KARTE[-EDGE:].hex())


@pytest.mark.parametrize("size", [0, 1, EDGE - 1, EDGE, EDGE + 1, 2 * EDGE, (1 << 20) + 5])
def test_the_ends_of_any_size_are_right(size):
    data = bytes(each % 251 for each in range(size))
    _, document = withheld(given("/home/a/x.pdf", data))

    assert (document["first"], document["last"]) == (data[:EDGE].hex(), data[-EDGE:].hex())
    assert document["sha256"] == hashlib.sha256(data).hexdigest()


def test_its_references_are_not_followed_and_nothing_of_its_middle_is_kept():
    middle = b"MIDDLE OF A PATIENT'S RECORD"
    thing = given("/home/a/x.doc", bytes(100) + middle + bytes(100))
    one, reading = opened(thing._replace(references=lambda _: ["/x"]))

    assert one.references is None
    assert middle.hex() not in data_of(reading).decode()


def test_a_file_that_cannot_be_read_to_its_end_has_no_digest():
    missing = [MissingRange(offset=3, size=5, error="EIO: bad sector")]
    _, document = withheld(given("/home/a/x.pdf", KARTE, missing=missing))

    assert (document["sha256"], document["last"]) == (None, None)
    assert document["why_not_whole"] == "EIO: bad sector"


def test_a_file_that_is_too_large_is_only_begun(host):
    stat = host.with_file("/x", "").source().look("/x")._replace(size=LARGEST + 1)
    _, document = withheld(given("/home/a/x.mdf", bytes(5000), stat=stat))

    assert (document["read"], document["sha256"]) == (EDGE, None)
    assert document["why_not_whole"] == "larger than is read"


def test_a_file_that_cannot_be_opened_is_an_error_as_without_it():
    def refuse():
        raise PermissionError(13, "Permission denied")

    with pytest.raises(PermissionError):
        opened(Artifact("/home/a/x.pdf", "disk", refuse))


class Slow(Snapshot):
    """Gives a few bytes at a time, and an error at the end."""

    def readinto(self, buffer, /):
        count = super().readinto(buffer[:50])
        if not count:
            raise OSError(5, "Input/output error")
        return count


@pytest.mark.parametrize("size", [0, 49, HEAD, 5000])
def test_what_was_looked_at_is_read_from_its_start_and_to_its_error(size):
    data = bytes(each % 251 for each in range(size))
    _, reading = opened(Artifact("/srv/x", "disk", lambda: Slow(data)))
    assert isinstance(reading, Begun)

    found, room = b"", memoryview(bytearray(40))
    while len(found) < size:
        found += room[: reading.readinto(room)]
    assert found == data
    with pytest.raises(OSError, match="Input/output"):
        reading.readinto(room)


@pytest.mark.parametrize("size", [0, 1, HEAD, (32 << 10) - 1, 32 << 10, (32 << 10) + 1, 1 << 20])
def test_a_file_that_was_looked_at_is_whole(host, size):
    data = bytes(each % 251 for each in range(251)) * (size // 251 + 1)
    host.with_file("/srv/x", data[:size])

    one, reading = opened(host.source().file("/srv/x", "disk"))

    assert one.origin == "/srv/x"
    assert hosts.read(Artifact("/srv/x", "disk", lambda: reading)).data == data[:size]
    assert (reading.changed, reading.ended, reading.stat.size) == (False, True, size)


def test_of_a_link_it_is_taken_where_it_leads(host):
    host.with_link("/tmp/a.pdf", "/home/x")

    one, reading = opened(host.source().link("/tmp/a.pdf", "disk"))

    assert (one.origin, data_of(reading)) == ("/tmp/a.pdf", b"/home/x")


def test_every_collector_that_may_take_people_s_own_is_in_the_tables_and_says_why():
    names = {each.name for each in EVERY} | {"received", "photos"}

    assert set(ALLOWED) <= names
    assert all(each.why and each.kinds <= KINDS for each in ALLOWED.values())


def test_a_collector_that_nobody_thought_of_takes_nothing_of_people_s_own():
    class New(Temporary):
        name = "new"

    assert allowed(New()) == frozenset()


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
        found = contents(DiskFiles(), source)

    assert "/Users/karte.pdf" not in found
    assert json.loads(found["withheld:/Users/karte.pdf"])["read"] == len(KARTE)
    assert found["/Users/karte.pdf:Zone.Identifier"] == b"[ZoneTransfer]"
    assert found["/Users/HOW_TO_RESTORE.txt"] == b"pay"


def test_whoever_asks_for_documents_gets_them(image):
    with disks.opened(image) as source:
        source.withholds = False
        found = contents(DiskFiles(), source)

    assert found["/Users/karte.pdf"] == KARTE


def test_the_recycle_bin_gives_names_and_not_documents(image):
    with disks.opened(image) as source:
        found = contents(RecycleBin(), source)

    assert set(found) == {
        "withheld:/$Recycle.Bin/S-1-5-21-1/$RAAAAAA.pdf",
        "/$Recycle.Bin/S-1-5-21-1/$IAAAAAA.pdf", "hozen:/recycle-bin.json",
    }  # fmt: skip
