"""What is mounted, from where, and whether it is encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from collectors.artifact import Artifact, Gap
from collectors.files.mounts import parse
from collectors.live.blockdevices import Blocks
from collectors.live.document import Document, entry
from collectors.live.running import OfRunning
from collectors.live.shelf import Shelf
from collectors.pathtext import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source

# The table of process 1 is the machine's; ours is what is left when that one is closed to us.
TABLES = ("/proc/1/mountinfo", "/proc/self/mountinfo")
RAW = ("/proc/self/mounts", "/proc/partitions", "/etc/fstab", "/etc/crypttab")


class Mounts(OfRunning):
    """Takes the mount table, the disks below it and whether they are encrypted (LUKS, BitLocker).

    Cannot show volumes that are locked or not attached at the moment, keys, encryption by the
    drive itself or by the host of a virtual machine. Disk attributes stand in the JSON only.
    """

    name: ClassVar[str] = "mounts"

    def of_running(self, source: Source) -> Iterator[Artifact | Gap]:
        """The tables, the files that were asked for at boot, the JSON."""
        shelf = Shelf(source, "system")
        yield from shelf.take(TABLES[0])
        if TABLES[0] not in shelf.found:
            yield from shelf.take(TABLES[1])
        yield from shelf.take(*RAW[:3])
        yield from shelf.take(*RAW[3:], optional=True)
        yield from shelf.follow("/etc/mtab", optional=True)
        if shelf.found:
            document = _document(shelf)
            yield from shelf.gaps()
            yield document.artifact()


def _document(shelf: Shelf) -> Document:
    document = Document(Mounts.name, "system")
    used = next((path for path in TABLES if path in shelf.found), None)
    document.fact("table", used)
    blocks = Blocks(shelf)
    for name in ("mounts", "disks"):
        document.table(name)
    for mount in parse(to_text(shelf.found[used])) if used else ():
        row = {
            **entry("point", mount.point), **entry("what", mount.what), **entry("root", mount.root),
            **entry("filesystem", mount.filesystem), "device": mount.device,
            **entry("options", mount.options),
            "encryption": blocks.encryption(mount.device, mount.what),
        }  # fmt: skip
        document.row("mounts", row)
    for block in blocks.all:
        document.row("disks", block.row())
    return document
