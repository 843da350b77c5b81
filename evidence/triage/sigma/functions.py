"""What SQLite is taught for rules of Sigma: expressions, numbers, networks."""

from __future__ import annotations

import ipaddress
import math
import re
import sqlite3
from functools import lru_cache

import re2

NUMBER, IN_NETWORK, SMALL = "as_number", "in_network", "in_small_letters"
_DIGITS = 20  # of a whole number that is told to the last one; 19 and a sign are 63 bits
_FORM = re.compile(r"0[xX][0-9a-fA-F]+|[+-]?[0-9]+(?:\.[0-9]+)?")
_compiled = lru_cache(maxsize=4096)(re2.compile)


def teach(connection: sqlite3.Connection) -> None:
    """Add the functions; each is the same for the same values."""
    for name, many, function in (
        ("regexp", 2, _matches), (NUMBER, 1, _number), (IN_NETWORK, 2, _in_network),
        (SMALL, 1, _small),
    ):  # fmt: skip
        connection.create_function(name, many, function, deterministic=True)


def _matches(pattern: str, value: str | None) -> bool | None:
    """Whether an expression matches anywhere: RE2 takes time by the length of a text, no more."""
    return None if value is None else _compiled(pattern).search(value) is not None


# Numbers of events come again and again: a fifth of the time. Few are kept, a value may be long.
@lru_cache(maxsize=256)
def _number(value: str | None) -> int | float | None:
    """The number that a text is, `12`, `1.5` or `0x1f`; None where it is none.

    Python would take `1_0`, `inf` and the digits of any script for numbers, too.
    """
    if value is None or _FORM.fullmatch(value) is None:
        return None
    if value[:2] in ("0x", "0X"):
        return _counted(int(value, 16))
    return float(value) if "." in value or len(value) > _DIGITS else _counted(int(value))


def _counted(number: int) -> int | float:
    """A number as SQLite has it: beyond 63 bits, not to the last digit."""
    try:
        return number if abs(number) < 1 << 63 else float(number)
    except OverflowError:
        return math.inf  # hexadecimal, which has no sign


def _small(value: str | None) -> str | None:
    """A text in small letters, of whichever script: SQLite's own `lower` knows those of ASCII."""
    return None if value is None else value.lower()


@lru_cache(maxsize=4096)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text)


def _in_network(value: str | None, network: str) -> bool | None:
    """Whether an address is in a network; one of IPv4 within IPv6 is taken for what it is."""
    try:
        address = ipaddress.ip_address(value or "")
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    found: bool = (mapped or address) in _network(network)
    return found
