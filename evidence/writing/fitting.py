"""A record's line as readers take it: what would break a rule of theirs is left out, and told.

What a record says comes from the host, and readers hold it to rules (format, sections 5 and 11): a
line that breaks one costs the whole bundle. So the line is held to them before it is written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from chain_of_custody.canonical import CanonicalError, Model
from chain_of_custody.item import Content, Meta, MissingRange, line_of, parse_line
from chain_of_custody.items import MAX_LINE, MAX_RECORDS
from collectors.pathtext import shown

CROWDED = MAX_RECORDS // 2
"""Bytes of a volume's records behind which they become short."""
SHORT = 64 << 10  # bytes of a line then: some hundred items may still wait for their scans
_NAMED = 50  # missing ranges that are kept where there are too many
_WORDS, _PATH = 100, 1000  # characters of what is said of each, and of a path: six bytes at most
_ModelT = TypeVar("_ModelT", bound=Model)
_Both = tuple[Content, Meta]


def fitting(
    content: Content, meta: Meta, salts: bytes, held: int = 0
) -> tuple[Content, bytes, bytes]:
    """What is recorded of an item's bytes, the record's line without newline, and its leaf.

    Args:
        content: what is said of the bytes.
        meta: what is said of where they came from.
        salts: 64 random bytes, used for nothing else.
        held: bytes of the records before it in its volume.
    """
    most = MAX_LINE if held < CROWDED else SHORT
    try:
        line, leaf = line_of(content, meta, salts)
    except UnicodeEncodeError:  # half a pair of surrogates is no character
        content, meta = _spelled(content), _spelled(meta)
        line, leaf = line_of(content, meta, salts)
    why = "too long" if len(line) > most else _refusal(line) if _is_odd(content, meta) else ""
    return _lessened(content, meta, salts, most, why) if why else (content, line, leaf)


def _is_odd(content: Content, meta: Meta) -> bool:
    """Whether it is worth a look: a file that is read whole by its name has a record like any."""
    return (
        content.status != "acquired" or bool(content.ranges) or meta.method.door != "system call"
        or meta.source.origin_b64 is not None or meta.led_by is not None
    )  # fmt: skip


def _refusal(line: bytes) -> str:
    """What a reader says of a line; nothing where it takes it."""
    try:
        parse_line(line)
    except CanonicalError as error:
        return str(error)
    return ""


def _lessened(
    content: Content, meta: Meta, salts: bytes, most: int, why: str
) -> tuple[Content, bytes, bytes]:
    """One thing after the other is left out, until readers take what is left."""
    line, leaf, out = b"", b"", list[str]()
    for name, less in _LESS.items():
        content, meta = less(content, meta)
        out.append(name)
        told = f"left out of this record, which readers would refuse ({why}): {', '.join(out)}"
        line, leaf = line_of(content, replace(meta, errors=[*meta.errors, told]), salts)
        if len(line) <= most and not _refusal(line):
            break
    return content, line, leaf


def _spelled(model: _ModelT) -> _ModelT:
    """The same, each text as a document can hold it."""
    fields = {name: _letters(getattr(model, name)) for name in model.__struct_fields__}
    return type(model)(**fields)


def _letters(value: object) -> object:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, list):
        return [_letters(each) for each in value]
    return _spelled(value) if isinstance(value, Model) else value


# What can be left out, the least first.


def _xattrs(content: Content, meta: Meta) -> _Both:
    attrs = replace(meta.attrs, xattrs=[]) if meta.attrs is not None else None
    return content, replace(meta, attrs=attrs)


def _remarks(content: Content, meta: Meta) -> _Both:
    return content, replace(meta, errors=[])


def _hits(content: Content, meta: Meta) -> _Both:
    return content, replace(meta, yara=replace(meta.yara, hits=[]) if meta.yara else None)


def _missing(content: Content, meta: Meta) -> _Both:
    some, others = content.ranges_missing[:_NAMED], content.ranges_missing[_NAMED:]
    some = [replace(each, error=each.error[:_WORDS]) for each in some]
    if others:
        error = f"and {len(others)} more ranges from here on"
        some.append(MissingRange(error=error, offset=others[0].offset, size=None))
    return replace(content, ranges_missing=some), meta


def _places(content: Content, meta: Meta) -> _Both:
    if not content.ranges:
        return content, meta
    missing = [*content.ranges_missing, _anywhere("where holes are is not known")]
    return replace(content, ranges=[], ranges_missing=missing, status="partial"), meta


def _anywhere(error: str) -> MissingRange:
    return MissingRange(error=error, offset="0", size=None)


def _lacking(content: Content, meta: Meta) -> _Both:
    missing = [_anywhere("what is missing is not known")] if content.ranges_missing else []
    return replace(content, ranges_missing=missing), meta


def _program(content: Content, meta: Meta) -> _Both:
    door = "made here" if meta.method.door == "program" else meta.method.door
    return content, replace(meta, method=replace(meta.method, door=door, program=None))


def _others(content: Content, meta: Meta) -> _Both:
    return content, replace(meta, led_by=None, same_as=None)


def _moments(content: Content, meta: Meta) -> _Both:
    taken = meta.acquired
    return content, replace(meta, acquired=replace(taken, mono_end=taken.mono_start))


def _facts(content: Content, meta: Meta) -> _Both:
    source = replace(meta.source, device=None, inode=None, length=None, stream=None)
    return content, replace(meta, attrs=None, source=source, times=None)


def _path(content: Content, meta: Meta) -> _Both:
    source = replace(meta.source, origin=meta.source.origin[:_PATH], origin_b64=None)
    return content, replace(meta, source=source)


_LESS: dict[str, Callable[[Content, Meta], _Both]] = {
    "extended attributes": _xattrs, "remarks": _remarks, "matches of rules": _hits,
    "missing ranges one by one": _missing, "which ranges are holes": _places,
    "the program that was run": _program, "which item led here": _others,
    "how long it took": _moments, "what the file system says": _facts,
    "what is missing": _lacking, "the rest of its path": _path,
}  # fmt: skip
