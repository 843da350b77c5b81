"""What symbols are made from: the files about its kernel that were taken beside the image."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from chain_of_custody.digest import sha256
from chain_of_custody.item import ItemRecord
from collectors.ram.account import FACTS
from evidence.memory.errors import SymbolsError
from evidence.memory.symbols.isf import Origin

BTF, KALLSYMS, VERSION = "/sys/kernel/btf/vmlinux", "/proc/kallsyms", "/proc/version"
MODULES, SYSTEM_MAP = "/sys/kernel/btf/", "/boot/System.map-"
LARGEST = 64 << 20  # bytes of one file
MOST = 512 << 20  # bytes of all: some hundred modules have a few hundred KiB each
_RELEASE = re.compile(rb"Linux version ([A-Za-z0-9][A-Za-z0-9._+~-]{0,99}) ")


@dataclass(slots=True)
class Ingredients:
    """Files by their origin on the machine, and why others are not there."""

    files: dict[str, bytes] = field(default_factory=dict)
    lacking: dict[str, SymbolsError] = field(default_factory=dict)
    _bytes: int = 0

    @classmethod
    def loose(
        cls, btf: bytes, kallsyms: bytes, version: bytes, *, vmcoreinfo: str = "",
        system_map: bytes | None = None, modules: Mapping[str, bytes] | None = None,
    ) -> Ingredients:  # fmt: skip
        """Files that came without a bundle.

        Args:
            btf: /sys/kernel/btf/vmlinux.
            kallsyms: /proc/kallsyms, as root reads it.
            version: /proc/version.
            vmcoreinfo: the text of the note of that name in /proc/kcore or a crash dump.
            system_map: the System.map of the same kernel.
            modules: other files of /sys/kernel/btf by name.

        Raises:
            SymbolsError: they are more than a machine says of its kernel.
        """
        found = cls()
        files = {BTF: btf, KALLSYMS: kallsyms, VERSION: version}
        files[FACTS] = json.dumps({"vmcoreinfo": vmcoreinfo}).encode()
        files |= {f"{MODULES}{name}": data for name, data in (modules or {}).items()}
        for origin, data in files.items():
            found.take(origin, data)
        if system_map is not None:
            found.take(f"{SYSTEM_MAP}{found.release}", system_map)
        return found

    @staticmethod
    def wanted(origin: str) -> bool:
        """Whether a file of this origin is of use."""
        return origin in (KALLSYMS, VERSION, FACTS) or origin.startswith((MODULES, SYSTEM_MAP))

    def take(self, origin: str, data: bytes) -> None:
        """Keep a file.

        Raises:
            SymbolsError: it is more than a machine says of its kernel.
        """
        self._bytes += len(data)
        if len(data) > LARGEST or self._bytes > MOST:
            raise SymbolsError("too_much", origin=origin, size=len(data))
        self.files[origin] = data

    def miss(self, record: ItemRecord) -> None:
        """Note why a file isn't there, or isn't used."""
        origin, content = record.meta.source.origin, record.content
        if content.status == "acquired":
            self.lacking[origin] = SymbolsError("too_much", origin=origin, size=content.size)
        else:
            self.lacking[origin] = SymbolsError("lacking", origin=origin, why=why_not(record))

    def need(self, origin: str) -> bytes:
        """A file without which there are no symbols.

        Raises:
            SymbolsError: it isn't there; says why where that is known.
        """
        if origin not in self.files:
            raise self.lacking.get(origin) or SymbolsError("not_taken", origin=origin)
        return self.files[origin]

    @property
    def modules(self) -> dict[str, bytes]:
        """BTF of modules by their names, in order."""
        found = {
            origin.removeprefix(MODULES): data
            for origin, data in self.files.items()
            if origin.startswith(MODULES) and origin != BTF
        }
        return dict(sorted(found.items()))

    @property
    def vmcoreinfo(self) -> str:
        """The kernel's account of its layout; empty where there was no image of memory."""
        return str(self.facts.get("vmcoreinfo") or "")

    @property
    def facts(self) -> dict[str, object]:
        """What is known of the image.

        Raises:
            SymbolsError: it isn't what we write.
        """
        try:
            found = json.loads(self.files.get(FACTS, b"{}"))
        except (ValueError, RecursionError) as error:
            raise SymbolsError("no_account", origin=FACTS) from error
        if not isinstance(found, dict):
            raise SymbolsError("no_account", origin=FACTS)
        return found

    @property
    def banner(self) -> bytes:
        """What the kernel calls itself, as it lies in its memory: with a newline and a NUL.

        Raises:
            SymbolsError: /proc/version isn't there or says something else.
        """
        banner = self.need(VERSION).rstrip(b"\n\0") + b"\n\0"
        if not _RELEASE.match(banner):
            raise SymbolsError("no_linux", origin=VERSION)
        return banner

    @property
    def release(self) -> str:
        """The kernel's release, good for a file's name."""
        found = _RELEASE.match(self.banner)
        return found[1].decode() if found else ""

    def origin(self, name: str) -> Origin:
        """A file's name and digest."""
        return Origin(name=name, sha256=sha256(self.files[name]))


def why_not(record: ItemRecord) -> str:
    """Why an item isn't there, or not whole, in the words of the collection."""
    meta = record.meta
    return ": ".join((meta.reason or record.content.status, *meta.errors))
