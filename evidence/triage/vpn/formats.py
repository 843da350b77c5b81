"""The makers whose lines are read: a new one is a module with its format, and a row here."""

from __future__ import annotations

from evidence.triage.signins.signin import Format
from evidence.triage.vpn import cisco, fortigate, ivanti, paloalto, sonicwall, yamaha

FORMATS: tuple[Format, ...] = (
    fortigate.FORMAT, cisco.FORMAT, ivanti.FORMAT, paloalto.FORMAT, sonicwall.FORMAT,
    yamaha.FORMAT,
)  # fmt: skip
