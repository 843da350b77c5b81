"""What is shown: short, in both languages, and within 80 columns by 24 lines, wide letters too."""

from __future__ import annotations

import asyncio
import re
import time
import unicodedata
from pathlib import Path

import pytest
from wizards import CONTACT, TO_CLOCK, answer, guide, taken, tree

from collectors.table import EVERY
from evidence.cli.texts import Texts
from evidence.collecting.answers import Answers
from evidence.machine.clock import Clock
from evidence.machine.host import Footprint, HostIdentity
from evidence.planning.leftout import LeftOut
from evidence.scan.process_scan import ProcessScan
from evidence.surroundings.facts import Machine, Place, Surroundings
from evidence.telling.catalogue import sentence_of
from evidence.telling.collected import Collected
from evidence.telling.findings import Findings
from evidence.telling.titles import TITLES, title
from evidence.wizard.checks import Check, checks, draft_check
from evidence.wizard.contact import Contact
from evidence.wizard.draft import SCHEMA
from evidence.wizard.flow import State
from evidence.wizard.full import Face
from evidence.wizard.guide import Guide
from evidence.wizard.pages import folded, judged
from evidence.wizard.plain import drawn
from evidence.wizard.screens import SCREENS, World
from evidence.wizard.texts import SCREEN, WIZARD
from evidence.wizard.texts.checks import CHECKS
from evidence.writing.history import Tally

COLUMNS, LINES = 80, 24
SIZES = [(80, 25), (85, 32), (128, 48)]
"""Of a console; the last two are 1024×768 dots in letters of 12×24 (18 pt) and of 8×16."""
MOST_LETTERS = 60  # of Japanese on a screen, its choices apart
LANGUAGES = ("ja", "en")
ASKING = [name for name, screen in SCREENS.items() if screen.kind != "work"]
LONG = "長い" * 60


WORST = Surroundings(
    place=Place(
        there=Path("E:/out"), medium="unknown", backup=None, filesystem="", read_only=False,
        local=True, in_memory=False,
    ),
    free=1 << 30, readers=False, rights="reduced",
    machine=Machine(
        ciphers=None, writes="perhaps", overlay="UWF, EWF", agents=None, links=None,
        memory="no_imager", ram=0,
    ),
)  # fmt: skip


def columns(line: str) -> int:
    """As a Japanese terminal counts: what is ambiguous there is wide."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line)


def at(tmp_path: Path, screen: str, language: str, *, contact: Contact = CONTACT) -> Guide:
    """A guide on a screen of the richest of worlds."""
    one = guide(tmp_path / "out", tree(tmp_path / "src"), language=language)
    one.plan = type(one.plan)(request=one.plan.request, contact=contact)
    one.flow.world = World(left="preflight", encrypted=True)
    one.state = State(screen=screen, trail=("care",))
    one.checks = [
        Check(name="writes", grade="limited", found="in_ram", facts={"kind": "overlay"}),
        Check(name="place", grade="refuse", found="backup", facts={"name": LONG}),
    ]  # fmt: skip
    one.collected_now = ended()
    return one


def ended() -> Collected:
    reasons = dict.fromkeys(
        ("absent", "denied", "unreadable", "timed_out", "not_local", "skipped", "unsupported"), 9999
    )
    return Collected(
        path=Path("/media/stick/out/HZ_H-2026-0001_12345678_20261122T180000Z"), sealed=False,
        cause="destination_full", tally=Tally(acquired=10**6, partial=9, gap=10**4, bytes=10**12),
        findings=Findings(reasons=reasons, failed=["browser-history", "two-doors"]),
        root="ab" * 32, code="99999 99999 99999 99999 99999", certificate_sha256="0" * 64,
        rules=163, encrypted=True,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def result(monkeypatch):
    monkeypatch.setattr(
        Guide, "collected", property(lambda one: getattr(one, "collected_now", None))
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_fits_the_screen(screen, language, tmp_path):
    one = at(tmp_path, screen, language)
    page = one.page()
    room = COLUMNS - 2 - len(page.square[0]) if page.square else COLUMNS - 2
    body = [*page.lines, *(line for each in page.choices for line in f" 1  {each}".split("\n"))]

    assert max(columns(line) for line in [*body, page.title, page.banner, page.foot]) <= COLUMNS - 2
    if page.square:
        assert max(columns(line) for line in body) <= room
    # A title, a banner, the foot; above the text and above the choices an empty line.
    assert max(len(body) + 2, len(page.square)) + 3 <= LINES


@pytest.fixture(params=["Asia/Tokyo", "UTC", "America/St_Johns", "Pacific/Chatham"])
def zone(request, monkeypatch):
    """Where the machine is: a zone that isn't Japan's is written beside each clock."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_fits_as_lines_whatever_zone_the_machine_is_in(screen, language, zone, tmp_path):
    one = at(tmp_path, screen, language)
    one.face = "plain"
    one.state = State(screen=screen, trail=("care",), offset=-99_999)
    page = one.page()
    written = [each for each in drawn(page) if each not in page.square]  # an order of its own
    lines = [line for each in written for line in each.split("\n")]

    assert {line: columns(line) for line in lines if columns(line) > COLUMNS - 1} == {}
    assert len(lines) - 1 <= LINES  # the first is empty, and parts it from what stands above


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_not_all_rights_is_told_how_to_get_all(language):
    for found in ("few", "reduced"):
        told = Texts(language)(f"wizard.check.rights.{found}")
        assert re.search("root|COLLECT.cmd", told.partition("\n")[2])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_seen_whole(language, size, tmp_path):
    one = at(tmp_path, "care", language)
    one.clock = Clock(now_ns=one.clock.wall())  # no minute passes between drawing and asking
    face, missed = Face(one), []

    async def look() -> None:
        async with face.run_test(size=size) as pilot:
            for screen in SCREENS:
                one.state = State(screen=screen, trail=("care",))
                await pilot.press("f1")  # a key that means nothing: it draws
                await pilot.pause()
                strips = face.screen._compositor.render_strips()
                seen = "\n".join("".join(part.text for part in strip) for strip in strips)
                page = one.page()
                expected = [page.title, page.banner, *page.lines, *page.choices, page.foot]
                parts = [part for each in expected for part in each.split("\n")]
                missed.extend((screen, part) for part in parts if part not in seen)

    asyncio.run(look())

    assert missed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_worst_that_a_machine_tells_fits_too_a_line_of_the_catalogue_on_a_line(
    language, tmp_path
):
    one = at(tmp_path, "ready", language)
    one.checks = [*checks(WORST, "standard"), draft_check("wizard-00112233.json")]
    page = one.page()

    assert {check.grade for check in one.checks} == {"limited"}
    assert len(page.lines) + len(page.choices) + 2 + 3 <= LINES
    assert max(columns(line) for line in [*page.lines, page.banner]) <= COLUMNS - 2
    for check in one.checks:
        for line in one.t(f"wizard.check.{check.name}.{check.found}", **check.facts).split("\n"):
            assert any(each.endswith(line) for each in page.lines), line


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("encrypted", "says"), [(True, "key"), (None, "key_perhaps")])
def test_that_a_disk_is_encrypted_is_said_where_it_was_seen(encrypted, says, language, tmp_path):
    one = at(tmp_path, "key", language)
    one.flow.world = World(encrypted=encrypted)

    assert "\n".join(one.page().lines) == one.t(f"wizard.{says}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", ASKING)
def test_so_does_the_question_whether_to_stop(screen, language, tmp_path):
    one = at(tmp_path, screen, language)
    one.ask_stop()
    page = one.page()

    if SCREENS[screen].kind == "question":
        assert len(page.choices) == 2
    assert max(columns(line) for line in [*page.lines, *page.choices]) <= COLUMNS - 2


@pytest.mark.parametrize("screen", ASKING)
def test_no_screen_says_more_than_sixty_letters_of_japanese(screen):
    _, japanese = SCREEN.get(f"wizard.{screen}", ("", ""))

    assert len(japanese.replace("\n", "")) <= MOST_LETTERS


def test_every_line_of_the_catalogue_fits_and_is_in_both_languages():
    said = {key: WIZARD[key] for key in SCREEN | CHECKS}
    lines = [(key, line) for key, both in said.items() for line in "\n".join(both).split("\n")]

    assert [(key, line) for key, line in lines if columns(line) > COLUMNS - 4] == []
    # A number, a name or a unit is the same in both.
    assert {
        key: english
        for key, (english, japanese) in said.items()
        if english == japanese and re.search(r"[A-Za-z]{4}", english.replace("{", ""))
    } == {}
    assert [key for key, (_, ja) in said.items() if not re.search(r"[぀-ヿ一-鿿]", ja)] == []


def test_whatever_is_taken_is_named_in_both_languages_on_one_line():
    ours = {each.name for each in (HostIdentity, LeftOut, Answers, ProcessScan, Footprint)}
    lines = [
        Texts(language)("wizard.collecting_now", name=text, index=99, total=99, size="999.9 GiB")
        for both in TITLES.values()
        for language, text in zip(("en", "ja"), both, strict=True)
    ]

    assert {each.name for each in EVERY} | ours == TITLES.keys()
    assert max(map(columns, lines)) <= COLUMNS - 4
    assert [japanese for _, japanese in TITLES.values() if japanese.isascii()] == []
    assert title("somebody-elses", "ja") == "somebody-elses"


def test_every_screen_and_every_answer_has_its_words():
    answers = {
        f"wizard.{name}.{choice.answer}"
        for name, screen in SCREENS.items()
        for choice in screen.choices
        if screen.kind not in ("work", "secret")
    }

    assert answers <= WIZARD.keys()


@pytest.mark.parametrize("text", ["", "短い", LONG, "x" * 500, "a\n" + "あ" * 39, "é" * 90])
def test_folding_loses_nothing_and_fits(text):
    lines = folded(text, 30)

    assert "".join(lines) == text.replace("\n", "")
    assert max(columns(line) if "é" not in line else len(line) for line in lines) <= 30


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Mind capitals; once more, or Enter.", ["Mind capitals; once ", "more, or Enter."]),
        ("on C:\\my own folder", ["on C:\\my own folder"]),
        ("It is on /media/my stick", ["It is on /media/my st", "ick"]),
        ("HZ_UNNAMED_b99b3343_2026", ["HZ_UNNAMED_b99b3343_2", "026"]),
        ("called HZ_UNNAMED_b99b3343", ["called HZ_UNNAMED_b99", "b3343"]),
        ("なければ Enter を押してください", ["なければ Enter を押し", "てください"]),
    ],
)
def test_folding_leaves_words_whole_and_cuts_what_is_to_be_copied(text, lines):
    assert folded(text, 21) == lines


def test_what_stands_in_the_way_is_said_first():
    found = [
        Check(name="rights", grade="ok", found="all"),
        Check(name="readers", grade="limited", found="nobody"),
        Check(name="place", grade="refuse", found="system"),
    ]

    lines = judged(Texts("en"), found)

    assert [line.split()[0] for line in lines] == ["NO", "note", "ok"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_from_a_kit_can_t_move_a_terminal(language, tmp_path):
    evil = Contact(name="\x1b[2J消えた\u202e", telephone="\x07110")
    one = at(tmp_path, "end_care", language, contact=evil)

    shown = "\n".join(drawn(one.page()))

    assert not set(shown) & set("\x1b\x07\u202e")
    assert "消えた" in shown


def test_the_adviser_s_number_is_on_the_screen_where_power_is_decided(tmp_path):
    shown = "\n".join(at(tmp_path, "adviser", "ja").page().lines)

    assert CONTACT.telephone in shown
    assert CONTACT.name in shown


@pytest.mark.parametrize(
    ("language", "order"),
    [("ja", ["バックアップ", "外部回線", "部門"]), ("en", ["backups", "outside", "departments"])],
)
def test_cables_are_pulled_in_an_order(language, order, tmp_path):
    lines = "\n".join(at(tmp_path, "lan", language).page().lines)

    assert sorted(map(lines.index, order)) == [lines.index(each) for each in order]


@pytest.mark.parametrize(
    ("language", "says"), [("ja", "決めた人と時刻を紙に"), ("en", "write down who")]
)
def test_who_decided_is_to_be_written_down_whatever_they_decide(language, says, tmp_path):
    assert says in "\n".join(at(tmp_path, "adviser", language).page().lines)


def test_an_error_is_told_in_the_language_that_it_knows(tmp_path):
    class BothError(Exception):
        def sentence(self, language: str) -> str:
            return {"ja": "空きがありません", "en": "no space"}[language]

    assert sentence_of(BothError(), Texts("ja")) == "空きがありません"
    assert sentence_of(OSError(5, "Input/output error"), Texts("ja")) == "読み書きに失敗しました"
    assert sentence_of(OSError(5, "Input/output error"), Texts("en")) == "Input/output error"
    assert sentence_of(RuntimeError(), Texts("en")) == "RuntimeError"


def test_the_pages_of_a_real_run_fit_too(tmp_path):
    one = guide(tmp_path / "out", tree(tmp_path / "src"), language="ja")
    answer(one, *TO_CLOCK)
    taken(one)

    assert one.state.screen == "sealed"
    assert max(columns(line) for line in one.page().lines) <= COLUMNS - 2
    assert SCHEMA.startswith("hozen-wizard")


@pytest.mark.parametrize(
    ("language", "photograph", "by_telephone"),
    [("en", "photograph the square", "tell the number by telephone"),
     ("ja", "図を撮影し", "番号を電話で")],
)  # fmt: skip
@pytest.mark.parametrize(
    ("columns", "lines", "fits"),
    [("40", "50", False), ("41", "50", True), ("80", "22", False), ("80", "23", True)],
)
def test_a_square_that_a_terminal_can_t_hold_is_not_shown_nor_spoken_of(
    tmp_path, monkeypatch, columns, lines, fits, language, photograph, by_telephone
):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("LINES", lines)
    one = at(tmp_path, "code", language)
    told = "\n".join(one.page().lines)

    assert bool(one.page().square) is (photograph in told) is fits
    assert by_telephone in told.replace("\n", " ")
