"""`report`: one HTML file that needs nothing else, with what is missing on its first page."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from chain_of_custody.canonical import CanonicalError
from chain_of_custody.errors import CustodyError
from evidence import __version__, medium
from evidence.clock import Clock
from evidence.intake.case import CASE_FILE, Case
from evidence.intake.errors import CaseError
from evidence.report.host import HostReport, host_report
from evidence.report.rendering import render
from evidence.report.rules import rule_set
from evidence.report.texts import Language, Words


class ReportError(Exception):
    """No report could be made; says of what."""

    exit_code: ClassVar[int] = 2


def make_report(
    case: str | Path,
    *,
    language: Language,
    output: str | Path | None = None,
    clock: Clock | None = None,
) -> Path:
    """Write the report of a case as one HTML file; returns where it is.

    Args:
        case: the case's folder.
        language: `ja` or `en`.
        output: the file to write; a new one in the case's `reports` folder when not given.
        clock: where time comes from.

    Raises:
        ReportError: no case, nothing imported, its files changed, or the output name is taken.
        OSError: the output could not be written.
    """
    clock = clock or Clock()
    made = clock.utc(clock.wall())
    opened = Case(Path(case).resolve())
    hosts = _hosts(opened, Words(language))
    page = render(
        "report.html", hosts=hosts, t=Words(language), made=made, tool=f"hozen {__version__}"
    )
    stamp = made[:19].replace("-", "").replace(":", "")
    path = Path(output or opened.path / "reports" / f"report-{language}-{stamp}Z.html")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        medium.write_whole(path, page.encode())
    except FileExistsError as error:
        raise ReportError(f"{path}: exists already; choose another name") from error
    return path


def _hosts(case: Case, words: Words) -> list[HostReport]:
    try:
        imports = case.read().imports
        if not imports:
            raise ReportError(f"{case.path}: no {CASE_FILE} in it, or nothing was imported yet")
        rules = rule_set(words.language)
        return [host_report(case, entry, rules, words) for entry in imports]
    except (CaseError, CustodyError, CanonicalError) as error:
        raise ReportError(f"{case.path}: {error}") from error
    except OSError as error:
        raise ReportError(f"{error.filename or case.path}: {error.strerror}") from error
