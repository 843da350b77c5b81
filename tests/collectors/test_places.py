import os

import hosts
import pytest

from collectors.artifact import Artifact, Phase, Profile, Reason
from collectors.files.source import Source
from collectors.named.leads import Leads
from collectors.named.referenced import Referenced
from collectors.places import PLACES
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

DAY = 86_400 * 10**9
NOW = 1_790_000_000 * 10**9
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n"


@pytest.fixture
def host(tmp_path):
    return hosts.linux(tmp_path)


def origins(found):
    return list(hosts.artifacts(found))


@pytest.mark.parametrize("collector", PLACES, ids=lambda one: one.name)
def test_each_says_what_it_takes_and_what_it_cannot_show(collector):
    assert collector.__doc__.startswith("Takes ")
    assert "cannot show" in " ".join(collector.__doc__.split())
    assert collector.phase is Phase.DISK


@pytest.mark.parametrize("collector", PLACES, ids=lambda one: one.name)
def test_an_empty_machine_gives_gaps_only(tmp_path, collector):
    found = list(collector.collect(hosts.LinuxHost(tmp_path).source()))

    assert hosts.artifacts(found) == {}
    assert all(gap.reason is Reason.ABSENT for gap in hosts.gaps(found).values())


def test_the_names_are_their_own():
    assert len({one.name for one in PLACES}) == len(PLACES)


def test_the_larger_places_wait_for_the_standard_profile():
    assert {one.name for one in PLACES if one.profile is Profile.STANDARD} == {
        "packages", "web-roots", "temporary", "recent-executables",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("collector", "path"),
    [
        (Accounts(), "/etc/shadow"),
        (Accounts(), "/etc/sudoers.d/90-extra"),
        (Accounts(), "/etc/pam.d/sshd"),
        (Cron(), "/etc/crontab"),
        (Cron(), "/var/spool/cron/crontabs/root"),
        (Cron(), "/var/spool/cron/root"),
        (Cron(), "/etc/cron.hourly/job"),
        (Systemd(), "/etc/systemd/system/evil.service"),
        (Systemd(), "/etc/systemd/system/x.service.d/override.conf"),
        (Systemd(), "/usr/lib/systemd/system/ssh.socket"),
        (Systemd(), "/lib/systemd/system/ssh.service"),
        (Systemd(), "/home/u/.config/systemd/user/evil.timer"),
        (Preload(), "/etc/ld.so.preload"),
        (Preload(), "/etc/ld.so.conf.d/x.conf"),
        (Init(), "/etc/rc.local"),
        (Init(), "/etc/init.d/ssh"),
        (Init(), "/etc/inittab"),
        (Profiles(), "/etc/profile.d/x.sh"),
        (Profiles(), "/home/u/.bashrc"),
        (Profiles(), "/home/u/.config/autostart/x.desktop"),
        (Ssh(), "/etc/ssh/sshd_config"),
        (Ssh(), "/root/.ssh/authorized_keys"),
        (Ssh(), "/root/.ssh/known_hosts"),
        (Ssh(), "/root/.ssh/id_ed25519.pub"),
        (KernelConfig(), "/etc/udev/rules.d/99-x.rules"),
        (KernelConfig(), "/etc/modules-load.d/x.conf"),
        (KernelConfig(), "/boot/grub/grub.cfg"),
        (NetworkConfig(), "/etc/netplan/01.yaml"),
        (NetworkConfig(), "/etc/nftables.conf"),
        (NetworkConfig(), "/etc/resolv.conf"),
        (RemoteAccess(), "/etc/wireguard/wg0.conf"),
        (RemoteAccess(), "/home/u/.anydesk/user.conf"),
        (RemoteAccess(), "/etc/openvpn/server/server.conf"),
        (OsIdentity(), "/etc/os-release"),
        (OsIdentity(), "/etc/redhat-release"),
        (OsIdentity(), "/etc/debian_version"),
        (OsIdentity(), "/etc/machine-id"),
        (NetworkConfig(), "/etc/postfix/main.cf"),
        (Init(), "/var/lib/cloud/instances/i-1/user-data.txt"),
        (Systemd(), "/usr/lib/systemd/system-sleep/x"),
        (Profiles(), "/usr/lib/python3/dist-packages/x.pth"),
        (Profiles(), "/home/u/.local/lib/python3.11/site-packages/usercustomize.py"),
        (Profiles(), "/home/u/.vim/plugin/x.vim"),
        (Packages(), "/var/lib/dpkg/info/bash.md5sums"),
        (Packages(), "/var/lib/rpm/Packages"),
        (Temporary(), "/dev/shm/.hidden/x"),
        (Temporary(), "/dev/.udev-backdoor"),
        (WebRoots(), "/var/www/html/upload/shell.php"),
        (WebRoots(), "/var/lib/tomcat9/webapps/x/cmd.jsp"),
        (WebRoots(), "/var/www/html/.htaccess"),
    ],
    ids=lambda one: getattr(one, "name", None) or str(one),
)
def test_each_place_is_looked_at(host, collector, path):
    found = hosts.artifacts(collector.collect(host.with_file(path, "content").source()))

    assert hosts.read(found[path]).data == b"content"


ACCOUNTS = "root:x:0:0::/root:/bin/sh\nwww:x:33:33::/srv/www:/bin/sh\nwww:x:34:34::/no:/bin/sh\n"


@pytest.mark.parametrize(
    ("collector", "path", "content", "named"),
    [
        (Cron(), "/etc/crontab", "* * * * * root /opt/x", ["/opt/x"]),
        (Cron(), "/etc/cron.daily/job", "exec /opt/x", ["/opt/x"]),
        (Systemd(), "/etc/systemd/system/e.service", "ExecStart=/opt/x", ["/opt/x"]),
        (Preload(), "/etc/ld.so.preload", "/lib/x.so", ["/lib/x.so"]),
        (Cron(), "/etc/logrotate.d/x", "y {\n postrotate\n /opt/x\n endscript\n}", ["/opt/x"]),
        (Systemd(), "/etc/systemd/system-generators/g", "#!/bin/sh\n/opt/x", ["/opt/x"]),
        (Systemd(), "/usr/share/dbus-1/system-services/x.service", "Exec=/opt/x", ["/opt/x"]),
        (Systemd(), "/root/.local/share/dbus-1/services/x.service", "Exec=/opt/x", ["/opt/x"]),
        (Init(), "/etc/supervisor/conf.d/x.conf", "command=/opt/x -y", ["/opt/x"]),
        (Init(), "/etc/acpi/events/x", "action=/opt/x", ["/opt/x"]),
        (Profiles(), "/root/.gitconfig", "[core]\n fsmonitor = /opt/x", ["/opt/x"]),
        (KernelConfig(), "/etc/grub.d/99_x", "/opt/x", ["/opt/x"]),
        (NetworkConfig(), "/etc/networkd-dispatcher/routable.d/x", "/opt/x", ["/opt/x"]),
        (NetworkConfig(), "/etc/snmp/snmpd.conf", "extend x /opt/x", ["/opt/x"]),
        (NetworkConfig(), "/etc/aliases", 'x: "|/opt/x"', ["/opt/x"]),
        (Packages(), "/etc/apt/apt.conf.d/x", 'A::Pre-Invoke {"/opt/x || true"; };', ["/opt/x"]),
        (Profiles(), "/root/.bashrc", ". /opt/x", ["/opt/x"]),
        (Profiles(), "/root/.config/autostart/x.desktop", "Exec=/opt/x", ["/opt/x"]),
        (Ssh(), "/root/.ssh/authorized_keys", 'command="/opt/x" ssh-rsa A', ["/opt/x"]),
        (KernelConfig(), "/etc/udev/rules.d/x.rules", 'RUN+="/opt/x"', ["/opt/x"]),
        (Init(), "/etc/inittab", "a:3:once:/opt/x", ["/opt/x"]),
        (Init(), "/etc/rc.local", 'su - www -c "/opt/x -y"; ~/z', ["/opt/x", "/root/z"]),
        (Cron(), "/etc/cron.d/job", "@daily www ~/x; ./y", ["/srv/www/x", "/srv/www/y"]),
        (Cron(), "/var/spool/cron/crontabs/www", "@reboot $HOME/x", ["/srv/www/x"]),
        (Cron(), "/var/spool/cron/crontabs/gone", "@reboot ~/x; /y", ["/y"]),
        (Cron(), "/etc/anacrontab", "@monthly 5 a nice run-parts /etc/x", ["/etc/x/"]),
        (Systemd(), "/etc/systemd/system/h.service", "ExecStart=%h/x", ["/root/x"]),
        (Profiles(), "/srv/www/.profile", '. "$HOME/.x"; ~/y', ["/srv/www/.x", "/srv/www/y"]),
        (Accounts(), "/etc/pam.d/sshd", "auth required pam_exec.so /opt/x", ["/opt/x"]),
        (Accounts(), "/usr/lib/pam.d/sshd", "auth required pam_exec.so /opt/x", ["/opt/x"]),
        (Accounts(), "/etc/sudoers.d/x", "a ALL=NOPASSWD: /opt/x, /opt/y", ["/opt/x", "/opt/y"]),
        (KernelConfig(), "/etc/binfmt.d/x.conf", ":x:M::ab::/opt/x:OC", ["/opt/x"]),
        (NetworkConfig(), "/etc/rsyslog.d/x.conf", "auth.* ^/opt/x;fmt", ["/opt/x"]),
        (NetworkConfig(), "/etc/rsyslog.conf", 'action(binary="/opt/x -a")', ["/opt/x"]),
        (NetworkConfig(), "/etc/docker/daemon.json", '{"path":"/opt/x","a":1}', ["/opt/x"]),
        (NetworkConfig(), "/etc/containers/oci/hooks.d/x.json", '["/opt/x"]', ["/opt/x"]),
        (NetworkConfig(), "/etc/NetworkManager/dispatcher.d/x", "/opt/x", ["/opt/x"]),
        (NetworkConfig(), "/usr/lib/NetworkManager/dispatcher.d/x", "/opt/x", ["/opt/x"]),
        (Profiles(), "/etc/update-motd.d/00-x", "/opt/x", ["/opt/x"]),
        (Profiles(), "/etc/gdm3/PostLogin/Default", "/opt/x", ["/opt/x"]),
        (Profiles(), "/root/.git/hooks/post-merge", "/opt/x", ["/opt/x"]),
        (Profiles(), "/root/src/a/.git/hooks/post-merge", "/opt/x", ["/opt/x"]),
        (Profiles(), "/etc/.git/hooks/pre-commit", "/opt/x", ["/opt/x"]),
        (Profiles(), "/root/src/.git/config", "[core]\nhooksPath = /opt/x", ["/opt/x/"]),
        (Profiles(), "/etc/gitconfig", "[alias]\n st = !/opt/x -a", ["/opt/x"]),
        (KernelConfig(), "/etc/udev/rules.d/y.rules", 'PROGRAM="x %k"', ["/usr/lib/udev/x"]),
        (KernelConfig(), "/etc/sysctl.d/x.conf", "kernel.core_pattern=|/opt/x %p", ["/opt/x"]),
    ],
    ids=lambda one: getattr(one, "name", None) or str(one),
)
def test_what_an_artifact_names_is_found_in_it(host, collector, path, content, named):
    host.with_folder("/srv/www").with_file("/etc/passwd", ACCOUNTS)

    artifact = hosts.artifacts(collector.collect(host.with_file(path, content).source()))[path]

    assert artifact.references is not None
    assert list(artifact.references(hosts.read(artifact).data)) == named


@pytest.mark.parametrize(
    ("collector", "path", "content"),
    [
        (Ssh(), "/etc/ssh/ssh_host_ed25519_key", KEY),
        (Ssh(), "/root/.ssh/id_rsa", "-----BEGIN RSA PRIVATE KEY-----\n"),
        (Ssh(), "/home/u/.ssh/odd-name", KEY),
        (Ssh(), "/home/u/.ssh/putty", "PuTTY-User-Key-File-3: ssh-ed25519\n"),
        (RemoteAccess(), "/etc/openvpn/server.key", "-----BEGIN PRIVATE KEY-----\n"),
        (RemoteAccess(), "/etc/openvpn/a.pem", "Bag\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n"),
    ],
    ids=lambda one: getattr(one, "name", None) or str(one),
)
def test_private_keys_stay_where_they_are(host, collector, path, content):
    found = list(collector.collect(host.with_file(path, content, mode=0o600).source()))

    assert hosts.artifacts(found) == {}
    gap = hosts.gaps(found)[path]
    assert gap.reason is Reason.SKIPPED
    assert gap.detail == "a private key; only its presence and metadata are recorded"
    assert gap.stat.mode == 0o100600


def test_things_that_every_linux_should_have_are_gaps_when_missing(host):
    gaps = hosts.gaps(Accounts().collect(host.source()))

    assert {"/etc/shadow", "/etc/group", "/etc/sudoers"} <= set(gaps)
    assert len(gaps) < 10


def test_what_git_does_not_run_is_left(host):
    host.with_file("/root/.git/hooks/pre-push.sample", "x").with_file("/root/.git/hooks/x", "y")
    found = hosts.artifacts(Profiles().collect(host.source()))

    assert [path for path in found if ".git" in path] == ["/root/.git/hooks/x"]


def test_pictures_in_a_web_root_are_left(host):
    host.with_file("/var/www/a.jpg").with_file("/var/www/a.php").with_file("/var/www/a.PHP5")

    assert origins(WebRoots().collect(host.source())) == ["/var/www/a.PHP5", "/var/www/a.php"]


def test_the_devices_themselves_make_no_noise(host):
    host.with_folder("/dev")
    os.mknod(host.path("/dev/null"), 0o20666, os.makedev(1, 3))
    host.with_link("/dev/stdin", "/proc/self/fd/0").with_folder("/tmp")
    host.with_folder("/var/tmp").with_folder("/dev/shm")

    assert list(Temporary().collect(host.source())) == []


def recent(host, **options):
    collector = RecentExecutables(now_ns=NOW)
    for name, value in options.items():
        setattr(collector, name, value)
    return list(collector.collect(host.source()))


def test_programs_changed_lately_are_taken_and_old_ones_left(host):
    host.with_file("/usr/bin/new", "n", mode=0o755, mtime=NOW - 29 * DAY)
    host.with_file("/usr/bin/old", "o", mode=0o755, mtime=NOW - 31 * DAY)
    host.with_file("/usr/bin/text", "t", mode=0o644, mtime=NOW)

    assert origins(recent(host)) == ["/usr/bin/new"]


def test_setuid_programs_are_taken_at_any_age(host):
    host.with_file("/usr/bin/su", "s", mode=0o4755, mtime=0)
    host.with_file("/usr/sbin/g", "g", mode=0o2755, mtime=0)

    assert origins(recent(host)) == ["/usr/bin/su", "/usr/sbin/g"]


def test_programs_in_homes_and_open_places_are_taken_at_any_age(host):
    host.with_file("/home/u/.cache/x", mode=0o700, mtime=0)
    host.with_file("/tmp/.X11/y", mode=0o755, mtime=0)

    assert origins(recent(host)) == ["/tmp/.X11/y", "/home/u/.cache/x"]


def test_a_program_folder_that_is_a_link_is_looked_at_once(host):
    host.with_file("/usr/bin/x", mode=0o4755).with_link("/bin", "usr/bin")

    assert origins(recent(host)) == ["/usr/bin/x"]


def test_programs_beyond_the_limit_are_gaps_with_their_metadata(host, monkeypatch):
    monkeypatch.setattr(RecentExecutables, "most", 1)
    host.with_file("/usr/bin/a", mode=0o4755).with_file("/usr/bin/b", mode=0o4755)

    found = recent(host)

    assert origins(found) == ["/usr/bin/a"]
    assert hosts.gaps(found)["/usr/bin/b"].stat.mode == 0o104755


def test_a_copy_is_judged_by_its_last_sign_of_life(host):
    host.with_file("/var/log/wtmp", mtime=1_000 * DAY).with_file("/etc/passwd", mtime=0)
    os.utime(host.path("/var/log"), ns=(0, 0))
    host.with_file("/usr/bin/then", mode=0o755, mtime=990 * DAY)
    host.with_file("/usr/bin/before", mode=0o755, mtime=900 * DAY)

    assert origins(RecentExecutables().collect(host.source())) == ["/usr/bin/then"]


def test_this_machine_gives_artifacts_that_open(host):
    source = Source()
    found = [one for place in (OsIdentity(), Accounts()) for one in place.collect(source)]
    taken = [hosts.read(one) for one in found if isinstance(one, Artifact)]
    source.guard.close()

    assert len(taken) >= 5
    assert any(b"root:" in one.data for one in taken)


def test_what_a_quoted_command_of_rc_local_runs_is_taken_and_no_gap(host):
    content = 'su - www -c "/opt/m/miner -x"\nnohup sh -c "~/.m >/dev/null" &\n'
    host.with_file("/etc/rc.local", content).with_file("/opt/m/miner", "evil")
    source = host.with_file("/root/.m", "worse").source()
    script = hosts.artifacts(Init().collect(source))["/etc/rc.local"]
    named = Leads((path, 1) for path in script.references(hosts.read(script).data))

    found = list(Referenced(named).collect(source))

    assert {one.origin: hosts.read(one).data for one in found} == {
        "/opt/m/miner": b"evil", "/root/.m": b"worse",
    }  # fmt: skip
