"""Shadow copies, against what was planted in them, vshadowinfo and vshadowmount."""

import hashlib
import json
import os
import re
import shutil
from contextlib import contextmanager
from pathlib import Path

import disks
import hosts
import pytest
import shadow_copies
from shadow_copies import BLOCK

from collectors.apart.answering import Apart
from collectors.artifact import Artifact, Gap
from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.collecting.shadowfiles import ShadowArtifacts, ShadowFiles
from collectors.disk.libraries.library import ENDING
from collectors.disk.nodes import Entry
from collectors.disk.ntfs.filesystem import Ntfs
from collectors.disk.shadows.stores import ENTRY, LIBVSHADOW

CONFIG = "Windows/System32/config"
SAM, SYSTEM, SOFTWARE = f"{CONFIG}/SAM", f"{CONFIG}/SYSTEM", f"{CONFIG}/SOFTWARE"
LOG = "Windows/System32/winevt/Logs/Security.evtx"
RANDOM = os.urandom(1 << 20)
OLD = {
    SAM: RANDOM[:100_000], SYSTEM: RANDOM[100_000:300_000], SOFTWARE: RANDOM[300_000:390_000],
    LOG: RANDOM[400_000:500_000], "Users/佐藤/NTUSER.DAT": RANDOM[500_000:570_000],
    "Users/佐藤/メモ.txt": b"a note of then", "Users/佐藤/same.txt": b"never changed",
    "bulk/tool.bin": RANDOM[600_000:700_000],
    "Windows/Prefetch/A.pf/below": b"in a folder with the name of a file",
}  # fmt: skip
NOW = {SAM: RANDOM[700_000:800_000], "Users/佐藤/メモ.txt": b"!!! README !!!"}


def written(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("r+b" if path.exists() else "wb") as file:  # in place, as Windows does
            file.write(data)
            file.truncate()


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """Three states of one volume: before, after an update of a hive, and after the attack."""
    place = tmp_path_factory.mktemp("states")
    image = disks.ntfs(place / "disk.img")
    found = []
    with disks.mounted_ntfs(image, place / "m") as root:
        area = root / "System Volume Information"
        area.mkdir()
        (area / shadow_copies.AREA_NAME).write_bytes(shadow_copies.area_content(8 << 20))
        written(root, OLD)
    found.append(image.read_bytes())
    with disks.mounted_ntfs(image, place / "m") as root:
        written(root, {SYSTEM: OLD[SYSTEM][::-1]})
    found.append(image.read_bytes())
    with disks.mounted_ntfs(image, place / "m") as root:
        written(root, NOW)
        (root / SOFTWARE).unlink()
        (root / "bulk/tool.bin").unlink()
    found.append(behind_its_back(image.read_bytes()))
    return found


def behind_its_back(state: bytes) -> bytes:
    """An event log is written without its times, as Windows does; the area's own change."""
    data = bytearray(state)
    at = data.index(OLD[LOG][:64])
    data[at + 8192 : at + 8192 + 512] = b"E" * 512
    name = re.escape(shadow_copies.AREA_NAME.encode("utf-16-le"))
    for record in {found.start() // 1024 * 1024 for found in re.finditer(name, data)}:
        if data[record : record + 4] == b"FILE" and data[record + 22] == 1:  # in use, no folder
            data[record + 88 : record + 96] = bytes(8)  # modified in 1601
    return bytes(data)


@pytest.fixture(scope="module")
def world(states, tmp_path_factory):
    """The volume with two shadow copies, and what the writer says of it."""
    done = shadow_copies.Writer(states).write()
    path = tmp_path_factory.mktemp("world") / "disk.img"
    path.write_bytes(done.image)
    return path, done


def content(state: bytes, name: str, place: Path) -> bytes:
    """A file of a state, as ntfscat reads it."""
    image = place / f"{hashlib.sha256(state).hexdigest()}.img"
    if not image.exists():
        image.write_bytes(state)
    return disks.tool("ntfscat", "-f", image, name)


def files_of(found) -> dict[str, bytes]:
    """What was taken of ordinary files, by origin."""
    return {
        one.origin: disks.whole(hosts.read(one)) for one in found.values()
        if isinstance(one, Artifact) and one.origin.startswith("shadow:") and "/$" not in one.origin
    }  # fmt: skip


def told(found, name: str) -> list[dict]:
    """What the item that is made here says of each shadow copy, the newest first."""
    document = json.loads(hosts.read(found[f"hozen:/{name}.json", None]).data)
    (partition,) = document["partitions"]
    return partition["shadow_copies"]


# What is listed.


def listed(path: Path) -> dict:
    with disks.opened(path) as source:
        facts = hosts.read(disks.collected(DiskFacts(), source)["hozen:/disk.json", None]).data
    (partition,) = json.loads(facts)["partitions"]
    return partition["shadow_copies"]


def test_each_is_listed_as_vshadowinfo_lists_it(world):
    path, _ = world
    info = disks.tool("vshadowinfo", path).decode()

    copies = listed(path)["listed"]
    assert [each["identifier"] for each in copies] == re.findall(r"Identifier\s+: (\S+)", info)
    assert [each["copy_identifier"] for each in copies] == re.findall(r"copy ID\s+: (\S+)", info)
    assert [each["set_identifier"] for each in copies] == re.findall(r"set ID\s+: (\S+)", info)
    assert [f"0x{each['attributes']:08x}" for each in copies] == re.findall(
        r"Attribute flags\s+: (\S+)", info
    )
    assert [(c["number"], c["device"], c["openable"], c["note"]) for c in copies] == [
        (1, "1:1", True, ""), (2, "2:1", True, ""),
    ]  # fmt: skip
    first = (shadow_copies.FIRST + shadow_copies.MINUTE - 116_444_736_000_000_000) * 100
    assert copies[0]["created_ns"] == str(first)


def test_a_volume_without_any_is_looked_at_once(states, tmp_path):
    path = tmp_path / "disk.img"
    path.write_bytes(states[-1])
    with disks.opened(path) as source:
        shadows, asked = source.places["/"].partition.shadows, []
        inner = shadows.current.reader
        shadows._volume = Watched(inner, asked)
        found = [list(one().collect(source)) for one in (DiskFacts, ShadowArtifacts, ShadowFiles)]

    assert asked == [(0x1E00, 128)]
    assert not [one for some in found for one in some if isinstance(one, Gap)]
    assert listed(path) == {"enabled": False, "listed": [], "note": ""}


class Watched:
    """A disk that writes down what it is asked for."""

    def __init__(self, reader, asked):
        self._reader, self._asked, self.size = reader, asked, reader.size

    def readinto(self, offset, buffer):
        self._asked.append((offset, len(buffer)))
        self._reader.readinto(offset, buffer)


def test_a_volume_whose_shadow_copies_are_gone_says_that_there_were_some(world, tmp_path):
    path, done = world
    gone = damaged(path, tmp_path, {done.catalog + 128: bytes(512)})

    assert listed(gone) == {"enabled": True, "listed": [], "note": ""}


# What is taken.


def test_what_was_changed_or_deleted_since_comes_out_as_it_was(world, states, tmp_path):
    path, _ = world
    with disks.opened(path) as source:
        taken = files_of(disks.collected(ShadowFiles(), source))

    expected = {
        f"shadow:2:/{SAM}": OLD[SAM], f"shadow:2:/{SOFTWARE}": OLD[SOFTWARE],
        f"shadow:2:/{LOG}": OLD[LOG], "shadow:2:/bulk/tool.bin": OLD["bulk/tool.bin"],
        "shadow:2:/Users/佐藤/メモ.txt": OLD["Users/佐藤/メモ.txt"],
        f"shadow:1:/{SYSTEM}": OLD[SYSTEM],
    }  # fmt: skip
    assert {name: taken.get(name) for name in expected} == expected
    assert all(content(states[1], f"/{n}", tmp_path) == OLD[n] for n in (SAM, SOFTWARE, LOG))
    # A neighbour in the same block of 16 KiB may come again, but as it was, and never the same.
    for origin, data in taken.items():
        number, _, name = origin.removeprefix("shadow:").partition(":")
        assert data == content(states[int(number) - 1], name, tmp_path)
    assert "shadow:2:/Users/佐藤/same.txt" not in taken


def test_an_event_log_that_changed_without_its_times_is_taken(world):
    path, _ = world
    with disks.opened(path) as source:
        now = source.look(f"/{LOG}")
        taken = disks.collected(ShadowArtifacts(), source)
        then = hosts.read(taken[f"shadow:2:/{LOG}", None])

    assert (then.stat.modified_ns, then.stat.size) == (now.modified_ns, now.size)
    assert (then.stat.inode, then.stat.changed_ns) == (now.inode, now.changed_ns)
    assert then.data == OLD[LOG]


def test_the_standard_profile_takes_the_places_that_matter_and_the_full_one_the_rest(world):
    path, _ = world
    with disks.opened(path) as source:
        places = disks.collected(ShadowArtifacts(), source)
        rest = disks.collected(ShadowFiles(), source)

    assert {f"shadow:2:/{SAM}", f"shadow:2:/{LOG}", "shadow:2:/$MFT"} <= {o for o, _ in places}
    assert not {key for key in places if "bulk" in key[0] or "メモ" in key[0]}
    assert not set(places) & set(rest)
    assert ("shadow:2:/bulk/tool.bin", None) in rest
    newest, oldest = told(rest, "shadow-files")
    assert newest["given"] == len([key for key in rest if key[0].startswith("shadow:2")])
    assert newest["given_before"] == len([key for key in places if key[0].startswith("shadow:2")])
    assert (newest["compared_with"], oldest["compared_with"]) == (
        "the volume as it is", "shadow copy 2",
    )  # fmt: skip


def test_names_are_found_whatever_their_case(states, tmp_path):
    states = [each.replace(*("SYSTEM".encode("utf-16-le"), "SyStEm".encode("utf-16-le")))
              for each in states]  # fmt: skip
    path = tmp_path / "disk.img"
    path.write_bytes(shadow_copies.Writer(states).write().image)

    with disks.opened(path) as source:
        taken = files_of(disks.collected(ShadowArtifacts(), source))

    assert taken[f"shadow:1:/{CONFIG}/SyStEm"] == OLD[SYSTEM]


def test_every_file_of_a_shadow_copy_is_counted_as_same_or_different(world, states, tmp_path):
    path, _ = world
    with disks.opened(path) as source:
        counts = told(disks.collected(ShadowFiles(), source), "shadow-files")
    (tmp_path / "then.img").write_bytes(states[1])
    with disks.opened(tmp_path / "then.img") as source:
        system = source.places["/"].partition.system
        names = len(every_name(system))

    assert counts[0]["same"] + counts[0]["different"] == names
    assert counts[0]["unreadable"] == 0


def every_name(system) -> list[str]:
    waiting, found = [system.root], []
    seen = {system.root}
    while waiting:
        for entry in system.folder(waiting.pop()):
            if not entry.deleted:
                found.append(entry.name)
                if entry.type == "d" and entry.inode not in seen:
                    seen.add(entry.inode)
                    waiting.append(entry.inode)
    return found


def test_its_files_are_of_another_device_than_those_of_now(world):
    path, _ = world
    with disks.opened(path) as source:
        taken = disks.collected(ShadowFiles(), source)
        then = hosts.read(taken[f"shadow:1:/{SYSTEM}", None]).stat.device
        now = source.look(f"/{SYSTEM}").device

    assert (os.major(then), os.minor(then)) == (1, 1)
    assert (os.major(now), os.minor(now)) == (0, 1)


def test_on_a_divided_disk_the_origin_says_which_partition(world, tmp_path):
    path, _ = world
    kind = "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7"
    other = disks.ntfs(tmp_path / "other.img")
    disk = disks.divided(tmp_path / "disk.img", (other, kind), (path, kind))

    with disks.opened(disk) as source:
        source_at = {place.partition.number: at for at, place in source.places.items()}
        taken = files_of(disks.collected(ShadowArtifacts(), source))

    at = source_at[2].rstrip("/")
    assert taken[f"shadow:1:{at}/{SYSTEM}"] == OLD[SYSTEM]


def test_the_files_that_hold_the_blocks_are_told_and_not_taken(world):
    path, _ = world
    with disks.opened(path) as source:
        found = disks.collected(ShadowFiles(), source)

    gap = found[f"shadow:2:/System Volume Information/{shadow_copies.AREA_NAME}", None]
    assert (gap.reason, "blocks of shadow copies" in gap.detail) == ("skipped", True)


# Every byte of a shadow copy.


def whole_copy(path: Path, number: int) -> tuple[bytes, list[int]]:
    """A shadow copy as ours reads it, and the blocks that ours refuses, which stay zero."""
    with disks.opened(path) as source:
        shadows = source.places["/"].partition.shadows
        copy = shadows.catalog.copies[number - 1]
        reader = shadows.shadow(copy).system.reader
        data, refused = bytearray(reader.size), []
        for at in range(0, reader.size, BLOCK):
            piece = memoryview(data)[at : at + BLOCK]
            try:
                reader.readinto(at, piece)
            except OSError:
                refused.append(at)
    return bytes(data), refused


@contextmanager
def mounted(path: Path, folder: Path):
    """What vshadowmount shows: vss1, vss2 and so on."""
    folder.mkdir()
    disks.tool("vshadowmount", path, folder)
    try:
        yield folder
    finally:
        disks.tool("umount", folder)


@pytest.mark.parametrize("number", [1, 2])
def test_vshadowmount_shows_the_same_bytes_and_they_are_those_of_then(
    world, states, tmp_path, number
):
    path, done = world
    ours, refused = whole_copy(path, number)
    with mounted(path, tmp_path / "m") as folder:
        theirs = (folder / f"vss{number}").read_bytes()

    assert ours == theirs
    assert set(refused) <= set(done.area)
    assert blocks_that_differ(ours, states[number - 1]) <= {0, *done.area[::BLOCK]}


def blocks_that_differ(one: bytes, other: bytes) -> set[int]:
    return {
        at for at in range(0, len(one), BLOCK) if one[at : at + BLOCK] != other[at : at + BLOCK]
    }


def test_what_was_free_and_not_kept_is_missing_and_no_zeros(states, tmp_path):
    """Of a block in the middle of a deleted file the shadow copy says that it was free."""
    at = states[0].index(OLD["bulk/tool.bin"])
    free = (at // BLOCK + 2) * BLOCK
    changed = bytearray(states[-1])
    changed[free : free + BLOCK] = b"written over since".ljust(BLOCK, b"!")
    done = shadow_copies.Writer([*states[:-1], bytes(changed)], free=[free]).write()
    path = tmp_path / "disk.img"
    path.write_bytes(done.image)

    with disks.opened(path) as source:
        taken = hosts.read(disks.collected(ShadowFiles(), source)["shadow:2:/bulk/tool.bin", None])
    with mounted(path, tmp_path / "m") as folder:
        theirs = (folder / "vss2").read_bytes()[free : free + BLOCK]

    start = free - at
    assert theirs == bytes(BLOCK)  # made up
    assert [(each.offset, each.size) for each in taken.missing] == [(start, BLOCK)]
    assert "didn't keep it" in taken.missing[0].error
    assert taken.data == OLD["bulk/tool.bin"][:start] + OLD["bulk/tool.bin"][start + BLOCK :]


def test_of_a_block_that_was_kept_in_part_the_rest_is_missing(states, tmp_path):
    at = states[0].index(OLD["bulk/tool.bin"])
    half = (at // BLOCK + 2) * BLOCK
    changed = bytearray(states[-1])
    changed[half : half + BLOCK] = b"!" * BLOCK
    states = [*states[:-1], bytes(changed)]
    done = shadow_copies.Writer(states, free=[half], overlaid=[half]).write()
    path = tmp_path / "disk.img"
    path.write_bytes(done.image)

    with disks.opened(path) as source:
        taken = hosts.read(disks.collected(ShadowFiles(), source)["shadow:2:/bulk/tool.bin", None])

    start = half - at
    photo = OLD["bulk/tool.bin"]
    assert [(each.offset, each.size) for each in taken.missing] == [(start, BLOCK // 2)]
    assert taken.data == photo[:start] + photo[start + BLOCK // 2 :]


# Faults.


def damaged(path: Path, tmp_path: Path, patches: dict[int, bytes]) -> Path:
    copy = shutil.copy(path, tmp_path / "damaged.img")
    with open(copy, "r+b") as file:
        for offset, data in patches.items():
            file.seek(offset)
            file.write(data)
    return Path(copy)


@contextmanager
def bad_at(path: Path, *sectors: int):
    """The disk, with sectors that can't be read."""
    with disks.opened(path) as source:
        reader = source.disk.image.reader
        inner = reader.readinto

        def readinto(offset, buffer):
            if any(offset < at + 512 and at < offset + len(buffer) for at in sectors):
                raise OSError(5, "Input/output error")
            inner(offset, buffer)

        reader.readinto = readinto
        yield source


def gaps_of(source) -> list[tuple[str, str, str, str]]:
    found = [one for each in (DiskFacts(), ShadowArtifacts(), ShadowFiles())
             for one in each.collect(source)]  # fmt: skip
    return [(g.origin, g.kind, str(g.reason), g.detail) for g in found if isinstance(g, Gap)]


def test_a_bad_sector_in_a_kept_block_costs_that_sector(world):
    path, done = world
    hurt = OLD[SAM][BLOCK * 2 : BLOCK * 2 + 512]
    at = done.image.index(hurt)
    assert at in range(done.area.start, done.area.stop)
    with bad_at(path, at) as source:
        taken = hosts.read(disks.collected(ShadowArtifacts(), source)[f"shadow:2:/{SAM}", None])

    assert [(each.offset, each.size, each.error) for each in taken.missing] == [
        (BLOCK * 2, 512, "EIO: Input/output error")
    ]
    assert taken.data == OLD[SAM].replace(hurt, b"")


def test_a_kept_block_beyond_the_volume_costs_that_block(world, states, tmp_path):
    path, done = world
    start = states[1].index(OLD[SAM])
    original = next(at for at in done.kept[1] if at > start)
    place = done.lists[1] + 128 + 32 * list(done.kept[1]).index(original) + 16
    beyond = damaged(path, tmp_path, {place: (1 << 40).to_bytes(8, "little")})
    with disks.opened(beyond) as source:
        taken = hosts.read(disks.collected(ShadowArtifacts(), source)[f"shadow:2:/{SAM}", None])

    at = original - start
    assert [(each.offset, each.size) for each in taken.missing] == [(at, BLOCK)]
    assert "behind the end" in taken.missing[0].error
    assert taken.data == OLD[SAM][:at] + OLD[SAM][at + BLOCK :]


def test_a_list_of_shadow_copies_that_breaks_off_is_a_gap_with_those_before(world, tmp_path):
    path, done = world
    cut = damaged(path, tmp_path, {done.catalog + 40: (1 << 40).to_bytes(8, "little")})
    with disks.opened(cut) as source:
        gaps = gaps_of(source)

    assert [each["number"] for each in listed(cut)["listed"]] == [1, 2]
    assert {(origin, reason) for origin, _, reason, _ in gaps} == {
        ("disk:/partition-1", "unreadable"), ("shadow:1:/", "unreadable"),
        ("shadow:2:/", "unreadable"),
    }  # fmt: skip
    assert {kind for _, kind, _, _ in gaps} == {"image"}
    assert len(gaps) == 3  # each is told once, not by every collector


def test_a_list_that_can_t_be_read_at_all_is_a_gap(world):
    path, done = world
    with bad_at(path, done.catalog) as source:
        (gap,) = gaps_of(source)

    assert gap == (
        "disk:/partition-1", "image", "unreadable",
        "the list of shadow copies: Input/output error",
    )  # fmt: skip


def test_what_the_library_refuses_is_a_gap_in_its_words(world, tmp_path):
    """It wants the copy of the boot sector that stands behind the volume."""
    path, done = world
    without = damaged(path, tmp_path, {len(done.image) - 512: bytes(512)})
    with disks.opened(without) as source:
        gaps = gaps_of(source)

    words = "EIO: libvshadow: invalid volume system signature"
    assert gaps == [(f"shadow:{n}:/", "image", "unreadable", words) for n in (1, 2)]
    assert [each["note"] for each in listed(without)["listed"]] == [words, words]


def test_a_list_that_leads_back_to_itself_ends(world, tmp_path):
    path, done = world
    loop = damaged(path, tmp_path, {done.catalog + 40: done.catalog.to_bytes(8, "little")})

    assert "lead back to byte" in listed(loop)["note"]


def test_a_volume_that_can_t_say_whether_it_has_any_is_a_gap(world):
    path, _ = world
    with bad_at(path, 0x1E00) as source:
        (gap,) = gaps_of(source)

    assert gap[3] == "whether there are shadow copies: Input/output error"


@pytest.mark.parametrize("part", ["headers", "lists", "bitmaps"])
@pytest.mark.parametrize("number", [1, 2])
def test_a_store_that_is_damaged_makes_gaps_of_it_and_of_those_that_need_it(world, part, number):
    path, done = world
    with bad_at(path, getattr(done, part)[number - 1]) as source:
        gaps = gaps_of(source)

    lost = {origin: detail for origin, kind, _, detail in gaps if kind == "image"}
    # An older one is read through the newer; the library opens all headers or none.
    expected = {1, 2} if number == 2 or part == "headers" else {1}
    assert lost == {f"shadow:{each}:/": "EIO: Input/output error" for each in expected}


def test_if_a_newer_one_has_no_readable_files_an_older_one_gives_all_of_its_own(world, monkeypatch):
    path, _ = world
    with disks.opened(path) as source:
        shadows = source.places["/"].partition.shadows
        inner = shadows.shadow

        def shadow(copy):
            if copy.number == 2:
                raise OSError(5, "its MFT is torn")
            return inner(copy)

        monkeypatch.setattr(shadows, "shadow", shadow)
        found = disks.collected(ShadowFiles(), source)
        taken = files_of(found)

    assert found["shadow:2:/", None].detail == "EIO: its MFT is torn"
    assert taken == {f"shadow:1:/{name}": data for name, data in OLD.items()}
    assert [(one["read"], one["compared_with"]) for one in told(found, "shadow-files")] == [
        (False, "the volume as it is"), (True, "nothing"),
    ]  # fmt: skip


def test_a_folder_that_can_t_be_read_is_a_gap_and_counted(world, monkeypatch):
    path, _ = world
    read = Ntfs.folder

    def folder(self, inode):
        if os.major(self.device) == 2 and inode == folders["bulk"]:
            raise OSError(5, "torn")
        return read(self, inode)

    with disks.opened(path) as source:
        system = source.places["/"].partition.system
        folders = {os.fsdecode(e.name): e.inode for e in system.folder(system.root)}
        monkeypatch.setattr(Ntfs, "folder", folder)
        found = disks.collected(ShadowFiles(), source)

    assert found["shadow:2:/bulk", None].detail == "EIO: torn"
    assert told(found, "shadow-files")[0]["unreadable"] == 1
    assert ("shadow:2:/bulk/tool.bin", None) not in found


def test_folders_that_lead_back_to_themselves_end(world, monkeypatch):
    path, _ = world
    read = Ntfs.folder

    def folder(self, inode):
        found = read(self, inode)
        if os.major(self.device) == 2:
            found = [*found, Entry(b"again", self.root, 0, "d", False)]
        return found

    with disks.opened(path) as source:
        monkeypatch.setattr(Ntfs, "folder", folder)
        found = disks.collected(ShadowFiles(), source)

    assert found["shadow:2:/bulk/again", None].detail == "the same folder has another name"


def test_one_whose_blocks_lie_on_another_volume_is_a_gap(world, tmp_path):
    path, done = world
    entry = done.catalog + 128 * 4  # the second one's place
    assert done.image[entry] == 3
    elsewhere = damaged(path, tmp_path, {entry: bytes(128)})
    with disks.opened(elsewhere) as source:
        gaps = gaps_of(source)

    assert ("shadow:2:/", "image", "unsupported",
            "ENOTSUP: its blocks lie on another volume") in gaps  # fmt: skip
    assert {origin for origin, *_ in gaps} == {"shadow:1:/", "shadow:2:/"}


def test_without_the_library_each_is_listed_and_a_gap(world, monkeypatch):
    path, _ = world
    serving(f"import sys; sys.modules['pyvshadow'] = None\n{ENTRY}", monkeypatch)
    with disks.opened(path) as source:
        gaps = gaps_of(source)

    assert [(origin, reason) for origin, _, reason, _ in gaps] == [
        ("shadow:1:/", "unsupported"), ("shadow:2:/", "unsupported"),
    ]  # fmt: skip
    assert all("needs libvshadow-python" in detail for *_, detail in gaps)
    assert len(listed(path)["listed"]) == 2


CRASHES = """
import os
from collectors.disk.shadows import serving, wire
honest = serving.Volumes.answer
def answer(desk, request):
    if isinstance(request, wire.Read) and request.store == 0:
        os.abort()
    return honest(desk, request)
serving.Volumes.answer = answer
serving.serve()
"""


def serving(entry, monkeypatch):
    """Another process for the library."""
    LIBVSHADOW.close()
    apart = Apart(entry, 60, stopping=lambda: ENDING.asked())
    monkeypatch.setattr(LIBVSHADOW, "_apart", apart)


def test_one_that_crashes_the_library_is_a_gap_and_the_other_is_read(world, monkeypatch):
    path, _ = world
    with disks.opened(path) as source:
        whole = disks.contents(ShadowFiles(), source)
    serving(CRASHES, monkeypatch)

    with disks.opened(path) as source:
        gaps = gaps_of(source)
    with disks.opened(path) as source:
        found = disks.contents(ShadowFiles(), source)

    ended = "EIO: libvshadow: the process that read it ended (exit code -6)"
    assert {(origin, reason, detail) for origin, _, reason, detail in gaps} >= {
        ("shadow:1:/", "unreadable", ended),
    }  # fmt: skip
    assert {each for each in whole if each.startswith("shadow:2:")} <= set(found)


# What Windows itself made.


if "HOZEN_SAMPLES" in os.environ:
    SAMPLE = Path(os.environ["HOZEN_SAMPLES"]) / "images" / "vsstest.qcow2"

    @pytest.fixture(scope="module")
    def sample(tmp_path_factory):
        raw = tmp_path_factory.mktemp("sample") / "vsstest.raw"
        disks.tool("qemu-img", "convert", "-O", "raw", SAMPLE, raw)
        return raw

    @pytest.mark.parametrize("number", [1, 2])
    def test_of_windows_own_vshadowmount_shows_the_same_bytes(sample, tmp_path, number):
        with mounted(sample, tmp_path / "m") as folder:
            ours, refused = whole_copy(sample, number)
            with (folder / f"vss{number}").open("rb") as file:
                theirs = {at: file.read(BLOCK) for at in range(0, len(ours), BLOCK)}

        assert [at for at in theirs if ours[at : at + BLOCK] != theirs[at]] == []
        # Ours refuses where theirs makes zeros up: in the newest one only.
        assert bool(refused) == (number == 2)
        assert not any(any(theirs[at]) for at in refused)

    def test_of_windows_own_what_was_deleted_comes_out(sample):
        with disks.opened(sample) as source:
            found = disks.collected(ShadowFiles(), source)
            data = hosts.read(found["shadow:1:/syslog", None]).data

        assert ("shadow:2:/syslog", None) not in found
        assert len(data) == 1247
        assert b"\0" not in data
