"""`hozen kit build`: what can't be used is refused in one line, and nothing is left behind."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import bundles
import kits
import msgspec
import pytest
from command_line import run

from evidence.cli import run as here
from evidence.cli.texts import Texts
from evidence.custody.signers import key_text
from evidence.kit import listing
from evidence.kit.building import build
from evidence.kit.carried import wheels
from evidence.kit.carried.licences import copy_terms, write_licences
from evidence.kit.description import Runtime, built_at, described
from evidence.kit.errors import KitError
from evidence.tool import this_tool


def test_says_what_it_is(provider, tmp_path):
    made = kits.small(provider, tmp_path / "kit", case_id="H-1", profile="full")
    about = described(tmp_path / "kit" / "kit.json")

    assert about == made.description
    assert (about.case_id, about.profile, about.recipients) == ("H-1", "full", [bundles.RECIPIENT])
    assert about.built == "2026-11-20T12:00:00Z"
    assert about.kit_certificate_sha256 == provider.kit.certificate_sha256
    assert about.tool_sha256 == this_tool(about.version).sha256
    assert about.rules.sha256 == this_tool(about.version).rules_sha256
    assert made.manifest_sha256 == listing.digest(tmp_path / "kit" / listing.NAME)


def test_brings_every_file_of_the_program(provider, tmp_path):
    kits.small(provider, tmp_path / "kit")
    program = tmp_path / "kit" / "app" / "hozen"

    assert (program / "evidence/instructions/検証手順.md").is_file()
    assert (program / "evidence/rules/index.toml").is_file()
    assert (program / "evidence/kit/locks/linux.txt").is_file()
    assert (program / "chain_of_custody/verify.py").is_file()
    assert list(program.rglob("*.pyc")) == []


def test_brings_its_own_licence_and_the_list_of_all(provider, tmp_path):
    kits.small(provider, tmp_path / "kit")
    repository = Path(__file__).parents[3]
    list_ = (tmp_path / "kit/LICENCES.txt").read_text()

    assert (tmp_path / "kit/LICENSE").read_bytes() == (repository / "LICENSE").read_bytes()
    assert "hozen 0.1.0\n    Apache-2.0\n    LICENSE\n" in list_


def test_the_list_names_rules_of_others_with_what_their_index_states(provider, tmp_path):
    rules = kits.copied_rules(tmp_path / "rules")
    index = (rules / "index.toml").read_text()
    (rules / "index.toml").write_text(re.sub(r"(?m)^licence = .*$", 'licence = "GPL-3.0"', index))
    (rules / "copying").write_text("the words of it\n")
    kits.small(provider, tmp_path / "theirs", rules=rules)
    kits.small(provider, tmp_path / "ours", rules=kits.copied_rules(tmp_path / "copy"))
    place = "app/hozen/evidence/rules"
    theirs, ours = ((tmp_path / each / "LICENCES.txt").read_text() for each in ("theirs", "ours"))

    assert f"\n{place}\n    GPL-3.0\n    {place}/copying\n" in theirs
    assert place not in ours


@pytest.mark.parametrize("name", ["License.txt", "copying", "NOTICE", "licenses/MIT", "LICENCE-2"])
def test_the_words_of_a_library_s_terms_are_found_however_they_are_spelt(name, provider, tmp_path):
    about = tmp_path / "app/linux/site/thing-1.dist-info"
    (tmp_path / "app/linux/python").mkdir(parents=True)
    (about / name).parent.mkdir(parents=True)
    (about / name).write_text("x")
    (about / "RECORD").write_text("x")
    (about / "METADATA").write_text("Name: thing\nVersion: 1\n")
    made = kits.small(provider, tmp_path / "kit").description
    runtimes = {"linux": Runtime(python="3.11.2", source="a test's")}
    write_licences(tmp_path, msgspec.structs.replace(made, runtimes=runtimes))
    (told,) = re.findall(r"\nthing 1\n +as its text says.*\n +(.*)\n",
                         (tmp_path / "LICENCES.txt").read_text())  # fmt: skip

    assert told == f"{about.relative_to(tmp_path)}/{name}"


@pytest.mark.parametrize("diverted", ["/bin/sh", "/lib64/ld-linux-x86-64.so.2"])
def test_the_terms_of_a_file_are_found_where_a_package_diverts_it(diverted, tmp_path):
    """As Debian 12 does with the one, and Debian 13 with the other."""
    copy_terms([Path(diverted)], tmp_path)

    assert b"copyright" in (tmp_path / f"licences/{Path(diverted).name}.txt").read_bytes().lower()


def test_without_its_own_licence_nothing_is_built(provider, tmp_path, monkeypatch):
    """As from a folder in PYTHONPATH, or from a kit: no metadata says that it is installed."""
    elsewhere = [path for path in sys.path if not [*Path(path).glob("hozen-*.dist-info")]]
    monkeypatch.setattr(sys, "path", elsewhere)
    with pytest.raises(KitError, match="own licence is not installed") as raised:
        kits.small(provider, tmp_path / "out" / "kit")

    assert raised.value.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_an_open_key_is_not_put_onto_a_stick(provider, tmp_path):
    (tmp_path / "kit.key").write_bytes(key_text(provider.kit, None))
    given = kits.recipe(provider, tmp_path / "out" / "kit")
    with pytest.raises(KitError, match="is not encrypted"):
        build(replace(given, kit_key=tmp_path / "kit.key"), provider.kit)

    assert not (tmp_path / "out").exists()


REFUSED = {
    "a person's key as the kit's": ({"kit": "person"}, "not a kit's key"),
    "the root as signer": ({"signer": "root"}, "a kit is signed by a provider's key"),
    "nobody to read it": ({"recipients": ()}, "a kit needs --recipient"),
    "Windows without a runtime": ({"platforms": ("windows",)}, "--runtime-sha256"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name, provider, tmp_path):
    changes, words = REFUSED[name]
    given = dict(changes)
    kit = getattr(provider, given.pop("kit", "kit"))
    signer = getattr(provider, given.pop("signer", "person"))
    with pytest.raises(KitError, match=words) as raised:
        build(kits.recipe(provider, tmp_path / "out" / "kit", **given), kit, signer)

    assert raised.value.exit_code == 2
    assert not list(tmp_path.glob("out/*"))


def test_names_that_fat_takes_for_one_are_refused(provider, tmp_path):
    rules = kits.copied_rules(tmp_path / "rules")
    for name in ("a.txt", "A.txt"):
        (rules / name).write_text("x")
    with pytest.raises(KitError, match=r"evidence/rules/A\.txt, app/hozen/evidence/rules/a\.txt"):
        kits.small(provider, tmp_path / "out" / "kit", rules=rules)

    assert list((tmp_path / "out").iterdir()) == []


def hozen(provider, out, *more):
    return run(
        "kit", "build", "--platform", "linux", "--out", out, "--kit", provider.kit_key.parent,
        "--passphrase-file", provider.passphrase_file, *more, HOZEN_LANG="en",
    )  # fmt: skip


def test_the_command_refuses_what_is_there(provider, tmp_path):
    (tmp_path / "kit").mkdir()
    ended = hozen(provider, tmp_path / "kit", "--recipient", bundles.RECIPIENT)

    assert (ended.code, ended.out) == (2, "")
    assert "is there already" in ended.err
    assert list((tmp_path / "kit").iterdir()) == []


def test_libraries_that_can_t_be_had_leave_no_folder(tmp_path):
    fetch = ("kit", "fetch", "--platform", "both", "--out", tmp_path / "wheels")
    ended = run(*fetch, **kits.NO_INDEX, HOZEN_LANG="en")

    assert (ended.code, ended.out) == (2, "")
    assert "could not be had as locked" in ended.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("platform", wheels.TAGS)
def test_a_python_without_locked_libraries_is_refused_before_any_is_asked_for(platform, tmp_path):
    with pytest.raises(KitError, match=f"kit for {platform} .* Python 3.14.* 3.11, 3.12, 3.13"):
        wheels.fetch(platform, "3.14", tmp_path)


def test_libraries_go_into_no_folder_that_is_there(tmp_path):
    ended = run("kit", "fetch", "--platform", "linux", "--out", tmp_path, HOZEN_LANG="en")

    assert (ended.code, ended.out) == (2, "")
    assert f"{tmp_path} is there already" in ended.err


SIGNERS = ["--signer-passphrase-file", "THE SAME"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--wheelhouse", "/nonexistent"], "/nonexistent: not a folder"),
        (["--built", "yesterday"], "not a time for --built"),
        (["--rules", "/nonexistent"], "/nonexistent"),
        (["--case", "a b"], "letters, digits and - only"),
        (["--signer", "/nonexistent", *SIGNERS], "/nonexistent: No such file"),
        (["--signer", "PERSON", *SIGNERS], "opens by the same passphrase as the key on the stick"),
        (["--signer", "PERSON"], "--signer-passphrase-file FILE"),
        (SIGNERS, "only goes together with --signer"),
        (["--signer", "KIT", *SIGNERS], "kit.key: a kit is signed by a provider's key"),
    ],
)
def test_the_command_refuses_what_means_nothing(options, words, provider, tmp_path):
    names = {
        "KIT": provider.kit_key, "PERSON": provider.home / "person.key",
        "THE SAME": provider.passphrase_file,
    }  # fmt: skip
    typed = [names.get(each, each) for each in options]
    ended = hozen(provider, tmp_path / "out" / "kit", "--recipient", bundles.RECIPIENT, *typed)

    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
    assert not list(tmp_path.glob("out/*"))


@pytest.mark.parametrize(("typed", "language"), [([], "ja"), (["--language", "en"], "en")])
def test_a_kit_is_in_japanese_wherever_it_is_built(
    typed, language, provider, tmp_path, monkeypatch
):
    asked = []

    def before_anything_is_fetched(recipe, *_):
        asked.append(recipe.language)
        raise KitError("built", value="enough")

    monkeypatch.setattr("evidence.kit.building.build", before_anything_is_fetched)
    arguments = [
        "kit", "build", "--platform", "linux", "--out", tmp_path / "kit", "--kit",
        provider.kit_key.parent, "--passphrase-file", provider.passphrase_file, "--recipient",
        bundles.RECIPIENT, *typed,
    ]  # fmt: skip
    here(list(map(str, arguments)), Texts("en"))

    assert asked == [language]


def test_the_date_comes_from_outside_where_it_is_given(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")

    assert built_at(None).isoformat() == "2023-11-14T22:13:20+00:00"
    assert built_at("2026-11-22T09:00:00+09:00").isoformat() == "2026-11-22T00:00:00+00:00"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(KitError, match="soon"):
        built_at(None)


def test_a_description_that_is_none_is_refused(tmp_path):
    path = tmp_path / "kit.json"
    path.write_text(json.dumps({"schema": "hozen-kit/2"}))
    with pytest.raises(KitError, match="can't be read"):
        described(path)
