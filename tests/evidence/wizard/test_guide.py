"""A guide at work: real small collections, stopped, cut off, refused and gone on with."""

from __future__ import annotations

import datetime
import io
import json
import os
import random
import re
import shutil
import stat
import time
from dataclasses import replace
from pathlib import Path

import bundles
import pytest
from leftovers import SEED, write_small
from mounting import mounted
from wizards import CONTACT, TO_CLOCK, answer, guide, stopped_half_way, taken, tree, until, work

from chain_of_custody.event import Resumed, Started
from chain_of_custody.verdict import Exit
from evidence.cli.texts import Texts
from evidence.collecting.answers import ORIGIN
from evidence.collecting.resume import Interruption
from evidence.machine.clock import Clock
from evidence.reading.checked import open_bundle
from evidence.telling.catalogue import Sentence
from evidence.wizard.draft import find
from evidence.wizard.flow import State
from evidence.wizard.guide import TRANSLATE, Guide
from evidence.wizard.plain import Lines, Talk
from evidence.wizard.plan import Opened, nobodys
from evidence.wizard.views import page
from evidence.writing.log_lock import LogLock


def notes(bundle: Path, *identities) -> list[dict]:
    """The documents of what was answered that a bundle holds, one a session."""
    found: dict[int, bytearray] = {}

    def sink(item: int, piece) -> None:
        found.setdefault(item, bytearray()).extend(piece)

    opened = open_bundle(bundle, identities=list(identities), sink=sink)
    records = [each for each in opened.records() if each.meta.source.origin == ORIGIN]
    assert {each.meta.kind for each in records} == {"note"}
    return [json.loads(found[each.content.seq]) for each in records if each.content.seq in found]


def through(one: Guide, *, offset: int = 0) -> Guide:
    """The whole ordinary way, to the seal."""
    answer(one, *TO_CLOCK)
    one.turn(offset)
    taken(one)
    return one


def test_the_ordinary_way_ends_sealed_with_the_answers_inside(out, source):
    one = through(guide(out, source, recipients=(bundles.RECIPIENT,)))
    bundle = one.collected.path
    opened = open_bundle(bundle, identities=[bundles.IDENTITY])
    (note,) = notes(bundle, bundles.IDENTITY)

    assert (one.state.screen, one.exit_code) == ("sealed", 0)
    assert opened.verdict.exit is Exit.VERIFIED
    assert note["schema"] == "hozen-wizard/1"
    assert [each["answer"] for each in note["answers"]] == [*TO_CLOCK, "read", "passed", "start"]
    assert {each["name"]: each["grade"] for each in note["checks"]} == {
        "place": "limited", "space": "ok", "filesystem": "ok", "readers": "ok", "rights": "ok",
    }  # fmt: skip
    assert (note["decisions"], note["language"]) == (6, "en")
    moments = [each["at"] for each in note["answers"]]
    assert moments == sorted(moments)


def test_the_end_shows_the_code_and_the_square_of_the_bundle(out, source):
    one = through(guide(out, source, language="ja"))
    first = "".join(one.page().lines)  # a long path is cut where the line ends
    one.press(1)
    shown = one.page()

    assert str(one.collected.path.name) in first
    assert "取れたもの" in first
    assert [line for line in shown.lines if line.isdecimal()] == one.collected.code.split()
    assert CONTACT.telephone in shown.lines
    assert len(shown.square) == 21
    assert one.square.path.is_file()
    one.press(1)
    assert one.closed


@pytest.mark.parametrize("encoding", ["euc_jp", "cp932", "ascii"])
def test_no_square_is_drawn_in_letters_that_have_no_blocks(out, source, encoding, monkeypatch):
    one = through(guide(out, source, language="ja"))
    one.press(1)
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding))
    shown = one.page()

    assert shown.square == ()
    assert set(one.collected.code.split()) <= set(shown.lines)
    assert "番号を電話で" in "".join(shown.lines)
    assert "図を撮影し" not in "".join(shown.lines)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_plain_face_names_no_arrows_where_a_clock_is_moved(tmp_path, language):
    def told(face):
        one = guide(tmp_path, "live", language=language, face=face)
        one.state = State(screen="clock")
        shown = page(one)
        return "\n".join([*shown.lines, *shown.choices])

    arrows = re.compile("arrow|矢印|\\((up|down|上|下)\\)")
    assert arrows.search(told("full"))
    assert not arrows.search(told("plain"))
    assert {"en": "number of the minutes, then Enter", "ja": "番号とEnter"}[language] in told(
        "plain"
    )


def test_the_other_clock_is_the_reference_of_the_beginning(out, source):
    one = through(guide(out, source), offset=-63)
    started = open_bundle(one.collected.path).documents.events[0].detail
    assert isinstance(started, Started)
    clock = started.clock
    told, host = (datetime.datetime.fromisoformat(each) for each in (clock.reference, clock.utc))

    assert abs((told - host) + datetime.timedelta(minutes=63)) < datetime.timedelta(seconds=2)
    (note,) = notes(one.collected.path)
    assert note["clock"] == {"offset_minutes": -63, "precision_seconds": 60}


@pytest.mark.parametrize("here", ["UTC0", "JST-9", "EST5"])
def test_a_telephone_is_shown_in_japans_time_wherever_the_machine_believes_to_be(
    tmp_path, here, monkeypatch
):
    one = guide(tmp_path, "live", language="ja")
    one.clock = Clock(now_ns=1_795_982_762 * 10**9)  # 2026-11-30 05:06:02 in Japan
    one.state = State(screen="clock")
    monkeypatch.setenv("TZ", here)
    time.tzset()
    shown = page(one).lines[3:]
    monkeypatch.undo()
    time.tzset()

    assert shown[1].startswith("スマホ     2026年11月30日 05:06")
    assert "差 +0 分" in shown[1]
    assert (
        shown[0]
        == {
            "UTC0": "この端末   2026年11月29日 20:06(時間帯 +00:00)",
            "JST-9": "この端末   2026年11月30日 05:06",
            "EST5": "この端末   2026年11月29日 15:06(時間帯 -05:00)",
        }[here]
    )
    assert ("日本時間" in shown[1]) is (here != "JST-9")


@pytest.mark.parametrize(("language", "day"), [("ja", "2016年11月30日"), ("en", "2016-11-30")])
def test_a_clock_that_is_wrong_by_years_is_seen_to_be(tmp_path, language, day):
    one = guide(tmp_path, "live", language=language)
    one.clock = Clock(now_ns=1_480_500_000 * 10**9)
    one.state = State(screen="clock")

    assert [day in line for line in page(one).lines[3:]] == [True, True]


def test_without_another_clock_no_reference_is_told(out, source):
    one = guide(out, source)
    answer(one, *TO_CLOCK)
    one.turn(5)
    answer(one, "none")
    work(one)
    answer(one, "start")
    work(one)
    started = open_bundle(one.collected.path).documents.events[0].detail

    assert started.clock.reference is None
    assert notes(one.collected.path)[0]["clock"]["offset_minutes"] is None


def test_of_a_server_only_the_quick_profile_is_taken(out, source):
    one = guide(out, source)
    answer(one, "no", "server", "read", "cannot", "read", "later", "no")
    taken(one)

    assert open_bundle(one.collected.path).documents.events[0].detail.profile == "quick"


@pytest.mark.parametrize(("kind", "rate"), [("server", 32 << 20), ("terminal", None)])
def test_a_server_is_read_no_faster_than_others_can_bear(kind, rate, out, source):
    one = guide(out, source)
    answer(one, "no", kind)

    assert one.request().limits.rate == rate


@pytest.mark.parametrize(
    ("language", "says"), [("en", "short of memory"), ("ja", "空きメモリが少ない")]
)
def test_that_it_waits_for_memory_is_said_by_both_faces(language, says, out, source):
    one, drawn = guide(out, source, language=language), []
    lines = Talk(one, Lines(os.open(os.devnull, os.O_RDONLY)), drawn.append)
    answer(one, *TO_CLOCK, "read")
    work(one)
    answer(one, "start")
    one.work.wait()  # nothing changes any more but what is said here
    lines._draw(one.page())
    before = len(drawn)
    one.work.waiting()
    lines._draw(one.page())

    assert [says in each for each in drawn[before - 1 :]] == [False, True]
    assert any(says in line for line in one.page().lines)
    work(one)


def test_the_last_page_is_said_once_by_lines(out, source):
    one, drawn = through(guide(out, source, face="plain")), []
    one.press(1)
    reading, writing = os.pipe()
    os.write(writing, b"no answer\n1\n")
    Talk(one, Lines(reading), drawn.append).run()
    os.close(writing)

    # Once more behind what is no answer, and not behind the one that closes it.
    assert one.closed
    assert [one.collected.code.split()[0] in each for each in drawn] == [True, True]


def test_the_draft_is_gone_with_the_seal_and_only_then(out, source):
    one = guide(out, source)
    for wanted in TO_CLOCK:
        answer(one, wanted)
        assert [each.screen for each in find(out).answers][-1:] == [one.state.answers[-1].screen]
    taken(one)

    assert [path for path in out.iterdir() if path.suffix == ".json"] == []
    one.press(1)
    one.press(1)
    assert [path for path in out.iterdir() if path.suffix == ".json"] == []


def test_of_a_running_machine_what_was_asked_for_is_taken(tmp_path):
    with mounted(tmp_path / "media", options="size=2g"):
        one = guide(tmp_path / "media", "live", language="ja", only=("clock", "sessions"))
        answer(one, *TO_CLOCK, "read")
        work(one)
        assert one.state.screen == "ready"
        shown = "\n".join(one.page().lines)
        assert "保存先がメモリ上です" in shown
        assert "メモリ" in shown.replace("保存先がメモリ上です", "")
        answer(one, "start")
        until(lambda: one.work.progress().left is not None)
        work(one)
        assert (one.state.screen, one.exit_code) == ("sealed", 0)
        (note,) = notes(one.collected.path)

    assert len(note["checks"]) == 10


def test_each_session_signs_with_a_key_of_its_own(out, tmp_path):
    keys = iter([bundles.KEY, bundles.STRANGER])
    one = guide(out, tree(tmp_path / "src", files=300))
    one.plan = replace(one.plan, new_key=lambda _: next(keys))
    answer(one, *TO_CLOCK, "read")
    work(one)
    answer(one, "start")
    one.ask_stop()
    one.press(2)
    work(one)
    first = one.collected.certificate_sha256
    answer(one, "again")
    work(one)

    assert one.state.screen == "sealed"
    assert first != one.collected.certificate_sha256


# The kit's key.


def unlock(passphrase: str) -> Opened | None:
    """A kit's key that opens by one word."""
    if not passphrase:
        return Opened(new_key=nobodys, told=[lambda t: t("kit.no_key")])
    return Opened(new_key=lambda _: bundles.KEY, told=[]) if passphrase == "open" else None


def locked(out: Path, source: Path) -> Guide:
    """A guide on the page that asks for the kit's passphrase."""
    one = guide(out, source, plan={"unlock": unlock})
    answer(one, *TO_CLOCK, "read")
    work(one)
    answer(one, "start")
    assert (one.state.screen, one.work) == ("passphrase", None)
    return one


def test_a_wrong_passphrase_is_asked_for_again_and_the_right_one_signs(out, source):
    one = locked(out, source)
    one.press(1)
    one.unlock("shut")
    assert one.state.screen == "passphrase"
    assert "doesn't open" in "\n".join(one.page().lines)
    one.unlock("open")
    assert one.page().working
    assert "open" not in str(one.document()["answers"])
    work(one)

    assert one.collected.certificate_sha256 == bundles.KEY.certificate_sha256
    assert [each["answer"] for each in notes(one.collected.path)[0]["answers"]][-2:] == [
        "start", "given",
    ]  # fmt: skip


def test_without_the_passphrase_it_collects_and_says_what_to_write_down(out, source):
    one = locked(out, source)
    one.unlock("")
    assert "25-digit number" in "\n".join(one.page().lines)
    work(one)

    assert one.state.screen == "sealed"
    assert one.collected.certificate_sha256 != bundles.KEY.certificate_sha256


def test_what_is_found_of_the_key_while_one_is_made_is_told_too(out, source):
    told: list[Sentence] = []
    opened = Opened(new_key=lambda _: told.append(lambda _: "This key is spent."), told=told)
    one = guide(out, source, plan={"unlock": lambda *_: opened})
    answer(one, *TO_CLOCK, "read")
    work(one)
    answer(one, "start")
    one.unlock("open")

    assert "This key is spent." in one.page().lines
    work(one)


def test_what_became_of_the_key_is_said_in_the_language_that_a_key_chose(out, source):
    one = guide(out, source, plan={"unlock": unlock, "other": Texts("ja")})
    answer(one, *TO_CLOCK, "read")
    work(one)
    answer(one, "start")
    one.unlock("shut")
    one.press(TRANSLATE)
    assert Texts("ja")("kit.wrong_passphrase")[:10] in "\n".join(one.page().lines)
    one.unlock("")
    one.press(TRANSLATE)
    assert "25-digit number" in "\n".join(one.page().lines)
    one.press(TRANSLATE)
    assert "25桁の番号" in "\n".join(one.page().lines)
    work(one)


def test_it_is_asked_for_once_in_a_run_and_before_a_resume(out, tmp_path):
    source = tree(tmp_path / "src", files=300)
    one = locked(out, source)
    one.unlock("open")
    one.ask_stop()
    one.press(2)
    work(one)
    assert one.state.screen == "unsealed"
    assert page(one).choices == ("Go on", "Stop here; it can be continued later")
    again = guide(out, source, plan={"unlock": unlock})
    answer(again, "go_on")
    work(again)
    assert again.state.screen == "passphrase"
    answer(one, "again")
    work(one)

    assert (one.state.screen, one.exit_code) == ("sealed", 0)
    assert one.collected.certificate_sha256 == bundles.KEY.certificate_sha256


def test_stopped_at_the_passphrase_it_goes_on_by_looking_again(out, source):
    one = locked(out, source)
    one.ask_stop()
    one.unlock("open")
    assert one.state.stopping
    one.press(2)
    again = guide(out, source, plan={"unlock": unlock})
    answer(again, "go_on")
    work(again)

    assert (one.state.screen, again.state.screen) == ("stopped", "ready")


@pytest.mark.parametrize(
    ("differing", "grade", "says"),
    [("", "ok", "as listed"), ("app/start.py", "limited", "not as its list says: app/start.py")],
)
def test_what_the_kit_s_files_are_like_is_said_before_the_start(
    differing, grade, says, out, source
):
    told = iter([None, None, differing])
    one = guide(out, source, plan={"differing": lambda: next(told)})
    answer(one, *TO_CLOCK, "read")
    one.tick()
    assert one.page().working
    work(one)

    assert one.state.screen == "ready"
    assert says in "\n".join(one.page().lines)
    assert one.document()["checks"][-1]["grade"] == grade


# Stopped.


@pytest.mark.parametrize("steps", range(1, len(TO_CLOCK) + 1))
def test_stopped_at_any_question_one_key_goes_on_there(steps, out, source):
    one = guide(out, source)
    answer(one, *TO_CLOCK[:steps])
    left = one.state.screen
    one.ask_stop()
    one.press(2)
    assert (one.state.screen, one.saved, one.exit_code) == ("stopped", True, 3)
    one.press(1)
    assert one.closed

    again = guide(out, source)
    answer(again, "go_on")

    assert again.state.screen == left
    answer(again, *TO_CLOCK[steps:])
    taken(again)
    (note,) = notes(again.collected.path)
    assert [each["answer"] for each in note["answers"]] == [
        *TO_CLOCK[:steps], "stop", "go_on", *TO_CLOCK[steps:], "read", "passed", "start",
    ]  # fmt: skip


def test_who_does_not_want_to_stop_goes_on_where_they_were(out, source):
    one = guide(out, source)
    answer(one, "no", "terminal")
    one.ask_stop()
    assert len(one.page().choices) == 2
    one.press(7)
    assert one.state.stopping
    one.press(1)

    assert (one.state.screen, one.state.stopping) == ("power", False)
    one.ask_stop()
    one.back()
    assert (one.state.screen, one.state.stopping) == ("power", False)


def test_stopped_while_it_collects_what_was_closed_stays_and_one_key_goes_on(out, tmp_path):
    source = tree(tmp_path / "src", files=300)
    one = stopped_half_way(out, source)
    assert find(out).bundle == one.collected.path.name

    again = guide(out, source)
    answer(again, "go_on")
    work(again)

    assert again.state.screen == "sealed"
    assert again.collected.path == one.collected.path
    opened = open_bundle(again.collected.path)
    assert opened.verdict.exit is Exit.VERIFIED
    assert [type(each.detail) for each in opened.documents.events].count(Resumed) == 1
    assert [each["answer"] for each in notes(again.collected.path)[-1]["answers"]][-4:] == [
        "stop", "unsealed", "go_on", "going_on",
    ]  # fmt: skip


def test_who_stopped_it_may_leave_it_at_that_and_goes_on_later(out, tmp_path):
    source = tree(tmp_path / "src", files=300)
    one = stopped_half_way(out, source)
    answer(one, "end")
    assert (one.state.screen, one.exit_code) == ("stopped", 3)
    one.press(1)
    assert one.closed

    again = guide(out, source)
    answer(again, "go_on")
    work(again)
    assert (again.state.screen, again.collected.path) == ("sealed", one.collected.path)


def test_the_same_in_the_same_run(out, tmp_path):
    one = stopped_half_way(out, tree(tmp_path / "src", files=300))
    answer(one, "again")
    work(one)

    assert one.state.screen == "sealed"
    assert len([path for path in out.iterdir() if path.is_dir()]) == 1


def test_who_begins_anew_gets_a_bundle_of_its_own(out, tmp_path):
    source = tree(tmp_path / "src", files=300)
    stopped_half_way(out, source)
    one = guide(out, source)
    answer(one, "anew", *TO_CLOCK[1:])
    taken(one)

    assert len([path for path in out.iterdir() if path.is_dir()]) == 2
    assert notes(one.collected.path)[0]["answers"][0]["answer"] == "anew"
    # What was begun first can still be gone on with.
    assert find(out) is not None


def test_a_terminal_that_is_gone_ends_it_in_order(out, tmp_path):
    source = tree(tmp_path / "src", files=300)
    one = guide(out, source)
    answer(one, *TO_CLOCK, "read")
    work(one)
    answer(one, "start")
    one.stop_now()
    assert not one.closed
    until(lambda: one.closed, one.tick)

    assert one.exit_code == 3
    Interruption(one.collected.path)  # can be gone on with


def test_at_a_question_it_ends_at_once(out, source):
    one = guide(out, source)
    answer(one, "no")
    one.stop_now()

    assert one.closed
    assert find(out).left_at(out) == "kind"


# Refused.


def refused(one: Guide) -> list[str]:
    answer(one, *TO_CLOCK, "read")
    work(one)
    assert one.state.screen == "refused"
    return [check.name for check in one.checks if check.grade == "refuse"]


def test_too_small_a_medium_is_refused_and_another_one_taken(tmp_path, source):
    with mounted(tmp_path / "media", options="size=8m"):
        one = guide(tmp_path / "media" / "out", source)
        assert refused(one) == ["space"]
        assert "8.0 MiB" in "\n".join(one.page().lines)
        assert one.exit_code == 4
    with mounted(tmp_path / "media", options="size=200m"):
        answer(one, "again")
        work(one)
        assert one.state.screen == "ready"
        answer(one, "start")
        work(one)
        assert (one.state.screen, one.exit_code) == ("sealed", 0)


def test_nothing_at_all_is_written_where_nothing_may_be(tmp_path, source):
    inside = source / "etc" / "out"
    one = guide(inside, source)
    assert refused(one) == ["place"]
    one.ask_stop()

    assert one.state.screen == "stopped"
    assert not inside.exists()
    assert "could not be kept" in "\n".join(one.page().lines)


def test_of_a_live_machine_its_own_disk_is_no_destination():
    one = guide(Path("/etc/hozen-out"), "live")
    answer(one, "no", "terminal")

    assert not one.saved
    assert not Path("/etc/hozen-out").exists()


def test_a_destination_that_can_t_be_looked_at_is_told(tmp_path, source):
    (tmp_path / "file").write_text("")
    one = guide(tmp_path / "file" / "out", source)
    answer(one, *TO_CLOCK, "read")
    work(one)

    assert one.state.screen in ("refused", "ready")
    if one.state.screen == "ready":
        answer(one, "start")
        work(one)
        assert one.state.screen == "failed"
    assert one.exit_code == 4
    one.ask_stop()
    assert not one.saved


@pytest.mark.parametrize(
    ("language", "says"), [("en", "not resumed: "), ("ja", "続きを取れません: ")]
)
def test_a_bundle_that_was_altered_meanwhile_is_not_gone_on_with(language, says, out, tmp_path):
    source = tree(tmp_path / "src", files=300)
    first = stopped_half_way(out, source).collected.path
    event = min((first / "custody").glob("*.json"))
    event.chmod(stat.S_IRUSR | stat.S_IWUSR)
    event.write_bytes(event.read_bytes().replace(b'"UNNAMED"', b'"CHANGED"'))

    one = guide(out, source, language=language)
    answer(one, "go_on")
    work(one)

    assert (one.state.screen, one.exit_code) == ("failed", 2)
    assert says in "".join(one.page().lines)
    left = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    answer(one, "again")
    work(one)
    answer(one, "start")
    work(one)
    assert (one.state.screen, one.collected.path == first) == ("sealed", False)
    assert left == {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}


def test_a_bundle_that_somebody_else_collects_into_is_waited_for(out, tmp_path):
    source = tree(tmp_path / "src", files=300)
    first = stopped_half_way(out, source).collected.path
    one = guide(out, source, language="ja")
    with LogLock() as others:
        others.take(first)
        answer(one, "go_on")
        work(one)
        assert (one.state.screen, one.exit_code) == ("failed", 2)
        lines = "".join(one.page().lines)
        assert "終わるのを待って、もう一度" in lines
        assert first.name in lines  # and not that a new one will be begun
    answer(one, "again")
    work(one)

    assert (one.state.screen, one.collected.path) == ("sealed", first)


def test_a_bundle_that_was_pulled_before_its_first_event_is_begun_anew(out, tmp_path):
    source = tree(tmp_path / "src", files=300)
    first = stopped_half_way(out, source).collected.path
    for path in [*(first / "custody").iterdir(), *(first / "data").iterdir()]:
        path.unlink()
    one = guide(out, source)
    answer(one, "go_on")
    work(one)

    assert (one.state.screen, one.collected.path == first) == ("sealed", False)


def test_a_bundle_that_was_taken_away_is_begun_anew(out, tmp_path):
    source = tree(tmp_path / "src", files=300)
    shutil.rmtree(stopped_half_way(out, source).collected.path)
    one = guide(out, source)
    answer(one, "go_on")
    work(one)

    assert one.state.screen == "sealed"


def test_a_destination_that_fills_up_is_said_and_gone_on_with(tmp_path, monkeypatch):
    write_small(monkeypatch)
    monkeypatch.setattr("evidence.wizard.checks.LEAST_ROOM", 1 << 20)
    source = tmp_path / "src"
    source.mkdir()
    for number in range(6):
        (source / f"{number}.bin").write_bytes(number.to_bytes(1) + (b"%d" % number) * (1 << 20))
    (source / "noise.bin").write_bytes(random.Random(SEED).randbytes(6 << 20))
    with mounted(tmp_path / "media", options="size=4m"):
        one = guide(tmp_path / "media" / "out", source)
        answer(one, *TO_CLOCK, "read")
        work(one)
        answer(one, "start")
        work(one)
        assert (one.state.screen, one.collected.cause) == ("unsealed", "destination_full")
        assert "delete nothing named HZ_" in " ".join(page(one).lines)
        assert page(one).choices[0] == "Go on, now that there is room"
        assert one.exit_code == 3


# Ends without a collection.


@pytest.mark.parametrize(
    "answers",
    [("yes",), ("unknown",), ("no", "network"), ("no", "medical"), ("no", "unknown"),
     (*TO_CLOCK[:-1], "yes", "hibernate"), (*TO_CLOCK[:-1], "yes", "cut")],
    ids="-".join,
)  # fmt: skip
def test_where_nothing_is_to_be_run_nothing_is(answers, out, source):
    one = guide(out, source)
    answer(one, *answers)
    assert one.work is None
    assert "00-0000-0000" in "\n".join(one.page().lines)
    one.press(1)

    assert (one.closed, one.exit_code) == (True, 3)
    assert list(out.glob("HZ_*")) == []
    # The answers stay as a record, and nobody is asked to go on with them.
    assert len(list(out.glob("wizard-*.json"))) == 1
    assert find(out) is None


def test_who_keeps_it_running_on_advice_goes_on_without_being_asked_for_the_time(out, source):
    one = guide(out, source)
    answer(one, *TO_CLOCK[:-1], "yes", "keep")
    work(one)

    assert one.state.screen == "ready"
