"""Who the machine is: told inside the encrypted volumes, only referred to outside."""

from __future__ import annotations

import hmac
import os
import platform
import uuid
from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar

import msgspec

from chain_of_custody.digest import sha256
from collectors.artifact import Artifact, Gap, Phase, Profile, Reason
from collectors.files.snapshot import Snapshot, document, in_json
from collectors.files.source import Source
from evidence.machine import endpoint
from evidence.packs.rule_set import RuleSet
from evidence.packs.used import FOOTPRINT, UsedSet

HOST = "hozen:/host.json"
_COMPARABLE = 8  # the version of a bundle's UUID: free for such uses (RFC 9562, section 5.8)
_NOT_COMPARED = Gap(
    origin="hozen:/host/same", kind="note", reason=Reason.UNSUPPORTED, expected=True,
    detail="whether this session runs on the machine that the bundle was begun on can't be told: "
    "the machine has no number of its own, or had none then",
)  # fmt: skip


def _new_bundle_id(*, comparable: bool) -> str:
    """A random UUID; its version says whether host references of this bundle can be compared."""
    made = uuid.uuid4().int
    return str(uuid.UUID(int=made & ~(0xF << 76) | _COMPARABLE << 76 if comparable else made))


def _is_comparable(bundle_id: str) -> bool:
    return uuid.UUID(bundle_id).version == _COMPARABLE


class HostIdentity:
    """Name and machine number of this host, and the salt behind the bundle's host reference.

    It runs in every session, so it also tells what stays closed whatever is taken. Shows what the
    machine calls itself; a clone of a disk calls itself the same.
    """

    name: ClassVar[str] = "host-identity"
    phase: ClassVar[Phase] = Phase.VOLATILE
    profile: ClassVar[Profile] = Profile.QUICK

    def __init__(
        self, source: Source, bundle_id: str | None = None, unfinished: Sequence[Gap] = ()
    ) -> None:
        """Read the identity once and choose a salt.

        Where the machine has a number that nobody can guess, the salt follows from it and from the
        bundle's: so a session that goes on finds the same reference on the same machine alone.

        Args:
            source: where evidence is taken from.
            bundle_id: of a bundle that is gone on with; a new one is made where none is given.
            unfinished: what an interrupted session left without a record.
        """
        self._unfinished = unfinished
        self._node = platform.node() if source.live else ""
        self._machine_id = source.machine_id()
        unguessable = len(self._machine_id) >= endpoint.UNGUESSABLE
        self.bundle_id = bundle_id or _new_bundle_id(comparable=unguessable)
        self.comparable = unguessable and _is_comparable(self.bundle_id)
        """Whether on another machine the reference would be another one."""
        self._salt = self._derived_salt() if self.comparable else os.urandom(16).hex()
        self._going_on = bundle_id is not None

    def _derived_salt(self) -> str:
        return hmac.digest(self._machine_id.encode(), self.bundle_id.encode(), "sha256")[:16].hex()

    @property
    def reference(self) -> str:
        """Eight digits that tell two hosts of a case apart and name neither."""
        text = f"{self._salt}{self._node}\0{self._machine_id}"
        return sha256(text.encode("utf-8", "surrogateescape"))[:8]

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield the identity as one JSON item, what stays closed, what was cut off."""
        told = {
            "schema": "hozen-host/1", "host_name": self._node, "machine_id": self._machine_id,
            "reference": self.reference, "root": source.root or "/", "salt": self._salt,
            "system": None, "release": None, "machine": None, "live": source.live,
        }  # fmt: skip
        if source.live:  # of a copy or an image, this machine's own names would be wrong ones
            told |= {
                "system": platform.system(), "release": platform.release(),
                "machine": platform.machine(),
            }  # fmt: skip
        yield document(HOST, "note", told, letters=True)
        yield from source.stays_closed()
        if source.live and self._going_on and not self.comparable:
            yield _NOT_COMPARED
        yield from self._unfinished


class Footprint:
    """What this run itself did to the machine: its processes, what it opened, what it used.

    Cannot show what the kernel did on its behalf, such as page cache that was given up.
    """

    name: ClassVar[str] = "footprint"
    phase: ClassVar[Phase] = Phase.IMAGE
    profile: ClassVar[Profile] = Profile.QUICK

    def __init__(
        self,
        tool_sha256: str,
        destination: str,
        written_direct: set[bool],
        engine: str | None,
        sets: Sequence[RuleSet] = (),
        not_used: Sequence[str] = (),
        successor: RuleSet | None = None,
    ) -> None:
        """Keep what can be said at the start already.

        Args:
            tool_sha256: of this program.
            destination: where the bundle goes.
            written_direct: filled meanwhile: whether volumes went past the page cache.
            engine: that ran the rules over what was taken; None if none did.
            sets: of rules, beside our own.
            not_used: why sets that should have been are not.
            successor: newer rules of ours, in the place of the program's own.
        """
        self._tool_sha256 = tool_sha256
        self._destination = destination
        self._written_direct = written_direct
        self._engine = engine
        self._not_used = list(not_used)
        self._rules = [msgspec.structs.asdict(UsedSet.of(each)) for each in sets]
        in_place = None if successor is None else msgspec.structs.asdict(UsedSet.of(successor))
        self._in_place = in_place

    def collect(self, source: Source) -> Iterator[Artifact | Gap]:
        """Yield what befell the source, and the footprint as one JSON item."""
        yield from source.meanwhile()
        yield Artifact(origin=FOOTPRINT, kind="note", open=partial(self._open, source))

    def _open(self, source: Source) -> Snapshot:
        times = os.times()
        told = {
            "schema": "hozen-footprint/1", "pid": os.getpid(), "parent": os.getppid(),
            "uid": endpoint.user(), "arguments_not_kept": True, "programs_run": [],
            "reading_processes_given_up": source.guard.given_up, "tool_sha256": self._tool_sha256,
            "destination": self._destination, "nice": endpoint.priority(),
            "priority_class": endpoint.priority_class(),
            "engine": self._engine, "rules_beside_ours": self._rules,
            "rules_in_place_of_ours": self._in_place, "rules_not_used": self._not_used,
            "volumes_past_the_page_cache": sorted(self._written_direct),
            "cpu_user_s": round(times.user), "cpu_system_s": round(times.system),
            "io": _own_io(), "memory": _own_memory(),
            "changes": [
                "a process of this program, and at most two children of it: one reads what may "
                "hang, one looks for what artifacts of Windows name",
                "directory and file cache of the kernel",
                "access times of folders and links where the system keeps them; of files only "
                "where the record's method says noatime: false",
            ],
        }  # fmt: skip
        return Snapshot(in_json(told))


EVERY_SESSION = frozenset({HostIdentity.name, Footprint.name})
"""Collectors that say where a session ran: one that goes on may run on another machine."""


def _own_io() -> list[str]:
    return _lines("/proc/self/io")


def _own_memory() -> list[str]:
    return [line for line in _lines("/proc/self/status") if line.startswith("Vm")]


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="ascii", errors="replace") as file:  # noqa: PTH123 - /proc
            return file.read().splitlines()
    except OSError as error:
        return [str(error)]
