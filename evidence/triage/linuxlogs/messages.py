"""Which messages of which program become rows of which table: a table of patterns.

The words are those of OpenSSH, sudo, shadow and cron as Debian and Red Hat ship them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Some write the kind of message before the program's name: `auth.info sshd[812]: `.
_HEAD = re.compile(rb"(\S+) (?:[a-z0-9]{3,9}\.[a-z]{3,7} )?([^\s\[:]{1,64})(?:\[\d{1,10}\])?: ")
# RFC 5424: host, program, process, kind, structured data, and perhaps the mark of UTF-8.
_HEAD_5424 = re.compile(
    rb"(\S+) (\S{1,48}) \S{1,128} \S{1,32} "
    rb'(?:-|(?:\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])+) (?:\xef\xbb\xbf)?'
)
# What programs that gather logs write for lines that came again and again.
_REPEATED = re.compile(rb"message repeated (\d{1,9}) times: \[ ?(.*)\]\s*$", re.DOTALL)
_LAST_REPEATED = re.compile(rb"(?:\S+ )?(?:\S+: )?last message repeated (\d{1,9}) times?\s*$")


@dataclass(frozen=True, slots=True)
class Message:
    """Messages of some programs that become rows of one table."""

    table: str
    programs: frozenset[bytes]
    what: str
    """What the message says, in a word of ours."""
    pattern: re.Pattern[bytes]
    """Its groups have the names of columns."""


def _message(table: str, programs: str, what: str, pattern: bytes) -> Message:
    return Message(table, frozenset(programs.encode().split()), what, re.compile(pattern))


_SSH, _CRON = "sshd sshd-session", "CRON cron crond CROND"
_SHADOW = "useradd userdel usermod groupadd groupdel groupmod gpasswd passwd chpasswd chage"
# A path may have whatever a path may have; nothing of a line is tried a second time.
_SUDO = (
    rb"(?:HOST=\S+ ; )?(?:TTY=(?P<terminal>\S+) ; )?"  # no TTY: cron, a service
    rb"(?:CHROOT=(?P<chroot>(?>.*?(?= ; PWD=))) ; )?PWD=(?P<folder>(?>.*?(?= ; USER=))) ; "
    rb"USER=(?P<user>\S+) ; (?>(?:.*? ; )??COMMAND=)(?P<command>.*)"
)
_BY_AND_USER = rb"\((?P<by>[^)]+)\) %b \((?P<user>[^)]+)\)"

MESSAGES = (
    _message(
        "ssh_signins", _SSH, "accepted",
        rb"Accepted (?P<method>\S+) for (?P<user>.*) from (?P<address>\S+) port (?P<port>\d+)",
    ),
    _message(
        "ssh_signins", _SSH, "failed",
        rb"Failed (?P<method>\S+) for (?:invalid user )?(?P<user>.*) from (?P<address>\S+) "
        rb"port (?P<port>\d+)",
    ),
    _message(
        "ssh_signins", _SSH, "unknown user",
        rb"Invalid user (?P<user>.*) from (?P<address>\S+)(?: port (?P<port>\d+))?",
    ),
    _message("sudo", "sudo", "ran", rb"\s*(?P<by>\S+) : " + _SUDO),
    _message(
        "sudo", "sudo", "refused",
        rb"\s*(?P<by>\S+) : (?P<why>(?>.*?(?= ; (?:HOST|TTY|CHROOT|PWD)=))) ; " + _SUDO,
    ),
    _message(
        "sudo", "sudo", "went on",  # a command that is too long for one line
        rb"\s*(?P<by>\S+) : \(command continued\) (?P<command>.*)",
    ),
    _message("sudo", "sudo", "not understood", rb".*?COMMAND=(?P<command>.*)"),
    _message(
        "su", "su", "became",
        rb"(?:\(to (?P<user>\S+)\) (?P<by>\S+) on"
        rb"|Successful su for (?P<user2>\S+) by (?P<by2>\S+)$)",
    ),
    _message(
        "su", "su", "refused",
        rb"FAILED (?:su|SU) (?:for|\(to) (?P<user>[^\s)]+)\)? (?:by )?(?P<by>\S+)",
    ),
    _message(
        "linux_accounts", _SHADOW, "user made",
        rb"new user: name=(?P<account>[^,]+), UID=(?P<id>\d+)",
    ),
    _message(
        "linux_accounts", _SHADOW, "group made",
        rb"(?:new group|group added to \S+): name=(?P<account>[^,]+), GID=(?P<id>\d+)",
    ),
    _message(
        "linux_accounts", _SHADOW, "member added",
        rb"(?:add '(?P<member>[^']+)' to (?:shadow )?group '(?P<account>[^']+)'"
        rb"|user (?P<member2>\S+) added by (?P<by>\S+) to group (?P<account2>\S+))",
    ),
    _message("linux_accounts", _SHADOW, "user removed", rb"delete user '(?P<account>[^']+)'"),
    _message(
        "linux_accounts", _SHADOW, "password changed",
        rb"(?:pam_unix\(\S+\): )?password changed for (?P<account>\S+)",
    ),
    _message("cron_changes", "crontab", "changed", _BY_AND_USER % b"REPLACE"),
    _message("cron_changes", "crontab", "removed", _BY_AND_USER % b"DELETE"),
    _message("cron_runs", _CRON, "ran", rb"\((?P<user>[^)]+)\) CMD \((?P<command>.*)\)$"),
)  # fmt: skip

COLUMNS = {
    table: tuple(
        dict.fromkeys(
            name
            for message in MESSAGES
            if message.table == table
            for name in message.pattern.groupindex
            if not name.endswith("2")  # the same column, told in another way
        )
    )
    for table in dict.fromkeys(message.table for message in MESSAGES)
}
"""Table to the columns that are its own."""


@dataclass(frozen=True, slots=True)
class Found:
    """One message that belongs into a table."""

    message: Message
    host: str | None
    cells: dict[str, str | None]
    times: int = 1
    """How often it came, where one line stands for several."""


def find(rest: bytes) -> Found | None:
    """What a line behind its time says; None where no table wants it."""
    head = _HEAD.match(rest) or _HEAD_5424.match(rest)
    return None if head is None else told(head[1], head[2], rest[head.end() :])


def told(host: bytes | None, program: bytes, text: bytes) -> Found | None:
    """What a program says on a host; None where no table wants it."""
    messages, times = _BY_PROGRAM.get(program, ()), 1
    if messages and (repeated := _REPEATED.match(text)):
        times, text = int(repeated[1]), repeated[2]
    for message in messages:
        found = message.pattern.match(text)
        if found is not None:
            cells = {name: _shown(found, name) for name in COLUMNS[message.table]}
            return Found(message, as_text(host), cells, times)
    return None


def repeats(rest: bytes) -> int:
    """How often more the line before this one came, if a line says that of it; else 0."""
    found = _LAST_REPEATED.match(rest)
    return 0 if found is None else int(found[1])


def is_unknown(rest: bytes) -> bool:
    """Whether a program that tables want writes in a form that isn't known here."""
    return not (_HEAD.match(rest) or _HEAD_5424.match(rest)) and _TAG.search(rest) is not None


def is_wanted(rest: bytes) -> bool:
    """Whether a line behind its time is of a program that tables want, or too short to tell."""
    head = _HEAD.match(rest) or _HEAD_5424.match(rest)
    return head is None or head[2] in _BY_PROGRAM


def _by_program() -> dict[bytes, list[Message]]:
    found: dict[bytes, list[Message]] = {}
    for message in MESSAGES:
        for program in message.programs:
            found.setdefault(program, []).append(message)
    return found


_BY_PROGRAM = _by_program()
_TAG = re.compile(rb"(?<!\S)(?:%b)(?:\[\d{1,10}\])?:? " % b"|".join(map(re.escape, _BY_PROGRAM)))
_SHOWN = 1000  # characters of a cell


def _shown(found: re.Match[bytes], name: str) -> str | None:
    """A group, or the one that tells the same in another way."""
    groups = found.groupdict()
    value = groups.get(name) or groups.get(f"{name}2")
    return as_text(value)


def as_text(value: bytes | None) -> str | None:
    """Bytes of a log as a cell has them."""
    return None if value is None else value.decode("utf-8", "backslashreplace")[:_SHOWN]
