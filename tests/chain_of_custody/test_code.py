from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chain_of_custody.code import CodeError, digits_of, read_aloud, spoken_code

ROOT = "ab" * 32
roots = st.binary(min_size=32, max_size=32).map(bytes.hex)


def test_is_what_the_format_page_defines():
    number = int.from_bytes(sha256(b"hozen-code/1" + bytes.fromhex(ROOT)).digest(), "big") % 10**24

    assert f"{number:024d}" == spoken_code(ROOT).replace(" ", "")[:24]


def test_ends_with_the_check_digit_of_the_standard():
    """ISO/IEC 7064, MOD 11,10: over all digits with the check digit the recurrence ends at 1."""
    total = 10
    for digit in map(int, spoken_code(ROOT).replace(" ", "")[:-1]):
        total = ((total + digit) % 10 or 10) * 2 % 11

    assert (total + int(spoken_code(ROOT)[-1])) % 10 == 1


@given(root=roots)
def test_has_five_groups_of_five_digits_and_fits_its_root(root):
    groups = spoken_code(root).split(" ")

    assert [len(each) for each in groups] == [5] * 5
    assert digits_of(spoken_code(root)) == spoken_code(root)


@given(root=roots, other=roots)
def test_fits_no_other_root(root, other):
    assert (root == other) == (spoken_code(root) == spoken_code(other))


@given(root=roots, at=st.integers(0, 24), step=st.integers(1, 9))
def test_every_single_misread_digit_is_found(root, at, step):
    digits = list(spoken_code(root).replace(" ", ""))
    digits[at] = str((int(digits[at]) + step) % 10)

    with pytest.raises(CodeError, match="misread"):
        digits_of("".join(digits))


WIDE = str.maketrans("0123456789 ", "０１２３４５６７８９　")
BETWEEN = [
    "", " ", "-", "、", ", ", "－", "ー", "・", "．", "–", "\u3000", "\u00a0", "\u2003", "\u202f",
    "\u200b", "\u2060", "\ufeff", "·", "\v",
]  # fmt: skip


@pytest.mark.parametrize("between", BETWEEN, ids=ascii)
def test_reads_what_people_write(between):
    code = spoken_code(ROOT)
    written = between.join(code.split(" "))

    assert digits_of(f" {written}\n") == code
    assert digits_of(written.translate(WIDE)) == code


@pytest.mark.parametrize(
    "digits",
    ["", "12345", "1" * 24, "1" * 26, "x" * 25, "²" * 25, "１" * 24, "-" * 25],
    ids=["none", "short", "one_less", "one_more", "letters", "superscript", "full_width", "dashes"],
)
def test_refuses_what_is_no_code(digits):
    with pytest.raises(CodeError, match="code_length"):
        digits_of(digits)


# Over the telephone


def test_is_said_in_japanese_without_the_words_that_are_misheard():
    assert read_aloud("01234 56789", "ja") == [
        ("01234", "ゼロ イチ ニ サン ヨン"), ("56789", "ゴ ロク ナナ ハチ キュウ"),
    ]  # fmt: skip


def test_is_said_in_english_as_on_a_radio():
    assert read_aloud("01234 56789", "en") == [
        ("01234", "zero one two three four"), ("56789", "fife six seven eight niner"),
    ]  # fmt: skip


@given(root=roots)
def test_what_is_said_leads_back_to_the_code(root):
    for language in ("ja", "en"):
        groups = read_aloud(spoken_code(root), language)
        said = [word for _, words in groups for word in words.split(" ")]
        table = dict(zip(said, "".join(digits for digits, _ in groups), strict=True))

        assert [digits for digits, _ in groups] == spoken_code(root).split()
        assert "".join(table[word] for word in said) == spoken_code(root).replace(" ", "")
