"""`build`: from what is installed here, a folder that runs from a stick on a machine without it."""

from __future__ import annotations

import datetime
import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from chain_of_custody.canonical import encode
from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import SigningKey, to_pem
from chain_of_custody.times import utc
from evidence import __version__
from evidence.kit import listing, places
from evidence.kit.archive import write_zip
from evidence.kit.carried.imager import Brought, carry
from evidence.kit.carried.interpreter import copy_interpreter, copy_libraries, python_version
from evidence.kit.carried.licences import OWN, own_licence, write_licences
from evidence.kit.carried.packs import BroughtPack, carry_packs
from evidence.kit.carried.program import copy_program
from evidence.kit.carried.wheels import fetch, put, unpack
from evidence.kit.carried.windows import WindowsRuntime, copy_runtime, take_msvcp
from evidence.kit.description import NAME, Description, Platform, Runtime
from evidence.kit.errors import KitError, KitProgramError
from evidence.kit.signing import manifest_signer, stick_key
from evidence.scan.scanner import load_rules
from evidence.tool import this_tool
from evidence.wizard.contact import Contact
from evidence.writing import medium
from evidence.writing.age import parse_recipients

if TYPE_CHECKING:
    from typing import Literal

    from chain_of_custody.signing.keys import Signer

_HERE = Path(__file__).resolve().parent
_PAGES = ("README.txt", "使い方.txt")
_PATIENCE = 120  # seconds for the finished kit to start once
Step = Callable[[str], None]
"""Hears the name of a step that begins: `runtime wheels libraries program manifest check zip`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a kit is to be."""

    out: Path
    """The kit's folder, which isn't there yet."""
    platforms: tuple[Platform, ...]
    recipients: tuple[str, ...]
    kit_key: Path
    """The file that `hozen keys kit` made."""
    rules: Path
    built: datetime.datetime
    profile: Literal["quick", "standard", "full"] = "quick"
    case_id: str = "UNNAMED"
    contact: Contact | None = None
    language: Literal["en", "ja"] = "ja"
    wheelhouse: Path | None = None
    runtime: WindowsRuntime | None = None
    packs: tuple[BroughtPack, ...] = ()
    """Rules that are searched for beside ours."""
    imager: Brought | None = None
    """A program of the operator's that takes images of memory."""
    signer: str = ""
    """Where the key of the provider is that signs, as it was named: for the error."""
    once: str | None = None
    """The passphrase of a key for one collection, that goes onto the stick instead of the kit's."""
    zipped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A finished kit."""

    path: Path
    archive: Path | None
    files: int
    size: int
    manifest_sha256: str
    description: Description


def build(
    recipe: Recipe, kit: SigningKey, provider: Signer | None = None, step: Step = lambda _: None
) -> Built:
    """Make a kit; it takes its name when it is complete and has started once.

    Args:
        recipe: what it is to be.
        kit: the kit's key, opened.
        provider: whose key signs the manifest; the kit's own one-time key when not given.
        step: hears what is done.

    Raises:
        KitError: something given can't be used; nothing is left behind.
        RecipientError, RulesError, SetError: likewise.
        OSError: the folder could not be written.
    """
    archive = recipe.out.with_name(f"{recipe.out.name}.zip") if recipe.zipped else None
    for path in (recipe.out, archive):
        if path is not None and os.path.lexists(path):
            raise KitError("taken", path=path)
    _check(recipe)
    licence, signer = own_licence(), manifest_signer(kit, provider, recipe.signer)
    key = stick_key(recipe.kit_key, kit, recipe.once)
    medium.make_folders(recipe.out.parent)
    with tempfile.TemporaryDirectory(dir=recipe.out.parent, prefix=".kit-") as scratch:
        folder = Path(scratch) / recipe.out.name
        put(folder / OWN, licence)
        description = _fill(recipe, folder, kit, key, step)
        _sign(folder, signer, step)
        if "linux" in recipe.platforms:
            _start_once(folder, step)
        packed = _zip(recipe, folder, step) if archive is not None else None
        medium.settle(folder)
        folder.rename(recipe.out)
        if packed is not None and archive is not None:
            packed.rename(archive)
        medium.sync_folder(recipe.out.parent)
    return _told(recipe.out, archive, description)


def _check(recipe: Recipe) -> None:
    """Refuse a kit that everybody could read, or whose rules or imager none of its systems runs."""
    if not recipe.recipients:
        raise KitError("no_recipient")
    parse_recipients(recipe.recipients)
    load_rules(recipe.rules, sets=[each.rules for each in recipe.packs])
    if recipe.imager is None or not recipe.platforms:  # for no system: it carries no runtime
        return
    platform = recipe.imager.about.platform
    if platform not in recipe.platforms:
        raise KitError("imager_platform", path=recipe.imager.path, platform=platform)


def _fill(recipe: Recipe, folder: Path, kit: SigningKey, key: bytes, step: Step) -> Description:
    runtimes = {each: _SIDES[each](recipe, folder, step) for each in recipe.platforms}
    step("program")
    rules = copy_program(folder, recipe.rules)
    put(folder / places.START, (_HERE / "start.py").read_bytes())
    for name in (*_PAGES, *(places.DOORS[each] for each in recipe.platforms)):
        put(folder / name, _door(name))
    for native in (places.NATIVE[each] for each in recipe.platforms):
        put(folder / native, (files("collectors") / native).read_bytes())
    put(folder / places.KEY / "kit.key", key)
    put(folder / places.KEY / "kit.pem", to_pem(kit.certificate))
    (folder / places.OUT).mkdir()
    imager = None if recipe.imager is None else carry(recipe.imager, folder)
    description = Description(
        built=utc(recipe.built),
        case_id=recipe.case_id, contact=recipe.contact, imager=imager,
        kit_certificate_sha256=kit.certificate_sha256,
        language=recipe.language, packs=carry_packs(recipe.packs, folder), profile=recipe.profile,
        recipients=list(recipe.recipients),
        rules=rules, runtimes=runtimes, schema="hozen-kit/1",
        tool_sha256=this_tool(__version__).sha256, version=__version__,
    )  # fmt: skip
    put(folder / NAME, encode(description))
    write_licences(folder, description)
    return description


def _door(name: str) -> bytes:
    """A page or a door; Windows' own programs want its line ends, and Linux' shell hates them."""
    data = (_HERE / "doors" / name).read_bytes()
    return data if name.endswith(".sh") else data.replace(b"\n", b"\r\n")


def _linux(recipe: Recipe, folder: Path, step: Step) -> Runtime:
    linux = folder / places.LINUX
    step("runtime")
    runtime = copy_interpreter(linux)
    with _wheels(recipe, "linux", python_version(), step) as wheels:
        unpack(wheels, linux / places.SITE)
    step("libraries")
    copy_libraries(linux)
    return runtime


def _windows(recipe: Recipe, folder: Path, step: Step) -> Runtime:
    if recipe.runtime is None:
        raise KitError("no_runtime")
    windows = folder / places.WINDOWS
    step("runtime")
    runtime = copy_runtime(recipe.runtime, windows / "python")
    with _wheels(recipe, "windows", runtime.python, step) as wheels:
        take_msvcp(wheels, windows / "python")
        unpack(wheels, windows / places.SITE)
    return runtime


_SIDES: dict[Platform, Callable[[Recipe, Path, Step], Runtime]] = {
    "linux": _linux, "windows": _windows,
}  # fmt: skip


@contextmanager
def _wheels(recipe: Recipe, platform: Platform, python: str, step: Step) -> Iterator[Path]:
    """The locked wheels in a folder, for a while."""
    step("wheels")
    with tempfile.TemporaryDirectory() as wheels:
        fetch(platform, python, Path(wheels), recipe.wheelhouse)
        yield Path(wheels)


def _sign(folder: Path, signer: Signer, step: Step) -> None:
    """List what is there, and sign the list; names must be apart on a file system like FAT's."""
    step("manifest")
    names = [each.name for each in listing.entries(folder)]
    folded = Counter(name.casefold() for name in names)
    same = [name for name in names if folded[name.casefold()] > 1]
    if same:
        raise KitError("same_name", names=", ".join(same))
    data = listing.listing(folder)
    listing.listed(data, folder / listing.NAME)  # refuses a name that no list can hold
    put(folder / listing.NAME, data)
    put(folder / listing.SIGNATURE, cms.sign(data, signer))


def _start_once(folder: Path, step: Step) -> None:
    step("check")
    try:
        done = subprocess.run(  # noqa: S603 - what was just made
            ["/bin/sh", folder / "collect.sh", "--version"], capture_output=True, text=True,
            env={}, check=False, timeout=_PATIENCE,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise KitProgramError("self_check", why=error) from error
    if done.returncode != 0 or __version__ not in done.stdout:
        raise KitProgramError(
            "self_check", why=(done.stderr or done.stdout).strip().rpartition("\n")[2]
        )


def _zip(recipe: Recipe, folder: Path, step: Step) -> Path:
    step("zip")
    path = folder.with_name(f"{folder.name}.zip")
    write_zip(folder, path, recipe.built)
    return path


def _told(path: Path, archive: Path | None, description: Description) -> Built:
    found = [each for each in listing.entries(path) if each.kind == "file"]
    return Built(
        path=path, archive=archive, files=len(found), description=description,
        size=sum(each.path.stat().st_size for each in found),
        manifest_sha256=listing.digest(path / listing.NAME),
    )  # fmt: skip
