"""What the rules say: of an item by the scan of its collection, of everything else by one now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO, ClassVar

from msgspec.structs import replace

from chain_of_custody.item import Hit, ItemRecord
from collectors.bodyfile import ORIGIN as BODY_FILE
from collectors.privacy.withheld import PREFIX as WITHHELD
from evidence.observed.observation import GONE, Observation, Unread, shown
from evidence.packs.used import set_of
from evidence.rulebook.index import Where
from evidence.rulebook.names import name_of
from evidence.scan.many_files import is_memory
from evidence.scan.named import is_of_name, looks_at_names
from evidence.scan.scanner import ItemScan
from evidence.triage.bodyfile import BodyFileError, lines
from evidence.triage.examiner import Examined, Tables
from evidence.triage.files.mft import Folders, MftError, is_mft, named, volume_of
from evidence.triage.held import Stretch, spread, stretches
from evidence.triage.means import Means
from evidence.triage.moment import moment
from evidence.triage.places import is_withheld
from evidence.triage.processes import LARGEST, is_account, told_of_process
from evidence.triage.seen import Seen

_PIECE = 1 << 20  # bytes at once
MOST_NAMES = 500_000  # that matched, kept as their hashes: those of all files of a share
_SHADOW = re.compile(r"^shadow:[0-9]+:")  # without it, the same file as it is now
_NOT_SEEN = ("YARA:", "archive:")  # how a record begins what its scan could not do


class ByRules:
    """Looks for the texts and names of the rules, in the bytes of files and in every name.

    An item that the collection scanned with the same rules is not scanned again: what was found
    stands in its signed record, and the bytes are only held against its digest. The names of gaps
    and links, of every file in a body file, and of every record of an MFT are looked at, too.
    """

    name: ClassVar[str] = "rules"

    def __init__(self, means: Means) -> None:
        self._means = means
        self._met: set[Where] = set()
        self._named: set[int] = set()
        self._twice = 0
        """Names beyond those that are kept."""

    @property
    def rules(self) -> frozenset[str]:
        """Ours that the scanner tries; of sets, the document has how many."""
        return self._means.index.scanned

    @property
    def tried(self) -> frozenset[str]:
        """Those of names, of bytes, of memory, as there were any."""
        each = self._means.index.rules
        return frozenset(rule for rule in self.rules if each[rule].where in self._met)

    def hear(self, seen: Seen) -> Iterator[Observation | Unread]:
        """Look at its name, whether its bytes are here or not."""
        if not seen.is_absent:
            self._met.add("name")
        names = [] if seen.is_absent else self._means.rules.named(seen.origin)
        for rule in names:
            if self._first(rule, seen.origin):
                yield _of_name(rule, seen)
        record = seen.record
        if record is not None and self._scanned(record) is not None:
            self._meet(seen.origin)
            for each in record.meta.errors:
                if each.startswith(_NOT_SEEN):
                    yield self._unread(seen.item, seen.origin, each)

    def wants(self, examined: Examined) -> bool:
        """All but what was scanned, and had nothing; and what lists names."""
        if examined.origin == BODY_FILE or is_mft(examined) or is_account(examined.origin):
            return True
        hits = self._scanned(examined.record)
        return hits is None or bool(hits)

    def examine(
        self,
        examined: Examined,
        file: BinaryIO,
        tables: Tables,  # noqa: ARG002 - no table of ours
    ) -> Iterator[Observation | Unread]:
        """Tell the hits of a record, or scan."""
        hits = self._scanned(examined.record)
        if hits is None:
            self._meet(examined.origin)
            yield from self._scan(examined, file)
            hits = self._of_others(examined.record)
        yield from self._told(examined, hits, _ranges(examined.record))
        file.seek(0)
        if examined.origin == BODY_FILE:
            yield from self._listed(examined, file)
        elif is_mft(examined):
            yield from self._recorded(examined, file)
        elif is_account(examined.origin):
            data = file.read(LARGEST)
            yield from told_of_process(examined, data, self._means.index, self.name)

    def recall(self, seen: Seen) -> Iterator[Observation]:
        """Tell the hits that were signed, by whichever rules: nobody can look again."""
        scan = seen.record.meta.yara if seen.record is not None else None
        if scan is not None:
            for one in self._told(seen, scan.hits, _ranges(seen.record)):
                yield replace(one, place=GONE)

    def conclude(self, tables: Tables) -> Iterator[Observation | Unread]:  # noqa: ARG002 - no table
        """Only whether names may have been told again: a rule looks at one file at a time."""
        if self._twice:
            yield self._unread(None, "", f"{self._twice} names may have been told twice")

    def _meet(self, origin: str) -> None:
        """Note what kind of bytes a rule was tried on."""
        if is_account(origin) or is_memory(origin):
            self._met.add("memory")
        if not is_account(origin) and not is_withheld(origin):
            self._met |= {"any", "small"}

    def _scanned(self, record: ItemRecord | None) -> list[Hit] | None:
        """What the collection's own scan found; None where it doesn't count or there was none."""
        scan = record.meta.yara if record is not None else None
        if not self._means.at_collection or scan is None or scan.mode == "none":
            return None
        return scan.hits

    def _of_others(self, record: ItemRecord | None) -> list[Hit]:
        """What the collection found by rules that this triage doesn't have."""
        scan = record.meta.yara if record is not None else None
        here = {"", *self._means.rules.of_sets}
        return [hit for hit in scan.hits if set_of(hit.rule) not in here] if scan else []

    def _scan(self, examined: Examined, file: BinaryIO) -> Iterator[Observation | Unread]:
        """Scan what holds data."""
        pieces = list(stretches(file))
        scan = ItemScan(self._means.rules, examined.origin)
        for start, end in pieces:
            file.seek(start)
            rest = end - start
            while rest and (piece := file.read(min(rest, _PIECE))):
                scan.update(memoryview(piece))
                rest -= len(piece)
        hits = scan.finish().hits  # the end is where most of it is scanned
        for error in scan.errors:
            yield self._unread(examined.item, examined.origin, error)
        yield from self._told(examined, hits, pieces)

    def _told(
        self, examined: Examined | Seen, hits: Sequence[Hit], pieces: list[Stretch]
    ) -> Iterator[Observation]:
        """Hits, but those of the item's own name, which were told when it was heard of."""
        heard = self._means.rules.named(examined.origin)
        for hit in hits:
            if hit.rule not in heard or not is_of_name(hit, examined.origin):
                yield self._observation(examined, hit, pieces)

    def _observation(
        self, examined: Examined | Seen, hit: Hit, pieces: list[Stretch]
    ) -> Observation:
        """A hit; a note is dated by when it was last written, a log full of others' words isn't."""
        entry = self._means.index.entry(hit.rule)
        timed = entry is not None and entry.where in ("name", "small")
        offset = None if hit.offset is None else str(spread(int(hit.offset), pieces))
        return Observation(
            at=moment(examined.modified_ns) if timed else None, item=examined.item,
            kind="name" if looks_at_names(hit.rule) else "content",
            offset=offset, origin=examined.origin, place="", rule=hit.rule, text=hit.text,
        )  # fmt: skip

    def _listed(self, examined: Examined, file: BinaryIO) -> Iterator[Observation | Unread]:
        """The names in a body file that no item or gap has."""
        try:
            for line in lines(file):
                for rule in self._means.rules.named(line.path):
                    if self._first(rule, line.path):
                        yield Observation(
                            at=moment(line.modified * 10**9), item=examined.item, kind="name",
                            offset=str(line.offset), origin=line.path, place=BODY_FILE, rule=rule,
                            text=shown(line.path),
                        )  # fmt: skip
        except BodyFileError as error:
            yield self._unread(examined.item, examined.origin, str(error))

    def _recorded(self, examined: Examined, file: BinaryIO) -> Iterator[Observation | Unread]:
        """The names in a master file table: of deleted files all, of others those not yet told."""
        folders, volume = Folders.of(file), volume_of(examined.origin)
        try:
            for each in named(file):
                for rule in self._means.rules.named(each.name):
                    path = volume + folders.path(each)
                    if not each.in_use or self._first(rule, path, _SHADOW.sub("", path)):
                        yield Observation(
                            at=moment(each.named_born), item=examined.item, kind="name",
                            offset=str(each.offset), origin=path, place=f"$MFT: {each.number}",
                            rule=rule, text=shown(each.name),
                        )  # fmt: skip
        except MftError as error:
            yield self._unread(examined.item, examined.origin, str(error))

    def _first(self, rule: str, *origins: str) -> bool:
        """Whether a name was told of none of these yet."""
        keys = {hash((rule, each.removeprefix(WITHHELD))) for each in origins}
        if keys & self._named:
            return False
        if len(self._named) < MOST_NAMES:
            self._named |= keys
        else:
            self._twice += 1
        return True

    def _unread(self, item: int | None, origin: str, why: str) -> Unread:
        return Unread(examiner=self.name, item=item, origin=origin, why=why)


def _of_name(rule: str, seen: Seen) -> Observation:
    return Observation(
        at=moment(seen.modified_ns), item=seen.item, kind="name", offset=None, origin=seen.origin,
        place="", rule=rule, text=shown(name_of(seen.origin)),
    )  # fmt: skip


def _ranges(record: ItemRecord | None) -> list[Stretch]:
    """Where the bytes that were scanned lie in the file, where it has holes."""
    if record is None:
        return []
    return [(int(r.offset), int(r.offset) + r.size) for r in record.content.ranges]
