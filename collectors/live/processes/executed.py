"""Where the script lies that an interpreter runs: a file, a folder, a module, its input."""

from __future__ import annotations

import os
import re
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from collectors.homes import NOBODY
from collectors.live.processes import interpreters
from collectors.named.commandline import CommandLine, Executed, NotLookedAt
from collectors.pathtext import to_bytes, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDERS = ((b"python", b"pypy"), (b"__main__.py",)), ((b"node",), (b"index.js",))
"""Interpreters that run a folder, and which file of it."""
_PYTHON = re.compile(rb"(?:python|pypy)[0-9.]*")
_MODULE = re.compile(rb"-[bBdEiOqsSuvx]*m(.*)", re.DOTALL)
_WITHOUT_VALUE = re.compile(rb"-[bBdEiOqsSuvx]+")
_WITH_VALUE = re.compile(rb"-[bBdEiOqsSuvx]*[WX](.*)", re.DOTALL)
_DOTTED = re.compile(rb"\w+(?:\.\w+)*")
_SHELL = re.compile(rb"(?:ba|da|k|z|a)?sh")
_OF_SHELL = re.compile(rb"-[A-Za-z]*c[A-Za-z]*")
_DEEPER = f"its interpreters that run each other were looked at {interpreters.DEEPEST} deep"
_TAKES_NEXT = re.compile(rb"[-+][A-Za-z]*[oO]")


class Script(NamedTuple):
    """What an interpreter was told to run."""

    paths: tuple[bytes, ...]
    """Where it may lie, as the process would name it: the first that is a file is meant."""
    sure: bool = False
    """Whether it was named, so that it is missing where it is not there."""
    beyond: str = ""
    """In its place, what of the command line was not looked at, in words."""


def scripts(command: list[bytes]) -> Iterator[Script]:
    """What a command line runs, whether it names a file of it or not.

    A module counts only from the process's own folder, where Python looks first. Of the words
    that a shell was given, only what they surely read in; all else runs as a process of its own.
    """
    for name in interpreters.named(command):
        if name == interpreters.DEEPER:
            yield Script((), beyond=_DEEPER)
        elif name == interpreters.INPUT:
            yield Script((name,))
        else:
            yield Script((name, *_within(command[0], name)), sure=True)
    yield from _unnamed(command)


def by_shell(command: list[bytes]) -> bool:
    """Whether it is a shell that runs the scripts of a command line."""
    return _SHELL.fullmatch(_name(_own(command))) is not None


def _own(command: list[bytes]) -> list[bytes]:
    """The same without a program that is many in one."""
    while command and command[0].rpartition(b"/")[2] == b"busybox":
        command = command[1:]
    return command


def _name(command: list[bytes]) -> bytes:
    return command[0].rpartition(b"/")[2].removeprefix(b"-") if command else b""


def _within(interpreter: bytes, folder: bytes) -> Iterator[bytes]:
    name = interpreter.rpartition(b"/")[2]
    for beginnings, files in _FOLDERS:
        if name.startswith(beginnings):
            yield from (os.path.join(folder, each) for each in files)


def _unnamed(command: list[bytes]) -> Iterator[Script]:
    command = _own(command)
    name = _name(command)
    if _PYTHON.fullmatch(name):
        module = _module(deque(command[1:])).replace(b".", b"/")
        if module:
            yield Script((module + b"/__main__.py", module + b".py"))
    elif _SHELL.fullmatch(name):
        text = to_text(_given(deque(command[1:])))
        for path in CommandLine(NOBODY, ".").run(text):
            if isinstance(path, Executed):
                yield Script((to_bytes(path),))
            elif isinstance(path, NotLookedAt):
                yield Script((), beyond=path)


def _module(rest: deque[bytes]) -> bytes:
    """What `-m` names; empty where there is none, or an option keeps it from this folder."""
    while rest:
        word = rest.popleft()
        found, valued = _MODULE.fullmatch(word), _WITH_VALUE.fullmatch(word)
        if found:
            named = found[1] or (rest[0] if rest else b"")
            return named if _DOTTED.fullmatch(named) else b""
        if valued:
            if not valued[1] and rest:
                rest.popleft()
        elif not _WITHOUT_VALUE.fullmatch(word):
            return b""
    return b""


def _given(rest: deque[bytes]) -> bytes:
    """The command line that a shell was given by `-c`; empty where there is none."""
    is_given = False
    while rest:
        word = rest.popleft()
        if not word.startswith((b"-", b"+")):
            return word if is_given else b""
        is_given = is_given or bool(_OF_SHELL.fullmatch(word))
        if _TAKES_NEXT.fullmatch(word) and rest:
            rest.popleft()
    return b""


__all__ = ["Script", "by_shell", "scripts"]
