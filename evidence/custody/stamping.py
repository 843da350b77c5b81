"""Time-stamp tokens for a sealed bundle: the request, the answer, and the event that binds it.

Request and answer can go by hand: made on one machine, stamped on another, put in on the first. So
neither a hospital's network nor the bundle's machine has to be online.
"""

from __future__ import annotations

import datetime
import http.client
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from chain_of_custody.digest import sha256
from chain_of_custody.documents import Documents, EventFile
from chain_of_custody.event import AnchorFile, Timestamped
from chain_of_custody.findings import Finding, FindingError
from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing.keys import Signer
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.stages import stamps
from chain_of_custody.stages.stamps import Stamp
from chain_of_custody.stages.statements import left_by_act
from chain_of_custody.times import utc
from chain_of_custody.timestamps import renewal, timestamp
from chain_of_custody.timestamps.timestamp import MAX_TOKEN, TokenError
from evidence.custody import custodian
from evidence.custody.appending import CustodianError
from evidence.custody.custodian import Act
from evidence.machine.clock import Clock
from evidence.reading.checked import verify_bundle

MAX_TOKENS = 99  # that a bundle's names have room for
_SECONDS = 60  # for an authority to answer
_MEDIA = "application/timestamp-query"  # RFC 3161, section 3.4


class TokenRefusedError(CustodianError):
    """A token that is not put in: what is wrong with it, and what to do next."""

    def __init__(self, error: FindingError) -> None:
        """State what a verifier would say of it."""
        super().__init__(error.key, 2, **error.facts)

    def sentence(self, language: str) -> str:
        """Both in words."""
        after = Finding.of(_NEXT.get(self.key, "token_not_kept"))
        return f"{super().sentence(language)}. {after.sentence(language)}"


_NEXT = {
    "token_before_start": "clock_was_ahead", "token_before_challenge": "clock_was_ahead",
    "token_order": "token_out_of_order",
}  # fmt: skip


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
    custodian.check_of(verify_bundle(bundle), "renewal_refused")
    folder = BundleFolder(bundle)
    listed = renewal.listed(folder, _own(folder, found))
    return Question(request=timestamp.ask(listed, algorithm="sha512"), listed=listed)


def _own(folder: BundleFolder, found: Documents) -> frozenset[str]:
    """What a renewal may cover: whatever else lies here would have to lie here for ever."""
    return folder.listing.files - left_by_act(folder, found)


def too_late(bundle: str | Path, clock: Clock | None = None) -> Finding | None:
    """What a renewal can't save any more: tokens that all ran out before it.

    Raises:
        CustodyError, CustodianError: not sealed, or not intact.
    """
    found, now = custodian.load(bundle), stamps.moment((clock or Clock()).wall())
    answers = [found.anchors[f"{number:04d}.tsr"] for number in stamps.numbers_of(found)]
    try:
        tokens = [timestamp.read(each) for each in answers]
    except TokenError as error:
        raise TokenRefusedError(error) from error
    end = max((each.signer.not_valid_after_utc for each in tokens), default=now)
    return Finding.of("renewal_late", end=utc(end)) if end < now else None


def send(question: Question, url: str) -> bytes:
    """An authority's answer, over http or https (RFC 3161, section 3.4).

    Raises:
        CustodianError: none came.
    """
    if not url.startswith(("http://", "https://")):
        raise CustodianError("no_answer", 2, url=url, why="http:// or https:// is needed")
    try:
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            url, data=question.request, headers={"Content-Type": _MEDIA}
        )
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - its scheme, too
            return bytes(answer.read(MAX_TOKEN + 1))
    except (ValueError, http.client.InvalidURL) as error:  # an address that is none
        raise CustodianError("no_answer", 2, url=url, why=error) from error
    except (OSError, http.client.HTTPException) as error:
        why = getattr(error, "reason", error)  # what the system said, without urllib's frame
        raise CustodianError(
            "no_answer", 4, url=url, why=getattr(why, "strerror", None) or why
        ) from error


def keep(
    bundle: str | Path,
    question: Question,
    response: bytes,
    act: Act,
    signer: Signer,
    *,
    trust: TrustStore,
    clock: Clock | None = None,
    again: bool = False,
    ready: Callable[[], None] = lambda: None,
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
        again: whether another token is wanted, where the log ends with just this.
        ready: called when all is made but the files: what follows is better not ended.

    Raises:
        CustodianError: the answer does not fit the question, or proves nothing, or the signer may
            not sign this; nothing was kept.
        StaysError, OSError: as of `custodian.append`.
    """
    clock = clock or Clock()
    custodian.admit(signer, act, clock)
    found, folder = custodian.load(bundle), BundleFolder(bundle)
    for name in left_by_act(folder, found):  # gives way to what is written now
        found.anchors.pop(name.removeprefix("anchors/"), None)
    number = _number(bundle, found, response)
    files = {f"{number:04d}.tsq": question.request, f"{number:04d}.tsr": response}
    if question.listed is not None:
        files[f"{number:04d}.sums"] = question.listed
    there = dict(found.anchors)
    _check(folder, found, files, trust, clock)
    detail = Timestamped(
        files=[AnchorFile(name=name, sha256=sha256(data)) for name, data in sorted(files.items())]
    )
    # The token last: what stands beside it alone is no token.
    ordered = sorted(files, key=lambda name: name.endswith(".tsr"))
    missing = [name for name in ordered if there.get(name) != files[name]]
    (made,) = custodian.append(
        bundle, [replace(act, detail=detail)], signer, clock=clock, again=again,
        beside={f"anchors/{name}": files[name] for name in missing}, ready=lambda _: ready(),
    )  # fmt: skip
    return made


def _number(bundle: str | Path, found: Documents, response: bytes) -> int:
    """The next token's number, or that of this very one, where an act left it without its event.

    Raises:
        CustodianError: an event says that it lies here, or there is room for no more.
    """
    tokens = stamps.numbers_of(found)
    same = next((each for each in tokens if found.anchors[f"{each:04d}.tsr"] == response), None)
    if same is None:
        number = max(tokens, default=0) + 1
        if number > MAX_TOKENS:
            raise CustodianError("too_many_tokens", 2, path=bundle, limit=MAX_TOKENS)
        return number
    name = f"{same:04d}.tsr"
    for file in found.events:
        if isinstance(file.detail, Timestamped) and name in [
            each.name for each in file.detail.files
        ]:
            facts = {"name": f"anchors/{name}", "number": file.event.seq}
            raise CustodianError("token_kept", 2, path=bundle, **facts)
    return same


def _check(
    folder: BundleFolder,
    found: Documents,
    files: dict[str, bytes],
    trust: TrustStore,
    clock: Clock,
) -> None:
    """Judge the bundle with the new token in it as a verifier will, before anything is written."""
    strange = _strange(folder, found, files)
    found.anchors.update(files)
    now = stamps.moment(clock.wall())
    times = stamps.evaluate(folder, found, TrustStore(), now)
    for stamp in times.stamps:
        if stamp.name.removeprefix("anchors/") in files:
            _judge(stamp, trust, now)
    for error in (*strange, *times.errors):
        raise TokenRefusedError(error)


def _judge(stamp: Stamp, trust: TrustStore, now: datetime.datetime) -> None:
    try:
        found = stamps.judged(stamp, trust, now)
    except TokenError as error:
        raise TokenRefusedError(error) from error
    if found.aged is not None:
        raise TokenRefusedError(TokenError(found.aged.key, **dict(found.aged.facts)))


def _strange(
    folder: BundleFolder, found: Documents, files: dict[str, bytes]
) -> Iterator[TokenError]:
    """What a list that came by hand names, and is no file of the bundle."""
    own = _own(folder, found)
    for name, data in files.items():
        if name.endswith(".sums"):
            for each in sorted(renewal.names_in(data) - own):
                yield TokenError("renewal_strange", name=f"anchors/{name}", found=each)
