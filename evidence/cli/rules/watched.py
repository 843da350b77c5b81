"""Progress of what takes long over rules: timing each of them, scanning clean files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from evidence.cli.shared import Voice, on_terminal


@contextmanager
def watched(voice: Voice, doing: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is looked at, and the how many-th it is; elsewhere nothing.

    Args:
        voice: says whether anybody looks on.
        doing: the key of what is done.

    Yields:
        What is to be told the name of each thing before it is looked at.
    """
    if voice.quiet or voice.as_json or not on_terminal():
        yield lambda _: None
        return
    from evidence.cli.taking.progress import Moving

    moving, numbers, said = Moving(voice), count(1), voice.t(doing)
    try:
        yield lambda name: moving.look(said, next(numbers), name)
    finally:
        moving.close()
