"""Logs packed with bzip2, xz and zstd: read like any other, however they break."""

import bz2
import json
import lzma
import tracemalloc

import pytest
import zstandard
from examinations import examine
from triages import triaged

from evidence.triage.linuxlogs import lines as reading
from evidence.triage.linuxlogs.examiner import LinuxLogs

AUTH, OLD = "/var/log/auth.log", b"May 19 16:00:00 srv1 "


def zstd(data):
    return zstandard.ZstdCompressor().compress(data)


PACKINGS = {"bzip2": bz2.compress, "xz": lzma.compress, "zstd": zstd}
SOMEBODY = [OLD + b"su: (to root) u%04d on pts/1\n" % number for number in range(3000)]


@pytest.mark.parametrize("name", PACKINGS)
@pytest.mark.parametrize("end", ["in one", "in several", "with zeros between"])
def test_a_log_packed_in_another_way_is_read(name, end, tmp_path):
    pack, between = PACKINGS[name], b"\0" * 8 if end == "with zeros between" else b""
    parts = [SOMEBODY] if end == "in one" else [SOMEBODY[:7], SOMEBODY[7:]]
    found = examine(
        LinuxLogs(), tmp_path, {f"{AUTH}.1": between.join(pack(b"".join(part)) for part in parts)}
    )

    assert [row["by"] for row in found.tables["su"]] == [f"u{number:04}" for number in range(3000)]
    assert found.unread == []


@pytest.mark.parametrize("name", PACKINGS)
@pytest.mark.parametrize("how", ["cut off", "of noise", "followed by noise"])
def test_a_log_packed_in_another_way_that_breaks_is_told(name, how, tmp_path):
    whole = PACKINGS[name](b"".join(SOMEBODY))
    data = {"cut off": whole[: len(whole) // 2], "of noise": whole[:6] + bytes(range(1, 200)),
            "followed by noise": whole + bytes(range(1, 200))}[how]  # fmt: skip
    found = examine(LinuxLogs(), tmp_path, {f"{AUTH}.1": data})

    (why,) = found.unread
    assert why.startswith("can't be unpacked to its end: ")
    assert (len(found.tables["su"]) == 3000) is (how == "followed by noise")


@pytest.mark.parametrize("name", PACKINGS)
def test_a_bomb_in_another_packing_ends_and_takes_no_room(name, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST", 1 << 20)
    data = PACKINGS[name](bytes(96 << 20))
    tracemalloc.start()
    found = examine(LinuxLogs(), tmp_path, {f"{AUTH}.1": data})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found.unread[0] == f"longer than {1 << 20} bytes; not looked at beyond"
    assert most < 48 << 20


def test_a_packing_that_asks_for_much_memory_is_refused(tmp_path):
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 512 << 20}]
    (why,) = examine(
        LinuxLogs(), tmp_path, {f"{AUTH}.1": lzma.compress(b"x", filters=filters)}
    ).unread

    assert why == "can't be unpacked to its end: Memory usage limit exceeded"


@pytest.mark.parametrize("name", PACKINGS)
def test_why_a_packed_log_was_not_read_is_told_once_though_two_look_into_it(name, tmp_path):
    (tmp_path / "log").mkdir()
    whole = PACKINGS[name](b"".join(SOMEBODY))
    for log in ("auth.log.1.packed", "syslog.2", "fw.log"):
        (tmp_path / "log" / log).write_bytes(whole[: len(whole) // 2])
    folder, done = triaged(tmp_path / "log", output=tmp_path / "results")
    lines = [json.loads(line) for line in (folder / "unread.jsonl").read_text().splitlines()]
    told = [line["origin"] for line in lines if "unpacked" in line["why"]]

    assert sorted(told) == ["/fw.log", "/syslog.2"]
    assert done.unread == len(lines)
