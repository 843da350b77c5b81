"""What an image needs before Volatility 3 can read it, by the operating system it is of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from chain_of_custody.digest import sha256
from evidence.memory.document import Analysis, SymbolFile
from evidence.memory.errors import AnalysisError, SymbolsError
from evidence.memory.symbols.making import make_symbols
from evidence.memory.symbols.pdb import MOST, Pdb, Shelf, references
from evidence.memory.words import FIVE_LEVELS, NO_SYMBOLS
from evidence.memory.workingcopy import WorkingCopy
from evidence.writing import medium

_AFF4 = b"PK\x03\x04"  # a zip file, which no image of bare memory begins with
SYMBOLS = "symbols"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Puts symbols into the folder of an analysis, or says in its document why there are none."""

    done: Analysis
    folder: Path

    def linux(self, copy: WorkingCopy) -> None:
        """Make them from what the same machine said of its kernel."""
        try:
            found = copy.ingredients
            if found.facts.get("five_level_paging") == "1":
                self.done.refused, self.done.why = "five_level_paging", FIVE_LEVELS[0]
                return
            symbols = make_symbols(found)
        except SymbolsError as error:
            self._none(error)
            return
        path = self.folder / SYMBOLS / symbols.name
        symbols.write(path)
        self._note(path)
        self.done.left_out = {name: str(why) for name, why in symbols.left_out.items()}

    def windows(self, image: Path, shelf: Shelf) -> None:
        """Take those that the image asks for from the analyst's shelf."""
        if _is_zip(image):
            self.done.refused = "unknown_format"
            self.done.why = str(SymbolsError("aff4", path=image.name))
            return
        asked = references(image)
        kernels = [each for each in asked if each.of_kernel]
        for each in asked:
            self._take(each, shelf)
        for name, builds in Counter(each.name for each in asked).items():
            if builds >= MOST:
                why = SymbolsError("pdb_many", name=name, most=MOST)
                self.done.left_out[f"windows/{name}"] = str(why)
        if not kernels:
            self._none(SymbolsError("no_kernel", path=image.name))
        elif all(each.path in self.done.left_out for each in kernels):
            self._none(self.done.left_out[kernels[0].path])

    def _take(self, pdb: Pdb, shelf: Shelf) -> None:
        """Copy them beside the results, or note how to get them."""
        try:
            found = shelf.find(pdb)
        except AnalysisError as error:
            self.done.left_out[pdb.path] = str(error)
            return
        if found is None:
            self.done.left_out[pdb.path] = str(SymbolsError("pdb_lacking", **_names(pdb)))
            return
        path = self.folder / SYMBOLS / f"{pdb.path}{found.ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        medium.write_whole(path, found.data)
        self._note(path, found.origin)

    def _note(self, path: Path, origin: str | None = None) -> None:
        digest = sha256(path.read_bytes())
        file = str(path.relative_to(self.folder))
        self.done.symbols.append(SymbolFile(file=file, sha256=digest, origin=origin))

    def _none(self, error: SymbolsError | str) -> None:
        self.done.refused, self.done.why = "no_symbols", f"{NO_SYMBOLS[0]}: {error}"


def _is_zip(image: Path) -> bool:
    with image.open("rb") as file:
        return file.read(len(_AFF4)) == _AFF4


def _names(pdb: Pdb) -> dict[str, str]:
    return {"file": pdb.path, "pdb": pdb.name, "number": pdb.key}
