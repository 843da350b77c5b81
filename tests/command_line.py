"""The program as people run it: another process, its two streams, its exit code."""

import os
import pty
import struct
import subprocess
import sys
from dataclasses import dataclass
from fcntl import ioctl
from termios import TIOCSWINSZ

import forks

PROGRAM = (sys.executable, "-c", "from evidence.cli import main; main()")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


def environment(**more):
    base = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
    return base | {name: value for name, value in more.items() if value is not None}


def run(*arguments, encoding="utf-8", cwd=None, **variables):
    """Run it to its end: in a fork, unless a variable is told that is read at the start."""
    env = environment(**variables)
    if not forks.possible(env):
        return started(*arguments, encoding=encoding, cwd=cwd, **variables)
    code, out, err = forks.run("evidence.cli", arguments, env, cwd)
    return Ended(code, out.decode(encoding), err.decode(encoding))


def started(*arguments, encoding="utf-8", cwd=None, **variables):
    """The same, in a process that is started for it."""
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        capture_output=True, stdin=subprocess.DEVNULL, env=environment(**variables), cwd=cwd,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))


def shell(line, *arguments, **variables):
    """Run `line` in a shell, in which "$@" is the program with these arguments."""
    done = subprocess.run(
        ["sh", "-c", line, "sh", *PROGRAM, *map(str, arguments)],
        capture_output=True, stdin=subprocess.DEVNULL, env=environment(**variables),
    )  # fmt: skip
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


def on_terminal(*arguments, columns=100, lines=44, typed=(), encoding="utf-8", **variables):
    """Run on a pseudo-terminal; both streams come out mixed, as a person sees them.

    A line is typed whenever the program asks, which ends with a colon and a blank.
    """
    ours, its = pty.openpty()
    ioctl(its, TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    variables.setdefault("TERM", "xterm-256color")
    env = environment(**variables)
    env.pop("COLUMNS")
    program = subprocess.Popen(
        [*PROGRAM, *map(str, arguments)], stdin=its, stdout=its, stderr=its, env=env,
        start_new_session=True,  # else a passphrase is asked for at the terminal of the tests
    )  # fmt: skip
    os.close(its)
    printed, answers = bytearray(), iter(typed)
    try:
        while piece := os.read(ours, 1 << 16):
            printed += piece
            if printed.endswith(b": ") and (answer := next(answers, None)) is not None:
                os.write(ours, f"{answer}\n".encode(encoding))
    except OSError:
        pass  # EIO: the other end is closed
    os.close(ours)
    return Ended(program.wait(), printed.decode(encoding), "")
