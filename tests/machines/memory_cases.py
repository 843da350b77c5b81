"""Cases with an image of memory, and a Volatility 3 that says what a test wants it to."""

from __future__ import annotations

import json
import struct
import sys
from functools import partial
from pathlib import Path

import bundles
import kernels

from collectors.artifact import Artifact, MissingRange
from collectors.files.snapshot import Snapshot
from evidence.intake import import_bundle
from evidence.memory.analysis import analyse
from evidence.memory.plugins.linux import LINUX

# One page of memory at 4096: LiME's header with first and last address, then the banner.
_PAGE = kernels.BANNER.ljust(4096, b"\0")
IMAGE = struct.pack("<IIQQQ", 0x4C694D45, 1, 0x1000, 0x1FFF, 0) + _PAGE
BTF, KALLSYMS, VERSION = "/sys/kernel/btf/vmlinux", "/proc/kallsyms", "/proc/version"
FACTS, PHYSICAL = "hozen:/memory.json", "memory:/physical.lime"

PROGRAM = """#!{python}
import json, os, sys, time
plugin = sys.argv[-1]
answer = json.load(open({answers!r})).get(plugin, {{}})
time.sleep(answer.get("sleep", 0))
if "size" in answer:
    for _ in range(answer["size"] >> 20):
        sys.stdout.write("x" * (1 << 20))
if "import" in answer:
    try:
        __import__(answer["import"])
    except ImportError as error:
        row = {{"error": str(error), "home": os.environ["HOME"], "arguments": sys.argv}}
        print(json.dumps(row))
sys.stdout.write(answer.get("out", ""))
sys.stderr.write(answer.get("err", ""))
sys.exit(answer.get("code", 0))
"""
SOME = {LINUX.processes: {"out": '{"PID": 1, "COMM": "systemd", "__children": []}\n'}}


def volatility(folder: Path, **answers) -> str:
    """A program that answers; its interpreter has the real Volatility 3 to ask for versions."""
    told = folder / "answers.json"
    told.write_text(json.dumps(SOME | answers.get("answers", {})))
    program = folder / "vol"
    program.write_text(PROGRAM.format(python=sys.executable, answers=str(told)))
    program.chmod(0o755)
    return str(program)


def facts(**more) -> bytes:
    return json.dumps({"vmcoreinfo": kernels.VMCOREINFO, "five_level_paging": "0"} | more).encode()


def things(changed=None):
    """What a collection of a running machine has of memory; a changed item of None is left out."""
    every = {
        BTF: kernels.types().data(), KALLSYMS: kernels.kallsyms(), VERSION: kernels.BANNER,
        PHYSICAL: IMAGE, FACTS: facts(),
    } | (changed or {})  # fmt: skip
    return [
        bundles.artifact(origin, data) if isinstance(data, bytes) else data
        for origin, data in every.items()
        if data is not None
    ]


def lacking(origin: str, *missing: tuple[int, int | None], data: bytes = IMAGE) -> Artifact:
    """An image of which these ranges could not be read; a size of None is all that follows."""
    ranges = [MissingRange(offset=at, size=size, error="EIO") for at, size in missing]
    read = partial(Snapshot, data, missing=ranges)
    return Artifact(origin=origin, kind="memory", open=read)


def case(folder: Path, changed=None, name="bundle") -> Path:
    """A case with one bundle imported."""
    bundle = bundles.sealed(folder / name, recipients=(), volumes=[things(changed)])
    import_bundle(bundle, folder / "case")
    return folder / "case"


class Heard:
    """Keeps each result."""

    def __init__(self):
        self.results = []

    def begin(self, bundle, total):
        self.total = total

    def result(self, result):
        self.results.append(result)

    def unfinished(self, folder):
        pass


def analysed(case, program, **options):
    """The one analysis of a case, its results by plugin, and its folder."""
    (made,) = analyse(case, listener=Heard(), program=program, **options)
    folder = case / made.folder
    return made, {each.plugin: each for each in made.results}, folder
