"""A verification report as a file: a page to print, JSON for machines, or plain text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from chain_of_custody.counted import Shown
from chain_of_custody.exhibit import looks_like_exhibit
from chain_of_custody.signing.keys import fingerprint
from chain_of_custody.verdict import document_of
from evidence import __version__
from evidence.jsontext import json_text
from evidence.report.rendering import render
from evidence.report.shown import shown
from evidence.report.texts import Language, Words
from evidence.report.verification.examined import Examined
from evidence.report.verification.exhibit import sections_of_exhibit
from evidence.report.verification.particulars import repeated
from evidence.report.verification.section import Section
from evidence.report.verification.sections import sections
from evidence.tool import this_tool
from evidence.writing import medium

ENDINGS = (".html", ".json", ".txt")


class PlaceError(Exception):
    """The report can't go where it was to go; nothing was written."""

    exit_code: ClassVar[int] = 2

    def __init__(self, key: str, path: Path) -> None:
        """By a key of the texts."""
        self._key, self._path = key, path
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language) -> str:
        """What, where, what next."""
        return Words(language)(self._key, path=self._path, endings=" ".join(ENDINGS))


def check_place(path: Path, bundle: Path) -> None:
    """Refuse a file that a report can't be written to, before hours of verification.

    Args:
        path: where the report is to go.
        bundle: what it is about, a bundle or an exhibit.

    Raises:
        PlaceError: another ending, no such folder, a name that is taken or inside.
        OSError: nothing can be written there.
    """
    inside = "x_error_inside" if looks_like_exhibit(bundle) else "v_error_inside"
    for refused, key in (
        (path.suffix not in ENDINGS, "v_error_ending"),
        (not path.parent.is_dir(), "v_error_folder"),
        (path.resolve().is_relative_to(bundle.resolve()), inside),
        (os.path.lexists(path), "v_error_taken"),
    ):
        if refused:
            raise PlaceError(key, path)
    medium.try_place(path)


def write_report(examined: Examined, path: Path, language: Language) -> None:
    """Write the report by the file's ending.

    Raises:
        PlaceError: the name was taken meanwhile.
        OSError: the medium did not take it.
    """
    words = Words(language)
    match path.suffix:
        case ".html":
            text = page_of(examined, words)
        case ".json":
            text = json_text(facts_of(examined)) + "\n"
        case _:
            text = text_of(examined, words)
    try:
        medium.write_whole(path, text.encode())
    except FileExistsError as error:
        raise PlaceError("v_error_taken", path) from error


def page_of(examined: Examined, words: Words) -> str:
    """One page of HTML that needs nothing else."""
    return render(
        "verification.html", t=words, head=_head(examined, words), refused=examined.refused,
        sections=_sections(examined, words),
    )  # fmt: skip


def _sections(examined: Examined, words: Words) -> list[Section]:
    of = sections_of_exhibit if examined.is_exhibit else sections
    return of(examined, words)


def _head(examined: Examined, words: Words) -> list[str]:
    tool = f"hozen {__version__}"
    return [
        words("x_subject" if examined.is_exhibit else "v_subject", name=examined.name),
        words("v_about", when=examined.ended.utc, tool=tool), words("v_utc"),
    ]  # fmt: skip


def text_of(examined: Examined, words: Words) -> str:
    """The same as plain text."""
    lines = [words("v_title"), *_head(examined, words)]
    for section in _sections(examined, words):
        lines += ["", f"== {section.title}", *_lines(section)]
    return "".join(f"{shown(line)}\n" for line in lines)


def _lines(section: Section) -> Iterator[str]:
    yield from section.lead
    yield from (f"- {line}" for line in section.lines)
    if section.columns:
        yield " | ".join(section.columns)
    yield from (f"{'!! ' if row.loud else ''}{' | '.join(row.cells)}" for row in section.rows)
    yield from (f"{label}: {found}" for label, found in section.facts)
    for label, script in section.scripts:
        yield f"# {label}"
        yield from (f"    {line}" for line in script)
    yield from (f"({note})" for note in section.notes)


def facts_of(examined: Examined) -> dict[str, object]:
    """The same for machines: facts, and the verdict with its sentences in both languages."""
    given, tool = examined.given, this_tool(__version__)
    return {
        "schema": "hozen-verification/1",
        "folder": examined.name,
        "verdict": document_of(examined.verdict),
        "began": examined.began.utc, "ended": examined.ended.utc, "zone": examined.ended.zone,
        "synchronised": examined.began.synchronised and examined.ended.synchronised,
        "tool": {"name": tool.name, "version": tool.version, "sha256": tool.sha256},
        "given": {
            "trust": given.trust.fingerprints, "revocation_lists": len(given.trust.revocations),
            "recipients": list(given.recipients), "root": given.anchors.root,
            "code": given.anchors.code, "head": given.anchors.head,
            "challenge": given.anchors.challenge,
            "authorities": [fingerprint(each) for each in given.trust.authorities],
        },
        **(_of_exhibit(examined) if examined.is_exhibit else _of_bundle(examined)),
        "repeat": [
            {"stage": step.stage, "key": step.key, "script": step.script}
            for step in repeated(examined)
        ],
    }  # fmt: skip


def _of_bundle(examined: Examined) -> dict[str, object]:
    """What it lacks, and who held it."""
    holding = examined.holding
    return {
        "counts": examined.counts, "missing": _missing(examined),
        "further_names": None if examined.survey is None else examined.survey.same_file,
        "left_out": None if examined.survey is None else examined.survey.left_out,
        "periods": None if holding is None else holding.periods_document(),
    }  # fmt: skip


def _of_exhibit(examined: Examined) -> dict[str, object]:
    """What it shows, and how much its bundle has."""
    manifest = examined.documents.manifest
    items = manifest.items if manifest is not None else None
    return {
        "shown": [_item(each) for each in examined.shown],
        "bundle": None if items is None else {
            "items": items.count, "acquired": items.acquired, "partial": items.partial,
            "gap": items.gap,
        },
    }  # fmt: skip


def _item(shown: Shown) -> dict[str, object]:
    """An item of an exhibit; null for what stays closed or is not there."""
    content, meta = shown.content, shown.meta
    return {
        "item": shown.number, "status": content.status, "size": content.size,
        "sha256": content.sha256, "closed": meta is None,
        "origin": None if meta is None else meta.source.origin,
        "reason": None if meta is None else meta.reason,
        "same_as": None if meta is None else meta.same_as,
        "read": None if meta is None else meta.acquired.end,
    }  # fmt: skip


def _missing(examined: Examined) -> list[dict[str, object]] | None:
    """Counts by collector and reason; None where the records were not opened, or did not pass."""
    if examined.survey is None or not examined.counts:
        return None
    return [
        {"collector": collector, "reason": reason, "count": group.count, "items": group.numbers}
        for collector, reason, group in examined.survey.gap_rows
    ]
