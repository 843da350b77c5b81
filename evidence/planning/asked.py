"""How a bundle says what a run was asked not to take: one gap for all that was left out alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

How = Literal["skipped", "not-asked"]
"""The run was told to skip it, or was asked for others only."""

LEFT_OUT = "left-out"
"""The collector that says it."""
_SAID: dict[How, str] = {
    "skipped": "left out, since the run was asked to skip it: ",
    "not-asked": "left out, since the run was asked for others only: ",
}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MOST = 200  # names; more come from a forger only


def origin(how: How) -> str:
    """Of such a gap."""
    return f"hozen:/{LEFT_OUT}/{how}"


def sentence(how: How, names: Iterable[str]) -> str:
    """What such a gap says."""
    return _SAID[how] + ", ".join(names)


def read(text: str) -> tuple[How, list[str]] | None:
    """What a sentence says; None for any other sentence."""
    for how, begins in _SAID.items():
        names = text.removeprefix(begins).split(", ", _MOST)
        if text.startswith(begins) and all(map(_NAME.fullmatch, names)):
            return how, names
    return None
