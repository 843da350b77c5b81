"""What somebody sits at: whether it can be typed at, drawn on, and read."""

from __future__ import annotations

import codecs
import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

from collectors.live_windows.calls import api
from collectors.system import WINDOWS

_STDIN, _STDOUT = -10, -11  # STD_INPUT_HANDLE, STD_OUTPUT_HANDLE (winbase.h)
# ENABLE_PROCESSED_OUTPUT | …_WRAP_AT_EOL_OUTPUT | …_VIRTUAL_TERMINAL_PROCESSING (consoleapi.h)
_SEQUENCES_OUT, _SEQUENCES_IN = 0x7, 0x200
_ECHO = 0x4  # ENABLE_ECHO_INPUT
_EXTENDED, _QUICK_EDIT = 0x80, 0x40  # ENABLE_EXTENDED_FLAGS, ENABLE_QUICK_EDIT_MODE
_THREE_ON = "\r\x1b[3C"
_SCREEN = 22  # bytes of CONSOLE_SCREEN_BUFFER_INFO; the cursor's column is at 4
BLOCKS = "\N{UPPER HALF BLOCK}\N{LOWER HALF BLOCK}\N{FULL BLOCK}"  # a QR code is made of these
_JAPANESE = (932, 65001)  # code pages


def somebody_types() -> bool:
    """Whether standard input is a terminal; Windows' NUL says that it is one, and is no console."""
    if sys.stdin is None or not sys.stdin.isatty():
        return False
    return not WINDOWS or _mode(_handle(_STDIN)) is not None


def draws() -> bool:
    """Whether Windows' console takes control sequences: it says so, and the cursor moves by one.

    Consoles before Windows 10 refuse; Wine's takes the flag and prints the sequences.
    """
    keys, screen = _handle(_STDIN), _handle(_STDOUT)
    before_in, before_out = _mode(keys), _mode(screen)
    if before_in is None or before_out is None:
        return False
    try:
        able = _set(keys, before_in | _SEQUENCES_IN) and _set(screen, before_out | _SEQUENCES_OUT)
        return able and _moves(screen)
    finally:
        _set(keys, before_in)
        _set(screen, before_out)


def steady() -> AbstractContextManager[None]:
    """Meanwhile a click into a window of Windows' marks no text: all that is drawn would wait."""
    return _without(_QUICK_EDIT) if WINDOWS else nullcontext()


def unseen() -> AbstractContextManager[None]:
    """Meanwhile a terminal shows nothing of what is typed; what is no terminal stays as it is."""
    if not somebody_types():
        return nullcontext()
    return _without(_ECHO) if WINDOWS else _without_echo(sys.stdin.fileno())


def forget_typed() -> None:
    """Drop what was typed at a terminal, and not read yet."""
    if WINDOWS:
        api.function("kernel32", "FlushConsoleInputBuffer")(_handle(_STDIN))
        return
    import termios  # Windows has none

    with suppress(termios.error):
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


@contextmanager
def _without(flag: int) -> Iterator[None]:
    """Meanwhile the keys of Windows' console work otherwise; what is no console has no flags."""
    keys = _handle(_STDIN)
    before = _mode(keys)
    if before is None:
        yield
        return
    _set(keys, (before | _EXTENDED) & ~flag)
    try:
        yield
    finally:
        _set(keys, before | _EXTENDED)


@contextmanager
def _without_echo(terminal: int) -> Iterator[None]:
    import termios  # Windows has none

    before = termios.tcgetattr(terminal)
    local = before[3] & ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSADRAIN, [*before[:3], local, *before[4:]])
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def writes(text: str) -> bool:
    """Whether the letters in which standard output is written have all of a text's."""
    try:
        text.encode(_encoding())
    except UnicodeEncodeError:
        return False
    return True


def in_utf8() -> bool:
    """Whether they are those of UTF-8."""
    return codecs.lookup(_encoding()).name == "utf-8"


def _encoding() -> str:
    # While screens are drawn, which is done in UTF-8, something without letters stands there.
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def shows_japanese() -> bool:
    """Whether a terminal has Japanese characters, whatever the locale says.

    The console of Linux' kernel has none, nor that of a Windows in another language.
    """
    if not WINDOWS:
        return os.environ.get("TERM") != "linux"
    if not somebody_types():
        return True
    return api.function("kernel32", "GetConsoleOutputCP")() in _JAPANESE


def _moves(screen: ctypes.c_void_p) -> bool:
    """Three to the right of the first column; what was printed instead is taken away again."""
    _write(screen, _THREE_ON)
    moved = _column(screen) == 3
    _write(screen, "\r" if moved else "\r" + " " * len(_THREE_ON) + "\r")
    return moved


def _handle(which: int) -> ctypes.c_void_p:
    found = api.function("kernel32", "GetStdHandle", ctypes.c_void_p)(ctypes.c_uint32(which))
    return ctypes.c_void_p(found)


def _mode(handle: ctypes.c_void_p) -> int | None:
    """How a console works; None of what is none."""
    mode = ctypes.c_uint32()
    known = api.function("kernel32", "GetConsoleMode")(handle, ctypes.byref(mode))
    return mode.value if known else None


def _set(handle: ctypes.c_void_p, mode: int) -> bool:
    return bool(api.function("kernel32", "SetConsoleMode")(handle, mode))


def _write(handle: ctypes.c_void_p, text: str) -> None:
    done = ctypes.c_uint32()
    api.function("kernel32", "WriteConsoleW")(
        handle, ctypes.c_wchar_p(text), len(text), ctypes.byref(done), None
    )


def _column(handle: ctypes.c_void_p) -> int:
    room = ctypes.create_string_buffer(_SCREEN)
    api.function("kernel32", "GetConsoleScreenBufferInfo")(handle, room)
    return int.from_bytes(room.raw[4:6], "little")
