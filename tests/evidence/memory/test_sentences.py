"""Reasons: each is said somewhere, in both languages, one inside another as well."""

import re
from pathlib import Path

import evidence.memory
from evidence.memory.errors import SymbolsError
from evidence.memory.sentences import SENTENCES

CODE = "".join(path.read_text() for path in Path(evidence.memory.__file__).parent.glob("*.py"))


def test_every_reason_is_given_and_every_one_given_exists():
    given = set(re.findall(r'Error\(\s*"(\w+)"|_check\(found, "(\w+)"\)', CODE))

    assert {first or second for first, second in given} == set(SENTENCES)


def test_a_reason_within_another_speaks_the_same_language():
    outer = SymbolsError("neither", first=SymbolsError("btf_short"), second=SymbolsError("hidden"))

    assert str(outer).startswith("no BTF: too short; kallsyms shows no address")
    assert outer.sentence("ja").startswith("BTF ではありません(短すぎます)。kallsyms に")
