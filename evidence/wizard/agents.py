"""Programs that watch a machine and may hold ours for an attack, by the names of their processes.

Names as their makers document them. They are never ended or asked: what they do to the run is part
of what happened on the machine.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

# The kernel keeps 15 characters of a name (proc_pid_comm(5)).
AGENTS = {
    "clamd": "ClamAV",
    "freshclam": "ClamAV",
    "falcon-sensor": "CrowdStrike Falcon",
    "falcon-sensor-b": "CrowdStrike Falcon",
    "wdavdaemon": "Microsoft Defender",
    "ds_agent": "Trend Micro Deep Security",
    "ds_am": "Trend Micro Deep Security",
    "xagt": "Trellix",
    "mfetpd": "Trellix",
    "cbagentd": "Carbon Black",
    "cbdaemon": "Carbon Black",
    "s1-agent": "SentinelOne",
    "sentinelone-age": "SentinelOne",
    "elastic-endpoin": "Elastic Defend",
    "savd": "Sophos",
    "sophosfsd": "Sophos",
    "kesl": "Kaspersky",
    "cylancesvc": "Cylance",
    "fsavd": "WithSecure",
    "wazuh-agentd": "Wazuh",
    "taniumclient": "Tanium",
    "osqueryd": "osquery",
}


def agents(proc: Path = Path("/proc")) -> list[str]:
    """The products whose processes run, each once, sorted."""
    found = set()
    for path in proc.glob("[0-9]*/comm"):
        with suppress(OSError):  # it ended meanwhile
            found.add(path.read_bytes().decode("utf-8", "replace").strip().casefold())
    return sorted({product for name, product in AGENTS.items() if name in found})
