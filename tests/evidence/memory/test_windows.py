"""Images of Windows: symbols from the analyst's shelf, exactly those that the image asks for."""

import bz2
import dataclasses
import gzip
import hashlib
import json
import lzma
import struct
import uuid
import zipfile
from pathlib import Path

import memory_cases
import pytest
import windows_memory
from memory_cases import Heard, analysed

from collectors.ram.imager import imaged
from evidence.machine.host import HOST
from evidence.memory.analysis import analyse
from evidence.memory.errors import AnalysisError
from evidence.memory.symbols import pdb
from evidence.memory.symbols.pdb import Pdb, Shelf, references
from evidence.memory.systems import PLUGINS
from evidence.memory.words import in_words
from evidence.tables.rows import rows_of

WINDOWS = PLUGINS["windows"]
TREE, MFT = "windows.pstree.PsTree", "windows.mftscan.MFTScan"
IMAGE = windows_memory.image()
SAID = json.dumps({"schema": "hozen-host/1", "system": "Windows"}).encode()
WANTED = Pdb(windows_memory.PDB, windows_memory.GUID.hex.upper(), windows_memory.AGE)


def windows_case(folder, image=IMAGE):
    """What a collection of a Windows has of memory: an imager's image, and nothing of a kernel."""
    nothing = dict.fromkeys(
        (memory_cases.BTF, memory_cases.KALLSYMS, memory_cases.VERSION, memory_cases.PHYSICAL)
    )
    return memory_cases.case(folder, nothing | {HOST: SAID, imaged.ORIGIN: image})


@pytest.fixture
def few(monkeypatch):
    """The list is shorter: of the real program each plugin takes seconds."""
    fewer = dataclasses.replace(WINDOWS, run=(WINDOWS.processes, TREE))
    monkeypatch.setattr("evidence.memory.analysis.PLUGINS", {"windows": fewer})


def test_volatility_itself_lists_the_processes_of_a_windows(few, tmp_path):
    shelf = windows_memory.shelf(tmp_path / "shelf")
    made, results, folder = analysed(windows_case(tmp_path), None, symbols=[str(shelf)])

    rows = [row for _, row in rows_of(folder / f"{WINDOWS.processes}.jsonl")]
    told = [(row["PID"], row["PPID"], row["ImageFileName"].encode()) for row in rows]
    assert told == list(windows_memory.PROCESSES)
    assert (made.system, made.refused, results[WINDOWS.processes].status) == (
        "windows", None, "ran",
    )  # fmt: skip
    # The made symbols lack what this one looks at, which is said and ends nothing.
    assert (results[TREE].status, "exit status 1" in results[TREE].reason) == ("failed", True)
    (kept,) = made.symbols
    assert kept.origin == str(shelf / windows_memory.SYMBOLS)
    assert hashlib.sha256((folder / kept.file).read_bytes()).hexdigest() == kept.sha256


def test_every_plugin_of_the_list_has_a_result_and_secrets_are_left_out(tmp_path):
    shelf = windows_memory.shelf(tmp_path / "shelf")
    answers = {WINDOWS.processes: {"out": '{"PID": 4, "__children": []}\n'}}
    program = memory_cases.volatility(tmp_path, answers=answers)
    made, results, _ = analysed(windows_case(tmp_path), program, symbols=[str(shelf)])

    assert list(results) == [*WINDOWS.run, *WINDOWS.left_out]
    assert made.complete
    hashes = results["windows.registry.hashdump.Hashdump"]
    assert (hashes.status, "secrets" in hashes.reason) == ("not run", True)
    assert "秘密" in in_words(hashes.reason, "ja")


def test_without_its_symbols_it_is_refused_and_says_which_and_how_to_get_them(few, tmp_path):
    made, results, _ = analysed(windows_case(tmp_path), memory_cases.volatility(tmp_path))

    assert (made.complete, made.refused) == (False, "no_symbols")
    assert f"{WANTED.path}.json.xz is needed" in made.why
    assert f"pdbconv -p ntkrnlmp.pdb -g {WANTED.guid}1;" in made.why
    assert {each.status for each in results.values()} == {"not run"}
    japanese = in_words(made.why, "ja")
    assert "が必要です" in japanese
    assert f"-g {WANTED.guid}1 " in japanese


def test_symbols_of_another_build_are_none_of_this_one(few, tmp_path):
    shelf = windows_memory.shelf(tmp_path / "shelf")
    path = shelf / windows_memory.SYMBOLS
    path.rename(path.with_name(f"{uuid.uuid4().hex.upper()}-1.json.xz"))
    made, _, _ = analysed(
        windows_case(tmp_path), memory_cases.volatility(tmp_path), symbols=[str(shelf)]
    )

    assert made.refused == "no_symbols"
    assert WANTED.path in made.why


def test_symbols_of_other_programs_are_kept_or_named(few, tmp_path):
    shelf = windows_memory.shelf(tmp_path / "shelf")
    has, lacks = uuid.uuid4(), uuid.uuid4()
    path = shelf / "windows" / "tcpip.pdb" / f"{has.hex.upper()}-1.json"
    path.parent.mkdir()
    path.write_bytes(lzma.decompress(windows_memory.symbols(has)))
    behind = windows_memory.named("tcpip.pdb", has) + windows_memory.named("cryptdll.pdb", lacks)
    made, _, _ = analysed(
        windows_case(tmp_path, IMAGE + behind), memory_cases.volatility(
            tmp_path, answers={WINDOWS.processes: {"out": '{"PID": 4, "__children": []}\n'}}
        ), symbols=[str(shelf)],
    )  # fmt: skip

    assert made.refused is None
    assert {Path(each.file).parent.name for each in made.symbols} == {"ntkrnlmp.pdb", "tcpip.pdb"}
    (name,) = made.left_out
    assert name == f"windows/cryptdll.pdb/{lacks.hex.upper()}-1"


def test_more_builds_than_any_machine_runs_are_told(few, tmp_path):
    planted = [windows_memory.named("tcpip.pdb", uuid.UUID(int=n)) for n in range(pdb.MOST + 9)]
    made, _, _ = analysed(
        windows_case(tmp_path, IMAGE + b"".join(planted)), memory_cases.volatility(tmp_path),
        symbols=[str(windows_memory.shelf(tmp_path / "shelf"))],
    )  # fmt: skip
    why = made.left_out["windows/tcpip.pdb"]

    assert "100 builds of it or more" in why
    assert "最初の 100 種類" in in_words(why, "ja")
    assert len(made.left_out) == pdb.MOST + 1


@pytest.mark.parametrize(
    ("image", "refused", "words"),
    [
        (b"PK\x03\x04" + IMAGE, "unknown_format", "AFF4"),
        (bytes(8192), "no_symbols", "names no symbols of a Windows kernel"),
    ],
    ids=["aff4", "zeros"],
)
def test_what_is_no_image_of_a_windows_is_refused_with_its_reason(
    few, tmp_path, image, refused, words
):
    made, _, _ = analysed(windows_case(tmp_path, image), memory_cases.volatility(tmp_path))

    assert (made.complete, made.refused) == (False, refused)
    assert words in made.why
    assert in_words(made.why, "ja") != made.why


# Shelves.


PLAIN = lzma.decompress(windows_memory.symbols())
PACKED = {
    ".json": PLAIN, ".json.bz2": bz2.compress(PLAIN), ".json.gz": gzip.compress(PLAIN),
    ".json.xz": windows_memory.symbols(),
}  # fmt: skip


def zipped(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(windows_memory.SYMBOLS, windows_memory.symbols())
    return path


def folder_with_zip(path):
    path.mkdir()
    zipped(path / "windows.zip")
    return path


def inner_folder(path):
    return windows_memory.shelf(path) / "windows"


@pytest.mark.parametrize("make", [windows_memory.shelf, inner_folder, zipped, folder_with_zip])
def test_a_shelf_is_a_folder_or_a_zip_file(make, tmp_path):
    found = Shelf.of((str(make(tmp_path / "shelf")),)).find(WANTED)

    assert found is not None
    assert (found.data, found.ending) == (windows_memory.symbols(), ".json.xz")
    assert found.origin.startswith(str(tmp_path / "shelf"))


def test_a_shelf_that_is_nothing_such_is_refused_before_anything_is_made(tmp_path):
    case = windows_case(tmp_path)
    with pytest.raises(AnalysisError, match="nowhere: neither a folder nor a zip"):
        analyse(case, listener=Heard(), symbols=[str(tmp_path / "nowhere")])
    assert not (case / "memory").exists()


def test_of_several_forms_in_a_zip_file_the_smallest_is_taken(tmp_path):
    base = windows_memory.SYMBOLS.removesuffix(".json.xz")
    with zipfile.ZipFile(tmp_path / "shelf.zip", "w") as archive:
        for ending in (".json", ".json.bz2", ".json.gz", ".json.xz"):
            archive.writestr(base + ending, PACKED[ending])
    found = Shelf.of((str(tmp_path / "shelf.zip"),)).find(WANTED)

    assert found is not None
    assert (found.data, found.ending) == (PACKED[".json.xz"], ".json.xz")


def test_a_zip_file_that_is_broken_in_another_packing_is_refused(tmp_path):
    path = tmp_path / "shelf.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(windows_memory.SYMBOLS, windows_memory.symbols())
    data = bytearray(path.read_bytes())
    at = data.index(b"windows/") + len(windows_memory.SYMBOLS)
    data[at + 4 : at + 9] = b"\xff" * 5
    path.write_bytes(data)

    with pytest.raises(AnalysisError, match="shelf"):
        Shelf.of((str(path),)).find(WANTED)


def test_a_file_too_large_for_symbols_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(pdb, "LARGEST", 100)
    shelf = Shelf.of((str(zipped(tmp_path / "shelf.zip")),))

    with pytest.raises(AnalysisError, match="more than 100 bytes"):
        shelf.find(WANTED)


def test_a_broken_zip_file_is_refused(tmp_path):
    path = zipped(tmp_path / "shelf.zip")
    data = bytearray(path.read_bytes())
    at = data.index(b"windows/") + len(windows_memory.SYMBOLS) + 20
    data[at] ^= 1
    path.write_bytes(data)

    with pytest.raises(AnalysisError, match=r"shelf\.zip/.*: "):
        Shelf.of((str(path),)).find(WANTED)


@pytest.mark.parametrize("ending", PACKED)
def test_symbols_are_read_in_each_packing_and_cut_anywhere_they_are_refused(ending, tmp_path):
    path = (windows_memory.shelf(tmp_path) / windows_memory.SYMBOLS).with_suffix("")
    path.with_suffix(".json.xz").unlink()
    path = path.with_suffix(ending)
    whole = PACKED[ending]
    path.write_bytes(whole)
    found = Shelf.of((str(tmp_path),)).find(WANTED)
    assert found is not None
    assert found.data == whole

    for cut in {0, 1, 10, len(whole) // 2, len(whole) - 1}:
        path.write_bytes(whole[:cut])
        with pytest.raises(AnalysisError, match=path.name):
            Shelf.of((str(tmp_path),)).find(WANTED)


@pytest.mark.parametrize(
    "text",
    [
        b"", b"[]", b"{}", b'{"metadata": 1}', b"\xff", b"[" * 5_000_000,
        b'{"metadata": ' + b'{"a":' * 200_000,
        PLAIN.replace(b'"base_types"', b'"base"'), PLAIN.replace(b'"symbols"', b'"others"'),
    ],
    ids=range(9),
)  # fmt: skip
def test_what_is_no_file_of_symbols_is_refused(text, tmp_path):
    path = windows_memory.shelf(tmp_path) / windows_memory.SYMBOLS
    path.write_bytes(lzma.compress(text, preset=0))

    with pytest.raises(AnalysisError, match=path.name):
        Shelf.of((str(tmp_path),)).find(WANTED)


def test_symbols_that_unpack_without_end_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("evidence.memory.symbols.isffile.LARGEST", len(PLAIN) - 1)
    windows_memory.shelf(tmp_path)

    with pytest.raises(AnalysisError, match="when it is unpacked"):
        Shelf.of((str(tmp_path),)).find(WANTED)


def test_a_zip_file_with_names_that_lead_out_and_of_no_encoding_is_looked_through(tmp_path):
    path = tmp_path / "shelf.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../" + windows_memory.SYMBOLS, b"evil")
        archive.writestr("é" * 8, b"x")
    assert Shelf.of((str(path),)).find(WANTED) is None

    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xff\xff"))
    with pytest.raises(AnalysisError, match=r"shelf\.zip"):
        Shelf.of((str(path),)).find(WANTED)


def damaged(folder):
    path = windows_memory.shelf(folder) / windows_memory.SYMBOLS
    path.write_bytes(path.read_bytes()[:-40])
    return folder


def of_another_build(folder):
    path = windows_memory.shelf(folder) / windows_memory.SYMBOLS
    path.write_bytes(windows_memory.symbols(uuid.uuid4()))
    return folder


@pytest.mark.parametrize("make", [damaged, of_another_build])
def test_symbols_that_can_t_be_used_do_not_keep_others_from_being_used(make, tmp_path):
    bad, good = make(tmp_path / "bad"), windows_memory.shelf(tmp_path / "good")
    found = Shelf.of((str(bad), str(good))).find(WANTED)

    assert found is not None
    assert found.origin.startswith(str(good))


@pytest.mark.parametrize(
    ("make", "words"), [(damaged, "it is cut off"), (of_another_build, "of another build")]
)
def test_where_the_kernel_s_can_t_be_used_what_needs_none_is_run_all_the_same(
    monkeypatch, make, words, tmp_path
):
    few = dataclasses.replace(WINDOWS, run=(WINDOWS.processes, TREE, MFT))
    monkeypatch.setattr("evidence.memory.analysis.PLUGINS", {"windows": few})
    bad = make(tmp_path / "bad")
    made, results, folder = analysed(windows_case(tmp_path), None, symbols=[str(bad)])

    assert (made.complete, made.refused) == (False, "no_symbols")
    assert words in made.why
    assert [results[each].status for each in few.run] == ["not run", "not run", "ran"]
    assert {results[each].reason for each in few.run[:2]} == {made.why}
    assert json.loads((folder / "analysis.json").read_bytes())["refused"] == "no_symbols"


def test_symbols_of_another_program_that_are_damaged_end_nothing(few, tmp_path):
    shelf, has = windows_memory.shelf(tmp_path / "shelf"), uuid.uuid4()
    path = shelf / "windows" / "tcpip.pdb" / f"{has.hex.upper()}-1.json.xz"
    path.parent.mkdir()
    path.write_bytes(windows_memory.symbols(has)[:-1])
    image = IMAGE + windows_memory.named("tcpip.pdb", has)
    answers = {WINDOWS.processes: {"out": '{"PID": 4, "__children": []}\n'}}
    program = memory_cases.volatility(tmp_path, answers=answers)
    made, results, _ = analysed(windows_case(tmp_path, image), program, symbols=[str(shelf)])

    assert (made.refused, results[TREE].status) == (None, "ran")
    assert made.left_out == {f"windows/tcpip.pdb/{has.hex.upper()}-1": f"{path}: it is cut off"}


# What an image asks for.


@pytest.mark.parametrize("before", [0, pdb._PART - 60, pdb._PART - 44, pdb._PART - 10, pdb._PART])
def test_each_name_is_counted_once_wherever_it_lies(before, tmp_path):
    path = tmp_path / "image"
    path.write_bytes(bytes(before) + windows_memory.named())
    with path.open("ab") as file:
        file.truncate(pdb._PART * 2 + 5)

    assert references(path) == [WANTED]


@pytest.mark.parametrize("size", [60, pdb._PART, 2 * pdb._PART])
def test_a_name_at_the_very_end_is_found(size, tmp_path):
    path, name = tmp_path / "image", windows_memory.named("tcpip.pdb")
    with path.open("wb") as file:
        file.truncate(size - len(name))
        file.seek(0, 2)
        file.write(name)

    assert [each.name for each in references(path)] == ["tcpip.pdb"]


def test_names_that_somebody_wrote_into_memory_in_number_hide_no_other_program(tmp_path):
    path = tmp_path / "image"
    planted = [windows_memory.named("tcpip.pdb", uuid.UUID(int=n)) for n in range(3 * pdb.MOST)]
    path.write_bytes(b"".join(planted) + windows_memory.named() + planted[0])
    found = references(path)

    assert WANTED in found
    assert len(found) == pdb.MOST + 1
    assert found[0].guid == uuid.UUID(bytes_le=uuid.UUID(int=0).bytes_le).hex.upper()


def test_what_is_named_most_often_comes_first(tmp_path):
    other = uuid.uuid4()
    path = tmp_path / "image"
    path.write_bytes(
        windows_memory.named("ntoskrnl.pdb", other) + windows_memory.named() * 2
        + windows_memory.named("calc.pdb") + b"RSDS" + bytes(16) + struct.pack("<I", 1) + b"nt"
    )  # fmt: skip

    assert [each.name for each in references(path)] == ["ntkrnlmp.pdb", "ntoskrnl.pdb"]
    assert references(path)[0].key == f"{WANTED.guid}1"
