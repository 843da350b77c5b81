"""The programs and scripts that other items name: taken, or a gap where they are not."""

from __future__ import annotations

import stat as modes
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason, References, gap_from
from collectors.files.spelling import upcased
from collectors.named import leads, pointers
from collectors.named.leads import Lead, Leads
from collectors.named.streams import of_windows, parted
from collectors.privacy.privatekey import private_key
from collectors.windows.commands import ENDINGS
from collectors.windows.readers import named_references_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from collectors.files.source import Source


_FILES, _BYTES = 200, 32 << 20  # of a folder that is named: what is run or read one by one


class Led:
    """What both collectors of names share: the names, and what can't be looked for."""

    def __init__(self, named: Leads | None = None) -> None:
        """Go through these names, which may still grow."""
        self._leads = Leads() if named is None else named


class Referenced(Led):
    """Takes the programs and scripts that other items name, and what these scripts name in turn.

    Cron, units and profiles name them; on Windows services, autoruns, tasks, shortcuts, jump lists,
    Prefetch, Amcache and WMI consumers. Knowing a path is not holding the program: it may vanish
    before anybody comes back for it. Two steps are gone, no third. Of variables it knows
    $HOME: below a home its owner's, in crontabs their user's, in the system's files root's, in
    scripts elsewhere nobody's. It cannot show what is named through other variables, or without a
    folder where no `cd` or WorkingDirectory tells it. Folders, devices and views of the
    kernel (/proc, /sys) that are named are passed over without a gap. A file is taken once, however
    often and in whatever case it is named; two files of the same content are two items, since the
    content is known only when it was read. Of a folder that is named (`run-parts`) its files are
    taken, but not those of a store: one of more than 200 files is a gap, and so is what is over
    32 MiB together. A document or a database that is named is told of; a program is taken
    whatever its ending, and so is a text that a command runs (`sh a.png`).
    """

    name: ClassVar[str] = "referenced-programs"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.QUICK
    most: ClassVar[int] = 5_000
    largest: ClassVar[int] = 64 << 20
    most_bytes: ClassVar[int] = 1 << 30

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield each named file once; a link, and what it leads to; then what scripts name."""
        told: set[tuple[str, str | None, str]] = set()
        for one in self._within_limits(source):
            if isinstance(one, Gap):  # what is named by itself and with its folder comes twice
                if (one.origin, one.stream, one.detail) in told:
                    continue
                told.add((one.origin, one.stream, one.detail))
            yield one
        if self._leads.full:
            yield self._leads.overflow(self.name)

    def _within_limits(self, source: Source) -> Iterator[Artifact | Gap]:
        """What is named, step by step; what is over a limit as a gap each time it is named."""
        left, room = self.most, self.most_bytes
        for step in (leads.FIRST, leads.SECOND):
            for lead in sorted(self._leads.of(step), key=_names_a_folder):  # by its own name first
                for one, size in _follow(source, lead):
                    if left <= 0 or size > min(room, self.largest):
                        yield _over(one, size)
                        continue
                    key = private_key(source, one) if isinstance(one, Artifact) else None
                    left, room = left - 1, room - (0 if key else size)
                    if isinstance(one, Artifact):
                        source.once(one.origin)
                    yield key or one
            yield from self._leads.unfollowed(step)


class Gone(Led):
    """Says which programs and scripts the files of a whole disk name that are no longer there.

    Those that are there were taken with all the others. It cannot show where they went, nor whether
    the name was ever true.
    """

    name: ClassVar[str] = "named-and-gone"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.FULL

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield gaps only."""
        for lead in self._leads.of(leads.LATER):
            yield from _missing(source, lead)
        yield from self._leads.unfollowed(leads.LATER)
        if self._leads.full:
            yield self._leads.overflow(self.name)


def _missing(source: Source, lead: Lead) -> Iterator[Gap]:
    if not lead.path.startswith("/"):
        yield _elsewhere(lead)
        return
    own, stream = parted(source, lead)
    try:
        place = source.resolve(own.path)
        source.look(place)
    except OSError as error:
        yield _not_there(own, error)._replace(stream=stream)
        return
    gap = _no_stream(source, place, own, stream) if stream else None
    if gap is not None:
        yield gap


def _follow(source: Source, lead: Lead) -> Iterator[tuple[Artifact | Gap, int]]:
    if not lead.path.startswith("/"):
        yield _elsewhere(lead), 0
        return
    own, stream = parted(source, lead)
    try:
        if _names_a_folder(own):
            yield from _folder(source, own)
        else:
            yield from _named(source, own.path, own)
            if stream:
                places = source.spellings(source.resolve(own.path))
                yield from _each(partial(_streams, stream), source, places, own)
    except OSError as error:
        yield _not_there(own, error)._replace(stream=stream), 0


def _streams(
    stream: str, source: Source, place: str, lead: Lead
) -> Iterator[tuple[Artifact | Gap, int]]:
    """The streams of a file or folder of which one is named, or the gap of that one."""
    gap = _no_stream(source, place, lead, stream)
    if gap is not None:
        yield gap, 0
        return
    for one in source.streams(place, "disk"):
        yield one._replace(led_by=lead.item or None), 0


def _no_stream(source: Source, place: str, lead: Lead, stream: str) -> Gap | None:
    """The gap of a stream that isn't there, or can't be shown; None where it is there."""
    try:
        names = source.stream_names(place)
    except OSError as error:
        return _not_there(lead, error)._replace(stream=stream)
    gap = Gap(
        origin=place, stream=stream, kind="disk", reason=Reason.ABSENT, led_by=lead.item or None,
        detail=f"named by {_by(lead)}, not there",
    )  # fmt: skip
    if names is None:
        detail = f"named by {_by(lead)}: a named stream, which is not shown here"
        return gap._replace(reason=Reason.UNSUPPORTED, detail=detail)
    return None if upcased(stream) in map(upcased, names) else gap


def _names_a_folder(lead: Lead) -> bool:
    return lead.path.endswith("/")


def _folder(source: Source, lead: Lead) -> Iterator[tuple[Artifact | Gap, int]]:
    """The files of a folder that is named, where they are few and small."""
    folder = source.resolve(lead.path)
    names = [name for name, type_ in source.listing(folder) if type_ in "fl"]
    if len(names) > _FILES:
        yield Gap(
            origin=lead.path, kind="disk", reason=Reason.SKIPPED, led_by=lead.item or None,
            detail=f"named by {_by(lead)}: a folder of {len(names)} files, over the limit",
        ), 0  # fmt: skip
        return
    room = _BYTES
    for name in names:
        for one, size in _named(source, f"{folder.rstrip('/')}/{name}", lead):
            if size > room:
                yield _over(one, size), 0
                continue
            room -= size
            yield one, size


def _named(source: Source, path: str, lead: Lead) -> Iterator[tuple[Artifact | Gap, int]]:
    """What a path may mean, or the gap of it: what is not there keeps nothing else from us."""
    folder, _, name = path.rpartition("/")
    try:
        place = f"{source.resolve(folder).rstrip('/')}/{name}"
        places = _with_endings(source, place) or source.spellings(place)
    except OSError as error:
        yield _not_there(lead._replace(path=path), error), 0
        return
    yield from _each(_one, source, places, lead._replace(path=path))


def _with_endings(source: Source, place: str) -> list[str]:
    """What Windows would run by a name without an ending; empty where nothing like it is there.

    Also what bears that very name: a file beside it may be there to be taken for it.
    """
    if "." in place.rpartition("/")[2] or not of_windows(source, place):
        return []
    found = (each for ending in ("", *ENDINGS) for each in source.spellings(place + ending))
    return [each for each in found if source.exists(each)]


def _each(
    take: Callable[[Source, str, Lead], Iterator[tuple[Artifact | Gap, int]]],
    source: Source, places: Sequence[str], lead: Lead,
) -> Iterator[tuple[Artifact | Gap, int]]:  # fmt: skip
    """What is at each of these places; where there are several, each has its own gap."""
    for place in places:
        own = lead if len(places) == 1 else lead._replace(path=place)
        try:
            yield from take(source, place, own)
        except OSError as error:
            yield _not_there(own, error), 0


def _one(source: Source, place: str, lead: Lead) -> Iterator[tuple[Artifact | Gap, int]]:
    if not modes.S_ISLNK(source.look(place).mode):
        yield from _file(source, place, lead)
        return
    if not source.was_given(place):
        yield source.link(place, "disk")._replace(led_by=lead.item or None), 0
    yield from _each(_file, source, source.spellings(source.resolve(place)), lead)


def _file(source: Source, place: str, lead: Lead) -> Iterator[tuple[Artifact | Gap, int]]:
    stat = source.look(place)
    if _is_view(source, place):
        return
    if modes.S_ISREG(stat.mode) and not source.was_given(place):
        further = _further(source, place, lead) if lead.step == leads.FIRST else None
        taken = source.file(place, "disk", references=further)
        yield taken._replace(led_by=lead.item or None, is_run=lead.is_run), stat.size


def _further(source: Source, place: str, lead: Lead) -> References | None:
    """How what a script names is found: the second step."""
    if of_windows(source, place):
        return named_references_for(place)
    return partial(pointers.script, place, read_by_shell=lead.is_shell)


def _is_view(source: Source, place: str) -> bool:
    """Whether a path is a view of the kernel: reading /proc/kmsg would empty the kernel's log."""
    mount = source.mount_of(place)
    return mount is not None and mount.pseudo


def _over(one: Artifact | Gap, size: int) -> Gap:
    """The gap of what is too large here; whoever names it otherwise may still take it."""
    detail = f"{size} bytes: over the limit of this collector"
    return Gap(
        origin=one.origin, kind="disk", reason=Reason.SKIPPED, detail=detail, led_by=one.led_by
    )


def _by(lead: Lead) -> str:
    return f"item {lead.item}" if lead.item else "an item of an earlier session"


def _not_there(lead: Lead, error: OSError) -> Gap:
    gap = gap_from(lead.path, "disk", error)._replace(led_by=lead.item or None)
    if gap.reason is Reason.ABSENT:
        return gap._replace(detail=f"named by {_by(lead)}, not there")
    return gap


def _elsewhere(lead: Lead) -> Gap:
    """What no path of this source stands for: it is told, and never looked for."""
    if lead.path.startswith("\\\\"):
        reason, where = Reason.NOT_LOCAL, "on another machine; not opened"
    elif lead.path[1:2] == ":":
        reason, where = Reason.UNSUPPORTED, f"which volume was {lead.path[:2]} is not known"
    else:
        reason, where = Reason.UNSUPPORTED, "on a volume that is not the system's"
    return Gap(
        origin=lead.path, kind="disk", reason=reason, led_by=lead.item or None,
        detail=f"named by {_by(lead)}: {where}",
    )  # fmt: skip
