"""What tests do to the machine that they run on: nothing beside their own folders."""

from __future__ import annotations

import stat
import tempfile

import hosts


def test_a_folder_that_is_opened_leaves_what_everybody_shares_as_it_is(tmp_path, monkeypatch):
    shared, test = tmp_path / "tmp", tmp_path / "tmp/run/test"
    test.mkdir(parents=True)
    shared.chmod(0o1777)
    test.chmod(0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(shared))
    hosts.open_to_all(test)

    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
    assert {stat.S_IMODE(each.stat().st_mode) for each in (test, test.parent)} == {0o755}
