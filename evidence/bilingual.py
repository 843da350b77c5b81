"""Errors that people read in their own language, wherever they come up."""

from __future__ import annotations


class BilingualError(Exception):
    """An error with its sentence in both languages: what, where, and what next."""

    def __init__(self, english: str, japanese: str) -> None:
        self._japanese = japanese
        super().__init__(english)

    def sentence(self, language: str) -> str:
        """The same in words of a language: `ja`, or English for everything else."""
        return self._japanese if language == "ja" else str(self)
