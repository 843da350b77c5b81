"""The root as digits that can be read over a telephone (format, section 10)."""

from __future__ import annotations

from hashlib import sha256

DIGITS = 24
_GROUP = 5
_CONTEXT = b"hozen-code/1"
# How a digit is said over a telephone so that it is not taken for another: in Japanese yon and
# nana, since shi and shichi sound alike; in English fife and niner (ICAO Annex 10, volume II).
_JAPANESE = ("ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ")
_ENGLISH = ("zero", "one", "two", "three", "four", "fife", "six", "seven", "eight", "niner")


class CodeError(ValueError):
    """Digits that can't be a spoken code: too few, too many, or misheard."""


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
    digits += str(_check_digit(digits))
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def read_aloud(code: str, language: str) -> list[tuple[str, str]]:
    """Each group of a code and the words to say it: in `ja`, or English for everything else."""
    words = _JAPANESE if language == "ja" else _ENGLISH
    return [(group, " ".join(words[int(digit)] for digit in group)) for group in code.split()]


def matches(code: str, root: str) -> bool:
    """Whether digits that somebody wrote down are this root's code.

    Raises:
        CodeError: not 25 digits, or the check digit says that one was misheard.
    """
    digits = "".join(code.split()).replace("-", "")
    if not (digits.isascii() and digits.isdigit()) or len(digits) != DIGITS + 1:
        raise CodeError(f"a code has {DIGITS + 1} digits; shorter ones can be forged")
    if _check_digit(digits[:-1]) != int(digits[-1]):
        raise CodeError("the check digit does not fit: a digit was misread")
    return digits == spoken_code(root).replace(" ", "")
