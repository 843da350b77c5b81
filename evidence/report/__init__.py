"""The report of a case: what was obtained, what was not and why, and how to check it.

Loaded when it is named: pages about a kit are made on hosts where no case can be kept.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evidence.report.case_uco import export_case_uco
    from evidence.report.errors import ReportError
    from evidence.report.page import make_report

__all__ = ["ReportError", "export_case_uco", "make_report"]

_HOMES = {
    "ReportError": "evidence.report.errors",
    "export_case_uco": "evidence.report.case_uco",
    "make_report": "evidence.report.page",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
