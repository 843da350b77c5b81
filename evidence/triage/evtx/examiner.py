"""The examiner of event logs: tables of what they hold, and the fingerprints among their events."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from typing import BinaryIO, ClassVar

from msgspec.structs import asdict

from chain_of_custody.system import processors
from evidence.observed.observation import Observation, Unread, shown
from evidence.triage.evtx.again import Again
from evidence.triage.evtx.ahead import AT_ONCE, Ahead, LogFaults
from evidence.triage.evtx.apart import Apart
from evidence.triage.evtx.beside import NOTHING
from evidence.triage.evtx.channels import TABLE, Channels, LogAccount
from evidence.triage.evtx.chunk import ChunkRead
from evidence.triage.evtx.counts import SignIns
from evidence.triage.evtx.each import cleared
from evidence.triage.evtx.elsewhere import Elsewhere
from evidence.triage.evtx.event import CHUNK, utc
from evidence.triage.evtx.fingerprints import FINGERPRINTS, fits
from evidence.triage.evtx.kinds import KINDS
from evidence.triage.evtx.layout import Place, chunks, counted
from evidence.triage.evtx.match import EVENTLOG
from evidence.triage.evtx.seen import NAMESPACE, Seen
from evidence.triage.evtx.wanted import WANTED
from evidence.triage.examiner import Examined, Tables
from evidence.triage.patience import OF_A_HOST, Patience, Reserve
from evidence.triage.sigma.following import Following

_SECONDS, _OF_A_MIB = 60.0, 4.0  # for a log, and each MiB of it: 16 chunks, which take 0.01 s each
_CLEARINGS = (1102, 104)
_NO_PARSER = "the parser of event logs (evtx) is not installed; hozen[triage] brings it"


class EventLogs:
    """Event logs of Windows (.evtx)."""

    name: ClassVar[str] = "event_logs"
    rules: ClassVar[frozenset[str]] = frozenset(
        f"{NAMESPACE}:{fingerprint.rule}" for fingerprint in FINGERPRINTS
    )

    def __init__(self, apart: Sequence[Apart] = (), sigma: Following | None = None) -> None:
        """For one host.

        Args:
            apart: where chunks are parsed; a process for each processor, if none is given.
            sigma: rules of others that are held against the same events, read once.
        """
        beside = sigma.beside if sigma is not None else NOTHING
        count = min(processors(), AT_ONCE)
        self._ahead = Ahead(apart or [Apart(beside=beside) for _ in range(count)])
        self._reserve = Reserve(OF_A_HOST, self._ahead.waited.read)
        self._sigma = sigma
        self._channels = Channels()
        self._signins = SignIns()
        self._elsewhere = Elsewhere()
        self._watches = [(each, each.watch()) for each in FINGERPRINTS]

    @property
    def tried(self) -> frozenset[str]:
        """Those whose channels had events."""
        here = self._channels.names
        return frozenset(f"{NAMESPACE}:{each.rule}" for each in FINGERPRINTS if fits(each, here))

    def wants(self, examined: Examined) -> bool:
        """By the ending of its name."""
        return examined.origin.lower().endswith(".evtx")

    def examine(
        self, examined: Examined, file: BinaryIO, tables: Tables
    ) -> Iterator[Observation | Unread]:
        """Look into one log, in the order in which it was written.

        Raises:
            OSError: the medium of the working copy failed.
        """
        if importlib.util.find_spec("evtx") is None:
            yield self._unread(examined, _NO_PARSER)
            return
        places = chunks(file)
        size = CHUNK * len(places)
        with self._reserve.of(size, begin=_SECONDS, of_a_mib=_OF_A_MIB) as patience:
            yield from self._log(examined, places, file, tables, patience)

    def _log(
        self, examined: Examined, places: list[Place], file: BinaryIO, tables: Tables,
        patience: Patience,
    ) -> Iterator[Observation | Unread]:  # fmt: skip
        faults, again = LogFaults(patience), Again()
        account = self._channels.log(examined.origin, examined.item)
        count = counted(file)
        if count is None:
            faults.add("the file does not begin as an event log")
        elif count > len(places):
            faults.add(f"its header counts {count} chunks, and {len(places)} were found")
        whole = [place for place in places if not place.fault]
        for place in places:
            if place.fault:  # all of them lie before the others: none has a number
                faults.add(f"{place}: {place.fault}")
        for place, found in self._ahead.read(whole, file, faults):
            once, repeated = again.once(found)
            if repeated:
                faults.add(f"{place}: {repeated}")
            account.add(once)
            read, had = self._elsewhere.once(once)
            self._rows(read, account, tables)
            yield from self._events(read, had, place, account)
        for _, watch in self._watches:
            yield from watch.end()
        yield from (self._unread(examined, why) for why in faults.told())
        yield from (self._unread(examined, why) for why in self._elsewhere.end())

    def _rows(self, read: ChunkRead, account: LogAccount, tables: Tables) -> None:
        for raw in read.rows:
            kind, row = KINDS[raw.place], asdict(raw)
            at = row["time"] = utc(raw.time)
            row["origin"], row["item"] = account.origin, account.item
            listed = row.pop("listed")
            if kind.counted:
                self._signins.add(at, row)
            if listed:
                tables.add(kind.table, row)

    def _events(
        self, read: ChunkRead, had: set[int], place: Place, account: LogAccount
    ) -> Iterator[Observation]:
        for event in read.events:
            offset = None if event.offset is None else place.offset + event.offset
            seen = Seen(event, account.origin, account.item, offset, event.record in had)
            if self._sigma is not None and not seen.again:
                yield from self._sigma.see(seen)
            use = WANTED.get((event.provider, event.id))
            if use is not None:  # else ours want nothing of it
                yield from self._fingerprints(seen, use.fingerprints)

    def _fingerprints(self, seen: Seen, which: tuple[int, ...]) -> Iterator[Observation]:
        event = seen.event
        if event.id in _CLEARINGS and event.provider in EVENTLOG and not seen.again:
            self._channels.clear(cleared(seen), event.computer, event.time)
        for place in which:
            fingerprint, watch = self._watches[place]
            if any(match.fits(event) for match in fingerprint.matches):
                yield from watch.see(seen)

    def conclude(self, tables: Tables) -> Iterator[Observation | Unread]:
        """What several logs say together, and what each channel still holds."""
        self._ahead.close()
        for row in self._channels.rows():
            tables.add(TABLE, row)
        for why in (*self._signins.conclude(tables), *self._elsewhere.conclude()):
            yield self._unread(None, why)
        for fingerprint, watch in self._watches:
            yield from watch.conclude(self._channels)
            if watch.unlisted:
                why = f"{NAMESPACE}:{fingerprint.rule}: {watch.unlisted} more are not listed"
                yield self._unread(None, why)
        if self._sigma is not None:
            yield from self._sigma.end()
            yield from self._sigma.conclude(tables)

    def _unread(self, examined: Examined | None, why: str) -> Unread:
        """Of a file, or of all logs together."""
        item, origin = (examined.item, examined.origin) if examined else (None, "")
        return Unread(examiner=self.name, item=item, origin=origin, why=shown(why))
