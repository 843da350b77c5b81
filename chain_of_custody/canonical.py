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
Utc = Annotated[
    str,
    msgspec.Meta(
        pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?Z\Z"
    ),
]
Base64 = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9+/]*={0,2}\Z")]


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A closed schema: every key present, none unknown, keys declared in sorted order."""


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
    return value
