"""Whether the two sides of a hand-over signed, and say the same: statements, never failures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from chain_of_custody.documents import Documents, EventFile
from chain_of_custody.event import CustodyEvent
from chain_of_custody.findings import Finding
from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import fingerprint

ARRIVAL = "declared arrival"
"""What a release's `check` is about where it says when it arrives."""
UNKNOWN = "?"
_ANSWERS = ("received", "refused", "returned")
_OPENING = ("accessed", "copied", "verified", "examined", "triage", "disclosed", "note")
"""What explains that a seal is another one: who had it worked with it, or says something."""
_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_SECONDS = len("2026-11-22T21:45:11")

# Two people write a name or a seal's number down apart from each other, by keyboards of two kinds.
_PLAIN = {ord(blank): None for blank in " \u3000"} | {
    ord(char) + shift: char.lower()
    for char in "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    for shift in (0, 0xFEE0)  # ASCII, and its full-width form
}


def of(documents: Documents) -> Iterator[Finding]:
    """What of the hand-overs lacks a side, or is told otherwise by it."""
    waiting = OpenReleases()
    keeper: EventFile | None = None
    opened = False
    for file in documents.events:
        yield from _astray(waiting, file)
        before, given = waiting.last, waiting.follow(file)
        opened = opened or file.event.type in _OPENING
        if file.event.type == "released":
            yield from _anew(before, file) if before is not None else _by_another(keeper, file)
            if before is None and keeper is not None and not opened:
                yield from _sealed_anew(keeper, file)
        elif file.event.type == "received" and given is not None:
            yield from _both(given, file)
        elif file.event.type in ("received", "returned") and given is None:
            yield Finding.of("received_alone", name=file.name, who=_who(file))
        now = _keeper(file, given, keeper)
        keeper, opened = now, opened and now is keeper
    if waiting.last is not None:  # of those before it, it was said when the next one followed
        yield _waiting(waiting.last)


def unanswered(documents: Documents) -> list[EventFile]:
    """The releases that nobody has received, refused or returned yet."""
    waiting = OpenReleases()
    for file in documents.events:
        waiting.follow(file)
    return waiting.releases


class OpenReleases:
    """The releases that are open, by how events name them: a log may hold very many."""

    def __init__(self) -> None:
        self._named: dict[str, EventFile] = {}

    @property
    def releases(self) -> list[EventFile]:
        """All of them, in their order."""
        return list(self._named.values())

    @property
    def last(self) -> EventFile | None:
        """The last one, if there is any."""
        return next(reversed(self._named.values()), None)

    def names_one(self, references: Iterable[str]) -> bool:
        """Whether one of these names a release that is open."""
        return any(each in self._named for each in references)

    def follow(self, file: EventFile) -> EventFile | None:
        """Go on by an event: an answer closes a release, and those from before it.

        Returns:
            the release that it answers: the open one that it names, else the last.
        """
        if file.event.type == "released":
            self._named[f"event:{file.event.seq}"] = file
        if file.event.type not in _ANSWERS:
            return None
        named = (self._named[each] for each in file.event.refs if each in self._named)
        given = max(named, key=lambda release: release.event.seq, default=self.last)
        while given is not None and self._named.pop(next(iter(self._named))) is not given:
            pass
        return given


def due(event: CustodyEvent) -> str | None:
    """Until when a release says that it arrives, at the latest; None where it declares nothing."""
    check = event.check
    if event.type != "released" or check is None or check.what != ARRIVAL:
        return None
    return check.result if _SECOND.fullmatch(check.result or "") else None


def _keeper(file: EventFile, given: EventFile | None, before: EventFile | None) -> EventFile | None:
    """The event whose signer has the bundle until the next release: what was refused stays."""
    if file.event.type in ("received", "returned"):
        return file
    return given if file.event.type == "refused" and given is not None else before


def _by_another(keeper: EventFile | None, file: EventFile) -> Iterator[Finding]:
    """Whether somebody hands over what another has by the log."""
    if keeper is not None and not _same(keeper, file):
        yield Finding.of(
            "released_by_another", name=file.name, who=_who(file), before=keeper.name,
            holder=_who(keeper),
        )  # fmt: skip


def _same(one: EventFile, other: EventFile) -> bool:
    """Whether two events are of one key, or of one name: people get new keys."""
    named = _name(one) and _name(other) and plain(_name(one)) == plain(_name(other))
    return bool(named) or _signer(one) == _signer(other)


def _anew(before: EventFile, file: EventFile) -> Iterator[Finding]:
    """A release takes none back: what the one before it said of taker and seal is said again."""
    taker = before.event.counterpart
    yield Finding.of(
        "released_again", name=file.name, who=_who(file), before=before.name,
        taker=(taker.name if taker is not None else None) or UNKNOWN,
        seal=_seal(before) or UNKNOWN,
    )  # fmt: skip


def _waiting(given: EventFile) -> Finding:
    until = due(given.event)
    if until is None:
        return Finding.of("released_only", name=given.name, who=_who(given))
    return Finding.of("released_until", name=given.name, who=_who(given), due=until)


def _both(given: EventFile, taken: EventFile) -> Iterator[Finding]:
    if _signer(taken) == _signer(given):
        yield Finding.of("same_hands", name=taken.name, who=_who(taken))
    sealed, found = _seal(given), _seal(taken)
    if _differ(sealed, found):
        yield Finding.of("seal_differs", name=taken.name, found=found, expected=sealed)
    sent, came = _tracking(given), _tracking(taken)
    if _differ(sent, came):
        yield Finding.of("parcel_differs", name=taken.name, found=came, expected=sent)
    yield from _late(given, taken)
    yield from _another(given, taken)


def _astray(waiting: OpenReleases, file: EventFile) -> Iterator[Finding]:
    """Whether an answer names events, and none of them is a release that waits for one."""
    named = [each for each in file.event.refs if each.startswith("event:")]
    if file.event.type in _ANSWERS and named and not waiting.names_one(named):
        what = ", ".join(each.removeprefix("event:") for each in named)
        yield Finding.of("answers_otherwise", name=file.name, what=what)


def _sealed_anew(keeper: EventFile, file: EventFile) -> Iterator[Finding]:
    """Whether a seal's number is another one, and nobody signed that it was opened meanwhile."""
    had, found = _seal(keeper), _seal(file)
    if _differ(had, found):
        yield Finding.of(
            "seal_changed", name=file.name, found=found, before=keeper.name, expected=had
        )


def _late(given: EventFile, taken: EventFile) -> Iterator[Finding]:
    """Whether it was on the way for longer than declared; to the second."""
    until, at = due(given.event), taken.event.at
    if until is not None and at[:_SECONDS] > until[:_SECONDS]:
        yield Finding.of("arrived_late", name=taken.name, at=at, due=until, before=given.name)


def _another(given: EventFile, taken: EventFile) -> Iterator[Finding]:
    meant, who = given.event.counterpart, taken.event.actor
    if meant is None or who is None or not meant.name or not who.name:
        return
    # Handed to a firm, it is received by somebody of it.
    if plain(meant.name) not in (plain(who.name), plain(who.organisation or "")):
        yield Finding.of("taker_differs", name=taken.name, who=who.name, expected=meant.name)


def plain(text: str) -> str:
    """As names and numbers are compared (format, section 7)."""
    return text.translate(_PLAIN)


def _differ(one: str | None, other: str | None) -> bool:
    """Whether two numbers are given, and are not the same."""
    return bool(one and other and plain(one) != plain(other))


def _tracking(file: EventFile) -> str | None:
    return file.event.transport.tracking if file.event.transport is not None else None


def _seal(file: EventFile) -> str | None:
    return file.event.transport.seal_no if file.event.transport is not None else None


def _name(file: EventFile) -> str:
    actor = file.event.actor
    return (actor.name if actor is not None else None) or ""


def _who(file: EventFile) -> str:
    return _name(file) or UNKNOWN


def _signer(file: EventFile) -> str | None:
    """Whose key signed an event; None where stage 7 has refused the signature."""
    try:
        return fingerprint(cms.verify(file.raw, file.signature or b"").certificate)
    except cms.SignatureError:
        return None
