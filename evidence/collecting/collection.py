"""`collect`: from options to a sealed bundle, or to one that says why it isn't."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from chain_of_custody.code import spoken_code
from chain_of_custody.signing.certificates import self_signed
from chain_of_custody.signing.keys import Signer
from collectors.collector import Collector
from collectors.disk.whole.image import WholeDisk
from collectors.files.source import OUR_OUTPUT, Source
from evidence import __version__
from evidence.collecting.begun import saying
from evidence.collecting.own_output import shown_by
from evidence.collecting.pipeline import Pipeline
from evidence.collecting.process_memory import going_on, scanning
from evidence.collecting.resume import Interruption, keep_others_out
from evidence.collecting.session import Interrupted
from evidence.engines.asking import EngineApart
from evidence.machine.clock import Clock
from evidence.machine.host import Footprint, HostIdentity
from evidence.planning.choice import YARA, chosen
from evidence.planning.destination import check_destination, check_second
from evidence.planning.device import check_outside
from evidence.planning.leftout import left_out
from evidence.planning.own_volume import ours
from evidence.planning.request import Request
from evidence.planning.signable import check_signable
from evidence.planning.sources import kind_of, open_source
from evidence.scan.ransom import known_by_rules
from evidence.scan.scanner import Rules, load_rules
from evidence.telling.collected import Collected
from evidence.telling.findings import Findings
from evidence.telling.listener import Listener
from evidence.tool import check_ownership, rules_folder, this_tool
from evidence.writing import medium
from evidence.writing.age import parse_recipients
from evidence.writing.bundle import BundleWriter, InterruptCause
from evidence.writing.folder import make_folder, unless_begun
from evidence.writing.history import Order, Tally
from evidence.writing.log_lock import LogLock
from evidence.writing.mirror import Mirror
from evidence.writing.unfinished import left_by


def collect(
    request: Request,
    *,
    listener: Listener | None = None,
    stopping: Callable[[], bool] = lambda: False,
    clock: Clock | None = None,
    key: Signer | None = None,
    reference: Callable[[str], str | None] = lambda _: None,
    notes: Sequence[Collector] = (),
    begun: Callable[[Path], None] = lambda _: None,
    ready: Callable[[Source, Sequence[Collector]], None] = lambda *_: None,
) -> Collected:
    """Take evidence into a new bundle, or go on with an interrupted one.

    Args:
        request: what to take, and where to.
        listener: hears the progress.
        stopping: asked often; True closes what is open and ends the run unsealed.
        clock: where time comes from.
        key: the collection key; when not given, a new one in memory that nobody vouches for.
        reference: asked at `start` and `end` for another clock's time, read by a person.
        notes: collectors of what people said; they run in every session.
        begun: told the bundle's folder as soon as its beginning is signed.
        ready: told from where and what is still to run when nothing stands against it any more,
            and nothing is made yet.

    Raises:
        DestinationError, DeviceError, ResumeError, RecipientError, RulesError, EngineError,
        UnknownCollectorError, RequestError: at once.
        OSError: the destination failed in a way that left nothing to say.
    """
    check_ownership()
    check_signable(request)
    run = _Run(request, clock or Clock(), key or self_signed(), listener, stopping, reference)
    run.notes, run.begun, run.ready = notes, begun, ready
    with run.log:
        return run.resume(request.resume) if request.resume is not None else run.begin()


class _Run:
    def __init__(
        self, request: Request, clock: Clock, key: Signer,
        listener: Listener | None, stopping: Callable[[], bool],
        reference: Callable[[str], str | None],
    ) -> None:  # fmt: skip
        self.request = request
        self.clock = clock
        self.key = key
        self.listener = listener
        self.stopping = stopping
        self.reference = reference
        self.tool = this_tool(__version__)
        self.notes: Sequence[Collector] = ()
        self.begun: Callable[[Path], None] = lambda _: None
        self.ready: Callable[[Source, Sequence[Collector]], None] = lambda *_: None
        self.mirror: Mirror | None = None
        self.log = LogLock()
        self.engine: EngineApart | None = None
        self.rules: Rules | None = None
        if YARA not in request.skip:
            self.engine = EngineApart(request.engine)
            self.rules = load_rules(rules_folder(), self.engine, request.sets)
        parse_recipients(request.recipients)

    def begin(self) -> Collected:
        source = open_source(self.request.source, withholds=not self.request.documents)
        collectors = chosen(self.request, source)
        check_outside(self.request.source, self.request.output, self.request.second)
        check_destination(self.request.output)
        check_second(self.request.output, self.request.second, source)
        identity = HostIdentity(source)
        path = self._folder(identity.reference)
        self.ready(source, collectors)
        order = Order(
            case_id=self.request.case_id, host_ref=identity.reference,
            profile=self.request.profile, recipients=self.request.recipients,
            challenge=self.request.challenge,
        )  # fmt: skip
        presence = saying(
            self.request.presence, self.request.source, kind_of(self.request.source),
            identity.bundle_id,
        )  # fmt: skip
        writer = BundleWriter(
            path, identity.bundle_id, order, key=self.key, tool=self.tool, clock=self.clock,
            sparing=source.live, compress=self.request.compress,
        )  # fmt: skip
        make_folder(path)  # nothing is left where this machine starts no thread any more
        with self._unless_begun(path):
            self._exclude(source, path)
            self._watch(writer)
            writer.start(self.clock.reading(self.reference("start")), presence)
        self.begun(path)
        keep_others_out(self.log, path)
        pipeline = Pipeline(
            writer, source, clock=self.clock, rules=self.rules, limits=self.request.limits,
            listener=self.listener, stopping=self.stopping, encrypted=known_by_rules().encrypted,
        )  # fmt: skip
        told: list[Collector] = [identity, *left_out(self.request, source, collectors), *self.notes]
        return self._finish(writer, source, pipeline, [*told, *collectors])

    @contextmanager
    def _unless_begun(self, path: Path) -> Iterator[None]:
        """Leave no folder of either copy where nothing gets signed in the first."""
        try:
            with unless_begun(path):
                yield
        except BaseException:
            if self.mirror is not None and not path.exists():
                self.mirror.take_back()
            raise

    def _exclude(self, source: Source, path: Path) -> None:
        """What is ours is no evidence: what is written, and the kit that writes it."""
        written = map(medium.identity_of, self._copies(path, sparing=source.live))
        kit = self.request.kit if self.request.source == "live" else None
        source.exclude = {**dict.fromkeys(written, OUR_OUTPUT), **ours(kit)}
        source.shown_again = shown_by(source, path)

    def _copies(self, path: Path, *, sparing: bool = False) -> list[Path]:
        """The bundle's folder, and that of the second copy, which begins here."""
        if self.request.second is None:
            return [path]
        self.mirror = Mirror(path, self.request.second, sparing=sparing)
        return [each for each in (path, self.mirror.path) if each.is_dir()]

    def _watch(self, writer: BundleWriter) -> None:
        if self.mirror is not None:
            writer.closed = self.mirror.due

    def _folder(self, reference: str) -> Path:
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self.clock.wall() // 1_000_000_000))
        return self.request.output / f"HZ_{self.request.case_id}_{reference}_{stamp}"

    def resume(self, path: Path) -> Collected:
        interruption = Interruption.alone(self.log, path)
        self.request = replace(self.request, profile=interruption.started.profile)
        interruption.check_source(
            kind_of(self.request.source), received=bool(self.request.collectors)
        )
        check_outside(self.request.source, path, self.request.second)
        if interruption.finish_sealing():
            return self._already(interruption)
        check_destination(path)
        source = open_source(self.request.source, withholds=not self.request.documents)
        check_second(path.parent, self.request.second, source)
        collectors, done = going_on(chosen(self.request, source), interruption.resumption())
        left = left_by(interruption.documents.sessions())
        identity = HostIdentity(source, interruption.bundle_id, left)
        interruption.check_host(identity)
        source.exclude = dict.fromkeys([medium.identity_of(path)], OUR_OUTPUT)
        interruption.check_place(collectors, source, self.request.source)
        self.ready(source, [each for each in collectors if each.name not in done.completed])
        self._exclude(source, path)
        writer = BundleWriter(
            path, interruption.bundle_id, interruption.order(identity.reference),
            key=self.key, tool=self.tool, clock=self.clock, history=interruption.history(),
            sparing=source.live, compress=self.request.compress,
        )  # fmt: skip
        self._watch(writer)
        reading = self.clock.reading(self.reference("start"))
        interruption.make_way()
        writer.resume(reading, interruption.salvaged(), self.request.presence)
        pipeline = Pipeline(
            writer, source, clock=self.clock, rules=self.rules, limits=self.request.limits,
            listener=self.listener, stopping=self.stopping, resumption=done,
            encrypted=known_by_rules().encrypted,
        )  # fmt: skip
        less = left_out(self.request, source, collectors, done.completed)
        told: list[Collector] = [identity, *less, *self.notes]
        return self._finish(writer, source, pipeline, [*told, *collectors])

    def _already(self, interruption: Interruption) -> Collected:
        history = interruption.history()
        root = history.tree.root().hex()
        self._copies(interruption.path)
        return Collected(
            path=interruption.path, sealed=True, cause=None, tally=history.tally,
            findings=Findings(earlier=history.missing), root=root, code=spoken_code(root),
            certificate_sha256=interruption.started.signer_certificate_sha256, rules=0,
            encrypted=bool(interruption.started.recipients),
            second=self.mirror.finish() if self.mirror is not None else None,
        )  # fmt: skip

    def _finish(
        self, writer: BundleWriter, source: Source, pipeline: Pipeline, collectors: list[Collector]
    ) -> Collected:
        rules = self.rules
        own = rules.own if rules is not None else None
        footprint = Footprint(
            self.tool.sha256, str(self.request.output), writer.written_direct,
            rules.engine if rules is not None else None, own.beside if own is not None else (),
            self.request.sets_not_used, own.successor if own is not None else None,
        )  # fmt: skip
        try:
            scanned = scanning(collectors, self.rules, pipeline.findings, pipeline.has_to_end)
            cause = self._take(writer, pipeline, [*scanned, footprint])
        finally:
            writer.abandon()
            source.close()
            if self.engine is not None:
                self.engine.close()
        later = [name for each in collectors if isinstance(each, WholeDisk) for name in each.later]
        return replace(self._result(writer, pipeline, cause), digests_later=later)

    def _take(
        self, writer: BundleWriter, pipeline: Pipeline, collectors: list[Collector]
    ) -> str | None:
        """Run to the seal; what kept it from being sealed, if anything."""
        try:
            pipeline.run(collectors)
        except Interrupted as ended:
            return self._close(writer, ended.cause) or ended.cause
        except OSError as error:
            writer.abandon()  # the volume stays as it lies
            self._close(writer, "destination_full" if medium.is_full(error) else "error")
            return _cause_of(error)
        try:
            writer.seal(self.clock.reading(self.reference("end")))
        except OSError as error:
            return _cause_of(error)
        return None

    @staticmethod
    def _close(writer: BundleWriter, cause: InterruptCause) -> str | None:
        """Sign that the run ends here; why the medium did not take even that, if so."""
        try:
            writer.interrupt(cause)
        except OSError as error:
            return _cause_of(error)
        return None

    def _result(self, writer: BundleWriter, pipeline: Pipeline, cause: str | None) -> Collected:
        signed = writer.signed  # what was read after it was lost with its volume
        return Collected(
            path=writer.path, sealed=cause is None, cause=cause, tally=Tally.of(signed),
            findings=pipeline.findings, root=signed.root, code=spoken_code(signed.root),
            certificate_sha256=self.key.certificate_sha256,
            rules=self.rules.count if self.rules is not None else 0,
            encrypted=bool(writer.order.recipients), source=self.request.source,
            sets=self.request.sets,
            second=self.mirror.finish() if self.mirror is not None else None,
        )  # fmt: skip


def _cause_of(error: OSError) -> str:
    return "destination_full" if medium.is_full(error) else f"error: {error.strerror}"
