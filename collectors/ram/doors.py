"""Doors to physical memory: each tried, and why those that stay shut do.

Nothing is loaded and nothing changed: what a kernel doesn't offer to root isn't forced.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from collectors.artifact import detail_of
from collectors.live.kernel import LOCKDOWN
from collectors.ram.directmap import direct_map
from collectors.ram.kcore import read_core
from collectors.ram.ranges import Range, Run, Segment, merged, planned, system_ram
from collectors.ram.sentences import OPEN, SENTENCES
from collectors.told import ToldError

if TYPE_CHECKING:
    from collectors.files.source import Source

KCORE, CRASH, MEM = "/proc/kcore", "/dev/crash", "/dev/mem"
INSIDE = ("/.dockerenv", "/run/.containerenv", "/run/systemd/container")
_OPTIONS = {KCORE: "CONFIG_PROC_KCORE", CRASH: "CONFIG_MODULES", MEM: "CONFIG_DEVMEM"}
_RIGHTS = {"sys_rawio": 17, "sys_admin": 21}  # capabilities(7), bits of CapEff
_PROBED, _TRIED = 4096, 16  # bytes of a run, and of how many runs
_BEYOND = 1 << 20  # a strict kernel lets the first MiB through /dev/mem, and nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A door that gave a page of memory when it was tried."""

    path: str
    """In the source's own words; `Source.place` says where that is."""
    runs: Sequence[Run]
    gaps: Sequence[Range]
    vmcoreinfo: str
    headers: Sequence[tuple[int, int, int, int]]
    direct_map: int | None
    """Where physical address 0 is mapped, if the runs were worked out from that."""


class DoorError(ToldError):
    """Why a door stays shut, or what isn't known of it."""

    table = SENTENCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What came of trying."""

    open: Open | None
    shut: dict[str, DoorError]
    """Each door that was tried and didn't open, and why."""
    ram: Sequence[Range]
    ram_error: str
    lockdown: str | DoorError
    """The kernel's word for it, or why that isn't known."""
    rights: Sequence[str] | None
    inside: Sequence[str] | None
    """What is there inside a container only; None where it isn't known whether anything is."""

    def answers(self, language: str = "en") -> dict[str, str]:
        """What each door that was tried said, in words."""
        found = {path: why.sentence(language) for path, why in self.shut.items()}
        return found | ({} if self.open is None else {self.open.path: OPEN[language == "ja"]})

    @property
    def denied(self) -> bool:
        """Whether there is a door, only shut to us: more rights or another kernel would open it."""
        there = any("no such file" not in str(why).casefold() for why in self.shut.values())
        return there and self.open is None

    def told(self) -> str:
        """All of it in one line, for a gap."""
        rights = "not told" if self.rights is None else ", ".join(self.rights) or "none that help"
        inside = "not told" if self.inside is None else ", ".join(self.inside) or "no sign of it"
        return "; ".join(
            (
                *(f"{path}: {answer}" for path, answer in self.answers().items()),
                *([f"/proc/iomem: {self.ram_error}"] if self.ram_error else []),
                f"kernel lockdown: {self.lockdown}", f"rights: {rights}",
                f"inside a container: {inside}",
            )
        )  # fmt: skip


def tried(source: Source) -> Doors:
    """Try every door until one gives memory; none is left open. A running Windows has none."""
    return NONE if source.runs_windows else _tried(source)


def _tried(source: Source) -> Doors:
    ram, ram_error = _ram(source)
    shut: dict[str, DoorError] = {}
    found: Open | None = None
    for path, opener in _OPENERS.items():
        try:
            found = replace(opener(source.place(path), ram), path=path)
        except OSError as error:
            shut[path] = _why(source, path, error)
            continue
        break
    return Doors(
        open=found, shut=shut, ram=ram, ram_error=ram_error, lockdown=_lockdown(source),
        rights=_rights(source), inside=_inside(source),
    )  # fmt: skip


NONE = Doors(
    open=None, shut={}, ram=(), ram_error="Windows tells programs no addresses", lockdown="",
    rights=None, inside=None,
)  # fmt: skip
"""Of a system that gives its memory to drivers alone."""


def _ram(source: Source) -> tuple[list[Range], str]:
    try:
        text = source.snapshot("/proc/iomem").data.decode("utf-8", "replace")
        return system_ram(text), ""
    except OSError as error:
        return [], detail_of(error)


def _kcore(path: str, ram: Sequence[Range]) -> Open:
    with _opened(path) as descriptor:
        core = read_core(descriptor)
        base = None if core.segments else direct_map(ram, core.virtual)
        segments = core.segments if base is None else _moved(core.virtual, base)
        runs, gaps = planned(ram or _mapped(segments), segments)
        _probe(descriptor, runs)
    return Open(
        path=path, runs=runs, gaps=gaps, vmcoreinfo=core.vmcoreinfo, headers=core.headers,
        direct_map=base,
    )  # fmt: skip


def _moved(virtual: Sequence[Segment], base: int) -> list[Segment]:
    return [Segment(start - base, end - base, offset) for start, end, offset in virtual]


def _mapped(segments: Sequence[Segment]) -> list[Range]:
    """Where iomem is hidden from us, all that the core itself maps, once."""
    return merged([Range(each.start, each.end) for each in segments])


def _flat(path: str, ram: Sequence[Range]) -> Open:
    """A device whose offsets are physical addresses."""
    runs = [Run(start, end, start) for start, end in ram]
    with _opened(path) as descriptor:
        _probe(descriptor, runs)
    return Open(path=path, runs=runs, gaps=(), vmcoreinfo="", headers=(), direct_map=None)


@contextmanager
def _opened(path: str) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _probe(descriptor: int, runs: Sequence[Run]) -> None:
    """Read one page beyond the first MiB; of several runs, since one may be broken.

    Raises:
        OSError: each is refused (why the first was), or there is nothing to read.
    """
    refused: list[OSError] = []
    for start, end, offset in islice((run for run in runs if run.end > _BEYOND), _TRIED):
        at = max(start, _BEYOND)
        try:
            _page(descriptor, min(_PROBED, end - at), offset + at - start)
        except OSError as error:
            refused.append(error)
        else:
            return
    raise next(iter(refused), OSError(errno.ENODATA, "no memory that is known to be there"))


def _page(descriptor: int, size: int, offset: int) -> None:
    if len(os.pread(descriptor, size, offset)) < size:
        raise OSError(errno.EIO, "it gives nothing")


_OPENERS: dict[str, Callable[[str, Sequence[Range]], Open]] = {
    KCORE: _kcore, CRASH: _flat, MEM: _flat,
}  # fmt: skip


def _why(source: Source, path: str, error: OSError) -> DoorError:
    """Why it stays shut: the system's words, and whether this kernel can have such a door."""
    why, option = detail_of(error), _OPTIONS[path]
    if error.errno != errno.ENOENT:
        return DoorError("refused", why=why)
    settings = _settings(source)
    lacks = settings is not None and not re.search(rf"^{option}=[ym]$", settings, re.MULTILINE)
    if path == CRASH:
        return DoorError("no_modules", why=why) if lacks else DoorError("of_a_module", why=why)
    if lacks:
        return DoorError("built_without", why=why, option=option)
    return DoorError("refused", why=why)


def _settings(source: Source) -> str | None:
    """The settings that the running kernel was built with, where they can be read."""
    import gzip
    import zlib

    try:
        release = source.snapshot("/proc/sys/kernel/osrelease").data.decode().strip()
        return source.snapshot(f"/boot/config-{release}").data.decode("utf-8", "replace")
    except (OSError, UnicodeDecodeError):
        pass
    try:
        return gzip.decompress(source.snapshot("/proc/config.gz").data).decode("utf-8", "replace")
    except (OSError, EOFError, zlib.error):
        return None


def _lockdown(source: Source) -> str | DoorError:
    """The mode in brackets, kernel_lockdown(7)."""
    try:
        text = source.snapshot(LOCKDOWN).data.decode("ascii", "replace")
    except OSError as error:
        return DoorError("not_told", why=detail_of(error))
    mode = text.partition("[")[2].partition("]")[0]
    return mode or DoorError("not_understood", text=text.strip())


def _inside(source: Source) -> list[str] | None:
    """The signs of a container that are there; None where none is seen and a look is refused."""
    looks = {path: source.there(path) for path in INSIDE}
    found = [path for path, there in looks.items() if there]
    return None if not found and None in looks.values() else found


def _rights(source: Source) -> list[str] | None:
    """Which of the capabilities that a door asks for we have; None where that can't be read."""
    try:
        status = source.snapshot("/proc/self/status").data.decode("utf-8", "replace")
    except OSError:
        return None
    for line in status.splitlines():
        key, _, value = line.partition(":")
        if key == "CapEff" and re.fullmatch(r"\s*[0-9a-f]{1,32}\s*", value):
            return [name for name, bit in _RIGHTS.items() if int(value, 16) >> bit & 1]
    return None
