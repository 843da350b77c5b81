"""boreal: another engine for the same rules, in Rust (`hozen[boreal]`)."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from evidence.engines.engine import Compiled, EngineError, RuleFile
from evidence.engines.joined import Joined
from evidence.engines.likeness import Likeness, compiled
from evidence.rulebook.errors import RulesError

_MOST_MATCHES = 1_000_000  # of one string, as YARA has it; boreal stops counting at 1,000 by itself


def _module() -> ModuleType:
    try:
        return importlib.import_module("boreal")
    except ImportError as error:
        raise EngineError("engine.boreal") from error


class _Compiled(Likeness):
    @staticmethod
    def held(data: memoryview) -> bytes:
        """A copy: it takes nothing else."""
        return bytes(data)


class Boreal:
    """Lets other threads run while it scans."""

    def __init__(self) -> None:
        """Load it.

        Raises:
            EngineError: it isn't here.
        """
        self._module = _module()

    @property
    def version(self) -> str:
        """As the contract says."""
        return f"boreal {self._module.__version__}"

    def compile(self, files: Sequence[RuleFile]) -> Likeness:
        """As the contract says; what it compiles and could not load again is refused here.

        It has no module `console` then: each process apart would end over it, and with it every
        answer about our own rules.
        """
        made = self._ready(compiled(self._module, files))
        try:
            self.load(made.saved())
        except self._module.Error as error:
            raise RulesError("rules_together", why=error) from error
        return made

    def join(self, sets: Sequence[tuple[str, Compiled]]) -> Compiled:
        """As the contract says."""
        return Joined(sets)

    def load(self, saved: bytes) -> Likeness:
        """As the contract says."""
        return self._ready(self._module.load(data=saved))

    def _ready(self, rules: Any) -> Likeness:  # noqa: ANN401 - the module ships no types
        rules.set_params(string_max_nb_matches=_MOST_MATCHES)
        return _Compiled(self._module, rules)
