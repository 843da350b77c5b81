"""The engines by name."""

from __future__ import annotations

from collections.abc import Callable

from evidence.engines.boreal import Boreal
from evidence.engines.engine import Maker
from evidence.engines.yara_python import YaraPython

ENGINES: dict[str, Callable[[], Maker]] = {"yara": YaraPython, "boreal": Boreal}
