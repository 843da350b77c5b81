"""Reasons in both languages: what the system says of an error is said without its number."""

from __future__ import annotations

import errno
import os
from typing import ClassVar

from chain_of_custody.findings import Finding
from collectors.told import Sentences, ToldError

ERROR = OSError(errno.EIO, os.strerror(errno.EIO), "/media/stick/b")


class StickError(ToldError):
    table: ClassVar[Sentences] = {"at": ("stick: {why}", "媒体: {why}")}


def test_the_system_s_words_come_without_number_and_quotes():
    found = Finding.of("unreadable", name="bagit.txt", why=ERROR)

    assert str(StickError("at", why=ERROR)) == "stick: Input/output error"
    assert StickError("at", why=ERROR).sentence("ja") == "媒体: Input/output error"
    assert found.sentence("en") == "bagit.txt: cannot be read: Input/output error"
