"""The hives that a running Windows has loaded: where each is asked for, and where its file lies."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from collectors import system
from collectors.files.spelling import upcased
from collectors.live_windows.calls import registry
from collectors.live_windows.calls.keys import BackupRight, Key
from collectors.windows.view import PLACES, Held, Seen, held, seen, until_zero

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIG = "System32/config"
_MACHINE = ("SYSTEM", "SOFTWARE", "SAM")
_PROFILES = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
_USER = re.compile(r"S-1-5-(?:19|20|21(?:-[0-9]+)+)", re.IGNORECASE)  # 18 leads to .DEFAULT
_FOLDERS = re.compile("%(systemroot|systemdrive)%", re.IGNORECASE)


class Loaded(NamedTuple):
    """One hive."""

    name: str
    r"""As programs call it: `HKLM\SYSTEM`."""
    key: str
    r"""As the kernel does: `\Registry\Machine\SYSTEM`."""
    path: str
    """Its file, on the drive that Windows started from."""
    reader: str
    """Of the places in it that matter."""


def hives() -> Iterator[Loaded]:
    """Those of the machine, then those of the users who are logged on.

    Raises:
        OSError: Windows doesn't say where it lies, or who is logged on.
    """
    windows = folder_of_windows()
    for name in _MACHINE:
        yield Loaded(
            rf"HKLM\{name}", rf"\Registry\Machine\{name}", f"{windows}/{CONFIG}/{name}",
            f"view of {name}",
        )  # fmt: skip
    yield _of_a_user(".DEFAULT", f"{windows}/{CONFIG}/DEFAULT")
    for name in registry.keys("HKU"):
        if _USER.fullmatch(name):
            home = _home(name)
            yield _of_a_user(name, home and f"{home}/NTUSER.DAT")


def folder_of_windows() -> str:
    """Where Windows is, as a source's path.

    Raises:
        OSError: it doesn't say.
    """
    return _path(system.windows_folder())


def _of_a_user(name: str, path: str) -> Loaded:
    return Loaded(rf"HKU\{name}", rf"\Registry\User\{name}", path, "view of a user")


def _home(name: str) -> str:
    """A user's folder; empty where the registry names none, or one on another drive."""
    told = registry.text(rf"{_PROFILES}\{name}", "ProfileImagePath")
    folder = system.windows_folder()
    drives = {"systemroot": folder, "systemdrive": folder[:2]}
    whole = _FOLDERS.sub(lambda found: drives[found[1].lower()], told)
    return _path(whole) if upcased(whole[:2]) == upcased(folder[:2]) else ""


def _path(place: str) -> str:
    """A source's path for one of Windows' on the drive that it started from."""
    return place[2:].replace("\\", "/").rstrip("/")


def running(hive: Loaded) -> dict[str, Seen]:
    """What the running registry shows at the places of a hive.

    Raises:
        OSError: it is refused, or not loaded.
        OverflowError: more keys than are looked at.
    """
    with (
        closing(BackupRight()) as right, closing(Key(hive.key, backup=right.granted)) as key,
    ):  # fmt: skip
        return seen(_Asked(key), PLACES[hive.reader])


def is_volatile(hive: Loaded, path: str) -> bool | None:
    """Whether a key is in memory alone; None where Windows doesn't say."""
    try:
        with closing(Key(rf"{hive.key}\{path}")) as key:
            return key.is_volatile()
    except OSError:
        return None


class _Asked:
    """A key of the running registry; links are not followed."""

    def __init__(self, key: Key) -> None:
        self._key = key

    def written(self) -> int:
        """When it was last written to."""
        return self._key.about().written

    def below(self) -> Iterator[tuple[str, _Asked | OSError]]:
        """The keys below it."""
        for each in self._key.all_below():
            try:
                below = self._key.open(each.name)
            except FileNotFoundError:
                continue  # gone meanwhile
            except OSError as error:
                yield until_zero(each.name), error
                continue
            yield until_zero(each.name), _Asked(below)

    def named(self, name: str) -> _Asked | None:
        """The key of this name."""
        try:
            return _Asked(self._key.open(name))
        except FileNotFoundError:
            return None

    def values(self) -> Iterator[Held]:
        """Its values."""
        for value in self._key.all_values():
            yield held(until_zero(value.name), value.type, value.size, value.data)

    def close(self) -> None:
        """Let it go."""
        self._key.close()
