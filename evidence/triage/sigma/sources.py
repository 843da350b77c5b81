"""Sigma's log sources as events of Windows: which channel, provider and numbers each means.

What categories mean is in Sigma's specification (appendix taxonomy, SigmaHQ); the numbers are
Sysmon's own and those of PowerShell and of auditing (learn.microsoft.com). Which channel a service
means is pySigma's table. A source that is in neither is run over nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import msgspec

from evidence.triage.evtx.match import AUDITING, SECURITY
from evidence.triage.sigma.rule import Feed

_SYSMON = "Microsoft-Windows-Sysmon"
_POWERSHELL = "Microsoft-Windows-PowerShell"


def _sysmon(*ids: int, only: tuple[str, str] | None = None) -> tuple[Feed, ...]:
    return (Feed(channels=(f"{_SYSMON}/Operational",), ids=ids, provider=_SYSMON, only=only),)


def _powershell(*ids: int) -> tuple[Feed, ...]:
    return (
        Feed(channels=(f"{_POWERSHELL}/Operational",), ids=ids, provider=_POWERSHELL),
        Feed(channels=("PowerShellCore/Operational",), ids=ids),
    )


def _classic(*ids: int) -> tuple[Feed, ...]:
    return (Feed(channels=("Windows PowerShell",), ids=ids, provider="PowerShell"),)


_AUDITED_PROCESS = Feed(
    channels=SECURITY, ids=(4688,), provider=AUDITING[0],
    names=(
        ("NewProcessName", "Image"), ("ParentProcessName", "ParentImage"),
        ("ProcessId", "ParentProcessId"), ("NewProcessId", "ProcessId"),
        ("SubjectLogonId", "LogonId"),
    ),
)  # fmt: skip
"""A start of a process by Windows' own audit; with fewer values than Sysmon's."""

CATEGORIES: Mapping[str, tuple[Feed, ...]] = MappingProxyType(
    {
        "process_creation": (*_sysmon(1), _AUDITED_PROCESS),
        "file_change": _sysmon(2),
        "network_connection": _sysmon(3),
        "sysmon_status": _sysmon(4, 16),
        "process_termination": _sysmon(5),
        "driver_load": _sysmon(6),
        "image_load": _sysmon(7),
        "create_remote_thread": _sysmon(8),
        "raw_access_thread": _sysmon(9),
        "process_access": _sysmon(10),
        "file_event": _sysmon(11),
        "registry_event": _sysmon(12, 13, 14),
        "registry_add": _sysmon(12, only=("EventType", "Create")),
        "registry_delete": _sysmon(12, only=("EventType", "Delete")),
        "registry_set": _sysmon(13),
        "registry_rename": _sysmon(14),
        "create_stream_hash": _sysmon(15),
        "pipe_created": _sysmon(17, 18),
        "wmi_event": _sysmon(19, 20, 21),
        "dns_query": _sysmon(22),
        "file_delete": _sysmon(23, 26),
        "clipboard_capture": _sysmon(24),
        "process_tampering": _sysmon(25),
        "file_block_executable": _sysmon(27),
        "file_block_shredding": _sysmon(28),
        "file_executable_detected": _sysmon(29),
        "sysmon_error": _sysmon(255),
        "ps_module": _powershell(4103),
        "ps_script": _powershell(4104),
        "ps_classic_start": _classic(400),
        "ps_classic_provider_start": _classic(600),
        "ps_classic_script": _classic(800),
    }
)


def feeds_of(
    product: str | None, category: str | None, service: str | None,
    services: Mapping[str, str | Sequence[str]],
) -> tuple[Feed, ...]:  # fmt: skip
    """The events that a log source means; none where we have no map of it.

    Args:
        product: `windows`, the one whose logs are events here.
        category: of the source.
        service: of the source.
        services: which channels each service means.
    """
    if product != "windows" or (category is None and service is None):
        return ()
    told = services.get(service, ()) if service is not None else ()
    channels = (told,) if isinstance(told, str) else tuple(told)
    if category is None:
        return (Feed(channels=channels),) if channels else ()
    feeds = CATEGORIES.get(category, ())
    return feeds if service is None else _within(feeds, channels)


def _within(feeds: tuple[Feed, ...], channels: tuple[str, ...]) -> tuple[Feed, ...]:
    """Where both are named, what both mean."""
    both = (tuple(each for each in feed.channels if each in channels) for feed in feeds)
    pairs = zip(feeds, both, strict=True)
    return tuple(msgspec.structs.replace(feed, channels=left) for feed, left in pairs if left)
