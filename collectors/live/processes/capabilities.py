"""Names of Linux capabilities, by bit (capabilities(7), linux/capability.h)."""

from __future__ import annotations

NAMES = (
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid",
    "setpcap", "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw",
    "ipc_lock", "ipc_owner", "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct",
    "sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time", "sys_tty_config", "mknod",
    "lease", "audit_write", "audit_control", "setfcap", "mac_override", "mac_admin", "syslog",
    "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf", "checkpoint_restore",
)  # fmt: skip


def capabilities(mask: str) -> list[str]:
    """The names in a hexadecimal mask; a bit without a name here is called `bit N`."""
    bits = int(mask, 16)
    return [
        NAMES[bit] if bit < len(NAMES) else f"bit {bit}"
        for bit in range(bits.bit_length())
        if bits >> bit & 1
    ]
