"""The text in which LVM2 keeps what it knows: sections, numbers, strings and lists of these.

Read strictly, as lvm2 writes it: whatever else stands there is an error, and nothing is guessed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Value: TypeAlias = "Section | int | str | list[int | str]"
Section: TypeAlias = dict[str, Value]
_DEEPEST = 8  # sections in one another; lvm2 writes four
_LONGEST = 20  # digits of a number
_TOKEN = re.compile(
    r'(?P<space>\s+|#[^\n]*)|"(?P<string>(?:[^"\\]|\\.)*)"|(?P<word>[\w.+/-]+)|(?P<mark>[{}\[\]=,])',
    re.ASCII | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]+")
_END = ("mark", "")


def parsed(text: str) -> Section:
    """All that the text says.

    Raises:
        ValueError: it isn't such a text.
    """
    tokens, root = _tokens(text), Section()
    inside = [root]
    for kind, name in tokens:
        if (kind, name) == ("mark", "}") and len(inside) > 1:
            inside.pop()
            continue
        if kind == "mark" or name in inside[-1]:
            raise ValueError(f"{name!r} can't stand there")
        value = _value(tokens)
        inside[-1][name] = value
        if isinstance(value, dict):
            inside.append(value)
        if len(inside) > _DEEPEST:
            raise ValueError(f"more than {_DEEPEST} sections in one another")
    if len(inside) > 1:
        raise ValueError("a section has no end")
    return root


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(f"{text[at]!r} can't stand there")
        at, kind = found.end(), str(found.lastgroup)
        if kind != "space":
            yield kind, found[kind]


def _value(tokens: Iterator[tuple[str, str]]) -> Value:
    """What a name stands for; a section is empty as yet."""
    sign = next(tokens, _END)
    if sign == ("mark", "{"):
        return Section()
    if sign != ("mark", "="):
        raise ValueError("a name without a value")
    kind, word = next(tokens, _END)
    return _list(tokens) if (kind, word) == ("mark", "[") else _plain(kind, word)


def _list(tokens: Iterator[tuple[str, str]]) -> list[int | str]:
    found: list[int | str] = []
    for kind, word in tokens:
        if (kind, word) == ("mark", "]"):
            return found
        if (kind, word) != ("mark", ","):
            found.append(_plain(kind, word))
    raise ValueError("a list has no end")


def _plain(kind: str, word: str) -> int | str:
    if kind == "mark":
        raise ValueError(f"{word!r} is no value")
    if kind == "string":
        return _ESCAPED.sub(r"\1", word)
    if not _NUMBER.fullmatch(word):
        return word  # a fraction, of which nothing here depends
    if len(word) > _LONGEST:
        raise ValueError("a number is too large")
    return int(word)


def section(of: Section, key: str) -> Section:
    """A section; an empty one where there is none."""
    found = of.get(key, {})
    if not isinstance(found, dict):
        raise ValueError(f"{key} is no section")  # noqa: TRY004 - of what was read, not of a caller
    return found


def sections(of: Section) -> Iterator[tuple[str, Section]]:
    """The sections in one, with their names."""
    return ((name, value) for name, value in of.items() if isinstance(value, dict))


def number(of: Section, key: str) -> int:
    """A number that has to be there and isn't negative."""
    found = of.get(key)
    if not isinstance(found, int) or found < 0:
        raise ValueError(f"{key} is no number")
    return found


def string(of: Section, key: str) -> str:
    """A string that has to be there."""
    found = of.get(key)
    if not isinstance(found, str):
        raise ValueError(f"{key} is no string")  # noqa: TRY004 - as above
    return found


def plain(of: Section, key: str) -> list[int | str]:
    """A list; one value for a list of one."""
    found = of.get(key, [])
    if isinstance(found, dict):
        raise ValueError(f"{key} is no list")  # noqa: TRY004 - as above
    return found if isinstance(found, list) else [found]
