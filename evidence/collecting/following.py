"""Following what items name: their bytes are looked at while they pass, or again on a resume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.artifact import Artifact, Gap, Phase, ReadApart, Reason
from collectors.collector import Collector
from collectors.live.kernel import Kernel
from collectors.live.processes.programs import RunningPrograms
from collectors.named import leads
from collectors.named.leads import Leads
from collectors.named.pointers import Paths
from collectors.named.referenced import Gone, Referenced
from collectors.windows.looking import Apart, Looking, NotFollowedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from collectors.artifact import Reading

POINTING = 1 << 20  # bytes of an item in which the paths that it names are looked for here


def names_programs(collector: Collector) -> bool:
    """Whether what a collector takes may name programs: of what vanishes that of two alone."""
    return collector.phase >= Phase.LOGS or isinstance(collector, Kernel | RunningPrograms)


class Keeper:
    """Keeps the beginning of an item in which references are looked for."""

    def __init__(self) -> None:
        self.data = bytearray()

    @property
    def done(self) -> bool:
        """Whether nothing more is looked at."""
        return self.is_cut

    @property
    def is_cut(self) -> bool:
        """Whether there was more than what is looked at."""
        return len(self.data) > POINTING

    def update(self, data: memoryview, /) -> None:
        """See the next bytes."""
        if not self.done:
            self.data += data[: POINTING + 1 - len(self.data)]


class Following:
    """The names of one run, and the process in which they are looked for."""

    def __init__(self, *, stopping: Callable[[], bool]) -> None:
        """Begin with no names; `stopping` tells whether somebody asked the run to end."""
        self._leads = Leads()
        self._step = leads.FIRST
        self._apart = Apart(stopping=stopping)

    def close(self) -> None:
        """End the process apart."""
        self._apart.close()

    # The collectors of names.

    def plan(self, collectors: Sequence[Collector]) -> None:
        """Know whether anybody takes what is named."""
        taken = any(isinstance(each, Referenced) for each in collectors)
        self._step = leads.FIRST if taken else leads.LATER

    def prepared(self, collector: Collector) -> Collector:
        """The collectors of what others named get the names."""
        if isinstance(collector, Referenced):
            self._step = leads.SECOND
            return Referenced(self._leads)
        return Gone(self._leads) if isinstance(collector, Gone) else collector

    def after(self, collector: Collector) -> None:
        """A collector came to its end."""
        if isinstance(collector, Referenced):
            self._step = leads.LATER

    # Items.

    def begin(self, artifact: Artifact) -> Keeper | Looking | None:
        """An observer of the bytes of an item that may name others."""
        if artifact.references is None:
            return None
        if isinstance(artifact.references, ReadApart):
            return self._apart.begin(artifact.references)
        return Keeper()

    def end(self, artifact: Artifact, seen: Keeper | Looking, reading: Reading, seq: int) -> None:
        """An item was read: remember what it names, or that this can't be told.

        Args:
            artifact: the item.
            seen: what `begin` gave for it.
            reading: at its end.
            seq: the item's number; 0 for one of an earlier session.
        """
        try:
            paths = _paths(artifact, seen, reading)
        except NotFollowedError as error:
            paths = error.paths
            self._leads.not_followed(_not_followed(artifact, error, seq), self._step)
        apart = isinstance(artifact.references, ReadApart)
        self._leads.add(((path, seq) for path in paths), self._step, ignoring_case=apart)

    def again(
        self, thing: Artifact | Gap, opened: Callable[[Artifact], tuple[Artifact, Reading]]
    ) -> None:
        """Look at an item of an earlier session once more, opened as it was then."""
        if isinstance(thing, Gap) or thing.references is None:
            return
        try:
            thing, reading = opened(thing)
        except OSError:
            return  # the earlier session has recorded its gap
        seen = self.begin(thing)
        if seen is None:  # of what is withheld nothing is followed
            reading.close()
            return
        room = memoryview(bytearray(64 << 10))
        try:
            while not seen.done and (count := reading.readinto(room)):
                seen.update(room[:count])
        except OSError:
            pass  # recorded, too; what came before it was seen
        finally:
            reading.close()
        self.end(thing, seen, reading, 0)


def _paths(artifact: Artifact, seen: Keeper | Looking, reading: Reading) -> Iterable[str]:
    if isinstance(seen, Looking):
        paths = seen.paths()
        if reading.ranges or reading.missing:
            detail = "parts of it are missing, and where they were is not known to its reader"
            raise NotFollowedError(Reason.UNREADABLE, detail, paths)
        return paths
    find = artifact.references
    if find is None or isinstance(find, ReadApart):
        return ()
    try:
        found = find(bytes(seen.data[:POINTING]))
        paths = list(found)
    except Exception as error:  # of whatever kind: it costs neither the item nor the run
        detail = f"{type(error).__name__}: {error}"
        raise NotFollowedError(Reason.UNREADABLE, detail) from error
    beyond = found.beyond if isinstance(found, Paths) else ""
    if isinstance(found, Paths) and seen.is_cut:
        beyond = f"only its first {POINTING} bytes were looked at"
    if beyond:
        raise NotFollowedError(Reason.SKIPPED, beyond, paths)
    return paths


def _not_followed(artifact: Artifact, error: NotFollowedError, seq: int) -> Gap:
    some = "not all that it names could be followed" if error.paths else (
        "what it names could not be followed"
    )  # fmt: skip
    return Gap(
        origin=artifact.origin, stream=artifact.stream, kind=artifact.kind, reason=error.reason,
        detail=f"{some}: {error.detail}", led_by=seq or None,
    )  # fmt: skip
