"""What a member of an array of Linux (md) says of it, and where on the member its content lies.

Structures: the kernel's linux/raid/md_p.h, versions 0.90 and 1 (1.0, 1.1 and 1.2 differ in where
the description stands).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectors.disk.reader import SECTOR, all_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.disk.reader import Reader

MAGIC = 0xA92B4EFC
_OLD_SIZE, _OLD_PLACE = 4096, 64 << 10  # bytes; the latter from the end
_NEW = struct.Struct("<4I16s32sQiIQIIiIQiIIIQQQQII16sBBHIQQQII32x")
_NEW_PLACE = 8 << 10  # bytes from the end
_MOST_ROLES = 1920  # what 4 KiB have room for
_RECOVERING, _RESHAPING, _MOVED = 2, 4, 64
_SPARE, _FAULTY, _JOURNAL = 0xFFFF, 0xFFFE, 0xFFFD
_ROLES = {_SPARE: "spare", _FAULTY: "faulty", _JOURNAL: "journal"}
_LINEAR, _MULTIPATH, _MIRROR, _MIRRORS = -1, -4, 1, 10
_LEVELS = {_LINEAR: "linear", _MULTIPATH: "multipath"}
_ALL = (1 << 64) - 1  # sectors: all of them are the same on all members


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What a member says; bytes are counted from its own beginning."""

    version: str
    place: int
    sound: bool
    """Whether the checksum is right."""
    uuid: str
    name: str
    level: int
    layout: int
    disks: int
    events: int
    slot: int | None
    """Which of the disks it is."""
    role: str
    first: int = 0
    size: int
    """Bytes of the array's content; 0 where it doesn't tell."""
    recovered: int | None = None
    """Bytes that are the array's already, of one that is being filled."""
    resyncing: bool = False
    reshaping: bool = False

    @property
    def kind(self) -> str:
        """The level, as mdadm calls it."""
        return _LEVELS.get(self.level, f"raid{self.level}")

    @property
    def is_spread(self) -> bool:
        """Whether the content is spread over several disks."""
        near = self.layout & 0xFF  # copies side by side: as many as there are disks are a mirror
        if self.disks == 1 or (self.level == _MIRRORS and near == self.disks):
            return False
        return self.level not in (_LINEAR, _MULTIPATH, _MIRROR)

    @property
    def unfit(self) -> str:
        """Why what lies here is not the array's content, or not the beginning of it."""
        if not self.sound:
            return ""
        if self.slot is None and self.role != "faulty":
            return f"a {self.role} of an array: what lies on it is not the array's content"
        if self.reshaping:
            return "its array was being changed in shape, which this version can't read"
        if self.recovered == 0:
            return "it was being filled from the other members, and had nothing as yet"
        if self.level == _LINEAR and self.slot:
            return "its array's content begins on another disk"
        return ""

    @property
    def doubt(self) -> str:
        """What of its content may not be the array's."""
        if not self.sound:
            return "the checksum of what it says of its array is wrong"
        if self.role == "faulty":
            return "its array had given it up: what lies on it may be older"
        if self.recovered is not None:
            return f"it was being filled from the other members: {self.recovered} bytes were"
        return ""

    @property
    def note(self) -> str:
        """What it is, in words."""
        kind = f"{self.kind} of {self.disks}, metadata {self.version}, {self.events} events"
        if self.resyncing:
            kind += ", its members may differ: they were being made alike"
        return f"{kind}; {self.role}"

    @property
    def names(self) -> tuple[str, ...]:
        """What a fstab may call the array."""
        short = self.name.rpartition(":")[2]
        found = [f"/dev/disk/by-id/md-uuid-{self.uuid}"]
        if self.name:
            found += [f"/dev/disk/by-id/md-name-{self.name}", f"/dev/md/{self.name}"]
        if short:
            found += [f"/dev/md/{short}"]
        return (*found, *([f"/dev/md{short}"] if short.isdecimal() else []))


def membership_of(reader: Reader) -> Membership | None:
    """What a disk or partition says of its array: where the checksum is right, before others."""
    found = list(_found(reader))
    return next((each for each in found if each.sound), found[0] if found else None)


def _found(reader: Reader) -> Iterator[Membership]:
    end = (reader.size - _NEW_PLACE) // 4096 * 4096
    for version, place in (("1.2", 4096), ("1.1", 0), ("1.0", end)):
        if found := _as_version_1(all_of(reader, place, 4096), version, place):
            yield found
    place = (reader.size // _OLD_PLACE - 1) * _OLD_PLACE
    if found := _as_version_0(all_of(reader, place, _OLD_SIZE), place):
        yield found


def _as_version_1(head: bytes, version: str, place: int) -> Membership | None:
    if not head:
        return None
    (
        magic, major, features, _, uuid, name, _, level, layout, size, _, disks, *_, first, held,
        own, recovered, number, _, _, _, _, _, _, _, events, resynced, checksum, most,
    ) = _NEW.unpack_from(head)  # fmt: skip
    if (magic, major, own * SECTOR) != (MAGIC, 1, place):
        return None
    end = _NEW.size + 2 * most
    sound = most <= _MOST_ROLES and _sum_1(head[:end]) == checksum
    role = _SPARE
    if sound and number < most:
        (role,) = struct.unpack_from("<H", head, _NEW.size + 2 * number)
    known = min(filter(None, (size, held)), default=0)
    return Membership(
        version=version, place=place, sound=sound, uuid=_uuid(uuid),
        name=name.rstrip(b"\0").decode("utf-8", "replace"), level=level, layout=layout,
        disks=disks, events=events, slot=None if role in _ROLES else role,
        role=_ROLES.get(role, f"disk {role}"), first=first * SECTOR, size=known * SECTOR,
        recovered=recovered * SECTOR if features & _RECOVERING else None,
        resyncing=resynced != _ALL, reshaping=bool(features & (_RESHAPING | _MOVED)),
    )  # fmt: skip


def _sum_1(head: bytes) -> int:
    """The sum of all words, its own left out, and of half a word that may be left."""
    at = _NEW.size - 40  # where it is, itself
    head = head[:at] + bytes(4) + head[at + 4 :]
    whole = len(head) // 4
    total: int = sum(struct.unpack_from(f"<{whole}I", head))
    total += sum(struct.unpack_from("<H", head, 4 * whole)) if len(head) % 4 else 0
    return ((total & 0xFFFFFFFF) + (total >> 32)) & 0xFFFFFFFF


def _as_version_0(head: bytes, place: int) -> Membership | None:
    for order in "<>" if head else "":  # that of the machine that made it
        words = struct.unpack(f"{order}{_OLD_SIZE // 4}I", head)
        if words[:2] == (MAGIC, 0):
            return _of_words(words, order, place)
    return None


def _of_words(words: tuple[int, ...], order: str, place: int) -> Membership:
    own = words[992:997]  # number, major, minor, slot, state
    level = words[7] - (1 << 32) if words[7] >> 31 else words[7]
    total = sum(words) - words[38]
    low, high = words[39:41] if order == "<" else words[40:38:-1]
    faulty, active, synced = own[4] & 1, own[4] & 2, own[4] & 4
    role = "faulty" if faulty else f"disk {own[3]}" if active and synced else "spare"
    uuid = ":".join(f"{word:08x}" for word in (words[5], *words[13:16]))
    return Membership(
        version="0.90", place=place, sound=words[38] == ((total & 0xFFFFFFFF) + (total >> 32)),
        uuid=uuid, name=str(words[11]), level=level, layout=words[64], disks=words[10],
        events=high << 32 | low, slot=own[3] if role.startswith("disk") else None, role=role,
        size=words[8] << 10, resyncing=not words[33] & 1,
    )  # fmt: skip


def _uuid(found: bytes) -> str:
    return ":".join(found[at : at + 4].hex() for at in range(0, 16, 4))
