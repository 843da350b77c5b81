"""A destination that fills up, fails, or was none from the beginning."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

import bundles
import pytest
import runs
from hosts import as_nobody, open_to_all
from leftovers import (
    SMALL,
    begun_and_closing,
    five_files,
    goes_on,
    pulled,
    what_is_left,
    world,
    write_small,
)
from mounting import READ_ONLY, mounted, remount

from evidence.cli.shared import Voice
from evidence.cli.taking import running
from evidence.cli.texts import Texts
from evidence.collecting.collection import collect
from evidence.machine import endpoint
from evidence.planning.destination import DestinationError, check_destination
from evidence.planning.request import Request
from evidence.reading.checked import open_bundle
from evidence.surroundings.look import place_of

MOUNTED = {**SMALL, "evidence.collecting.ends._LOOK_EVERY": 4}
KEPT_FREE = {  # more than what is in flight
    "evidence.writing.volume._IN_FLIGHT": 2, "evidence.collecting.ends.RESERVE": 3 << 20,
}  # fmt: skip


@pytest.fixture(autouse=True)
def small_volumes(monkeypatch):
    write_small(monkeypatch)


# A destination that takes no first file.


@pytest.mark.parametrize("files", range(2, 14))  # with the medium's own folder
def test_what_nothing_gets_signed_in_is_not_left(files, tmp_path):
    """The folder, two in it, four files, a signature and an event: each may be one too many."""
    tree = world(tmp_path / "tree")
    begun: list[Path] = []
    second = tmp_path / "second"
    with mounted(tmp_path / "full", options=f"size=64m,nr_inodes={files}"):
        request = Request(
            source=str(tree), output=tmp_path / "full", second=second, profile="quick"
        )
        with suppress(OSError):
            collect(request, key=bundles.KEY, begun=begun.append)
        left = [*(tmp_path / "full").iterdir(), *second.iterdir()]
        events = [path for path in begun if (path / "custody/00001.json").exists()]

    assert (len(left), len(events)) == ((2, 1) if files >= 10 else (0, 0))


# Where backups are kept.


@pytest.mark.parametrize(
    ("language", "says"), [("en", "can't be listed"), ("ja", "一覧が読めない")]
)
def test_a_destination_that_cannot_be_listed_is_warned_of(language, says, tmp_path, capsys):
    open_to_all(tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o333)
    with as_nobody():
        running._warn_of_place(Voice(t=Texts(language)), Request(output=out, source=str(out)))

    (line,) = [each for each in capsys.readouterr().err.splitlines() if says in each]
    assert str(out) in line


@pytest.mark.parametrize("option", ["--output", "--second-copy"])
def test_where_backups_are_kept_no_verb_writes_anything(option, tmp_path):
    tree, places = world(tmp_path / "tree"), {"--output": tmp_path / "out"}
    with mounted(tmp_path / "media"):
        (tmp_path / "media/WindowsImageBackup").mkdir()
        places[option] = tmp_path / "media/some/folder"
        given = [each for pair in places.items() for each in pair]
        done = runs.hozen("collect", "--source", tree, *given)
        left = [path.name for path in (tmp_path / "media").rglob("*")]

    assert (done.code, left) == (4, ["WindowsImageBackup"])
    assert "backups are kept there (WindowsImageBackup)" in done.err


KEPT = {
    "at the top": ("WindowsImageBackup", "some/folder"),
    "inside one": ("NAS/Backup/WindowsImageBackup/PC1", "NAS/Backup/WindowsImageBackup/PC1/new"),
    "beside one": ("NAS/Backup/WindowsImageBackup", "NAS/Backup/new/folder"),
    "above all of it": ("NAS/WindowsImageBackup", "NAS/other/new"),
}


def asked(output: Path) -> str | None:
    """The mark of backups that the guided screens name; a verb names the same, or none."""
    kept = place_of(output, "live").backup
    if kept is None:
        check_destination(output)
    else:
        with pytest.raises(DestinationError, match=rf"backups are kept there \({kept}\)"):
            check_destination(output)
    return kept


@pytest.mark.parametrize("where", KEPT)
def test_backups_are_seen_wherever_they_lie_on_the_way_to_the_top(where, tmp_path):
    kept, output = KEPT[where]
    with mounted(tmp_path / "media", options="size=80m"):
        (tmp_path / "media" / kept).mkdir(parents=True)
        found = asked(tmp_path / "media" / output)

    assert found == "WindowsImageBackup"


def test_a_folder_beside_the_way_that_is_called_after_such_a_program_makes_no_backup(tmp_path):
    with mounted(tmp_path / "media", options="size=80m"):
        (tmp_path / "media/work/restic").mkdir(parents=True)
        (tmp_path / "media/work/case").mkdir()

        assert asked(tmp_path / "media/work/case/new") is None


def test_a_volume_that_is_a_backup_by_its_own_name_is_one(tmp_path):
    with mounted(tmp_path / "Backups.backupdb", options="size=80m") as where:
        assert asked(Path(where) / "new") == "Backups.backupdb"


def test_a_volume_that_snapper_looks_after_takes_a_bundle(tmp_path):
    with mounted(tmp_path / "media", options="size=80m"):
        (tmp_path / "media/.snapshots/1").mkdir(parents=True)

        assert asked(tmp_path / "media/new") is None


def test_what_keeps_states_of_the_system_marks_its_volume_for_no_backup(tmp_path, monkeypatch):
    media = tmp_path / "media"
    monkeypatch.setattr(endpoint, "system_disk", lambda: media)
    with mounted(media, options="size=80m"):
        for each in ("timeshift", "srv/rsnapshot"):
            (media / each).mkdir(parents=True)

        assert asked(media / "home/new") is None
        assert asked(media / "srv/new") == "rsnapshot"


# That fills up or fails.


def on_small_medium(where: str, megabytes: int):
    return mounted(where, options=f"size={megabytes}m")


@pytest.mark.parametrize("megabytes", [5, 6, 8])
def test_a_destination_that_fills_up_ends_it_softly_and_more_room_lets_it_go_on(
    tmp_path, megabytes
):
    tree = world(tmp_path / "tree", large=12)
    with on_small_medium(tmp_path / "medium", megabytes) as where:
        done = runs.hozen(
            "collect", "--output", where, "--source", tree, "--profile", "quick", "--quiet",
            settings={**MOUNTED, **KEPT_FREE},
        )  # fmt: skip
        path = runs.bundle_in(Path(where))

        assert done.code == 3
        assert "NOT SEALED (destination full)" in done.out
        assert done.err == ""
        last = open_bundle(path, allow_partial=True).documents.events[-1]
        assert last.detail.cause == "destination_full"
        assert not list(Path(where).glob("*.png"))
        remount(where, options="size=40m")
        goes_on(path, tree)


@pytest.mark.parametrize("megabytes", [2, 3, 5])
def test_a_destination_filled_to_the_last_byte_leaves_what_was_closed(tmp_path, megabytes):
    tree = world(tmp_path / "tree", large=12)
    with on_small_medium(tmp_path / "medium", megabytes) as where:
        done = runs.hozen(
            "collect", "--output", where, "--source", tree, "--profile", "quick", "--quiet",
            settings={**MOUNTED, "evidence.collecting.ends.RESERVE": 0},
        )  # fmt: skip
        path = runs.bundle_in(Path(where))

        assert done.code == 3
        assert "NOT SEALED (destination full)" in done.out
        assert done.err == ""
        assert what_is_left(path) == "partial"
        signed = open_bundle(path, allow_partial=True)
        assert f"Taken: {signed.verdict.counts['acquired']} items" in done.out
        again = runs.hozen("collect", "--resume", path, "--source", tree, settings=SMALL)
        assert again.code == 4
        assert "MiB free" in again.err
        remount(where, options="size=40m")
        goes_on(path, tree)


def test_another_program_that_fills_the_destination_meanwhile_is_survived(tmp_path):
    tree = world(tmp_path / "tree", large=12)
    with on_small_medium(tmp_path / "medium", 11) as where:
        child = begun_and_closing(Path(where), tree, volumes=1)
        greedy = os.open(f"{where}/films", os.O_WRONLY | os.O_CREAT)
        with suppress(OSError):
            while True:
                os.write(greedy, bytes(1 << 16))
        os.close(greedy)
        done = runs.ended(child)
        path = runs.bundle_in(Path(where))

        assert done.code == 3
        assert "NOT SEALED (destination full)" in done.out
        assert what_is_left(path) == "partial"
        remount(where, options="size=60m")
        goes_on(path, tree)


def test_a_file_system_with_a_small_largest_file_ends_it_in_order(tmp_path):
    """EFBIG, as FAT32 gives it at 4 GiB: a limit on the size of files stands in for it."""
    tree = world(tmp_path / "tree", large=3)
    output = tmp_path / "out"
    output.mkdir()
    limited = ["prlimit", f"--fsize={160 << 10}"]
    done = runs.hozen(
        "collect", "--output", output, "--source", tree, "--profile", "quick", "--quiet",
        settings=SMALL, before=limited,
    )  # fmt: skip
    path = runs.bundle_in(output)

    assert done.code == 3
    assert "NOT SEALED (destination full)" in done.out
    last = open_bundle(path, allow_partial=True).documents.events[-1]
    assert last.detail.cause == "destination_full"
    goes_on(path, tree)


def test_a_medium_that_fails_ends_it_with_the_reason_signed(tmp_path, monkeypatch):
    """EIO while a volume is written: it stays as it lies, and is never closed over the hole."""
    tree = world(tmp_path / "tree")
    write, main = os.write, threading.main_thread()
    calls = iter(range(1000))

    def failing(descriptor, data):
        if threading.current_thread() is not main and next(calls) == 3:
            raise OSError(5, "Input/output error")
        return write(descriptor, data)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", failing)
        wanted = Request(output=tmp_path / "out", source=str(tree), skip=("yara",))
        done = collect(wanted, key=bundles.KEY)

    assert not done.sealed
    assert done.cause == "error: Input/output error"
    opened = open_bundle(done.path, allow_partial=True)
    assert opened.documents.events[-1].detail.cause == "error"
    assert opened.items == done.tally.acquired + done.tally.gap
    goes_on(done.path, tree)


# What can't begin.

REFUSED = {
    "no such source": (["--source", "{tmp}/nowhere"], 2, "no such folder, disk image or device"),
    "a file as source": (["--source", "{tmp}/a-file"], 2, "no disk image"),
    "unknown collector": (["--only", "horoscope"], 2, "no collector is called horoscope"),
    "bad recipient": (["--recipient", "age1nonsense"], 2, "age1nonsense"),
    "recipient file missing": (["--recipient", "{tmp}/nowhere"], 2, "nowhere"),
    "bad size": (["--max-size", "much"], 2, "much: no size"),
    "bad time": (["--max-time", "soon"], 2, "soon: no time"),
    "bad case": (["--case", "../etc"], 2, "--case"),
    "bad profile": (["--profile", "enormous"], 2, "--profile takes one of: quick"),
    "destination is a file": (["--output", "{tmp}/a-file"], 4, "a-file is a file, or a link"),
    "destination below a file": (["--output", "{tmp}/a-file/x"], 4, "a-file is a file, or a link"),
    "a device that isn't there": (["--output", "/dev/hozen1"], 4, "among the system's devices"),
    "a device": (["--output", "/dev/null"], 4, "among the system's devices"),
    "destination in /proc": (["--output", "/proc/hozen"], 4, "/proc/hozen"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_in_one_line_before_anything_is_made(tmp_path, name):
    options, code, said = REFUSED[name]
    (tmp_path / "a-file").write_bytes(b"a file")
    (tmp_path / "tree").mkdir()
    base = ["--output", "{tmp}/out/deep", "--source", "{tmp}/tree", "--quiet"]
    done = runs.hozen("collect", *[o.format(tmp=tmp_path) for o in [*base, *options]])

    assert done.code == code
    assert said in done.err
    assert len(done.err.splitlines()) == 1, done.err
    assert done.out == ""
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a-file", "tree"]


def test_says_that_the_destination_is_in_memory_or_in_what_is_taken(tmp_path):
    (tmp_path / "tree").mkdir()
    with mounted(tmp_path / "medium") as where:
        command = ("collect", "--source", tmp_path / "tree", "--skip", "yara", "--output")
        in_memory = runs.hozen(*command, where)
        inside = runs.hozen(*command, tmp_path / "tree" / "out")
        beside = runs.hozen(*command, tmp_path / "out")

    assert (in_memory.code, inside.code, beside.code) == (0, 0, 0)
    assert "in this machine's memory (tmpfs): all of it is lost at power-off" in in_memory.err
    assert "lies in the folder that is taken" not in in_memory.err + beside.err
    assert "lies in the folder that is taken" in inside.err


def test_refuses_a_destination_that_is_too_small_and_leaves_it_empty(tmp_path):
    (tmp_path / "tree").mkdir()
    with on_small_medium(tmp_path / "medium", 8) as where:
        done = runs.hozen(
            "collect", "--output", f"{where}/deep", "--source", tmp_path / "tree", "--quiet"
        )

        assert done.code == 4
        assert "only 8 MiB free, at least 64 MiB are needed" in done.err
        assert len(done.err.splitlines()) == 1
        assert os.listdir(where) == []


def test_refuses_a_destination_that_can_only_be_read(tmp_path):
    (tmp_path / "tree").mkdir()
    with mounted(tmp_path / "medium") as where:
        remount(where, flags=READ_ONLY)
        for output in (Path(where), Path(where) / "deep"):
            with pytest.raises(DestinationError, match="the medium can only be read: a switch"):
                collect(Request(output=output, source=str(tmp_path / "tree")))


def test_refuses_to_go_on_with_a_folder_in_which_nothing_was_signed(tmp_path):
    tree = five_files(tmp_path / "tree")
    assert pulled(20, Request(output=tmp_path / "out", source=str(tree), skip=("yara",)))
    path = runs.bundle_in(tmp_path / "out")
    done = runs.hozen("collect", "--resume", path, "--source", tree, "--quiet")

    assert done.code == 2
    assert "nothing was signed in it yet" in done.err
    assert len(done.err.splitlines()) == 1
