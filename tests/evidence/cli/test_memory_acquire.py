"""`hozen memory acquire`: where no door to memory opens, and with a program that is brought."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import cores
import pytest
import runs
from command_line import run
from mounting import mounted

from collectors import memory
from collectors.files.source import Source
from collectors.ram import doors
from collectors.ram.account import FACTS
from collectors.ram.destination import Destination
from collectors.ram.image import HEADER
from collectors.ram.imager import imaged
from evidence import cli
from evidence.cli.texts import Texts
from evidence.collecting import collection


def test_a_dry_run_says_of_each_door_what_it_answered_and_writes_nothing(tmp_path):
    ended = run("memory", "acquire", "--dry-run", "--json")
    told = json.loads(ended.out)
    source = Source("/")
    now = doors.tried(source)
    source.close()

    assert (told["door"], told["answers"]) == (now.open.path if now.open else None, now.answers())
    assert ended.code == (0 if now.open else 4)


@pytest.fixture
def shut(tmp_path, monkeypatch):
    """A machine whose kernel has no door."""
    cores.iomem(tmp_path / "host/proc/iomem", "00100000-001fffff : System RAM")
    source = Source(str(tmp_path / "host"), live=True)
    found = doors.tried(source)
    source.close()
    monkeypatch.setattr(doors, "tried", lambda _: found)
    monkeypatch.setattr(memory, "tried", lambda _: found)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "NO MEMORY IMAGE CAN BE TAKEN HERE by hozen's own means. A program of yours may be able"
            " to (--imager).",
        ),
        (
            "ja",
            "hozen だけでは、この端末のメモリイメージを取れません。用意したプログラムなら取れるかも"
            "しれません(--imager)。",
        ),
    ],
)
def test_without_a_door_nothing_is_written_and_the_code_is_4(
    shut, tmp_path, capsys, language, words
):
    (tmp_path / "out").mkdir()
    code = cli.run(["memory", "acquire", "--output", str(tmp_path / "out")], Texts(language))
    said = capsys.readouterr().out

    assert code == 4
    assert "/proc/kcore: ENOENT" in said
    assert words in said
    assert list((tmp_path / "out").iterdir()) == []


SAID = {
    "en": (
        "kernel lockdown: not told (ENOENT: No such file or directory)",
        "a program of yours (--imager): none was named",
    ),
    "ja": (
        "カーネルのロックダウン: 不明(ENOENT: No such file or directory)",
        "用意したプログラム(--imager): 指定なし",
    ),
}


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("more", [[], ["--dry-run"]], ids=["meant", "dry"])
def test_without_a_door_no_destination_is_asked_for_and_every_way_is_told(
    shut, capsys, more, language
):
    code = cli.run(["memory", "acquire", *more], Texts(language))
    told = capsys.readouterr()

    assert (code, told.err) == (4, "")
    for line in SAID[language]:
        assert line in told.out.splitlines()


def test_for_machines_it_is_said_why_there_is_no_imager(shut, capsys):
    cli.run(["memory", "acquire", "--json"], Texts("en"))
    told = json.loads(capsys.readouterr().out)

    assert (told["imager"], told["no_imager"]) == (None, "none was named")


@pytest.fixture
def ajar(tmp_path, monkeypatch):
    """A machine with a door, behind which a MiB of memory lies."""
    cores.iomem(tmp_path / "host/proc/iomem", "00100000-001fffff : System RAM")
    cores.core(tmp_path / "host/proc/kcore", bytes(1 << 20), [(1 << 20, 0, 1 << 20)])
    source = Source(str(tmp_path / "host"), live=True)
    found = doors.tried(source)
    source.close()
    assert found.open is not None
    monkeypatch.setattr(doors, "tried", lambda _: found)
    return found


def test_with_one_it_is(ajar, capsys):
    code = cli.run(["memory", "acquire"], Texts("en"))

    assert code == 2
    assert "--output" in capsys.readouterr().err


def test_through_a_door_the_image_is_sealed_with_its_account(ajar, tmp_path, monkeypatch, capsys):
    def machine(*_given, **_options):
        return Source(str(tmp_path / "host"), live=True)

    monkeypatch.setattr(collection, "open_source", machine)
    monkeypatch.setattr(memory, "tried", lambda _: ajar)
    code = cli.run(["memory", "acquire", "--output", str(tmp_path / "out")], Texts("en"))
    told = capsys.readouterr()
    (bundle,) = (each for each in (tmp_path / "out").iterdir() if each.is_dir())
    run("import", bundle, "--into", tmp_path / "case")
    (listed,) = (tmp_path / "case/hosts").glob("*/items.jsonl")
    rows = [json.loads(line) for line in listed.read_text().splitlines()]
    found = {row["meta"]["source"]["origin"]: row["content"] for row in rows}

    assert (code, run("verify", bundle).code) == (0, 0)
    assert "Reading 1.0 MiB of memory through /proc/kcore." in told.err
    assert (found[memory.ORIGIN]["status"], found[FACTS]["status"]) == ("acquired", "acquired")
    assert found[memory.ORIGIN]["size"] == (1 << 20) + HEADER.size


# Where it is to go.


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "lies on tmpfs, in this machine's memory"), ("ja", "メモリ上です(tmpfs)")],
)
@pytest.mark.parametrize("way", ["a door", "an imager"])
def test_a_destination_in_memory_is_refused_before_anything_is_said_or_written(
    ajar, imager, tmp_path, capsys, way, language, words
):
    imager.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    pinned = ["--imager", str(imager), "--imager-sha256", digest_of(imager)]
    with mounted(tmp_path / "ram", options="size=80m") as where:
        typed = ["memory", "acquire", "--output", f"{where}/deep"]
        typed += pinned if way == "an imager" else []
        code = cli.run(typed, Texts(language))
        told = capsys.readouterr()
        left = os.listdir(where)

    assert (code, told.out, left) == (4, "", [])
    assert words in told.err
    assert "eading" not in told.err
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "NOT WITH THIS DESTINATION: "), ("ja", "この保存先では取れません: ")],
)
def test_a_dry_run_says_so_too(ajar, tmp_path, capsys, language, words):
    with mounted(tmp_path / "ram", options="size=80m") as where:
        typed = ["memory", "acquire", "--dry-run", "--output", where]
        code = cli.run([str(each) for each in typed], Texts(language))
        told = capsys.readouterr().out.splitlines()
        cli.run([*(str(each) for each in typed), "--json"], Texts("en"))
        document = json.loads(capsys.readouterr().out)

    assert code == 4
    assert told[-1].startswith(words)
    assert "lies on tmpfs" in document["no_place"]


@pytest.mark.parametrize(("free", "code"), [((17 << 20) - 1, 4), (17 << 20, 0)])
def test_an_image_that_its_destination_has_no_room_for_is_refused(
    ajar, tmp_path, capsys, monkeypatch, free, code
):
    """A MiB of memory, and sixteen for what comes after it."""
    room = SimpleNamespace(f_frsize=1, f_bavail=free, f_bfree=free, f_blocks=free)
    monkeypatch.setattr(os, "statvfs", lambda _: room)
    ended = cli.run(["memory", "acquire", "--dry-run", "--output", str(tmp_path)], Texts("en"))

    assert ended == code
    assert ("needs 1 MiB, and 16 MiB more" in capsys.readouterr().out) is (code == 4)


@pytest.mark.parametrize(("argument", "code"), [("{output}", 4), ("-", 0)])
def test_an_imager_that_writes_a_file_has_no_place_on_fat(
    shut, imager, tmp_path, capsys, monkeypatch, argument, code
):
    monkeypatch.setattr(Destination, "_filesystem", lambda *_: "vfat")
    monkeypatch.setattr(Destination, "_free", 1 << 50)
    monkeypatch.setattr(imaged, "memory_of", lambda *_: 5 << 30)
    typed = ["memory", "acquire", "--dry-run", "--output", str(tmp_path), "--imager", str(imager),
             "--imager-sha256", digest_of(imager), "--imager-argument", argument]  # fmt: skip
    ended = cli.run(typed, Texts("en"))

    assert ended == code
    assert ("writes one of about 5120 MiB" in capsys.readouterr().out) is (code == 4)


def test_who_is_not_root_is_warned_that_a_program_will_hardly_get_at_memory(
    shut, imager, monkeypatch, capsys
):
    pinned = ["--imager", str(imager), "--imager-sha256", digest_of(imager)]
    few = replace(doors.tried(None), rights=())
    monkeypatch.setattr(doors, "tried", lambda _: few)
    said = []
    for number in (0, 1000):
        monkeypatch.setattr(os, "geteuid", lambda number=number: number)
        cli.run(["memory", "acquire", "--dry-run", *pinned], Texts("en"))
        said.append("neither as root nor" in capsys.readouterr().out)

    assert said == [False, True]


def test_there_a_collection_goes_on_and_records_the_gap(shut, tmp_path, capsys):
    """Sealed, with what each door answered; a kernel that has none lets nothing be missed."""
    only = [f"--only={name}" for name in ("clock", "memory")]
    typed = ["collect", *only, "--output", str(tmp_path / "out"), "--json"]
    code = cli.run(typed, Texts("en"))
    told = json.loads(capsys.readouterr().out)
    run("import", told["path"], "--into", tmp_path / "case")
    (listed,) = (tmp_path / "case/hosts").glob("*/items.jsonl")
    rows = [json.loads(line) for line in listed.read_text().splitlines()]
    found = {row["meta"]["source"]["origin"]: row for row in rows}
    gap = found["memory:/physical.lime"]

    assert (code, told["sealed"], told["reasons"].pop("skipped")) == (0, True, 1)
    assert told["reasons"] == {"unsupported": 1}
    assert (gap["content"]["status"], gap["meta"]["reason"]) == ("gap", "unsupported")
    assert "/proc/kcore: ENOENT" in gap["meta"]["errors"][0]
    assert found["hozen:/clock.json"]["content"]["status"] == "acquired"


# An imager that the operator brought.


PACKED = b"AVML" + bytes(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 500)
"""A packed image: that one may be smaller than the memory, to a degree."""


@pytest.fixture
def imager(tmp_path):
    """A program that gives such an image."""
    (tmp_path / "packed").write_bytes(PACKED)
    path = tmp_path / "imager"
    path.write_text(f"#!/bin/sh\necho loaded >&2\ncat {tmp_path}/packed\n")
    path.chmod(0o755)
    return path


def digest_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_imager_s_image_is_sealed_with_its_digest_and_its_words(imager, tmp_path):
    pinned = ("--imager", imager, "--imager-sha256", digest_of(imager).upper())
    ended = run("memory", "acquire", *pinned, "--imager-argument=-x", "--output", tmp_path / "out",
                "--json")  # fmt: skip
    bundle = Path(json.loads(ended.out)["path"])
    verified = run("verify", bundle)
    run("import", bundle, "--into", tmp_path / "case")
    (listed,) = (tmp_path / "case/hosts").glob("*/items.jsonl")
    rows = [json.loads(line) for line in listed.read_text().splitlines()]
    found = {row["meta"]["source"]["origin"]: row for row in rows}
    image = found[imaged.ORIGIN]

    assert verified.code == 0
    assert (image["content"]["status"], image["content"]["size"]) == ("acquired", len(PACKED))
    assert image["content"]["sha256"] == hashlib.sha256(PACKED).hexdigest()
    assert image["meta"]["method"] == {
        "door": "program", "noatime": False,
        "program": {"arguments": ["-x"], "path": str(imager), "sha256": digest_of(imager)},
    }  # fmt: skip
    assert found[imaged.ERRORS]["content"]["sha256"] == hashlib.sha256(b"loaded\n").hexdigest()
    assert found[FACTS]["content"]["status"] == "acquired"


def test_a_program_that_writes_a_file_leaves_none_behind_and_is_said_to_write_one(
    imager, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(Destination, "_free", 1 << 50)  # twice what this machine's memory is
    imager.write_text(f"#!/bin/sh\ncat {tmp_path}/packed > $1\n")
    pinned = ["--imager", str(imager), "--imager-sha256", digest_of(imager)]
    output = ["--imager-argument", "{output}", "--output", str(tmp_path / "out")]
    cli.run(["memory", "acquire", *pinned, *output], Texts("en"))

    assert "lies there unencrypted until it was read" in " ".join(capsys.readouterr().err.split())
    assert [each for each in (tmp_path / "out").iterdir() if each.suffix == ".imager"] == []
    (bundle,) = (each for each in (tmp_path / "out").iterdir() if each.is_dir())
    assert run("verify", bundle).code == 0


def test_an_imager_that_fails_leaves_a_sealed_bundle_and_the_code_3(imager, tmp_path):
    imager.write_text("#!/bin/sh\necho no driver >&2; exit 9\n")
    pinned = ("--imager", imager, "--imager-sha256", digest_of(imager))
    ended = run("memory", "acquire", *pinned, "--output", tmp_path / "out", "--json")
    told = json.loads(ended.out)

    assert (ended.code, told["sealed"], told["reasons"]["unreadable"]) == (3, True, 1)
    assert told["missing"] == [
        f"{imaged.ORIGIN}: EIO: the imager ended with exit status 9: no driver"
    ]


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("head -c 1000 {}/packed; exit 9", "behind its first 1000 bytes: the imager ended with"),
        ("printf AVML", "behind its first 4 bytes: the imager ended with exit status 0, but gave"),
        ("exit 0", "EIO: the imager ended with exit status 0, but gave 0 bytes"),
    ],
    ids=["in part", "hardly anything", "nothing"],
)
def test_an_image_that_is_not_whole_is_named_at_the_end(does, says, imager, tmp_path):
    imager.write_text(f"#!/bin/sh\n{does.format(tmp_path)}\n")
    pinned = ("--imager", imager, "--imager-sha256", digest_of(imager))
    ended = run("memory", "acquire", *pinned, "--output", tmp_path / "out")

    assert ended.code == 3
    assert "MISSING, UNREADABLE OR DIFFERENT: 1\n  memory:/physical.image: " in ended.out
    assert says in ended.out


def test_a_dry_run_says_which_program_would_be_run_and_runs_none(imager, tmp_path):
    imager.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    digest = digest_of(imager)
    ended = run("memory", "acquire", "--dry-run", "--imager", imager, "--imager-sha256", digest)

    assert ended.code == 0
    assert f"{imager} would be run (sha256 {digest})" in ended.out
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--imager-sha256", "0" * 64], "belong to a program"),
        (["--imager-argument", "x"], "belong to a program"),
        (["--imager", "IMAGER"], "only if its digest is known"),
        (["--imager", "IMAGER", "--imager-sha256", "123"], "only if its digest is known"),
        (["--imager", "IMAGER", "--imager-sha256", "0" * 64], "was not run"),
        (["--imager", "/dev/zero", "--imager-sha256", "0" * 64], "is no program's file"),
        (["--imager", "/nonexistent", "--imager-sha256", "0" * 64], "No such file"),
        (["--imager", "IMAGER", "--imager-sha256", "0" * 64, "--imager-time", "x"], "no time"),
    ],
)
def test_what_is_not_pinned_is_not_run_and_nothing_is_written(imager, tmp_path, options, words):
    (tmp_path / "out").mkdir()
    imager.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    typed = [imager if each == "IMAGER" else each for each in options]
    ended = run("memory", "acquire", *typed, "--output", tmp_path / "out")

    assert ended.code == 2
    assert words in ended.err
    assert list((tmp_path / "out").iterdir()) == []
    assert not (tmp_path / "ran").exists()


def test_a_program_that_may_not_run_is_refused_with_what_to_do(imager, tmp_path):
    imager.chmod(0o600)
    pinned = ("--imager", imager, "--imager-sha256", digest_of(imager))
    ended = run("memory", "acquire", *pinned, "--output", tmp_path / "out")

    assert ended.code == 2
    assert "chmod +x" in ended.err


def test_a_run_that_is_ended_while_the_program_runs_takes_the_image_when_it_goes_on(
    imager, tmp_path
):
    """The first time it hangs, and Ctrl-C comes; the second time it doesn't."""
    world = tmp_path / "world"
    imager.write_text(
        f"#!/bin/sh\n[ -e {world} ] && exec cat {tmp_path}/packed\ntouch {world}\nexec sleep 1000\n"
    )
    pinned = ("memory", "acquire", "--imager", imager, "--imager-sha256", digest_of(imager))
    child = runs.begun(*pinned, "--output", tmp_path / "out")
    while not world.exists():
        assert child.poll() is None
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    first = runs.ended(child)
    (bundle,) = (tmp_path / "out").glob("HZ_*")
    resumed = run(*pinned, "--resume", bundle, "--json")
    verified = run("verify", bundle)

    assert first.code == 3
    assert (json.loads(resumed.out)["sealed"], verified.code) == (True, 0)
    run("import", bundle, "--into", tmp_path / "case")
    (listed,) = (tmp_path / "case/hosts").glob("*/items.jsonl")
    rows = [json.loads(line) for line in listed.read_text().splitlines()]
    images = [each["content"] for each in rows if each["meta"]["source"]["origin"] == imaged.ORIGIN]

    assert [(each["status"], each["size"]) for each in images] == [("acquired", len(PACKED))]
