"""The native script for Linux, run for real: here, with busybox alone, and against walls."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest
import runs
from busybox import static_busybox
from hosts import NOBODY, open_to_all
from mounting import mounted
from tracing import _NEVER, _may, _writes, traced

from collectors.received.steps import read_steps

SCRIPT = Path(__file__).parents[3] / "collectors" / "native" / "collect.sh"
COLUMNS = ["step", "origin", "begin", "end", "exit", "outcome", "stdout", "stderr"]
NOT_SPOKEN_TO = {"socket", "socketpair", "connect", "sendto", "sendmsg", "bind"}


def short(tmp_path: Path, *steps: str) -> Path:
    """The script with other steps in it, so that one thing is tried at a time."""
    text = SCRIPT.read_text()
    begin, end = text.index("# Most fleeting first."), text.index("# The room that was kept")
    path = tmp_path / "stick" / "collect.sh"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text[:begin] + "\n".join(steps) + "\n\n" + text[end:])
    return path


def ran(script: Path, *arguments: object, before=(), seconds: int = 100, **options):
    environment = {"PATH": "/nowhere", "HOZEN_STEP_SECONDS": "2", **options.pop("env", {})}
    return subprocess.run(
        [*before, "/bin/sh", str(script), *map(str, arguments)], capture_output=True, text=True,
        env=environment, timeout=seconds, check=False, **options,
    )  # fmt: skip


def made_in(folder: Path) -> Path:
    (made,) = folder.glob("NATIVE_*")
    return made


def log_of(made: Path) -> dict[str, dict[str, str]]:
    """The log by step; a step that has several rows gives its last."""
    lines = (made / "steps.tsv").read_text().splitlines()
    assert lines[0] == "hozen-native/1\tlinux"
    assert lines[1].split("\t") == COLUMNS
    found = [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines[2:] if line]
    return {row["step"]: row for row in found}


def rows_of(made: Path) -> dict[str, str]:
    """The outcome by origin."""
    lines = (made / "steps.tsv").read_text().splitlines()[2:]
    return {row[1]: row[5] for row in (line.split("\t") for line in lines if line)}


def listed_rightly(made: Path) -> bool:
    check = ["sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS.txt"]
    files = {path for path in made.rglob("*") if path.is_file()}
    names = (made / "SHA256SUMS.txt").read_text().count("\n")
    return subprocess.run(check, cwd=made, check=False).returncode == 0 and names == len(files) - 1


def written_elsewhere(calls, allowed: Path):
    """What changed something outside the folder; mkdir(1) walks there and uses short names."""
    here: dict[int, str] = {}
    for call in calls:
        if call.name == "chdir" and call.result == 0:
            here[call.process] = os.path.join(here.get(call.process, "/"), call.places[0])
        elif call.result is not None and call.result < 0:
            continue  # refused, or there already: nothing was changed
        elif call.name == "mkdir" and not call.places[0].startswith("/"):
            path = os.path.join(here[call.process], call.places[0])
            if not path.startswith(f"{allowed}/"):
                yield call
        elif call.name == "copy_file_range":
            if not call.places[1].startswith(f"{allowed}/"):  # what is written to, not what is read
                yield call
        elif _writes(call) and (call.result or 0) >= 0 and not _may(call, allowed):
            yield call


@pytest.mark.timeout(200)
def test_on_this_machine_it_writes_nowhere_else_and_speaks_to_nobody(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    code, calls = traced(
        ["/bin/sh", str(SCRIPT), str(out)], tmp_path / "trace",
        env=runs.environment(HOZEN_STEP_SECONDS="20"), cwd="/",
    )  # fmt: skip
    made = made_in(out)

    assert code in (0, 3)
    never = [c for c in calls if c.name in _NEVER and c.name not in NOT_SPOKEN_TO]
    spoken = [
        str(c) for c in calls
        if c.name == "socket" and not re.match(r"AF_(NETLINK|UNIX)", c.rest)
    ]  # fmt: skip
    elsewhere = [str(call) for call in written_elsewhere(calls, out)]
    assert (never, spoken, elsewhere) == ([], [], [])
    assert log_of(made)["processes"]["outcome"] == "ok"
    assert "collect.sh" in (made / "processes.txt").read_text()
    assert (made / "files/etc/passwd").read_bytes() == Path("/etc/passwd").read_bytes()
    assert not (made / "files/etc/shadow").exists()
    assert not (made / "reserve").exists()
    assert listed_rightly(made)


def test_with_busybox_alone(tmp_path):
    root = tmp_path / "root"
    for folder in ("bin", "proc", "etc", "dev", "tmp", "stick"):
        (root / folder).mkdir(parents=True)
    alone = root / "bin" / "busybox"
    shutil.copy(static_busybox(tmp_path), alone)
    for applet in subprocess.check_output([alone, "--list"], text=True).split():
        (root / "bin" / applet).symlink_to("busybox") if applet != "busybox" else None
    (root / "etc" / "passwd").write_text("root:x:0:0::/:/bin/sh\n")
    (root / "etc" / "shadow").write_text("root:$y$hash:1::::::\n")
    (root / "home" / "eve").mkdir(parents=True)
    (root / "home" / "eve" / ".bash_history").symlink_to("/etc/shadow")
    (root / "home" / "eve" / ".profile").write_text("umask 0\n")
    shutil.copy(SCRIPT, root / "stick" / "collect.sh")
    os.mknod(root / "dev" / "null", 0o666 | 0o020000, os.makedev(1, 3))
    os.mknod(root / "dev" / "zero", 0o666 | 0o020000, os.makedev(1, 5))
    done = ran(Path("/stick/collect.sh"), before=[shutil.which("chroot"), str(root)])
    made = made_in(root / "stick")

    assert done.returncode == 3, done.stderr
    assert log_of(made)["accounts"]["outcome"] in ("ok", "absent")
    assert (made / "files/etc/passwd").read_text() == "root:x:0:0::/:/bin/sh\n"
    assert log_of(made)["services"]["outcome"] == "absent"
    assert log_of(made)["kernel"]["outcome"] == "ok"
    assert (made / "files/home/eve/.profile").read_text() == "umask 0\n"
    assert rows_of(made)["/home/eve/.bash_history"] == "skipped"  # it would lead to the hashes
    assert "$y$hash" not in "".join(path.read_text() for path in made.rglob("*") if path.is_file())
    assert "on the disk of this machine" not in done.stderr  # df can't tell without /proc
    assert listed_rightly(made)


def test_an_ordinary_user_gets_less_and_is_told_so(tmp_path):
    script = short(tmp_path, "step kernel uname -a", "copy accounts /etc/shadow /etc/passwd")
    os.chown(script.parent, NOBODY, NOBODY)
    open_to_all(tmp_path)
    user = [shutil.which("setpriv"), f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    done = ran(script, before=user, cwd="/")
    text = (made_in(script.parent) / "steps.tsv").read_text()

    assert done.returncode == 3
    assert "NOT ROOT" in done.stderr
    assert "管理者(root)ではありません" in done.stderr
    assert re.search(r"^rights\trights:uid 65534\t.*\tdenied\t", text, re.MULTILINE)
    assert re.search(r"^accounts\t/etc/shadow\t.*\tdenied\t", text, re.MULTILINE)
    assert re.search(r"^accounts\t/etc/passwd\t.*\tok\t", text, re.MULTILINE)


def test_a_step_that_hangs_is_ended_and_those_after_it_run(tmp_path):
    script = short(tmp_path, "step hangs sleep 1000", "step after uname")
    done = ran(script)
    found = log_of(made_in(script.parent))

    assert done.returncode == 3
    assert (found["hangs"]["outcome"], found["after"]["outcome"]) == ("timeout", "ok")


def test_a_missing_tool_and_one_that_fails_are_lines_of_the_log(tmp_path):
    script = short(tmp_path, "step gone no-such-tool -x", "step fails ls /no/such", "step ok true")
    done = ran(script)
    found = log_of(made_in(script.parent))
    gaps = read_steps((made_in(script.parent) / "steps.tsv").read_bytes()).gaps

    assert done.returncode == 3
    assert found["gone"]["outcome"] == "absent"
    assert (found["fails"]["outcome"], found["fails"]["exit"]) == ("failed", "2")
    assert "/no/such" in (made_in(script.parent) / "fails.err").read_text()
    assert {g.origin: g.reason for g in gaps if "such" in g.origin} == {
        "command:no-such-tool -x": "absent", "command:/usr/bin/ls /no/such": "unreadable",
    }  # fmt: skip


def test_a_full_medium_is_told_in_the_log_and_on_the_screen(tmp_path):
    with mounted(tmp_path / "medium", options="size=2m") as where:
        steps = ("step large head -c 8000000 /dev/zero", "step after uname", "step last true")
        done = ran(short(tmp_path, *steps), where)
        found = log_of(made_in(Path(where)))

        assert done.returncode == 3
        assert "The medium is full" in done.stderr
        assert [found[name]["outcome"] for name in ("large", "after", "last")] == [
            "failed", "full", "full",
        ]  # fmt: skip


def test_the_host_s_own_settings_change_nothing(tmp_path):
    false = tmp_path / "false"
    false.mkdir()
    (false / "uname").write_text("#!/bin/sh\necho lie\n")
    (false / "uname").chmod(0o755)
    (tmp_path / "env").write_text("echo lie\n")
    script = short(tmp_path, "step kernel uname")
    ran(script, env={"PATH": str(false), "ENV": str(tmp_path / "env"), "IFS": "u"})

    assert (made_in(script.parent) / "kernel.txt").read_text() == "Linux\n"


FUNCTIONS = (
    "[", "cat", "cd", "date", "dd", "df", "find", "grep", "id", "kill", "mkdir", "printf", "pwd",
    "rm", "sed", "sleep", "touch", "tr", "uname", "unset", "wait",
)  # fmt: skip


@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_functions_that_the_host_hands_over_take_no_name(shell, tmp_path):
    script = short(tmp_path, "step kernel uname", "copy accounts /etc/passwd")
    lies = {f"BASH_FUNC_{name}%%": "() { echo lie; }" for name in FUNCTIONS}
    done = subprocess.run(
        [shell, script], executable=f"/bin/{shell}", env=lies, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    made = made_in(script.parent)

    assert "lie" not in done.stdout + done.stderr
    assert log_of(made)["accounts"]["outcome"] == "ok"
    assert (made / "kernel.txt").read_text() == "Linux\n"
    assert listed_rightly(made)


def test_no_variable_of_the_host_s_reaches_a_step(tmp_path):
    script = short(tmp_path, "step variables env", "step inner sh -c env")
    hostile = {"TZ": "Asia/Tokyo", "DPKG_ADMINDIR": "/x", "DBUS_SYSTEM_BUS_ADDRESS": "tcp:host=x"}
    ran(script, env=hostile)

    for name in ("variables.txt", "inner.txt"):
        lines = (made_in(script.parent) / name).read_text().splitlines()
        names = {line.split("=")[0] for line in lines}
        assert names - {"PWD", "SHLVL", "_"} == {"PATH", "LC_ALL"}


@pytest.mark.parametrize("seconds", ["08", "0", "9" * 20, "-1", "soon", ""])
def test_a_limit_that_is_none_is_the_ordinary_one(seconds, tmp_path):
    script = short(tmp_path, "step kernel uname")
    done = ran(script, env={"HOZEN_STEP_SECONDS": seconds})

    assert log_of(made_in(script.parent))["kernel"]["outcome"] == "ok"
    assert "Done. " in done.stderr
    assert listed_rightly(made_in(script.parent))


def test_a_name_makes_no_rows_of_its_own(tmp_path):
    things = tmp_path / "things"
    things.mkdir()
    (things / "a\nforged\tcommand:evil\tT\tT\t0\tok\t-\t-").write_text("x")
    (things / "dangling").symlink_to("/nowhere")
    script = short(tmp_path, f"each logs '{things}/* {things}/none/*'")
    ran(script)
    found = rows_of(made_in(script.parent))

    assert "command:evil" not in found
    assert {name.removeprefix(str(things)): found[name] for name in found if "things" in name} == {
        "/a forged command:evil T T 0 ok - -": "ok", "/dangling": "absent", "/none/*": "absent",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["-", "-x", "two\nlines\n", " a  b ", "*?[a]"])
def test_a_folder_may_have_any_name(name, tmp_path):
    script = short(tmp_path, "step kernel uname")
    (tmp_path / name).mkdir()
    done = ran(script, name, cwd=tmp_path, env={"OLDPWD": "/"})

    assert done.returncode == 3  # on this machine's own disk
    assert log_of(made_in(tmp_path / name))["kernel"]["outcome"] == "ok"
    assert listed_rightly(made_in(tmp_path / name))


def test_who_interrupts_it_leaves_nothing_running(tmp_path):
    script = short(tmp_path, "step slow sleep 4747")
    run = subprocess.Popen(
        ["/bin/sh", script], stderr=subprocess.PIPE, text=True, env={"HOZEN_STEP_SECONDS": "4748"}
    )
    wait_for(lambda: {"4747", "4748"} <= last_words())
    run.terminate()
    said = run.communicate(timeout=60)[1]

    assert run.returncode == 3
    assert "Interrupted; what was taken stays" in said
    wait_for(lambda: not {"4747", "4748", str(script)} & last_words())
    assert {path.name for path in made_in(script.parent).iterdir()} == {
        "slow.err", "slow.txt", "steps.tsv",
    }  # fmt: skip


def wait_for(condition) -> None:
    """As long as it takes; the test's own limit ends it."""
    while not condition():
        time.sleep(0.05)


def last_words() -> set[str]:
    """The last argument of each process."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.add(path.read_bytes().rstrip(b"\0").rpartition(b"\0")[2].decode(errors="replace"))
    return found


@pytest.mark.parametrize(("arguments", "code"), [(("a", "b"), 2), (("/no/such/folder",), 2)])
def test_wrong_usage_is_refused_in_both_languages(tmp_path, arguments, code):
    done = ran(short(tmp_path, "step ok true"), *arguments)

    assert done.returncode == code
    assert len(done.stderr.splitlines()) == 2


def test_a_folder_that_takes_nothing_is_refused(tmp_path):
    script = short(tmp_path, "step ok true")
    open_to_all(tmp_path)
    done = ran(script, "/proc", cwd="/")

    assert done.returncode == 4
    assert "use another medium" in done.stderr
