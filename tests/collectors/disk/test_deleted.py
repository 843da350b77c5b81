"""What was deleted, by what a file system tells: each file once, and none that is used again."""

from __future__ import annotations

import errno
import stat

from collectors.artifact import Artifact, Gap, Stat
from collectors.disk.collecting.deleted import _Search
from collectors.disk.nodes import Content, Entry, Node

ROOT, ORPHANS = 2, 99


class System:
    """A file system with some names, and what lies behind their inodes: in use or not."""

    root, last_inode = ROOT, ORPHANS

    def __init__(self, names, orphans, used):
        self._folders = {ROOT: names, ORPHANS: orphans}
        self._used = used

    def folder(self, inode):
        names = self._folders[inode]
        return sorted(Entry(name, at, 0, "f", deleted=True) for name, at in names.items())

    def unsearched(self, _inode):
        return False

    def node(self, inode):
        if inode not in self._used:
            raise OSError(errno.EIO, "Input/output error")
        told = Stat(5, stat.S_IFREG, 0, 0, 1, 0, inode, None, None, None, None)
        content = Content(stream=None, size=5, read=lambda *_: None)
        return Node(stat=told, in_use=lambda: self._used[inode], contents=[content])

    def is_leftover(self, node, _entry):
        return not node.in_use()

    def is_still_there(self, node, _entry):
        return node.in_use()


def found(names, orphans, used):
    told = list(_Search(System(names, orphans, used)).below("/"))
    taken = [one.origin for one in told if isinstance(one, Artifact)]
    return taken, {one.origin: one.detail for one in told if isinstance(one, Gap)}


def test_a_file_without_a_name_is_given_unless_it_was_found_under_one():
    taken, gaps = found({b"name": 10}, {b"ten": 10, b"eleven": 11}, {10: False, 11: False})

    assert (taken, gaps) == (["deleted:/name", "deleted:/eleven"], {})


def test_of_two_files_without_a_name_that_are_one_the_first_is_given():
    taken, _ = found({}, {b"a": 11, b"b": 11}, {11: False})

    assert taken == ["deleted:/a"]


def test_a_file_without_a_name_that_is_in_use_or_cannot_be_read_is_none_that_was_deleted():
    assert found({}, {b"used": 11, b"lost": 12}, {11: True}) == ([], {})


def test_a_deleted_name_of_a_file_that_was_found_or_is_there_or_is_lost_is_a_gap():
    taken, gaps = found({b"a": 10, b"b": 10, b"c": 11, b"d": 12}, {}, {10: False, 11: True})

    assert taken == ["deleted:/a"]
    assert gaps == {
        "deleted:/b": "deleted; the same file was found under another name",
        "deleted:/c": "deleted; the file itself is still there, under its present name",
        "deleted:/d": "deleted; its inode can't be read or is in use again",
    }
