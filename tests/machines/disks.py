"""Small real disks, made by strangers' tools on the spot, and what these tools read from them."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import hosts

from collectors.artifact import Artifact, Gap
from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.opening import open_disk

MIB = 1 << 20
SBIN = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"}
LINUX = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"  # type of a partition
WOF = bytes.fromhex("17000080 1000 0000 01000000 02000000 01000000 00000000".replace(" ", ""))


def tool(*arguments, **options) -> bytes:
    """Run a stranger's tool; what it printed."""
    done = subprocess.run(
        list(map(os.fspath, arguments)),
        capture_output=True,
        check=False,
        **{"env": SBIN, **options},
    )
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout


def blank(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        file.truncate(size)
    return path


def ext(path: Path, tree: Path | None = None, *, size: int = 16 * MIB, options=()) -> Path:
    """An ext file system, filled from a folder."""
    kind = () if any(each == "-t" for each in options) else ("-t", "ext4")
    given = ("-d", tree) if tree is not None else ()
    tool("mke2fs", "-q", "-F", *kind, *options, *given, blank(path, size))
    return path


def debugfs(image: Path, *requests: str) -> str:
    """Ask or change an ext file system without mounting it."""
    return "".join(
        tool("debugfs", "-w", "-R", request, image).decode("utf-8", "surrogateescape")
        for request in requests
    )


def fat(path: Path, bits: int, *, size: int = 64 * MIB, options=()) -> Path:
    tool("mkfs.vfat", "-F", str(bits), *options, blank(path, size))
    return path


def ntfs(path: Path, *, size: int = 32 * MIB, options=()) -> Path:
    tool("mkntfs", "-F", "-q", "-s", "512", *options, blank(path, size))
    return path


def exfat(path: Path, *, size: int = 16 * MIB, options=()) -> Path:
    tool("mkfs.exfat", *options, blank(path, size))
    return path


@contextmanager
def mounted_ntfs(image: Path, folder: Path):
    """An NTFS that can be filled, streams as `name:stream`."""
    folder.mkdir(exist_ok=True)
    tool("ntfs-3g", "-o", "streams_interface=windows,compression,norecover", image, folder)
    try:
        yield folder
    finally:
        tool("umount", folder)


@contextmanager
def looped(image: Path):
    """The image as a block device."""
    device = tool("losetup", "--find", "--show", image).decode().strip()
    try:
        yield device
    finally:
        tool("losetup", "--detach", device)


@contextmanager
def mounted_exfat(image: Path, folder: Path):
    """An exFAT that can be filled."""
    folder.mkdir(exist_ok=True)
    with looped(image) as device:
        tool("mount.exfat-fuse", device, folder)
        try:
            yield folder
        finally:
            tool("umount", folder)


def divided(path: Path, *parts: tuple[Path | None, str], scheme: str = "gpt") -> Path:
    """A disk of these partitions, one MiB free between them; (content or None for 2 MiB, type)."""
    sizes = [image.stat().st_size if image is not None else 2 * MIB for image, _ in parts]
    script, at = [f"label: {scheme}"], MIB
    starts = []
    for (_, kind), size in zip(parts, sizes, strict=True):
        script.append(f"start={at // 512}, size={size // 512}, type={kind}")
        starts.append(at)
        at += size + MIB
    blank(path, at + MIB)
    tool("sfdisk", "--quiet", path, input="\n".join(script).encode())
    with path.open("r+b") as disk:
        for (image, _), start in zip(parts, starts, strict=True):
            if image is not None:
                disk.seek(start)
                disk.write(image.read_bytes())
    return path


# What can't be read.


class Failing:
    """A device with sectors that can't be read, and of which others can."""

    def __init__(self, data, bad=(), *, sector=512):
        self.data, self.bad, self.sector = data, set(bad), sector

    def stated_size(self):
        return len(self.data)

    def readinto(self, offset, buffer):
        assert offset % self.sector == len(buffer) % self.sector == 0
        last = offset + len(buffer) - 1
        if self.bad & set(range(offset // self.sector, last // self.sector + 1)):
            raise OSError(errno.EIO, "Input/output error")
        piece = self.data[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self):
        self.bad = set()


def zeroed(data: bytes, bad, *, sector=512) -> bytes:
    """What a disk with bad sectors comes to, these as zeros."""
    found = bytearray(data)
    for number in bad:
        found[number * sector : (number + 1) * sector] = bytes(sector)
    return bytes(found)


# What ours reads.


@contextmanager
def opened(path):
    source = open_disk(os.fspath(path))
    try:
        yield source
    finally:
        source.close()


def facts(source) -> tuple[dict, list[Gap]]:
    """The document about a disk, and the gaps of what of it can't be read."""
    found = list(DiskFacts().collect(source))
    (artifact,) = [one for one in found if isinstance(one, Artifact)]
    return json.loads(hosts.read(artifact).data), [one for one in found if isinstance(one, Gap)]


def collected(collector, source) -> dict[tuple[str, str | None], Artifact | Gap]:
    """All that a collector gives, by origin and stream; no item and no gap twice.

    Of what is taken and has a gap beside it (it is not what Windows writes) the item is shown.
    """
    found = list(collector.collect(source))
    assert len({(one.origin, one.stream, isinstance(one, Gap)) for one in found}) == len(found)
    return {(one.origin, one.stream): one for one in found}


def contents(collector, source) -> dict[str, bytes]:
    """What it takes, holes as zeros, by origin and (behind a colon) stream."""
    return {
        origin if stream is None else f"{origin}:{stream}": whole(hosts.read(one))
        for (origin, stream), one in collected(collector, source).items()
        if isinstance(one, Artifact)
    }


def whole(taken) -> bytes:
    """A reading with its holes filled, as a program would have seen the file."""
    assert not taken.missing
    if not taken.ranges:
        return taken.data
    data, at = bytearray(taken.stat.size), 0
    for offset, size in taken.ranges:
        data[offset : offset + size] = taken.data[at : at + size]
        at += size
    assert at == len(taken.data)
    return bytes(data)
