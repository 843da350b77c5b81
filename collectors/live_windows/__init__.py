"""Collectors of a running Windows' volatile state, in the order of volatility.

They ask Windows' own functions, never a program of the host, and open no socket. Everything that
two doors can be asked for is asked for twice; what only one of them shows is told.
"""

from collectors.live_windows.autoruns import WindowsAutoruns
from collectors.live_windows.clock import WindowsClock
from collectors.live_windows.connections import WindowsConnections
from collectors.live_windows.drivers import WindowsDrivers
from collectors.live_windows.network import WindowsNetwork
from collectors.live_windows.processes import WindowsProcesses
from collectors.live_windows.rights import WindowsRights
from collectors.live_windows.services import WindowsServices
from collectors.live_windows.sessions import WindowsSessions
from collectors.live_windows.volumes import WindowsVolumes

LIVE_WINDOWS = (
    WindowsClock, WindowsRights, WindowsConnections, WindowsProcesses, WindowsNetwork,
    WindowsSessions, WindowsVolumes, WindowsServices, WindowsDrivers, WindowsAutoruns,
)  # fmt: skip
"""Every collector of a running Windows' volatile state, what dies first first."""

__all__ = ["LIVE_WINDOWS"]
