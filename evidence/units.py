"""Figures as a person would say them."""

from __future__ import annotations


def shown_size(count: int) -> str:
    """Bytes in the unit that a person would use."""
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TiB"
