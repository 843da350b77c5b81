"""Sticks that can be pulled: devices with a file system of their own."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def stick(folder: Path, size: int = 256 << 20) -> Iterator[str]:
    """A device with an ext4 of so many bytes, not mounted yet."""
    image = folder / "stick.raw"
    with image.open("wb") as file:
        file.truncate(size)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True, capture_output=True)
    made = subprocess.run(
        ["losetup", "--find", "--show", image], check=True, capture_output=True, text=True
    )
    try:
        yield made.stdout.strip()
    finally:
        subprocess.run(["losetup", "--detach", made.stdout.strip()], check=True)


def held(device: str) -> bool:
    """Whether somebody still holds a file of it open: put back, it would be as it was pulled."""
    return Path("/proc/fs/ext4", Path(device).name).exists()


def pull(media: Path) -> None:
    """From now on the medium answers nothing but errors (ext4's EXT4_IOC_SHUTDOWN, no flush)."""
    descriptor = os.open(media, os.O_RDONLY)
    try:
        fcntl.ioctl(descriptor, 0x8004587D, (2).to_bytes(4, sys.byteorder))
    finally:
        os.close(descriptor)
