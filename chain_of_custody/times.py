"""Times as documents write them."""

from __future__ import annotations

import datetime


def utc(when: datetime.datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return when.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
