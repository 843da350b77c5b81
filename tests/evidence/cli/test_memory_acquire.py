"""`hozen memory acquire`: where no door to memory opens, and with a program that is brought."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time
from pathlib import Path

import cores
import pytest
import runs
from command_line import run

from collectors import memory
from collectors.ram import doors, imaged
from collectors.ram.account import FACTS
from collectors.source import Source
from evidence import cli
from evidence.cli.texts import Texts


def test_a_dry_run_says_of_each_door_what_it_answered_and_writes_nothing(tmp_path):
    ended = run("memory", "acquire", "--dry-run", "--json")
    told = json.loads(ended.out)
    source = Source("/")
    now = doors.tried(source)
    source.close()

    assert (told["door"], told["answers"]) == (now.open.path if now.open else None, now.answers)
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
    [("en", "NO MEMORY IMAGE CAN BE TAKEN HERE"), ("ja", "メモリーのイメージを取れません")],
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

    assert (code, told["sealed"], told["reasons"].pop("skipped") > 30) == (0, True, True)
    assert told["reasons"] == {"unsupported": 1}
    assert (gap["content"]["status"], gap["meta"]["reason"]) == ("gap", "unsupported")
    assert "/proc/kcore: ENOENT" in gap["meta"]["errors"][0]
    assert found["hozen:/clock.json"]["content"]["status"] == "acquired"


def test_where_to_is_asked_for_first():
    ended = run("memory", "acquire")

    assert ended.code == 2
    assert "--output" in ended.err


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


def test_a_program_that_writes_a_file_leaves_none_behind_and_is_said_to_write_one(imager, tmp_path):
    imager.write_text(f"#!/bin/sh\ncat {tmp_path}/packed > $1\n")
    pinned = ("--imager", imager, "--imager-sha256", digest_of(imager))
    ended = run("memory", "acquire", *pinned, "--imager-argument", "{output}", "--output",
                tmp_path / "out")  # fmt: skip

    assert "lies there unencrypted until it was read" in " ".join(ended.err.split())
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
