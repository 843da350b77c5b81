"""A Windows' Python under Wine, with hozen beside it: made once, kept beside the environment.

The interpreter is Python's own embeddable one for Windows as an sdist on PyPI repeats it, by its
digest; the libraries are wheels for Windows of the versions in `.ci/lock.txt`. The folder has a
Japanese name, the code page is 932. Wine is not Windows: what that means stands in docs/kit.md.
"""

from __future__ import annotations

import compileall
import fcntl
import importlib.metadata
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import disks
from command_line import Ended
from embeddable import PIP, SHA256, embeddable

HERE = Path(__file__).resolve().parent
HOME = HERE.parents[1]
CACHE = Path(sys.prefix) / "windows"
MSVC = "msvc-runtime==14.44.35112"  # msvcp140.dll, which pytsk3 needs and the runtime lacks
UNTAGGED = "artifacts"  # no wheel is published: pure Python, taken from this environment
MORE = ("colorama", "PyYAML")  # by markers for Windows alone, or for what has no wheel
PACKAGES = ("evidence", "collectors", "chain_of_custody", "rules")
TAGS = ("--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp")
PATHS = "python311.zip\r\n.\r\n..\\site\r\n..\\hozen\r\n"  # and nothing of the environment's
MOVES = re.compile(r"\x1b(?:\[[0-9;?>]*[A-Za-z]|[=>])")  # sequences that a terminal obeys
PATIENCE = 60  # seconds of silence
MAIN = "import sys; from evidence.cli import main; main(sys.argv[1:])"


def wheels() -> list[str]:
    """What hozen needs at run time, without what has no wheel."""
    project = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    extra = (each for name in ("disk", "windows", "wizard") for each in extras[name])
    asked = [*project["dependencies"], *extra]
    return sorted({*(each for each in asked if not each.startswith(UNTAGGED)), *MORE})


def _runtime(folder: Path) -> None:
    """The files of the embeddable interpreter, from the sdist with that digest."""
    python = folder / "USB 鍵" / "python"
    python.mkdir(parents=True)
    for name, data in embeddable(folder).items():
        (python / Path(name).name).write_bytes(data)
    (python / "python311._pth").write_text(PATHS, newline="")


def _libraries(folder: Path) -> None:
    site = folder / "USB 鍵" / "site"
    only = ("--only-binary=:all:", *TAGS)
    lock = ("-c", HOME / ".ci/lock.txt")
    disks.tool(*PIP, "install", *only, "--target", site, *lock, *wheels())
    disks.tool(*PIP, "download", "--no-deps", *only, "-d", folder, MSVC)
    (wheel,) = folder.glob("msvc_runtime-*.whl")
    with zipfile.ZipFile(wheel) as held:
        name = next(each for each in held.namelist() if each.endswith("/msvcp140.dll"))
        (folder / "USB 鍵" / "python" / "msvcp140.dll").write_bytes(held.read(name))
    for part in {file.parts[0] for file in importlib.metadata.files(UNTAGGED)} - {".."}:
        whole = Path(importlib.metadata.distribution(UNTAGGED).locate_file(part))
        if whole.is_dir():
            shutil.copytree(whole, site / part, ignore=shutil.ignore_patterns("__pycache__"))


def _prefix(folder: Path) -> None:
    """A Windows 10 in Japanese; what its programs write to their streams goes nowhere."""
    if "ja_JP.utf8" not in disks.tool("locale", "-a").decode().split():
        disks.tool("localedef", "-i", "ja_JP", "-f", "UTF-8", "ja_JP.UTF-8")
    version = ("reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f")
    for command in (["wineboot", "-i"], ["wine", *version]):
        subprocess.run(command, env=_environment(folder), check=True, capture_output=True)
    system = folder / "prefix/drive_c/windows/system32"
    compiler = ("x86_64-w64-mingw32-gcc", "-shared", "-O2", HERE / "wine_random.c", "-ladvapi32")
    disks.tool(*compiler, "-o", system / "bcryptprimitives.dll")


def _environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"], "HOME": str(folder), "WINEPREFIX": str(folder / "prefix"),
        "WINEARCH": "win64", "WINEDEBUG": "-all", "LC_ALL": "ja_JP.UTF-8",
        "WINEDLLOVERRIDES": "mscoree,mshtml=;msvcp140=n", "TZ": "Asia/Tokyo", **more,
    }  # fmt: skip


def _made() -> Path:
    """The folder with interpreter, libraries and prefix; made anew when its parts changed."""
    files = (HERE / "wine_random.c", HOME / ".ci/lock.txt")
    parts = [SHA256, MSVC, PATHS, *wheels(), *(path.read_text() for path in files)]
    key = sha256("\n".join(parts).encode()).hexdigest()[:16]
    folder = CACHE / key
    if not (folder / "made").exists():
        shutil.rmtree(CACHE, ignore_errors=True)
        folder.mkdir(parents=True)
        _runtime(folder)
        _libraries(folder)
        _prefix(folder)
        (folder / "made").touch()
    return folder


@contextmanager
def windows():
    """The only Windows there is, with hozen as it stands in this clone; one test at a time."""
    lock = Path(f"{CACHE}.lock")
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        one = Windows(_made())
        try:
            yield one
        finally:
            one.end()


class Windows:
    """A Wine prefix, and the folder with the Japanese name in which Python and hozen are."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kit = folder / "USB 鍵"
        self.devices = folder / "prefix/dosdevices"
        for name in PACKAGES:
            shutil.rmtree(self.kit / "hozen" / name, ignore_errors=True)
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(HOME / name, self.kit / "hozen" / name, ignore=ignored)
        # Once, since no run of it writes what it compiles. A kit has its program as it is.
        compileall.compile_dir(self.kit / "hozen", quiet=1)

    def run(self, *command: object, folder: Path, **variables: str) -> Ended:
        """Run a program there; its streams are pipes, since a file as one of them fails."""
        done = subprocess.run(
            ["wine", *map(str, command)], cwd=folder, capture_output=True,
            stdin=subprocess.DEVNULL, env=_environment(self.folder, **variables), timeout=240,
        )  # fmt: skip
        texts = (_text(data).replace("\r\n", "\n") for data in (done.stdout, done.stderr))
        return Ended(done.returncode, *texts)

    def python(self, *arguments: object, **variables: str) -> Ended:
        """Run the interpreter."""
        options = ("python/python.exe", "-B", "-X", "utf8")
        return self.run(*options, *arguments, folder=self.kit, **variables)

    def on_terminal(self, command, steps, *, folder: Path | None = None, **variables: str) -> Ended:
        """Run a program on a terminal of 80 columns and 25 lines.

        Each step is a text that is waited for, and keys that are pressed then; None for keys kills
        the program. What it says comes without what moves the cursor.
        """
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(folder or self.kit)
            environment = _environment(self.folder, TERM="xterm-256color", **variables)
            os.execvpe("wine", ["wine", *map(str, command)], environment)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))
        screen = Screen(terminal)
        try:
            for text, keys in steps:
                screen.see(text)
                if keys is None:
                    os.kill(process, signal.SIGKILL)
                else:
                    if keys.endswith(b"\r"):
                        screen.listens()
                    os.write(terminal, keys)
            screen.see(None)
        except BaseException:
            os.kill(process, signal.SIGKILL)
            raise
        finally:
            os.close(terminal)
            status = os.waitpid(process, 0)[1]
        return Ended(os.waitstatus_to_exitcode(status), screen.shown.replace("\r", ""), "")

    def hozen(self, *arguments: object, **variables: str) -> Ended:
        """Run the program."""
        return self.python("-c", MAIN, *arguments, **variables)

    @contextmanager
    def volume(self, letter: str, image: Path):
        r"""An image as the raw volume \\.\LETTER: of this Windows."""
        name = self.devices / f"{letter.lower()}::"
        with disks.looped(image) as device:
            name.unlink(missing_ok=True)
            name.symlink_to(device)
            try:
                yield f"\\\\.\\{letter}:"
            finally:
                name.unlink()

    def state(self) -> set[str]:
        """Every file of it and every value of its registry, one a line, while nothing runs.

        A file's times and number are part of it: a write that puts back the same bytes shows. Left
        out is what Wine itself writes whenever it starts: the hives' files (their values count),
        the devices that it finds, the time of its made-up drivers.
        """
        self.end()
        found = set()
        for here, folders, names in os.walk(self.folder):
            for name in (*folders, *names):
                place = Path(here, name)
                if place == self.devices or self.devices in place.parents or place.suffix == ".reg":
                    continue
                about = place.lstat()
                times = (about.st_mtime_ns, about.st_ctime_ns)
                stated = (about.st_ino, about.st_mode, about.st_size, *times)
                if place != self.devices.parent:
                    found.add(f"{place.relative_to(self.folder)} {stated}")
        for hive in self.devices.parent.glob("*.reg"):
            found |= set(_values(hive))
        return found

    def end(self) -> None:
        """End what Wine keeps running of this prefix, and nothing else; wait until it is."""
        for option in ("-k", "-w"):
            subprocess.run(["wineserver", option], env=_environment(self.folder), check=False)


class Screen:
    """What comes out of a terminal, without what moves the cursor."""

    def __init__(self, terminal: int) -> None:
        self.shown = ""
        self._terminal = terminal
        self._printed = b""
        self._at = 0

    def see(self, text: str | None) -> None:
        """Wait for a text behind those that were seen before, or for the end."""
        with suppress(OSError):  # EIO: the other end is closed
            while text is None or text not in self.shown[self._at :]:
                ready, _, _ = select.select([self._terminal], [], [], PATIENCE)
                assert ready, f"waited for {text}, saw:\n{self.shown[self._at :]}"
                self._printed += os.read(self._terminal, 1 << 16)
                self.shown = MOVES.sub("", self._printed.decode(errors="replace"))
            self._at = self.shown.index(text, self._at) + len(text)
            return
        assert text is None, f"it ended before {text}:\n{self.shown[self._at :]}"

    def listens(self) -> None:
        """Wait until somebody reads: before that, Wine takes no Enter for what it is."""
        end = time.monotonic() + PATIENCE
        while termios.tcgetattr(self._terminal)[3] & termios.ICANON:
            assert time.monotonic() < end, f"nobody reads:\n{self.shown}"
            time.sleep(0.02)


def process_of(word: str) -> int:
    """The number on this machine of the one process there that was started with this word."""
    found = [
        int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline")
        if word.encode() in _read(path).split(b"\0")
    ]  # fmt: skip
    (number,) = found
    return number


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # ended meanwhile
        return b""


def _values(hive: Path) -> Iterator[str]:
    """The values in a hive as Wine writes it down, each with its key."""
    key = ""
    for line in hive.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            key = line.rpartition("]")[0]  # behind it stands when the key was written to
            yield f"{hive.name} {key}"
        elif line and not line.startswith(("#time=", '"DriverDateData"=')):
            yield f"{hive.name} {key} {line}"


def _text(data: bytes) -> str:
    """What Python says is UTF-8, what this Windows' own programs say is code page 932."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp932")


def named(path: Path) -> str:
    """A path of this machine as Wine calls it."""
    return "Z:" + str(path).replace("/", "\\")
