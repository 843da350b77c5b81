"""A set of rules on trial: what it says of files where nothing happened."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from chain_of_custody.findings import escaped
from evidence.scan.scanner import ItemScan, Rules

EXAMPLES = 3  # of the files in which a rule matched, or that had no whole answer
_SLICE = 1 << 20  # bytes at once


@dataclass(slots=True)
class Trial:
    """What the rules said of a folder."""

    files: int = 0
    size: int = 0
    unread: int = 0
    given_up: int = 0
    """Files of which the rules gave no whole answer."""
    why: list[str] = field(default_factory=list)
    """Some of these, each with what the engine said."""
    hits: dict[str, int] = field(default_factory=dict)
    """Rule, as records name it, to the number of files."""
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, rule: str, path: bytes) -> None:
        """A rule matched in a file."""
        self.hits[rule] = self.hits.get(rule, 0) + 1
        shown = self.examples.setdefault(rule, [])
        if len(shown) < EXAMPLES:
            shown.append(escaped(os.fsdecode(path)))

    def give_up(self, path: bytes, why: str) -> None:
        """The rules gave no whole answer of a file: no match there says nothing."""
        self.given_up += 1
        if len(self.why) < EXAMPLES:
            self.why.append(f"{escaped(os.fsdecode(path))}: {why}")


def trial(
    rules: Rules, paths: Iterable[bytes], look: Callable[[str], None] = lambda _: None
) -> Trial:
    """Scan regular files as a collection does, names included; links are not followed.

    Args:
        rules: that scan.
        paths: of the files.
        look: told each path before it is looked at.
    """
    result = Trial()
    for path in paths:
        look(os.fsdecode(path))
        try:
            mode = os.lstat(path).st_mode
            if stat.S_ISREG(mode):
                _scan(rules, path, result)
            result.unread += stat.S_ISDIR(mode)
        except OSError:
            result.unread += 1
    return result


def files_below(folder: str) -> Iterator[bytes]:
    """Everything below a folder, in an order that is the same each time.

    Of folders, only those that can't be listed: they count as not read.
    """
    closed: list[bytes] = []
    walk = os.walk(os.fsencode(folder), onerror=lambda error: closed.append(error.filename))
    for parent, folders, names in walk:
        folders.sort()
        yield from (os.path.join(parent, name) for name in sorted(names))  # noqa: PTH118 - bytes
    yield from closed


def _scan(rules: Rules, path: bytes, result: Trial) -> None:
    scan = ItemScan(rules, os.fsdecode(path))
    room, size = memoryview(bytearray(_SLICE)), 0
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - names of files are bytes
        while count := file.readinto(room):
            scan.update(room[:count])
            size += count
    result.files += 1
    result.size += size
    for rule in {hit.rule for hit in scan.finish().hits}:
        result.add(rule, path)
    if scan.given_up:
        result.give_up(path, scan.given_up)
