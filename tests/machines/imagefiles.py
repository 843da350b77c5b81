"""Images of every kind, made of a raw one, and what is read of them."""

import os

import disks

from collectors.disk.images.ewf import EwfReader
from collectors.disk.reader import read_at
from collectors.disk.whole.image import WholeDisk

WICKED = """
import os, time
from collectors.disk.images import serving, wire
honest = serving.Images.told
def told(desk, request):
    if isinstance(request, wire.Read) and request.offset <= {place} < request.offset + request.size:
        {act}
    return honest(desk, request)
serving.Images.told = told
serving.serve()
"""
"""What the process of an image runs, where it does something over one place of the disk."""

CONTENT = {"/a.txt": b"hello\n", "/folder/big": os.urandom(1_000_000)}


def split(raw, folder):
    data = raw.read_bytes()
    for number in range(3):
        (folder / f"disk.{number + 1:03d}").write_bytes(data[number * 3_000_000 :][:3_000_000])
    return folder / "disk.001"


def ewf(raw, folder, *options):
    disks.tool(
        "ewfacquirestream", "-q", "-t", folder / "disk", "-f", "encase6", "-b", "64", "-d", "sha1",
        "-C", "H-1", "-E", "7", "-e", "examiner", "-D", "ward PC", "-N", "-", "-m", "fixed",
        "-M", "physical", "-S", "2MiB", *options, input=raw.read_bytes(),
    )  # fmt: skip
    return folder / "disk.E01"


def converted(kind, *options):
    def convert(raw, folder):
        disks.tool("qemu-img", "convert", "-O", kind, *options, raw, folder / "disk.x")
        return folder / "disk.x"

    return convert


def everything(image):
    try:
        return read_at(image.reader, 0, image.reader.size)
    finally:
        image.reader.close()


def of_library(reader):
    """What speaks with a library's process."""
    return reader._image if isinstance(reader, EwfReader) else reader


def process_of(reader):
    """The number of a reader's process."""
    return of_library(reader)._apart._apart._process.child.pid


def first_piece(source):
    """The first piece of the whole disk, opened."""
    found = WholeDisk().collect(source)
    return next(one for one in found if one.origin == "disk:/image.001").open()


def drained(reading):
    """All bytes that it gives."""
    room, got = memoryview(bytearray(32 << 10)), bytearray()
    while count := reading.readinto(room):
        got += room[:count]
    return got


def laid(got, reading):
    """The same, by the ranges in which they lie."""
    place, pieces = 0, []
    for _, size in reading.ranges:
        pieces.append(got[place : place + size])
        place += size
    return pieces
