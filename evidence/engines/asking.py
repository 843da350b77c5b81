"""An engine in processes apart: where its code crashes over hostile bytes, that costs one scan.

In our own process it would end the collection, and a resumed one at the same item again; and
whoever takes the engine over finds no key of ours there.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from queue import LifoQueue

import msgspec

from collectors.apart.answering import Apart, ApartError
from evidence.engines.choice import ENGINES
from evidence.engines.engine import Answer, Compiled, Part, RuleFile, Said, ScanError
from evidence.engines.joined import Joined
from evidence.engines.names import EngineName
from evidence.engines.serving import order_of, request_of, with_set

AT_ONCE = 4  # processes: for three threads that scan, and the one that reads
_LATE = 15  # seconds beyond what a scan may take, in which the engine didn't end by itself
_DEADLINE = 180  # seconds: more than any scan may take
_ENTRY = "from evidence.engines.serving import serve; serve()"
_decode = msgspec.json.Decoder(list[list[Said]]).decode


class EngineApart:
    """An engine that compiles here, to know the rules, and scans apart."""

    def __init__(self, name: EngineName, entry: str = _ENTRY) -> None:
        """Load it; no process is started yet.

        Args:
            name: of the engine.
            entry: what the processes run.

        Raises:
            EngineError: it isn't here.
        """
        self._maker = ENGINES[name]()
        self._processes = _Processes(name, entry)

    @property
    def version(self) -> str:
        """As the contract says."""
        return self._maker.version

    def compile(self, files: Sequence[RuleFile]) -> Compiled:
        """As the contract says."""
        compiled = self._maker.compile(files)
        return _Asking(compiled.names, self._processes.holding(compiled.saved()), self._processes)

    def join(self, sets: Sequence[tuple[str, Compiled]]) -> Compiled:
        """As the contract says; a process is asked about all of them at once."""
        return Joined(sets, self._together)

    def _together(
        self, sets: Sequence[Compiled], parts: Sequence[Part], *, timeout: int, most: int
    ) -> list[list[Said]] | None:
        numbers = [each.number for each in sets if isinstance(each, _Asking)]
        try:
            return self._processes.ask(numbers, parts, timeout=timeout, most=most)
        except ApartError:
            return None

    def close(self) -> None:
        """End the processes."""
        self._processes.close()


class _Processes:
    """Processes that know all sets of rules, and begin when they are first needed."""

    def __init__(self, name: EngineName, entry: str) -> None:
        self._entry = entry
        self._order = order_of(name)
        self._count = 0
        self._all: list[Apart] = []
        self._idle = LifoQueue[Apart]()

    def holding(self, saved: bytes) -> int:
        """The number of one more set; those that run don't know it, so they end."""
        self.close()
        self._order = with_set(self._order, saved)
        self._all = [Apart(self._entry, _DEADLINE, self._order) for _ in range(AT_ONCE)]
        # The one that was used last is used next: others begin only where several ask at once.
        self._idle = LifoQueue[Apart]()
        for each in self._all:
            self._idle.put(each)
        self._count += 1
        return self._count - 1

    def ask(
        self, sets: Sequence[int], parts: Sequence[Part], *, timeout: int, most: int
    ) -> list[list[Said]]:
        """What each of these sets says of each part.

        Raises:
            ApartError: the process ended over them, took too long, or said anything else.
        """
        request, data = request_of(sets, parts, timeout, most), [part.data for part in parts]
        seconds = len(sets) * len(parts) * timeout + _LATE
        process = self._idle.get()
        try:
            return process.ask(request, partial(_answers, len(sets), len(data)), seconds, data)
        finally:
            self._idle.put(process)

    def close(self) -> None:
        """End those that run."""
        for each in self._all:
            each.close()


def _answers(sets: int, count: int, data: bytearray) -> list[list[Said]]:
    """For each of so many sets one answer about each of so many parts.

    The process apart may be in strange hands.

    Raises:
        msgspec.DecodeError: it is anything else.
    """
    said = _decode(data)
    told = [len(each) for each in said]
    if told != [count] * sets:
        raise msgspec.DecodeError(f"{told} answers about {count}")
    return said


class _Asking:
    """One compiled set, held against bytes in processes apart."""

    in_batches = True

    def __init__(self, names: list[str], number: int, processes: _Processes) -> None:
        self.names = names
        self.number = number
        self._processes = processes

    def match(
        self, data: memoryview, *, in_memory: bool, timeout: int, most: int,
        many_files: bool = False,
    ) -> Answer:  # fmt: skip
        """As the contract says."""
        part = Part(data, in_memory, many_files)
        (said,) = self.match_each([part], timeout=timeout, most=most)
        if said.error:
            raise ScanError(said.error)
        return said.answer

    def match_each(self, parts: Sequence[Part], *, timeout: int, most: int) -> list[Said]:
        """As the contract says; where the process ends over several, it is asked about each."""
        try:
            (said,) = self._processes.ask([self.number], parts, timeout=timeout, most=most)
        except ApartError as error:
            if len(parts) == 1:
                return [Said(Answer([], []), str(error))]
        else:
            return said
        return [
            said
            for part in parts
            for said in self.match_each([part], timeout=timeout, most=most)
        ]  # fmt: skip
