"""A sentence of ours, recognised by its English whatever its facts are: records hold English."""

from __future__ import annotations

import re


def pattern_of(english: str) -> re.Pattern[str]:
    """Fits the sentence as it was written down; its facts are groups by their names.

    Args:
        english: with `{name}` where each fact stands.
    """
    parts = re.split(r"\{(\w+)\}", english)  # words and names of facts by turns
    facts = [f"(?P<{each}>.*?)" if at % 2 else re.escape(each) for at, each in enumerate(parts)]
    return re.compile("".join(facts), re.DOTALL)
