"""Which plugins of Volatility 3 are run on an image of a Windows, and which are not, and why."""

from __future__ import annotations

from evidence.memory.plugins import Plugins, Words

_PROCESSES = "windows.pslist.PsList"
_RUN = (
    _PROCESSES,
    # processes, and those that hide from the list
    "windows.info.Info", "windows.pstree.PsTree", "windows.psscan.PsScan",
    "windows.malware.psxview.PsXView", "windows.cmdline.CmdLine", "windows.envars.Envars",
    "windows.getsids.GetSIDs", "windows.privileges.Privs", "windows.sessions.Sessions",
    "windows.joblinks.JobLinks",
    # code in processes that is not what it says
    "windows.dlllist.DllList", "windows.malware.ldrmodules.LdrModules",
    "windows.malware.malfind.Malfind", "windows.malware.hollowprocesses.HollowProcesses",
    "windows.malware.processghosting.ProcessGhosting",
    "windows.malware.pebmasquerade.PebMasquerade",
    "windows.malware.suspicious_threads.SuspiciousThreads",
    "windows.suspended_threads.SuspendedThreads",
    "windows.malware.direct_system_calls.DirectSystemCalls",
    "windows.malware.indirect_system_calls.IndirectSystemCalls",
    "windows.malware.unhooked_system_calls.UnhookedSystemCalls", "windows.etwpatch.EtwPatch",
    "windows.malware.skeleton_key_check.Skeleton_Key_Check",
    # what was typed, and the network
    "windows.cmdscan.CmdScan", "windows.consoles.Consoles", "windows.netscan.NetScan",
    "windows.netstat.NetStat",
    # what starts by itself, and what was started
    "windows.svcscan.SvcScan", "windows.svclist.SvcList", "windows.malware.svcdiff.SvcDiff",
    "windows.getservicesids.GetServiceSIDs", "windows.registry.hivelist.HiveList",
    "windows.registry.scheduled_tasks.ScheduledTasks", "windows.registry.amcache.Amcache",
    "windows.registry.userassist.UserAssist", "windows.shimcachemem.ShimcacheMem",
    # files
    "windows.handles.Handles", "windows.filescan.FileScan", "windows.mutantscan.MutantScan",
    "windows.symlinkscan.SymlinkScan", "windows.mftscan.MFTScan", "windows.mftscan.ADS",
    "windows.mbrscan.MBRScan",
    # the kernel, and what changes it
    "windows.modules.Modules", "windows.modscan.ModScan", "windows.driverscan.DriverScan",
    "windows.unloadedmodules.UnloadedModules", "windows.malware.drivermodule.DriverModule",
    "windows.driverirp.DriverIrp", "windows.devicetree.DeviceTree", "windows.ssdt.SSDT",
    "windows.callbacks.Callbacks", "windows.timers.Timers",
    "windows.orphan_kernel_threads.Threads",
)  # fmt: skip

_SECRETS: Words = (
    "it writes secrets into its rows, which hardly any case needs there: run it yourself where "
    "yours does",
    "秘密の情報そのものを結果に書き出すため実行しません。必要な案件では個別に実行してください",
)
_LEFT_OUT = dict.fromkeys(
    (
        "windows.registry.hashdump.Hashdump", "windows.registry.lsadump.Lsadump",
        "windows.registry.cachedump.Cachedump", "windows.truecrypt.Passphrase",
    ),
    _SECRETS,
)  # fmt: skip

_WITHOUT_SYMBOLS = frozenset({"windows.mftscan.MFTScan", "windows.mftscan.ADS"})

WINDOWS = Plugins(run=_RUN, left_out=_LEFT_OUT, without_symbols=_WITHOUT_SYMBOLS)
