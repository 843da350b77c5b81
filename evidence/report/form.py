"""The blank form of the paper tier: one sheet of A4, to be filled by pen and photographed."""

from __future__ import annotations

from pathlib import Path

from evidence import medium
from evidence.report.page import ReportError
from evidence.report.rendering import render
from evidence.report.texts import Language, Words

# The fields of a work record (IDF guideline, section 7-4) and of a first call, in the order in
# which they come up at the bedside. Lines of room for writing behind each.
SECTIONS: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = (
    ("call", (("case", 1), ("noticed", 1), ("symptom", 2), ("care", 1), ("maintenance", 1))),
    ("people", (("worker", 1), ("witness", 1), ("place", 1), ("begin_end", 1), ("clock", 1))),
    ("device", (("kind", 1), ("model", 1), ("serial", 1), ("asset", 1), ("user", 1),
                ("found", 1), ("network", 1), ("media", 1))),
    ("work", (("photos", 1), ("done", 2), ("failed", 1), ("seal", 1), ("kept", 1), ("handed", 1))),
)  # fmt: skip


def write_form(path: Path, language: Language) -> None:
    """Write the form as one HTML file.

    Raises:
        ReportError: the name is taken.
        OSError: it could not be written.
    """
    page = render("paper.html", t=Words(language), sections=SECTIONS)
    try:
        medium.write_whole(path, page.encode())
    except FileExistsError as error:
        raise ReportError(f"{path}: exists already; choose another name") from error
