"""`hozen keys`, as somebody types it; and a collection by a kit, verified by its root."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pyrage
import pytest
from command_line import on_terminal
from command_line import run as hozen
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from mounting import mounted, remount

from chain_of_custody.signing.certificates import role_of
from evidence.cli.identities import Identities
from evidence.cli.texts import Texts
from evidence.custody.signers import write_private

SECRET = "correct horse\n"
KITS = "battery staple\n"


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "passphrase"
    path.write_text(SECRET)
    return ("--passphrase-file", str(path))


@pytest.fixture
def new(tmp_path):
    """The passphrase of what the root certifies."""
    path = tmp_path / "new"
    path.write_text(KITS)
    return ("--new-passphrase-file", str(path))


@pytest.fixture
def kits(new):
    """The same, where a kit's key is opened."""
    return ("--passphrase-file", new[1])


@pytest.fixture
def provider(tmp_path, secret, new):
    """A root and a kit, both encrypted."""
    root, kit = tmp_path / "root", tmp_path / "kit"
    assert hozen("keys", "root", "--name", "Provider", "--output", str(root), *secret).code == 0
    made = hozen(
        "keys", "kit", "--root", str(root / "root.key"), "--name", "kit 7", "--output", str(kit),
        *secret, *new,
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
    for path, passphrase in (
        (provider / "root" / "root.key", SECRET), (provider / "kit" / "kit.key", KITS),
    ):  # fmt: skip
        assert path.stat().st_mode & 0o777 == 0o600
        assert b"BEGIN ENCRYPTED PRIVATE KEY" in path.read_bytes()
        opened = [
            "openssl",
            "pkey",
            "-in",
            str(path),
            "-passin",
            f"pass:{passphrase.strip()}",
            "-noout",
        ]
        subprocess.run(opened, check=True, capture_output=True)


def test_a_collection_by_a_kit_is_tied_to_the_root_until_the_kit_is_revoked(provider, secret, kits):
    bundle = collected(provider, "--kit", str(provider / "kit"), *kits)
    root, listed = str(provider / "root" / "root.pem"), str(provider / "crl.pem")

    assert hozen("verify", str(bundle), "--trust", root).code == 0
    revoked = hozen(
        "keys", "revoke", str(provider / "kit" / "kit.pem"), "--root",
        str(provider / "root" / "root.key"), "--list", listed, *secret,
    )  # fmt: skip
    assert revoked.code == 0, revoked.err
    assert hozen("verify", str(bundle), "--trust", root, "--trust", listed).code == 1


def test_a_second_revocation_keeps_the_first(provider, secret, new):
    root, listed = str(provider / "root" / "root.key"), provider / "crl.pem"
    hozen(
        "keys", "person", "--root", root, "--role", "witness", "--name", "佐藤", "--output",
        str(provider / "w"), *secret, *new,
    )  # fmt: skip
    for path in ("kit/kit.pem", "w/witness.pem"):
        done = hozen(
            "keys", "revoke", str(provider / path), "--root", root, "--list", str(listed), *secret
        )
        assert done.code == 0, done.err

    assert len(list(x509.load_pem_x509_crl(listed.read_bytes()))) == 2


def test_of_two_revocations_the_earlier_counts(provider, secret):
    root, listed = str(provider / "root" / "root.key"), provider / "crl.pem"
    path = provider / "kit" / "kit.pem"
    began = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_before_utc

    for since in ((), ("--since", began.isoformat()), ()):
        done = hozen("keys", "revoke", path, "--root", root, "--list", str(listed), *secret, *since)
        assert done.code == 0, done.err

    (entry,) = x509.load_pem_x509_crl(listed.read_bytes())
    assert entry.revocation_date_utc == began


def test_an_employer_has_room_for_64_characters(provider, secret, tmp_path):
    name = "国立研究開発法人国立国際医療研究センター病院"
    done = hozen(
        "keys", "person", "--root", str(provider / "root" / "root.key"), "--role", "custodian",
        "--name", "山田 花子", "--organisation", name, "--no-passphrase",
        "--output", str(tmp_path / "p"), *secret,
    )  # fmt: skip

    assert done.code == 0, done.err
    shown = hozen("keys", "show", str(tmp_path / "p" / "custodian.pem"))
    assert shown.code == 0


@pytest.mark.parametrize("form", [b"\xef\xbb\xbf%s\r\n", b"%s\x0b\n", b"%s"])
def test_a_file_gives_what_somebody_would_type(tmp_path, form):
    typed = "合言葉"
    expected = typed + "\x0b" if b"\x0b" in form else typed
    (tmp_path / "file").write_bytes(form % typed.encode())
    done = hozen(
        "keys", "root", "--name", "x", "--output", tmp_path / "root", "--passphrase-file",
        tmp_path / "file",
    )  # fmt: skip

    assert done.code == 0, done.err
    opened = ["openssl", "pkey", "-in", tmp_path / "root" / "root.key", "-passin",
              f"pass:{expected}", "-noout"]  # fmt: skip
    subprocess.run(opened, check=True, capture_output=True)


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


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", ["nothing was typed", "were not the same"]),
        ("ja", ["何も入力されていません", "2回の入力が一致しません"]),
    ],
)
def test_a_slip_of_the_finger_is_said_in_words_and_asked_for_again(tmp_path, language, says):
    typed = ["", "one", "two", "secret", "secret"]
    command = ("keys", "identity", "--output", tmp_path, "--language", language)
    done = on_terminal(*command, typed=typed)

    assert done.code == 0, done.out
    assert all(words in done.out for words in says)
    assert "Error" not in done.out
    pyrage.passphrase.decrypt((tmp_path / "identity.txt").read_bytes(), "secret")


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

    (tmp_path / "other").write_text("Secret\n")
    other = (*opens, "--identity-passphrase-file", tmp_path / "other")
    refused = hozen("import", bundle, "--into", tmp_path / "another", *other)

    assert refused.code == 2
    assert "identity.txt: the passphrase doesn't open it. Mind capitals" in refused.err
    assert not (tmp_path / "another").exists()


def test_a_machine_that_is_only_busy_opens_an_identity_all_the_same(tmp_path, secret, monkeypatch):
    """pyrage times a millisecond of work and takes a pause within it for a slow machine."""
    hozen("keys", "identity", "--output", str(tmp_path / "id"), *secret)
    path, passphrase = tmp_path / "id" / "identity.txt", Path(secret[1])
    tried, decrypt = [], pyrage.passphrase.decrypt

    def busy_twice(data, given):
        tried.append(given)
        if len(tried) < 3:
            data = re.sub(rb"(-> scrypt \S+) 18", rb"\1 40", data)
        return decrypt(data, given)

    monkeypatch.setattr("evidence.cli.identities._WAITS", (0, 0, 0))
    monkeypatch.setattr("pyrage.passphrase.decrypt", busy_twice)
    given = Identities(t=Texts("en"), paths=(str(path),), passphrase_file=str(passphrase))
    (opened,) = given.load()

    assert str(opened.to_public()) == (tmp_path / "id" / "recipient.txt").read_text().strip()
    assert tried == ["correct horse"] * 3


def test_an_identity_that_takes_too_much_work_is_not_called_locked(tmp_path, secret):
    hozen("keys", "identity", "--output", str(tmp_path / "id"), *secret)
    bundle = collected(tmp_path, "--recipient", str(tmp_path / "id" / "recipient.txt"))
    heavy = tmp_path / "heavy.txt"
    made = (tmp_path / "id" / "identity.txt").read_bytes()
    heavy.write_bytes(re.sub(rb"(-> scrypt \S+) 18", rb"\1 40", made))
    done = hozen("verify", bundle, "--identity", heavy, "--identity-passphrase-file", secret[1])

    assert done.code == 2
    assert "more work than this machine does now" in done.err
    assert "passphrase doesn't open" not in done.err


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
    private, certificate = json.loads(shown.out)["found"]

    assert private == {"what": "private key", "encrypted": True}
    assert (certificate["role"], certificate["name"]) == ("hozen kit", "kit 7")
    assert "PRIVATE" not in shown.out


def test_show_says_what_a_file_of_age_is(tmp_path, secret):
    """The private half is never shown; the public one, which belongs to it, is."""
    hozen("keys", "identity", "--output", str(tmp_path / "open"), "--no-passphrase")
    hozen("keys", "identity", "--output", str(tmp_path / "locked"), *secret)
    shown = {
        name: hozen("keys", "show", str(tmp_path / name), "--json")
        for name in ("open/identity.txt", "open/recipient.txt", "locked/identity.txt")
    }
    found = [json.loads(each.out)["found"] for each in shown.values()]
    recipient = (tmp_path / "open" / "recipient.txt").read_text().strip()

    assert found == [
        [{"what": "age identity", "encrypted": False, "recipient": recipient}],
        [{"what": "age recipient", "recipient": recipient}],
        [{"what": "age file", "encrypted": True, "passphrase": True}],
    ]
    said = hozen("keys", "show", str(tmp_path / "open" / "identity.txt"))
    assert recipient in said.out
    assert "SECRET" not in said.out + "".join(each.out for each in shown.values())


def test_a_mistyped_file_of_age_is_said_and_not_repeated(tmp_path):
    (tmp_path / "identity.txt").write_text("AGE-SECRET-KEY-1QQQQ\n")
    done = hozen("keys", "show", str(tmp_path / "identity.txt"))

    assert (done.code, done.err.count("\n"), "QQQQ" in done.out + done.err) == (2, 1, False)


def test_roles_are_said_in_japanese(provider):
    shown = hozen("keys", "show", str(provider / "kit" / "kit.pem"), HOZEN_LANG="ja")

    assert shown.out.startswith("キットの鍵: kit 7")


@pytest.fixture
def wrong(provider):
    """Files that are not what is asked for, by name."""
    root = (provider / "root" / "root.pem").read_bytes()
    (provider / "der").write_bytes(x509.load_pem_x509_certificate(root).public_bytes(Encoding.DER))
    (provider / "cut").write_bytes(root[:200])
    (provider / "empty").touch()
    (provider / "folder").mkdir()
    os.mkfifo(provider / "pipe")
    os.truncate(os.open(provider / "large", os.O_CREAT | os.O_WRONLY), 1 << 30)
    ed = ed25519.Ed25519PrivateKey.generate()
    pem = ed.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (provider / "ed").write_bytes(pem)
    packed = pkcs12.serialize_key_and_certificates(b"x", ed, None, None, NoEncryption())
    (provider / "p12").write_bytes(packed)
    return provider


ASKED = {
    "keys show {}": (),
    "keys kit --root {} --name x --output k2 --no-passphrase": (
        "name the .key file", "not a P-256 key",
    ),
    "keys person --root root/root.key --role witness --name x --public {} --output k2 "
    "--passphrase-file passphrase": ("no public key",),
    "keys revoke {} --root root/root.key --list c --passphrase-file passphrase": (
        "no certificate in PEM",
    ),
    "keys revoke kit/kit.pem --root root/root.key --list {} --passphrase-file passphrase": (
        "no revocation list",
    ),
    "keys kit --root root/root.key --name x --output k2 --no-passphrase --passphrase-file {}": (
        "passphrase",
    ),
    "custody note HZ --text x --key {}": ("name the .key file", "not a P-256 key"),
    "verify HZ --identity {}": ("no AGE-SECRET-KEY",),
}  # fmt: skip


@pytest.mark.parametrize("command", ASKED)
def test_a_wrong_file_is_said_in_one_line(wrong, command):
    """Nothing waits for a pipe into which nobody writes, and nothing is read without end."""
    for name in ("der", "cut", "empty", "folder", "pipe", "large", "p12", "ed"):
        if (command, name) == ("keys show {}", "ed"):
            continue
        done = hozen(*command.format(name).split(), cwd=wrong)
        says = ASKED[command] if name != "folder" else ("Is a directory",)

        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), (name, done.err)
        assert any(each in done.err for each in says or ("PEM",)), (name, done.err)
    assert not (wrong / "k2").exists()


OPEN = "--passphrase-file {0}/passphrase"
NEW = "--new-passphrase-file {0}/new"
ITS = "--passphrase-file {0}/new"
SINCE = "keys revoke {0}/kit/kit.pem --root {0}/root/root.key --list {0}/c " + OPEN + " --since "
REFUSED = {
    "nothing is overwritten": (
        "keys root --name x --output {0}/root --no-passphrase",
        "already",
    ),
    "a kit is no root": (
        f"keys kit --root {{0}}/kit/kit.key --name x --output {{0}}/k2 {ITS} {NEW}",
        "not a root's key",
    ),
    "a wrong passphrase": (
        "keys kit --root {0}/root/root.key --name x --output {0}/k2 "
        "--passphrase-file {0}/root/root.pem",
        "doesn't open",
    ),
    "the root's passphrase for a kit": (
        "keys kit --root {0}/root/root.key --name x --output {0}/k2 --passphrase-file "
        "{0}/passphrase --new-passphrase-file {0}/passphrase",
        "choose another one",
    ),
    "a new passphrase that nobody gave": (
        f"keys kit --root {{0}}/root/root.key --name x --output {{0}}/k2 {OPEN}",
        "--new-passphrase-file FILE",
    ),
    "a passphrase in another code": (
        "keys kit --root {0}/root/root.key --name x --output {0}/k2 --passphrase-file {0}/cp932",
        "save the file as UTF-8",
    ),
    "a root that is to revoke itself": (
        f"keys revoke {{0}}/root/root.pem --root {{0}}/root/root.key --list {{0}}/c {OPEN}",
        "trust it no longer",
    ),
    "a revocation to come": (SINCE + "2099-01-01T00:00:00+09:00", "and now"),
    "one from before the certificate": (SINCE + "2001-01-01T00:00:00+09:00", "the beginning of"),
    "an empty name": ("keys root --name= --output {0}/r2 --no-passphrase", "is empty"),
    "a long name": (f"keys root --name {'x' * 65} --output {{0}}/r2 --no-passphrase", "1 to 64"),
    "a long name in Japanese": (
        f"keys root --name {'病' * 22} --output {{0}}/r2 --no-passphrase", "this one 66",
    ),
    "not a kit": (f"collect --output {{0}}/o --source {{0}} --kit {{0}}/root {OPEN}", "kit.key"),
    "nothing in it": ("keys show {0}/passphrase", "no key, certificate"),
    "not issued by this root": (
        f"keys revoke {{0}}/kit/kit.pem --root {{0}}/kit/kit.key --list {{0}}/c {ITS}",
        "not a root's key",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_in_one_line(provider, name):
    command, why = REFUSED[name]
    (provider / "cp932").write_bytes("鍵\n".encode("cp932"))
    done = hozen(*command.format(provider).split(" "))

    assert done.code == 2
    assert why in done.err
    assert len(done.err.splitlines()) == 1
    assert not any((provider / folder).exists() for folder in ("k2", "r2", "o"))


@pytest.mark.parametrize(
    ("verb", "private"),
    [(("root", "--name", "Provider"), "root.key"), (("identity",), "identity.txt")],
    ids=["root", "identity"],
)
def test_a_medium_that_fills_up_keeps_no_half_of_a_pair(tmp_path, verb, private):
    with mounted(tmp_path / "stick", options="nr_inodes=2") as stick:  # its own, and one file's
        command = ("keys", *verb, "--no-passphrase", "--output", stick)
        full = hozen(*command)
        left = os.listdir(stick)
        remount(stick, "nr_inodes=9")
        again = hozen(*command)
        mode = (stick / private).stat().st_mode & 0o777

    assert (full.code, full.out) == (4, "")
    assert full.err.startswith(f"hozen: {stick}/")
    assert ": No space left on device. Make room there" in full.err
    assert left == []
    assert (again.code, mode) == (0, 0o600)


class Killed(BaseException):
    """Ends a command where it is, and lets nothing be taken away again."""


def cut_off(monkeypatch, folder, at):
    """A root that is cut off before its `at`-th file has its name."""
    replace, named = Path.replace, []

    def until(path, target):
        named.append(target)
        if len(named) == at:
            patch.setattr(Path, "unlink", stays)
            raise Killed
        return replace(path, target)

    def stays(*_, **__):
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", until)
        with pytest.raises(Killed):
            write_private(folder / "root.key", b"private", {folder / "root.pem": b"public"})


def test_half_a_pair_is_told_with_what_completes_it(tmp_path, monkeypatch):
    out = tmp_path / "out"
    cut_off(monkeypatch, out, 2)
    assert sorted(p.name for p in out.iterdir()) == ["root.key", "root.pem.tmp"]
    make = ("keys", "root", "--name", "R", "--no-passphrase", "--output", out)

    for language, says in (("en", "Rename"), ("ja", "名前を root.pem に変えれば")):
        done = hozen(*make, "--language", language)
        assert done.code == 2
        (line,) = done.err.splitlines()
        assert says in line
        assert f"{out / 'root.pem.tmp'}" in line
        assert f"{out / 'root.key'} " in line
    assert (out / "root.pem.tmp").read_bytes() == b"public"


def test_a_private_key_that_was_left_is_told_beside_a_name_that_is_taken(tmp_path, monkeypatch):
    out = tmp_path / "out"
    cut_off(monkeypatch, out, 1)
    assert sorted(p.name for p in out.iterdir()) == ["root.key.tmp", "root.pem.tmp"]
    (out / "root.pem").write_bytes(b"another")
    make = ("keys", "root", "--name", "R", "--no-passphrase", "--output", out)

    done = hozen(*make)
    assert done.code == 2
    assert "private key" in done.err
    assert f"{out / 'root.key.tmp'}" in done.err
    (out / "root.pem").unlink()
    assert hozen(*make).code == 0
    assert sorted(p.name for p in out.iterdir()) == ["root.key", "root.pem"]
