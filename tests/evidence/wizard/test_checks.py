"""What is looked at before the start: real media for the facts, a table for what follows."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hosts import NOBODY
from mounting import BIND, READ_ONLY, REMOUNT, mount, mounted
from wizards import tree

from evidence import imaging
from evidence.request import Request
from evidence.wizard.agents import AGENTS, agents
from evidence.wizard.checks import checks, in_memory_only, worst
from evidence.wizard.remaining import Remaining
from evidence.wizard.surroundings import BACKUPS, Surroundings, ciphers, look

GIB = 1 << 30
ORDINARY = Surroundings(
    medium="own", backup=None, filesystem="exfat", read_only=False, local=True, free=64 * GIB,
    readers=True, live=True, administrator=True, root="ext4", memory="open", ram=8 * GIB,
)  # fmt: skip


@contextmanager
def stick(folder: Path):
    """A medium of its own, of 40 MiB."""
    image = folder / "stick.raw"
    with image.open("wb") as file:
        file.truncate(40 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True, capture_output=True)
    found = subprocess.run(
        ["losetup", "--find", "--show", image], check=True, capture_output=True, text=True
    )
    device = found.stdout.strip()
    try:
        with mounted(folder / "media", what=device, kind="ext4"):
            yield folder / "media"
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


def request(output: Path, source: Path | str = "live", **more) -> Request:
    return Request(output=output, source=str(source), profile="quick", **more)


# Facts.


def test_a_stick_is_a_medium_of_its_own(tmp_path):
    with stick(tmp_path) as media:
        found = look(request(media / "out"))

    assert (found.medium, found.filesystem, found.backup) == ("own", "ext4", None)
    assert (found.read_only, found.local) == (False, True)
    assert 20 << 20 < found.free < 40 << 20
    assert not (tmp_path / "media" / "out").exists()


def test_what_shares_a_volume_with_the_system_is_the_system_s():
    assert look(request(Path("/etc/out"))).medium == "system"
    assert look(request(Path("/"))).medium == "system"


def test_another_partition_of_the_system_s_disk_is_no_medium_of_its_own(tmp_path, monkeypatch):
    """As /sys would show the stick if it were a partition of the disk that / is on."""
    disk, known = tmp_path / "sys/devices/disk", tmp_path / "sys/dev/block"
    known.mkdir(parents=True)
    (disk / "part").mkdir(parents=True)
    (disk / "part/partition").write_text("5\n")
    with stick(tmp_path) as media:
        for place, folder in ((disk, Path("/")), (disk / "part", media)):
            device = folder.stat().st_dev
            number = f"{os.major(device)}:{os.minor(device)}"
            (place / "dev").write_text(f"{number}\n")
            (known / number).symlink_to(place)
        monkeypatch.setattr(imaging, "SYS", tmp_path / "sys")
        found = look(request(media / "out"))

    assert found.medium == "same"


def test_a_second_name_of_the_system_s_volume_is_the_system_s(tmp_path):
    (tmp_path / "again").mkdir()
    mount("/etc", str(tmp_path / "again"), "none", flags=BIND)
    with mounted(tmp_path / "again", what="/etc", kind="none", flags=BIND):
        assert look(request(tmp_path / "again" / "out")).medium == "system"
    subprocess.run(["umount", tmp_path / "again"], check=True)


def test_a_folder_that_is_taken_does_not_receive_its_bundle(tmp_path):
    source = tree(tmp_path / "src")

    assert look(request(source / "etc" / "out", source)).medium == "inside"
    assert look(request(tmp_path / "out", source)).medium == "same"
    with stick(tmp_path) as media:
        assert look(request(media, source)).medium == "own"


def test_a_disk_that_is_taken_does_not_either(tmp_path):
    with stick(tmp_path) as media:
        device = next(
            line.split()[0]
            for line in Path("/proc/self/mounts").read_text().splitlines()
            if line.split()[1] == str(media)
        )
        assert look(request(media / "out", device)).medium == "inside"
        assert look(request(tmp_path / "out", device)).medium == "own"


@pytest.mark.parametrize("name", BACKUPS)
def test_where_backups_are_kept_is_seen_by_what_programs_leave_there(name, tmp_path):
    with mounted(tmp_path / "media"):
        (tmp_path / "media" / name).mkdir()
        deep = look(request(tmp_path / "media" / "some" / "folder"))

    assert deep.backup == name


def test_a_medium_that_is_locked_is_read_only(tmp_path):
    with mounted(tmp_path / "media"):
        mount("none", str(tmp_path / "media"), "tmpfs", flags=REMOUNT | READ_ONLY)
        found = look(request(tmp_path / "media" / "out"))

    assert found.read_only
    assert worst(checks(found, "quick")) == "refuse"


def test_too_little_space_is_refused_and_little_is_said(tmp_path):
    with mounted(tmp_path / "media", options="size=8m"):
        none = look(request(tmp_path / "media"))
    with mounted(tmp_path / "media", options="size=200m"):
        little = look(request(tmp_path / "media"))

    found = {c.found: c for each in (none, little) for c in checks(each, "quick")
             if c.name == "space"}  # fmt: skip
    assert {name: check.grade for name, check in found.items()} == {
        "none": "refuse", "little": "limited",
    }  # fmt: skip
    assert found["none"].facts == {"free": "8.0 MiB", "needs": "64.0 MiB"}


def test_volumes_that_dm_crypt_has_open_are_named(tmp_path):
    block = tmp_path / "block"
    for number, (uuid, name) in enumerate(
        [("CRYPT-LUKS2-00ff-vg", "luks-vg"), ("LVM-00ff", "vg-root"), ("CRYPT-PLAIN-x", "swap")]
    ):
        (block / f"dm-{number}" / "dm").mkdir(parents=True)
        (block / f"dm-{number}" / "dm" / "uuid").write_text(f"{uuid}\n")
        (block / f"dm-{number}" / "dm" / "name").write_text(f"{name}\n")
    (block / "sda").mkdir()

    assert ciphers(block) == ["luks-vg", "swap"]
    assert ciphers(tmp_path / "nowhere") == []


def test_programs_that_watch_are_known_by_their_names(tmp_path):
    for number, name in enumerate(["bash", "falcon-sensor", "clamd", "freshclam", "CLAMD"]):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "comm").write_text(f"{name}\n")
    (tmp_path / "5").mkdir()  # it ended before its name was read

    assert agents(tmp_path) == ["ClamAV", "CrowdStrike Falcon"]
    assert max(map(len, AGENTS)) <= 15
    assert {name.casefold() for name in AGENTS} == set(AGENTS)


def test_this_machine_answers_for_its_memory(tmp_path):
    with mounted(tmp_path / "media"):
        standard = look(replace(request(tmp_path / "media"), profile="standard"))
        quick = look(request(tmp_path / "media"))

    assert quick.memory == "left_out"
    assert standard.memory != "left_out"
    assert (standard.ram > 0) == (standard.memory == "open")
    assert standard.administrator == (os.geteuid() == 0)


def test_an_ordinary_user_is_told_so(tmp_path):
    tmp_path.chmod(0o755)
    with mounted(tmp_path / "media"):
        os.seteuid(NOBODY)
        try:
            found = look(replace(request(tmp_path / "media"), profile="standard"))
        finally:
            os.seteuid(0)

    assert (found.administrator, found.memory) == (False, "rights")


# What follows.

TABLE = [
    ({}, None, "ok"),
    ({"medium": "system"}, "place system", "refuse"),
    ({"medium": "inside"}, "place inside", "refuse"),
    ({"backup": "timeshift"}, "place backup", "refuse"),
    ({"medium": "same"}, "place same", "limited"),
    ({"filesystem": "tmpfs"}, "place in_memory", "limited"),
    ({"read_only": True}, "filesystem read_only", "refuse"),
    ({"local": False, "filesystem": "nfs4"}, "filesystem remote", "limited"),
    ({"filesystem": "vfat"}, None, "ok"),
    ({"free": 1 << 20}, "space none", "refuse"),
    ({"free": 11 * GIB}, "space little", "limited"),
    ({"free": 12 * GIB}, None, "ok"),
    ({"readers": False}, "readers nobody", "limited"),
    ({"administrator": False, "memory": "rights"}, "rights few", "limited"),
    ({"ciphers": ("luks-root",)}, "cipher open", "limited"),
    ({"root": "overlay"}, "writes in_ram", "limited"),
    ({"root": "tmpfs"}, "writes in_ram", "limited"),
    ({"agents": ("ClamAV",)}, "agents some", "limited"),
    ({"memory": "lockdown"}, "memory lockdown", "limited"),
    ({"memory": "refused"}, "memory refused", "limited"),
    ({"memory": "no_door"}, "memory no_door", "limited"),
    ({"memory": "left_out"}, "memory left_out", "limited"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "said", "grade"), TABLE, ids=[str(row[0]) for row in TABLE])
def test_each_finding_has_its_grade(changed, said, grade):
    judged = checks(replace(ORDINARY, **changed), "standard")

    assert worst(judged) == grade
    assert said is None or said in {f"{c.name} {c.found}" for c in judged if c.grade == grade}
    assert len({check.name for check in judged}) == len(judged) == 9
    assert in_memory_only(judged) == (said == "writes in_ram")


def test_fat_is_told_with_the_size_of_our_volumes():
    (told,) = [c for c in checks(replace(ORDINARY, filesystem="vfat"), "quick")
               if c.name == "filesystem"]  # fmt: skip

    assert (told.found, told.facts) == ("fat", {"kind": "vfat", "volume": "256.0 MiB"})


def test_of_a_folder_nothing_of_this_machine_is_judged():
    names = [check.name for check in checks(replace(ORDINARY, live=False, root="tmpfs"), "full")]

    assert names == ["place", "space", "filesystem", "readers", "rights"]


# How long it may take.


def test_the_guess_falls_by_what_has_passed_and_ends_at_nothing():
    took = {"clock": 0.2, "memory": 30.72, "temporary": 50.0, "bodyfile": 45.0}
    guess, told, elapsed = Remaining(list(took), ram=3 << 30), [], 0.0
    for name, seconds in took.items():
        guess.collector(name, elapsed)
        told.append((guess.seconds(elapsed), guess.seconds(elapsed + seconds)))
        elapsed += seconds
    guess.collector("footprint", elapsed)

    assert told == [(126, 126), (126, 95), (95, 45), (45, 0)]
    assert guess.seconds(elapsed) is None


def test_a_slow_machine_is_believed():
    def after(seconds: float) -> int | None:
        guess = Remaining(["processes", "temporary"], ram=0)
        guess.collector("processes", 0.0)
        guess.collector("temporary", seconds)
        return guess.seconds(seconds)

    assert after(200.0) > 5 * after(2.0)
    assert Remaining([], ram=0).seconds(5.0) is None
