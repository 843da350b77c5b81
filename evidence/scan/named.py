"""Hits of names of files, told apart from those of contents."""

from __future__ import annotations

from chain_of_custody.findings import escaped
from chain_of_custody.item import Hit
from collectors.pathtext import to_bytes
from evidence.rulebook.names import NAMESPACE, name_of
from evidence.scan.matched_text import SHOWN


def looks_at_names(rule: str) -> bool:
    """Whether a rule as records name it is one of a table of names."""
    return rule.rpartition(":")[0].rpartition("/")[2] == NAMESPACE


def is_of_name(hit: Hit, origin: str) -> bool:
    r"""Whether it is that of an item's own name, `\xNN` where no UTF-8; members' name them."""
    return looks_at_names(hit.rule) and hit.text == name_shown(origin)


def name_shown(origin: str) -> str:
    """The last part of an origin, as a hit has it."""
    text = to_bytes(origin).decode("utf-8", "backslashreplace")
    return escaped(name_of(text))[:SHOWN]
