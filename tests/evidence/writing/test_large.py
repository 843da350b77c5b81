"""An item of more than 4 GiB, on a medium as most sticks are: none of its files may be as large."""

from __future__ import annotations

import itertools
import random
import resource
import shutil
from contextlib import contextmanager

import bundles

from collectors.artifact import Artifact
from collectors.files.snapshot import Stream
from evidence.collecting.pipeline import Pipeline
from evidence.machine.clock import Clock
from evidence.writing.bundle import VOLUME_SIZE

FAT32 = (4 << 30) - 1  # bytes: the largest file
BLOCK = random.Random(1).randbytes(4 << 20)  # nothing makes it smaller


@contextmanager
def small_files(limit):
    """No file of this process becomes larger."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_an_item_of_more_than_4_gib_comes_into_small_files(tmp_path):
    count = FAT32 // len(BLOCK) + 2
    thing = Artifact("/vm/disk.vmdk", "disk", lambda: Stream(itertools.repeat(BLOCK, count)))
    path = tmp_path / "bundle"
    with small_files(FAT32):
        writer = bundles.writer_at(path, recipients=(), compress=False)
        run = Pipeline(writer, bundles.empty_source(tmp_path), clock=Clock())
        run.run([bundles.Given([thing])])
        writer.seal(Clock().reading())
    sizes = [each.stat().st_size for each in (path / "data").iterdir()]
    shutil.rmtree(path)

    assert (writer.tally.acquired, writer.tally.bytes) == (1, count * len(BLOCK))
    assert sum(sizes) > count * len(BLOCK)
    assert max(sizes) < VOLUME_SIZE + (64 << 20)
