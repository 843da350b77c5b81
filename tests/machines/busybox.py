"""A busybox that needs no library; its package can't be installed beside Debian's other one."""

from __future__ import annotations

from pathlib import Path

import disks

PACKAGE = "busybox-static"


def static_busybox(folder: Path) -> Path:
    """The program, out of the package, which is fetched into this folder."""
    disks.tool("apt-get", "-qq", "download", PACKAGE, cwd=folder)
    (package,) = folder.glob("*.deb")
    disks.tool("dpkg-deb", "-x", package, folder)
    return unpacked(folder)


def unpacked(folder: Path) -> Path:
    """The program of a package that was unpacked here; since Debian 13 it lies below usr."""
    (program,) = folder.glob("**/bin/busybox")
    return program
