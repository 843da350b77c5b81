"""`hozen memory symbols` and `hozen memory analyse`: the analyst's transcripts."""

import json
import lzma
import re

import bundles
import kernels
import memory_cases
import pytest
from command_line import run
from memory_cases import FACTS, IMAGE, KALLSYMS, PHYSICAL, lacking

from collectors.ram.imager import imaged
from evidence.intake import import_bundle
from evidence.memory.plugins.linux import LINUX

NAME = "linux-6.1.0-test.json.xz"


@pytest.fixture
def bundle(tmp_path):
    return bundles.sealed(tmp_path / "bundle", volumes=[memory_cases.things()])


@pytest.fixture
def key(tmp_path):
    (tmp_path / "key.txt").write_text(f"{bundles.IDENTITY}\n")
    return tmp_path / "key.txt"


@pytest.fixture
def loose(tmp_path):
    files = {"btf": kernels.types().data(), "kallsyms": kernels.kallsyms()}
    files |= {"version": kernels.BANNER, "vmcoreinfo": kernels.VMCOREINFO.encode()}
    given = []
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        given += [f"--{name}", tmp_path / name]
    return given


def symbols_in(path):
    return json.loads(lzma.decompress(path.read_bytes()))["symbols"]


# Symbols.


def test_symbols_of_a_bundle_are_named_after_its_kernel(bundle, key, tmp_path):
    ended = run("memory", "symbols", bundle, "--identity", key, cwd=tmp_path)

    assert ended.code == 0
    assert f"Symbols: {NAME}\n" in ended.out
    assert "put the file into a folder" in ended.err
    assert "kallsyms_num_syms" in symbols_in(tmp_path / NAME)


def test_the_same_for_machines(bundle, key, tmp_path):
    ended = run("memory", "symbols", bundle, "--identity", key, "--json", cwd=tmp_path)

    told = json.loads(ended.out)
    assert (told["schema"], told["release"]) == ("hozen-symbols/1", "6.1.0-test")
    assert told["shift"] == kernels.SHIFT


def test_bundle_case_and_loose_files_give_the_same(bundle, key, loose, tmp_path):
    import_bundle(bundle, tmp_path / "case", identities=[bundles.IDENTITY])

    run("memory", "symbols", bundle, "--identity", key, "--output", tmp_path / "a.json.xz")
    run("memory", "symbols", tmp_path / "case", "--output", tmp_path / "b.json.xz")
    run("memory", "symbols", *loose, "--output", tmp_path / "c.json.xz")

    first = (tmp_path / "a.json.xz").read_bytes()
    assert first == (tmp_path / "b.json.xz").read_bytes() == (tmp_path / "c.json.xz").read_bytes()


def test_modules_and_a_system_map_can_be_given_as_files(loose, tmp_path):
    (tmp_path / "af_packet").write_bytes(kernels.module(kernels.types()))
    (tmp_path / "odd").write_bytes(b"nothing")
    (tmp_path / "kallsyms").write_bytes(kernels.kallsyms({"_text": kernels.TEXT}))
    (tmp_path / "map").write_bytes(kernels.kallsyms(shift=0))
    more = ["--system-map", tmp_path / "map", "--module", tmp_path / "af_packet"]

    ended = run("memory", "symbols", *loose, *more, "--module", tmp_path / "odd", cwd=tmp_path)

    assert ended.code == 0
    assert "Left out: types of the module odd: no BTF" in ended.out
    assert symbols_in(tmp_path / NAME)["init_task"]["address"] == kernels.SYMBOLS["init_task"]


@pytest.mark.parametrize(
    ("arguments", "code", "english", "japanese"),
    [
        ([], 2, "Name a bundle or a case", "どちらか一方"),
        (["bundle", "--btf", "x"], 2, "Name a bundle or a case", "どちらか一方"),
        (["--kallsyms", "kallsyms"], 2, "are all needed", "すべて必要"),
        (["bundle", "--identity", "key.txt", "--output", "bundle/x"], 2, "among the", "証拠の中"),
        (["bundle", "--identity", "key.txt", "--output", "taken"], 2, "exists already", "すでに"),
        (["bundle"], 3, "not opened", "開いていません"),
        (["nowhere"], 2, "not a bundle", "保全データではありません"),
    ],
)
def test_refuses_in_one_line(arguments, code, english, japanese, bundle, key, loose, tmp_path):
    (tmp_path / "taken").write_text("mine")
    for language, words in (("en", english), ("ja", japanese)):
        ended = run("memory", "symbols", *arguments, "--language", language, cwd=tmp_path)

        assert (ended.code, ended.out) == (code, "")
        assert words in ended.err
        assert ended.err.count("\n") == 1
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_case_of_several_bundles_wants_one_named(tmp_path):
    case = memory_cases.case(tmp_path, name="one")
    memory_cases.case(tmp_path, name="two")

    unnamed = run("memory", "symbols", case, cwd=tmp_path)
    inside = run("memory", "symbols", case, "--bundle", "two", "--output", case / "hosts/two/x")

    assert (unnamed.code, "one, two" in unnamed.err) == (2, True)
    assert (inside.code, "among the evidence" in inside.err) == (2, True)
    assert run("memory", "symbols", case, "--bundle", "two", cwd=tmp_path).code == 0


def test_a_partial_bundle_is_taken_when_allowed(tmp_path):
    writer = bundles.writer_at(tmp_path / "partial", recipients=())
    writer.abandon()

    refused = run("memory", "symbols", tmp_path / "partial")
    allowed = run("memory", "symbols", tmp_path / "partial", "--allow-partial")

    assert refused.code == 3
    assert (allowed.code, "vmlinux: was not taken" in allowed.err) == (2, True)


# Analysis.


def test_an_analysis_says_each_result_and_where_all_is(tmp_path):
    case = memory_cases.case(tmp_path)
    program = memory_cases.volatility(tmp_path)

    ended = run("memory", "analyse", case, "--volatility", program)

    (document,) = case.glob("memory/bundle/*/analysis.json")
    assert ended.code == 0
    assert f"{LINUX.processes}: 1 row(s)\n" in ended.out
    assert "Hidden_modules: NOT RUN: it takes symbols of dwarf2json only" in ended.out
    assert "linux.kmsg.Kmsg: 0 row(s); the newest message is not among them" in ended.out
    assert f"{document.relative_to(case)}\n" in ended.out
    assert f"[{len(LINUX.run)}/{len(LINUX.run)}] linux.ebpf.EBPF: 0 row(s)\n" in ended.err


@pytest.mark.parametrize(
    "answers", [{}, {LINUX.processes: {"code": 1, "err": "no layer\n"}}], ids=["read", "not read"]
)
def test_a_japanese_analysis_says_nothing_of_ours_in_english(answers, tmp_path):
    case = memory_cases.case(tmp_path)
    program = memory_cases.volatility(tmp_path, answers=answers)

    ended = run("memory", "analyse", case, "--volatility", program, "--language", "ja")

    found = set(re.findall(r"[a-z0-9]+(?: [a-z0-9:]+){2,}", ended.out + ended.err))
    assert found == set()
    if answers:
        assert "終了コード 1: no layer" in ended.out
    else:
        assert "Sockscan: 実行せず: このプラグイン自身のエラーで終わります(2.28.2)\n" in ended.out
        assert "linux.kmsg.Kmsg: 0 行(表示されないもの: 最新のメッセージ" in ended.out


def test_an_analysis_for_machines(tmp_path):
    case = memory_cases.case(tmp_path)

    ended = run(
        "memory", "analyse", case, "--volatility", memory_cases.volatility(tmp_path), "--json",
        "--quiet",
    )  # fmt: skip

    told = json.loads(ended.out)
    assert (ended.err, told["schema"]) == ("", "hozen-memory-analysed/1")
    assert told["analyses"][0]["results"][0]["plugin"] == LINUX.processes


@pytest.mark.parametrize(
    ("changed", "answers", "english", "japanese"),
    [
        (
            {},
            {LINUX.processes: {}},
            "NOT ANALYSED: no process was found",
            "プロセスが1つも見つかりません",
        ),
        ({FACTS: memory_cases.facts(five_level_paging="1")}, {}, "five levels", "5段"),
        ({KALLSYMS: None}, {}, "no symbols: /proc/kallsyms", "シンボルを作れません"),
    ],
)
def test_what_can_t_be_read_ends_with_3(changed, answers, english, japanese, tmp_path):
    case = memory_cases.case(tmp_path, changed)
    program = memory_cases.volatility(tmp_path, answers=answers)

    for language, words in (("en", english), ("ja", japanese)):
        ended = run(
            "memory", "analyse", case, "--volatility", program, "--language", language,
        )  # fmt: skip

        assert ended.code == 3
        assert words in ended.out
        for folder in case.glob("memory/bundle/*"):
            folder.rename(tmp_path / language)


@pytest.mark.parametrize(
    ("language", "holes", "end", "other"),
    [
        (
            "en", "bundle: THIS IMAGE IS NOT WHOLE: 768 B in 2 place(s) could not be read.",
            "bundle: THIS IMAGE IS NOT WHOLE: it ends after 3.9 KiB",
            "bundle: another image was not read: memory:/interrupted.image",
        ),
        (
            "ja", "bundle: このイメージは完全ではありません: 2 か所、計 768 B が",
            "bundle: このイメージは完全ではありません: 3.9 KiB までで途切れている可能性",
            "bundle: ほかのメモリイメージは調べていません: memory:/interrupted.image",
        ),
    ],
)  # fmt: skip
def test_an_image_that_is_not_whole_is_said_first_and_ends_with_3(
    language, holes, end, other, tmp_path
):
    image = lacking(PHYSICAL, (1024, 512), (2048, 256), (4000, None))
    left = lacking(imaged.LEFT, (len(IMAGE), None))
    case = memory_cases.case(tmp_path, {PHYSICAL: image, imaged.LEFT: left})
    program = memory_cases.volatility(tmp_path)

    ended = run("memory", "analyse", case, "--volatility", program, "--language", language)

    assert ended.code == 3
    for first, said in zip((holes, end, other), ended.out.splitlines(), strict=False):
        assert said.startswith(first)
    assert holes in ended.err


def test_a_failed_plugin_ends_with_3(tmp_path):
    case = memory_cases.case(tmp_path)
    answers = {"linux.lsof.Lsof": {"code": 1, "err": "no\x1b[2J way\n"}}

    ended = run(
        "memory",
        "analyse",
        case,
        "--volatility",
        memory_cases.volatility(tmp_path, answers=answers),
    )

    assert ended.code == 3
    assert "linux.lsof.Lsof: FAILED: exit status 1: no\\x1b[2J way\n" in ended.out


def test_no_image_is_said_in_one_line(tmp_path):
    case = memory_cases.case(tmp_path, {PHYSICAL: bundles.gap(PHYSICAL), FACTS: None})

    ended = run("memory", "analyse", case)

    assert (ended.code, ended.out) == (2, "")
    assert "no image of memory was taken: bundle: denied" in ended.err


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", ["not looked for (the profile quick", "not been switched off", "acquire' there"]),
        ("ja", ["取得の対象に入っていませんでした", "電源が切られていなければ", "acquire' で"]),
    ],
)  # fmt: skip
def test_where_memory_was_no_part_of_it_one_is_told_how_it_may_still_be_had(
    tmp_path, language, says
):
    case = memory_cases.case(tmp_path, {PHYSICAL: None, FACTS: None})
    ended = run("memory", "analyse", case, HOZEN_LANG=language)

    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert [each for each in says if each not in ended.err] == []
    assert "absent" not in ended.err


def test_why_no_image_was_taken_is_said_in_japanese(tmp_path):
    gap = bundles.gap(PHYSICAL)._replace(detail="not a running machine")
    case = memory_cases.case(tmp_path, {PHYSICAL: gap, FACTS: None})

    ended = run("memory", "analyse", case, "--language", "ja")

    assert ended.err.strip().endswith("bundle: 稼働中の端末ではありません")


def test_no_volatility_is_said_in_one_line(tmp_path):
    case = memory_cases.case(tmp_path)

    ended = run("memory", "analyse", case, "--volatility", tmp_path / "none")

    assert (ended.code, ended.err.count("\n")) == (4, 1)
    assert "hozen[memory]" in ended.err
