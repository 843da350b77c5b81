"""What is looked at before the start: real media for the facts, a table for what follows."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hosts import as_nobody, open_to_all
from mounting import BIND, READ_ONLY, REMOUNT, mount, mounted
from wizards import tree

from evidence.collecting import imaging
from evidence.collecting.backups import BACKUPS
from evidence.collecting.request import Request
from evidence.wizard.agents import AGENTS, WINDOWS_AGENTS, agents, products
from evidence.wizard.checks import checks, in_memory_only, worst
from evidence.wizard.facts import Machine, Place, Surroundings
from evidence.wizard.on_linux import ciphers, links
from evidence.wizard.surroundings import look

GIB = 1 << 30
ORDINARY = Surroundings(
    place=Place(
        there=Path("/media/stick"), medium="own", backup=None, filesystem="exfat", read_only=False,
        local=True, in_memory=False,
    ),
    free=64 * GIB, readers=True, rights="all",
    machine=Machine(
        ciphers=(), writes="kept", overlay="", agents=(), links=(), memory="open", ram=8 * GIB
    ),
)  # fmt: skip


def but(place=(), machine=(), **more) -> Surroundings:
    """The ordinary surroundings, something of them changed."""
    return replace(
        ORDINARY, place=replace(ORDINARY.place, **dict(place)),
        machine=replace(ORDINARY.machine, **dict(machine)), **more,
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

    place = found.place
    assert (place.medium, place.filesystem, place.backup) == ("own", "ext4", None)
    assert (place.read_only, place.local, place.in_memory) == (False, True, False)
    assert 20 << 20 < found.free < 40 << 20
    assert not (tmp_path / "media" / "out").exists()


def test_what_shares_a_volume_with_the_system_is_the_system_s():
    assert look(request(Path("/etc/out"))).place.medium == "system"
    assert look(request(Path("/"))).place.medium == "system"


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

    assert found.place.medium == "system"


def test_a_second_name_of_the_system_s_volume_is_the_system_s(tmp_path):
    (tmp_path / "again").mkdir()
    mount("/etc", str(tmp_path / "again"), "none", flags=BIND)
    with mounted(tmp_path / "again", what="/etc", kind="none", flags=BIND):
        assert look(request(tmp_path / "again" / "out")).place.medium == "system"
    subprocess.run(["umount", tmp_path / "again"], check=True)


def test_a_folder_that_is_taken_does_not_receive_its_bundle(tmp_path):
    source = tree(tmp_path / "src")

    assert look(request(source / "etc" / "out", source)).place.medium == "inside"
    assert look(request(tmp_path / "out", source)).place.medium == "same"
    with stick(tmp_path) as media:
        assert look(request(media, source)).place.medium == "own"


def test_a_disk_that_is_taken_does_not_either(tmp_path):
    with stick(tmp_path) as media:
        device = next(
            line.split()[0]
            for line in Path("/proc/self/mounts").read_text().splitlines()
            if line.split()[1] == str(media)
        )
        assert look(request(media / "out", device)).place.medium == "inside"
        assert look(request(tmp_path / "out", device)).place.medium == "own"


@pytest.mark.parametrize("name", BACKUPS)
def test_where_backups_are_kept_is_seen_by_what_programs_leave_there(name, tmp_path):
    with mounted(tmp_path / "media"):
        (tmp_path / "media" / name).mkdir()
        deep = look(request(tmp_path / "media" / "some" / "folder"))

    assert deep.place.backup == name


def test_a_medium_whose_names_nobody_may_read_is_not_taken_for_one_without_backups(tmp_path):
    open_to_all(tmp_path)
    with mounted(tmp_path / "media"):
        top = tmp_path / "media"
        (top / "out").mkdir(mode=0o777)
        (top / "out").chmod(0o777)
        (top / "timeshift").mkdir()
        top.chmod(0o711)
        with as_nobody():
            found = look(request(top / "out"))
        seen = look(request(top / "out"))

    (check,) = [each for each in checks(found, "quick") if each.name == "place"]
    assert (check.grade, check.found, check.facts) == ("limited", "unlisted", {"path": str(top)})
    assert seen.place.backup == "timeshift"


def test_a_medium_that_is_locked_is_read_only(tmp_path):
    with mounted(tmp_path / "media"):
        mount("none", str(tmp_path / "media"), "tmpfs", flags=REMOUNT | READ_ONLY)
        found = look(request(tmp_path / "media" / "out"))

    assert found.place.read_only
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

    assert ciphers(block) == ("luks-vg", "swap")
    assert ciphers(tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    ("asked", "value"), [(ciphers, "dm/uuid"), (links, "operstate"), (agents, "comm")]
)
def test_what_may_not_be_listed_or_read_is_not_taken_for_none(asked, value, tmp_path):
    open_to_all(tmp_path)
    things, one = tmp_path / "things", tmp_path / "things" / "1"
    (one / value).parent.mkdir(parents=True)
    (one / value).write_text("down\n")
    told = [asked(things)]
    for path in (one / value, things):
        path.chmod(0)
        with as_nobody():
            told.append(asked(things))

    assert told == [(), None, None]


def test_where_the_first_process_is_hidden_others_may_be(tmp_path):
    (tmp_path / "4711").mkdir()
    (tmp_path / "4711" / "comm").write_text("bash\n")
    assert agents(tmp_path) is None
    (tmp_path / "4711" / "comm").write_text("clamd\n")

    assert agents(tmp_path) == ("ClamAV",)


def test_programs_that_watch_are_known_by_their_names(tmp_path):
    for number, name in enumerate(["bash", "falcon-sensor", "clamd", "freshclam", "CLAMD"]):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "comm").write_text(f"{name}\n")
    (tmp_path / "5").mkdir()  # it ended before its name was read

    assert agents(tmp_path) == ("ClamAV", "CrowdStrike Falcon")
    assert products(["MsMpEng.exe", "explorer.exe"], WINDOWS_AGENTS) == ("Microsoft Defender",)
    assert max(map(len, AGENTS)) <= 15
    for names in (AGENTS, WINDOWS_AGENTS):
        assert {name.casefold() for name in names} == set(names)


def test_links_are_those_of_devices_that_are_up(tmp_path):
    for name, device, state in [
        ("eth0", True, "up"), ("eth1", True, "down"), ("docker0", False, "up"), ("lo", False, "up"),
    ]:  # fmt: skip
        (tmp_path / name).mkdir()
        (tmp_path / name / "operstate").write_text(f"{state}\n")
        if device:
            (tmp_path / name / "device").mkdir()

    assert links(tmp_path) == ("eth0",)
    assert links(tmp_path / "nowhere") is None


def test_this_machine_answers_for_its_memory(tmp_path):
    with mounted(tmp_path / "media"):
        standard = look(replace(request(tmp_path / "media"), profile="standard"))
        quick = look(request(tmp_path / "media"))

    assert quick.machine.memory == "left_out"
    assert standard.machine.memory != "left_out"
    assert (standard.machine.ram > 0) == (standard.machine.memory == "open")
    assert standard.rights == ("all" if os.geteuid() == 0 else "few")


def test_an_ordinary_user_is_told_so(tmp_path):
    tmp_path.chmod(0o755)
    with mounted(tmp_path / "media"), as_nobody():
        found = look(replace(request(tmp_path / "media"), profile="standard"))

    assert (found.rights, found.machine.memory) == ("few", "rights")


# What follows.

TABLE = [
    (but(), None, "ok"),
    (but({"medium": "system"}), "place system", "refuse"),
    (but({"medium": "inside"}), "place inside", "refuse"),
    (but({"backup": "timeshift"}), "place backup", "refuse"),
    (but({"medium": "same"}), "place same", "limited"),
    (but({"medium": "unknown"}), "place unknown", "limited"),
    (but({"in_memory": True}), "place in_memory", "limited"),
    (but({"unlisted": "/media"}), "place unlisted", "limited"),
    (but({"read_only": True}), "filesystem read_only", "refuse"),
    (but({"local": False, "filesystem": "nfs4"}), "filesystem remote", "limited"),
    (but({"filesystem": "vfat"}), None, "ok"),
    (but({"filesystem": ""}), "filesystem unknown", "limited"),
    (but(free=1 << 20), "space none", "refuse"),
    (but(free=11 * GIB), "space little", "limited"),
    (but(free=12 * GIB), None, "ok"),
    (but(readers=False), "readers nobody", "limited"),
    (but(rights="few", machine={"memory": "rights", "ram": 0}), "rights few", "limited"),
    (but(rights="reduced"), "rights reduced", "limited"),
    (but(rights="closed"), "rights closed", "limited"),
    (but(rights="unknown"), "rights unknown", "limited"),
    (but(machine={"ciphers": ("luks-root",)}), "cipher open", "limited"),
    (but(machine={"ciphers": None}), "cipher unknown", "limited"),
    (but(machine={"writes": "in_ram", "overlay": "tmpfs"}), "writes in_ram", "limited"),
    (but(machine={"writes": "perhaps", "overlay": "UWF"}), "writes perhaps", "limited"),
    (but(machine={"writes": "unknown"}), "writes unknown", "limited"),
    (but(machine={"agents": ("ClamAV",)}), "agents some", "limited"),
    (but(machine={"agents": None}), "agents unknown", "limited"),
    (but(machine={"links": ("eth0",)}), "links up", "limited"),
    (but(machine={"links": None}), "links unknown", "limited"),
    (but(machine={"memory": "imager"}), None, "ok"),
    (but(machine={"memory": "lockdown"}), "memory lockdown", "limited"),
    (but(machine={"memory": "refused"}), "memory refused", "limited"),
    (but(machine={"memory": "no_door"}), "memory no_door", "limited"),
    (but(machine={"memory": "no_imager"}), "memory no_imager", "limited"),
    (but(machine={"memory": "left_out"}), "memory left_out", "limited"),
]  # fmt: skip
BANNERS = {"writes in_ram": "in_ram", "writes perhaps": "perhaps"}


@pytest.mark.parametrize(("found", "said", "grade"), TABLE, ids=[str(row[1]) for row in TABLE])
def test_each_finding_has_its_grade(found, said, grade):
    judged = checks(found, "standard")

    assert worst(judged) == grade
    assert said is None or said in {f"{c.name} {c.found}" for c in judged if c.grade == grade}
    assert len({check.name for check in judged}) == len(judged) == 10
    assert in_memory_only(judged) == BANNERS.get(said)


@pytest.mark.parametrize("kind", ["vfat", "FAT32", "FAT"])
def test_fat_is_told_with_the_size_of_our_volumes(kind):
    (told,) = [c for c in checks(but({"filesystem": kind}), "quick") if c.name == "filesystem"]

    assert (told.found, told.facts) == ("fat", {"kind": kind, "volume": "256.0 MiB"})


def test_of_a_folder_nothing_of_this_machine_is_judged():
    names = [check.name for check in checks(replace(ORDINARY, machine=None), "full")]

    assert names == ["place", "space", "filesystem", "readers", "rights"]
