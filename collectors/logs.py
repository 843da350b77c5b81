"""Logs, what rolls over soonest and is asked for first before the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap, Kind, Phase, Reason
from collectors.collector import Collector
from collectors.files.source import Limits
from collectors.homes import beyond, homes
from collectors.places.place import Place, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source

_TREE = Limits(files=200_000, bytes=50 << 30)  # a place: logs beyond are told in a gap


class _Log(Place):
    phase: ClassVar[Phase] = Phase.LOGS
    kind: ClassVar[Kind] = "log"


class LoginRecords(_Log):
    """Takes the records of logins, failed logins and sessions (wtmp, btmp, lastlog, utmp, faillog).

    They cannot show sessions that opened no terminal, nor records that were cut out with a tool:
    these files are not protected against the administrator.
    """

    name = "login-records"
    rows = (
        Row(patterns=("/var/log/wtmp", "/var/log/btmp", "/var/log/lastlog", "/run/utmp")),
        Row(
            patterns=(
                "/var/log/wtmp*", "/var/log/btmp*", "/var/log/faillog*", "/var/log/tallylog*",
                "/var/log/wtmp.db", "/var/lib/wtmpdb/*", "/var/lib/lastlog/*", "/var/run/utmp",
                "/run/faillock/**", "/var/run/faillock/**", "/var/adm/wtmp*",
            ),
            optional=True,
        ),
    )  # fmt: skip


class Audit(_Log):
    """Takes the kernel's audit log and its rules.

    It cannot show what no rule asked for, nor events that were lost while the disk was full.
    """

    name = "audit"
    rows = (
        Row(patterns=("/var/log/audit/**",), limits=_TREE),
        Row(patterns=("/etc/audit/**", "/etc/audisp/**"), optional=True, limits=_TREE),
    )


class Journal(_Log):
    """Takes systemd's journal, the stored one and the one that is lost at shutdown.

    It cannot show what was vacuumed; the files in use change while they are read.
    """

    name = "journal"
    rows = (Row(patterns=("/run/log/journal/**", "/var/log/journal/**"), limits=_TREE),)


class VpnLogs(_Log):
    """Takes the logs of VPN servers, remote maintenance programs and proxies: the ways in.

    It cannot show appliances of their own (firewalls, VPN boxes), whose logs must be asked for.
    """

    name = "vpn-logs"
    rows = (
        Row(
            patterns=(
                "/var/log/openvpn/**", "/var/log/openvpn*", "/etc/openvpn/*.log",
                "/etc/openvpn/*status*", "/run/openvpn*/**", "/var/log/openvpnas*",
                "/usr/local/openvpn_as/log/**", "/var/log/charon*", "/var/log/strongswan*",
                "/var/log/strongswan/**", "/var/log/ipsec*", "/var/log/pluto*",
                "/usr/local/vpn*/*_log/**", "/opt/vpn*/*_log/**", "/opt/softether/*_log/**",
                "/usr/vpn*/*_log/**", "/var/log/softether/**", "/var/log/pptpd*", "/var/log/ppp/**",
                "/var/log/xl2tpd*", "/var/log/ocserv*", "/var/log/ocserv/**", "/var/log/pritunl*",
                "/var/lib/pritunl/*.log", "/var/log/tailscale*", "/var/log/zerotier*",
                "/opt/paloaltonetworks/globalprotect/*.log", "/opt/cisco/*/log/**",
                "/opt/forticlient/*.log", "/var/log/forticlient/**", "/opt/pulsesecure/*/*.log",
                "/var/log/squid*/**", "/var/log/haproxy*", "/var/log/guacamole*/**",
                "/var/log/teamviewer*/**", "/opt/teamviewer/logfiles/**", "/var/log/anydesk*",
                "/var/log/rustdesk*/**", "/var/log/xrdp*", "/var/log/x11vnc*",
            ),
            optional=True,
            limits=_TREE,
        ),
        Row(
            patterns=(
                ".anydesk/*.trace", ".local/share/logs/RustDesk/**", ".local/share/teamviewer*/**",
                ".vnc/*.log", ".xorgxrdp*.log", "thinclient_drives/.xorgxrdp*.log",
            ),
            homes=True,
            limits=_TREE,
        ),
    )  # fmt: skip


class WebLogs(_Log):
    """Takes the logs of web and application servers, also where these stand outside /var/log.

    They cannot show the content of requests, nor who sat behind a proxy.
    """

    name = "web-logs"
    rows = (
        Row(
            patterns=(
                "/var/log/apache*/**", "/var/log/httpd*/**", "/var/log/nginx*/**",
                "/var/log/tomcat*/**", "/var/log/lighttpd*/**", "/var/log/caddy*/**",
                "/var/log/php*", "/var/log/php*/**", "/etc/httpd/logs/**", "/usr/local/*/logs/**",
                "/opt/*/logs/**", "/opt/*/*/logs/**", "/srv/*/logs/**", "/srv/*/log/**",
                "/var/www/*/logs/**", "/var/www/*/log/**", "/var/lib/tomcat*/logs/**",
                "/usr/share/tomcat*/logs/**", "/var/lib/caddy/*/*.log",
            ),
            optional=True,
            limits=_TREE,
        ),
    )  # fmt: skip


class ShellHistories(_Log):
    """Takes the histories of shells, editors and database clients of every home.

    They cannot show what was typed with the history switched off, nor in what order two terminals
    wrote; a session that still runs has not written its history yet.
    """

    name = "shell-histories"
    rows = (
        Row(
            patterns=(
                ".bash_history", ".bash_history-*", ".bash_sessions/**", ".zsh_history",
                ".zsh_sessions/**", ".zhistory", ".histfile", ".ash_history", ".sh_history",
                ".history", ".ksh_history", ".mksh_history", ".tcsh_history", ".csh_history",
                ".local/share/fish/fish_history", ".config/fish/fish_history",
                ".local/share/powershell/PSReadLine/**", ".python_history", ".node_repl_history",
                ".irb_history", ".php_history", ".mysql_history", ".mariadb_history",
                ".psql_history", ".sqlite_history", ".mongorc.js", ".dbshell",
                ".mongodb/mongosh/*_repl_history", ".rediscli_history", ".lesshst", ".viminfo",
                ".local/state/nvim/shada/*", ".local/share/nvim/shada/*", ".nano/search_history",
                ".local/share/nano/search_history", ".wget-hsts", ".selected_editor",
                ".gdb_history", ".local/share/recently-used.xbel", ".msf4/history",
                ".smbclient_history",
            ),
            homes=True,
        ),
    )  # fmt: skip

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield the histories home by home; a home without any is a gap."""
        found_homes = homes(source)
        yield from beyond(source, found_homes)
        for home in found_homes:
            nothing = True
            for row in self.rows:
                for found in self.take(source, row, home):
                    nothing = False
                    yield found
            if nothing:
                detail = "none of the known history files in this home"
                yield Gap(origin=home, kind=self.kind, reason=Reason.ABSENT, detail=detail)


class VarLog(_Log):
    """Takes everything below /var/log that the collectors before did not take; containers' logs.

    It cannot show what was rotated away, nor logs that went to another machine only.
    """

    name = "var-log"
    rows = (
        Row(patterns=("/var/log/**",), limits=_TREE),
        Row(patterns=("/var/lib/docker/containers/*/*-json.log*",
                      "/var/lib/docker/containers/*/local-logs/*"),
            optional=True, limits=_TREE),
    )  # fmt: skip


LOGS: tuple[Collector, ...] = (
    LoginRecords(), Audit(), Journal(), VpnLogs(), WebLogs(), ShellHistories(), VarLog(),
)  # fmt: skip
