"""The blank form of the paper tier: one sheet of A4, to be filled by pen and photographed."""

from __future__ import annotations

from pathlib import Path

from evidence.received.form import SECTIONS
from evidence.report.errors import ReportError
from evidence.report.rendering import render
from evidence.report.texts import Language, Words
from evidence.writing import medium


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
        raise ReportError("taken", path=path) from error
