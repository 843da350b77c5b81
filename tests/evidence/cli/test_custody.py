"""Hand-overs as people type them: signed, refused, corrected, shown; both verifiers agree."""

from __future__ import annotations

import datetime
import errno
import html
import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from unittest import mock

import authority
import bundles
import closed
import forge
import pytest
from authority import CUSTODIAN, TRUSTED, WITNESS
from command_line import run as hozen
from forge import Forger
from forgeries.custody import append

from chain_of_custody.code import spoken_code
from chain_of_custody.documents import load
from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import SigningKey
from chain_of_custody.signing.trust import TrustStore
from evidence.cli import run as run_here
from evidence.cli.custody.acting import sign
from evidence.cli.shared import Voice
from evidence.cli.texts import Texts
from evidence.custody import custodian
from evidence.custody.appending import CustodianError
from evidence.custody.custodian import Act
from evidence.custody.signers import key_text
from evidence.reading.checked import verify_bundle
from evidence.report.times import in_japan
from evidence.writing import together

SCRIPT = Path(bundles.__file__).parents[1] / "evidence" / "instructions" / "verify.sh"
PROVIDER = authority.made(
    "hozen provider", authority.ROOT, 40, name="調査 太郎", organisation="調査会社"
)
HOSTILE = "\x1b[2J<script>alert(1)</script>\u202e{{ 7777 * 7777 }}"


class Hands:
    """A certified bundle, and people with key files."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.bundle = bundles.sealed(place / "HZ_x", key=authority.COLLECTION)
        self.root = place / "root.pem"
        self.root.write_bytes(bundles.pem_of(TRUSTED))
        self.giver, self.taker = self.key("giver", CUSTODIAN), self.key("taker", PROVIDER)
        self.witness = self.key("witness", WITNESS)

    def key(self, name: str, key: SigningKey) -> str:
        path = self.place / f"{name}.key"
        path.write_bytes(key_text(key, None))
        return str(path)

    def act(self, verb: str, key: str, *more: str, arguments: tuple[str, ...] = ()):
        return hozen("custody", verb, str(self.bundle), *arguments, "--key", key, *more)

    def release(self, *more: str):
        return self.act("release", self.giver, "--to", "調査 太郎", *more)

    def receive(self, *more: str):
        return self.act("receive", self.taker, "--trust", str(self.root), *more)

    def statements(self) -> list[str]:
        verdict = verify_bundle(self.bundle, trust=TRUSTED)
        assert verdict.exit == 0
        return [each.key for each in verdict.stage(9).findings]

    def shown(self, *more: str):
        done = hozen(
            "custody", "show", str(self.bundle), "--trust", str(self.root), "--json", *more
        )
        assert done.code == 0, done.err
        return json.loads(done.out)

    def said_by_the_script(self) -> set[str]:
        """The statements on hand-overs that it makes; it passes."""
        done = subprocess.run(
            ["dash", str(SCRIPT), "--trust", str(self.root), str(self.bundle)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        return {key for key, words in SAYS.items() if words in done.stdout}

    def last(self):
        return load(BundleFolder(self.bundle)).events[-1].event


@pytest.fixture
def hands(tmp_path):
    return Hands(tmp_path)


def test_a_hand_over_is_signed_by_both_and_both_verifiers_agree(hands):
    released = hands.release(
        "--organisation", "調査会社", "--transport", "hand", "--tracking", "T-1", "--seal", "S-1",
        "--medium", "USB 4C53", "--witness", "鈴木", "--place", "server room", "--basis",
        "contract", "--authority", "K-12", "--purpose", "analysis", "--title", "係長",
    )  # fmt: skip
    assert released.code == 0, released.err
    event = hands.last()
    assert (event.actor.name, event.actor.title) == ("山田 花子", "係長")
    assert (event.transport.seal_no, event.storage, event.authority.number) == (
        "S-1", "USB 4C53", "K-12",
    )  # fmt: skip
    received = hands.receive("--text", "seal unbroken")
    assert received.code == 0, received.err

    assert f"event:{event.seq}" in hands.last().refs
    assert hands.last().check.result.startswith("exit 0, level C; 1 PASS")
    assert not {"released_only", "received_alone", "same_hands"} & set(hands.statements())
    done = subprocess.run(
        ["dash", str(SCRIPT), "--trust", str(hands.root), str(hands.bundle)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_head_is_told_to_be_noted(hands):
    done = json.loads(hands.release("--json").out)

    assert done["head"] == verify_bundle(hands.bundle).head
    assert re.fullmatch(r"([0-9]{5} ){4}[0-9]{5}", done["code"])


def test_a_receiver_verifies_first_and_signs_nothing_that_was_altered(hands):
    hands.release()
    volume = next((hands.bundle / "data").iterdir())
    with volume.open("ab") as file:
        file.write(b"x")
    before = sorted(os.listdir(hands.bundle / "custody"))
    done = hands.receive()

    assert (done.code, sorted(os.listdir(hands.bundle / "custody"))) == (1, before)
    assert "stages 2" in done.err
    refused = hands.act("refuse", hands.taker, "--text", "volume 1 is altered")
    assert refused.code == 0
    assert hands.last().type == "refused"


def test_a_log_whose_tail_was_cut_is_received_only_by_who_noted_no_head(hands):
    head = json.loads(hands.release("--json").out)["head"]
    number = len(load(BundleFolder(hands.bundle)).events)
    for suffix in ("", ".p7s"):
        (hands.bundle / "custody" / f"{number:05d}.json{suffix}").unlink()
    before = sorted(os.listdir(hands.bundle / "custody"))
    done = hands.receive("--head", head)

    assert (done.code, sorted(os.listdir(hands.bundle / "custody"))) == (1, before)
    assert "stages 8" in done.err
    assert hands.receive().code == 0


def test_a_bundle_that_was_made_anew_is_not_received_by_who_has_root_or_code(hands):
    noted = verify_bundle(hands.bundle)
    shutil.rmtree(hands.bundle)
    bundles.sealed(hands.bundle, key=authority.COLLECTION)
    code = spoken_code(noted.root)
    given = (("--root", noted.root), ("--code", code), ("--challenge", "given before"))
    before = sorted(os.listdir(hands.bundle / "custody"))

    assert [hands.receive(*each).code for each in given] == [1, 1, 1]
    assert sorted(os.listdir(hands.bundle / "custody")) == before


def test_what_the_receiver_brought_stands_in_the_event(hands, tmp_path):
    (tmp_path / "identity.txt").write_text(f"{bundles.IDENTITY}\n")
    root = verify_bundle(hands.bundle).root
    done = hands.receive("--root", root, "--identity", str(tmp_path / "identity.txt"))

    assert done.code == 0, done.err
    assert "4 PASS" in hands.last().check.result
    assert "8 PASS" in hands.last().check.result


def test_nothing_is_added_to_a_log_that_is_broken(hands):
    event = hands.bundle / "custody" / "00002.json"
    event.write_bytes(event.read_bytes().replace(b"phase_end", b"interrupted", 1))
    done = hands.act("note", hands.giver, "--text", "x")

    assert (done.code, len(done.err.splitlines())) == (1, 1)


def test_nothing_is_added_to_a_bundle_whose_manifest_is_gone(hands):
    (hands.bundle / "manifest.json").unlink()
    done = hands.act("note", hands.giver, "--text", "x")

    assert (done.code, len(done.err.splitlines())) == (3, 1)


@pytest.fixture
def unsealed(hands):
    """The same, pulled before it was sealed."""
    hands.bundle = hands.place / "HZ_pulled"
    bundles.writer_at(hands.bundle, key=authority.COLLECTION).abandon()
    return hands


def test_what_was_never_sealed_is_handed_over_and_shown_all_the_same(unsealed):
    left = unsealed.bundle / "custody" / "00002.json.p7s"
    left.write_bytes(b"cut")  # between a signature and its event
    released = unsealed.release()
    assert released.code == 0, released.err
    assert "won't go on with it" in released.err
    received = unsealed.receive()
    assert received.code == 0, received.err
    assert unsealed.last().check.result.startswith("exit 3, never sealed; 1 PASS")
    shown = unsealed.shown("--form", str(unsealed.place / "form.html"))

    assert [each["type"] for each in shown["events"]][1:] == ["released", "received"]
    assert shown["manifest_sha256"] is None
    assert [each["holder"] for each in shown["periods"]] == ["山田 花子", None, "調査 太郎"]
    assert "never sealed" in (unsealed.place / "form.html").read_text()
    verdict = verify_bundle(unsealed.bundle, trust=TRUSTED)
    assert (verdict.exit, verdict.failed) == (3, [])
    script = ["dash", str(SCRIPT), "--trust", str(unsealed.root), str(unsealed.bundle)]
    assert subprocess.run(script, capture_output=True, check=False).returncode == 3


def test_that_a_signature_ends_the_collection_is_said_before_it_is_made(unsealed, monkeypatch):
    def refused(*_: object, **__: object) -> None:
        raise CustodianError("log_full", 2, count=1)

    monkeypatch.setattr(custodian, "append", refused)
    voice = Voice(t=Texts("en"), quiet=False, as_json=False)
    told: list[str] = []
    monkeypatch.setattr(Voice, "tell", lambda _, key, **__: told.append(key))
    with pytest.raises(CustodianError):
        sign(voice, str(unsealed.bundle), Act(kind="note"), authority.CUSTODIAN)

    assert told == ["custody.never_sealed"]


def test_once_somebody_has_signed_it_is_not_said_again(unsealed):
    unsealed.release()
    assert "won't go on with it" not in unsealed.receive().err


def test_nobody_signs_over_what_an_interrupted_run_has_signed(unsealed):
    event = unsealed.bundle / "custody" / "00002.json"
    raw = Forger(unsealed.bundle).read("custody/00001.json")
    event.with_name("00002.json.tmp").write_bytes(raw)
    event.with_name("00002.json.p7s").write_bytes(cms.sign(raw, authority.COLLECTION))
    before = {p.name: p.read_bytes() for p in event.parent.iterdir()}
    done = unsealed.release()

    assert (done.code, len(done.err.splitlines())) == (3, 1), done.err
    assert "--resume' first" in done.err
    assert {p.name: p.read_bytes() for p in event.parent.iterdir()} == before


def test_nobody_signs_for_what_can_still_be_sealed(hands):
    (hands.bundle / "manifest.json").rename(hands.bundle / "manifest.json.tmp")
    before = sorted(hands.bundle.rglob("*"))
    done = hands.release()

    assert (done.code, len(done.err.splitlines())) == (3, 1), done.err
    assert "--resume' first" in done.err
    assert sorted(hands.bundle.rglob("*")) == before


@pytest.mark.parametrize("verb", ["refuse", "return", "note", "destroy"])
def test_each_side_can_sign_for_what_was_never_sealed(unsealed, verb):
    done = unsealed.act(verb, unsealed.taker, "--text", "the stick was pulled")

    assert done.code == 0, done.err


def test_what_was_never_sealed_and_is_damaged_is_refused_and_that_can_be_signed(unsealed):
    (unsealed.bundle / "Thumbs.db").write_bytes(b"x")
    received = unsealed.receive()

    assert (received.code, "stages 3" in received.err) == (1, True)
    assert unsealed.act("refuse", unsealed.taker, "--text", "a file too many").code == 0


def test_a_collection_does_not_go_on_after_somebody_signed_for_it(unsealed, tmp_path):
    unsealed.release()
    (tmp_path / "src").mkdir()
    done = hozen("collect", "--resume", unsealed.bundle, "--source", tmp_path / "src")

    assert done.code == 2, done.err
    assert "somebody has signed for it" in done.err


@pytest.mark.parametrize(
    "arguments", [("timestamp", "--request", "q.tsq"), ("renew", "--request", "q.tsq")]
)
def test_what_needs_a_seal_says_what_can_be_done_without(unsealed, arguments):
    verb, *more = arguments
    done = hozen("custody", verb, unsealed.bundle, *more)

    assert (done.code, len(done.err.splitlines())) == (3, 1)
    assert "can be signed here all the same" in done.err


def test_what_has_no_root_has_no_square(unsealed):
    done = hozen("custody", "show", unsealed.bundle, "--qr", unsealed.place / "x.png")

    assert (done.code, len(done.err.splitlines())) == (2, 1)


def test_what_a_cut_off_act_left_gives_way_to_the_next_event(hands):
    number = len(load(BundleFolder(hands.bundle)).events) + 1
    leftover = hands.bundle / "custody" / f"{number:05d}.json.p7s"
    leftover.write_bytes(b"half of a signature")
    assert "left_by_act" in hands.statements()
    done = hands.release()

    assert done.code == 0, done.err
    assert "left_by_act" not in hands.statements()


@pytest.mark.parametrize(
    ("acts", "statement"),
    [
        (["release"], "released_only"),
        (["receive"], "received_alone"),
        (["release", "receive"], None),
    ],
)
def test_a_hand_over_that_lacks_a_side_is_said(hands, acts, statement):
    for act in acts:
        assert getattr(hands, act)().code == 0

    kinds = {"released_only", "received_alone", "same_hands"} & set(hands.statements())
    assert kinds == ({statement} if statement else set())


def test_releasing_and_receiving_with_one_key_is_said(hands):
    hands.release()
    hands.act("receive", hands.giver)

    assert "same_hands" in hands.statements()


def test_a_witness_may_note_but_hand_nothing_over(hands):
    assert hands.act("note", hands.witness, "--text", "I stood by").code == 0
    before = sorted(os.listdir(hands.bundle / "custody"))
    done = hands.act("release", hands.witness, "--to", "x")

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "hozen witness" in done.err
    said = hands.act("release", hands.witness, "--to", "x", "--language", "ja").err
    assert "役割「立会人」の鍵では" in said
    assert "署名できる役割: 収集担当・保管担当・調査会社" in said
    assert sorted(os.listdir(hands.bundle / "custody")) == before
    assert verify_bundle(hands.bundle, trust=TRUSTED).exit == 0


@pytest.mark.parametrize(
    "key",
    [authority.ROOT, authority.KIT_AS_SIGNER, authority.COLLECTION],
    ids=["root", "kit", "collection"],
)
@pytest.mark.parametrize("verb", ["note", "receive"])
def test_a_key_that_is_no_persons_signs_nothing_of_theirs(hands, key, verb):
    before = sorted(os.listdir(hands.bundle / "custody"))
    done = hands.act(verb, hands.key("other", key))

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert sorted(os.listdir(hands.bundle / "custody")) == before


SAYS = {
    "received_alone": "nobody had signed a release",
    "released_only": "handed over, and nobody has signed for it yet",
    "released_until": "handed over, to arrive by",
    "released_again": "no event says that it came back",
    "released_by_another": "handed over by another than who had it",
    "arrived_late": "it was to arrive by",
    "same_hands": "with one key",
    "seal_differs": "the seal is",
    "taker_differs": "the release names another",
    "corrected_by": "both stand, as they were signed",
}
"""What the script says for each statement on hand-overs."""


@pytest.mark.parametrize(
    ("to", "seals", "statement"),
    [
        ("調査 太郎", ("S-1", "S-1"), None),
        ("調査　太郎", ("Ｓ－１ａ", "s-1 A"), None),
        ("調査会社", ("S-1", None), None),
        ("調査 太郎", (None, "S-1"), None),
        ("調査 太郎", ("S-1", "S-XX"), "seal_differs"),
        ("調査 太郎", ("1", "1.0"), "seal_differs"),
        ("運送 次郎", ("S-1", "S-1"), "taker_differs"),
    ],
    ids=["same", "other_widths", "organisation", "new_seal", "seal", "number", "taker"],
)
def test_what_giver_and_taker_say_differently_is_stated(hands, to, seals, statement, tmp_path):
    given, found = ([] if seal is None else ["--seal", seal] for seal in seals)
    assert hands.act("release", hands.giver, "--to", to, *given).code == 0
    received = hands.receive(*found)
    assert received.code == 0, received.err
    shown, form = hands.shown("--form", str(tmp_path / "form.html")), tmp_path / "form.html"
    remarks = shown["events"][-1]["remarks"]

    assert set(SAYS) & set(hands.statements()) == ({statement} if statement else set())
    assert [each["key"] for each in remarks] == ([statement] if statement else [])
    assert all(each["en"] in received.err for each in remarks)
    assert all(html.escape(each["en"]) in form.read_text() for each in remarks)
    assert hands.said_by_the_script() == ({statement} if statement else set())


@pytest.mark.parametrize(
    ("language", "trusted", "none"),
    [
        ("en", "Trusted when this page was made: ", "No certificate was trusted"),
        ("ja", "作成時に信頼した証明書: ", "信頼する証明書が指定されなかった"),
    ],
)
def test_the_form_says_by_which_certificates_it_goes(hands, language, trusted, none, tmp_path):
    paths = [tmp_path / "trusting.html", tmp_path / "trusting-nobody.html"]
    shown = hands.shown("--form", str(paths[0]), "--language", language)
    plain = ("--form", paths[1], "--language", language, "--json")
    alone = json.loads(hozen("custody", "show", str(hands.bundle), *plain).out)
    pages = [path.read_text(encoding="utf-8") for path in paths]
    (print_of,) = TRUSTED.fingerprints

    assert (shown["trusted"], alone["trusted"]) == ([print_of], [])
    assert [trusted in page for page in pages] == [print_of in page for page in pages]
    assert [trusted in page for page in pages] == [True, False]
    assert [none in page for page in pages] == [False, True]


def test_the_time_on_the_way_shows_both_seals(hands):
    hands.release("--seal", "S-1")
    hands.receive("--seal", "S-XX")

    assert [each["seals"] for each in hands.shown()["periods"]] == [None, "S-1 → S-XX", None]


@pytest.mark.parametrize(
    ("acts", "statement"),
    [
        (("release",), "released_only"),
        (("receive",), "received_alone"),
        (("release", "refuse"), None),
        (("release", "receive by the same"), "same_hands"),
        (("correct",), "corrected_by"),
    ],
    ids=str,
)
def test_the_script_states_hand_overs_as_we_do(hands, acts, statement):
    does = {
        "release": hands.release, "receive": hands.receive,
        "refuse": lambda: hands.act("refuse", hands.taker, "--text", "no seal"),
        "receive by the same": lambda: hands.act("receive", hands.giver),
        "correct": lambda: hands.act("correct", hands.giver, "--text", "x", arguments=("2",)),
    }  # fmt: skip
    for act in acts:
        assert does[act]().code == 0
    stated = set(SAYS) & set(hands.statements()) - {"taker_differs"}

    assert stated == ({statement} if statement else set())
    assert hands.said_by_the_script() - {"taker_differs"} == stated


def test_a_second_release_says_again_what_the_first_said_and_takes_nothing_back(hands, tmp_path):
    hands.act("release", hands.giver, "--to", "運送 次郎", "--seal", "S-1")
    again = hands.release("--seal", "S-2")
    received = hands.receive("--seal", "S-2")
    shown, lines = hands.shown(), hozen("custody", "show", str(hands.bundle)).out
    assert lines.startswith("Times are UTC (ending in Z)")
    (said,) = shown["events"][-2]["remarks"]

    assert (again.code, received.code, said["key"]) == (0, 0, "released_again")
    for part in ("運送 次郎", "S-1", shown["events"][-3]["signer"]):
        assert part in said["en"]
    assert said["en"] in again.err
    assert said["en"] in lines
    assert set(SAYS) & set(hands.statements()) == {"released_again"}
    assert hands.said_by_the_script() == {"released_again"}
    assert [(each["holder"], each["seals"], each["tied"]) for each in shown["periods"]] == [
        ("山田 花子", None, True), (None, "S-1", False), (None, "S-2", False),
        ("調査 太郎", None, True),
    ]  # fmt: skip


STRANGER = authority.made("hozen provider", authority.ROOT, 41, name="佐々木 健二")
RENEWED = authority.made("hozen provider", authority.ROOT, 42, name="調査　太郎")


def _pass_on(hands: Hands, key: SigningKey) -> None:
    """調査 太郎 receives, and the key's owner hands over."""
    assert hands.release().code == 0
    assert hands.receive().code == 0
    assert hands.act("release", hands.key("other", key), "--to", "Eve").code == 0


def test_who_received_it_stays_the_holder_when_another_releases_it(hands, tmp_path):
    _pass_on(hands, STRANGER)
    shown, form = hands.shown("--form", str(tmp_path / "form.html")), tmp_path / "form.html"
    (said,) = (each for each in shown["events"][-1]["remarks"] if "another" in each["key"])

    assert [(each["holder"], each["later"], each["tied"]) for each in shown["periods"]] == [
        ("山田 花子", True, True), (None, False, False), ("調査 太郎", False, True),
        (None, False, False),
    ]  # fmt: skip
    assert "佐々木 健二" in said["en"]
    assert "調査 太郎" in said["en"]
    assert html.escape(said["en"]) in form.read_text()
    assert "released_by_another" in hands.statements()
    assert "released_by_another" in hands.said_by_the_script()


def test_who_received_it_may_release_it_with_a_new_key(hands):
    _pass_on(hands, RENEWED)

    assert "released_by_another" not in hands.statements()
    assert "released_by_another" not in hands.said_by_the_script()


def test_what_was_refused_is_still_with_who_released_it(hands):
    hands.release()
    hands.act("refuse", hands.taker, "--text", "no seal")
    hands.act("release", hands.key("other", STRANGER), "--to", "Eve")

    assert "released_by_another" in hands.statements()
    assert "released_by_another" in hands.said_by_the_script()


def test_a_refusal_of_nothing_takes_it_from_nobody(hands):
    hands.release()
    hands.receive()
    act = custodian.Act(kind="refused", text="no seal")  # where no release is open
    custodian.append(hands.bundle, [act], STRANGER)
    hands.act("release", hands.key("other", STRANGER), "--to", "Eve")

    assert "released_by_another" in hands.statements()
    assert "released_by_another" in hands.said_by_the_script()


def test_a_refusal_of_an_earlier_release_brings_the_later_one_back_to_nobody(hands):
    """The command answers the last open release; another writer may name the one before it."""
    hands.release()
    hands.release("--again")
    released = load(BundleFolder(hands.bundle)).events[-2].event.seq
    act = custodian.Act(kind="refused", refs=(f"event:{released}",), text="no seal")
    custodian.append(hands.bundle, [act], CUSTODIAN)
    hands.release()
    shown = hozen("custody", "show", str(hands.bundle), "--trust", str(hands.root), "--json")
    periods = json.loads(shown.out)["periods"]

    assert periods[-2]["holder"] is None


@pytest.mark.parametrize("order", [1, -1])
def test_an_answer_that_names_several_releases_answers_the_last_of_them(hands, order):
    hands.release()
    hands.release("--again")
    both = [f"event:{file.event.seq}" for file in load(BundleFolder(hands.bundle)).events[-2:]]
    act = custodian.Act(kind="received", refs=tuple(both[::order]))
    custodian.append(hands.bundle, [act], STRANGER)

    assert "released_only" not in hands.statements()
    assert "released_only" not in hands.said_by_the_script()


def test_a_holder_who_is_tied_to_nobody_is_marked_as_such(hands, tmp_path):
    hands.release()
    hands.receive()
    form, trust = tmp_path / "form.html", ("--trust", str(hands.root))
    for given, marks in ((trust, 0), ((), 2)):
        done = hozen("custody", "show", str(hands.bundle), "--form", str(form), *given)
        told = done.out.partition("Who held it")[2], form.read_text().partition("</table>")[2]
        assert [each.partition("<h2>Hand-overs")[0].count("vouches for this") for each in told] == [
            marks
        ] * 2
        form.unlink()


def test_a_release_that_came_back_may_be_followed_by_another(hands):
    for verb in ("return", "refuse"):
        hands.release("--seal", "S-1")
        hands.act(verb, hands.giver, "--text", "no seal")
    hands.release("--seal", "S-2")
    hands.receive("--seal", "S-2")

    assert "released_again" not in hands.statements()
    assert "released_again" not in hands.said_by_the_script()


def test_the_first_release_is_remarked_by_nobody_but_the_verifier(hands):
    """That nobody has signed for it yet is true of each, and no news to who has just signed."""
    assert hands.release().err == ""


@pytest.mark.parametrize(
    ("days", "statement"),
    [(0, None), (-1, None), (-2, "arrived_late")],
    ids=["in_time", "to_the_second", "late"],
)
def test_what_arrives_later_than_declared_is_stated_by_both_verifiers(hands, days, statement):
    at, due, arrived = (
        f"{authority.NOW + each * authority.DAY:%Y-%m-%dT%H:%M:%S+00:00}" for each in (-3, days, -1)
    )
    assert hands.release("--at", at, "--due", due).code == 0
    assert set(SAYS) & set(hands.statements()) == {"released_until"}
    assert hands.said_by_the_script() == {"released_until"}
    received = hands.receive("--at", arrived)
    shown = hands.shown()["events"]

    assert shown[-2]["due"] == due.replace("+00:00", "Z")
    assert "check" not in shown[-2]
    assert [each["key"] for each in shown[-1]["remarks"]] == ([statement] if statement else [])
    assert ("it was to arrive by" in received.err) == bool(statement)
    assert set(SAYS) & set(hands.statements()) == ({statement} if statement else set())
    assert hands.said_by_the_script() == ({statement} if statement else set())


@pytest.mark.parametrize("due", ["2024-01-01T00:00:00Z", "tomorrow", "2099-01-01T00:00:00"])
def test_an_arrival_before_the_hand_over_or_that_is_no_time_is_refused(hands, due):
    done = hands.release("--due", due)

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert hands.last().type == "sealed"


def test_a_certificate_that_ran_out_signs_nothing(hands):
    done = hands.act("release", hands.key("old", authority.EXPIRED_PERSON), "--to", "x")

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert hands.last().type == "sealed"


STATING = (
    ("release", ("--to", "x"), ()),
    ("receive", (), ()),
    ("refuse", ("--text", "x"), ()),
    ("return", (), ()),
    ("note", ("--text", "x"), ()),
    ("destroy", ("--medium", "USB 1"), ()),
    ("correct", ("--text", "x"), ("2",)),
    ("confirm", ("--code",), ()),
)


@pytest.mark.parametrize(("verb", "more", "arguments"), STATING, ids=lambda each: str(each))
@pytest.mark.parametrize("at", ["2024-01-01T00:00:00Z", "2124-01-01T00:00:00Z"])
def test_a_stated_time_outside_the_certificates_dates_is_refused_before_anything_is_signed(
    hands, verb, more, arguments, at
):
    """Signed, it would stand there as odd for ever."""
    code = spoken_code(verify_bundle(hands.bundle).root)
    more = (*more, code) if more == ("--code",) else more
    before = sorted(os.listdir(hands.bundle / "custody"))
    done = hands.act(verb, hands.giver, *more, "--at", at, arguments=arguments)

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "the time that you state (20" in done.err or "the time that you state (21" in done.err
    assert sorted(os.listdir(hands.bundle / "custody")) == before


def test_a_stated_time_is_refused_before_a_receiver_waits_for_the_verification(hands):
    with mock.patch("evidence.custody.custodian.verify_bundle", side_effect=AssertionError):
        done = hands.receive("--at", "2024-01-01T00:00:00Z")

    assert (done.code, len(done.err.splitlines())) == (2, 1)


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("0026-11-29T21:00:00+09:00", "the year can't be meant"),
        ("9999-12-31T23:59:59-12:00", "the year can't be meant"),
        ("0001-01-01T00:00:00+09:00", "the year can't be meant"),
        ("2099-01-01T00:00:00+09:00", "still to come"),
        (f"{datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=9):%FT%TZ}", "zone"),
    ],
    ids=["mistyped", "last", "first", "to come", "local time called UTC"],
)
@pytest.mark.parametrize("certified", [True, False])
def test_a_time_that_can_not_be_meant_is_not_signed(hands, at, why, certified):
    key = hands.giver if certified else hands.key("holder", forge.HOLDER)
    before = sorted(os.listdir(hands.bundle / "custody"))
    done = hands.act("release", key, "--to", "x", "--at", at)

    assert (done.code, len(done.err.splitlines())) == (2, 1), done.err
    assert why in done.err
    assert sorted(os.listdir(hands.bundle / "custody")) == before


def test_words_that_no_reader_takes_are_wrong_input(hands):
    for text, why in (("x" * 100_000, ""), ("a\udcff", "no text in UTF-8")):
        done = hands.act("note", hands.giver, "--text", text)
        assert done.code == (2 if why else 0), done.err
        assert why in done.err


def test_a_time_within_the_certificates_dates_or_of_a_key_that_nobody_certified_is_taken(hands):
    at = f"{authority.BEGAN:%Y-%m-%dT%H:%M:%SZ}"
    nobody = hands.key("nobody", forge.HOLDER)

    assert hands.act("note", hands.giver, "--text", "x", "--at", at).code == 0
    assert hands.last().at == at
    stated = ("--text", "x", "--at", "2024-01-01T00:00:00Z")
    assert hands.act("note", nobody, *stated).code == 0


def test_a_note_that_says_nothing_is_not_signed(hands):
    before = sorted(os.listdir(hands.bundle / "custody"))
    for said in ((), ("--text", " "), ("--title", "nurse")):
        done = hands.act("note", hands.giver, *said)
        assert (done.code, len(done.err.splitlines())) == (2, 1), done.err
        assert "--text" in done.err
    assert sorted(os.listdir(hands.bundle / "custody")) == before
    assert hands.act("note", hands.giver, "--storage", "safe 2").code == 0


def test_a_time_from_before_the_certificate_is_remarked_where_another_program_signed_it(hands):
    bundle = Forger(hands.bundle)
    append(bundle, bundle.holder_event("note", at="2024-01-01T00:00:00Z"), CUSTODIAN)

    assert "holder_out_of_date" in hands.statements()


def test_who_may_not_sign_an_event_is_shown_with_a_wrong_role(hands, tmp_path):
    """As a program of somebody else's may have made it."""
    bundle = Forger(hands.bundle)
    append(bundle, bundle.holder_event("released"), WITNESS)
    append(bundle, bundle.holder_event("note"), WITNESS)

    shown = hands.shown("--form", str(tmp_path / "form.html"))["events"][-2:]
    lines = hozen("custody", "show", str(hands.bundle), "--trust", str(hands.root)).out

    assert [(each["tied"], each["wrong_role"]) for each in shown] == [(False, True), (True, False)]
    for page in (lines, (tmp_path / "form.html").read_text()):
        assert page.count("WRONG ROLE") == 1
        assert "not tied to anything you trust" not in page.partition(shown[0]["signer"])[2]


def test_a_correction_points_back_and_both_stand(hands):
    hands.release("--witness", "鈴木")
    number = str(hands.last().seq)
    done = hands.act("correct", hands.giver, "--text", "鈴木 一郎", arguments=(number,))
    shown = json.loads(hozen("custody", "show", str(hands.bundle), "--json").out)

    assert done.code == 0, done.err
    corrected = shown["events"][int(number) - 1]
    assert (corrected["witnesses"], corrected["corrected_by"]) == ("鈴木", [int(number) + 1])
    assert "corrected_by" in hands.statements()


def test_periods_tell_who_held_it_and_when_nobody_did(hands):
    given, taken = (authority.NOW + days * authority.DAY for days in (-2, -1))
    hands.release("--at", given.isoformat(), "--transport", "courier")
    hands.act("receive", hands.taker, "--at", taken.isoformat())
    periods = json.loads(hozen("custody", "show", str(hands.bundle), "--json").out)["periods"]

    assert [(each["holder"], each["later"]) for each in periods] == [
        ("山田 花子", True), (None, False), ("調査 太郎", False),
    ]  # fmt: skip
    assert (periods[1]["from"], periods[1]["to"]) == (
        f"{given:%Y-%m-%dT%H:%M:%SZ}",
        f"{taken:%Y-%m-%dT%H:%M:%SZ}",
    )
    assert periods[1]["how"] == "courier"
    assert "NOBODY" in hozen("custody", "show", str(hands.bundle)).out


@pytest.mark.parametrize(
    ("language", "mark"), [("en", " (as stated by the signer)"), ("ja", "（署名者の申告）")]
)
def test_a_stated_time_is_marked_wherever_it_is_shown(hands, language, mark, tmp_path):
    at = f"{authority.NOW - authority.DAY:%Y-%m-%dT%H:%M:%SZ}"
    hands.release("--at", at)
    hands.receive()
    shown = hands.shown("--form", str(tmp_path / "form.html"), "--language", language)
    lines = hozen("custody", "show", str(hands.bundle), "--language", language).out
    by_clock = hands.last().at

    assert [each["at_source"] for each in shown["events"]][-2:] == [
        "as stated by the signer", "clock of the holder's machine",
    ]  # fmt: skip
    assert [(each["from_stated"], each["to_stated"]) for each in shown["periods"]] == [
        (False, True), (True, False), (False, False),
    ]  # fmt: skip
    for page in (lines, (tmp_path / "form.html").read_text()):
        assert page.count(f"{at}{mark}") == page.count(at) == 3
        assert by_clock in page
        assert f"{by_clock}{mark}" not in page
    assert in_japan(by_clock) in (tmp_path / "form.html").read_text()


def test_a_key_that_was_revoked_is_shown_as_revoked(hands, tmp_path):
    hands.release()
    since = authority.NOW - authority.DAY
    listed = authority.certificates.revoke(
        authority.ROOT, {CUSTODIAN.certificate.serial_number: since}, authority.NOW
    )
    hands.root.write_bytes(bundles.pem_of(TrustStore(TRUSTED.certificates, (listed,))))
    shown = hands.shown("--form", str(tmp_path / "form.html"))
    lines = hozen("custody", "show", str(hands.bundle), "--trust", str(hands.root)).out

    assert [each["revoked"] for each in shown["events"]][-2:] == [None, since.isoformat()]
    for page in (lines, (tmp_path / "form.html").read_text()):
        assert page.count(f"revoked since {since.isoformat()}") == 1


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_form_shows_everything_and_obeys_nothing(hands, language, tmp_path):
    fields = ("--purpose", "--place", "--storage", "--medium", "--text", "--title", "--contact")
    more = [part for name in fields for part in (name, HOSTILE)]
    hands.release("--organisation", HOSTILE, "--seal", HOSTILE, "--witness", HOSTILE, *more)
    form = tmp_path / "form.html"
    done = hozen("custody", "show", str(hands.bundle), "--form", str(form), "--language", language)
    page = form.read_text()

    assert done.code == 0, done.err
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= len(fields)
    assert "default-src 'none'" in page
    assert not re.search(r"<script|\x1b|\u202e|60481729|https?://|src=|url\(", page)
    assert "\x1b" not in done.out
    assert ("授受書" in page) == (language == "ja")
    note = "Numbers that are not listed here" if language == "en" else "ここにない番号"
    closed = len(list((hands.bundle / "data").iterdir()))
    for each in (page, done.out):
        assert re.search(rf"{note} ?\({closed}( 件)?\)", each)


def test_the_form_has_all_of_a_long_text(hands, tmp_path):
    text = "立会人の前で封を確かめた。" * 60
    hands.act("note", hands.taker, "--text", text)
    hands.shown("--form", str(tmp_path / "form.html"))

    assert text in (tmp_path / "form.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("correct", "99", "--text", "x"), "no event 99"),
        (("correct", "2"), "--text is missing"),
        (("refuse",), "--text is missing"),
        (("refuse", "--text", " "), "--text is missing"),
        (("destroy", "--text", " "), "--medium is missing"),
        (("note", "--text", "x", "--at", "yesterday"), "time with zone"),
        (("note", "--text", "x", "--at", "2026-11-22T21:45:00"), "time with zone"),
        (("note", "--text", "x", "--authority", "K-1"), "--basis"),
    ],
)
def test_refuses_in_one_line(hands, arguments, why):
    verb, *more = arguments
    numbers = tuple(each for each in more if each.isdigit())
    done = hands.act(verb, hands.giver, *[e for e in more if not e.isdigit()], arguments=numbers)

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert why in done.err


def test_a_key_of_a_curve_that_nobody_knows_is_no_fault_of_the_program(hands, tmp_path):
    path = tmp_path / "small.key"
    curve = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp112r1"]
    subprocess.run([*curve, "-out", path], check=True, capture_output=True)
    done = hands.act("note", str(path), "--text", "x")

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "not a P-256 key" in done.err


def test_a_key_that_is_no_key_is_said(hands, tmp_path):
    (tmp_path / "no.key").write_text("nothing")
    done = hands.act("note", str(tmp_path / "no.key"), "--text", "x")

    assert (done.code, len(done.err.splitlines())) == (2, 1)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_who_is_to_end_a_signature_too_late_is_told_of_it_all_the_same(
    hands, monkeypatch, capsys, signals, name
):
    """Else whoever heeds "give the same command again" signs a second time."""
    written = together.write_together

    def ended_after(files, *rest):
        written(files, *rest)
        os.kill(os.getpid(), getattr(signal, name))

    signal.signal(getattr(signal, name), signal.default_int_handler)
    monkeypatch.setattr(together, "write_together", ended_after)
    command = ["custody", "note", str(hands.bundle), "--text", "x", "--key", hands.giver]

    assert run_here(command, Texts("en")) == 0
    assert "Signed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "error", [OSError(errno.EIO, "gone"), CustodianError("log_unread", 4, path="", why="")]
)
def test_a_remark_that_can_t_be_looked_for_makes_no_fault_of_a_signature(
    hands, monkeypatch, capsys, signals, error
):
    loads, load_log = [], custodian.load

    def failing(*arguments, **options):
        loads.append(arguments)
        if (hands.bundle / f"custody/{len(before) + 1:05d}.json").exists():
            raise error
        return load_log(*arguments, **options)

    before = list((hands.bundle / "custody").glob("*.json"))
    monkeypatch.setattr(custodian, "load", failing)
    command = ["custody", "release", str(hands.bundle), "--to", "X", "--key", hands.giver]

    assert run_here(command, Texts("en")) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("language", "says"), [("en", "See that the medium"), ("ja", "媒体が正しく")]
)
def test_a_log_that_the_medium_does_not_give_back_is_named(
    hands, monkeypatch, capsys, language, says
):
    closed.unread(monkeypatch, "custody/00001.json.p7s")
    command = ["custody", "note", str(hands.bundle), "--text", "x", "--key", hands.giver]

    assert run_here(command, Texts(language)) == 4
    (line,) = capsys.readouterr().err.splitlines()
    assert "custody/00001.json.p7s" in line
    assert says in line
