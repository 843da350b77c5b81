"""Readers of bytes that came from a bundle: no crash, no hang, no greed, nothing accepted wrongly.

`HOZEN_THOROUGH=1` gives each reader a hundred times as much; `python -m fuzz` in `tests/` as long
as one likes. What either finds is kept in `fuzz/found` and read again here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from pathlib import Path

import fuzz
import pytest
from fuzz import __main__ as runner
from fuzz.mutations import FORMS, Change, changed
from fuzz.readers import READERS, Reader
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

SEED = 20261122
MORE = 100 if os.environ.get("HOZEN_THOROUGH") else 1
EXAMPLES, SECONDS = 40 * MORE, 0.7 * MORE
HOUSE = Path(fuzz.__file__).parent

changes = st.lists(
    st.builds(
        Change,
        st.integers(0, 99), st.integers(0, 1 << 20), st.integers(0, 1 << 16),
        st.binary(max_size=40),
    ),
    max_size=5,
)  # fmt: skip


def finding(reader: Reader, data: bytes) -> str | None:
    """What is wrong with a reading; None where it was accepted, or refused by an error of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # printed ones would be the bundle's words on our terminal
        how = runner.outcome(reader, data)
    return how if how.startswith("!") else None


@pytest.mark.parametrize("name", READERS)
def test_the_seeds_are_read(name):
    seen = {runner.outcome(READERS[name], data) for data in READERS[name].seeds()}

    assert "accepted" in seen
    assert [how for how in seen if how.startswith("!")] == []


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", READERS)
def test_whatever_it_reads_it_ends_with_an_error_of_ours(name):
    reader = READERS[name]
    seeds = reader.seeds()

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.integers(0, 10_000), changes)
    def read(seed_number, wanted):
        assert finding(reader, changed(reader.form, seeds, seed_number, wanted)) is None

    read()


@pytest.mark.timeout(3600)
def test_a_watched_child_with_little_memory_reads_on_and_on(tmp_path):
    assert runner.watched(list(READERS), SECONDS, SEED, tmp_path) == 0
    assert list(tmp_path.iterdir()) == []


CASES = sorted(path for path in (HOUSE / "found").iterdir())


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_what_was_found_once_is_refused_by_an_error_of_ours(path):
    reader = READERS[path.name.split("-")[0].replace("_", " ")]
    how = runner.outcome(reader, path.read_bytes())

    assert not how.startswith("!")
    assert how != "accepted"


# The fuzzer itself


def test_every_kind_of_change_makes_another_of_some_seed():
    for form, deep in FORMS.items():
        seeds = next(each.seeds() for each in READERS.values() if each.form == form)
        for kind in range(len(deep) + 7):
            tried = (
                (number, Change(kind, at, 99, b"~")) for at in range(2000) for number in (0, 1, 2)
            )

            assert any(changed(form, seeds, number, [each]) not in seeds for number, each in tried)


BAD = """
import time, fuzz.__main__ as runner
from fuzz.readers import READERS, Reader
def bad(data):
    {bad}
READERS["bad"] = Reader(form="bytes", seeds=lambda: [b"x"], read=bad, errors=(ValueError,))
runner.FOUND = runner.Path({found!r})
runner.child(["bad"], 0.3, 1, runner.Sign.made(runner.Path({sign!r})))
"""


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("1 / 0", "! ZeroDivisionError"),
        ("bytearray(2 << 30)", "! MemoryError"),
        ("assert data == b'x'", "! AssertionError"),
        ("raise ValueError", ""),
    ],
    ids=["crash", "greed", "forgery", "own error"],
)
def test_a_bad_reader_is_found_out(tmp_path, bad, said):
    code = BAD.format(bad=bad, found=str(tmp_path / "found"), sign=str(tmp_path / "sign"))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HOUSE.parent, capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith(said or "bad: ")
    assert bool(said) == (tmp_path / "found").exists()


@pytest.mark.parametrize("code", ["import time; time.sleep(60)", "import os; os.abort()"])
def test_a_child_that_is_lost_is_ended_and_its_input_kept(tmp_path, monkeypatch, code):
    monkeypatch.setattr(runner, "FOUND", tmp_path / "found")
    monkeypatch.setattr(runner, "PATIENCE", 0.5)
    monkeypatch.setattr(runner, "_command", lambda *_: [sys.executable, "-c", code])

    assert runner.watched(["manifest"], 60, SEED, tmp_path) == 1
    assert len(list((tmp_path / "found").iterdir())) == 1
