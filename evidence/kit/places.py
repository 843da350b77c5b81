"""Where what is in a kit: the same names on every file system, FAT included."""

from __future__ import annotations

DOORS = {"linux": "collect.sh", "windows": "COLLECT.cmd"}  # what a person starts
NATIVE = {"linux": "native/collect.sh", "windows": "native/COLLECT-NATIVE.cmd"}
"""For machines that can't start it: what takes what the machine's own programs give."""
OUT = "out"  # the only folder that is ever written
PROGRAM = "app/hozen"  # our packages and rules, the same for both systems
RULES = "app/hozen/evidence/rules"  # where evidence.tool.rules_folder looks first
START = "app/start.py"
KEY = "app/key"  # the kit's certificate, and its private part, encrypted
IMAGER = "app/imager"  # the operator's program that takes images of memory, where there is one
PACKS = "app/packs"  # packs of rules that are searched for beside ours, where there are any
LINUX = "app/linux"
WINDOWS = "app/windows"
PYTHON = "python/bin/python3"  # below LINUX
LIBRARIES = "glibc"  # below LINUX: the loader and every library
LICENCES = "licences"  # likewise: terms of libraries that are no wheels
SITE = "site"  # below LINUX or WINDOWS: what hozen depends on
