"""Artifacts on disk, as tables of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.places.network import NetworkConfig, RemoteAccess, Ssh
from collectors.places.programs import Packages, RecentExecutables, Temporary, WebRoots
from collectors.places.system import (
    Accounts,
    Cron,
    Init,
    KernelConfig,
    OsIdentity,
    Preload,
    Profiles,
    Systemd,
)

if TYPE_CHECKING:
    from collectors.collector import Collector

PLACES: tuple[Collector, ...] = (
    OsIdentity(), Accounts(), Preload(), Cron(), Systemd(), Ssh(), Init(), Profiles(),
    NetworkConfig(), RemoteAccess(), KernelConfig(), Temporary(), WebRoots(), RecentExecutables(),
    Packages(),
)  # fmt: skip
"""In the order in which they are asked for; overlaps belong to the first."""

__all__ = ["PLACES"]
