"""What a holder attests beside hand-overs, as people type it; both verifiers agree with the log."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import authority
import bundles
import pytest
from authority import CUSTODIAN, TRUSTED, WITNESS
from command_line import run as hozen

from chain_of_custody.code import spoken_code
from chain_of_custody.documents import load
from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing.certificates import name_of
from evidence.custody.signers import key_text
from evidence.reading.checked import verify_bundle

SCRIPT = Path(bundles.__file__).parents[1] / "evidence" / "instructions" / "verify.sh"
PROVIDER = authority.made("hozen provider", authority.ROOT, 40, name="調査 太郎")


class Log:
    """A certified bundle whose log people go on with."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.bundle = bundles.sealed(place / "HZ_x", key=authority.COLLECTION)
        self.root = place / "root.pem"
        self.root.write_bytes(bundles.pem_of(TRUSTED))
        for name, key in (("giver", CUSTODIAN), ("taker", PROVIDER), ("witness", WITNESS)):
            (place / f"{name}.key").write_bytes(key_text(key, None))

    def act(self, verb: str, who: str, *more: str):
        return hozen("custody", verb, str(self.bundle), "--key", str(self.place / who), *more)

    def hand_over(self) -> None:
        done = self.act("release", "giver.key", "--to", "調査 太郎")
        assert done.code == 0, done.err

    @property
    def events(self):
        return [file.event for file in load(BundleFolder(self.bundle)).events]

    @property
    def code(self) -> str:
        return spoken_code(verify_bundle(self.bundle).root)

    def both_verify(self) -> set[str]:
        """What is stated of it; no verifier finds anything wrong."""
        script = ["dash", str(SCRIPT), "--trust", str(self.root), str(self.bundle)]
        done = subprocess.run(script, capture_output=True, text=True, check=False)
        self.script_said, verdict = done.stdout, verify_bundle(self.bundle, trust=TRUSTED)
        assert (verdict.exit, done.returncode) == (0, 0), done.stdout
        return {each.key for each in verdict.stage(9).findings}

    def periods(self):
        done = hozen("custody", "show", str(self.bundle), "--json")
        return [(each["holder"], each["to"]) for each in json.loads(done.out)["periods"]]


@pytest.fixture
def log(tmp_path):
    return Log(tmp_path)


def test_a_note_is_signed_by_who_wrote_it(log):
    done = log.act("note", "witness.key", "--text", "LANケーブルを抜いた", "--place", "放射線科")
    event = log.events[-1]

    assert done.code == 0, done.err
    assert (event.type, event.text, event.place) == ("note", "LANケーブルを抜いた", "放射線科")
    assert event.actor.name == name_of(WITNESS.certificate)
    assert log.both_verify()


def test_the_code_that_was_read_out_is_compared_and_signed(log):
    done = log.act("confirm", "taker.key", "--code", log.code, "--from", "山田 花子")
    event = log.events[-1]

    assert done.code == 0, done.err
    assert (event.type, event.check.result) == ("code_confirmed", "as it was read out")
    assert event.counterpart.name == "山田 花子"
    assert log.both_verify()


def test_the_code_of_a_head_is_compared_wherever_a_code_is(log):
    """What each act prints for the telephone, others take, also when more was signed since."""
    noted = log.act("note", "taker.key", "--text", "x", "--json")
    code = json.loads(noted.out)["code"]
    log.act("note", "taker.key", "--text", "y")
    seen = hozen("verify", log.bundle, "--code", code, "--head", json.loads(noted.out)["head"])
    done = log.act("confirm", "taker.key", "--code", code, "--from", "山田 花子")

    assert seen.code == 0, seen.err
    assert f"code is that of event {json.loads(noted.out)['event']}; 1 were signed" in seen.out
    assert done.code == 0, done.err
    assert log.events[-1].check.what == "the spoken code of a head"
    assert log.both_verify()


@pytest.mark.parametrize(
    ("code", "exit_code", "why"),
    [
        (spoken_code("ab" * 32), 1, "code is not the one that was given"),
        ("12345 67890", 2, "25 digits"),
    ],
)
def test_another_code_is_signed_by_nobody(log, code, exit_code, why):
    before = log.events
    done = log.act("confirm", "taker.key", "--code", code)

    assert done.code == exit_code
    assert why in done.err
    assert log.events == before


def test_who_has_it_back_answers_the_release(log):
    log.hand_over()
    number = log.events[-1].seq
    done = log.act("return", "giver.key", "--text", "addressee not found")

    assert done.code == 0, done.err
    assert (log.events[-1].type, f"event:{number}" in log.events[-1].refs) == ("returned", True)
    assert not {"released_only", "received_alone"} & log.both_verify()
    assert [holder for holder, _ in log.periods()][-2:] == [None, "山田 花子"]


def test_who_has_it_back_where_nobody_released_it_is_said_by_both(log):
    log.act("return", "giver.key")

    assert "received_alone" in log.both_verify()
    assert "nobody had signed a release" in log.script_said


def test_what_was_destroyed_is_named_and_the_bundle_is_still_held(log):
    log.hand_over()
    log.act("receive", "taker.key", "--trust", str(log.root))
    silent = log.act("destroy", "taker.key")
    done = log.act("destroy", "taker.key", "--medium", "USB 4C53", "--authority", "契約1号",
                   "--basis", "contract")  # fmt: skip

    assert (silent.code, done.code) == (2, 0), done.err
    assert "--medium" in silent.err
    assert [event.type for event in log.events].count("destroyed") == 1
    assert log.events[-1].storage == "USB 4C53"
    assert log.both_verify()
    assert log.periods()[-1] == ("調査 太郎", None)


@pytest.mark.parametrize(("verb", "signs"), [("confirm", True), ("return", False),
                                             ("destroy", False)])  # fmt: skip
def test_a_witness_may_confirm_and_neither_take_back_nor_destroy(log, verb, signs):
    more = {"confirm": ("--code", log.code)}.get(verb, ("--medium", "USB 4C53"))
    done = log.act(verb, "witness.key", *more)

    assert (done.code == 0) == signs, done.err


def test_the_other_side_has_a_position_and_a_telephone(log, tmp_path):
    more = ("--to-title", "主任", "--to-contact", "03-0000-0000", "--organisation", "調査会社")
    form = tmp_path / "form.html"
    done = log.act("release", "giver.key", "--to", "調査 太郎", *more)
    hozen("custody", "show", str(log.bundle), "--form", str(form), "--language", "ja")

    assert done.code == 0, done.err
    assert (log.events[-1].counterpart.title, log.events[-1].counterpart.contact) == (
        "主任", "03-0000-0000",
    )  # fmt: skip
    assert "相手方: 調査 太郎, 主任, 調査会社, 03-0000-0000" in form.read_text()
