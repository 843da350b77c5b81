"""Working copies that lie about their disk: no image is made, and nothing outside is read."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import bundles
import disks
import pytest
from disks import MIB

from evidence.collecting.collection import collect
from evidence.intake import CopyError, ImageError, import_bundle
from evidence.intake.images.image import export_image
from evidence.planning.request import Request

PIECE = 256 << 10


def imaged(tmp_path: Path, *, odd: int = 0) -> Path:
    """The working copy of a disk, in pieces."""
    disk = disks.ext(tmp_path / "disk.img", size=MIB)
    data = bytearray(disk.read_bytes() + bytes(odd))
    data[MIB // 2 : MIB // 2 + 100_000] = random.Random(1).randbytes(100_000)
    disk.write_bytes(data)
    request = Request(
        output=tmp_path / "out", source=str(disk), only=("disk", "disk-image"), skip=("yara",)
    )
    done = collect(request, key=bundles.KEY)
    return import_bundle(done.path, tmp_path / "case").host


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr("collectors.disk.whole.pieces.PIECE", PIECE)


@pytest.fixture
def host(tmp_path) -> Path:
    return imaged(tmp_path)


def plan_of(host: Path) -> Path:
    (plan,) = (host / "hozen/disk-image").iterdir()
    return plan


def test_a_plan_that_the_medium_does_not_give_back_is_not_called_misunderstood(host, monkeypatch):
    plan = plan_of(host)

    def failing(_, flags):
        return os.open("/proc/self/mem", flags)  # nothing is mapped at its beginning

    monkeypatch.setattr("evidence.intake.images.assembly._no_link", failing)
    with pytest.raises(OSError, match="Input/output error") as told:
        export_image(host, "raw", "", "")

    assert told.value.filename == str(plan)


def test_a_plan_that_is_not_there_is_not_understood(host):
    plan_of(host).unlink()

    with pytest.raises(ImageError, match="No such file"):
        export_image(host, "raw", "", "")


@pytest.mark.parametrize(
    "lie",
    [
        {"piece": 0}, {"piece": -1}, {"size": 0}, {"size": -1}, {"size": 1 << 61},
        {"size": 1 << 50, "piece": 512}, {"sector": 0}, {"sector": "512"}, {"piece": None},
        {"schema": "hozen-image-plan/2"}, {"size": 1 << 70},
    ],
    ids=str,
)  # fmt: skip
def test_a_plan_of_no_possible_disk_is_refused(host, lie):
    plan = plan_of(host)
    plan.write_text(json.dumps(json.loads(plan.read_text()) | lie))

    with pytest.raises(ImageError):
        export_image(host, "raw", "case", "bundle")
    assert not (host / "image").exists()
    assert len(list((host / "disk").iterdir())) == 4


@pytest.mark.parametrize("name", ["shake_128", "nothing", "sha512"])
def test_an_account_with_a_digest_of_no_known_kind_is_refused_before_a_piece_goes(host, name):
    """`shake_128` gave its error at the end alone, when all pieces were taken away."""
    account = host / "hozen/disk-image.json"
    account.chmod(0o600)
    account.write_text(json.dumps(json.loads(account.read_text()) | {"digests": {name: "00"}}))

    with pytest.raises(ImageError):
        export_image(host, "raw", "case", "bundle")
    assert not (host / "image").exists()
    assert len(list((host / "disk").iterdir())) == 4


@pytest.mark.parametrize("name", ["hozen/disk-image.json", "plan"])
def test_a_document_that_is_a_link_is_not_followed(host, tmp_path, name):
    path = plan_of(host) if name == "plan" else host / name
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ImageError):
        export_image(host, "raw", "case", "bundle")


def test_a_piece_that_is_a_link_is_not_followed(host, tmp_path):
    piece = host / "disk/image.002"
    piece.rename(tmp_path / "secret")
    piece.symlink_to(tmp_path / "secret")

    with pytest.raises(OSError, match="symbolic links"):
        export_image(host, "raw", "case", "bundle")


@pytest.mark.parametrize("kind", ["raw", "e01"])
def test_pieces_that_do_not_come_to_the_recorded_digest_are_refused(host, kind):
    piece = host / "disk/image.003"
    piece.chmod(0o600)
    piece.write_bytes(piece.read_bytes()[:-1] + b"x")

    with pytest.raises(CopyError, match="do not come to the digest"):
        export_image(host, kind, "case", "bundle")


def test_a_piece_that_is_longer_than_it_may_be_shifts_nothing(host):
    piece = host / "disk/image.001"
    piece.chmod(0o600)
    with piece.open("ab") as file:
        file.write(b"more")

    assert export_image(host, "raw", "case", "bundle").recorded


def test_a_disk_that_ends_within_a_sector_is_raw_or_nothing(tmp_path):
    host = imaged(tmp_path, odd=100)

    with pytest.raises(ImageError, match="no whole sectors: use --image raw"):
        export_image(host, "e01", "case", "bundle")
    assert export_image(host, "raw", "case", "bundle").size == MIB + 100


def test_a_case_number_with_japanese_letters_does_not_end_the_e01(host):
    assert export_image(host, "e01", "案件-1", "bundle").file == "disk.E01"
