"""Opening volumes with suspicion: limits, damage, and how little memory it takes."""

from __future__ import annotations

import errno
import io
import os
import struct
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import bundles
import byhand
import pytest
from byhand import Member, archive, frames, member
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chain_of_custody.documents import load
from chain_of_custody.errors import (
    AlteredError,
    CustodyError,
    IncompleteError,
    UnreadError,
    UnusableError,
)
from chain_of_custody.folder import BundleFolder
from chain_of_custody.items import MAX_MEMBER, MAX_RECORDS, RECORDS
from chain_of_custody.manifest import MAX_RECIPIENTS, VolumeEntry
from evidence import tar
from evidence.reading.container import MAX_CONTENT, IdentityError, VolumeOpener, load_identities
from evidence.reading.decryption import PIECE, Decryption, count_stanzas

ROOT = Path(bundles.__file__).parents[1]
MEMBERS = [
    Member("items/00000001", b"evidence"),
    Member("items/00000002", b""),
    Member(RECORDS, b""),
]
MAGIC = b"\x28\xb5\x2f\xfd"


def opened(path: Path, data: bytes, *, age: bool = False, identities=(bundles.IDENTITY,)) -> list:
    name = "volume-00001.tar.zst.age" if age else "volume-00001.tar.zst"
    (path / name).write_bytes(data)
    entry = VolumeEntry(name=name, sha256="0" * 64, size=len(data))
    opener = VolumeOpener(list(identities))
    with (path / name).open("rb", buffering=0) as file:
        if age:
            opener.stanzas(entry, file)
            file.seek(0)
        return [Member(each.name, bytes(each.data)) for each in opener.members(entry, file)]


def encrypted(data: bytes) -> bytes:
    return byhand.encrypted(data, [bundles.RECIPIENT])


def refused(path: Path, data: bytes, **options) -> CustodyError:
    before = threading.active_count()
    with pytest.raises(CustodyError) as caught:
        opened(path, data, **options)

    assert before == threading.active_count()
    return caught.value


# What is whole


@pytest.mark.parametrize("size", [512, 1000, 1 << 20, MAX_CONTENT])
@pytest.mark.parametrize("age", [False, True], ids=["plain", "age"])
def test_gives_the_members_however_the_frames_are_cut(tmp_path, size, age):
    data = frames(archive(MEMBERS), size)

    assert opened(tmp_path, encrypted(data) if age else data, age=age) == MEMBERS


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(contents=st.lists(st.binary(max_size=3000), max_size=8), size=st.integers(512, 5000))
def test_what_was_packed_is_what_is_opened(tmp_path, contents, size):
    packed = [Member(f"items/{n:08d}", data) for n, data in enumerate(contents, 1)]
    packed.append(Member(RECORDS, b""))

    assert packed == opened(tmp_path, encrypted(frames(archive(packed), size)), age=True)


def stating(content: bytes, flag: int, window: bytes) -> bytes:
    """A frame of one block as it is, which states its size in a field of this width."""
    width = (1, 2, 4, 8)[flag]
    size = len(content) - 256 if width == 2 else len(content)  # RFC 8878, section 3.1.1.1.4
    head = MAGIC + bytes([flag << 6 | (not window) << 5 | 4]) + window
    block = struct.pack("<I", len(content) << 3 | 1)[:3] + content
    return head + size.to_bytes(width, "little") + block + frames(content)[-4:]


@pytest.mark.parametrize(
    ("flag", "size", "window"),
    [(0, 128, b""), *((flag, 256, each) for flag in (1, 2, 3) for each in (b"", b"\x38"))],
)
def test_the_size_of_a_frame_may_stand_in_a_field_of_any_width(tmp_path, flag, size, window):
    """As other writers state it, with a window of its own or without."""
    data = archive(MEMBERS)
    cut = [stating(data[at : at + size], flag, window) for at in range(0, len(data), size)]

    assert opened(tmp_path, b"".join(cut)) == MEMBERS


def test_the_strangers_tools_open_it_alike(tmp_path):
    (tmp_path / "identity").write_text(f"{bundles.IDENTITY}\n")
    (tmp_path / "volume").write_bytes(encrypted(frames(archive(MEMBERS))))
    done = subprocess.run(
        "age -d -i identity volume | zstd -dq | tar -xf - && cat items/00000001",
        shell=True, cwd=tmp_path, capture_output=True, check=True,
    )  # fmt: skip

    assert (done.stdout, done.stderr) == (b"evidence", b"")


def test_a_member_of_the_largest_size_is_read(tmp_path):
    largest = [Member("items/00000001", bytes(MAX_MEMBER)), Member(RECORDS, b"")]

    assert largest == opened(tmp_path, frames(archive(largest)))


@pytest.mark.parametrize("block", [b"\x01\x00\x00", b"\x29\x00\x00hides"], ids=["empty", "hiding"])
def test_a_frame_without_content_is_refused(tmp_path, block):
    """The library gives nothing for it, and doesn't look at what its blocks hold."""
    frame = frames(b" ", 1)[:4] + b"\x24\x00" + block + b"\x99\xe9\xd8\x51"
    error = refused(tmp_path, frame + frames(archive(MEMBERS)))

    assert isinstance(error, UnusableError)
    assert "without content" in str(error)


# Limits


@pytest.mark.parametrize(
    ("name", "size"), [("items/00000001", MAX_MEMBER + 1), (RECORDS, MAX_RECORDS + 1)]
)
def test_refuses_a_member_by_what_its_header_says(tmp_path, name, size):
    """Before a byte of it is read: none follows here."""
    error = refused(tmp_path, frames(tar.header(name.encode(), size)))

    assert isinstance(error, UnusableError)
    assert "a member may have" in str(error)


def frame_of(size: int, *, window: int | None = None) -> bytes:
    """A frame that states a size of content, and then holds one repeated byte."""
    single = window is None
    descriptor = bytes([0b10_0_0_0_1_00 | (single << 5)])
    block = struct.pack("<I", (128 << 10) << 3 | 0b011)[:3]
    mantissa = b"" if window is None else bytes([window])
    return MAGIC + descriptor + mantissa + struct.pack("<I", size) + block + b"A" + bytes(4)


@pytest.mark.parametrize(
    "frame",
    [
        frame_of(MAX_CONTENT + 1),
        frame_of((1 << 32) - 1),
        *(frame_of(1024, window=log - 10 << 3) for log in range(24, 42)),
        frame_of(1024, window=0xFF),
        struct.pack("<II", 0x184D2A50, 0xFFFFFFFF),
        struct.pack("<II", 0x184D2A5F, 0),
        MAGIC + bytes([0b00_1_0_0_1_01, 7, 8]) + bytes(20),
        MAGIC + bytes([0b00_1_0_0_1_01, 0, 8]) + bytes(20),
        b"\x1f\x8b\x08\x00" + bytes(20),
        b"ustar",
    ],
    ids=["content", "4_gib", *(f"window_{log}" for log in range(24, 42)), "largest_window",
         "skippable", "empty_skippable",
         "dictionary", "dictionary_0", "gzip", "no_zstd"],
)  # fmt: skip
def test_refuses_a_frame_by_its_header(tmp_path, frame):
    assert isinstance(refused(tmp_path, frame), UnusableError)


@pytest.mark.parametrize("left_out", ["write_checksum", "write_content_size"])
def test_refuses_a_frame_that_leaves_out_what_the_format_asks_for(tmp_path, left_out):
    error = refused(tmp_path, frames(archive(MEMBERS), **{left_out: False}))

    assert isinstance(error, UnusableError)


@pytest.mark.parametrize(
    ("behind", "kind"),
    [(struct.pack("<II", 0x184D2A50, 4) + b"note", UnusableError), (b"garbage", AlteredError)],
    ids=["skippable", "garbage"],
)
def test_what_stands_behind_a_frame_and_is_none_is_refused(tmp_path, behind, kind):
    """A frame of another kind is a form that we don't read; bytes of no kind are damage."""
    error = refused(tmp_path, frames(archive(MEMBERS)) + behind)

    assert type(error) is kind


def test_refuses_a_frame_of_blocks_without_end(tmp_path):
    """Content of one byte, and then megabytes of empty blocks."""
    head = MAGIC + bytes([0b00_1_0_0_1_00, 1])
    stored = head + (b"\x00\x00\x00" * (12 << 20))

    assert isinstance(refused(tmp_path, stored), UnusableError)


@pytest.mark.parametrize("size", [0, 3, 511])
def test_refuses_what_ends_too_early(tmp_path, size):
    assert isinstance(refused(tmp_path, frames(archive(MEMBERS)[:size]) or b""), AlteredError)


def test_every_cut_of_a_volume_is_refused(tmp_path):
    whole = frames(archive(MEMBERS), 512)
    for size in range(len(whole)):
        assert isinstance(refused(tmp_path, whole[:size]), CustodyError)


def test_a_flipped_byte_of_a_plain_volume_is_refused_or_changes_nothing(tmp_path):
    """Some bits of a zstd block say nothing; all others its checksum finds."""
    whole = frames(archive(MEMBERS), 512)
    unchanged = 0
    for at in range(len(whole)):
        flipped = bytearray(whole)
        flipped[at] ^= 0x10
        try:
            assert opened(tmp_path, bytes(flipped)) == MEMBERS
            unchanged += 1
        except CustodyError:
            continue

    assert unchanged < len(whole) // 10


def test_names_in_headers_are_shown_escaped(tmp_path):
    error = refused(
        tmp_path, frames(member(b"\x1b[2Jx", bytes(2)) + tar.header(b"\x1b]x", 1 << 30))
    )

    assert "\x1b" not in str(error)


# age


def header_of(count: int) -> bytes:
    stanza = b"-> X25519 " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n"
    return b"age-encryption.org/v1\n" + stanza * count + b"--- " + b"A" * 43 + b"\n"


@pytest.mark.parametrize("count", [0, 1, 2, MAX_RECIPIENTS])
def test_counts_the_recipients_that_a_header_names(tmp_path, count):
    (tmp_path / "volume").write_bytes(header_of(count))
    with (tmp_path / "volume").open("rb", buffering=0) as file:
        assert count_stanzas("volume", file) == count


def test_refuses_a_header_of_more_stanzas_than_anybody_has(tmp_path):
    error = refused(tmp_path, header_of(MAX_RECIPIENTS + 1), age=True)

    assert isinstance(error, UnusableError)
    assert f"more than {MAX_RECIPIENTS} recipients" in str(error)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"age",
        b"-----BEGIN AGE ENCRYPTED FILE-----",
        b"age-encryption.org/v1\n-> scrypt x 30\n",
    ],
    ids=["empty", "short", "armored", "scrypt"],
)
def test_refuses_what_is_no_age_file_of_ours(tmp_path, data):
    assert isinstance(refused(tmp_path, data, age=True), UnusableError)


def test_refuses_a_header_without_end(tmp_path):
    data = b"age-encryption.org/v1\n" + b"x\n" * 100_000

    assert isinstance(refused(tmp_path, data, age=True), AlteredError)


def test_an_identity_that_does_not_fit_leaves_it_unopened(tmp_path):
    data = encrypted(frames(archive(MEMBERS)))
    error = refused(tmp_path, data, age=True, identities=[bundles.OTHER_IDENTITY])

    assert isinstance(error, IncompleteError)


def test_the_one_identity_of_several_that_fits_is_found(tmp_path):
    both = [bundles.OTHER_IDENTITY, bundles.IDENTITY]

    assert (
        opened(tmp_path, encrypted(frames(archive(MEMBERS))), age=True, identities=both) == MEMBERS
    )


def test_an_error_at_the_very_end_comes_out_after_the_first_members(tmp_path):
    """What was seen until then is not proven, and the caller is told."""
    noise = os.urandom(1_000_000)
    packed = [
        Member("items/00000001", noise),
        Member("items/00000002", noise),
        Member(RECORDS, b""),
    ]
    data = bytearray(encrypted(frames(archive(packed))))
    data[-1] ^= 1
    (tmp_path / "volume-00001.tar.zst.age").write_bytes(data)
    entry = VolumeEntry(name="volume-00001.tar.zst.age", sha256="0" * 64, size=len(data))
    seen: list[str] = []

    def read_all() -> None:
        with (tmp_path / entry.name).open("rb", buffering=0) as file:
            seen.extend(each.name for each in VolumeOpener([bundles.IDENTITY]).members(entry, file))

    with pytest.raises(AlteredError, match="decryption fails"):
        read_all()


@pytest.mark.parametrize(
    ("identities", "failure"),
    [([str(bundles.IDENTITY)], TypeError), ([bundles.IDENTITY], MemoryError)],
    ids=["called_wrongly", "no_memory"],
)
def test_a_bundle_is_not_to_blame_for_what_ends_the_decryption(
    tmp_path, monkeypatch, identities, failure
):
    def no_room(*_):
        raise MemoryError

    if failure is MemoryError:
        monkeypatch.setattr(Decryption, "write", no_room)
    before = threading.active_count()

    with pytest.raises(failure):
        opened(tmp_path, encrypted(frames(archive(MEMBERS))), age=True, identities=identities)

    assert before == threading.active_count()


def test_leaving_early_ends_the_thread_and_reads_no_further(tmp_path):
    packed = [Member(f"items/{n:08d}", os.urandom(500_000)) for n in range(1, 20)]
    data = encrypted(frames(archive([*packed, Member(RECORDS, b"")])))
    entry = VolumeEntry(name="volume-00001.tar.zst.age", sha256="0" * 64, size=len(data))
    (tmp_path / entry.name).write_bytes(data)
    before = threading.active_count()
    with (tmp_path / entry.name).open("rb", buffering=0) as file:
        members = VolumeOpener([bundles.IDENTITY]).members(entry, file)
        first = next(iter(members))
        members.close()
        read = file.tell()

    assert first.name == "items/00000001"
    assert read < len(data) / 2  # the rest is not decrypted for nobody
    assert before == threading.active_count()


def test_a_thread_that_waits_since_nobody_reads_is_let_go(tmp_path):
    (tmp_path / "volume").write_bytes(encrypted(os.urandom(20 * PIECE)))
    before = threading.active_count()
    with (tmp_path / "volume").open("rb", buffering=0) as file:
        decryption = Decryption("volume", file, [bundles.IDENTITY])
        while not decryption._pieces.full():
            time.sleep(0.01)
        decryption.abandon()

    assert before == threading.active_count()


# Memory


BOMBS = {
    "content_of_a_gibibyte": frame_of(1 << 30),
    "records_beyond_their_limit": frames(tar.header(b"records.jsonl", MAX_RECORDS + 1)),
    "zeros_without_end": frames(bytes(16 << 20), 16 << 20) * 200,
    "empty_frames": (MAGIC + b"\x24\x00\x01\x00\x00\x99\xe9\xd8\x51") * 400_000,
}

CHILD = """
    import resource, sys
    from chain_of_custody.errors import CustodyError
    from chain_of_custody.items import ItemReader
    from chain_of_custody.manifest import VolumeEntry
    from evidence.reading.container import VolumeOpener

    entry = VolumeEntry(name="volume-00001.tar.zst", sha256="0" * 64, size=0)
    with open(sys.argv[1], "rb", buffering=0) as file:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            for _ in ItemReader().volume("v", 1, VolumeOpener().members(entry, file)):
                pass
        except CustodyError:
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_little_memory(tmp_path, name):
    (tmp_path / "volume").write_bytes(BOMBS[name])
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(tmp_path / "volume")],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip

    assert int(done.stdout) < 128 << 10  # KiB


def test_records_of_nothing_but_newlines_are_refused_in_little_memory(tmp_path):
    """64 MiB are allowed: they are held once, and not as 64 million lines."""
    data = frames(archive([Member(RECORDS, b"\n" * MAX_RECORDS)]), 16 << 20)
    (tmp_path / "volume").write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(tmp_path / "volume")],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip

    assert int(done.stdout) < 300 << 10


# Identities


def test_reads_an_identity_file_as_age_keygen_writes_it():
    text = f"# created: 2026-11-22\n# public key: {bundles.RECIPIENT}\n{bundles.IDENTITY}\n\n"

    assert [str(bundles.IDENTITY)] == [str(each) for each in load_identities(text)]


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "age1xyz", "AGE-SECRET-KEY-1QQQ", "AGE-PLUGIN-YUBIKEY-1QQQ"]
)
def test_refuses_an_identity_file_without_identity(text):
    with pytest.raises(IdentityError):
        load_identities(text)


def test_a_public_key_in_the_place_of_an_identity_is_called_one():
    with pytest.raises(IdentityError, match="this is the public key") as refused:
        load_identities(f"# mine\n{bundles.RECIPIENT}\n")

    assert "AGE-SECRET-KEY-1" in refused.value.sentence("en")
    assert "公開鍵" in refused.value.sentence("ja")


def test_knows_whether_it_must_be_able_to_open():
    opener = VolumeOpener([bundles.IDENTITY])

    assert opener.is_recipient([bundles.RECIPIENT])
    assert not opener.is_recipient([str(bundles.OTHER_IDENTITY.to_public())])
    assert not VolumeOpener().is_recipient([bundles.RECIPIENT])


class Failing(io.FileIO):
    """A file whose medium fails at one of its reads, counted from 0."""

    def __init__(self, path: Path, at: int) -> None:
        super().__init__(path)
        self.left = at

    def read(self, size=-1, /):
        self._fail()
        return super().read(size)

    def readinto(self, room, /):
        self._fail()
        return super().readinto(room)

    def _fail(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


def _read(entry: VolumeEntry, file: io.FileIO) -> None:
    opener = VolumeOpener([bundles.IDENTITY])
    if entry.encrypted:
        opener.stanzas(entry, file)
        file.seek(0)
    list(opener.members(entry, file))


@pytest.mark.parametrize(
    ("recipients", "at"), [((), 0), ((), 1), *(((bundles.RECIPIENT,), at) for at in range(5))]
)
def test_a_medium_that_fails_is_never_a_damaged_container(tmp_path, recipients, at):
    """The first read of an encrypted volume counts its recipients, the second begins anew."""
    volumes = [[bundles.artifact("/srv/noise", os.urandom(300_000))]]
    path = bundles.sealed(tmp_path / "b", recipients=recipients, volumes=volumes)
    entry = load(BundleFolder(path)).closed()[0]
    with Failing(path / "data" / entry.name, at) as file, pytest.raises(UnreadError) as told:
        _read(entry, file)

    assert str(told.value) == f"data/{entry.name}: cannot be read: Input/output error"
