"""Headers of tar, as the format has them: one way of writing each, and no other is read."""

from evidence import tar


def test_a_negative_size_is_no_canonical_header():
    block = tar.header(b"items/00000001", -1)

    assert tar.parse(block) is None
    assert tar.parse(tar.header(b"items/00000001", 1)) == ("items/00000001", 1)
