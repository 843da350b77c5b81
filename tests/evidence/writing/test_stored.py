"""A volume's file past the page cache: the same bytes on any file system, none in memory."""

from __future__ import annotations

import errno
import hashlib
import os
import random

import bundles
import pytest
from cached import in_cache
from mounting import mounted

from evidence.writing import stored
from evidence.writing.mirror import mirror
from evidence.writing.stored import STAGE, Stored

SIZES = [0, 1, 511, 4096, STAGE - 1, STAGE, STAGE + 1, 3 * STAGE + 4097]


def written(path, data, pieces=7, **options):
    file = Stored(path, **options)
    dice = random.Random(len(data))
    cuts = sorted(dice.randrange(len(data) + 1) for _ in range(pieces))
    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        file.write(data[start:end])
    file.flush()
    os.close(file.descriptor)
    return file


@pytest.mark.parametrize("sparing", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_what_is_written_is_what_lies_there(tmp_path, size, sparing):
    data = os.urandom(size)
    file = written(tmp_path / "v", data, sparing=sparing)

    assert (tmp_path / "v").read_bytes() == data
    assert (file.size, file.hasher.hexdigest()) == (size, hashlib.sha256(data).hexdigest())
    assert file.direct is sparing


def test_hardly_a_page_of_it_stays_in_memory(tmp_path):
    data = os.urandom(8 * STAGE + STAGE // 2 + 5)  # the rest is flushed apart
    written(tmp_path / "spared", data, sparing=True)
    written(tmp_path / "plain", data)

    assert in_cache(tmp_path / "plain") > 2000
    assert in_cache(tmp_path / "spared") <= 4


@pytest.fixture
def refusing(monkeypatch):
    """Some agree to the flag and refuse the write; tmpfs did so for long, FUSE at times does."""
    writes = os.write

    def refused(descriptor, data):
        import fcntl

        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_DIRECT:
            raise OSError(errno.EINVAL, "Invalid argument")
        return writes(descriptor, data)

    monkeypatch.setattr(stored.os, "write", refused)


@pytest.fixture
def refusing_what_is_no_block(monkeypatch):
    """A write may take less than was given (write(2)); the rest is no whole block, then."""
    writes = os.write

    def short(descriptor, data):
        import fcntl

        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_DIRECT:
            if len(data) % 512:
                raise OSError(errno.EINVAL, "Invalid argument")
            fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_WRONLY)
            count = writes(descriptor, data[:1000])
            fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_WRONLY | os.O_DIRECT)
            return count
        return writes(descriptor, data)

    monkeypatch.setattr(stored.os, "write", short)


@pytest.mark.usefixtures("refusing")
def test_a_file_system_that_refuses_takes_the_same_bytes_and_keeps_none(tmp_path):
    data = os.urandom(3 * STAGE + 100)
    file = written(tmp_path / "v", data, sparing=True)

    assert in_cache(tmp_path / "v") <= 4
    assert (tmp_path / "v").read_bytes() == data
    assert file.direct is False


@pytest.mark.usefixtures("refusing")
def test_a_file_system_that_refuses_is_written_in_small_steps_that_are_dropped(tmp_path):
    file, seen = Stored(tmp_path / "v", sparing=True), []
    for _ in range(8):
        file.write(os.urandom(STAGE))
        seen.append(in_cache(tmp_path / "v"))
    os.close(file.descriptor)

    assert max(seen) <= 4


@pytest.mark.usefixtures("refusing_what_is_no_block")
def test_what_was_taken_before_a_refusal_is_written_once(tmp_path):
    data = os.urandom(3 * STAGE + 100)
    file = written(tmp_path / "v", data, sparing=True)

    assert (tmp_path / "v").read_bytes() == data
    assert (file.size, file.direct) == (len(data), False)


def test_a_file_system_in_memory_takes_the_same_bytes(tmp_path):
    data = os.urandom(2 * STAGE + 9)
    with mounted(tmp_path / "m"):
        written(tmp_path / "m" / "v", data, sparing=True)
        assert (tmp_path / "m" / "v").read_bytes() == data


@pytest.mark.parametrize(("sparing", "least", "most"), [(False, 6000, 1 << 20), (True, 1, 2000)])
def test_a_second_copy_goes_past_the_page_cache_while_it_is_made(
    tmp_path, monkeypatch, sparing, least, most
):
    """What is read back of the first stays there no longer than the kernel reads ahead."""
    noise = bundles.artifact("/noise", os.urandom(24 * STAGE))
    bundle = bundles.sealed(tmp_path / "bundle", recipients=(), volumes=[[noise]])
    (volume,) = (bundle / "data").iterdir()
    write, seen = Stored.write, []

    def watched(file, data):
        write(file, data)
        for path in (tmp_path / "copy/data").glob("*.tmp"):
            written = in_cache(path) if path.stat().st_size else 0
            seen.append(written + in_cache(volume))

    monkeypatch.setattr(Stored, "write", watched)
    mirror(bundle, tmp_path / "copy", sparing=sparing)

    assert least <= max(seen) <= most
    assert (tmp_path / "copy/data" / volume.name).read_bytes() == volume.read_bytes()


def test_a_name_that_is_taken_is_refused(tmp_path):
    (tmp_path / "v").write_bytes(b"evidence")

    with pytest.raises(FileExistsError):
        Stored(tmp_path / "v", sparing=True)
    assert (tmp_path / "v").read_bytes() == b"evidence"


def test_a_full_medium_is_an_error_and_not_taken_for_a_refusal(tmp_path):
    with mounted(tmp_path / "m", options="size=2m"):
        file = Stored(tmp_path / "m" / "v", sparing=True)
        with pytest.raises(OSError, match="No space left"):
            file.write(bytes(4 * STAGE))
        os.close(file.descriptor)
