"""What an MFT lists: told once beside a body file, and counted where there is none."""

from collections import Counter
from io import BytesIO

from bundles import artifact
from listings import ENDINGS, START, body, line, mft_record
from triages import case_of, observations, rows, triaged

from evidence.triage import by_rules
from evidence.triage.files import listed
from evidence.triage.files.mft import Folders, named

NOTE = "Restore-My-Files.txt"


def table(*, wards=4, ending=".lockbit", **more):
    """Records of folders of people's files with an ending put behind, a note in each."""
    records = [mft_record(n, f"${n}", born=START, named=START) for n in range(6)]
    for ward in range(wards):
        parent = len(records)
        records.append(mft_record(parent, f"ward-{ward}", born=START, named=START, folder=True))
        for each, kind in enumerate(ENDINGS):
            name = f"report-{each}.{kind}{ending}"
            records.append(
                mft_record(len(records), name, parent=parent, born=START, named=START, **more)
            )
        records.append(
            mft_record(len(records), NOTE, parent=parent, born=START, named=START, size=1234)
        )
    return b"".join(records)


def listing(*, wards=4, ending=".lockbit", before=""):
    return body(
        *(
            line(f"{before}/ward-{ward}/{name}")
            for ward in range(wards)
            for name in (NOTE, *(f"report-{n}.{kind}{ending}" for n, kind in enumerate(ENDINGS)))
        )
    )


def signs(folder):
    return [each for each in observations(folder) if each["kind"] == "file"]


def counts(folder):
    return Counter(each["rule"] for each in observations(folder) if each["kind"] == "name")


# Told once.


def test_a_name_in_an_mft_and_in_a_body_file_is_told_once(tmp_path):
    things = artifact("/$MFT", table()), artifact("hozen:/bodyfile.txt", listing())
    for number, order in enumerate((things, things[::-1])):
        name = f"bundle-{number}"
        folder, _ = triaged(case_of(tmp_path, *order, name=name), bundles=[name])

        assert counts(folder) == {"names:lockbit_2_ending": 24, "names:lockbit_2_note_name": 4}


def test_what_an_item_or_a_shadow_copy_repeats_is_not_told_again(tmp_path):
    item = "withheld:/partition-2/ward-0/report-0.docx.lockbit"
    things = (
        artifact(item, b"{}"), artifact("/partition-2/$MFT", table()),
        artifact("shadow:1:/partition-2/$MFT", table(wards=5)),
        artifact("shadow:2:/partition-2/$MFT", table(wards=5)),
    )  # fmt: skip
    folder, _ = triaged(case_of(tmp_path, *things))

    assert counts(folder) == {"names:lockbit_2_ending": 30, "names:lockbit_2_note_name": 5}
    assert "shadow:1:/partition-2/ward-4/report-0.docx.lockbit" in {
        each["origin"] for each in observations(folder)
    }


def test_names_beyond_those_that_are_kept_are_told_to_be_uncertain(tmp_path, monkeypatch):
    monkeypatch.setattr(by_rules, "MOST_NAMES", 3)
    things = artifact("/$MFT", table()), artifact("hozen:/bodyfile.txt", listing())
    folder, done = triaged(case_of(tmp_path, *things))

    (said,) = rows(folder, "unread.jsonl")
    assert said["why"] == f"{sum(counts(folder).values()) - 3} names may have been told twice"
    assert not done.complete


def test_deleted_files_of_one_name_are_each_told(tmp_path):
    data = table(wards=0) + b"".join(
        mft_record(n, "mimikatz.exe", born=START, named=START, in_use=False) for n in (6, 7)
    )
    folder, _ = triaged(case_of(tmp_path, artifact("/$MFT", data)))

    assert counts(folder) == {"names:password_program_name": 2}


# Counted where there is no body file.


def test_without_a_body_file_the_files_of_an_mft_are_counted(tmp_path):
    folder, _ = triaged(case_of(tmp_path, artifact("/$MFT", table(wards=6, ending=".qx7"))))
    found = {each["rule"]: each for each in signs(folder)}

    assert set(found) == {"files:appended_ending", "files:note_beside_ending"}
    note = found["files:note_beside_ending"]
    assert note["place"] == "$MFT: 13 (× 6, .qx7)"
    assert (note["origin"], note["offset"]) == (f"/ward-0/{NOTE}", str(13 * 1024))
    assert note["at"] == "2024-05-19T12:00:00Z"


def test_items_and_records_of_one_file_are_counted_once(tmp_path):
    items = [artifact(f"/ward-0/report-{n}.{kind}.qx7", b"{}") for n, kind in enumerate(ENDINGS)]
    folder, _ = triaged(case_of(tmp_path, *items, artifact("/$MFT", table(ending=".qx7"))))

    assert {each["place"].rpartition("(")[2] for each in signs(folder)} == {".qx7 × 24)"}


def test_items_beyond_those_that_are_kept_are_told_to_be_counted_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(listed, "MOST_HEARD", 4)
    items = [artifact(f"/ward-0/report-{n}.{kind}.qx7", b"{}") for n, kind in enumerate(ENDINGS)]
    folder, _ = triaged(case_of(tmp_path, *items, artifact("/$MFT", table(ending=".qx7"))))

    # The MFT itself is an item, too.
    assert [each["why"] for each in rows(folder, "unread.jsonl")] == [
        "3 items may be counted twice, as records of an MFT"
    ]


def test_deleted_records_folders_and_shadow_copies_are_not_counted(tmp_path):
    things = (
        artifact("/$MFT", table(ending=".qx7", in_use=False)),
        artifact("shadow:1:/$MFT", table(ending=".qx7")),
    )
    folder, _ = triaged(case_of(tmp_path, *things))

    assert signs(folder) == []


def test_beside_a_body_file_an_mft_is_not_counted(tmp_path):
    things = artifact("/$MFT", table(ending=".qx7")), artifact("hozen:/bodyfile.txt", listing())
    folder, _ = triaged(case_of(tmp_path, *things))

    assert {each["text"] for each in signs(folder)} == {"/ward-0/report-0.docx.lockbit"}


# Where a file is.


def test_a_folder_that_lies_in_itself_is_said_to_be_unknown():
    ring = mft_record(0, "a" * 200, parent=0, born=START, named=START, folder=True)
    path = Folders.of(BytesIO(ring)).path(next(named(BytesIO(ring))))

    assert path.startswith("/…/")
    assert len(path) < 5000


def test_a_file_is_not_put_into_the_folder_that_took_its_own_folder_s_record():
    folder = bytearray(mft_record(0, "payroll", born=START, named=START, folder=True))
    note = mft_record(1, NOTE, parent=0, born=START, named=START, in_use=False)
    before = bytes(folder) + note
    folder[16:18] = b"\2\0"  # given anew
    after = bytes(folder) + note

    for table_, path in ((before, f"/payroll/{NOTE}"), (after, f"/…/{NOTE}")):
        _, found = named(BytesIO(table_))
        assert Folders.of(BytesIO(table_)).path(found) == path
