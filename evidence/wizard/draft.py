"""What was answered, kept at the destination until the bundle is sealed, so that nothing is lost.

It names no machine: only somebody at the machine itself can tell that it is this one's.
"""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

import msgspec

from chain_of_custody.digest import sha256
from chain_of_custody.folder import MANIFEST
from evidence.collecting.answers import Answer
from evidence.machine import endpoint
from evidence.wizard.screens import FIRST, SCREENS
from evidence.writing import medium

SCHEMA = "hozen-wizard-draft/1"
_PATTERN = "wizard-*.json"
_OURS = re.compile(r"wizard-[0-9a-f]{8}\.json")
_BUNDLE = re.compile(r"HZ_[0-9A-Za-z_-]+")  # a folder beside it, never elsewhere
_LARGEST = 1 << 20  # bytes: thousands of answers
_AGAIN = frozenset(
    {"preflight", "ready", "refused", "passphrase", "collecting", "sealed", "unsealed", "failed"}
)


class Draft(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A guided way that has not come to its seal."""

    schema: str
    salt: str
    host: str
    """SHA-256 of salt, host name and machine number."""
    screen: str
    bundle: str | None = None
    """The name of the bundle's folder, once there is one."""
    answers: list[Answer] = []

    @classmethod
    def begin(cls) -> Draft:
        """A new one, of this machine."""
        salt = os.urandom(16).hex()
        return cls(schema=SCHEMA, salt=salt, host=_host(salt), screen="")

    @property
    def name(self) -> str:
        """Of its file."""
        return f"wizard-{self.salt[:8]}.json"

    def save(self, folder: Path) -> None:
        """Write it, whole or not at all.

        Raises:
            OSError: the medium did not take it.
        """
        medium.write_over(folder / self.name, msgspec.json.encode(self, order="sorted"))

    def left_at(self, folder: Path) -> str | None:
        """The screen to go on with; None where nothing is left to do."""
        if self.bundle is not None and (folder / self.bundle / MANIFEST).exists():
            return None
        if self.screen in _AGAIN:
            return "preflight"
        screen = SCREENS.get(self.screen)
        nothing = screen is None or screen.kind == "end" or screen.name == FIRST
        return None if nothing else self.screen


def unread(folder: Path) -> str:
    """What this or another machine left there and can't be read; empty where there is nothing."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - a glob gives nothing where it may not
    except FileNotFoundError:
        return ""
    except OSError:
        return str(folder)
    return next((each for each in names if _OURS.fullmatch(each) and _is_shut(folder / each)), "")


def _is_shut(path: Path) -> bool:
    """Whether it is a file as ours are, and none that can be read as one."""
    try:
        return path.is_file() and not path.is_symlink() and read(path) is None
    except OSError:
        return True


def find(folder: Path) -> Draft | None:
    """The latest that this machine left there and can be gone on with; others are left alone."""
    try:
        drafts = [draft for path in folder.glob(_PATTERN) if (draft := read(path)) is not None]
    except OSError:  # the medium is not there (yet)
        return None
    own = [each for each in drafts if each.host == _host(each.salt)]
    left = [each for each in own if each.answers and each.left_at(folder) is not None]
    return max(left, key=lambda each: each.answers[-1].at, default=None)


def read(path: Path) -> Draft | None:
    """A draft, or None: what somebody else put there is none of ours to judge."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        draft = msgspec.json.decode(path.read_bytes(), type=Draft)
    except (OSError, msgspec.DecodeError):
        return None
    named = draft.bundle is None or _BUNDLE.fullmatch(draft.bundle) is not None
    return draft if draft.schema == SCHEMA and path.name == draft.name and named else None


def _host(salt: str) -> str:
    node = platform.node().encode("utf-8", "surrogateescape")
    return sha256(b"\0".join((salt.encode(), node, endpoint.machine_number())))
