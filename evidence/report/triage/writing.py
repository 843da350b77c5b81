"""The page as HTML to print and as text, in both languages."""

from __future__ import annotations

from pathlib import Path

from evidence.observed.document import Triage
from evidence.report.copies import Copy
from evidence.report.rendering import render
from evidence.report.shown import shown
from evidence.report.tables import identity
from evidence.report.texts import Language, Words
from evidence.report.triage.sheet import Sheet, Source, sheet
from evidence.report.triage.signs import gather
from evidence.rulebook.index import Index
from evidence.writing import medium

LANGUAGES: tuple[Language, ...] = ("ja", "en")


def summary_name(language: str, ending: str) -> str:
    """The name of the page in a folder of results."""
    return f"summary-{language}.{ending}"


def write_summary(folder: Path, done: Triage, index: Index, home: Path) -> None:
    """Write the page of a triage beside its results.

    Args:
        folder: where the results are.
        done: what is told of them.
        index: what each rule claims.
        home: the case, or the folder of files.

    Raises:
        OSError: the medium did not take it.
    """
    found = gather(folder, done, index)
    copy = None if done.bundle_id is None else Copy.of(home / "hosts" / done.source)
    for language in LANGUAGES:
        words = Words(language)
        made = sheet(done, found, index, _source(done, copy, words), words)
        page = render("triage.html", t=words, sheet=made)
        medium.write_whole(folder / summary_name(language, "html"), page.encode())
        text = "\n".join(text_of(made, words)) + "\n"
        medium.write_whole(folder / summary_name(language, "txt"), text.encode())


def _source(done: Triage, copy: Copy | None, words: Words) -> Source:
    if copy is None:
        return Source(name=done.source, host=None, copy=done.source)
    (_, host), *_ = identity(copy, words)
    return Source(name=done.source, host=host, copy=f"hosts/{done.source}")


def text_of(made: Sheet, words: Words) -> list[str]:
    """The page as lines of text."""
    lines = [words("t_title"), *made.head, "", *(f"* {line}" for line in made.verdict)]
    lines += ["", f"# {words('t_seen')}"]
    for row in made.rows:
        lines += [f"- [{row.word}] {row.claim}", f"    {' '.join(row.when)}"]
        lines += [f"    {line}" for line in row.where]
        lines += [f"    SHA-256 {row.sha256}"] if row.sha256 else []
    lines += [made.more] if made.more else []
    lines += [] if made.rows else [words("t_nothing")]
    if made.inventory:
        lines += ["", f"# {words('t_inventory')}", *(f"- {line}" for line in made.inventory)]
    if made.others:
        lines += ["", f"# {words('t_others')}", *(f"- {line}" for line in made.others)]
    lines += ["", f"# {words('t_not_seen')}", *made.not_seen]
    lines += ["", f"# {words('t_missing')}", *made.missing]
    lines += ["", f"# {words('t_next')}"]
    lines += [f"{number}. {step}" for number, step in enumerate(made.steps, 1)]
    lines += ["", f"# {words('t_whom')}", made.whom, "", made.follow]
    return [shown(line) for line in lines]
