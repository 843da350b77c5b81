"""The program that groups run as a child: builds records and bundles by the product's own code.

`making.py VERB ARGUMENTS`; what it prints is compared, so that equal work is proved in the run.
"""

from __future__ import annotations

import json
import random
import sys
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from chain_of_custody.event import Progress
from chain_of_custody.item import (
    Acquired,
    Attrs,
    Content,
    ItemRecord,
    Meta,
    Method,
    Origin,
    Part,
    Scan,
    Times,
    leaf_in,
    leaf_of,
    line_of,
    parse_line,
)
from chain_of_custody.items import Unfinished
from chain_of_custody.merkle import Tree

VOLUME = 8 << 20  # bytes of records a volume, as the product closes them
METHOD, SCAN = Method(door="system call", noatime=True, program=None), Scan(hits=[], mode="none")
EMPTY = sha256(b"").hexdigest()
START, END = "2026-11-25T10:39:00.541779Z", "2026-11-25T10:39:00.541807Z"
MADE = "1795603130116320394"


def record_of(seq: int, volume: int) -> tuple[Content, Meta]:
    """The record of an empty file as an ordinary one has it, about 1 KB."""
    content = Content(
        parts=[Part(first=0, last=0, size=0, volume=volume)], ranges=[], ranges_missing=[],
        seq=seq, sha256=EMPTY, size=0, status="acquired",
    )  # fmt: skip
    number = str(seq)
    meta = Meta(
        acquired=Acquired(end=END, mono_end=number, mono_start=number, start=START),
        attrs=Attrs(gid=0, mode=33188, nlink=1, uid=0, xattrs=[]), changed_while_reading=False,
        collector="files", errors=[], kind="disk", led_by=None, method=METHOD, phase="disk",
        reason=None, same_as=None,
        source=Origin(
            device="254:0", inode=number, length="0", origin=f"/srv/f{seq:08d}.log",
            origin_b64=None, stream=None,
        ),
        times=Times(a=MADE, b=MADE, c=MADE, m=MADE), yara=SCAN,
    )  # fmt: skip
    return content, meta


def plain_record_of(seq: int, volume: int) -> tuple[object, object]:
    """The same for writers that take dictionaries, made without a detour."""
    content = {
        "seq": seq, "status": "acquired", "size": 0, "sha256": EMPTY,
        "parts": [{"volume": volume, "first": 0, "last": 0, "size": 0}],
        "ranges": [], "ranges_missing": [],
    }  # fmt: skip
    number = str(seq)
    meta = {
        "collector": "files", "phase": "disk", "kind": "disk", "reason": None,
        "source": {
            "origin": f"/srv/f{seq:08d}.log", "origin_b64": None, "stream": None,
            "device": "254:0", "inode": number, "length": "0",
        },
        "times": {"m": MADE, "a": MADE, "c": MADE, "b": MADE},
        "attrs": {"mode": 33188, "uid": 0, "gid": 0, "nlink": 1, "xattrs": []},
        "acquired": {"start": START, "end": END, "mono_start": number, "mono_end": number},
        "method": {"door": "system call", "noatime": True, "program": None}, "errors": [],
        "changed_while_reading": False, "led_by": None, "same_as": None,
        "yara": {"mode": "none", "hits": []},
    }  # fmt: skip
    return content, meta


def _json(value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def _plain_line_of(write: Callable[[object], bytes]) -> Callable[..., tuple[bytes, bytes]]:
    def line(content: object, meta: object, salts: bytes) -> tuple[bytes, bytes]:
        inner, outer = write(content), write(meta)
        shown = salts.hex().encode()
        text = b'{"content":%b,"meta":%b,"salt_content":"%b","salt_meta":"%b"}' % (
            inner, outer, shown[:64], shown[64:],
        )  # fmt: skip
        return text, leaf_of(inner, outer, salts[:32], salts[32:])

    return line


def _writer(name: str) -> tuple[Callable[..., tuple], Callable[..., tuple[bytes, bytes]]]:
    if name == "hozen":
        return record_of, line_of
    if name == "json":
        return plain_record_of, _plain_line_of(_json)
    import rfc8785

    return plain_record_of, _plain_line_of(rfc8785.dumps)


def build(writer: str, count: str, folder: str = "") -> None:
    """Records, their lines held until a volume is full and then kept or dropped, and the tree."""
    record, line_from = _writer(writer)
    salts, tree = random.Random(1), Tree()
    held, number = bytearray(), 1
    for seq in range(1, int(count) + 1):
        line, leaf = line_from(*record(seq, number), salts.randbytes(64))
        tree.append(leaf)
        held += line + b"\n"
        if len(held) >= VOLUME:
            _keep(folder, number, held)
            number += 1
            held.clear()
    _keep(folder, number, held)
    print(tree.size, tree.root().hex())


def _keep(folder: str, number: int, held: bytearray) -> None:
    if folder:
        (Path(folder) / f"{number:05d}").write_bytes(held)


def _lines(folder: str) -> Iterator[bytes]:
    for path in sorted(Path(folder).iterdir()):
        data, start = path.read_bytes(), 0
        while start < len(data):
            end = data.index(b"\n", start)
            yield data[start:end]
            start = end + 1


def read(folder: str) -> None:
    """The same records read with every check, and their tree."""
    tree = Tree()
    for line in _lines(folder):
        parse_line(line)
        tree.append(leaf_in(line))
    print(tree.size, tree.root().hex())


def barely(folder: str) -> None:
    """What no reader can leave out. Checks nothing else."""
    tree = Tree()
    _grow_barely(tree, _lines(folder))
    print(tree.size, tree.root().hex())


def _grow_barely(tree: Tree, lines: Iterable[bytes]) -> None:
    """Decode, encode, compare, digests, tree."""
    import msgspec

    decode, encode = msgspec.json.Decoder(ItemRecord).decode, msgspec.json.Encoder().encode
    for line in lines:
        if encode(decode(line)) != line:
            raise SystemExit(1)
        tree.append(leaf_in(line))


def _written(count: int, path: Path, *, alone: bool) -> None:
    """A sealed bundle of empty files by the product's writer; alone: each in its own volume."""
    from chain_of_custody.signing.certificates import self_signed
    from evidence import __version__
    from evidence.machine.clock import Clock
    from evidence.tool import this_tool
    from evidence.writing.bundle import BundleWriter
    from evidence.writing.folder import make_folder
    from evidence.writing.history import Order

    make_folder(path)
    order = Order(case_id="B-1", host_ref="5f0c9a1e", profile="standard", recipients=())
    clock, key, tool = Clock(), self_signed(), this_tool(__version__)
    writer = BundleWriter(path, str(uuid.uuid4()), order, key=key, tool=tool, clock=clock)
    writer.start(clock.reading(None))
    writer.phase = "disk"  # as the records say; a verifier holds the two against each other
    writer.progress = lambda: Progress(chain=None, completed=[], count=0, current="files")
    for seq in range(1, count + 1):
        writer.volume.room(1)
        writer.volume.commit(b"items/%08d" % seq, 0)
        writer.add(*record_of(seq, writer.volume_number))
        if alone:
            writer.close_volume("time")
        else:
            writer.after_part()
    writer.seal(clock.reading(None))


def items(count: str, folder: str) -> None:
    """Empty files, in as few volumes as they come in."""
    _written(int(count), Path(folder), alone=False)


def volumes(count: str, folder: str) -> None:
    """Volumes that hold one empty file each."""
    _written(int(count), Path(folder), alone=True)


def digests(bundle: str) -> None:
    """The digest of every item of a bundle whose origin is a file of the small tree."""
    from evidence.reading.checked import open_bundle

    for record in open_bundle(bundle).records():
        if record.meta.source.origin.endswith(".log"):
            print(record.content.sha256)


def disk(bundle: str, identity: str) -> None:
    """The account of a bundle's image of a disk."""
    import pyrage

    from evidence.reading.checked import open_bundle

    class Account:
        """Receives what is taken out of the bundle; holds small items until their record comes."""

        def __init__(self) -> None:
            self.held, self.found = dict[int, bytearray](), b""

        def data(self, item: int, piece: bytes | memoryview, /) -> None:
            held = self.held.setdefault(item, bytearray())
            if len(held) < 1 << 20:
                held += piece

        def abandoned(self, found: Unfinished, /) -> None:
            self.held.pop(found.item, None)

        def record(self, record: ItemRecord) -> None:
            held = self.held.pop(record.content.seq, bytearray())
            if record.meta.source.origin == "hozen:/disk-image.json":
                self.found = bytes(held)

    account = Account()
    key = pyrage.x25519.Identity.from_str(Path(identity).read_text().strip())
    open_bundle(bundle, identities=[key]).extract(account)
    print(account.found.decode())


def image(root: str, folder: str, *how: str) -> None:
    """A bundle with an image of the memory of what stands in for a machine, `uncompressed` or not."""
    from chain_of_custody.signing.certificates import self_signed
    from collectors.files.source import Source
    from collectors.memory import Memory
    from evidence.collecting.pipeline import Pipeline
    from evidence.machine.clock import Clock
    from evidence.tool import this_tool
    from evidence.writing.bundle import BundleWriter
    from evidence.writing.folder import make_folder
    from evidence.writing.history import Order

    path, clock = Path(folder) / "bundle", Clock()
    source = Source(root, live=True)
    make_folder(path)
    order = Order(case_id="B", host_ref="0" * 8, profile="standard", recipients=())
    writer = BundleWriter(
        path, str(uuid.uuid4()), order, key=self_signed(), tool=this_tool("0"), clock=clock,
        sparing=True, compress=not how,
    )  # fmt: skip
    writer.start(clock.reading(None))
    Pipeline(writer, source, clock=clock).run([Memory()])
    writer.seal(clock.reading(None))
    source.close()


def imaged(folder: str) -> None:
    """The digest of the memory in such a bundle, without the image's header."""
    from evidence.reading.checked import open_bundle

    class Image:
        """Receives what is taken out of the bundle; the image is its first item."""

        def __init__(self) -> None:
            self.hasher, self.header = sha256(), 32

        def data(self, item: int, piece: bytes | memoryview, /) -> None:
            if item == 1:
                self.hasher.update(piece[self.header :])
                self.header = 0

        def abandoned(self, found: Unfinished, /) -> None:
            raise ValueError(found)

        def record(self, record: ItemRecord) -> None:
            pass

    image = Image()
    open_bundle(Path(folder) / "bundle").extract(image)
    print(image.hasher.hexdigest())


def unfold(bundle: str) -> None:
    """The least that opening takes: volumes hashed, frames unfolded and hashed, records barely."""
    import zstandard

    tree = Tree()
    for path in sorted((Path(bundle) / "data").iterdir()):
        data, last = path.read_bytes(), deque[bytes](maxlen=12)  # records are the last 8 MiB
        sha256(data).digest()
        reader = zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True)
        while piece := reader.read(1 << 20):
            sha256(piece).digest()
            last.append(piece)
        _grow_barely(tree, _records_in(b"".join(last)))
    print(tree.root().hex())


def _records_in(archive: bytes) -> list[bytes]:
    header = archive.rindex(b"records.jsonl\0")
    size = int(archive[header + 124 : header + 135], 8)
    return archive[header + 512 : header + 512 + size].splitlines()


if __name__ == "__main__":
    verbs = (
        build, read, barely, items, volumes, digests, disk, image, imaged, unfold,
    )  # fmt: skip
    {verb.__name__: verb for verb in verbs}[sys.argv[1]](*sys.argv[2:])
