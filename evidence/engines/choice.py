"""The engines by name."""

from __future__ import annotations

from collections.abc import Callable

from evidence.engines.boreal import Boreal
from evidence.engines.engine import Engine
from evidence.engines.names import EngineName
from evidence.engines.yara_python import YaraPython

ENGINES: dict[EngineName, Callable[[], Engine]] = {"yara": YaraPython, "boreal": Boreal}
