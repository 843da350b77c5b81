"""Which script an interpreter was told to run, read from its command line."""

from __future__ import annotations

import re

_Options = frozenset[bytes]

# Program name; options that take the next argument; options after which no script follows.
_TABLE: tuple[tuple[re.Pattern[bytes], _Options, _Options], ...] = tuple(
    (re.compile(name), frozenset(taking.split()), frozenset(ending.split()))
    for name, taking, ending in (
        (rb"python[0-9.]*|pypy[0-9.]*", b"-W -X -Q --check-hash-based-pycs", b"-c -m"),
        (rb"perl[0-9.]*", b"-I", b"-e -E"),
        (rb"(?:ba|da|k|z|a)?sh|busybox", b"-o -O +o +O --rcfile --init-file", b"-c -s"),
        (rb"php[0-9.]*(?:-cgi)?", b"-c -d -z", b"-r -a -S"),
        (rb"ruby[0-9.]*", b"-r -I -C -E", b"-e"),
        (rb"node(?:js)?", b"-r --require --import --loader", b"-e -p --eval --print"),
        (rb"java", b"-cp -classpath --class-path -p --module-path", b"-m --module"),
        (rb"lua[0-9.]*", b"-l", b"-e -i"),
        (rb"awk|gawk|mawk", b"-v -F", b""),
    )
)
# Options that name the script themselves.
_NAMING = {b"java": b"-jar", b"php": b"-f", b"awk": b"-f", b"gawk": b"-f", b"mawk": b"-f"}
_ONLY_NAMED = frozenset([b"java", b"awk", b"gawk", b"mawk"])


def script(command: list[bytes]) -> bytes | None:
    """The script's path as it was given, None where the command names none.

    The first argument says which interpreter it is; a process can rename itself, so this is a hint
    to what is worth taking, no proof.
    """
    if not command:
        return None
    name = command[0].rpartition(b"/")[2].removeprefix(b"-")
    for pattern, taking, ending in _TABLE:
        if pattern.fullmatch(name):
            return _script(name, command[1:], taking, ending)
    return None


def _script(
    name: bytes, arguments: list[bytes], taking: _Options, ending: _Options
) -> bytes | None:
    rest = iter(arguments)
    for argument in rest:
        if argument == _NAMING.get(name.rstrip(b"0123456789.")):
            return next(rest, None)
        if argument in ending:
            return None
        if argument in taking:
            next(rest, None)
        elif argument == b"--":
            return next(rest, None)
        elif not argument.startswith((b"-", b"+")) and argument:
            return None if name in _ONLY_NAMED else argument
    return None
