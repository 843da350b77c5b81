"""Names on a medium: what can't be told is never taken for free."""

from __future__ import annotations

import errno
import os
import stat

import bundles
import pytest
from mounting import mounted

from evidence.writing import medium
from evidence.writing.log_lock import LogLock
from evidence.writing.together import write_together


def test_a_name_of_which_nothing_can_be_told_is_not_free(tmp_path):
    with pytest.raises(OSError, match="File name too long"):
        medium.refuse_taken(tmp_path / ("x" * 300))


def test_a_lock_on_a_medium_that_is_gone_ends_nothing(tmp_path):
    bundle = bundles.sealed(tmp_path / "b")
    with LogLock() as lock:
        lock.take(bundle)
        os.close(lock._descriptor)


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EIO])
def test_nobody_signs_without_the_lock_because_the_log_did_not_open_once(
    tmp_path, monkeypatch, number
):
    bundle, opened = bundles.sealed(tmp_path / "b"), os.open

    def failing(path, *rest):
        if str(path).endswith("custody/00001.json"):
            raise OSError(number, os.strerror(number), str(path))
        return opened(path, *rest)

    monkeypatch.setattr(os, "open", failing)
    with LogLock() as lock, pytest.raises(OSError, match=os.strerror(number)):
        lock.take(bundle)


def test_a_growing_file_that_fills_the_medium_is_named_and_gone(tmp_path):
    with mounted(tmp_path / "stick", options="size=64k") as stick:
        told = pytest.raises(OSError, match=r"No space left on device: .*/report")
        with told, medium.growing(stick / "report") as file:
            file.write(bytes(1 << 20))

        assert os.listdir(stick) == []


@pytest.fixture
def names_fail(monkeypatch):
    """A medium that takes files, and fails when their names are to last."""
    flush = os.fsync

    def failing(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", failing)


def grow(path):
    with medium.growing(path) as file:
        file.write(b"x")


@pytest.mark.parametrize("write", [lambda path: medium.write_whole(path, b"x"), grow])
def test_a_file_whose_name_may_not_last_is_taken_away_again(tmp_path, names_fail, write):
    with pytest.raises(OSError, match="Input/output error") as told:
        write(tmp_path / "report")

    assert os.listdir(tmp_path) == []
    assert told.value.filename == str(tmp_path)


def test_an_error_names_the_file_that_was_to_be_made(tmp_path, monkeypatch):
    def failing(path, target):
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path), None, str(target))

    monkeypatch.setattr(os, "replace", failing)
    for write in (
        lambda path: medium.write_whole(path, b"x"),
        lambda path: write_together({path: b"x"}),
    ):
        with pytest.raises(OSError, match="Input/output error") as told:
            write(tmp_path / "report")

        assert told.value.filename == str(tmp_path / "report")
        assert os.listdir(tmp_path) == []
