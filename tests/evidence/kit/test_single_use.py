"""A kit with a key for one collection: it certifies nothing else, and is said to be spent."""

from __future__ import annotations

import dataclasses
import datetime
import errno
import itertools
import os
import re
import subprocess

import bundles
import kits
import pytest
import runs
from click.testing import CliRunner
from closed import close
from command_line import run
from verifiers import SCRIPT

from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import COLLECTION_ROLE, list_key, role_of
from chain_of_custody.verdict import Exit
from evidence.cli import build
from evidence.cli.kit.key import sessions
from evidence.cli.shared import UsageError, Voice
from evidence.cli.texts import Texts
from evidence.collecting.collection import collect
from evidence.custody.signers import KeyFileError, key_text, open_key
from evidence.kit import listing
from evidence.kit.checking import check
from evidence.kit.spent import spent
from evidence.planning.request import Request
from evidence.reading.checked import verify_bundle

ONCE = "another passphrase, for the stick"
KEY = "app/key/kit.key"


@pytest.fixture(scope="module")
def made(provider, tmp_path_factory):
    with kits.lent(
        kits.small(provider, tmp_path_factory.mktemp("made") / "kit", once=ONCE).path
    ) as kit:
        yield kit


@pytest.fixture
def kit(made, tmp_path):
    return kits.copied(made, tmp_path / "kit")


@pytest.fixture
def passphrase(tmp_path):
    (tmp_path / "once").write_text(f"{ONCE}\n")
    return tmp_path / "once"


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "file").write_text("content\n")
    return tmp_path / "tree"


def collected(kit, tree, passphrase, *more):
    return run(
        "kit", "start", kit, "--source", tree, "--passphrase-file", passphrase, "--on-this-disk",
        *more, HOZEN_LANG="en",
    )  # fmt: skip


def interrupted(kit, tree):
    """A collection with the stick's key that was stopped half way."""
    return stopped(kit, tree, open_key(kit / KEY, lambda _: ONCE))


def stopped(kit, tree, key):
    for number in range(120):
        (tree / f"{number:03d}").write_text(f"{number}\n")
    asked = itertools.count()
    begun = collect(wanted(kit, tree), stopping=lambda: next(asked) > 60, key=key)
    assert not begun.sealed
    return begun.path


def wanted(kit, tree):
    return Request(output=kit / "out", source=str(tree), profile="quick", skip=("yara",))


def sealed_in(kit):
    return [path for path in sorted((kit / "out").glob("HZ_*")) if path.is_dir()]


def test_the_stick_has_a_key_that_certifies_nothing(kit, provider):
    key = open_key(kit / KEY, lambda _: ONCE)

    assert role_of(key.certificate) == COLLECTION_ROLE
    assert key.chain == (provider.kit.certificate,)
    key.certificate.verify_directly_issued_by(provider.kit.certificate)


def test_the_key_of_the_kit_is_not_on_the_stick_nor_its_passphrase_of_use(kit, provider):
    with pytest.raises(KeyFileError):
        open_key(kit / KEY, lambda _: kits.PASSPHRASE)

    everything = b"".join(path.read_bytes() for path in kit.rglob("*") if path.is_file())
    private = re.findall(rb"^-----BEGIN [A-Z ]*PRIVATE KEY-----$", everything, re.MULTILINE)
    assert private == [b"-----BEGIN ENCRYPTED PRIVATE KEY-----"]  # that which was tried above


def test_its_collection_is_the_kits_and_a_second_one_is_taken_without_the_key(
    kit, provider, tree, passphrase
):
    first = collected(kit, tree, passphrase)
    (bundle,) = sealed_in(kit)
    second = collected(kit, tree, passphrase)
    (other,) = set(sealed_in(kit)) - {bundle}

    assert (first.code, second.code) == (0, 0)
    assert "is for one collection" not in first.err
    assert f"is for one collection, and has signed {bundle.name}" in second.err
    assert verify_bundle(bundle, trust=provider.trust()).exit is Exit.VERIFIED
    assert verify_bundle(other, trust=provider.trust()).exit is Exit.ALTERED
    assert verify_bundle(other).exit is Exit.VERIFIED


def test_revoking_the_kit_refuses_its_collection(kit, provider, tree, passphrase):
    collected(kit, tree, passphrase)

    verdict = verify_bundle(runs.bundle_in(kit / "out"), trust=provider.trust(revoked=True))
    assert verdict.exit is not Exit.VERIFIED


def put_a_folder(bundle):
    bundle.mkdir()


def put_its_certificate(bundle, kit):
    put_a_folder(bundle)
    (bundle / "custody").mkdir()
    (bundle / "custody" / "00001.json").write_text("{}")
    (bundle / "custody" / "00001.json.p7s").write_bytes((kit / "app/key/kit.key").read_bytes())


def put_another_s_bundle(bundle, _):
    bundles.sealed(bundle)


@pytest.mark.parametrize(
    "put", [lambda bundle, kit: put_a_folder(bundle), put_its_certificate, put_another_s_bundle]
)
def test_what_the_key_did_not_sign_spends_it_not(put, kit):
    put(kit / "out" / "HZ_CASE_1", kit)

    assert spent(open_key(kit / KEY, lambda _: ONCE), kit / "out", None) is None


@pytest.mark.parametrize("place", ["out", "out/HZ_CASE_1/custody"])
@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO])
def test_where_it_can_t_be_told_the_key_signs_nothing(
    kit, passphrase, monkeypatch, capsys, place, code
):
    """Whether it was spent before must not be taken from a folder that shows nothing."""
    bundles.sealed(kit / "out" / "HZ_CASE_1")
    close(monkeypatch, kit / place, code)
    keys = sessions(Voice(t=Texts("en")), open_key(kit / KEY, lambda _: ONCE), kit, kit / "out")

    assert keys(None) is None
    assert f"{kit / place}: {os.strerror(code)}). Going on without it" in oneline(capsys)


def test_a_signature_that_can_t_be_read_may_be_the_key_s(kit, monkeypatch):
    def failing(folder, name):
        raise OSError(errno.EIO, os.strerror(errno.EIO), name)

    bundles.sealed(kit / "out" / "HZ_CASE_1")
    monkeypatch.setattr("evidence.kit.spent.content", failing)
    with pytest.raises(OSError, match="Input/output error"):
        spent(open_key(kit / KEY, lambda _: ONCE), kit / "out", None)


def oneline(capsys) -> str:
    return " ".join(capsys.readouterr().err.split())


def test_a_check_says_that_it_is_for_one_and_what_was_collected(kit, provider, tree, passphrase):
    def problems():
        now = datetime.datetime.now(datetime.UTC)
        found = check(kit, provider.trust(), now=now)
        return found.exit_code, [(one.kind, one.path) for one in found.problems]

    before = problems()
    collected(kit, tree, passphrase)
    (bundle,) = sealed_in(kit)
    code, after = problems()

    assert before[0] == code == 0
    assert ("once", "") in before[1]
    assert ("collected", f"out/{bundle.name}") in after
    assert not [kind for kind, _ in before[1] if kind == "collected"]


@pytest.fixture
def asked(provider, tmp_path, monkeypatch):
    """The command up to where it builds: with which passphrase for the stick's key."""
    given = []
    monkeypatch.setattr("evidence.kit.building.build", lambda recipe, *_: given.append(recipe.once))
    monkeypatch.setattr("evidence.cli.kit.build._tell", lambda *_, **__: None)
    monkeypatch.setattr("evidence.cli.passphrases._terminal", lambda: True)  # else nobody is asked

    def told(typed, *more):
        CliRunner().invoke(
            build(Texts("en")),
            ["kit", "build", "--platform", "linux", "--out", str(tmp_path / "kit"), "--kit",
             str(provider.kit_key.parent), "--recipient", bundles.RECIPIENT, *map(str, more)],
            input="".join(f"{line}\n" for line in typed), catch_exceptions=False,
        )  # fmt: skip
        return given

    return told


def test_the_command_asks_for_a_passphrase_of_its_own(asked):
    assert asked([kits.PASSPHRASE, ONCE, ONCE], "--single-use") == [ONCE]


def test_each_key_has_a_passphrase_file_of_its_own(asked, provider, passphrase):
    its = ("--passphrase-file", provider.passphrase_file)

    assert asked([ONCE, ONCE], "--single-use", *its) == [ONCE]
    own = ("--single-use-passphrase-file", passphrase)
    assert asked([], "--single-use", *its, *own) == [ONCE, ONCE]


@pytest.mark.parametrize("typed", [True, False])
def test_the_passphrase_of_the_kit_does_not_go_to_the_endpoint(asked, provider, typed):
    its = ("--passphrase-file", provider.passphrase_file)
    own = () if typed else ("--single-use-passphrase-file", provider.passphrase_file)
    with pytest.raises(UsageError, match="would be typed on the machine that was attacked"):
        asked([kits.PASSPHRASE] * 2, "--single-use", *its, *own)


def test_the_provider_s_key_has_a_passphrase_that_nobody_on_the_spot_is_told(
    asked, provider, passphrase, tmp_path
):
    """Of a stick for one collection the passphrase of the kit itself stays at home, too."""
    own = tmp_path / "own.key"
    own.write_bytes(key_text(provider.person, "the provider's alone"))
    theirs = tmp_path / "theirs"
    theirs.write_text("the provider's alone\n")
    its = ("--passphrase-file", provider.passphrase_file)
    once = ("--single-use", "--single-use-passphrase-file", passphrase)
    signed = ("--signer-passphrase-file", theirs)

    assert asked([], *its, "--signer", own, *signed) == [None]
    assert asked(["the provider's alone"], *its, "--signer", own) == [None] * 2
    person = ("--signer", provider.home / "person.key", "--signer-passphrase-file")
    assert asked([], *its, *once, *person, provider.passphrase_file) == [None, None, ONCE]
    own.write_bytes(key_text(provider.person, ONCE))
    with pytest.raises(UsageError, match="opens by the same passphrase"):
        asked([], *its, *once, "--signer", own, "--signer-passphrase-file", passphrase)


def test_the_second_file_alone_is_refused(asked, passphrase):
    with pytest.raises(UsageError, match="only goes together"):
        asked([kits.PASSPHRASE], "--single-use-passphrase-file", passphrase)


def test_who_has_the_stick_and_its_passphrase_signs_no_changed_kit(kit, provider):
    (kit / "collect.sh").write_text("echo changed\n")
    digests = {
        each.name: listing.digest(each.path)
        for each in listing.entries(kit)
        if each.kind == "file" and each.name not in listing.UNLISTED
    }
    data = listing.encoded(digests)
    (kit / listing.NAME).write_bytes(data)
    key = open_key(kit / KEY, lambda _: ONCE)
    (kit / listing.SIGNATURE).write_bytes(cms.sign(data, key))
    now = datetime.datetime.now(datetime.UTC)
    found = check(kit, provider.trust(), now=now)

    assert found.exit_code == 1
    assert "stranger" in [one.kind for one in found.problems]


def test_what_vouches_for_a_list_vouches_for_no_bundle(provider, tmp_path):
    path = bundles.sealed(tmp_path / "bundle", key=list_key(provider.kit))
    script = ["sh", SCRIPT, "--trust", provider.home / "root.pem", path]

    assert verify_bundle(path, trust=provider.trust()).exit is Exit.ALTERED
    assert subprocess.run(script, capture_output=True, check=False).returncode == 1


def test_a_collection_that_was_begun_counts_too(kit, provider, tree, passphrase):
    first = interrupted(kit, tree)
    second = collected(kit, tree, passphrase)
    (other,) = set(sealed_in(kit)) - {first}

    assert f"has signed {first.name}" in second.err
    assert verify_bundle(other, trust=provider.trust()).exit is Exit.ALTERED
    assert verify_bundle(other).exit is Exit.VERIFIED


def test_it_goes_on_with_its_key_even_after_another_was_begun(kit, provider, tree, passphrase):
    first = interrupted(kit, tree)
    collected(kit, tree, passphrase)
    ended = collected(kit, tree, passphrase, "--resume", first)

    assert "is for one collection" not in ended.err
    assert verify_bundle(first, trust=provider.trust()).exit is Exit.VERIFIED


def test_one_that_was_begun_without_the_key_may_go_on_with_it(kit, provider, tree, passphrase):
    first = stopped(kit, tree, None)
    ended = collected(kit, tree, passphrase, "--resume", first)
    again = collected(kit, tree, passphrase)

    assert "is for one collection" not in ended.err
    assert f"has signed {first.name}" in again.err


def test_an_interrupted_collection_goes_on_with_the_same_key(kit, provider, tree):
    begun, key = interrupted(kit, tree), open_key(kit / KEY, lambda _: ONCE)
    assert spent(key, kit / "out", begun) is None

    done = collect(dataclasses.replace(wanted(kit, tree), resume=begun), key=key)
    assert done.sealed
    assert spent(key, kit / "out", None) == done.path
    assert verify_bundle(done.path, trust=provider.trust()).exit is Exit.VERIFIED
    script = ["sh", SCRIPT, "--trust", provider.home / "root.pem", done.path]
    told = subprocess.run(script, capture_output=True, check=False, text=True)
    assert told.returncode == 0, told.stdout
