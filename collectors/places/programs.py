"""Places of programs that came: by packages, to temporary folders, to web roots, changed lately."""

from __future__ import annotations

import re
import stat as modes
import time
from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason
from collectors.files.source import Limits
from collectors.homes import homes
from collectors.named import pointers
from collectors.places.place import SETTINGS, Place, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.artifact import Stat
    from collectors.files.source import Source

_SCRIPTS = re.compile(
    r"(?i)\.(?:php\d?|phtml|phar|inc|jsp|jspx|jspf|war|class|jar|asp|aspx|ashx|asmx|cgi|fcgi|pl|py|"
    r"pyc|rb|sh|cfm|lua|conf|config|cnf|ini|ya?ml|json|toml|properties|xml|env|htaccess|htpasswd|"
    r"user\.ini)$|^\.(?:htaccess|htpasswd|user\.ini|env)"
)


class Temporary(Place):
    """Takes everything in the places where anybody may write: /tmp, /var/tmp, /dev/shm, /dev.

    Of documents and databases there size, times and digest. It cannot show what was deleted or ran
    from a file without a name; /dev is searched for ordinary files, which don't belong there.
    """

    name = "temporary"
    profile = Profile.STANDARD
    rows = (
        Row(patterns=("/tmp/**", "/var/tmp/**", "/dev/shm/**"),  # noqa: S108 - looked at only
            limits=Limits(files=20_000, bytes=2 << 30)),
        Row(patterns=("/run/user/*/**", "/run/shm/**", "/var/crash/**", "/var/lib/php/sessions/**"),
            optional=True, limits=Limits(files=5_000, bytes=256 << 20)),
    )  # fmt: skip

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield the temporary places, then ordinary files among the devices."""
        yield from super().collect(source)
        for found in source.walk("/dev", "disk", limits=Limits(files=20_000)):
            if isinstance(found, Gap):
                if found.reason is not Reason.UNSUPPORTED:  # the devices themselves
                    yield found
            elif _is_file(source, found.origin):
                yield found


class WebRoots(Place):
    """Takes scripts and settings of web and application servers, where web shells are put.

    It takes them by the ending of their names: it cannot show a script under another ending, nor
    pictures and documents that were served.
    """

    name = "web-roots"
    profile = Profile.STANDARD
    keys = True
    rows = (
        Row(
            patterns=("/var/www/**", "/srv/www/**", "/srv/http/**", "/usr/share/nginx/html/**",
                      "/usr/share/nginx/www/**", "/var/lib/tomcat*/webapps/**",
                      "/usr/share/tomcat*/webapps/**", "/opt/tomcat*/webapps/**",
                      "/opt/*/webapps/**", "/usr/local/*/htdocs/**", "/usr/local/*/webapps/**",
                      "/opt/*/htdocs/**", "/opt/lampp/htdocs/**", "/usr/lib/cgi-bin/**"),
            optional=True, match=_SCRIPTS, limits=Limits(files=100_000, bytes=4 << 30),
        ),
        Row(
            patterns=("/etc/apache2/**", "/etc/httpd/conf*/**", "/etc/nginx/**", "/etc/php*/**",
                      "/etc/lighttpd/**", "/etc/caddy/**", "/etc/tomcat*/**"),
            optional=True, limits=Limits(files=20_000, bytes=1 << 30),
        ),
    )  # fmt: skip


class Packages(Place):
    """Takes the package managers' own records: what is installed, with its checksums; their hooks.

    It cannot show programs that were copied in without a package; a checksum that lies here can
    have been changed together with its file.
    """

    name = "packages"
    profile = Profile.STANDARD
    rows = (
        Row(
            patterns=("/etc/apt/apt.conf*", "/etc/apt/apt.conf.d/*", "/etc/dpkg/dpkg.cfg*",
                      "/etc/dpkg/dpkg.cfg.d/*", "/etc/pacman.d/hooks/*",
                      "/etc/apk/commit_hooks.d/*", "/etc/dnf/plugins/**",
                      "/etc/yum/pluginconf.d/*"),
            optional=True, references=pointers.lines, limits=SETTINGS,
        ),
        Row(
            patterns=("/var/lib/dpkg/status*", "/var/lib/dpkg/diversions",
                      "/var/lib/dpkg/statoverride", "/var/lib/dpkg/info/*.md5sums",
                      "/var/lib/dpkg/info/*.list", "/var/lib/dpkg/info/*.postinst",
                      "/var/lib/dpkg/info/*.preinst", "/var/lib/dpkg/info/*.prerm",
                      "/var/lib/dpkg/info/*.postrm", "/var/lib/apt/extended_states",
                      "/etc/apt/**", "/usr/lib/sysimage/rpm/**", "/var/lib/rpm/**",
                      "/var/lib/dnf/history*", "/var/lib/dnf/*.toml", "/var/lib/yum/history/**",
                      "/etc/yum.repos.d/*", "/etc/yum*", "/etc/dnf/**", "/etc/zypp/**",
                      "/lib/apk/db/**", "/usr/lib/apk/db/**", "/etc/apk/**",
                      "/var/lib/pacman/local/*/desc", "/etc/pacman*", "/var/lib/snapd/state.json",
                      "/var/lib/snapd/sequence/*", "/var/lib/flatpak/*/*/*/*/active/metadata"),
            optional=True, limits=Limits(files=100_000, bytes=4 << 30),
        ),
    )  # fmt: skip


_DAY = 86_400 * 1_000_000_000  # ns
_PROGRAMS = (
    "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local", "/opt", "/usr/libexec",
    "/lib/systemd", "/usr/lib/systemd", "/lib64/systemd", "/usr/lib64/systemd",
    "/lib/security", "/lib64/security", "/usr/lib/security", "/usr/lib64/security",
    "/usr/lib/x86_64-linux-gnu/security", "/usr/lib/aarch64-linux-gnu/security",
)  # fmt: skip
_OWNERS_RIGHTS = modes.S_ISUID | modes.S_ISGID
_SIGNS_OF_LIFE = (
    "/var/log/wtmp", "/var/log/lastlog", "/var/log/syslog", "/var/log/messages", "/var/log",
    "/etc/passwd",
)  # fmt: skip
_OPEN_TO_ALL = ("/tmp", "/var/tmp", "/dev/shm", "/run/shm", "/var/spool", "/var/www", "/srv")  # noqa: S108 - looked at only


class RecentExecutables:
    """Takes programs that changed in the last 30 days, run with their owner's rights, or lie oddly.

    "Changed" is the inode's change time, which touch(1) cannot set back; a clock that was wrong, or
    a raw write to the disk, can. In a copied folder the change time is that of the copy, so there
    it is the modification time, which anybody can set back (timestomping). "Their owner's rights"
    is setuid or setgid, at any age. "Oddly" is in homes and where anybody may write, at any age.
    It cannot show a program in a system folder that was replaced earlier than that.
    """

    name: ClassVar[str] = "recent-executables"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.STANDARD
    days: ClassVar[int] = 30
    most: ClassVar[int] = 5_000
    most_bytes: ClassVar[int] = 2 << 30
    largest: ClassVar[int] = 64 << 20
    looked_at: ClassVar[Limits] = Limits(files=200_000)  # a place

    def __init__(self, *, now_ns: int | None = None) -> None:
        """Judge by this time; else by the clock, or in a copy by its last sign of life."""
        self._now_ns = now_ns

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield the programs, place by place."""
        files, room = self.most, self.most_bytes
        for found, stat in self._candidates(source, self._now(source) - self.days * _DAY):
            if isinstance(found, Gap) or stat is None:
                yield found
            elif files <= 0 or stat.size > min(room, self.largest):
                yield Gap(
                    origin=found.origin, kind="disk", reason=Reason.SKIPPED, stat=stat,
                    detail="over the limit of this collector",
                )  # fmt: skip
            elif source.once(found.origin):
                files, room = files - 1, room - stat.size
                yield found

    def _now(self, source: Source) -> int:
        if self._now_ns is not None:
            return self._now_ns
        if source.live:
            return time.time_ns()
        return max(_modified(source, path) for path in _SIGNS_OF_LIFE)

    def _candidates(
        self, source: Source, since: int
    ) -> Iterator[tuple[Artifact | Gap, Stat | None]]:
        for folder in _PROGRAMS:
            for found, stat in self._below(source, folder):
                if stat is None or _is_recent(source, stat, since) or stat.mode & _OWNERS_RIGHTS:
                    yield found, stat
        for folder in (*_OPEN_TO_ALL, *homes(source)):
            yield from self._below(source, folder)

    def _below(self, source: Source, folder: str) -> Iterator[tuple[Artifact | Gap, Stat | None]]:
        """Executables and gaps below a folder; a link such as /bin is what it leads to."""
        try:
            start = source.resolve(folder)
            source.look(start)
        except OSError:
            return  # this system doesn't have that folder
        for found in source.walk(start, "disk", limits=self.looked_at, once=False):
            if isinstance(found, Artifact):
                stat = _executable(source, found.origin)
                if stat is not None:
                    yield found, stat
            elif found.reason is not Reason.UNSUPPORTED:  # pipes and sockets are no programs
                yield found, None


def _is_recent(source: Source, stat: Stat, since: int) -> bool:
    return ((stat.changed_ns if source.live else stat.modified_ns) or 0) >= since


def _is_file(source: Source, path: str) -> bool:
    try:
        return modes.S_ISREG(source.look(path).mode)
    except OSError:
        return False


def _modified(source: Source, path: str) -> int:
    try:
        return source.look(path).modified_ns or 0
    except OSError:
        return 0


def _executable(source: Source, path: str) -> Stat | None:
    try:
        stat = source.look(path)
    except OSError:
        return None  # it went away since it was listed
    return stat if modes.S_ISREG(stat.mode) and stat.mode & 0o111 else None
