"""Most volatile first: from collectors to records. One bad artifact becomes a gap, not an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import msgspec

from chain_of_custody.item import Content, Meta, Scan
from collectors.artifact import Artifact, Gap, Kind, Phase, Reading, Reason, gap_from
from collectors.collector import Collector
from collectors.files.snapshot import Stopwatch
from collectors.files.source import Source
from collectors.memory import Memory
from collectors.named.referenced import Referenced
from collectors.privacy.withheld import PREFIX, Withholding, nobody_knows
from collectors.ram.destination import Destination
from collectors.ram.imager.imaged import ImagedMemory
from evidence.collecting import ends, session
from evidence.collecting.following import Following, names_programs
from evidence.collecting.landing import Landing
from evidence.collecting.links import Links, as_link
from evidence.collecting.together import Together
from evidence.machine.clock import Clock
from evidence.machine.restraint import paced
from evidence.planning.destination import FOR_LOGS
from evidence.planning.request import Limits
from evidence.scan.scanner import ItemScan, Rules
from evidence.scan.scanning import Scanning
from evidence.telling.findings import Findings
from evidence.telling.listener import Listener
from evidence.writing import records
from evidence.writing.bundle import BundleWriter
from evidence.writing.records import Taker
from evidence.writing.stream import Observer, missing_after, pour


class Pipeline:
    """One session of a collection."""

    def __init__(
        self, writer: BundleWriter, source: Source, *, clock: Clock, rules: Rules | None = None,
        limits: Limits | None = None, listener: Listener | None = None,
        resumption: session.Resumption | None = None, stopping: Callable[[], bool] = lambda: False,
        encrypted: Callable[[str], bool] = nobody_knows,
    ) -> None:  # fmt: skip
        """Prepare a session.

        Args:
            writer: the bundle, its beginning signed.
            source: where evidence is taken from.
            clock: where time comes from.
            rules: YARA rules for the same pass; None scans nothing.
            limits: what the user allowed.
            listener: hears the progress.
            resumption: what earlier sessions have done.
            stopping: whether somebody asked the run to end; asked often.
            encrypted: whether rules know a name as that of a file that was encrypted.
        """
        self._resumption = resumption or session.Resumption()
        self.findings = Findings(earlier=writer.missing)
        self._writer = writer
        self._source = source
        self._clock = clock
        self._scans = Scanning(rules)
        self._ends = ends.Ends(writer, clock, limits or Limits(), self.findings, stopping, listener)
        self.has_to_end = self._ends.item  # whatever is read, where it is
        self._pace = paced(limits.rate if limits is not None else None)
        self._listener = listener
        self._stopping = stopping
        self._logs_follow = True
        self._reached = session.Reached(writer.bundle_id, self._resumption.completed)
        self._links = Links()
        self._together = Together(source)
        self._following = Following(stopping=stopping)
        self._withholding = Withholding(source, encrypted=encrypted)
        self._again = partial(self._following.again, opened=self._withholding.opened)
        writer.progress = self._reached.progress
        writer.closing = self._scans.settle
        source.end_when(self._ends.item)

    def run(self, collectors: Sequence[Collector]) -> None:
        """Take everything, phase by phase.

        Raises:
            Interrupted: ended early; the bundle's open volume is still to be closed.
            OSError: the destination did not take it.
        """
        ordered = sorted(collectors, key=lambda collector: collector.phase)
        self._logs_follow = any(each.phase in (Phase.LOGS, Phase.DISK) for each in ordered)
        self._following.plan(ordered)
        try:
            self._run_in_order(ordered)
        except session.Interrupted:
            self._scans.settle()  # the volume that is closed next holds bytes that need a record
            raise
        finally:
            self._following.close()
            self._scans.close()

    def _run_in_order(self, ordered: Sequence[Collector]) -> None:
        phase = None
        for index, collector in enumerate(ordered):
            self._scans.settle()
            if phase is not None and collector.phase != phase:
                self._writer.close_volume("phase_end")
            phase = collector.phase
            self._writer.phase = records.PHASES[phase]
            # What is gone in seconds costs next to nothing: that is taken in any case.
            self._ends.sparing = self._source.live and phase > Phase.VOLATILE
            if self._listener is not None:
                self._listener.collector(collector.name, index, len(ordered))
            self._run_collector(collector)
            self._following.after(collector)
        self._scans.settle()

    def _run_collector(self, collector: Collector) -> None:
        taker = Taker(collector=collector.name, phase=records.PHASES[collector.phase])
        chain = self._reached.begin(collector.name)
        self._withholding.of(collector)
        if collector.name in self._resumption.completed:
            self._remember(collector)
            return
        if self._ends.memory():
            self._stop_at_limit(taker)
        else:
            self._run_things(collector, taker, chain)
        self._scans.settle()
        self._reached.end()

    def _run_things(self, collector: Collector, taker: Taker, chain: session.OriginChain) -> None:
        skip = self._resume_at(collector)
        if skip is None:
            self._gap(session.unrecognised(collector.name), taker, Stopwatch())
            self._scans.settle()
            chain = self._reached.begin(collector.name)  # of what it gives by itself
        for thing in self._guarded(self._prepared(collector)):
            if self._ends.limit():
                self._stop_at_limit(taker)
                break
            if chain.count < (skip or 0):
                chain.add(thing.origin)
                self._again(thing)
                continue
            self._take(thing, taker)
            self._writer.after_part()
            self._ends.unless_asked()

    def _prepared(self, collector: Collector) -> Collector:
        """The collectors of what others named get the names; that of memory, where it goes."""
        path, free = str(self._writer.path), FOR_LOGS if self._logs_follow else ends.RESERVE
        if isinstance(collector, Memory):
            return Memory(path, free)
        if isinstance(collector, ImagedMemory):
            place, landing = Destination(path, free), Landing.of_session(self._writer, self._ends)
            return ImagedMemory(collector.imager, place, landing, self._ends.item)
        return self._following.prepared(collector)

    def _guarded(self, collector: Collector) -> Iterator[Artifact | Gap]:
        """What a collector gives; a fault of its own becomes a gap, not the end of the run."""
        try:
            yield from collector.collect(self._source)
        except OSError as error:
            yield gap_from(f"hozen:/{collector.name}", "note", error)
        except Exception as error:  # noqa: BLE001 - at 3 a.m. the other collectors must still run
            yield self._fault(f"hozen:/{collector.name}", "note", error)

    def _fault(self, origin: str, kind: Kind, error: Exception) -> Gap:
        """The gap of what a fault of the running collector kept from us."""
        if self._reached.collector not in self.findings.failed:
            self.findings.failed.append(self._reached.collector)
        detail = f"this collector failed: {type(error).__name__}: {error}"
        return Gap(origin=origin, kind=kind, reason=Reason.UNREADABLE, detail=detail)

    # Taking one thing.

    def _take(self, thing: Artifact | Gap, taker: Taker) -> None:
        watch = Stopwatch()
        if isinstance(thing, Gap):
            if thing.reason is Reason.TIMED_OUT:
                self._ends.unless_asked()
            self._gap(thing, taker, watch)
            return
        try:
            one, reading = self._withholding.opened(thing)
        except OSError as error:
            self._ends.unless()
            gap = gap_from(thing.origin, thing.kind, error)
        except Exception as error:  # noqa: BLE001 - the other items must still be taken
            gap = self._fault(thing.origin, thing.kind, error)
        else:
            try:
                self._read(one, reading, taker, watch)
            finally:  # not `closing`, which costs a small file more than its closing
                reading.close()
            return
        self._gap(session.with_lead(gap, thing), taker, watch)

    @property
    def _next_item(self) -> int:
        """The number of the item at hand: those before it may still wait for their scans."""
        return self._writer.next_item + self._scans.waiting

    def _gap(self, gap: Gap, taker: Taker, watch: Stopwatch, *, cut: bool = False) -> None:
        content, meta = records.of_gap(
            gap, self._next_item, taker, watch.stop(), self._clock,
            self._links.item(gap.same_as), door=self._source.method,
        )  # fmt: skip
        lacking = self.findings.gap(gap, cut=cut)

        def told(_seen: Scan | None, _by: ItemScan | None) -> None:
            self._reached.chain.add(gap.origin)
            self._writer.add(content, meta, lacking=lacking)

        self._scans.end(None, told)

    def _read(self, artifact: Artifact, reading: Reading, taker: Taker, watch: Stopwatch) -> None:
        seq = self._next_item
        if self._links.known(artifact, reading, seq):
            self._gap(as_link(artifact, reading), taker, watch)
            return
        in_memory = taker.phase == "memory"  # a scan would give memory the time to change
        scan = self._scans.begin(artifact.origin) if not in_memory else None
        looking = self._following.begin(artifact)
        pace = self._pace if not in_memory else None
        observers: tuple[Observer, ...] = tuple(filter(None, (scan, looking, pace)))
        poured = pour(reading, self._writer, seq, observers=observers, stop=self._ends.item)
        if poured.error is not None and not poured.parts:
            self._ends.unless()
            gap = gap_from(artifact.origin, artifact.kind, poured.error, stat=reading.stat)
            self._gap(session.with_lead(gap, artifact), taker, watch)
            return
        when = watch.stop()
        said = self.findings.cut_off() if poured.stopped else []
        content, meta = records.of_item(
            artifact, reading, poured, seq, taker, when, self._clock, records.NOT_SCANNED,
            [*said, *self._together.remarks(artifact, reading, seq, when)],
        )  # fmt: skip
        lost = missing_after(poured, reading) if artifact.expected else reading.missing
        if lost and (artifact.kind == "image" or artifact.expected):
            self.findings.bad_ranges(artifact.origin, lost)
        if looking is not None:
            self._following.end(artifact, looking, reading, seq)
        # What the end of the run cut off is taken again by the next session.
        cut = poured.stopped or poured.error is not None
        again = cut and self._ends.cause is not None
        self._scans.end(scan, partial(self._taken, artifact.origin, taker, content, meta, again))

    def _taken(
        self, origin: str, taker: Taker, content: Content, meta: Meta, again: bool,
        seen: Scan | None, by: ItemScan | None,
    ) -> None:  # fmt: skip
        """An item was read and scanned, as were all before it: write that down."""
        if seen is not None and by is not None:
            meta = msgspec.structs.replace(meta, yara=seen, errors=[*meta.errors, *by.errors])
            self.findings.searched(origin, by.given_up)
            if by.archive is not None:
                self.findings.archives.add(origin, by.archive)
            self.findings.matched({hit.rule for hit in seen.hits})
        if not again:
            self._reached.chain.add(origin.removeprefix(PREFIX))  # as the collector gave it
        self.findings.taken[taker.collector] = self.findings.taken.get(taker.collector, 0) + 1
        self._writer.add(content, meta)
        if self._listener is not None:
            self._listener.item(origin, self._writer.tally.bytes)

    def _stop_at_limit(self, taker: Taker) -> None:
        beyond = session.beyond(taker.collector, self.findings.limit)
        self._gap(beyond, taker, Stopwatch(), cut=True)

    # Going on where an earlier session ended.

    def _resume_at(self, collector: Collector) -> int | None:
        """How many things to skip, as far as all agrees; None: a source at rest that doesn't."""
        wanted = self._resumption.points(collector.name)
        if not wanted:
            return 0
        chain, agreed = session.OriginChain(self._writer.bundle_id, collector.name), 0
        kept, last = self._source.given(), max(wanted)
        for thing in self._guarded(self._prepared(collector)):
            chain.add(thing.origin)
            if isinstance(collector, Referenced):  # its second half is what the first one names
                self._again(thing)
            if chain.count in wanted and wanted[chain.count] == chain.shown():
                agreed = chain.count
            if chain.count >= last or self._stopping():
                break
        self._source.restore(kept)
        return agreed or (0 if self._source.live or self._stopping() else None)

    def _remember(self, collector: Collector) -> None:
        """Of a completed collector: which paths it gave, and what these name."""
        if not names_programs(collector):
            return
        kept = self._source.given()
        for thing in self._guarded(self._prepared(collector)):
            self._again(thing)
        if collector.phase < Phase.LOGS:
            self._source.restore(kept)  # what runs by now may never have been taken
