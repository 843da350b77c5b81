"""Time-stamp tokens for a sealed bundle: the request, the answer, and the event that binds it.

Request and answer can go by hand: made on one machine, stamped on another, put in on the first. So
neither a hospital's network nor the bundle's machine has to be online.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path

from chain_of_custody import renewal, stamps, timestamp
from chain_of_custody.digest import sha256
from chain_of_custody.documents import Documents, EventFile
from chain_of_custody.event import AnchorFile, Timestamped
from chain_of_custody.folder import BundleFolder
from chain_of_custody.keys import Signer
from chain_of_custody.timestamp import MAX_TOKEN, TokenError
from chain_of_custody.trust import TrustStore
from evidence import custodian, medium
from evidence.clock import Clock
from evidence.custodian import Act, CustodianError

MAX_TOKENS = 99  # that a bundle's names have room for
_SECONDS = 60  # for an authority to answer
_MEDIA = "application/timestamp-query"  # RFC 3161, section 3.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is sent to an authority, and what it is about."""

    request: bytes
    listed: bytes | None = None
    """The list that a renewal stamps; None for the first token, over the signature."""


def ask(bundle: str | Path, *, renew: bool = False) -> Question:
    """A new question about a sealed bundle.

    Args:
        bundle: its folder.
        renew: whether everything that lies there is to be covered, earlier tokens among it.

    Raises:
        CustodyError, CustodianError: not sealed, not intact, or nothing there to renew.
    """
    found = custodian.load(bundle)
    if not renew:
        return Question(request=timestamp.ask(found.manifest_signature or b""))
    if not stamps.numbers_of(found):
        raise CustodianError("nothing_to_renew", 2, path=bundle)
    folder = BundleFolder(bundle)
    listed = renewal.listed(folder, folder.listing.files)
    return Question(request=timestamp.ask(listed, algorithm="sha512"), listed=listed)


def send(question: Question, url: str) -> bytes:
    """An authority's answer, over http or https (RFC 3161, section 3.4).

    Raises:
        CustodianError: none came.
    """
    if not url.startswith(("http://", "https://")):
        raise CustodianError("no_answer", 2, url=url, why="http:// or https:// is needed")
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        url, data=question.request, headers={"Content-Type": _MEDIA}
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            return bytes(answer.read(MAX_TOKEN + 1))
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise CustodianError("no_answer", 4, url=url, why=error) from error


def keep(
    bundle: str | Path,
    question: Question,
    response: bytes,
    act: Act,
    signer: Signer,
    *,
    trust: TrustStore,
    clock: Clock | None = None,
) -> EventFile:
    """Put a token into the bundle and sign that it lies there; whole or not at all.

    Args:
        bundle: its folder.
        question: what was asked.
        response: what the authority answered.
        act: who does it, where and why.
        signer: whose event it is.
        trust: the authorities that the token must lead to.
        clock: where time comes from.

    Raises:
        CustodianError: the answer does not fit the question, or proves nothing, or the signer may
            not sign this; nothing was kept.
    """
    clock = clock or Clock()
    custodian.admit(signer, act, clock)
    found = custodian.load(bundle)
    number = max((int(name[:4]) for name in found.anchors), default=0) + 1
    if number > MAX_TOKENS:
        raise CustodianError("too_many_tokens", 2, path=bundle, limit=MAX_TOKENS)
    files = {f"{number:04d}.tsq": question.request, f"{number:04d}.tsr": response}
    if question.listed is not None:
        files[f"{number:04d}.sums"] = question.listed
    _check(bundle, found, files, trust, clock)
    _write(Path(bundle) / "anchors", files)
    detail = Timestamped(
        files=[AnchorFile(name=name, sha256=sha256(data)) for name, data in sorted(files.items())]
    )
    (made,) = custodian.append(bundle, [replace(act, detail=detail)], signer, clock=clock)
    return made


def _check(
    bundle: str | Path,
    found: Documents,
    files: dict[str, bytes],
    trust: TrustStore,
    clock: Clock,
) -> None:
    """Judge the new token as a verifier will, before anything is written."""
    found.anchors.update(files)
    number = max(stamps.numbers_of(found))
    now = stamps.moment(clock.wall())
    try:
        stamp = stamps.judged(BundleFolder(bundle), found, number, trust, now)
    except TokenError as error:
        raise CustodianError(error.key, 1, **error.facts) from error
    if stamp.aged is not None:
        raise CustodianError(stamp.aged.key, 1, **dict(stamp.aged.facts))


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """The token last: what stands beside it alone is no token."""
    folder.mkdir(exist_ok=True)
    for name, data in sorted(files.items(), key=lambda each: each[0].endswith(".tsr")):
        medium.write_whole(folder / name, data)
