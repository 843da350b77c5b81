"""What `hozen collect` tells without collecting: its collectors, and what they would take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from evidence.cli.shared import Voice
from evidence.cli.texts import Texts

if TYPE_CHECKING:
    from collectors.collector import Collector
    from evidence.planning.request import Request


def show_list(voice: Voice) -> int:
    """List the collectors: what each takes and can't show, and its definitions.

    In Japanese of each definition its name alone: what it says of itself is its makers' English.
    """
    from collectors.table import EVERY
    from evidence.telling.titles import title

    t = voice.t
    table: list[dict[str, object]] = []
    for collector in sorted(EVERY, key=lambda each: each.phase):
        phase = collector.phase.name.lower()
        row: dict[str, object] = {
            "name": collector.name,
            "phase": phase,
            "profile": collector.profile.name.lower(),
            "title": title(collector.name, t.language),
            "help": " ".join((collector.__doc__ or "").split()),
            "definitions": _definitions(collector),
        }
        table.append(row)
        order = t(f"list.{phase}")
        voice.result(t("list.line", name=row["name"], order=order, profile=row["profile"]))
        for line in _about(t, collector, row):
            voice.result(f"    {line}")
    if t.language == "ja":
        voice.result(t("list.definitions"))
    voice.document({"schema": "hozen-collectors/1", "collectors": table})
    return 0


def _about(t: Texts, collector: Collector, row: Mapping[str, object]) -> Iterator[str]:
    """What it takes and can't show, then its definitions."""
    from evidence.cli.texts.limits import LIMITS

    if t.language == "en":
        yield str(row["help"])
    else:
        yield t("list.takes", title=row["title"])
        yield t("list.lacks", lacks=LIMITS[collector.name])
    for name, description in _definitions(collector).items():
        yield f"- {name}: {description}" if description and t.language == "en" else f"- {name}"


def _definitions(collector: Collector) -> dict[str, str]:
    """The definitions that a collector takes, and what they say of themselves, if they are here."""
    from collectors.definitions.library import definitions
    from collectors.definitions.topic import Topic
    from collectors.disk.reader import LibraryError

    if not isinstance(collector, Topic):
        return {}
    try:
        return {name: definitions()[name].description for name in collector.definitions}
    except LibraryError:
        return dict.fromkeys(collector.definitions, "")


def show_plan(voice: Voice, request: Request) -> int:
    """Say how much each collector would take; take and write nothing."""
    from collectors.artifact import Phase
    from evidence.planning.choice import chosen
    from evidence.planning.sources import open_source

    source = open_source(request.source, withholds=not request.documents)
    rows: list[dict[str, object]] = []
    try:
        for collector in chosen(request, source):
            if collector.phase < Phase.LOGS:
                rows.append({"name": collector.name, "count": None})
                voice.result(voice.t("dry.snapshot", name=collector.name))
                continue
            count = sum(1 for _ in collector.collect(source))
            rows.append({"name": collector.name, "count": count})
            voice.result(voice.t("dry.line", name=collector.name, count=count))
    finally:
        source.close()
    voice.result(voice.t("dry.nothing"))
    voice.document({"schema": "hozen-dry-run/1", "collectors": rows})
    return 0
