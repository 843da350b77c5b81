"""What a running Windows starts by itself, as its registry and its folders show it."""

from __future__ import annotations

import errno
import os
import re
import stat as modes
from typing import Any, ClassVar

from collectors import system
from collectors.artifact import detail_of
from collectors.live.document import Row
from collectors.live_windows.calls import registry
from collectors.live_windows.question import Asking, Question

_NT = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_CURRENT = r"SOFTWARE\Microsoft\Windows\CurrentVersion"
_BY_USER = (
    rf"{_CURRENT}\Run", rf"{_CURRENT}\RunOnce", rf"{_CURRENT}\Policies\Explorer\Run",
    rf"{_NT}\Winlogon", rf"{_NT}\Windows",
)  # fmt: skip
_BY_MACHINE = (
    *_BY_USER, rf"{_CURRENT}\RunOnceEx", rf"{_CURRENT}\RunServices",
    r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Run",
    r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\RunOnce",
    r"SYSTEM\CurrentControlSet\Control\Session Manager", r"SYSTEM\CurrentControlSet\Control\Lsa",
    r"SYSTEM\CurrentControlSet\Control\Session Manager\AppCertDlls",
)  # fmt: skip
_PROFILES = rf"HKLM\{_NT}\ProfileList"
_DRIVE = re.compile("%SystemDrive%", re.IGNORECASE)
_OPTIONS = rf"HKLM\{_NT}\Image File Execution Options"
_STARTUP = r"Microsoft\Windows\Start Menu\Programs\Startup"
_DEEP = 8  # folders below one


def _run_keys() -> dict[str, Any]:
    """The values of every key that is there; one that isn't starts nothing."""
    paths = [rf"HKLM\{each}" for each in _BY_MACHINE]
    paths += [rf"HKU\{user}\{each}" for user in registry.keys("HKU") for each in _BY_USER]
    found: dict[str, Any] = {}
    for path in paths:
        try:
            found[path] = registry.values(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            found[path] = {"error": detail_of(error)}
    return found


def _debuggers() -> list[Row]:
    """Programs in whose place another is started."""
    rows = []
    for program in registry.keys(_OPTIONS):
        debugger = registry.text(rf"{_OPTIONS}\{program}", "Debugger")
        if debugger:
            rows.append({"program": program, "debugger": debugger})
    return rows


def _startup() -> list[Row]:
    """Files in the folders of programs that start with a logon."""
    rows = _listed(os.path.join(place("ProgramData"), _STARTUP))
    with os.scandir(place("ProfilesDirectory")) as users:
        folders = [os.path.join(user.path, r"AppData\Roaming", _STARTUP) for user in users]
    for folder in folders:
        rows += _listed(folder)
    return rows


def place(name: str) -> str:
    """A folder that the registry names; where that says the system's drive, it is filled in.

    Raises:
        OSError: the registry doesn't name it.
    """
    told = registry.text(_PROFILES, name)
    if not told:
        raise OSError(errno.ENOENT, f"{_PROFILES}: no {name}")
    return _DRIVE.sub(lambda _: system.windows_folder()[:2], told)


def _tasks() -> list[Row]:
    """Files of scheduled tasks; what is in them is taken from the raw volume."""
    folder = os.path.join(system.windows_folder(), r"System32\Tasks")
    os.stat(folder)  # every Windows has it: its absence is no empty list
    return _listed(folder)


def _listed(folder: str, depth: int = 0) -> list[Row]:
    """The files in a folder and below it, links not followed; none where it isn't there."""
    rows: list[Row] = []
    if depth > _DEEP:
        return [{"path": folder, "error": f"not listed: it lies more than {_DEEP} folders deep"}]
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    except OSError as error:
        return [{"path": folder, "error": detail_of(error)}]
    for entry in found:
        about = entry.stat(follow_symlinks=False)
        if modes.S_ISDIR(about.st_mode) and not entry.is_symlink():
            rows += _listed(entry.path, depth + 1)
        else:
            rows.append(
                {"path": entry.path, "size": about.st_size, "modified_ns": about.st_mtime_ns}
            )
    return rows


class WindowsAutoruns(Asking):
    """Takes what a running Windows starts by itself: run keys, debuggers, start-up folders, tasks.

    As the registry and the folders show themselves to programs, to be held against the hives and
    files from the raw volume, which hold all of it and more. Services are the collector of
    services'. Cannot show what a rootkit hides from programs, nor WMI consumers, which are in
    files. Run under Wine; not run on real Windows.
    """

    name: ClassVar[str] = "windows-autoruns"
    questions = (
        Question("run_keys", _run_keys), Question("debuggers", _debuggers),
        Question("startup_folders", _startup), Question("tasks", _tasks),
    )  # fmt: skip
