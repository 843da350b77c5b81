"""The root as digits that can be read over a telephone (format, section 10)."""

from __future__ import annotations

import re
from hashlib import sha256

DIGITS = 24  # some 80 bits; the check digit is the 25th
_GROUP = 5
_CONTEXT = b"hozen-code/1"
_WIDE = {ord("０") + digit: str(digit) for digit in range(10)}
_BETWEEN = re.compile(
    r"[\s,.、。·・ー，．－､｡･ｰ‐‑‒–—―−-]+"
    r"|[\u200b-\u200f\u2060\ufeff]+"  # shown by nothing, and copied along from a page or a mail
)
# How a digit is said over a telephone so that it is not taken for another: in Japanese yon and
# nana, since shi and shichi sound alike; in English fife and niner (ICAO Annex 10, volume II).
_JAPANESE = ("ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ")
_ENGLISH = ("zero", "one", "two", "three", "four", "fife", "six", "seven", "eight", "niner")


class CodeError(ValueError):
    """Digits that can't be a spoken code: too few, too many, or misheard."""

    def __init__(self, key: str) -> None:
        """Say which of both by its finding: `code_length` or `code_misread`."""
        self.key = key
        super().__init__(key)


def _check_digit(digits: str) -> int:
    """ISO/IEC 7064, MOD 11,10: finds every single error and nearly all swaps of neighbours."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10


def spoken_code(root: str) -> str:
    """Twenty-five digits in five groups, the last digit a check digit.

    Args:
        root: the tree's root, in hexadecimal.
    """
    number = int.from_bytes(sha256(_CONTEXT + bytes.fromhex(root)).digest(), "big")
    digits = f"{number % 10**DIGITS:0{DIGITS}d}"
    return _in_groups(digits + str(_check_digit(digits)))


def _in_groups(digits: str) -> str:
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def read_aloud(code: str, language: str) -> list[tuple[str, str]]:
    """Each group of a code and the words to say it: in `ja`, or English for everything else."""
    words = _JAPANESE if language == "ja" else _ENGLISH
    return [(group, " ".join(words[int(digit)] for digit in group)) for group in code.split()]


def typed(written: str) -> str:
    """Digits, also hexadecimal ones, as people type them: full-width ones are digits, too, and what
    stands between groups (blanks, also such as take no room, commas, full stops, middle dots,
    dashes) says nothing.
    """  # noqa: D205 - one sentence
    return _BETWEEN.sub("", written.translate(_WIDE)).lower()


def digits_of(written: str) -> str:
    """A code as `spoken_code` writes it, from what somebody wrote down or typed.

    Raises:
        CodeError: not 25 digits, or the check digit says that one was misheard.
    """
    digits = typed(written)
    if not (digits.isascii() and digits.isdigit()) or len(digits) != DIGITS + 1:
        raise CodeError("code_length")
    if _check_digit(digits[:-1]) != int(digits[-1]):
        raise CodeError("code_misread")
    return _in_groups(digits)
