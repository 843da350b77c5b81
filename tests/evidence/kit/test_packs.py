"""A kit that carries packs of rules: held to their signer at building, found there, used by it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import bundles
import kits
import msgspec
import pytest
import runs
from command_line import PROGRAM, environment, run
from tracing import traced

from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import list_key
from chain_of_custody.signing.trust import TrustStore
from evidence import cli
from evidence.cli.texts import Texts
from evidence.kit import listing
from evidence.kit.carried.packs import BroughtPack, bring_packs, carried_packs, carry_packs
from evidence.kit.checking import check
from evidence.kit.description import described
from evidence.kit.errors import KitError
from evidence.packs.errors import AlteredPackError
from evidence.packs.loading import read_pack
from evidence.packs.pack import packed
from evidence.packs.rule_set import RuleSet
from evidence.rulebook.errors import RulesError

PLACE = "app/packs/rules-theirs.pack"
ONE = b"rule Planted_Text { strings: $a = /[p]lanted text/ condition: $a }"
OTHER = ONE.replace(b"Planted_Text", b"Another")
UNKNOWN = b'import "no_such_module"\n' + ONE


def made_by(signer, path: Path, *, name: str = "theirs", text: bytes = ONE, version: int = 3):
    rules = RuleSet(
        name=name, licence="CC BY 4.0", version=version, date="2026-11-28",
        files={"one.yar": text},
    )  # fmt: skip
    path.write_bytes(packed(rules, signer))
    return path


@pytest.fixture(scope="module")
def pack(provider):
    return made_by(provider.person, provider.home / "theirs.pack")


@pytest.fixture(scope="module")
def made(provider, pack, tmp_path_factory):
    place = tmp_path_factory.mktemp("made") / "kit"
    packs = bring_packs([pack], provider.trust())
    with kits.lent(kits.small(provider, place, packs=packs).path) as kit:
        yield kit


@pytest.fixture
def kit(made, tmp_path):
    return kits.copied(made, tmp_path / "kit")


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/a").write_text("a planted text")
    return tmp_path / "tree"


def collected(kit: Path, provider, tree: Path, folder: Path, *more, language: str = "en"):
    """What a collection by the kit's door gave: how it ended, its footprint, and what matched."""
    options = ("--source", tree, "--on-this-disk")
    ended = run("kit", "start", kit, *options, *more, HOZEN_LANG=language)
    return ended, *imported(kit, provider, folder)


def imported(kit: Path, provider, folder: Path):
    run("import", runs.bundle_in(kit / "out"), "--into", folder / "case", "--identity",
        provider.home / "identity.txt")  # fmt: skip
    (host,) = (folder / "case/hosts").iterdir()
    rows = [json.loads(line) for line in (host / "items.jsonl").read_text().splitlines()]
    scans = [row["meta"]["yara"] for row in rows if row["meta"].get("yara")]
    found = {hit["rule"] for scan in scans for hit in scan["hits"]}
    (footprint,) = host.rglob("footprint.json")
    return json.loads(footprint.read_text()), found


def test_kit_json_pins_it_and_the_signed_list_has_it(kit, provider, pack):
    (pinned,) = described(kit / "kit.json").packs
    listed = listing.listed(listing.read(kit), kit)

    assert (pinned.name, pinned.version, pinned.date) == ("theirs", 3, "2026-11-28")
    assert (pinned.place, pinned.licence) == (PLACE, "CC BY 4.0")
    assert listed[PLACE] == pinned.sha256 == listing.digest(pack)
    assert check(kit, provider.trust(), now=kits.NOW).exit_code == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "checked when the kit was built"), ("ja", "キット作成時に確認")],
)
def test_the_door_searches_for_its_rules_unasked(language, words, kit, provider, tree, tmp_path):
    ended, footprint, found = collected(kit, provider, tree, tmp_path, language=language)

    assert ended.code == 0
    assert (words in ended.err, "CC BY 4.0" in ended.err) == (True, True)
    assert "theirs/one.yar:Planted_Text" in found
    assert [each["name"] for each in footprint["rules_beside_ours"]] == ["theirs"]
    assert footprint["rules_not_used"] == []


def test_who_is_led_has_them_too(kit, monkeypatch, capsys):
    led = []
    monkeypatch.setattr("evidence.cli.kit.start.somebody_types", lambda: True)
    monkeypatch.setattr("evidence.cli.wizard._lead", led.append)
    cli.run(["kit", "start", str(kit)], Texts("en"))
    (guide,) = led

    assert [each.name for each in guide.plan.request.sets] == ["theirs"]
    assert "Rules 'theirs' of the kit, version 3" in capsys.readouterr().err


def test_a_typed_pack_of_its_name_takes_its_place(kit, provider, tree, tmp_path):
    newer = made_by(provider.person, tmp_path / "newer.pack", text=OTHER, version=4)
    typed = ("--rules", newer, "--rules-trust", provider.home / "root.pem")
    ended, footprint, found = collected(kit, provider, tree, tmp_path, *typed)

    assert ended.code == 0
    assert [each["version"] for each in footprint["rules_beside_ours"]] == [4]
    assert {rule for rule in found if "/" in rule} == {"theirs/one.yar:Another"}


def replaced(kit, provider, tmp_path):
    """Another pack of the same signer, name and version: only the pin tells."""
    made_by(provider.person, kit / PLACE, text=OTHER)


def broken(kit, provider, tmp_path):
    (kit / PLACE).write_bytes(b"no pack")


def gone(kit, provider, tmp_path):
    (kit / PLACE).unlink()


@pytest.mark.parametrize("damage", [replaced, broken, gone])
def test_another_pack_is_not_used_and_the_rest_is_taken(damage, kit, provider, tree, tmp_path):
    damage(kit, provider, tmp_path)
    ended, footprint, found = collected(kit, provider, tree, tmp_path)

    assert ended.code == 3
    assert f"!!! A pack of rules of this kit is not used, the rest goes on: {kit / PLACE}" in (
        ended.err
    )
    assert f"the kit is not as its list says: {PLACE}" in ended.err
    assert (footprint["rules_beside_ours"], {rule for rule in found if "/" in rule}) == ([], set())
    assert [PLACE in each for each in footprint["rules_not_used"]] == [True]


def triaged_by_door(kit, tree, folder):
    ended = run("kit", "start", kit, "triage", tree, "--output", folder)
    (results,) = folder.iterdir()
    return ended, json.loads((results / "triage.json").read_text()), results


def test_a_triage_by_the_door_searches_for_them_too(kit, tree, tmp_path):
    ended, done, _ = triaged_by_door(kit, tree, tmp_path / "triage")

    assert (ended.code, done["seen"]) == (0, {"theirs/one.yar:Planted_Text": 1})
    assert [each["name"] for each in done["rules"]["sets"]] == ["theirs"]
    assert "Rules 'theirs' of the kit, version 3" in ended.err


def test_a_triage_says_which_of_them_it_could_not_use(kit, tree, tmp_path):
    (kit / PLACE).unlink()
    ended, done, results = triaged_by_door(kit, tree, tmp_path / "triage")

    assert (ended.code, done["seen"], done["unread"]) == (3, {}, 1)
    assert PLACE in (results / "unread.jsonl").read_text()


def test_a_certificate_that_ran_out_costs_no_rules_at_night(provider, tmp_path):
    """The pin stands in the signed list; whom the signer leads to is not asked again."""
    earlier = kits.provider(tmp_path / "earlier", now=kits.NOW - timedelta(days=20 * 365))
    path = made_by(earlier.person, tmp_path / "theirs.pack")
    data, rules = read_pack(path, TrustStore.from_pem([]))
    brought = BroughtPack(data=data, rules=rules)
    kit = kits.small(provider, tmp_path / "kit", packs=(brought,)).path
    used = carried_packs(kit, described(kit / "kit.json"))

    with pytest.raises(AlteredPackError, match="out of its dates"):
        bring_packs([path], earlier.trust())
    assert ([each.name for each in used.sets], used.errors) == (["theirs"], ())


def test_a_verb_that_takes_nothing_does_not_read_them(kit, tmp_path):
    code, calls = traced([*PROGRAM, "kit", "start", str(kit), "verify", str(tmp_path / "none")],
                         tmp_path / "trace", env=environment())  # fmt: skip

    assert code == 2
    assert [str(call) for call in calls if str(kit / "kit.json") in call.places]
    assert [str(call) for call in calls if str(kit / PLACE) in call.places] == []


def test_a_list_that_has_another_pack_than_is_pinned_is_refused(kit, provider, tmp_path):
    """Whoever can sign anew has changed the rules, and left the pin."""
    replaced(kit, provider, tmp_path)
    kept = {e.name: listing.digest(e.path) for e in listing.entries(kit) if e.kind == "file"}
    names = kept.keys() - listing.UNLISTED
    (kit / listing.NAME).write_bytes(listing.encoded({name: kept[name] for name in names}))
    (kit / listing.SIGNATURE).write_bytes(cms.sign(listing.read(kit), list_key(provider.kit)))
    found = check(kit, provider.trust(), now=kits.NOW)

    assert [one.kind for one in found.problems if one.exit_code == 1] == ["other_pack"]


def test_check_and_the_list_of_terms_name_it(kit, provider, pack):
    root = provider.home / "root.pem"
    told = run("kit", "check", kit, "--trust", root, HOZEN_LANG="en")
    (row,) = json.loads(run("kit", "check", kit, "--trust", root, "--json").out)["packs"]
    terms = (kit / "LICENCES.txt").read_text(encoding="utf-8")

    assert "Rules 'theirs' of the kit, version 3 of 2026-11-28: signed by " in told.out
    assert (row["name"], row["sha256"]) == ("theirs", listing.digest(pack))
    assert f"\n{PLACE}\n    CC BY 4.0\n" in terms


def test_a_pack_of_a_stranger_s_or_of_nobody_s_is_brought_nowhere(provider, pack, tmp_path):
    stranger = made_by(kits.provider(tmp_path / "other").person, tmp_path / "theirs.pack")

    with pytest.raises(AlteredPackError, match="its signer is not trusted"):
        bring_packs([stranger], provider.trust())
    with pytest.raises(KitError, match="--rules-trust"):
        bring_packs([pack], TrustStore.from_pem([]))


def test_two_packs_whose_names_a_stick_does_not_tell_apart_are_refused(provider, pack, tmp_path):
    other = made_by(provider.person, tmp_path / "other.pack", name="Theirs")
    with pytest.raises(KitError, match="two packs of rules are called 'theirs'"):
        bring_packs([pack, other], provider.trust())


def test_a_pack_that_does_not_compile_builds_nothing(provider, tmp_path):
    text = b"rule Wrong { condition: nothing }"
    packs = bring_packs(
        [made_by(provider.person, tmp_path / "a.pack", text=text)], provider.trust()
    )
    with pytest.raises(RulesError, match=r"one\.yar"):
        kits.small(provider, tmp_path / "out/kit", packs=packs)

    assert not (tmp_path / "out").exists()


def build(provider, out: Path, *more):
    return run(
        "kit", "build", "--platform", "linux", "--out", out, "--kit", provider.kit_key.parent,
        "--passphrase-file", provider.passphrase_file, "--recipient", bundles.RECIPIENT, *more,
        HOZEN_LANG="en",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--rules", "PACK"], "name a pack with --rules-pack"),
        (["--rules-pack", "PACK"], "name your root with --rules-trust"),
        (["--rules-pack", "/nonexistent", "--rules-trust", "ROOT"], "/nonexistent"),
    ],
)
def test_the_command_refuses_what_it_can_t_vouch_for(options, words, provider, pack, tmp_path):
    named = {"PACK": pack, "ROOT": provider.home / "root.pem"}
    ended = build(provider, tmp_path / "out/kit", *(named.get(each, each) for each in options))

    assert (ended.code, words in ended.err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_a_pack_that_this_yara_does_not_know_ends_no_collection(provider, tmp_path):
    path = made_by(provider.person, tmp_path / "theirs.pack", text=UNKNOWN)
    data, rules = read_pack(path, TrustStore.from_pem([]))
    packs = carry_packs([BroughtPack(data=data, rules=rules)], tmp_path / "kit")
    about = described(kits.small(provider, tmp_path / "other").path / "kit.json")
    used = carried_packs(tmp_path / "kit", msgspec.structs.replace(about, packs=packs))

    assert used.sets == ()
    assert "no_such_module" in str(used.errors[0])
