"""What is to be looked into, and where the results go: never among the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evidence.intake.case import CASE_FILE, Case
from evidence.intake.errors import CaseError
from evidence.observed.document import FOLDER
from evidence.triage.errors import TriageError
from evidence.triage.folder import FolderOfFiles
from evidence.triage.places import Place
from evidence.triage.workingcopy import WorkingCopy


def chosen(
    home: Path, bundles: Sequence[str], output: str | Path | None
) -> list[tuple[Place, Path]]:
    """Each bundle of a case, or a folder, with the folder in which its triages lie.

    Args:
        home: of the case, or of files.
        bundles: names of imported bundles; all of the case, when none is given.
        output: the folder that takes the results; the case's own `triage`, when not given.

    Raises:
        TriageError: no such bundle, or an output among the evidence.
        CustodianError: the log of a master isn't intact.
        RecordsError: the records of a working copy aren't those that were signed.
    """
    if (home / CASE_FILE).exists():
        return _of_case(Case(home), bundles, output)
    return [_of_folder(home, bundles, output)]


def _of_case(
    case: Case, wanted: Sequence[str], output: str | Path | None
) -> list[tuple[Place, Path]]:
    """Each bundle, and the folder in which its triages lie."""
    try:
        imports = case.read().imports
    except CaseError as error:
        raise TriageError("case_unreadable", path=case.path, why=error) from error
    names = [entry.name for entry in imports]
    unknown = set(wanted) - set(names)
    if not names:
        raise TriageError("nothing_imported", path=case.path)
    if unknown:
        raise TriageError("no_bundle", names=", ".join(sorted(unknown)), known=", ".join(names))
    into = Path(output) if output is not None else case.path / FOLDER
    for among in (case.bundles, case.hosts):
        _keep_out(into, among)
    return [
        (WorkingCopy(case, entry), into / entry.name)
        for entry in imports
        if not wanted or entry.name in wanted
    ]


def _of_folder(home: Path, wanted: Sequence[str], output: str | Path | None) -> tuple[Place, Path]:
    if wanted:
        raise TriageError("bundle_of_folder", path=home, file=CASE_FILE)
    if output is None:
        raise TriageError("no_output", path=home)
    _keep_out(Path(output), home)
    return FolderOfFiles(home), Path(output)


def _keep_out(output: Path, folder: Path) -> None:
    if output.resolve().is_relative_to(folder.resolve()):
        raise TriageError("output_inside", path=output, folder=folder)
