"""What can be done to the chain of events, to salvage and to sealing."""

from __future__ import annotations

import copy

import authority
import bundles
import rfc8785
from byhand import Json, digest
from forge import HOLDER, SECOND, Forger
from worlds import World

from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import SigningKey


def _event(number: int) -> str:
    return f"custody/{number:05d}.json"


def append(bundle: Forger, event: Json, key: SigningKey, *, number: int | None = None) -> None:
    """Put one more event at the end, rightly numbered and chained."""
    last = len(list((bundle.path / "custody").glob("*.json")))
    event = event | {"seq": last + 1, "prev": digest(bundle.read(_event(last)))}
    raw = rfc8785.dumps(event)
    bundle.write(_event(number or last + 1), raw)
    bundle.write(f"{_event(number or last + 1)}.p7s", cms.sign(raw, key))


def _move(bundle: Forger, old: int, new: int) -> None:
    for suffix in ("", ".p7s"):
        bundle.rename(_event(old) + suffix, _event(new) + suffix)


# The chain


def event_edited(bundle: Forger, world: World) -> None:
    raw = bundle.read(_event(3)).replace(b'"place":null', b'"place":"here"')
    bundle.write(_event(3), raw)


def event_removed(bundle: Forger, world: World) -> None:
    bundle.drop_event(3)


def event_removed_and_renumbered(bundle: Forger, world: World) -> None:
    bundle.drop_event(3)
    for number in range(4, len(bundle.events) + 1):
        _move(bundle, number, number - 1)


def events_reordered(bundle: Forger, world: World) -> None:
    _move(bundle, 2, 99)
    _move(bundle, 3, 2)
    _move(bundle, 99, 3)


def event_inserted(bundle: Forger, world: World) -> None:
    for number in range(len(bundle.events), 2, -1):
        _move(bundle, number, number + 1)
    event = bundle.holder_event("note", seq=3, prev=digest(bundle.read(_event(2))))
    raw = rfc8785.dumps(event)
    bundle.write(_event(3), raw)
    bundle.write(f"{_event(3)}.p7s", cms.sign(raw, HOLDER))


def event_signature_removed(bundle: Forger, world: World) -> None:
    bundle.remove(f"{_event(2)}.p7s")


def event_renamed_to_a_later_number(bundle: Forger, world: World) -> None:
    last = len(bundle.events)
    _move(bundle, last, last + 7)


def tail_cut(bundle: Forger, world: World) -> None:
    bundle.drop_event(len(bundle.events))


def fork_in_the_middle(bundle: Forger, world: World) -> None:
    """Another event 3 in this copy, rightly signed; later events still cite the first one."""
    raw = rfc8785.dumps(bundle.events[2] | {"text": "another story"})
    bundle.write(_event(3), raw)
    bundle.write(f"{_event(3)}.p7s", cms.sign(raw, bundles.KEY))


def fork_at_the_end(bundle: Forger, world: World) -> None:
    """Another last event in this copy: consistent, as the other copy is."""
    last = len(bundle.events)
    raw = rfc8785.dumps(bundle.events[-1] | {"text": "another story"})
    bundle.write(_event(last), raw)
    bundle.write(f"{_event(last)}.p7s", cms.sign(raw, HOLDER))


# What holders write


def received_without_released(bundle: Forger, world: World) -> None:
    append(bundle, bundle.holder_event("received"), HOLDER)


def returned_without_released(bundle: Forger, world: World) -> None:
    append(bundle, bundle.holder_event("returned"), HOLDER)


def received_otherwise(bundle: Forger, world: World, *, actor: str, seal: str) -> None:
    """Handed to one person under one seal; somebody signs for it."""
    way = {"method": "hand", "seal_no": "S-1", "tracking": None}
    person = {"contact": None, "name": "調査 太郎", "organisation": None, "title": None}
    release = bundle.holder_event("released", counterpart=person, transport=way)
    append(bundle, release, authority.CUSTODIAN)
    receipt = bundle.holder_event(
        "received", actor=person | {"name": actor}, transport=way | {"seal_no": seal}
    )
    append(bundle, receipt, HOLDER)


def _named(name: str) -> Json:
    return {"contact": None, "name": name, "organisation": None, "title": None}


def handed(bundle: Forger, key: SigningKey, *, to: str, seal: str, **more: object) -> None:
    way = {"method": "hand", "seal_no": seal, "tracking": None}
    event = bundle.holder_event("released", counterpart=_named(to), transport=way, **more)
    append(bundle, event, key)


def signed_for(bundle: Forger, *, seal: str, **more: object) -> None:
    """By somebody of the right name."""
    way = {"method": None, "seal_no": seal, "tracking": None}
    event = bundle.holder_event("received", actor=_named("調査 太郎"), transport=way, **more)
    append(bundle, event, HOLDER)


def released_twice(bundle: Forger, world: World) -> None:
    """Handed to somebody under a seal; then again, to another and under another seal: received."""
    handed(bundle, authority.CUSTODIAN, to="運送 次郎", seal="S-1")
    handed(bundle, authority.CUSTODIAN, to="調査 太郎", seal="S-2")
    signed_for(bundle, seal="S-2")


def first_of_two_releases_received(bundle: Forger, world: World) -> None:
    """The receipt names the first release, and has the seal of the second."""
    first = len(bundle.events) + 1
    handed(bundle, authority.CUSTODIAN, to="調査 太郎", seal="S-1")
    handed(bundle, authority.CUSTODIAN, to="調査 太郎", seal="S-2")
    signed_for(bundle, seal="S-2", refs=[f"event:{first}"])


def released_by_one_who_had_not_received(bundle: Forger, world: World) -> None:
    """Who carried it hands it on, and never signed that it was handed to them."""
    handed(bundle, authority.CUSTODIAN, to="佐藤 次郎", seal="S-1")
    handed(bundle, HOLDER, to="調査 太郎", seal="S-1")
    signed_for(bundle, seal="S-1")


def released_by_another_than_the_holder(bundle: Forger, world: World) -> None:
    """Who has it no more hands it on, after somebody signed for it."""
    handed(bundle, authority.CUSTODIAN, to="調査 太郎", seal="S-1")
    signed_for(bundle, seal="S-1")
    handed(bundle, authority.CUSTODIAN, to="佐藤 次郎", seal="S-2")


def _declared(due: str) -> Json:
    return {"result": due, "version": None, "what": "declared arrival"}


def arrived(bundle: Forger, world: World, *, due: str = "2100-01-01T12:00:00Z") -> None:
    """A day on the way."""
    handed(
        bundle, authority.CUSTODIAN, to="調査 太郎", seal="S-1", check=_declared(due),
        at="2100-01-01T00:00:00Z",
    )  # fmt: skip
    signed_for(bundle, seal="S-1", at="2100-01-02T00:00:00.500000Z")


def never_arrived(bundle: Forger, world: World) -> None:
    handed(
        bundle, authority.CUSTODIAN, to="調査 太郎", seal="S-1",
        check=_declared("2100-01-01T12:00:00Z"),
    )  # fmt: skip


def received_for_another_manifest(bundle: Forger, world: World) -> None:
    event = bundle.holder_event("received", refs=[f"manifest:{'ab' * 32}"])
    append(bundle, event, HOLDER)


def clock_ran_backwards(bundle: Forger, world: World) -> None:
    append(bundle, bundle.holder_event("note", at="2001-01-01T00:00:00Z"), HOLDER)


def handed_over_by_the_collection_key(bundle: Forger, world: World) -> None:
    append(bundle, bundle.holder_event("released"), bundles.KEY)


def fact_corrected(bundle: Forger, world: World) -> None:
    event = bundle.holder_event("corrected", refs=["event:2"], text="the clock was off by 5 min")
    append(bundle, event, HOLDER)


def event_about_nothing(bundle: Forger, world: World, *, reference: str) -> None:
    append(bundle, bundle.holder_event("examined", refs=[reference]), HOLDER)


def event_before_the_sealing(bundle: Forger, world: World) -> None:
    """A holder acts while the collection is still going on (with the keys)."""
    note = bundle.holder_event("note")
    bundle.events.insert(bundle.sealed_at, note)
    bundle.settle()


# Volumes and their events


def last_volume_and_its_event_cut(bundle: Forger, world: World) -> None:
    """From the sealed bundle, with its line in every unsigned list."""
    bundle.remove(bundle.volume(3))
    bundle.drop_event(4)
    _move(bundle, 5, 4)
    bundle.lists()


def last_volume_cut_before_sealing(bundle: Forger, world: World) -> None:
    """From the partial bundle: a shorter one, consistent."""
    bundle.remove(bundle.volume(2))
    for number in range(3, len(bundle.events) + 1):
        bundle.drop_event(number)


def volume_closed_by_a_stranger(bundle: Forger, world: World) -> None:
    other = world.forger("sealed")
    bundle.write("data/volume-00003.tar.zst.age", other.read(other.volume(3)))
    event = copy.deepcopy(bundle.closings[-1])
    entry = other.closings[2]["detail"]["volume"]
    event["detail"]["volume"] = entry
    append(bundle, event, bundles.STRANGER)


def closing_edited(bundle: Forger, world: World, *, key: str, value: object) -> None:
    """The last closing says something else of its volume; its signature is still the first one."""
    event = copy.deepcopy(bundle.events[3])
    event["detail"]["volume"][key] = value
    bundle.write(_event(4), rfc8785.dumps(event))


def closing_signed_by_a_stranger(bundle: Forger, world: World) -> None:
    bundle.write(f"{_event(3)}.p7s", cms.sign(bundle.read(_event(3)), bundles.STRANGER))


def volume_removed_from_the_manifest(bundle: Forger, world: World) -> None:
    bundle.remove(bundle.volume(3))
    bundle.settle(measure=False, manifest=lambda document: document["volumes"].pop())
    lines = bundle.read("manifest-sha256.txt").splitlines(keepends=True)
    bundle.write("manifest-sha256.txt", b"".join(lines[:-1]))
    bundle.settle(measure=False, listed=False)


def volume_without_an_event(bundle: Forger, world: World) -> None:
    entry = dict(bundle.closings[2]["detail"]["volume"])
    del bundle.events[3]
    bundle.settle(manifest=lambda document: document["volumes"].append(entry))
    line = f"{entry['sha256']}  data/{entry['name']}\n".encode()
    bundle.write("manifest-sha256.txt", bundle.read("manifest-sha256.txt") + line)
    bundle.settle(listed=False)


def number_of_a_volume_skipped(bundle: Forger, world: World) -> None:
    """Volume 3 is called 4, in its events, records and trees, too."""
    new = bundle.volume(3).replace("00003", "00004")
    bundle.rename(bundle.volume(3), new)
    bundle.closings[2]["detail"]["volume"]["name"] = new[5:]
    records = bundle.records(4)
    for record in records:
        for part in record["content"]["parts"]:
            part["volume"] = 4
    bundle.store_records(4, records)
    bundle.retree()
    bundle.settle()


# Interruption, salvage


def early_event_by_the_later_key(bundle: Forger, world: World) -> None:
    bundle.settle(signers={2: SECOND})


def later_event_by_the_early_key(bundle: Forger, world: World) -> None:
    bundle.settle(signers={len(bundle.events): bundles.KEY})


def salvage_by_a_stranger(bundle: Forger, world: World, *, interrupted: SigningKey) -> None:
    """Cut the last volume short and call it salvage, in a session of one's own."""
    name = bundle.volume(2)
    bundle.write(name, bundle.read(name)[:-30])
    entry = {"name": name[5:], "sha256": digest(bundle.read(name)), "size": len(bundle.read(name))}
    for number in range(3, len(bundle.events) + 1):
        bundle.drop_event(number)
    started = bundle.events[0]["detail"]
    append(bundle, bundle.events[-1], interrupted)
    detail = {
        "clock": started["clock"], "host_ref": started["host_ref"], "salvaged": [entry],
        "signer_certificate_sha256": bundles.STRANGER.certificate_sha256,
        "tool": started["tool"], "tree": bundle.closings[0]["detail"]["tree"],
    }  # fmt: skip
    append(bundle, bundle.events[-1] | {"type": "resumed", "detail": detail}, bundles.STRANGER)


def closed_volume_called_salvage(bundle: Forger, world: World) -> None:
    """A resumption that declares a volume salvage whose closing still stands."""
    entry = dict(bundle.closings[1]["detail"]["volume"])
    resumed = next(each for each in bundle.events if each["type"] == "resumed")
    resumed["detail"]["salvaged"].append(entry)
    bundle.settle(manifest=lambda document: document.update(salvaged=[]), listed=True)


def salvage_changed(bundle: Forger, world: World) -> None:
    bundle.flip(bundle.volume(3), 100)
    bundle.lists()


def resumption_of_another_bundle(bundle: Forger, world: World) -> None:
    """The events from `resumed` on cite another bundle's head."""
    number = next(e["seq"] for e in bundle.events if e["type"] == "resumed")
    head = digest(world.forger("other").read(_event(3)))
    bundle.settle(events={number: lambda event: event.update(prev=head)})


def tree_does_not_go_on(bundle: Forger, world: World) -> None:
    number = next(e["seq"] for e in bundle.events if e["type"] == "resumed")
    tree = bundle.closings[0]["detail"]["tree"]
    bundle.settle(events={number: lambda event: event["detail"].update(tree=tree)})


def tree_goes_on_otherwise(bundle: Forger, world: World, *, key: str) -> None:
    """Of the right size, so that the numbers go on; but of other items, or other counts."""
    number = next(e["seq"] for e in bundle.events if e["type"] == "resumed")

    def edit(event: Json) -> None:
        tree = event["detail"]["tree"]
        if key == "counts":
            tree.update(acquired=tree["acquired"] - 1, gap=tree["gap"] + 1)
        else:
            tree.update(root="11" * 32)

    bundle.settle(events={number: edit})


# Sealing


def passed_off_as_a_pulled_stick(bundle: Forger, world: World) -> None:
    bundle.unseal()


def sealed_event_of_another_bundle(bundle: Forger, world: World) -> None:
    other = world.forger("other")
    last = len(bundle.events)
    bundle.write(_event(last + 1), other.read(_event(5)))
    bundle.write(f"{_event(last + 1)}.p7s", other.read(f"{_event(5)}.p7s"))


def seals_another_manifest(bundle: Forger, world: World) -> None:
    edit = {5: lambda event: event["detail"].update(manifest_sha256="ab" * 32)}
    bundle.settle(events=edit)


def seals_another_root(bundle: Forger, world: World) -> None:
    bundle.settle(events={5: lambda event: event["detail"].update(merkle_root="ab" * 32)})


def sealed_twice(bundle: Forger, world: World) -> None:
    append(bundle, bundle.events[-1], bundles.KEY)


def sealing_missing(bundle: Forger, world: World) -> None:
    bundle.drop_event(5)


def volume_closed_after_sealing(bundle: Forger, world: World) -> None:
    event = copy.deepcopy(bundle.closings[-1])
    append(bundle, event, bundles.KEY)


def resumed_after_sealing(bundle: Forger, world: World) -> None:
    started = bundle.events[0]["detail"]
    detail = {
        "clock": started["clock"], "host_ref": started["host_ref"], "salvaged": [],
        "signer_certificate_sha256": bundles.STRANGER.certificate_sha256,
        "tool": started["tool"], "tree": bundle.closings[-1]["detail"]["tree"],
    }  # fmt: skip
    append(bundle, bundle.events[-1] | {"type": "resumed", "detail": detail}, bundles.STRANGER)


def beginning_missing(bundle: Forger, world: World) -> None:
    del bundle.events[0]
    bundle.settle()


def beginning_in_second_place(bundle: Forger, world: World) -> None:
    note = bundle.holder_event("note")
    bundle.events.insert(0, note)
    bundle.settle()


def two_beginnings(bundle: Forger, world: World) -> None:
    bundle.events.insert(1, copy.deepcopy(bundle.events[0]))
    bundle.settle()


def monotonic_clock_ran_backwards(bundle: Forger, world: World) -> None:
    bundle.settle(events={3: lambda event: event.update(mono="0")})


def monotonic_clock_below_zero(bundle: Forger, world: World) -> None:
    bundle.settle(events={1: lambda event: event.update(mono="-1")})


def monotonic_clock_left_out(bundle: Forger, world: World, *, number: int) -> None:
    """So that nothing holds the host's clock against it."""
    bundle.settle(events={number: lambda event: event.update(mono=None)})


def gone_on_with_by_the_same_key(bundle: Forger, world: World) -> None:
    """As with a key that was certified for one collection, and not for one session."""
    for event in bundle.events:
        if event["type"] == "resumed":
            event["detail"]["signer_certificate_sha256"] = bundles.KEY.certificate_sha256
    bundle.settle()


def volume_event_naming_many_collectors(bundle: Forger, world: World) -> None:
    """So short that a reader would need many times their size to hold them."""
    names = ["a"] * 101
    bundle.settle(events={2: lambda event: event["detail"]["progress"].update(completed=names)})


def event_of_a_person_whom_the_kit_certified(bundle: Forger, world: World) -> None:
    """Who has a kit makes a person of it."""
    bundle.events.append(bundle.holder_event("released", refs=[]))
    bundle.settle(signers={len(bundle.events): authority.PERSON_OF_THE_KIT})


def event_of_a_person_whose_certificate_ran_out(bundle: Forger, world: World) -> None:
    bundle.events.append(bundle.holder_event("released", refs=[]))
    bundle.settle(signers={len(bundle.events): authority.EXPIRED_PERSON})


def holder_called_by_another_name(bundle: Forger, world: World) -> None:
    """In the certificate that the signature brought along; the key and its signature stay."""
    name = f"{_event(len(bundle.events))}.p7s"
    bundle.write(name, bundle.read(name).replace(b"hozen holder key", b"Professor Suzuki"))


def event_of_a_person_of_a_namesake(bundle: Forger, world: World) -> None:
    """A person certified by a root of the trusted one's name."""
    bundle.events.append(bundle.holder_event("released", refs=[]))
    bundle.settle(signers={len(bundle.events): authority.PERSON_OF_THE_NAMESAKE})


def signed_by_a_witness(bundle: Forger, world: World, *, kind: str) -> None:
    """By somebody who stood by: certified for that, and not to hand anything over."""
    bundle.events.append(bundle.holder_event(kind, refs=[]))
    bundle.settle(signers={len(bundle.events): authority.WITNESS})


def tree_shrinks(bundle: Forger, world: World) -> None:
    tree = bundle.closings[0]["detail"]["tree"]
    bundle.settle(events={4: lambda event: event["detail"].update(tree=tree)})


def fewer_were_acquired_than_before(bundle: Forger, world: World) -> None:
    """A tree that fits its own counts, and not those of the volume before."""
    fewer = {"acquired": 1, "gap": 4}
    bundle.settle(events={3: lambda event: event["detail"]["tree"].update(fewer)})


def _missing(bundle: Forger, *counts: int) -> None:
    """What the closed volumes say of it, one after the other."""
    for closing, count in zip(bundle.closings, counts, strict=True):
        closing["text"] = f"missing so far: {count}"
    bundle.settle()


def missing_things_come_back(bundle: Forger, world: World) -> None:
    """As if the first volume's gap had not been."""
    _missing(bundle, *([1] + [0] * (len(bundle.closings) - 1)))


def more_is_missing_than_gaps(bundle: Forger, world: World) -> None:
    gaps = [closing["detail"]["tree"]["gap"] for closing in bundle.closings]
    _missing(bundle, *gaps[:-1], gaps[-1] + 1)


def counts_contradict_the_size(bundle: Forger, world: World) -> None:
    bundle.closings[0]["detail"]["tree"]["acquired"] += 1
    bundle.settle()


def peaks_contradict_the_root(bundle: Forger, world: World) -> None:
    """What a resumed run would go on from is not what the root says."""
    bundle.closings[0]["detail"]["tree"]["peaks"][0] = "ab" * 32
    bundle.settle()


def event_of_another_bundle(bundle: Forger, world: World) -> None:
    other = world.forger("other").events[0]["bundle"]
    bundle.settle(events={3: lambda event: event.update(bundle=other)})
