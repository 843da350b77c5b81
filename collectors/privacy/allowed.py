"""What each collector may take whole although it is of a kind that people have of their own.

Whatever isn't named here takes none of it: `collectors.privacy.withheld` tells of it instead. State
and memory of a running machine, and images of whole disks, are no files and pass by their phase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collectors.artifact import Phase
from collectors.privacy.private import DATABASE, EXPORT, KINDS, SQLITE, TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.collector import Collector


class Allowed(NamedTuple):
    """What one collector may take, and why."""

    kinds: frozenset[str]
    why: str


_NOTHING: frozenset[str] = frozenset()
_LOGS = Allowed(
    frozenset({TABLE, SQLITE, EXPORT}), "logs are written as tables and small databases, too"
)
_SETTINGS = Allowed(
    KINDS, "settings, units and keys are taken by their places, whatever they are called"
)
_OWN_SQLITE = Allowed(frozenset({SQLITE}), "the programs keep their own records in such a database")
_OF_SYSTEM = Allowed(frozenset({DATABASE, SQLITE}), "the system keeps its own records in databases")

ALLOWED: Mapping[str, Allowed] = {
    **dict.fromkeys(
        ("event-logs", "registry", "journal", "login-records", "audit", "ntfs-metadata",
         "shadow-copies"),
        Allowed(KINDS, "it takes books of the system by their own names"),
    ),
    "autostart": Allowed(KINDS, "what lies there is opened at a start or a login"),
    "antivirus": Allowed(KINDS, "what a product took away may be what an intruder brought"),
    "web-roots": Allowed(KINDS, "it takes scripts and settings by their endings alone"),
    "ransom-notes": Allowed(KINDS, "it takes notes and at most three samples"),
    "files": Allowed(KINDS, "the folder was named for what is in it"),
    **dict.fromkeys(("received", "photos"), Allowed(KINDS, "others have chosen it")),
    **dict.fromkeys(("execution", "system-traces", "directory"), _OF_SYSTEM),
    **dict.fromkeys(
        ("windows-remote-access", "transfers", "user-activity", "browsers"), _OWN_SQLITE
    ),
    **dict.fromkeys(("vpn-logs", "web-logs", "shell-histories", "var-log"), _LOGS),
    **dict.fromkeys(
        ("os-identity", "accounts", "cron", "systemd", "preload", "init", "profiles",
         "kernel-config", "ssh", "network-config", "remote-access"),
        _SETTINGS,
    ),
    "windows-server-logs": Allowed(
        frozenset({DATABASE, *_LOGS.kinds}), "services keep leases and accesses in databases"
    ),
    "packages": Allowed(frozenset({DATABASE, SQLITE}), "lists of packages are databases"),
}  # fmt: skip


def allowed(collector: Collector) -> frozenset[str] | None:
    """The private kinds that a collector may take whole; None: all of them."""
    if not Phase.LOGS <= collector.phase <= Phase.DISK:
        return None
    kinds = ALLOWED[collector.name].kinds if collector.name in ALLOWED else _NOTHING
    return None if kinds == KINDS else kinds
