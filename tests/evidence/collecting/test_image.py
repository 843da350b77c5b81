"""`hozen image`: from a disk to a bundle, and to an image that strangers' tools open."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import bundles
import disks
import pytest
import runs
from disks import MIB, Failing, zeroed
from hosts import as_nobody, open_to_all
from mounting import fuse, mounted

from chain_of_custody.verdict import Exit
from collectors.disk import opening
from collectors.disk.device import RawDevice
from collectors.disk.images.containers import Image
from evidence.collecting.collection import collect
from evidence.intake import CopyError, ImageError, import_bundle
from evidence.intake.images import ewf, writers
from evidence.planning.device import DeviceError, check_device
from evidence.planning.request import Limits, Request
from evidence.reading.checked import open_bundle
from evidence.surroundings import devices

PIECE = 256 << 10
SMALL = {"collectors.disk.whole.pieces.PIECE": PIECE}
LARGER = {"collectors.disk.whole.pieces.PIECE": 2 * MIB}  # as holes under 1 MiB are read as zeros
ONLY = ("disk", "disk-image")


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr("collectors.disk.whole.pieces.PIECE", PIECE)


def filled(path: Path, size: int = 2 * MIB) -> Path:
    """A disk that nothing makes smaller, with a file system on it."""
    dice = random.Random(path.name)
    tree = path.with_suffix(".tree")
    tree.mkdir()
    (tree / "x-ray.dat").write_bytes(dice.randbytes(size // 4))
    disks.ext(path, tree, size=size)
    path.write_bytes(path.read_bytes())  # no holes
    return path


def sparse(path: Path, size: int = 64 * MIB) -> Path:
    """A disk that is mostly holes."""
    disks.blank(path, size)
    with path.open("r+b") as file:
        for offset in (0, 5 * MIB + 4096, size - 512):
            file.seek(offset)
            file.write(random.Random(offset).randbytes(512))
    return path


def image(
    device: Path | str, output: Path, *options: object, settings=SMALL
) -> tuple[runs.Ended, Path | None]:
    output.mkdir(exist_ok=True)
    done = runs.hozen("image", device, "--output", output, *options, settings=settings)
    return done, runs.bundle_in(output)


def with_bad_sectors(monkeypatch, path: Path, bad) -> str:
    """Let this disk's sectors fail; the device in its place is opened by the same name."""

    def opened(name: str) -> Image:
        reader = RawDevice(Failing(path.read_bytes(), bad))
        return Image(path=name, container="device", reader=reader, files=(name,))

    monkeypatch.setattr(opening, "open_image", opened)
    return str(path)


def exported(bundle: Path, case: Path, kind: str, **options) -> tuple[Path, dict]:
    """The image that an import makes, and what stands beside it."""
    done = import_bundle(bundle, case, image=kind, **options)
    folder = done.host / "image"
    return folder / done.image.file, json.loads((folder / "disk.json").read_text())


def of_e01(path: Path, folder: Path) -> bytes:
    """The disk in an E01, by its own tools, its checksums verified before."""
    disks.tool("ewfverify", "-q", path)
    disks.tool("ewfexport", "-q", "-u", "-f", "raw", "-t", folder / "out", path)
    return (folder / "out.raw").read_bytes()


# There and back.


def test_a_partition_that_nobody_can_read_is_in_the_image_all_the_same(tmp_path):
    disk = tmp_path / "disk.img"
    disk.write_bytes(b"LUKS\xba\xbe" + b"\0\2" + random.Random(1).randbytes(MIB - 8))
    ended, bundle = image(disk, tmp_path / "out")
    (said,) = [
        r for r in open_bundle(bundle).records() if r.meta.source.origin == "disk:/image.001"
    ]

    assert ended.code == 0, ended.out
    assert said.content.size == PIECE


@pytest.mark.parametrize("option", ["--rules", "--licence", "--rules-trust", "--engine"])
def test_rules_that_no_disk_is_tried_with_are_no_options(option, tmp_path):
    ended, bundle = image(disks.blank(tmp_path / "d", MIB), tmp_path / "out", option, "yara")

    assert (ended.code, bundle) == (Exit.UNUSABLE, None)
    assert f"no such option: {option}" in ended.err
    for verb in (["image"], ["memory", "acquire"]):
        assert option not in runs.hozen(*verb, "--help").out


def test_a_disk_comes_back_as_raw_and_as_e01(tmp_path):
    disk = filled(tmp_path / "disk.img")
    ended, bundle = image(disk, tmp_path / "out", "--digest", "md5", "--digest", "sha1")
    raw, said = exported(bundle, tmp_path / "raw", "raw")
    e01, _ = exported(bundle, tmp_path / "e01", "e01")

    assert ended.code == 0, ended.err
    assert "over the whole disk" not in ended.out
    assert disks.tool("qemu-img", "compare", "-f", "raw", disk, raw) == b"Images are identical.\n"
    assert of_e01(e01, tmp_path) == disk.read_bytes()
    assert said["recorded"]
    account = json.loads((raw.parents[1] / "hozen/disk-image.json").read_text())
    data = disk.read_bytes()
    expected = {name: hashlib.new(name, data).hexdigest() for name in ("sha256", "md5", "sha1")}
    assert account["digests"] == said["digests"] == expected


@pytest.mark.parametrize("odd", [512, 17 * 512])
def test_a_disk_that_ends_within_a_chunk_of_an_e01_comes_back_as_one(tmp_path, odd):
    """Nearly every disk does; ewfacquirestream 20140813 leaves its last chunk out."""
    disk = filled(tmp_path / "disk.img")
    disk.write_bytes(disk.read_bytes() + random.Random(odd).randbytes(odd))
    _, bundle = image(disk, tmp_path / "out")
    e01, said = exported(bundle, tmp_path / "e01", "e01")

    assert of_e01(e01, tmp_path) == disk.read_bytes()
    assert said["digests"] == {"sha256": hashlib.sha256(disk.read_bytes()).hexdigest()}


def test_without_compression_the_same_disk_comes_back(tmp_path):
    disk = tmp_path / "disk.img"
    disk.write_bytes(b"a line of a log\n" * (3 * MIB // 16))
    ended, bundle = image(disk, tmp_path / "out", "--no-compress", "--recipient", bundles.RECIPIENT)
    raw, _ = exported(bundle, tmp_path / "case", "raw", identities=[bundles.IDENTITY])

    assert ended.code == 0, ended.err
    assert sum(each.stat().st_size for each in (bundle / "data").iterdir()) > 3 * MIB
    assert raw.read_bytes() == disk.read_bytes()


@pytest.mark.parametrize("kind", ["e01", "qcow2"])
def test_an_image_of_another_kind_comes_back_as_the_disk_that_it_holds(tmp_path, kind):
    disk = filled(tmp_path / "disk.img")
    if kind == "e01":
        with disk.open("rb") as file:
            disks.tool("ewfacquirestream", "-q", "-t", tmp_path / "d", "-e", "e", "-D", "d",
                       "-C", "1", "-E", "1", "-N", "n", stdin=file)  # fmt: skip
        source = tmp_path / "d.E01"
    else:
        source = tmp_path / "d.qcow2"
        disks.tool("qemu-img", "convert", "-f", "raw", "-O", "qcow2", "-c", disk, source)
    ended, bundle = image(source, tmp_path / "out")
    raw, _ = exported(bundle, tmp_path / "raw", "raw")
    e01, _ = exported(bundle, tmp_path / "e01", "e01")

    assert ended.code == 0, ended.out
    assert raw.read_bytes() == of_e01(e01, tmp_path) == disk.read_bytes()


def test_a_block_device_encrypted_comes_back(tmp_path):
    disk = filled(tmp_path / "disk.img")
    with disks.looped(disk) as device:
        ended, bundle = image(device, tmp_path / "out", "--recipient", bundles.RECIPIENT)
    identities = [bundles.IDENTITY]
    raw, said = exported(bundle, tmp_path / "raw", "raw", identities=identities)
    e01, _ = exported(bundle, tmp_path / "e01", "e01", identities=identities)

    assert (ended.code, said["missing"]) == (0, [])
    assert list((bundle / "data").glob("*.age"))
    assert raw.read_bytes() == of_e01(e01, tmp_path) == disk.read_bytes()


def test_a_sparse_image_comes_back_with_its_holes(tmp_path):
    disk = sparse(tmp_path / "disk.img")
    asked = ("--digest", "md5", "--digest", "sha1")
    ended, bundle = image(disk, tmp_path / "out", *asked, settings=LARGER)
    raw, said = exported(bundle, tmp_path / "raw", "raw")
    e01, _ = exported(bundle, tmp_path / "e01", "e01")

    assert ended.code == 0
    assert "SHA-256, MD5, SHA-1 over the whole disk: not in this bundle" in ended.out
    assert "hozen import --image computes it" in ended.out
    assert raw.read_bytes() == of_e01(e01, tmp_path) == disk.read_bytes()
    assert raw.stat().st_blocks * 512 < 4 * MIB
    assert sum(p.stat().st_size for p in bundle.rglob("*") if p.is_file()) < MIB
    data = disk.read_bytes()
    assert not said["recorded"]
    assert said["digests"] == {
        name: hashlib.new(name, data).hexdigest() for name in ("sha256", "md5", "sha1")
    }


def test_without_an_image_the_pieces_are_a_split_raw_image_that_other_tools_read(tmp_path):
    disk = filled(tmp_path / "disk.img")
    _, bundle = image(disk, tmp_path / "out")
    folder = import_bundle(bundle, tmp_path / "case").host / "disk"
    first = folder / "image.001"

    assert [path.name for path in sorted(folder.iterdir())] == [
        f"image.{number:03d}" for number in range(1, 9)
    ]
    names = disks.tool("fls", "-r", *sorted(folder.iterdir())).decode()
    assert "x-ray.dat" in names
    with disks.opened(first) as source:
        assert source.disk.image.container == "split raw"
        assert (
            source.snapshot("/x-ray.dat").data
            == (disk.with_suffix(".tree") / "x-ray.dat").read_bytes()
        )


# Bad sectors.


def test_exactly_the_bad_ranges_are_named_and_the_rest_comes_back(tmp_path, monkeypatch):
    disk = filled(tmp_path / "disk.img")
    bad = [0, *range(300, 310), 511, 512, 700, *range(1024, 1536), 4095]  # 1024: a whole piece
    done = collect(
        Request(
            output=tmp_path / "out", source=with_bad_sectors(monkeypatch, disk, bad), only=ONLY
        ),
        key=bundles.KEY,
    )
    raw, said = exported(done.path, tmp_path / "raw", "raw")
    e01, _ = exported(done.path, tmp_path / "e01", "e01")

    assert done.sealed
    assert done.missing_expected
    expected = zeroed(disk.read_bytes(), bad)
    assert raw.read_bytes() == of_e01(e01, tmp_path) == expected
    assert said["recorded"]
    assert said["digests"] == {"sha256": hashlib.sha256(expected).hexdigest()}
    ranges = {(each["offset"] // 512, each["size"] // 512) for each in said["missing"]}
    assert ranges == {(0, 1), (300, 10), (511, 2), (700, 1), (1024, 512), (4095, 1)}


def test_a_block_that_the_kernel_can_t_read_is_named_to_who_runs_it_and_in_the_record(tmp_path):
    with fuse(tmp_path / "m") as where:
        ended, bundle = image(Path(where) / "bad", tmp_path / "out")
    raw, said = exported(bundle, tmp_path / "raw", "raw")

    assert ended.code == 3
    assert "disk:/image.001: 1 ranges, 4096 bytes; the first at 4096" in ended.out
    assert [(each["offset"], each["size"]) for each in said["missing"]] == [(4096, 4096)]
    assert raw.read_bytes() == b"x" * 4096 + bytes(4096) + b"x" * 8192


@pytest.mark.parametrize("block", [0, 511])
def test_an_image_s_file_whose_first_or_last_block_is_bad_is_taken_with_that_mapped(
    tmp_path, block
):
    disk = filled(tmp_path / "disk.img")
    with fuse(tmp_path / "m", disk=disk, bad=[block]) as where:
        ended, bundle = image(Path(where) / "disk", tmp_path / "out")
    raw, said = exported(bundle, tmp_path / "raw", "raw")

    assert ended.code == 3, ended.err
    assert [(each["offset"], each["size"]) for each in said["missing"]] == [(block * 4096, 4096)]
    assert raw.read_bytes() == zeroed(disk.read_bytes(), [block], sector=4096)


def test_an_import_of_an_image_that_lacks_something_says_so_and_ends_with_3(tmp_path, monkeypatch):
    disk = filled(tmp_path / "disk.img")
    done = collect(
        Request(
            output=tmp_path / "out", source=with_bad_sectors(monkeypatch, disk, [7, 8]), only=ONLY
        ),
        key=bundles.KEY,
    )
    ended = runs.hozen("import", done.path, "--into", tmp_path / "case", "--image", "raw")

    assert ended.code == 3
    assert "NOT ALL OF IT: 1 ranges, 1024 bytes" in ended.out
    assert "as recorded when it was taken" in ended.out


def test_what_a_limit_left_out_is_missing_to_the_end(tmp_path):
    disk = filled(tmp_path / "disk.img", 16 * MIB)
    limits = Limits(size=MIB)
    request = Request(output=tmp_path / "out", source=str(disk), only=ONLY, limits=limits)
    done = collect(request, key=bundles.KEY)
    raw, said = exported(done.path, tmp_path / "raw", "raw")

    assert done.findings.limited == "--max-size"
    end = said["missing"][-1]
    assert end["offset"] + end["size"] == disk.stat().st_size
    taken = min(each["offset"] for each in said["missing"])
    assert raw.read_bytes() == disk.read_bytes()[:taken].ljust(disk.stat().st_size, b"\0")


# Refused.


def test_a_folder_nothing_and_an_unreadable_thing_are_refused_in_one_line(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "text").write_bytes(b"no disk")
    said = {
        name: image(tmp_path / name, tmp_path / "out", "--quiet")
        for name in ("tree", "nothing", "text")
    }

    assert [ended.code for ended, _ in said.values()] == [2, 2, 2]
    assert [bundle for _, bundle in said.values()] == [None] * 3
    assert "is a folder" in said["tree"][0].err
    assert "No such file" in said["nothing"][0].err
    assert "no disk image" in said["text"][0].err
    assert all(ended.err.count("\n") == 1 for ended, _ in said.values())


def test_a_destination_on_the_disk_itself_is_refused(tmp_path):
    disk = filled(tmp_path / "disk.img", 8 * MIB)
    with (
        disks.looped(disk) as device,
        mounted(tmp_path / "m", what=device, kind="ext4") as where,
    ):
        on_device, _ = image(device, Path(where) / "deep")
        on_file, _ = image(disk, tmp_path / "fine", "--second-copy", where)

        assert (on_device.code, on_file.code) == (2, 2)
        assert f"lies on {device} itself" in on_device.err
        assert f"lies on {disk} itself" in on_file.err


def test_a_collection_from_a_disk_is_not_written_onto_it_either(tmp_path):
    disk = filled(tmp_path / "disk.img", 8 * MIB)
    with (
        disks.looped(disk) as device,
        mounted(tmp_path / "m", what=device, kind="ext4") as where,
    ):
        (tmp_path / "fine").mkdir()
        begun = runs.hozen("collect", "--source", disk, "--output", tmp_path / "fine")
        written = runs.bundle_in(tmp_path / "fine")
        refused = [
            runs.hozen("collect", "--source", device, "--output", Path(where) / "deep"),
            runs.hozen("collect", "--source", disk, "--output", tmp_path, "--second-copy", where),
            runs.hozen("collect", "--source", disk, "--resume", written, "--second-copy", where),
        ]

        assert begun.code in (0, 3)
        assert [ended.code for ended in refused] == [2, 2, 2]
        assert f"lies on {device} itself" in refused[0].err
        assert f"lies on {disk} itself" in refused[1].err
        assert not (Path(where) / "deep").exists()


@pytest.mark.parametrize(("only", "told"), [((), "what was taken"), (ONLY, "its parts")])
def test_an_image_that_is_written_to_meanwhile_is_missed_once(tmp_path, only, told):
    disk = filled(tmp_path / "disk.img")

    class Writing:
        """Writes to it when the second collector begins."""

        def collector(self, _name, index, _total):
            if index == 1:
                os.utime(disk)

        def item(self, _origin, _stored):
            pass

        def waiting(self):
            pass

    done = collect(
        Request(output=tmp_path / "out", source=str(disk), only=only),
        key=bundles.KEY, listener=Writing(),
    )  # fmt: skip
    whole = [each for each in done.findings.missing if each.origin == "disk:/"]

    assert done.missing_expected
    assert [each.detail for each in whole] == [
        "the image's file was changed or taken away while it was read: "
        f"{told} may be of different moments"
        + "; the records of the pieces tell at which it was"
        * bool(only)
    ]


def test_where_the_system_does_not_tell_what_lies_on_what_no_disk_is_imaged(tmp_path, monkeypatch):
    open_to_all(tmp_path)
    number = tmp_path.stat().st_dev
    place = tmp_path / "sys/dev/block" / f"{os.major(number)}:{os.minor(number)}"
    (place / "slaves").mkdir(parents=True)
    (place / "slaves").chmod(0)
    monkeypatch.setattr(devices, "SYS", tmp_path / "sys")
    disk = filled(tmp_path / "disk.img")

    with as_nobody(), pytest.raises(DeviceError, match="doesn't tell on which disk"):
        check_device(str(disk), [tmp_path / "out"])


def test_a_destination_that_may_be_too_small_is_warned_of(tmp_path):
    disk = filled(tmp_path / "disk.img", 80 * MIB)
    with mounted(tmp_path / "medium", options="size=70m") as where:
        ended, _ = image(disk, Path(where))

    assert "free; the disk may need 80.0 MiB" in ended.err


def test_a_bundle_without_a_disk_has_no_image_and_nothing_is_imported(tmp_path):
    (tmp_path / "tree").mkdir()
    done = collect(Request(output=tmp_path / "out", source=str(tmp_path / "tree")), key=bundles.KEY)

    with pytest.raises(ImageError, match="no image of a disk"):
        import_bundle(done.path, tmp_path / "case", image="raw")
    assert not (tmp_path / "case").exists()


@pytest.mark.parametrize("kind", ["raw", "e01"])
def test_a_medium_that_fills_up_is_told_of_and_nothing_is_imported(tmp_path, monkeypatch, kind):
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    _, bundle = image(filled(tmp_path / "disk.img"), tmp_path / "out")
    monkeypatch.setattr(writers, "_write", full)
    monkeypatch.setattr(ewf, "_checked", full)

    with pytest.raises(CopyError, match="No space left"):
        import_bundle(bundle, tmp_path / "case", image=kind)
    assert not (tmp_path / "case").exists()


def test_an_item_that_is_too_large_for_the_medium_is_one_refusal_that_says_what_to_do(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/large.log").write_bytes(b"a line of a log\n" * (MIB // 4))
    request = Request(output=tmp_path / "out", source=str(tmp_path / "tree"))
    bundle = collect(request, key=bundles.KEY).path
    limited = ["prlimit", f"--fsize={2 * MIB}"]
    done = runs.hozen("import", bundle, "--into", tmp_path / "case", before=limited)

    assert done.code == 4
    assert done.err.count("takes no file as large as one of the items (FAT32: 4 GiB)") == 1
    assert not (tmp_path / "case").exists()


def test_a_medium_that_takes_no_file_of_the_disk_s_size_takes_it_as_e01(tmp_path):
    disk = filled(tmp_path / "disk.img", 8 * MIB)
    _, bundle = image(disk, tmp_path / "out")
    small = {"evidence.intake.images.ewf.SEGMENT": 3 * MIB}
    done = {
        kind: runs.hozen(
            "import", bundle, "--into", tmp_path / kind, "--image", kind, settings=small,
            before=["prlimit", f"--fsize={4 * MIB - 1}"],
        )
        for kind in ("raw", "e01")
    }  # fmt: skip
    (first,) = (tmp_path / "e01").glob("hosts/*/image/disk.E01")

    assert (done["raw"].code, done["e01"].code) == (2, 0), done["e01"].err
    assert done["raw"].err.count("takes no file of 8388608 bytes: use --image e01") == 1
    assert not (tmp_path / "raw").exists()
    assert of_e01(first, tmp_path) == disk.read_bytes()


# Large.


def test_thirty_terabytes_of_holes_take_little_memory(tmp_path):
    with mounted(tmp_path / "m", options="size=16m") as where:
        disk = sparse(Path(where) / "disk.img", 30 * 10**12 // 512 * 512)
        (tmp_path / "out").mkdir()
        peak = tmp_path / "peak"
        done = runs.hozen(
            "image", disk, "--output", tmp_path / "out",
            before=[sys.executable, "-c", runs.MEASURED, str(peak)],
        )  # fmt: skip

    assert done.code == 0, done.err
    bundle = runs.bundle_in(tmp_path / "out")
    assert int(peak.read_text()) < 128 << 10
    opened = open_bundle(bundle)
    records = [r for r in opened.records() if r.meta.source.origin.startswith("disk:/image.")]
    assert opened.verdict.exit is Exit.VERIFIED
    assert sum(int(r.meta.source.length) for r in records) == 30 * 10**12 // 512 * 512
    assert sum(r.content.size for r in records) <= 3 * MIB


def test_the_help_names_the_verb_in_both_languages():
    for language in ("en", "ja"):
        done = subprocess.run(
            runs.command("--help"), env=runs.environment(HOZEN_LANG=language), capture_output=True,
            text=True, check=True,
        )  # fmt: skip
        assert "\n  image " in done.stdout
