"""Whom the wizard says to call."""

from __future__ import annotations

from typing import Annotated

import msgspec

from chain_of_custody.canonical import Model

LONGEST = 60  # characters of a name or a number that are shown on one line
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]


class Contact(Model, frozen=True):
    """Somebody who knows what to do."""

    name: Words
    telephone: Words
