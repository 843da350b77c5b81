"""Every error class of the program, and the tables of their sentences."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from collectors.told import Sentences, ToldError

PACKAGES = ("chain_of_custody", "collectors", "evidence")


def _modules() -> Iterator[ModuleType]:
    for package in PACKAGES:
        home = importlib.import_module(package)
        for found in pkgutil.walk_packages(home.__path__, f"{package}."):
            yield importlib.import_module(found.name)


MODULES = list(_modules())
CLASSES = {
    one
    for module in MODULES
    for _, one in inspect.getmembers(module, inspect.isclass)
    if issubclass(one, Exception) and one.__module__.split(".")[0] in PACKAGES
}
TABLES: dict[str, Sentences] = {}
"""By the name of an error that has it."""
for _error in sorted(CLASSES, key=lambda one: (one.__module__, one.__name__)):
    _table = getattr(_error, "table", None) if issubclass(_error, ToldError) else None
    if _table is not None and all(_table is not other for other in TABLES.values()):
        TABLES[_error.__name__] = _table
