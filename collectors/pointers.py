"""What evidence names: paths of programs and scripts inside cron tables, units, profiles, keys.

Each reader takes the content of one file and gives absolute paths, each once, in their order. A
path that ends in `/` is a folder all of whose programs are run (run-parts). Names without a folder
and names with variables in them are left out: what they would lead to is a guess.

The readers look at hostile bytes: they never fail, and they are bounded in all directions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST = 1000  # paths from one file
MOST_LINES = 100_000
LONGEST = 64 << 10  # bytes of a line; the rest of it is not looked at

_WORD = re.compile(
    r"""
    (?P<aside>[0-9&]?>{1,2}&?\s*[^\s;|&]*)      # where output goes is no program
    | (?P<end>[;|&(){}`]+|\$\()                   # a new command begins behind these
    | "(?P<double>(?:\\.|[^"\\])*)"
    | '(?P<single>[^']*)'
    | (?P<bare>(?:\\.|[^\s;|&(){}`"'<>\\])+)
    """,
    re.VERBOSE,
)
_NO_PATH = re.compile(r"[$*?\[\]{}%\x00]|:/")  # a variable, a pattern, a list of folders
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\+?=(.*)", re.DOTALL)
_RUN_PARTS = re.compile(r"\brun-parts\b(.*)")
_FOLDERS = {"PATH", "MANPATH", "HOME", "PWD", "LD_LIBRARY_PATH", "XDG_DATA_DIRS", "CDPATH", "MAIL"}
_CARRIERS = {
    ".", "!", "ash", "bash", "builtin", "command", "dash", "do", "elif", "else", "env", "eval",
    "exec", "export", "if", "ionice", "ksh", "nice", "node", "nohup", "perl", "php", "python",
    "python2", "python3", "ruby", "runuser", "setsid", "sh", "source", "start-stop-daemon",
    "stdbuf", "su", "sudo", "then", "time", "timeout", "until", "while", "zsh", "alias", "daemon",
}  # fmt: skip
"""Words behind which the program or script is still to come."""


def _text_lines(data: bytes) -> Iterator[str]:
    """Lines without comments; one that ends in a backslash goes on in the next."""
    joined = data.replace(b"\\\n", b" ")
    for line in joined.split(b"\n", MOST_LINES)[:MOST_LINES]:
        text = line[:LONGEST].decode("utf-8", "surrogateescape").strip()
        if text and not text.startswith("#"):
            yield text


def _bounded(paths: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for path in paths:
        if len(path) > 1 and path.startswith("/") and not _NO_PATH.search(path):
            found.setdefault(path)
        if len(found) == MOST:
            break
    return list(found)


def _unescaped(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word)


def _words(command: str) -> Iterator[str]:
    """The words of a command line; a quoted string of several commands is opened up."""
    for found in _WORD.finditer(command):
        quoted = found["double"] if found["double"] is not None else found["single"]
        if quoted is not None and re.search(r"\s[-/]|[;|&]", quoted):
            yield from (_unescaped(inner["bare"]) for inner in _WORD.finditer(quoted)
                        if inner["bare"])  # fmt: skip
        elif quoted is not None:
            yield quoted
        elif found["bare"]:
            yield _unescaped(found["bare"])


def _named(command: str) -> Iterator[str]:
    """All absolute paths in a command line, `--option=/path` included."""
    for folder in _RUN_PARTS.findall(command):
        yield from (word.rstrip("/") + "/" for word in _words(folder) if word.startswith("/"))
        command = command.replace(folder, "")
    for word in _words(command):
        yield word if word.startswith("/") else word.partition("=")[2]


def cron(data: bytes) -> list[str]:
    """A crontab with or without the user's column, crontab(5); SHELL counts, PATH doesn't."""
    return _bounded(_cron(data))


def _cron(data: bytes) -> Iterator[str]:
    for line in _text_lines(data):
        setting = re.match(r"""["']?([A-Za-z_]\w*)["']?\s*=\s*["']?([^"']*)""", line)
        if setting is None:
            # An unescaped % ends the command, crontab(5).
            yield from _named(re.split(r"(?<!\\)%", line, maxsplit=1)[0].replace("\\%", "%"))
        elif setting[1] in ("SHELL", "BASH_ENV", "LD_PRELOAD"):
            yield setting[2].strip()


def systemd(data: bytes) -> list[str]:
    """A unit file: commands and environment files, systemd.service(5), systemd.exec(5)."""
    pattern = re.compile(r"(?:Exec[A-Z]\w*|EnvironmentFile)\s*=\s*[-@:+!|]*(.*)")
    return _bounded(_keyed(data, pattern))


def desktop(data: bytes) -> list[str]:
    """A desktop entry, as in XDG autostart."""
    return _bounded(_keyed(data, re.compile(r"(?:Try)?Exec\s*=\s*(.*)")))


def sshd(data: bytes) -> list[str]:
    """Commands in ssh_config(5) and sshd_config(5)."""
    pattern = re.compile(
        r"(?i)(?:AuthorizedKeysCommand|AuthorizedPrincipalsCommand|ForceCommand|Subsystem|"
        r"ProxyCommand|LocalCommand|KnownHostsCommand|Match\s.*\bexec)[\s=]+(.*)"
    )
    return _bounded(_keyed(data, pattern))


def _keyed(data: bytes, pattern: re.Pattern[str]) -> Iterator[str]:
    for line in _text_lines(data):
        found = pattern.match(line)
        if found:
            yield from _named(found[1])


def preload(data: bytes) -> list[str]:
    """ld.so.preload: libraries separated by blanks or colons, ld.so(8)."""
    return _bounded(word for line in _text_lines(data) for word in re.split(r"[\s:]+", line))


def lines(data: bytes) -> list[str]:
    """Every absolute path in a file of settings: pam.d, modprobe.d, sudoers."""
    return _bounded(path for line in _text_lines(data) for path in _named(line))


def inittab(data: bytes) -> list[str]:
    """Commands of the init table: the fourth field of each line."""
    return _bounded(
        path
        for line in _text_lines(data)
        if line.count(":") >= 3
        for path in _named(line.split(":", 3)[3].lstrip("+"))
    )


def authorized_keys(data: bytes) -> list[str]:
    """Forced commands and environment settings of keys, sshd(8)."""
    pattern = re.compile(r'(?i)(?:command|environment)="((?:\\.|[^"\\])*)"')
    return _bounded(
        path
        for line in _text_lines(data)
        for found in pattern.findall(line)
        for path in _named(found.replace('\\"', '"'))
    )


def udev(data: bytes) -> list[str]:
    """Programs that rules for devices run."""
    pattern = re.compile(r'(?:RUN|PROGRAM|IMPORT)(?:\{program\})?\s*\+?:?=+\s*"([^"]*)"')
    return _bounded(
        path
        for line in _text_lines(data)
        for found in pattern.findall(line)
        for path in _named(found)
    )


def shell(data: bytes) -> list[str]:
    """Programs and scripts that a shell script or profile runs, reads in, or sets as a value."""
    return _bounded(path for line in _text_lines(data) for path in _commands(line))


def _commands(line: str) -> Iterator[str]:
    expecting, carried = True, False
    for found in _WORD.finditer(line):
        if found["aside"]:
            continue
        if found["end"]:
            expecting, carried = True, False
            continue
        word = next(part for part in found.group("double", "single", "bare") if part is not None)
        word = _unescaped(word)
        if not expecting:
            continue
        value = _value(word)
        if value is not None:
            yield value
        elif word.startswith("/"):
            yield word
            carried = expecting = word.rpartition("/")[2] in _CARRIERS
        else:
            carried = carried or word in _CARRIERS
            expecting = carried


def _value(word: str) -> str | None:
    """What an assignment sets, as far as that may be a program or library; None: no assignment."""
    found = _ASSIGNMENT.match(word)
    if found is None:
        return None
    return "" if found[1] in _FOLDERS or ":" in found[2] else found[2].strip("\"'")


_SHELL = re.compile(rb"#!\s*\S*?(?:/|env\s+(?:-S\s+)?)(?:ba|da|k|z|a)?sh\b")


def script(data: bytes) -> list[str]:
    """What a file that another one named leads to, if it is a script of a shell."""
    return shell(data) if _SHELL.match(data) else []
