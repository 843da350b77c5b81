"""What a signer can say twice, and otherwise the second time: all of it rightly signed."""

from __future__ import annotations

import base64
import copy
import datetime
import hashlib
import shutil
from collections.abc import Callable, Mapping

import authority
import bundles
from byhand import Json, peaks_of, root_of
from forge import HOLDER, Edit, Forger
from worlds import World

from forgeries.custody import append, handed, signed_for

_ERROR = "EIO: Input/output error"
_SCANNED = {"hits": [], "mode": "whole"}
_PROGRAM = {"arguments": [], "path": "/usr/bin/true", "sha256": "ab" * 32}


def _content(**said: object) -> Edit:
    return lambda record: record["content"].update(said)


def _meta(**said: object) -> Edit:
    return lambda record: record["meta"].update(said)


def _method(door: str, program: Json | None) -> Edit:
    return _meta(method={"door": door, "noatime": True, "program": program})


def _ranges(*offsets: int) -> Edit:
    """All of the item but five bytes at the first of two places, these at the second."""

    def edit(record: Json) -> None:
        sizes = (record["content"]["size"] - 5, 5)
        pairs = zip(offsets, sizes, strict=True)
        record["content"]["ranges"] = [{"offset": str(at), "size": size} for at, size in pairs]

    return edit


def _bytes_of_path(raw: bytes) -> Edit:
    return _bytes_coded(base64.b64encode(raw).decode())


def _bytes_coded(text: str) -> Edit:
    said = {"origin": "/home/山田/メモ\ufffd.txt", "origin_b64": text}
    return lambda record: record["meta"]["source"].update(said)


def _times(**said: str) -> Edit:
    return lambda record: record["meta"]["acquired"].update(said)


def _same_as(number: int) -> Edit:
    return _meta(reason="skipped", same_as=number)


_LOST = [{"error": _ERROR, "offset": "3", "size": "2"}]
_OWN_PATH = "/home/山田/メモ".encode() + b"\xff.txt"
RECORDS: Mapping[str, tuple[int, Edit]] = {
    "whole and a range missing": (4, _content(ranges_missing=_LOST)),
    "in part and nothing missing": (4, _content(status="partial")),
    "in part and a range missing": (4, _content(status="partial", ranges_missing=_LOST)),
    "a gap and a range missing": (5, _content(ranges_missing=_LOST)),
    "a gap and a range stored": (5, _content(ranges=[{"offset": "0", "size": 0}])),
    "a gap and scanned": (5, _meta(yara=_SCANNED)),
    "a gap and not changed while it was read": (5, _meta(changed_while_reading=False)),
    "ranges that overlap": (4, _ranges(0, 3)),
    "ranges out of order": (4, _ranges(100, 0)),
    "a range before the beginning": (4, _ranges(-9, 100)),
    "ranges with a hole between": (4, _ranges(0, 100)),
    "led by itself": (4, _meta(led_by=4)),
    "led by a later item": (4, _meta(led_by=6)),
    "led by an earlier item": (4, _meta(led_by=3)),
    "the same as a later item": (5, _same_as(6)),
    "the same as an earlier item": (5, _same_as(4)),
    "read backwards": (4, _times(mono_start="9" * 9, mono_end="1" + "0" * 8)),
    "read after its volume was closed": (4, _times(mono_end="9" * 39)),
    "by a program that is not named": (4, _method("program", None)),
    "by a system call of a program": (4, _method("system call", _PROGRAM)),
    "by a program that is named": (4, _method("program", _PROGRAM)),
    "another path than its bytes": (4, _bytes_of_path(b"/home/\xe4\xbd\x90/memo\xff.txt")),
    "bytes of a path that can not be read": (4, _bytes_coded("A")),
    "the path of its bytes": (4, _bytes_of_path(_OWN_PATH)),
    "of another phase than its volume": (4, _meta(phase="image")),
    "of a collector that had not run": (4, _meta(collector="accounts")),
    "by others than hozen": (4, _meta(kind="native")),
}
"""What is said in a record, of which item; the fifth is a gap."""


def record_says(bundle: Forger, world: World, *, what: str) -> None:
    """The trees are made anew over what it says."""
    seq, edit = RECORDS[what]
    bundle.edit_record(seq, edit)
    bundle.retree()
    bundle.settle()


# Volumes and sessions


def _invented(size: int, salt: bytes = b"") -> Json:
    """Root and peaks over items that were made up."""
    leaves = [hashlib.sha256(salt + bytes([at])).digest() for at in range(size)]
    return {"peaks": peaks_of(leaves), "root": root_of(leaves).hex(), "size": size}


def tree_of_other_items(bundle: Forger, world: World, *, number: int) -> None:
    """It fits itself, and is of the size that it had to be."""
    tree = bundle.closings[number - 1]["detail"]["tree"]
    tree.update(_invented(tree["size"]))
    bundle.settle()


def bytes_of_gaps(bundle: Forger, world: World) -> None:
    """The second volume took nothing by its counts, and its bytes grew."""
    first, second, last = (each["detail"]["tree"] for each in bundle.closings)
    second.update(acquired=first["acquired"], gap=second["size"] - first["acquired"])
    last.update(acquired=first["acquired"], gap=last["size"] - first["acquired"])
    bundle.manifest["items"].update(acquired=last["acquired"], gap=last["gap"])
    bundle.settle()


def items_without_a_volume(bundle: Forger, world: World) -> None:
    """The manifest counts what no event ever closed."""
    shutil.rmtree(bundle.path / "data")
    bundle.events = [each for each in bundle.events if each["type"] != "volume_closed"]
    bundle.settle()


def closed_for(bundle: Forger, world: World, *, cause: str, number: int) -> None:
    bundle.closings[number - 1]["detail"]["cause"] = cause
    bundle.settle()


def interrupted_and_sealed(bundle: Forger, world: World) -> None:
    """The end of a session, and no other one began."""
    event = bundle.events[bundle.sealed_at] | {"type": "interrupted", "detail": {"cause": "signal"}}
    bundle.events.insert(bundle.sealed_at, event)
    bundle.settle()


def interrupted_twice(bundle: Forger, world: World) -> None:
    append(bundle, bundle.events[-1], bundles.KEY)


def closed_after_an_interruption(bundle: Forger, world: World) -> None:
    event = copy.deepcopy(world.forger("sealed").events[3])
    number = len(bundle.closings) + 1
    event["detail"]["volume"] |= {"name": f"volume-{number:05d}.tar.zst.age"}
    name = f"data/{event['detail']['volume']['name']}"
    bundle.write(name, world.forger("sealed").read("data/volume-00003.tar.zst.age"))
    bundle.events.append(event | {"bundle": bundle.events[0]["bundle"], "mono": "9" * 30})
    bundle.measure()
    bundle.settle()


def collection_behind_a_holder(bundle: Forger, world: World) -> None:
    """Somebody signed for what had begun, and the collection went on."""
    note = bundle.holder_event("note")
    ended = bundle.events[-1] | {"type": "interrupted", "detail": {"cause": "signal"}}
    append(bundle, note, HOLDER)
    append(bundle, ended, bundles.KEY)


def manifest_of_a_sealing_removed(bundle: Forger, world: World, *, sums: bool) -> None:
    """The event says that it was sealed, and what was sealed is gone."""
    names = ["bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"] if sums else []
    bundle.remove("manifest.json", "manifest.json.p7s", *names)


def another_manifest_half_named(bundle: Forger, world: World) -> None:
    bundle.write("manifest.json.tmp", world.forger("other").read("manifest.json"))


def on_another_machine(bundle: Forger, world: World, *, version: int) -> None:
    """The session that went on has a reference of its own, as where nothing is compared."""
    identity = f"6f1c3c9e-3a5e-{version}d0e-9f5b-0a1b2c3d4e5f"
    for event in bundle.events:
        event["bundle"] = identity
        if event["type"] == "resumed":
            event["detail"]["host_ref"] = "00c0ffee"
    bundle.manifest.update(bundle_id=identity, host_ref="00c0ffee")
    _bag_info(bundle, lambda line: f"External-Identifier: {identity}" if "Ident" in line else line)
    bundle.settle()


# Clocks


def beginning_read(bundle: Forger, world: World, **said: str) -> None:
    """The clock of the beginning, in event and manifest alike."""
    bundle.events[0]["detail"]["clock"].update(said)
    bundle.settle(manifest=lambda document: document["clock"]["start"].update(said))


def end_read(bundle: Forger, world: World, **said: str) -> None:
    bundle.settle(manifest=lambda document: document["clock"]["end"].update(said))


def ended_at(bundle: Forger, world: World, *, minutes: int) -> None:
    """So long before the event that seals."""
    at = bundle.events[bundle.sealed_at]["at"]
    moment = _earlier(at, minutes)
    bundle.settle(manifest=lambda document: document.update(ended=moment))


def _earlier(at: str, minutes: int) -> str:
    """A time so many minutes before."""
    earlier = datetime.datetime.fromisoformat(at) - datetime.timedelta(minutes=minutes)
    return earlier.strftime("%Y-%m-%dT%H:%M:%SZ")


# What the beginning says, and what lies beside


def received_and_collected_here(bundle: Forger, world: World, *, text: str, sender: bool) -> None:
    """The event names who handed it over, or nobody, and its text says otherwise."""
    person = {"contact": None, "name": "山田", "organisation": None, "title": None}
    bundle.events[0].update(text=text, counterpart=person if sender else None)
    bundle.settle()


def _bag_info(bundle: Forger, edit: Callable[[str], str]) -> None:
    lines = bundle.read("bag-info.txt").decode().splitlines()
    bundle.write("bag-info.txt", "".join(f"{edit(line)}\n" for line in lines).encode())


def bag_info_says(bundle: Forger, world: World, *, line: str) -> None:
    """What the tools of other people read; bound by the manifest as it is."""
    key = line.split(":")[0]
    _bag_info(bundle, lambda each: line if each.startswith(f"{key}:") else each)
    bundle.settle()


# Holders


def answer_to(bundle: Forger, world: World, *, kind: str, number: int) -> None:
    """After a release, event 6: an answer that names another event than that."""
    handed(bundle, authority.CUSTODIAN, to="調査 太郎", seal="S-1")
    append(bundle, bundle.holder_event(kind, refs=[f"event:{number}"]), HOLDER)


def received_and_refused(bundle: Forger, world: World) -> None:
    """Both answers name the one release."""
    answer_to(bundle, world, kind="received", number=6)
    append(bundle, bundle.holder_event("refused", refs=["event:6"]), HOLDER)


def corrected_nothing(bundle: Forger, world: World) -> None:
    append(bundle, bundle.holder_event("corrected", text="it was another day"), HOLDER)


def seal_changed(bundle: Forger, world: World, *, meanwhile: str = "") -> None:
    """Received under one seal, handed on under another by the same person."""
    handed(bundle, authority.CUSTODIAN, to="調査 太郎", seal="S-1")
    signed_for(bundle, seal="Ｓ－１")
    if meanwhile:
        append(bundle, bundle.holder_event(meanwhile), HOLDER)
    handed(bundle, HOLDER, to="佐藤 次郎", seal="S-2")


def another_parcel(bundle: Forger, world: World) -> None:
    """Sent under one number, received under another."""
    for kind, key, number in (
        ("released", authority.CUSTODIAN, "1234-5678"), ("received", HOLDER, "1234-9999"),
    ):  # fmt: skip
        way = {"method": "courier", "seal_no": None, "tracking": number}
        append(bundle, bundle.holder_event(kind, transport=way), key)


def stamped_before_its_end(bundle: Forger, world: World, *, by: str) -> None:
    """The end that is claimed lies a day behind the token's time."""
    bundle.events = bundle.events[: bundle.sealed_at + 1]
    ahead = _earlier(bundle.events[-1]["at"], -24 * 60)
    bundle.events[-1]["at"] = ahead
    bundle.manifest["clock"]["end"]["utc"] = ahead
    bundle.settle(manifest=lambda document: document.update(ended=ahead))
    world.stamp(bundle.path, by)
