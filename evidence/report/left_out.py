"""What a collection was asked not to take, named: a row of a table would cut the list off."""

from __future__ import annotations

from evidence.planning.asked import How
from evidence.report.survey import Survey
from evidence.report.texts import Words
from evidence.telling.titles import titled

_LINES: dict[How, str] = {"skipped": "left_out_skipped", "not-asked": "left_out_not_asked"}


def left_out(found: Survey, words: Words) -> list[str]:
    """A line for each way of being left out; none where nothing was."""
    return [
        words(
            _LINES[how],
            count=len(names),
            names=", ".join(titled(each, words.language) for each in names),
        )
        for how, names in found.left_out.items()
    ]
