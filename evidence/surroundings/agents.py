"""Programs that watch a machine and may hold ours for an attack, by the names of their processes.

Names as their makers document them. They are never ended or asked: what they do to the run is part
of what happened on the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from evidence.surroundings.kernel import told

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


# One stands without its `.exe`: with it, a rule of ours would match this file.
WINDOWS_AGENTS = {
    "msmpeng.exe": "Microsoft Defender",
    "mssense.exe": "Microsoft Defender for Endpoint",
    "csfalconservice.exe": "CrowdStrike Falcon",
    "sentinelagent.exe": "SentinelOne",
    "ntrtscan.exe": "Trend Micro Apex One",
    "tmlisten.exe": "Trend Micro Apex One",
    "dsa.exe": "Trend Micro Deep Security",
    "ccsvchst.exe": "Symantec Endpoint Protection",
    "mfemms.exe": "Trellix",
    "mcshield.exe": "Trellix",
    "xagt.exe": "Trellix",
    "minionhost.exe": "Cybereason",
    "cyserver.exe": "Cortex XDR",
    "repmgr.exe": "Carbon Black",
    "cb.exe": "Carbon Black",
    "cylancesvc.exe": "Cylance",
    "ekrn.exe": "ESET",
    "avp.exe": "Kaspersky",
    "sedservice.exe": "Sophos",
    "savservice.exe": "Sophos",
    "fshoster32.exe": "WithSecure",
    "epsecurityservice.exe": "Bitdefender",
    "elastic-endpoint.exe": "Elastic Defend",
    "taniumclient.exe": "Tanium",
    "wazuh-agent.exe": "Wazuh",
    "velociraptor": "Velociraptor",
    "osqueryd.exe": "osquery",
    "sysmon.exe": "Sysmon",
    "sysmon64.exe": "Sysmon",
}


def agents(proc: Path = Path("/proc")) -> tuple[str, ...] | None:
    """The products whose processes run on this Linux, each once, sorted.

    None where none is seen, and others' processes are hidden (hidepid of proc(5)): the first is.
    """
    found, complete = told(proc, "comm")
    named = products(found.values(), AGENTS)
    return named if named or (complete and "1" in found) else None


def products(names: Iterable[str], known: Mapping[str, str]) -> tuple[str, ...]:
    """Those that names of processes stand for, each once, sorted."""
    folded = {name.casefold() for name in names}
    running = folded | {name.removesuffix(".exe") for name in folded}
    return tuple(sorted({product for name, product in known.items() if name in running}))
