"""Published definitions of files on Windows that no topic names, and why: none is forgotten."""

from __future__ import annotations

from collections.abc import Mapping

LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "another definition names the same files": (
        "WindowsEventLogApplication", "WindowsEventLogSecurity", "WindowsEventLogSystem",
        "WindowsXMLEventLogApplication", "WindowsXMLEventLogPowerShell",
        "WindowsXMLEventLogSecurity", "WindowsXMLEventLogSysmon", "WindowsXMLEventLogSystem",
        "WindowsXMLEventLogTerminalServices",
    ),
    "the collector `ntfs-metadata` takes them, on every NTFS": (
        "NTFSLogFile", "NTFSMFTFiles", "NTFSUSNJournal",
    ),
    "what people wrote, read or looked at, patients' data among it": (
        "ChromeFileSystem", "ChromeIndexedDB", "ChromeLocalStorage", "ChromeSessionStorage",
        "MicrosoftOfficeAutosave", "MicrosoftOutlookOSTFiles", "MicrosoftOutlookPABFiles",
        "MicrosoftOutlookPSTFiles", "UserDownloadsDirectory", "UsersDirectory",
        "WindowsCortanaDatabase", "WindowsSearchDatabaseFile",
        "WindowsSmsRouterInterceptStoreDatabaseFile", "WindowsThumbcacheDatabaseFiles",
    ),
    "passwords and sessions": (
        "ChromiumBasedBrowsersCookiesDatabaseFile", "ChromiumBasedBrowsersLoginDataDatabaseFile",
        "ChromiumBasedBrowsersWebDataDatabaseFile", "FirefoxCookies", "InternetExplorerCookies",
        "TomcatPasswordFile", "WindowsMetroApplicationCookies",
    ),
    "copies of pages and pictures from elsewhere": (
        "ChromiumBasedBrowsersCache", "ChromiumBasedBrowsersFaviconsDatabaseFile", "FirefoxCache",
        "InternetExplorerCache", "JavaCacheFiles", "SafariCacheSQLiteDatabaseFile",
        "WindowsMetroApplicationCache", "WindowsMetroApplicationHistory",
    ),
    "a search of the whole drive; the usual folders are in `HozenServerLogs`": (
        "ApacheAccessLogs", "ApacheErrorLogs",
    ),
    "data or settings of programs that hospitals' terminals don't have": (
        "DockerRootDirectory", "JupyterConfigFile", "LinuxCACertificatesConfiguration",
        "MongoDBDatabasePath", "NodeJSPackageManagerCacheFiles", "RedisConfigFile",
        "SafariDownloadsPlistFile", "SafariHistoryPlistFile", "VSCodeExtensionsPath",
    ),
    "settings of shells in a Linux subsystem, which start nothing of Windows": (
        "BashShellConfigurationFile", "CShellConfigurationFile", "KornShellConfigurationFile",
        "ShellLogoutFile", "ShellProfileFile", "TeeShellConfigurationFile",
        "ZShellConfigurationFile",
    ),
    "files of one intruder of 2014: what rules are for": ("KasperskyCaretoWindowsFile",),
    "folders without a file that is named": (
        "WindowsEnvironmentVariableProgramFiles", "WindowsEnvironmentVariableProgramFilesX86",
        "WindowsMetroUserPinnedFavoriteTiles",
    ),
    "databases that tell little of an intrusion": (
        "ChromePlatformNotifications", "WindowsHelpCenterDatabaseFile",
        "WindowsTileDataLayerDatabase", "WindowsUpdateCatalogDatabaseFile",
        "WindowsWebCacheStorageQuotaDatabaseFile",
    ),
}  # fmt: skip
"""By reason. `--profile full` takes their files like all others, documents withheld."""
