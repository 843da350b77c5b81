"""The contents of a bundle by a stranger: docs/format.md, sections 4 to 6."""

import hashlib
import io
import json
import re
import subprocess
import tarfile

RECORD = re.compile(rb'{"content":(.*),"meta":(.*),"salt_content":"(.*)","salt_meta":"(.*)"}')


def sha(*pieces):
    return hashlib.sha256(b"".join(pieces)).digest()


def leaf(line):
    """A record is canonical, so that its parts are cut from the line as they stand."""
    content, meta, one, two = RECORD.fullmatch(line).groups()
    salts = bytes.fromhex(one.decode()), bytes.fromhex(two.decode())
    return sha(b"\x00", sha(salts[0], content), sha(salts[1], meta))


def root_of(level):
    """In pairs; an odd one goes up as it is."""
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [sha(b"\x01", *pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0].hex() if level else sha().hex()


def root_of_peaks(peaks):
    """From the right: the smaller trees are joined first."""
    root = bytes.fromhex(peaks[-1]) if peaks else sha()
    for peak in peaks[-2::-1]:
        root = sha(b"\x01", bytes.fromhex(peak), root)
    return root.hex()


def members(volume, identity):
    """Names and bytes of what lies in a volume, the records last."""
    opened = ["age", "-d", "-i", identity] if volume.suffix == ".age" else ["cat"]
    zst = subprocess.run([*opened, volume], check=True, capture_output=True).stdout
    tar = subprocess.run(["zstd", "-dc"], input=zst, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(tar), mode="r:") as archive:
        found = [(each.name, archive.extractfile(each).read()) for each in archive]
    assert len(tar) == sum(512 + len(data) + -len(data) % 512 for _, data in found) + 1024
    assert [name for name, _ in found].index("records.jsonl") == len(found) - 1
    return found


def check(folder, events, manifest, identity):
    leaves, pending, tree = [], {}, {"acquired": 0, "partial": 0, "gap": 0, "bytes": 0}
    for event in events:
        if event["type"] == "resumed":
            pending.clear()  # what was cut off comes again
        if event["type"] != "volume_closed":
            continue
        name = event["detail"]["volume"]["name"]
        *stored, (_, lines) = members(folder / name, identity)
        for member, data in stored:
            item, part = re.fullmatch(r"items/([0-9]{8})(?:\.([0-9]{7}))?", member).groups()
            pending.setdefault(int(item), []).append((int(name[7:12]), int(part or 0), data))
        for line in lines.splitlines(keepends=True):
            content = json.loads(line)["content"]
            pieces = pending.pop(content["seq"], [])
            assert [(volume, part) for volume, part, _ in pieces] == [
                (run["volume"], part)
                for run in content["parts"]
                for part in range(run["first"], run["last"] + 1)
            ]
            assert [part for _, part, _ in pieces] in ([0], [*range(1, len(pieces) + 1)])
            data = b"".join(piece for _, _, piece in pieces)
            assert len(data) == content["size"]
            assert content["sha256"] == (hashlib.sha256(data).hexdigest() if pieces else None)
            leaves.append(leaf(line.removesuffix(b"\n")))
            assert line.endswith(b"\n")
            assert content["seq"] == len(leaves)
            tree[content["status"]] += 1
            tree["bytes"] += content["size"]
        tree |= {"size": len(leaves), "root": root_of(leaves)}
        assert event["detail"]["tree"].items() >= tree.items()
        del tree["size"], tree["root"]
    if manifest:
        tree |= {"count": len(leaves), "merkle_root": root_of(leaves)}
        assert manifest["items"].items() >= tree.items()
        assert not pending
