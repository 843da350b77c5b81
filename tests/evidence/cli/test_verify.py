"""`hozen verify`: the transcript of each kind of verdict."""

import json
import re

import bundles
import pytest
from command_line import run

from chain_of_custody.code import spoken_code
from chain_of_custody.signing.keys import to_pem
from chain_of_custody.verdict import STAGES
from evidence.cli.lines import columns
from evidence.reading.checked import verify_bundle

ROOT = re.compile("[0-9a-f]{64}")


def last(ended):
    return ended.out.splitlines()[-1]


def outcomes(ended):
    found = re.findall(r"^(\d) (\w+) +(PASS|FAIL|NOT CHECKED)", ended.out, re.MULTILINE)
    return {int(number): outcome for number, _, outcome in found}


def test_names_the_nine_stages_in_order(made):
    lines = run("verify", made / "open").out.splitlines()

    named = [line.split()[:2] for line in lines if line[:1].isdigit()]
    assert named == [[str(number), name] for number, name in enumerate(STAGES, start=1)]


def test_says_what_an_intact_bundle_does_not_prove(made):
    ended = run("verify", made / "encrypted")

    assert (ended.code, ended.err) == (0, "")
    assert outcomes(ended)[4] == outcomes(ended)[5] == outcomes(ended)[8] == "NOT CHECKED"
    assert last(ended) == (
        "Sealed volumes intact; contents not opened; "
        "signer not tied to a trusted certificate; level C."
    )
    assert "nothing here proves that data was genuine before it was read" in ended.out


def test_says_so_when_key_certificate_and_root_were_given(made, tmp_path):
    certificate = tmp_path / "signer.pem"
    certificate.write_bytes(to_pem(bundles.KEY.certificate))
    root = verify_bundle(made / "encrypted").root

    ended = run(
        "verify", made / "encrypted", "--identity", made / "key.txt", "--trust", certificate,
        "--root", root.upper(), "--code", spoken_code(root),
    )  # fmt: skip

    assert ended.code == 0
    assert last(ended) == (
        "Sealed volumes intact; contents opened, every item as recorded; "
        "signer tied to a trusted certificate; level B."
    )


def test_the_verdict_in_japanese(made, altered):
    assert "封印されたボリュームは無傷です" in last(
        run("verify", made / "open", "--language", "ja")
    )
    assert last(run("verify", altered, HOZEN_LANG="ja")) == "拒否: 改変があります。不合格の段階: 2"


def test_every_line_of_a_verdict_in_japanese_is_japanese_and_stands_in_columns(made):
    said = run("verify", made / "open", "--language", "ja").out.splitlines()
    stages = [line for line in said if line[:1].isdigit()]
    names = [
        "構造",
        "ボリューム",
        "過不足",
        "項目",
        "署名",
        "時刻",
        "保管の記録",
        "外部の控え",
        "説明事項",
    ]

    assert [line.split()[1] for line in stages] == names
    assert [line for line in stages if not re.search("PASS 合格|NOT CHECKED 未確認", line)] == []
    assert len({columns(re.match(r".*(合格|未確認) +", line)[0]) for line in stages}) == 1


def test_refuses_an_altered_bundle(altered):
    ended = run("verify", altered)

    assert (ended.code, ended.err) == (1, "")
    assert outcomes(ended)[2] == "FAIL"
    assert "changed after it was closed" in ended.out
    assert last(ended) == "REFUSED: altered. Failed: stage 2."


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "REFUSED: signed by nobody whom you trust. "), ("ja", "拒否: 信頼する証明書に結び")],
)
def test_who_is_not_trusted_is_refused_and_nothing_is_called_altered(
    made, tmp_path, language, words
):
    (tmp_path / "root.pem").write_bytes(to_pem(bundles.STRANGER.certificate))
    ended = run(
        "verify", made / "encrypted", "--trust", tmp_path / "root.pem", "--language", language
    )

    assert (ended.code, ended.err) == (1, "")
    assert last(ended).startswith(words)
    assert not any(each in ended.out for each in ("REFUSED: altered", "改変があります"))


def test_a_machine_can_tell_who_is_not_trusted_from_what_is_altered(made, altered, tmp_path):
    (tmp_path / "root.pem").write_bytes(to_pem(bundles.STRANGER.certificate))

    for path, untrusted in ((made / "encrypted", True), (altered, False)):
        ended = run("verify", path, "--trust", tmp_path / "root.pem", "--json")
        document = json.loads(ended.out)

        assert (document["exit"], document["untrusted"]) == (1, untrusted)


def test_a_partial_bundle_is_incomplete(made):
    ended = run("verify", made / "partial")

    assert ended.code == 3
    assert "never sealed" in ended.out
    assert last(ended).startswith("INCOMPLETE:")


@pytest.mark.parametrize("form", [(), ("--json",), ("--report", "{}/r.html")])
@pytest.mark.parametrize("what", ["nothing", "key.txt", "."])
def test_what_is_no_bundle_is_said_in_one_line(what, form, made, tmp_path):
    ended = run("verify", made / what, *(each.format(tmp_path) for each in form))

    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert f"{made / what}: not a bundle: " in ended.err
    assert "Name the folder itself" in ended.err
    assert not list(tmp_path.iterdir())


def test_the_root_of_another_bundle_is_refused(made):
    ended = run("verify", made / "open", "--root", "0" * 64)

    assert ended.code == 1
    assert outcomes(ended)[8] == "FAIL"


def test_a_key_that_does_not_open_it_is_incomplete(made):
    assert run("verify", made / "encrypted", "--identity", made / "other.txt").code == 3


def test_a_code_that_is_too_short_is_unusable(made):
    ended = run("verify", made / "open", "--code", "12345")

    assert (ended.code, last(ended)) == (2, "REFUSED: unusable input. Failed: stage 8.")


def test_a_certificate_file_without_one_is_wrong_usage(made):
    ended = run("verify", made / "open", "--trust", made / "key.txt")

    assert (ended.code, ended.out) == (2, "")
    assert "no PEM certificate in it" in ended.err


def test_json_says_the_same_as_the_words(made, altered):
    for path in (made / "encrypted", altered, made / "partial"):
        words, machine = run("verify", path), run("verify", path, "--json")

        document = json.loads(machine.out)
        assert document["schema"] == "hozen-verdict/1"
        assert document["exit"] == machine.code == words.code
        assert {s["number"]: s["outcome"] for s in document["stages"]} == outcomes(words)
        assert all(f["en"] and f["ja"] for s in document["stages"] for f in s["findings"])


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Verification report"), ("ja", "検証報告書")]
)
def test_writes_the_report_that_was_asked_for(made, tmp_path, language, title):
    path = made / "encrypted"
    plain = run("verify", path, "--language", language)
    for ending in ("html", "txt", "json"):
        report = tmp_path / f"report.{ending}"
        ended = run("verify", path, "--report", report, "--language", language)

        assert (ended.code, ended.out) == (0, plain.out)
        assert str(report) in ended.err
        text = report.read_text(encoding="utf-8")
        assert title in text or json.loads(text)["verdict"]["exit"] == 0


def test_the_report_counts_reasons_where_the_key_was_given(made, tmp_path):
    report = tmp_path / "report.json"
    run("verify", made / "encrypted", "--identity", made / "key.txt", "--report", report)

    assert json.loads(report.read_text())["missing"] == [
        {"collector": "given-volatile", "count": 1, "items": [3], "reason": "denied"}
    ]


def test_a_refused_bundle_has_a_report_too(altered, tmp_path):
    ended = run("verify", altered, "--report", tmp_path / "report.html")

    assert ended.code == 1
    assert "What failed" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_report_that_can_t_be_written_is_said_before_anything_is_verified(made, tmp_path):
    (tmp_path / "there.html").write_text("mine")
    for name, why in (("no/report.html", "no such folder"), ("there.html", "exists already")):
        ended = run("verify", made / "open", "--report", tmp_path / name)

        assert (ended.code, ended.out) == (2, "")
        assert why in ended.err
    assert (tmp_path / "there.html").read_text() == "mine"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_report_that_can_t_be_written_is_refused_before_by_the_name_that_was_typed(
    language, made, monkeypatch
):
    monkeypatch.setattr("evidence.report.verification.examine", None)  # hours, with a large one
    ended = run("verify", made / "open", "--report", "/proc/x.html", "--language", language)

    assert (ended.code, ended.out) == (4, "")
    assert ended.err.startswith("hozen: /proc/x.html: ")
    assert "Errno" not in ended.err


@pytest.mark.parametrize(
    ("made", "why"),
    [(None, "そのフォルダーはありません"), ("file", "フォルダーではありません"),
     ("folder", "bagit.txt も custody/ も中にありません")],
)  # fmt: skip
def test_what_is_no_bundle_is_told_in_the_user_s_language(tmp_path, made, why):
    path = tmp_path / "x"
    if made == "file":
        path.write_text("x")
    elif made == "folder":
        path.mkdir()
    ended = run("verify", path, HOZEN_LANG="ja")

    assert f"{path}: 保全データではありません: {why}" in ended.out + ended.err


def test_a_mistyped_identity_is_told_in_the_user_s_language(tmp_path):
    (tmp_path / "identity.txt").write_text("AGE-SECRET-KEY-1QQQQ\n")
    ended = run("verify", tmp_path, "--identity", tmp_path / "identity.txt", HOZEN_LANG="ja")

    assert ended.code == 2
    assert "の行の形が正しくありません(打ち間違い、または一部が欠けています)" in ended.err
    assert "QQQQ" not in ended.out + ended.err
