"""The running kernel, its modules and the machine below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from collectors.artifact import Artifact, Gap
from collectors.live.document import Document, text
from collectors.live.running import OfRunning
from collectors.live.shelf import Shelf
from collectors.named import pointers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.files.source import Source

PROC = (
    "modules", "stat", "uptime", "loadavg", "meminfo", "vmstat", "interrupts", "locks", "swaps",
    "key-users", "keys", "version", "cmdline", "cpuinfo", "iomem", "ioports", "crypto",
    "filesystems", "devices", "partitions",
)  # fmt: skip
SYS_KERNEL = (
    "tainted", "osrelease", "hostname", "domainname", "random/boot_id", "modules_disabled",
    "kptr_restrict", "dmesg_restrict", "randomize_va_space", "yama/ptrace_scope", "core_pattern",
    "modprobe", "hotplug", "kexec_load_disabled", "unprivileged_bpf_disabled",
    "perf_event_paranoid", "poweroff_cmd",
)  # fmt: skip
NAMING = frozenset({"/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe",
                    "/proc/sys/kernel/hotplug", "/proc/sys/kernel/poweroff_cmd",
                    "/sys/kernel/uevent_helper"})  # fmt: skip
"""What the kernel itself starts, as root."""
FORMATS = "/proc/sys/fs/binfmt_misc"
MACHINE = (
    "sys_vendor", "product_name", "product_version", "product_serial", "product_uuid",
    "board_vendor", "board_name", "board_serial", "chassis_type", "chassis_serial",
    "chassis_asset_tag", "bios_vendor", "bios_version", "bios_date",
)  # fmt: skip
LOCKDOWN = "/sys/kernel/security/lockdown"
SECURE_BOOT = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
FOLLOWED = ("/etc/os-release", "/usr/lib/os-release", "/etc/machine-id")
_MODULE = ("initstate", "taint", "srcversion", "refcnt", "version", "coresize")
# Documentation/admin-guide/tainted-kernels.rst, by bit.
TAINTS = (
    "proprietary module", "module was forced", "unsafe processor", "module was unloaded by force",
    "machine check", "bad page", "asked for by user space", "died (oops)", "ACPI table overridden",
    "warning was issued", "staging driver", "firmware workaround", "module from outside the tree",
    "unsigned module", "soft lockup", "live patched", "distribution's own", "randomised structures",
    "in-kernel test",
)  # fmt: skip


class Kernel(OfRunning):
    """Takes the kernel's version, command line, modules, settings and counters, and the hardware.

    Cannot show a module that removed itself from both lists of the kernel (/proc/modules and
    /sys/module are compared; a difference is told), nor code patched into the kernel in memory.
    Attributes of modules and of the machine (vendor, serial numbers) stand in the JSON only.
    """

    name: ClassVar[str] = "kernel"

    def of_running(self, source: Source) -> Iterator[Artifact | Gap]:
        """The raw texts, then the JSON."""
        shelf = Shelf(source, "system")
        yield from shelf.take(*(f"/proc/{name}" for name in PROC))
        # Which of these exist depends on version and configuration; each is small and optional.
        settings = (f"/proc/sys/kernel/{name}" for name in SYS_KERNEL)
        others = ("/proc/mdstat", LOCKDOWN, SECURE_BOOT, "/sys/kernel/uevent_helper")
        yield from map(_naming, shelf.take(*settings, *others, optional=True))
        yield from map(_naming, shelf.take(*_formats(source, shelf), optional=True))
        for path in FOLLOWED:
            yield from shelf.follow(path)
        if shelf.found:
            document = _document(shelf)
            yield from shelf.gaps()
            yield document.artifact()


def _naming(one: Artifact | Gap) -> Artifact | Gap:
    """What names a program that the kernel starts leads to it."""
    if isinstance(one, Artifact) and (one.origin in NAMING or one.origin.startswith(FORMATS)):
        return one._replace(references=pointers.lines)
    return one


def _formats(source: Source, shelf: Shelf) -> list[str]:
    """Kinds of programs that an interpreter is registered for; `register` is for writing only."""
    mount = source.mounts.at(FORMATS)
    if mount is not None and mount.filesystem == "autofs":  # a look would mount what is empty
        return []
    return [f"{FORMATS}/{name}" for name in shelf.names(FORMATS) if name != "register"]


def _document(shelf: Shelf) -> Document:
    document = Document(Kernel.name, "system")
    document.fact("version", shelf.text("/proc/version"))
    document.fact("command_line", shelf.text("/proc/cmdline"))
    document.fact("settings", {name: shelf.text(f"/proc/sys/kernel/{name}") for name in SYS_KERNEL})
    document.fact("taints", _taints(shelf.text("/proc/sys/kernel/tainted")))
    document.fact("lockdown", shelf.text(LOCKDOWN))
    document.fact("efi", shelf.source.there("/sys/firmware/efi"))
    document.fact("secure_boot", _secure_boot(shelf.found.get(SECURE_BOOT)))
    document.fact("machine", shelf.attributes("/sys/class/dmi/id", MACHINE))
    document.fact("machine_id", shelf.text("/etc/machine-id"))
    document.fact("release", _release(shelf))
    _modules(shelf, document)
    return document


def _taints(number: str | None) -> list[str] | None:
    """The reasons why the kernel calls itself tainted, in words."""
    if number is None or not number.isdecimal():
        return None
    bits = range(int(number).bit_length())
    return [
        TAINTS[bit] if bit < len(TAINTS) else f"bit {bit}" for bit in bits if int(number) >> bit & 1
    ]


def _secure_boot(variable: bytes | None) -> bool | None:
    """The firmware's variable: four bytes of attributes, one of value (UEFI 2.10, 8.2)."""
    if variable is None or len(variable) != 5:
        return None
    return variable[4] == 1


def _release(shelf: Shelf) -> dict[str, str]:
    lines = shelf.lines("/etc/os-release") or shelf.lines("/usr/lib/os-release")
    pairs = (line.partition("=") for line in lines)
    return {key: value.strip("\"'") for key, equals, value in pairs if equals}


def _modules(shelf: Shelf, document: Document) -> None:
    """Modules by both doors of the kernel, with a row for each that only one of them shows."""
    document.table("modules")
    document.table("anomalies")
    listed = {line.split()[0]: line for line in shelf.lines("/proc/modules") if line}
    in_sysfs = {text(name): shelf.attributes(f"/sys/module/{name}", _MODULE)
                for name in shelf.names("/sys/module", "dl")}  # fmt: skip
    # What is built into the kernel has a folder there too, but no initstate.
    loaded = {name: values for name, values in in_sysfs.items() if "initstate" in values}
    for name in sorted(listed | loaded):
        document.row("modules", {**_module(name, listed.get(name)), **loaded.get(name, {})})
    if "/proc/modules" not in shelf.found or not in_sysfs:
        return
    for name in sorted(loaded.keys() - listed.keys()):
        document.row("anomalies", {"module": name, "what": "in /sys/module, not in /proc/modules"})
    for name in sorted(listed.keys() - loaded.keys()):
        document.row("anomalies", {"module": name, "what": "in /proc/modules, not in /sys/module"})


def _module(name: str, line: str | None) -> dict[str, Any]:
    """A line of /proc/modules: name, size, users' count, users, state, address, taint."""
    fields = line.split() if line is not None else []
    if len(fields) < 6 or not fields[1].isdecimal():
        return {"name": name, "listed": line is not None, "line": line}
    users = [user for user in fields[3].split(",") if user not in ("", "-")]
    return {
        "name": name, "listed": True, "size": int(fields[1]), "used_by": users,
        "address": fields[5],
    }  # fmt: skip
