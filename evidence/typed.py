"""What somebody typed from a form that was filled by pen: never without who, and when."""

from __future__ import annotations

import datetime
import tomllib
from hashlib import sha256
from pathlib import Path

_MOST = 1 << 20  # bytes of such a file
_KEYS = {"typed_by", "typed_at", "values"}


class TypedError(Exception):
    """The file holds no values that could be taken over; says why."""

    exit_code = 2


def typed(path: Path) -> dict[str, object]:
    """The values of a TOML file: `typed_by`, `typed_at` with its zone, and texts in `[values]`.

    Raises:
        TypedError: one of them is missing, or is something else.
    """
    try:
        data = path.read_bytes()[:_MOST]
        found = tomllib.loads(data.decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TypedError(f"{path}: {error}") from error
    if set(found) != _KEYS:
        raise TypedError(f"{path}: typed_by, typed_at and [values] are needed, and nothing else")
    by, at, values = found["typed_by"], found["typed_at"], found["values"]
    if not isinstance(by, str) or not by.strip():
        raise TypedError(f"{path}: typed_by: the name of who typed it")
    if not isinstance(at, datetime.datetime) or at.tzinfo is None:
        raise TypedError(f"{path}: typed_at: a time with its zone, as 2026-11-22T21:45:00+09:00")
    if not isinstance(values, dict) or not all(isinstance(each, str) for each in values.values()):
        raise TypedError(f"{path}: [values]: texts only, each in quotation marks")
    return {
        "schema": "hozen-typed/1", "typed_by": by, "typed_at": at.isoformat(), "values": values,
        "file_sha256": sha256(data).hexdigest(),
        "note": "typed from the form by a person; the form itself is the evidence",
    }  # fmt: skip
