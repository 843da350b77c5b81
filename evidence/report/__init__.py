"""The report of a case: what was obtained, what was not and why, and how to check it."""

from evidence.report.case_uco import export_case_uco
from evidence.report.page import ReportError, make_report

__all__ = ["ReportError", "export_case_uco", "make_report"]
