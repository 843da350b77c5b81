"""The names of an E01's segments are those that libewf would look for."""

import pyewf
import pytest

from collectors.disk.images.ewfnames import segments_from
from collectors.disk.reader import ImageError
from evidence.intake.images.ewf import ending


def placed(folder, *endings):
    for each in endings:
        (folder / f"disk.{each}").write_bytes(b"EVF\x09\x0d\x0a\xff\x00" + bytes(100))
    return str(folder / f"disk.{endings[0]}")


@pytest.mark.parametrize(
    "endings",
    [
        [ending(number) for number in range(1, 1500)],
        [ending(number).lower() for number in range(1, 200)],
        ["E01", "E02", "E04"],
        ["s01", "s02"],
        ["Ex01", "Ex02"],
    ],
    ids=["E01", "e01", "gap", "s01", "Ex01"],
)
def test_they_are_found_in_the_order_in_which_libewf_finds_them(endings, tmp_path):
    path = placed(tmp_path, *endings)

    assert segments_from(path) == list(pyewf.glob(path))


def test_under_another_name_nobody_knows_how_the_others_are_called(tmp_path):
    with pytest.raises(ImageError, match=r"let its name end in \.E01"):
        segments_from(placed(tmp_path, "img"))
