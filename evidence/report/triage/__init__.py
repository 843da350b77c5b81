"""What a triage saw on one page, for a director to decide by and an analyst to follow."""

from evidence.report.triage.writing import summary_name, write_summary

__all__ = ["summary_name", "write_summary"]
