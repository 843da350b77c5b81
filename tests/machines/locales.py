"""A Japanese locale, made for the test: with its names of months and its way to write times."""

from __future__ import annotations

import locale
from contextlib import contextmanager

import disks

NAME = "ja_JP.UTF-8"


def made(folder):
    """The variables with which a program of its own has that locale."""
    disks.tool("localedef", "-i", "ja_JP", "-f", "UTF-8", folder / NAME)
    return {"LOCPATH": str(folder), "LC_ALL": NAME}


@contextmanager
def japanese(folder, monkeypatch):
    """This process in it, all of it: as a program may be that calls ours as a library."""
    for name, value in made(folder).items():
        monkeypatch.setenv(name, value)
    before = locale.setlocale(locale.LC_ALL)
    locale.setlocale(locale.LC_ALL, NAME)
    try:
        yield
    finally:
        locale.setlocale(locale.LC_ALL, before)
