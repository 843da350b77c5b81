"""Disks, what is stacked on them, and what of it is encrypted (sysfs, Documentation/ABI)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from collectors.live.document import text

if TYPE_CHECKING:
    from collectors.live.shelf import Shelf

ATTRIBUTES = (
    "dev", "size", "removable", "ro", "queue/rotational", "device/model", "device/vendor",
    "device/serial", "serial", "wwid", "dm/name", "dm/uuid", "loop/backing_file", "md/level",
)  # fmt: skip
_ENCRYPTED = "CRYPT-"  # how cryptsetup marks a device: CRYPT-LUKS2-…, CRYPT-PLAIN-…, CRYPT-BITLK-…


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block device with the devices that it lies on."""

    name: str
    values: dict[str, str]
    slaves: tuple[str, ...]
    partitions: dict[str, str]
    """Partition name to `major:minor`."""

    @property
    def encryption(self) -> str | None:
        """The scheme that this very device decrypts, None where it is no such mapping."""
        uuid = self.values.get("dm/uuid", "")
        return uuid.split("-")[1] if uuid.startswith(_ENCRYPTED) else None

    def row(self) -> dict[str, Any]:
        """For the JSON; `size` counts sectors of 512 bytes, whatever the device's own are."""
        return {
            "name": self.name, "attributes": self.values, "slaves": self.slaves,
            "partitions": self.partitions, "encryption": self.encryption,
        }  # fmt: skip


class Blocks:
    """All block devices of a machine."""

    def __init__(self, shelf: Shelf) -> None:
        """Read them from /sys/block."""
        self.all = [_block(shelf, name) for name in shelf.names("/sys/block", "dl")]
        self._by_name = {text(block.name): block for block in self.all}
        self._by_name |= {part: block for block in self.all for part in block.partitions}
        self._by_number = {block.values.get("dev", ""): block for block in self.all}
        self._by_number |= {
            number: block for block in self.all for number in block.partitions.values()
        }
        self._by_mapping = {block.values.get("dm/name", ""): block for block in self.all}

    def encryption(self, number: str, what: str) -> str | None:
        """The scheme below a mount, `none seen` without one, None where its device is unknown.

        A disk that encrypts itself, or whose host does, is not seen from here.

        Args:
            number: `major:minor` from the mount table.
            what: what is mounted; btrfs has a number of its own, so its device counts.
        """
        block = self._by_number.get(number) or self._by_mapping.get(
            what.removeprefix("/dev/mapper/")
        ) or self._by_name.get(what.removeprefix("/dev/"))  # fmt: skip
        return self._below(block, depth=16) or "none seen" if block else None

    def _below(self, block: Block, depth: int) -> str | None:
        if block.encryption or not depth:
            return block.encryption
        below = (self._by_name[name] for name in block.slaves if name in self._by_name)
        return next((found for one in below if (found := self._below(one, depth - 1))), None)


def _block(shelf: Shelf, name: str) -> Block:
    folder = f"/sys/block/{name}"
    parts = (part for part in shelf.names(folder, "d") if part.startswith(name))
    numbers = {part: shelf.attributes(f"{folder}/{part}", ["dev"]).get("dev", "") for part in parts}
    return Block(
        name=text(name),
        values=shelf.attributes(folder, ATTRIBUTES),
        slaves=tuple(text(slave) for slave in shelf.names(f"{folder}/slaves")),
        partitions=numbers,
    )
