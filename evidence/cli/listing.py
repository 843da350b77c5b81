"""What a collection would take: the collectors, and about how much each finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence.cli.shared import Voice

if TYPE_CHECKING:
    from evidence.collection import Request


def show_list(voice: Voice) -> int:
    """Every collector with its help."""
    from collectors.table import EVERY

    table = [
        {
            "name": collector.name,
            "phase": collector.phase.name.lower(),
            "profile": collector.profile.name.lower(),
            "help": " ".join((collector.__doc__ or "").split()),
        }
        for collector in sorted(EVERY, key=lambda each: each.phase)
    ]
    for row in table:
        voice.result(voice.t("list.line", **row))
        voice.result(f"    {row['help']}")
    voice.document(table)
    return 0


def show_plan(voice: Voice, request: Request) -> int:
    """What this request would take, by counts."""
    from collectors.artifact import Phase
    from evidence.collection import chosen
    from evidence.sources import open_source

    source = open_source(request.source)
    rows: list[dict[str, object]] = []
    try:
        for collector in chosen(request):
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
    voice.document(rows)
    return 0
