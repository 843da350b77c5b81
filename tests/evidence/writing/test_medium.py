"""Names on a medium: what can't be told is never taken for free."""

from __future__ import annotations

import os

import bundles
import pytest
from mounting import mounted

from evidence.writing import medium
from evidence.writing.log_lock import LogLock


def test_a_name_of_which_nothing_can_be_told_is_not_free(tmp_path):
    with pytest.raises(OSError, match="File name too long"):
        medium.refuse_taken(tmp_path / ("x" * 300))


def test_a_lock_on_a_medium_that_is_gone_ends_nothing(tmp_path):
    bundle = bundles.sealed(tmp_path / "b")
    with LogLock() as lock:
        lock.take(bundle)
        os.close(lock._descriptor)


def test_a_growing_file_that_fills_the_medium_is_named_and_gone(tmp_path):
    with mounted(tmp_path / "stick", options="size=64k") as stick:
        told = pytest.raises(OSError, match=r"No space left on device: .*/report")
        with told, medium.growing(stick / "report") as file:
            file.write(bytes(1 << 20))

        assert os.listdir(stick) == []
