"""The verification report: what it says first, what it never says, and commands that work."""

from __future__ import annotations

import html
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import authority
import bundles
import pytest
import worlds
from authority import CUSTODIAN, KIT, NAMESAKE, TRUSTED
from bundles import artifact, gap
from forge import copied as forged

import evidence.report
import evidence.writing.bundle
from chain_of_custody.code import read_aloud, spoken_code
from chain_of_custody.event import Check, Person, Transport
from chain_of_custody.sentences import SENTENCES
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.stages.hand_overs import ARRIVAL
from chain_of_custody.verdict import STAGES, Anchors, Outcome, document_of
from collectors.artifact import Reason
from evidence.custody import custodian
from evidence.custody.custodian import Act
from evidence.machine.clock import Clock
from evidence.reading.checked import AlteredBundleError, verify_bundle
from evidence.reading.container import load_identities
from evidence.report.repeat import _runs
from evidence.report.texts import Words
from evidence.report.texts.verification import VERIFICATION
from evidence.report.verification import check_place, examine, write_report
from evidence.report.verification.writing import PlaceError, facts_of, page_of, text_of

VECTORS = Path(bundles.__file__).parent / "vectors"
REPORT = Path(evidence.report.__file__).parent
HOSTILE = "\x1b[2J<script>alert(1)</script>\u202e{{ 7777 * 7777 }}\u200b"
PROVIDER = authority.made("hozen provider", authority.ROOT, 40, name="調査 太郎")
RELEASED, RECEIVED = (
    f"{authority.NOW + days * authority.DAY:%Y-%m-%dT%H:%M:%SZ}" for days in (-2, -1)
)
LANGUAGES = pytest.mark.parametrize("language", ["en", "ja"])


@pytest.fixture(scope="module")
def certified(world):
    """All there is to give: key, trust, root, code."""
    path = world.path("certified")
    root = verify_bundle(path).root
    return examine(
        path, identities=[bundles.IDENTITY], trust=TRUSTED,
        anchors=Anchors(root=root, code=spoken_code(root)),
    )  # fmt: skip


def copied(source: Path, target: Path) -> Path:
    return forged(source, target).path


def page(examined, language="en") -> str:
    return page_of(examined, Words(language))


def words_of(text: str) -> str:
    body = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def section(text: str, name: str) -> str:
    (found,) = re.findall(rf'<section class="{name}">(.*?)</section>', text, re.DOTALL)
    return words_of(found)


def order(text: str) -> list[str]:
    return re.findall(r'<section class="(\w+)">', text)


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def volume(bundle: Path) -> Path:
    return min((bundle / "data").iterdir())


def handed(bundle: Path, *, key=CUSTODIAN, taker=PROVIDER, name="山田 花子") -> Path:
    """Released tomorrow, received on the day after."""
    giver = Person(contact=None, name=name, organisation=None, title=None)
    way = Transport(method="courier", seal_no="S-1", tracking=None)
    released = Act(kind="released", actor=giver, at=RELEASED, transport=way)
    custodian.append(bundle, [released], key)
    custodian.append(bundle, [Act(kind="received", at=RECEIVED)], taker)
    return bundle


# What it says.


def test_answers_in_an_order_that_a_reader_needs(certified):
    assert order(page(certified)) == [
        "result", "intact", "missing", "not_proved", "held", "stages", "clocks", "identity",
        "aloud", "given", "repeat",
    ]  # fmt: skip


def test_names_what_is_intact_by_the_stages_that_passed(certified, world):
    nothing_given = examine(world.path("certified"))

    passed = {s.number for s in certified.verdict.stages if s.outcome is Outcome.PASS} - {9}
    assert {int(n) for n in re.findall(r"stage (\d)\)", section(page(certified), "intact"))} == (
        passed
    )
    assert re.findall(r"stage (\d)\)", section(page(nothing_given), "intact")) == list("1237")


def test_every_stage_is_shown_with_outcome_and_reason(world):
    examined = examine(world.path("certified"))
    text = section(page(examined), "stages")

    for stage in examined.verdict.stages:
        said = " / ".join(finding.sentence("en") for finding in stage.findings)
        assert f"{stage.outcome.value} {said}" in text, stage.name


def test_counts_what_is_missing_by_reason_and_names_no_path(tmp_path):
    things = [gap("/home/山田/患者.txt"), gap("/x", Reason.ABSENT), gap("/y", Reason.ABSENT)]
    path = bundles.sealed(tmp_path / "HZ_x", volumes=[[artifact("/etc/passwd", b"x"), *things]])
    opened, closed = examine(path, identities=[bundles.IDENTITY]), examine(path)

    text = section(page(opened), "missing")
    assert "Obtained whole: 1. Obtained in part: 0. Looked for and NOT obtained: 3." in text
    assert "not there 2 given-volatile 2 3, 4" in text
    assert "access denied 1 given-volatile 1 2" in text
    assert facts_of(opened)["missing"] == [
        {"collector": "given-volatile", "reason": "absent", "count": 2, "items": [3, 4]},
        {"collector": "given-volatile", "reason": "denied", "count": 1, "items": [2]},
    ]
    assert "NOT obtained: 3." in section(page(closed), "missing")
    assert "The reasons are inside the volumes" in section(page(closed), "missing")
    assert facts_of(closed)["missing"] is None
    assert "患者" not in page(opened) + text_of(opened, Words("ja")) + json.dumps(facts_of(opened))


def test_a_collector_is_named_in_japanese_beside_the_name_that_records_have(tmp_path):
    things = [artifact("/etc/passwd", b"x"), gap("/x"), gap("/y", Reason.ABSENT)]
    path = bundles.sealed(tmp_path / "HZ_x", volumes=[things], collector="accounts")
    examined = examine(path, identities=[bundles.IDENTITY])

    assert "利用者アカウント(accounts) 1" in section(page(examined, "ja"), "missing")
    assert "利用者アカウント(accounts) 1" in text_of(examined, Words("ja"))
    assert [row["collector"] for row in facts_of(examined)["missing"]] == ["accounts"] * 2
    assert "利用者" not in section(page(examined), "missing")


def test_of_many_missing_things_the_first_are_named_by_number(tmp_path):
    things = [gap(f"/x/{number}", Reason.ABSENT) for number in range(25)]
    path = bundles.sealed(tmp_path / "HZ_x", volumes=[[artifact("/etc/passwd", b"x"), *things]])
    examined = examine(path, identities=[bundles.IDENTITY])

    assert "20, 21 and 5 more" in section(page(examined), "missing")
    (row,) = facts_of(examined)["missing"]
    assert (row["count"], row["items"]) == (25, list(range(2, 22)))


def test_what_is_not_proved_follows_from_what_was_not_checked(certified, world):
    bare = section(page(examine(world.path("certified"))), "not_proved")
    full = section(page(certified), "not_proved")

    for sentence in ("That the contents are as recorded", "Who collected it", "made it anew"):
        assert sentence in bare
        assert sentence not in full
    for sentence in ("genuine before it was read", "When it happened", "not cut off at its end"):
        assert sentence in full
    head = Anchors(head=verify_bundle(world.path("certified")).head)
    noted = section(page(examine(world.path("certified"), anchors=head)), "not_proved")
    assert "cut off at its end" not in noted


def test_time_that_nobody_answers_for_is_the_loudest_row(tmp_path):
    path = handed(bundles.sealed(tmp_path / "HZ_x", key=authority.COLLECTION))
    examined = examine(path, trust=TRUSTED)
    held = page(examined).split('class="held"')[1].split("</section>")[0]

    (loud,) = re.findall(r'<tr class="loud">(.*?)</tr>', held)
    assert words_of(loud) == (
        f"{RELEASED} (as stated by the signer) "
        f"{RECEIVED} (as stated by the signer) "
        "NOBODY HAS SIGNED FOR THIS TIME courier; S-1"
    )
    assert "山田 花子, by a signature at the end of this time" in words_of(held)
    assert "調査 太郎" in words_of(held)
    assert "tied to no certificate" not in words_of(held)
    assert f"!! {RELEASED}" in text_of(examined, Words("en"))
    assert [p["tied"] for p in facts_of(examined)["periods"]] == [True, False, True]


def test_what_two_sides_of_a_hand_over_say_differently_stands_beside_the_periods(tmp_path):
    """At stage 9 it may be among those that a page leaves out."""
    path = bundles.sealed(tmp_path / "HZ_x", key=authority.COLLECTION)
    late = Check(what=ARRIVAL, result=RELEASED, version=None)
    at = f"{authority.NOW:%Y-%m-%dT%H:%M:%SZ}"
    custodian.append(path, [Act(kind="released", at=at, check=late)], CUSTODIAN)
    custodian.append(path, [Act(kind="received", at=RECEIVED)], PROVIDER)
    examined = examine(path, trust=TRUSTED)

    assert f"received at {RECEIVED}; by custody/" in section(page(examined), "held")
    assert f"到着期限は {RELEASED} でした" in section(page(examined, "ja"), "held")
    assert "it was to arrive by" in text_of(examined, Words("en")).partition("Who held it")[2]


def test_a_holder_whom_nobody_vouches_for_is_told_as_such(tmp_path):
    path = handed(bundles.sealed(tmp_path / "HZ_x", key=authority.COLLECTION))
    held = section(page(examine(path)), "held")

    assert held.count("tied to no certificate that the verifier trusts") == 2


def test_the_level_is_the_verdict_s_in_its_own_words(certified, world):
    assert "level B: held by something outside" in section(page(certified), "result")
    bare = examine(world.path("certified"))
    assert "level C: shows accidental change" in section(page(bare), "result")


def test_says_what_the_verifier_was_given_and_by_whose_clock(certified, world):
    text = page(certified)
    given = section(text, "given")

    for value in (*TRUSTED.fingerprints, bundles.RECIPIENT, certified.verdict.root):
        assert value in given
    missing = "Authority trusted for time (SHA-256); Revocation lists; Head noted outside"
    assert f"NOT given {missing}; Challenge given before" in given
    assert certified.began.utc in section(text, "clocks")
    assert certified.ended.utc in section(text, "clocks")
    assert str(bundles.IDENTITY) not in text
    bare = section(page(examine(world.path("certified"))), "given")
    missing = (
        "Certificate trusted (SHA-256); Authority trusted for time (SHA-256); Revocation lists"
    )
    assert f"NOT given {missing}; Key to the contents" in bare


def test_carries_what_tells_this_bundle_from_another(certified):
    verdict = certified.verdict
    text = section(page(certified), "identity")

    for value in (
        verdict.bundle_id, verdict.root, spoken_code(verdict.root), verdict.head,
        authority.COLLECTION.certificate_sha256, "H-2026-0001", "hozen 0.",
    ):  # fmt: skip
        assert value in text


@LANGUAGES
def test_says_how_the_code_is_read_over_a_telephone(certified, language):
    text = section(page(certified, language), "aloud")

    for digits, words in read_aloud(spoken_code(certified.verdict.root), language):
        assert f"{digits} {words}" in text


# A refused bundle.


@LANGUAGES
def test_a_refused_bundle_gets_a_report_with_the_failures_first(world, tmp_path, language):
    path = copied(world.path("certified"), tmp_path / "HZ_altered")
    flipped(volume(path))
    text = page(examine(path, trust=TRUSTED), language)

    assert order(text)[:2] == ["failed", "result"]
    assert volume(path).name in section(text, "failed")
    assert Words(language)("v_result_1", failed="2") in section(text, "result")
    assert Words(language)("v_level_none") in section(text, "result")
    assert SENTENCES["level_c"][language == "ja"] not in words_of(text)
    assert Words(language)("v_intact_refused") in section(text, "intact")
    assert Words(language)("v_result_0") not in words_of(text)
    assert Words(language)("v_as_stated") in section(text, "identity")


def test_where_the_log_failed_nobody_s_time_and_no_count_is_told(world, tmp_path):
    path = copied(world.path("handed"), tmp_path / "HZ_altered")
    event = path / "custody" / "00002.json"
    event.write_bytes(event.read_bytes().replace(b"phase_end", b"interrupted", 1))
    text = page(examine(path, identities=[bundles.IDENTITY]))

    assert "the custody log did not pass" in section(text, "held")
    assert "The counts can't be told" in section(text, "missing")


def test_what_is_no_bundle_gets_a_report_too(tmp_path):
    text = page(examine(tmp_path))

    assert order(text) == [
        "failed", "result", "intact", "missing", "not_proved", "held", "stages", "clocks", "given",
    ]  # fmt: skip
    assert "No check passed." in section(text, "intact")
    assert "not reached" in section(text, "stages")


def test_an_unsealed_bundle_is_incomplete_and_says_what_is_attested(world):
    examined = examine(world.path("pulled"), identities=[bundles.IDENTITY])
    text = page(examined)

    assert "INCOMPLETE" in section(text, "result")
    assert "Obtained whole: 3. Obtained in part: 0. Looked for and NOT obtained: 2." in section(
        text, "missing"
    )
    assert "the collection was cut off after it" in section(text, "missing")
    assert "never sealed" in section(text, "held")
    assert "That the collection came to its end" in section(text, "not_proved")
    assert "An end was not attested" in section(text, "clocks")


def test_a_bundle_that_changes_under_the_verification_gets_none(world, tmp_path):
    path = copied(world.path("certified"), tmp_path / "HZ_x")
    verdict = verify_bundle(path)
    handed(path)

    with (
        mock.patch("evidence.report.verification.examined.verify_bundle", return_value=verdict),
        pytest.raises(AlteredBundleError),
    ):
        examine(path)


@pytest.mark.parametrize("name", sorted(path.stem for path in VECTORS.glob("*.txt")))
def test_every_vector_gets_a_report_that_says_what_its_verdict_says(name):
    identities = load_identities((VECTORS / "identity.key").read_text())
    examined = examine(VECTORS / name, identities=identities)
    verdict, text = examined.verdict, page(examined)

    assert facts_of(examined)["verdict"] == document_of(verdict)
    assert ("failed" in order(text)) == bool(verdict.failed)
    result = section(text, "result")
    assert ("is as it was signed; what was NOT CHECKED" in result) == (verdict.exit == 0)
    assert ("REFUSED" in result) == examined.refused
    assert text_of(examined, Words("ja"))


def test_a_flood_of_failures_is_cut_and_counted(world, tmp_path):
    path = copied(world.path("certified"), tmp_path / "HZ_x")
    for number in range(50):
        (path / f"more-{number}").write_bytes(b"")
    text = section(page(examine(path)), "failed")

    assert "and 44 more" in text
    assert text.count("does not belong here") == 6


# Its commands.


@dataclass
class Shown:
    """A bundle, and the commands that its report shows for it."""

    bundle: Path
    place: Path
    trust: TrustStore | None = None
    identity: str = str(bundles.IDENTITY)

    def __post_init__(self):
        given = {"trust": self.trust} if self.trust else {}
        identities = load_identities(self.identity)
        examined = examine(self.bundle, identities=identities, **given)
        pres = [
            html.unescape(found).strip("\n")
            for found in re.findall(r"<pre>(.*?)</pre>", page(examined), re.DOTALL)
        ]
        found = facts_of(examined)["repeat"]
        assert pres == [step["script"] for step in found]
        self.scripts = {step["key"]: step["script"] for step in found}
        (self.place / "identity.txt").write_text(f"{self.identity}\n")
        if self.trust is not None:
            (self.place / "trusted.pem").write_bytes(bundles.pem_of(self.trust))

    def run(self, key: str, bundle: Path | None = None):
        """One of them in the bundle's folder, or in another's; with what it builds on."""
        before = ["repeat_prepare"] + (["repeat_open"] if key == "repeat_items" else [])
        script = "\n".join(self.scripts[each] for each in (*before, key))
        script = script.replace("/path/to/identity.txt", str(self.place / "identity.txt"))
        for name in ("trusted.pem", "authority.pem"):
            script = script.replace(f"/path/to/{name}", str(self.place / name))
        return subprocess.run(
            ["sh", "-c", script], cwd=bundle or self.bundle, capture_output=True, text=True,
            env={"PATH": "/usr/bin:/bin", "TMPDIR": str(self.place)}, check=False,
        )  # fmt: skip


SEALED = (
    "repeat_prepare", "repeat_plain", "repeat_sums", "repeat_complete", "repeat_open",
    "repeat_items", "repeat_signature", "repeat_trust", "repeat_token", "repeat_events",
    "repeat_chain",
    "repeat_same", "repeat_script",
)  # fmt: skip


UNTIED = ("plain", "spanning", "handed", "resumed")


def without(*keys: str) -> tuple[str, ...]:
    return tuple(key for key in SEALED if key not in keys)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("stamped", SEALED), ("certified", without("repeat_token")),
        *((name, without("repeat_trust", "repeat_token")) for name in UNTIED),
    ],
)  # fmt: skip
def test_every_command_that_is_shown_works_on_its_bundle(world, tmp_path, name, expected):
    trust = None if name in UNTIED else TRUSTED
    authority = world.authority("trusted").trusted
    (tmp_path / "authority.pem").write_bytes(bundles.authorities_of(authority))
    path = copied(world.path(name), tmp_path / "HZ_x")
    before = sorted(each.relative_to(path) for each in path.rglob("*"))
    shown = Shown(path, tmp_path, trust=trust)

    assert tuple(shown.scripts) == expected
    for key in expected:
        done = shown.run(key)
        assert done.returncode == 0, (key, done.stdout, done.stderr)
    assert sorted(each.relative_to(path) for each in path.rglob("*")) == before


@pytest.mark.parametrize("name", worlds.PARTIAL[:2])
def test_every_command_works_on_a_bundle_that_was_never_sealed(world, tmp_path, name):
    shown = Shown(copied(world.path(name), tmp_path / "HZ_x"), tmp_path)

    assert "repeat_sums_of_events" in shown.scripts
    assert not {"repeat_sums", "repeat_signature", "repeat_script"} & set(shown.scripts)
    for key in shown.scripts:
        done = shown.run(key)
        assert done.returncode == 0, (key, done.stdout, done.stderr)
    flipped(volume(shown.bundle))
    assert shown.run("repeat_sums_of_events").returncode != 0


def a_link(bundle: Path) -> None:
    (bundle / "data" / "x").symlink_to("/etc/passwd")


def a_file(bundle: Path) -> None:
    (bundle / "custody" / "extra").write_bytes(b"")


def a_folder(bundle: Path) -> None:
    (bundle / "more").mkdir()


def a_volume_more(bundle: Path) -> None:
    (bundle / "data" / "volume-00009.tar.zst").write_bytes(b"")


def instructions(bundle: Path) -> None:
    """Changed, and the unsigned list made to fit."""
    page = bundle / "VERIFY.md"
    old = subprocess.run(["sha256sum", page], capture_output=True, text=True).stdout[:64]
    page.write_text("All is well.\n")
    new = subprocess.run(["sha256sum", page], capture_output=True, text=True).stdout[:64]
    sums = bundle / "tagmanifest-sha256.txt"
    sums.write_text(sums.read_text().replace(old, new))


def a_volume(bundle: Path) -> None:
    flipped(volume(bundle))


def manifest(bundle: Path) -> None:
    path = bundle / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b"H-2026-0001", b"H-2026-0002"))


def an_event(bundle: Path) -> None:
    path = bundle / "custody" / "00002.json"
    path.write_bytes(path.read_bytes().replace(b"phase_end", b"time", 1))


def no_event(bundle: Path) -> None:
    for name in ("00003.json", "00003.json.p7s"):
        (bundle / "custody" / name).unlink()


def the_last_event(bundle: Path) -> None:
    path = max((bundle / "custody").glob("*.json"))
    path.write_bytes(path.read_bytes().replace(b"host clock", b"hour glass"))


@pytest.mark.parametrize(
    ("key", "alter", "named"),
    [
        ("repeat_plain", a_link, "./data/x"),
        ("repeat_sums", a_volume, "volume-00001.tar.zst.age: FAILED"),
        ("repeat_complete", a_file, "26 files and folders, not 25"),
        ("repeat_complete", a_folder, "26 files and folders, not 25"),
        ("repeat_complete", a_volume_more, "volume-00009.tar.zst"),
        ("repeat_complete", instructions, "VERIFY.md"),
        ("repeat_open", a_volume, "failed to decrypt"),
        ("repeat_signature", manifest, "CMS Verification failure"),
        ("repeat_trust", manifest, "CMS Verification failure"),
        ("repeat_events", an_event, "custody/00002.json"),
        ("repeat_chain", no_event, "custody/00004.json"),
        ("repeat_same", manifest, "manifest.json: FAILED"),
        ("repeat_same", the_last_event, "custody/00005.json: FAILED"),
        ("repeat_script", a_volume, "FAIL"),
    ],
    ids=lambda found: getattr(found, "__name__", found if str(found).startswith("repeat") else ""),
)
def test_every_command_fails_on_an_altered_bundle(world, tmp_path, key, alter, named):
    shown = Shown(copied(world.path("certified"), tmp_path / "HZ_x"), tmp_path, trust=TRUSTED)
    assert shown.run(key).returncode == 0
    alter(shown.bundle)
    done = shown.run(key)

    assert done.returncode != 0
    assert named in done.stdout + done.stderr


def test_the_command_for_the_items_finds_one_whose_bytes_are_not_its_record_s(tmp_path):
    path = copied(VECTORS / "item-bytes-differ", tmp_path / "HZ_x")
    shown = Shown(path, tmp_path, identity=(VECTORS / "identity.key").read_text())
    done = shown.run("repeat_items")

    assert done.returncode != 0
    assert done.stdout == "volume-00002/items/00000004: FAILED\n"


def test_the_command_for_the_items_finds_one_whose_part_is_missing(world, tmp_path):
    shown = Shown(copied(world.path("spanning"), tmp_path / "HZ_x"), tmp_path)
    cut = 'f=$(ls "$WORK"/volume-*/items/*.* | tail -1); echo "rm $f"; rm "$f"'
    shown.scripts["repeat_open"] += f"\n{cut}"
    done = shown.run("repeat_items")
    [number] = re.findall(r"^rm \S+/(\d{8})\.\d+$", done.stdout, re.MULTILINE)

    assert done.returncode != 0
    assert f"item {number}: FAILED open or read" in done.stdout


def test_the_commands_for_time_see_a_changed_file_and_another_authority(world, tmp_path):
    shown = Shown(copied(world.path("renewed"), tmp_path / "HZ_x"), tmp_path, trust=TRUSTED)
    for name, exit_code in (("trusted", 0), ("stranger", 1)):
        trust = world.authority(name).trusted
        (tmp_path / "authority.pem").write_bytes(bundles.authorities_of(trust))
        assert (shown.run("repeat_renewal").returncode != 0) == bool(exit_code)
    flipped(volume(shown.bundle))
    trust = world.authority("trusted").trusted
    (tmp_path / "authority.pem").write_bytes(bundles.authorities_of(trust))
    assert shown.run("repeat_renewal").returncode != 0


@pytest.mark.parametrize("stranger", [NAMESAKE, CUSTODIAN])
def test_the_command_for_trust_refuses_another_certificate(world, tmp_path, stranger):
    shown = Shown(copied(world.path("certified"), tmp_path / "HZ_x"), tmp_path, trust=TRUSTED)
    (tmp_path / "trusted.pem").write_bytes(bundles.pem_of(bundles.trusting(stranger)))

    assert shown.run("repeat_trust").returncode != 0


@pytest.mark.parametrize("trusted", [KIT, authority.COLLECTION])
def test_the_command_for_trust_follows_a_kit_or_the_key_itself(world, tmp_path, trusted):
    path = copied(world.path("certified"), tmp_path / "HZ_x")
    shown = Shown(path, tmp_path, trust=bundles.trusting(trusted))

    assert shown.run("repeat_trust").returncode == 0


def test_another_bundle_is_not_the_bundle_of_this_page(world, tmp_path):
    shown = Shown(copied(world.path("certified"), tmp_path / "HZ_x"), tmp_path)

    assert shown.run("repeat_same", world.path("handed")).returncode != 0


def test_an_item_that_was_cut_off_and_taken_again_is_left_out_and_named(tmp_path):
    path = tmp_path / "HZ_x"
    things = [artifact("/etc/hosts", b"x"), artifact("/var/log/big", bytes(1_100_000))]
    with mock.patch.object(evidence.writing.bundle, "VOLUME_SIZE", 1):
        worlds._run(writer := bundles.writer_at(path), [things])
    writer.abandon()
    for old in [*(path / "custody").glob("0000[4-9]*"), *(path / "data").glob("*-0000[3-9]*")]:
        old.unlink()
    worlds._go_on(path, bundles.STRANGER, [things]).seal(Clock().reading())
    shown = Shown(path, tmp_path)

    assert "^(00000002) " in shown.scripts["repeat_items"]
    assert shown.run("repeat_items").returncode == 0
    assert shown.run("repeat_items").returncode == 0
    text = page(examine(path, identities=[bundles.IDENTITY]))
    assert "Left out here: items 2," in section(text, "repeat")


def test_many_volumes_are_counted_out_and_holes_are_kept():
    numbers = [1, 2, 4, *range(6, 2000), 2001]
    names = " ".join(_runs(numbers))
    done = subprocess.run(["sh", "-c", f"echo {names}"], capture_output=True, text=True)

    assert len(names) < 150
    assert done.stdout.split() == [f"volume-{number:05d}" for number in numbers]


def test_a_forger_s_name_becomes_no_command(world, tmp_path):
    path = copied(world.path("certified"), tmp_path / "HZ_x")
    last = max((path / "custody").glob("*.json"))
    last.rename(path / "custody" / "z; touch owned\ntouch owned #.json")
    examined = examine(path)

    scripts = [step["script"] for step in facts_of(examined)["repeat"]]
    assert scripts
    assert [script for script in scripts if "owned" in script] == []


# What names can't do, what it never asks for.


@LANGUAGES
def test_shows_every_name_and_obeys_none(tmp_path, language):
    path = bundles.sealed(tmp_path / f"HZ_{HOSTILE.replace('/', '')}", key=authority.COLLECTION)
    handed(path, name=HOSTILE)
    text = page(examine(path, trust=TRUSTED), language)

    tags = set(re.findall(r"<(\w+)", text))
    assert not tags & {"script", "img", "iframe", "object", "link", "form", "a", "svg"}
    assert not set(text) & set("\u202e\x1b\u200b")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "60481729" not in text
    assert not set(text_of(examine(path), Words(language))) & set("\u202e\x1b\u200b")


def test_asks_for_nothing_from_outside(certified):
    text = page(certified)

    assert "://" not in text
    assert not re.search(r"\b(src|href|action|srcset)=|url\(|@import|<script", text)
    assert "default-src 'none'" in text
    assert "size: A4" in text


# Words.


def test_every_sentence_of_it_is_said_somewhere():
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (*REPORT.rglob("*.py"), *REPORT.rglob("*.html"))
        if path != REPORT / "texts" / "verification.py"
    )
    chosen = {f"v_ask_{stage}" for stage in STAGES} | {f"v_intact_{stage}" for stage in STAGES}
    chosen |= {f"v_{outcome.value}" for outcome in Outcome} | {
        f"v_result_{n}" for n in (0, 1, 2, 3, "untrusted", "unread")
    }

    assert [key for key in VERIFICATION if key not in chosen and f'"{key}"' not in code] == []


def test_every_stage_has_its_question_and_what_its_pass_means():
    for stage in STAGES:
        assert f"v_ask_{stage}" in VERIFICATION
        assert (f"v_intact_{stage}" in VERIFICATION) == (stage != "statements")


def test_the_japanese_report_has_no_english_sentence_of_ours(certified):
    text = words_of(page(certified, "ja"))
    longer = [one for one, _ in VERIFICATION.values() if len(one) > 25 and "{" not in one]

    assert len(longer) > 30
    assert [one for one in longer if one in text] == []


# Files.


def test_writes_by_the_ending_and_overwrites_nothing(certified, tmp_path):
    for ending, begin in ((".html", "<!DOCTYPE html>"), (".json", "{"), (".txt", "検証報告書")):
        path = tmp_path / f"report{ending}"
        write_report(certified, path, "ja")
        assert path.read_text(encoding="utf-8").startswith(begin)
        with pytest.raises(PlaceError, match="exists already"):
            write_report(certified, path, "ja")
    assert json.loads((tmp_path / "report.json").read_text())["schema"] == "hozen-verification/1"
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("report.pdf", "ends in one of .html .json .txt"), ("no/report.html", "no such folder"),
        ("HZ_x/report.html", "lies in the bundle"), ("taken.html", "exists already"),
        ("link.html", "exists already"),
    ],
)  # fmt: skip
def test_a_place_where_no_report_can_go_is_refused_before_anything_is_verified(tmp_path, name, why):
    (tmp_path / "HZ_x").mkdir()
    (tmp_path / "taken.html").write_text("mine")
    (tmp_path / "link.html").symlink_to("nowhere")

    with pytest.raises(PlaceError, match=re.escape(why)) as error:
        check_place(tmp_path / name, tmp_path / "HZ_x")
    assert error.value.exit_code == 2
    assert str(tmp_path / name) in error.value.sentence("ja")
