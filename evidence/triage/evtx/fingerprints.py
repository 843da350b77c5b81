"""Patterns that ransomware and intruders leave in event logs, each a rule of the index.

Of JPCERT/CC's table (Event Log Talks a Lot, September 2024) and its ToolAnalysisResultSheet. A
fingerprint names a candidate: each has its counter-example in the index and among the tests.
"""

from __future__ import annotations

from evidence.triage.evtx.burst import Burst
from evidence.triage.evtx.each import Cleared, Each
from evidence.triage.evtx.match import APPLICATION, EVENTLOG, SECURITY, SERVICES, SYSTEM, match
from evidence.triage.evtx.paired import Paired
from evidence.triage.evtx.together import Together
from evidence.triage.evtx.watch import Fingerprint

_BACKUP = ("Microsoft-Windows-Backup",)
_BACKUPS = (*APPLICATION, *_BACKUP, "Microsoft-Windows-Backup/Operational")
_COM = ("Microsoft-Windows-DistributedCOM", "DCOM")
_INSTALLER = ("MsiInstaller",)
_VSS_AUDIT = ("VSSAudit", "Microsoft-Windows-VSSAudit")
_CONTROLLER = "Directory Service"  # a channel that domain controllers have, and nobody else

# Function Discovery, SSDP, UPnP, DNS Client: by them machines find each other. Their names in the
# registry, since those that are shown depend on the language.
_DISCOVERY = r"^(?:fdPHost|FDResPub|SSDPSRV|upnphost|Dnscache)$"

# What Windows Installer writes of a product, whatever came of it: installed, removed, updated.
_OUTCOMES = (
    1022, 1023, 1033, 1034, 1035, 1036, 1037, 1038, 11707, 11708, 11724, 11725, 11728, 11729,
)  # fmt: skip

FINGERPRINTS: tuple[Fingerprint, ...] = (
    Burst(
        "restart_manager_burst",
        match(APPLICATION, ("Microsoft-Windows-RestartManager",), 10000, 10001),
        least=50, within=60,
    ),
    Together(
        "backup_given_up",
        (
            match(_BACKUPS, _BACKUP, 612), match(_BACKUPS, _BACKUP, 524),
            match(_BACKUPS, _BACKUP, 753),
        ),
        within=600,
    ),
    Burst(
        "discovery_services_changed", match(SYSTEM, SERVICES, 7040, text=_DISCOVERY),
        least=4, within=60, distinct="param4",
    ),
    Each("cscc_driver_installed", match(SYSTEM, SERVICES, 7045, text=r"\b[c]scc\.dat\b")),
    Paired(
        "installer_without_product", match(APPLICATION, _INSTALLER, 1040),
        match(APPLICATION, _INSTALLER, 1042), match(APPLICATION, _INSTALLER, *_OUTCOMES),
    ),
    Together(
        "shadow_copies_refused",
        (match(APPLICATION, ("VSS",), 13), match(SYSTEM, _COM, 10016)),
        within=600,
    ),
    Cleared("log_cleared", (match(SECURITY, EVENTLOG, 1102), match(SYSTEM, EVENTLOG, 104))),
    Each("psexec_service_installed", match(SYSTEM, SERVICES, 7045, text=r"\b[p]sexesvc\b")),
    Each("shadow_copy_made", match(SECURITY, _VSS_AUDIT, 8222), without=_CONTROLLER),
    Each("shadow_copy_made_on_controller", match(SECURITY, _VSS_AUDIT, 8222), beside=_CONTROLLER),
)  # fmt: skip


def fits(fingerprint: Fingerprint, channels: set[str]) -> bool:
    """Whether it could have been seen in these channels: in any one, where it is of one event."""
    enough = any if isinstance(fingerprint, Cleared) else all
    return enough(not channels.isdisjoint(each.channels) for each in fingerprint.matches)
