"""What a forger can do to a bundle: without any key to every file, with the keys to all of it."""

from __future__ import annotations

import copy
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import authority
import bundles
import rfc8785
from byhand import (
    RECORDS,
    Json,
    Member,
    archive,
    decrypted,
    digest,
    encrypted,
    frames,
    leaf,
    members_of,
    peaks_of,
    root_of,
    unframed,
)
from cryptography.hazmat.primitives.asymmetric import ec

from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import SigningKey, kit_of

Edit = Callable[[Json], object]
Bytes = Callable[[bytes], bytes]

TAGGED = (
    "VERIFY.md", "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest.json",
    "manifest.json.p7s", "verify.sh", "検証手順.md",
)  # fmt: skip
BOUND = {
    "bag_info": "bag-info.txt", "bagit": "bagit.txt", "manifest_sha256_txt": "manifest-sha256.txt",
    "verify_ja_md": "検証手順.md", "verify_md": "VERIFY.md", "verify_sh": "verify.sh",
}  # fmt: skip
COLLECTION = (
    "collection_started", "volume_closed", "interrupted", "resumed", "sealed",
)  # fmt: skip


class Files:
    """A folder in the wrong hands: its files, as anybody can change them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def has(self, name: str) -> bool:
        return (self.path / name).exists()

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()

    def json(self, name: str) -> Json:
        found: Json = json.loads(self.read(name))
        return found

    def write(self, name: str, data: bytes) -> None:
        target = self.path / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)

    def remove(self, *names: str) -> None:
        for name in names:
            (self.path / name).unlink()

    def rename(self, old: str, new: str) -> None:
        (self.path / old).rename(self.path / new)

    def flip(self, name: str, at: int, bit: int = 0) -> None:
        data = bytearray(self.read(name))
        data[at] ^= 1 << bit
        self.write(name, bytes(data))


class Forger(Files):
    """A bundle in the wrong hands. Attributes are edited, then `settle` makes all else fit."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.keys = {
            key.certificate_sha256: key
            for key in (bundles.KEY, bundles.STRANGER, SECOND, HOLDER, authority.COLLECTION)
        }
        self.reload()

    def reload(self) -> None:
        names = sorted(p.name for p in (self.path / "custody").iterdir() if p.suffix == ".json")
        self.events: list[Json] = [self.json(f"custody/{name}") for name in names]
        self.manifest: Json = self.json("manifest.json") if self.has("manifest.json") else {}

    def volume(self, number: int) -> str:
        """The name of a stored volume, with its folder."""
        return next(
            f"data/{p.name}"
            for p in sorted((self.path / "data").iterdir())
            if p.name.startswith(f"volume-{number:05d}.")
        )

    def drop_event(self, number: int) -> None:
        self.remove(f"custody/{number:05d}.json", f"custody/{number:05d}.json.p7s")

    def unseal(self) -> None:
        """Take away all that sealing added, so that it looks like a pulled stick."""
        number = self.sealed_at + 1
        for later in range(number, len(self.events) + 1):
            self.drop_event(later)
        self.remove(
            "manifest.json", "manifest.json.p7s", "bag-info.txt", "manifest-sha256.txt",
            "tagmanifest-sha256.txt",
        )  # fmt: skip
        self.reload()

    def lists(self) -> None:
        """Rewrite both unsigned lists to what lies here now."""
        self.write("manifest-sha256.txt", self._sums())
        self.write("tagmanifest-sha256.txt", self._tags())

    def _sums(self) -> bytes:
        names = sorted(f"data/{p.name}" for p in (self.path / "data").iterdir())
        return "".join(f"{digest(self.read(name))}  {name}\n" for name in names).encode()

    def _tags(self) -> bytes:
        present = [name for name in TAGGED if self.has(name)]
        return "".join(f"{digest(self.read(name))}  {name}\n" for name in present).encode()

    # Volumes, with the identity (or, to write them, without).

    @property
    def recipients(self) -> list[str]:
        return list(self.events[0]["detail"]["recipients"])

    def plain(self, number: int) -> bytes:
        """The zstd bytes of a volume."""
        stored = self.read(self.volume(number))
        return decrypted(stored) if self.volume(number).endswith(".age") else stored

    def archive(self, number: int) -> bytes:
        return unframed(self.plain(number))

    def members(self, number: int) -> list[Member]:
        return members_of(self.archive(number))

    def records(self, number: int) -> list[Json]:
        data = dict(self.members(number))[RECORDS]
        return [json.loads(line) for line in data.splitlines()]

    def store(self, number: int, zst: bytes) -> None:
        sealed = self.volume(number).endswith(".age")
        self.write(self.volume(number), encrypted(zst, self.recipients) if sealed else zst)

    def store_archive(self, number: int, data: bytes) -> None:
        self.store(number, frames(data))

    def store_members(self, number: int, members: Iterable[Member]) -> None:
        self.store_archive(number, archive(members))

    def store_records(self, number: int, records: list[Json], raw: Bytes = bytes) -> None:
        lines = b"".join(rfc8785.dumps(each) + b"\n" for each in records)
        items = [each for each in self.members(number) if each.name != RECORDS]
        self.store_members(number, [*items, Member(RECORDS, raw(lines))])

    def edit_record(self, seq: int, edit: Edit) -> None:
        """Change the record of an item wherever it stands."""
        for number in self.closed:
            records = self.records(number)
            for record in records:
                if record["content"]["seq"] == seq:
                    edit(record)
                    self.store_records(number, records)

    # Documents, with the keys.

    @property
    def sealed_at(self) -> int:
        """The index of the `sealed` event."""
        return [each["type"] for each in self.events].index("sealed")

    @property
    def closings(self) -> list[Json]:
        return [each for each in self.events if each["type"] == "volume_closed"]

    @property
    def closed(self) -> list[int]:
        return [int(each["detail"]["volume"]["name"][7:12]) for each in self.closings]

    def holder_event(self, kind: str, **fields: Any) -> Json:
        """A holder's event like the last one, to be appended."""
        event = copy.deepcopy(self.events[-1])
        event.update(
            type=kind, detail={}, actor=None, refs=[], text=None, mono=None,
            at_source="holder's clock",
        )  # fmt: skip
        return event | fields

    def measure(self) -> None:
        """State size and digest of every volume as it lies here now."""
        for event in self.events:
            detail = event["detail"]
            for entry in [detail.get("volume"), *detail.get("salvaged", [])]:
                if entry is not None and self.has(f"data/{entry['name']}"):
                    data = self.read(f"data/{entry['name']}")
                    entry.update(sha256=digest(data), size=len(data))

    def retree(self) -> None:
        """Make every tree, count and the root fit the records as they are now."""
        leaves: list[bytes] = []
        counts = {"acquired": 0, "bytes": 0, "gap": 0, "partial": 0}
        for closing in self.closings:
            for record in self.records(int(closing["detail"]["volume"]["name"][7:12])):
                leaves.append(leaf(record))
                counts[record["content"]["status"]] += 1
                counts["bytes"] += record["content"]["size"]
            self._state_tree(closing["detail"], leaves, counts)
        items = {"count": len(leaves), "merkle_root": root_of(leaves).hex()}
        if self.manifest:
            self.manifest["items"].update(counts | items)

    def _state_tree(self, detail: Json, leaves: list[bytes], counts: dict[str, int]) -> None:
        detail["tree"] = counts | {
            "peaks": peaks_of(leaves), "root": root_of(leaves).hex(), "size": len(leaves),
        }  # fmt: skip

    def settle(
        self,
        *,
        measure: bool = True,
        listed: bool = True,
        manifest: Edit = lambda _: None,
        manifest_raw: Bytes = bytes,
        events: Mapping[int, Edit] | None = None,
        events_raw: Mapping[int, Bytes] | None = None,
        signers: Mapping[int, SigningKey] | None = None,
        sign: Callable[[bytes, SigningKey], bytes] = cms.sign,
        key: SigningKey | None = None,
    ) -> None:
        """Make everything consistent and sign it, but for what is given here.

        Args:
            measure: state the volumes as they lie here.
            listed: rewrite manifest-sha256.txt and the manifest's list of volumes.
            manifest: a last change to the manifest, before it is signed.
            manifest_raw: a last change to its bytes, before they are signed.
            events: last changes to events by number, before the next cites them.
            events_raw: the same for their bytes.
            signers: other keys for events by number.
            sign: how the manifest is signed.
            key: the key that signs everything, instead of each session's.
        """
        if measure:
            self.measure()
        shutil.rmtree(self.path / "custody")
        (self.path / "custody").mkdir()
        head, signer = "0" * 64, key or bundles.KEY
        before = digest(self.read("manifest.json")) if self.has("manifest.json") else ""
        edits, raws, others = events or {}, events_raw or {}, signers or {}
        for number, event in enumerate(self.events, 1):
            named = event["detail"].get("signer_certificate_sha256")
            if named and key is None:
                signer = self.keys[named]
            elif named:
                event["detail"]["signer_certificate_sha256"] = key.certificate_sha256
            if event["type"] == "sealed":
                self._seal(number, head, signer, listed, manifest, manifest_raw, sign)
                event["detail"] = {
                    "manifest_sha256": digest(self.read("manifest.json")),
                    "merkle_root": self.manifest["items"]["merkle_root"],
                }
            event.update(seq=number, prev=head)
            if f"manifest:{before}" in event["refs"]:  # whoever signs again cites what is there now
                event["refs"] = [f"manifest:{digest(self.read('manifest.json'))}"]
            if event["type"] == "collection_started":
                event["detail"]["kit"] = kit_of(signer)
            edits.get(number, lambda _: None)(event)
            raw = raws.get(number, bytes)(rfc8785.dumps(event))
            own = signer if event["type"] in COLLECTION else HOLDER
            self.write(f"custody/{number:05d}.json", raw)
            self.write(f"custody/{number:05d}.json.p7s", cms.sign(raw, others.get(number, own)))
            head = digest(raw)
        if self.manifest:
            self.write("tagmanifest-sha256.txt", self._tags())

    def _oxum(self) -> bytes:
        """What the tools of others are told of the payload."""
        every = [*self.manifest["volumes"], *self.manifest["salvaged"]]
        return f"Payload-Oxum: {sum(each['size'] for each in every)}.{len(every)}".encode()

    def _seal(
        self, number: int, head: str, signer: SigningKey, listed: bool, edit: Edit, raw: Bytes,
        sign: Callable[[bytes, SigningKey], bytes],
    ) -> None:  # fmt: skip
        document = self.manifest
        if listed:
            before = self._oxum()
            entries = [dict(each["detail"]["volume"]) for each in self.closings]
            document["volumes"] = entries
            document["salvaged"] = [
                dict(entry) for e in self.events for entry in e["detail"].get("salvaged", [])
            ]
            every = sorted([*entries, *document["salvaged"]], key=lambda entry: entry["name"])
            lines = "".join(f"{e['sha256']}  data/{e['name']}\n" for e in every)
            self.write("manifest-sha256.txt", lines.encode())
            told = self.read("bag-info.txt").replace(before, self._oxum())
            self.write("bag-info.txt", told)
        document["bindings"] = {key: digest(self.read(name)) for key, name in BOUND.items()}
        document["custody"] = {"head": head, "last_seq": number - 1}
        document |= {
            "signer_certificate_sha256": signer.certificate_sha256, "kit": kit_of(signer),
        }  # fmt: skip
        edit(document)
        data = raw(rfc8785.dumps(document))
        self.write("manifest.json", data)
        self.write("manifest.json.p7s", sign(data, signer))


def copied(source: Path, target: Path) -> Forger:
    """The bundle once more, for one attack; copied, since a second link would be refused."""
    shutil.copytree(source, target, symlinks=True)
    return Forger(target)


def listing(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Everything in a folder, to see whether something was written there."""
    found = {}
    for here, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            path = Path(here, name)
            info = path.lstat()
            shown = path.relative_to(folder).as_posix()
            found[shown] = (info.st_mode, info.st_size, info.st_mtime_ns)
    return found


def _published(offset: int, role: str, name: str) -> SigningKey:
    private = ec.derive_private_key(bundles.PUBLISHED - offset, ec.SECP256R1())
    return bundles.self_signed(role, name=name, private=private)


SECOND = _published(2, "hozen collection", "hozen collection key")
HOLDER = _published(3, "hozen holder", "hozen holder key")
