"""The examiners, in the order in which they are asked; whoever joins is tested by the contract."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from evidence.triage.by_rules import ByRules
from evidence.triage.evtx.examiner import EventLogs
from evidence.triage.examiner import Examiner
from evidence.triage.files.heads import Heads
from evidence.triage.files.listed import Listed
from evidence.triage.files.times import PutBack
from evidence.triage.linuxlogs.examiner import LinuxLogs
from evidence.triage.means import Means
from evidence.triage.vpn.examiner import VpnLogs

EXAMINERS: MappingProxyType[str, Callable[[Means], Examiner]] = MappingProxyType(
    {
        ByRules.name: ByRules,
        Listed.name: Listed,
        Heads.name: Heads,
        PutBack.name: PutBack,
        EventLogs.name: lambda means: EventLogs(sigma=means.sigma),
        LinuxLogs.name: lambda _: LinuxLogs(),
        VpnLogs.name: lambda _: VpnLogs(),
    }
)
"""Name to what makes one anew for a host."""
