"""What a file of keys, certificates or revocation lists holds, for people and machines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from chain_of_custody.findings import escaped
from chain_of_custody.sentences.roles import Roles
from chain_of_custody.signing.certificates import invalid_since, name_of, organisation_of, role_of
from chain_of_custody.signing.keys import fingerprint
from collectors.told import ToldError
from evidence.cli.agefiles import age_rows
from evidence.cli.shared import UsageError, read_bytes, read_text
from evidence.cli.texts import Texts

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
_PRIVATE = {"ENCRYPTED PRIVATE KEY": True, "PRIVATE KEY": False, "EC PRIVATE KEY": False}
_AGE = "AGE ENCRYPTED FILE"
_LARGEST = 1 << 20  # bytes of a file that are looked at
_Row = tuple[list[str], dict[str, object]]
Described = tuple[list[str], list[dict[str, object]]]


def describe(t: Texts, path: str) -> Described:
    """Lines for a person, and the same for machines."""
    data = read_bytes(t, path, _LARGEST)
    lines: list[str] = []
    document: list[dict[str, object]] = []
    for said, row in [*_age(t, path, data), *_blocks(t, path, data)]:
        lines += said
        document.append(row)
    if not document:
        raise UsageError(t("error.nothing_in_it", path=escaped(path)))
    return lines, document


def _age(t: Texts, path: str, data: bytes) -> Iterator[_Row]:
    try:
        for line, row in age_rows(t, data):
            yield [line], row
    except ToldError as error:
        why = error.sentence(t.language)
        raise UsageError(t("error.file", path=escaped(path), why=why)) from error


def _blocks(t: Texts, path: str, data: bytes) -> Iterator[_Row]:
    for block in _BLOCK.finditer(data.decode("utf-8", "replace")):
        if block[1] != _AGE:
            yield _block(t, path, block[1], block[0])


def _block(t: Texts, path: str, label: str, text: str) -> _Row:
    if label in _PRIVATE:
        encrypted = _PRIVATE[label]
        said = t("keys.is_encrypted") if encrypted else t("keys.is_open")
        return [said], {"what": "private key", "encrypted": encrypted}
    try:
        if label == "CERTIFICATE":
            return _certificate(t, x509.load_pem_x509_certificate(text.encode()))
        if label == "X509 CRL":
            return _list(t, x509.load_pem_x509_crl(text.encode()))
    except ValueError as error:
        raise UsageError(t("error.nothing_in_it", path=escaped(path))) from error
    said = t("keys.is_public") if label == "PUBLIC KEY" else escaped(label)
    return [said], {"what": label}


def _certificate(t: Texts, certificate: x509.Certificate) -> _Row:
    row: dict[str, object] = {
        "what": "certificate",
        "role": role_of(certificate),
        "name": name_of(certificate),
        "organisation": organisation_of(certificate),
        "from": certificate.not_valid_before_utc.isoformat(),
        "to": certificate.not_valid_after_utc.isoformat(),
        "sha256": fingerprint(certificate),
        "serial": f"{certificate.serial_number:x}",
        "issuer": certificate.issuer.rfc4514_string(),
    }
    shown = {key: escaped(str(value)) for key, value in row.items()}
    named = shown["name"] + (f", {shown['organisation']}" if row["organisation"] else "")
    return [
        t("keys.line", role=Roles(shown["role"]).sentence(t.language), name=named),
        t("keys.dates", start=shown["from"], end=shown["to"]),
        t("keys.fingerprint", found=shown["sha256"]),
        t("keys.issuer", issuer=shown["issuer"]),
    ], row


def _list(t: Texts, listed: x509.CertificateRevocationList) -> _Row:
    entries = [
        {"serial": f"{each.serial_number:x}", "since": invalid_since(each).isoformat()}
        for each in listed
    ]
    issuer = listed.issuer.rfc4514_string()
    lines = [t("keys.list_line", issuer=escaped(issuer), count=len(entries))]
    lines += [t("keys.serial_line", **entry) for entry in entries]
    return lines, {"what": "revocation list", "issuer": issuer, "revoked": entries}


def load_pem(t: Texts, path: str, load: Callable[[bytes], object], refusal: str) -> object:
    """What a file holds, by a loader that knows its form; the refusal is a whole sentence."""
    try:
        return load(read_text(t, path).encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(refusal) from error


def public_key(t: Texts, path: str) -> ec.EllipticCurvePublicKey:
    """A public key on P-256 from a file."""
    refusal = t("error.no_public", path=escaped(path))
    found = load_pem(t, path, load_pem_public_key, refusal)
    if not isinstance(found, ec.EllipticCurvePublicKey) or found.curve.name != "secp256r1":
        raise UsageError(refusal)
    return found


def certificate_in(t: Texts, path: str) -> x509.Certificate:
    """The first certificate of a file."""
    refusal = t("error.no_certificate", path=escaped(path))
    found = load_pem(t, path, x509.load_pem_x509_certificates, refusal)
    assert isinstance(found, list)  # noqa: S101 - what that loader gives
    certificate: x509.Certificate = found[0]
    return certificate
