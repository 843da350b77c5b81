"""What can be done to the manifest, without the key and with it."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable

import authority
import bundles
import rfc8785
from byhand import RECORDS, Json, Member, digest
from forge import Forger
from worlds import World

from chain_of_custody.signing import cms


def manifest_byte_flipped(bundle: Forger, world: World, *, at: float) -> None:
    size = len(bundle.read("manifest.json"))
    bundle.flip("manifest.json", min(int(at * size), size - 1))


def manifest_written_again(bundle: Forger, world: World) -> None:
    bundle.write("manifest.json", json.dumps(bundle.manifest, indent=1).encode())
    bundle.lists()


def signed_manifest_not_canonical(bundle: Forger, world: World) -> None:
    bundle.settle(manifest_raw=lambda data: json.dumps(json.loads(data)).encode())


def signed_key_twice(bundle: Forger, world: World) -> None:
    mark = b'"case_id":'
    bundle.settle(manifest_raw=lambda data: data.replace(mark, mark + b'"H-1",' + mark, 1))


def signed_unknown_key(bundle: Forger, world: World) -> None:
    bundle.settle(manifest=lambda document: document.update(zzz=1))


def signed_unknown_key_in_an_event(bundle: Forger, world: World) -> None:
    bundle.settle(events={2: lambda event: event.update(zzz=1)})


def signed_number(bundle: Forger, world: World, *, form: bytes) -> None:
    """The number of items in a form that this format has not."""
    bundle.settle(manifest_raw=lambda data: data.replace(b'"count":7', b'"count":' + form))


def signed_tree_beyond_eight_digits(bundle: Forger, world: World) -> None:
    """More items than there are numbers for, in the event that closed a volume."""
    tree = bundle.closings[-1]["detail"]["tree"]
    tree.update(acquired=100_000_000, partial=0, gap=0, size=100_000_000)
    bundle.settle()


def signed_day_that_is_none(bundle: Forger, world: World, *, day: str) -> None:
    bundle.settle(manifest=lambda document: document.update(ended=f"{day}T00:00:00Z"))


def signed_day_that_is_none_in_an_event(bundle: Forger, world: World) -> None:
    bundle.settle(events={2: lambda event: event.update(at="2026-01-01T24:00:00Z")})


def signed_many_recipients(bundle: Forger, world: World) -> None:
    """More than a volume's header may name."""
    bundle.manifest["recipients"] *= 65
    bundle.settle()


def signed_with_byte_order_mark(bundle: Forger, world: World) -> None:
    bundle.settle(manifest_raw=lambda data: b"\xef\xbb\xbf" + data)


def signed_with_carriage_return(bundle: Forger, world: World) -> None:
    bundle.settle(manifest_raw=lambda data: data + b"\r\n")


def signed_event_with_byte_order_mark(bundle: Forger, world: World) -> None:
    bundle.settle(events_raw={3: lambda data: b"\xef\xbb\xbf" + data})


def signed_event_with_line_feed(bundle: Forger, world: World) -> None:
    bundle.settle(events_raw={3: lambda data: data + b"\n"})


def signed_schema(bundle: Forger, world: World, *, schema: str) -> None:
    bundle.settle(manifest=lambda document: document.update(schema=schema))


def signed_event_schema(bundle: Forger, world: World) -> None:
    bundle.settle(events={1: lambda event: event.update(schema="hozen-event/2")})


def signed_tree_algorithm(bundle: Forger, world: World, *, name: str) -> None:
    bundle.settle(manifest=lambda document: document["items"].update(tree=name))


def _unsigned(bundle: Forger, edit: Callable[[Json], object]) -> None:
    edit(bundle.manifest)
    bundle.write("manifest.json", rfc8785.dumps(bundle.manifest))
    bundle.lists()


def _fewer(document: Json) -> None:
    document["items"].update(count=6, acquired=4)


def count_lowered(bundle: Forger, world: World) -> None:
    _unsigned(bundle, _fewer)


def signed_count_lowered(bundle: Forger, world: World) -> None:
    bundle.settle(manifest=_fewer)


def signed_bytes_lowered(bundle: Forger, world: World) -> None:
    bundle.settle(manifest=lambda document: document["items"].update(bytes=1))


def root_of_another_bundle(bundle: Forger, world: World) -> None:
    root = world.forger("other").manifest["items"]["merkle_root"]
    _unsigned(bundle, lambda document: document["items"].update(merkle_root=root))


def signed_root_of_another_bundle(bundle: Forger, world: World) -> None:
    root = world.forger("other").manifest["items"]["merkle_root"]
    bundle.settle(manifest=lambda document: document["items"].update(merkle_root=root))


def name_of_another_case(bundle: Forger, world: World, *, key: str) -> None:
    other = world.forger("other").manifest[key]
    _unsigned(bundle, lambda document: document.update({key: other}))


def signed_name_of_another_case(bundle: Forger, world: World, *, key: str) -> None:
    other = world.forger("other").manifest[key]
    bundle.settle(manifest=lambda document: document.update({key: other}))


def signed_fact_differs(bundle: Forger, world: World, *, key: str, value: object) -> None:
    """What the first event says otherwise."""
    bundle.settle(manifest=lambda document: document.update({key: value}))


def signed_recipients_as_one_word(bundle: Forger, world: World) -> None:
    """Two of the first event are one of the manifest, with a blank in it."""
    bundle.events[0]["detail"]["recipients"] = ["age1a", "age1b"]
    bundle.manifest["recipients"] = ["age1a age1b"]
    bundle.settle()


def signed_beginning_differs(bundle: Forger, world: World, *, fact: str) -> None:
    """Who began, when, by which clock and program: not what the first event says of it."""
    changes: dict[str, Callable[[Json], object]] = {
        "host_ref": lambda document: document.update(host_ref="aaaaaaaa"),
        "kit": lambda document: document.update(kit="ab" * 32),
        "tool": lambda document: document["tool"].update(rules_sha256="ab" * 32),
        "clock": lambda document: document["clock"]["start"].update(zone="-03:00"),
        "reference": lambda document: document["clock"]["start"].update(
            reference="2026-01-01T00:00:00Z"
        ),
        "eleven minutes": lambda document: document.update(
            started=_earlier(document["started"], minutes=11)
        ),
        "nine minutes": lambda document: document.update(
            started=_earlier(document["started"], minutes=9)
        ),
    }
    bundle.settle(manifest=changes[fact])


def _earlier(moment: str, *, minutes: int) -> str:
    moved = datetime.datetime.fromisoformat(moment) - datetime.timedelta(minutes=minutes)
    return moved.strftime("%Y-%m-%dT%H:%M:%SZ")


def gone_on_with_by_another_tool(bundle: Forger, world: World) -> None:
    """The last session's program and machine's number are others: the manifest's are its."""
    tool = bundle.manifest["tool"] | {"version": "0.2.0"}
    resumed = next(each for each in bundle.events if each["type"] == "resumed")
    resumed["detail"].update(tool=tool, host_ref="aaaaaaaa")
    bundle.manifest.update(tool=tool, host_ref="aaaaaaaa")
    bundle.settle()


def gone_on_with_by_a_kit(bundle: Forger, world: World) -> None:
    """Begun with a key that nobody certified; the kit's key names its kit, in the manifest only."""
    resumed = next(each for each in bundle.events if each["type"] == "resumed")
    resumed["detail"]["signer_certificate_sha256"] = authority.COLLECTION.certificate_sha256
    bundle.settle()


def signed_kit_is_another(bundle: Forger, world: World, *, named: object, where: str) -> None:
    """Not the kit that certified the signer, or one where none did."""

    def edit(document: Json) -> None:
        document.get("detail", document)["kit"] = named

    bundle.settle(
        manifest=edit if "manifest" in where else lambda _: None,
        events={1: edit} if "beginning" in where else {},
    )


def signed_with_the_tool_of_the_first_session(bundle: Forger, world: World) -> None:
    resumed = next(each for each in bundle.events if each["type"] == "resumed")
    resumed["detail"]["tool"]["version"] = "0.2.0"
    bundle.settle()


def manifest_of_another_bundle(bundle: Forger, world: World) -> None:
    other = world.forger("other")
    for name in ("manifest.json", "manifest.json.p7s"):
        bundle.write(name, other.read(name))
    bundle.lists()


def signed_with_no_items(bundle: Forger, world: World) -> None:
    for number in (2, 3):
        bundle.remove(bundle.volume(number))
    bundle.events = [bundle.events[0], bundle.events[1], bundle.events[-1]]
    bundle.events[1]["text"] = "missing so far: 0"
    bundle.store_members(1, [Member(RECORDS, b"")])
    bundle.retree()
    bundle.settle()


def signed_volume_name(bundle: Forger, world: World, *, name: str) -> None:
    bundle.settle(manifest=lambda document: document["volumes"][0].update(name=name))


def signed_volume_name_in_an_event(bundle: Forger, world: World) -> None:
    name = "../../etc/passwd"
    bundle.settle(events={2: lambda event: event["detail"]["volume"].update(name=name)})


def signed_volume_twice(bundle: Forger, world: World) -> None:
    def repeat(document: Json) -> None:
        document["volumes"].append(document["volumes"][2])

    bundle.settle(manifest=repeat)


def signed_size_differs(bundle: Forger, world: World) -> None:
    bundle.measure()
    bundle.closings[1]["detail"]["volume"]["size"] += 1
    bundle.settle(measure=False)


def signed_order_of_volumes_differs(bundle: Forger, world: World) -> None:
    bundle.settle(manifest=lambda document: document["volumes"].reverse())


def signed_head_differs(bundle: Forger, world: World) -> None:
    bundle.settle(manifest=lambda document: document["custody"].update(head="ab" * 32))


def signed_last_number_differs(bundle: Forger, world: World) -> None:
    bundle.settle(manifest=lambda document: document["custody"].update(last_seq=3))


def signed_nested_deeply(bundle: Forger, world: World) -> None:
    deep = b"[" * 4000 + b"]" * 4000
    old, new = b'"challenge":null', b'"challenge":' + deep
    bundle.settle(manifest_raw=lambda data: data.replace(old, new))


def signed_event_nested_deeply(bundle: Forger, world: World) -> None:
    deep = b'{"a":' * 4000 + b"1" + b"}" * 4000
    text = re.compile(rb'"text":"[^"]*"')
    bundle.settle(events_raw={2: lambda data: text.sub(b'"text":' + deep, data)})


def signed_event_detail_nested_deeply(bundle: Forger, world: World) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    bundle.settle(events_raw={4: lambda data: data.replace(b'"detail":', b'"detail":' + deep, 1)})


def signed_event_beyond_its_limit(bundle: Forger, world: World) -> None:
    bundle.settle(events={2: lambda event: event.update(text="x" * (1 << 20))})


def hand_made_manifest(bundle: Forger, world: World, *, signed: bool) -> None:
    """Pass a partial bundle off as sealed, with a manifest that says what the events say."""
    bundle.manifest = world.forger("sealed").manifest
    entries = [each["detail"]["volume"] for each in bundle.closings]
    last = bundle.closings[-1]["detail"]["tree"]
    bundle.manifest.update(bundle_id=bundle.events[0]["bundle"], volumes=entries)
    bundle.manifest["items"].update(
        {key: last[key] for key in ("acquired", "partial", "gap", "bytes")},
        count=last["size"], merkle_root=last["root"],
    )  # fmt: skip
    bundle.manifest["custody"].update(
        head=digest(bundle.read(f"custody/{len(bundle.events):05d}.json")),
        last_seq=len(bundle.events),
    )
    bundle.write("bag-info.txt", world.forger("sealed").read("bag-info.txt"))
    _unsigned(bundle, lambda _: None)
    if signed:
        signature = cms.sign(bundle.read("manifest.json"), bundles.STRANGER)
        bundle.write("manifest.json.p7s", signature)
        bundle.lists()
