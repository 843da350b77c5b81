"""The report of a case: what was obtained, what was not and why, and how to check it."""

from evidence.report.page import ReportError, make_report

__all__ = ["ReportError", "make_report"]
