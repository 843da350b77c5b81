"""Manifest and events by a stranger: docs/format.md, sections 2, 7 and 8."""

import json

MANIFEST = (
    "hozen-bundle/1",
    "bindings bundle_id case_id challenge clock custody ended host_ref items kit previous_bundle "
    "profile recipients salvaged schema signer_certificate_sha256 started tool volumes",
)
EVENT = (
    "hozen-event/1",
    "actor at at_source authority bundle check counterpart detail mono place prev purpose refs "
    "schema seq storage text transport type witnesses",
)


def _none(text):
    raise ValueError(text)


def read(data, form):
    """A document whose bytes are the canonical ones of what they say."""
    found = json.loads(data, parse_float=_none, parse_constant=_none)
    again = json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    assert again.encode() == data
    assert (found["schema"], " ".join(found)) == form
    return found


def closed(events):
    return [each["detail"]["volume"] for each in events if each["type"] == "volume_closed"]


def salvaged(events):
    return [entry for each in events for entry in each["detail"].get("salvaged", [])]


def volumes(manifest, events):
    """Every file in `data/` by its name, as the manifest or else the events tell."""
    said = (
        [manifest["volumes"], manifest["salvaged"]]
        if manifest
        else [closed(events), salvaged(events)]
    )
    return {f"data/{entry['name']}": entry for each in said for entry in each}


def check_names(manifest, events):
    """A volume is named .age exactly when there are recipients; none stands twice."""
    found = volumes(manifest, events)
    encrypted = bool(events[0]["detail"]["recipients"])
    assert {name.endswith(".age") for name in found} <= {encrypted}
    if manifest:
        assert len(found) == len(manifest["volumes"]) + len(manifest["salvaged"])
