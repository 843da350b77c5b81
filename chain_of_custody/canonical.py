"""One value, one byte string: RFC 8785 (JCS), restricted to integers and ASCII keys.

The writer is msgspec, since our models' keys are ASCII and stand in sorted order; a property test
holds it against `rfc8785`. The reader parses, writes again, and accepts only equal bytes: duplicate
keys, other number forms, white space, BOM and unsorted keys all fall by that one comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

import msgspec

LARGEST = 2**53 - 1  # RFC 7493, section 2.2: what every JSON reader keeps exactly

Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
Number = Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Decimal = Annotated[str, msgspec.Meta(pattern=r"\A(0|-?[1-9][0-9]{0,38})\Z")]
# A day that the calendar has, as RFC 3339, section 5.7 wants it; no leap second, which none of our
# clocks gives. Who shows or compares a time may then take it for one.
_LEAP = r"([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_DATE = (
    r"(?!0000)([0-9]{4}-((0[13578]|1[02])-31|(0[13-9]|1[0-2])-(29|30)|(0[1-9]|1[0-2])-"
    rf"(0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
Utc = Annotated[str, msgspec.Meta(pattern=rf"\A{_DATE}T{_TIME}(\.[0-9]{{6}})?Z\Z")]
Base64 = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9+/]*={0,2}\Z")]


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A closed schema: every key present, none unknown, keys declared in sorted order."""

    def ensure(self) -> None:
        """What the types of the values don't tell; `decode` asks every model.

        Raises:
            CanonicalError: values that contradict each other, or are not of their form.
        """


ModelT = TypeVar("ModelT", bound=Model)

encode: Callable[[Model], bytes] = msgspec.json.Encoder().encode
"""The canonical bytes of a model."""


class CanonicalError(ValueError):
    """Bytes that are not the canonical form of a value of the wanted schema."""


def decode(kind: type[ModelT], data: bytes) -> ModelT:
    """The value that these bytes are the canonical form of.

    Raises:
        CanonicalError: other schema, or other bytes than `encode` gives.
    """
    try:
        value = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CanonicalError(str(error)) from error
    if encode(value) != data:
        raise CanonicalError("not in canonical form")
    value.ensure()
    return value
