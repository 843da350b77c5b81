"""Definitions by name: those of ForensicArtifacts, and those in the YAML files beside this one.

Only what lies in files is taken. Definitions of registry keys need no collector of their own: the
hives that hold them are taken whole. Commands and WMI queries are never run.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from collectors.disk.reader import LibraryError

OURS = Path(__file__).parent
_PACKAGE = "artifacts"
_FILES = ("FILE", "PATH")
_WINDOWS = "Windows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One definition: its name, what it says of itself, and the paths on Windows that it names."""

    name: str
    description: str
    paths: tuple[str, ...]
    """In the language of definitions: `%%environ_systemroot%%\\Prefetch\\*.pf`."""
    origin: str
    """Whose it is, with the version."""


@cache
def definitions() -> dict[str, Definition]:
    """All definitions of files on Windows, by name; read once, in about a second.

    Raises:
        LibraryError: the package that holds them is not installed.
        DefinitionError: a definition of ours that can't be read, or that has a name twice.
    """
    try:
        package = importlib.import_module(_PACKAGE)
    except ImportError as error:
        raise LibraryError("definitions") from error
    published = Path(package.__file__ or "").parent / "data"
    version = importlib.metadata.version(_PACKAGE)
    found = _read([published], f"ForensicArtifacts {version}")
    for name, definition in _read([OURS], "hozen").items():
        if name in found:
            raise DefinitionError(f"{name}: is the name of a published definition")
        found[name] = definition
    return found


class DefinitionError(ValueError):
    """A definition that can't be used; says why."""


def _read(folders: list[Path], origin: str) -> dict[str, Definition]:
    reader = importlib.import_module("artifacts.reader").YamlArtifactsReader()
    error_type = importlib.import_module("artifacts.errors").FormatError
    try:
        read = [each for folder in folders for each in reader.ReadDirectory(str(folder))]
    except error_type as error:
        raise DefinitionError(str(error)) from error
    found = (_of_windows(each, origin) for each in read)
    return {each.name: each for each in found if each.paths}


def _of_windows(read: Any, origin: str) -> Definition:
    """What a definition names on Windows, which may be nothing."""
    return Definition(
        name=read.name, description=" ".join(read.description.split()), origin=origin,
        paths=tuple(path for source in read.sources for path in _paths(read, source)),
    )  # fmt: skip


def _paths(definition: Any, source: Any) -> list[str]:
    """The paths that one source names on Windows; a source may narrow what the definition says."""
    systems = source.supported_os or definition.supported_os or [_WINDOWS]
    if source.type_indicator not in _FILES or _WINDOWS not in systems:
        return []
    separator = source.separator
    return [path.replace(separator, "\\") for path in source.paths]
