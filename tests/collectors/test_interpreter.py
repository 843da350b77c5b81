"""Processes of ours: by whom they are started, and what it means when they can't be."""

from __future__ import annotations

import errno
import sys

import pytest

from collectors.apart import interpreter
from collectors.files.guard import Guard


def test_a_process_that_can_t_be_started_is_no_evidence_that_is_not_there(monkeypatch):
    # A root without /dev/null, or without the loader: every file of the host was "absent".
    monkeypatch.setattr(sys, "executable", "/nonexistent/python3")
    with pytest.raises(OSError, match="a process of ours can't be started") as raised:
        Guard().listing("/etc")

    assert raised.value.errno == errno.EIO


def test_outside_a_kit_it_is_started_by_its_name(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")

    assert interpreter.command() == ["/usr/bin/python3"]


def test_in_a_kit_it_is_started_by_the_loader_that_came_along(monkeypatch, tmp_path):
    linux = tmp_path / "linux"
    (linux / "glibc").mkdir(parents=True)
    (linux / "glibc" / "ld-linux-x86-64.so.2").touch()
    python = f"{linux}/python/bin/python3"
    monkeypatch.setattr(sys, "executable", python)

    assert interpreter.command() == [
        f"{linux}/glibc/ld-linux-x86-64.so.2", "--inhibit-cache",
        "--library-path", f"{linux}/glibc", python,
    ]  # fmt: skip
