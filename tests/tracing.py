"""What a process asked of the kernel, from strace(1), and which of that is a change or a noise."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_NEVER = (
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg",
    "sendmmsg", "ptrace", "process_vm_readv", "process_vm_writev", "mount", "umount2", "move_mount",
    "init_module", "finit_module", "delete_module", "bpf", "reboot", "kexec_load", "swapon",
    "swapoff", "settimeofday", "clock_settime", "sethostname", "setdomainname", "io_uring_setup",
    "sysfs", "quotactl", "acct", "syslog", "personality", "unshare", "setns", "pidfd_getfd",
)  # fmt: skip
"""Calls that no collection has a use for."""
_CHANGING = (
    "creat", "mkdir", "mkdirat", "mknod", "mknodat", "link", "linkat", "symlink", "symlinkat",
    "unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2", "chmod", "fchmod", "fchmodat",
    "chown", "fchown", "lchown", "fchownat", "truncate", "ftruncate", "fallocate", "utime",
    "utimes", "utimensat", "futimesat", "setxattr", "lsetxattr", "fsetxattr", "removexattr",
    "lremovexattr", "fremovexattr", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile",
    "copy_file_range", "splice", "write",
)  # fmt: skip
"""Calls that change what they are given."""
FLUSHING = ("fsync", "fdatasync", "syncfs")
"""Calls that make last what was written."""
_OPENING = ("open", "openat", "openat2")
_KILLING = ("kill", "tkill", "tgkill", "pidfd_send_signal", "rt_sigqueueinfo")
_FORKING = ("clone", "clone3", "fork", "vfork")
_CLASSES = ("%file", "%process", "%network", "mmap")
_CALL = re.compile(r"(\d+) +(\w+)\((.*)")
_RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)")
_RESULT = re.compile(r"\) += (-?\d+|\?)")
_PLACE = re.compile(r'"((?:[^"\\]|\\.)*)"|\d<([^<>]*)>')
_CURRENT = re.compile(r"AT_FDCWD<[^>]*>")
_UNFINISHED = " <unfinished ...>"


@dataclass(frozen=True)
class Call:
    """One system call of one thread."""

    process: int
    name: str
    rest: str

    @property
    def result(self) -> int | None:
        found = _RESULT.findall(self.rest)
        return int(found[-1]) if found and found[-1] != "?" else None

    @property
    def places(self) -> list[str]:
        """The paths that it names, and those behind its descriptors."""
        return [quoted or behind for quoted, behind in _PLACE.findall(self.rest)]

    @property
    def paths(self) -> list[str]:
        """The paths that it names, whole, whatever folder they were named from."""
        found, base = [], ""
        for quoted, behind in _PLACE.findall(_CURRENT.sub("", self.rest)):
            if quoted:
                found.append(os.path.join(base, _text(quoted)))
            base = _text(behind)
        return found

    @property
    def opened(self) -> str:
        """The path behind its first descriptor."""
        return _text(self.places[0])

    def __str__(self) -> str:
        return f"{self.name}({self.rest[:200]}"


def _text(shown: str) -> str:
    """A path as strace shows it: bytes that are no ASCII as octal numbers."""
    return shown.encode("latin-1").decode("unicode_escape").encode("latin-1").decode()


def traced(command: Sequence[str], trace: Path, **options) -> tuple[int, list[Call]]:
    """Run a command under strace; its exit code and all its calls."""
    done = subprocess.run(
        [*tracer(trace), *command], capture_output=True, check=False,
        timeout=250, **options,
    )  # fmt: skip
    return done.returncode, read(trace)


def tracer(trace: Path) -> list[str]:
    """What a command is put behind to have its calls written down."""
    judged = (*_CHANGING, *_KILLING, *_NEVER, *FLUSHING)
    watched = ",".join((*_CLASSES, *(f"?{name}" for name in judged)))
    options = ("-f", "-y", "-qq", "-s", "4096", "-e", f"trace={watched}", "-o", str(trace))
    return ["strace", "--seccomp-bpf", *options]  # the kernel stops at these calls alone


def read(trace: Path) -> list[Call]:
    """The calls that were written down."""
    return list(_calls(trace.read_text(errors="surrogateescape")))


def _calls(text: str) -> Iterator[Call]:
    begun: dict[str, tuple[str, str]] = {}
    for line in text.splitlines():
        if found := _RESUMED.match(line):
            name, rest = begun.pop(found[1])
            yield Call(int(found[1]), name, rest + found[3])
        elif found := _CALL.match(line):
            if found[3].endswith(_UNFINISHED):
                begun[found[1]] = found[2], found[3].removesuffix(_UNFINISHED)
            else:
                yield Call(int(found[1]), found[2], found[3])


def noises(calls: Sequence[Call], allowed: Path, program: str) -> list[str]:
    """Every call that changes anything outside a folder, speaks to anybody, runs or ends anything.

    Args:
        calls: of a whole run, its own start first.
        allowed: the folder that may be written to.
        program: the one that the run may start again: our interpreter.
    """
    children = {call.result for call in calls if call.name in _FORKING}
    found = [str(call) for call in calls if call.name in _NEVER]
    found += [str(call) for call in calls if _writes(call) and not _may(call, allowed)]
    found += [str(c) for c in calls if c.name in _KILLING and not _own(c, children)]
    started = [call for call in calls if call.name in ("execve", "execveat") and call.result == 0]
    found += [str(call) for call in started if call.places[0] != program]
    return found


def _writes(call: Call) -> bool:
    if call.name in _OPENING:
        return bool(re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE", call.rest))
    if call.name == "mmap":
        return "MAP_SHARED" in call.rest and "PROT_WRITE" in call.rest and "<" in call.rest
    return call.name in _CHANGING


def _may(call: Call, allowed: Path) -> bool:
    """Whether it changes the allowed folder alone, or what lies on no medium."""
    rest = _CURRENT.sub("", call.rest)
    places = [quoted or behind for quoted, behind in _PLACE.findall(rest)]
    if call.name.startswith(("write", "pwrite")) or call.name in ("sendfile", "splice"):
        places = places[:1]  # what follows is what is written
    return bool(places) and all(_harmless(place, str(allowed)) for place in places)


def _harmless(place: str, allowed: str) -> bool:
    kept = place == allowed or place.startswith(f"{allowed}/")
    return kept or place == "/dev/null" or place.startswith("pipe:[")


def _own(call: Call, children: set[int | None]) -> bool:
    return int(call.rest.split(",")[0].split("<")[0]) in children


# What an interpreter opens by itself, whatever it runs.
ALLOWED = re.compile(
    r"/(usr/)?lib|/usr/local/lib|/usr/share/(locale|zoneinfo|ca-certificates)|/usr/bin/python"
    r"|/etc/(ld\.so|localtime|locale|ssl)|/proc/(self|\d+)/(fd|maps|status|io|stat|cgroup)"
    r"|/proc/(cpuinfo|meminfo|stat|sys/)|/sys/devices/system/cpu|/sys/fs/cgroup|/dev/(null|urandom)"
)


DISKS = re.compile(r"/proc/(?:\d+|self)/mountinfo|/sys/(?:dev/block|devices|block)/")
"""What tells on which disk a destination lies."""


def elsewhere(calls, *ours) -> set[str]:
    """The same, but for the look at whether the destination lies on the disk that is read."""
    return {place for place in foreign(calls, *ours) if not DISKS.match(place)}


def foreign(calls, *ours) -> set[str]:
    """What was opened that is neither ours nor the interpreter's own."""
    known = (sys.prefix, sys.base_prefix, *map(str, ours))
    return {
        place
        for call in calls
        if call.name in ("open", "openat", "openat2") and (call.result or -1) >= 0
        for place in call.places
        if place.startswith("/") and not place.startswith(known) and not ALLOWED.match(place)
    }
