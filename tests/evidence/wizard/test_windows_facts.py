"""What a running Windows' answers come to, decided without one."""

from __future__ import annotations

import pytest

from collectors.live_windows.volumes import BITLOCKER, NTFS
from evidence.wizard.on_windows import connected, encrypted, watching


def row(holds: str | None, below: str | None, drive: str = "C:") -> dict:
    return {"drive": drive, "holds": holds, "below": below}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([row(NTFS, NTFS)], ()),
        ([row(NTFS, BITLOCKER)], ("C: BitLocker",)),
        ([row(BITLOCKER, None, "D:")], ("D: BitLocker",)),
        ([row(NTFS, "unknown: 0011223344556677")], ("C: ?",)),
        ([row("unknown: 00", "unknown: 00")], ()),
        ([row(NTFS, None)], None),
        ([row(None, None)], None),
        ([row(NTFS, NTFS), row(None, None, "D:")], None),
        ([row(None, None), row(NTFS, BITLOCKER, "D:")], ("D: BitLocker",)),
        ([], ()),
    ],
    ids=["plain", "unlocked", "locked", "another", "no ntfs", "no disk", "closed", "one closed",
         "one seen", "no drives"],
)  # fmt: skip
def test_a_disk_is_encrypted_where_that_is_seen_and_not_known_where_it_can_t_be(rows, told):
    assert encrypted(rows) == told


def test_programs_that_watch_are_known_by_their_names():
    running = [{"name": name} for name in ("explorer.exe", "MsMpEng.exe", "NTRtScan.exe")]

    assert watching(running) == ("Microsoft Defender", "Trend Micro Apex One")


def test_ports_that_are_up_and_of_metal_are_named():
    ports = [
        {"alias": "イーサネット", "hardware": True, "filter": False, "up": True},
        {"alias": "Wi-Fi", "hardware": True, "filter": False, "up": False},
        {"alias": "イーサネット-WFP", "hardware": True, "filter": True, "up": True},
        {"alias": "vEthernet", "hardware": False, "filter": False, "up": True},
    ]

    assert connected(ports) == ("イーサネット",)
