"""The files that turn a partial bundle into a sealed one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chain_of_custody.canonical import encode
from chain_of_custody.digest import sha256
from chain_of_custody.folder import MANIFEST, SEALED_FILES, SUMS, TAG_SUMS
from chain_of_custody.manifest import (
    BOUND_FILES,
    Bindings,
    Clock,
    ClockReading,
    Head,
    Items,
    Manifest,
    Tool,
    VolumeEntry,
)
from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import Signer, kit_of
from evidence.tool import DISTRIBUTION
from evidence.writing.history import History, Order


@dataclass(frozen=True, slots=True)
class Seal:
    """Composes the last files of a bundle; writes nothing."""

    path: Path
    bundle_id: str
    order: Order
    history: History
    tool: Tool

    def files(self, end: ClockReading, ended: str, key: Signer) -> dict[str, bytes]:
        """Lists, manifest and its signature, in the order in which they take their names.

        Args:
            end: the host's clocks at the end of the collection.
            ended: the same moment, UTC.
            key: the collection key that seals.
        """
        files = {"bag-info.txt": self._bag_info(), SUMS: self._sums()}
        manifest = encode(self._manifest(end, ended, key, files))
        files[f"{MANIFEST}.p7s"] = cms.sign(manifest, key)
        files[TAG_SUMS] = self._tag_sums(files | {MANIFEST: manifest})
        return files | {MANIFEST: manifest}

    def _payload(self) -> list[VolumeEntry]:
        both = [*self.history.volumes, *self.history.salvaged]
        return sorted(both, key=lambda entry: entry.name)

    def _sums(self) -> bytes:
        return "".join(f"{e.sha256}  data/{e.name}\n" for e in self._payload()).encode()

    def _digest(self, name: str, files: dict[str, bytes]) -> str:
        return sha256(files[name] if name in files else (self.path / name).read_bytes())

    def _tag_sums(self, files: dict[str, bytes]) -> bytes:
        names = sorted(SEALED_FILES - {TAG_SUMS}, key=str.encode)
        return "".join(f"{self._digest(name, files)}  {name}\n" for name in names).encode()

    def _bag_info(self) -> bytes:
        payload = self._payload()
        lines = (
            f"Bag-Software-Agent: {DISTRIBUTION} {self.tool.version}",
            f"Bagging-Date: {self.history.started[:10]}",
            f"External-Identifier: {self.bundle_id}",
            f"Payload-Oxum: {sum(entry.size for entry in payload)}.{len(payload)}",
        )
        return "".join(f"{line}\n" for line in lines).encode()

    def _items(self) -> Items:
        tally, tree = self.history.tally, self.history.tree
        return Items(
            acquired=tally.acquired, bytes=tally.bytes, count=tree.size, gap=tally.gap,
            merkle_root=tree.root().hex(), partial=tally.partial, tree="rfc9162-sha256",
        )  # fmt: skip

    def _manifest(
        self, end: ClockReading, ended: str, key: Signer, files: dict[str, bytes]
    ) -> Manifest:
        history, order = self.history, self.order
        return Manifest(
            bindings=Bindings(**{k: self._digest(name, files) for k, name in BOUND_FILES.items()}),
            bundle_id=self.bundle_id,
            case_id=order.case_id,
            challenge=order.challenge,
            clock=Clock(end=end, start=history.start_clock or end),
            custody=Head(head=history.head, last_seq=history.seq),
            ended=ended,
            host_ref=order.host_ref,
            items=self._items(),
            kit=kit_of(key),
            previous_bundle=order.previous_bundle,
            profile=order.profile,
            recipients=list(order.recipients),
            salvaged=history.salvaged,
            schema="hozen-bundle/1",
            signer_certificate_sha256=key.certificate_sha256,
            started=history.started,
            tool=self.tool,
            volumes=history.volumes,
        )
