"""What holds for every examiner of the table, whoever joins it."""

import io
import random
from pathlib import Path

import pytest
from listings import ENDINGS, body, mft_record, ward
from triages import FRAGMENT

from chain_of_custody.canonical import decode, encode
from evidence.observed.observation import Observation, Unread
from evidence.packs.own import own_rules
from evidence.report.texts import TEXTS
from evidence.rulebook.index import bare, load_index
from evidence.scan.scanner import load_rules
from evidence.tool import rules_folder
from evidence.triage.examiner import Examined
from evidence.triage.means import Means
from evidence.triage.register import EXAMINERS
from evidence.triage.seen import Hearer, Seen
from evidence.triage.subjects import subjects

HOME = rules_folder()
INDEX = load_index(HOME)
MEANS = Means(rules=load_rules(HOME), index=INDEX, at_collection=False)
RNG = random.Random(3)
JOURNAL = b"LPKSHHRH" + bytes(80) + (208).to_bytes(8, "little") + bytes(112)
BYTES = {
    "nothing": b"", "one byte": b"\0", "noise": RNG.randbytes(20_000), "zeros": bytes(20_000),
    "a script": FRAGMENT, "a list": body(*ward(1, ".qx7")), "braces": b"[" * 20_000,
    "a record": mft_record(0, "a.exe", born=1, named=2), "lines": b"\n" * 20_000,
    "bars": b"|" * 999, "no UTF-8": b"\xff\xfe\r\n" * 999,
    "a journal": JOURNAL + RNG.randbytes(20_000),
}  # fmt: skip
ORIGINS = (
    "hozen:/bodyfile.txt", "/$MFT", "withheld:/srv/a.docx", "/var/log/auth.log", "/a.journal", "/a",
    "", "/", "/Windows/System32/winevt/Logs/Security.evtx", "/\u202e\n\x1b[2J", "/a." + "b." * 2000,
    *(f"/srv/a.{ending}" for ending in ENDINGS),
)  # fmt: skip


class Rows:
    """Takes rows, and holds them to one form for each table."""

    def __init__(self):
        self.columns = {}

    def add(self, table, row):
        assert self.columns.setdefault(table, list(row)) == list(row)
        assert all(each is None or isinstance(each, str | int) for each in row.values())


@pytest.fixture
def place(tmp_path) -> Path:
    """Where the bytes of each file lie."""
    return tmp_path / "file"


def told(examiner, origin, data, place):
    place.write_bytes(data)
    examined = Examined(origin=origin, path=place, size=len(data))
    rows = Rows()
    found = []
    if isinstance(examiner, Hearer):
        found += examiner.hear(Seen(origin=origin, size=len(data)))
    if examiner.wants(examined):
        found += examiner.examine(examined, io.BytesIO(data), rows)
    return [*found, *examiner.conclude(rows)]


@pytest.mark.parametrize("name", EXAMINERS)
@pytest.mark.parametrize("kind", BYTES)
def test_no_bytes_and_no_name_make_an_examiner_fail_or_say_what_it_does_not_look_for(
    name, kind, place
):
    for origin in ORIGINS:
        examiner = EXAMINERS[name](MEANS)
        for one in told(examiner, origin, BYTES[kind], place):
            assert isinstance(one, Observation | Unread)
            assert decode(type(one), encode(one)) == one
            if isinstance(one, Observation):
                assert bare(one.rule) in set(map(bare, examiner.rules))
                assert one.at is None or one.at.endswith("Z")
            else:
                assert one.why
                assert one.examiner == name


@pytest.mark.parametrize("name", EXAMINERS)
def test_an_examiner_that_was_shown_nothing_says_nothing(name):
    examiner = EXAMINERS[name](MEANS)

    assert list(examiner.conclude(Rows())) == []
    assert examiner.tried == frozenset()


@pytest.mark.parametrize("name", EXAMINERS)
def test_the_same_bytes_give_the_same_answer(name, place):
    for kind in BYTES:
        for origin in ORIGINS[:4]:
            first = told(EXAMINERS[name](MEANS), origin, BYTES[kind], place)
            assert told(EXAMINERS[name](MEANS), origin, BYTES[kind], place) == first


def test_examiners_bear_the_names_of_the_table():
    assert [make(MEANS).name for make in EXAMINERS.values()] == list(EXAMINERS)


def test_every_rule_of_the_index_is_looked_for_by_one_examiner():
    looked_for = [bare(rule) for make in EXAMINERS.values() for rule in make(MEANS).rules]

    assert sorted(looked_for) == sorted(INDEX.rules)


def test_every_rule_has_a_subject_that_the_page_has_words_for():
    about = subjects(own_rules(HOME))

    assert set(about) == set(INDEX.rules)
    assert {f"subject_{each}" for each in about.values()} <= set(TEXTS)
