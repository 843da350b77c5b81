"""The operator's imager, as it is named on the command line: nothing is run that isn't pinned."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chain_of_custody.findings import escaped
from evidence.cli.options import packed
from evidence.cli.shared import F, UsageError, parse_time
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for the collectors
    from collectors.ram.imager.program import Imager

_NS = 1_000_000_000


def imaging(t: Texts, what: str) -> Callable[[F], F]:
    """The options of an imager; the verb gets them as `named`; `what` says what it is for."""
    options = [
        click.option("--imager", metavar="PROGRAM", help=what),
        click.option("--imager-sha256", metavar="HEX", help=t("memory.imager_sha256")),
        click.option(
            "--imager-argument", multiple=True, metavar="ARGUMENT", help=t("memory.imager_argument")
        ),
        click.option(
            "--imager-time", metavar="TIME", default="60m", show_default=True,
            help=t("memory.imager_time"),
        ),
    ]  # fmt: skip
    names = [f"imager{each}" for each in ("", "_sha256", "_argument", "_time")]
    return packed("named", lambda given: Named(*[given.pop(name) for name in names]), options)


@dataclass(frozen=True, slots=True)
class Named:
    """What was typed of an imager."""

    path: str | None
    sha256: str | None
    arguments: tuple[str, ...]
    time: str

    def checked(self, t: Texts) -> Imager | None:
        """The imager, once its digest was found to be the one that was typed; None without one.

        Raises:
            UsageError: only half of it was typed, or the program is another one, or none.
        """
        from evidence.kit.carried.imager import signature_in

        imager = self.pinned(t)
        if imager is None:
            return None
        self._hold(t, imager)
        return imager._replace(signature=signature_in)

    def pinned(self, t: Texts) -> Imager | None:
        """The imager as it was typed, its file not looked at; None without one.

        Raises:
            UsageError: only half of it was typed.
        """
        from collectors.ram.imager.program import Imager

        if self.path is None and (self.sha256 or self.arguments):
            raise UsageError(t("error.imager_alone"))
        if self.path is None:
            return None
        if not re.fullmatch(r"[0-9a-fA-F]{64}", self.sha256 or ""):
            raise UsageError(t("error.imager_unpinned"))
        seconds = (parse_time(t, self.time) or 0) // _NS
        path = os.fspath(Path(self.path).absolute())
        return Imager(path, str(self.sha256).lower(), self.arguments, seconds)

    def _hold(self, t: Texts, imager: Imager) -> None:
        """Refuse a program that isn't the one that was meant."""
        shown = escaped(imager.path)
        try:
            found = imager.measured()
        except OSError as error:
            raise UsageError(t("error.file", path=shown, why=error.strerror)) from error
        if found != imager.sha256:
            raise UsageError(t("error.imager_other", path=shown, found=found))
        if not os.access(imager.path, os.X_OK):
            raise UsageError(t("error.imager_mode", path=shown))
