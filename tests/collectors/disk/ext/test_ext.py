"""ext2, ext3, ext4: names, content, times and attributes, against what was planted and debugfs."""

import os
import re
import stat
from pathlib import Path

import disks
import hosts
import pytest
from mounting import mounted

from collectors.artifact import Artifact, Gap
from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.collecting.files import DiskFiles

ODD = ["日本語.txt", "new\nline", "back\\slash", "trailing ", "café", "cafe\u0301", "CON",
       os.fsdecode(b"bad\xff\xfe"), os.fsdecode("シフト".encode("cp932")), "x" * 255,
       "\u202egpj.exe"]  # fmt: skip


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A folder with everything that a file can be."""
    root = tmp_path_factory.mktemp("ext") / "root"
    (root / "deep").mkdir(parents=True)
    for number, name in enumerate(ODD):
        (root / name).write_bytes(b"odd %d" % number)
    (root / "empty").write_bytes(b"")
    (root / "big").write_bytes(os.urandom(3_000_001))
    (root / "Case").write_bytes(b"upper")
    (root / "case").write_bytes(b"lower")
    with (root / "sparse").open("wb") as file:
        file.seek(9_000_000)
        file.write(b"island")
        file.truncate(20_000_000)
    os.link(root / "big", root / "deep" / "again")
    os.symlink("big", root / "short-link")
    os.symlink("x" * 100, root / "long-link")
    os.mkfifo(root / "pipe")
    os.setxattr(root / "Case", "user.note", b"a value")
    os.setxattr(root / "case", "user.long", b"v" * 300)
    os.chmod(root / "Case", 0o4751)
    os.chown(root / "case", 70_000, 100_000)
    return root


@pytest.fixture(scope="module", params=["ext2", "ext3", "ext4"])
def image(request, tree, tmp_path_factory):
    path = tmp_path_factory.mktemp("image") / "disk.img"
    return disks.ext(path, tree, options=("-t", request.param))


def truth(tree):
    return {
        os.path.join("/", os.path.relpath(os.path.join(here, name), tree)): os.path.join(here, name)
        for here, _, names in os.walk(tree)
        for name in names
    }


def stat_is_pipe(path):
    return stat.S_ISFIFO(os.lstat(path).st_mode)


def test_every_file_comes_out_byte_for_byte_under_its_own_name(image, tree):
    with disks.opened(image) as source:
        taken = disks.contents(DiskFiles(), source)

    files = {n: p for n, p in truth(tree).items() if stat.S_ISREG(os.lstat(p).st_mode)}
    links = {n: p for n, p in truth(tree).items() if os.path.islink(p)}
    expected = {name: Path(path).read_bytes() for name, path in files.items()}
    expected |= {name: os.fsencode(os.readlink(path)) for name, path in links.items()}
    assert taken == expected


def test_folders_are_entered_that_their_names_say_nothing_of(tmp_path, tree):
    """As from before the feature `filetype`; clearing it hides every folder from who trusts it."""
    image = disks.ext(tmp_path / "disk.img", tree, options=("-t", "ext2", "-O", "^filetype"))

    with disks.opened(image) as source:
        taken = disks.contents(DiskFiles(), source)
        links = source.readlink("/short-link"), source.resolve("/short-link")

    assert taken.keys() == {n for n, path in truth(tree).items() if not stat_is_pipe(path)}
    assert taken["/deep/again"] == Path(tree, "big").read_bytes()
    assert links == ("big", "/big")


@pytest.mark.parametrize(
    ("name", "lie"), [("deep", 1), ("deep", 7), ("deep", 0), ("Case", 2), ("long-link", 1)]
)
def test_the_inode_says_what_lies_behind_a_name_whatever_the_name_says(tmp_path, tree, name, lie):
    """As Linux has it: a folder whose name says that it is a file is a folder all the same."""
    image = disks.ext(tmp_path / "disk.img", tree, options=("-t", "ext2"))
    with disks.opened(image) as source:
        expected, listed = disks.contents(DiskFiles(), source), source.listing("/")
    data = image.read_bytes()
    at = re.search(b"[\1\2\7]" + name.encode(), data)
    image.write_bytes(data[: at.start()] + bytes([lie]) + data[at.start() + 1 :])

    with disks.opened(image) as source:
        assert source.listing("/") == listed
        assert disks.contents(DiskFiles(), source) == expected


def test_what_has_no_content_is_a_gap_that_says_so(image):
    with disks.opened(image) as source:
        gaps = [one for one in DiskFiles().collect(source) if isinstance(one, Gap)]

    assert [(one.origin, one.reason, one.detail) for one in gaps] == [
        ("/pipe", "unsupported", "a named pipe; not read")
    ]


def test_owner_mode_links_and_size_are_the_inode_s(image, tree):
    with disks.opened(image) as source:
        found = {name: source.look(name) for name in ("/Case", "/case", "/big", "/sparse")}

    for name, own in found.items():
        real = os.lstat(tree / name[1:])
        assert (own.mode, own.uid, own.gid, own.nlink, own.size) == (
            real.st_mode, real.st_uid, real.st_gid, real.st_nlink, real.st_size,
        )  # fmt: skip


def test_holes_are_mapped_and_not_stored(image):
    with disks.opened(image) as source:
        taken = hosts.read(source.file("/sparse", "disk"))

    ((offset, size),) = taken.ranges
    assert (offset <= 9_000_000, offset + size >= 9_000_006, size <= 8192) == (True, True, True)
    assert taken.data.strip(b"\0") == b"island"


def test_extended_attributes_come_from_the_inode_and_from_their_own_block(image):
    with disks.opened(image) as source:
        assert source.look("/Case").xattrs == (("user.note", b"a value"),)
        assert source.look("/case").xattrs == (("user.long", b"v" * 300),)


def test_the_record_says_which_door_and_leaves_access_times_alone(image):
    with disks.opened(image) as source:
        taken = hosts.read(source.file("/Case", "disk"))
        device = source.look("/Case").device

    assert (taken.method.door, taken.method.noatime) == ("raw file system", True)
    assert (os.major(device), os.minor(device)) == (0, 1)


@pytest.mark.parametrize(
    "when",
    [-1, -1_000_000_000_123_456_789, 0, 5_000_000_000_000_000_007, 1_700_000_000_123_456_789],
    ids=["1969", "1938", "1970", "2128", "2023"],
)
def test_times_before_1970_and_after_2038_keep_every_nanosecond(tmp_path, when):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "f").write_bytes(b"x")
    image = disks.ext(tmp_path / "disk.img", tmp_path / "tree", options=("-I", "256"))
    seconds, rest = divmod(when, 1_000_000_000)
    low = seconds & 0xFFFF_FFFF
    signed = low - (1 << 32) if low >> 31 else low
    extra = rest << 2 | (seconds - signed) >> 32 & 3
    for field in ("mtime", "atime", "ctime", "crtime"):
        disks.debugfs(
            image,
            f"set_inode_field f {field} @{low:#x}",
            f"set_inode_field f {field}_extra {extra:#x}",
        )

    with disks.opened(image) as source:
        found = source.look("/f")

    assert (found.modified_ns, found.accessed_ns, found.changed_ns, found.born_ns) == (when,) * 4


def test_small_inodes_have_no_birth_and_whole_seconds(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "f").write_bytes(b"x")
    image = disks.ext(tmp_path / "disk.img", tmp_path / "tree", options=("-t", "ext2", "-I", "128"))

    with disks.opened(image) as source:
        found = source.look("/f")
        (place,) = source.places.values()

    assert found.born_ns is None
    assert place.partition.system.resolution["m"] == 1_000_000_000


def test_files_inside_their_inode_are_read_from_there(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "tiny").write_bytes(b"tiny")
    (tree / "small").write_bytes(b"q" * 130)
    options = ("-O", "inline_data", "-I", "256")
    image = disks.ext(tmp_path / "disk.img", tree, options=options)

    with disks.opened(image) as source:
        taken = disks.contents(DiskFiles(), source)

    assert taken == {"/tiny": b"tiny", "/small": b"q" * 130}


def test_a_file_whose_content_can_t_be_found_is_a_gap_and_no_silence(tmp_path):
    image = disks.ext(tmp_path / "disk.img", options=("-O", "inline_data", "-I", "256"))
    disks.debugfs(image, "write /dev/null torn", "set_inode_field torn size 100000")

    with disks.opened(image) as source:
        (gap,) = DiskFiles().collect(source)

    assert (gap.origin, gap.reason) == ("/torn", "unreadable")


def test_reserved_blocks_are_zeros_whatever_lay_there_before(tmp_path):
    image = disks.ext(tmp_path / "disk.img")
    disks.debugfs(image, "write /dev/null reserved", "fallocate reserved 0 99",
                  "set_inode_field reserved size 100000")  # fmt: skip
    shown = disks.debugfs(image, "stat reserved")
    block = int(re.search(r"\((\d+)-\d+\[u\]\):(\d+)", shown)[2])
    with image.open("r+b") as file:
        file.seek(block * 1024)
        file.write(b"what lay there before")

    with disks.opened(image) as source:
        taken = disks.contents(DiskFiles(), source)

    assert taken == {"/reserved": bytes(100_000)}


def test_an_encrypted_file_is_a_gap_and_not_its_ciphertext(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "secret").write_bytes(b"ciphertext")
    image = disks.ext(tmp_path / "disk.img", tree, options=("-O", "encrypt"))
    disks.debugfs(image, "set_inode_field secret flags 0x80800")

    with disks.opened(image) as source:
        (gap,) = DiskFiles().collect(source)
        with pytest.raises(OSError, match="fscrypt"):
            source.file("/secret", "disk").open()

    assert (gap.reason, gap.detail) == ("unsupported", "encrypted by the file system (fscrypt)")


def crowded(place, names, *options):
    """A folder with an index, as the kernel makes it."""
    options = ("-t", "ext3", "-b", "1024", "-N", "8192", *options)
    image = disks.ext(place / "disk.img", size=32 * disks.MIB, options=options)
    with disks.looped(image) as device, mounted(place / "m", what=device, kind="ext4") as where:
        for name in sorted(names):
            Path(where, name).touch()
    return image


def test_no_name_comes_out_of_the_index_of_a_large_folder(tmp_path):
    """With this seed of its hashes, libtsk reads two live names and two deleted ones there."""
    names = {f"P{number:04d} 患者" for number in range(5000)}
    seed = "hash_seed=9e30691c-2386-42ea-126a-1e48cc11d357"
    with disks.opened(crowded(tmp_path, names, "-E", seed)) as source:
        found = {name for name, _ in source.listing("/")}
        taken = disks.contents(DiskFiles(), source)

    assert found == names | {"lost+found"}
    assert set(taken) == {f"/{name}" for name in names}


@pytest.mark.parametrize("torn", [16, 24 + 5, 24 + 8 + 2], ids=["length", "info", "count"])
def test_an_index_that_can_t_be_followed_takes_no_name_away(tmp_path, torn):
    names = {f"name {number}" for number in range(200)}
    image = crowded(tmp_path, names)
    block = int(re.search(r"\(0[^)]*\):(\d+)", disks.debugfs(image, "stat /"))[1])
    with image.open("r+b") as file:
        file.seek(block * 1024 + torn)
        file.write(b"\xff\xff")

    with disks.opened(image) as source:
        assert names <= {name for name, _ in source.listing("/")}


@pytest.mark.parametrize(
    "options", [("-b", "4096"), ("-O", "64bit"), ("-O", "^64bit"), ("-O", "^flex_bg")],
    ids=lambda each: each[1],
)  # fmt: skip
def test_inodes_are_found_whatever_the_layout(tmp_path, options):
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(1000):
        (tree / f"{number}").write_bytes(b"%d" % number)
    small = ("-g", "1024") if "4096" not in options else ()
    image = disks.ext(tmp_path / "disk.img", tree, size=48 * disks.MIB,
                      options=(*options, *small, "-N", "1500"))  # fmt: skip
    with disks.opened(image) as source:
        last = max(range(1000), key=lambda number: source.look(f"/{number}").inode)
    for field in ("mtime @0x80000000", "mtime_extra 0x1c"):
        disks.debugfs(image, f"set_inode_field {last} {field}")

    with disks.opened(image) as source:
        taken = disks.contents(DiskFiles(), source)
        own = source.look(f"/{last}")

    assert taken == {f"/{n}": b"%d" % n for n in range(1000)}
    assert own.modified_ns == -(1 << 31) * 1_000_000_000 + 7
    assert f"Inode: {own.inode} " in disks.debugfs(image, f"stat {last}")


def test_a_layout_that_libtsk_can_t_follow_leaves_gaps_and_no_silence(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(1000):
        (tree / f"{number}").write_bytes(b"%d" % number)
    options = ("-O", "meta_bg,^resize_inode", "-g", "1024", "-N", "1500")
    image = disks.ext(tmp_path / "disk.img", tree, size=48 * disks.MIB, options=options)

    with disks.opened(image) as source:
        _, loud = DiskFacts().collect(source)
        found = disks.collected(DiskFiles(), source)
        read = {name: hosts.read(one) for name, one in found.items() if isinstance(one, Artifact)}

    assert (loud.origin, loud.kind) == ("disk:/partition-1", "image")
    assert re.fullmatch(r"\d+ of its inodes are described in meta .*: not read", loud.detail)
    assert {origin for origin, _ in found} == {f"/{number}" for number in range(1000)}
    gaps = [one for one in found.values() if isinstance(one, Gap)]
    assert gaps
    assert {(one.reason, "meta block group" in one.detail) for one in gaps} == {
        ("unsupported", True)
    }
    assert all(one.data == name[0][1:].encode() for name, one in read.items())
    assert {one.errors for one in read.values()} == {()}


def test_an_attribute_in_an_inode_of_its_own_is_told_and_not_dropped_silently(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "f").write_bytes(b"x")
    (tmp_path / "value").write_bytes(b"v" * 5000)
    image = disks.ext(tmp_path / "disk.img", tree, options=("-O", "ea_inode"))
    disks.debugfs(image, f"ea_set -f {tmp_path / 'value'} /f user.large")

    with disks.opened(image) as source:
        taken = hosts.read(source.file("/f", "disk"))

    assert taken.stat.xattrs == ()
    assert taken.errors == ("extended attribute user.large: in an inode of its own, not read",)


@pytest.mark.parametrize("torn", [False, True])
def test_the_inodes_of_large_attributes_make_no_hole_a_loss(tmp_path, torn):
    image = disks.ext(tmp_path / "disk.img", options=("-b", "1024", "-O", "ea_inode"))
    (tmp_path / "mounted").mkdir()
    with disks.looped(image) as device:
        disks.tool("mount", device, tmp_path / "mounted")
        sparse = tmp_path / "mounted/sparse"
        with sparse.open("wb") as file:
            file.write(b"a" * 5000)
            file.seek(3_000_000)
            file.write(b"b" * 3000)
        os.setxattr(sparse, "user.large", b"x" * 9000)
        whole = sparse.read_bytes()
        disks.tool("umount", tmp_path / "mounted")
    if torn:
        disks.debugfs(image, "set_inode_field /sparse block[0] 0x0001f30a")  # one extent of two

    with disks.opened(image) as source:
        taken = hosts.read(source.file("/sparse", "disk"))

    assert bool(taken.missing) == torn
    assert torn or disks.whole(taken) == whole
    assert taken.errors[0].endswith("user.large: in an inode of its own, not read")


def test_five_thousand_files_in_one_folder_all_come_out(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(5000):
        (tree / f"{number:05d}").write_bytes(b"%d" % number)
    image = disks.ext(tmp_path / "disk.img", tree, size=64 * disks.MIB, options=("-N", "6000"))

    with disks.opened(image) as source:
        found = list(DiskFiles().collect(source))
        one = hosts.read(found[4321])

    assert len(found) == 5000
    assert all(isinstance(each, Artifact) for each in found)
    assert one.data == disks.tool("icat", image, str(one.stat.inode)) == b"4321"
