"""The examples on the page of the format are what readers take."""

from __future__ import annotations

import json
import re
from pathlib import Path

from chain_of_custody import canonical
from chain_of_custody.event import Closed, parse_event
from chain_of_custody.item import parse_line
from chain_of_custody.manifest import Manifest

PAGE = Path(__file__).resolve().parents[1] / "docs" / "format.md"


def example(number: int) -> bytes:
    """One of the page's documents, its placeholders filled in, in the canonical form."""
    text = re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)[number]
    text = re.sub("<(sha256|salt)[^>]*>", "0" * 64, text).replace("age1…", "age1" + "q" * 58)
    return json.dumps(json.loads(text), separators=(",", ":"), sort_keys=True).encode()


def test_the_manifest_s():
    assert canonical.decode(Manifest, example(0)).items.count == 1240


def test_the_event_s():
    event, detail = parse_event(example(1))

    assert (event.type, event.seq) == ("volume_closed", 2)
    assert isinstance(detail, Closed)


def test_the_record_s():
    assert parse_line(example(2)).content.seq == 17
