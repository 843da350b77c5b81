"""What is being taken, by collector, in English and Japanese: behind "Now:", and in reports."""

from __future__ import annotations

TITLES = {
    # What is gone soonest.
    "host-identity": ("which machine this is", "どの端末か"),
    "left-out": ("what this run was asked to leave out", "取得しないように指定されたもの"),
    "wizard-answers": ("what was answered here", "ここでの答え"),
    "clock": ("clocks and time zone", "時計と時間帯"),
    "sockets": ("network connections", "通信の接続"),
    "processes": ("running programs' details", "動作中のプログラムの詳細"),
    "network": ("network addresses and routes", "ネットワークの状態"),
    "sessions": ("who is logged in", "ログイン中の利用者"),
    "containers": ("containers", "コンテナー"),
    "mounts": ("disks and encryption", "ディスクと暗号化"),
    "timers": ("timers", "予約されたタイマー"),
    "kernel-log": ("the kernel's own messages", "OSの中核(カーネル)のメッセージ"),
    "kernel": ("the system's kernel", "OSの中核(カーネル)"),
    "running-programs": ("files of running programs", "動作中のプログラムのファイル"),
    "windows-clock": ("clocks and time zone", "時計と時間帯"),
    "windows-rights": ("what may be read here", "読み取れる範囲"),
    "windows-connections": ("network connections", "通信の接続"),
    "windows-processes": ("running programs", "動作中のプログラム"),
    "windows-network": ("network addresses and shares", "ネットワークの状態と共有"),
    "windows-sessions": ("who is logged on", "ログオン中の利用者"),
    "windows-volumes": ("drives and encryption", "ドライブと暗号化"),
    "windows-services": ("services", "サービス"),
    "windows-drivers": ("drivers", "ドライバー"),
    "windows-autoruns": ("what starts by itself", "自動で起動するもの"),
    "disk": ("partitions of the disk", "ディスクのパーティション"),
    # Memory.
    "memory-symbols": ("what makes memory readable", "メモリを読むための情報"),
    "memory": ("memory", "メモリ"),
    "process-scan": ("rules held against memory", "メモリの規則照合"),
    "process-memory": ("memory of single programs", "プログラムごとのメモリ"),
    "windows-memory": ("memory", "メモリ"),
    # Logs.
    "login-records": ("records of logins", "ログインの記録"),
    "audit": ("audit log", "監査ログ"),
    "journal": ("the system's journal", "システムログ(journal)"),
    "vpn-logs": ("logs of VPN and remote access", "VPNと遠隔接続のログ"),
    "web-logs": ("logs of web servers", "Webサーバーのログ"),
    "shell-histories": ("typed commands", "入力されたコマンドの履歴"),
    "var-log": ("all other logs", "その他のログ"),
    "ntfs-metadata": ("the disk's own index of files", "ファイルの一覧表(NTFS)"),
    "event-logs": ("event logs", "イベントログ"),
    "powershell": ("PowerShell histories", "PowerShellの履歴"),
    "windows-remote-access": ("VPN and remote access", "VPNと遠隔接続"),
    "antivirus": ("antivirus logs and quarantine", "ウイルス対策の記録と隔離"),
    "endpoint-management": ("logs of asset management", "資産管理ソフトのログ"),
    "windows-server-logs": ("logs of a server's services", "サーバー機能のログ"),
    "backup-software": ("logs of backup programs", "バックアップソフトのログ"),
    "hospital-systems": ("logs of medical programs", "医療ソフトのログ"),
    # Files.
    "os-identity": ("name and version of the system", "端末の名前とOSの版"),
    "accounts": ("accounts", "利用者アカウント"),
    "cron": ("scheduled jobs", "定期実行の設定"),
    "systemd": ("services", "サービスの設定"),
    "ssh": ("SSH settings and keys", "SSHの設定と鍵"),
    "init": ("start scripts", "起動スクリプト"),
    "profiles": ("what runs at login", "ログイン時に動くもの"),
    "network-config": ("network settings", "ネットワークの設定"),
    "remote-access": ("remote access settings", "遠隔接続の設定"),
    "kernel-config": ("kernel settings", "カーネルの設定"),
    "preload": ("libraries loaded into programs", "全プログラムに読み込まれる部品"),
    "temporary": ("temporary folders", "一時フォルダー"),
    "web-roots": ("files of web servers", "Webサーバーのファイル"),
    "recent-executables": ("programs that changed lately", "最近変わったプログラム"),
    "packages": ("installed software", "入っているソフトの一覧"),
    "ransom-notes": ("ransom notes, encrypted samples", "脅迫文と暗号化された見本"),
    "referenced-programs": ("programs that others name", "ほかの記録が示すプログラム"),
    "bodyfile": ("names and times of all files", "全ファイルの名前と日時"),
    "two-doors": ("disk held against system", "ディスクとOSの食い違い"),
    "windows-doors": ("disk held against Windows", "ディスクとWindowsの食い違い"),
    "memory-remains": ("memory kept on disk", "ディスクに残るメモリ"),
    "registry": ("registry", "レジストリ"),
    "windows-registry": ("the registry in use", "使用中のレジストリ"),
    "execution": ("traces of programs that ran", "プログラム実行の痕跡"),
    "autostart": ("tasks and start-up folders", "タスクと起動フォルダー"),
    "transfers": ("traces of data carried in or out", "データの出し入れの痕跡"),
    "user-activity": ("what users opened", "利用者が開いたもの"),
    "browsers": ("browsers' histories", "ブラウザーの履歴"),
    "system-traces": ("Windows' own logs and traces", "Windows自身の記録"),
    "recycle-bin": ("recycle bin", "ごみ箱"),
    "print-spool": ("print jobs", "印刷の記録"),
    "dumps": ("memory kept on disk", "ディスクに残るメモリ"),
    "directory": ("domain directory", "ドメインの名簿"),
    "shadow-copies": ("earlier states of the disk", "以前の状態(シャドウコピー)"),
    "files": ("all files", "すべてのファイル"),
    "disk-files": ("all files of the disk", "ディスクの全ファイル"),
    "shadow-files": ("files of earlier states", "以前の状態のファイル"),
    "deleted-files": ("deleted files", "消されたファイル"),
    "swap-partitions": ("swapped-out memory", "ディスクに退避されたメモリ"),
    "named-and-gone": ("files named and gone", "記録にあるが消えたファイル"),
    "disk-image": ("the whole disk", "ディスク全体"),
    "footprint": ("what this run did to the machine", "この実行が端末にしたこと"),
}  # fmt: skip
"""Names of collectors to what a person may call what they take; the wording is no identifier."""


def title(name: str, language: str) -> str:
    """What a collector takes, in words; its own name where it isn't one of ours."""
    english, japanese = TITLES.get(name, (name, name))
    return japanese if language == "ja" else english


def short(name: str, language: str) -> str:
    """The same where there is little room: in English a collector's name says it."""
    return title(name, language) if language == "ja" else name


def titled(name: str, language: str) -> str:
    """The same with a collector's own name behind it, by which `--skip` and a record know it."""
    said = short(name, language)
    return f"{said}({name})" if said != name else name
