"""Each rule of a file by itself, with what it needs: YARA times no rule among others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from evidence.engines.engine import RuleFile

# YARA's own tokens as far as rules are told apart by them (libyara/lexer.l, 4.5): a slash begins a
# comment or a regular expression and is never a division, which is a backslash.
_TOKEN = re.compile(
    r"""(?P<skip>//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|/(?:\\.|[^/\\\n])+/|[$\#@!]\w*)
    |(?P<module>import\s*"[^"\n]*")|(?P<open>\{)|(?P<close>\})|(?P<word>\w+\*?)""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)


class _Rule(NamedTuple):
    """A rule as it stands in a file."""

    at: int
    marks: set[str]
    """`private`, `global`."""
    text: str
    words: set[str]
    """All words of its body; names of other rules are among them."""


def apart(file: RuleFile) -> Iterator[tuple[str, str, RuleFile]]:
    """Of each rule that says something: its name, its own text, and a file of it.

    Such a file has all global rules, which every other one waits for, and the rules that are named
    by this one or by those; nothing else.
    """
    rules = dict(_rules(file.text))
    modules = [each.group() for each in _TOKEN.finditer(file.text) if each.lastgroup == "module"]
    everywhere = [name for name, one in rules.items() if "global" in one.marks]
    for name, rule in rules.items():
        if "private" not in rule.marks:
            wanted = sorted(_needed([*everywhere, name], rules), key=lambda one: one.at)
            texts = (one.text for one in wanted)
            yield name, rule.text, file._replace(text="\n".join([*modules, *texts]))


def _needed(names: list[str], rules: dict[str, _Rule]) -> list[_Rule]:
    """The rules of these names, and all that they lead to."""
    found, left = dict[str, _Rule](), list(names)
    while left:
        name = left.pop()
        if name not in found:
            found[name] = rules[name]
            left += _named(rules[name].words, rules)
    return list(found.values())


def _named(words: set[str], rules: dict[str, _Rule]) -> Iterator[str]:
    """The rules that are meant: by name, or by its beginning as in `any of (loader_*)`."""
    for word in words:
        if word.endswith("*"):
            yield from (name for name in rules if name.startswith(word[:-1]))
        elif word in rules:
            yield word


def _rules(text: str) -> Iterator[tuple[str, _Rule]]:
    start, depth = 0, 0
    head, body = list[str](), set[str]()
    for token in _TOKEN.finditer(text):
        kind, word = token.lastgroup, token.group()
        if kind == "word":
            body.add(word) if depth else head.append(word)
        elif kind == "module":
            start = token.end()
        depth += (kind == "open") - (kind == "close")
        if kind == "close" and depth == 0:
            marks = set(head[: head.index("rule")])
            yield head[len(marks) + 1], _Rule(start, marks, text[start : token.end()], body)
            start, head, body = token.end(), [], set()
