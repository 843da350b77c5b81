"""What runs in a library's process, whichever it is: it opens what it is told to, and answers."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from typing import Any

import msgspec

from collectors.apart.confinement import confine
from collectors.apart.serving import Channel
from collectors.disk.libraries import wire

MEMORY = 2 << 30  # bytes of address space: libtsk holds all names of a folder, or all orphans
_encode = msgspec.msgpack.Encoder().encode


class Desk(ABC):
    """What is open here, by its numbers."""

    def __init__(self, requests: object) -> None:
        """Begin with nothing.

        Args:
            requests: the union of all that may be asked.
        """
        self.opened: dict[int, Any] = {}
        self._decode = msgspec.msgpack.Decoder(requests).decode
        self._channel = Channel()

    @abstractmethod
    def answer(self, request: wire.Said) -> wire.Said:
        """What is asked for; may raise anything."""

    @abstractmethod
    def fault(self, error: Exception) -> wire.Said:
        """Why it can't be told."""

    def forget(self, number: int) -> None:
        """Let something go."""
        self.opened.pop(number, None)

    def needed(self, offset: int, size: int) -> bytes:
        """Bytes, by whoever asked us; fewer at the end, and before a bad sector.

        Raises:
            OSError: the first of them can't be had.
        """
        self._channel.give(_encode(wire.Needs(offset, size)))
        data = self._channel.take()
        if data is None:
            os._exit(0)  # whoever asked is gone: end, however deep in the library we are
        said = self._decode(data)
        if isinstance(said, wire.Unread):
            raise OSError(said.errno, said.words)
        if isinstance(said, wire.Needed):
            return said.data
        raise RuntimeError("something else was asked instead of an answer")

    def serve(self) -> None:
        """Answer until nobody asks any more."""
        confine(MEMORY)
        while (request := self._channel.take()) is not None:
            self._channel.give(_encode(self._said(self._decode(request))))

    def _said(self, request: wire.Said) -> wire.Said:
        try:
            if isinstance(request, wire.Forget):
                for each in request.numbers:
                    self.forget(each)
                return wire.Forgotten()
            return self.answer(request)
        except ImportError as error:
            return wire.Missing(str(error))
        except Exception as error:  # noqa: BLE001 - nobody sees what is raised in this process
            return self.fault(error)
