"""The guest's kernel: Debian's own for clouds, and an initramfs that finds the guest's disks."""

from __future__ import annotations

import lzma
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from busybox import PACKAGE, unpacked

META = "linux-image-cloud-amd64"  # names the package of the day: that one changes its own name
BUSYBOX = "/bin/busybox"
# In the order in which they need each other, as far as they aren't built in; ext4 is.
MODULES = (
    "virtio_ring", "virtio", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci",
    "virtio_blk",
)  # fmt: skip
SYSTEM, OUTPUT = "/dev/vda", "/dev/vdb"
INIT = f"""#!{BUSYBOX} sh
{BUSYBOX} mkdir -p /proc /sys /dev /new
{BUSYBOX} --install -s /bin
export PATH=/bin
mount -t devtmpfs dev /dev
for module in {{modules}}; do insmod /modules/$module.ko || exit 1; done
mount -t ext4 -o ro {SYSTEM} /new || exit 1
mount --move /dev /new/dev
exec switch_root /new /sbin/init
"""


@dataclass(frozen=True)
class Kernel:
    """What a machine needs to come to life."""

    image: Path
    initramfs: Path
    busybox: Path


def kernel(cache: Path) -> Kernel:
    """The kernel, from Debian the first time and from the cache afterwards."""
    kept = cache / "kernel"
    if not kept.exists():
        with tempfile.TemporaryDirectory(dir=cache) as work:
            _make(Path(work))
            (Path(work) / "made").rename(kept)
    return Kernel(image=kept / "vmlinuz", initramfs=kept / "initramfs", busybox=kept / "busybox")


def _make(work: Path) -> None:
    made, package, root = (work / name for name in ("made", "package", "root"))
    for folder in (made, package, root / "bin", root / "modules"):
        folder.mkdir(parents=True)
    for deb in _downloaded(work):
        _run("dpkg-deb", "-x", str(deb), str(package))
    (image,) = (package / "boot").glob("vmlinuz-*")
    shutil.copy(image, made / "vmlinuz")
    modules = [name for name in MODULES if _copied(package, name, root / "modules")]
    for folder in (made, root / "bin"):
        shutil.copy(unpacked(package), folder)
    (root / "init").write_text(INIT.format(modules=" ".join(modules)))
    (root / "init").chmod(0o755)
    packed = "find . | cpio -o -H newc -R 0:0 --quiet | zstd -q -o ../made/initramfs"
    subprocess.run(["sh", "-c", packed], cwd=root, check=True)


def _copied(package: Path, name: str, folder: Path) -> bool:
    """Copy a module in the plain, as busybox loads it; no, where it is built into the kernel."""
    (built_in,) = package.rglob("modules.builtin")
    if f"/{name}.ko\n" in built_in.read_text():
        return False
    (module,) = package.rglob(f"{name}.ko*")
    kept = module.read_bytes()
    (folder / f"{name}.ko").write_bytes(lzma.decompress(kept) if module.suffix == ".xz" else kept)
    return True


def _downloaded(work: Path) -> list[Path]:
    """The packages; where their lists were never fetched, apt says so and the test fails."""
    named = re.search(r"Depends: (linux-image-\S+)", _run("apt-cache", "depends", META))
    assert named, f"apt knows no {META}: apt-get update"
    _run("apt-get", "-q", "-q", "download", named[1], PACKAGE, cwd=work)
    return list(work.glob("*.deb"))


def _run(*command: str, **options) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout
