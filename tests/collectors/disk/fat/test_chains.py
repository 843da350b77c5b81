"""The ends of chains on FAT and exFAT, from bytes: with the mark of an end, or cut off."""

from __future__ import annotations

import struct

import pytest

from collectors.disk.content import Run
from collectors.disk.fat.chains import Chains

SECTOR, EACH, RESERVED, TABLES = 1024, 4, 3, 2  # bytes; sectors of a cluster, before the tables


def boot(clusters: int, *, names: int = 0, small: int = 0, large: int = 0) -> bytes:
    """A boot sector of a partition that has so many clusters."""
    root = -(-names * 32 // SECTOR)
    sectors = RESERVED + TABLES * (small or large) + root + clusters * EACH + EACH - 1
    few = sectors if sectors < 1 << 16 else 0
    head = bytes(11) + struct.pack("<HBHBHH", SECTOR, EACH, RESERVED, TABLES, names, few)
    counts = struct.pack("<xH8xII", small, 0 if few else sectors, large)
    return (head + counts).ljust(512, b"\0")


FAT12 = Chains.of(boot(4084, names=33, small=7))
FAT16 = Chains.of(boot(4085, names=32, small=9))
LAST16 = Chains.of(boot(65_524, names=32, small=129))
FAT32 = Chains.of(boot(65_525, small=257))
FEW32 = Chains.of(boot(100, large=2))
EXFAT = Chains.of_exfat((bytes(80) + struct.pack("<I4xI16xBB", 24, 4096, 10, 2)).ljust(512, b"\0"))


@pytest.mark.parametrize(
    ("found", "bits", "first"),
    [
        (FAT12, 12, RESERVED + 14 + 2), (FAT16, 16, RESERVED + 18 + 1), (LAST16, 16, 262),
        (FAT32, 32, RESERVED + 514), (FEW32, 32, RESERVED + 4),
    ],
    ids=["FAT12", "FAT16", "the largest FAT16", "FAT32", "a small FAT32"],
)  # fmt: skip
def test_a_boot_sector_tells_how_its_table_is_read(found, bits, first):
    assert (found.bits, found.first) == (bits, first)
    assert (found.sector, found.per_cluster, found.table) == (SECTOR, EACH, RESERVED * SECTOR)


def test_that_of_exfat_has_powers_of_two():
    assert Chains(1024, 4, 24 << 10, 4096, 32, 0xFFFF_FFFF, 1) == EXFAT


def ends(chains: Chains, value: int, cluster: int, *, behind: int = 0, others: int = 0) -> bool:
    """Whether a folder of two runs ends well whose last cluster's entry has a value.

    Args:
        chains: how its table is read.
        value: of the entry; those beside it have `others` in all of their bits.
        cluster: the last one.
        behind: sectors of that cluster which libtsk leaves out.
        others: 0 or 1.
    """
    table = (1 << chains.bits * 64) - 1 if others else 0
    place = chains.bits * cluster
    table = table & ~(((1 << chains.bits) - 1) << place) | value << place
    data = bytes(chains.table) + table.to_bytes(chains.bits * 8, "little")
    last = Run(chains.first + (cluster - 3) * EACH, 2 * EACH - behind, 9, 0)
    return chains.end_well([last, Run(chains.first, EACH, 0, 0)], lambda at, n: data[at : at + n])


@pytest.mark.parametrize("others", [0, 1])
@pytest.mark.parametrize("cluster", [12, 13])
@pytest.mark.parametrize(
    ("chains", "value", "well"),
    [
        (FAT12, 0xFFF, True), (FAT12, 0xFF8, True), (FAT12, 0xFF7, False), (FAT12, 0, False),
        (FAT16, 0xFFFF, True), (FAT16, 0xFFF8, True), (FAT16, 0xFFF7, False), (FAT16, 9, False),
        (FAT32, 0x0FFF_FFFF, True), (FAT32, 0xFFFF_FFF8, True), (FAT32, 0x0FFF_FFF7, False),
        (FAT32, 0xF000_0000, False), (EXFAT, 0xFFFF_FFFF, True), (EXFAT, 0xFFFF_FFFE, False),
        (EXFAT, 0x0FFF_FFFF, False),
    ],
)  # fmt: skip
def test_a_chain_ends_well_with_a_mark_of_its_kind_alone(chains, value, well, cluster, others):
    assert ends(chains, value, cluster, others=others) is well
    assert ends(chains, value, cluster, others=others, behind=EACH - 1) is well


def test_a_root_that_is_no_cluster_and_a_folder_without_any_have_no_chain():
    def never(at: int, size: int) -> bytes:
        raise AssertionError("the table tells nothing of it")

    assert FAT16.end_well([Run(FAT16.first - 1, 1, 0, 0)], never)
    assert FAT16.end_well([], never)


@pytest.mark.parametrize(("value", "well"), [(b"\xff\xff", True), (b"\x05\x00", False)])
def test_the_first_cluster_has_an_entry_like_others(value, well):
    data = bytes(FAT16.table + 4) + value + bytes(8)
    first = Run(FAT16.first, EACH, 0, 0)

    assert FAT16.end_well([first], lambda at, size: data[at : at + size]) is well
