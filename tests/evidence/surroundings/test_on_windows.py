"""What a running Windows' answers come to, decided without one."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from collectors.live_windows.volumes import BITLOCKER, NTFS
from evidence.cli.texts import TEXTS
from evidence.surroundings.on_windows import connected, encrypted, watching
from evidence.wizard.texts.checks import CHECKS


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


# What is said where the volume is closed, or who runs it is no administrator.


def said():
    """The texts of both languages, by what is missing: without rights, with rights."""
    doors = resources.files("evidence.kit") / "doors"
    doors = [(doors / name).read_text(encoding="utf-8") for name in ("README.txt", "使い方.txt")]
    few = [*CHECKS["wizard.check.rights.reduced"], *TEXTS["run.not_administrator"], *doors]
    return few, CHECKS["wizard.check.rights.closed"]


def test_nobody_is_told_that_no_files_are_taken_where_windows_gives_them():
    few, closed = said()
    texts = [" ".join(text.split()) for text in (*few, *closed)]

    assert not [
        text
        for text in texts
        if re.search(r"no files\b(?! of)|and files stay", text, re.IGNORECASE)
    ]
    assert not [text for text in texts if re.search(r"[・や]ファイルは取れ(ません|ず)", text)]
    assert all(re.search(r"others' files|files of other users|他(人|の人|の利用者)のファイル", text)
               for text in few)  # fmt: skip
    assert ["files are taken" in closed[0], "ファイルは取れます" in closed[1]] == [True, True]
