"""What can be done to a bundle's files with no key at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import bundles
from byhand import Member, encrypted, frames
from forge import Forger
from worlds import World


def volume_bit_flipped(bundle: Forger, world: World, *, at: float) -> None:
    name = bundle.volume(1)
    bundle.flip(name, min(int(at * len(bundle.read(name))), len(bundle.read(name)) - 1))


def volume_cut_by_a_byte(bundle: Forger, world: World) -> None:
    bundle.write(bundle.volume(2), bundle.read(bundle.volume(2))[:-1])


def byte_appended_to_a_volume(bundle: Forger, world: World) -> None:
    bundle.write(bundle.volume(2), bundle.read(bundle.volume(2)) + b"\0")


def volume_emptied(bundle: Forger, world: World) -> None:
    bundle.write(bundle.volume(1), b"")


def volume_deleted(bundle: Forger, world: World) -> None:
    bundle.remove(bundle.volume(2))


def volume_deleted_from_all_unsigned_lists(bundle: Forger, world: World) -> None:
    bundle.remove(bundle.volume(3))
    bundle.lists()


def altered_volume_encrypted_again(bundle: Forger, world: World) -> None:
    bundle.store_members(2, [Member("items/00000004", b"invented"), *bundle.members(2)[1:]])
    bundle.lists()


def two_volumes_swapped(bundle: Forger, world: World) -> None:
    one, two = bundle.volume(1), bundle.volume(2)
    kept = bundle.read(one)
    bundle.write(one, bundle.read(two))
    bundle.write(two, kept)
    bundle.lists()


def volume_copied_under_the_next_number(bundle: Forger, world: World) -> None:
    bundle.write("data/volume-00004.tar.zst.age", bundle.read(bundle.volume(3)))
    bundle.lists()


def extra_file(bundle: Forger, world: World, *, name: str) -> None:
    bundle.write(name, b"planted\n")


def act_cut_off(bundle: Forger, world: World, *, names: tuple[str, ...]) -> None:
    """What somebody's act left whose medium was pulled, or filled up."""
    for name in names:
        bundle.write(name, b"\x30\x82")


def extra_empty_folder(bundle: Forger, world: World, *, name: str) -> None:
    (bundle.path / name).mkdir()


def file_for_a_folder(bundle: Forger, world: World, *, name: str) -> None:
    """A file under the name of a folder that may be empty, or missing."""
    if (bundle.path / name).is_dir():
        (bundle.path / name).rmdir()
    bundle.write(name, b"planted\n")


def special_file_planted(bundle: Forger, world: World, *, kind: str) -> None:
    path = bundle.path / "data" / "planted"
    makers = {
        "symlink": lambda: path.symlink_to("../bagit.txt"),
        "folder_link": lambda: (bundle.path / "anchors").symlink_to("custody"),
        "hard_link": lambda: path.hardlink_to(bundle.path / "bagit.txt"),
        "fifo": lambda: os.mkfifo(path),
        "socket": lambda: os.mknod(path, stat.S_IFSOCK | 0o644),
        # 0:0 is the one device that an ordinary user may make (mknod(2)): it is no real one.
        "device": lambda: os.mknod(path, stat.S_IFCHR | 0o644, os.makedev(0, 0)),
    }
    makers[kind]()


def volume_replaced_by_a_link_to_the_same_bytes(bundle: Forger, world: World) -> None:
    path = bundle.path / bundle.volume(1)
    kept = bundle.path.parent / "kept-outside"
    path.rename(kept)
    path.symlink_to(kept)


def volume_shared_by_a_hard_link(bundle: Forger, world: World) -> None:
    path = bundle.path / bundle.volume(1)
    (bundle.path.parent / "second-link").hardlink_to(path)


def hole_punched_into_a_volume(bundle: Forger, world: World) -> None:
    path = bundle.path / bundle.volume(1)
    size = path.stat().st_size
    os.truncate(path, 200)
    os.truncate(path, size)


def attribute_set_on_a_file(bundle: Forger, world: World) -> None:
    os.setxattr(bundle.path / bundle.volume(1), "user.note", b"hidden")


def file_renamed(bundle: Forger, world: World, *, old: str, new: str) -> None:
    bundle.rename(old, new)


def second_file_of_another_case(bundle: Forger, world: World) -> None:
    bundle.write("VERIFY.SH", b"exit 0\n")


def times_of_files_changed(bundle: Forger, world: World) -> None:
    for path in bundle.path.rglob("*"):
        os.utime(path, (0, 0))


def payload_of_another_bundle(bundle: Forger, world: World) -> None:
    other = world.forger("other")
    bundle.write(bundle.volume(2), other.read(other.volume(2)))
    bundle.lists()


def volume_encrypted_to_the_attacker(bundle: Forger, world: World) -> None:
    attacker = str(bundles.OTHER_IDENTITY.to_public())
    bundle.write(bundle.volume(1), encrypted(bundle.plain(1), [attacker]))
    bundle.lists()


def two_volumes_renumbered(bundle: Forger, world: World) -> None:
    one, two = bundle.volume(1), bundle.volume(2)
    bundle.rename(one, "data/kept")
    bundle.rename(two, one)
    bundle.rename("data/kept", two)
    bundle.lists()


def age_file_flipped(bundle: Forger, world: World, *, at: int) -> None:
    bundle.flip(bundle.volume(1), at)
    bundle.lists()


def volume_cut_where_frame_and_chunk_end(bundle: Forger, world: World) -> None:
    _cut_at_a_frame(bundle)
    bundle.lists()


def _cut_at_a_frame(bundle: Forger) -> None:
    """Keep the first frame only, properly encrypted: it decodes without an error."""
    archive = bundle.archive(3)
    bundle.store(3, frames(archive[: 1 << 20]))


def instructions_that_always_agree(bundle: Forger, world: World, *, name: str) -> None:
    bundle.write(name, b"#!/bin/sh\necho '1 structure  PASS'\nexit 0\n")
    bundle.lists()


def tag_file_changed(bundle: Forger, world: World, *, name: str) -> None:
    bundle.write(name, bundle.read(name) + b"Contact-Name: somebody\n")
    bundle.remove("tagmanifest-sha256.txt")


def sums_line_removed_with_its_file(bundle: Forger, world: World) -> None:
    volume = bundle.volume(2)
    lines = bundle.read("manifest-sha256.txt").splitlines(keepends=True)
    kept = [line for line in lines if volume.encode() not in line]
    bundle.write("manifest-sha256.txt", b"".join(kept))
    bundle.remove(volume)


def sums_with_carriage_returns(bundle: Forger, world: World) -> None:
    data = bundle.read("manifest-sha256.txt").replace(b"\n", b"\r\n")
    bundle.write("manifest-sha256.txt", data)


def sums_in_escaped_form(bundle: Forger, world: World) -> None:
    data = b"".join(
        b"\\" + line for line in bundle.read("manifest-sha256.txt").splitlines(keepends=True)
    )
    bundle.write("manifest-sha256.txt", data)


def tag_sums_with_one_line_less(bundle: Forger, world: World) -> None:
    lines = bundle.read("tagmanifest-sha256.txt").splitlines(keepends=True)
    bundle.write("tagmanifest-sha256.txt", b"".join(lines[1:]))


def file_name_with_escapes(bundle: Forger, world: World) -> None:
    Path(bundle.path, "data", "\x1b[2Jx\u202egpj").write_bytes(b"")


def nothing_done(bundle: Forger, world: World) -> None:
    """The bundle as it is: what differs is what the verifier's user brings, or doesn't."""


def _last_event(bundle: Forger) -> str:
    return max(bundle.path.glob("custody/*.json")).relative_to(bundle.path).as_posix()


def last_event_removed_alone(bundle: Forger, world: World, *, beside: bytes | None = None) -> None:
    """The event that a holder signed is gone, and its signature is forgotten."""
    event = _last_event(bundle)
    bundle.remove(event)
    if beside is not None:
        bundle.write(f"{event}.tmp", beside)


def last_event_not_named_yet(bundle: Forger, world: World) -> None:
    """As an act is cut off between the names of signature and event."""
    event = _last_event(bundle)
    bundle.write(f"{event}.tmp", bundle.read(event))
    bundle.remove(event)


def signature_of_another_bundle_as_the_next(bundle: Forger, world: World) -> None:
    """Nothing is gone: it only lies where the next one would."""
    other = world.forger("handed").read("custody/00006.json.p7s")
    bundle.write("custody/00006.json.p7s", other)


def last_event_gone_of_a_garbled_signature(bundle: Forger, world: World) -> None:
    """Whole as DER is, and nobody's."""
    event = _last_event(bundle)
    bundle.remove(event)
    bundle.write(f"{event}.p7s", b"\x30\x03\x02\x01\x05")
