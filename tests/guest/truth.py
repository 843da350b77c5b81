"""What the guest says of itself by its own tools, beside what a plugin reads in the image.

Each is a set of tuples: said before the image, said after it, and seen in it.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from guest.machine import Machine

Rows = Iterable[dict[str, Any]]
Facts = set[tuple[Any, ...]]

# Something to be seen: sockets that listen, that are connected and that have a name; an address.
BUSY = (
    "ip link set lo up; ip address add 10.99.0.7/24 dev lo",
    "syslogd -n -O /tmp/log & httpd -f -p 127.0.0.1:8080 -h /tmp & nc -ll -p 4711 -e cat &",
    "mkfifo /tmp/open; sleep 9999 > /tmp/open &",
    "until nc 127.0.0.1 4711; do usleep 50000; done < /tmp/open > /dev/null 2>&1 &",
    "until grep -q ' 01 ' /proc/net/tcp && [ -S /dev/log ]; do usleep 50000; done",
)
LINES = {
    "cmdline": "head -c 4096 /proc/[0-9]*/cmdline 2> /dev/null",
    "environ": "head -c 4096 /proc/[0-9]*/environ 2> /dev/null",
    "descriptors": "ls -l /proc/[0-9]*/fd",
    "tcp": "cat /proc/net/tcp /proc/net/tcp6",
    "unix": "cat /proc/net/unix",
    "addresses": "ip address",
    "mounts": "for pid in 1 $(pidof kdevtmpfs); do"
    " readlink /proc/$pid/ns/mnt; cat /proc/$pid/mountinfo; done",
    "modules": "cat /proc/modules",
    "messages": "dmesg",
    "processes": "echo /proc/[0-9]*",
}
_HEADED = re.compile(
    r"^==> /proc/(\d+)/\w+ <==\r?\n(.*?)(?=\n==> /proc/|\Z)", re.DOTALL | re.MULTILINE
)
_GONE = " (deleted)"
_STATES = {"01": "ESTABLISHED", "0A": "LISTEN"}


@dataclass(frozen=True)
class Told:
    """What its tools printed, by name."""

    texts: dict[str, str]

    @classmethod
    def by(cls, machine: Machine) -> Told:
        return cls({name: machine.run(line).text for name, line in LINES.items()})

    def lists(self, name: str) -> dict[int, list[str]]:
        """By process, what is separated by NUL; kernel threads have none."""
        found = {int(pid): text for pid, text in _HEADED.findall(self.texts[name])}
        return {
            pid: text.rstrip("\n").removesuffix("\0").split("\0")
            for pid, text in found.items()
            if "\0" in text
        }

    @property
    def messages(self) -> list[tuple[str, ...]]:
        """The kernel's own log: time and text, in order."""
        return re.findall(r"^\[ *(\d+\.\d+)\] (.*?)\r?$", self.texts["messages"], re.MULTILINE)

    @property
    def processes(self) -> set[int]:
        """Numbers of all, of the kernel's own, too."""
        return {int(number) for number in re.findall(r"/proc/(\d+)", self.texts["processes"])}

    # Facts.

    @property
    def commands(self) -> Facts:
        return {(pid, " ".join(words)) for pid, words in self.lists("cmdline").items()}

    @property
    def variables(self) -> Facts:
        lists = self.lists("environ")
        return {(pid, *each.split("=", 1)) for pid, every in lists.items() for each in every}

    @property
    def mounts(self) -> Facts:
        """Namespace and line; of the options that a file system adds of its own, none."""
        namespace, found = 0, set()
        for line in self.texts["mounts"].split("\n"):
            if heading := re.match(r"mnt:\[(\d+)\]", line):
                namespace = int(heading[1])
            elif line.strip():
                found.add((namespace, line.partition(" - ")[0], *_mounted(line)))
        return found

    @property
    def modules(self) -> Facts:
        found = re.findall(r"^(\w+) (\d+) ", self.texts["modules"], re.MULTILINE)
        return {(name, int(size)) for name, size in found}

    @property
    def addresses(self) -> Facts:
        found = re.findall(r"inet6? (\S+)/(\d+) scope (\w+)", self.texts["addresses"])
        return {(address, int(prefix), scope) for address, prefix, scope in found}

    @property
    def files(self) -> Facts:
        """Of each open file, pipe and socket: process, descriptor, and where it leads."""
        return {link for link in self._links() if not link[2].endswith(_GONE)}

    @property
    def gone(self) -> Facts:
        """Process and descriptor of what has lost its name: the console of the first root."""
        return {link[:2] for link in self._links() if link[2].endswith(_GONE)}

    def _links(self) -> Iterator[tuple[int, int, str]]:
        pid = 0
        for line in self.texts["descriptors"].splitlines():
            if heading := re.match(r"/proc/(\d+)/fd:", line):
                pid = int(heading[1])
            elif link := re.search(r" (\d+) -> (/.*|\w+:\[\d+\])\r?$", line):
                yield pid, int(link[1]), link[2]

    @property
    def sockets(self) -> Facts:
        """Of each open socket: process, descriptor, and what the kernel's tables say of it."""
        known = self._tcp() | self._unix()
        pid, found = 0, set()
        for line in self.texts["descriptors"].splitlines():
            if heading := re.match(r"/proc/(\d+)/fd:", line):
                pid = int(heading[1])
            elif (link := re.search(r" (\d+) -> socket:\[(\d+)\]", line)) and link[2] in known:
                found.add((pid, int(link[1]), *known[link[2]]))
        return found

    def _tcp(self) -> dict[str, tuple[str, ...]]:
        """By inode: family, both ends and the state, proc_net_tcp(5)."""
        rows = (
            line.split() for line in self.texts["tcp"].splitlines() if re.match(r" *\d+:", line)
        )
        return {
            row[9]: (_family(row[1]), *_end(row[1]), *_end(row[2]), _STATES[row[3]])
            for row in rows
            if row[9] != "0"
        }

    def _unix(self) -> dict[str, tuple[str, ...]]:
        """By inode: the name, for those that have one."""
        found = re.findall(r" (\d+) (/\S+)\r?$", self.texts["unix"], re.MULTILINE)
        return {inode: ("AF_UNIX", name) for inode, name in found}


def _mounted(line: str) -> tuple[str, str, str]:
    """File system, source, and whether it may be written, proc_pid_mountinfo(5)."""
    kind, source, options = line.partition(" - ")[2].split()
    return kind, source, options.partition(",")[0]


def _family(end: str) -> str:
    return "AF_INET6" if len(end.partition(":")[0]) == 32 else "AF_INET"


def _end(end: str) -> tuple[str, str]:
    """Address and port; the address is in words of the processor's order."""
    address, port = end.split(":")
    words = [bytes.fromhex(word)[::-1] for word in re.findall(".{8}", address)]
    family = socket.AF_INET if len(words) == 1 else socket.AF_INET6
    return socket.inet_ntop(family, b"".join(words)), str(int(port, 16))


# What the plugins say, in the same words.


def commands(rows: Rows) -> Facts:
    """Kernel threads have their name in brackets instead."""
    return {(row["PID"], row["ARGS"]) for row in rows if not row["ARGS"].startswith("[")}


def variables(rows: Rows) -> Facts:
    return {(row["PID"], row["KEY"], row["VALUE"]) for row in rows}


def files(rows: Rows) -> Facts:
    return {(row["PID"], row["FD"], row["Path"]) for row in rows}


def modules(rows: Rows) -> Facts:
    return {(row["Module Name"], row["Code Size"]) for row in rows}


def addresses(rows: Rows) -> Facts:
    return {(row["IP"], row["Prefix"], row["Scope Type"]) for row in rows}


def mounts(rows: Rows) -> Facts:
    """The file system below the root, which no process reaches, left out."""
    parts = ("MOUNT ID", "PARENT_ID", "MAJOR:MINOR", "ROOT", "MOUNT_POINT", "MOUNT_OPTIONS",
             "FIELDS")  # fmt: skip
    return {
        (
            row["MNT_NS_ID"], " ".join(str(row[part]) for part in parts).strip(),
            row["FSTYPE"], row["MOUNT_SRC"], row["SB_OPTIONS"],
        )
        for row in rows
        if row["FSTYPE"] != "rootfs"
    }  # fmt: skip


def sockets(rows: Rows) -> Facts:
    """Those of TCP, and those with a name."""
    found = set()
    for row in rows:
        ends = (row["Source Addr"], row["Source Port"], row["Destination Addr"],
                row["Destination Port"])  # fmt: skip
        if row["Family"] in ("AF_INET", "AF_INET6"):
            found.add((row["PID"], row["FD"], row["Family"], *map(str, ends), row["State"]))
        elif row["Family"] == "AF_UNIX" and str(row["Source Addr"]).startswith("/"):
            found.add((row["PID"], row["FD"], "AF_UNIX", row["Source Addr"]))
    return found


def messages(rows: Rows) -> list[tuple[str, str]]:
    """The kernel's log without the lines that say which device a message is of."""
    told = [(row["timestamp"], row["line"]) for row in rows]
    return [each for each in told if not re.match(" (SUBSYSTEM|DEVICE)=", each[1])]


ADDR, SOCKSTAT, PSAUX = "linux.ip.Addr", "linux.sockstat.Sockstat", "linux.psaux.PsAux"
ENVARS, MOUNTINFO, LSMOD = "linux.envars.Envars", "linux.mountinfo.MountInfo", "linux.lsmod.Lsmod"
KMSG, SYSCALLS = "linux.kmsg.Kmsg", "linux.malware.check_syscall.Check_syscall"
HASHED = "linux.pidhashtable.PIDHashTable"
SEEN: dict[str, tuple[Callable[[Rows], Facts], str]] = {
    ADDR: (addresses, "addresses"), SOCKSTAT: (sockets, "sockets"), PSAUX: (commands, "commands"),
    ENVARS: (variables, "variables"), MOUNTINFO: (mounts, "mounts"), LSMOD: (modules, "modules"),
}  # fmt: skip
"""By plugin: how its rows are read, and which facts of the guest's they must be."""
LEAST = {ADDR: 3, SOCKSTAT: 5, PSAUX: 6, ENVARS: 30, MOUNTINFO: 8, LSMOD: 6}
"""By plugin: facts that must have been there all the time, or else nothing was compared."""
# Those that teach Volatility new classes come first: in one process, types are known once.
ASKED = (*SEEN, KMSG, SYSCALLS, HASHED)
