"""`LICENCES.txt`: what a kit carries of others, on which terms, and where their words lie on it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.message import Message
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from chain_of_custody.findings import escaped
from evidence import __version__
from evidence.kit import places
from evidence.kit.carried.wheels import put
from evidence.kit.description import Description, Platform
from evidence.kit.errors import KitError
from evidence.kit.listing import entries
from evidence.rulebook.index import load_index
from evidence.tool import DISTRIBUTION, this_tool

NAME, OWN = "LICENCES.txt", "LICENSE"
_HEAD = """What this kit carries, on which terms (as its makers state them), and where these lie.
このキットに入っているもの、作者が示す利用条件、条件文の場所。
"""
_TEXT = r"(?i).*(licenses/.+|(licen[cs]e|copying|notice)[^/]*)"
_DOCUMENTS = Path("/usr/share/doc")  # Debian Policy 12.5: PACKAGE/copyright
_COMMON = re.compile(r"/usr/share/common-licenses/([A-Za-z0-9.+-]*[A-Za-z0-9])")
_DIVERTED = "diversion by "  # of the loader and others in Debian 13: told before who has the file
_OF_PYTHON = re.compile(r"libpython").match
_SAID_IN = "as its text says / 条件文のとおり"
_UNKNOWN = "not known to who built this / キットの作成者には不明"
_BROUGHT = "brought by who built this; its terms are not known here / 作成者が入れ、条件は不明"
_NO_TEXT = "(no text of them came with it / 条件文は付いていません)"
_LONGEST = 60  # characters of a licence's name; what is longer is its text


class Part(NamedTuple):
    """Something that a kit carries."""

    name: str
    terms: str
    texts: tuple[str, ...]
    """Where the words of the terms lie, from the kit's folder on."""


def own_licence() -> bytes:
    """The text of hozen's licence.

    Raises:
        KitError: hozen was not installed with it, or not installed at all.
    """
    try:
        text = distribution(DISTRIBUTION).read_text(f"licenses/{OWN}")
    except PackageNotFoundError:
        text = None
    if text is None:
        raise KitError("own_licence")
    return text.encode()


def write_licences(kit: Path, about: Description) -> None:
    """Put the list of all that is carried into a kit's folder, when the rest is there.

    Args:
        kit: its folder.
        about: what it is.

    Raises:
        RulesError: the index of its rules can't be read.
    """
    parts = [
        Part(f"hozen {__version__}", "Apache-2.0", (OWN,)), *_rules(kit, about), *_packs(about),
        *_imager(about), *_runtimes(kit, about),
    ]  # fmt: skip
    put(kit / NAME, "\n".join([_HEAD, *map(_shown, parts)]).encode())


def _shown(part: Part) -> str:
    texts = part.texts or (_NO_TEXT,)
    return "\n    ".join([part.name, part.terms, *texts]) + "\n"


def _rules(kit: Path, about: Description) -> Iterator[Part]:
    """Rules of others, by what their index states; ours stand under our own licence."""
    if about.rules.sha256 != this_tool(__version__).rules_sha256:
        folder = kit / places.RULES
        terms = load_index(folder).licence or _UNKNOWN
        yield Part(places.RULES, terms, _named(kit, folder, _TEXT))


def _packs(about: Description) -> Iterator[Part]:
    """Rules of others in packs, by what their signer states."""
    for each in about.packs:
        yield Part(each.place, escaped(each.licence), ())


def _imager(about: Description) -> Iterator[Part]:
    if about.imager is not None:
        yield Part(about.imager.place, _BROUGHT, ())


def _runtimes(kit: Path, about: Description) -> Iterator[Part]:
    for platform, runtime in sorted(about.runtimes.items()):
        home = kit / _HOMES[platform]
        texts = _named(kit, home / "python", r"(lib/python[0-9.]+/)?LICENSE(\.txt)?")
        yield Part(f"Python {runtime.python} ({platform})", f"PSF-2.0, and {_SAID_IN}", texts)
        for stated in sorted(home.glob(f"{places.SITE}/*.dist-info/METADATA")):
            yield _library(kit, stated)
        yield from _shared(kit, home)


_HOMES: dict[Platform, str] = {"linux": places.LINUX, "windows": places.WINDOWS}


def _named(kit: Path, folder: Path, pattern: str) -> tuple[str, ...]:
    names = (each.name for each in entries(folder) if each.kind == "file")
    found = (name for name in names if re.fullmatch(pattern, name))
    return tuple((folder / name).relative_to(kit).as_posix() for name in found)


def _library(kit: Path, about: Path) -> Part:
    """A wheel, by what stands beside it (core metadata, PyPA)."""
    stated = message_from_bytes(about.read_bytes())
    texts = _named(kit, about.parent, _TEXT)
    return Part(f"{stated['Name']} {stated['Version']}", _terms(stated), texts)


def _terms(stated: Message) -> str:
    classifiers = [str(each) for each in stated.get_all("Classifier", [])]
    named = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License ::")]
    told = [stated["License-Expression"], stated["License"], ", ".join(named)]
    fitting = [str(each) for each in told if each and len(each) <= _LONGEST and "\n" not in each]
    return fitting[0] if fitting else _SAID_IN


def _shared(kit: Path, home: Path) -> Iterator[Part]:
    """Libraries that are no wheels: those whose terms were put beside them, and those without."""
    kept = home / places.LICENCES
    alone = [each for each in (home / places.LIBRARIES).glob("*.so*") if not _OF_PYTHON(each.name)]
    texts = {each.name.removesuffix(".txt"): each for each in kept.glob("*.txt")}
    for name in sorted({*texts, *(each.name for each in alone)}):
        text = texts.get(name)
        found = () if text is None else (text.relative_to(kit).as_posix(),)
        yield Part(name, _SAID_IN if found else _UNKNOWN, found)


# The shared libraries of the machine that builds.


def copy_terms(libraries: Iterable[Path], home: Path) -> None:
    """Put the terms of this machine's libraries into a kit, as far as Debian's packages hold them.

    Args:
        libraries: files of this machine.
        home: the kit's folder for this platform.
    """
    common: set[str] = set()
    for path in libraries:
        text = _copyright(path)
        if text is not None:
            put(home / places.LICENCES / f"{path.name}.txt", text)
            common |= set(_COMMON.findall(text.decode("utf-8", "replace")))
    for name in sorted(common):
        text = _content(Path("/usr/share/common-licenses") / name)
        if text is not None:
            put(home / places.LICENCES / "common" / name, text)


def _copyright(path: Path) -> bytes | None:
    """What the package of a file says of its terms."""
    plain = [str(path).removeprefix("/usr"), str(path.resolve()).removeprefix("/usr")]
    asked = ["dpkg-query", "--search", *dict.fromkeys([*plain, *(f"/usr{one}" for one in plain)])]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    try:
        done = subprocess.run(asked, capture_output=True, text=True, check=False, env=environment)  # noqa: S603 - fixed
    except OSError:  # no Debian
        return None
    named = [each for each in done.stdout.splitlines() if not each.startswith(_DIVERTED)]
    package = named[0].partition(":")[0] if named else ""
    return _content(_DOCUMENTS / package / "copyright") if package else None


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
