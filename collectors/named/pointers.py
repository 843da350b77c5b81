"""What evidence names: paths of programs and scripts inside cron tables, units, profiles, keys.

Each reader takes the content of one file and gives absolute paths, each once, in their order; what
a command runs is `Executed`. A path that ends in `/` is a folder all of whose programs are run
(run-parts). Left out are names without a folder, where neither `cd` nor a unit's WorkingDirectory
tells it, and names with other variables than $HOME (`~`, `%h`) in them: what they would lead to is
a guess.

The readers look at hostile bytes: they never fail, and they are bounded in all directions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.homes import NOBODY, Owner
from collectors.named.commandline import CommandLine, Executed, NotLookedAt, loads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


MOST = 1000  # paths from one file
MOST_LINES = 100_000  # of one file that are looked at
LONGEST = 64 << 10  # bytes of a line; the rest of it is not looked at

_NO_PATH = re.compile(r"[$*?\[\]{}%\x00]|:/")  # a variable, a pattern, a list of folders
_TIMES = re.compile(r"(?:@\w+|(?:[\d*][\d*,/~-]*\s+){3}[\w*][\w*,/-]*\s+[\w*][\w*,/-]*)\s+")
_PERIOD = re.compile(r"(?:@\w+|\d+)\s+\d+\s+\S+\s+")
_ESCAPED = re.compile(rb"%%|%h|\\(?:x([0-9a-fA-F]{2})|.)")


def _text_lines(data: bytes) -> Iterator[str]:
    """Lines without comments; one that ends in a backslash goes on in the next."""
    joined = data.replace(b"\\\n", b" ")
    for line in joined.split(b"\n", MOST_LINES)[:MOST_LINES]:
        text = line[:LONGEST].decode("utf-8", "surrogateescape").strip()
        if text and not text.startswith("#"):
            yield text


class Paths(list[str]):
    """Paths that were found."""

    beyond = ""
    """What of the content was not looked at: a place to hide a name. Empty where all was."""


def _bounded(paths: Iterable[str], by_line: bytes = b"") -> Paths:
    """As many as are followed, and what stays unseen.

    Args:
        paths: as they come.
        by_line: the content, where it was read line by line.
    """
    found: dict[str, None] = {}
    beyond = _beyond(by_line)
    for path in paths:
        if isinstance(path, NotLookedAt):
            beyond = beyond or path
        elif len(path) > 1 and path.startswith("/") and not _NO_PATH.search(path):
            if len(found) == MOST and path not in found:
                beyond = f"it names more than {MOST}"
                break
            if isinstance(path, Executed):
                found.pop(path, None)  # it was named already, by a command that doesn't run it
            found.setdefault(path)
    kept = Paths(found)
    kept.beyond = beyond
    return kept


def _beyond(data: bytes) -> str:
    """What `_text_lines` does not give of a content."""
    lines = data.replace(b"\\\n", b" ").split(b"\n")
    if len(lines) > MOST_LINES:
        return f"only its first {MOST_LINES} lines were looked at"
    long = max(map(len, lines)) > LONGEST
    return f"of its lines only the first {LONGEST} bytes were looked at" if long else ""


def _named(command: str, owner: Owner) -> Iterator[str]:
    return CommandLine(owner).named(command)


def cron(data: bytes, owner: Owner = NOBODY) -> Paths:
    """A user's crontab, crontab(5), whose commands run at home; what it loads counts, too."""
    return _bounded(_cron(data, owner, _TIMES), data)


def system_cron(data: bytes, owner: Owner = NOBODY) -> Paths:
    """A crontab of the system, with a column that tells who runs the command."""
    return _bounded(_cron(data, owner, _TIMES, has_users=True), data)


def anacron(data: bytes, owner: Owner = NOBODY) -> Paths:
    """The table of jobs that wait for the machine to run, anacrontab(5)."""
    return _bounded(_cron(data, owner, _PERIOD), data)


def _cron(
    data: bytes, owner: Owner, before: re.Pattern[str], *, has_users: bool = False
) -> Iterator[str]:
    for line in _text_lines(data):
        setting = re.match(r"""["']?([A-Za-z_]\w*)["']?\s*=\s*["']?([^"']*)""", line)
        if setting is not None:
            yield from loads(setting[1], setting[2].strip(), owner)
            continue
        # An unescaped % ends the command, crontab(5).
        command = re.split(r"(?<!\\)%", line, maxsplit=1)[0].replace("\\%", "%")
        times, who = before.match(command), owner
        command = command[times.end() :] if times else command
        if times and has_users:
            user, command = (*command.split(None, 1), "", "")[:2]
            who = owner.other(user)
        yield from CommandLine(who, who.home).named(command)


def systemd(data: bytes, owner: Owner = NOBODY) -> Paths:
    """A unit file: commands and what they load, systemd.service(5), systemd.exec(5)."""
    read = _ESCAPED.sub(_systemd_character, data)
    return _bounded(_systemd(read, owner), read)


def _systemd_character(found: re.Match[bytes]) -> bytes:
    """What stands for %h or an escape: the byte itself, which parts no word."""
    if found[0] == b"%h":
        return b"~"
    if found[1] is None:
        return found[0]
    byte = bytes.fromhex(found[1].decode())
    if byte < b" ":
        return b"%"  # no name that we follow
    return b"\\" + byte if byte < b"\x80" else byte


def _systemd(data: bytes, owner: Owner) -> Iterator[str]:
    settings = [(key.strip(), value.strip()) for key, _, value in
                (line.partition("=") for line in _text_lines(data))]  # fmt: skip
    folders = [value.lstrip("-") for key, value in settings if key == "WorkingDirectory"]
    folder = owner.placed(folders[-1]) if folders else ""
    for key, value in settings:
        if key == "Environment":
            yield from CommandLine(owner).loaded(value)
        elif key == "EnvironmentFile":
            yield from map(str, CommandLine(owner, folder).named(value.lstrip("-")))
        elif re.fullmatch(r"Exec[A-Z]\w*", key):
            yield from CommandLine(owner, folder).named(value.lstrip("-@:+!|"))


def desktop(data: bytes, owner: Owner = NOBODY) -> Paths:
    """A desktop entry, as in XDG autostart."""
    return _bounded(_keyed(data, re.compile(r"(?:Try)?Exec\s*=\s*(.*)"), owner), data)


def sshd(data: bytes, owner: Owner = NOBODY) -> Paths:
    """Commands in ssh_config(5) and sshd_config(5)."""
    pattern = re.compile(
        r"(?i)(?:AuthorizedKeysCommand|AuthorizedPrincipalsCommand|ForceCommand|Subsystem|"
        r"ProxyCommand|LocalCommand|KnownHostsCommand|Match\s.*\bexec)[\s=]+(.*)"
    )
    return _bounded(_keyed(data, pattern, owner), data)


def _keyed(data: bytes, pattern: re.Pattern[str], owner: Owner) -> Iterator[str]:
    for line in _text_lines(data):
        found = pattern.match(line)
        if found:
            yield from _named(found[1], owner)


def preload(data: bytes, owner: Owner = NOBODY) -> Paths:  # noqa: ARG001 - every reader is told the owner
    """ld.so.preload: libraries separated by blanks or colons, ld.so(8)."""
    words = (word for line in _text_lines(data) for word in re.split(r"[\s:]+", line))
    return _bounded(words, data)


def lines(data: bytes, owner: Owner = NOBODY) -> Paths:
    """Every absolute path in a file of settings: pam.d, modprobe.d, sudoers."""
    return _bounded(_in_lines(data, owner), data)


def _in_lines(data: bytes, owner: Owner) -> Iterator[str]:
    for line in _text_lines(data):
        for path in _named(line, owner):
            yield path if isinstance(path, NotLookedAt) else path.rstrip(",")


def rsyslog(data: bytes, owner: Owner = NOBODY) -> Paths:
    """The same, and programs that a message is given to: `^/program;template`, rsyslog.conf(5)."""
    given = re.compile(r"(?:^|\s)\^(/[^\s;]+)")
    return _bounded(
        [
            *(path for line in _text_lines(data) for path in given.findall(line)),
            *_in_lines(data, owner),
        ],
        data,
    )


def quoted(data: bytes, owner: Owner = NOBODY) -> Paths:  # noqa: ARG001 - every reader is told the owner
    """Every absolute path that is a value in JSON: runtimes and hooks of containers."""
    text = data.decode("utf-8", "surrogateescape")
    return _bounded(re.findall(r'"(/[^"\\\n]+)"(?!\s*:)', text))


def binfmt(data: bytes, owner: Owner = NOBODY) -> Paths:  # noqa: ARG001 - every reader is told the owner
    """Interpreters of kinds of programs, binfmt.d(5): the sixth field behind its separator."""
    split = (line.split(line[0]) for line in _text_lines(data))
    return _bounded((fields[6] for fields in split if len(fields) > 6), data)


def git(data: bytes, owner: Owner = NOBODY) -> Paths:
    """Programs in git-config(1): aliases behind `!`, and the folder whose hooks are run."""
    return _bounded(_git(data, owner), data)


def _git(data: bytes, owner: Owner) -> Iterator[str]:
    for line in _text_lines(data):
        key, _, value = (each.strip() for each in line.partition("="))
        if key.lower() == "hookspath":
            yield owner.placed(value.strip('"')).rstrip("/") + "/"
        else:
            yield from _named(value.strip('"').removeprefix("!"), owner)


def inittab(data: bytes, owner: Owner = NOBODY) -> Paths:
    """Commands of the init table: the fourth field of each line."""
    return _bounded(
        (
            path
            for line in _text_lines(data)
            if line.count(":") >= 3
            for path in _named(line.split(":", 3)[3].lstrip("+"), owner)
        ),
        data,
    )


def authorized_keys(data: bytes, owner: Owner = NOBODY) -> Paths:
    """Forced commands and environment settings of keys, sshd(8)."""
    pattern = re.compile(r'(?i)(?:command|environment)="((?:\\.|[^"\\])*)"')
    return _bounded(
        (
            path
            for line in _text_lines(data)
            for found in pattern.findall(line)
            for path in _named(found.replace('\\"', '"'), owner)
        ),
        data,
    )


def udev(data: bytes, owner: Owner = NOBODY) -> Paths:
    """Programs that rules for devices run."""
    pattern = re.compile(r'(?:RUN|PROGRAM|IMPORT)(?:\{program\})?\s*\+?:?=+\s*"([^"]*)"')
    return _bounded(
        (
            path
            for line in _text_lines(data)
            for found in pattern.findall(line)
            for path in (*_within_udev(found), *_named(found, owner))
        ),
        data,
    )


def _within_udev(command: str) -> Iterator[str]:
    """A program without a folder lies in udev's own, udev(7)."""
    word = command.split(None, 1)[:1]
    yield from (f"/usr/lib/udev/{name}" for name in word if re.fullmatch(r"[\w.+-]+", name))


def shell(data: bytes, owner: Owner = NOBODY) -> Paths:
    """Programs and scripts that a shell script or profile runs, reads in, or sets as a value."""
    commands = CommandLine(owner)
    return _bounded((path for line in _text_lines(data) for path in commands.run(line)), data)


_HEAD = 4096  # bytes in which a program's has a zero
_HOME = re.compile(r"/root(?=/)|/home/[^/]+(?=/)")
_SHELL = re.compile(rb"#!\s*\S*?(?:/|env\s+(?:-S\s+)?)(?:ba|da|k|z|a)?sh\b")


def script(place: str, data: bytes, *, read_by_shell: bool = False) -> list[str]:
    """What a file that is run leads to, if it is a script of a shell; `~` is known in a home.

    Args:
        place: where it lies, since who runs it is not known.
        data: its content.
        read_by_shell: whether a shell was told to read it: then it needs no `#!`.
    """
    is_text = read_by_shell and not data.startswith(b"#!") and b"\0" not in data[:_HEAD]
    if not is_text and not _SHELL.match(data):
        return []  # not cut, however large it is: nothing is looked for in it
    home = _HOME.match(place)
    return shell(data, Owner(home[0], {}) if home else NOBODY)
