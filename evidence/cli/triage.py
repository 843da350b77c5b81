"""`hozen triage`: what stands out in a case or a folder, said carefully."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from chain_of_custody.findings import escaped
from evidence.cli.kit.imager import with_carried
from evidence.cli.rules.hits import WEIGHTS, claim, weight
from evidence.cli.rules.sets import licensed, load_sets, load_sigma, vouched
from evidence.cli.shared import Voice, common, say_unfinished
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for YARA
    from evidence.observed.document import Triage
    from evidence.rulebook.index import Entry, Index

_MISSING = 3  # as docs/exit-codes.md: done, but something that was expected is missing
_TOLD = 12  # rules of others that are named
_EVERY = 20.0  # seconds between two lines of talk, also while one file takes longer


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("triage", help=t("triage.help"), short_help=t("triage"))
    @click.argument("place", type=click.Path(), metavar="CASE|FOLDER")
    @click.option("--bundle", "bundles", multiple=True, metavar="NAME", help=t("memory.bundle"))
    @click.option("--output", metavar="DIR", help=t("triage.output"))
    @click.option("--rescan", is_flag=True, help=t("triage.rescan"))
    @click.option("--rules", multiple=True, metavar="PACK|DIR", help=t("triage.rules"))
    @click.option("--sigma", multiple=True, metavar="FILE|DIR", help=t("triage.sigma"))
    @licensed(t)
    @vouched(t)
    @common(t)
    def triage_(
        place: str, bundles: tuple[str, ...], output: str | None, rescan: bool,
        rules: tuple[str, ...], sigma: tuple[str, ...], licence: str | None,
        rules_trust: tuple[str, ...], quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        import msgspec

        from evidence.packs.own import own_rules
        from evidence.tool import rules_folder
        from evidence.triage.run import triage

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        given = with_carried(voice, load_sets(voice, rules, licence, rules_trust))
        sets = given["sets"]
        of_sigma = load_sigma(voice, sigma, licence, sets)
        with _Listener(voice) as listener:
            made = triage(
                place, listener=listener, bundles=bundles, output=output, rescan=rescan,
                sets=sets, sets_not_used=given["sets_not_used"], sigma=of_sigma,
            )  # fmt: skip
        index = own_rules(rules_folder(), sets).index
        for folder, each in made:
            _tell(voice, folder, each, index)
        results = [{"path": str(f), **msgspec.to_builtins(each)} for f, each in made]
        voice.document({"schema": "hozen-triaged/1", "triages": results})
        return 0 if all(each.complete for _, each in made) else _MISSING

    return triage_


class _Listener:
    """Says what is looked into, and now and then that it goes on and where it is."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._files, self._origin = 0, ""
        self._ended = threading.Event()
        self._ticking = threading.Thread(target=self._tick, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._ticking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._ticking.join()

    def begin(self, name: str) -> None:
        """Say which bundle or folder."""
        self._voice.talk(self._voice.t("triage.begin", name=escaped(name)))

    def look(self, origin: str, files: int) -> None:
        """Note which file, and the how many-th."""
        self._origin, self._files = origin, files

    def unfinished(self, folder: Path) -> None:
        """Say that a folder stays which is no result."""
        say_unfinished(self._voice.t, folder, "triage.json")

    def _tick(self) -> None:
        while not self._ended.wait(_EVERY):
            if self._files:
                self._voice.tell("triage.going", files=self._files, origin=escaped(self._origin))


def _tell(voice: Voice, folder: Path, done: Triage, index: Index) -> None:
    from evidence.report.triage import summary_name

    t = voice.t
    voice.result(t("triage.of", name=escaped(done.source)))
    _tell_signs(voice, done, index)
    _tell_others(voice, done)
    _tell_looked(voice, done)
    voice.result(t("triage.page", path=escaped(str(folder / summary_name(t.language, "html")))))
    voice.result(t("triage.done", path=escaped(str(folder))))


def _tell_signs(voice: Voice, done: Triage, index: Index) -> None:
    """What our own rules saw: each sign, or how many rules were tried for none; the inventory."""
    known = [(index.entry(rule), seen) for rule, seen in sorted(done.seen.items())]
    rows = [(entry, seen) for entry, seen in known if entry is not None]
    signs = [row for row in rows if row[0].use == "sign"]
    signs.sort(key=lambda row: WEIGHTS.index(row[0].confidence))
    for entry, seen in signs:
        voice.result(_line(voice.t, entry, seen))
    if not signs:
        _tell_none(voice, done)
    if len(rows) > len(signs):
        voice.result(voice.t("end.yara_inventory", count=len(rows) - len(signs)))


def _tell_none(voice: Voice, done: Triage) -> None:
    t, count = voice.t, done.tried
    if done.lacking:
        voice.result(t("triage.lacking", count=count))
    elif _of_others(done):
        voice.result(t("triage.none_others", count=count))
    else:
        voice.result(t("triage.none", count=count))
    if done.not_tried:
        voice.result(t("triage.not_tried", count=done.not_tried))


def _of_others(done: Triage) -> dict[str, int]:
    """How often rules beside ours saw something."""
    from evidence.packs.used import set_of

    return {rule: seen for rule, seen in sorted(done.seen.items()) if set_of(rule)}


def _tell_others(voice: Voice, done: Triage) -> None:
    """What rules beside ours saw, and which of Sigma's could not be run."""
    from evidence.packs.used import set_of
    from evidence.rulebook.index import bare

    t, others = voice.t, _of_others(done)
    for rule, seen in list(others.items())[:_TOLD]:
        name = set_of(rule)
        voice.result(
            t("triage.other", rule=escaped(bare(rule)), set=escaped(name), count=seen,
              licence=escaped(done.rules.licence(name)))
        )  # fmt: skip
    if len(others) > _TOLD:
        voice.result(t("triage.others_more", count=len(others) - _TOLD))
    for one in done.rules.of_sigma:
        voice.result(
            t("triage.of_sigma", set=one.name, tried=one.count, none=one.no_events,
              not_run=one.not_run)
        )  # fmt: skip


def _tell_looked(voice: Voice, done: Triage) -> None:
    """How much was looked at, what was not, and what was altered since it was signed."""
    t = voice.t
    voice.result(
        t("triage.looked", read=done.looked_at.get("read", 0),
          scanned=done.looked_at.get("scanned", 0), in_part=done.looked_at.get("in_part", 0),
          missing=sum(done.not_looked_at.values()))
    )  # fmt: skip
    _tell_logs(voice, done)
    if done.unread:
        voice.result(t("triage.unread", count=done.unread))
    for each in done.differing:
        voice.result(t("triage.differs", text=escaped(each)))
    if done.altered > len(done.differing):
        voice.result(t("triage.differs_more", count=done.altered - len(done.differing)))


def _tell_logs(voice: Voice, done: Triage) -> None:
    """Each log that was not read, and why; of very many only the first."""
    from evidence.report.texts import Words
    from evidence.report.triage.logs import why_unread

    t, words = voice.t, Words(voice.t.language)
    for one in done.logs[:_TOLD]:
        voice.result(
            t("triage.log", origin=escaped(one.origin), why=escaped(why_unread(one, words)))
        )
    if done.logs_unread > _TOLD:
        voice.result(t("triage.logs_more", count=done.logs_unread - _TOLD))


def _line(t: Texts, entry: Entry, seen: int) -> str:
    return t("triage.line", weight=weight(t, entry), claim=claim(t, entry), count=seen)
