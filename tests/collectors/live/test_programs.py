"""The files behind running processes."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys

import hosts
import pytest
from busy import leaderless

from collectors.artifact import Reason
from collectors.files.source import Source
from collectors.live.processes import programs
from collectors.live.processes.census import Processes
from collectors.live.processes.executed import Script, scripts
from collectors.live.processes.interpreters import INPUT as READ
from collectors.live.processes.interpreters import named
from collectors.live.processes.programs import RunningPrograms

INPUT = READ.decode()


def only(*pids):
    class Only(Source):
        def listing(self, path):
            return [(str(p), "d") for p in pids] if path == "/proc" else super().listing(path)

    return Only("/")


@pytest.fixture
def sleeper(tmp_path):
    copy = tmp_path / "sleeper"
    shutil.copy(shutil.which("sleep"), copy)
    with open(copy, "ab") as file:
        file.write(os.urandom(16))  # so that its digest is nobody else's
    children = [subprocess.Popen([copy, "3600"]) for _ in range(2)]
    yield copy, children
    for child in children:
        child.kill()
        child.wait()


def test_a_program_is_taken_once_for_all_its_processes(sleeper, collected):
    copy, children = sleeper
    result = collected(RunningPrograms, only(*(child.pid for child in children)))

    digest = hashlib.sha256(copy.read_bytes()).hexdigest()
    assert hashlib.sha256(result.raw[str(copy)]).hexdigest() == digest
    (row,) = result.document["programs"]
    assert row["sha256"] == digest
    assert row["pids"] == sorted(child.pid for child in children)
    assert (row["size"], row["inode"]) == (copy.stat().st_size, copy.stat().st_ino)
    assert row["why"] is None


def test_a_deleted_program_is_taken_through_its_process(sleeper, collected):
    copy, children = sleeper
    data = copy.read_bytes()
    copy.unlink()
    result = collected(RunningPrograms, only(children[0].pid))

    origin = f"/proc/{children[0].pid}/exe"
    assert result.raw[origin] == data
    row = result.row("programs", origin=origin)
    assert (row["path"], row["deleted"]) == (str(copy), True)
    assert row["sha256"] == hashlib.sha256(data).hexdigest()


def test_a_deleted_program_whose_first_thread_ended_is_taken_through_another(tmp_path, collected):
    copy = tmp_path / "python"
    shutil.copy(os.path.realpath(sys.executable), copy)
    content = copy.read_bytes()
    home = {"PYTHONHOME": sys.base_prefix, "LD_LIBRARY_PATH": f"{sys.base_prefix}/lib"}
    with leaderless(b"nothing", program=copy, env=home) as child:
        copy.unlink()
        result = collected(RunningPrograms, only(child.pid))
    (row,) = result.document["programs"]

    assert (row["path"], row["deleted"], row["pids"]) == (str(copy), True, [child.pid])
    assert content in result.raw.values()


def test_a_file_put_in_the_programs_place_is_not_taken_for_it(sleeper, collected):
    copy, children = sleeper
    data = copy.read_bytes()
    copy.unlink()
    copy.write_bytes(b"innocent")
    result = collected(RunningPrograms, only(children[0].pid))

    assert result.raw == {f"/proc/{children[0].pid}/exe": data}


def test_a_decoy_with_the_kernels_mark_in_its_name_is_not_taken_for_it(sleeper, collected):
    copy, children = sleeper
    data = copy.read_bytes()
    copy.unlink()
    copy.with_name("sleeper (deleted)").write_bytes(b"innocent")
    result = collected(RunningPrograms, only(children[0].pid))

    assert result.raw == {f"/proc/{children[0].pid}/exe": data}
    assert result.document["programs"][0]["deleted"] is True


def test_a_program_really_named_deleted_is_not_called_so(tmp_path, collected):
    copy = tmp_path / "odd (deleted)"
    shutil.copy(shutil.which("sleep"), copy)
    child = subprocess.Popen([copy, "3600"])
    try:
        result = collected(RunningPrograms, only(child.pid))
    finally:
        child.kill()
        child.wait()

    row = result.row("programs", origin=str(copy))
    assert (row["path"], row["deleted"]) == (str(copy), False)


def test_a_name_that_is_no_text_costs_no_other_program_its_row(tmp_path, collected):
    copy = os.fsencode(tmp_path) + b"/\xff"
    shutil.copy(shutil.which("sleep"), copy)
    child = subprocess.Popen([copy, "3600"])
    try:
        result = collected(RunningPrograms, only(child.pid, os.getpid()))
    finally:
        child.kill()
        child.wait()

    odd = result.row("programs", pids=[child.pid])
    assert result.document["programs"][-1]["sha256"] is not None
    assert odd["origin"] == f"{tmp_path}/\\xff"
    assert base64.b64decode(odd["origin_b64"]) == base64.b64decode(odd["path_b64"]) == copy
    assert odd["sha256"] == hashlib.sha256(result.raw[os.fsdecode(copy)]).hexdigest()


def test_the_script_of_an_interpreter_is_taken(tmp_path, collected):
    (tmp_path / "job.py").write_text("import time; time.sleep(3600)")
    child = subprocess.Popen([sys.executable, "-B", "job.py", "other.py"], cwd=tmp_path)
    try:
        result = collected(RunningPrograms, only(child.pid))
    finally:
        child.kill()
        child.wait()

    row = result.row("programs", script=True)
    assert row["path"] == str(tmp_path / "job.py")
    assert result.raw[row["origin"]] == b"import time; time.sleep(3600)"
    assert row["sha256"] == hashlib.sha256(b"import time; time.sleep(3600)").hexdigest()


@pytest.fixture
def running(tmp_path):
    """A shell that runs a script: it keeps it open, since it reads it line by line."""
    place = tmp_path / "e.sh"
    place.write_text("echo ready; sleep 3600; true\n")
    child = subprocess.Popen(["bash", place], stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout.readline() == b"ready\n"
    yield place, child
    os.killpg(child.pid, signal.SIGKILL)
    child.stdout.close()
    child.wait()


def test_a_script_that_was_deleted_is_taken_through_its_process(running, collected):
    place, child = running
    place.unlink()
    result = collected(RunningPrograms, only(child.pid))

    row = result.row("programs", script=True)
    assert (row["path"], row["deleted"]) == (str(place), True)
    assert row["origin"].startswith(f"/proc/{child.pid}/fd/")
    assert result.raw[row["origin"]] == b"echo ready; sleep 3600; true\n"
    assert row["sha256"] == hashlib.sha256(result.raw[row["origin"]]).hexdigest()


def test_a_script_that_is_nowhere_any_more_is_an_absent_gap(running, collected):
    place, child = running
    place.rename(place.with_name("elsewhere"))
    result = collected(RunningPrograms, only(child.pid))

    (gap,) = (each for each in result.gaps if each.origin == str(place))
    assert gap.reason is Reason.ABSENT
    assert gap.detail == f"named by the command line of process {child.pid}, not there"


def test_what_a_process_calls_its_own_is_not_looked_for_among_ours(tmp_path, collected):
    (tmp_path / "job").write_text("import time; time.sleep(3600)")
    with (tmp_path / "job").open() as file:
        number = file.fileno()
        child = subprocess.Popen([sys.executable, f"/dev/fd/{number}"], pass_fds=[number])
    (tmp_path / "job").unlink()
    try:
        result = collected(RunningPrograms, only(child.pid))
    finally:
        child.kill()
        child.wait()

    row = result.row("programs", script=True)
    assert row["origin"] == row["path"] == f"/proc/{child.pid}/fd/{number}"
    assert row["deleted"] is True
    assert result.raw[row["origin"]] == b"import time; time.sleep(3600)"


def test_a_script_that_came_through_a_pipe_is_told_of(collected):
    child = subprocess.Popen(["bash", "/dev/stdin"], stdin=subprocess.PIPE)
    try:
        result = collected(RunningPrograms, only(child.pid))
    finally:
        child.kill()
        child.stdin.close()
        child.wait()

    gap = result.gap(f"/proc/{child.pid}/fd/0")
    assert gap.reason is Reason.UNSUPPORTED
    told = f"named by the command line of process {child.pid}, ENOTSUP: a named pipe; not read"
    assert gap.detail == told


def test_a_script_is_found_in_a_folder_that_was_deleted_under_its_process(tmp_path, collected):
    folder = tmp_path / "gone"
    folder.mkdir()
    (folder / "in.sh").write_text("echo ready; sleep 3600; true\n")
    within = subprocess.Popen(
        ["bash", "in.sh"], cwd=folder, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        assert within.stdout.readline() == b"ready\n"
        shutil.rmtree(folder)
        result = collected(RunningPrograms, only(within.pid))
    finally:
        os.killpg(within.pid, signal.SIGKILL)
        within.stdout.close()
        within.wait()

    row = result.row("programs", script=True)
    assert (row["path"], row["deleted"]) == (str(folder / "in.sh"), True)
    assert result.raw[row["origin"]] == b"echo ready; sleep 3600; true\n"


@pytest.mark.parametrize("beginning", ["", "#!/bin/bash\n"])
def test_what_a_shell_s_script_reads_in_is_followed(tmp_path, beginning):
    place, library = tmp_path / "e.sh", tmp_path / "lib.sh"
    place.write_text(f"{beginning}. {library}\necho ready; sleep 3600; true\n")
    library.write_text("true\n")
    child = subprocess.Popen(["bash", place], stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert child.stdout.readline() == b"ready\n"
        source = only(child.pid)
        found = hosts.artifacts(RunningPrograms().collect(source))
    finally:
        source.close()
        os.killpg(child.pid, signal.SIGKILL)
        child.stdout.close()
        child.wait()

    assert list(found[str(place)].references(place.read_bytes())) == [str(library)]


@pytest.mark.parametrize(
    ("command", "named"),
    [([b"sh", b"/x"], ["/opt/y"]), ([b"busybox", b"ash", b"/x"], ["/opt/y"]),
     ([b"python3", b"/x"], [])],
)  # fmt: skip
def test_of_other_languages_no_script_is_read_for_names(machine, command, named):
    machine.file("/x", b". /opt/y\n").file("/exe")
    machine.process(9, cmdline=b"\0".join(command) + b"\0", exe="/exe")
    machine.link("/proc/9/root", "/").link("/proc/9/cwd", "/")
    found = hosts.artifacts(RunningPrograms().collect(machine.source()))

    assert list(found["/x"].references(b". /opt/y\n")) == named


def test_where_paths_mean_something_else_to_a_process_its_script_leads_nowhere(machine):
    machine.file("/jail/x", b". /opt/y\n")
    chrooted(machine, 9, [b"sh", b"/x"], cwd="/")
    found = hosts.artifacts(RunningPrograms().collect(machine.source()))

    assert found["/jail/x"].references is None


def chrooted(machine, pid, command, *, cwd):
    """A process with another root, `/jail` of this machine."""
    machine.file("/exe").process(pid, cmdline=b"\0".join(command) + b"\0", exe="/exe")
    machine.link(f"/proc/{pid}/root", "/jail").link(f"/proc/{pid}/cwd", cwd)


@pytest.mark.parametrize(
    ("name", "cwd", "path"),
    [
        (b"/x.py", "/", "/jail/x.py"),
        (b"x.py", "/jail/w", "/jail/w/x.py"),
        (b"../x.py", "/jail/w", "/jail/x.py"),
        (b"/link/../x.py", "/", "/jail/there/x.py"),
        (b"x.py", "/outside", "/outside/x.py"),
    ],
)
def test_a_script_is_looked_for_below_its_process_s_own_root(machine, collected, name, cwd, path):
    for decoy in ("/x.py", "/w/x.py", "/there/x.py"):
        machine.file(decoy, b"decoy")
    for place in ("/jail/x.py", "/jail/w/x.py", "/jail/there/x.py", "/outside/x.py"):
        machine.file(place, place.encode())
    machine.file("/jail/there/in/y").link("/jail/link", "/there/in")
    chrooted(machine, 9, [b"python3", name], cwd=cwd)
    result = collected(RunningPrograms, machine.source())

    assert result.row("programs", script=True)["path"] == path
    assert result.raw[path] == path.encode()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["/usr/bin/python3.11", "-W", "error", "a.py", "b.py"], "a.py"),
        (["python3", "-c", "print()"], None),
        (["python3", "-m", "http.server"], None),
        (["-bash"], INPUT),
        (["/bin/sh", "-e", "run.sh"], "run.sh"),
        (["sh", "-c", "echo x"], None),
        (["perl", "-I", "lib", "-w", "x.pl"], "x.pl"),
        (["java", "-Xmx1g", "-cp", "a.jar", "Main"], None),
        (["java", "-Xmx1g", "-jar", "/opt/pacs.jar", "x"], "/opt/pacs.jar"),
        (["php8.2", "-f", "shell.php"], "shell.php"),
        (["node", "--inspect", "app.js"], "app.js"),
        (["ruby", "--", "-odd.rb"], "-odd.rb"),
        (["bash", "-euo", "pipefail", "run.sh"], "run.sh"),
        (["bash", "-O", "extglob", "+o", "posix", "run.sh"], "run.sh"),
        (["bash", "-xc", "echo x"], None),
        (["bash", "-lic", "echo x"], None),
        (["sh", "-es", "x"], INPUT),
        (["busybox", "sh", "run.sh"], "run.sh"),
        (["/bin/busybox", "ash", "-x", "run.sh"], "run.sh"),
        (["busybox", "awk", "-f", "a.awk"], "a.awk"),
        (["busybox", "sleep", "60"], None),
        (["busybox"], None),
        (["awk", "-fa.awk", "x"], "a.awk"),
        (["gawk", "--file=a.awk", "x"], "a.awk"),
        (["gawk", "-E", "a.awk", "x"], "a.awk"),
        (["gawk", "--exec", "a.awk", "x"], "a.awk"),
        (["php", "-t", "/srv/www", "-S", "127.0.0.1:80"], INPUT),
        (["php", "-S", "127.0.0.1:80", "-t", "/srv/www", "router.php"], "router.php"),
        (["php", "--docroot", "/srv/www", "--server", "127.0.0.1:80", "router.php"], "router.php"),
        (["php", "--file=shell.php"], "shell.php"),
        (["python3", "-Bc", "print()"], None),
        (["python3", "-", "data.py"], INPUT),
        (["node", "--eval=1"], None),
        (["php", "-R", "1;"], None),
        (["perl", "-ne", "print"], None),
        (["python3", "-u"], INPUT),
        (["busybox", "sh", "-e"], INPUT),
        (["sh", "--"], INPUT),
        (["/lib64/ld-linux-x86-64.so.2"], None),
        (["awk", "{print}"], None),
        (["bash", "-", "run.sh"], "run.sh"),
        (["python3", "-Werror", "a.py"], "a.py"),
        (["python3", "-BW", "error", "a.py"], "a.py"),
        (["perl", "-we", "1"], None),
        (["perl", "-Mstrict", "-w", "x.pl"], "x.pl"),
        (["/lib64/ld-linux-x86-64.so.2", "/tmp/x", "a.py"], "/tmp/x"),
        (["/lib/ld-musl-x86_64.so.1", "--preload", "/tmp/l.so", "/tmp/x"], "/tmp/x"),
        (["ld.so", "--argv0", "sshd", "--inhibit-cache", "/tmp/x"], "/tmp/x"),
        (["/lib64/ld-linux-x86-64.so.2", "--list", "/tmp/x"], None),
        (["vim", "a.py"], None),
        ([], None),
    ],
)
def test_scripts_are_found_in_command_lines(command, expected):
    found = list(named([part.encode() for part in command]))

    assert found == ([expected.encode()] if expected else [])


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["python3", "-m", "a.b"], [("a/b/__main__.py", "a/b.py")]),
        (["python3", "-um", "job"], [("job/__main__.py", "job.py")]),
        (["python3", "-W", "error", "-mjob", "-x"], [("job/__main__.py", "job.py")]),
        (["python3", "-I", "-m", "job"], []),
        (["python3", "-Pm", "job"], []),
        (["python3", "-m", "../x"], []),
        (["python3", "-c", "-m", "job"], []),
        (["sh", "-c", ". /opt/x.sh"], [("/opt/x.sh",)]),
        (["bash", "-ec", "source ./x.sh; sleep 1"], [("./x.sh",)]),
        (["bash", "-o", "pipefail", "-c", "cd /opt && . ./x.sh"], [("/opt/x.sh",)]),
        (["busybox", "sh", "-c", ". /opt/x.sh"], [("/opt/x.sh",)]),
        (["sh", "-c", "cat /srv/patients.csv"], []),
        (["sh", "-c", "psql < /srv/patients.sql"], []),
        (["sh", "x.sh", "-c", ". /opt/y.sh"], [("x.sh",)]),
        (["python3", "job/"], [("job/", "job/__main__.py")]),
        (["node", "."], [(".", "./index.js")]),
    ],
)
def test_what_is_run_without_naming_its_file_is_looked_for_where_it_is(command, expected):
    found = scripts([part.encode() for part in command])

    assert [tuple(map(bytes.decode, each.paths)) for each in found] == expected


@pytest.mark.parametrize("way", ["input", "minus", "sourced", "folder", "module"])
def test_the_file_that_an_interpreter_runs_is_taken_however_it_was_told(way, tmp_path, collected):
    shell, python = b"echo ready; sleep 3600; true\n", b"print('ready', flush=True); input()\n"
    folder = tmp_path / "job"
    folder.mkdir()
    (folder / "__main__.py").write_bytes(python)
    (tmp_path / "x.sh").write_bytes(shell)
    command, is_read, path, data = {
        "input": (["bash"], True, tmp_path / "x.sh", shell),
        "minus": (["bash", "-s", "word"], True, tmp_path / "x.sh", shell),
        "sourced": (["bash", "-c", f". {tmp_path}/x.sh; true"], False, tmp_path / "x.sh", shell),
        "folder": ([sys.executable, "-B", "job/"], False, folder / "__main__.py", python),
        "module": ([sys.executable, "-Bm", "job"], False, folder / "__main__.py", python),
    }[way]
    given = (tmp_path / "x.sh").open() if is_read else subprocess.PIPE
    child = subprocess.Popen(
        command, stdin=given, stdout=subprocess.PIPE, cwd=tmp_path, start_new_session=True
    )
    try:
        assert child.stdout.readline() == b"ready\n"
        result = collected(RunningPrograms, only(child.pid))
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.stdout.close()
        child.wait()
        (given if is_read else child.stdin).close()

    row = result.row("programs", script=True)
    expected = f"/proc/{child.pid}/fd/0" if is_read else str(path)
    assert (row["path"], row["inode"]) == (expected, path.stat().st_ino)
    assert result.raw[row["origin"]] == data


def test_an_input_that_is_no_file_is_nothing_to_miss(collected):
    child = subprocess.Popen(["bash"], stdin=subprocess.PIPE)
    try:
        result = collected(RunningPrograms, only(child.pid))
    finally:
        child.kill()
        child.stdin.close()
        child.wait()

    assert result.gaps == []


def test_a_loader_runs_a_program_and_this_may_run_a_script():
    command = [b"/lib64/ld-linux-x86-64.so.2", b"/tmp/python3", b"-u", b"a.py", b"b.py"]

    assert list(named(command)) == [b"/tmp/python3", b"a.py"]


@pytest.mark.parametrize("carrier", [b"busybox", b"/lib/ld-linux.so.2"])
def test_that_interpreters_run_each_other_deeper_than_is_looked_is_told(carrier):
    def told(deep):
        return list(scripts([*[carrier] * deep, b"sh", b"/tmp/x"]))

    assert told(3)[-1] == Script((b"/tmp/x",), sure=True)
    assert told(4)[-1].beyond == "its interpreters that run each other were looked at 4 deep"
    assert not any(each.beyond for each in told(3))


@pytest.mark.parametrize("word", [b"ld.so", b"busybox", b"-u"])
def test_a_command_line_that_never_comes_to_the_point_is_left(word):
    assert len(list(named([word] * 200_000))) <= 5
    assert list(named([b"python3", *[b"-u"] * 200_000, b"a.py"])) == [b"a.py"]


def test_a_program_beyond_the_limit_is_a_gap_with_its_size(sleeper, collected, monkeypatch):
    copy, children = sleeper
    monkeypatch.setattr(programs, "FILE", 10)
    result = collected(RunningPrograms, only(children[0].pid))

    gap = result.gap(str(copy))
    assert gap.reason is Reason.SKIPPED
    assert str(copy.stat().st_size) in gap.detail
    assert result.row("programs", path=str(copy))["sha256"] is None


@pytest.mark.parametrize(("limit", "value"), [("TOGETHER", 10), ("FILES", 0)])
def test_the_limits_together_are_kept(sleeper, collected, monkeypatch, limit, value):
    copy, children = sleeper
    monkeypatch.setattr(programs, limit, value)

    assert collected(RunningPrograms, only(children[0].pid)).gap(str(copy)).reason is Reason.SKIPPED


def test_a_program_that_was_not_read_has_no_digest_and_says_why(sleeper, poured):
    copy, children = sleeper
    source = only(children[0].pid)
    try:
        found = list(RunningPrograms().collect(source))  # nothing is opened
        assert [one.origin for one in found] == [str(copy), "hozen:/running-programs.json"]
        (row,) = json.loads(poured(found[-1]))["programs"]
    finally:
        source.guard.close()
    assert (row["sha256"], row["why"]) == (None, "not read to its end")


def test_kernel_threads_have_no_program_and_that_is_no_gap(machine, collected):
    machine.process(2, b"kthreadd", flags=0x00200040, cmdline=b"", exe=None)
    result = collected(RunningPrograms, machine.source())

    assert result.gaps == []


def test_a_process_closed_to_us_is_a_denied_gap(machine, collected):
    class Closed(Source):
        def readlink(self, path):
            if path.endswith("/exe"):
                raise PermissionError(13, "Permission denied")
            return super().readlink(path)

    machine.process(2, b"kthreadd", flags=0x00200040, cmdline=b"", exe=None).process(3)
    result = collected(RunningPrograms, machine.source(Closed))

    assert [(gap.origin, gap.reason) for gap in result.gaps] == [("/proc/3/exe", Reason.DENIED)]


@pytest.mark.parametrize("collector", [Processes, RunningPrograms], ids=lambda one: one.name)
def test_a_proc_that_lists_nothing_is_told(collector):
    (gap,) = collector().collect(only())

    assert (gap.origin, gap.reason, gap.detail) == ("/proc", Reason.ABSENT, "lists no process")
