"""The disk that images are made of."""

import disks
import pytest
from imagefiles import CONTENT


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    place = tmp_path_factory.mktemp("raw")
    tree = place / "tree"
    tree.mkdir()
    for name, data in CONTENT.items():
        (tree / name[1:]).parent.mkdir(exist_ok=True)
        (tree / name[1:]).write_bytes(data)
    return disks.ext(place / "disk.img", tree, size=8 * disks.MIB)
