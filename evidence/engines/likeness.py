"""What yara-python and boreal have in common: boreal's module is made after the other's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from itertools import islice
from typing import Any

from evidence.engines.engine import (
    IN_MEMORY,
    MANY_FILES,
    Answer,
    Match,
    Part,
    Place,
    RuleFile,
    Said,
    ScanError,
    one_by_one,
)
from evidence.rulebook.errors import RulesError

_GO_ON = 0  # what a callback answers
_BOREAL = re.compile(r"\Amem:([0-9]+):[0-9]+: error: ")


class Likeness:
    """Compiled rules of either module."""

    in_batches = False

    def __init__(self, module: Any, rules: Any) -> None:  # noqa: ANN401 - neither ships types
        """Keep them.

        Args:
            module: `yara` or `boreal`.
            rules: what its `compile` made.
        """
        self._module = module
        self._rules = rules
        self.names = [each.identifier for each in rules if not each.is_private]

    def match(
        self, data: memoryview, *, in_memory: bool, timeout: int, most: int,
        many_files: bool = False,
    ) -> Answer:  # fmt: skip
        """As the contract says."""
        remarks: list[str] = []

        def remark(_kind: int, about: Any) -> int:  # noqa: ANN401 - the module's own
            remarks.append(f"too many matches of {about.string} in {about.namespace}:{about.rule}")
            return _GO_ON

        try:
            found = self._rules.match(
                data=self.held(data), timeout=timeout, warnings_callback=remark,
                console_callback=_unheard,
                externals={IN_MEMORY: in_memory, MANY_FILES: many_files},
            )  # fmt: skip
        except self._module.TimeoutError as error:
            raise ScanError(f"given up after {timeout} s") from error
        except self._module.Error as error:
            raise ScanError(str(error)) from error
        matches = [Match(f"{each.namespace}:{each.rule}", _places(each, most)) for each in found]
        return Answer(matches, remarks)

    def match_each(self, parts: Sequence[Part], *, timeout: int, most: int) -> list[Said]:
        """As the contract says."""
        return one_by_one(self, parts, timeout=timeout, most=most)

    def saved(self) -> bytes:
        """As the contract says."""
        file = BytesIO()
        self._rules.save(file=file)
        return file.getvalue()

    @staticmethod
    def held(data: memoryview) -> memoryview | bytes:
        """The bytes, in the form in which the module takes them."""
        return data


def _unheard(said: str) -> None:
    """What a rule says by the module `console`: it is no hit, and a stranger's words.

    The modules would print it: onto a terminal as it stands, into JSON, and where processes apart
    answer, as an answer about our own rules.
    """


def _places(match: Any, most: int) -> list[Place]:  # noqa: ANN401 - the module's own
    return [
        Place(instance.offset, bytes(instance.matched_data))
        for string in match.strings
        for instance in islice(string.instances, most)
    ]


def compiled(module: Any, files: Sequence[RuleFile]) -> Any:  # noqa: ANN401 - either module
    """Compile all files; where one doesn't, each alone, since neither module says which it is.

    Raises:
        RulesError: naming the file and the line.
    """
    try:
        return _compile(module, files)
    except module.Error as error:
        for file in files:
            try:
                _compile(module, [file])
            except module.Error as own:
                why = _first_line(own)
                raise RulesError("rules_unusable", name=file.name, why=why) from own
        raise RulesError("rules_together", why=_first_line(error)) from error


def _compile(module: Any, files: Sequence[RuleFile]) -> Any:  # noqa: ANN401 - either module
    sources = {file.namespace: file.text for file in files}
    asked = {IN_MEMORY: False, MANY_FILES: False}
    return module.compile(sources=sources, includes=False, externals=asked)


def _first_line(error: Exception) -> str:
    """`line 3: …`, as yara-python says it; boreal says `mem:3:7: error: …`, and more lines."""
    return _BOREAL.sub(r"line \1: ", str(error).partition("\n")[0])
