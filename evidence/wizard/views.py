"""Which page a guide shows: a function for each screen that says more than its own sentence."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from chain_of_custody.code import read_aloud
from chain_of_custody.findings import escaped
from evidence.console import BLOCKS, writes
from evidence.machine.clock import zone, zone_of
from evidence.telling.catalogue import sentence_of
from evidence.telling.ended import balance, why_unsealed
from evidence.telling.timeleft import in_words
from evidence.telling.titles import title
from evidence.units import shown_size
from evidence.wizard.checks import in_memory_only
from evidence.wizard.pages import COLUMNS, Page, asked, call, folded, judged
from evidence.writing.square import drawn

if TYPE_CHECKING:
    from evidence.telling.collected import Collected
    from evidence.wizard.guide import Guide

_NS = 1_000_000_000
_JAPAN = 9 * 60 * 60
"""Seconds: what telephones show where Japanese is read. Servers keep UTC, and a zone that was taken
for a wrong clock would stand on record as hours."""
_BELOW = 2  # lines that stay below a square: what the keys do, and where one types
BESIDE = 36  # columns beside the square
_CALLING = ("adviser", "end_care", "end_medical", "end_unknown", "end_network", "end_hibernate",
            "end_cut", "refused", "failed", "unsealed", "sealed", "code")  # fmt: skip
_ARROWS = {"en": ("up", "down", "right", "left"), "ja": ("上", "下", "右", "左")}
_MINUTES = ("+1", "-1", "+60", "-60")  # as the arrows move a clock, guide.STEPS


def page(guide: Guide) -> Page:
    """What is to be drawn now."""
    t, state = guide.t, guide.state
    answers = [choice.answer for choice in guide.flow.choices(state)]
    screen = guide.flow.screen(state)
    if state.stopping:
        lines, choices = asked(t, "stopping", ("not_stopped", "stop"))
    elif screen.kind in ("work", "secret"):
        lines, choices = [], []
    else:
        lines, choices = _own(guide, screen.name, answers)
    return Page(
        title=t("wizard.title"),
        banner=_banner(guide),
        lines=tuple(lines or _LINES[screen.name](guide)), choices=tuple(choices),
        foot=_foot(guide), square=_square(guide) if screen.name == "code" else (),
        turns=screen.name == "clock" and not state.stopping,
        secret=screen.kind == "secret" and not state.stopping,
        working=screen.kind == "work" and not state.stopping,
    )  # fmt: skip


def _own(guide: Guide, name: str, answers: list[str]) -> tuple[list[str], list[str]]:
    """The lines of a screen on which a person answers, or the way ends."""
    t = guide.t
    cause = {"again": _cause(guide)} if name == "unsealed" else {}
    choices = [t(f"wizard.{name}.{answer}{cause.get(answer, '')}") for answer in answers]
    if name == "clock":
        arrows = zip(_MINUTES, _ARROWS[t.language], strict=True)
        choices += [
            t(f"wizard.clock_step.{guide.face}", minutes=minutes, arrow=arrow)
            for minutes, arrow in arrows
        ]
    lines = _LINES[name](guide) if name in _LINES else t(f"wizard.{name}").split("\n")
    if name in _CALLING:
        columns = BESIDE if name == "code" else COLUMNS
        lines = [*lines, "", *call(t, guide.plan.contact, columns)]
    return lines, choices


def _cause(guide: Guide) -> str:
    """What the words depend on: only a medium that failed may have to be put back."""
    cause = guide.collected.cause if guide.collected is not None else None
    return f"_{cause}" if cause in ("signal", "destination_full") else ""


def _foot(guide: Guide) -> str:
    """What the keys do. In a passphrase a digit is a digit."""
    other = guide.t("wizard.foot_language") if guide.plan.other is not None else ""
    secret = guide.flow.screen(guide.state).kind == "secret" and not guide.state.stopping
    return _keys(guide) + ("" if secret else other)


def _keys(guide: Guide) -> str:
    t, kind = guide.t, guide.flow.screen(guide.state).kind
    if guide.state.stopping:
        return t(f"wizard.foot.{guide.face}", back="")
    if kind == "end":
        return t("wizard.foot_end")
    if guide.state.screen == "sealed":
        return t("wizard.foot_on")
    if kind == "work":
        return t("wizard.foot_work")
    if kind == "secret":
        return t(f"wizard.foot_secret.{guide.face}")
    back = t("wizard.foot_back") if guide.state.trail else ""
    return t(f"wizard.foot.{guide.face}", back=back)


def _banner(guide: Guide) -> str:
    found = in_memory_only(guide.checks)
    return "" if found is None else guide.t(f"wizard.banner.{found}")


# Screens that say more than their own sentence.


def _key(guide: Guide) -> list[str]:
    """Whether it is encrypted is only said where it was seen."""
    seen = guide.flow.world.encrypted
    return guide.t("wizard.key" if seen else "wizard.key_perhaps").split("\n")


def _clock(guide: Guide) -> list[str]:
    t, offset = guide.t, guide.state.offset
    wall = guide.clock.wall()
    now = time.localtime(wall // _NS)
    ahead = _JAPAN if t.language == "ja" else now.tm_gmtoff
    then = time.gmtime(wall // _NS + offset * 60 + ahead)
    host, other = _day(t.language, now), _day(t.language, then)
    if t.language != "ja" or now.tm_gmtoff != ahead:
        host += t("wizard.clock_zone", zone=zone(wall))
        other += t("wizard.clock_zone_other", zone=zone_of(ahead))
    both = t("wizard.clock_both", host=host, other=other, minutes=f"{offset:+d}")
    how = t("wizard.clock_plain") if guide.face == "plain" else t("wizard.clock")
    return [*how.split("\n"), "", *both.split("\n")]


def _day(language: str, when: time.struct_time) -> str:
    """Day and time: a clock that is wrong by years may show the right minute."""
    day = time.strftime("%Y-%m-%d", when)
    if language == "ja":
        day = f"{when.tm_year}年{when.tm_mon}月{when.tm_mday}日"
    return f"{day} {time.strftime('%H:%M', when)}"


def _preflight(guide: Guide) -> list[str]:
    return [guide.t("wizard.preflight")]


def _ready(guide: Guide) -> list[str]:
    return [guide.t("wizard.ready"), "", *judged(guide.t, guide.checks)]


def _refused(guide: Guide) -> list[str]:
    t = guide.t
    if guide.error is not None:
        told = folded(t("wizard.failed", text=sentence_of(guide.error, t)))
    else:
        told = judged(t, [each for each in guide.checks if each.grade == "refuse"])
    return [t("wizard.refused"), "", *told]


def _passphrase(guide: Guide) -> list[str]:
    return [*guide.t("wizard.passphrase").split("\n"), *_told(guide)]


def _told(guide: Guide) -> list[str]:
    """What became of the kit's key."""
    said = dict.fromkeys(sentence(guide.t) for sentence in guide.told)
    return ["", *folded("\n".join(said))] if said else []


def _collecting(guide: Guide) -> list[str]:
    t, work = guide.t, guide.work
    if work is None or work.stopping:
        return [t("wizard.closing")]
    now = work.progress()
    doing = t("wizard.collecting_begins")
    if now.index:
        doing = t(
            "wizard.collecting_now", name=title(now.name, t.language), index=now.index,
            total=now.total, size=shown_size(now.stored),
        )  # fmt: skip
    return [
        t("wizard.collecting"), "", doing,
        t("wizard.collecting_time", elapsed=now.elapsed // 60, left=in_words(t, now.left)),
        *(folded(t("run.waiting")) if now.waits else ()), "", t("wizard.interruptible"),
        *_told(guide),
    ]  # fmt: skip


def _sealed(guide: Guide) -> list[str]:
    lines = [guide.t("wizard.sealed"), ""]
    if guide.collected is not None:
        lines += _taken(guide, guide.collected)
        where = escaped(str(guide.collected.path))
        lines += ["", *folded(guide.t("wizard.sealed_where", path=where))]
    return [*lines, "", guide.t("wizard.no_proof")]


def _unsealed(guide: Guide) -> list[str]:
    t, collected = guide.t, guide.collected
    if collected is None:
        return []
    return [
        *folded(t("wizard.unsealed", cause=why_unsealed(t, collected))),
        *folded(t("wizard.unsealed_stays", name=escaped(collected.path.name))),
        *(t("wizard.unsealed_full").split("\n") if collected.cause == "destination_full" else ()),
        "",
        *_taken(guide, collected),
    ]  # fmt: skip


def _taken(guide: Guide, collected: Collected) -> list[str]:
    """What was taken and what was not, in lines that fit."""
    said = balance(guide.t, collected, named=False)
    return [line for sentence in said for line in folded(sentence)]


def _failed(guide: Guide) -> list[str]:
    t, bundle = guide.t, guide.draft.bundle
    text = "" if guide.error is None else sentence_of(guide.error, t)
    stays = t("wizard.failed_anew")
    if bundle is not None:
        stays = t("wizard.unsealed_stays", name=escaped(bundle))
    return [*folded(t("wizard.failed", text=text)), *folded(stays)]


def _code(guide: Guide) -> list[str]:
    t, collected = guide.t, guide.collected
    if collected is None:
        return []
    groups = [
        line
        for digits, words in read_aloud(collected.code, t.language)
        for line in (digits, f"  {words}")
    ]
    told = t("wizard.code") if _square(guide) else t("wizard.code_only")
    return [*told.split("\n"), "", *groups]


def _square(guide: Guide) -> tuple[str, ...]:
    """The root as a QR code, as `hozen collect` shows it; none where the terminal can't hold it.

    It would push the number away, and nobody could photograph it.
    """
    if guide.collected is None or not writes(BLOCKS):
        return ()
    lines = drawn(guide.collected.root, border=2)
    room = shutil.get_terminal_size()
    fits = len(lines[0]) <= room.columns and len(lines) + _BELOW <= room.lines
    return tuple(lines) if fits else ()


def _stopped(guide: Guide) -> list[str]:
    return guide.t("wizard.stopped" if guide.saved else "wizard.stopped_unsaved").split("\n")


_LINES: dict[str, Callable[[Guide], list[str]]] = {
    "key": _key, "clock": _clock, "preflight": _preflight, "ready": _ready, "refused": _refused,
    "passphrase": _passphrase, "collecting": _collecting, "sealed": _sealed, "code": _code,
    "unsealed": _unsealed, "failed": _failed, "stopped": _stopped,
}  # fmt: skip
