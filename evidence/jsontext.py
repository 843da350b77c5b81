"""JSON for people's terminals and editors: what could move them is escaped."""

from __future__ import annotations

import json
import re

from chain_of_custody.findings import escaped

_NOT_ASCII = re.compile(r"[^\n -~]")


def json_text(value: object) -> str:
    """A value as JSON that moves no terminal: what `escaped` would escape, JSON's escapes hide."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    return _NOT_ASCII.sub(lambda found: _shown(found[0]), text)


def _shown(char: str) -> str:
    return char if escaped(char) == char else json.dumps(char)[1:-1]
