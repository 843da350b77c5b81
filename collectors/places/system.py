"""Places of the system itself: who may log in, what starts by itself, what the machine is."""

from __future__ import annotations

import re

from collectors.named import pointers
from collectors.places.place import SETTINGS, Place, Row

_PYTHON = ("/etc/python3*", "/usr/lib/python3*", "/usr/lib/python3*/*-packages",
           "/usr/lib64/python3*/site-packages", "/usr/local/lib/python3*/*-packages")  # fmt: skip
_WORK = ("", "*/", "*/*/")  # below a home
_NO_SAMPLE = re.compile(r"^(?!.*\.sample$)")  # git's own examples, which it doesn't run
_STARTED = ("*.pth", "sitecustomize.py", "usercustomize.py")  # by every start of Python


class OsIdentity(Place):
    """Takes what the machine calls itself: release, host name, machine id, zone, locale.

    It cannot show what these files said earlier, nor hardware; the names in them can be forged.
    """

    name = "os-identity"
    rows = (
        Row(
            patterns=("/etc/os-release", "/etc/hostname", "/etc/machine-id", "/etc/localtime",
                      "/etc/hosts", "/etc/fstab"),
        ),
        Row(
            patterns=(
                "/etc/timezone", "/etc/issue", "/etc/issue.net", "/etc/motd", "/etc/*release",
                "/etc/*version", "/usr/lib/os-release", "/etc/lsb-release", "/etc/adjtime",
                "/etc/default/locale", "/etc/locale.conf", "/etc/sysconfig/clock",
                "/etc/sysconfig/i18n", "/etc/sysconfig/network", "/etc/HOSTNAME", "/etc/crypttab",
                "/etc/chrony*", "/etc/chrony/**", "/etc/ntp.conf", "/var/lib/dbus/machine-id",
                "/var/lib/systemd/timesync/clock", "/etc/systemd/timesyncd.conf",
            ),
            optional=True,
            limits=SETTINGS,
        ),
    )  # fmt: skip


class Accounts(Place):
    """Takes accounts, groups, password hashes, sudo and login rules.

    It cannot show accounts of a directory service, nor one that was removed before (but see the
    backup copies with a dash).
    """

    name = "accounts"
    rows = (
        Row(patterns=("/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow",
                      "/etc/login.defs")),
        Row(patterns=("/etc/sudoers", "/etc/sudoers.d/**", "/etc/pam.d/**"),
            references=pointers.lines, limits=SETTINGS),
        Row(patterns=("/usr/lib/pam.d/**", "/etc/pam.conf"), optional=True,
            references=pointers.lines, limits=SETTINGS),
        Row(
            patterns=(
                "/etc/passwd-", "/etc/shadow-", "/etc/group-", "/etc/gshadow-", "/etc/subuid*",
                "/etc/subgid*", "/etc/security/**", "/etc/shells", "/etc/securetty",
                "/etc/nsswitch.conf", "/etc/doas.conf", "/etc/sssd/**",
                "/etc/krb5.conf", "/etc/polkit-1/**", "/var/lib/AccountsService/**",
                "/etc/nologin", "/etc/adduser.conf", "/etc/default/useradd",
            ),
            optional=True,
            limits=SETTINGS,
        ),
    )  # fmt: skip


class Cron(Place):
    """Takes scheduled jobs of the system and of every user: cron, anacron, at; logrotate's scripts.

    It cannot show jobs that removed themselves after they ran; timers are among systemd's units.
    """

    name = "cron"
    rows = (
        Row(patterns=("/etc/crontab", "/etc/cron.d/**"), references=pointers.system_cron),
        Row(
            patterns=("/var/spool/cron/atjobs/*", "/var/spool/cron/atspool/*", "/var/spool/at/**",
                      "/etc/cron.hourly/**", "/etc/cron.daily/**", "/etc/cron.weekly/**",
                      "/etc/cron.monthly/**"),
            optional=True, references=pointers.shell, limits=SETTINGS,
        ),
        Row(patterns=("/var/spool/cron/**",), references=pointers.cron, by_account=True,
            limits=SETTINGS),
        Row(patterns=("/etc/anacrontab",), optional=True, references=pointers.anacron),
        Row(patterns=("/etc/incron.d/**", "/var/spool/incron/**"), optional=True,
            references=pointers.lines),
        Row(patterns=("/etc/logrotate.conf", "/etc/logrotate.d/**"), optional=True,
            references=pointers.shell),
        Row(patterns=("/etc/cron.allow", "/etc/cron.deny", "/etc/at.allow", "/etc/at.deny",
                      "/var/spool/anacron/*"), optional=True),
    )  # fmt: skip


class Systemd(Place):
    """Takes systemd's units, drop-ins, generators, sleep hooks, and D-Bus's services.

    It cannot show units that ran from memory only (transient ones are under /run), nor which of
    them really ran: that is in the journal.
    """

    name = "systemd"
    rows = (
        Row(
            patterns=("/etc/systemd/*-generators/*", "/run/systemd/*-generators/*",
                      "/usr/local/lib/systemd/*-generators/*", "/usr/lib/systemd/*-generators/*",
                      "/lib/systemd/*-generators/*", "/usr/lib/systemd/system-sleep/*",
                      "/usr/lib/systemd/system-shutdown/*", "/lib/systemd/system-sleep/*",
                      "/lib/systemd/system-shutdown/*"),
            optional=True, references=pointers.shell, limits=SETTINGS,
        ),
        Row(patterns=("/etc/systemd/**",), references=pointers.systemd, limits=SETTINGS),
        Row(
            patterns=(
                "/run/systemd/system/**", "/run/systemd/transient/**", "/run/systemd/generator*/**",
                "/usr/local/lib/systemd/**",
                "/usr/lib/systemd/system/*.service", "/usr/lib/systemd/system/*.timer",
                "/usr/lib/systemd/system/*.socket", "/usr/lib/systemd/system/*.path",
                "/usr/lib/systemd/system/*.d/*", "/usr/lib/systemd/user/*.service",
                "/usr/lib/systemd/user/*.timer", "/lib/systemd/system/*.service",
                "/lib/systemd/system/*.timer", "/lib/systemd/system/*.socket",
                "/lib/systemd/system/*.path", "/etc/dbus-1/system.d/*",
            ),
            optional=True, references=pointers.systemd, limits=SETTINGS,
        ),
        Row(patterns=("/usr/share/dbus-1/system-services/*.service",
                      "/usr/local/share/dbus-1/system-services/*.service"),
            optional=True, references=pointers.desktop, limits=SETTINGS),
        Row(patterns=(".local/share/dbus-1/services/*",), homes=True,
            references=pointers.desktop, limits=SETTINGS),
        Row(patterns=(".config/systemd/**", ".local/share/systemd/**"), homes=True,
            references=pointers.systemd, limits=SETTINGS),
        Row(patterns=("/var/lib/systemd/linger/*", "/var/lib/systemd/timers/*"), optional=True),
    )  # fmt: skip


class Preload(Place):
    """Takes the loader's settings: libraries that are forced into every program.

    It cannot show a preload that was set for one process only; that is in its environment.
    """

    name = "preload"
    rows = (
        Row(patterns=("/etc/ld.so.preload",), optional=True, references=pointers.preload),
        Row(patterns=("/etc/ld.so.conf", "/etc/ld.so.cache")),
        Row(patterns=("/etc/ld.so.conf.d/**", "/etc/ld-musl*.path", "/etc/ld.so.preload*"),
            optional=True),
    )  # fmt: skip


class Init(Place):
    """Takes start scripts of System V init, upstart, OpenRC, supervisors and cloud-init; rc.local.

    It cannot show whether a script was ever run.
    """

    name = "init"
    rows = (
        Row(patterns=("/etc/inittab",), optional=True, references=pointers.inittab),
        Row(
            patterns=("/etc/init.d/**", "/etc/rc.d/**", "/etc/rc?.d/*", "/etc/rcS.d/*",
                      "/etc/rc.local", "/etc/rc", "/etc/rc.conf", "/etc/conf.d/**", "/etc/init/**",
                      "/etc/local.d/**", "/etc/default/*", "/etc/runlevels/**", "/etc/acpi/**",
                      "/etc/pm/**", "/etc/needrestart/**", "/var/lib/cloud/scripts/**",
                      "/var/lib/cloud/instances/*/scripts/**",
                      "/var/lib/cloud/instances/*/user-data*"),
            optional=True, references=pointers.shell, limits=SETTINGS,
        ),
        Row(patterns=("/etc/supervisor*", "/etc/supervisor/**", "/etc/supervisord.d/*",
                      "/etc/monit*", "/etc/monit/**", "/etc/monit.d/*", "/etc/cloud/**"),
            optional=True, references=pointers.lines, limits=SETTINGS),
    )  # fmt: skip


class Profiles(Place):
    """Takes what shells and desktops run at login, for all and in every home; editors and Python.

    It cannot show settings that a program was started with by hand.
    """

    name = "profiles"
    rows = (
        Row(patterns=("/etc/profile",), references=pointers.shell),
        Row(
            patterns=("/etc/profile.d/**", "/etc/bash*", "/etc/bash_completion.d/*",
                      "/etc/environment", "/etc/environment.d/**", "/etc/zsh/**", "/etc/zsh*",
                      "/etc/csh*", "/etc/fish/**", "/etc/ksh*", "/etc/inputrc", "/etc/skel/**",
                      "/etc/update-motd.d/**", "/etc/X11/Xsession*", "/etc/X11/Xsession.d/*",
                      "/etc/X11/xinit/**", "/etc/gdm*/**", "/etc/lightdm/**", "/etc/sddm*/**"),
            optional=True, references=pointers.shell, limits=SETTINGS,
        ),
        Row(patterns=("/etc/xdg/autostart/**", "/usr/share/autostart/*.desktop"), optional=True,
            references=pointers.desktop),
        Row(
            patterns=(".profile", ".bash_profile", ".bash_login", ".bashrc", ".bash_logout",
                      ".bash_aliases", ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout",
                      ".kshrc", ".mkshrc", ".cshrc", ".tcshrc", ".login", ".config/fish/**",
                      ".xinitrc", ".xsession", ".xprofile", ".xsessionrc", ".pam_environment",
                      ".config/environment.d/*", ".inputrc", ".vimrc", ".exrc", ".gdbinit",
                      ".pythonrc*", ".forward", ".procmailrc", ".rhosts", ".tmux.conf",
                      ".screenrc"),
            homes=True, references=pointers.shell, limits=SETTINGS,
        ),
        Row(patterns=("/etc/gitconfig",), optional=True, references=pointers.git),
        Row(patterns=(".gitconfig", ".config/git/config"), homes=True, references=pointers.git),
        Row(patterns=tuple(f"{folder}.git/config" for folder in _WORK), homes=True,
            references=pointers.git, limits=SETTINGS),
        Row(patterns=tuple(f"{folder}.git/hooks/**" for folder in _WORK), homes=True,
            match=_NO_SAMPLE, references=pointers.shell, limits=SETTINGS),
        Row(patterns=("/etc/.git/config", "/opt/*/.git/config", "/srv/*/.git/config",
                      "/var/www/*/.git/config"),
            optional=True, references=pointers.git, limits=SETTINGS),
        Row(patterns=("/etc/.git/hooks/**", "/opt/*/.git/hooks/**", "/srv/*/.git/hooks/**",
                      "/var/www/*/.git/hooks/**"),
            optional=True, match=_NO_SAMPLE, references=pointers.shell, limits=SETTINGS),
        Row(patterns=tuple(f"{folder}/{name}" for folder in _PYTHON for name in _STARTED),
            optional=True, limits=SETTINGS),
        Row(
            patterns=(*(f".local/lib/python3*/site-packages/{name}" for name in _STARTED),
                      ".vim/plugin/**", ".vim/autoload/**", ".config/nvim/init.*"),
            homes=True, limits=SETTINGS,
        ),
        Row(patterns=(".config/autostart/**", ".config/autostart-scripts/**"), homes=True,
            references=pointers.desktop),
    )  # fmt: skip


class KernelConfig(Place):
    """Takes settings of the kernel: modules, parameters, device rules, boot loader.

    It cannot show the kernel and the initial file system themselves; of /boot it takes settings.
    """

    name = "kernel-config"
    rows = (
        Row(patterns=("/etc/modprobe.d/**",), references=pointers.lines),
        Row(
            patterns=("/etc/modules", "/etc/modules-load.d/**", "/etc/modprobe.conf",
                      "/usr/lib/modules-load.d/*", "/usr/lib/modprobe.d/*", "/run/modprobe.d/*",
                      "/run/modules-load.d/*", "/etc/sysctl.conf", "/etc/sysctl.d/**",
                      "/usr/lib/sysctl.d/*", "/usr/local/lib/sysctl.d/*", "/run/sysctl.d/*",
                      "/etc/tmpfiles.d/*",
                      "/etc/kernel/**", "/etc/initramfs-tools/**", "/etc/dracut.conf.d/*",
                      "/etc/dkms/**"),
            optional=True, references=pointers.lines, limits=SETTINGS,
        ),
        Row(patterns=("/etc/binfmt.d/*", "/usr/lib/binfmt.d/*", "/run/binfmt.d/*",
                      "/usr/local/lib/binfmt.d/*"),
            optional=True, references=pointers.binfmt, limits=SETTINGS),
        Row(patterns=("/etc/udev/**", "/usr/lib/udev/rules.d/*", "/run/udev/rules.d/*"),
            optional=True, references=pointers.udev, limits=SETTINGS),
        Row(
            patterns=("/boot/grub*/grub.cfg", "/boot/grub*/grubenv", "/boot/grub*/custom.cfg",
                      "/boot/loader/**", "/boot/extlinux/*.conf", "/boot/config-*",
                      "/boot/efi/EFI/*/grub.cfg", "/boot/cmdline.txt"),
            optional=True, limits=SETTINGS,
        ),
        Row(patterns=("/etc/grub.d/*",), optional=True, references=pointers.shell),
    )  # fmt: skip
