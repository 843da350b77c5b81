"""`disclose`: single items of a sealed bundle as an exhibit, and a signed event that says so.

  1  the bundle is verified whole, contents included
  2  read once more: the bytes of the chosen items into files, every leaf into the proofs
                                                                       → OUTPUT.partial
  3  the exhibit is verified as its receiver will do it
  4  the `disclosed` event is signed into the bundle's log             → OUTPUT.DIGEST.partial
  5  the exhibit gets its name

What fails before 4 leaves no exhibit and no event. After it both are there, whatever the name; who
gives the same command again finishes it, and nothing is signed a second time; also where the name
was all that the run still got done.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyrage

from chain_of_custody.disclosure import Inspection, inspected
from chain_of_custody.documents import EventFile
from chain_of_custody.errors import CustodyError
from chain_of_custody.exhibit import ExhibitFolder
from chain_of_custody.signing.keys import Signer
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.verdict import Verdict
from evidence.custody import custodian, unnamed
from evidence.custody.appending import CustodianError
from evidence.custody.custodian import PATHS_CLOSED, Act
from evidence.custody.exhibiting import write
from evidence.custody.unnamed import Unnamed
from evidence.machine.clock import Clock
from evidence.reading.checked import VerifiedBundle, open_bundle
from evidence.writing import medium
from evidence.writing.together import StaysError

_MOST = 60_000
"""Items of an exhibit: the event that names them holds 1 MiB, 16 bytes of it for the name of one;
and a reader lists 300,000 files, four of them of one item."""


class DisclosureError(CustodianError):
    """No exhibit was made, or one that lies under another name than the wanted one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """What came of a disclosure."""

    exhibit: Path
    items: tuple[int, ...]
    event: EventFile
    verdict: Verdict
    """That on the exhibit."""
    finished: bool = False
    """Whether an earlier run had signed the event, and was cut off before it had told of it."""


def disclose(
    bundle: str | Path,
    items: Collection[int],
    output: str | Path,
    act: Act,
    signer: Signer,
    *,
    identities: Sequence[pyrage.x25519.Identity] = (),
    trust: TrustStore | None = None,
    hide_path: bool = False,
    clock: Clock | None = None,
    again: bool = False,
    ready: Callable[[], None] = lambda: None,
) -> Disclosed:
    """Make an exhibit of some items, and sign into the bundle's log that it was made.

    Args:
        bundle: a sealed bundle; its log must be intact.
        items: numbers of items, gaps among them.
        output: the folder to make.
        act: who discloses to whom, on what ground; of the kind `disclosed`.
        signer: who acts.
        identities: age identities; an unencrypted bundle needs none.
        trust: certificates and revocation lists that the user got elsewhere and trusts.
        hide_path: whether the parts of the records that say where the items were stay closed.
        clock: where time comes from.
        again: whether the same was shown once more, where the log ends with just this.
        ready: called when all is made but the event's file: what follows is better not ended.

    Raises:
        RefusedError: the bundle does not pass; one of its kinds, with the verdict.
        CustodianError: the log can't go on, there is no such item, or the folder can't be made.
        OSError: a medium did not take it.
    """
    target, wanted = Path(output), sorted(set(items))
    act = replace(
        act, text=_remark(act.text, hide_path=hide_path),
        refs=tuple(f"item:{number}" for number in wanted),
    )  # fmt: skip
    _refuse_place(Path(bundle), target)
    custodian.admit(signer, act, clock)
    if os.path.lexists(target):
        return _named_already(target, Path(bundle), act, trust, hide_path=hide_path)
    left = unnamed.left_of(target)
    if left is not None:
        return _finished(left, target, Path(bundle), act, trust)
    if len(wanted) > _MOST:
        raise DisclosureError("exhibit_too_many", 2, count=len(wanted), most=_MOST)
    if not again:
        custodian.refuse_said(bundle, act, signer, clock)
    opened = open_bundle(bundle, identities=identities, trust=trust)
    act = replace(act, check=custodian.check_of(opened.verdict, "not_verified"))
    chosen = _chosen(opened, wanted)
    with _making(Path(bundle), target) as making:

        def last(made: Sequence[EventFile]) -> None:
            ready()
            making.await_event(made)

        write(opened, making.path, chosen, hide_path=hide_path)
        verdict = _verified(making.path, trust)
        (event,) = custodian.append(bundle, [act], signer, clock=clock, again=again, ready=last)
    _name(making.path, target)
    return Disclosed(exhibit=target, items=chosen, event=event, verdict=verdict)


@contextmanager
def _making(bundle: Path, target: Path) -> Iterator[Unnamed]:
    """The folder to make it in; named, where it stays since nobody knows whether its event does.

    Raises:
        DisclosureError: it stays.
    """
    making = Unnamed(bundle, target)
    try:
        with making:
            yield making
    except StaysError as error:
        if not os.path.lexists(making.path):
            raise
        why = error.strerror
        raise DisclosureError("exhibit_unsure", 4, path=making.path, why=why) from error


def _refuse_place(bundle: Path, target: Path) -> None:
    if target.resolve().is_relative_to(bundle.resolve()):
        raise DisclosureError("exhibit_inside", 2, path=target)


def _named_already(
    target: Path, bundle: Path, act: Act, trust: TrustStore | None, *, hide_path: bool
) -> Disclosed:
    """The exhibit of an earlier run that could not tell of it any more: the same was asked for.

    It has its name, so its event stood before. Which of several that say the same doesn't matter:
    all of them say that these items were given to this person.

    Raises:
        DisclosureError: something else lies there.
    """
    exhibit = _sound(target, trust)
    if exhibit is None or not _shows(exhibit, act, hide_path=hide_path):
        raise DisclosureError("exhibit_taken", 2, path=target)
    found = custodian.load(bundle)
    event = next((e for e in reversed(found.events) if unnamed.says(e.event, act)), None)
    if event is None or exhibit.documents.manifest_raw != found.manifest_raw:
        raise DisclosureError("exhibit_taken", 2, path=target)
    items = tuple(each.number for each in exhibit.shown)
    return Disclosed(
        exhibit=target, items=items, event=event, verdict=exhibit.verdict, finished=True
    )


def _shows(exhibit: Inspection, act: Act, *, hide_path: bool) -> bool:
    """Whether it is of these items, and their paths are as open as they are to be."""
    same = act.refs == tuple(f"item:{each.number}" for each in exhibit.shown)
    return same and all((each.meta is None) == hide_path for each in exhibit.shown)


def _finished(
    left: Path, target: Path, bundle: Path, act: Act, trust: TrustStore | None
) -> Disclosed:
    """Give an exhibit its name that was signed for already, where the same is asked for."""
    event = unnamed.event_of(left, custodian.load(bundle))
    if event is None:
        raise DisclosureError("exhibit_left", 2, path=left)
    number = event.event.seq
    if not unnamed.says(event.event, act):
        raise DisclosureError("exhibit_left_signed", 2, path=left, number=number)
    exhibit = _sound(left, trust)
    items = tuple(each.number for each in exhibit.shown) if exhibit is not None else ()
    if exhibit is None or act.refs != tuple(f"item:{item}" for item in items):
        raise DisclosureError("exhibit_left_spoilt", 4, path=left, number=number)
    _name(left, target)
    return Disclosed(
        exhibit=target, items=items, event=event, verdict=exhibit.verdict, finished=True
    )


def _chosen(opened: VerifiedBundle, items: Sequence[int]) -> tuple[int, ...]:
    for number in items:
        if not 1 <= number <= opened.items:
            raise DisclosureError("exhibit_no_item", 2, item=number, count=opened.items)
    return tuple(items)


def _remark(text: str | None, *, hide_path: bool) -> str | None:
    """The remark of the event: it has to tell how much of the records was opened."""
    opened = PATHS_CLOSED if hide_path else None
    return "; ".join(each for each in (text, opened) if each) or None


def _verified(exhibit: Path, trust: TrustStore | None) -> Verdict:
    """The verdict that whoever gets the exhibit will come to."""
    found = _sound(exhibit, trust)
    if found is None:
        raise DisclosureError("exhibit_unsound", 4, path=exhibit)
    return found.verdict


def _sound(exhibit: Path, trust: TrustStore | None) -> Inspection | None:
    """An exhibit as its receiver will see it, where nothing of it is refused."""
    try:
        found = inspected(ExhibitFolder(exhibit), trust=trust)
    except CustodyError:
        return None
    return None if found.verdict.failed else found


def _name(temporary: Path, target: Path) -> None:
    try:
        if os.path.lexists(target):
            raise FileExistsError(f"{target} is there already")
        temporary.rename(target)
        medium.sync_folder(target.parent)
    except OSError as error:
        why = error.strerror or error
        raise DisclosureError("exhibit_unnamed", 4, path=temporary, why=why) from error
