"""`hozen memory analyse`: images of memory in a case, read by Volatility 3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from chain_of_custody.findings import escaped
from evidence.cli.shared import Voice, common, parse_time, say_unfinished
from evidence.cli.texts import Texts
from evidence.memory.words import in_words
from evidence.units import shown_size

if TYPE_CHECKING:
    from evidence.memory.document import Analysis, Result

_NS = 1_000_000_000


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("analyse", help=t("memory.analyse"), short_help=t("memory.analyse"))
    @click.argument("case", type=click.Path())
    @click.option("--bundle", "bundles", multiple=True, metavar="NAME", help=t("memory.bundle"))
    @click.option("--volatility", metavar="PROGRAM", help=t("memory.volatility"))
    @click.option("--symbols", "symbols", multiple=True, metavar="FOLDER", help=t("memory.shelf"))
    @click.option("--max-time", metavar="TIME", default="30m", show_default=True,
                  help=t("memory.max_time"))  # fmt: skip
    @common(t)
    def analyse(
        case: str, bundles: tuple[str, ...], volatility: str | None, symbols: tuple[str, ...],
        max_time: str, quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.memory import analysis

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        limit = (parse_time(t, max_time) or 0) // _NS
        made = analysis.analyse(
            case,
            listener=_Listener(voice),
            bundles=bundles,
            program=volatility,
            symbols=symbols,
            limit=limit,
        )
        for each in made:
            _tell(voice, each)
        voice.result(t("memory.no_rows"))
        voice.document({"schema": "hozen-memory-analysed/1", "analyses": msgspec.to_builtins(made)})
        return 0 if all(each.complete for each in made) else 3

    return analyse


class _Listener:
    """Says each plugin's result as it comes."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._index = self._total = 0

    def begin(self, begun: Analysis, total: int) -> None:
        """Say which image is read, and what it lacks."""
        self._index, self._total = 0, total
        for line in (*_lacks(self._voice, begun), _opening(self._voice, begun)):
            self._voice.talk(line)

    def result(self, result: Result) -> None:
        """Count and say it."""
        self._index += 1
        if self._index <= self._total:
            self._voice.talk(f"[{self._index}/{self._total}] {_line(self._voice, result)}")

    def unfinished(self, folder: Path) -> None:
        """Say that a folder stays which is no result."""
        say_unfinished(self._voice.t, folder, "analysis.json")


def _opening(voice: Voice, begun: Analysis) -> str:
    return voice.t("memory.begin", bundle=escaped(begun.bundle))


def _lacks(voice: Voice, made: Analysis) -> Iterator[str]:
    """What the image lacks, and which others there are: rows are to be read with that in mind."""
    t, bundle = voice.t, escaped(made.bundle)
    sizes = [int(each.size) for each in made.missing if each.size is not None]
    if sizes:
        yield t("memory.holes", bundle=bundle, size=shown_size(sum(sizes)), count=len(sizes))
    for each in made.missing:
        if each.size is None:
            yield t("memory.cut_off", bundle=bundle, size=shown_size(int(each.offset)))
    if made.other_images:
        others = escaped(", ".join(made.other_images))
        yield t("memory.other_images", bundle=bundle, others=others)
    if made.unfinished:
        yield t("memory.unfinished", bundle=bundle, files=escaped(", ".join(made.unfinished)))


def _line(voice: Voice, result: Result) -> str:
    t, name = voice.t, escaped(result.plugin)
    if result.status == "ran" and result.not_shown:
        why = in_words(result.not_shown, t.language)
        return t("memory.ran_short", plugin=name, rows=result.rows, why=why)
    if result.status == "ran":
        return t("memory.ran", plugin=name, rows=result.rows)
    why = escaped(in_words(result.reason, t.language))
    if result.status == "failed":
        return t("memory.failed", plugin=name, why=why)
    return t("memory.not_run", plugin=name, why=why)


def _tell(voice: Voice, made: Analysis) -> None:
    t = voice.t
    for line in _lacks(voice, made):
        voice.result(line)
    if made.refused:
        why = escaped(in_words(made.why, t.language))
        voice.result(t("memory.refused", bundle=escaped(made.bundle), why=why))
    for result in made.results:
        if result.status != "not run" or not made.refused:
            voice.result(_line(voice, result))
    voice.result(t("memory.analysed", folder=escaped(made.folder)))
