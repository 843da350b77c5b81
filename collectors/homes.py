"""Where people's files are: the homes that /etc/passwd names, /root, and all of /home."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from collectors.artifact import Gap, Reason, gap_from
from collectors.pathtext import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source

_NO_HOMES = frozenset(
    (
        "/", "/bin", "/boot", "/dev", "/etc", "/proc", "/run", "/sbin", "/sys", "/usr", "/usr/bin",
        "/usr/games", "/usr/sbin", "/var", "/var/adm", "/var/backups", "/var/cache/man", "/var/ftp",
        "/var/list", "/var/log", "/var/mail", "/var/spool/lpd", "/var/spool/mail",
        "/var/spool/news", "/var/spool/uucp",
    )
)  # fmt: skip
"""System folders that are given to accounts which have no home of their own."""
MOST = 10_000  # homes that are looked at


class Owner(NamedTuple):
    """Whose home `~` means in a file."""

    home: str
    """Empty where it is not known."""
    accounts: Mapping[str, str]
    """The home of each account, for `~name`."""

    def other(self, account: str) -> Owner:
        """The same where an account is named that is another's."""
        return self._replace(home=self.accounts.get(account, ""))

    def placed(self, path: str) -> str:
        """A path with `~` or `~name` in place of a home; as it is where that is not known."""
        account, _, rest = path.partition("/")
        if not account.startswith("~"):
            return path
        home = self.accounts.get(account[1:], "") if account[1:] else self.home
        return posixpath.join(home, rest) if home else path


NOBODY = Owner("", {})


def root_of(source: Source) -> Owner:
    """Root, who runs what the system's own files name."""
    accounts = {"root": "/root"} | dict(reversed(list(_passwd(source))))  # the first one counts
    return Owner(accounts["root"], accounts)


def homes(source: Source) -> list[str]:
    """The homes that exist, links resolved, each once: passwd(5) order, /root, then /home.

    Names are taken as they are: a home called `*` or `$(reboot)` is a folder of that name.
    """
    found: dict[str, None] = {}
    for path in _named(source):
        try:
            place = source.resolve(path)
            is_folder = source.look(place).mode & 0o170000 == 0o040000
        except OSError:
            continue
        if is_folder and place not in _NO_HOMES:
            found.setdefault(place)
        if len(found) == MOST:
            break
    return list(found)


def beyond(source: Source, found: Sequence[str]) -> Iterator[Gap]:
    """That there may be other homes than those that were found."""
    if len(found) == MOST:
        detail = f"only the first {MOST} homes were looked at"
        yield Gap(origin="/home", kind="disk", reason=Reason.SKIPPED, detail=detail)
    else:
        yield from _closed(source)
    try:
        source.listing("/home")
    except FileNotFoundError:
        return
    except OSError as error:
        yield gap_from("/home", "disk", error)


def _closed(source: Source) -> Iterator[Gap]:
    """Homes that are named and can't be looked at, such as those on another machine."""
    for path in dict.fromkeys(_named(source)):
        try:
            source.look(source.resolve(path))
        except OSError as error:
            gap = gap_from(path, "disk", error)
            if gap.reason is not Reason.ABSENT:
                yield gap


def _named(source: Source) -> Iterator[str]:
    yield from (home for _, home in _passwd(source))
    yield "/root"
    try:
        yield from (posixpath.join("/home", name) for name, _ in source.listing("/home"))
    except OSError:
        return  # the accounts' own homes were named above; `beyond` tells of the others


def _passwd(source: Source) -> Iterator[tuple[str, str]]:
    """Accounts and their homes."""
    try:
        data = source.snapshot("/etc/passwd", follow=True).data
    except OSError:
        return  # the collector of accounts says what is wrong with it
    for line in data.split(b"\n"):
        fields = line.split(b":")
        if len(fields) >= 6 and fields[5].startswith(b"/") and b"\0" not in fields[5]:
            name, home = (to_text(fields[at]) for at in (0, 5))
            yield name, posixpath.normpath(home)
