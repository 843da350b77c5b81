"""What a case's report says of the triages of a bundle: the newest, and those that were cut off."""

from __future__ import annotations

from pathlib import Path

import msgspec

from evidence.intake.case import Case
from evidence.observed.claims import read_claims
from evidence.observed.document import FOLDER, Triage, folders_of, read_triage
from evidence.report.texts import Words
from evidence.report.triage.writing import summary_name


def triage_lines(case: Case, name: str, words: Words) -> list[str]:
    """One line for the newest triage of a bundle, and one for each that was cut off.

    Raises:
        OSError: a folder can't be read.
    """
    newest, lines = "", []
    for folder in folders_of(case.path / FOLDER / name):
        path = folder.relative_to(case.path).as_posix()
        try:
            newest = _newest(folder, path, words)
        except FileNotFoundError:
            lines.append(words("t_cut_off", path=path))
        except (msgspec.MsgspecError, ValueError, OSError) as error:
            lines.append(words("t_unreadable", path=path, why=error))
    if newest or not lines:  # one that can't be read was made all the same
        lines.insert(0, newest or words("t_never"))
    return lines


def _newest(folder: Path, path: str, words: Words) -> str:
    done = read_triage(folder)
    page = f"{path}/{summary_name(words.language, 'html')}"
    return words("t_newest", ended=done.ended[:19] + "Z", path=page, **_weights(folder, done))


def _weights(folder: Path, done: Triage) -> dict[str, int]:
    """How many rules of each weight saw anything, as the triage weighed them."""
    counts = {"strong": 0, "medium": 0, "weak": 0}
    for claim in read_claims(folder, done).values():
        if claim.weight in counts:
            counts[claim.weight] += 1
    return counts
