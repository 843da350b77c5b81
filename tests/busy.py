"""Other processes that hold something in their memory and never pause."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager

from collectors.ram.processes import process
from collectors.ram.processes.process import Living

# Its words are put together while it runs: no command line and no file holds them.
BUSY = """
import mmap, sys
secret = b"".join(bytes([each ^ 1]) for each in {veiled!r})
held = mmap.mmap(-1, 4096, prot={prot}) if {prot} else None
count = mmap.mmap(-1, 8)
print("ready", flush=True)
n = 0
while True:
    n += 1
    count[:8] = n.to_bytes(8, "little")
    if n % 1000 == 0:
        sys.stdout.write(str(n) + "\\n"); sys.stdout.flush()
"""


@contextmanager
def _holding(marker, text, program=sys.executable, options=(), **values):
    """A process that runs this text, from when it says that it is ready to the test's end."""
    words = text.format(veiled=bytes(each ^ 1 for each in marker), **values)
    child = subprocess.Popen(
        [program, "-c", words], stdout=subprocess.PIPE, start_new_session=True, **dict(options)
    )
    try:
        assert child.stdout.readline() == b"ready\n"
        yield child
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


@contextmanager
def busy(marker=b"nothing", prot=0, program=sys.executable):
    """A process that holds a marker in its memory and counts without a pause."""
    with _holding(marker, BUSY, program, prot=prot) as child:
        yield child


def alone(child, monkeypatch):
    """Only this child of ours is looked at: we leave out what we started ourselves."""
    monkeypatch.setattr(process, "_family", lambda _: set())
    monkeypatch.setattr(process.procfs, "numbers", lambda _: [child.pid])


def of(child, source) -> Living:
    found = process._looked_at(source, child.pid)
    assert isinstance(found, Living)
    return found


# Its first thread ends, which leaves what looks like a process that has ended; another one goes on.
LEADERLESS = """
import ctypes, os, threading, time
secret = b"".join(bytes([each ^ 1]) for each in {veiled!r})
first = "/proc/self/task/" + str(os.getpid()) + "/stat"
def work():
    while open(first).read().rpartition(")")[2].split()[0] != "Z":
        time.sleep(0.01)
    print("ready", flush=True)
    while True:
        time.sleep(0.01)
threading.Thread(target=work).start()
ctypes.CDLL(None).syscall({exit}, 0)
"""
_EXIT = 60  # of one thread alone, x86-64


@contextmanager
def leaderless(marker, program=sys.executable, **options):
    """A process that holds a marker in its memory, and whose first thread has ended."""
    with _holding(marker, LEADERLESS, program, options, exit=_EXIT) as child:
        yield child


# Terabytes that are nothing but zeros, before all that it holds: nobody pays for them.
VAST = """
import ctypes
library = ctypes.CDLL(None, use_errno=True)
library.mmap.restype = ctypes.c_void_p
types = ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long
library.mmap.argtypes = types
private, nowhere, fixed, unpaid = 2, 0x20, 0x10, 0x4000
at = library.mmap(1 << 32, 1 << 40, {prot}, private | nowhere | fixed | unpaid, -1, 0)
assert at == 1 << 32
secret = b"".join(bytes([each ^ 1]) for each in {veiled!r})
print("ready", flush=True)
while True:
    pass
"""


@contextmanager
def vast(marker, prot=3):
    """A process that holds a marker behind a tebibyte of nothing."""
    with _holding(marker, VAST, prot=prot) as child:
        yield child
