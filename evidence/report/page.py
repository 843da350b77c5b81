"""`report`: one HTML file that needs nothing else, with what is missing on its first page."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chain_of_custody.errors import CustodyError
from chain_of_custody.verdict import Exit
from evidence import __version__
from evidence.intake.case import CASE_FILE, Case
from evidence.intake.errors import CaseError
from evidence.machine.clock import Clock
from evidence.report.custody_log import Log
from evidence.report.errors import ReportError
from evidence.report.host import HostReport, host_report
from evidence.report.rendering import render
from evidence.report.rules import rule_set
from evidence.report.texts import Language, Words
from evidence.writing import medium


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A report that was written, and what checking the custody logs came to meanwhile."""

    path: Path
    exit: Exit
    """Altered where a stage failed, incomplete where one could not be checked."""
    unread: bool
    """Whether stages failed only for what can't be read."""


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
        ReportError: no case, nothing imported, or the output name is taken, of another ending,
            or lies among the evidence.
        RecordsError: a working copy's records are not those that were signed.
        OSError: the output could not be written.
    """
    return report_case(case, language=language, output=output, clock=clock).path


def report_case(
    case: str | Path,
    *,
    language: Language,
    output: str | Path | None = None,
    clock: Clock | None = None,
) -> Reported:
    """The same, and what the logs came to: they are in the report, whatever that was.

    Raises:
        ReportError, RecordsError, OSError: as `make_report`.
    """
    check_ending(output, ".html")
    clock = clock or Clock()
    made = clock.utc(clock.wall())
    opened = Case(Path(case).resolve())
    hosts = _hosts(opened, Words(language), datetime.datetime.fromisoformat(made))
    page = render(
        "report.html", hosts=hosts, t=Words(language), made=made, tool=f"hozen {__version__}"
    )
    stamp = made[:19].replace("-", "").replace(":", "")
    path = place_for(opened, output, f"report-{language}-{stamp}Z.html")
    try:
        medium.write_whole(path, page.encode())
    except FileExistsError as error:
        raise ReportError("taken", path=path) from error
    logs = [host.log for host in hosts]
    unread = all(log.unread for log in logs if log.failed)
    return Reported(path=path, exit=_exit_of(logs), unread=unread)


def _exit_of(logs: Sequence[Log]) -> Exit:
    if any(log.failed for log in logs):
        return Exit.ALTERED
    return Exit.VERIFIED if all(log.passed for log in logs) else Exit.INCOMPLETE


def check_ending(output: str | Path | None, *endings: str) -> None:
    """Refuse a name that says something else of a file than it is, before anything is read.

    Raises:
        ReportError: it ends in none of these.
    """
    if output is not None and Path(output).suffix not in endings:
        raise ReportError("ending", path=output, endings=" ".join(endings))


def place_for(case: Case, output: str | Path | None, name: str) -> Path:
    """Where a report is to be written; its folder is made.

    Args:
        case: the case.
        output: what the user asked for, if anything.
        name: the file's name in the case's `reports` folder otherwise.

    Raises:
        ReportError: it would lie among masters or working copies. A master with one file more
            is an altered one.
        OSError: the folder can't be made.
    """
    path = Path(output or case.path / "reports" / name)
    for folder in (case.bundles, case.hosts):
        if path.resolve().is_relative_to(folder.resolve()):
            raise ReportError("inside", path=path, folder=folder)
    medium.make_folders(path.parent)
    return path


def _hosts(case: Case, words: Words, now: datetime.datetime) -> list[HostReport]:
    try:
        imports = case.read().imports
        if not imports:
            raise ReportError("no_case", path=case.path, file=CASE_FILE)
        rules = rule_set(words.language)
        return [host_report(case, entry, rules, words, now) for entry in imports]
    except (CaseError, CustodyError) as error:
        raise ReportError("at", path=case.path, why=error) from error
    except OSError as error:
        path = error.filename or case.path
        raise ReportError("at", path=path, why=error.strerror) from error
