"""What a process apart is refused by the kernel, and that every one of ours is."""

import json
import re
import time
from pathlib import Path

import pytest

import collectors
import evidence
from collectors.apart import forbidden
from collectors.apart.answering import Apart
from collectors.apart.interpreter import begin_beside, end

HEADER = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")  # libc6-dev's
NEWER = {"fchmodat2", "setxattrat", "removexattrat", "open_tree_attr", "file_setattr"}
"""System calls that Debian 12's header doesn't know yet."""
PACKAGES = [Path(each.__file__).parent for each in (collectors, evidence)]
ENTRIES = sorted(
    {
        entry
        for package in PACKAGES
        for file in package.rglob("*.py")
        for entry in re.findall(r'"(from [\w.]+ import (\w+); \2\(\))"', file.read_text())
    }
)
TRYING = """
import fcntl, json, os, socket, subprocess, sys, threading, time
from collectors.apart.serving import serve_with

def reads(folder):
    with open(f"{folder}/there") as file:
        return file.read(), os.listdir(folder), os.readlink(f"{folder}/link")

def works(folder):
    done = []
    thread = threading.Thread(target=lambda: done.append(len(bytearray(64 << 20))))
    thread.start(), thread.join(), os.kill(os.getpid(), 0)
    return done

def flag(path):
    with open(path) as file:
        fcntl.ioctl(file, 0x40086602, (0x40).to_bytes(8, "little"))  # FS_IOC_SETFLAGS: no dump

DEEDS = {
    "reads": reads,
    "works": works,
    "a socket": lambda _: socket.socket(),
    "a local one": lambda _: socket.socketpair(),
    "a program": lambda _: subprocess.run(["true"]),
    "becoming one": lambda _: os.execv("/bin/true", ["true"]),
    "a process": lambda _: os.fork(),
    "a new file": lambda folder: os.open(f"{folder}/new", os.O_CREAT | os.O_RDONLY),
    "writing": lambda folder: os.open(f"{folder}/there", os.O_WRONLY),
    "reading and writing": lambda folder: os.open(f"{folder}/there", os.O_RDWR),
    "emptying": lambda folder: os.open(f"{folder}/there", os.O_RDONLY | os.O_TRUNC),
    "cutting": lambda folder: os.truncate(f"{folder}/there", 0),
    "a name": lambda folder: os.rename(f"{folder}/there", f"{folder}/here"),
    "a second one": lambda folder: os.link(f"{folder}/there", f"{folder}/here"),
    "a link": lambda folder: os.symlink("there", f"{folder}/here"),
    "a folder": lambda folder: os.mkdir(f"{folder}/new"),
    "removing": lambda folder: os.unlink(f"{folder}/there"),
    "rights": lambda folder: os.chmod(f"{folder}/there", 0o777),
    "an owner": lambda folder: os.chown(f"{folder}/there", 0, 0),
    "times": lambda folder: os.utime(f"{folder}/there", (0, 0)),
    "a flag": lambda folder: flag(f"{folder}/there"),
    "an attribute": lambda folder: os.setxattr(f"{folder}/there", "user.x", b"y"),
    "a signal": lambda _: os.kill(os.getppid(), 0),
    "one to all": lambda _: os.kill(-1, 0),
    "a handle": lambda _: os.pidfd_open(os.getppid()),
    "the clock": lambda _: time.clock_settime(time.CLOCK_REALTIME, time.time()),
}

def answer(request):
    deed, folder = json.loads(request)
    try:
        return json.dumps([0, DEEDS[deed](folder)], default=str).encode()
    except OSError as error:
        return json.dumps([error.errno, None]).encode()

if __name__ == "__main__":
    serve_with(answer)
"""
FORBIDDEN = [
    name for name in re.findall('^    "([^"]+)":', TRYING, re.MULTILINE)
    if name not in ("reads", "works")
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "there").write_text("content")
    (tmp_path / "link").symlink_to("there")
    return tmp_path


@pytest.fixture(scope="module")
def tried():
    with Apart(TRYING, deadline=20) as process:
        yield lambda *asked: process.ask(json.dumps([str(a) for a in asked]).encode(), json.loads)


@pytest.mark.parametrize("deed", FORBIDDEN)
def test_is_refused_and_nothing_changes(deed, tried, folder):
    before = (folder / "there").stat()

    assert tried(deed, folder) == [1, None]  # EPERM

    assert sorted(each.name for each in folder.iterdir()) == ["link", "there"]
    after = (folder / "there").stat()
    assert (after.st_ctime_ns, after.st_size) == (before.st_ctime_ns, before.st_size)


def test_it_reads_and_works(tried, folder):
    code, (text, names, target) = tried("reads", folder)

    assert (code, text, sorted(names), target) == (0, "content", ["link", "there"], "there")
    assert tried("works", folder) == [0, [64 << 20]]


@pytest.mark.parametrize("entry", [entry for entry, _ in ENTRIES])
def test_every_process_apart_is_refused_it_before_it_is_asked_anything(entry):
    process = begin_beside(entry)
    try:
        until = time.monotonic() + 30
        while _mode(process.pid) != "2" and time.monotonic() < until:
            time.sleep(0.02)
        assert _mode(process.pid) == "2"
    finally:
        end(process)


def _mode(number):
    """How far the kernel watches a process's calls, proc(5): 2 is by a filter."""
    status = Path(f"/proc/{number}/status").read_text()
    return re.search(r"^Seccomp:\s+(\d)", status, re.MULTILINE)[1]


def test_those_processes_are_found():
    assert len(ENTRIES) >= 7


def test_the_numbers_are_the_kernel_s():
    told = dict(re.findall(r"#define __NR_(\w+) (\d+)", HEADER.read_text()))
    ours = forbidden.FORBIDDEN | forbidden.SIGNALLING | forbidden.ELSEWISE
    ours |= {name: number for name, (number, _) in forbidden.OPENING.items()}

    assert {name: int(told[name]) for name in ours.keys() - NEWER} == {
        name: number for name, number in ours.items() if name not in NEWER
    }
    assert all(name not in told or int(told[name]) == ours[name] for name in NEWER)
