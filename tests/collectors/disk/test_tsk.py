"""libtsk in a process apart: what it crashes over or never ends is a gap; all else is read."""

from __future__ import annotations

import os
import signal
import time
from contextlib import ExitStack, closing
from pathlib import Path

import disks
import pytest
from confined import require_confined
from hfsvolumes import first, names, volume

from collectors.apart.answering import Apart, ApartError
from collectors.artifact import Gap, Reason
from collectors.disk import rare
from collectors.disk.collecting.files import DiskFiles
from collectors.disk.images.containers import open_image
from collectors.disk.libraries import opened, wire
from collectors.disk.libraries.library import ENDING
from collectors.disk.reader import LibraryError
from collectors.disk.tsk.system import ENTRY, LIBTSK, System, libtsk
from collectors.disk.tsk.wire import Listed

WICKED = """
import os, time
from collectors.disk.tsk import serving, wire
honest = serving.FileSystems.answer
def answer(desk, request):
    if isinstance(request, wire.Names) and request.inode == {inode}:
        {act}
    return honest(desk, request)
serving.FileSystems.answer = answer
serving.serve()
"""
CRASHES, HANGS = "os.abort()", "time.sleep(3600)"
FOLDERS = ("a", "b", "c")


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Path:
    tree = tmp_path_factory.mktemp("tree")
    for name in FOLDERS:
        (tree / name).mkdir()
        (tree / name / "file").write_text(name)
    return disks.ext(tmp_path_factory.mktemp("image") / "disk.img", tree)


@pytest.fixture
def disk(image):
    with disks.opened(image) as source:
        yield source


@pytest.fixture
def acts(disk, monkeypatch):
    """What the process does when it is to list folder `b`."""

    def acts(act: str, silent: float = 60) -> None:
        _, inode = disk.folder_at("/b")
        entry = WICKED.format(inode=inode, act=act)
        LIBTSK.close()
        apart = Apart(entry, silent, stopping=lambda: ENDING.asked())
        monkeypatch.setattr(LIBTSK, "_apart", apart)

    yield acts
    LIBTSK.close()


@pytest.fixture
def libraries():
    with ExitStack() as each:

        def begun(entry=ENTRY, **settings):
            return each.enter_context(closing(libtsk(entry, **settings)))

        yield begun


def taken(disk):
    found = disks.collected(DiskFiles(), disk)
    return {origin: one for (origin, _), one in found.items()}


def detail(disk, origin: str) -> tuple[Reason, str]:
    gap = taken(disk)[origin]
    assert isinstance(gap, Gap)
    return gap.reason, gap.detail


def test_a_folder_that_crashes_it_is_a_gap_and_all_else_is_read(disk, acts):
    acts(CRASHES)

    found = taken(disk)

    assert {name for name, one in found.items() if not isinstance(one, Gap)} == {
        "/a/file", "/c/file",
    }  # fmt: skip
    assert found["/b"].reason is Reason.UNREADABLE
    assert found["/b"].detail == "EIO: libtsk: the process that read it ended (exit code -6)"


def test_a_folder_over_which_it_is_silent_is_a_gap_and_all_else_is_read(disk, acts):
    acts(HANGS, silent=1)

    found = taken(disk)

    assert {"/a/file", "/c/file"} <= set(found)
    assert (found["/b"].reason, found["/b"].detail) == (
        Reason.TIMED_OUT, "ETIMEDOUT: libtsk: it was not read in time",
    )  # fmt: skip


def test_a_run_that_is_to_end_waits_for_nothing(disk, acts):
    acts(HANGS)
    disk.end_when(lambda: True)

    assert detail(disk, "/b")[0] is Reason.TIMED_OUT


def test_nothing_more_is_asked_of_a_file_system_over_which_it_ended_often(disk, acts, monkeypatch):
    monkeypatch.setattr(opened, "MOST_ENDS", 4)
    acts(CRASHES)
    fs, inode = disk.folder_at("/b")
    for _ in range(2):
        with pytest.raises(OSError, match="the process that read it ended"):
            fs.names_of(inode)

    with pytest.raises(OSError, match="ended 4 times over it: not asked"):
        fs.names_of(disk.folder_at("/a")[1])


def test_a_circle_that_libtsk_never_leaves_costs_its_partition(tmp_path, monkeypatch):
    monkeypatch.setattr(rare, "require_ends", lambda _: None)  # libtsk's own doing
    LIBTSK.close()
    apart = Apart(ENTRY, 2, stopping=lambda: ENDING.asked())
    monkeypatch.setattr(LIBTSK, "_apart", apart)
    place = volume(tmp_path / "disk.img", catalog=[first(root=1), names(following=1)])

    with disks.opened(place) as source:
        (partition,) = source.disk.partitions

    assert partition.system is None
    assert partition.reason is Reason.TIMED_OUT
    assert partition.detail == "HFS+: damaged: libtsk: it was not read in time"


def test_bytes_that_are_asked_for_without_end_are_given_for_a_time(image, libraries):
    reader = open_image(str(image)).reader
    entry = """
from collectors.apart.serving import Channel
from collectors.disk.libraries import serving, wire
channel = Channel()
while channel.take() is not None:
    channel.give(serving._encode(wire.Needs(0, 65536)))
"""
    asked = libraries(entry, total=0.5)

    with pytest.raises(TimeoutError, match="libtsk: it was not read in time"):
        System(reader, "EXT_DETECT", asked)


def test_a_process_that_somebody_ends_between_two_questions_costs_nothing(disk):
    fs, inode = disk.folder_at("/b")
    os.kill(LIBTSK._apart._process.child.pid, signal.SIGKILL)

    assert [entry.name for entry in fs.names_of(inode)] == [b"file"]


def test_what_means_nothing_ends_the_process(image, libraries):
    reader, asked = open_image(str(image)).reader, libraries()
    with pytest.raises(ApartError, match="without a meaning"):
        asked.ask(reader, wire.Forget([1]), Listed)

    assert System(reader, "EXT_DETECT", asked).names(2)


def test_it_has_nothing_of_ours_open_but_two_pipes_and_little_memory(disk):
    disk.folder_at("/b")

    require_confined(LIBTSK._apart._process.child.pid)


def test_what_nobody_holds_any_more_is_let_go_there(image, libraries):
    reader, asked = open_image(str(image)).reader, libraries()
    kept = System(reader, "EXT_DETECT", asked)
    for _ in range(3):
        System(reader, "EXT_DETECT", asked)

    assert kept.names(2)
    assert asked._open == {kept.number}


def test_whoever_is_interrupted_while_it_reads_begins_anew(image, libraries):
    class Interrupting:
        """A disk at whose reading somebody presses Ctrl-C."""

        def __init__(self, reader):
            self.reader, self.size, self.sector = reader, reader.size, reader.sector

        def readinto(self, offset, buffer):
            raise KeyboardInterrupt

    reader, asked = open_image(str(image)).reader, libraries()
    with pytest.raises(KeyboardInterrupt):
        System(Interrupting(reader), "EXT_DETECT", asked)

    assert System(reader, "EXT_DETECT", asked).names(2)


def test_a_disk_that_is_closed_leaves_no_process(image):
    with disks.opened(image) as source:
        source.listing("/")
        process = LIBTSK._apart._process.child.pid

    assert not Path(f"/proc/{process}").exists()


def test_where_it_does_not_load_a_disk_is_refused_in_words(image, libraries):
    entry = "import sys; sys.modules['pytsk3'] = None\n" + ENTRY

    with pytest.raises(LibraryError, match="pytsk3, which does not load here"):
        System(open_image(str(image)).reader, "EXT_DETECT", libraries(entry))


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_a_clock_on_the_wall_is_told_as_it_was_written_wherever_we_are(tmp_path, zone, monkeypatch):
    image = disks.fat(tmp_path / "disk.img", 16)
    written = tmp_path / "file"
    written.write_text("x")
    os.utime(written, (1_700_000_000, 1_700_000_000))
    disks.tool("env", "TZ=UTC", "mcopy", "-m", "-i", image, written, "::file")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        with disks.opened(image) as source:
            assert source.look("/file").modified_ns == 1_700_000_000 * 10**9
    finally:
        monkeypatch.undo()
        time.tzset()
