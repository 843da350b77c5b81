"""Every error that people read: in both languages, by a key that its table has, with its facts."""

from __future__ import annotations

import ast
import functools
import inspect
import string
from collections.abc import Iterator
from pathlib import Path

from refusals import CLASSES, MODULES, TABLES

from chain_of_custody.errors import CustodyError
from chain_of_custody.findings import FindingError
from chain_of_custody.sentences import SENTENCES as FINDINGS
from collectors.told import ToldError

# Raised with a sentence of the catalogue, so in the language of who typed the command.
SPOKEN = {"UsageError", "LinuxOnlyError"}
READ_BY_PEOPLE = sorted(
    (
        one
        for one in CLASSES
        if isinstance(getattr(one, "exit_code", None), int) and one.__name__ not in SPOKEN
    ),
    key=lambda one: (one.__module__, one.__name__),
)


def test_an_error_that_ends_the_program_is_a_sentence_in_both_languages():
    assert [one for one in READ_BY_PEOPLE if not callable(getattr(one, "sentence", None))] == []
    assert [one for one in READ_BY_PEOPLE if issubclass(one, ToldError) and not one.table] == []


def test_such_errors_are_found():
    names = {one.__name__ for one in READ_BY_PEOPLE}

    assert {one.__name__ for one in CLASSES} >= SPOKEN

    assert {"IngestError", "ImageError", "KeyFileError", "AlteredError", "KitError"} <= names
    assert len(names) > 40


def facts(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


# Where they are raised.


@functools.cache
def raised() -> tuple:
    """Each place where an error of ours is made: where, its class, the node of the call."""
    return tuple(each for module in MODULES for each in raised_in(module))


def raised_in(module) -> Iterator:
    for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            made = getattr(module, name, None) or BY_NAME.get(name)
            if inspect.isclass(made) and issubclass(made, Exception):
                yield f"{module.__name__}:{node.lineno}", made, node


BY_NAME = {one.__name__: one for one in CLASSES}  # for those that only a function imports


def keys_of(node: ast.AST) -> list[str]:
    """What the key of a call can be, where it stands there and not in a variable."""
    match node:
        case ast.Constant(value=str(key)):
            return [key]
        case ast.IfExp(body=one, orelse=other):
            return [*keys_of(one), *keys_of(other)]
        case ast.JoinedStr():
            return [ast.unparse(node)]  # no key: no table has such a one
    return []


def test_what_is_raised_has_a_key_of_its_table_and_the_facts_that_its_sentence_needs():
    wrong, seen = [], 0
    for where, made, node in raised():
        place = 1 if issubclass(made, CustodyError) else 0
        if not issubclass(made, ToldError | FindingError) or len(node.args) <= place:
            continue
        table = made.table if issubclass(made, ToldError) else FINDINGS
        given = {each.arg for each in node.keywords}
        for key in keys_of(node.args[place]):
            seen += 1
            if key not in table:
                wrong.append(f"{where}: {made.__name__} has no sentence {key}")
            elif None not in given and facts(table[key][0]) - given:
                wrong.append(f"{where}: {key} needs {facts(table[key][0]) - given}")

    assert wrong == []
    assert seen > 200


def test_an_error_that_is_made_with_a_sentence_gets_it_from_the_catalogue():
    spoken = [(where, node) for where, made, node in raised() if made.__name__ in SPOKEN]

    assert [where for where, node in spoken if keys_of(node.args[0])] == []
    assert len(spoken) > 40


def test_no_sentence_of_an_error_is_said_by_nobody():
    code = "\n".join(Path(module.__file__).read_text() for module in MODULES)
    silent = [
        key
        for table in TABLES.values()
        for key in table
        if f'"{key}"' not in code.replace(f'"{key}": (', "")
    ]

    assert silent == []
