"""Stage 6: what the time-stamp tokens in `anchors/` prove (RFC 3161; renewals: RFC 4998).

A token over the manifest's signature proves that it existed then. It is believed while its
authority's certificates are in date: today, or at the time of a renewal that covers it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import pairwise

from cryptography import x509

from chain_of_custody.documents import Documents
from chain_of_custody.errors import (
    AlteredError,
    CustodyError,
    IncompleteError,
    UnreadError,
    unread,
)
from chain_of_custody.findings import Finding
from chain_of_custody.folder import MANIFEST, Folder
from chain_of_custody.signing.foreign import read_names, strictly
from chain_of_custody.signing.trust import Path, TrustStore, in_date
from chain_of_custody.stages import moments
from chain_of_custody.times import utc
from chain_of_custody.timestamps import renewal, timestamp
from chain_of_custody.timestamps.timestamp import Token, TokenError

STAGE = 6
_CERTIFICATE = re.compile(rb"^-----BEGIN CERTIFICATE-----\r?$", re.MULTILINE)
BLANKS = " \u3000"
"""What is passed over around a challenge (format, section 8)."""
AS_TYPED = BLANKS + "\t\n\v\f\r"
"""The same around one that somebody gives."""
_CHALLENGE = re.compile(r"([0-9]{8}T[0-9]{6}Z)-[0-9a-f]{16,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One token of a bundle, over what it has to be."""

    number: int
    token: Token
    renewal: bool
    """Over a list of everything; otherwise over the manifest's signature."""
    more: tuple[x509.Certificate, ...]
    path: Path | None = None
    """To a trusted authority; None as long as none is found."""
    refused: TokenError | None = None
    aged: Finding | None = None
    """Why it is no longer believed, or not at its time; None while it is."""

    @property
    def name(self) -> str:
        """The token's file."""
        return f"anchors/{self.number:04d}.tsr"

    @property
    def believed(self) -> bool:
        """Whether a trusted authority signed it and nothing has aged."""
        return self.path is not None and self.aged is None


@dataclass(slots=True)
class Times:
    """What the tokens come to."""

    stamps: list[Stamp] = field(default_factory=list)
    errors: list[CustodyError] = field(default_factory=list)
    proved: Stamp | None = None
    """The earliest believed token over the manifest's signature."""


def evaluate(
    folder: Folder,
    documents: Documents,
    trust: TrustStore,
    now: datetime.datetime,
    *,
    whole: bool = True,
) -> Times:
    """Read and judge all tokens.

    Args:
        folder: the bundle.
        documents: what was read of it.
        trust: what the user trusts for time, and revocation lists.
        whole: whether all that a renewal lists has to lie here; not in an exhibit.
        now: the verifier's clock: until then a token that nobody renewed has to be in date.
    """
    times, sha512 = Times(), cache(partial(_sha512, folder))
    for number in numbers_of(documents):
        try:
            times.stamps.append(_stamp(folder, documents, number, sha512, whole=whole))
        except TokenError as error:
            refused = AlteredError(STAGE, error.key, **error.facts)
            times.errors.append(_unread_or(refused, documents, number))
        except CustodyError as error:  # a file of a renewal's list that can't be read
            kind = UnreadError if isinstance(error, UnreadError) else AlteredError
            times.errors.append(kind(STAGE, error.key, **error.facts))
    times.errors += _contradictions(times.stamps, documents)
    if trust.authorities and times.stamps and not times.errors:
        _judge(times, trust, now)
    return times


def _sha512(folder: Folder, name: str) -> str:
    try:
        return renewal.sha512_of(folder, name)
    except OSError as error:
        raise unread(STAGE, name, error) from error


def _unread_or(refused: AlteredError, documents: Documents, number: int) -> AlteredError:
    """What is wrong with a token, or else that what it has to be over can't be read."""
    listed = f"{number:04d}.sums"
    if refused.key != "token_other_data" or listed in documents.anchors:
        return refused
    return documents.absent(f"{MANIFEST}.p7s", documents.absent(f"anchors/{listed}", refused))


def numbers_of(documents: Documents) -> list[int]:
    """The numbers of the tokens that lie here, ascending."""
    return sorted(int(name[:4]) for name in documents.anchors if name.endswith(".tsr"))


def _stamp(
    folder: Folder,
    documents: Documents,
    number: int,
    sha512: Callable[[str], str],
    *,
    whole: bool = True,
) -> Stamp:
    """A token that is over what it has to be, and what was asked for."""
    files, stem = documents.anchors, f"{number:04d}"
    token = timestamp.read(files[f"{stem}.tsr"])
    listed = files.get(f"{stem}.sums")
    subject = listed if listed is not None else documents.manifest_signature or b""
    if not token.is_over(subject):
        raise TokenError("token_other_data", name=f"anchors/{stem}.tsr")
    if listed is not None:
        renewal.check(folder, documents, number, listed, sha512, whole=whole)
    if f"{stem}.tsq" in files:
        asked = timestamp.read_request(files[f"{stem}.tsq"])
        if (asked.algorithm, asked.imprint, asked.nonce) != token[1:4]:
            raise TokenError("token_not_asked", name=f"anchors/{stem}.tsr")
    return Stamp(
        number=number, token=token, renewal=listed is not None,
        more=_certificates(files.get(f"{stem}.pem")),
    )  # fmt: skip


def _certificates(pem: bytes | None) -> tuple[x509.Certificate, ...]:
    """Links kept beside the token."""
    try:
        with strictly():
            found = x509.load_pem_x509_certificates(pem) if pem is not None else []
            read_names(found)
        if pem is not None and len(found) != len(_CERTIFICATE.findall(pem)):
            raise ValueError("certificates under another name")  # noqa: TRY301 - as one unread
        return tuple(found)
    except ValueError as error:
        raise TokenError("token_unreadable", why=error) from error


def judged(stamp: Stamp, trust: TrustStore, now: datetime.datetime) -> Stamp:
    """One token by itself, before it is kept.

    Raises:
        TokenError: of nobody who is trusted.
    """
    found = _tie(stamp, trust, now)
    if found.refused is not None:
        raise found.refused
    return found


def moment(ns: int) -> datetime.datetime:
    """A time from nanoseconds since 1970."""
    return datetime.datetime.fromtimestamp(ns / 1_000_000_000, datetime.UTC)


def _contradictions(stamps: Sequence[Stamp], documents: Documents) -> Iterator[CustodyError]:
    for earlier, later in pairwise(stamps):
        if later.token.time < earlier.token.time:
            yield AlteredError(STAGE, "token_order", name=later.name)
    if documents.manifest is None:
        return
    bounds = {"token_before_start": moments.began(documents.manifest)}
    challenged = challenge_time(documents.manifest.challenge)
    if challenged is not None:
        bounds["token_before_challenge"] = moments.seconds(challenged)
        if moments.began(documents.manifest) + moments.SKEW < moments.seconds(challenged):
            at = documents.manifest.challenge
            yield AlteredError(STAGE, "start_before_challenge", challenge=at)
    for stamp in stamps:
        for key, bound in bounds.items():
            if moments.before(stamp.token.time, bound):
                yield AlteredError(
                    STAGE, key, name=stamp.name, at=utc(stamp.token.time), bound=moments.told(bound)
                )


def challenge_time(challenge: str | None) -> datetime.datetime | None:
    """When a provider made its challenge, where it says so (format, section 8)."""
    match = _CHALLENGE.fullmatch((challenge or "").strip(BLANKS))
    try:
        return datetime.datetime.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def _judge(times: Times, trust: TrustStore, now: datetime.datetime) -> None:
    """From the last to the first: a renewal that is believed holds the time for what it covers."""
    held, judged = now, []
    for stamp in reversed(times.stamps):
        found = _tie(stamp, trust, held)
        judged.append(found)
        if found.renewal and found.believed:
            held = found.token.time
    times.stamps = judged[::-1]
    over_signature = [stamp for stamp in times.stamps if not stamp.renewal]
    times.proved = next((stamp for stamp in over_signature if stamp.believed), None)
    if times.proved is None:
        alone = IncompleteError(STAGE, "token_renewal_alone")
        times.errors += [_refusal(stamp) for stamp in over_signature] or [alone]
    times.errors += [
        _refusal(stamp)
        for stamp in times.stamps
        if stamp.refused is not None and stamp.refused.key != "token_stranger"
    ]


def _tie(stamp: Stamp, trust: TrustStore, at: datetime.datetime) -> Stamp:
    try:
        path = timestamp.tied(stamp.token, trust.authorities, stamp.more)
    except TokenError as error:
        return replace(stamp, refused=error)
    revoked = trust.revoked(path)
    if revoked is not None and revoked <= stamp.token.time:
        return replace(
            stamp, refused=TokenError("token_revoked", name=stamp.name, since=utc(revoked))
        )
    aged = None
    if not in_date(path, at):
        end = min(each.not_valid_after_utc for each in path)
        aged = Finding.of("token_aged", name=stamp.name, end=utc(end))
    elif revoked is not None and revoked <= at:
        aged = Finding.of("token_revoked_later", name=stamp.name, since=utc(revoked))
    return replace(stamp, path=path, aged=aged)


def _refusal(stamp: Stamp) -> CustodyError:
    """Whoever is not trusted FAILs; what has aged can't be checked any more."""
    if stamp.refused is not None:
        return AlteredError(STAGE, stamp.refused.key, **stamp.refused.facts)
    facts = dict(stamp.aged.facts) if stamp.aged is not None else {}
    return IncompleteError(STAGE, stamp.aged.key if stamp.aged is not None else "no_token", **facts)
