"""File systems read raw: every file walked and hashed, beside tsk_recover and dissect."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from inputs import made
from measure import Comparison, Group, Line, Place, Run, VoidError, run

READING = Path(__file__).with_name("diskreading.py")
WALKING = Path(__file__).with_name("walking.py")
_NOTES = """The tree of `small` (20,000 files, 0.2 GiB) in an ext4 and in an NTFS image. Ours is the collector `disk-files` with every content read and hashed, nothing stored; `tsk_recover -a` writes the files out and hashes nothing; dissect walks and hashes as ours does. Start-ups are left in.
*In brackets*: `benchmarks/diskreading.py bare`, a loop over pytsk3 alone that asks for names, inodes and runs, reads the runs from the image and hashes them. It says nothing of any file and has no answer to a bad sector or a placeholder,
and takes about what tsk_recover takes, which is all C (on another processor two thirds of it). Ours takes some 40 µs a file more than the loop on ext and 75 on NTFS, in the interpreter and spread thin: the inode or the MFT's record read and parsed, times, owner and attributes
told, the item that is given, its runs laid out and a reading begun, the reads, our start. So we see no way to that limit in the interpreter. A fifth of it is that libtsk runs in a process apart (decision 0011): 1.26 times what this code took before, on both images, five pairs of both states in turn on this machine.
On an AMD EPYC, before that, the four rows were 1.58, 0.413, 1.57 and 0.0566.
Proved in each run: number of files, and for dissect and the bare loop the SHA-256 over the sorted digests of all of them."""


def _image(kind: str, place: Place) -> Path:
    """The tree of `small` in a file system of this kind."""
    tree, image = made("small", place.work), place.work / f"{kind}.img"
    with image.open("wb") as file:
        file.truncate(1 << 30)
    if kind == "ext":
        subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-d", tree, image], check=True)
        return image
    subprocess.run(["mkntfs", "-F", "-q", "-s", "512", image], check=True, capture_output=True)
    with tempfile.TemporaryDirectory() as mounted:
        subprocess.run(["ntfs-3g", image, mounted], check=True)
        try:
            shutil.copytree(tree, Path(mounted) / "tree")
        finally:
            subprocess.run(["umount", mounted], check=True)
    return image


class _Bench:
    def __init__(self, kind: str, place: Place) -> None:
        self.kind = kind
        self.image = _image(kind, place)
        self.out = place.fast / "out"
        self.python = place.peers / "bin" / "python"
        self.said = b""

    def ours(self) -> Run:
        done = run([sys.executable, READING, "ours", self.image])
        self.said = done.out
        return done

    def bare(self) -> Run:
        """The least that reading can cost."""
        done = run([sys.executable, READING, "bare", self.image])
        if done.out != self.said:
            raise VoidError("the bare loop read other files")
        return done

    def recovered(self) -> Run:
        shutil.rmtree(self.out, ignore_errors=True)
        done = run(["tsk_recover", "-a", self.image, self.out])
        found = sum(1 for path in self.out.rglob("f*.log"))
        if found != int(self.said.split()[0] if self.said else found):
            raise VoidError("tsk_recover found another number of files")
        return done

    def dissected(self) -> Run:
        done = run([self.python, WALKING, self.kind, self.image])
        if self.said and done.out != self.said:
            raise VoidError("dissect read other files")
        return done


def disk(place: Place, pairs: int) -> Group:
    """Two images."""
    lines: list[Line] = []
    for kind, factor in (("ext", 5), ("ntfs", 15)):
        bench = _Bench(kind, place)
        bench.ours()
        rows: list[tuple[str, float, Callable[[], Run]]] = [
            (f"{kind}: cost, of what tsk_recover takes", 1.0, bench.recovered),
            (f"{kind}: cost, of what dissect.{kind}{'fs' if kind == 'ext' else ''} takes",
             1 / factor, bench.dissected),
        ]  # fmt: skip
        for name, limit, peer in rows:
            if peer == bench.dissected and not bench.python.exists():
                lines.append(Line(name, f"≤ {limit:.3g}", "not measured: no --peers", ""))
                continue
            ours = Comparison(name=name, limit=limit, ours=bench.ours, peer=peer)
            bare = Comparison(name=f"({name})", limit=limit, floor=True, ours=bench.bare, peer=peer)
            lines += [each.line(pairs) for each in (ours, bare)]
        shutil.rmtree(bench.out, ignore_errors=True)
        bench.image.unlink()
    return Group(title="Every file of a file system, read raw", lines=lines, notes=_NOTES)
