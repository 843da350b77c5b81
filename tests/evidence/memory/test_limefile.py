"""LiME, held to its form: cut anywhere and with any byte changed, it is read or refused."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.memory.errors import SymbolsError
from evidence.memory.limefile import lacking

RANGES = ((0x1000, 0x1064), (0x2000, 0x2000), (0x3000, 0x30C8))
WHOLE = b"".join(
    struct.pack("<IIQQQ", 0x4C694D45, 1, first, last, 0) + bytes(last + 1 - first)
    for first, last in RANGES
)
HEADERS = (0, 133, 166)


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    return tmp_path_factory.mktemp("lime") / "image"


def test_a_whole_one_lacks_nothing(image):
    image.write_bytes(WHOLE)

    assert lacking(image) == 0


def test_cut_at_any_byte_it_is_refused_in_a_header_and_else_tells_what_is_gone(image):
    ends = (*HEADERS[1:], len(WHOLE))
    for cut in range(4, len(WHOLE)):
        image.write_bytes(WHOLE[:cut])
        begins = max(at for at in HEADERS if at < cut)
        if cut < begins + 32:
            with pytest.raises(SymbolsError, match=f"at byte {begins} there is no header"):
                lacking(image)
        else:
            assert lacking(image) == ends[HEADERS.index(begins)] - cut


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_any_byte_may_be_another_one(image, at, change):
    data = bytearray(WHOLE)
    data[at] ^= change
    image.write_bytes(data)
    with contextlib.suppress(SymbolsError):
        assert lacking(image) >= 0


@given(st.binary(max_size=200))
def test_what_is_another_form_is_left_alone(image, data):
    image.write_bytes(b"x" + data)

    assert lacking(image) == 0
