from __future__ import annotations

import json
from functools import cache
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from chain_of_custody.canonical import LARGEST, CanonicalError, Model, decode, encode
from chain_of_custody.event import (
    Check,
    Closed,
    CustodyEvent,
    Interrupted,
    Nothing,
    Person,
    Resumed,
    Sealed,
    Started,
)
from chain_of_custody.item import ItemRecord, Meta
from chain_of_custody.manifest import Items, Manifest

SHA256 = st.binary(min_size=32, max_size=32).map(bytes.hex)
TEXT = st.text(st.characters(codec="utf-8"))


def all_models(kind: type[Model] = Model) -> list[type[Model]]:
    return [each for sub in kind.__subclasses__() for each in (sub, *all_models(sub))]


MODELS = all_models()
RARE = ("Cc", "Cf", "Co", "So", "Lo", "Zl", "Zp")
WHOLE = (Manifest, CustodyEvent, ItemRecord, Started, Closed, Interrupted, Resumed, Sealed)
over_models = pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)


def values(info: msgspec.inspect.Type) -> st.SearchStrategy[Any]:
    """Every value that a schema allows, from the schema itself."""
    match info:
        case msgspec.inspect.StrType(pattern=r"\A[0-9a-f]{64}\Z"):
            return SHA256  # as the expression gives them, but quicker
        case msgspec.inspect.StrType(pattern=str(pattern)):
            return st.from_regex(pattern)
        case msgspec.inspect.Metadata(extra={"pattern": pattern}):
            return st.from_regex(pattern)
        case msgspec.inspect.StrType():
            return TEXT
        case msgspec.inspect.IntType(ge=low, le=high):
            return st.integers(low if low is not None else -LARGEST, high or LARGEST)
        case msgspec.inspect.BoolType():
            return st.booleans()
        case msgspec.inspect.NoneType():
            return st.none()
        case msgspec.inspect.LiteralType(values=allowed):
            return st.sampled_from(sorted(allowed))
        case msgspec.inspect.UnionType(types=types):
            return st.one_of(*map(values, types))
        case msgspec.inspect.ListType(item_type=item):
            return st.lists(values(item), max_size=3)
        case msgspec.inspect.StructType(cls=cls):
            return models(cls)
        case msgspec.inspect.RawType():
            return st.builds(msgspec.Raw, st.just(b"{}"))
    raise AssertionError(info)


@cache
def models(kind: type[Model]) -> st.SearchStrategy[Model]:
    info = msgspec.inspect.type_info(kind)
    return st.builds(kind, **{field.name: values(field.type) for field in info.fields})


def test_there_are_models_to_hold_against_the_specification():
    assert {Manifest, CustodyEvent, Meta} <= set(MODELS)


@pytest.mark.parametrize("kind", WHOLE, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_writes_what_rfc_8785_writes_and_reads_it_again(kind, data):
    value = data.draw(models(kind))
    written = encode(value)

    assert rfc8785.dumps(json.loads(written)) == written
    assert value == decode(kind, written)


@over_models
def test_keys_are_declared_in_sorted_order(kind):
    names = [field.encode_name for field in msgspec.structs.fields(kind)]

    assert sorted(names) == names


@over_models
def test_keys_are_ascii_and_none_may_be_absent_or_unknown(kind):
    fields = msgspec.structs.fields(kind)

    assert all(field.encode_name.isascii() for field in fields)
    assert all(field.required for field in fields)
    assert kind.__struct_config__.forbid_unknown_fields


@given(
    text=st.text(
        st.characters(codec="utf-8", categories=["Cc", "Cf", "Co", "So", "Lo", "Zl", "Zp"])
    )
)
def test_control_characters_and_rare_planes_are_written_as_rfc_8785_does(text):
    value = Person(contact=text, name=None, organisation=None, title=None)

    assert rfc8785.dumps(json.loads(encode(value))) == encode(value)


CHECK = b'{"result":"a","version":null,"what":"b"}'


def test_the_plain_form_is_read():
    assert Check(result="a", version=None, what="b") == decode(Check, CHECK)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b'{"result":"a","result":"a","version":null,"what":"b"}', id="duplicate_key"),
        pytest.param(b'{"version":null,"result":"a","what":"b"}', id="unsorted"),
        pytest.param(b'{"result": "a","version":null,"what":"b"}', id="white_space"),
        pytest.param(CHECK + b"\n", id="newline"),
        pytest.param(b"\xef\xbb\xbf" + CHECK, id="byte_order_mark"),
        pytest.param(CHECK.decode().encode("utf-16"), id="utf_16"),
        pytest.param(b'{"result":"\\u0061","version":null,"what":"b"}', id="escaped_needlessly"),
        pytest.param(b'{"result":"\\/","version":null,"what":"b"}', id="escaped_slash"),
        pytest.param(b'{"result":"\\ud800","version":null,"what":"b"}', id="lone_surrogate"),
        pytest.param(b'{"result":"\xff","version":null,"what":"b"}', id="not_utf_8"),
        pytest.param(b'{"result":"\xed\xa0\x80","version":null,"what":"b"}', id="utf_8_surrogate"),
        pytest.param(b'{"result":"a","what":"b"}', id="key_missing"),
        pytest.param(b'{"result":"a","version":null,"what":"b","zzz":1}', id="key_unknown"),
        pytest.param(b'{"result":1,"version":null,"what":"b"}', id="wrong_type"),
        pytest.param(CHECK[:-1], id="cut"),
        pytest.param(CHECK + CHECK, id="twice"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"[" * 100_000, id="very_deep"),
    ],
)
def test_refuses(data):
    with pytest.raises(CanonicalError):
        decode(Check, data)


ITEMS = (
    b'{"acquired":%b,"bytes":0,"count":0,"gap":0,'
    b'"merkle_root":"' + b"0" * 64 + b'","partial":0,"tree":"rfc9162-sha256"}'
)


@pytest.mark.parametrize("number", [b"0", b"1", b"9007199254740991"])
def test_reads_an_integer_that_every_reader_keeps(number):
    assert int(number) == decode(Items, ITEMS % number).acquired


@pytest.mark.parametrize(
    "number",
    [b"9007199254740992", b"18446744073709551616", b"1" * 400, b"-1", b"-0", b"1.0", b"1e3", b"1E3",
     b"01", b"+1", b"0x1", b"NaN", b"Infinity", b'"1"', b"null", b"true"],
)  # fmt: skip
def test_refuses_any_other_number(number):
    with pytest.raises(CanonicalError):
        decode(Items, ITEMS % number)


def test_a_detail_is_held_to_the_schema_of_its_type():
    raw = msgspec.Raw(b'{"cause":"signal"}')
    event = CustodyEvent(
        actor=None, at="2026-11-22T21:45:11Z", at_source="", authority=None,
        bundle="6f1c3c9e-3a5e-4d0e-9f5b-0a1b2c3d4e5f", check=None, counterpart=None, detail=raw,
        mono=None, place=None, prev="0" * 64, purpose=None, refs=[], schema="hozen-event/1", seq=1,
        storage=None, text=None, transport=None, type="note", witnesses=[],
    )  # fmt: skip

    with pytest.raises(CanonicalError):
        event.opened()


def test_nothing_is_an_empty_object():
    assert encode(Nothing()) == b"{}"
