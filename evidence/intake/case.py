"""A case: a folder with masters, working copies, and one file that says what was imported."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from chain_of_custody.canonical import Model
from chain_of_custody.findings import Finding
from chain_of_custody.sentences import SENTENCES
from chain_of_custody.verdict import Outcome, Verdict
from evidence.intake.errors import CaseError, CopyError, IntakeError
from evidence.writing import medium

CASE_FILE = "case.json"
PARTIAL = ".partial"
_LOCK = ".lock"
_OWN = {CASE_FILE, f"{CASE_FILE}.tmp", _LOCK, "bundles", "hosts", "memory", "reports", "triage"}
_SAFE = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_NAME = re.compile(_SAFE)

Name = Annotated[str, msgspec.Meta(pattern=rf"\A{_SAFE}\Z")]


class StoredFinding(Model, frozen=True):
    """A finding as it was when the bundle was imported."""

    facts: dict[str, str]
    key: str
    text: str

    def sentence(self, language: str) -> str:
        """In words; as it was said then where this version has no such finding."""
        if self.key not in SENTENCES:
            return self.text
        return Finding(key=self.key, facts=tuple(self.facts.items())).sentence(language)


class StoredStage(Model, frozen=True):
    """How a stage ended."""

    findings: list[StoredFinding]
    name: str
    number: int
    outcome: Outcome


class StoredVerdict(Model, frozen=True):
    """The verdict on the master when it was imported."""

    exit: int
    head: str | None
    level: str
    root: str | None
    sealed: bool
    stages: list[StoredStage]

    @classmethod
    def of(cls, verdict: Verdict) -> StoredVerdict:
        """What is kept of a verdict."""
        stages = [
            StoredStage(
                findings=[
                    StoredFinding(facts=dict(f.facts), key=f.key, text=f.sentence("en"))
                    for f in stage.findings
                ],
                name=stage.name, number=stage.number, outcome=stage.outcome,
            )
            for stage in verdict.stages
        ]  # fmt: skip
        return cls(
            exit=int(verdict.exit), head=verdict.head, level=verdict.level,
            root=verdict.root, sealed=verdict.sealed, stages=stages,
        )  # fmt: skip


class Import(Model, frozen=True):
    """One imported bundle."""

    actor: str | None
    aside: int
    bundle_id: str
    bytes: int
    custody_continued: bool
    files: int
    imported: str
    links: int
    links_aside: int
    name: Name
    placed: int
    tool: str
    trusted: list[str]
    verdict: StoredVerdict


class CaseFile(Model, frozen=True):
    """`case.json`."""

    imports: list[Import]
    schema: Literal["hozen-case/1"]


class Case:
    """One case folder, held by one import at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def bundles(self) -> Path:
        """Where the masters are."""
        return self.path / "bundles"

    @property
    def hosts(self) -> Path:
        """Where the working copies are."""
        return self.path / "hosts"

    def read(self) -> CaseFile:
        """What was imported so far.

        Raises:
            CaseError: the file is not one of ours.
        """
        try:
            data = (self.path / CASE_FILE).read_bytes()
        except FileNotFoundError:
            return CaseFile(imports=[], schema="hozen-case/1")
        except OSError as error:
            why = error.strerror
            raise CaseError("case_unreadable", path=self.path / CASE_FILE, why=why) from error
        try:
            return msgspec.json.decode(data, type=CaseFile)
        except (msgspec.DecodeError, RecursionError) as error:
            raise CaseError("case_version", path=self.path / CASE_FILE, why=error) from error

    def settle(self, done: Import, *partials: Path) -> None:
        """Give the folders of an import their names, and note it; or all is as it was.

        Raises:
            CopyError: it is noted, but may not last.
            OSError: the medium did not take it.
        """
        try:
            for partial in partials:
                partial.rename(final(partial))
                medium.sync_folder(partial.parent)
            self.add(done)
        except (OSError, KeyboardInterrupt):
            if not self._has(done):
                for partial in partials:
                    with contextlib.suppress(OSError):
                        final(partial).rename(partial)
            raise

    def _has(self, done: Import) -> bool:
        """Whether it stands in the file, as far as that can be told."""
        with contextlib.suppress(CaseError):
            return done in self.read().imports
        return False

    def add(self, done: Import) -> None:
        """Note that a bundle is imported.

        Raises:
            CopyError: it is noted, but may not last.
            OSError: it could not be noted.
        """
        before = self.read()
        after = CaseFile(imports=[*before.imports, done], schema="hozen-case/1")
        data = msgspec.json.format(msgspec.json.encode(after), indent=1) + b"\n"
        path = self.path / CASE_FILE
        medium.replace(path, data)
        try:
            medium.sync_folder(self.path)
        except OSError as error:
            raise CopyError("unsettled", path=self.path, why=error.strerror) from error

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder where it is missing, and keep other imports out.

        Where the first import of a case fails, nothing that was made for it is left.

        Raises:
            CaseError: it is a file, or holds other things than a case.
            IntakeError: another import is at work in it.
            OSError: it can't be made.
        """
        if self.path.is_file():
            raise CaseError("file", path=self.path)
        missing = [each for each in (self.path, *self.path.parents) if not each.exists()]
        self.path.mkdir(parents=True, exist_ok=True)
        strange = {entry.name for entry in self.path.iterdir()} - _OWN
        if strange and not (self.path / CASE_FILE).exists():
            raise CaseError("no_case", path=self.path, file=CASE_FILE)
        descriptor = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _lock(descriptor, self.path)
            with self._unless_first(missing):
                self.bundles.mkdir(exist_ok=True)
                self.hosts.mkdir(mode=0o700, exist_ok=True)
                yield
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def _unless_first(self, made: list[Path]) -> Iterator[None]:
        """Take back what was made, where it failed and nothing was imported before."""
        try:
            yield
        except BaseException:
            if not (self.path / CASE_FILE).exists():
                self._take_back(made)
            raise

    def _take_back(self, made: list[Path]) -> None:
        """Remove our folders where they are empty, and those above that were made for them."""
        for folder in (self.bundles, self.hosts):
            with contextlib.suppress(OSError):
                folder.rmdir()
        if {entry.name for entry in self.path.iterdir()} == {_LOCK}:
            (self.path / _LOCK).unlink()
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()

    def fresh(self, folder: Path, name: str) -> Path:
        """A temporary name in one of our folders; what a cut-off import left there is removed.

        Only for who holds the case: so nobody is at work on what is found.
        """
        path = folder / f"{name}{PARTIAL}"
        if path.exists():
            shutil.rmtree(path)
        return path


def final(partial: Path) -> Path:
    """The name that a folder gets when its import is done."""
    return partial.with_name(partial.name.removesuffix(PARTIAL))


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        here = (path / _LOCK).stat()
    except (BlockingIOError, FileNotFoundError) as error:
        raise IntakeError("busy", path=path) from error
    if not os.path.samestat(here, os.fstat(descriptor)):  # who failed took it away meanwhile
        raise IntakeError("busy", path=path)


def name_for(path: Path, bundle_id: str) -> str:
    """The bundle's name within the case: its folder's, where that is a plain name."""
    name = path.name
    plain = _NAME.fullmatch(name) is not None and not name.endswith((PARTIAL, "."))
    return name if plain else f"bundle_{bundle_id}"
