"""The custody log while a bundle is written: each event chained to the one before, and signed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chain_of_custody.digest import sha256
from chain_of_custody.event import Detail, EventType, make_event
from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import Signer
from evidence.machine.clock import Clock
from evidence.writing.history import NOBODY, History, Presence
from evidence.writing.together import write_together


@dataclass(frozen=True, slots=True)
class EventLog:
    """The events of one session; `history` holds where the chain stands."""

    path: Path
    """The bundle's folder."""
    bundle_id: str
    history: History
    key: Signer
    clock: Clock

    def sign(
        self, kind: EventType, detail: Detail, presence: Presence = NOBODY, at: str | None = None
    ) -> None:  # fmt: skip
        """Put the next event behind the last.

        Args:
            kind: what happened.
            detail: its facts.
            presence: who was there.
            at: when, where something else has the same moment; else now.

        Raises:
            OSError: the medium did not take it.
        """
        raw = self._event(kind, detail, presence, at)
        path = self.path / self._name()
        # The signature first: an event never stands without it.
        signature = path.with_name(f"{path.name}.p7s")
        signed = cms.sign(raw, self.key)
        write_together({signature: signed, path: raw})
        self.history.seq, self.history.head = self.history.seq + 1, sha256(raw)
        self.history.signed += len(raw) + len(signed)

    def made(self, kind: EventType, detail: Detail, at: str) -> dict[str, bytes]:
        """The files of the next event, signature first, for who writes them with others."""
        raw, name = self._event(kind, detail, NOBODY, at), self._name()
        return {f"{name}.p7s": cms.sign(raw, self.key), name: raw}

    def _event(
        self, kind: EventType, detail: Detail, presence: Presence, at: str | None
    ) -> bytes:  # fmt: skip
        return make_event(
            kind=kind, seq=self.history.seq + 1, prev=self.history.head, bundle=self.bundle_id,
            at=at or self.clock.utc(self.clock.wall()), mono=self.clock.mono(), detail=detail,
            actor=presence.actor, witnesses=presence.witnesses, place=presence.place,
            purpose=presence.purpose, authority=presence.authority,
            counterpart=presence.counterpart, storage=presence.storage, text=presence.text,
        )  # fmt: skip

    def _name(self) -> str:
        """Below the bundle's folder."""
        return f"custody/{self.history.seq + 1:05d}.json"
