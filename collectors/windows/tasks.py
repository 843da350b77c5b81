"""Scheduled tasks since Windows Vista: XML, in UTF-16 as a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO
from xml.etree import ElementTree

from collectors.windows.bounds import up_to
from collectors.windows.commands import LONGEST, run_by
from collectors.windows.scripts import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_ACTIONS = 100  # of one task that are looked at
_DECLARED = ("<!DOCTYPE", "<!ENTITY")


def actions(file: BinaryIO) -> Iterator[str]:
    """The paths that a task's actions run; none from an XML file of another kind.

    Raises:
        ValueError: it is no XML, or declares entities, which no task does.
        OverflowError: after many actions: there are more; after all: one is longer than is read.
    """
    text = decoded(file.read())
    if any(each in text.upper() for each in _DECLARED):
        raise ValueError("it declares entities of its own")
    head, mark, rest = text.partition("?>")
    try:
        root = ElementTree.fromstring(rest if mark and "<?xml" in head else text)  # noqa: S314 - no entities
    except ElementTree.ParseError as error:
        raise ValueError(f"no XML: {error}") from error
    if root.tag.rpartition("}")[2] == "Task":
        actions = (each for each in root.iter() if each.tag.rpartition("}")[2] == "Exec")
        is_cut = False
        for action in up_to(MOST_ACTIONS, actions, f"it has more than {MOST_ACTIONS} actions"):
            said = {each.tag.rpartition("}")[2]: (each.text or "").strip() for each in action}
            is_cut = is_cut or sum(map(len, said.values())) > LONGEST
            yield from _of_action(said)
        if is_cut:
            raise OverflowError(f"an action of it has more than {LONGEST} characters")


def _of_action(said: Mapping[str, str]) -> Iterator[str]:
    command = said.get("Command", "").strip('"')
    folder = said.get("WorkingDirectory", "").strip('"').rstrip("\\")
    yield from run_by(f'"{command}" {said.get("Arguments", "")}')
    if folder and "." in command and "\\" not in command:
        yield f"{folder}\\{command}"
