"""What a hospital registers of a kit in peacetime: with device control, allow-listing and EDR.

And the agreement on how evidence is preserved, which is to be there before it is needed.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography import x509

from evidence.kit import places
from evidence.kit.carried.authenticode import AuthenticodeError, signed_by
from evidence.kit.checking import compare
from evidence.kit.commands import commands
from evidence.kit.description import NAME, CarriedImager, Platform, described
from evidence.kit.errors import KitAlteredError, KitError
from evidence.kit.listing import NAME as LIST
from evidence.kit.listing import UNLISTED, digest, entries, listed, read
from evidence.report.rendering import render
from evidence.writing.medium import make_folders
from evidence.writing.together import write_together

_STICK = re.compile(r"([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4}):([!-~]{1,126})")  # USB 2.0, 9.6.1, 9.6.7
_WINDOWS_PROGRAM = re.compile(r"\.(exe|dll|pyd)$", re.IGNORECASE)
_LINUX_PROGRAM = re.compile(r"\.so(\.|$)|/ld-linux|/python3$")
_DOOR = re.compile(r"collect\.sh|COLLECT\.cmd|native/.+")
_STARTS = re.compile(rf"{_DOOR.pattern}|{places.LINUX}/(glibc/ld-linux.*|python/bin/python3)"
                     rf"|{places.WINDOWS}/python/python\.exe|{places.START}"
                     rf"|{places.IMAGER}/.+")  # fmt: skip

# What a spreadsheet takes for the beginning of a formula; a Japanese one takes wide ones, too.
_FORMULAS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")

Part = Literal["door", "windows program", "linux program", "data"]
_OF_SYSTEM: dict[Platform, Part] = {"linux": "linux program", "windows": "windows program"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stick:
    """A stick as device control knows it."""

    vendor: str
    product: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KitFile:
    """A file as allow-listing knows it."""

    name: str
    size: int
    sha256: str
    part: Part
    publisher: str
    """Who signed a Windows program; empty where that has no signature, and of all other files."""

    @property
    def starts(self) -> bool:
        """Whether it is one of the few that processes begin with."""
        return _STARTS.fullmatch(self.name) is not None


def stick_of(value: str) -> Stick:
    """A stick from `VENDOR:PRODUCT:SERIAL`.

    Raises:
        KitError: of another form.
    """
    found = _STICK.fullmatch(value)
    if found is None:
        raise KitError("stick", value=value)
    return Stick(vendor=found[1].lower(), product=found[2].lower(), serial=found[3])


def register(kit: Path, out: Path, sticks: tuple[Stick, ...] = ()) -> list[Path]:
    """Write the registration sheet, the list of files, and the agreement to be adopted.

    Args:
        kit: its folder.
        out: the folder that gets the pages.
        sticks: those that the kit will be on.

    Raises:
        KitAlteredError: the kit is not as its list says: nothing of it should be registered.
        KitError: no kit.
        FileExistsError: a page is there already.
    """
    about = described(kit / NAME)
    if compare(kit).differing:
        raise KitAlteredError("unchecked", path=kit)
    known = listed(read(kit), kit / LIST).keys() | UNLISTED
    found = [each for each in entries(kit) if each.name in known]
    files = [_file(each.name, each.path, about.imager) for each in found]
    lines = [line for each in about.runtimes for line in commands(kit, each)]
    facts = {
        "about": about, "files": files, "sticks": sticks, "commands": lines, **_certificate(kit),
    }  # fmt: skip
    pages = {
        "registration.html": render("kit_registration.html", **facts).encode(),
        "files.csv": _table(files),
        "保全方法定め書.html": render("kit_agreement.html", **facts).encode(),
    }
    make_folders(out)
    for name in pages:
        if (out / name).exists():
            raise KitError("taken", path=out / name)
    write_together({out / name: page for name, page in pages.items()})
    return [out / name for name in pages]


def _certificate(kit: Path) -> dict[str, str]:
    found = x509.load_pem_x509_certificate((kit / places.KEY / "kit.pem").read_bytes())
    return {
        "kit_name": found.subject.rfc4514_string(),
        "kit_until": f"{found.not_valid_after_utc:%Y-%m-%d}",
    }


def _file(name: str, path: Path, imager: CarriedImager | None) -> KitFile:
    part = _part(name, imager)
    return KitFile(
        name=name, size=path.stat().st_size, sha256=digest(path), part=part,
        publisher=_publisher(path) if part == "windows program" else "",
    )  # fmt: skip


def _part(name: str, imager: CarriedImager | None) -> Part:
    if imager is not None and name == imager.place:  # its name is the operator's
        return _OF_SYSTEM[imager.platform]
    if _DOOR.fullmatch(name):
        return "door"
    if _WINDOWS_PROGRAM.search(name):
        return "windows program"
    return "linux program" if _LINUX_PROGRAM.search(name) else "data"


def _publisher(path: Path) -> str:
    """The name in the signature, whose digest is this file's; whom it leads to isn't asked here."""
    try:
        return signed_by(path.read_bytes(), ()).signer
    except AuthenticodeError:
        return ""


def _table(files: list[KitFile]) -> bytes:
    """As a spreadsheet opens it: with a mark that says UTF-8, and Windows' line ends.

    Who made a program chose its publisher's name: as no cell a name may be run.
    """
    made = io.StringIO()
    rows = csv.writer(made)
    rows.writerow(["path", "bytes", "sha256", "part", "publisher", "starts a process"])
    for each in files:
        starts = "yes" if each.starts else ""
        name, publisher = _as_text(each.name), _as_text(each.publisher)
        rows.writerow([name, each.size, each.sha256, each.part, publisher, starts])
    return made.getvalue().encode("utf-8-sig")


def _as_text(cell: str) -> str:
    """A cell that a spreadsheet shows, and doesn't take for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell
