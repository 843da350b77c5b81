"""A folder that can't be listed, not even by an administrator."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest


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
