"""Libraries of images in processes apart: what ends one costs a missing range, not the session."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import disks
import imagefiles
import pytest
from confined import require_confined

from collectors.disk.images import library
from collectors.disk.images.containers import open_image
from collectors.disk.libraries import opened
from collectors.disk.libraries.library import ENDING
from collectors.disk.opening import open_disk
from collectors.disk.reader import ImageError, read_at

SIZE = 8 * disks.MIB
BAD = 3 * disks.MIB + 70_000
CRASHES, HANGS = "os.abort()", "time.sleep(3600)"
ENDLESS = """
from collectors.apart.serving import Channel
from collectors.disk.libraries import serving, wire
channel = Channel()
while channel.take() is not None:
    channel.give(serving._encode(wire.Needs(0, 65536)))
"""
MAKERS = {
    "E01": imagefiles.ewf,
    "VMDK": imagefiles.converted("vmdk"),
    "VHDX": imagefiles.converted("vhdx"),
}


@pytest.fixture(scope="module")
def dice(tmp_path_factory):
    place = tmp_path_factory.mktemp("dice") / "raw.img"
    place.write_bytes(os.urandom(SIZE))
    return place


@pytest.fixture(params=MAKERS)
def image(request, dice, tmp_path):
    return str(MAKERS[request.param](dice, tmp_path))


@pytest.fixture
def acts(monkeypatch):
    """What the process does over one place of the disk."""

    def acts(act: str, silent: float = 60, place: int = BAD) -> None:
        monkeypatch.setattr(library, "ENTRY", imagefiles.WICKED.format(place=place, act=act))
        monkeypatch.setattr(library, "SILENT", silent)

    return acts


@pytest.fixture
def ends():
    """Ask the run to end; nobody does so afterwards."""
    yield lambda asked: setattr(ENDING, "asked", asked)
    ENDING.asked = staticmethod(lambda: False)


def test_a_place_that_crashes_it_is_a_missing_range_and_all_else_is_read(image, dice, acts):
    acts(CRASHES)
    with disks.opened(image) as source:
        reading = imagefiles.first_piece(source)
        got = imagefiles.drained(reading)

    data = dice.read_bytes()
    assert imagefiles.laid(got, reading) == [data[at : at + size] for at, size in reading.ranges]
    assert sum(size for _, size in reading.ranges) == SIZE - (64 << 10)
    assert [each.offset for each in reading.missing] == [BAD & ~0xFFFF]
    (missing,) = reading.missing
    assert missing.size == 64 << 10
    assert missing.error.endswith("the process that read it ended (exit code -6)")


def test_a_place_over_which_it_is_silent_is_a_missing_range(image, acts):
    acts(HANGS, silent=1)
    with disks.opened(image) as source:
        reading = imagefiles.first_piece(source)
        imagefiles.drained(reading)

    assert [(each.offset, each.size) for each in reading.missing] == [(BAD & ~0xFFFF, 64 << 10)]
    assert reading.missing[0].error.endswith("it was not read in time")


def test_a_run_that_is_to_end_waits_for_nothing_and_calls_nothing_bad(image, ends):
    with disks.opened(image) as source:
        reading = imagefiles.first_piece(source)
        apart = imagefiles.of_library(source.disk.image.reader)._apart
        apart.close()
        apart._apart._entry = imagefiles.WICKED.format(place=BAD, act=HANGS)
        begun = threading.Event()
        ends(begun.is_set)
        threading.Timer(1, begun.set).start()  # while the question is pending
        with pytest.raises(TimeoutError, match="it was not read in time"):
            imagefiles.drained(reading)

    assert (reading.missing, reading.ended) == ((), False)


def test_one_that_ends_over_all_of_it_is_given_up(image, monkeypatch, acts):
    monkeypatch.setattr(opened, "MOST_ENDS", 4)
    with closing(open_image(image).reader) as reader:
        imagefiles.of_library(reader)._apart.close()
        monkeypatch.setattr(
            imagefiles.of_library(reader)._apart._apart, "_entry", "raise SystemExit(9)"
        )
        for _ in range(4):
            with pytest.raises(OSError, match="the process that read it ended"):
                read_at(reader, 0, 512)
        with pytest.raises(OSError, match="ended 4 times over it: not asked"):
            read_at(reader, SIZE - 512, 512)


def test_a_process_that_is_killed_amid_the_reading_costs_nothing(image, dice):
    with closing(open_image(image).reader) as reader:
        got = bytearray()
        for at in range(0, SIZE, 100_000):
            if at % 1_000_000 == 0:
                os.kill(imagefiles.process_of(reader), signal.SIGKILL)
            got += read_at(reader, at, 100_000)

    assert got[:SIZE] == dice.read_bytes()


def test_an_image_over_which_it_crashes_at_once_is_refused_in_one_line(image, monkeypatch):
    monkeypatch.setattr(library, "ENTRY", "import os; os.abort()")

    with pytest.raises(
        ImageError, match=r"can't be opened as a disk image: lib\w+: the pro"
    ) as told:
        open_disk(image)
    assert "\n" not in str(told.value)
    assert told.value.exit_code == 2


def test_bytes_that_are_asked_for_without_end_are_given_for_a_time(image, monkeypatch):
    monkeypatch.setattr(library, "ENTRY", ENDLESS)
    monkeypatch.setattr(library, "TOTAL", 0.5)

    with pytest.raises(ImageError, match="it was not read in time"):
        open_image(image)


def test_it_has_nothing_of_ours_open_but_pipes_and_little_memory(image):
    with closing(open_image(image).reader) as reader:
        process = imagefiles.process_of(reader)
        require_confined(process)

    assert not Path(f"/proc/{process}").exists()


def test_whoever_is_interrupted_while_it_reads_begins_anew(image, dice, monkeypatch):
    with closing(open_image(image).reader) as reader:
        files = imagefiles.of_library(reader)._files
        honest = files.readinto

        def interrupting(offset, buffer):
            raise KeyboardInterrupt

        monkeypatch.setattr(files, "readinto", interrupting)
        with pytest.raises(KeyboardInterrupt):
            read_at(reader, 4 * disks.MIB, 512)
        monkeypatch.setattr(files, "readinto", honest)

        assert read_at(reader, 4 * disks.MIB, 512) == dice.read_bytes()[4 * disks.MIB :][:512]


def test_no_library_is_loaded_in_our_own_process(image):
    code = (
        "import sys; from collectors.disk.images.containers import open_image\n"
        "open_image(sys.argv[1]).reader.close()\n"
        "assert not {'pyewf', 'pyvmdk', 'pyvhdi'} & set(sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", code, image], check=True, cwd=Path(library.__file__).parents[3]
    )


def test_a_bad_sector_below_a_piece_that_is_read_ahead_costs_its_own_place_alone(dice, tmp_path):
    """A flat VMDK lies in its file as it is."""
    path = imagefiles.converted("vmdk", "-o", "subformat=monolithicFlat")(dice, tmp_path)
    with disks.opened(path) as source:
        files = imagefiles.of_library(source.disk.image.reader)._files
        honest, start = files.readinto, files.sizes[0]

        def failing(offset, buffer):
            if offset - start <= BAD < offset - start + len(buffer):
                raise OSError(5, "Input/output error")
            honest(offset, buffer)

        files.readinto = failing
        reading = imagefiles.first_piece(source)
        imagefiles.drained(reading)

    (missing,) = reading.missing
    assert (missing.offset, missing.size) == (BAD // 512 * 512, 512)
    assert missing.error == "EIO: Input/output error"
