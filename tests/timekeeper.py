"""A real time-stamping authority: `openssl ts` with a root and a signer of its own.

What openssl refuses to do (a signer without the right purpose, another nonce) is done here to the
finished token, signed again with the authority's key.
"""

from __future__ import annotations

import datetime
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import authority
from asn1crypto import cms as asn1_cms
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from chain_of_custody.signing.keys import SigningKey
from chain_of_custody.signing.trust import TrustStore

PURPOSE = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
_CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = {place}/serial
crypto_device = builtin
signer_cert = {place}/signer.pem
signer_key = {place}/signer.key
certs = {place}/root.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_alg = sha256
ess_cert_id_chain = no
"""
Edit = Callable[[tsp.TSTInfo], None]


@dataclass(kw_only=True)
class Authority:
    """Signs times. Its certificates are made by the tests' own builder."""

    place: Path
    offset: int
    """Where its keys are derived from; two with one offset are the same."""
    begins: datetime.datetime = authority.BEGAN
    ends: datetime.datetime = authority.NOW + 300 * authority.DAY
    purpose: x509.ExtensionType | None = field(default_factory=lambda: PURPOSE)
    rsa_bits: int | None = None
    """Its signer's key is RSA, and so long; what it signs can't be forged by `forged`."""
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def root(self) -> SigningKey:
        return authority.made(
            f"time root {self.offset}", None, self.offset, authority=True, path_length=1,
            begins=self.begins, ends=authority.NOW + 7000 * authority.DAY,
        )  # fmt: skip

    @cached_property
    def signer(self) -> SigningKey:
        return authority.made(
            "time signer", self.root, self.offset + 1, begins=self.begins, ends=self.ends,
            extension=self.purpose,
        )  # fmt: skip

    @property
    def trusted(self) -> TrustStore:
        return TrustStore(authorities=(self.root.certificate,))

    @cached_property
    def _configured(self) -> Path:
        self.place.mkdir(parents=True)
        private, certificate = self._signer()
        secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        root = self.root.certificate.public_bytes(Encoding.PEM)
        (self.place / "root.pem").write_bytes(root)
        (self.place / "signer.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        (self.place / "signer.key").write_bytes(secret)
        (self.place / "serial").write_text("01")
        (self.place / "tsa.cnf").write_text(_CONFIGURATION.format(place=self.place))
        return self.place / "tsa.cnf"

    def _signer(
        self,
    ) -> tuple[ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, x509.Certificate]:
        if self.rsa_bits is None:
            return self.signer.private, self.signer.certificate
        private = rsa.generate_private_key(65537, self.rsa_bits)
        like = self.signer.certificate
        builder = (
            x509.CertificateBuilder()
            .subject_name(like.subject).issuer_name(like.issuer).public_key(private.public_key())
            .serial_number(like.serial_number).not_valid_before(like.not_valid_before_utc)
            .not_valid_after(like.not_valid_after_utc)
        )  # fmt: skip
        for each in like.extensions:
            builder = builder.add_extension(each.value, each.critical)
        return private, builder.sign(self.root.private, hashes.SHA256())

    def answer(self, request: bytes, *, at: datetime.datetime | None = None) -> bytes:
        """The response to a request, now or at another time."""
        with self._one_at_a_time:  # it counts its tokens in a file
            return self._answer(request, at)

    def _answer(self, request: bytes, at: datetime.datetime | None) -> bytes:
        where, out = self._configured.parent / "q.tsq", self._configured.parent / "r.tsr"
        where.write_bytes(request)
        shifted = [] if at is None else ["faketime", f"{at:%Y-%m-%d %H:%M:%S}"]
        command = ["openssl", "ts", "-reply", "-config", str(self._configured)]
        subprocess.run(
            [*shifted, *command, "-queryfile", str(where), "-out", str(out)],
            check=True, capture_output=True, env={"PATH": "/usr/bin:/bin", "TZ": "UTC"},
        )  # fmt: skip
        return out.read_bytes()

    def forged(
        self, response: bytes, edit: Edit = lambda _: None, *, signer: SigningKey | None = None,
        change: Callable[[bytes], bytes] = lambda raw: raw,
    ) -> bytes:  # fmt: skip
        """The response with its statement edited and signed again, by whatever key.

        `change` gives other bytes of the same length, which asn1crypto would not write.
        """
        parsed, by = tsp.TimeStampResp.load(response), signer or self.signer
        data = parsed["time_stamp_token"]["content"]
        info = data["encap_content_info"]["content"].parsed
        edit(info)
        raw = info.dump(force=True)
        data["encap_content_info"] = {"content_type": "tst_info", "content": tsp.TSTInfo.load(raw)}
        one = data["signer_infos"][0]
        for attribute in one["signed_attrs"]:
            if attribute["type"].native == "message_digest":
                attribute["values"] = [sha256(change(raw)).digest()]
            if attribute["type"].native == "signing_certificate_v2":
                digest = by.certificate.fingerprint(hashes.SHA256())
                attribute["values"] = [{"certs": [{"cert_hash": digest}]}]
        signed = asn1_cms.CMSAttributes.load(one["signed_attrs"].untag().dump(force=True))
        one["signature"] = by.private.sign(signed.dump(), ec.ECDSA(hashes.SHA256()))
        certificates = [self.root.certificate, by.certificate]
        data["certificates"] = [
            asn1_cms.CertificateChoices.load(each.public_bytes(Encoding.DER))
            for each in certificates
        ]
        return parsed.dump(force=True).replace(raw, change(raw))


def with_certificates(response: bytes, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
    """The response with other certificates, or in another order; they are under no signature."""
    from chain_of_custody.signing import der

    status, token = der.only(response, der.SEQUENCE).all(der.SEQUENCE)
    kind, explicit = token.all(der.SEQUENCE)
    parts = [
        each.raw
        if each.tag != der.CONTEXT
        else der.wrapped(der.CONTEXT, b"".join(change([v.raw for v in der.values(each.content)])))
        for each in der.only(explicit.content, der.SEQUENCE).all(der.SEQUENCE)
    ]
    signed = der.wrapped(der.CONTEXT, der.wrapped(der.SEQUENCE, b"".join(parts)))
    return der.wrapped(der.SEQUENCE, status.raw + der.wrapped(der.SEQUENCE, kind.raw + signed))


def openssl(*arguments: str, data: bytes = b"") -> str:
    """What the program says."""
    done = subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True)
    return done.stdout.decode()
