"""What the collection's scan of processes' memory said: of each process a signed account."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from evidence.observed.observation import Observation, Unread, shown
from evidence.packs.used import set_of
from evidence.rulebook.index import Index
from evidence.scan.process_scan import ProcessScan
from evidence.triage.examiner import Examined

_PREFIX = f"hozen:/{ProcessScan.name}/"
LARGEST = 16 << 20  # bytes of an account; a thousand hits have a tenth of one


class _Hit(msgspec.Struct):
    rule: str
    address: str | None = None
    """In the process."""


class _Account(msgspec.Struct):
    pid: int
    program: str = ""
    hits: list[_Hit] = []
    errors: list[str] = []


def is_account(origin: str) -> bool:
    """Whether an item is such an account."""
    return origin.startswith(_PREFIX)


def told_of_process(
    examined: Examined, data: bytes, index: Index, examiner: str
) -> Iterator[Observation | Unread]:
    """The hits in one process; the memory itself may not have been kept."""
    try:
        account = msgspec.json.decode(data, type=_Account)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        yield _unread(examined, examiner, str(error))
        return
    for why in account.errors:
        yield _unread(examined, examiner, why)
    for hit in account.hits:
        if index.entry(hit.rule) is None and not set_of(hit.rule):
            yield _unread(examined, examiner, f"{hit.rule}: not in this program's rules")
            continue
        yield Observation(
            at=None, item=examined.item, kind="content", offset=None, origin=examined.origin,
            place=shown(f"PID {account.pid}, {hit.address or '-'}"), rule=shown(hit.rule),
            text=shown(account.program),
        )  # fmt: skip


def _unread(examined: Examined, examiner: str, why: str) -> Unread:
    return Unread(examiner=examiner, item=examined.item, origin=examined.origin, why=why)
