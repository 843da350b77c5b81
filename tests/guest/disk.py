"""The guest's disks: one with the interpreter that runs the tests and hozen on it, one for output.

The first is never written, so that every guest of a run shares it.
"""

from __future__ import annotations

import compileall
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

from guest.kernel import BUSYBOX, OUTPUT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parents[2]
PARTS = ("evidence", "collectors", "chain_of_custody", "rules")
PYTHON = Path(sys._base_executable).resolve()
SITE = "/opt/site"
MOUNTED = "/mnt/out"
# No thread of the kernel finishes the file system behind our back, to end at any time.
FINISHED = "noinit_itable,no_prefetch_block_bitmaps"
# Of the library that comes with Python, what no program of ours loads.
LEFT_OUT = ("site-packages", "dist-packages", "test", "config-*", "idlelib", "tkinter", "ensurepip")
INIT = f"""#!{BUSYBOX} sh
export PATH=/bin HOME=/nonexistent LC_ALL=C.UTF-8 HOZEN_LANG=en
export PYTHONPATH={SITE} PYTHONDONTWRITEBYTECODE=1
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t securityfs security /sys/kernel/security
mount -t tmpfs tmp /tmp
mount -t ext4 -o {FINISHED} {OUTPUT} {MOUNTED}
hostname guest
stty -echo -onlcr < /dev/console
printf "\\nended 0\\n"
while read -r line; do
    eval "$line"
    printf "\\nended %d\\n" $?
done
"""
HOZEN = """#!/bin/sh
exec {python} -c 'from evidence.cli import main; main()' "$@"
"""


def system(work: Path, busybox: Path) -> Path:
    """A file system with busybox, Python and hozen: the guest's root."""
    root = work / "root"
    for folder in ("proc", "sys", "dev", "tmp", "etc", "bin", "sbin", MOUNTED[1:]):
        (root / folder).mkdir(parents=True)
    _copy_library(root)
    _copy_site(root / SITE[1:])
    _put(PYTHON, root)
    _copy_shared(root)
    _copy_programs(root, busybox)
    image = _made(work / "system.img", 400, "-d", str(root))
    shutil.rmtree(root)
    return image


def output(path: Path, megabytes: int) -> Path:
    """An empty file system for bundles."""
    return _made(path, megabytes)


def _made(image: Path, megabytes: int, *options: str) -> Path:
    image.touch()
    os.truncate(image, megabytes << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", *options, image], check=True)
    return image


def _copy_library(root: Path) -> None:
    library = Path(sysconfig.get_path("stdlib"))
    ignore = shutil.ignore_patterns(*LEFT_OUT)
    shutil.copytree(library, root / str(library)[1:], ignore=ignore, ignore_dangling_symlinks=True)


def _copy_site(site: Path) -> None:
    """hozen from this clone, and what it needs at run time from the running environment."""
    for part in PARTS:
        shutil.copytree(HERE / part, site / part)
    for name in _needed("hozen", set()) - {"hozen"}:
        for file in metadata.distribution(name).files or []:
            if ".." not in file.parts:
                (site / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file.locate(), site / file)
    # An emulated processor takes five seconds to compile it, at each start.
    compileall.compile_dir(site, quiet=2, stripdir=site, prependdir=SITE)


def _needed(name: str, known: set[str]) -> set[str]:
    """This distribution and those that it can't run without, by normalised name."""
    known.add(canonicalize_name(name))
    for line in metadata.requires(name) or []:
        wanted = Requirement(line)
        here = wanted.marker is None or wanted.marker.evaluate({"extra": ""})
        if here and canonicalize_name(wanted.name) not in known:
            _needed(wanted.name, known)
    return known


def _copy_shared(root: Path) -> None:
    """The shared libraries of the interpreter and of every extension module, from this machine."""
    objects = [str(PYTHON), *map(str, root.rglob("*.so"))]
    told = subprocess.run(["ldd", *objects], capture_output=True, text=True, check=False).stdout
    found = re.findall(r"(?:=> |^\t)(/\S+) \(0x", told, re.MULTILINE)
    for name in sorted(set(found)):
        _put(Path(name), root)


def _put(source: Path, root: Path) -> None:
    target = root / str(source)[1:]
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def _copy_programs(root: Path, busybox: Path) -> None:
    shutil.copy(busybox, root / "bin")
    listed = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True)
    for name in listed.stdout.split():
        if name != "busybox":
            (root / "bin" / name).symlink_to("busybox")
    for path, text in (("sbin/init", INIT), ("bin/hozen", HOZEN.format(python=PYTHON))):
        (root / path).write_text(text)
        (root / path).chmod(0o755)
