"""Which names are the same where case doesn't matter: as NTFS compares, and no others."""

import struct

import disks
import pytest

from collectors.files.spelling import Names, upcased


def names(*given):
    return Names(given, name_of=str, key=upcased)


@pytest.mark.parametrize("decoy", ["SY\ufb06EM", "\u017fYSTEM", "\u017fy\u017ftem"])
def test_a_name_that_only_unicode_s_folding_takes_for_another_is_another(decoy):
    assert decoy.casefold() == "system"
    assert names("SYSTEM", decoy).meant("system") == ["SYSTEM"]
    assert names(decoy).meant("SYSTEM") == []


def test_the_very_name_is_meant_alone_and_else_all_that_differ_in_case():
    held = names("System", "SYSTEM", "system32", "システム")

    assert held.meant("SYSTEM") == ["SYSTEM"]
    assert held.meant("sYSTEM") == ["System", "SYSTEM"]
    assert held.meant("システム") == ["システム"]
    assert held.meant("SAM") == []


def test_letters_are_compared_as_the_table_of_a_volume_says(tmp_path):
    with disks.opened(disks.ntfs(tmp_path / "disk.img")) as source:
        table = struct.unpack("<65536H", source.snapshot("/$UpCase").data)
    ours = [upcased(chr(unit)) for unit in range(0x10000)]
    more = [unit for unit in range(0x10000) if ours[unit] != chr(table[unit])]

    assert sum(upper != unit for unit, upper in enumerate(table)) > 900
    assert all(len(upper) == 1 for upper in ours)
    assert all(table[unit] == unit for unit in more)  # of these the table says nothing
    assert not any(chr(unit) in "\u00b5\u0131\u017f\u03c2\u1e9e\u2126\u212a" for unit in more)
    assert upcased("\U0001044d") == "\U0001044d"  # two units, and no letter to NTFS
