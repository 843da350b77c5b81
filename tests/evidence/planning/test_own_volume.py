"""A kit's stick is in the machine that it looks at, and is no evidence of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

import bundles
import click
import mounting
import pytest

from collectors.artifact import Phase, Profile
from evidence.cli.kit.imager import Door, with_carried
from evidence.cli.shared import Voice
from evidence.cli.texts import Texts
from evidence.collecting.collection import collect
from evidence.kit.carried.packs import Carried
from evidence.planning import own_volume
from evidence.planning.own_volume import ours
from evidence.planning.request import Request
from evidence.reading.checked import open_bundle

VOLUME = "the volume of the kit that the collection was started from"
FOLDER = "the kit that the collection was started from"


class Everything:
    """Takes all below a folder, and files that it was led to. Shows nothing else."""

    name: ClassVar[str] = "everything"
    phase: ClassVar[Phase] = Phase.DISK
    profile: ClassVar[Profile] = Profile.QUICK

    def __init__(self, folder: Path, *led: Path) -> None:
        self._folder, self._led = folder, led

    def collect(self, source):
        for path in self._led:
            yield source.file(str(path), "disk")
        yield from source.walk(str(self._folder), "disk")


@pytest.fixture
def machine(tmp_path):
    """A folder with a file of its own, in which a stick with a kit is mounted."""
    folder = tmp_path / "machine"
    with mounting.mounted(folder / "stick"):
        (folder / "own.txt").write_bytes(b"of the machine")
        kit = folder / "stick" / "hozen-kit"
        (kit / "app").mkdir(parents=True)
        (kit / "app" / "python3").write_bytes(b"of the kit")
        (folder / "stick" / "HZ_before").write_bytes(b"another bundle")
        yield folder, kit


def taken(tmp_path, folder, kit, *led):
    """Origins of a collection from the machine that runs, with what went wrong of each."""
    request = Request(output=tmp_path / "out", collectors=(Everything(folder, *led),), kit=kit)
    done = collect(request, key=bundles.KEY)
    return {
        r.meta.source.origin.removeprefix(f"{folder}/"): (r.content.status, *r.meta.errors)
        for r in open_bundle(done.path).records()
        if r.meta.collector in ("everything", "left-out")
    }


def test_a_stick_is_left_out_as_a_whole_and_that_is_told(machine, tmp_path, monkeypatch):
    folder, kit = machine
    monkeypatch.setattr(own_volume, "is_stick", lambda _: True)

    assert taken(tmp_path, folder, kit, kit / "app" / "python3") == {
        "hozen:/own-volume": ("gap", f"{VOLUME}, at {kit}: not taken and not searched"),
        "stick/hozen-kit/app/python3": ("gap", VOLUME),
        "stick": ("gap", VOLUME),
        "own.txt": ("acquired",),
    }


def test_of_a_disk_that_stays_the_kit_s_folder_alone_is_left_out(machine, tmp_path):
    folder, kit = machine

    assert taken(tmp_path, folder, kit) == {
        "hozen:/own-volume": ("gap", f"{FOLDER}, at {kit}: not taken and not searched"),
        "stick/hozen-kit": ("gap", FOLDER),
        "stick/HZ_before": ("acquired",),
        "own.txt": ("acquired",),
    }


def test_without_a_kit_a_stick_is_evidence(machine, tmp_path):
    folder, _ = machine

    assert set(taken(tmp_path, folder, None)) == {
        "stick/hozen-kit/app/python3", "stick/HZ_before", "own.txt",
    }  # fmt: skip


def test_a_kit_s_door_says_where_the_kit_is(tmp_path):
    voice = Voice(t=Texts("en"), quiet=True, as_json=False)
    packs = partial(Carried, sets=(), errors=())
    for door in (Door(None, (), home=tmp_path), Door(None, (), packs, home=tmp_path)):
        with click.Context(click.Command("collect"), obj=door):
            assert Request(output=tmp_path, **with_carried(voice)).kit == tmp_path


def test_a_folder_that_is_taken_holds_whatever_it_holds(machine, tmp_path, monkeypatch):
    folder, kit = machine
    monkeypatch.setattr(own_volume, "is_stick", lambda _: True)
    request = Request(output=tmp_path / "out", source=str(folder), kit=kit)
    opened = open_bundle(collect(request, key=bundles.KEY).path)

    assert {r.meta.source.origin for r in opened.records()} >= {"/stick/hozen-kit/app/python3"}


def test_what_the_machine_itself_runs_from_is_evidence_though_it_is_a_stick(tmp_path, monkeypatch):
    monkeypatch.setattr(own_volume, "is_stick", lambda _: True)
    on_system = Path(__file__).resolve().parent
    if on_system.stat().st_dev != Path("/").stat().st_dev:
        on_system = Path("/etc")
    found = on_system.stat()

    assert ours(on_system) == {(found.st_dev, found.st_ino): FOLDER}
    assert ours(tmp_path / "pulled") == {}
    assert ours(None) == {}
