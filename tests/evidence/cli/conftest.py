"""Bundles and a machine for the transcripts."""

from pathlib import Path

import bundles
import hosts
import pytest


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Bundles that are only read: encrypted, open, partial."""
    home = tmp_path_factory.mktemp("made")
    partial = home / "partial"
    bundles.writer_at(partial).abandon()
    (home / "key.txt").write_text(f"{bundles.IDENTITY}\n")
    (home / "other.txt").write_text(f"{bundles.OTHER_IDENTITY}\n")
    bundles.sealed(home / "encrypted")
    bundles.sealed(home / "open", recipients=())
    return home


@pytest.fixture
def altered(tmp_path):
    """A bundle with one bit of a volume flipped."""
    path = bundles.sealed(tmp_path / "altered")
    volume = min((path / "data").iterdir())
    data = bytearray(volume.read_bytes())
    data[len(data) // 2] ^= 1
    volume.chmod(0o600)
    volume.write_bytes(data)
    return path


@pytest.fixture
def machine(tmp_path):
    """A folder to collect from."""
    world = hosts.linux(tmp_path).with_file("/var/log/auth.log", "Accepted password\n")
    return Path(world.with_file("/home/山田/メモ.txt", "メモ\n").path(""))
