"""What follows from what is looked at before the start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hosts import as_nobody, open_to_all
from mounting import READ_ONLY, REMOUNT, mount, mounted

from evidence.planning.request import Request
from evidence.surroundings.facts import Machine, Place, Surroundings
from evidence.wizard.checks import checks, found_for, in_memory_only, worst

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


def request(output: Path) -> Request:
    return Request(output=output, profile="quick")


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


def test_a_medium_whose_names_nobody_may_read_is_not_taken_for_one_without_backups(tmp_path):
    open_to_all(tmp_path)
    with mounted(tmp_path / "media"):
        top = tmp_path / "media"
        (top / "out").mkdir(mode=0o777)
        (top / "out").chmod(0o777)
        (top / "timeshift").mkdir()
        top.chmod(0o711)
        with as_nobody():
            found = found_for(request(top / "out"))
        seen = found_for(request(top / "out"))

    (check,) = [each for each in checks(found, "quick") if each.name == "place"]
    assert (check.grade, check.found, check.facts) == ("limited", "unlisted", {"path": str(top)})
    assert seen.place.backup == "timeshift"


def test_a_medium_that_is_locked_is_read_only(tmp_path):
    with mounted(tmp_path / "media"):
        mount("none", str(tmp_path / "media"), "tmpfs", flags=REMOUNT | READ_ONLY)
        found = found_for(request(tmp_path / "media" / "out"))

    assert found.place.read_only
    assert worst(checks(found, "quick")) == "refuse"


def test_too_little_space_is_refused_and_little_is_said(tmp_path):
    with mounted(tmp_path / "media", options="size=8m"):
        none = found_for(request(tmp_path / "media"))
    with mounted(tmp_path / "media", options="size=200m"):
        little = found_for(request(tmp_path / "media"))

    found = {c.found: c for each in (none, little) for c in checks(each, "quick")
             if c.name == "space"}  # fmt: skip
    assert {name: check.grade for name, check in found.items()} == {
        "none": "refuse", "little": "limited",
    }  # fmt: skip
    assert found["none"].facts == {"free": "8.0 MiB", "needs": "64.0 MiB"}
