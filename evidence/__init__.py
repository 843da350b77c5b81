"""hozen: evidence collected, sealed and verified.

The library in a few verbs: `collect`, `verify_bundle`, `open_bundle`, `import_bundle`. They are
loaded when they are named, so that a machine that only verifies never imports a collector.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evidence.collecting.collection import collect
    from evidence.custody.disclosing import disclose
    from evidence.intake import import_bundle
    from evidence.planning.request import Request
    from evidence.reading.checked import open_bundle, verify_bundle
    from evidence.report import export_case_uco, make_report

__version__ = "0.1.0"
__all__ = [
    "Request", "__version__", "collect", "disclose", "export_case_uco", "import_bundle",
    "make_report", "open_bundle", "verify_bundle",
]  # fmt: skip

_HOMES = {
    "collect": "evidence.collecting.collection",
    "Request": "evidence.planning.request",
    "disclose": "evidence.custody.disclosing",
    "open_bundle": "evidence.reading.checked",
    "verify_bundle": "evidence.reading.checked",
    "import_bundle": "evidence.intake",
    "export_case_uco": "evidence.report",
    "make_report": "evidence.report",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
