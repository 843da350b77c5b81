"""A kit with a key for one collection: it certifies nothing else, and is said to be spent."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import subprocess

import kits
import pytest
import runs
from click.testing import CliRunner
from command_line import run
from verifiers import SCRIPT

from chain_of_custody.certificates import COLLECTION_ROLE, role_of
from chain_of_custody.verdict import Exit
from evidence.checked import verify_bundle
from evidence.cli import build
from evidence.cli.texts import Texts
from evidence.collection import collect
from evidence.kit.checking import check
from evidence.kit.spent import spent
from evidence.request import Request
from evidence.signers import KeyFileError, open_key

ONCE = "another passphrase, for the stick"
KEY = "app/key/kit.key"


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    return kits.provider(tmp_path_factory.mktemp("provider"))


@pytest.fixture
def kit(provider, tmp_path):
    return kits.small(provider, tmp_path / "kit", once=ONCE).path


@pytest.fixture
def passphrase(tmp_path):
    (tmp_path / "once").write_text(f"{ONCE}\n")
    return tmp_path / "once"


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "file").write_text("content\n")
    return tmp_path / "tree"


def collected(kit, tree, passphrase):
    return run(
        "kit", "start", kit, "--source", tree, "--passphrase-file", passphrase, "--on-this-disk",
        HOZEN_LANG="en",
    )  # fmt: skip


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

    private = provider.kit_key.read_bytes().partition(b"-----END")[0]
    assert not [path for path in kit.rglob("*") if path.is_file() and private in path.read_bytes()]


def test_its_collection_is_the_kits_and_a_second_one_is_taken_without_the_key(
    kit, provider, tree, passphrase
):
    first = collected(kit, tree, passphrase)
    (bundle,) = sealed_in(kit)
    second = collected(kit, tree, passphrase)
    (other,) = set(sealed_in(kit)) - {bundle}

    assert (first.code, second.code) == (0, 0)
    assert "is for one collection" not in first.err
    assert f"is for one collection, and has sealed {bundle.name}" in second.err
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
    (bundle / "manifest.json").write_text("{}")
    (bundle / "manifest.json.p7s").write_bytes((kit / "app/key/kit.key").read_bytes())


@pytest.mark.parametrize("put", [lambda bundle, kit: put_a_folder(bundle), put_its_certificate])
def test_what_the_key_did_not_sign_spends_it_not(put, kit):
    put(kit / "out" / "HZ_CASE_1", kit)

    assert spent(open_key(kit / KEY, lambda _: ONCE), kit / "out") is None


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


def test_the_command_asks_for_a_passphrase_of_its_own(provider, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("evidence.kit.building.build", lambda recipe, *_: asked.append(recipe.once))
    monkeypatch.setattr("evidence.cli.kit_build._tell", lambda *_, **__: None)
    CliRunner().invoke(
        build(Texts("en")),
        ["kit", "build", "--platform", "linux", "--out", str(tmp_path / "kit"), "--single-use",
         "--kit", str(provider.kit_key.parent), "--recipient", kits.bundles.RECIPIENT],
        input=f"{kits.PASSPHRASE}\n{ONCE}\n{ONCE}\n", catch_exceptions=False,
    )  # fmt: skip

    assert asked == [ONCE]


def test_an_interrupted_collection_goes_on_with_the_same_key(kit, provider, tree, tmp_path):
    for number in range(120):
        (tree / f"{number:03d}").write_text(f"{number}\n")
    key, asked = open_key(kit / KEY, lambda _: ONCE), itertools.count()
    wanted = Request(output=kit / "out", source=str(tree), profile="quick", skip=("yara",))
    begun = collect(wanted, stopping=lambda: next(asked) > 60, key=key)
    assert not begun.sealed
    assert spent(key, kit / "out") is None

    done = collect(dataclasses.replace(wanted, resume=begun.path), key=key)
    assert done.sealed
    assert spent(key, kit / "out") == done.path.name
    assert verify_bundle(done.path, trust=provider.trust()).exit is Exit.VERIFIED
    script = ["sh", SCRIPT, "--trust", provider.home / "root.pem", done.path]
    told = subprocess.run(script, capture_output=True, check=False, text=True)
    assert told.returncode == 0, told.stdout
