"""Run as a program, or in a fork, it tells in what state it came to life."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import signal
import sys
import threading
import uuid
from collections.abc import Sequence

STREAMS = ("encoding", "errors", "line_buffering", "write_through", "newlines", "mode")
LIMITS = sorted(name for name in dir(resource) if name.startswith("RLIMIT_"))


def state() -> dict[str, object]:
    """What a program can see of its start, and would be the same at the next one."""
    masks = re.findall(r"^((?:Sig[BIC]|Cap|Groups|No).*)$", _own("status"), re.MULTILINE)
    umask = os.umask(0)
    os.umask(umask)
    return {
        "arguments": sys.argv,
        "folder": os.getcwd(),
        "variables": dict(os.environ),
        "descriptors": sorted(set(os.listdir("/proc/self/fd")) - {_listing()}),
        "signals": {each.name: str(signal.getsignal(each)) for each in signal.valid_signals()
                    if isinstance(each, signal.Signals)},
        "masks": masks,
        "umask": umask,
        "limits": [resource.getrlimit(getattr(resource, name)) for name in LIMITS],
        "niceness": os.nice(0),
        "users": [os.getresuid(), os.getresgid()],
        "threads": [threading.active_count(), len(os.listdir("/proc/self/task"))],
        "children": _own(f"task/{os.getpid()}/children"),
        "streams": [[getattr(stream, name, None) for name in STREAMS] + [stream.isatty()]
                    for stream in (sys.stdin, sys.stdout, sys.stderr)],
        "settings": [sys.flags[:], sys.dont_write_bytecode, sys.path, sys.getrecursionlimit()],
        "leads": os.getsid(0) == os.getpgid(0) == os.getpid(),
    }  # fmt: skip


def _own(name: str) -> str:
    with open(f"/proc/self/{name}") as file:
        return file.read()


def _listing() -> str:
    """The descriptor by which a folder is listed: the lowest that is free."""
    free = os.open("/dev/null", os.O_RDONLY)
    os.close(free)
    return str(free)


def drawn() -> list[str]:
    """What must be another at every start."""
    return [str(random.random()), str(uuid.uuid4()), str(uuid.uuid1()), os.urandom(8).hex()]


def main(arguments: Sequence[str]) -> None:
    print(json.dumps(drawn() if "drawn" in arguments else state(), default=str))
    if "killed" in arguments:
        os.kill(os.getpid(), signal.SIGKILL)
    if "fails" in arguments:
        raise ValueError("on demand")
    if "waits" in arguments:
        sys.stdout.flush()
        signal.pause()
