"""Files of rules in memory: whose they are, and under which licence they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from chain_of_custody.digest import sha256
from chain_of_custody.findings import escaped
from evidence.packs.errors import SetError

FILES = 20_000  # of one set
BYTES = 64 << 20  # of all files together
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
OTHERS = "third-party rules, not ours"


def ends_in(name: str, endings: tuple[str, ...]) -> bool:
    """Whether a name has one of these endings, in whichever case a system left it."""
    return name.lower().endswith(endings)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFiles:
    """Rules that are searched for beside our own, in whichever language."""

    endings: ClassVar[tuple[str, ...]]
    """Of the names of files that hold rules."""
    table: ClassVar[str] = ""
    """A file beside them that may name the licence, too."""

    name: str
    licence: str
    version: int = 0
    """Counts up; 0 for a folder that nobody numbered."""
    date: str = ""
    signer: str | None = None
    """SHA-256 of the certificate of whoever signed the pack; None for a folder."""
    tied: bool = False
    """Whether the signer leads to what the user trusts."""
    files: Mapping[str, bytes]
    """By their path in the set."""

    def __post_init__(self) -> None:
        """Hold it to the limits.

        Raises:
            SetError: no rules, too many, no licence, or names that can't be shown.
        """
        if not NAME.fullmatch(self.name):
            raise SetError("set_name", name=self.name)
        if len(self.files) > FILES or sum(map(len, self.files.values())) > BYTES:
            raise self.refused("too_large", files=FILES, size=BYTES)
        for name in self.files:
            if escaped(name) != name:  # it goes into records and onto screens, whole
                raise self.refused("file_name", name=escaped(name))
        if not any(ends_in(name, self.endings) for name in self.files):
            raise self.refused("no_rules", endings=", ".join(self.endings))
        if not self.licence.strip():
            key = "no_licence" if self.table else "no_licence_said"
            raise self.refused(key, table=self.table)

    def refused(self, key: str, **facts: object) -> SetError:
        """Why it is not used."""
        return SetError("at", path=self.name, why=SetError(key, **facts))

    @property
    def sums(self) -> str:
        """The lines that sha256sum makes of the files."""
        return "".join(f"{sha256(data)}  {name}\n" for name, data in sorted(self.files.items()))

    @property
    def sha256(self) -> str:
        """Of those lines: what tells this set from any other."""
        return sha256(self.sums.encode())

    @property
    def origin(self) -> str:
        """Whose rules they are, for records."""
        return OTHERS if self.signer is None else f"signed by {self.signer}"
