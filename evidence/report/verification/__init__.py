"""The report on one verification, for who has to rely on it and never saw a bundle.

`examined` runs the verification and gathers what the report needs, `sections` and `particulars` say
it in words, `writing` puts it on a page, into JSON or into plain text.
"""

from evidence.report.verification.examined import Examined, examine
from evidence.report.verification.writing import ENDINGS, check_place, write_report

__all__ = ["ENDINGS", "Examined", "check_place", "examine", "write_report"]
