"""The command line: parse, call, print. One verb a file; the only place that prints or exits."""

# ruff: noqa: E402 - what is set below must stand before all that is loaded
from __future__ import annotations

import signal
import sys
from contextlib import suppress

sys.dont_write_bytecode = True  # nothing is written on an endpoint but the bundle
# Half a second in which Ctrl-C ends what has not begun: at once, and without a traceback.
_LOADING = signal.getsignal(signal.SIGINT) is signal.default_int_handler
with suppress(ValueError):  # not loaded by a program's main thread
    if _LOADING:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

import ctypes
import errno
import locale
import os
import re
import traceback
from itertools import pairwise
from typing import NoReturn

import click

from chain_of_custody.findings import escaped, without_secrets
from collectors.system import WINDOWS
from evidence import __version__
from evidence.cli.shared import ENDING, LinuxOnlyError, UnheardError, let_nothing_end_it, say
from evidence.cli.texts import Texts
from evidence.cli.verbs import Verbs
from evidence.telling.catalogue import sentence_of
from evidence.writing.together import StaysError

with suppress(ValueError):
    if _LOADING:
        signal.signal(signal.SIGINT, signal.default_int_handler)

MODULES = {
    "collect": "evidence.cli.collect",
    "image": "evidence.cli.image",
    "ingest": "evidence.cli.ingest",
    "memory": "evidence.cli.memory",
    "verify": "evidence.cli.verify",
    "import": "evidence.cli.intake",
    "triage": "evidence.cli.triage",
    "report": "evidence.cli.report",
    "custody": "evidence.cli.custody",
    "disclose": "evidence.cli.disclose",
    "keys": "evidence.cli.keys",
    "kit": "evidence.cli.kit",
    "rules": "evidence.cli.rules",
    "wizard": "evidence.cli.wizard",
}

_EXTRA = re.compile(r"unexpected extra arguments? \((.*)\)", re.DOTALL)
_SEVERAL = re.compile(r"requires ([0-9]+) arguments")
_LINUX = ("fcntl", "resource")  # modules that Windows lacks: its side of a case is not written
_NO_THREAD = "can't start new thread"  # RuntimeError of `threading`
_NEXT = {
    errno.ENOSPC: "full", getattr(errno, "EDQUOT", errno.ENOSPC): "full",
    errno.EFBIG: "too_large", errno.EROFS: "locked", errno.EIO: "failing",
}  # fmt: skip
"""What to do about what the system says of a file that it names, where that isn't plain."""
_NOTHING = re.compile("--[a-z0-9-]+=")  # an option with an empty value


def language_of(arguments: list[str], environment: dict[str, str]) -> str:
    """`--language`, else `HOZEN_LANG`, else the locale; English where none says Japanese."""
    for index, argument in enumerate(arguments):
        if argument.startswith("--language="):
            return argument.partition("=")[2]
        if argument == "--language" and index + 1 < len(arguments):
            return arguments[index + 1]
    named = environment.get("HOZEN_LANG") or locale.setlocale(locale.LC_CTYPE, None)
    return "ja" if named.lower().startswith("ja") else "en"


def build(t: Texts) -> click.Group:
    """The program in one language; verbs are imported when they are named."""
    group = Verbs(name="hozen", help=t("app"), t=t, modules=MODULES)
    return click.version_option(__version__, prog_name="hozen", help=t("version"))(group)


def main(arguments: list[str] | None = None) -> None:
    """Run, and leave with the exit code of docs/exit-codes.md."""
    _fill_closed_streams()
    _forget_zone()
    if arguments is None:
        _name_in_utf8()
        arguments = sys.argv[1:]
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a cp932 or ASCII console must not end a collection
            stream.reconfigure(errors="backslashreplace")
    _take_locale()
    _end_in_order()
    if "--debug" not in arguments:
        sys.unraisablehook = _leave_unsaid
    code = run(arguments, Texts(language_of(arguments, dict(os.environ))))
    let_nothing_end_it()  # all is said: an impatient Ctrl-C changes no code
    _leave(code)


def _name_in_utf8() -> None:
    """Begin again with names in UTF-8 where the locale has other letters (EUC-JP).

    In those, files of a bundle and of the host would have other names than they have elsewhere; an
    interpreter settles that when it starts. On the screen the locale's letters stay.
    """
    if sys.getfilesystemencoding().lower() == "utf-8" or sys.flags.utf8_mode:
        return
    from collectors.apart import interpreter

    letters = {"PYTHONIOENCODING": sys.stdout.encoding} if sys.stdout is not None else {}
    words = [*interpreter.command(), "-X", "utf8", *sys.orig_argv[1:]]
    os.execve(words[0], words, letters | os.environ)  # noqa: S606 - ourselves


def _leave_unsaid(_: object) -> None:
    """Nothing of what fails while it is thrown away: what it followed from is said in a line."""


def _end_in_order() -> None:
    """Take a shutdown and a closed terminal as Ctrl-C: what is half-made goes, and it is said.

    What whoever started us has us ignore (`nohup`) stays ignored.
    """
    for number in ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _take_locale() -> None:
    """Of the user's locale, which characters there are, and no more.

    The system's words for an error go into signed records, and names of months are read in logs:
    both are the same on every machine.
    """
    try:
        locale.setlocale(locale.LC_CTYPE, "")
    except locale.Error:
        locale.setlocale(locale.LC_CTYPE, "C")


def _leave(code: int) -> NoReturn:
    """End at once: all that was opened is closed.

    An interpreter that takes itself down object by object writes to 13 MB of memory to no purpose:
    a twentieth of a small machine's, right after an image of it was made.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # closed from the start, or meanwhile
            stream.flush()
    os._exit(code)


def _fill_closed_streams() -> None:
    """Open what the caller closed (`2>&-`): else a volume would become the standard error."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one


def _forget_zone() -> None:
    """On Windows, show times as Windows does: its C library would believe a variable instead.

    Of `TZ=Asia/Tokyo`, which it can't read, it makes nine hours of difference.
    """
    if WINDOWS and os.environ.pop("TZ", None) is not None:
        ctypes.CDLL("ucrtbase")._tzset()


def run(arguments: list[str], t: Texts) -> int:
    """Carry out a command; returns the exit code."""
    if any(not each or _NOTHING.fullmatch(each) for each in arguments):
        say(t("error", text=t("error.empty")))  # as a path it would mean the current folder
        return 2
    if _holds_secret(arguments):  # a name or a remark would be signed, and stay in the bundle
        say(t("error", text=t("error.secret_typed")))
        return 2
    try:
        result = build(t).main(arguments, prog_name="hozen", standalone_mode=False)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except (click.Abort, KeyboardInterrupt):
        say(t("error", text=t("error.interrupted")))
        return 4
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message())
        return 2
    except click.ClickException as error:
        say(t("error", text=_usage(error, t)))
        return 2
    except Exception as error:  # noqa: BLE001 - the last line of defence: one line, an exit code
        return _refusal(error, t, debug="--debug" in arguments)
    return int(result or 0)


def _holds_secret(arguments: list[str]) -> bool:
    """Whether a private key was typed where no recipient was to be: of those, its reader tells."""
    pairs = pairwise(["", *arguments])
    return any(
        without_secrets(one) != one and before != "--recipient" and "--recipient=" not in one
        for before, one in pairs
    )


def _usage(error: click.ClickException, t: Texts) -> str:
    """What is wrong with the command as it was typed, in the user's language."""
    match error:
        case click.NoSuchOption(possibilities=near) if near:
            return t("usage.near", name=escaped(error.option_name), near=", ".join(near),
                     page=_help_page(error))  # fmt: skip
        case click.NoSuchOption():
            return t("usage.option", name=escaped(error.option_name), page=_help_page(error))
        case click.BadOptionUsage() if "not take a value" in error.message:
            return t("usage.flag", name=escaped(error.option_name))
        case click.BadOptionUsage():
            count = _SEVERAL.search(error.message)
            name = escaped(error.option_name)
            if count is not None:
                return t("usage.values", name=name, count=count[1])
            return t("usage.argument", name=name)
        case click.MissingParameter():
            return t("usage.missing", name=_named(error))
        case click.BadParameter():
            return _unfit(error, t)
        case click.exceptions.NoSuchCommand():
            return t("usage.verb", name=escaped(error.command_name), page=_help_page(error))
    extra = _EXTRA.search(error.format_message())
    if extra is not None:
        return t("usage.extra", what=escaped(extra[1]))
    return t("usage.other", text=escaped(error.format_message()))


def _help_page(error: click.UsageError) -> str:
    """The command that shows the help for where it went wrong."""
    if error.ctx is None:
        return "hozen --help"
    return f"{getattr(error.ctx, 'typed_as', None) or error.ctx.command_path} --help"


def _unfit(error: click.BadParameter, t: Texts) -> str:
    """What values an option takes, where one that it doesn't was given."""
    match error.param.type if error.param is not None else None:
        case click.Choice(choices=choices):
            return t("usage.choice", name=_named(error), choices=", ".join(choices))
        case click.IntRange(min=least, max=None):
            return t("usage.least", name=_named(error), least=least)
        case click.IntRange(min=least, max=most):
            return t("usage.range", name=_named(error), least=least, most=most)
    return t("usage.value", name=_named(error), text=escaped(error.message))


def _named(error: click.BadParameter) -> str:
    hint = error.param.get_error_hint(error.ctx) if error.param is not None else None
    return (hint or str(error.param_hint)).strip("'")


def _of_system(error: OSError, t: Texts) -> str:
    """What the system refused, and what to do where that isn't plain."""
    from collectors.files.mounts import MOUNT_TABLE

    why = sentence_of(error, t)
    if isinstance(error, UnheardError):
        return t("error.unheard", why=why)
    if isinstance(error, StaysError):
        return t("error.stays", why=why, names=", ".join(escaped(str(p)) for p in error.paths))
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return t("error.next_many_open", why=why)
    if error.errno in (errno.EAGAIN, errno.ENOMEM):
        return t("error.no_memory")
    if error.filename is None:  # a file that fails while it is open is named by nobody
        return t("error.medium", why=why)
    if error.filename == MOUNT_TABLE:
        return t("error.next_no_proc", why=why)
    return t(f"error.next_{_NEXT[error.errno]}", why=why) if error.errno in _NEXT else why


def _refusal(error: Exception, t: Texts, *, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    if isinstance(error, ModuleNotFoundError) and error.name in _LINUX:
        error = LinuxOnlyError(t("error.linux"))
    code = getattr(error, "exit_code", None)
    if code is None and isinstance(error, OSError):
        say(t("error", text=_of_system(error, t)))
        return 4
    if isinstance(error, MemoryError) or str(error) == _NO_THREAD:
        say(t("error", text=t("error.no_memory")))
        return 4
    if code is not None:
        say(t("error", text=sentence_of(error, t)))
        return int(code)
    say(t("error.internal", text=f"{type(error).__name__}: {sentence_of(error, t)}"))
    return 4
