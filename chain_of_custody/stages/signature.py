"""Stage 5: the manifest's signature, over the bytes as they lie, and whose it is."""

from __future__ import annotations

import datetime

from chain_of_custody.errors import AlteredError, CustodyError, IncompleteError, UntrustedError
from chain_of_custody.examination import Examination
from chain_of_custody.findings import Finding
from chain_of_custody.folder import MANIFEST
from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import COLLECTION_ROLE
from chain_of_custody.signing.keys import fingerprint
from chain_of_custody.signing.trust import NotTiedError, Path, in_date
from chain_of_custody.stages import kits

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
        missing = AlteredError(STAGE, "missing_file", name=name)
        examination.refuse(examination.documents.absent(name, missing))
        return None
    try:
        signed = cms.verify(raw, signature)
    except cms.SignatureError as error:
        examination.refuse(AlteredError(STAGE, "bad_signature", name=_SIGNATURE, why=error))
        return None
    return _check_signer(examination, signed)


def _check_signer(examination: Examination, signed: cms.Signature) -> Finding | None:
    if _named(examination) - {fingerprint(signed.certificate)}:
        examination.refuse(AlteredError(STAGE, "other_certificate", name=MANIFEST))
        return None
    manifest = examination.documents.manifest
    if manifest is not None and kits.contradicts(manifest.kit, signed, examination.trust):
        examination.refuse(AlteredError(STAGE, "other_kit", name=MANIFEST))
        return None
    if manifest is not None:
        for finding in kits.claimed(manifest.kit, signed, examination.trust):
            examination.verdict.stage(9).add(finding)
    if not examination.trust:
        examination.say(STAGE, "no_trust")
        return None
    try:
        path = examination.trust.path(signed.certificate, signed.others, [COLLECTION_ROLE])
    except NotTiedError as error:
        kind = UntrustedError if error.key == "stranger" else AlteredError
        examination.refuse(kind(STAGE, error.key, **error.facts))
        return None
    refused = _check_time(examination, path)
    if refused is not None:
        examination.refuse(refused)
        return None
    return Finding.of("signed_by", found=fingerprint(path[-1]))


def _check_time(examination: Examination, path: Path) -> CustodyError | None:
    """Dates and revocation, at the time that a token proves, or else at the one that is claimed."""
    proved = examination.proved_time
    revoked = examination.trust.revoked(path)
    if revoked is not None and (proved is None or revoked <= proved):
        return UntrustedError(STAGE, "revoked", since=revoked.isoformat())
    if revoked is not None:
        examination.say(STAGE, "revoked_later", since=revoked.isoformat())
    if len(path) == 1:  # trusted by itself, not by what somebody certified for some time
        return None
    if proved is not None:
        return None if in_date(path, proved) else UntrustedError(STAGE, "out_of_date", at=proved)
    claimed = _claimed(examination)
    if claimed is None or not in_date(path, claimed):
        return IncompleteError(STAGE, "date_unproved", at=claimed)
    examination.say(STAGE, "date_claimed", at=claimed)
    return None


def _claimed(examination: Examination) -> datetime.datetime | None:
    manifest = examination.documents.manifest
    if manifest is None:
        return None
    return datetime.datetime.fromisoformat(manifest.ended).replace(microsecond=0)


def _named(examination: Examination) -> set[str]:
    """The certificates that the documents name for this signature: all must be the same one."""
    manifest, sessions = examination.documents.manifest, examination.documents.sessions()
    if examination.documents.unreadable:  # among them may be the session that sealed
        sessions = []
    named = {manifest.signer_certificate_sha256} if manifest is not None else set()
    # The key that sealed is the one that collected last: not one that came afterwards.
    return named | ({sessions[-1].key_sha256} if sessions else set())
