"""What authorities and exhibits bring: requests, tokens and proofs, read by us and by others."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import authority
import timekeeper
from asn1crypto import tsp

from chain_of_custody.exhibit import MAX_NODES, Proof
from chain_of_custody.signing.trust import in_date
from chain_of_custody.timestamps import timestamp

STAMPED = b"what was stamped"
STEP = len("node ") + 64 + 1  # bytes of a line of a proof
OFFSET = 900  # of the authority's keys: nobody else's


@cache
def requests() -> list[bytes]:
    """As we ask, by both digests."""
    return [timestamp.ask(STAMPED, algorithm=name) for name in ("sha256", "sha512")]


@cache
def tokens() -> list[bytes]:
    """A real authority's answers, and one that its key signed over something else."""
    with tempfile.TemporaryDirectory() as place:
        trusted = timekeeper.Authority(place=Path(place, "tsa"), offset=OFFSET)
        answers = [trusted.answer(each) for each in requests()]
        other = trusted.answer(timestamp.ask(b"something else"))
    _trusted.append(trusted)
    return [*answers, other]


_trusted: list[timekeeper.Authority] = []


def request(data: bytes) -> None:
    """What is read is what asn1crypto reads."""
    found = timestamp.read_request(data)
    known = tsp.TimeStampReq.load(data)
    imprint = known["message_imprint"]
    assert found.imprint == imprint["hashed_message"].native
    assert found.algorithm == imprint["hash_algorithm"]["algorithm"].native
    assert found.nonce == known["nonce"].native


def token(data: bytes) -> None:
    """What is tied to the authority says what it signed: changes touch only what is unsigned."""
    kept = tokens()
    found = timestamp.read(data)
    path = timestamp.tied(found, [_trusted[0].root.certificate], ())
    in_date(path, authority.NOW)
    assert _said(data) in [_said(each) for each in kept]
    assert found.imprint == _said(data)["message_imprint"]["hashed_message"]
    assert found.time == _said(data)["gen_time"]


def _said(data: bytes) -> dict:
    content = tsp.TimeStampResp.load(data)["time_stamp_token"]["content"]
    return content["encap_content_info"]["content"].parsed.native


def proof(data: bytes) -> None:
    """Only what our own writer would write is read, and no way is longer than any tree's."""
    found = Proof.parse(data)
    assert found.text() == data
    assert len(found.nodes) <= MAX_NODES
    assert data.count(b"node ") * STEP == len(b"".join(data.partition(b"node ")[1:]))
