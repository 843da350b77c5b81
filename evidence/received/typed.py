"""What somebody typed from a form that was filled by pen: never without who, and when."""

from __future__ import annotations

import datetime
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from chain_of_custody.digest import sha256
from collectors.told import ToldError
from evidence.received.form import Answer, Unusual, ahead, elsewhere, unusual
from evidence.sentences import SENTENCES

_MOST = 1 << 20  # bytes of such a file
_KEYS = {"typed_by", "typed_at", "values"}
_VALUES = 200  # of a file; the form has 24
_TEXTS = 100  # of one value
_LONGEST = 4000  # characters of a text; a line of the form holds about forty


class TypedError(ToldError):
    """The file holds no values that could be taken over; says why."""

    exit_code: ClassVar[int] = 2
    table = SENTENCES


class Typed(NamedTuple):
    """Values that were taken over."""

    document: dict[str, object]
    """As the bundle has them."""
    unusual: list[Unusual]


def typed(path: Path, others: Sequence[Path] = ()) -> Typed:
    """The values of a TOML file: `typed_by`, `typed_at` with its zone, and texts in `[values]`.

    Where there are several seals or media their value is a list of texts.

    Args:
        path: of the file.
        others: what was typed from other forms of the case, whose seals must be others. The file
            itself is passed over: whoever names all files of a case names it, too.

    Raises:
        TypedError: one of them is missing, or is something else, or larger than any form.
    """
    data, by, at, values = _checked(path)
    notes = [*ahead("typed", at), *unusual(values), *elsewhere(values, _of_others(path, others))]
    document: dict[str, object] = {
        "schema": "hozen-typed/1", "typed_by": by, "typed_at": at.isoformat(), "values": values,
        "file_sha256": sha256(data),
        "note": "typed from the form by a person; the form itself is the evidence",
        "unusual": [{"what": each.what, **each.facts} for each in notes],
    }  # fmt: skip
    return Typed(document, notes)


def _of_others(path: Path, others: Sequence[Path]) -> dict[str, Mapping[str, Answer]]:
    """The values of other forms by their paths as given: names repeat from folder to folder."""
    found = {str(each): _checked(each)[3] for each in others}
    return {each: values for each, values in found.items() if not path.samefile(each)}


def _checked(path: Path) -> tuple[bytes, str, datetime.datetime, dict[str, Answer]]:
    """The bytes, who typed them and when, and the values."""
    data, found = _read(path)
    if set(found) != _KEYS:
        raise TypedError("typed.keys", path=path)
    by, at, values = found["typed_by"], found["typed_at"], found["values"]
    if not _is_text(by) or not by.strip():
        raise TypedError("typed.by", path=path)
    if not isinstance(at, datetime.datetime) or at.tzinfo is None:
        raise TypedError("typed.at", path=path)
    _check_values(path, values)
    return data, by, at, values


def _read(path: Path) -> tuple[bytes, dict[str, Any]]:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
        if len(data) > _MOST:  # cut off it might still be TOML, of something else
            raise TypedError("typed.large", path=path, most=_MOST >> 10)
        return data, tomllib.loads(data.decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise TypedError("typed.unreadable", path=path, why=error) from error


def _check_values(path: Path, values: object) -> None:
    if not isinstance(values, dict) or not all(map(_is_answer, values.values())):
        raise TypedError("typed.values", path=path)
    if len(values) > _VALUES:
        raise TypedError("typed.many", path=path, most=_VALUES)
    for name, answer in values.items():
        texts: list[str] = [answer] if isinstance(answer, str) else answer
        if len(texts) > _TEXTS or not all(map(_is_plain, chain([name], texts))):
            raise TypedError("typed.text", path=path, name=name, most=_LONGEST)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and _is_plain(value)


def _is_answer(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, str) for each in value)
    return isinstance(value, str)


def _is_plain(text: str) -> bool:
    """Whether a person can have typed it: not too long, no control characters but line ends."""
    controls = {char for char in text if unicodedata.category(char) == "Cc"} - {"\n", "\r", "\t"}
    return len(text) <= _LONGEST and not controls
