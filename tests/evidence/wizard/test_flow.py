"""The guided way: where each answer leads, on every way that there is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.wizard.draft import Draft
from evidence.wizard.flow import Flow, Moment, State, decisions, said
from evidence.wizard.guide import STEPS, TRANSLATE
from evidence.wizard.screens import FIRST, LEFT, SCREENS, World

NOW = Moment(at="2026-11-22T18:00:00.000000Z", mono="1")
# What a draft says where it was left on each screen.
LEFT_AT = {
    Draft(schema="", salt="", host="", screen=name).left_at(Path("/nowhere")) for name in SCREENS
}
GONE_ON_WITH = sorted(LEFT_AT - {None})
WORLDS = [
    World(left=left, encrypted=encrypted, locked=locked)
    for left in (None, *GONE_ON_WITH)
    for encrypted in (False, True)
    for locked in (False, True)
]
TRYING_AGAIN = ("again", "going_on")


def ways(flow: Flow, state: State | None = None) -> Iterator[State]:
    """Every way to an end; what may be tried as often as one likes is tried once."""
    state = state or State()
    if flow.screen(state).kind == "end":
        yield state
        return
    for choice in flow.choices(state):
        again = [each for each in state.answers if each.answer in TRYING_AGAIN]
        if choice.answer not in TRYING_AGAIN or not again:
            yield from ways(flow, flow.choose(state, choice.answer, NOW))


@pytest.fixture(scope="module")
def all_ways() -> list[tuple[World, State]]:
    return [(world, end) for world in WORLDS for end in ways(Flow(world))]


@pytest.fixture(scope="module")
def fresh(all_ways) -> list[State]:
    """The ends of those ways on which nothing was begun earlier."""
    return [end for world, end in all_ways if world.left is None]


def test_there_are_ways_and_all_of_them_end(all_ways, fresh):
    assert len(fresh) > 100
    assert {SCREENS[end.screen].kind for _, end in all_ways} == {"end"}


def test_nobody_decides_more_than_seven_times(all_ways):
    counts = {decisions(end.answers) for _, end in all_ways}

    assert max(counts) == 7
    assert min(counts) == 1


def test_every_screen_is_on_some_way(all_ways):
    seen = {answer.screen for _, end in all_ways for answer in end.answers}

    assert seen | {end.screen for _, end in all_ways} == SCREENS.keys()


def test_the_patient_is_asked_for_first_on_every_way(all_ways):
    assert {end.answers[0].screen for _, end in all_ways} == {"care"}


@pytest.mark.parametrize(
    ("screen", "answer", "ends"),
    [
        ("care", "yes", "end_care"),
        ("care", "unknown", "end_care"),
        ("kind", "network", "end_network"),
        ("kind", "medical", "end_medical"),
        ("kind", "unknown", "end_unknown"),
        ("adviser", "hibernate", "end_hibernate"),
        ("adviser", "cut", "end_cut"),
    ],
)
def test_nothing_is_taken_after(all_ways, screen, answer, ends):
    after = [end for _, end in all_ways if said(end.answers, screen) == answer]

    assert after
    assert {end.screen for end in after} == {ends}
    assert {said(end.answers, "collecting") for end in after} == {None}


def test_a_collection_begins_only_after_power_cable_photos_and_appliance_were_spoken_of(fresh):
    taken = [end for end in fresh if said(end.answers, "collecting") is not None]
    before = ("care", "kind", "power", "lan", "photos", "appliance", "encrypting", "preflight")

    assert taken
    for end in taken:
        asked = [each.screen for each in end.answers]
        assert asked[: len(before) - 1] == list(before[:-1])


def test_the_kit_s_passphrase_is_asked_for_right_before_it_collects_and_nowhere_else(all_ways):
    before: dict[bool, set[str]] = {True: set(), False: set()}
    for world, end in all_ways:
        screens = [each.screen for each in end.answers]
        before[world.locked] |= {one for one, then in pairwise(screens) if then == "collecting"}

    assert before == {True: {"passphrase"}, False: {"ready", "preflight"}}


def test_where_a_disk_is_encrypted_its_key_is_asked_for_before_the_power():
    deciding = {
        world.encrypted: {said(end.answers, "key") for end in ways(Flow(world)) if _decided(end)}
        for world in (World(), World(encrypted=True))
    }

    assert deciding == {False: {None}, True: {"known", "unknown"}}


def _decided(end: State) -> bool:
    return said(end.answers, "adviser") is not None


def test_the_adviser_has_choices_and_none_is_made_for_them():
    assert [choice.answer for choice in SCREENS["adviser"].choices] == ["keep", "hibernate", "cut"]


@pytest.mark.parametrize("left", GONE_ON_WITH)
def test_one_key_goes_on_where_an_earlier_session_was_left(left):
    flow = Flow(World(left=left, encrypted=True))
    state = State()

    assert flow.choices(state)[0].answer == "go_on"
    assert flow.choose(state, "go_on", NOW).screen == left
    assert [each.answer for each in Flow(World()).choices(state)] == ["no", "yes", "unknown"]


def test_every_answer_leads_to_a_screen_and_questions_have_two():
    goes = {choice.goes for screen in SCREENS.values() for choice in screen.choices}
    counts = {kind: {len(s.choices) for s in SCREENS.values() if s.kind == kind}
              for kind in ("question", "told", "end")}  # fmt: skip

    assert goes <= SCREENS.keys() | {LEFT}
    assert min(counts["question"]) >= 2
    assert (counts["told"], counts["end"]) == ({1, 2}, {0})
    assert [s.name for s in SCREENS.values() if s.kind == "told" and len(s.choices) > 1] == [
        "unsealed"
    ]


def test_the_number_that_changes_the_language_answers_nothing():
    most = max(len(screen.choices) for screen in SCREENS.values())

    assert len(SCREENS["clock"].choices) + len(STEPS) < TRANSLATE
    assert most < TRANSLATE


def test_an_answer_that_is_none_here_is_a_fault_of_the_caller():
    with pytest.raises(ValueError, match="care: there is no answer maybe"):
        Flow(World()).choose(State(), "maybe", NOW)


def test_what_was_corrected_stays_on_record():
    flow = Flow(World())
    state = flow.choose(State(), "no", NOW)
    state = flow.choose(state, "medical", NOW)
    assert flow.back(state, NOW) == state  # an end stays one
    state = flow.choose(flow.choose(State(), "no", NOW), "server", NOW)
    state = flow.choose(flow.back(state, NOW), "terminal", NOW)

    assert [(each.screen, each.answer) for each in state.answers] == [
        ("care", "no"), ("kind", "server"), ("power", "back"), ("kind", "terminal"),
    ]  # fmt: skip
    assert said(state.answers, "kind") == "terminal"
    assert decisions(state.answers) == 3


def test_a_clock_is_moved_on_its_screen_alone_and_told_only_when_it_was_read():
    flow = Flow(World())
    elsewhere = flow.match(State(), 5)
    state = flow.match(flow.match(State(screen="clock"), 60), -1)

    assert elsewhere.offset == 0
    assert flow.choose(state, "read", NOW).answers[-1].offset_minutes == 59
    assert flow.choose(state, "none", NOW).answers[-1].offset_minutes is None


@pytest.mark.parametrize("screen", SCREENS)
def test_on_every_screen_short_of_an_end_one_may_stop_and_is_asked_first(screen):
    flow, state = Flow(World()), State(screen=screen)
    asked = flow.ask(state)
    if SCREENS[screen].kind == "end":
        assert asked == state
        return
    gone_on = flow.answer_stop(asked, NOW, stops=False)
    stopped = flow.answer_stop(asked, NOW, stops=True)

    assert asked.stopping
    assert (gone_on.screen, gone_on.stopping) == (screen, False)
    # A collection closes what is open before another screen comes.
    assert stopped.screen == ("collecting" if screen == "collecting" else "stopped")
    assert stopped.answers[-1].answer == "stop"


MOVES = st.lists(
    st.one_of(st.integers(0, 4), st.sampled_from(["back", "ask", "on", "stop", "+1", "-60"])),
    max_size=40,
)


@given(st.sampled_from(WORLDS), MOVES)
def test_whatever_is_pressed_answers_only_grow_and_a_screen_is_shown(world, moves):
    flow, state = Flow(world), State()
    for move in moves:
        before = state
        match move:
            case "back":
                state = flow.back(state, NOW)
            case "ask":
                state = flow.ask(state)
            case "on" | "stop" if state.stopping:
                state = flow.answer_stop(state, NOW, stops=move == "stop")
            case "+1" | "-60":
                state = flow.match(state, int(move))
            case int() if move < len(flow.choices(state)):
                state = flow.choose(state, flow.choices(state)[move].answer, NOW)
        assert state.answers[: len(before.answers)] == before.answers
        assert state.screen in SCREENS
        assert set(state.trail) <= SCREENS.keys()
        assert SCREENS[FIRST].kind == "question"
