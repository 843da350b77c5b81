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

from chain_of_custody import (
    anchors as outside,
)
from chain_of_custody import (
    completeness,
    custody,
    opened,
    signature,
    stamps,
    structure,
    volumes,
)
from chain_of_custody.errors import AlteredError, IncompleteError
from chain_of_custody.examination import Examination
from chain_of_custody.findings import Finding
from chain_of_custody.folder import BundleFolder
from chain_of_custody.items import Sink
from chain_of_custody.trust import TrustStore
from chain_of_custody.verdict import Anchors, Contents, Verdict


def verify(
    folder: BundleFolder,
    *,
    trust: TrustStore | None = None,
    anchors: Anchors | None = None,
    now: datetime.datetime | None = None,
    contents: Contents | None = None,
    sink: Sink | None = None,
) -> Verdict:
    """Run all stages over a bundle; writes nothing and asks nobody.

    Args:
        folder: the bundle.
        trust: what the user got elsewhere and trusts, for signatures and for time.
        anchors: what the user noted outside the bundle.
        now: the verifier's clock, by which certificates of authorities have to be in date.
        contents: opens volumes; without it stage 4 is not checked.
        sink: receives item bytes during stage 4, which are unproven until the verdict.
    """
    examination = Examination(
        folder=folder, trust=TrustStore() if trust is None else trust, anchors=anchors or Anchors(),
        now=now or datetime.datetime.now(datetime.UTC), contents=contents, sink=sink,
    )  # fmt: skip
    for number, check in STAGES:
        before = examination.refused
        passed = check(examination)
        if passed is not None and examination.refused == before:
            examination.passed(number, passed)
    return examination.conclude()


def _time(examination: Examination) -> Finding | None:
    """What the tokens prove; nothing without an authority that the user trusts."""
    times = examination.times
    examination.refuse(*times.errors)
    _challenge(examination)
    if not times.stamps and not times.errors:
        if examination.trust.authorities:
            examination.refuse(IncompleteError(6, "no_token"))
        else:
            examination.say(6, "no_token")
        return None
    if times.proved is None:
        for stamp in times.stamps if not examination.trust.authorities else ():
            examination.say(6, "token_unjudged", name=stamp.name, at=stamps.utc(stamp.token.time))
        return None
    holding = [stamp for stamp in times.stamps if stamp.believed][-1]
    end = min(each.not_valid_after_utc for each in holding.path or ())
    examination.say(6, "token_until", name=holding.name, end=stamps.utc(end))
    at, who = times.proved.token.time, times.proved.token.signer.subject.rfc4514_string()
    return Finding.of("time_proved", name=times.proved.name, at=stamps.utc(at), who=who)


def _challenge(examination: Examination) -> None:
    """Whether it is bound to what was given out before it was made."""
    given, manifest = examination.anchors.challenge, examination.documents.manifest
    if given is not None and (manifest is None or manifest.challenge != given.strip()):
        examination.refuse(AlteredError(6, "challenge_differs"))
    elif given is not None:
        examination.say(6, "challenge_fits")


def _custody(examination: Examination) -> Finding | None:
    documents = examination.documents
    for error in custody.check(documents, examination.trust, examination.proved_time):
        examination.refuse(error)
    if documents.unreadable:
        examination.say(7, "no_documents")
        return None
    head = examination.verdict.head
    return Finding.of("custody_intact", count=len(documents.events), head=head)


STAGES: tuple[tuple[int, Callable[[Examination], Finding | None]], ...] = (
    (1, structure.check),
    (2, volumes.check),
    (3, completeness.check),
    (4, opened.check),
    (5, signature.check),
    (6, _time),
    (7, _custody),
    (8, outside.check),
)  # stage 9 is written by the conclusion, when all others have ended
