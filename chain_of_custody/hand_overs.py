"""Whether the two sides of a hand-over signed, and say the same: statements, never failures."""

from __future__ import annotations

from collections.abc import Iterator

from chain_of_custody import cms
from chain_of_custody.documents import Documents, EventFile
from chain_of_custody.findings import Finding
from chain_of_custody.keys import fingerprint

# Two people write a name or a seal's number down apart from each other, by keyboards of two kinds.
_PLAIN = {ord(blank): None for blank in " \u3000"} | {
    ord(char) + shift: char.lower()
    for char in "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    for shift in (0, 0xFEE0)  # ASCII, and its full-width form
}


def of(documents: Documents) -> Iterator[Finding]:
    """What of the hand-overs lacks a side, or is told otherwise by it."""
    given: EventFile | None = None
    for file in documents.events:
        if file.event.type == "released":
            given = file
        elif file.event.type in ("received", "returned") and given is None:
            yield Finding.of("received_alone", name=file.name, who=_who(file))
        elif file.event.type == "received" and given is not None:
            yield from _both(given, file)
            given = None
        elif file.event.type in ("refused", "returned"):
            given = None
    if given is not None:
        yield Finding.of("released_only", name=given.name, who=_who(given))


def _both(given: EventFile, taken: EventFile) -> Iterator[Finding]:
    if _signer(taken) == _signer(given):
        yield Finding.of("same_hands", name=taken.name, who=_who(taken))
    sealed, found = _seal(given), _seal(taken)
    if sealed and found and plain(sealed) != plain(found):
        yield Finding.of("seal_differs", name=taken.name, found=found, expected=sealed)
    meant, who = given.event.counterpart, taken.event.actor
    if meant is None or who is None or not meant.name or not who.name:
        return
    # Handed to a firm, it is received by somebody of it.
    if plain(meant.name) not in (plain(who.name), plain(who.organisation or "")):
        yield Finding.of("taker_differs", name=taken.name, who=who.name, expected=meant.name)


def plain(text: str) -> str:
    """As names and numbers are compared (format, section 7)."""
    return text.translate(_PLAIN)


def _seal(file: EventFile) -> str | None:
    return file.event.transport.seal_no if file.event.transport is not None else None


def _who(file: EventFile) -> str | None:
    return file.event.actor.name if file.event.actor is not None else None


def _signer(file: EventFile) -> str | None:
    """Whose key signed an event; None where stage 7 has refused the signature."""
    try:
        return fingerprint(cms.verify(file.raw, file.signature or b"").certificate)
    except cms.SignatureError:
        return None
