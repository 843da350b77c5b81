"""A sign-in to a VPN appliance, or an attempt at one."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One line that tells of one."""

    what: str
    """`signed in`, `failed`, or the same of an `administrator`."""
    at: str | None
    """UTC; None where nothing tells the distance from it."""
    local: datetime | None
    """By the appliance's own clock, without a zone; None where that is no time."""
    zone: str | None
    """Where the distance from UTC comes from: the line's own `+0900`, `eventtime`, `head`."""
    device: str | None
    """Its serial number, else its name."""
    user: str | None
    address: str | None
    group: str | None
    reason: str | None
    tunnel: str | None
    message: str | None
    """The number of the message, as the vendor counts."""

    @property
    def succeeded(self) -> bool:
        """Whether somebody came in."""
        return not self.what.endswith("failed")

    @property
    def source(self) -> str | None:
        """The address, where it is one."""
        try:
            return str(ipaddress.ip_address(self.address or ""))
        except ValueError:
            return None


def network_of(address: str) -> str:
    """The network of a provider, about: of IPv4 16 bits, of IPv6 32.

    Raises:
        ValueError: it is no address.
    """
    bits = 16 if ipaddress.ip_address(address).version == 4 else 32
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))
