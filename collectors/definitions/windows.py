"""The topics of Windows: which definitions are taken together, when, and what they can't show."""

from __future__ import annotations

from collectors.artifact import Phase, Profile
from collectors.definitions.topic import Topic


class EventLogs(Topic):
    """Takes Windows' event logs, all channels: logons, services, PowerShell, Defender and the rest.

    They cannot show what was written before a log was cleared or went round, nor what no audit
    policy asked for; events of the last seconds may not be in the file of a running machine.
    """

    name = "event-logs"
    phase = Phase.LOGS
    profile = Profile.QUICK
    kind = "log"
    definitions = ("WindowsEventLogs",)
    mandatory = (
        "Windows/System32/winevt/Logs/System.evtx", "Windows/System32/winevt/Logs/Security.evtx",
    )  # fmt: skip
    begins = b"ElfFile\0"


class Registry(Topic):
    """Takes the registry's hives with their transaction logs: of the system, its users, its boot.

    They hold services, autoruns, devices, shares and what users opened. They cannot show keys that
    live in memory only, nor what the transaction logs no longer have.
    """

    name = "registry"
    profile = Profile.QUICK
    kind = "registry"
    definitions = (
        "WindowsSystemRegistryFiles", "WindowsSystemRegistryTransactionLogFiles",
        "WindowsUserRegistryFiles", "WindowsUserRegistryTransactionLogFiles",
        "HozenWindowsRegistryFiles", "WindowsSystemRegistryFilesBackup",
        "WindowsSystemRegistryTransactionLogFilesBackup",
        "WindowsBootConfigurationDataRegistryFiles",
    )  # fmt: skip
    mandatory = ("Windows/System32/config/SYSTEM", "Windows/System32/config/SOFTWARE")
    begins = b"regf"


class Execution(Topic):
    """Takes what tells of programs that ran: prefetch, Amcache, SRUM, compatibility records.

    They cannot show what was run with prefetch switched off (servers have it off), nor that a
    program which Amcache names was really started.
    """

    name = "execution"
    profile = Profile.QUICK
    definitions = (
        "WindowsPrefetchFiles", "WindowsSuperFetchFiles", "WindowsAMCacheHveFile",
        "WindowsRecentFileCacheBCF", "WindowsSystemResourceUsageMonitorDatabaseFile",
        "WindowsApplicationCompatibilityInstalledShimDatabases", "HozenWindowsExecutionTraces",
        "WindowsStartupInfo",
    )  # fmt: skip


class Autostart(Topic):
    """Takes what starts by itself outside the registry: tasks, start-up folders, WMI, policies.

    It cannot show services and run keys, which are in the registry's hives, nor a task that
    deleted itself after it ran.
    """

    name = "autostart"
    profile = Profile.QUICK
    definitions = (
        "WindowsScheduledTasks", "WindowsStartupFolders", "WindowsCIMRepositoryFiles",
        "WindowsGroupPolicyScripts", "WindowsPowerShellDefaultProfiles", "WindowsHostsFiles",
        "WindowsAutoexecBat", "WindowsConfigSys", "WindowsAutorun", "WindowsWinstart",
        "WindowsSystemIniFiles", "WindowsSecuritySettingsDatabases", "WindowsHotkeyReplacement",
        "WindowsCommonFilePlacementAttacks", "WindowsAppXRT", "WindowsRoverAutostartDLL",
        "DLLHijackLocations", "HozenWindowsAutostart",
    )  # fmt: skip


class PowerShell(Topic):
    """Takes PowerShell's histories and transcripts of every user, and those of shells beside it.

    They cannot show scripts that ran without a console, nor a history that was switched off; the
    event logs may hold the scripts themselves.
    """

    name = "powershell"
    phase = Phase.LOGS
    profile = Profile.QUICK
    kind = "log"
    definitions = (
        "WindowsPowerShellHistory", "HozenPowerShell", "BashShellHistoryFile",
        "BourneShellHistoryFile", "ZShellHistoryFile",
    )  # fmt: skip


class RemoteAccess(Topic):
    """Takes what ways in from outside leave behind: VPN, remote desktop, remote maintenance.

    It cannot show the other end of a connection, nor logs that a vendor keeps in its cloud; the
    names of a program's folder can be changed by whoever installs it.
    """

    name = "windows-remote-access"
    phase = Phase.LOGS
    profile = Profile.QUICK
    kind = "log"
    definitions = (
        "HozenVpnClients", "HozenRemoteMaintenance", "WindowsRDPClientBitmapCache",
        "HozenRemoteDesktop",
    )  # fmt: skip


class Transfers(Topic):
    """Takes what tells of data carried in and out: BITS, download caches, copying programs.

    It cannot show what was carried away: only that a program for it was there and, at times, to
    where it spoke.
    """

    name = "transfers"
    definitions = (
        "WindowsBITSQueueManagerDatabases", "WindowsCryptnetUrlCacheMetadata",
        "WindowsCryptnetUrlCacheContent", "WindowsFirewallLogFile", "DropboxClient",
        "GoogleDriveClient", "SkyDriveClient", "HozenTransferTools",
    )  # fmt: skip


class Antivirus(Topic):
    """Takes logs and quarantines of antivirus products: what they saw, and what they took away.

    Quarantined files are encoded by the product. They cannot show what a product that was switched
    off would have seen.
    """

    name = "antivirus"
    phase = Phase.LOGS
    kind = "log"
    definitions = (
        "MicrosoftAVLogs", "MicrosoftAVQuarantine", "WindowsDefenderScanDetectionHistoryFiles",
        "SymantecAVLogs", "SymantecAVQuarantine", "SophosAVLogs", "SophosAVQuarantine",
        "EsetAVQuarantine", "CrowdstrikeQuarantine", "Bit9LocalCache", "HozenAntivirus",
    )  # fmt: skip


class EndpointManagement(Topic):
    """Takes logs of asset and endpoint management, Japanese products among them.

    They cannot show what is kept on the management server, which has to be asked for.
    """

    name = "endpoint-management"
    phase = Phase.LOGS
    kind = "log"
    definitions = ("HozenEndpointManagement",)


class ServerLogs(Topic):
    """Takes logs of a server's services, from web to mail, and pages by which it runs code.

    They cannot show the content of requests, nor a service whose logs were put elsewhere.
    """

    name = "windows-server-logs"
    phase = Phase.LOGS
    kind = "log"
    definitions = (
        "MicrosoftIISLogs", "MicrosoftSqlServerErrorLogs", "TomcatLogFiles", "NginxAccessLogs",
        "WindowsUserAccessLogging", "WindowsSiemensWinCCLogFile", "HozenServerLogs",
    )  # fmt: skip


class BackupSoftware(Topic):
    """Takes logs and job records of backup programs, not what they have saved.

    They cannot show whether what was saved can be restored: only a trial does.
    """

    name = "backup-software"
    phase = Phase.LOGS
    kind = "log"
    definitions = ("HozenBackupSoftware",)


class SystemTraces(Topic):
    """Takes Windows' own logs and traces: set-up, updates, faults, devices, ETL files.

    They cannot show the content of a large memory dump: that is left to --profile full.
    """

    name = "system-traces"
    definitions = (
        "WindowsSetupApiLogs", "WindowsUpdateLogFile", "WindowsEventTracingLogFiles",
        "WindowsUpdateDataStoreDatabaseFile", "WindowsUpdateStoreDatabaseFile",
        "WindowsStateRepositoryDeploymentDatabaseFile",
        "WindowsStateRepositoryMachineDatabaseFile", "HozenSystemTraces",
    )  # fmt: skip


class UserActivity(Topic):
    """Takes what users opened: jump lists, recent files, shortcuts, the activity history.

    They name documents and places of patients' data, but hold none of their content.
    They cannot show what was opened by a program that keeps no list.
    """

    name = "user-activity"
    definitions = (
        "WindowsUserAutomaticDestinationsJumpLists", "WindowsUserCustomDestinationsJumpLists",
        "WindowsUserRecentFiles", "WindowsActivitiesCacheDatabase", "WindowsRecycleBinMetadata",
        "WindowsPushNotificationDatabaseFile", "HozenUserTraces",
    )  # fmt: skip


class Browsers(Topic):
    """Takes browsers' histories, downloads, extensions and settings.

    Cookies, stored passwords and caches stay where they are. They cannot show what was visited in
    a private window.
    """

    name = "browsers"
    definitions = (
        "ChromiumBasedBrowsersHistoryDatabaseFile", "ChromePreferences",
        "ChromiumBasedBrowsersExtensionActivitySQLiteDatabaseFile",
        "ChromiumBasedBrowsersExtensions", "FirefoxHistory", "FirefoxDownloads", "FirefoxAddOns",
        "InternetExplorerHistoryDatabaseFile", "InternetExplorerIndexDatFiles",
        "OperaHistoryFile", "HozenBrowsers",
    )  # fmt: skip


class HospitalSystems(Topic):
    """Takes logs of programs of medical practice, as far as their places are known.

    Patients' data stay where they are. It cannot show a vendor's own folders: hospitals' systems
    are installed as each vendor likes, and must be asked for.
    """

    name = "hospital-systems"
    phase = Phase.LOGS
    kind = "log"
    definitions = ("HozenHospitalSystems",)


class RecycleBin(Topic):
    """Takes what lies in the recycle bin, with the names and times that it keeps of each file.

    It cannot show what was deleted past the bin.
    """

    name = "recycle-bin"
    definitions = ("WindowsRecycleBin",)


class PrintSpool(Topic):
    """Takes the print spooler's folders: who prints what where.

    Of a job itself (.spl), which is the document, size, times and digest. It cannot show what was
    printed already, unless the printer was told to keep its jobs.
    """

    name = "print-spool"
    definitions = ("HozenPrintSpool",)


class Dumps(Topic):
    """Takes dumps, hibernation and page files that Windows wrote, and temporary folders.

    A dump may hold patients' data and passwords. The record of a hibernation file says by its mark
    whether the machine woke from it since, and whether it was emptied. It cannot show more than the
    moment of a crash.
    """

    name = "dumps"
    profile = Profile.FULL
    definitions = ("WindowsCrashDumps", "HozenMemoryFiles", "WindowsTempDirectories")


class Directory(Topic):
    """Takes the directory of a domain controller, with the password digests of the whole domain.

    It cannot show what other controllers know that was not yet replicated here.
    """

    name = "directory"
    profile = Profile.FULL
    definitions = ("WindowsActiveDirectoryDatabaseFile",)


WINDOWS: tuple[type[Topic], ...] = (
    EventLogs, PowerShell, RemoteAccess, Antivirus, EndpointManagement, ServerLogs, BackupSoftware,
    HospitalSystems, Registry, Execution, Autostart, Transfers, UserActivity, Browsers,
    SystemTraces, RecycleBin, PrintSpool, Dumps, Directory,
)  # fmt: skip
