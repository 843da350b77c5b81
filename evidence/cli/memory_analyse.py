"""`hozen memory analyse`: images of memory in a case, read by Volatility 3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from chain_of_custody.findings import escaped
from evidence.cli.shared import Voice, common, parse_time
from evidence.cli.texts import Texts

if TYPE_CHECKING:
    from evidence.memory.analysis import Analysis, Result

_NS = 1_000_000_000


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("analyse", help=t("memory.analyse"), short_help=t("memory.analyse"))
    @click.argument("case", type=click.Path())
    @click.option("--bundle", "bundles", multiple=True, metavar="NAME", help=t("memory.bundle"))
    @click.option("--volatility", metavar="PROGRAM", help=t("memory.volatility"))
    @click.option("--max-time", metavar="TIME", default="30m", show_default=True,
                  help=t("memory.max_time"))  # fmt: skip
    @common(t)
    def analyse(
        case: str, bundles: tuple[str, ...], volatility: str | None, max_time: str, quiet: bool,
        as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.memory import analysis

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        limit = (parse_time(t, max_time) or 0) // _NS
        made = analysis.analyse(
            case, listener=_Listener(voice), bundles=bundles, program=volatility, limit=limit
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

    def begin(self, bundle: str, total: int) -> None:
        """Say which image is read."""
        self._index, self._total = 0, total
        self._voice.talk(self._voice.t("memory.begin", bundle=escaped(bundle)))

    def result(self, result: Result) -> None:
        """Count and say it."""
        self._index += 1
        if self._index <= self._total:
            self._voice.talk(f"[{self._index}/{self._total}] {_line(self._voice, result)}")


def _line(voice: Voice, result: Result) -> str:
    t, name = voice.t, escaped(result.plugin)
    if result.status == "ran" and result.not_shown:
        return t("memory.ran_short", plugin=name, rows=result.rows, why=result.not_shown)
    if result.status == "ran":
        return t("memory.ran", plugin=name, rows=result.rows)
    why = escaped(result.reason)
    if result.status == "failed":
        return t("memory.failed", plugin=name, why=why)
    return t("memory.not_run", plugin=name, why=why)


def _tell(voice: Voice, made: Analysis) -> None:
    t = voice.t
    if made.refused:
        why = t(f"memory.because_{made.refused}", why=escaped(made.why))
        voice.result(t("memory.refused", bundle=escaped(made.bundle), why=why))
    else:
        for result in made.results:
            voice.result(_line(voice, result))
    voice.result(t("memory.analysed", folder=escaped(made.folder)))
