"""The catalogue of sentences as rooms below the command line know it, and errors in its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from chain_of_custody.findings import escaped, without_secrets
from evidence.telling.missed import system_words


class Say(Protocol):
    """The catalogue in one language."""

    @property
    def language(self) -> Literal["en", "ja"]:
        """Which one."""
        ...

    def __call__(self, key: str, **facts: object) -> str:
        """The sentence of a key with its facts filled in."""
        ...


Sentence = Callable[[Say], str]
"""Said in the language of whoever reads it then."""


def sentence_of(error: Exception, t: Say) -> str:
    """An error's words, in both languages where it knows both; names in it can't move a cursor."""
    sentence = getattr(error, "sentence", None)
    text = sentence(t.language) if sentence is not None else str(error) or type(error).__name__
    if isinstance(error, OSError) and error.strerror:  # without Python's number and quotes
        text = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return "".join(map(escaped, without_secrets(system_words(text, t.language))))
