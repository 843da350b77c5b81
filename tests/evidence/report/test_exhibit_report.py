"""The report on an exhibit: what it shows and proves, what stays closed, and its commands."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import authority
import bundles
import pytest
import worlds
from authority import NAMESAKE, TRUSTED
from bundles import artifact
from command_line import run as hozen

import evidence.report
from chain_of_custody.code import spoken_code
from chain_of_custody.event import Person
from chain_of_custody.verdict import Anchors
from evidence.collecting.collection import collect
from evidence.custody.custodian import Act
from evidence.custody.disclosing import disclose
from evidence.planning.request import Request
from evidence.reading.checked import open_bundle, verify_path
from evidence.report.texts import Words
from evidence.report.texts.exhibit import EXHIBIT
from evidence.report.verification import examine
from evidence.report.verification.writing import facts_of, page_of, text_of

REPORT = Path(evidence.report.__file__).parent
HOSTILE = "/x/\x1b[2J<script>alert(1)</script>\u202e{{ 7777 * 7777 }}"


def page(examined, language="en") -> str:
    return page_of(examined, Words(language))


def section(examined, name: str, language="en") -> str:
    (found,) = re.findall(
        rf'<section class="{name}">(.*?)</section>', page(examined, language), re.DOTALL
    )
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", found)).split())


def forms(examined, language: str) -> list[str]:
    """The report in each of its forms."""
    said = json.dumps(facts_of(examined), ensure_ascii=False)
    return [html.unescape(page(examined, language)), text_of(examined, Words(language)), said]


# What it says.


def test_answers_in_an_order_that_a_reader_needs(world):
    found = re.findall(r'<section class="(\w+)">', page(examine(world.path("exhibit"))))

    assert found == [
        "result", "shown", "intact", "hidden", "not_proved", "stages", "clocks", "identity",
        "aloud", "given", "repeat",
    ]  # fmt: skip


def test_shows_each_item_with_its_place_its_bytes_and_what_was_not_obtained(world):
    examined = examine(world.path("exhibit"))
    text, shown = section(examined, "shown"), facts_of(examined)["shown"]

    assert [each["item"] for each in shown] == [2, 4, 5, 7]
    assert [each["status"] for each in shown] == ["acquired", "acquired", "gap", "acquired"]
    for each in shown:
        where = f"{each['item']} {each['origin']} "
        stored = f"whole {each['size']} bytes, {each['sha256']}"
        assert where + (stored if each["reason"] is None else "not obtained: ") in text
    assert "NOT SHOWN" not in text


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_further_name_and_a_file_with_holes_are_told_as_what_they_are(tmp_path, language):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a").write_bytes(b"evidence")
    os.link(source / "a", source / "b")
    with (source / "holes").open("wb") as file:
        file.truncate(8 << 20)
        file.write(b"x")
    request = Request(output=tmp_path / "out", source=str(source))
    path = collect(request, key=bundles.KEY).path
    items = {r.meta.source.origin: r.content.seq for r in open_bundle(path).records()}
    numbers = [items[origin] for origin in ("/a", "/b", "/holes")]
    court = Person(contact=None, name="court", organisation=None, title=None)
    act = Act(kind="disclosed", counterpart=court)
    disclose(path, numbers, tmp_path / "exhibit", act, authority.CUSTODIAN)
    examined, words = examine(tmp_path / "exhibit"), Words(language)
    text, told = section(examined, "shown", language), facts_of(examined)["shown"]

    assert f"{numbers[1]} /b {words('x_same', item=numbers[0])} {words('x_no_bytes')}" in text
    assert words("reason_skipped") not in text
    size, sha256 = told[2]["size"], told[2]["sha256"]
    assert size < 8 << 20
    assert words("x_bytes_of_ranges", size=size, sha256=sha256, count=1) in text
    assert [each["same_as"] for each in told] == [None, numbers[0], None]


def test_a_path_that_stays_closed_stands_nowhere_in_the_report(world):
    opened = facts_of(examine(world.path("exhibit")))["shown"]
    (path,) = [each["origin"] for each in opened if each["item"] == 4]
    closed = examine(world.path("exhibit_closed"))

    assert "4 NOT SHOWN whole 18 bytes, " in section(closed, "shown")
    assert "5 NOT SHOWN not obtained none NOT SHOWN" in section(closed, "shown")
    assert "Of items 4, 5: where they were" in section(closed, "hidden")
    assert "that are marked NOT SHOWN" in section(closed, "not_proved")
    assert [each["origin"] for each in facts_of(closed)["shown"]] == [None, None]
    for form in (*forms(closed, "en"), *forms(closed, "ja")):
        assert path not in form


def test_tells_how_much_of_the_bundle_is_not_here(world):
    examined = examine(world.path("exhibit"))

    assert "3 of the 7 items of the bundle: nothing of them is here" in section(examined, "hidden")
    assert facts_of(examined)["bundle"] == {"items": 7, "acquired": 5, "partial": 0, "gap": 2}
    assert "Who held the bundle, and when" in section(examined, "not_proved")


def test_what_is_proved_follows_from_the_stages_that_passed(world):
    path = world.path("exhibit_certified")
    root = verify_path(path).root
    given = examine(path, trust=TRUSTED, anchors=Anchors(root=root, code=spoken_code(root)))
    nothing = examine(path)

    assert re.findall(r"stage (\d)\)", section(given, "intact")) == list("13458")
    assert re.findall(r"stage (\d)\)", section(nothing, "intact")) == list("134")
    for what in ("Who collected it", "That nobody made it anew"):
        assert what in section(nothing, "not_proved")
        assert what not in section(given, "not_proved")
    for untold in ("Key to the contents", "Head noted outside"):
        assert untold not in section(nothing, "given")


def test_the_clocks_and_the_bundle_are_told_from_the_manifest(world):
    examined = examine(world.path("exhibit"))
    manifest = examined.documents.manifest

    assert manifest.clock.start.utc in section(examined, "clocks")
    for value in (manifest.case_id, manifest.bundle_id, manifest.items.merkle_root):
        assert value in section(examined, "identity")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_an_altered_exhibit_gets_a_report_with_the_failures_first(world, tmp_path, language):
    path = Path(shutil.copytree(world.path("exhibit"), tmp_path / "forged"))
    with (path / "items" / "00000004").open("ab") as file:
        file.write(b"x")
    examined = examine(path)
    said = Words(language)

    assert page(examined, language).index('class="failed"') < page(examined, language).index(
        'class="result"'
    )
    assert said("x_shown_refused") in section(examined, "shown", language)
    assert said("x_level_none") in section(examined, "result", language)
    assert said("x_np_items") in section(examined, "not_proved", language)
    assert [each["item"] for each in facts_of(examined)["shown"]] == [2, 5, 7]


def test_an_exhibit_without_a_readable_manifest_or_item_gets_one_too(world, tmp_path):
    (tmp_path / "empty" / "items").mkdir(parents=True)
    path = Path(shutil.copytree(world.path("exhibit"), tmp_path / "forged"))
    (path / "manifest.json").write_bytes(b"{}")
    for each, failed in ((tmp_path / "empty", [1]), (path, [1, 5])):
        examined = examine(each)

        assert examined.verdict.failed == failed
        assert "can't be told" in section(examined, "hidden")
        assert facts_of(examined)["bundle"] is None
        assert text_of(examined, Words("ja"))


def test_shows_every_name_and_obeys_none(tmp_path):
    bundle = bundles.sealed(tmp_path / "HZ_x", volumes=[[artifact(HOSTILE, b"x")]])
    worlds.disclosed(bundle, (1,), tmp_path / "exhibit")
    examined = examine(tmp_path / "exhibit")
    text = page(examined)

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text
    assert "60481729" not in text
    for form in (text, text_of(examined, Words("ja"))):
        assert not set(form) & set("\u202e\x1b")


# Its commands.


@pytest.mark.parametrize("name", ["exhibit", "exhibit_closed", "exhibit_renewed"])
def test_every_command_that_is_shown_works_and_sees_what_was_altered(world, tmp_path, name):
    trust = TRUSTED if name == "exhibit_renewed" else None
    path = Path(shutil.copytree(world.path(name), tmp_path / "shown"))
    found = {each["key"]: each["script"] for each in facts_of(examine(path, trust=trust))["repeat"]}
    (tmp_path / "trusted.pem").write_bytes(bundles.pem_of(TRUSTED))
    timed = [world.authority(each).trusted for each in ("trusted", "aged")]
    (tmp_path / "authority.pem").write_bytes(b"".join(map(bundles.authorities_of, timed)))

    def run(key: str) -> int:
        script = f"{found['x_repeat_prepare']}\n{found[key]}".replace("/path/to", str(tmp_path))
        return subprocess.run(
            ["sh", "-c", script], cwd=path, capture_output=True, check=False,
            env={"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)},
        ).returncode  # fmt: skip

    aged = {"repeat_token"} if name == "exhibit_renewed" else set()  # that is what -attime is for
    assert {key for key in found if run(key) != 0} == aged
    assert ("repeat_renewal" in found) == (name == "exhibit_renewed")
    (path / "items" / "00000004").write_bytes(b"other")
    seen = {"x_repeat_items", "x_repeat_script"}
    assert {key for key in found if run(key) != 0} == seen | aged
    (path / "manifest.json").write_bytes(b"{}")
    seen |= {"repeat_signature", "x_repeat_same"}
    assert {key for key in found if run(key) != 0} >= seen


def test_the_command_for_trust_is_shown_where_the_signer_was_tied(world):
    path = world.path("exhibit_certified")
    shown = [
        {each["key"] for each in facts_of(examine(path, trust=trust))["repeat"]}
        for trust in (TRUSTED, bundles.trusting(NAMESAKE), None)
    ]

    assert ["repeat_trust" in each for each in shown] == [True, False, False]


# As it is typed.


@pytest.mark.parametrize(
    ("language", "title"), [("en", "What stays closed"), ("ja", "開示されていないもの")]
)
def test_a_report_of_an_exhibit_lies_beside_it(world, tmp_path, language, title):
    path = Path(shutil.copytree(world.path("exhibit_closed"), tmp_path / "exhibit"))
    done = hozen("report", path, "--language", language)
    (report,) = tmp_path.glob("exhibit-report-*.html")

    assert (done.code, str(report) in done.out) == (0, True)
    assert title in report.read_text(encoding="utf-8")
    assert "--trust" in done.err
    assert verify_path(path).exit == 0


@pytest.mark.parametrize("ending", ["html", "json", "txt"])
def test_verify_writes_the_report_with_what_was_given(world, tmp_path, ending):
    (tmp_path / "root.pem").write_bytes(bundles.pem_of(TRUSTED))
    report = tmp_path / f"report.{ending}"
    path = world.path("exhibit_certified")
    done = hozen("verify", path, "--trust", tmp_path / "root.pem", "--report", report)

    assert done.code == 0, done.err
    assert authority.ROOT.certificate_sha256 in report.read_text(encoding="utf-8")


def test_the_report_of_an_altered_exhibit_is_written_and_exits_as_verify_does(world, tmp_path):
    path = Path(shutil.copytree(world.path("exhibit"), tmp_path / "exhibit"))
    (path / "items" / "00000004").write_bytes(b"other")
    done = hozen("report", path, "--output", tmp_path / "report.txt", "--language", "en")

    assert done.code == 1
    assert "REFUSED" in (tmp_path / "report.txt").read_text()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--format", "case-uco"), "is for a case"),
        (("--output", "exhibit/report.html"), "lies in the exhibit"),
        (("--output", "report.pdf"), "ends in one of"),
    ],
)
def test_a_report_that_can_not_be_is_refused_in_one_line(world, tmp_path, more, why, monkeypatch):
    path = Path(shutil.copytree(world.path("exhibit_closed"), tmp_path / "exhibit"))
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    done = hozen("report", path, *more)

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert why in done.err
    assert sorted(tmp_path.rglob("*")) == before


# Words.


def test_every_sentence_of_it_is_said_somewhere():
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in REPORT.rglob("*.py")
        if path != REPORT / "texts" / "exhibit.py"
    )
    chosen = {"x_repeat_where", "x_repeat_note"}

    assert [key for key in EXHIBIT if key not in chosen and f'"{key}"' not in code] == []


def test_the_japanese_report_has_no_english_sentence_of_ours(world):
    text = html.unescape(page(examine(world.path("exhibit_closed")), "ja"))
    longer = [one for one, _ in EXHIBIT.values() if len(one) > 25 and "{" not in one]

    assert len(longer) > 10
    assert [one for one in longer if one in text] == []
