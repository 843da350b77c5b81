"""`hozen kit check`: whatever is not as it was made is named, one by one, and nothing else is."""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
from pathlib import Path

import bundles
import kits
import pytest
from command_line import run
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hosts import as_nobody, open_to_all

from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import certify, collection_key, list_key, new_key
from chain_of_custody.signing.keys import SigningKey
from chain_of_custody.verdict import Exit
from evidence.kit import listing
from evidence.kit.checking import check, rules_wanted
from evidence.kit.description import described
from evidence.kit.errors import KitAlteredError, KitError
from evidence.reading.checked import verify_bundle
from evidence.wizard.draft import Draft

DAY = datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def made(provider, tmp_path_factory):
    home = tmp_path_factory.mktemp("kits")
    kits.small(provider, home / "kit")
    kits.small(provider, home / "own", own=True)
    with kits.lent(home):
        yield home


@pytest.fixture
def kit(made, tmp_path):
    return kits.copied(made / "kit", tmp_path / "kit")


def said(kit, provider, *, revoked=False, now=kits.NOW, **more):
    found = check(kit, provider.trust(revoked=revoked), now=now, **more)
    problems = [(one.kind, one.path) for one in found.problems]
    return found.exit_code, [one for one in problems if not one[0].startswith("signed_by")]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    kits.change(path, data)


PROGRAM = "app/hozen/evidence/machine/clock.py"


def change_a_byte(kit):
    flip(kit / PROGRAM)


def add_a_module(kit):
    (kit / "app/hozen/extra.txt").write_text("x")


def add_a_folder(kit):
    (kit / "app/extra").mkdir()


def add_a_program(kit):
    (kit / "app/hozen/jinja2.py").write_text("import os\n")


def remove(kit):
    (kit / PROGRAM).unlink()


def replace_by_a_link(kit):
    (kit / PROGRAM).rename(kit.parent / "same")
    (kit / PROGRAM).symlink_to(kit.parent / "same")


def replace_by_a_folder(kit):
    (kit / PROGRAM).unlink()
    (kit / PROGRAM).mkdir()


def name_in_another_case(kit):
    shutil.copy(kit / "kit.json", kit / "KIT.json")


def swap_the_description(kit):
    text = (kit / "kit.json").read_bytes()
    (kit / "kit.json").write_bytes(text.replace(b'"profile":"quick"', b'"profile":"full"'))


def spoil_the_description(kit):
    whole = (kit / "kit.json").read_bytes()
    (kit / "kit.json").write_bytes(b"[" + whole[1:])


def make_it_start_by_itself(kit):
    (kit / "AUTORUN.INF").write_text("[autorun]\r\nopen=x\r\n")


def put_a_program_beside(kit):
    (kit / "請求書.exe").write_bytes(b"MZ\x90\x00")


def put_a_program_without_its_name_beside(kit):
    (kit / "letter").write_bytes(b"\x7fELF\x02\x01")


def put_a_shortcut_into_out(kit):
    (kit / "out/HZ_1.lnk").write_bytes(b"L\0\0\0")


def put_a_program_among_the_bundles(kit):
    (kit / "out/HZ_letter").write_bytes(b"\x7fELF\x02\x01")


def put_a_program_into_a_bundle(kit):
    bundles.sealed(kit / "out/HZ_1")
    (kit / "out/HZ_1/data/verify.sh").write_text("#!/bin/sh\n")


def put_a_verifier_into_what_is_no_bundle(kit):
    (kit / "out/HZ_1").mkdir()
    (kit / "out/HZ_1/verify.sh").write_text("#!/bin/sh\n")


def make_it_start_by_itself_on_a_desktop(kit):
    (kit / ".autorun").write_text("x\n")


def put_a_letter_with_macros_and_an_image_beside(kit):
    (kit / "請求書.docm").write_bytes(b"PK")
    (kit / "out/photos.ISO").write_bytes(b"")


def put_a_program_that_is_named_like_memory(kit):
    (kit / "out/HZ_1.imager.exe").write_bytes(b"MZ")


def put_memory_under_an_imager_s_own_name(kit):
    (kit / "out/HZ_1.imager.raw").write_bytes(b"MZ")


def put_a_verifier_into_what_a_native_script_took(kit):
    (kit / "out/NATIVE_1").mkdir()
    (kit / "out/NATIVE_1/steps.tsv").touch()
    (kit / "out/NATIVE_1/verify.sh").write_text("rm -rf /\n")


def put_a_starter_of_a_desktop_beside(kit):
    (kit / "photos.desktop").write_text("[Desktop Entry]\nExec=x\n")


def put_a_pipe_in_the_place_of(name):
    def put(kit):
        (kit / name).unlink()
        os.mkfifo(kit / name)

    put.__name__ = f"put_a_pipe_in_the_place_of_{name}"
    return put


def lead_the_signature_elsewhere(kit):
    (kit / listing.SIGNATURE).rename(kit.parent / "same.p7s")
    (kit / listing.SIGNATURE).symlink_to(kit.parent / "same.p7s")


def lead_the_certificate_to_what_has_no_end(kit):
    (kit / "app/key/kit.pem").unlink()
    (kit / "app/key/kit.pem").symlink_to("/dev/zero")


def put_programs_into_what_a_native_script_took(kit):
    (kit / "out/NATIVE_1/files").mkdir(parents=True)
    (kit / "out/NATIVE_1/files/letter").write_bytes(b"MZ\x90\x00")
    (kit / "out/NATIVE_1/letter").write_text("#!/bin/sh\n")
    (kit / "out/NATIVE_1/steps.tsv").touch()


ALTERED = {
    change_a_byte: [("changed", PROGRAM)],
    add_a_module: [("added", "app/hozen/extra.txt")],
    add_a_folder: [("added", "app/extra")],
    add_a_program: [("program", "app/hozen/jinja2.py")],
    remove: [("missing", PROGRAM)],
    replace_by_a_link: [("link", PROGRAM)],
    replace_by_a_folder: [("no_file", PROGRAM)],
    name_in_another_case: [("beside", "KIT.json"), ("case", "KIT.json")],
    swap_the_description: [("changed", "kit.json")],
    spoil_the_description: [("changed", "kit.json"), ("undescribed", "")],
    make_it_start_by_itself: [("autorun", "AUTORUN.INF")],
    put_a_program_beside: [("program", "請求書.exe")],
    put_a_program_without_its_name_beside: [("program", "letter")],
    put_a_shortcut_into_out: [("program", "out/HZ_1.lnk")],
    put_a_program_among_the_bundles: [("program", "out/HZ_letter")],
    put_a_program_into_a_bundle: [
        ("collected", "out/HZ_1"), ("program", "out/HZ_1/data/verify.sh"),
    ],
    put_programs_into_what_a_native_script_took: [
        ("collected", "out/NATIVE_1"), ("program", "out/NATIVE_1/files/letter"),
        ("program", "out/NATIVE_1/letter"),
    ],
    put_a_verifier_into_what_is_no_bundle: [
        ("beside", "out/HZ_1"), ("program", "out/HZ_1/verify.sh"),
    ],
    make_it_start_by_itself_on_a_desktop: [("autorun", ".autorun")],
    put_a_starter_of_a_desktop_beside: [("program", "photos.desktop")],
    put_a_program_that_is_named_like_memory: [("program", "out/HZ_1.imager.exe")],
    put_memory_under_an_imager_s_own_name: [("memory_beside", "out/HZ_1.imager.raw")],
    put_a_verifier_into_what_a_native_script_took: [
        ("collected", "out/NATIVE_1"), ("program", "out/NATIVE_1/verify.sh"),
    ],
    put_a_letter_with_macros_and_an_image_beside: [
        ("program", "out/photos.ISO"), ("program", "請求書.docm"),
    ],
    put_a_pipe_in_the_place_of("kit.json"): [("no_file", "kit.json"), ("undescribed", "")],
    put_a_pipe_in_the_place_of("app/key/kit.pem"): [("no_file", "app/key/kit.pem")],
    put_a_pipe_in_the_place_of(listing.SIGNATURE): [
        ("no_file", listing.SIGNATURE), ("signature", ""),
    ],
    lead_the_signature_elsewhere: [("link", listing.SIGNATURE), ("signature", "")],
    lead_the_certificate_to_what_has_no_end: [("link", "app/key/kit.pem")],
}  # fmt: skip


def test_names_of_a_kit_that_is_as_it_was_made_only_what_was_collected(kit, provider):
    bundles.sealed(kit / "out/HZ_CASE_0")
    (kit / "out/HZ_CASE_0.root.png").write_bytes(b"\x89PNG")
    (kit / "out/REHEARSAL_20261122T180000Z.html").write_text("<!doctype html>")
    copied = kit / "out/NATIVE_pc1_0/files/etc"
    copied.mkdir(parents=True)
    (copied / "rc.local").write_text("#!/bin/sh\n")
    (kit / "out/NATIVE_pc1_0/steps.tsv").write_text("hozen-native/1\tlinux\n")
    (kit / "System Volume Information").mkdir()
    draft = Draft.begin()
    draft.save(kit / "out")

    made = (
        "HZ_CASE_0", "HZ_CASE_0.root.png", "NATIVE_pc1_0", "REHEARSAL_20261122T180000Z.html",
        draft.name,
    )  # fmt: skip
    expected = [("system", "System Volume Information"), *(("collected", f"out/{m}") for m in made)]
    assert said(kit, provider) == (0, expected)


def test_a_collection_that_was_cut_off_is_one(kit, provider):
    bundle = bundles.sealed(kit / "out/HZ_CASE_0")
    (bundle / "manifest.json").rename(bundle / "manifest.json.tmp")

    assert said(kit, provider) == (0, [("collected", "out/HZ_CASE_0")])


@pytest.mark.parametrize(
    "name",
    ["HZ_invoice.pdf", "wizard-00000000.json", "HZ_invoice.root.png", "REHEARSAL_letter.html",
     "HZ_1/letter.docx",
     "HZ_1/data/letter.docx", "HZ_1/data/more/volume-00001.tar.zst", "HZ_1/notes/a.txt",
     "HZ_1/letter.tmp", "HZ_2/letter.docx", "HZ_2/data/volume-00001.tar.zst"],
)  # fmt: skip
def test_what_has_only_the_name_of_something_collected_is_named(name, kit, provider):
    bundles.sealed(kit / "out/HZ_1")
    path = kit / "out" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    code, problems = said(kit, provider)

    assert code == 3
    assert ("beside", f"out/{name}") in problems
    assert [path for kind, path in problems if kind == "collected"] == ["out/HZ_1"]


@pytest.mark.parametrize("attack", ALTERED, ids=lambda attack: attack.__name__)
def test_names_exactly_what_was_done(attack, kit, provider):
    attack(kit)
    code, problems = said(kit, provider)

    assert (code, sorted(problems)) == (1, ALTERED[attack])


@pytest.mark.parametrize("put", [os.mkfifo, lambda path: path.symlink_to("same.txt")])
def test_a_list_that_is_no_plain_file_is_no_list(put, kit):
    (kit / listing.NAME).rename(kit / "same.txt")
    put(kit / listing.NAME)
    with pytest.raises(KitAlteredError, match="a link, or no file") as raised:
        check(kit, kits.TrustStore(), now=kits.NOW)

    assert raised.value.exit_code == 1


def test_a_folder_that_can_t_be_looked_into_ends_no_check(kit, provider, tmp_path):
    shut = kit / "app/hozen/evidence/kit/locks"
    shut.chmod(0)
    open_to_all(tmp_path)
    (kit / "app/key/kit.key").chmod(0o644)
    with as_nobody():
        code, problems = said(kit, provider)
    missing = [("missing", f"{shut.relative_to(kit)}/{one.name}") for one in shut.iterdir()]

    assert (code, sorted(problems)) == (
        1, sorted([*missing, ("unreadable", str(shut.relative_to(kit)))]),
    )  # fmt: skip


def test_a_kit_that_can_t_be_looked_into_has_a_name(kit, provider, tmp_path):
    open_to_all(tmp_path)
    kit.chmod(0o711)
    with as_nobody():
        code, problems = said(kit, provider)

    assert (code, ("unreadable", ".") in problems) == (1, True)


def test_a_file_in_the_place_of_out_is_named(kit, provider):
    (kit / "out").rmdir()
    (kit / "out").write_text("x")

    assert said(kit, provider) == (3, [("beside", "out")])


def test_a_letter_beside_the_kit_is_named_and_refuses_nothing(kit, provider):
    (kit / "memo.txt").write_text("nurse's office\n")

    assert said(kit, provider) == (3, [("beside", "memo.txt")])


def test_a_list_made_anew_is_not_the_signed_one(kit, provider):
    flip(kit / PROGRAM)
    relist(kit)
    code, problems = said(kit, provider)

    assert (code, problems) == (1, [("signature", "")])


def test_a_kit_that_a_stranger_signed_is_told_from_the_provider_s(kit, provider, tmp_path):
    flip(kit / PROGRAM)
    relist(kit)
    stranger = kits.provider(tmp_path / "stranger")
    sign(kit, stranger.person)

    assert said(kit, provider) == (1, [("stranger", "Release")])
    kinds = {one.kind for one in check(kit, provider.trust(), now=kits.NOW).problems}
    assert "signed_by_provider" not in kinds


def test_why_a_signer_is_a_stranger_is_said_in_both_languages(kit, provider, tmp_path):
    sign(kit, kits.provider(tmp_path / "stranger").person)
    root = provider.home / "root.pem"
    english, japanese = (
        run("kit", "check", kit, "--trust", root, HOZEN_LANG=each).out for each in ("en", "ja")
    )

    assert "SIGNER NOT TIED" in english
    assert "does not fit" in english
    assert "信頼する証明書と結び付きません" in japanese
    assert "does not fit" not in japanese


def test_a_signature_that_was_taken_away_is_missed(kit, provider):
    (kit / listing.SIGNATURE).unlink()

    assert said(kit, provider) == (1, [("unsigned", listing.SIGNATURE)])


def relist(kit: Path) -> None:
    kept = {e.name: listing.digest(e.path) for e in listing.entries(kit) if e.kind == "file"}
    data = listing.encoded({n: d for n, d in kept.items() if n not in listing.UNLISTED})
    (kit / listing.NAME).write_bytes(data)


def sign(kit: Path, key) -> None:
    (kit / listing.SIGNATURE).write_bytes(cms.sign((kit / listing.NAME).read_bytes(), key))


def test_a_kit_of_another_version_is_not_called_altered(kit, provider):
    text = (kit / "kit.json").read_bytes()
    (kit / "kit.json").write_bytes(text.replace(b"hozen-kit/1", b"hozen-kit/2"))
    relist(kit)
    sign(kit, provider.person)

    assert said(kit, provider) == (3, [("undescribed", "")])


# Age.


def test_older_rules_than_asked_for_are_named(kit, provider):
    dated = described(kit / "kit.json").rules.dated

    assert said(kit, provider, rules_at_least=dated) == (0, [])
    assert said(kit, provider, rules_at_least="2999-01-01") == (3, [("old_rules", dated)])


def test_rules_without_a_date_are_not_taken_for_new(provider, tmp_path):
    rules = kits.copied_rules(tmp_path / "rules")
    index = (rules / "index.toml").read_text()
    (rules / "index.toml").write_text(index.replace("\ndated =", "\n# dated ="))
    kits.small(provider, tmp_path / "kit", rules=rules)

    assert said(tmp_path / "kit", provider, rules_at_least="2026-01-01")[1] == [
        ("undated_rules", "")
    ]


@pytest.mark.parametrize("dated", ["2026-9-1", "20260901", "later"])
def test_a_date_that_does_not_sort_as_the_days_do_is_none(dated, provider, tmp_path):
    rules = kits.copied_rules(tmp_path / "rules")
    index = (rules / "index.toml").read_text()
    (rules / "index.toml").write_text(re.sub(r"(?m)^dated = .*$", f'dated = "{dated}"', index))
    kits.small(provider, tmp_path / "kit", rules=rules)

    assert said(tmp_path / "kit", provider, rules_at_least="2026-11-01") == (
        3, [("undated_rules", "")],
    )  # fmt: skip


def test_a_kit_that_tells_no_date_says_nothing_of_how_old_rules_may_be(kit, tmp_path):
    newer = tmp_path / "newer.json"
    text = (kit / "kit.json").read_bytes()
    newer.write_bytes(re.sub(rb'"dated":"[^"]*"', b'"dated":""', text))
    with pytest.raises(KitError, match="neither a date"):
        rules_wanted(str(newer))


def test_a_kit_out_of_its_dates_is_said_to_be(kit, provider):
    late = kits.NOW + 400 * DAY

    assert said(kit, provider, now=late) == (3, [("dates", "kit 7")])
    assert said(kit, provider, now=kits.NOW + 350 * DAY) == (0, [("dates_soon", "kit 7")])


def test_nobody_is_trusted_unasked(kit, provider):
    found = check(kit, kits.TrustStore(), now=kits.NOW)

    assert (found.exit_code, found.problems[-1].kind) == (3, "not_tied")


# A lost stick.


def test_a_stick_holds_no_private_key_in_clear(kit):
    private = [
        each.path
        for each in listing.entries(kit)
        if each.kind == "file" and not each.name.endswith((".py", ".md"))
        if b"PRIVATE KEY-----" in each.path.read_bytes()
    ]

    assert [path.name for path in private] == ["kit.key"]
    with pytest.raises(TypeError, match="encrypted"):
        load_pem_private_key(private[0].read_bytes(), None)
    everything = b"".join(e.path.read_bytes() for e in listing.entries(kit) if e.kind == "file")
    assert re.search(rb"AGE-SECRET-KEY-1[0-9A-Z]{58}", everything) is None
    assert bundles.RECIPIENT.encode() in everything


def test_who_has_the_stick_and_its_passphrase_signs_a_changed_kit_until_it_is_revoked(
    provider, made, tmp_path
):
    kit = kits.copied(made / "own", tmp_path / "kit")
    noted = listing.digest(kit / listing.NAME)
    flip(kit / PROGRAM)
    relist(kit)
    sign(kit, list_key(provider.kit))
    found = check(kit, provider.trust(), now=kits.NOW)

    assert (found.exit_code, found.problems[0].kind) == (0, "signed_by_kit")  # and that is said
    assert said(kit, provider, noted=noted)[1] == [("noted_differs", "")]
    assert said(kit, provider, revoked=True) == (1, [("revoked", "kit 7")])


def test_who_has_the_stick_and_its_passphrase_signs_no_kit_of_the_provider_s(kit, provider):
    flip(kit / PROGRAM)
    relist(kit)
    sign(kit, list_key(provider.kit))
    found = check(kit, provider.trust(), now=kits.NOW)

    assert "signed_by_kit" in [one.kind for one in found.problems]
    assert "signed_by_provider" not in [one.kind for one in found.problems]


def test_who_has_the_stick_and_its_passphrase_makes_nobody_a_provider(kit, provider):
    private = new_key()
    made = certify(provider.kit, private.public_key(), "hozen provider", "Release", kits.NOW)
    forged = SigningKey(private=private, certificate=made, chain=(provider.kit.certificate,))
    flip(kit / PROGRAM)
    relist(kit)
    sign(kit, forged)

    assert said(kit, provider) == (1, [("stranger", "Release")])


def test_what_a_lost_stick_collects_is_refused_once_it_is_revoked(provider, tmp_path):
    path = bundles.sealed(tmp_path / "bundle", key=collection_key(provider.kit))

    assert verify_bundle(path, trust=provider.trust()).exit is Exit.VERIFIED
    refused = verify_bundle(path, trust=provider.trust(revoked=True))
    assert refused.exit is Exit.ALTERED


# The command.


def hozen(*arguments):
    return run("kit", "check", *arguments, HOZEN_LANG="en")


def test_the_command_says_each_thing_and_ends_with_its_code(kit, provider):
    root = provider.home / "root.pem"
    fine = hozen(kit, "--trust", root)
    make_it_start_by_itself(kit)
    flip(kit / PROGRAM)
    altered = hozen(kit, "--trust", root)
    document = json.loads(hozen(kit, "--trust", root, "--json").out)

    assert (fine.code, fine.err) == (0, "")
    assert "As it was made." in fine.out
    assert altered.code == 1
    assert f"CHANGED: {PROGRAM}\n" in altered.out
    assert "!!! AUTORUN: AUTORUN.INF" in altered.out
    assert document["exit"] == 1
    assert {"kind": "changed", "path": PROGRAM, "detail": "", "exit": 1} in document["problems"]


def test_a_folder_that_is_no_kit_is_no_altered_kit(tmp_path):
    ended = hozen(tmp_path)

    assert (ended.code, ended.out) == (2, "")
    assert "no kit: MANIFEST-sha256.txt is missing there" in ended.err


@pytest.mark.parametrize("line", ["x", "0" * 64 + " kit.json", "0" * 64 + "  a\\n"])
def test_a_list_with_an_odd_line_is_not_read_past_it(line, kit):
    with (kit / listing.NAME).open("a") as file:
        file.write(f"{line}\n")
    ended = hozen(kit)

    assert ended.code == 2
    assert "not a digest and a name" in ended.err


def test_rules_older_than_those_of_who_checks_are_named_unasked(provider, tmp_path):
    rules = kits.copied_rules(tmp_path / "rules")
    index = (rules / "index.toml").read_text()
    (rules / "index.toml").write_text(re.sub(r"(?m)^dated = .*$", 'dated = "2026-01-01"', index))
    kits.small(provider, tmp_path / "kit", rules=rules)
    ended = hozen(tmp_path / "kit", "--trust", provider.home / "root.pem")

    assert ended.code == 3
    assert "OLDER RULES: of 2026-01-01" in ended.out


def test_a_newer_kit_s_description_says_how_old_rules_may_be(kit, tmp_path):
    newer = tmp_path / "newer.json"
    text = (kit / "kit.json").read_bytes()
    dated = described(kit / "kit.json").rules.dated.encode()
    newer.write_bytes(text.replace(b'"dated":"' + dated, b'"dated":"2998-01-01'))

    assert f"OLDER RULES: of {dated.decode()}" in hozen(kit, "--rules-at-least", newer).out
    assert hozen(kit, "--rules-at-least", "yesterday").code == 2
