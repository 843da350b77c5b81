"""What a guest is asked to do, and what it left: bundles on its disk, words on its console."""

from __future__ import annotations

import base64
import json
import re
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

import command_line
from guest.disk import MOUNTED
from guest.machine import Machine, Said

MEMORY = "--only memory-symbols --only memory --skip yara"
ACQUIRE = f"hozen memory acquire --quiet --json --output {MOUNTED}"
COLLECT = f"hozen collect --quiet --json {MEMORY} --output {MOUNTED}"
LISTED = "for each in /proc/[0-9]*/stat; do cat $each; done 2>/dev/null"


@dataclass(frozen=True)
class Own:
    """What the guest says of itself, without hozen."""

    ram: list[tuple[int, int]]
    """System RAM in /proc/iomem, half-open."""
    headers: bytes
    """The first page of /proc/kcore; empty where it is shut."""
    core: list[tuple[int, int]]
    """Physical memory that the headers of /proc/kcore map, half-open; empty where it is shut."""
    processes: dict[int, str]
    """Names by number, a moment before the collection."""
    booted: int
    """Seconds since 1970."""


def own(machine: Machine) -> Own:
    headers = base64.b64decode(machine.run("head -c 4096 /proc/kcore 2> /dev/null | base64").text)
    named = re.findall(r"^(\d+) \((.*)\) [A-Z] ", machine.run(LISTED).text, re.MULTILINE)
    return Own(
        ram=_ram(machine.run("cat /proc/iomem").text),
        headers=headers,
        core=_core(headers),
        processes={int(number): name for number, name in named},
        booted=int(machine.run("grep btime /proc/stat").text.split()[1]),
    )


def _ram(iomem: str) -> list[tuple[int, int]]:
    found = re.findall(r"^([0-9a-f]+)-([0-9a-f]+) : System RAM\r?$", iomem, re.MULTILINE)
    return [(int(first, 16), int(last, 16) + 1) for first, last in found]


def _core(headers: bytes) -> list[tuple[int, int]]:
    """elf(5): the loaded segments that have a physical address."""
    if not headers:
        return []
    (table,) = struct.unpack_from("<Q", headers, 32)
    (count,) = struct.unpack_from("<H", headers, 56)
    rows = [struct.unpack_from("<IIQQQQQQ", headers, table + 56 * n) for n in range(count)]
    mapped = [row for row in rows if row[0] == 1 and row[4] < 1 << 52]
    return sorted((row[4], row[4] + row[6]) for row in mapped)


def without_addresses(headers: bytes) -> bytes:
    """The headers as a kernel before 4.11 gives them: every physical address is 0."""
    made = bytearray(headers)
    (table,) = struct.unpack_from("<Q", made, 32)
    (count,) = struct.unpack_from("<H", made, 56)
    for number in range(count):
        struct.pack_into("<Q", made, table + 56 * number + 24, 0)
    return bytes(made)


def bundle_of(said: Said) -> str:
    """The name of the bundle that a collection tells of."""
    return Path(json.loads(said.text)["path"]).name


def carried(output: Path, place: Path) -> Path:
    """What lies on the guest's disk, by a stranger that reads it without mounting."""
    place.mkdir()
    subprocess.run(["debugfs", "-R", f"rdump / {place}", output], check=True, capture_output=True)
    return place


@dataclass(frozen=True)
class Imported:
    """A bundle as the provider has it."""

    case: Path
    host: Path

    @property
    def image(self) -> Path:
        """The image of memory."""
        rows = map(json.loads, (self.host / "not-placed.jsonl").read_text().splitlines())
        (row,) = (row for row in rows if row["origin"] == "memory:/physical.lime")
        return self.host / row["file"]

    @property
    def account(self) -> dict:
        """What is told of the image."""
        return json.loads((self.host / "hozen/memory.json").read_text())

    @property
    def records(self) -> dict[str, dict]:
        """What is recorded of every item, gaps included, by origin."""
        rows = map(json.loads, (self.host / "items.jsonl").read_text().splitlines())
        return {row["meta"]["source"]["origin"]: row["content"] | row["meta"] for row in rows}


def imported(bundle: Path, case: Path) -> Imported:
    """Verify the bundle and take it in."""
    verified = command_line.run("verify", bundle)
    assert verified.code == 0, verified
    done = command_line.run("import", bundle, "--into", case, "--json")
    assert done.code == 0, done
    return Imported(case, Path(json.loads(done.out)["host"]))
