"""Analysis: every plugin's answer is kept, and what can't be read is never called empty."""

import dataclasses
import errno
import hashlib
import importlib.util
import json
import os
import struct
import subprocess
import sys

import bundles
import kernels
import memory_cases
import pytest
from command_line import run
from memory_cases import FACTS, IMAGE, KALLSYMS, PHYSICAL, Heard, analysed, lacking

from collectors.artifact import Reason
from collectors.ram.imager import imaged
from evidence.cli import run as run_here
from evidence.cli.texts import Texts
from evidence.memory import limefile, volatility
from evidence.memory.analysis import analyse
from evidence.memory.errors import AnalysisError, ProgramError
from evidence.memory.systems import PLUGINS
from evidence.memory.volatility import find_volatility
from evidence.memory.words import in_words
from evidence.tables.rows import rows_of

LSOF, PSTREE, KMSG = "linux.lsof.Lsof", "linux.pstree.PsTree", "linux.kmsg.Kmsg"
LINUX = PLUGINS["linux"]
PROCESSES, LEFT_OUT, NOT_SHOWN = LINUX.processes, LINUX.left_out, LINUX.not_shown


@pytest.fixture
def case(tmp_path):
    return memory_cases.case(tmp_path)


@pytest.fixture(autouse=True, scope="module")
def asked_once():
    """What one interpreter's Volatility 3 says of itself takes a second, and doesn't change."""
    said, ask = {}, volatility._versions

    def versions(program):
        begins = b"".join(program.read_bytes().splitlines()[:2])
        if begins not in said:
            said[begins] = ask(program)
        return said[begins]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(volatility, "_versions", versions)
        yield


@pytest.fixture
def few(monkeypatch):
    """The list is shorter, where one plugin is looked at."""
    fewer = dataclasses.replace(LINUX, run=(PROCESSES, LSOF, KMSG))
    monkeypatch.setattr("evidence.memory.analysis.PLUGINS", {"linux": fewer})


# Images that are not what they say.


def lime(start, end, data=None):
    """A record of LiME: the header says what is told, whatever follows."""
    header = struct.pack("<IIQQQ", 0x4C694D45, 1, start, end, 0)
    return header + (bytes(end + 1 - start) if data is None else data)


PAGE = lime(0x1000, 0x1FFF)


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (b"", "is empty"),
        (PAGE + b"\0" * 4096, "at byte 4128 there is no header of it"),
        (PAGE + b"E", "at byte 4128 there is no header of it"),
        (PAGE[:31], "at byte 0 there is no header of it"),
        (PAGE + PAGE, "its header at byte 4128 tells of addresses that can't be: 1000 to 1fff"),
        (lime(0x2000, 0x1FFF, b"x"), "can't be: 2000 to 1fff"),
        (lime(0, 1 << 63, b"x"), "can't be: 0 to 8000000000000000"),
        (lime(0, (1 << 64) - 1, b"x"), "can't be: 0 to ffffffffffffffff"),
        (lime(5, 5, b"\1"), None),
    ],
    ids=range(9),
)
def test_an_image_that_is_no_lime_to_its_last_header_is_refused_with_the_place(
    few, tmp_path, image, words
):
    case = memory_cases.case(tmp_path, {PHYSICAL: image})
    made, results, folder = analysed(case, memory_cases.volatility(tmp_path))

    if words is None:
        assert made.refused is None
        return
    assert (made.complete, made.refused) == (False, "unknown_format")
    assert words in made.why
    assert in_words(made.why, "ja") != made.why
    assert {each.status for each in results.values()} == {"not run"}
    assert json.loads((folder / "analysis.json").read_bytes())["why"] == made.why


@pytest.mark.parametrize("cut", [33, 100, len(IMAGE) - 1])
def test_an_image_whose_last_record_is_cut_off_is_read_and_never_whole(few, tmp_path, cut):
    case = memory_cases.case(tmp_path, {PHYSICAL: IMAGE[:cut]})
    made, results, _ = analysed(case, memory_cases.volatility(tmp_path))

    assert (made.complete, made.refused, results[PROCESSES].status) == (False, None, "ran")
    (missing,) = made.missing
    assert (missing.offset, missing.size) == (str(cut), None)
    assert missing.error == f"its last header tells of {len(IMAGE) - cut} bytes more than are there"


def test_more_records_than_any_machine_has_are_not_counted_to_the_end(few, tmp_path, monkeypatch):
    monkeypatch.setattr(limefile, "_MOST", 10)
    image = b"".join(lime(n, n) for n in range(11))
    made, _, _ = analysed(
        memory_cases.case(tmp_path, {PHYSICAL: image}), memory_cases.volatility(tmp_path)
    )

    assert "more than 10 records" in made.why


# What is kept.


def test_every_plugin_has_a_result_that_can_be_repeated(case, tmp_path):
    made, results, folder = analysed(case, memory_cases.volatility(tmp_path))

    assert list(results) == [*LINUX.run, *LEFT_OUT]
    assert made.complete
    first = results[PROCESSES]
    assert (first.status, first.rows, first.plugin_version.count(".")) == ("ran", 1, 2)
    again = subprocess.run(
        first.command, cwd=folder, env=made.environment, capture_output=True, check=True
    )
    assert again.stdout == (folder / first.file).read_bytes()
    assert first.sha256 == hashlib.sha256(again.stdout).hexdigest()
    assert (folder / first.table).read_text() == "PID  COMM\n1    systemd\n"


def test_the_document_names_image_symbols_and_versions(case, tmp_path):
    made, _, folder = analysed(case, memory_cases.volatility(tmp_path))

    told = json.loads((folder / "analysis.json").read_bytes())
    assert told["schema"] == "hozen-memory-analysis/2"
    assert told["image"]["sha256"] == hashlib.sha256(IMAGE).hexdigest()
    assert (folder / told["image"]["path"]).read_bytes() == IMAGE
    symbols = (folder / told["symbols"][0]["file"]).read_bytes()
    assert told["symbols"][0]["sha256"] == hashlib.sha256(symbols).hexdigest()
    assert told["volatility"]["version"] == find_volatility().versions.version
    assert len(told["results"]) == len(LINUX.run) + len(LEFT_OUT)
    assert made.ended >= made.begun


def english(reasons):
    return {name: both[0] for name, both in reasons.items()}


def test_what_is_left_out_is_said_with_its_reason(case, tmp_path):
    _, results, _ = analysed(case, memory_cases.volatility(tmp_path))

    assert {name: results[name].reason for name in LEFT_OUT} == english(LEFT_OUT)
    assert {results[name].status for name in LEFT_OUT} == {"not run"}


def test_what_a_plugin_is_known_not_to_show_is_said_with_its_rows(case, tmp_path):
    _, results, _ = analysed(case, memory_cases.volatility(tmp_path))

    assert {name: each.not_shown for name, each in results.items() if each.not_shown} == english(
        NOT_SHOWN
    )


def test_the_image_of_an_imager_is_read_as_well(few, tmp_path):
    changed = {memory_cases.PHYSICAL: None, imaged.ORIGIN: IMAGE}
    made, results, folder = analysed(
        memory_cases.case(tmp_path, changed), memory_cases.volatility(tmp_path)
    )

    assert (made.complete, results[PROCESSES].rows) == (True, 1)
    assert (folder / made.image["path"]).read_bytes() == IMAGE


def test_the_image_of_an_imager_of_a_system_that_is_no_linux_is_refused_with_a_reason(tmp_path):
    changed = {memory_cases.PHYSICAL: None, imaged.ORIGIN: IMAGE, memory_cases.VERSION: None}
    made, _, _ = analysed(memory_cases.case(tmp_path, changed), memory_cases.volatility(tmp_path))

    assert (made.complete, made.refused) == (False, "no_symbols")
    assert "/proc/version: was not taken" in made.why


def test_an_image_that_is_not_whole_is_read_and_no_analysis_of_it_is_complete(few, tmp_path):
    """Every plugin ran, on zeros where 512 bytes could not be read."""
    case = memory_cases.case(tmp_path, {PHYSICAL: lacking(PHYSICAL, (1024, 512), (4000, None))})
    made, results, folder = analysed(case, memory_cases.volatility(tmp_path))
    told = json.loads((folder / "analysis.json").read_bytes())

    assert {results[each].status for each in (PROCESSES, LSOF, KMSG)} == {"ran"}
    assert (made.complete, made.refused, told["image"]["status"]) == (False, None, "partial")
    assert told["missing"] == [
        {"error": "EIO", "offset": "1024", "size": "512"},
        {"error": "EIO", "offset": "4000", "size": None},
    ]


def test_what_an_interrupted_run_left_is_read_where_there_is_no_other_image(few, tmp_path):
    changed = {PHYSICAL: None, imaged.LEFT: lacking(imaged.LEFT, (len(IMAGE), None))}
    made, results, _ = analysed(
        memory_cases.case(tmp_path, changed), memory_cases.volatility(tmp_path)
    )

    assert (made.image["origin"], results[PROCESSES].rows) == (imaged.LEFT, 1)
    assert (made.complete, len(made.missing), made.other_images) == (False, 1, [])


@pytest.mark.parametrize("order", [(imaged.LEFT, imaged.ORIGIN), (imaged.ORIGIN, imaged.LEFT)])
def test_beside_another_image_it_is_named_and_not_read(few, tmp_path, order):
    images = {imaged.LEFT: lacking(imaged.LEFT, (9, None), data=IMAGE[:9]), imaged.ORIGIN: IMAGE}
    changed = {PHYSICAL: None} | {origin: images[origin] for origin in order}
    made, _, _ = analysed(memory_cases.case(tmp_path, changed), memory_cases.volatility(tmp_path))

    assert (made.image["origin"], made.complete) == (imaged.ORIGIN, True)
    assert made.other_images == [imaged.LEFT]


def test_results_are_for_nobody_else(few, case, tmp_path):
    _, _, folder = analysed(case, memory_cases.volatility(tmp_path))

    assert folder.stat().st_mode & 0o777 == 0o700


def test_it_sees_no_network_no_settings_and_no_jsonschema(few, case, tmp_path):
    program = memory_cases.volatility(tmp_path, answers={KMSG: {"import": "jsonschema"}})

    _, results, folder = analysed(case, program)

    ((_, row),) = rows_of(folder / results[KMSG].file)
    assert row["error"].startswith("left out: ")
    assert row["home"] == str(folder / "cache")
    assert "--offline" in row["arguments"]


# What is no finding.


def test_no_process_is_a_failure_and_nothing_else_is_asked(case, tmp_path):
    program = memory_cases.volatility(tmp_path, answers={PROCESSES: {"out": "\n"}})

    made, results, folder = analysed(case, program)

    assert (made.complete, made.refused) == (False, "no_process")
    assert results[PROCESSES].status == "failed"
    assert {results[each].status for each in LINUX.run[1:]} == {"not run"}
    assert "this image was not read" in results[LSOF].reason
    assert [path.name for path in folder.glob("*.jsonl")] == [f"{PROCESSES}.jsonl"]


def test_why_the_first_plugin_failed_is_kept(case, tmp_path):
    answer = {"code": 1, "err": "Traceback\nValueError: no layer\n\n"}
    program = memory_cases.volatility(tmp_path, answers={PROCESSES: answer})

    made, _, _ = analysed(case, program)

    assert made.why.endswith("exit status 1: ValueError: no layer")


def test_five_levels_of_page_tables_are_refused(tmp_path):
    case = memory_cases.case(tmp_path, {FACTS: memory_cases.facts(five_level_paging="1")})

    made, results, folder = analysed(case, memory_cases.volatility(tmp_path))

    assert (made.complete, made.refused) == (False, "five_level_paging")
    assert {each.status for each in results.values()} == {"not run"}
    assert list(folder.glob("*.jsonl")) == []


def test_hidden_addresses_are_a_result(tmp_path):
    few = kernels.kallsyms({"_text": kernels.TEXT})
    case = memory_cases.case(tmp_path, {KALLSYMS: few})

    made, _, _ = analysed(case, memory_cases.volatility(tmp_path))

    assert (made.complete, made.refused) == (False, "no_symbols")
    assert "CONFIG_KALLSYMS_ALL" in made.why


def test_a_plugin_that_fails_is_recorded_with_what_it_gave(few, case, tmp_path):
    answer = {"out": '{"FD": 3}\n', "err": "AttributeError: socket\n", "code": 1}
    program = memory_cases.volatility(tmp_path, answers={LSOF: answer})

    made, results, folder = analysed(case, program)

    assert (results[LSOF].status, results[LSOF].rows) == ("failed", 1)
    assert results[LSOF].reason == "exit status 1: AttributeError: socket"
    assert (folder / results[LSOF].messages).read_text() == answer["err"]
    assert (made.complete, made.refused, results[KMSG].status) == (False, None, "ran")


@pytest.mark.parametrize(
    ("out", "reason"),
    [
        ("Volatility was here\n", "no row"), ('{"PID": 1}\n{"PID":', "no row"),
        ('{"PID": 1}', "no whole row"), ("[" * 100_000 + "\n", "no row"), ("17\n", "no whole row"),
    ],
)  # fmt: skip
def test_output_that_is_no_rows_is_a_failure(few, case, tmp_path, out, reason):
    program = memory_cases.volatility(tmp_path, answers={LSOF: {"out": out}})

    _, results, _ = analysed(case, program)

    assert results[LSOF].status == "failed"
    assert reason in results[LSOF].reason


def test_a_plugin_that_never_ends_is_stopped(few, case, tmp_path):
    program = memory_cases.volatility(tmp_path, answers={LSOF: {"sleep": 60}})

    _, results, _ = analysed(case, program, limit=1)

    assert results[LSOF].reason == "stopped after 1 seconds: nothing said"
    assert results[KMSG].status == "ran"


def test_a_plugin_that_prints_without_end_is_stopped(few, case, tmp_path, monkeypatch):
    monkeypatch.setattr("evidence.memory.volatility.MOST_OUTPUT", 8 << 20)
    program = memory_cases.volatility(tmp_path, answers={LSOF: {"sleep": 0.5, "size": 32 << 20}})

    _, results, folder = analysed(case, program)

    assert results[LSOF].status == "failed"
    assert (folder / results[LSOF].file).stat().st_size <= 8 << 20


# What it is made from.


def test_a_working_copy_that_was_changed_is_refused(case, tmp_path):
    (image,) = (case / "hosts").glob("*/not-placed/*")
    image.chmod(0o600)
    image.write_bytes(IMAGE[:-1] + b"\1")

    with pytest.raises(AnalysisError, match="changed since the import"):
        analysed(case, memory_cases.volatility(tmp_path))


def test_one_of_two_images_that_was_changed_is_told_before_hours_go_into_the_other(few, tmp_path):
    case = memory_cases.case(tmp_path, name="first")
    memory_cases.case(tmp_path, name="second")
    (image,) = (case / "hosts/second").glob("not-placed/*")
    image.chmod(0o600)
    image.write_bytes(IMAGE[:-1] + b"\1")
    program = memory_cases.volatility(tmp_path)

    with pytest.raises(AnalysisError, match=r"second/.*changed since the import"):
        analyse(case, listener=Heard(), program=program)
    assert not (case / "memory").exists()
    (made,) = analyse(case, listener=Heard(), program=program, bundles=["first"])
    assert made.complete


def test_records_that_were_not_signed_are_refused(case, tmp_path):
    """Else an image and its record, both changed, would be read as what was taken."""
    (image,) = (case / "hosts").glob("*/not-placed/*")
    (records,) = (case / "hosts").glob("*/items.jsonl")
    for path in (image, records):
        path.chmod(0o600)
    image.write_bytes(IMAGE[:-1] + b"\1")
    digests = [hashlib.sha256(data).hexdigest().encode() for data in (IMAGE, image.read_bytes())]
    assert digests[0] in records.read_bytes()
    records.write_bytes(records.read_bytes().replace(*digests))

    program = memory_cases.volatility(tmp_path)
    for language, said in (
        ("en", "not the records that were signed"),
        ("ja", "署名された項目記録"),
    ):
        ended = run("memory", "analyse", case, "--volatility", program, "--language", language)
        assert (ended.code, ended.out) == (2, "")
        assert f"{records}: {said}" in ended.err
    assert not (case / "memory").exists()


def test_a_log_that_is_not_intact_proves_no_records(case, tmp_path):
    event = case / "bundles/bundle/custody/00002.json"
    event.chmod(0o600)
    event.write_bytes(event.read_bytes().replace(b'"at":"20', b'"at":"21'))

    ended = run("memory", "analyse", case, "--volatility", memory_cases.volatility(tmp_path))
    assert ended.code == 1
    assert "bundles/bundle" in ended.err


def test_an_image_behind_a_link_is_refused(case, tmp_path):
    (image,) = (case / "hosts").glob("*/not-placed/*")
    image.rename(tmp_path / "elsewhere")
    image.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(AnalysisError, match="not-placed"):
        analysed(case, memory_cases.volatility(tmp_path))


def test_no_image_no_analysis(tmp_path):
    gap = bundles.gap(PHYSICAL, Reason.DENIED)
    case = memory_cases.case(tmp_path, {PHYSICAL: gap, FACTS: None})

    with pytest.raises(AnalysisError, match="no image of memory was taken: bundle: denied: EACCES"):
        analysed(case, memory_cases.volatility(tmp_path))


def put_aside(case, collector):
    """What an import puts aside of an item that an interruption left without a record."""
    (host,) = (case / "hosts").iterdir()
    (host / "unfinished-1").write_bytes(IMAGE[:40])
    said = {"file": "unfinished-1", "item": 3, "size": 40, "sha256": "0" * 64, "first": 1,
            "last": 2, "collector": collector, "phase": "memory"}  # fmt: skip
    (host / "unfinished.jsonl").write_text(json.dumps(said) + "\n")


def test_a_part_of_an_image_that_has_no_record_is_named_where_there_is_no_other(tmp_path):
    case = memory_cases.case(tmp_path, {PHYSICAL: None})
    put_aside(case, "memory")

    with pytest.raises(AnalysisError, match=r"A PART OF ONE IS THERE.*/unfinished-1 \(40 bytes\)"):
        analysed(case, memory_cases.volatility(tmp_path))


@pytest.mark.parametrize(("collector", "named"), [("memory", 1), ("process-memory", 0)])
def test_beside_another_image_it_is_named_too(few, case, tmp_path, collector, named):
    put_aside(case, collector)
    made, _, _ = analysed(case, memory_cases.volatility(tmp_path))

    assert list(made.unfinished) == ["unfinished-1 (40 bytes)"][:named]


def test_nothing_imported_no_analysis(tmp_path):
    with pytest.raises(AnalysisError, match="nothing was imported"):
        analyse(tmp_path, listener=Heard(), program=memory_cases.volatility(tmp_path))


def test_only_what_is_asked_for(case, tmp_path):
    with pytest.raises(AnalysisError, match="other: not in this case: bundle"):
        analyse(case, listener=Heard(), bundles=["other"])


@pytest.mark.parametrize("text", ["", "#!/bin/sh\n", "#!/usr/bin/false-python3\n"])
def test_what_is_no_volatility_is_refused(text, tmp_path):
    program = tmp_path / "vol"
    program.write_text(text)
    program.chmod(0o755)

    with pytest.raises(ProgramError, match="vol: "):
        find_volatility(str(program))


@pytest.mark.parametrize(
    ("error", "language", "says"),
    [
        (OSError(errno.EIO, "Input/output error"), "en", "unfinished, and no result"),
        (KeyboardInterrupt(), "ja", "結果とはみなしません(analysis.json がありません)"),
    ],
    ids=["medium", "ended"],
)
def test_a_folder_that_stays_without_its_document_is_named(
    case, tmp_path, monkeypatch, capsys, error, language, says
):
    def failing(*_, **__):
        raise error

    monkeypatch.setattr("evidence.memory.analysis.lacking", failing)
    command = ["memory", "analyse", "--quiet", str(case)]
    code = run_here([*command, "--volatility", memory_cases.volatility(tmp_path)], Texts(language))

    (left,) = (case / "memory" / "bundle").iterdir()
    first, last = filter(None, capsys.readouterr().err.splitlines())
    assert (code, first.startswith(f"hozen: {left}: "), says in first) == (4, True, True)
    assert last.startswith("hozen: ")


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENOMEM, errno.EIO])
def test_a_machine_that_runs_out_is_no_other_volatility(tmp_path, monkeypatch, number):
    program = tmp_path / "vol"
    program.write_text(f"#!{tmp_path}/python3\n")
    program.chmod(0o755)

    def failing(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("evidence.memory.volatility.subprocess.Popen", failing)
    with pytest.raises(OSError, match=os.strerror(number)):
        find_volatility(str(program))


def test_why_a_volatility_does_not_say_its_version_is_said(tmp_path):
    python = tmp_path / "python3"
    python.write_text("#!/bin/sh\necho 'OSError: Too many open files' >&2; exit 1\n")
    program = tmp_path / "vol"
    program.write_text(f"#!{python}\n")
    for each in (python, program):
        each.chmod(0o755)

    with pytest.raises(ProgramError, match=r"it is: OSError: Too many open files$"):
        find_volatility(str(program))


def test_no_volatility_is_said(tmp_path):
    with pytest.raises(ProgramError, match=r"no such program.*hozen\[memory\]"):
        find_volatility(str(tmp_path / "vol"))


def test_a_script_behind_a_long_path_is_asked_as_well(tmp_path):
    program = tmp_path / "vol"
    program.write_text(f"#!/bin/sh\n'''exec' \"{sys.executable}\" \"$0\" \"$@\"\n' '''\n")
    program.chmod(0o755)

    assert PROCESSES in find_volatility(str(program)).versions.plugins


# The real one.


@pytest.mark.parametrize("system", PLUGINS)
def test_every_plugin_of_the_list_exists(system):
    known, run = find_volatility().versions.plugins, PLUGINS[system].run

    assert set(run) <= set(known)
    assert len(set(run)) == len(run)
    assert not set(run) & set(PLUGINS[system].left_out)


def test_volatility_itself_says_that_this_is_no_image(case):
    assert importlib.util.find_spec("volatility3")

    made, results, folder = analysed(case, None)

    assert (made.refused, results[PROCESSES].status) == ("no_process", "failed")
    assert "exit status 1" in results[PROCESSES].reason
    assert os.listdir(folder / "symbols") == ["linux-6.1.0-test.json.xz"]


def test_volatility_itself_opens_the_image_and_the_symbols_from_where_it_is_run(
    few, case, tmp_path
):
    made, _, folder = analysed(case, memory_cases.volatility(tmp_path))
    real = find_volatility()

    def rows(plugin):
        output = folder / f"{plugin}.jsonl"
        run = real.run(plugin, made.image["path"], folder, output, limit=60)
        assert run.error == ""
        return [row for _, row in rows_of(output)]

    (banner,) = rows("banners.Banners")
    assert (banner["Offset"], banner["Banner"]) == (0x1000, kernels.BANNER.decode().strip())
    assert folder.name in "".join(row["URI"] for row in rows("isfinfo.IsfInfo"))
