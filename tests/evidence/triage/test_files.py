"""File-level signs: what fires, and what is only like it and doesn't."""

import contextlib
import gzip
import hashlib
import io
import json
import random

import pytest
from bundles import artifact
from hypothesis import given
from hypothesis import strategies as st
from listings import ENDINGS, START, attribute, body, line, mft_record, ward
from triages import case_of, observations, rows, rules_seen, triaged

from evidence.rulebook.index import load_index
from evidence.tool import rules_folder
from evidence.triage.files import endings, minutes, notes, times
from evidence.triage.files.file import File
from evidence.triage.files.listed import _Counts
from evidence.triage.files.marks import MARKS, entropy, is_of_no_kind, looks_random
from evidence.triage.files.mft import MftError, named

INDEX = load_index(rules_folder()).rules
NOISE = random.Random(7).randbytes(8192)
NOTE = "CODE-TO-GET-BACK.txt"


def seen(*lists):
    """Which rules fire on a listing."""
    counts = _Counts()
    for text in (each for found in lists for each in found):
        _, path, _, _, _, _, size, _, modified, changed, _ = text.split("|")
        counts.add(File(path, int(size), int(modified), int(changed), 1, 0))
    return {each.rule.rpartition(":")[2] for each in counts.observed()}


def loud(found):
    return {rule for rule in found if INDEX[rule].alarming}


# Endings and notes.


@pytest.mark.parametrize("each", [endings.Endings, minutes.Minutes])
def test_what_a_table_has_no_row_for_is_counted_in_its_last_one(each, monkeypatch):
    monkeypatch.setattr(f"{each.__module__}.ROWS", 5)
    counts = each()
    for number in range(9):
        counts.add(File(f"/srv/a.pdf.q{number}q", 1, START + 60 * number, 0, 1, 0))
    *listed, last = counts.rows()
    name, counted = ("minute", "modified") if each is minutes.Minutes else ("ending", "files")

    assert len(listed) == 5
    assert (last[name], last[counted]) == ("(others)", 4)


def test_folders_beyond_those_that_are_kept_are_told_as_more(monkeypatch):
    monkeypatch.setattr(endings, "MOST_FOLDERS", 8)
    monkeypatch.setattr(notes, "MOST_FOLDERS", 8)
    counts = notes.Notes()
    for number in range(20):
        counts.add(File(f"/srv/{number}/how to RESTORE.txt", 900, START, 0, 1, 0))

    assert all("× 8+" in told.place for told in counts.observed({}))


def test_an_ending_behind_many_kinds_of_files_is_a_sign():
    assert seen(*(ward(number, ".qx7") for number in range(4))) == {"appended_ending"}


def test_word_excel_and_pdf_are_many_kinds():
    """What an office has; they counted as two."""
    office = ("docx", "xlsx", "pdf")
    assert seen([line(f"/srv/{n % 4}/a{n}.{office[n % 3]}.qx7") for n in range(40)]) == {
        "appended_ending"
    }


@pytest.mark.parametrize("ending", [".8base", ".3q9ZkLmPx", ".1a"])
def test_an_ending_that_begins_with_a_digit_is_no_version_behind_many_kinds(ending):
    assert seen(*(ward(number, ending) for number in range(4))) == {"appended_ending"}
    assert seen([line(f"/srv/{n % 25}/a{n}{ending}") for n in range(250)]) == set()


@pytest.mark.parametrize(
    "lists",
    [
        [ward(0, ".qx7"), ward(1, ".qx7"), ward(2, ".qx7")],
        [ward(number, f".q{number}q") for number in range(40)],
        [ward(number, ".gz") for number in range(40)],
        [ward(number, ".2024-05-19") for number in range(40)],
        [ward(number, ".1") for number in range(40)],
        [ward(number, ".v2") for number in range(40)],
        [ward(number, ".20240519T120000Z") for number in range(40)],
        [[line(f"/srv/{n}/a{n}.jpg.qx7") for n in range(40)]],
        [[line(f"/srv/one/a{n}.{ENDINGS[n % 6]}.qx7") for n in range(40)]],
        [[line(f"/usr/share/{n}/a{n}.{ENDINGS[n % 6]}.qx7") for n in range(400)]],
        [[line(f"/srv/{n}/a{n}.qx7") for n in range(199)]],
    ],
    ids=["18 files", "different endings", "compressed", "dated", "numbered", "versions", "times",
         "one kind", "one folder", "of the system", "nothing before it"],
)  # fmt: skip
def test_what_is_only_like_an_ending_put_behind_is_none(lists):
    assert seen(*lists) == set()


@pytest.mark.parametrize(
    ("count", "folders", "expected"),
    [(200, 20, {"unknown_ending"}), (199, 20, set()), (200, 19, set())],
)
def test_the_threshold_of_an_unknown_ending(count, folders, expected):
    assert seen([line(f"/srv/{n % folders}/a{n}.qx7") for n in range(count)]) == expected


@pytest.mark.parametrize(
    ("count", "kinds", "folders", "expected"),
    [(20, 3, 2, {"appended_ending"}), (19, 3, 2, set()), (20, 2, 2, set()), (20, 3, 1, set())],
)
def test_the_threshold_of_an_ending_put_behind_others(count, kinds, folders, expected):
    behind = ("docx", "xlsx", "jpg")[:kinds]
    names = [f"/srv/{n % folders}/a{n}.{behind[n % kinds]}.qx7" for n in range(count)]

    assert seen([line(each) for each in names]) == expected


def test_the_files_that_were_written_first_and_last_are_shown():
    counts = endings.Endings()
    for number in range(20):
        at = (0, START + 50, START, START + 99, START + 70)[number % 5]
        ending = ("docx", "xlsx", "jpg")[number % 3]
        counts.add(File(f"/srv/{number % 2}/{number}.{ending}.q7", 1, at, 0, number, None))
    first, last = counts.observed()

    assert (first.item, last.item) == (2, 3)


def test_an_unknown_ending_on_many_files_is_weak():
    assert seen([line(f"/srv/{n % 25}/a{n}.qx7") for n in range(250)]) == {"unknown_ending"}
    assert not INDEX["unknown_ending"].alarming


def test_a_text_beside_such_an_ending_in_many_folders_is_strong():
    found = seen(*(ward(number, ".qx7", note=NOTE) for number in range(6)))

    assert found == {"appended_ending", "note_beside_ending"}
    assert INDEX["note_beside_ending"].confidence == "strong"


def years(number, name):
    """A department's folders, of the same names as every other's."""
    for year in ("令和6年度", "令和7年度"):
        for one in range(6):
            ending = ENDINGS[one % len(ENDINGS)]
            yield line(f"/share/部門{number}/{year}/a{number}{one}.{ending}.qx7")
        yield line(f"/share/部門{number}/{year}/{name}", size=1234)


def test_departments_with_the_same_years_are_no_copies_of_one_tree():
    found = seen(*(years(number, NOTE) for number in range(6)))

    assert found == {"appended_ending", "note_beside_ending"}


@pytest.mark.parametrize("name", ["LICENSE.txt", "Copying", "requirements.txt", "index.html"])
def test_what_every_project_has_is_no_note_beside_an_ending(name):
    assert seen(*(years(number, name) for number in range(6))) == {"appended_ending"}


@pytest.mark.parametrize(
    ("beside", "elsewhere", "names", "size", "is_seen"),
    [
        (5, 0, 5, 1234, True), (4, 1, 5, 1234, False),
        (5, 5, 10, 1234, True), (5, 6, 11, 1234, False),
        (8, 0, 5, 1234, True), (8, 0, 4, 1234, False),
        (8, 0, 8, 64, True), (8, 0, 8, 63, False),
        (8, 0, 8, 256 << 10, True), (8, 0, 8, (256 << 10) + 1, False),
    ],
)  # fmt: skip
def test_the_threshold_of_a_text_beside_an_ending(beside, elsewhere, names, size, is_seen):
    """Folders with it and the ending, folders with it alone, names among them, its size."""
    folders = [f"/srv/{n}/top/{n % names}" for n in range(beside + elsewhere)]
    ending = [
        line(f"{folder}/{number}.{kind}.qx7")
        for folder in [*folders[:beside], *(f"/srv/{n}/top/rest" for n in range(100, 104))]
        for number, kind in enumerate(("docx", "xlsx", "jpg"))
    ]
    text = [line(f"{folder}/{NOTE}", size=size) for folder in folders]

    found = seen(ending, text)
    assert "appended_ending" in found
    assert ("note_beside_ending" in found) is is_seen


def test_a_text_elsewhere_than_such_an_ending_is_not_beside_it():
    elsewhere = [line(f"/srv/other/{n}/{NOTE}", size=1234) for n in range(40)]

    found = seen(*(ward(number, ".qx7", note=NOTE) for number in range(6)), elsewhere)
    assert found == {"appended_ending"}


@pytest.mark.parametrize(
    ("name", "sizes", "count", "expected"),
    [
        ("how to RESTORE my data.txt", {1234}, 10, {"note_in_folders"}),
        ("復号の方法.html", {1234}, 10, {"note_in_folders"}),
        ("how to RESTORE my data.txt", {1234}, 9, set()),
        ("tests/vectors/restored.txt", {1234}, 40, set()),
        ("how to RESTORE my data.txt", range(100, 300), 100, set()),
        ("restore.exe", {1234}, 40, set()),
        ("LICENSE.txt", {1069}, 400, set()),
        ("README.txt", {1069}, 400, set()),
        ("index.html", {1069}, 400, set()),
        ("decrypt.txt", {1}, 400, set()),
    ],
    ids=["English", "Japanese", "nine", "copies of one tree", "sizes differ", "a program",
         "licence", "readme", "index", "a byte"],
)  # fmt: skip
def test_a_text_in_many_folders(name, sizes, count, expected):
    each = list(sizes)
    lists = [line(f"/srv/{n}/{name}", size=each[n % len(each)]) for n in range(count)]

    assert seen(lists) == expected


# Times.


def test_many_files_within_minutes_are_weak_and_tell_when(tmp_path):
    wards = [each for n in range(100) for each in ward(n, at=START + n * 5)]
    folder, _ = triaged(case_of(tmp_path, artifact("hozen:/bodyfile.txt", body(*wards))))
    first, last = observations(folder)

    assert {first["rule"], last["rule"]} == {"files:mass_change"}
    assert (first["at"], last["at"]) == ("2024-05-19T12:00:00Z", "2024-05-19T12:08:20Z")
    assert first["place"] == "hozen:/bodyfile.txt (× 600 / 9 min)"
    table = rows(folder, "tables/minutes.jsonl")
    assert sum(each["modified"] for each in table) == 600
    assert table[0]["minute"] == "2024-05-19T12:00:00Z"
    assert not INDEX["mass_change"].alarming


@pytest.mark.parametrize("count", [minutes.FILES - 1, minutes.FILES])
def test_the_threshold_of_a_mass_change(count):
    found = seen([line(f"/srv/{n}.docx", at=START + n) for n in range(count)])

    assert ("mass_change" in found) == (count == minutes.FILES)


def test_ten_minutes_are_looked_at_together_and_the_densest_are_told():
    counts = minutes.Minutes()
    for minute, count in ((-40, 90), (0, 1), (9, 498), (10, 1), (60, 90)):
        for number in range(count):
            at = START + 60 * minute + number % 60
            counts.add(File(f"/srv/{number}.docx", 1, at, 0, 60 * minute + number, None))
    assert list(counts.observed()) == []

    counts.add(File("/srv/last.docx", 1, START + 59, 0, 7, None))
    first, last = counts.observed()
    assert (first.item, last.item) == (0, 9 * 60 + 479)
    assert first.place == "(× 500 / 10 min)"


def test_as_many_files_over_an_hour_are_no_mass_change():
    assert seen([line(f"/srv/{n}.docx", at=START + n * 7) for n in range(600)]) == set()


# Ordinary days.

UPDATE = [
    line(f"/Windows/WinSxS/x{n}/a{n}.{('dll', 'mui', 'cat', 'manifest', 'png', 'xml')[n % 6]}",
         at=START + n // 100)
    for n in range(5000)
]  # fmt: skip
PHOTOS = [
    text
    for n in range(900)
    for text in (
        line(f"/home/a/Pictures/{n % 9}/IMG_{n}.CR2", at=START + n // 10),
        line(f"/home/a/Pictures/{n % 9}/IMG_{n}.CR2.xmp", at=START + n // 10),
        line(f"/home/a/Pictures/{n % 9}/IMG_{n}.JPG", at=START + n // 10),
    )
]
_OF_CODE = ("py", "md", "png", "json", "html", "txt", "svg", "csv")
CHECKOUT = [
    *(line(f"/home/a/work/{n % 90}/file{n}.{_OF_CODE[n % 8]}", at=START) for n in range(3000)),
    *(line(f"/home/a/work/.git/objects/{n % 256:02x}/{n:038x}", at=START) for n in range(3000)),
    *(line(f"/home/a/work/{n}/README.md", size=900, at=START) for n in range(90)),
    *(line(f"/home/a/work/node_modules/m{n}/LICENSE.txt", size=1069, at=START) for n in range(200)),
    *(line(f"/home/a/work/assets/{n % 30}/a{n}.{_OF_CODE[n % 8]}.meta", at=START)
      for n in range(600)),
    *(line(f"/home/a/work/assets/{n % 30}/b{n}.{_OF_CODE[n % 8]}.license", at=START)
      for n in range(600)),
]  # fmt: skip
BACKUPS = [line(f"/srv/{n % 40}/a{n}.{ENDINGS[n % 6]}.bak", at=START) for n in range(900)]

SYNCED = [
    line(f"/home/a/{ending}/{n % 40}/a{n}.{ENDINGS[n % 6]}.{ending}", at=START)
    for ending in ("nextcloud", "owncloud", "!sync", "drivedownload", "driveupload", "dvc")
    for n in range(900)
]


@pytest.mark.parametrize("day", [UPDATE, PHOTOS, CHECKOUT, BACKUPS, SYNCED],
                         ids=["update", "photos", "checkout", "backups", "synced"])  # fmt: skip
def test_an_ordinary_day_is_neither_strong_nor_medium(day):
    assert loud(seen(day)) == set()


# Shadow copies.

_SVI = "/System Volume Information"
_STORE = f"{_SVI}/{{a2b1}}{{3808876b-c176-4e48-b7ae-04046e6cc752}}"


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ([line(f"{_SVI}/tracking.log")], {"no_shadow_copies"}),
        ([line(f"{_SVI}/tracking.log"), line(_STORE)], set()),
        ([line("/Users/a/tracking.log")], set()),
        ([line(f"/c{_SVI}/tracking.log"), line(f"/d{_STORE}")], {"no_shadow_copies"}),
    ],
    ids=["none", "one", "no such folder", "on another volume"],
)
def test_the_folder_of_shadow_copies(lists, expected):
    assert seen(lists) == expected


# Heads.


def documents(count, data=NOISE, ending="", kinds=("docx", "jpg", "zip")):
    return [artifact(f"/srv/a{n}.{kinds[n % len(kinds)]}{ending}", data)
            for n in range(count)]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "rules"),
    [(9, {"head_differs"}), (10, {"head_differs", "many_heads_differ"})],
    ids=["nine", "ten"],
)
@pytest.mark.parametrize("ending", ["", ".qx7"])
def test_heads_that_are_random_are_weak_and_many_of_them_are_medium(tmp_path, count, rules, ending):
    folder, _ = triaged(case_of(tmp_path, *documents(count, ending=ending)))

    assert {rule for rule in rules_seen(folder) if "head" in rule} == rules


@pytest.mark.parametrize(("kinds", "is_medium"), [(("docx",), False), (("docx", "jpg"), True)])
def test_many_random_heads_of_one_ending_alone_stay_weak(tmp_path, kinds, is_medium):
    """A program may have a form of its own under a known ending."""
    folder, _ = triaged(case_of(tmp_path, *documents(10, kinds=kinds)))

    found = {rule for rule in rules_seen(folder) if "head" in rule}
    assert found == {"head_differs", *(["many_heads_differ"] if is_medium else [])}


@pytest.mark.parametrize(
    "data",
    [b"", NOISE[:1000], b"ordinary text\r\n" * 400, b"PK\x03\x04" + NOISE, b"\xff\xd8\xff" + NOISE,
     bytes(8192), gzip.compress(NOISE)],
    ids=["empty", "short", "text", "zip", "jpeg", "zeros", "gzip"],
)  # fmt: skip
def test_other_heads_are_no_sign(tmp_path, data):
    assert rules_seen(triaged(case_of(tmp_path, *documents(12, data)))[0]) == set()


def test_a_withheld_file_is_seen_by_the_first_bytes_that_are_told(tmp_path):
    def told(first):
        return json.dumps({"schema": "hozen-withheld/1", "first": first.hex()}).encode()

    things = [
        artifact("withheld:/srv/a.docx", told(NOISE[:64])),
        artifact("withheld:/srv/b.docx", told(b"PK\x03\x04" + NOISE[:60])),
        artifact("withheld:/srv/c.docx", told(b"<html>" + b"ordinary text " * 4)),
        artifact("withheld:/srv/d.docx", b"{}"),
        artifact("withheld:/srv/e.docx", b"[" * 5000),
    ]
    case = case_of(tmp_path, *things)
    (one,) = observations(triaged(case)[0])

    assert (one["item"], one["rule"]) == (1, "files:head_differs")
    assert told(NOISE[:64]).index(NOISE[:64].hex().encode()) == int(one["offset"])
    assert one["text"].startswith(NOISE[:16].hex())


@given(st.binary(max_size=300))
def test_entropy_is_between_none_and_eight_bits(data):
    assert 0 <= entropy(data) <= 8
    assert entropy(data + data) == pytest.approx(entropy(data))


@given(st.sampled_from(sorted(MARKS)), st.binary(max_size=100))
def test_a_file_that_begins_with_a_mark_is_of_a_kind(ending, data):
    for mark in MARKS[ending]:
        assert not is_of_no_kind(ending, mark + data)


def test_hashes_of_numbers_look_random_and_digits_do_not():
    noise = b"".join(hashlib.sha256(b"%d" % n).digest() for n in range(200))

    assert looks_random(noise)
    assert not looks_random(noise.hex().encode())


# The master file table.


def table(*records):
    return b"".join(records)


def record(number, name, **more):
    return mft_record(number, name, **({"born": START, "named": START} | more))


def test_a_program_whose_birth_was_put_back_is_weak_and_leads_to_its_record(tmp_path):
    data = table(
        record(0, "$MFT", parent=5),
        record(1, "Temp", folder=True),
        record(2, "a.exe", parent=1, born=START - 86400, named=START + 0.5),
        record(3, "b.exe", parent=1, born=START - 86400 + 0.25, named=START + 0.5),
        record(4, "c.docx", parent=1, born=START - 86400, named=START + 0.5),
        record(5, "d.exe", parent=1, born=START, named=START + 0.5),
        record(6, "Windows", folder=True),
        record(7, "e.dll", parent=6, born=START - 86400, named=START + 0.5),
        record(8, "mimikatz.exe", parent=1, in_use=False),
    )
    folder, _ = triaged(case_of(tmp_path, artifact("/$MFT", data)))
    found = {each["rule"]: each for each in observations(folder)}

    assert set(found) == {"files:time_put_back", "names:password_program_name"}
    put_back, name = found["files:time_put_back"], found["names:password_program_name"]
    assert (put_back["origin"], put_back["offset"]) == ("/Temp/a.exe", "2048")
    assert (name["place"], name["offset"]) == ("$MFT: 8", "8192")
    assert not INDEX["time_put_back"].alarming


def test_more_programs_than_are_kept_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(times, "MOST", 3)
    data = table(*(record(n, f"{n}.exe", born=START - 86400, named=START) for n in range(8)))
    folder, done = triaged(case_of(tmp_path, artifact("/$MFT", data)))

    assert done.seen == {"files:time_put_back": 3}
    assert [each["why"] for each in rows(folder, "unread.jsonl")] == [
        "5 more programs are not looked at"
    ]


TORN = record(0, "a")[:1022] + b"\7\7"


@pytest.mark.parametrize(
    "data", [b"FILE", NOISE, record(0, "a") + TORN + record(2, "b")], ids=["cut", "noise", "torn"]
)
def test_a_damaged_table_is_told(tmp_path, data):
    folder, done = triaged(case_of(tmp_path, artifact("/$MFT", data)))

    assert {each["examiner"] for each in rows(folder, "unread.jsonl")} == {
        "rules"
    }  # `times` has nothing to add
    assert not done.complete


@given(st.binary(min_size=900, max_size=1024))
def test_no_bytes_break_the_reader_of_records(tail):
    for data in (tail, b"FILE" + tail, record(0, "a")[:56] + attribute(0x30, tail[:200]) + tail):
        with contextlib.suppress(MftError):
            list(named(io.BytesIO(data)))


# Hostile lists.


def test_lines_that_are_none_are_counted_and_the_others_are_read(tmp_path):
    odd = ["\n", "x" * 200_000 + "\n", "0|/a|7|r/r|0|0|zero|0|0|0|0\n", "|" * 40 + "\n"]
    wards = [each for n in range(4) for each in ward(n, ".qx7")]
    folder, done = triaged(case_of(tmp_path, artifact("hozen:/bodyfile.txt", body(*odd, *wards))))

    assert rules_seen(folder) == {"appended_ending"}
    assert {each["examiner"] for each in rows(folder, "unread.jsonl")} == {
        "rules"
    }  # `files` has nothing to add
    assert not done.complete


def test_what_is_counted_is_bounded_and_the_rest_is_told(monkeypatch):
    monkeypatch.setattr(endings, "MOST_ENDINGS", 3)
    monkeypatch.setattr(notes, "MOST_NAMES", 3)
    monkeypatch.setattr(minutes, "MOST_MINUTES", 3)
    counts = _Counts()
    for n in range(10):
        counts.add(File(f"/srv/a{n}.q{n}z", 100, START + n * 60, START, 1, 0))
        counts.add(File(f"/srv/a{n}.txt", 100, START, START, 1, 0))

    assert (counts.endings.uncounted, counts.notes.uncounted, counts.minutes.uncounted) == (7, 7, 7)


def test_an_example_leads_to_its_line_of_the_body_file(tmp_path):
    wards = [each for n in range(6) for each in ward(n, ".qx7", note=NOTE, at=START + n)]
    data = body(*wards)
    folder, _ = triaged(case_of(tmp_path, artifact("hozen:/bodyfile.txt", data)))

    assert rules_seen(folder) == {"appended_ending", "note_beside_ending"}
    for each in observations(folder):
        found = data[int(each["offset"]) :].split(b"|")[0].decode()
        assert found == each["origin"] == each["text"]
        assert (each["item"], each["kind"]) == (1, "file")


def test_without_a_body_file_the_items_and_what_is_withheld_are_counted(tmp_path):
    origins = [each.split("|")[1] for n in range(4) for each in ward(n, ".qx7")]
    things = [artifact(f"withheld:{each}" if n % 2 else each, b"{}")
              for n, each in enumerate(origins)]  # fmt: skip
    folder, _ = triaged(case_of(tmp_path, *things))

    assert rules_seen(folder) == {"appended_ending"}
    assert {each["place"] for each in observations(folder)} == {"(.qx7 × 24)"}


def test_the_beginning_of_1601_is_no_time(tmp_path):
    unset = -11_644_473_600
    table = mft_record(0, "mimikatz.exe", born=unset, named=unset, in_use=False)
    folder, _ = triaged(case_of(tmp_path, artifact("/$MFT", table)))

    assert {each["at"] for each in observations(folder) if each["kind"] == "name"} == {None}
