"""The face of screens, with a pilot at its keys: from the first screen to the code."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable

import pytest
import zxingcpp
from hosts import NOBODY, as_nobody, open_to_all
from mounting import mounted, remount
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Static
from wizards import PATIENCE, guide, stopped_half_way, tree

from evidence.cli.texts import Texts
from evidence.reading.checked import verify_bundle
from evidence.wizard import views
from evidence.wizard.full import Face
from evidence.wizard.guide import Guide
from evidence.wizard.plan import Opened, nobodys
from evidence.wizard.undertaking import Undertaking

SIZE = (80, 24)
MODULE = 8  # dots of a module


def flown(one: Guide, flight: Callable[[Pilot], Awaitable[None]]) -> Face:
    """Let a pilot fly a face; its screens are as large as the smallest that it is used on."""
    face = Face(one)

    async def fly() -> None:
        async with face.run_test(size=SIZE) as pilot:
            await flight(pilot)

    asyncio.run(fly())
    return face


def shown(pilot: Pilot, name: str = "text") -> str:
    return str(pilot.app.query_one(f"#{name}", Static).content)


async def until(pilot: Pilot, done: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 20):
        if done():
            return
        await pilot.pause(0.05)
    raise AssertionError(shown(pilot))


async def to_the_clock(pilot: Pilot) -> None:
    await pilot.press("1", "1", "enter", "1", "enter", "1", "1")


def screen_lines(pilot: Pilot) -> list[str]:
    """What the terminal shows, line by line."""
    return ["".join(segment.text for segment in strip) for strip in
            pilot.app.screen._compositor.render_strips()]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "first", "end"),
    [
        ("ja", "患者さんの安全が先です。", "終わりました"),
        ("en", "The patient comes first.", "Ended"),
    ],
    ids=["ja", "en"],
)
def test_by_keys_alone_from_the_first_screen_to_the_code(language, first, end, out, source):
    one = guide(out, source, language=language)

    async def flight(pilot: Pilot) -> None:
        assert first in shown(pilot)
        await to_the_clock(pilot)
        assert one.state.screen == "clock"
        await pilot.press("up", "up", "down", "right", "left", "enter")
        await until(pilot, lambda: one.state.screen == "ready")
        await pilot.press("enter")
        await until(pilot, lambda: one.state.screen == "sealed")
        await pilot.pause()
        assert end in shown(pilot)
        await pilot.press("enter")
        groups = [line for line in shown(pilot).splitlines() if line.strip().isdecimal()]
        assert groups == one.collected.code.split()
        assert max(cell_len(line) for line in screen_lines(pilot)) <= SIZE[0]
        assert read(shown(pilot, "square")) == one.collected.root
        await pilot.press("enter")
        await until(pilot, lambda: one.closed)

    flown(one, flight)

    assert one.state.offset == 1
    assert int(verify_bundle(one.collected.path).exit) == 0


def read(square: str) -> str:
    """What a telephone's camera reads from half blocks, light on dark as they are drawn."""
    halves = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    dots = bytearray()
    for row in square.splitlines():
        for half in (0, 1):
            dots += b"".join(bytes([halves[char][half]]) * MODULE for char in row) * MODULE
    width = len(square.splitlines()[0]) * MODULE
    picture = memoryview(bytes(dots)).cast("B", (len(dots) // width, width))
    found = zxingcpp.read_barcode(picture)
    return found.text


def test_arrows_and_enter_do_what_digits_do(out, source):
    one = guide(out, source)

    async def flight(pilot: Pilot) -> None:
        await pilot.press("down", "enter")
        assert one.state.screen == "kind"
        await pilot.press("up", "up", "up", "enter")
        assert one.state.screen == "end_network"

    flown(one, flight)


def test_of_several_answers_none_is_given_by_an_enter_too_many(out, source):
    one = guide(out, source)

    async def flight(pilot: Pilot) -> None:
        await pilot.press("enter", "enter")
        assert one.state.screen == "care"
        await pilot.press("1", "enter")
        assert one.state.screen == "kind"
        await pilot.press("1", "enter")  # what is only told is read with it
        assert one.state.screen == "lan"
        await pilot.press("9", "enter")
        assert one.state.stopping

    flown(one, flight)


@pytest.mark.parametrize(
    "key",
    ["9", "q", "ctrl+c", "ctrl+q", "escape", "９"],
    ids=["nine", "q", "ctrl-c", "ctrl-q", "escape", "full-width"],
)
def test_no_key_ends_it_without_a_question(key, out, source):
    one = guide(out, source)

    async def flight(pilot: Pilot) -> None:
        await pilot.press("1", key)
        assert one.state.stopping
        await pilot.pause()
        assert "Stop now" in shown(pilot)
        await pilot.press("1", key, "2")
        assert one.state.screen == "stopped"
        await pilot.press("enter")
        await until(pilot, lambda: one.closed)

    flown(one, flight)

    assert [each.answer for each in one.state.answers] == ["no", "not_stopped", "stop"]


def test_digits_in_full_width_count_and_other_keys_do_not(out, source):
    one = guide(out, source)

    async def flight(pilot: Pilot) -> None:
        await pilot.press("あ", "x", "tab", "left", "8", "f1", "space")
        assert one.state.screen == "care"
        await pilot.press("１")
        assert one.state.screen == "kind"
        await pilot.press("０")
        assert one.state.screen == "care"

    flown(one, flight)


def test_one_key_changes_the_language_wherever_one_is(out, source):
    one = guide(out, source, language="ja", plan={"other": Texts("en")})

    async def flight(pilot: Pilot) -> None:
        assert "8 英語 English" in shown(pilot, "foot")
        await pilot.press("1", "8")
        assert "What is this machine?" in shown(pilot)
        assert "8 日本語" in shown(pilot, "foot")
        await pilot.press("9", "8")
        assert "診療優先で中断しますか" in shown(pilot)
        await pilot.press("8", "2")
        assert one.state.screen == "stopped"
        await pilot.press("8")
        assert not one.closed

    flown(one, flight)

    assert one.t.language == "ja"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_passphrase_may_be_typed_that_nobody_sees(language, out, source):
    given = []

    def unlock(passphrase: str) -> Opened | None:
        given.append(passphrase)
        return Opened(new_key=nobodys, told=[lambda t: t("kit.no_key")]) if len(given) > 1 else None

    one = guide(out, source, language=language, plan={"unlock": unlock})

    async def flight(pilot: Pilot) -> None:
        await to_the_clock(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: one.state.screen == "ready")
        await pilot.press("enter", *"9q0x", "backspace", "space", "あ", "up", "tab")
        assert one.state.screen == "passphrase"
        await pilot.pause()
        assert shown(pilot).endswith("> *****")
        await pilot.press("enter")
        assert (given, one.state.screen) == (["9q0 あ"], "passphrase")
        await pilot.pause()
        assert one.t("kit.wrong_passphrase") in shown(pilot).replace("\n", "")
        await pilot.press("escape")
        assert one.state.stopping
        await pilot.press("1", "enter")
        assert len(given) == 1  # one too many, right after another page
        await pilot.pause(1)
        await pilot.press("enter")
        assert given[1] == ""
        await until(pilot, lambda: one.state.screen == "sealed")

    flown(one, flight)


# Where it does not go straight on, in both languages.


async def to_start(pilot: Pilot, one: Guide) -> None:
    await to_the_clock(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: one.state.screen in ("ready", "refused"))
    await pilot.pause()


async def to_the_code(pilot: Pilot, one: Guide) -> None:
    await until(pilot, lambda: one.state.screen == "sealed")
    await pilot.press("enter")
    assert one.state.screen == "code"
    assert one.collected.code.split()[0] in shown(pilot)


LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])


@LANGUAGES
def test_a_destination_in_what_is_taken_is_refused_as_often_as_one_tries(language, source):
    one = guide(source / "out", source, language=language)

    async def flight(pilot: Pilot) -> None:
        await to_start(pilot, one)
        for _ in range(2):
            assert one.state.screen == "refused"
            assert one.t("wizard.check.place.inside") in shown(pilot)
            assert one.t("wizard.grade.refuse") in shown(pilot)
            await pilot.press("enter")
            await until(pilot, lambda: one.state.screen == "refused")
            await pilot.pause()
        await pilot.press("9", "enter")

    flown(one, flight)

    assert (one.closed, one.exit_code) == (True, 4)
    assert not (source / "out").exists()


@LANGUAGES
def test_on_a_full_medium_it_is_refused_and_on_a_larger_one_it_goes_to_the_code(
    language, tmp_path, source
):
    with mounted(tmp_path / "media", options="size=8m") as media:
        one = guide(tmp_path / "media" / "out", source, language=language)

        async def flight(pilot: Pilot) -> None:
            await to_start(pilot, one)
            assert one.state.screen == "refused"
            said = one.t("wizard.check.space.none", free="8.0 MiB", needs="64.0 MiB")
            assert said in shown(pilot)
            remount(media, "size=200m")
            await pilot.press("enter")
            await until(pilot, lambda: one.state.screen == "ready")
            await pilot.press("enter")
            await to_the_code(pilot, one)

        flown(one, flight)
        assert int(verify_bundle(one.collected.path).exit) == 0


@LANGUAGES
def test_who_has_few_rights_is_told_so_and_comes_to_the_code(language, tmp_path, source):
    out = tmp_path / "out"
    out.mkdir()
    os.chown(out, NOBODY, NOBODY)
    open_to_all(tmp_path)
    one = guide(out, source, language=language)

    async def flight(pilot: Pilot) -> None:
        await to_start(pilot, one)
        for line in one.t("wizard.check.rights.few").split("\n"):
            assert line in shown(pilot)
        await pilot.press("enter")
        await to_the_code(pilot, one)

    with as_nobody():
        flown(one, flight)

    assert {path.stat().st_uid for path in out.rglob("*")} == {NOBODY}
    assert int(verify_bundle(one.collected.path).exit) == 0


@LANGUAGES
def test_what_was_begun_earlier_comes_to_the_code_by_one_key(language, out, tmp_path):
    source = tree(tmp_path / "src", files=300)
    bundle = stopped_half_way(out, source).collected.path
    one = guide(out, source, language=language)

    async def flight(pilot: Pilot) -> None:
        assert one.t("wizard.care.go_on") in shown(pilot)
        await pilot.press("1")
        await to_the_code(pilot, one)

    flown(one, flight)

    assert one.collected.path == bundle
    assert int(verify_bundle(bundle).exit) == 0


@LANGUAGES
def test_where_it_can_t_be_gone_on_with_that_is_told_and_a_new_one_comes_to_the_code(
    language, out, tmp_path
):
    source = tree(tmp_path / "src", files=300)
    bundle = stopped_half_way(out, source).collected.path
    event = min((bundle / "custody").glob("*.json"))
    event.chmod(0o600)
    event.write_bytes(event.read_bytes().replace(b'"UNNAMED"', b'"CHANGED"'))
    one = guide(out, source, language=language)

    async def flight(pilot: Pilot) -> None:
        await pilot.press("1")
        await until(pilot, lambda: one.state.screen == "failed")
        await pilot.pause()
        assert one.t("wizard.failed_anew") in shown(pilot)
        assert one.t("wizard.failed.again") in shown(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: one.state.screen == "ready")
        await pilot.press("enter")
        await to_the_code(pilot, one)

    flown(one, flight)

    assert one.collected.path != bundle


def test_it_answers_while_it_collects_and_stops_when_told(out, source, monkeypatch):
    gate = threading.Event()  # the collection stands at an item until it is opened
    monkeypatch.setattr(Undertaking, "item", lambda *_: gate.wait(PATIENCE))
    one = guide(out, source)

    async def flight(pilot: Pilot) -> None:
        await to_the_clock(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: one.state.screen == "ready")
        await pilot.press("enter")
        await until(pilot, lambda: "Now: which machine this is (1 of " in shown(pilot))
        await pilot.press("9")
        await until(pilot, lambda: "Stop now" in shown(pilot))
        await pilot.press("2")
        await until(pilot, lambda: "closing what is open" in shown(pilot))
        gate.set()
        await until(pilot, lambda: one.state.screen == "unsealed")
        await until(pilot, lambda: one.collected.path.name in shown(pilot))
        await pilot.press("enter")  # one too many: it was stopped because care comes first
        await pilot.pause()
        assert one.state.screen == "unsealed"
        await pilot.press("1")
        await until(pilot, lambda: one.state.screen == "sealed")

    flown(one, flight)

    assert int(verify_bundle(one.collected.path).exit) == 0


def test_a_fault_of_ours_ends_the_screens_and_the_collection_in_order(out, source, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(Undertaking, "item", lambda *_: gate.wait(PATIENCE))
    one = guide(out, source)

    async def flight(pilot: Pilot) -> None:
        await to_the_clock(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: one.state.screen == "ready")
        await pilot.press("enter")
        monkeypatch.setitem(views._LINES, "collecting", lambda _: 1 / 0)
        await until(pilot, lambda: pilot.app.fault is not None)

    face = flown(one, flight)
    gate.set()
    one.close()

    assert isinstance(face.fault, ZeroDivisionError)
    assert (one.collected.sealed, one.collected.cause) == (False, "signal")


def test_a_banner_is_there_where_writes_are_in_memory_and_nowhere_else(out, source):
    from evidence.wizard.checks import Check

    one = guide(out, source, language="ja")

    async def flight(pilot: Pilot) -> None:
        assert not pilot.app.query_one("#banner").display
        one.checks = [Check(name="writes", grade="limited", found="in_ram")]
        await pilot.press("1")
        await pilot.pause()
        assert pilot.app.query_one("#banner").display
        assert "再起動・ログオフ禁止" in shown(pilot, "banner")

    flown(one, flight)
