"""`claims.json`: what each rule that was seen means, kept with what it saw.

A later version may weigh a rule otherwise, or have none of its name; what was written before keeps
the meaning that it had.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from chain_of_custody.digest import sha256
from evidence.observed.document import CLAIMS, DOCUMENT, Triage
from evidence.packs.used import set_of
from evidence.rulebook.index import BY_EXAMINERS, Entry, Index, Told
from evidence.scan.named import looks_at_names
from evidence.writing import medium


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Of one rule; of others' rules we claim nothing."""

    claim: Told | None = None
    weight: Literal["strong", "medium", "weak", "inventory"] | None = None
    false_positives: Told | None = None
    next_step: Told | None = None
    sources: list[str]
    """Where facts came from; of others' rules their licence."""
    set: str
    """`hozen`, or the name of the other set."""
    rules_sha256: str | None
    """Of that set; None where no document names it."""
    engine: str | None
    """What looked for it now; the footprint names that of a collection whose hits were taken."""


class _Document(msgspec.Struct, kw_only=True):
    schema: Literal["hozen-claims/1"] = "hozen-claims/1"
    rules: dict[str, Claim]


def write_claims(folder: Path, done: Triage, index: Index) -> None:
    """Write what the rules that were seen mean, by their names in observations.

    Raises:
        OSError: the medium did not take it.
    """
    claims = {rule: _claim(rule, done, index) for rule in sorted(done.seen)}
    text = msgspec.json.format(msgspec.json.encode(_Document(rules=claims)), indent=1) + b"\n"
    medium.write_whole(folder / CLAIMS, text)


def read_claims(folder: Path, done: Triage) -> Mapping[str, Claim]:
    """What was written.

    Raises:
        OSError: it can't be read.
        ValueError: it is not there, or isn't what was written.
    """
    path = folder / CLAIMS
    data = path.read_bytes() if path.exists() else b""
    if sha256(data) != done.files.get(CLAIMS):
        raise ValueError(f"{CLAIMS} is not the file that {DOCUMENT} names")
    return msgspec.json.decode(data, type=_Document).rules


def _claim(rule: str, done: Triage, index: Index) -> Claim:
    entry = index.entry(rule)
    return _of_others(set_of(rule), done) if entry is None else _of_ours(rule, entry, done, index)


def _of_ours(rule: str, entry: Entry, done: Triage, index: Index) -> Claim:
    ours = looks_at_names(rule) or entry.where in BY_EXAMINERS
    return Claim(
        claim=Told(en=entry.claim_en, ja=entry.claim_ja), weight=entry.weight,
        false_positives=index.false_positives[entry.false_positives],
        next_step=index.next_steps[entry.next_step],
        sources=[index.sources[each].name for each in entry.sources], set="hozen",
        rules_sha256=done.rules.sha256, engine=done.tool if ours else done.rules.engine,
    )  # fmt: skip


def _of_others(name: str, done: Triage) -> Claim:
    used = next((each for each in done.rules.sets if each.name == name), None)
    if used is None:  # an account of a collection tells of it, and its footprint doesn't
        return Claim(sources=[], set=name, rules_sha256=None, engine=None)
    return Claim(
        sources=[used.licence],
        set=name,
        rules_sha256=used.sha256,
        engine=used.engine or done.rules.engine,
    )
