"""`triage`: every file of a bundle or a folder is given to the examiners that want it.

1  the records are held against the tree that was signed
2  examiners hear of everything there is, gaps among it
3  each file that one of them wants is read, and held against its digest
4  they conclude; the summary is written, and last of all the document
                                                  → CASE/triage/BUNDLE/TIME/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

import msgspec

from evidence import __version__
from evidence.engines.asking import EngineApart
from evidence.machine.clock import Clock
from evidence.observed.claims import write_claims
from evidence.observed.document import DOCUMENT, FoundFile, Looked, RulesUsed, Triage
from evidence.observed.observation import Observation, Unread
from evidence.packs.own import OwnRules, own_rules
from evidence.packs.rule_set import RuleSet
from evidence.packs.used import UsedSet
from evidence.report.triage import write_summary
from evidence.rulebook.index import bare
from evidence.scan.scanner import Rules, load_rules
from evidence.tool import rules_folder, this_tool
from evidence.triage.chosen import chosen
from evidence.triage.errors import TriageError
from evidence.triage.examiner import Examined, Examiner
from evidence.triage.folder import as_text
from evidence.triage.held import HeldError, held
from evidence.triage.means import Means
from evidence.triage.places import Missing, Place, is_withheld
from evidence.triage.register import EXAMINERS
from evidence.triage.seen import Hearer, Recaller, Seen, cut_off
from evidence.triage.sigma.following import Following
from evidence.triage.sigma.rule_set import SigmaSet
from evidence.triage.sigma.translation import Translation, translated
from evidence.triage.subjects import counted, subjects
from evidence.triage.used import of_sigma, sets_of
from evidence.triage.writing import Writing, digests, room_for
from evidence.writing import medium

MOST_DIFFERING = 100  # that are named in the document; all are in unread.jsonl
_OURS = "hozen"  # who could not read, where it was no examiner


class Listener(Protocol):
    """Hears how a triage goes on."""

    def begin(self, name: str) -> None:
        """A bundle or a folder is looked into."""

    def look(self, origin: str, files: int) -> None:
        """One more file is looked into."""

    def unfinished(self, folder: Path) -> None:
        """A folder of results stays without its document: something ended the triage."""


def triage(
    place: str | Path,
    *,
    listener: Listener,
    bundles: Sequence[str] = (),
    output: str | Path | None = None,
    rescan: bool = False,
    sets: Sequence[RuleSet] = (),
    sets_not_used: Sequence[str] = (),
    sigma: Sequence[SigmaSet] = (),
    clock: Clock | None = None,
) -> list[tuple[Path, Triage]]:
    """Look into a case or a folder; returns the folder of results and what it tells of each.

    Args:
        place: the folder of a case, or any folder of files.
        listener: hears how it goes on.
        bundles: names of imported bundles; all of the case, when none is given.
        output: the folder that takes the results; the case's own `triage`, when not given.
        rescan: scan everything anew, though the collection did with the same rules.
        sets: of rules beside our own; with them, everything is scanned anew.
        sets_not_used: why rules that should have been among them are not.
        sigma: sets of Sigma's rules, which are held against the events of logs.
        clock: where time comes from.

    Raises:
        TriageError: no such folder or bundle, an output among the evidence, or nothing installed
            that translates Sigma's rules.
        CustodianError: the log of a master isn't intact.
        RecordsError: the records of a working copy aren't those that were signed.
        FullError: the medium of the results is full; what there was of them is removed.
        RulesError: rules can't be used.
        SetError: too many of them.
        OSError: the medium did not take it.
    """
    home = Path(place).resolve()
    if not home.is_dir():
        raise TriageError("no_folder", path=place)
    clock = clock or Clock()
    pairs = chosen(home, bundles, output)
    with closing(EngineApart("yara")) as engine:  # what ends it costs the file that did
        rules = load_rules(rules_folder(), engine, sets)
        translation = translated(sigma) if sigma else None
        runs = [
            _Run(each, into, home, rules, sets, translation, rescan, clock, listener)
            for each, into in pairs
        ]
        return [run.carry_out(sets_not_used) for run in runs]


class _Run:
    """The triage of one bundle or folder."""

    def __init__(
        self, place: Place, into: Path, home: Path, rules: Rules, sets: Sequence[RuleSet],
        translation: Translation | None, rescan: bool, clock: Clock, listener: Listener,
    ) -> None:  # fmt: skip
        self._place, self._clock, self._listener = place, clock, listener
        self._home = home
        begun = clock.utc(clock.wall())
        self._folder = into / (begun[:19].replace("-", "").replace(":", "") + "Z")
        self._own = own = own_rules(rules_folder(), sets)
        same = place.rules_sha256 == own.sha256 and not rescan and not own.beside
        self._index = own.index
        self._sigma = Following(translation) if translation is not None else None
        means = Means(rules=rules, index=self._index, at_collection=same, sigma=self._sigma)
        self._examiners: list[Examiner] = [make(means) for make in EXAMINERS.values()]
        self._looked = {
            each.name: Looked(examiner=each.name, looked_for=sorted(map(bare, each.rules)))
            for each in self._examiners
        }
        resolved = self._folder.resolve()
        inside = resolved.is_relative_to(home)
        self._done = Triage(
            source=place.name, bundle_id=place.bundle_id,
            folder=resolved.relative_to(home).as_posix() if inside else as_text(resolved),
            tool=f"hozen {__version__}", begun=begun, examiners=list(self._looked.values()),
            rules=RulesUsed(
                sha256=own.sha256, count=rules.count - sum(rules.of_sets.values()),
                engine=rules.engine, at_collection=same, sets=sets_of(rules, own.beside, place),
                program_sha256=this_tool(__version__).rules_sha256,
                in_place_of_ours=UsedSet.of(own.successor) if own.successor is not None else None,
            ),
        )  # fmt: skip

    def carry_out(self, sets_not_used: Sequence[str]) -> tuple[Path, Triage]:
        """Look, and write down what was seen."""
        with room_for(self._folder, self._listener.unfinished):
            return self._carry_out(sets_not_used)

    def _carry_out(self, sets_not_used: Sequence[str]) -> tuple[Path, Triage]:
        self._make_folder()
        self._listener.begin(self._place.name)
        with Writing(self._folder) as self._writing:
            for why in (*sets_not_used, *_newer(self._place.successor, self._own)):
                self._writing.tell(Unread(examiner=_OURS, item=None, origin="", why=why))
            for seen in self._place.heard():
                self._hear(seen)
            for seen, found in self._place.found():
                if self._place.bundle_id is None:
                    self._hear(seen)
                self._meet(seen, found)
            for each in self._examiners:
                self._tell(each.name, each.conclude(self._writing))
            self._writing.finish()
        self._finish()
        return self._folder, self._done

    def _make_folder(self) -> None:
        """What is in it may be as confidential as the evidence itself."""
        try:
            self._folder.mkdir(mode=0o700, parents=True)
        except FileExistsError as error:
            raise TriageError("folder_taken", path=self._folder) from error

    def _hear(self, seen: Seen) -> None:
        for each in self._examiners:
            if isinstance(each, Hearer):
                self._tell(each.name, each.hear(seen))

    def _meet(self, seen: Seen, found: Examined | Missing) -> None:
        if isinstance(found, Missing):
            self._miss(found.reason)
            self._writing.logs.gap(seen.item, found)
            if found.why:
                self._writing.tell(
                    Unread(examiner=_OURS, item=seen.item, origin=found.origin, why=found.why)
                )
                self._recall(seen)
            return
        wanting = [each for each in self._examiners if each.wants(found)]
        cut = None if found.record is None else cut_off(found.record, _OURS)
        if cut:
            self._writing.tell(cut)
            self._writing.logs.file(wanting, found.item, found.origin, cut.why)
        how = self._look(seen, found, wanting) if wanting else "scanned"
        if is_withheld(found.origin):  # its content was never here
            self._miss("withheld")
        elif how == "unreadable":
            self._miss(how)
        else:
            self._count("in_part" if cut else how)

    def _recall(self, seen: Seen) -> None:
        """What was signed of an item stays a sign, though its bytes don't lie here."""
        for each in self._examiners:
            if isinstance(each, Recaller):
                self._tell(each.name, each.recall(seen))

    def _count(self, how: str) -> None:
        self._done.looked_at[how] = self._done.looked_at.get(how, 0) + 1

    def _miss(self, reason: str) -> None:
        self._done.not_looked_at[reason] = self._done.not_looked_at.get(reason, 0) + 1

    def _look(self, seen: Seen, found: Examined, wanting: Sequence[Examiner]) -> str:
        """Give a file to who wants it; how much of it was looked at."""
        self._looks += 1
        self._listener.look(found.origin, self._looks)
        looked, lacking = False, 0
        try:
            with held(found) as open_file:
                looked = True
                self._writing.read(
                    FoundFile(
                        item=found.item, origin=found.origin, sha256=open_file.sha256,
                        size=open_file.size, holes=open_file.holes,
                    )
                )  # fmt: skip
                for each in wanting:
                    open_file.file.seek(0)
                    self._looked[each.name].files += 1
                    told = each.examine(found, open_file.file, self._writing)
                    lacking += self._tell(each.name, told)
        except HeldError as error:
            self._refuse(found, str(error))
            self._writing.logs.file(wanting, found.item, found.origin, str(error))
            if not looked:
                self._recall(seen)
            return "unreadable"
        return "in_part" if lacking else "read"

    def _refuse(self, found: Examined, why: str) -> None:
        """A file that can't be read, or isn't what was taken."""
        if found.item is not None:
            self._done.altered += 1
            if len(self._done.differing) < MOST_DIFFERING:
                self._done.differing.append(f"{found.item}: {why}")
        self._writing.tell(Unread(examiner=_OURS, item=found.item, origin=found.origin, why=why))

    def _tell(self, name: str, told: Iterator[Observation | Unread]) -> int:
        """Write down what an examiner says; how often it could not look."""
        looked = self._looked[name]
        before = looked.unread
        for one in told:
            if isinstance(one, Unread):
                looked.unread += 1
            else:
                looked.observations += 1
            self._writing.tell(one)
        return looked.unread - before

    def _finish(self) -> None:
        """The document comes last: a folder without it was cut off."""
        done, writing = self._done, self._writing
        done.seen, done.spans = writing.seen, writing.spans
        done.kept, done.unread = writing.kept, writing.unread
        done.logs, done.logs_unread = writing.logs.first, writing.logs.count
        done.ended = self._clock.utc(self._clock.wall())
        if self._sigma is not None:
            done.rules.sets.extend(of_sigma(self._sigma))
        for each in self._examiners:
            self._looked[each.name].not_tried = sorted(map(bare, each.rules - each.tried))
        done.subjects = counted(done, subjects(self._own))
        write_claims(self._folder, done, self._index)
        write_summary(self._folder, done, self._index, self._home)
        done.files = digests(self._folder)
        text = msgspec.json.format(msgspec.json.encode(done), indent=1) + b"\n"
        medium.settle(self._folder)
        medium.write_whole(self._folder / DOCUMENT, text)

    _writing: Writing
    _looks = 0


def _newer(one: UsedSet | None, own: OwnRules) -> Iterator[str]:
    """Where only the collection had newer rules of ours, what they matched is not told here."""
    if one is not None and one.sha256 != own.sha256:
        yield (
            f"the collection searched for newer rules of hozen's: {one.name}, version "
            f"{one.version} of {one.date}, sha256 {one.sha256}; --rules with that pack, and "
            "--rules-trust with its signer, tell what they matched"
        )
