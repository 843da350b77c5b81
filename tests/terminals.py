"""A real terminal program (tmux), in which a program draws and somebody presses keys."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from command_line import environment
from wizards import PATIENCE

SIZE = (80, 25)  # columns and lines of a console
PAGES = {
    "ja": (
        "いいえ", "電子カルテ", "電源はそのまま", "LANの口", "時計も入れて撮影", "VPN装置",
        "暗号化されて見えますか", "スマホはこの日時", "開始前の確認",
    ),
    "en": (
        "use for care", "What is this machine", "Leave the power", "Photograph the LAN port",
        "with a clock in the picture", "First the VPN device", "encrypted, one after",
        "The telephone shows this day", "Before the start",
    ),
}  # fmt: skip
"""What stands on the pages of an ordinary terminal up to the start; 1 leads on from each."""


class Terminal:
    """One terminal with one program."""

    def __init__(
        self, folder: Path, command: Sequence[str], language: str, size: tuple[int, int]
    ) -> None:
        self._socket = str(folder / "tmux")
        self._environment = environment(HOZEN_LANG=language, HOME="/nonexistent", SHELL="/bin/sh")
        self._environment.pop("COLUMNS")
        columns, lines = map(str, size)
        self._code = folder / "code"
        self._tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", columns, "-y", lines,
            f"{shlex.join(command)}; echo $? > {shlex.quote(str(self._code))}; sleep 600",
        )  # fmt: skip

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-S", self._socket, *arguments], capture_output=True, text=True,
            check=True, env=self._environment,
        )  # fmt: skip
        return done.stdout

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        for key in keys:
            self._tmux("send-keys", key)

    def settle(self) -> None:
        """Wait as long as an Enter is still taken for one too many on the page before."""
        time.sleep(1.0)

    def at_once(self, *keys: str) -> None:
        """Press keys faster than any page follows."""
        self._tmux("send-keys", *keys)

    def through(self, pages: Sequence[str], *enter: str) -> None:
        """Press 1 on each of these pages."""
        for text in pages:
            self.see(text)
            self.press("1", *enter)

    def kill(self) -> None:
        """End the program at once, whatever it is about."""
        (pane,) = self._tmux("list-panes", "-F", "#{pane_pid}").split()
        os.killpg(int(pane), signal.SIGKILL)

    def see(self, text: str) -> str:
        """What is on the screen, once this text is."""
        end, screen = time.monotonic() + PATIENCE, ""
        while text not in screen:
            assert time.monotonic() < end, screen
            time.sleep(0.05)
            screen = self._tmux("capture-pane", "-p")
        return screen

    def kept(self) -> str:
        """All that it has shown, as far up as one can scroll."""
        return self._tmux("capture-pane", "-p", "-S", "-")

    def code(self) -> int:
        """Its exit code."""
        end = time.monotonic() + PATIENCE
        while not (self._code.is_file() and self._code.read_text()):
            assert time.monotonic() < end
            time.sleep(0.05)
        return int(self._code.read_text())

    def close(self) -> None:
        """End the terminal; with a program that was killed it has ended already."""
        command = ["tmux", "-S", self._socket, "kill-server"]
        subprocess.run(command, capture_output=True, check=False)


@contextmanager
def terminal(
    folder: Path, command: Sequence[str], *, language: str = "ja", size: tuple[int, int] = SIZE
) -> Iterator[Terminal]:
    """A program in a terminal, until it is closed."""
    one = Terminal(folder, command, language, size)
    try:
        yield one
    finally:
        one.close()
