"""Split raw images: which files belong together, and which is missing."""

import pytest
from imagefiles import split

from collectors.disk.images.containers import open_image
from collectors.disk.reader import ImageError


def test_a_missing_part_in_the_middle_is_refused(raw, tmp_path):
    path = split(raw, tmp_path)
    (tmp_path / "disk.002").unlink()

    with pytest.raises(ImageError, match=r"disk\.002: missing, though .*disk\.003 is there"):
        open_image(str(path))


@pytest.mark.parametrize("gone", [(4,), (3, 4), (2, 3, 4)])
def test_a_later_segment_that_lies_in_the_folder_is_never_passed_over(raw, tmp_path, gone):
    for number in range(1, 6):
        if number not in gone:
            (tmp_path / f"disk.{number:03d}").write_bytes(raw.read_bytes()[:1_000_000])

    with pytest.raises(ImageError, match=rf"disk\.00{gone[0]}: missing, though .*disk\.005 is"):
        open_image(str(tmp_path / "disk.001"))


@pytest.mark.parametrize("alone", [False, True])
def test_a_segment_other_than_the_first_is_refused(raw, tmp_path, alone):
    path = split(raw, tmp_path)
    if alone:
        path.unlink()

    with pytest.raises(ImageError, match=r"disk\.002: not the first .* name .*disk\.001"):
        open_image(str(tmp_path / "disk.002"))


def test_independent_images_that_are_numbered_are_each_opened(raw, tmp_path):
    for name in ("vm.1", "vm.2", "vm.3"):
        (tmp_path / name).write_bytes(raw.read_bytes())

    assert open_image(str(tmp_path / "vm.2")).files == (str(tmp_path / "vm.2"),)
    assert open_image(str(tmp_path / "vm.1")).files == (str(tmp_path / "vm.1"),)


def test_a_later_segment_without_zeros_in_its_number_is_refused(raw, tmp_path):
    data = raw.read_bytes()
    for number, at in enumerate(range(0, len(data), 3_000_000), start=1):
        (tmp_path / f"vm.{number}").write_bytes(data[at : at + 3_000_000])

    with pytest.raises(ImageError, match=r"vm\.2: not the first .* name .*vm\.1"):
        open_image(str(tmp_path / "vm.2"))
    assert len(open_image(str(tmp_path / "vm.1")).files) > 2


def test_a_number_that_counts_no_segments_is_a_name_like_any_other(raw, tmp_path):
    for name in ("disk.2024", "disk.2023", "disk.20240101"):
        (tmp_path / name).write_bytes(raw.read_bytes())

    assert open_image(str(tmp_path / "disk.2024")).container == "raw"
