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
from evidence.engines.names import EngineName
from evidence.engines.serving import order_of, request_of

AT_ONCE = 4  # processes of one set: for three threads that scan, and the one that reads
_LATE = 15  # seconds beyond what a scan may take, in which the engine didn't end by itself
_DEADLINE = 180  # seconds: more than any scan may take
_ENTRY = "from evidence.engines.serving import serve; serve()"
_decode = msgspec.json.Decoder(list[Said]).decode


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
        self._name: EngineName = name
        self._entry = entry
        self._maker = ENGINES[name]()
        self._made: list[Asking] = []

    @property
    def version(self) -> str:
        """As the contract says."""
        return self._maker.version

    def compile(self, files: Sequence[RuleFile]) -> Compiled:
        """As the contract says."""
        compiled = self._maker.compile(files)
        order = order_of(self._name, compiled.saved())
        made = Asking(
            compiled.names, [Apart(self._entry, _DEADLINE, order) for _ in range(AT_ONCE)]
        )
        self._made.append(made)
        return made

    def close(self) -> None:
        """End the processes."""
        for each in self._made:
            each.close()


def _answers(count: int, data: bytearray) -> list[Said]:
    """One answer for each of so many parts: the process apart may be in strange hands.

    Raises:
        msgspec.DecodeError: it is anything else.
    """
    said = _decode(data)
    if len(said) != count:
        raise msgspec.DecodeError(f"{len(said)} answers about {count}")
    return said


class Asking:
    """Compiled rules, held against bytes in processes that begin when they are first needed."""

    in_batches = True

    def __init__(self, names: list[str], processes: Sequence[Apart]) -> None:
        """Scan in these, each by one thread at a time."""
        self.names = names
        self._processes = processes
        # The one that was used last is used next: others begin only where several ask at once.
        self._idle = LifoQueue[Apart]()
        for each in processes:
            self._idle.put(each)

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
        request, data = request_of(parts, timeout, most), [part.data for part in parts]
        try:
            return self._asked(request, data, len(parts) * timeout + _LATE)
        except ApartError as error:
            if len(parts) == 1:
                return [Said(Answer([], []), str(error))]
        return [
            said
            for part in parts
            for said in self.match_each([part], timeout=timeout, most=most)
        ]  # fmt: skip

    def _asked(self, request: bytes, data: list[memoryview], seconds: float) -> list[Said]:
        process = self._idle.get()
        try:
            return process.ask(request, partial(_answers, len(data)), seconds, data)
        finally:
            self._idle.put(process)

    def close(self) -> None:
        """End the processes."""
        for each in self._processes:
            each.close()
