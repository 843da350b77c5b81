"""The files of an E01 or Ex01 by their names: E01 to E99, EAA to EZZ, FAA and so on to ZZZ."""

from __future__ import annotations

import os
import re
from itertools import product, takewhile
from string import ascii_uppercase
from typing import TYPE_CHECKING

from collectors.disk.reader import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"(?P<stem>.*\.)(?P<kind>[ES]|EX)(?:\d\d|[A-Z]{2})$", re.DOTALL | re.IGNORECASE)


def segments_from(path: str) -> list[str]:
    """The first one and those that go on with it, up to the first name that isn't there.

    Raises:
        ImageError: the first one isn't there; or it isn't named like one, so that nobody knows how
            the others are.
    """
    found = _NAME.match(path)
    if not found:
        raise ImageError("segment_name", path=path)
    stem, kind = found["stem"], found["kind"]
    names = list(takewhile(os.path.isfile, (stem + each for each in _endings(kind))))
    if not names:
        raise ImageError("first_segment", path=path, first=f"{stem}{kind}01")
    return names


def _endings(kind: str) -> Iterator[str]:
    """What they end with, in their order; letters as large as those of the kind."""
    alphabet = ascii_uppercase if kind[-1].isupper() else ascii_uppercase.lower()
    yield from (f"{kind}{number:02d}" for number in range(1, 100))
    firsts = alphabet[alphabet.index(kind[-1]) :]
    for letters in product(firsts, alphabet, alphabet):
        yield kind[:-1] + "".join(letters)
