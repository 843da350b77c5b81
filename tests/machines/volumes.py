"""Physical volumes that lvm2 itself makes, and members of arrays, as mdadm writes them."""

from __future__ import annotations

import struct
from contextlib import contextmanager
from pathlib import Path

import disks

from evidence.telling.phrases.told import told as in_words

EXTENT = 1 << 20  # bytes
_MAGIC, _ALL = 0xA92B4EFC, (1 << 64) - 1
_QUIET = (
    'devices {{ dir="/dev" scan="/dev" filter=[{0}] global_filter=[{0}] use_devicesfile=0 '
    'sysfs_scan=0 hints="none" external_device_info_source="none" '
    "obtain_device_list_from_udev=0 }} activation {{ udev_sync=0 udev_rules=0 monitoring=0 }} "
    'global {{ locking_dir="{1}" event_activation=0 use_lvmpolld=0 }} '
    "backup {{ backup=0 archive=0 }}"
)


# LVM2, which sees nothing but its own images, and never the machine's device mapper.


@contextmanager
def lvm(place: Path, *images: Path):
    """A way to run lvm2's commands on images, as devices that stand in `$0`, `$1`..."""
    place.mkdir(exist_ok=True)
    devices: list[str] = []
    try:
        for image in images:
            device = disks.tool("losetup", "--find", "--show", image).decode().strip()
            devices.append(device)
        allowed = ", ".join([*(f'"a|^{each}$|"' for each in devices), '"r|.*|"'])
        quiet = ("--config", _QUIET.format(allowed, place), "--driverloaded", "n")

        def run(command: str, *arguments: str) -> str:
            named = [devices[int(one[1:])] if one[:1] == "$" else one for one in arguments]
            env = {**disks.SBIN, "LVM_SYSTEM_DIR": str(place), "LVM_SUPPRESS_FD_WARNINGS": "1"}
            return disks.tool("lvm", command, *quiet, *named, env=env).decode()

        yield run
    finally:
        for device in devices:
            disks.tool("losetup", "--detach", device)


def group(place: Path, sizes: dict[str, int], *images: Path, name: str = "ubuntu-vg") -> None:
    """A volume group over images, with linear volumes of so many MiB."""
    with lvm(place, *images) as run:
        every = [f"${number}" for number in range(len(images))]
        run("pvcreate", "-y", *every)
        run("vgcreate", "-s", "1M", name, *every)
        for each, size in sizes.items():
            made(run, name, each, "-L", f"{size}M")


def made(run, group: str, name: str, *arguments: str) -> None:
    """One more logical volume, that the machine never sees."""
    run("lvcreate", "-y", "-an", "-Zn", "-Wn", *arguments, "-n", name, group)


def fill(place: Path, volume: str, data: bytes, *images: Path) -> None:
    """Write into a logical volume where lvm2 says that it lies."""
    with lvm(place, *images) as run:
        told = run("lvs", "--noheadings", "--segments", "--separator", ";", "-o",
                   "seg_start_pe,seg_size_pe,devices", volume)  # fmt: skip
        starts = run("pvs", "--noheadings", "--units", "b", "--nosuffix", "-o", "pv_name,pe_start")
    first = {line.split()[0]: int(line.split()[1]) for line in starts.splitlines()}
    names = sorted(first, key=lambda name: (len(name), name))
    for line in told.splitlines():
        start, size, where = line.strip().split(";")
        device, _, extent = where.rstrip(")").partition("(")
        piece = data[int(start) * EXTENT : (int(start) + int(size)) * EXTENT]
        with images[names.index(device)].open("r+b") as file:
            file.seek(first[device] + int(extent) * EXTENT)
            file.write(piece)


# Arrays, whose tools want the kernel to make one.


def summed_0(words: list[int]) -> int:
    total = sum(words)
    return (total & 0xFFFFFFFF) + (total >> 32)


def version_0(
    size: int, level: int, count: int, *, order="<", slot=0, state=6, events=17
) -> tuple[int, bytes]:
    """What lies in the last whole 64 KiB but one of a member of so many bytes."""
    words = [0] * 1024
    words[:14] = [_MAGIC, 0, 90, 0, 0, 1, 2, level % (1 << 32), (size // 65536 - 1) * 64, count,
                  count, 3, 0, 4]  # fmt: skip
    words[33:38] = [1, count, count, 0, 0]
    low, high = (39, 40) if order == "<" else (40, 39)
    words[low], words[high] = events & 0xFFFFFFFF, events >> 32
    for number in range(count):
        words[128 + 32 * number : 133 + 32 * number] = [number, 8, number, number, 6]
    words[992:997] = [slot, 8, slot, slot, state]
    words[38] = summed_0(words)
    return (size // 65536 - 1) * 65536, struct.pack(order + "1024I", *words)


def version_1(
    size: int, level: int, count: int, *, minor=0, layout=0, slot=0, events=17, first=None,
    recovered=None, features=0, uuid=b"\1" * 16, name=b"hospital:0", resynced=_ALL,
) -> tuple[int, bytes]:  # fmt: skip
    """Where a member of so many bytes has its description, and that; `first` in bytes."""
    place = (((size - 8192) // 4096) * 4096, 0, 4096)[minor]
    first = first if first is not None else (1 << 20 if minor else 0)
    held = (size - first if minor else place) // 512
    features |= 2 if recovered is not None else 0
    head = struct.pack("<4I16s32sQ", _MAGIC, 1, features, 0, uuid, name, 1_700_000_000)
    head += struct.pack("<iIQII", level, layout, held, 1024, count)
    head = head.ljust(128, b"\0")
    head += struct.pack("<4QII16sII", first // 512, held, place // 512, (recovered or 0) // 512,
                        slot if slot < 0xFF00 else count, 0, b"\2" * 16, 0, 0)  # fmt: skip
    roles = [*range(count), slot, *[0xFFFF] * 8][: count + 8]
    head += struct.pack("<3Q2I32x", 1_700_000_000, events, resynced, 0, len(roles))
    head += struct.pack(f"<{len(roles)}H", *roles)
    words = struct.unpack(f"<{len(head) // 4}I", head[: len(head) // 4 * 4])
    total = sum(words) + (struct.unpack("<H", head[-2:])[0] if len(head) % 4 else 0)
    checksum = ((total & 0xFFFFFFFF) + (total >> 32)) & 0xFFFFFFFF
    return place, head[:216] + struct.pack("<I", checksum) + head[220:]


def member(path: Path, content: Path | None, size: int, **told) -> Path:
    """A member of a mirror of two (or as told) with metadata 1.2 (or as told)."""
    told = {"level": 1, "count": 2, "minor": 2, **told}
    place, head = version_1(size, **told)
    disks.blank(path, size)
    first = told.get("first", 1 << 20 if told["minor"] else 0)
    with path.open("r+b") as file:
        if content is not None:
            file.seek(first)
            file.write(content.read_bytes())
        file.seek(place)
        file.write(head)
    return path


def told(source):
    """As `disks.facts`; each gap's reason has its words in Japanese."""
    document, gaps = disks.facts(source)
    silent = [gap.detail for gap in gaps if in_words("ja", "gap", gap.detail).isascii()]
    assert silent == []
    return document, gaps
