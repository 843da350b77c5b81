"""Collectors of a running Linux machine's volatile state, in the order of volatility.

The clock comes first: it takes no time and dates everything after it. Then what is gone in seconds,
and last the files of running programs, which only those keep that are deleted already.
"""

from collectors.live.clock import Clock
from collectors.live.containers import Containers
from collectors.live.kernel import Kernel
from collectors.live.kernellog import KernelLog
from collectors.live.mounts import Mounts
from collectors.live.network import Network
from collectors.live.processes.census import Processes
from collectors.live.processes.programs import RunningPrograms
from collectors.live.sessions import Sessions
from collectors.live.sockets import Sockets
from collectors.live.timers import Timers

LIVE = (
    Clock, Sockets, Processes, Network, Sessions, Containers, Mounts, Timers, KernelLog,
    Kernel, RunningPrograms,
)  # fmt: skip
"""Every collector of volatile state, what dies first first."""

__all__ = ["LIVE"]
