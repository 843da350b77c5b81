"""What stands in for Linux' own calls elsewhere does the same."""

import os

from hypothesis import given
from hypothesis import strategies as st

from collectors import system

NUMBERS = st.integers(0, 2**31 - 1)


@given(NUMBERS, NUMBERS)
def test_device_numbers_are_packed_as_linux_packs_them(major, minor):
    packed = os.makedev(major, minor)

    assert system._pack(major, minor) == packed
    assert (system._major(packed), system._minor(packed)) == (major, minor)


@given(st.binary(max_size=200), st.integers(0, 250), st.integers(0, 100))
def test_reading_at_an_offset_is_what_linux_does(data, offset, size):
    descriptor = os.memfd_create("test")
    try:
        os.write(descriptor, data)
        ours, theirs = bytearray(size), bytearray(size)
        count = system._read_into(descriptor, (memoryview(ours),), offset)
        assert count == os.preadv(descriptor, [theirs], offset)
        assert ours == theirs
    finally:
        os.close(descriptor)
