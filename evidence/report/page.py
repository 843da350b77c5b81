"""`report`: one HTML file that needs nothing else, with what is missing on its first page."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import jinja2
from markupsafe import Markup

from chain_of_custody.canonical import CanonicalError
from chain_of_custody.errors import CustodyError
from evidence import __version__, medium
from evidence.clock import Clock
from evidence.intake.case import CASE_FILE, Case
from evidence.intake.errors import CaseError
from evidence.report.host import HostReport, host_report
from evidence.report.rules import rule_set
from evidence.report.shown import shown
from evidence.report.texts import Language, Words

_TEMPLATES = Path(__file__).resolve().parent / "templates"


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
    page = _render(hosts, Words(language), made)
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


def _render(hosts: list[HostReport], words: Words, made: str) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, finalize=_harmless,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    template = environment.get_template("report.html")
    return template.render(hosts=hosts, t=words, made=made, tool=f"hozen {__version__}")


def _harmless(found: object) -> object:
    """What every expression of the template passes: so no name can be forgotten."""
    return found if isinstance(found, Markup) else shown(str(found))
