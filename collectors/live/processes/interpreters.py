"""Which programs and scripts an interpreter was told to run, read from its command line."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

INPUT = b"/proc/self/fd/0"
DEEPER = b"\0"  # no argument can be that
"""What is run where nothing is named: what the interpreter is given to read."""
_CLUSTER = re.compile(rb"[-+][^-+]")


class _Letters(NamedTuple):
    """Options of one letter, which may stand together in a word (`-euo`)."""

    valued: bytes = b""
    """Their value is the rest of the word, or the next argument."""
    next: bytes = b""
    """Their value is the next argument, whatever stands behind them."""
    swallowing: bytes = b""
    """Their value is the rest of the word, if there is any."""
    ending: bytes = b""
    """Behind them no script follows."""
    input: bytes = b""
    """With them the script is what it is given to read."""
    naming: bytes = b""
    """Their value is the script's own name."""


_NO_LETTERS = _Letters()


class _Interpreter(NamedTuple):
    """The options of one interpreter."""

    names: re.Pattern[bytes]
    valued: frozenset[bytes]
    """Words that take the next argument."""
    ending: frozenset[bytes]
    """Words behind which no script follows."""
    naming: frozenset[bytes]
    """Words behind which the script's own name stands."""
    letters: _Letters
    reads_input: bool
    """Whether `-` stands for what it is given to read, not for the last of the options."""
    names_alone: bool
    """Whether a script is there only where an option or an argument names it."""


def _interpreter(
    names: bytes, *, valued: bytes = b"", ending: bytes = b"", naming: bytes = b"",
    letters: _Letters = _NO_LETTERS, reads_input: bool = True, names_alone: bool = False,
) -> _Interpreter:  # fmt: skip
    return _Interpreter(
        re.compile(names), frozenset(valued.split()), frozenset(ending.split()),
        frozenset(naming.split()), letters, reads_input, names_alone,
    )  # fmt: skip


_TABLE = (
    _interpreter(rb"python[0-9.]*|pypy[0-9.]*", valued=b"--check-hash-based-pycs",
                 letters=_Letters(valued=b"WXQ", ending=b"cm")),
    _interpreter(rb"perl[0-9.]*",
                 letters=_Letters(valued=b"I", swallowing=b"CDFMdimx", ending=b"eE")),
    _interpreter(rb"(?:ba|da|k|z|a)?sh", valued=b"--rcfile --init-file", reads_input=False,
                 letters=_Letters(next=b"oO", ending=b"c", input=b"s")),
    _interpreter(rb"php[0-9.]*(?:-cgi)?", naming=b"--file",
                 ending=b"--run --process-begin --process-code --process-end",
                 valued=b"--php-ini --define --docroot --server --zend-extension",
                 letters=_Letters(valued=b"cdtzS", ending=b"raBER", naming=b"fF")),
    _interpreter(rb"ruby[0-9.]*",
                 letters=_Letters(valued=b"rICE", swallowing=b"FKTWix", ending=b"e")),
    _interpreter(rb"node(?:js)?", valued=b"-r --require --import --loader",
                 ending=b"--eval --print", letters=_Letters(ending=b"ep")),
    _interpreter(rb"java", valued=b"-cp -classpath --class-path -p --module-path",
                 ending=b"-m --module", naming=b"-jar", names_alone=True),
    _interpreter(rb"lua[0-9.]*", letters=_Letters(valued=b"l", ending=b"ei")),
    _interpreter(rb"awk|gawk|mawk", naming=b"--file --exec", names_alone=True,
                 letters=_Letters(valued=b"vF", naming=b"fE")),
)  # fmt: skip
_LOADER = _interpreter(
    rb"ld(?:64|-[\w.-]+)?\.so(?:\.[0-9]+)?",
    valued=b"--argv0 --audit --glibc-hwcaps-mask --glibc-hwcaps-prepend --inhibit-rpath "
    b"--library-path --preload",
    ending=b"--help --list --list-diagnostics --list-tunables --verify --version",
    reads_input=False,
)
"""The system's loader, by which any file runs that can be read, ld.so(8)."""
_OF_MANY = b"busybox"
_LAST = (b"--", b"-")  # options
DEEPEST = 4  # programs that are run by the one before


def named(command: list[bytes]) -> Iterator[bytes]:
    """The paths that a command line runs, as they were given, `INPUT`, or last `DEEPER`.

    The first argument says which interpreter it is; a process can rename itself, so this is a hint
    to what is worth taking, no proof.
    """
    for _ in range(DEEPEST):  # a process can write there what it likes
        if not command:
            return
        name = command[0].rpartition(b"/")[2].removeprefix(b"-")
        if name == _OF_MANY:  # its own name, then that of the tool that it is now
            command = command[1:]
        elif _LOADER.names.fullmatch(name):
            command = _behind(command[1:], _LOADER)
            yield from (name for name in command[:1] if name != INPUT)
        else:
            interpreter = next((each for each in _TABLE if each.names.fullmatch(name)), None)
            if interpreter is not None:
                yield from _behind(command[1:], interpreter)[:1]
            return
    if command:
        yield DEEPER


def _behind(arguments: list[bytes], interpreter: _Interpreter) -> list[bytes]:
    """The arguments from the script's name on, or `INPUT`; empty where there is none."""
    rest = deque(arguments)
    while rest:
        word = rest.popleft()
        option, joined, value = word.partition(b"=")
        if option in interpreter.naming:
            return [value, *rest] if joined else list(rest)
        if option in interpreter.ending:
            return []
        if word == b"-" and interpreter.reads_input:
            break
        if word in interpreter.valued:
            _leave_out(rest)
        elif _CLUSTER.match(word):
            found = _of_letters(word[1:], rest, interpreter.letters)
            if found is not None:
                return found
        elif word in _LAST or (word and not word.startswith((b"-", b"+"))):
            first = [] if word in _LAST else [word]
            return [] if interpreter.names_alone else [*first, *rest] or [INPUT]
    return [] if interpreter.names_alone else [INPUT]


def _of_letters(word: bytes, rest: deque[bytes], letters: _Letters) -> list[bytes] | None:
    """The same where one of these options settles it; None where the script may still come."""
    for place, letter in enumerate(word):
        value = word[place + 1 :]
        if letter in letters.ending:
            return []
        if letter in letters.input:
            return [INPUT]
        if letter in letters.naming:
            return [value, *rest] if value else list(rest)
        if letter in letters.next:
            _leave_out(rest)
        elif letter in letters.valued:
            if not value:
                _leave_out(rest)
            break
        elif letter in letters.swallowing:
            break
    return None


def _leave_out(rest: deque[bytes]) -> None:
    """Pass over the value of an option, where there is one."""
    if rest:
        rest.popleft()
