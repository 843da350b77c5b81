"""Manifest and events: what is read, and what is no document of this format."""

from __future__ import annotations

import json

import msgspec
import pytest
import rfc8785
from forge import HOLDER

from chain_of_custody.canonical import CanonicalError, decode
from chain_of_custody.documents import load
from chain_of_custody.event import (
    COLLECTION_TYPES,
    DETAILS,
    HOLDER_TYPES,
    Closed,
    CustodyEvent,
    EventType,
    Started,
    make_event,
    parse_event,
)
from chain_of_custody.folder import BundleFolder
from chain_of_custody.manifest import Manifest


def a_note(**changes: object) -> bytes:
    fields = {
        "kind": "note", "seq": 7, "prev": "0" * 64, "at": "2026-11-22T21:45:11Z", "mono": None,
        "bundle": "6f1c3c9e-3a5e-4d0e-9f5b-0a1b2c3d4e5f",
    }  # fmt: skip
    return make_event(**(fields | changes))


# Events


def test_every_type_of_event_has_its_kind_of_detail():
    named = set(msgspec.inspect.type_info(EventType).values)

    assert named == set(DETAILS) == {*COLLECTION_TYPES, *HOLDER_TYPES}


def test_an_event_says_what_it_was_made_of():
    event, _ = parse_event(a_note(text="患者", refs=["item:17", "volume:3", "event:2"]))

    assert (event.seq, event.type, event.text) == (7, "note", "患者")
    assert event.refs == ["item:17", "volume:3", "event:2"]


@pytest.mark.parametrize(
    "reference",
    ["item:0", "item:-1", "item:01", "item:", "volume:x", "file:1", "manifest:abc", "item:1\n", ""],
)
def test_a_reference_of_another_form_is_refused(reference):
    with pytest.raises(CanonicalError):
        parse_event(a_note(refs=[reference]))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", "hozen-event/2"), ("type", "gossip"), ("seq", 0), ("seq", "1"), ("prev", "00"),
        ("bundle", "not-a-uuid"), ("at", "yesterday"), ("at", "2026-11-22T21:45:11+09:00"),
        ("mono", 5), ("mono", "5.0"), ("detail", {"x": 1}), ("detail", None), ("refs", None),
        ("witnesses", [{}]), ("actor", "somebody"), ("text", 1),
        ("authority", {"basis": "whim", "number": None}),
    ],
)  # fmt: skip
def test_refuses_an_event_with_another(key, value):
    document = json.loads(a_note()) | {key: value}

    with pytest.raises(CanonicalError):
        parse_event(rfc8785.dumps(document))


@pytest.mark.parametrize("key", msgspec.structs.fields(CustodyEvent), ids=lambda f: f.name)
def test_refuses_an_event_that_lacks(key):
    document = json.loads(a_note())
    del document[key.encode_name]

    with pytest.raises(CanonicalError):
        parse_event(rfc8785.dumps(document))


def test_refuses_the_detail_of_another_type():
    document = json.loads(a_note(kind="note")) | {"type": "interrupted"}

    with pytest.raises(CanonicalError):
        parse_event(rfc8785.dumps(document))


# The manifest


@pytest.mark.parametrize("key", msgspec.structs.fields(Manifest), ids=lambda f: f.name)
def test_refuses_a_manifest_that_lacks(good, key):
    del good.manifest[key.encode_name]

    with pytest.raises(CanonicalError):
        decode(Manifest, rfc8785.dumps(good.manifest))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", "hozen-bundle/2"), ("case_id", "患者"), ("case_id", ""), ("case_id", "a" * 33),
        ("host_ref", "DC01"), ("profile", "everything"), ("recipients", None), ("bundle_id", "x"),
        ("started", "2026-11-22"), ("volumes", {}), ("kit", 1),
    ],
)  # fmt: skip
def test_refuses_a_manifest_with_another(good, key, value):
    with pytest.raises(CanonicalError):
        decode(Manifest, rfc8785.dumps(good.manifest | {key: value}))


# As they lie in a bundle


def test_the_documents_of_a_good_bundle_are_read(good):
    documents = load(BundleFolder(good.path))

    assert [] == documents.problems == documents.unreadable
    assert good.manifest["bundle_id"] == documents.manifest.bundle_id
    assert [each["seq"] for each in good.events] == [each.event.seq for each in documents.events]
    assert isinstance(documents.events[0].detail, Started)


def test_the_bytes_that_were_signed_are_kept_beside_what_they_say(good):
    file = load(BundleFolder(good.path)).events[1]

    assert good.read(file.name) == file.raw
    assert isinstance(file.detail, Closed)
    assert good.events[2]["prev"] == file.sha256


def test_each_session_has_its_key_and_its_volumes(world):
    documents = load(BundleFolder(world.path("resumed")))
    first, second = documents.sessions()

    assert first.key_sha256 != second.key_sha256
    assert [[e.number for e, _ in each.volumes] for each in (first, second)] == [[1, 2], [4]]
    assert [entry.number for entry in documents.salvaged()] == [3]


def test_a_document_that_is_too_large_is_not_read(good):
    good.write("custody/00002.json", b" " * ((1 << 20) + 1))
    documents = load(BundleFolder(good.path))

    assert [error.finding.key for error in documents.problems] == ["too_large"]
    assert [(f.name, f.raw) for f in documents.unreadable] == [("custody/00002.json", None)]


def test_what_can_not_be_read_as_an_event_keeps_its_bytes_and_signature(good):
    good.write("custody/00006.json", b"{}")
    good.write("custody/00006.json.p7s", b"x")
    (unread,) = load(BundleFolder(good.path)).unreadable

    assert (unread.raw, unread.signature) == (b"{}", b"x")


def test_a_holder_signs_with_a_key_of_their_own(world):
    events = load(BundleFolder(world.path("handed"))).events

    assert [each.event.type for each in events[-2:]] == ["released", "received"]
    assert HOLDER.certificate_sha256 not in {
        each.key_sha256 for each in load(BundleFolder(world.path("handed"))).sessions()
    }
