"""What a line of a log tells: a sign-in, an attempt at one, or that there was a record."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

from evidence.triage.linuxlogs.stamp import Stamp
from evidence.triage.signins.when import When

SIGNED_IN, AUTHENTICATED, FAILED = "signed in", "authenticated", "failed"
ADMINISTRATOR, ADMINISTRATOR_FAILED = "administrator signed in", "administrator failed"
ASSIGNED, CONNECTED, CALLED = "address assigned", "connected", "called"
ROSE = "became administrator"
_CAME, _REFUSED = (SIGNED_IN, AUTHENTICATED, ADMINISTRATOR), (FAILED, ADMINISTRATOR_FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One line that tells of one."""

    what: str
    """A word of ours: `signed in`, `authenticated` (a password was right; a session may follow or
    not), `failed`, the same of an `administrator`, or what belongs to a sign-in: `connected`,
    `called`, `address assigned`, `became administrator`."""
    user: str | None = None
    address: str | None = None
    """Where from."""
    assigned: str | None = None
    """The address within, where the line tells it."""
    group: str | None = None
    reason: str | None = None
    tunnel: str | None = None
    message: str | None = None
    """The number or the name of the message, as the vendor has it."""

    @property
    def came_in(self) -> bool:
        """Whether somebody came in, or knew a password."""
        return self.what in _CAME

    @property
    def was_refused(self) -> bool:
        """Whether somebody failed to."""
        return self.what in _REFUSED

    @property
    def source(self) -> str | None:
        """The address, where it is one; of IPv4 within IPv6 (`::ffff:192.0.2.7`) the former."""
        try:
            address = ipaddress.ip_address(self.address or "")
        except ValueError:
            return None
        return str(getattr(address, "ipv4_mapped", None) or address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record of whatever kind."""

    when: When
    device: str | None
    signin: SignIn | None = None
    """Where it tells of one."""


class OddError(Exception):
    """A line that looks like an appliance's, and is not what it writes."""


Read = Callable[[Stamp, bytes], Record | None]
"""Reads one line behind its time, lines of one log in their order: a record, or None where it is
none of this maker's. Raises `OddError`."""


@dataclass(frozen=True, slots=True)
class Format:
    """How one maker's appliances write."""

    maker: str
    marks: tuple[bytes, ...]
    """Of which each of its lines has one."""
    begin: Callable[[], Read]
    """For one log."""


def network_of(address: str) -> str:
    """The network of a provider, about: of IPv4 16 bits, of IPv6 32.

    Raises:
        ValueError: it is no address.
    """
    bits = 16 if ipaddress.ip_address(address).version == 4 else 32
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))
