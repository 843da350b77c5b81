"""What a camera noted, read in a process apart: a photo can be made to take minutes and gigabytes.

Each photo has a process of its own, which ends with it; what that one says on its standard error
leads nowhere.
"""

from __future__ import annotations

from importlib.util import find_spec

import msgspec

from collectors.apart.answering import Apart, ApartError
from collectors.apart.serving import serve_with
from collectors.received.picture import Noted, noted_in

_SECONDS = 10.0  # for a photo, which takes a tenth of one
_MOST_LATE = 30  # photos over which it takes longer or ends; then no more are tried
_ENTRY = "from collectors.received.noting import serve; serve()"
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Noted).decode


class Noting:
    """Reads what a camera noted, photo by photo."""

    def __init__(self) -> None:
        """Nothing took too long yet."""
        self._late = 0

    def read(self, data: bytes) -> Noted:
        """What a camera noted; a photo that can't be read is told, never an error."""
        if find_spec("exifread") is None:  # only who takes photos needs it
            return Noted(why_not="exifread is not installed (hozen[paper])")
        if self._late >= _MOST_LATE:
            return Noted(why_not=f"not tried: {self._late} photos could not be read in time")
        try:
            with Apart(_ENTRY, _SECONDS) as apart:
                return apart.ask(data, _decode)
        except ApartError as error:
            self._late += 1
            return Noted(why_not=f"it could not be read apart: {error}")


def serve() -> None:
    """Answer with what a camera noted: what the process apart runs."""
    serve_with(lambda data: _encode(noted_in(data)))
