"""Stage 5: the manifest's signature, over the bytes as they lie, and whose it is."""

from __future__ import annotations

from chain_of_custody import cms
from chain_of_custody.errors import AlteredError, IncompleteError
from chain_of_custody.examination import Examination
from chain_of_custody.findings import Finding
from chain_of_custody.folder import MANIFEST
from chain_of_custody.keys import fingerprint

STAGE = 5
_SIGNATURE = f"{MANIFEST}.p7s"


def check(examination: Examination) -> Finding | None:
    """Check the signature first, then who made it; without a trust anchor nobody is judged."""
    if not examination.sealed:
        examination.refuse(IncompleteError(STAGE, "no_manifest"))
        return None
    raw = examination.documents.manifest_raw
    signature = examination.documents.manifest_signature
    if raw is None or signature is None:
        name = MANIFEST if raw is None else _SIGNATURE
        examination.refuse(AlteredError(STAGE, "missing_file", name=name))
        return None
    try:
        signer = fingerprint(cms.verify(raw, signature))
    except cms.SignatureError as error:
        examination.refuse(AlteredError(STAGE, "bad_signature", name=_SIGNATURE, why=error))
        return None
    return _check_signer(examination, signer)


def _check_signer(examination: Examination, signer: str) -> Finding | None:
    if _named(examination) - {signer}:
        examination.refuse(AlteredError(STAGE, "other_certificate", name=MANIFEST))
        return None
    if not examination.trust:
        examination.say(STAGE, "no_trust")
        return None
    if signer not in {fingerprint(certificate) for certificate in examination.trust}:
        examination.refuse(AlteredError(STAGE, "stranger", found=signer))
        return None
    return Finding.of("signed_by", found=signer)


def _named(examination: Examination) -> set[str]:
    """The certificates that the documents name for this signature: all must be the same one."""
    manifest, sessions = examination.documents.manifest, examination.documents.sessions()
    if examination.documents.unreadable:  # among them may be the session that sealed
        sessions = []
    named = {manifest.signer_certificate_sha256} if manifest is not None else set()
    # The key that sealed is the one that collected last: not one that came afterwards.
    return named | ({sessions[-1].key_sha256} if sessions else set())
