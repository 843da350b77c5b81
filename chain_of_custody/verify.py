"""Verification: the nine stages of the format page, section 10, from a folder to a verdict.

1 structure      plain files, safe names, documents of a known schema
2 volumes        size and SHA-256 as in the signed documents
3 completeness   nothing missing, nothing extra, every list exact
4 items          with the key: every byte, record and number, and the tree
5 signature      the manifest's, and whose it is
6 time           what time-stamp tokens prove, by authorities that the user trusts
7 custody        the chain of events, each signed by who may
8 anchors        what was noted outside the bundle
9 statements     what is true, and no failure
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

from chain_of_custody.errors import IncompleteError
from chain_of_custody.examination import Examination
from chain_of_custody.findings import Finding
from chain_of_custody.folder import BundleFolder
from chain_of_custody.items import Hearer, Sink
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.stages import anchors as outside
from chain_of_custody.stages import (
    completeness,
    custody,
    opened,
    signature,
    structure,
    timing,
    volumes,
)
from chain_of_custody.stages.lone import lone
from chain_of_custody.verdict import Anchors, Contents, Verdict


def verify(
    folder: BundleFolder,
    *,
    trust: TrustStore | None = None,
    anchors: Anchors | None = None,
    now: datetime.datetime | None = None,
    contents: Contents | None = None,
    sink: Sink | None = None,
    hearer: Hearer | None = None,
) -> Verdict:
    """Run all stages over a bundle; writes nothing and asks nobody.

    Args:
        folder: the bundle.
        trust: what the user got elsewhere and trusts, for signatures and for time.
        anchors: what the user noted outside the bundle.
        now: the verifier's clock, by which certificates of authorities have to be in date.
        contents: opens volumes; without it stage 4 is not checked.
        sink: receives item bytes during stage 4, which are unproven until the verdict.
        hearer: receives the records, as unproven as the bytes.
    """
    examination = Examination(
        folder=folder, trust=TrustStore() if trust is None else trust, anchors=anchors or Anchors(),
        now=now or datetime.datetime.now(datetime.UTC), contents=contents, sink=sink,
        hearer=hearer,
    )  # fmt: skip
    return examination.run(STAGES)


def _custody(examination: Examination) -> Finding | None:
    documents = examination.documents
    for error in custody.check(documents, examination.trust, examination.proved_time):
        examination.refuse(error)
    if documents.unreadable:
        examination.say(7, "no_documents")
        return None
    found = lone(examination.folder, documents)
    if found is not None:
        facts = {"name": found.name, "number": found.number, "digest": found.digest}
        examination.refuse(IncompleteError(7, "event_gone", **facts, signer=found.signer))
    head = examination.verdict.head
    return Finding.of("custody_intact", count=len(documents.events), head=head)


STAGES: tuple[tuple[int, Callable[[Examination], Finding | None]], ...] = (
    (1, structure.check),
    (2, volumes.check),
    (3, completeness.check),
    (4, opened.check),
    (5, signature.check),
    (6, timing.check),
    (7, _custody),
    (8, outside.check),
)  # stage 9 is written by the conclusion, when all others have ended
