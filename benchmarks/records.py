"""Records: a million of them written, beside other writers of JSON, and read again."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from measure import Comparison, Group, Line, Place, Run, VoidError, run

MAKING = Path(__file__).with_name("making.py")
HOZEN = Path(sys.executable).with_name("hozen")
MANY, FEWER = 1_000_000, 100_000
_NOTES = f"""`benchmarks/making.py`: the same loop with `chain_of_custody.item.line_of` over our models, and with dictionaries and `json.dumps(sort_keys=True,
separators=(",", ":"), ensure_ascii=False)` or `rfc8785.dumps`: record, line, two salted digests, leaf, tree. Each run prints the tree's root, and all roots are equal. rfc8785 over {FEWER:,} records, as it takes minutes for more.
*Read again*: `parse_line` (canonical, schema, forms, agreement), `leaf_in`, the tree. *Bare*: decode, encode, compare, digests and tree, nothing else looked at:
the least that reading can be, and already about what building takes, since it does all that building does but hand over the values. So that limit is beyond reach in the interpreter.
*Written and verified*: empty files, from the values to a sealed unencrypted bundle by `evidence.writing.bundle.BundleWriter`, and `hozen verify` of it, every item opened. Start-ups are taken off."""


class _Records:
    """The child's verbs, their start-ups taken off and their roots compared."""

    def __init__(self, place: Place) -> None:
        self.kept, self.none, self.bundles = (
            place.fast / name for name in ("kept", "none", "bundles")
        )
        for folder in (self.kept, self.none, self.bundles):
            folder.mkdir()
        self.root = self._child("build", "hozen", MANY, self.kept).out
        self._child("build", "hozen", 0, self.none)

    @staticmethod
    def _child(*words: object) -> Run:
        return run([sys.executable, MAKING, *words])

    def built(self, writer: str, count: int) -> Callable[[], Run]:
        """A run that builds; the first root of each count is what others have to come to."""

        def build() -> Run:
            done = self._child("build", writer, count)
            self._compare(done, count)
            return done.less(self._child("build", writer, 0))

        return build

    def read(self, verb: str) -> Callable[[], Run]:
        """A run that reads what was kept."""

        def again() -> Run:
            done = self._child(verb, self.kept)
            self._compare(done, MANY)
            return done.less(self._child(verb, self.none))

        return again

    def _compare(self, done: Run, count: int) -> None:
        if count == MANY and done.out != self.root:
            raise VoidError("another root")
        size, _ = done.out.split()
        if int(size) != count:
            raise VoidError(f"{int(size)} records")

    def written(self) -> Run:
        """A sealed bundle of empty files."""
        return self._bundle(MANY).less(self._bundle(1))

    def _bundle(self, count: int) -> Run:
        path = self.bundles / str(count)
        shutil.rmtree(path, ignore_errors=True)
        return self._child("items", count, path)

    def verified(self) -> Run:
        """Its verification, opened."""
        for count in (1, MANY):
            if not (self.bundles / str(count)).exists():
                self._bundle(count)
        whole, start = (
            run([HOZEN, "verify", "--json", self.bundles / str(count)]) for count in (MANY, 1)
        )
        if f'"acquired": {MANY}' not in whole.out.decode():
            raise VoidError("not all items were verified")
        return whole.less(start)


def records(place: Place, pairs: int) -> Group:
    """A million records."""
    work = _Records(place)
    ours = work.built("hozen", MANY)
    few = max(3, pairs // 2)
    lines = [
        Comparison(name="10⁶ records built, json.dumps: cost", limit=0.35, ours=ours,
                   peer=work.built("json", MANY)).line(few),
        Comparison(name="10⁵ records built, rfc8785.dumps: cost", limit=0.1,
                   ours=work.built("hozen", FEWER), peer=work.built("rfc8785", FEWER)).line(few),
        Comparison(name="10⁶ records read again, having been built: cost", limit=1,
                   ours=work.read("read"), peer=ours).line(few),
        Comparison(name="(bare reading, having been built: cost)", limit=1, floor=True,
                   ours=work.read("barely"), peer=ours).line(few),
        Comparison(name="10⁶ empty files verified, having been written: cost", limit=1,
                   ours=work.verified, peer=work.written).line(3),
        *_peaks(ours(), work.read("read")()),
    ]  # fmt: skip
    return Group(title="Records, built and read", lines=lines, notes=_NOTES)


def _peaks(built: Run, read: Run) -> list[Line]:
    return [
        Line(f"peak memory, 10⁶ records {name}", "≤ 64 MiB", f"{done.peak:.0f} MiB",
             "reached" if done.peak <= 64 else "**missed**")
        for name, done in (("built", built), ("read", read))
    ]  # fmt: skip
