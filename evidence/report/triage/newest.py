"""What a case's report says of the triages of a bundle: the newest, and those that were cut off."""

from __future__ import annotations

from pathlib import Path

import msgspec

from evidence.intake.case import Case
from evidence.report.texts import Words
from evidence.report.triage.writing import summary_name
from evidence.tool import rules_folder
from evidence.triage.document import FOLDER, Triage, folders_of, read_triage
from evidence.triage.index import load_index


def triage_lines(case: Case, name: str, words: Words) -> list[str]:
    """One line for the newest triage of a bundle, and one for each that was cut off.

    Raises:
        RulesError: our own index can't be read.
        OSError: a folder can't be read.
    """
    newest, lines = "", []
    for folder in folders_of(case.path / FOLDER / name):
        path = folder.relative_to(case.path).as_posix()
        try:
            newest = _newest(folder, path, words)
        except FileNotFoundError:
            lines.append(words("t_cut_off", path=path))
        except (msgspec.MsgspecError, UnicodeDecodeError, OSError) as error:
            lines.append(words("t_unreadable", path=path, why=error))
    return [newest or words("t_never"), *lines]


def _newest(folder: Path, path: str, words: Words) -> str:
    done = read_triage(folder)
    page = f"{path}/{summary_name(words.language, 'html')}"
    return words("t_newest", ended=done.ended[:19] + "Z", path=page, **_weights(done))


def _weights(done: Triage) -> dict[str, int]:
    """How many rules of each weight saw anything."""
    counts = {"strong": 0, "medium": 0, "weak": 0}
    index = load_index(rules_folder())
    for rule in done.seen:
        entry = index.entry(rule)
        if entry is not None and entry.use == "sign":
            counts[entry.confidence] += 1
    return counts
