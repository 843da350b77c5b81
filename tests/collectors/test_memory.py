"""The one gap that stands for physical memory."""

from __future__ import annotations

import os

import pytest

from collectors.artifact import Reason
from collectors.memory import Memory
from collectors.source import Source


def gap(root, *, live=True):
    source = Source(str(root), live=live)
    try:
        (found,) = Memory().collect(source)
    finally:
        source.guard.close()
    return found


@pytest.fixture
def host(tmp_path):
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/mem").write_bytes(b"")
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/status").write_text("CapEff:\t0000000000220000\n")
    (tmp_path / "sys/kernel/security").mkdir(parents=True)
    (tmp_path / "sys/kernel/security/lockdown").write_text("[none] integrity confidentiality\n")
    return tmp_path


def test_says_that_this_version_takes_no_image_and_what_was_found(host):
    found = gap(host)

    assert found.reason is Reason.UNSUPPORTED
    for words in (
        "this version of hozen takes no memory image", "/dev/mem: readable",
        "/proc/kcore: absent", "/dev/crash: absent", "kernel lockdown: none",
        "rights: sys_rawio, sys_admin", "inside a container: no sign of it",
    ):  # fmt: skip
        assert words in found.detail


@pytest.mark.parametrize("mode", ["integrity", "confidentiality"])
def test_a_locked_down_kernel_is_a_denial(host, mode):
    text = "none integrity confidentiality".replace(mode, f"[{mode}]")
    (host / "sys/kernel/security/lockdown").write_text(text)

    assert gap(host).reason is Reason.DENIED
    assert f"kernel lockdown: {mode}" in gap(host).detail


def test_an_ordinary_user_is_denied(host):
    (host / "proc/self/status").write_text("CapEff:\t0000000000000000\n")

    assert gap(host).reason is Reason.DENIED
    assert "neither sys_rawio nor sys_admin" in gap(host).detail


def test_says_when_it_is_inside_a_container(host):
    (host / ".dockerenv").write_bytes(b"")

    assert "inside a container: /.dockerenv" in gap(host).detail


def test_no_door_is_opened(host):
    os.unlink(host / "dev/mem")
    os.mkfifo(host / "dev/mem")  # to open it would wait for ever

    assert "/dev/mem: readable" in gap(host).detail


def test_a_source_that_is_not_running_is_one_gap(tmp_path):
    found = gap(tmp_path, live=False)

    assert (found.reason, found.detail) == (Reason.UNSUPPORTED, "not a running machine")
