"""`hozen keys`, as somebody types it; and a collection by a kit, verified by its root."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from command_line import run as hozen
from cryptography import x509

from chain_of_custody.certificates import role_of

SECRET = "correct horse\n"


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "passphrase"
    path.write_text(SECRET)
    return ("--passphrase-file", str(path))


@pytest.fixture
def provider(tmp_path, secret):
    """A root and a kit, both encrypted."""
    root, kit = tmp_path / "root", tmp_path / "kit"
    assert hozen("keys", "root", "--name", "Provider", "--output", str(root), *secret).code == 0
    made = hozen(
        "keys", "kit", "--root", str(root / "root.key"), "--name", "kit 7", "--output", str(kit),
        *secret,
    )  # fmt: skip
    assert made.code == 0, made.err
    return tmp_path


def collected(place, *more):
    (place / "source").mkdir()
    (place / "source" / "note.txt").write_text("evidence\n")
    done = hozen(
        "collect", "--quiet", "--output", str(place / "out"), "--source", str(place / "source"),
        "--skip", "yara", *more,
    )  # fmt: skip
    assert done.code == 0, done.err
    (bundle,) = (place / "out").glob("HZ_*Z")
    return bundle


def test_private_parts_are_for_their_owner_alone_and_open_with_openssl(provider):
    for path in (provider / "root" / "root.key", provider / "kit" / "kit.key"):
        assert path.stat().st_mode & 0o777 == 0o600
        assert b"BEGIN ENCRYPTED PRIVATE KEY" in path.read_bytes()
        opened = [
            "openssl",
            "pkey",
            "-in",
            str(path),
            "-passin",
            f"pass:{SECRET.strip()}",
            "-noout",
        ]
        subprocess.run(opened, check=True, capture_output=True)


def test_a_collection_by_a_kit_is_tied_to_the_root_until_the_kit_is_revoked(provider, secret):
    bundle = collected(provider, "--kit", str(provider / "kit"), *secret)
    root, listed = str(provider / "root" / "root.pem"), str(provider / "crl.pem")

    assert hozen("verify", str(bundle), "--trust", root).code == 0
    revoked = hozen(
        "keys", "revoke", str(provider / "kit" / "kit.pem"), "--root",
        str(provider / "root" / "root.key"), "--list", listed, *secret,
    )  # fmt: skip
    assert revoked.code == 0, revoked.err
    assert hozen("verify", str(bundle), "--trust", root, "--trust", listed).code == 1


def test_a_second_revocation_keeps_the_first(provider, secret):
    root, listed = str(provider / "root" / "root.key"), provider / "crl.pem"
    hozen(
        "keys", "person", "--root", root, "--role", "witness", "--name", "佐藤", "--output",
        str(provider / "w"), *secret,
    )  # fmt: skip
    for path in ("kit/kit.pem", "w/witness.pem"):
        done = hozen(
            "keys", "revoke", str(provider / path), "--root", root, "--list", str(listed), *secret
        )
        assert done.code == 0, done.err

    assert len(list(x509.load_pem_x509_crl(listed.read_bytes()))) == 2


def test_a_token_keeps_its_key_and_gets_a_certificate(provider, secret, tmp_path):
    private, public = tmp_path / "theirs.key", tmp_path / "theirs.pub"
    curve = ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(private)]
    subprocess.run(curve, check=True, capture_output=True)
    half = ["openssl", "ec", "-in", str(private), "-pubout", "-out", str(public)]
    subprocess.run(half, check=True, capture_output=True)
    done = hozen(
        "keys", "person", "--root", str(provider / "root" / "root.key"), "--role", "custodian",
        "--name", "山田 花子", "--public", str(public), "--output", str(tmp_path / "p"), *secret,
    )  # fmt: skip

    assert done.code == 0, done.err
    assert os.listdir(tmp_path / "p") == ["custodian.pem"]
    certificate = x509.load_pem_x509_certificate((tmp_path / "p" / "custodian.pem").read_bytes())
    assert role_of(certificate) == "hozen custodian"


def test_an_identity_with_a_passphrase_asks_for_it(tmp_path, secret):
    done = hozen("keys", "identity", "--output", str(tmp_path / "id"), *secret)

    assert done.code == 0, done.err
    text = (tmp_path / "id" / "identity.txt").read_bytes()
    assert text.startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert (tmp_path / "id" / "recipient.txt").read_text().startswith("age1")


def test_an_open_identity_opens_what_was_collected_for_it(tmp_path):
    hozen("keys", "identity", "--output", str(tmp_path / "id"), "--no-passphrase")
    bundle = collected(tmp_path, "--recipient", str(tmp_path / "id" / "recipient.txt"))
    done = hozen("verify", str(bundle), "--identity", str(tmp_path / "id" / "identity.txt"))

    assert done.code == 0
    assert "4 items          PASS" in done.out


def test_an_encrypted_identity_opens_by_a_passphrase_from_a_file(tmp_path, secret):
    hozen("keys", "identity", "--output", str(tmp_path / "id"), *secret)
    bundle = collected(tmp_path, "--recipient", str(tmp_path / "id" / "recipient.txt"))
    opens = ("--identity", tmp_path / "id" / "identity.txt")
    given = (*opens, "--identity-passphrase-file", secret[1])
    verified = hozen("verify", bundle, *given)
    imported = hozen("import", bundle, "--into", tmp_path / "case", *given)
    hozen("keys", "root", "--name", "x", "--output", tmp_path / "root", "--no-passphrase")
    hozen(
        "keys", "person", "--root", tmp_path / "root" / "root.key", "--role", "provider",
        "--name", "調査 太郎", "--output", tmp_path / "person", "--no-passphrase",
    )  # fmt: skip
    disclosed = hozen(
        "disclose", bundle, "1", "--output", tmp_path / "exhibit", "--to", "裁判所",
        "--key", tmp_path / "person" / "provider.key", *given,
    )  # fmt: skip

    assert (verified.code, imported.code, disclosed.code) == (0, 0, 0), disclosed.err
    assert "4 items          PASS" in verified.out


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("keys root --name x --output {0}/root", "--passphrase-file"),
        ("verify {1} --identity {0}/id/identity.txt", "--identity-passphrase-file"),
        ("import {1} --into {0}/case --identity {0}/id/identity.txt", "--identity-passphrase-file"),
    ],
)
def test_where_nobody_can_be_asked_one_sentence_says_so(tmp_path, secret, command, option):
    hozen("keys", "identity", "--output", str(tmp_path / "id"), *secret)
    bundle = collected(tmp_path, "--recipient", str(tmp_path / "id" / "recipient.txt"))
    done = hozen(*command.format(tmp_path, bundle).split(), "--language", "en")

    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"hozen: there is no terminal to ask for the passphrase at; give it with {option} FILE\n"
    )


def test_show_tells_everything_but_the_private_part(provider):
    shown = hozen("keys", "show", str(provider / "kit" / "kit.key"), "--json")
    private, certificate = json.loads(shown.out)

    assert private == {"what": "private key", "encrypted": True}
    assert (certificate["role"], certificate["name"]) == ("hozen kit", "kit 7")
    assert "PRIVATE" not in shown.out


OPEN = "--passphrase-file {0}/passphrase"
REFUSED = {
    "nothing is overwritten": (
        "keys root --name x --output {0}/root --no-passphrase",
        "already",
    ),
    "a kit is no root": (
        f"keys kit --root {{0}}/kit/kit.key --name x --output {{0}}/k2 {OPEN}",
        "not a root's key",
    ),
    "a wrong passphrase": (
        "keys kit --root {0}/root/root.key --name x --output {0}/k2 "
        "--passphrase-file {0}/root/root.pem",
        "doesn't open",
    ),
    "an empty name": ("keys root --name= --output {0}/r2 --no-passphrase", "is empty"),
    "a long name": (f"keys root --name {'x' * 65} --output {{0}}/r2 --no-passphrase", "1 to 64"),
    "not a kit": (f"collect --output {{0}}/o --source {{0}} --kit {{0}}/root {OPEN}", "kit.key"),
    "nothing in it": ("keys show {0}/passphrase", "no key, certificate"),
    "not issued by this root": (
        f"keys revoke {{0}}/kit/kit.pem --root {{0}}/kit/kit.key --list {{0}}/c {OPEN}",
        "not a root's key",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_in_one_line(provider, name):
    command, why = REFUSED[name]
    done = hozen(*command.format(provider).split(" "))

    assert done.code == 2
    assert why in done.err
    assert len(done.err.splitlines()) == 1
    assert not (provider / "k2").exists() or not any((provider / "k2").iterdir())
