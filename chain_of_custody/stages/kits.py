"""The kit that a document names, held to who certified its signer (format, section 9).

A key that certified itself can name any kit, and nothing else in the document says otherwise. So
the name counts for what the signer's own chain shows, and beyond that is the bundle's own word.
"""

from __future__ import annotations

from collections.abc import Iterator

from chain_of_custody.findings import Finding
from chain_of_custody.signing.certificates import COLLECTION_ROLE
from chain_of_custody.signing.cms import Signature
from chain_of_custody.signing.keys import fingerprint
from chain_of_custody.signing.trust import NotTiedError, TrustStore, is_kit, issued


def contradicts(kit: str | None, signed: Signature, trust: TrustStore) -> bool:
    """Whether the signer's chain shows another kit than the one that is named, or shows none.

    Where the certificate that issued the signer's is not at hand, nothing contradicts: the links
    are under no signature, and who lost one is no forger.

    Args:
        kit: what the document names.
        signed: the document's signature.
        trust: what the user trusts; a kit may be among it.
    """
    signer = signed.certificate
    if signer.issuer == signer.subject:
        return kit is not None
    at_hand = (*signed.others, *trust.certificates)
    issuers = [each for each in at_hand if issued(signer, each) and is_kit(each)]
    return bool(issuers) and kit not in [fingerprint(each) for each in issuers]


def claimed(kit: str | None, signed: Signature, trust: TrustStore) -> Iterator[Finding]:
    """That a kit is named on nobody's word but the bundle's; nothing where trust leads over it."""
    if kit is None:
        return
    try:
        path = trust.path(signed.certificate, signed.others, [COLLECTION_ROLE])
    except NotTiedError:
        path = ()
    if kit not in map(fingerprint, path[1:2]):
        yield Finding.of("kit_claimed", kit=kit)
