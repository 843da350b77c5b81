"""A disk image, from the command line to the bundle, the verdict and the working copy."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import disks
import pytest
import runs
import shadow_copies
from tracing import elsewhere, noises, traced

from evidence.reading.checked import open_bundle, verify_bundle

LINUX = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
FILES = {
    "etc/passwd": b"root:x:0:0::/root:/bin/sh\n", "etc/machine-id": b"0123\n",
    "var/log/syslog": b"a line\n", "home/yamada/\xe6\x97\xa5\xe8\xa8\x98.txt": os.urandom(70_000),
    "opt/new\nline": b"odd",
}  # fmt: skip


def planted(tree: Path) -> Path:
    for name, data in FILES.items():
        path = os.path.join(os.fsencode(tree), name if isinstance(name, bytes) else name.encode())
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    return tree


@pytest.fixture
def image(tmp_path) -> Path:
    return disks.ext(tmp_path / "disk.img", planted(tmp_path / "tree"))


def collect(image: Path, output: Path, *options: object) -> tuple[runs.Ended, Path]:
    output.mkdir(exist_ok=True)
    ended = runs.hozen("collect", "--source", image, "--output", output, *options)
    return ended, runs.bundle_in(output)


def spoken(language: str, image: Path, output: Path) -> subprocess.CompletedProcess[str]:
    """A collection as the program that was started in this language says it."""
    output.mkdir()
    return subprocess.run(
        runs.command("collect", "--source", image, "--output", output),
        env=runs.environment(HOZEN_LANG=language), capture_output=True, text=True,
    )  # fmt: skip


def test_from_the_image_to_the_working_copy_every_byte_is_the_same(image, tmp_path):
    ended, bundle = collect(image, tmp_path / "out", "--profile", "full")
    verified = runs.hozen("verify", bundle)
    imported = runs.hozen("import", bundle, "--into", tmp_path / "case")

    assert (ended.code, verified.code, imported.code) == (0, 0, 0), (ended.err, imported.err)
    (host,) = (tmp_path / "case" / "hosts").iterdir()
    assert runs.digests(host / "fs") == runs.digests(tmp_path / "tree")
    disk = json.loads((host / "hozen" / "disk.json").read_text())
    assert (disk["image"]["container"], disk["image"]["size"]) == ("raw", image.stat().st_size)
    assert subprocess.run(["sh", bundle / "verify.sh"], capture_output=True).returncode == 0


def test_the_bundle_names_nothing_of_the_machine_that_examines(image, tmp_path):
    _, bundle = collect(image, tmp_path / "out", "--profile", "quick")
    runs.hozen("import", bundle, "--into", tmp_path / "case")

    (host,) = (tmp_path / "case" / "hosts").iterdir()
    said = json.loads((host / "hozen" / "host.json").read_text())
    assert said["machine_id"] == "0123"
    assert [said[key] for key in ("system", "release", "machine", "host_name")] == [None] * 3 + [""]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "MISSING, UNREADABLE OR DIFFERENT: 1"), ("ja", "欠落・読取不能・食い違い: 1")],
)
def test_a_partition_that_can_t_be_read_is_said_loudly(tmp_path, language, words):
    xfs = disks.blank(tmp_path / "xfs", 320 * disks.MIB)
    disks.tool("mkfs.xfs", "-q", xfs)
    root = disks.ext(tmp_path / "root", planted(tmp_path / "tree"))
    disk = disks.divided(tmp_path / "disk.img", (root, LINUX), (xfs, LINUX))

    done = spoken(language, disk, tmp_path / "out")

    assert done.returncode == 3
    assert words in done.stdout
    assert "disk:/partition-2: XFS" in done.stdout


def test_a_second_name_and_its_streams_point_to_the_first_one_s_items(tmp_path):
    ntfs = disks.ntfs(tmp_path / "disk.img")
    with disks.mounted_ntfs(ntfs, tmp_path / "m") as root:
        (root / "one").write_bytes(b"content")
        (root / "one:stream").write_bytes(b"in the stream")
        os.link(root / "one", root / "two")

    ended, bundle = collect(ntfs, tmp_path / "out", "--only", "disk-files")

    assert ended.code == 0
    said = {
        (r.meta.source.origin, r.meta.source.stream): r
        for r in open_bundle(bundle).records() if r.meta.source.origin in ("/one", "/two")
    }  # fmt: skip
    first, stream = said["/one", None].content, said["/one", "stream"].content
    assert (first.size, stream.size) == (7, 13)
    assert said["/two", None].meta.same_as == first.seq
    assert said["/two", "stream"].meta.same_as == stream.seq


@pytest.fixture
def with_a_shadow_copy(tmp_path):
    """An NTFS whose file was overwritten since its only shadow copy, and what the writer says."""
    ntfs, states = disks.ntfs(tmp_path / "ntfs.img", size=16 * disks.MIB), []
    with disks.mounted_ntfs(ntfs, tmp_path / "m") as root:
        (root / shadow_copies.AREA_NAME).write_bytes(shadow_copies.area_content(2 << 20))
        (root / "one").write_bytes(b"as it was " * 2000)
        os.link(root / "one", root / "two")
    states.append(ntfs.read_bytes())
    with disks.mounted_ntfs(ntfs, tmp_path / "m") as root, (root / "one").open("r+b") as file:
        file.write(b"ENCRYPTED!" * 2000)
    done = shadow_copies.Writer([*states, ntfs.read_bytes()]).write()
    path = tmp_path / "shadowed.img"
    path.write_bytes(done.image)
    return path, done


def test_a_file_and_what_it_was_in_a_shadow_copy_are_items_of_their_own(
    with_a_shadow_copy, tmp_path
):
    image, _ = with_a_shadow_copy
    ended, bundle = collect(image, tmp_path / "out", "--profile", "full")
    imported = runs.hozen("import", bundle, "--into", tmp_path / "case")

    said = {r.meta.source.origin: r for r in open_bundle(bundle).records()}
    now, then = said["/one"], said["shadow:1:/one"]
    assert (ended.code, imported.code) == (0, 0), (ended.out, imported.err)
    assert now.content.sha256 == hashlib.sha256(b"ENCRYPTED!" * 2000).hexdigest()
    assert then.content.sha256 == hashlib.sha256(b"as it was " * 2000).hexdigest()
    assert (now.meta.source.device, then.meta.source.device) == ("0:1", "1:1")
    assert said["shadow:1:/two"].meta.same_as == then.content.seq
    assert said["/two"].meta.same_as == now.content.seq


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "MISSING, UNREADABLE OR DIFFERENT: 1"),
        ("ja", "欠落・読取不能・食い違い: 1"),
    ],
)
def test_a_shadow_copy_that_can_t_be_read_is_said_loudly(
    with_a_shadow_copy, tmp_path, language, words
):
    image, done = with_a_shadow_copy
    with image.open("r+b") as file:
        file.seek(done.lists[0])
        file.write(bytes(128))
    (tmp_path / "out").mkdir()

    ended = subprocess.run(
        runs.command("collect", "--source", image, "--output", tmp_path / "out"),
        env=runs.environment(HOZEN_LANG=language), capture_output=True, text=True,
    )  # fmt: skip

    assert ended.returncode == 3
    assert words in ended.stdout
    why = {"en": "EIO: no structure of shadow copies", "ja": "シャドウコピーの構造がありません"}
    assert f"shadow:1:/: {why[language]}" in ended.stdout


def test_a_bad_sector_makes_the_item_partial_and_the_run_incomplete(image, tmp_path):
    """The kernel can't be asked for a bad sector here, so an E01 with a damaged chunk is taken."""
    subprocess.run(
        ["ewfacquirestream", "-q", "-t", tmp_path / "disk", "-c", "none", "-C", "1", "-E", "1",
         "-e", "e", "-D", "d", "-N", "n"],
        input=image.read_bytes(), check=True, capture_output=True,
    )  # fmt: skip
    path = tmp_path / "disk.E01"
    data = bytearray(path.read_bytes())
    wanted = next(value for name, value in FILES.items() if "yamada" in name)
    data[data.index(wanted[40_000:40_064])] ^= 1
    path.write_bytes(data)

    ended, bundle = collect(path, tmp_path / "out", "--profile", "full", "--json")

    said = json.loads(ended.out)
    assert (ended.code, said["partial"], said["sealed"]) == (3, 1, True)
    assert verify_bundle(bundle).exit == 0


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (None, 2, "no such folder, disk image or device"),
        (b"AFF1", 2, "an AFF image: convert it to raw or E01 first"),
    ],
)
def test_what_is_no_disk_is_refused_in_one_line_and_nothing_is_written(
    tmp_path, content, code, words
):
    path = tmp_path / "image"
    if content is not None:
        path.write_bytes(content.ljust(4096))

    ended, bundle = collect(path, tmp_path / "out")

    assert (ended.code, bundle) == (code, None)
    assert words in ended.err
    assert ended.err.strip().count("\n") <= 2


def test_without_libtsk_one_line_says_what_to_install(image, tmp_path):
    (tmp_path / "pytsk3.py").write_text("raise ImportError('not here')")
    done = subprocess.run(
        runs.command("collect", "--source", image, "--output", tmp_path / "out"),
        env=runs.environment(PYTHONPATH=tmp_path), capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 4
    assert "needs pytsk3" in done.stderr
    assert "pip install 'hozen[disk]'" in done.stderr
    assert not (tmp_path / "out").exists()


def test_an_interrupted_image_is_gone_on_with_and_a_folder_in_its_place_is_refused(tmp_path):
    tree = tmp_path / "tree"
    planted(tree)
    for number in range(1200):
        (tree / f"opt/{number:03d}").write_bytes(os.urandom(20_000))
    image = disks.ext(tmp_path / "disk.img", tree, size=64 * disks.MIB)
    settings = {"evidence.writing.bundle.VOLUME_SIZE": 1 << 20}
    (tmp_path / "out").mkdir()
    child = runs.begun(
        "collect", "--source", image, "--output", tmp_path / "out", "--profile", "full",
        settings=settings,
    )  # fmt: skip
    while not list((tmp_path / "out").glob("HZ_*/data/volume-00005*")):
        assert child.poll() is None
    child.send_signal(signal.SIGINT)
    stopped, bundle = runs.ended(child), runs.bundle_in(tmp_path / "out")

    wrong = runs.hozen("collect", "--source", tree, "--resume", bundle)
    resumed = runs.hozen("collect", "--source", image, "--resume", bundle)
    runs.hozen("import", bundle, "--into", tmp_path / "case")

    assert (stopped.code, wrong.code, resumed.code) == (3, 2, 0), (wrong.err, resumed.err)
    assert "was begun with the image of a disk" in wrong.err
    (host,) = (tmp_path / "case" / "hosts").iterdir()
    assert runs.digests(host / "fs") == runs.digests(tree)


# The machine that examines.


def test_nothing_of_the_machine_that_examines_is_read(image, tmp_path):
    home, output = Path(__file__).parents[3], tmp_path / "out"
    output.mkdir()
    before = runs.digest(image)
    arguments = ("collect", "--source", image, "--output", output, "--profile", "full")
    run = "from evidence.cli import main; main()"
    command = [sys.executable, "-B", "-c", run, *map(str, arguments)]

    code, calls = traced(command, tmp_path / "trace", env=runs.environment(), cwd=home)

    assert code == 0
    assert elsewhere(calls, home, image, output) <= {str(tmp_path)}
    assert str(image) in {place for call in calls for place in call.places}
    assert noises(calls, output, sys.executable) == []
    assert runs.digest(image) == before


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "NOT REPLAYED: the journal of a file system that was not shut down"),
        ("ja", "未反映のジャーナルあり"),
    ],
)
def test_a_journal_that_was_not_replayed_is_said_at_the_end(image, tmp_path, language, words):
    disks.debugfs(image, "feature needs_recovery")

    done = spoken(language, image, tmp_path / "out")

    assert done.returncode == 0
    assert words in done.stdout
    assert "disk:/partition-1/journal" in done.stdout


def test_a_cut_off_disk_ends_with_3_whether_its_files_or_all_of_it_is_taken(tmp_path):
    parts = [(disks.ext(tmp_path / name, planted(tmp_path / "tree")), "83") for name in "ab"]
    disk = disks.divided(tmp_path / "disk.img", *parts, scheme="dos")
    os.truncate(disk, disk.stat().st_size - 5 * disks.MIB)

    for verb in (("collect", "--source"), ("image",)):
        out = tmp_path / verb[0]
        out.mkdir()
        ended = runs.hozen(*verb, disk, "--output", out, "--json")
        said = json.loads(ended.out)
        assert (ended.code, said["sealed"]) == (3, True)
        assert said["missing"] == [
            "disk:/partition-2: cut off: 13631488 of 16777216 bytes are in the image"
        ]
