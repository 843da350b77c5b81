"""A file and its contents: what stands in the way of which, and what is said of each."""

import stat

import pytest

from collectors.artifact import Reason, Stat
from collectors.disk.folder import Folder
from collectors.disk.nodes import Content, Entry, Node, Obstacle

HERE = Stat(5, stat.S_IFREG | 0o644, 0, 0, 1, 0, 9, None, None, None, None)
ELSEWHERE = Obstacle(Reason.NOT_LOCAL, "in the cloud")
LOCKED = Obstacle(Reason.UNSUPPORTED, "encrypted")


def content(stream, size=5, obstacle=None):
    return Content(stream=stream, size=size, read=lambda *said: said, obstacle=obstacle)


def node(*contents, **told):
    return Node(stat=HERE, in_use=lambda: True, contents=list(contents), **told)


def test_what_the_file_itself_says_to_be_elsewhere_is_its_main_content_alone():
    """The stream beside it lies here: it is what came with a download, or a compressed file."""
    file = node(content(None), content("Zone.Identifier"), obstacle=ELSEWHERE)

    assert [file.barrier(each) for each in file.contents] == [ELSEWHERE, None]


def test_what_stands_in_a_content_s_own_way_is_said_first():
    file = node(content(None, obstacle=LOCKED), content("more", obstacle=LOCKED))

    assert [file.barrier(each) for each in file.contents] == [LOCKED, LOCKED]
    file.obstacle = ELSEWHERE
    assert [file.barrier(each) for each in file.contents] == [LOCKED, LOCKED]


def test_a_stream_is_told_with_its_own_size():
    file = node(content(None), content("more", size=70))

    told = [file.open(each)[0] for each in file.contents]

    assert told == [HERE, HERE._replace(size=70)]


def test_the_main_content_is_the_one_without_a_name():
    assert node(content("more"), content(None, size=7)).main().size == 7
    assert node(content("more")).main() is None


@pytest.mark.parametrize(
    ("mode", "letter"),
    [(stat.S_IFREG, "f"), (stat.S_IFDIR, "d"), (stat.S_IFLNK, "l"), (stat.S_IFIFO, "o"), (0, "o")],
)
def test_the_kind_of_a_file_is_told_by_its_mode(mode, letter):
    assert Node(stat=HERE._replace(mode=mode | 0o777), in_use=lambda: True).letter == letter


def test_a_name_means_no_deleted_file_and_only_where_case_is_ignored_one_that_differs_in_it():
    names = [(b"a", True), (b"B", False), (b"b", False), (b"C", False)]
    entries = [Entry(name, at, 0, "f", deleted) for at, (name, deleted) in enumerate(names)]

    def meant(name, ignoring_case):
        found = Folder(entries).meant(name, ignoring_case=ignoring_case)
        return [entry.name for entry in found]

    assert meant(b"a", True) == meant(b"a", False) == []
    assert meant(b"b", True) == [b"b"]
    assert (meant(b"c", True), meant(b"c", False)) == ([b"C"], [])
