"""Command lines of a shell: which paths they name, and which of these they run or read in."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.homes import Owner

_DEEPEST = 8  # command lines within each other's quotation marks

_WORD = re.compile(
    r"""
    (?P<aside>[0-9&]?>{1,2}&?\s*[^\s;|&]*)      # where output goes is no program
    | (?P<end>[;|&(){}`]+|\$\()                   # a new command begins behind these
    | (?P<input><)                                # what is read from is no program
    | (?P<word>(?: "(?:\\.|[^"\\])*" | '[^']*' | \\. | \$\{[^}]{0,256}\} | [^\s;|&(){}`"'<>\\] )+)
    """,
    re.VERBOSE,
)
_QUOTED = re.compile(r"""\\(.)|"((?:\\.|[^"\\])*)"|'([^']*)'""")
_HOME = re.compile(r"\$\{HOME\}|\$HOME(?!\w)")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\+?=(.*)", re.DOTALL)
# A path may hold blanks; options, a second command, or a last word without a folder show several.
_SEVERAL = re.compile(r"\s[-/~$]|[;|&`]|\$\(|\s[^/\s]*\Z")
_BLANKS = re.compile(r"[\s;|&]")
_OF_SHELL = re.compile(r"-[a-z]*c|--command")
_NO_SCRIPT = re.compile(r"-[a-z]*[cemr]|--\w+")
_NAME = re.compile(r"[\w.+@][\w.+@/ -]*")

_FOLDERS = {"PATH", "MANPATH", "HOME", "PWD", "LD_LIBRARY_PATH", "XDG_DATA_DIRS", "CDPATH", "MAIL"}
_LIBRARIES = {"LD_PRELOAD", "LD_AUDIT"}
_LOADED = _LIBRARIES | {"SHELL", "BASH_ENV"}
_BEGINNINGS = {"!", "do", "elif", "else", "if", "then", "until", "while"}
_EVALUATED = {"daemon", "eval", "trap"}
"""Words behind which one word may be a whole command line."""
_INTERPRETERS = {
    ".", "ash", "bash", "dash", "java", "ksh", "node", "perl", "php", "python", "python2",
    "python3", "ruby", "sh", "source", "zsh",
}  # fmt: skip
_CARRIERS = _INTERPRETERS | _EVALUATED | {
    "alias", "builtin", "cd", "command", "env", "exec", "export", "ionice", "nice", "nohup",
    "run-parts", "runuser", "setsid", "start-stop-daemon", "stdbuf", "su", "sudo", "time",
    "timeout",
}  # fmt: skip
"""Words behind which the program or script is still to come."""
_SHELLS = dict.fromkeys(
    ("ash", "bash", "dash", "ksh", "sh", "zsh"), ("-[xuvl]+|--(?:login|posix)", "")
)
_PYTHONS = dict.fromkeys(("python", "python2", "python3"), ("-[uBEIOSbqv]+", ""))
_DIRECT = dict.fromkeys(
    (
        ".",
        "source",
        "eval",
        "trap",
        "daemon",
        "exec",
        "command",
        "builtin",
        "nohup",
        "node",
        "ruby",
    ),
    ("", ""),
)
_SURELY = _SHELLS | _PYTHONS | _DIRECT | {
    "env": ("-[i0]+|--ignore-environment", "-u"),
    "ionice": ("-[cn][0-7]|-t", "-[cn]"),
    "nice": (r"-n?-?\d+", "-n"),
    "perl": ("-[wWtT]+", ""),
    "php": ("-q", ""),
    "setsid": ("-[cfw]+", ""),
    "stdbuf": ("-[ioe](?:L|\\d+)", "-[ioe]"),
    "sudo": ("-[nEHbSk]+", "-[ug]"),
    "time": ("-p", ""),
    "timeout": (r"\d+(?:\.\d+)?[smhd]?|--foreground", "-[ks]"),
}  # fmt: skip
"""Words that run what is behind them, but for these options: those alone, those with a value."""
_READING = _SHELLS.keys() | {".", "source"}
_GIVEN_COMMANDS = _SHELLS.keys() | {"runuser", "su"}
_WITH_SETTINGS = {"", "env", "sudo"}


class Executed(str):
    """A path that stands directly behind an interpreter: a script, whatever its bytes are.

    What is started by itself says what it is by its first bytes, `#!` or those of a program. So a
    path alone on a line, as in a document within a script or behind `case`, is no script yet.
    """

    __slots__ = ()


class ReadByShell(Executed):
    """The same of what a shell runs or reads in: its text is a shell's, with or without `#!`."""

    __slots__ = ()


class NotLookedAt(str):
    """No path, but what of a text was not looked at, in words."""

    __slots__ = ()


_TOO_DEEP = NotLookedAt(f"its command lines within each other were looked at {_DEEPEST} deep")


def loads(name: str, value: str, owner: Owner) -> list[str]:
    """The programs and libraries that a variable loads wherever it is set."""
    return [owner.placed(path) for path in re.split(r"[\s:]+", value)] if name in _LOADED else []


class _At:
    """How far the words of one command have come."""

    def __init__(self, *, in_list: bool = False) -> None:
        self.expecting = True
        """Whether the program or script is still to come."""
        self.carrier = ""
        self.before = ""
        self._sure = not in_list
        self._is_value = False

    def passed(self, word: str) -> None:
        """A word of the command is behind us."""
        self._sure = self._sure and self._leads_on(word)
        name = word.rpartition("/")[2]
        if self.expecting and name not in _BEGINNINGS and not _ASSIGNMENT.match(word):
            if name in _CARRIERS and self.carrier != "cd":
                self.carrier = name
            else:
                self.expecting = not self._ends(word)
        self.before = word

    def _ends(self, word: str) -> bool:
        """Whether what comes behind a word is only its arguments."""
        if self.carrier in ("", "cd"):
            return True
        if self.carrier in _INTERPRETERS and (self.before == "-m" or self.runs(word)):
            return True
        return "/" in word and not word.startswith("-")

    def runs(self, word: str) -> bool:
        """Whether a name without its folder is that of a file that is run here."""
        if not self.expecting or not _NAME.fullmatch(word):
            return False
        if self.carrier in _INTERPRETERS:  # what is behind an option may be its value
            is_first = self.before.rpartition("/")[2] == self.carrier
            is_file = "." in word or "/" in word
            return is_first or (is_file and not _NO_SCRIPT.fullmatch(self.before))
        return "/" in word and (word.startswith(".") or not self.carrier)

    def reads(self) -> None:
        """What comes next is read from; nothing behind it is surely run."""
        self._sure = False

    def marked(self, path: str) -> str:
        """The path in the next word, and whether it is surely what an interpreter runs."""
        if self.carrier not in _INTERPRETERS or not self._is_next():
            return path
        return ReadByShell(path) if self.carrier in _READING else Executed(path)

    def _is_next(self) -> bool:
        """Whether it is surely what is run: no value of an option, no script's input."""
        return self.expecting and self._sure and not self._is_value

    def evaluates(self) -> bool:
        """Whether the next word is surely a command line of its own."""
        if self.carrier in _EVALUATED:
            return self._is_next()
        of_shell = self.carrier in _GIVEN_COMMANDS and _OF_SHELL.fullmatch(self.before)
        return self.expecting and bool(of_shell)

    def _leads_on(self, word: str) -> bool:
        """Whether behind a word, too, comes what is surely run; of unknown options nobody knows."""
        if self._is_value:
            self._is_value = False
            return True
        if _ASSIGNMENT.match(word) and self.carrier in _WITH_SETTINGS:
            return True
        alone, valued = _SURELY.get(self.carrier, ("", ""))
        self._is_value = bool(re.fullmatch(valued, word)) and bool(word)
        if self._is_value or (word and re.fullmatch(alone, word)):
            return True
        return self.carrier not in _INTERPRETERS and self._is_before_program(word)

    def _is_before_program(self, word: str) -> bool:
        return word.rpartition("/")[2] in _SURELY or (not self.carrier and word in _BEGINNINGS)

    def holds_commands(self, word: str) -> bool:
        """Whether a quoted word is a command line, rather than a path with blanks in it."""
        evaluated = self.carrier in _EVALUATED or _OF_SHELL.fullmatch(self.before)
        return bool((_BLANKS if evaluated else _SEVERAL).search(word))


class CommandLine:
    """One command line after the other, in the folder to which `cd` led."""

    def __init__(self, owner: Owner, folder: str = "") -> None:
        """Begin in a folder; where it is empty, names without a folder are left out."""
        self._owner = owner
        self._folder = folder

    def named(self, command: str) -> Iterator[str]:
        """All paths in a command line, and `NotLookedAt` where some may be missing."""
        return (path for path, _ in self._paths(command, _DEEPEST + 1))

    def run(self, command: str) -> Iterator[str]:
        """Those that it runs, reads in, or sets as a value; `NotLookedAt` as above."""
        return (
            path for path, is_run in self._paths(command, _DEEPEST + 1)
            if is_run or isinstance(path, NotLookedAt)
        )  # fmt: skip

    def loaded(self, settings: str) -> Iterator[str]:
        """What variables load that are set one behind the other."""
        for found in _WORD.finditer(settings):
            if setting := _ASSIGNMENT.match(_plain(found["word"] or "")):
                yield from loads(setting[1], setting[2], self._owner)

    def _paths(self, command: str, depth: int) -> Iterator[tuple[str, bool]]:
        if not depth:
            yield _TOO_DEEP, False
            return
        at = _At()
        for found in _WORD.finditer(_HOME.sub("~", command)):
            if found["end"]:
                at = _At(in_list=found["end"] == "(" and at.before.endswith("="))
            elif found["input"]:
                at.reads()
            elif found["word"]:
                word = _plain(found["word"])
                is_quoted = '"' in found["word"] or "'" in found["word"]
                for path, is_run in self._of_word(word, at, depth if is_quoted else 0):
                    yield path, is_run and at.expecting
                at.passed(word)

    def _of_word(self, word: str, at: _At, depth: int) -> Iterator[tuple[str, bool]]:
        """The paths in a word, and in command lines in it, so many deep."""
        setting = _ASSIGNMENT.match(word)
        path = self._owner.placed(word)
        if setting:
            yield from self._of_value(setting[1], setting[2], depth)
        elif depth and at.holds_commands(word):
            within = self._paths(word, depth - 1)
            yield from within if at.evaluates() else _unsure(within)
        elif at.carrier == "cd" and at.expecting:
            self._folder = self._joined(path)
            yield self._folder, False
        elif at.carrier == "run-parts" and path.startswith("/"):
            yield path.rstrip("/") + "/", True
        elif path.startswith("/"):
            yield at.marked(path), True
        elif self._folder and at.runs(word):
            yield at.marked(self._joined(word)), True
        else:
            yield self._owner.placed(word.partition("=")[2]), False

    def _of_value(self, name: str, value: str, depth: int) -> Iterator[tuple[str, bool]]:
        if name in _LIBRARIES:
            yield from ((path, True) for path in loads(name, value, self._owner))
        elif name not in _FOLDERS and depth and _SEVERAL.search(value):
            yield from _unsure(self._paths(value, depth - 1))
        elif name not in _FOLDERS and ":" not in value:
            yield self._owner.placed(value), True

    def _joined(self, path: str) -> str:
        """A path from the folder on; empty where that is not known."""
        if path.startswith("/") or (self._folder and _NAME.fullmatch(path)):
            return posixpath.join(self._folder, path.removeprefix("./"))
        return ""


def _unsure(paths: Iterator[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """The same, of a text that may not be a command line at all."""
    return (
        (path if isinstance(path, NotLookedAt) else str(path), is_run) for path, is_run in paths
    )


def _plain(word: str) -> str:
    """A word without its quotation marks and backslashes."""
    return _QUOTED.sub(lambda found: found[1] or _unescaped(found[2] or "") or found[3] or "", word)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
