"""`hozen keys`: root, kit, person, identity, challenge, revoke, show."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chain_of_custody.findings import escaped
from evidence.cli.keyplaces import free_paths
from evidence.cli.passphrases import Passphrases, locked
from evidence.cli.shared import UsageError, Voice, Words, common, let_nothing_end_it, moment
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from cryptography import x509

    from chain_of_custody.signing.keys import SigningKey

LONGEST_NAME = 64  # RFC 5280, appendix A.1; the library counts bytes where it says characters
ROLES = ("collector", "custodian", "provider", "witness")


def command(t: Texts) -> click.Group:
    """The group in one language."""
    group = click.Group("keys", help=t("keys"), short_help=t("keys"))
    for make in (_root, _kit, _person, _identity, _challenge, _revoke, _show):
        group.add_command(make(t))
    return group


def _root(t: Texts) -> click.Command:
    @click.command("root", help=t("keys.root"), short_help=t("keys.root"))
    @click.option("--name", type=Words(t), required=True, help=t("keys.name"))
    @click.option("--output", required=True, metavar="DIR", help=t("keys.output"))
    @locked(t, opening=False, making=True)
    @common(t)
    def root(name: str, output: str, passphrases: Passphrases, quiet: bool, as_json: bool) -> int:
        from chain_of_custody.signing.certificates import make_root

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        key = make_root(_named(t, name), _now())
        return _keep(voice, Path(output), "root", key, passphrases)

    return root


def _kit(t: Texts) -> click.Command:
    @click.command("kit", help=t("keys.kit"), short_help=t("keys.kit"))
    @click.option("--root", "by", required=True, metavar="root.key", help=t("keys.by_root"))
    @click.option("--name", type=Words(t), required=True, help=t("keys.name"))
    @click.option("--output", required=True, metavar="DIR", help=t("keys.output"))
    @locked(t, making=True)
    @common(t)
    def kit(
        by: str, name: str, output: str, passphrases: Passphrases, quiet: bool, as_json: bool
    ) -> int:
        from chain_of_custody.signing.certificates import KIT_ROLE, certify, new_key
        from chain_of_custody.signing.keys import SigningKey

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        root, private = _open_root(t, by, passphrases), new_key()
        certificate = certify(root, private.public_key(), KIT_ROLE, _named(t, name), _now())
        key = SigningKey(private=private, certificate=certificate)
        return _keep(voice, Path(output), "kit", key, passphrases)

    return kit


def _person(t: Texts) -> click.Command:
    @click.command("person", help=t("keys.person"), short_help=t("keys.person"))
    @click.option("--root", "by", required=True, metavar="root.key", help=t("keys.by_root"))
    @click.option("--role", required=True, type=click.Choice(ROLES), help=t("keys.role"))
    @click.option("--name", type=Words(t), required=True, help=t("keys.name"))
    @click.option("--organisation", type=Words(t), help=t("keys.organisation"))
    @click.option("--public", metavar="FILE", help=t("keys.public"))
    @click.option("--output", required=True, metavar="DIR", help=t("keys.output"))
    @locked(t, making=True)
    @common(t)
    def person(
        by: str, role: str, name: str, organisation: str | None, public: str | None,
        output: str, passphrases: Passphrases, quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from chain_of_custody.signing.certificates import certify, new_key
        from chain_of_custody.signing.keys import SigningKey

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        root = _open_root(t, by, passphrases)
        named, at = _named(t, name), _organisation(t, organisation)
        if public is not None:
            from evidence.cli.keyfiles import public_key

            key = public_key(t, public)
            certificate = certify(root, key, f"hozen {role}", named, _now(), organisation=at)
            return _hand_out(voice, Path(output), role, certificate)
        private = new_key()
        certificate = certify(
            root, private.public_key(), f"hozen {role}", named, _now(), organisation=at
        )
        made = SigningKey(private=private, certificate=certificate)
        return _keep(voice, Path(output), role, made, passphrases)

    return person


def _identity(t: Texts) -> click.Command:
    @click.command("identity", help=t("keys.identity"), short_help=t("keys.identity"))
    @click.option("--output", required=True, metavar="DIR", help=t("keys.output"))
    @locked(t, opening=False, making=True)
    @common(t)
    def identity(output: str, passphrases: Passphrases, quiet: bool, as_json: bool) -> int:
        import pyrage

        from evidence.custody.signers import write_private
        from evidence.writing.age import under_passphrase

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        made = pyrage.x25519.Identity.generate()
        public = f"{made.to_public()}\n"
        text = f"# public key: {public}{made}\n".encode()
        private, recipient = free_paths(t, Path(output), "identity.txt", "recipient.txt")
        passphrase = passphrases.new(str(private))
        data = text if passphrase is None else under_passphrase(text, passphrase)
        let_nothing_end_it()
        write_private(private, data, {recipient: public.encode()})
        return _tell(voice, {"keys.private": private, "keys.recipient": recipient})

    return identity


def _challenge(t: Texts) -> click.Command:
    @click.command("challenge", help=t("keys.challenge"), short_help=t("keys.challenge"))
    @common(t)
    def challenge(quiet: bool, as_json: bool) -> int:
        import secrets

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        made = f"{_now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(8)}"
        voice.result(made)
        voice.document({"schema": "hozen-challenge/1", "challenge": made})
        return 0

    return challenge


def _revoke(t: Texts) -> click.Command:
    @click.command("revoke", help=t("keys.revoke"), short_help=t("keys.revoke"))
    @click.argument("certificate", type=click.Path())
    @click.option("--root", "by", required=True, metavar="root.key", help=t("keys.by_root"))
    @click.option("--since", help=t("keys.since"))
    @click.option("--list", "output", required=True, metavar="FILE", help=t("keys.list"))
    @locked(t)
    @common(t)
    def revoke_(
        certificate: str, by: str, since: str | None, output: str,
        passphrases: Passphrases, quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from cryptography.hazmat.primitives.serialization import Encoding

        from chain_of_custody.signing.certificates import name_of, revoke
        from evidence.cli.keyfiles import certificate_in
        from evidence.writing.medium import write_over

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        root, found = _open_root(t, by, passphrases), certificate_in(t, certificate)
        if found == root.certificate:
            raise UsageError(t("error.revoked_root", path=escaped(certificate)))
        if found.issuer != root.certificate.subject:
            raise UsageError(t("error.not_issued", path=escaped(certificate)))
        when = _since(t, since, found) if since is not None else _now()
        serials = _revoked(t, Path(output), root)
        serials[found.serial_number] = min(when, serials.get(found.serial_number, when))
        listed = revoke(root, serials, _now()).public_bytes(Encoding.PEM)
        let_nothing_end_it()
        write_over(Path(output), listed)
        shown = escaped(name_of(found) or str(found.serial_number))
        since_text = serials[found.serial_number].isoformat()
        voice.result(t("keys.revoked", name=shown, since=since_text, path=escaped(output)))
        revoked = [f"{each:x}" for each in serials]
        voice.document({"schema": "hozen-revoked/1", "list": output, "revoked": revoked})
        return 0

    return revoke_


def _show(t: Texts) -> click.Command:
    @click.command("show", help=t("keys.show"), short_help=t("keys.show"))
    @click.argument("file", type=click.Path())
    @common(t)
    def show(file: str, quiet: bool, as_json: bool) -> int:
        from evidence.cli.keyfiles import describe

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        lines, found = describe(t, file)
        for line in lines:
            voice.result(line)
        voice.document({"schema": "hozen-keys/1", "found": found})
        return 0

    return show


# What the verbs share.


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def _named(t: Texts, value: str) -> str:
    """A name for a certificate, which holds no more than 64 bytes of one."""
    name = value.strip()
    size = len(name.encode("utf-8", "surrogatepass"))
    if not 1 <= size <= LONGEST_NAME:
        raise UsageError(t("error.name", value=escaped(value), size=size))
    return name


def _organisation(t: Texts, value: str | None) -> str | None:
    """RFC 5280's bound is in characters, and the library leaves it to us."""
    if value is None:
        return None
    name = value.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise UsageError(t("error.organisation", value=escaped(value), size=len(name)))
    return name


def _since(t: Texts, value: str, found: x509.Certificate) -> datetime.datetime:
    """Since when a certificate is taken back: at most since it began, at the latest since now."""
    when = moment(t, value)
    if not found.not_valid_before_utc <= when <= _now():
        start = found.not_valid_before_utc.isoformat()
        raise UsageError(t("error.since", value=escaped(value), start=start))
    return when


def _open_root(t: Texts, path: str, passphrases: Passphrases) -> SigningKey:
    from chain_of_custody.signing.certificates import ROOT_ROLE, role_of

    key = passphrases.open_key(path)
    if role_of(key.certificate) != ROOT_ROLE:
        raise UsageError(t("error.not_root", path=escaped(path)))
    return key


def _revoked(t: Texts, path: Path, root: SigningKey) -> dict[int, datetime.datetime]:
    """What a list that is there already says."""
    from cryptography import x509

    from chain_of_custody.signing.certificates import invalid_since
    from evidence.cli.keyfiles import load_pem

    if not path.exists():
        return {}
    refusal = t("error.no_list", path=escaped(str(path)))
    found = load_pem(t, str(path), x509.load_pem_x509_crl, refusal)
    if not isinstance(found, x509.CertificateRevocationList) or not found.is_signature_valid(
        root.private.public_key()
    ):
        raise UsageError(t("error.not_issued", path=escaped(str(path))))
    return {each.serial_number: invalid_since(each) for each in found}


def _keep(voice: Voice, folder: Path, stem: str, key: SigningKey, passphrases: Passphrases) -> int:
    from chain_of_custody.signing.keys import to_pem
    from evidence.custody.signers import key_text, write_private

    private, certificate = free_paths(voice.t, folder, f"{stem}.key", f"{stem}.pem")
    text = key_text(key, passphrases.new(str(private)))
    let_nothing_end_it()  # who was told to give it again would find its own keys in the way
    write_private(private, text, {certificate: to_pem(key.certificate)})
    return _tell(voice, {"keys.private": private, "keys.certificate": certificate})


def _hand_out(voice: Voice, folder: Path, stem: str, certificate: x509.Certificate) -> int:
    from chain_of_custody.signing.keys import to_pem
    from evidence.writing.medium import make_folders
    from evidence.writing.together import write_together

    (path,) = free_paths(voice.t, folder, f"{stem}.pem")
    let_nothing_end_it()
    make_folders(folder)
    write_together({path: to_pem(certificate)})
    return _tell(voice, {"keys.certificate": path})


def _tell(voice: Voice, made: dict[str, Path]) -> int:
    for key, path in made.items():
        voice.result(voice.t("keys.made", what=voice.t(key), path=escaped(str(path))))
    places = {key.removeprefix("keys."): str(path) for key, path in made.items()}
    voice.document({"schema": "hozen-keys-made/1", **places})
    return 0
