"""Hives of the registry: what starts by itself, services and drivers, what loads into others.

One table for all hives: a key that a hive doesn't have costs one look. Transaction logs are not
replayed: they hold the last seconds or minutes of changes, and are items themselves.
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypeVar

from collectors.windows.commands import is_program, run_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MOST_KEYS = 50_000  # looked at in a hive
MOST_VALUES = 200_000  # likewise
LONGEST = 64 << 10  # bytes of a value; what a longer one names is not looked for
_COUNTS = struct.Struct("<20xI12xI")  # keys below a key, and its values, as its record has them
_T = TypeVar("_T")
_CURRENT = r"Microsoft\Windows\CurrentVersion"
_NT = r"Microsoft\Windows NT\CurrentVersion"


class Row(NamedTuple):
    """Where a hive names programs: a key (`*` is every subkey) and values (`*` is every one)."""

    key: str
    values: Sequence[str] = ("*",)
    in_system32: bool = False
    """Names without a folder and an ending mean libraries there."""


_SYSTEM = (
    Row(r"Services\*", ("ImagePath", "ServiceDll", "FailureCommand")),
    Row(r"Services\*\Parameters", ("ServiceDll",)),
    Row(r"Services\*\NetworkProvider", ("ProviderPath",)),
    Row(r"Services\*\Performance", ("Library",)),
    Row(r"Control\Session Manager", ("BootExecute", "SetupExecute", "Execute", "S0InitialCommand")),
    Row(r"Control\Session Manager\AppCertDlls"),
    Row(r"Control\SafeBoot", ("AlternateShell",)),
    Row(r"Control\Lsa", ("Authentication Packages", "Notification Packages", "Security Packages"),
        in_system32=True),
    Row(r"Control\Lsa\OSConfig", ("Security Packages",), in_system32=True),
    Row(r"Control\SecurityProviders", ("SecurityProviders",), in_system32=True),
    Row(r"Control\Print\Monitors\*", ("Driver",), in_system32=True),
    Row(r"Control\Terminal Server\WinStations\RDP-Tcp", ("InitialProgram",)),
)  # fmt: skip
_RUNS = ("Run", "RunOnce", r"RunOnceEx\*", "RunServices", "RunServicesOnce",
         r"Policies\Explorer\Run")  # fmt: skip
_SOFTWARE = (
    *(Row(rf"{_CURRENT}\{run}") for run in _RUNS),
    Row(rf"{_CURRENT}\Group Policy\Scripts\*\*\*", ("Script", "Parameters")),
    Row(r"Policies\Microsoft\Windows\System\Scripts\*\*\*", ("Script", "Parameters")),
    Row(rf"{_NT}\Winlogon", ("Shell", "Userinit", "Taskman", "System", "VmApplet", "UIHost")),
    Row(rf"{_NT}\Winlogon\Notify\*", ("DllName",), in_system32=True),
    Row(rf"{_NT}\Windows", ("AppInit_DLLs", "Load", "Run", "IconServiceLib")),
    Row(rf"{_NT}\Image File Execution Options\*", ("Debugger", "VerifierDlls")),
    Row(rf"{_NT}\SilentProcessExit\*", ("MonitorProcess",)),
    Row(rf"{_NT}\Drivers32"),
    Row(r"Microsoft\Active Setup\Installed Components\*", ("StubPath",)),
    Row(r"Microsoft\Command Processor", ("AutoRun",)),
    Row(r"Microsoft\Netsh"),
    Row(r"Microsoft\Office test\Special\Perf"),
)
_USER = (
    Row("Environment", ("UserInitMprLogonScript",)),
    Row(r"Control Panel\Desktop", ("SCRNSAVE.EXE",)),
)
_CLASSES = (
    Row(r"CLSID\*\InprocServer32"),
    Row(r"CLSID\*\LocalServer32"),
    *(Row(rf"{name}\shell\open\command") for name in ("ms-settings", "mscfile", "exefile")),
)


def below(key: str, rows: Iterable[Row]) -> tuple[Row, ...]:
    """The same places below a key."""
    return tuple(row._replace(key=f"{key}\\{row.key}") for row in rows)


OF_SYSTEM = below("*", _SYSTEM)  # ControlSet001 …
OF_SOFTWARE = (*_SOFTWARE, *below("Wow6432Node", _SOFTWARE))
OF_A_USER = (*below("Software", OF_SOFTWARE), *_USER)
ROWS = (
    *OF_SYSTEM, *OF_SOFTWARE, *OF_A_USER,
    *_CLASSES, *below("Wow6432Node", _CLASSES), *below(r"Software\Classes", _CLASSES),
)  # fmt: skip


def commands(file: BinaryIO) -> Iterator[str]:
    """The paths in the values that the table names.

    Raises:
        OSError: it is no hive, or libregf can't read it.
        ImportError: libregf is missing.
    """
    hive = Hive(file)
    for row in ROWS:
        for text in hive.texts(row.key, row.values):
            yield from run_by(text)
            if row.in_system32:
                yield from _libraries(text)
    hive.require_whole()


def _libraries(text: str) -> Iterator[str]:
    for name in text.replace(",", " ").split():
        if "\\" not in name and len(name) < 100:
            yield f"system32\\{name}" if is_program(name) else f"system32\\{name}.dll"


class Hive:
    """A hive, opened; bounded in the number of keys and values that are looked at."""

    def __init__(self, file: BinaryIO) -> None:
        """Open it.

        Raises:
            OSError: it is no hive.
            ImportError: libregf is missing.
        """
        import pyregf  # only where a hive is read

        self._data = file
        self._file = pyregf.file()
        self._file.open_file_object(file)
        self.root = self._file.get_root_key()
        if self.root is None:
            raise OSError(errno.EIO, "a hive without a root key")
        self._keys, self._values = MOST_KEYS, MOST_VALUES
        self._fault: OSError | None = None
        self._passed_over = 0

    def texts(self, pattern: str, values: Sequence[str]) -> Iterator[str]:
        """The texts of values below keys, a list's each by itself; what is damaged is passed over.

        Raises:
            OverflowError: more keys or values than are looked at.
        """
        wanted = None if "*" in values else {name.casefold() for name in values}
        for key in self._matching(self.root, pattern.split("\\")):
            for index in range(self.tried(lambda of: int(of.number_of_values), key) or 0):
                self._values = _one_less(self._values)
                value = self.tried(key.get_value, index)
                yield from self.tried(self._texts, value, wanted) or ()

    def require_whole(self) -> None:
        """Say that keys or values were passed over, now that all others were read.

        Raises:
            OSError: some were.
            OverflowError: only some values that were too long.
        """
        if self._fault is not None:
            raise self._fault
        if self._file.is_corrupted():
            raise OSError(errno.EIO, "damaged in places")
        if self._passed_over:
            raise OverflowError(f"{self._passed_over} values in it have more than {LONGEST} bytes")

    def tried(self, ask: Callable[..., _T], *about: Any) -> _T | None:
        """What libregf answers; None for what is damaged, of which the first is remembered."""
        try:
            return ask(*about)
        except OSError as error:
            self._fault = self._fault or error
            return None

    def look_for_lost(self, key: Any) -> None:
        """Remember where a key has more below it than libregf gives: it leaves out, and is silent.

        Raises:
            OSError: libregf can't say what it gives.
        """
        self._data.seek(key.offset)
        record = self._data.read(_COUNTS.size)
        if len(record) < _COUNTS.size:
            raise OSError(errno.EIO, "a key that reaches beyond its end")
        for count, given in zip(
            _COUNTS.unpack(record), (key.number_of_sub_keys, key.number_of_values), strict=True
        ):
            if count > given:
                raise OSError(errno.EIO, f"a key with {count - given} keys or values out of reach")

    def _texts(self, value: Any, wanted: set[str] | None) -> list[str]:
        """UTF-16 whatever its type says: a type can be wrong, and is often none."""
        if value is None or not (wanted is None or (value.name or "").casefold() in wanted):
            return []
        if value.data_size > LONGEST:
            self._passed_over += 1
            return []
        text = (value.data or b"").decode("utf-16-le", "replace")
        return [each for each in text.split("\0") if each]

    def _matching(self, key: Any, parts: list[str]) -> Iterator[Any]:
        self._keys = _one_less(self._keys)
        self.tried(self.look_for_lost, key)
        if not parts:
            yield key
        elif parts[0] == "*":
            for index in range(self.tried(lambda of: int(of.number_of_sub_keys), key) or 0):
                yield from self._below(self.tried(key.get_sub_key, index), parts)
        else:
            yield from self._below(self.tried(key.get_sub_key_by_name, parts[0]), parts)

    def _below(self, key: Any, parts: list[str]) -> Iterator[Any]:
        if key is not None:
            yield from self._matching(key, parts[1:])


def _one_less(left: int) -> int:
    if left <= 0:
        raise OverflowError("it holds more keys or values than are looked at")
    return left - 1
