"""What `--json` prints is one object that names its schema (docs/stability.md)."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import bundles
import pytest
from authority import CUSTODIAN
from command_line import run

import evidence.cli
from evidence.custody.signers import key_text

SCHEMA = re.compile(r"hozen-[a-z-]+/[1-9]")
FILES = sorted(Path(*evidence.cli.__path__).rglob("*.py"))


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    bundles.sealed(folder / "HZ_x")
    (folder / "who.key").write_bytes(key_text(CUSTODIAN, None))
    (folder / "source").mkdir()
    (folder / "source" / "one").write_text("1")
    return folder


@pytest.mark.parametrize(
    "words",
    [
        "keys challenge",
        "keys root --name x --output new --no-passphrase",
        "keys identity --output new --no-passphrase",
        "keys show who.key",
        "custody show HZ_x",
        "custody note HZ_x --text x --key who.key",
        "custody timestamp HZ_x --request q.tsq",
        "disclose HZ_x 1 --to x --output shown --key who.key --identity identity.txt",
        "collect --list",
        "collect --dry-run --source source --output out",
        "verify HZ_x",
        "rules list",
        "memory acquire --output .",
    ],
)
def test_a_result_names_its_schema(place, words):
    (place / "identity.txt").write_text(f"{bundles.IDENTITY}\n")
    ended = run(*words.split(), "--json", cwd=place)
    found = json.loads(ended.out)

    assert isinstance(found, dict), ended.err
    assert SCHEMA.fullmatch(found["schema"])
    assert not words.startswith("disclose") or found["schema"] == "hozen-disclosed/1"


def test_every_result_that_is_written_out_names_its_schema():
    found = [
        (file.name, node.lineno, [key.value for key in value.keys if isinstance(key, ast.Constant)])
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "voice.document"
        for value in node.args
        if isinstance(value, ast.Dict)
    ]

    assert [each for each in found if "schema" not in each[2]] == []
    assert len(found) > 10
