"""A collection under way, as the terminal sees it: begun, shown, told to end, told of."""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Self

from chain_of_custody.findings import escaped
from evidence.cli.shared import ENDING, Voice, on_terminal
from evidence.cli.taking.reference import Reference

if TYPE_CHECKING:
    from chain_of_custody.signing.keys import Signer
    from collectors.collector import Collector
    from collectors.files.source import Source
    from evidence.cli.taking.ending import Verb
    from evidence.cli.taking.progress import Moving
    from evidence.planning.request import Request
    from evidence.telling.timeleft import TimeLeft

_EVERY = 1.0  # seconds between two looks at the time left: items come by the thousand


class Stopping:
    """Turns Ctrl-C, a closed terminal and a shutdown into a question that the run asks."""

    def __init__(self, voice: Voice) -> None:
        self.asked = False
        self._voice = voice
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` has it
                self._before[number] = signal.signal(number, self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # as it was

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if not self.asked:
            self.asked = True
            with suppress(RuntimeError):  # it came while a line was being written
                self._voice.talk(self._voice.t("run.already_stopping"))

    def __call__(self) -> bool:
        """Whether somebody asked the run to end."""
        return self.asked


class Plain:
    """Progress without a terminal: one line a collector, and one when the time left is another."""

    def __init__(self, voice: Voice, left: TimeLeft) -> None:
        self._voice = voice
        self._left = left
        self._told = ""
        self._due = 0.0

    def collector(self, name: str, index: int, total: int) -> None:
        """A collector begins."""
        from evidence.telling.titles import short

        self._left.collector(name)
        shown = short(name, self._voice.t.language)
        self._voice.talk(self._voice.t("run.collector", name=shown, index=index + 1, total=total))
        self._tell()

    def item(self, _origin: str, stored: int) -> None:
        """Items are not told one by one."""
        self._left.item(stored)
        now = time.monotonic()
        if now >= self._due:
            self._due = now + _EVERY
            self._tell()

    def _tell(self) -> None:
        from evidence.telling.timeleft import in_words

        left = in_words(self._voice.t, self._left.minutes())
        if left != self._told:
            self._told = left
            self._voice.talk(left)

    def waiting(self) -> None:
        """The run waits for memory at times."""
        self._voice.talk(self._voice.t("run.waiting"))

    def close(self) -> None:
        """Nothing to take off the screen."""


def run(
    voice: Voice,
    request: Request,
    key: Signer | None,
    reference: Reference,
    *,
    verb: Verb = "collect",
    further: Callable[[], dict[str, object]] = dict,
    opening: Callable[[], None] = lambda: None,
) -> int:
    """Collect, and say how it ended; returns the exit code.

    What is refused is refused before a word is said of what begins: `opening` says the first.
    """
    from evidence.cli.taking import ending
    from evidence.collecting.collection import collect
    from evidence.machine.endpoint import step_back
    from evidence.telling.timeleft import TimeLeft
    from evidence.writing.square import put_beside

    left = TimeLeft()

    def ready(source: Source, collectors: Sequence[Collector]) -> None:
        opening()
        _warn(voice, request)
        left.expect(request, source, collectors)

    step_back()
    gc.freeze()  # what is loaded stays: not to be looked through again every thousand files
    with Stopping(voice) as stopping:
        listener = _listener(voice, left)
        try:
            collected = collect(
                request, listener=listener, stopping=stopping, key=key, reference=reference,
                ready=ready,
            )  # fmt: skip
        finally:
            with suppress(OSError):  # the terminal may be gone
                listener.close()
        # Who pressed Ctrl-C once presses it again: what is said now must still come out.
        square = put_beside(collected.path, collected.root) if collected.sealed else None
        unheard = ending.tell(voice, collected, square, verb, further)
    return 3 if collected.missing_expected else unheard


def _listener(voice: Voice, left: TimeLeft) -> Plain | Moving:
    if voice.quiet or not on_terminal():
        return Plain(voice, left)
    from evidence.cli.taking.progress import Moving

    return Moving(voice, left)


def _warn(voice: Voice, request: Request) -> None:
    if not request.recipients and request.resume is None:
        voice.talk(voice.t("run.unencrypted"))
    _warn_of_place(voice, request)
    if request.source == "live":
        _warn_of_host(voice, request)
    _warn_of_second(voice, request)


def _warn_of_place(voice: Voice, request: Request) -> None:
    from collectors.files.mounts import Mounts
    from collectors.ram.destination import IN_MEMORY
    from evidence.planning.sources import kind_of
    from evidence.surroundings.backups import backup_at
    from evidence.writing.medium import existing

    real = existing(request.output).resolve()
    mount = Mounts.of_this_machine().holding(str(real))
    if mount is not None and mount.filesystem in IN_MEMORY:
        voice.talk(voice.t("run.in_memory", kind=mount.filesystem))
    for each in backup_at(real).unlisted:
        voice.talk(voice.t("run.unlisted", path=escaped(str(each))))
    if kind_of(request.source) == "folder" and real.is_relative_to(Path(request.source).resolve()):
        voice.talk(voice.t("run.inside"))


def _warn_of_host(voice: Voice, request: Request) -> None:
    from collectors.system import WINDOWS
    from evidence.machine.endpoint import privileged, system_disk
    from evidence.writing.medium import existing

    if not privileged():
        voice.talk(voice.t("run.not_administrator") if WINDOWS else voice.t("run.not_root"))
    if existing(request.output).stat().st_dev == system_disk().stat().st_dev:
        voice.talk(voice.t("run.same_disk"))


def _warn_of_second(voice: Voice, request: Request) -> None:
    from evidence.writing.medium import existing

    if request.second is None:
        return
    media = {existing(folder).stat().st_dev for folder in (request.output, request.second)}
    if len(media) == 1:
        voice.talk(voice.t("second.same_medium"))
