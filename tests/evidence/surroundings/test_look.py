"""What is looked at before the start: real media, and folders as the kernel shows them."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
from hosts import as_nobody, open_to_all
from mounting import BIND, mount, mounted
from wizards import tree

from evidence.surroundings import devices
from evidence.surroundings.agents import AGENTS, WINDOWS_AGENTS, agents, products
from evidence.surroundings.backups import BACKUPS
from evidence.surroundings.facts import Surroundings
from evidence.surroundings.look import look
from evidence.surroundings.on_linux import ciphers, links


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


def found_at(output: Path, source: Path | str = "live", *, image: bool = False) -> Surroundings:
    return look(output, str(source), readers=False, image=image, imager=None)


def test_a_stick_is_a_medium_of_its_own(tmp_path):
    with stick(tmp_path) as media:
        found = found_at(media / "out")

    place = found.place
    assert (place.medium, place.filesystem, place.backup) == ("own", "ext4", None)
    assert (place.read_only, place.local, place.in_memory) == (False, True, False)
    assert 20 << 20 < found.free < 40 << 20
    assert not (tmp_path / "media" / "out").exists()


def test_what_shares_a_volume_with_the_system_is_the_system_s():
    assert found_at(Path("/etc/out")).place.medium == "system"
    assert found_at(Path("/")).place.medium == "system"


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
        monkeypatch.setattr(devices, "SYS", tmp_path / "sys")
        found = found_at(media / "out")

    assert found.place.medium == "system"


def test_a_second_name_of_the_system_s_volume_is_the_system_s(tmp_path):
    (tmp_path / "again").mkdir()
    mount("/etc", str(tmp_path / "again"), "none", flags=BIND)
    with mounted(tmp_path / "again", what="/etc", kind="none", flags=BIND):
        assert found_at(tmp_path / "again" / "out").place.medium == "system"
    subprocess.run(["umount", tmp_path / "again"], check=True)


def test_a_folder_that_is_taken_does_not_receive_its_bundle(tmp_path):
    source = tree(tmp_path / "src")

    assert found_at(source / "etc" / "out", source).place.medium == "inside"
    assert found_at(tmp_path / "out", source).place.medium == "same"
    with stick(tmp_path) as media:
        assert found_at(media, source).place.medium == "own"


def test_a_disk_that_is_taken_does_not_either(tmp_path):
    with stick(tmp_path) as media:
        device = next(
            line.split()[0]
            for line in Path("/proc/self/mounts").read_text().splitlines()
            if line.split()[1] == str(media)
        )
        assert found_at(media / "out", device).place.medium == "inside"
        assert found_at(tmp_path / "out", device).place.medium == "own"


@pytest.mark.parametrize("name", BACKUPS)
def test_where_backups_are_kept_is_seen_by_what_programs_leave_there(name, tmp_path):
    with mounted(tmp_path / "media"):
        (tmp_path / "media" / name).mkdir()
        deep = found_at(tmp_path / "media" / "some" / "folder")

    assert deep.place.backup == name


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
        standard = found_at(tmp_path / "media", image=True)
        quick = found_at(tmp_path / "media")

    assert quick.machine.memory == "left_out"
    assert standard.machine.memory != "left_out"
    assert (standard.machine.ram > 0) == (standard.machine.memory == "open")
    assert standard.rights == ("all" if os.geteuid() == 0 else "few")


def test_an_ordinary_user_is_told_so(tmp_path):
    tmp_path.chmod(0o755)
    with mounted(tmp_path / "media"), as_nobody():
        found = found_at(tmp_path / "media", image=True)

    assert (found.rights, found.machine.memory) == ("few", "rights")
