"""Stage 6: the proved time, and the challenge that was to be bound in."""

from __future__ import annotations

from chain_of_custody.errors import AlteredError, IncompleteError
from chain_of_custody.examination import Examination
from chain_of_custody.findings import Finding
from chain_of_custody.stages import moments, stamps, statements
from chain_of_custody.times import utc

STAGE = 6


def check(examination: Examination) -> Finding | None:
    """What the tokens prove; nothing without an authority that the user trusts."""
    times = examination.times
    examination.refuse(*times.errors)
    _challenge(examination)
    _end(examination)
    if not times.stamps and not times.errors:
        if examination.trust.authorities:
            examination.refuse(IncompleteError(STAGE, "no_token"))
        else:
            examination.say(STAGE, "no_token")
        return None
    if times.proved is None:
        for stamp in times.stamps if not examination.trust.authorities else ():
            when = utc(stamp.token.time)
            examination.say(STAGE, "token_unjudged", name=stamp.name, at=when)
        return None
    holding = [stamp for stamp in times.stamps if stamp.believed][-1]
    end = min(each.not_valid_after_utc for each in holding.path or ())
    examination.say(STAGE, "token_until", name=holding.name, end=utc(end))
    at, who = times.proved.token.time, times.proved.token.signer.subject.rfc4514_string()
    return Finding.of("time_proved", name=times.proved.name, at=utc(at), who=who)


def _end(examination: Examination) -> None:
    """A token is younger than what it covers: one that isn't is told, for a clock may be set."""
    manifest = examination.documents.manifest
    if manifest is None:
        return
    bound = moments.ended(manifest)
    for stamp in examination.times.stamps:
        if moments.before(stamp.token.time, bound):
            at = {"at": utc(stamp.token.time), "bound": moments.told(bound)}
            examination.say(9, "token_before_end", name=stamp.name, **at)


def _challenge(examination: Examination) -> None:
    """Whether it is bound to what was given out before it was made."""
    given, bound = examination.anchors.challenge, statements.challenge(examination.documents)
    if given is None:
        return
    if bound is None or bound.strip(stamps.BLANKS) != given.strip(stamps.AS_TYPED):
        examination.refuse(AlteredError(STAGE, "challenge_differs"))
    else:
        examination.say(STAGE, "challenge_fits")
