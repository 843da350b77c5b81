"""What can't be listed or read, not even by an administrator."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from chain_of_custody.errors import UnreadError
from chain_of_custody.folder import BundleFolder


def close(monkeypatch: pytest.MonkeyPatch, folder: Path, code: int = errno.EACCES) -> None:
    """Answer with an error whoever lists this folder."""

    def closing(call):
        def listing(path=".", *rest):
            if not isinstance(path, int) and os.fspath(path) == os.fspath(folder):
                raise OSError(code, os.strerror(code), os.fspath(path))
            return call(path, *rest)

        return listing

    for name in ("scandir", "listdir"):
        monkeypatch.setattr(os, name, closing(getattr(os, name)))


def unread(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Have the medium of every bundle not give back a file of this name."""
    opened = BundleFolder.open

    def failing(folder, asked):
        if asked == name:
            raise UnreadError(2, "unreadable", name=asked, why=os.strerror(errno.EIO))
        return opened(folder, asked)

    monkeypatch.setattr(BundleFolder, "open", failing)
