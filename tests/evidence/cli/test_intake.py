"""`hozen import` and `hozen report`: the provider's transcripts."""

import json

import bundles
import pytest
from command_line import run

from chain_of_custody.code import spoken_code
from chain_of_custody.documents import load
from chain_of_custody.folder import BundleFolder
from evidence.reading.checked import verify_bundle


@pytest.fixture
def case(tmp_path):
    return tmp_path / "case"


def test_says_where_master_and_working_copy_are(made, case):
    code = spoken_code(verify_bundle(made / "encrypted").root)

    ended = run(
        "import", made / "encrypted", "--into", case, "--identity", made / "key.txt", "--code", code
    )

    (master,) = (case / "bundles").iterdir()
    (host,) = (case / "hosts").iterdir()
    assert (ended.code, ended.err) == (0, "")
    assert f"Imported: {master}\n" in ended.out
    assert f"Working copy for other tools: {host}\n" in ended.out
    assert f"Code: {code}. It was compared with what you gave" in ended.out


def test_says_to_compare_the_code_only_where_that_was_not_done(made, tmp_path):
    checked = verify_bundle(made / "open")
    root = run("import", made / "open", "--into", tmp_path / "1", "--root", checked.root)
    head = run("import", made / "open", "--into", tmp_path / "2", "--head", checked.head)
    neither = run("import", made / "open", "--into", tmp_path / "3", HOZEN_LANG="ja")

    assert [each.code for each in (root, head, neither)] == [0, 0, 0]
    assert "Compare it" not in root.out
    assert "Compare it with the one noted at the endpoint." in head.out
    assert "収集時に控えた番号と照合してください。" in neither.out


def test_a_long_name_of_who_imports_stands_whole_in_the_log(made, case):
    name = "独立行政法人国立病院機構東京医療センター情報管理部"
    done = run(
        "import", made / "encrypted", "--into", case, "--identity", made / "key.txt",
        "--actor", name,
    )  # fmt: skip
    (master,) = (case / "bundles").iterdir()

    assert done.code == 0, done.err
    assert load(BundleFolder(master)).events[-1].event.actor.name == name


def test_the_same_for_machines(made, case):
    ended = run("import", made / "open", "--into", case, "--json")

    document = json.loads(ended.out)
    assert document["schema"] == "hozen-imported/1"
    assert document["custody_continued"] is True
    assert document["level"] == "C"
    assert document["placed"]["files"] == 4


@pytest.mark.parametrize(
    ("what", "code", "english", "japanese"),
    [
        ("encrypted", 3, "contents not opened", "中身は開いていません"),
        ("encrypted", 3, "age key by --identity", "復号鍵(age)のファイルを --identity で"),
        ("partial", 3, "never sealed", "封印されていない"),
        ("partial", 3, "with --allow-partial", "--allow-partial を付けて"),
        ("nothing", 2, "not a bundle", "保全データではありません"),
    ],
)
def test_refuses_in_one_line_and_leaves_no_copy(what, code, english, japanese, made, case):
    for language, expected in (("en", english), ("ja", japanese)):
        ended = run("import", made / what, "--into", case, "--language", language)

        assert (ended.code, ended.out) == (code, "")
        assert expected in ended.err
        assert ended.err.count("\n") == 1
        assert ended.err.startswith(f"hozen: {made / what}: ")
    assert not case.exists()


def test_refuses_an_altered_bundle(altered, case, made):
    ended = run("import", altered, "--into", case, "--identity", made / "key.txt")

    assert (ended.code, ended.out) == (1, "")
    assert "changed after it was closed" in ended.err


def test_a_partial_bundle_is_taken_when_allowed_and_called_incomplete(tmp_path, case):
    writer = bundles.writer_at(tmp_path / "partial", recipients=())
    writer.abandon()

    assert run("import", tmp_path / "partial", "--into", case, "--allow-partial").code == 3


@pytest.mark.parametrize("language", ["en", "ja"])
def test_makes_a_report_and_says_where(language, made, case):
    run("import", made / "open", "--into", case)

    ended = run("report", case, "--language", language)

    (report,) = (case / "reports").iterdir()
    assert (ended.code, ended.err) == (0, "")
    assert str(report) in ended.out
    assert f'lang="{language}"' in report.read_text()


def test_no_case_no_report(tmp_path):
    ended = run("report", tmp_path)

    assert (ended.code, ended.out) == (2, "")
    assert "nothing was imported yet" in ended.err
    assert "hozen verify --report" in ended.err  # of a bundle, which people name here, too


def test_a_file_is_no_folder_for_a_case(made, case):
    case.write_text("a list of mine")
    ended = run("import", made / "open", "--into", case)

    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert "is a file; name a folder" in ended.err
    assert case.read_text() == "a list of mine"
