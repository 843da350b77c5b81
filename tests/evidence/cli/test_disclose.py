"""Disclosures as people type them, and the verdict of those who get the exhibit."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import typing
from pathlib import Path
from unittest import mock

import authority
import bundles
import pytest
from authority import CUSTODIAN, TRUSTED
from command_line import run as hozen

from chain_of_custody.documents import load
from chain_of_custody.folder import BundleFolder
from chain_of_custody.item import Reason, Status
from chain_of_custody.sentences import REASONS
from evidence.custody.signers import key_text

SCRIPT = Path(bundles.__file__).parents[1] / "evidence" / "instructions"


class Case:
    """A certified bundle at a provider, who has the key to it."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.bundle = bundles.sealed(place / "HZ_x", key=authority.COLLECTION)
        self.exhibit = place / "exhibit"
        self.root = place / "root.pem"
        self.root.write_bytes(bundles.pem_of(TRUSTED))
        self.identity = place / "identity.txt"
        self.identity.write_text(f"{bundles.IDENTITY}\n")
        self.key = place / "me.key"
        self.key.write_bytes(key_text(CUSTODIAN, None))

    def disclose(self, *arguments: object, **options):
        return hozen(
            "disclose", self.bundle, *arguments, "--output", self.exhibit, "--identity",
            self.identity, "--to", "東京地方裁判所", "--key", self.key, **options,
        )  # fmt: skip

    def verify(self, *arguments: object, **options):
        return hozen("verify", self.exhibit, *arguments, **options)


@pytest.fixture
def case(tmp_path) -> Case:
    return Case(tmp_path)


def test_a_stated_time_outside_the_certificates_dates_is_refused_before_anything_is_read(case):
    with mock.patch("evidence.custody.disclosing.open_bundle", side_effect=AssertionError):
        done = case.disclose("4", "--at", "2024-01-01T00:00:00Z")

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert not case.exhibit.exists()


def test_an_exhibit_is_made_signed_for_and_verified_by_whoever_gets_it(case):
    done = case.disclose(
        "item:4", "3", "--trust", case.root, "--basis", "court", "--authority", "令8(わ)12",
        "--organisation", "刑事部", "--purpose", "証拠調べ", "--witness", "鈴木",
    )  # fmt: skip
    event = load(BundleFolder(case.bundle)).events[-1].event
    root = json.loads(hozen("verify", case.bundle, "--json").out)["root"]

    assert done.code == 0, done.err
    assert done.out.splitlines()[0] == f"Exhibit: {case.exhibit} (items 3, 4)"
    assert f"Root: {root}" in done.out
    assert f"Signed as event {event.seq}: disclosed" in done.out
    assert "NOT encrypted" in done.err
    assert (event.counterpart.name, event.counterpart.organisation) == ("東京地方裁判所", "刑事部")
    assert (event.authority.basis, event.authority.number) == ("court", "令8(わ)12")
    assert (event.purpose, event.witnesses[0].name) == ("証拠調べ", "鈴木")
    assert (event.actor.name, event.refs[1:]) == ("山田 花子", ["item:3", "item:4"])
    verified = case.verify("--trust", case.root, "--root", root)
    assert verified.code == 0, verified.out
    assert re.findall(r"^([1-9] [a-z]+) +[PN]", verified.out, re.MULTILINE) == [
        "1 structure", "3 completeness", "4 items", "5 signature", "6 time", "8 anchors",
        "9 statements",
    ]  # fmt: skip
    assert "item 4: /home/山田/メモ.txt; acquired, 18 bytes" in verified.out
    assert "item 3: /etc/shadow; not obtained: denied" in verified.out
    assert verified.out.splitlines()[-1] == (
        "2 items are, byte for byte, part of the sealed bundle that this manifest stands for; "
        "signer tied to a trusted certificate; level B."
    )


def test_the_bundle_and_its_log_stay_intact_for_both_verifiers(case):
    case.disclose("4")
    ours = hozen("verify", case.bundle, "--trust", case.root)
    script = ["dash", str(SCRIPT / "verify.sh"), "--trust", str(case.root), str(case.bundle)]
    theirs = subprocess.run(script, capture_output=True, text=True, check=False)
    shown = hozen("custody", "show", case.bundle)

    assert (ours.code, theirs.returncode) == (0, 0), theirs.stdout
    assert re.search(r"disclosed +山田 花子", shown.out)
    assert re.search(r"about: item 4$", shown.out, re.MULTILINE)


def test_a_path_can_stay_closed(case):
    done = case.disclose("4", "--hide-path")
    verified = case.verify()

    assert done.code == 0, done.err
    assert "Where the items were stays closed." in done.out
    assert "item 4: where it was is not shown; acquired, 18 bytes" in verified.out
    assert "山田" not in verified.out


def test_machines_get_both_as_json(case):
    done = json.loads(case.disclose("4", "5", "3", "--hide-path", "--json").out)
    verdict = json.loads(case.verify("--json").out)

    assert (done["schema"], done["items"], done["path_hidden"]) == (
        "hozen-disclosed/1", [3, 4, 5], True,
    )  # fmt: skip
    assert (done["type"], done["root"]) == ("disclosed", verdict["root"])
    assert re.fullmatch(r"([0-9]{5} ){4}[0-9]{5}", done["code"])
    assert (verdict["schema"], verdict["kind"], verdict["counts"]) == (
        "hozen-verdict/1", "exhibit", {"acquired": 2, "gap": 1},
    )  # fmt: skip


def test_both_speak_japanese(case):
    done = case.disclose("4", "--hide-path", HOZEN_LANG="ja")
    verified = case.verify(HOZEN_LANG="ja")

    assert "証拠抄本: " in done.out
    assert "暗号化されていません" in done.err
    assert "元の場所は非開示" in verified.out
    assert "1バイトも違いません" in verified.out


def test_no_word_of_the_format_stands_on_a_japanese_screen(case):
    done = case.disclose("3", "4")
    verified = case.verify(HOZEN_LANG="ja")

    assert (done.code, verified.code) == (0, 0), done.err
    assert re.search(r"項目 4: .*（全体、18 バイト、", verified.out)
    assert re.search(r"項目 3: .*（未取得、理由: アクセス拒否）", verified.out)


def test_all_files_that_lie_there_are_counted(case):
    case.disclose("3", "4")
    files = [path for path in case.exhibit.rglob("*") if path.is_file()]

    assert f"PASS         {len(files)} files, none missing" in case.verify().out


def test_every_word_of_a_record_has_one_in_japanese():
    words = {*typing.get_args(Status), *typing.get_args(Reason)}

    assert words - {"gap"} <= REASONS.keys()


def test_an_altered_exhibit_is_refused(case):
    case.disclose("4")
    with (case.exhibit / "items/00000004").open("ab") as file:
        file.write(b"\n")
    done = case.verify()

    assert (done.code, done.out.splitlines()[-1]) == (1, "REFUSED: altered. Failed: stage 4.")


@pytest.mark.parametrize(
    ("arguments", "english", "japanese"),
    [
        (("x",), "x: no item; write its number", "x: 項目では"),
        (("4.5",), "4.5: no item", "4.5: 項目では"),
        (("0",), "0: no item", "0: 項目では"),
        (("volume:1",), "volume:1: no item", "volume:1: 項目では"),
        (("99",), "there is no item 99; the bundle has 5", "項目 99 はありません"),
        (("4", "--authority", "K-1"), "--basis is missing", "--basis がありません"),
        (("4", "--basis", "because"), "--basis takes one of: ", "--basis に使える値: "),
        ((), "ITEM... is missing", "ITEM... がありません"),
    ],
)
def test_refuses_in_one_line_and_leaves_nothing(case, arguments, english, japanese):
    before = sorted(path for path in case.place.rglob("*"))
    for language, expected in (("en", english), ("ja", japanese)):
        done = case.disclose(*arguments, HOZEN_LANG=language)

        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
        assert expected in done.err
    assert before == sorted(path for path in case.place.rglob("*"))


SIGNALLED = """
import os, signal, sys
from evidence.cli import main
from evidence.custody import appending
put = appending.put
def signalled(*given):
    if {before}: os.kill(os.getpid(), signal.SIGTERM)
    put(*given)
    os.kill(os.getpid(), signal.{name})
appending.put = signalled
main()
"""


@pytest.mark.parametrize("before", [True, False])
def test_whatever_ends_it_while_its_event_is_written_comes_too_late(case, monkeypatch, before):
    script = SIGNALLED.format(before=before, name="SIGTERM")
    monkeypatch.setattr("command_line.PROGRAM", (sys.executable, "-c", script))
    done = case.disclose("4", PYTHONHASHSEED="0")  # started for it, not forked

    assert (done.code, done.err.count("NOT encrypted")) == (0, 1), done.err
    assert case.verify().code == 0


def test_what_was_killed_is_finished_and_said(case, monkeypatch):
    script = SIGNALLED.format(before=False, name="SIGKILL")
    with monkeypatch.context() as patched:
        patched.setattr("command_line.PROGRAM", (sys.executable, "-c", script))
        killed = case.disclose("4", PYTHONHASHSEED="0")
    done = case.disclose("4")
    seq = load(BundleFolder(case.bundle)).events[-1].event.seq

    assert (killed.code, done.code) == (-9, 0), done.err
    assert f"Event {seq} had been signed for this before" in done.out
    assert f"Signed as event {seq}: disclosed" in done.out
    assert case.verify().code == 0


NAMED = """
import os
from evidence.cli import main
from evidence.custody import disclosing
name = disclosing._name
def killed(*given):
    name(*given)
    os._exit(9)
disclosing._name = killed
main()
"""


def test_what_was_killed_with_its_name_is_told_by_the_same_command(case, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("command_line.PROGRAM", (sys.executable, "-c", NAMED))
        killed = case.disclose("4", PYTHONHASHSEED="0")
    before = sorted(case.place.rglob("*"))
    others = [
        case.disclose("4", "--hide-path"),
        case.disclose("1"),
        case.disclose("4", "--text", "x"),
    ]
    done = case.disclose("4")
    seq = load(BundleFolder(case.bundle)).events[-1].event.seq

    assert (killed.code, killed.out) == (9, "")
    assert [(each.code, "is there already" in each.err) for each in others] == [(2, True)] * 3
    assert (done.code, f"Signed as event {seq}: disclosed" in done.out) == (0, True), done.err
    assert sorted(case.place.rglob("*")) == before
    assert case.verify().code == 0


def test_without_the_key_nothing_is_disclosed(case):
    case.identity.write_text(f"{bundles.OTHER_IDENTITY}\n")
    done = case.disclose("4")

    assert (done.code, done.err.count("\n"), case.exhibit.exists()) == (3, 1, False)


def test_an_altered_bundle_is_refused_as_verify_does(case):
    with next((case.bundle / "data").iterdir()).open("ab") as file:
        file.write(b"x")
    done = case.disclose("4")

    assert (done.code, done.err.count("\n"), case.exhibit.exists()) == (1, 1, False)
    assert "changed after it was closed" in done.err


def test_an_exhibit_is_no_bundle(case):
    case.disclose("4")
    ended = [
        hozen("import", case.exhibit, "--into", case.place / "case"),
        hozen("custody", "note", case.exhibit, "--key", case.key),
        hozen("disclose", case.exhibit, "4", "--output", case.place / "again", "--to", "x",
              "--key", case.key),
    ]  # fmt: skip

    assert [(each.code, each.err.count("\n")) for each in ended] == [(2, 1)] * 3
