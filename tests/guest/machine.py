"""A machine without hardware: QEMU runs the guest, we type on its console and look at its memory.

No acceleration: the same on every machine that runs the tests, one inside another included.
"""

from __future__ import annotations

import json
import re
import select
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from guest.kernel import Kernel

LONGEST = 240  # seconds for one command: the longest takes 30 where nothing else runs


@dataclass(frozen=True)
class Said:
    """How a command in the guest ended, and what the console showed meanwhile."""

    code: int
    text: str


class Machine:
    """A guest that has come to life and waits for commands."""

    def __init__(self, qemu: subprocess.Popen, console: socket.socket, qmp: socket.socket) -> None:
        self._qemu = qemu
        self._console = console
        self._shown = b""
        self._qmp = qmp.makefile("rw")
        self._qmp.readline()
        self._ask("qmp_capabilities")

    def run(self, line: str, *, within: float = LONGEST) -> Said:
        """Have the guest's shell run a line, to its end."""
        self._console.sendall(line.encode() + b"\n")
        return self.waited(within)

    def waited(self, within: float) -> Said:
        """What the console shows until the guest's shell says that something ended."""
        until = time.monotonic() + within
        while not (found := re.search(rb"^ended (\d+)\r?\n", self._shown, re.MULTILINE)):
            left = until - time.monotonic()
            ready, _, _ = select.select([self._console], [], [], max(0, left))
            piece = self._console.recv(1 << 16) if ready else b""
            assert piece, f"the guest {'ended' if ready else 'hangs'}: {self._shown.decode()}"
            self._shown += piece
        text, self._shown = self._shown[: found.start()], self._shown[found.end() :]
        return Said(int(found[1]), text.decode(errors="replace"))

    def memory(self, path: Path, size: int) -> Path:
        """What its memory holds at this moment, from address 0; it stands still meanwhile."""
        self._ask("stop")
        self._ask("pmemsave", val=0, size=size, filename=str(path))
        self._ask("cont")
        return path

    def _ask(self, command: str, **arguments: object) -> object:
        self._qmp.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._qmp.flush()
        while True:
            answer = json.loads(self._qmp.readline())
            assert "error" not in answer, answer
            if "return" in answer:
                return answer["return"]

    def off(self) -> None:
        """Write back what is to be written, and end."""
        self._console.sendall(b"umount /mnt/out; poweroff -f\n")
        self._qemu.wait(LONGEST)


@contextmanager
def booted(
    kernel: Kernel, system: Path, output: Path, *,
    megabytes: int = 256, processor: str = "max,-la57", options: str = "",
) -> Iterator[Machine]:  # fmt: skip
    """A guest with these disks; gone afterwards, whatever happens."""
    (console, its_console), (qmp, its_qmp) = socket.socketpair(), socket.socketpair()
    command = [
        "qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", processor,
        "-m", str(megabytes), "-smp", "2", "-display", "none", "-nodefaults", "-no-reboot",
        "-kernel", str(kernel.image), "-initrd", str(kernel.initramfs),
        "-append", f"console=ttyS0 panic=-1 quiet loglevel=1 {options}",
        "-drive", f"file={system},if=virtio,format=raw,readonly=on",
        "-drive", f"file={output},if=virtio,format=raw,cache=unsafe",
        "-chardev", f"socket,id=console,fd={its_console.fileno()}", "-serial", "chardev:console",
        "-chardev", f"socket,id=qmp,fd={its_qmp.fileno()}", "-mon", "chardev=qmp,mode=control",
    ]  # fmt: skip
    fds = (its_console.fileno(), its_qmp.fileno())
    qemu = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=fds)
    for end in (its_console, its_qmp):
        end.close()
    try:
        machine = Machine(qemu, console, qmp)
        machine.waited(LONGEST)  # what is typed before the console is open may be lost
        yield machine
    finally:
        qemu.kill()
        qemu.wait()
        console.close()
        qmp.close()
