"""Every row of the table of attacks, by our verifier and by the shell script."""

from __future__ import annotations

import functools
import inspect
import os
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import FileIO
from pathlib import Path
from unittest import mock

import attacks
import bundles
import pytest
import worlds
from attacks import ELSEWHERE, EXHIBITS, NOT_YET, NOTHING, ROWS, UNTRUSTED, Row
from forge import Forger, copied, listing
from verifiers import Shell, by_us
from worlds import World

from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.verdict import Anchors, Outcome
from chain_of_custody.verify import verify
from evidence.reading.container import VolumeOpener

WITHOUT_KEY = [
    row for row in ROWS if not row.keyed and row.verdict[0] == "F" and 4 not in row.stages
]
VERIFIED = [row for row in ROWS if row.verdict[0] in "WPN"]


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> World:
    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def forge(world, tmp_path_factory) -> Callable[[Row], Forger]:
    """Each row's bundle, made once: whoever verifies it changes nothing."""
    place = tmp_path_factory.mktemp("forged")

    @functools.cache
    def made(row: Row) -> Forger:
        (place / str(row)).mkdir()
        bundle = copied(world.path(row.base), place / str(row) / "HZ_forged")
        row.forge(bundle, world)
        return bundle

    return made


@pytest.fixture
def forged(request, forge) -> Forger:
    return forge(request.param)


def pytest_rows(rows: list[Row]):
    return pytest.mark.parametrize(
        ("forged", "row"), [(row, row) for row in rows], indirect=["forged"], ids=map(str, rows)
    )


# The table itself


def test_every_number_is_a_row_or_says_why_not():
    told = {row.number for row in (*ROWS, *EXHIBITS)} | set(NOT_YET) | set(ELSEWHERE)

    assert set(range(1, 161)) == told


def test_no_two_rows_have_one_name():
    counted = Counter(map(str, (*ROWS, *EXHIBITS)))

    assert [name for name, count in counted.items() if count > 1] == []


def test_cases_that_need_a_test_of_their_own_have_one():
    here = {name for name, _ in inspect.getmembers(sys.modules[__name__], inspect.isfunction)}

    assert set(ELSEWHERE.values()) <= here


def test_what_only_a_note_from_outside_shows_is_tried_without_one():
    rows = (*ROWS, *EXHIBITS)
    shown = {row.number for row in rows if 8 in row.stages and row.verdict[0] == "F"}
    others = {158}  # a note of another bundle: without it nothing is wrong

    assert shown - others == {row.number for row in rows if row.level}


# What begins every attack


@pytest.mark.parametrize("name", worlds.GOOD)
def test_a_good_bundle_is_verified(world, name):
    verdict = world.verdict(name)

    assert (verdict.exit, verdict.failed) == (0, [])
    assert Outcome.PASS is verdict.stage(4).outcome
    assert "recipients_differ" not in {each.key for each in verdict.stage(9).findings}


@pytest.mark.parametrize("name", worlds.PARTIAL)
def test_an_unsealed_bundle_is_incomplete_and_what_was_closed_is_intact(world, name):
    verdict = world.verdict(name)

    assert (verdict.exit, verdict.failed) == (3, [])
    assert [verdict.stage(n).outcome for n in (1, 2, 3, 4)] == [Outcome.PASS] * 4


@pytest.mark.parametrize("name", [each for each in worlds.GOOD if each not in worlds.STAMPED])
def test_a_good_bundle_signed_again_by_the_forger_is_verified(world, tmp_path, name):
    """Otherwise a keyed attack could be refused for the forger's own mistakes."""
    bundle = copied(world.path(name), tmp_path / "again")
    bundle.retree()
    bundle.settle()
    verdict = bundles.checked(bundle.path)

    assert (verdict.exit, verdict.failed) == (0, [])


# Our verifier


@pytest_rows(list(ROWS))
def test_gives_the_verdict(forged, row, world):
    before = listing(forged.path.parent)
    verdict = by_us(forged.path, row, world)

    assert row.exit == verdict.exit
    if row.verdict[0] in "FU":
        assert row.stages <= set(verdict.failed)
    else:
        assert verdict.failed == []
    assert verdict.untrusted == (str(row) in UNTRUSTED)
    if row.verdict[0] == "N" or row.verdict == "I8":
        assert {Outcome.NOT_CHECKED} == {verdict.stage(n).outcome for n in row.stages}
    assert before == listing(forged.path.parent)


@pytest_rows([row for row in ROWS if row.level])
def test_what_nobody_noted_outside_has_its_level_from_inside(forged, row, world, shells):
    verdict = by_us(forged.path, row, world)
    shell, _ = shells.of(row)

    assert verdict.stage(8).outcome is Outcome.NOT_CHECKED
    assert shell.stages[8] == "NOT CHECKED"
    assert (verdict.level, shell.level) == (row.level, row.level)


@pytest_rows([row for row in ROWS if row.states])
def test_states_what_is_no_failure(forged, row, world):
    stated = {finding.key for finding in by_us(forged.path, row, world).stage(9).findings}

    assert row.states in stated


@pytest_rows([row for row in ROWS if str(row) == "069-before_the_start"])
def test_a_token_from_before_the_start_is_told_with_both_times(forged, row, world):
    (told,) = by_us(forged.path, row, world).stage(6).findings
    began = forged.manifest["started"][: len("2026-11-22T21:45:11")]

    assert told.key == "token_before_start"
    assert f"it began at {began}Z" in told.sentence("en")


@pytest_rows([row for row in ROWS if row.name == "kit_revoked_later_and_stamped"])
def test_a_kit_that_was_revoked_after_the_proved_time_passes_with_a_word(
    forged, row, world, shells
):
    signature = by_us(forged.path, row, world).stage(5)

    assert {"signed_by", "revoked_later"} <= {each.key for each in signature.findings}
    assert "revoked later" in shells.of(row)[0].output


@pytest_rows([row for row in ROWS if row.name.startswith("signature_of_another_bundle_as")])
def test_a_signature_alone_is_not_said_to_be_of_an_event_that_was_removed(
    forged, row, world, shells
):
    custody = by_us(forged.path, row, world).stage(7).findings[0]
    said = (custody.sentence("en"), shells.of(row)[0].output)

    assert all("or the signature is of another bundle" in each for each in said)
    assert "別の保全データの署名" in custody.sentence("ja")


@pytest_rows([row for row in ROWS if row.number in (80, 83)])
def test_a_hand_over_by_somebody_unnamed_is_told_without_a_word_of_the_program(forged, row, world):
    said = by_us(forged.path, row, world).stage(9).findings

    assert [each.key for each in said if "None" in each.sentence("ja")] == []


@pytest_rows(WITHOUT_KEY)
def test_an_attack_without_key_is_seen_without_identity(forged, row, world):
    verdict = by_us(forged.path, row, world, identity=False)

    assert row.exit == verdict.exit
    assert row.stages <= set(verdict.failed)


@pytest_rows([row for row in ROWS if row.number in (17, 32, 111, 136)])
def test_names_are_shown_escaped(forged, row, world):
    verdict = by_us(forged.path, row, world)
    sentences = [
        f.sentence(lang) for s in verdict.stages for f in s.findings for lang in ("en", "ja")
    ]
    hidden = [
        c for each in sentences for c in each if c != " " and unicodedata.category(c)[0] in "CZ"
    ]

    assert sentences
    assert hidden == []


@pytest_rows([row for row in ROWS if row.verdict[0] in "FU" and row.given is NOTHING])
def test_no_anchor_makes_a_refused_bundle_accepted(forged, row, world):
    """Root and head of the good bundle are given, and its key is trusted: it is still refused."""
    good = world.verdict(row.base)
    verdict = verify(
        BundleFolder(forged.path),
        trust=TrustStore(tuple(attacks.CERTIFICATES.values())),
        anchors=Anchors(root=good.root, head=good.head),
        contents=VolumeOpener([bundles.IDENTITY]),
    )

    assert verdict.exit in (1, 2)


# The shell script


class Shells:
    """Runs the script once on each row that was asked for, as many at once as there are processors.

    What it says of a row is the same whichever test asks.
    """

    def __init__(self, rows: Iterable[Row], world: World, place: Path) -> None:
        self._world = world
        self._place = place
        for row in rows:  # the good bundles first: two threads must not make one at the same time
            world.path(row.base)
            attacks.noted(row.given, world)
        for name in worlds.GOOD:
            world.path(name)
        self.pool = ThreadPoolExecutor(os.cpu_count())
        self._runs = {row: self.pool.submit(self._run, row) for row in rows}

    def _run(self, row: Row) -> tuple[Shell, bool]:
        place = self._place / str(row)
        place.mkdir()
        bundle = copied(self._world.path(row.base), place / "HZ_forged")
        row.forge(bundle, self._world)
        before = listing(bundle.path)
        shell = Shell(bundle.path, row, self._world, place)
        return shell, before == listing(bundle.path) and not list(shell.scratch.iterdir())

    def of(self, row: Row) -> tuple[Shell, bool]:
        return self._runs[row].result()


@pytest.fixture(scope="session")
def shells(request, world, tmp_path_factory):
    here = [each for each in request.session.items if each.path == Path(__file__)]
    items = [each for each in here if "shells" in each.fixturenames]
    rows = dict.fromkeys(each.callspec.params["row"] for each in items)
    running = Shells(rows, world, tmp_path_factory.mktemp("sh"))
    yield running
    running.pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_script_agrees(row, shells):
    shell, nothing_written = shells.of(row)

    assert shell.exit in ({1, 2} if row.verdict[0] == "U" else {row.exit}), shell.output
    if row.verdict[0] in "FU":
        assert row.stages <= shell.failed, shell.output
    else:
        assert set() == shell.failed, shell.output
    assert ("REFUSED: signed by nobody" in shell.output) == (str(row) in UNTRUSTED), shell.output
    assert row.verdict != "I8" or shell.stages[8] == "NOT CHECKED"
    assert nothing_written


@pytest.mark.parametrize("row", [row for row in ROWS if row.number == 111], ids=str)
def test_the_script_shows_names_escaped(row, shells):
    output = shells.of(row)[0].output

    assert [c for c in output if c not in " \n\t" and unicodedata.category(c)[0] == "C"] == []


# Cases that are no change of a folder


class _Growing(FileIO):
    """A file to which somebody appends as soon as we begin to read."""

    more = b"more"

    def readinto(self, buffer, /):
        if not self.tell():
            with Path(str(self.name)).open("ab") as other:
                other.write(self.more)
        return super().readinto(buffer)


class _GrowingFolder(BundleFolder):
    def open(self, name):
        return _Growing(self.path / name) if name.startswith("data/") else super().open(name)


def test_a_volume_that_is_completed_while_it_is_hashed_is_refused(world, tmp_path):
    """A copy that is still going on: digest and size are right in the end, and it is refused."""
    bundle = copied(world.path("sealed"), tmp_path / "growing")
    name = bundle.volume(1)
    whole = bundle.read(name)
    bundle.write(name, whole.removesuffix(whole[-4:]))
    with mock.patch.object(_Growing, "more", whole[-4:]):
        verdict = verify(_GrowingFolder(bundle.path))

    assert 2 in verdict.failed
    assert whole == bundle.read(name)


def test_a_volume_that_grows_while_it_is_hashed_is_refused(world, tmp_path):
    bundle = copied(world.path("sealed"), tmp_path / "growing")
    verdict = verify(_GrowingFolder(bundle.path))

    assert verdict.exit == 1
    assert verdict.failed == [2]


PLANTED = (
    "openssl",
    "sha256sum",
    "age",
    "zstd",
    "tar",
    "awk",
    "sed",
    "sort",
    "od",
    "cmp",
    "mktemp",
)


def test_nothing_that_lies_in_the_bundle_is_run_or_loaded(world, tmp_path, monkeypatch):
    bundle = copied(world.path("sealed"), tmp_path / "HZ_planted")
    marker = tmp_path / "was-run"
    for name in PLANTED:
        bundle.write(name, f"#!/bin/sh\necho {name} >> {marker}\nexit 0\n".encode())
        (bundle.path / name).chmod(0o755)
    for name in ("sitecustomize.py", "pyrage.py", "zstandard.py"):
        bundle.write(name, f"open({str(marker)!r}, 'w').close()\n".encode())
    bundle.write("openssl.cnf", b"openssl_conf = nowhere\n")
    monkeypatch.chdir(bundle.path)
    row = Row(number=112, forge=ROWS[0].forge, verdict="F3", keyed=False, name="planted")
    shell = Shell(Path(), row, world, tmp_path)
    verdict = by_us(Path(), row, world)

    assert not marker.exists()
    assert (shell.exit, verdict.exit) == (1, 1)
    assert {3} <= shell.failed
    assert verdict.failed == [3]


TOLD = {
    "host_differs": "goes on on another machine",
    "clock_read_otherwise": "the reading of the same clock that belongs to it",
    "bag_info_differs": "is not that of the signed manifest",
    "answers_otherwise": "and that is no release that was open",
    "seal_changed": "no event says that it was opened",
    "parcel_differs": "it came under the tracking number",
    "corrects_nothing": "what it corrects is not told",
    "token_before_end": "clock was set meanwhile, or",
}
"""What both verifiers say of a contradiction that is no failure."""


def told_in(text: str) -> set[str]:
    return {key for key, words in TOLD.items() if words in text}


@pytest_rows([row for row in attacks.MEANING if row.verdict[0] in "WP"])
def test_both_tell_the_same_of_what_contradicts_and_is_no_failure(forged, row, world, shells):
    said = by_us(forged.path, row, world).stage(9).findings
    ours = "\n".join(each.sentence("en") for each in said)

    assert told_in(ours) == {row.states} & set(TOLD)
    assert told_in(shells.of(row)[0].output) == told_in(ours)


@pytest.mark.parametrize("name", [*worlds.GOOD, *worlds.PARTIAL])
def test_nothing_of_that_is_told_of_a_good_bundle(world, name):
    said = world.verdict(name).stage(9).findings

    # Some have a clock that stands still, beside one that goes on while the machine is at work.
    told = told_in("\n".join(each.sentence("en") for each in said))
    assert told - {"clock_read_otherwise"} == set()
