"""Images that aren't read here are known by what they are, and say what to do with them first."""

import io
import re
import struct
import subprocess
import tarfile
import zipfile

import disks
import pytest
import zstandard

from collectors.disk.images.containers import open_image
from collectors.disk.reader import ImageError, read_at

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
BEGINNINGS = {
    b"LVF\x09\x0d\x0a\xff\x00": r"logical image \(L01\).*export them to a folder",
    b"LEF2\x0d\x0a\x81\x00": r"logical image \(Lx01\).*export them to a folder",
    b"ADSEGMENTEDFILE\0": r"logical image \(AD1\).*export them to a folder",
    b"ADCRYPT\0": r"encrypted image \(AD\): decrypt it first",
    b"encrcdsa": r"encrypted image \(DMG\): decrypt it first",
    b"AFF10": "an AFF image: convert it",
    b"sprs": "sparse image: convert it first, on a Mac: hdiutil convert",
    b"QED\0": "QED: convert it first: qemu-img convert -O raw",
    b"WithoutFreeSpace": "Parallels: convert it first: qemu-img convert -O raw",
    b"WithouFreSpacExt": "Parallels: convert it first: qemu-img convert -O raw",
    b"Bochs Virtual HD Image": "Bochs: convert it first: qemu-img convert -O raw",
    bytes(64) + b"\x7f\x10\xda\xbe": "VDI: convert it first: qemu-img convert -O raw",
    b"MSWIM\0\0\0": r"program \(WIM\): restore it to a raw image first",
    b"partclone-image": r"program \(partclone\): restore it",
    b"\0ntfsclone-image": r"program \(ntfsclone\): restore it",
    b"VMA\0": r"program \(Proxmox VMA\): restore it",
    b"\xfe\xef\x01": r"program \(Ghost\): restore it",
    b"Rar!\x1a\x07\x01\0": "packed as RAR: unpack it first",
    b"7z\xbc\xaf\x27\x1c": "packed as 7z: unpack it first",
    b"\x04\x22\x4d\x18": "packed as LZ4: unpack it first",
    b"conectix": "a VHD whose end is missing: copy it again",
    b"COWD": "one part of a VMDK: name the small",
    b"KDMV" + bytes(508): "one part of a VMDK: name the small",
    b"KDMV" + b"\xff" * 508: "one part of a VMDK: name the small",
}


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    return disks.ext(tmp_path_factory.mktemp("raw") / "disk.img", size=4 * disks.MIB)


def refused(path, words):
    """One line in either language, with what it is and what to do."""
    with pytest.raises(ImageError, match=words) as told:
        open_image(str(path))
    english, japanese = (told.value.sentence(language) for language in ("en", "ja"))
    assert "\n" not in english + japanese
    assert JAPANESE.search(japanese)
    assert told.value.exit_code == 2


def everything(path):
    image = open_image(str(path))
    try:
        return read_at(image.reader, 0, image.reader.size)
    finally:
        image.reader.close()


@pytest.mark.parametrize("head", BEGINNINGS, ids=lambda head: head.strip(b"\0")[:8].hex())
def test_what_is_no_image_here_is_named_with_what_to_do(tmp_path, head):
    path = tmp_path / "image"
    path.write_bytes(head.ljust(4 * disks.MIB, b"\0"))

    refused(path, BEGINNINGS[head])


@pytest.mark.parametrize(
    ("tail", "words"),
    [(b"koly".ljust(512, b"\0"), "UDIF.*qemu-img convert -f dmg"), (b"cdsaencr", r"\(DMG\)")],
)
def test_an_apple_image_is_known_by_its_end(tmp_path, tail, words):
    path = tmp_path / "image"
    path.write_bytes(bytes(4096 - len(tail)) + tail)

    refused(path, words)


@pytest.mark.parametrize("packer", ["gzip", "bzip2", "xz", "zstd"])
def test_a_packed_image_is_to_be_unpacked_whatever_its_size(raw, tmp_path, packer):
    """One of whole sectors was taken for a disk on which nothing is known."""
    packed = subprocess.run([packer, "-c", raw], capture_output=True, check=True).stdout
    path = tmp_path / "disk"
    for data in (packed, packed.ljust(-(-len(packed) // 512) * 512, b"\0")):
        path.write_bytes(data)
        refused(path, "packed as .*: unpack it first, and name the disk image that is in it")


def test_an_ova_and_a_zip_are_to_be_unpacked_and_an_aff4_is_no_zip(raw, tmp_path):
    with tarfile.open(tmp_path / "vm.ova", "w") as archive:
        archive.add(raw, "disk1.vmdk")
    for name, member, comment in (
        ("zip", "disk.img", b""), ("v1", "container.description", b""),
        ("std", "information", b"aff4://c215ba20-5648-4209-a793-1f918c723610"),
    ):  # fmt: skip
        with zipfile.ZipFile(tmp_path / name, "w") as container:
            container.writestr(member, b"text")
            container.comment = comment

    refused(tmp_path / "vm.ova", r"a tar archive, as an \.ova is: unpack it first")
    refused(tmp_path / "zip", "packed as ZIP: unpack it first")
    for name in ("v1", "std"):
        refused(tmp_path / name, "an AFF4 image: convert it")


def test_a_zstandard_frame_of_any_size_is_packed(tmp_path):
    (tmp_path / "disk").write_bytes(zstandard.compress(b"a" * 100_000))

    refused(tmp_path / "disk", "packed as Zstandard")


@pytest.mark.parametrize("kind", ["vpc", "vhdx"])
def test_a_differencing_disk_of_hyper_v_is_refused(raw, tmp_path, kind):
    """Made of a whole one: qemu-img makes none."""
    path = tmp_path / "disk.avhd"
    disks.tool("qemu-img", "convert", "-O", kind, raw, path)
    data = bytearray(path.read_bytes())
    if kind == "vpc":
        foot, head = data[-512:], data[512:1536]
        foot[60:64] = struct.pack(">I", 4)
        head[40:56] = b"\x11" * 16
        head[64:80] = "base.vhd".encode("utf-16-be")
        summed(foot, 64)
        summed(head, 36)
        data[:1536], data[-512:] = foot + head, foot
    else:  # the second bit of its file parameters
        item = data.index(bytes.fromhex("3767a1ca36fa434db3b633f0aa44e76b")) + 16
        place = item // 65536 * 65536 + struct.unpack_from("<I", data, item)[0]
        data[place + 4] |= 2
    path.write_bytes(data)

    refused(path, "only the changes to .*make one image of both first")


def summed(part, place):
    part[place : place + 4] = bytes(4)
    part[place : place + 4] = struct.pack(">I", ~sum(part) & 0xFFFFFFFF)


@pytest.mark.parametrize("kind", ["ZERO", "SESPARSE", "VMFSRDM", "VMFSRAW"])
def test_a_vmdk_with_a_part_that_is_not_read_is_refused_in_our_words(raw, tmp_path, kind):
    made = tmp_path / "disk.vmdk"
    disks.tool("qemu-img", "convert", "-O", "vmdk", "-o", "subformat=monolithicFlat", raw, made)
    named = b"" if kind == "ZERO" else b' "disk-flat.vmdk"'
    whole = b'RW 8192 FLAT "disk-flat.vmdk" 0'
    data = made.read_bytes()
    assert whole in data
    made.write_bytes(data.replace(whole, whole + b"\nRW 2048 " + kind.encode() + named))

    refused(made, f"of the kind {kind}, which is not read here: convert it first: qemu-img")


@pytest.mark.parametrize("kind", ["twoGbMaxExtentSparse", "twoGbMaxExtentFlat"])
def test_a_part_of_a_vmdk_is_not_taken_for_the_disk(raw, tmp_path, kind):
    made = tmp_path / "disk.vmdk"
    disks.tool("qemu-img", "convert", "-O", "vmdk", "-o", f"subformat={kind}", raw, made)
    letter = "s" if "Sparse" in kind else "f"
    first = tmp_path / f"disk-{letter}001.vmdk"
    second = tmp_path / f"disk-{letter}002.vmdk"
    second.write_bytes(first.read_bytes())

    for part in (first, second):
        refused(part, "one part of a VMDK: name the small .vmdk file that describes all parts")
    assert everything(made) == raw.read_bytes()


@pytest.mark.parametrize(("kind", "flags"), [(3, 2), (0x0B, 0)])
def test_an_encrypted_ex01_is_refused_before_its_bytes_are_taken_for_a_disk(tmp_path, kind, flags):
    made = io.BytesIO()
    made.write(struct.pack("<8sBBHI16s", b"EVF2\x0d\x0a\x81\0", 2, 1, 1, 1, b"\1" * 16))
    before = 0
    for each, flag in ((1, 1), (kind, flags), (0x0F, 0)):
        made.write(bytes(32))
        here = made.tell()
        made.write(struct.pack("<IIQQII", each, flag, before, 32, 64, 0).ljust(64, b"\0"))
        before = here
    path = tmp_path / "disk.Ex01"
    path.write_bytes(made.getvalue())

    refused(path, r"an encrypted image \(Ex01\): decrypt it first")


def lettered(raw, folder, *options):
    disks.tool("split", *options, "-b", "1500000", raw, folder / "disk.")
    return folder / "disk.aa"


@pytest.mark.parametrize("options", [(), ("-a", "3")])
def test_an_image_that_split_cut_is_put_together(raw, tmp_path, options):
    lettered(raw, tmp_path, *options)
    first, *others = sorted(tmp_path.iterdir())
    (tmp_path / "disk.md5").write_text("a sum")
    (tmp_path / "disk.md").write_text("a note")

    assert everything(first) == raw.read_bytes()
    for other in others:
        refused(other, f"name {first}, with the others beside it")


def test_of_one_that_split_cut_no_part_is_passed_over(raw, tmp_path):
    first = lettered(raw, tmp_path)
    (tmp_path / "disk.ab").unlink()

    refused(first, r"disk\.ab: missing, though .*disk\.ac is there")


def test_letters_that_count_nothing_are_a_name(raw, tmp_path):
    for name in ("disk.aa", "disk.ab", "disk.img", "disk.sd", "one/disk.aa"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(raw.read_bytes())
        assert everything(tmp_path / name) == raw.read_bytes()


def test_the_first_part_is_named_by_its_own_number(raw, tmp_path):
    disks.tool("split", "-d", "-b", "1500000", raw, tmp_path / "disk.")

    refused(tmp_path / "disk.01", r"name .*disk\.00, with")
