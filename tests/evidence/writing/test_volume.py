"""Volumes as they are written: frames, members, and a medium that can't keep up."""

import io
import os
import tarfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from hashlib import sha256
from pathlib import Path

import pytest
import zstandard

from evidence.writing import volume
from evidence.writing.volume import FRAME, Chain, VolumeWriter

REAL_COMPRESSOR = zstandard.ZstdCompressor


@pytest.fixture(params=[True, False], ids=["compressed", "as it is"])
def chain(request):
    made = Chain(compress=request.param)
    yield made
    made.stop()


def members(path) -> dict[str, bytes]:
    with (
        path.open("rb") as file,
        zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True) as plain,
    ):
        archive = tarfile.open(fileobj=io.BytesIO(plain.read()))  # noqa: SIM115 - in memory
        return {each.name: archive.extractfile(each).read() for each in archive}


def put(writer: VolumeWriter, name: bytes, data: bytes) -> None:
    room = writer.room(len(data))
    room[: len(data)] = data
    writer.commit(name, len(data))


def test_a_volume_is_a_tar_that_strangers_read(chain, tmp_path):
    writer = VolumeWriter(chain, tmp_path / "volume-00001.tar.zst", [])
    wanted = {f"items/{n:08d}": bytes([n % 256]) * (n * 2000) for n in range(400)}
    for name, data in wanted.items():
        put(writer, name.encode(), data)
    writer.append(b"records.jsonl", b"{}\n" * FRAME)
    closed = writer.close()

    path = tmp_path / closed.name
    assert sha256(path.read_bytes()).hexdigest() == closed.sha256
    assert path.stat().st_size == closed.size
    assert members(path) == {**wanted, "records.jsonl": b"{}\n" * FRAME}


def test_without_compression_the_volume_is_as_large_as_what_it_holds(tmp_path):
    sizes = {}
    for compress in (True, False):
        chain = Chain(compress=compress)
        writer = VolumeWriter(chain, tmp_path / f"{compress}.tar.zst", [])
        put(writer, b"items/00000001", b"a line of a log\n" * 60_000)
        sizes[compress] = writer.close().size
        chain.stop()

    assert sizes[True] < 10_000
    assert 960_000 < sizes[False] < 970_000


def test_no_member_of_an_item_crosses_a_frame(chain, tmp_path):
    writer = VolumeWriter(chain, tmp_path / "volume-00001.tar.zst", [])
    for number in range(20):
        put(writer, b"items/%08d" % number, b"x" * 300_000)
    writer.close()

    data = (tmp_path / "volume-00001.tar.zst").read_bytes()
    frames = []
    while data:
        unfolding = zstandard.ZstdDecompressor().decompressobj()
        frames.append(unfolding.decompress(data))
        data = unfolding.unused_data
    assert len(frames) > 5
    assert all(frame[:6] in (b"items/", bytes(6)) for frame in frames)


def test_a_slow_medium_holds_up_the_reading_instead_of_filling_the_memory(
    chain, tmp_path, monkeypatch
):
    gate = threading.Event()
    stored = volume.Stored.write

    def slowly(self, data):
        gate.wait(30)
        return stored(self, data)

    monkeypatch.setattr(volume.Stored, "write", slowly)
    writer = VolumeWriter(chain, tmp_path / "volume-00001.tar.zst", [])
    sent = []

    def send_many() -> None:
        for number in range(50):
            put(writer, b"items/%08d" % number, bytes(FRAME - 512))
            sent.append(number)

    sender = threading.Thread(target=send_many)
    sender.start()
    deadline = time.monotonic() + 5
    while len(sent) < volume._IN_FLIGHT - 1 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    held_back = len(sent)
    gate.set()
    sender.join(30)

    assert held_back <= volume._IN_FLIGHT
    assert len(sent) == 50
    writer.close()


def test_an_existing_name_is_never_written_over(chain, tmp_path):
    taken = tmp_path / "volume-00001.tar.zst"
    taken.write_bytes(b"evidence")

    with pytest.raises(FileExistsError):
        VolumeWriter(chain, taken, [])

    assert taken.read_bytes() == b"evidence"


def test_a_medium_that_fails_leaves_no_closed_volume(chain, tmp_path, monkeypatch):
    def refuse(self, data):
        raise OSError(5, "Input/output error")

    writer = VolumeWriter(chain, tmp_path / "volume-00001.tar.zst", [])
    monkeypatch.setattr(volume.Stored, "write", refuse)
    put(writer, b"items/00000001", b"x" * 100)

    with pytest.raises(OSError, match="Input/output error"):
        writer.close()


class LittleMemory:
    """Compresses all but a frame that begins with the member `huge`."""

    def __init__(self, **options):
        self._real = REAL_COMPRESSOR(**options)

    def compress(self, data):
        if data[:4] == b"huge":
            raise MemoryError
        return self._real.compress(data)


def test_a_frame_that_cannot_be_compressed_waits_for_those_before_it(tmp_path, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(volume.Stored, "write", lambda *_: gate.wait(30))
    monkeypatch.setattr(zstandard, "ZstdCompressor", LittleMemory)
    chain = Chain()
    writer = VolumeWriter(chain, tmp_path / "volume-00001.tar.zst", [])
    put(writer, b"items/00000001", bytes(FRAME - 512))
    put(writer, b"huge", b"x")

    with ThreadPoolExecutor(1) as pool:
        closing = pool.submit(writer.close)
        under_way = wait([closing], 0.5).not_done
        gate.set()

    assert under_way == {closing}
    assert isinstance(closing.exception(), MemoryError)
    chain.stop()


def test_what_the_least_level_makes_of_a_frame_is_as_the_decision_says():
    least = REAL_COMPRESSOR(level=volume.UNCOMPRESSED, write_checksum=True)
    zeros, noise = (len(least.compress(data)) for data in (bytes(FRAME), os.urandom(FRAME)))
    decision = Path(__file__).parents[3] / "docs/decisions/0002-volumes.md"

    assert f"zeros becomes {zeros:,} bytes, 1 MiB of text or noise {noise:,}." in (
        decision.read_text(encoding="utf-8")
    )
