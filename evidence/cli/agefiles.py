"""What a file of age holds: an identity, a recipient, something encrypted; no private part."""

from __future__ import annotations

from evidence.cli.texts import Texts

_BINARY, _ARMOUR = b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----"
_PASSPHRASE = b"-> scrypt "
Rows = list[tuple[str, dict[str, object]]]
"""A line for a person each, and the same for machines."""


def age_rows(t: Texts, data: bytes) -> Rows:
    """What is age's in a file; nothing, where nothing is.

    Raises:
        ToldError: a line that is mistyped, or cut.
    """
    if data.startswith((_BINARY, _ARMOUR)):
        return [_encrypted(t, data)]
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    return [
        *_identities(t, [line for line in lines if line.upper().startswith("AGE-SECRET-KEY-")]),
        *_recipients(t, [line for line in lines if line.startswith("age1")]),
    ]


def _encrypted(t: Texts, data: bytes) -> tuple[str, dict[str, object]]:
    """An identity under a passphrase is told by its one stanza; armour hides that."""
    passphrase = data.startswith(_BINARY + _PASSPHRASE)
    said = t("keys.age_locked") if passphrase else t("keys.age_encrypted")
    row = {"what": "age file", "encrypted": True, "passphrase": passphrase}
    return said, row if data.startswith(_BINARY) else row | {"passphrase": None}


def _identities(t: Texts, lines: list[str]) -> Rows:
    from evidence.reading.container import load_identities

    found = load_identities("\n".join(lines)) if lines else []
    recipients = [str(each.to_public()) for each in found]
    return [
        (
            t("keys.age_identity", recipient=recipient),
            {"what": "age identity", "encrypted": False, "recipient": recipient},
        )
        for recipient in recipients
    ]


def _recipients(t: Texts, lines: list[str]) -> Rows:
    from evidence.writing.age import parse_recipient

    rows: Rows = []
    for line in lines:
        parse_recipient(line)
        row: dict[str, object] = {"what": "age recipient", "recipient": line}
        rows.append((t("keys.age_recipient", recipient=line), row))
    return rows
