"""The process apart: crashes, hangs and greed there cost a gap; it keeps files compressed."""

import io
import os
import random
import signal
import tracemalloc
from pathlib import Path

import pytest
import windows
from hypothesis import given
from hypothesis import strategies as st

from collectors.artifact import ReadApart, Reason
from collectors.files.kept import BLOCK, Kept
from collectors.windows import looking as looking_module
from collectors.windows.looking import Apart, NotFollowedError
from collectors.windows.readers import references_for

MIB = 1 << 20
SCRIPT = ReadApart("script", "/x/a.bat", MIB)
SAYING = """import os
os.write(1, b'{"paths": ["%s"], "reason": null}\\n')
os._exit(0)"""
SHORTCUT = ReadApart("shortcut", "/x/a.lnk", MIB)


@pytest.fixture
def apart():
    process = Apart()
    yield process
    process.close()


def look(apart, what, data, piece=1000):
    looking = apart.begin(what)
    for start in range(0, len(data), piece):
        looking.update(memoryview(data)[start : start + piece])
    return looking.paths()


def refused(apart, what, data):
    with pytest.raises(NotFollowedError) as caught:
        look(apart, what, data)
    return caught.value


def library(folder, monkeypatch, body):
    """What is loaded as liblnk in the process apart."""
    (folder / "pylnk.py").write_text(body)
    monkeypatch.syspath_prepend(folder)


def test_one_process_looks_at_one_item_after_the_other(apart):
    first = look(apart, SCRIPT, b"C:\\a.exe\n%~dp0b.exe")
    process = apart.child().pid
    second = look(apart, SHORTCUT, windows.shortcut("C:\\c.exe"))

    assert (first, second) == (["/a.exe", "/x/b.exe"], ["/c.exe"])
    assert apart.child().pid == process


@pytest.mark.parametrize(
    ("body", "reason", "words"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "unreadable",
         f"the process that read it ended (exit code {-signal.SIGSEGV})"),
        ("import os; os._exit(7)", "unreadable", "ended (exit code 7)"),
        ("import os; os.write(1, b'no answer\\n')", "unreadable", "an answer without a meaning"),
        (SAYING % "/\\\\u0000",
         "unreadable", "a path with NUL in it"),
        ("file = lambda: bytearray(1 << 30)", "skipped", "MemoryError"),
        ("file = lambda: file()", "skipped", "recursion"),
        ("def file(): raise RuntimeError('odd')", "unsupported", "RuntimeError: odd"),
        ("raise ImportError('no', name='pylnk')", "unsupported",
         "pylnk is not installed; hozen[disk] brings it"),
    ],
)  # fmt: skip
def test_a_fault_of_a_reader_costs_one_item(apart, tmp_path, monkeypatch, body, reason, words):
    library(tmp_path, monkeypatch, body)

    fault = refused(apart, SHORTCUT, windows.shortcut("C:\\c.exe"))

    assert (fault.reason, fault.paths) == (reason, [])
    assert words in fault.detail
    assert look(apart, SCRIPT, b"C:\\a.exe") == ["/a.exe"]


def test_half_a_pair_of_utf_16_is_a_name_like_any(apart, tmp_path, monkeypatch):
    library(tmp_path, monkeypatch, SAYING % "/\\\\ud800")

    assert look(apart, SHORTCUT, windows.shortcut("C:\\c.exe")) == ["/\ud800"]


def test_a_reader_that_doesn_t_end_is_ended(tmp_path, monkeypatch):
    library(tmp_path, monkeypatch, "while True: pass")
    apart = Apart(deadline=1)

    fault = refused(apart, SHORTCUT, windows.shortcut("C:\\c.exe"))

    assert fault.reason is Reason.TIMED_OUT
    assert look(apart, SCRIPT, b"C:\\a.exe") == ["/a.exe"]
    apart.close()


def test_readers_that_take_all_the_time_are_not_asked_again(tmp_path, monkeypatch):
    library(tmp_path, monkeypatch, "while True: pass")
    apart = Apart(patience=0.5)
    first = refused(apart, SHORTCUT, windows.shortcut("C:\\c.exe"))
    second = refused(apart, SCRIPT, b"C:\\a.exe")

    assert first.detail == "it was not read within 0.5 s"
    assert (second.reason, second.detail) == (
        Reason.TIMED_OUT, "earlier items took all the time",
    )  # fmt: skip
    apart.close()


def test_a_process_that_takes_nothing_holds_nobody_up(apart, monkeypatch):
    monkeypatch.setattr(looking_module, "_STALLED", 0.3)
    look(apart, SCRIPT, b"")
    looking = apart.begin(SCRIPT)
    os.kill(apart.child().pid, signal.SIGSTOP)
    for _ in range(2000):  # so many waits are more than a test is given
        looking.update(memoryview(bytes(10_000)))

    with pytest.raises(NotFollowedError) as caught:
        looking.paths()

    assert caught.value.reason is Reason.TIMED_OUT


def test_an_item_that_was_begun_and_left_is_forgotten(apart):
    apart.begin(SCRIPT).update(memoryview(b"C:\\left.exe"))

    assert look(apart, SCRIPT, b"C:\\a.exe") == ["/a.exe"]


def test_what_is_larger_than_its_reader_takes_is_said(apart):
    fault = refused(apart, SCRIPT, b"C:\\a.exe\n".ljust(MIB + 1))

    assert (fault.reason, fault.detail) == (Reason.SKIPPED, f"larger than {MIB} bytes")
    assert look(apart, SCRIPT, b"C:\\a.exe\n".ljust(MIB)) == ["/a.exe"]


def test_it_has_neither_our_descriptors_nor_our_environment(apart, tmp_path):
    secret = os.open(tmp_path / "key", os.O_RDWR | os.O_CREAT)
    os.set_inheritable(secret, True)
    look(apart, SCRIPT, b"")
    place = Path(f"/proc/{apart.child().pid}")

    opened = {os.readlink(each) for each in (place / "fd").iterdir()}
    os.close(secret)
    assert not [name for name in opened if name.startswith("/") and name != "/dev/null"]
    environment = (place / "environ").read_bytes().split(b"\0")
    ours = (b"MALLOC_", b"LC_ALL=C")
    assert [each for each in environment if not each.startswith(ours)] == [b""]
    assert "Max core file size        0 " in (place / "limits").read_text()


def most_memory(apart):
    status = Path(f"/proc/{apart.child().pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) >> 10


def test_a_large_hive_takes_little_memory(apart, tmp_path):
    """200 MiB, of which a quarter can't be compressed."""
    named = {"ControlSet001\\Services\\Evil": {"ImagePath": "C:\\evil.exe"}}
    hive = bytearray(windows.hive(tmp_path / "h", named).read_bytes())
    noise = random.Random(1).randbytes(MIB)
    looking = apart.begin(references_for("/Windows/System32/config/SOFTWARE"))
    looking.update(memoryview(hive))
    for number in range(200):
        looking.update(memoryview(noise if number % 4 == 0 else bytes(MIB)))

    assert looking.paths() == ["/evil.exe"]
    assert most_memory(apart) < 128


def test_what_can_t_be_compressed_enough_is_said(apart):
    noise = random.Random(1).randbytes(MIB)
    looking = apart.begin(references_for("/Windows/System32/config/SOFTWARE"))
    for _ in range(70):
        looking.update(memoryview(noise))

    with pytest.raises(NotFollowedError, match="can't be compressed enough"):
        looking.paths()
    assert most_memory(apart) < 160


# What is kept.


@given(
    st.lists(st.binary(max_size=300)),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 500))),
)
def test_a_kept_file_reads_like_any_other(pieces, reads):
    whole = b"".join(pieces) * 200
    kept, plain = Kept(most=64 * MIB), io.BytesIO(whole)
    for start in range(0, len(whole), 777):
        kept.add(whole[start : start + 777])
    file = io.BufferedReader(kept, 4096)

    for at, size in reads:
        at = at * 100
        assert (file.seek(at), file.read(size)) == (plain.seek(at), plain.read(size))
    assert file.seek(0, io.SEEK_END) == plain.seek(0, io.SEEK_END) == kept.size
    assert file.seek(0) == 0
    assert file.read() == whole


def test_reading_a_kept_file_takes_little_memory():
    kept = Kept(most=MIB)
    for _ in range(64):
        kept.add(bytes(MIB))
    tracemalloc.start()
    while kept.read(MIB):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert kept.tell() == 64 * MIB
    assert peak < 8 * MIB


def test_a_kept_file_ends_where_it_may_take_up_no_more():
    kept = Kept(most=BLOCK)
    noise = random.Random(1).randbytes(BLOCK - 1)

    kept.add(noise)
    with pytest.raises(MemoryError):
        kept.add(noise)
