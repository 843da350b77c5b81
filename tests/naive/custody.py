"""The chain of events by a stranger: docs/format.md, section 7."""

from naive.contents import root_of_peaks
from naive.documents import closed, salvaged
from naive.signature import sha, signer

COLLECTION = ("collection_started", "volume_closed", "interrupted", "resumed", "sealed")


def check(events, files, manifest, trust):
    head, session, sessions, mono, volume, sealed, tree = "0" * 64, "", set(), 0, 0, [], None
    own = sha(files["manifest.json"]) if manifest else None
    assert events
    for number, event in enumerate(events, 1):
        name, kind, detail = f"custody/{number:05d}.json", event["type"], event["detail"]
        assert (event["seq"], event["prev"], event["bundle"]) == (number, head, events[0]["bundle"])
        assert (kind == "collection_started") == (number == 1)
        if kind in ("collection_started", "resumed"):
            session, mono = detail["signer_certificate_sha256"], 0
            sessions.add(session)
        signed = signer(files[name], files[f"{name}.p7s"])
        if kind in COLLECTION:
            assert (signed, sealed) == (session, [])
            assert not trust or signed in trust
            assert int(event["mono"]) >= mono
            mono = int(event["mono"])
        else:
            assert signed not in sessions
            assert sealed or not manifest
        for entry in (*detail.get("salvaged", ()), *filter(None, [detail.get("volume")])):
            volume += 1
            assert int(entry["name"][7:12]) == volume
        if "tree" in detail:
            before, tree = tree or detail["tree"], detail["tree"]
            assert tree == before if kind == "resumed" else tree["size"] >= before["size"]
            assert tree["size"] == tree["acquired"] + tree["partial"] + tree["gap"]
            assert len(tree["peaks"]) == tree["size"].bit_count()
            assert root_of_peaks(tree["peaks"]) == tree["root"]
        known = {"item": tree["size"] if tree else 0, "event": number - 1, "volume": volume}
        for about, _, value in (each.partition(":") for each in event["refs"]):
            assert value == own if about == "manifest" else int(value) <= known[about]
        sealed += [event] if kind == "sealed" else []
        head = sha(files[name])
    if manifest:
        check_sealing(events, sealed, manifest, own)
        assert tree["root"] == manifest["items"]["merkle_root"]


def check_sealing(events, sealed, manifest, own):
    (end,), begun, root = sealed, events[0]["detail"], manifest["items"]["merkle_root"]
    assert end["detail"] == {"manifest_sha256": own, "merkle_root": root}
    assert manifest["custody"] == {"head": end["prev"], "last_seq": end["seq"] - 1}
    assert manifest["bundle_id"] == end["bundle"]
    for key in ("case_id", "recipients", "profile", "previous_bundle"):
        assert manifest[key] == begun[key]
    assert manifest["volumes"] == closed(events)
    assert manifest["salvaged"] == salvaged(events)
