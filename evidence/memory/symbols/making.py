"""Symbols for an image of memory, from what the machine said of itself: no network, no compiler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chain_of_custody.errors import CustodyError
from chain_of_custody.item import ItemRecord
from chain_of_custody.items import Unfinished
from evidence.memory.errors import SymbolsError
from evidence.memory.symbols.btf import Btf
from evidence.memory.symbols.ingredients import (
    BTF,
    KALLSYMS,
    LARGEST,
    SYSTEM_MAP,
    VERSION,
    Ingredients,
)
from evidence.memory.symbols.isf import Isf
from evidence.memory.symbols.kallsyms import Addresses, addresses, linked_addresses
from evidence.memory.symbols.kerneltypes import KernelTypes
from evidence.reading.checked import AlteredBundleError, open_bundle
from evidence.writing import medium

if TYPE_CHECKING:
    import pyrage

    from chain_of_custody.signing.trust import TrustStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbols:
    """Symbols that were made, and what was not used for them."""

    isf: Isf
    release: str
    left_out: dict[str, SymbolsError]
    """Modules whose types could not be read, and why."""

    @property
    def name(self) -> str:
        """The name of the file, when nobody says another."""
        return f"linux-{self.release}.json.xz"

    @property
    def counts(self) -> dict[str, int]:
        """How much there is: types, symbols, and symbols with a type."""
        told = [entry for _, entry in self.isf.symbols()]
        typed = sum("type" in entry for entry in told)
        return {"types": len(self.isf.types.user), "symbols": len(told), "typed": typed}

    def write(self, path: Path) -> None:
        """Write them as .json.xz.

        Raises:
            FileExistsError: the name is taken; nothing is ever overwritten.
            OSError: the medium did not take it.
        """
        with medium.growing(path) as file:
            self.isf.write(file)


def make_symbols(found: Ingredients) -> Symbols:
    """Symbols from the files that were taken.

    Raises:
        SymbolsError: a file is missing, hides what is needed, or keeps not to its format.
    """
    kernel, types = Btf(found.need(BTF)), KernelTypes()
    types.add(kernel)
    left_out = _add_modules(found, kernel, types)
    places, source = _addresses(found)
    used = [f"/sys/kernel/btf/{name}" for name in found.modules if name not in left_out]
    isf = Isf(
        types=types, addresses=places, banner=found.banner,
        of_types=[found.origin(name) for name in (BTF, *used)],
        of_symbols=[found.origin(name) for name in (source, VERSION)],
    )  # fmt: skip
    return Symbols(isf=isf, release=found.release, left_out=left_out)


def _add_modules(found: Ingredients, kernel: Btf, types: KernelTypes) -> dict[str, SymbolsError]:
    left_out = {}
    for name, data in found.modules.items():
        try:
            types.add(Btf(data, kernel), name)
        except SymbolsError as error:
            left_out[name] = error
    return left_out


def _addresses(found: Ingredients) -> tuple[Addresses, str]:
    """From kallsyms; where that can't be used, from the System.map of the same kernel."""
    system_map = f"{SYSTEM_MAP}{found.release}"
    try:
        return addresses(found.need(KALLSYMS), found.vmcoreinfo), KALLSYMS
    except SymbolsError as error:
        if system_map not in found.files:
            raise
        try:
            return linked_addresses(found.files[system_map]), system_map
        except SymbolsError as second:
            raise SymbolsError("neither", first=error, second=second) from second


def ingredients_of_bundle(
    path: str | Path,
    *,
    identities: Sequence[pyrage.x25519.Identity] = (),
    trust: TrustStore | None = None,
    allow_partial: bool = False,
) -> Ingredients:
    """What a bundle holds for symbols; it is verified whole before anything counts.

    Args:
        path: the bundle's folder.
        identities: age identities; an unencrypted bundle needs none.
        trust: certificates and revocation lists that the user got elsewhere and trusts.
        allow_partial: whether a bundle that was never sealed will do.

    Raises:
        RefusedError: the bundle does not pass.
        SymbolsError: it holds more than a machine says of its kernel.
    """
    sink = _Sink()
    bundle = open_bundle(
        path, identities=identities, trust=trust, allow_partial=allow_partial, hearer=sink.hear
    )
    try:
        bundle.extract(sink)
    except CustodyError as error:
        raise AlteredBundleError(Path(path), bundle.verdict) from error
    return sink.found


class _Sink:
    """Keeps the few files that are of use; of an image of memory, nothing.

    Bytes come before the records that say whose they are: which ones to keep is heard while the
    bundle is verified, and held against the same records when they are taken out.
    """

    def __init__(self) -> None:
        self.found = Ingredients()
        self._wanted: set[int] = set()
        self._data: dict[int, bytearray] = {}

    def hear(self, record: ItemRecord) -> None:
        """Note an item that is of use."""
        content = record.content
        if _useful(record) and content.status == "acquired" and content.size <= LARGEST:
            self._wanted.add(content.seq)

    def data(self, item: int, piece: bytes | memoryview, /) -> None:
        """Keep the next bytes of such an item."""
        if item in self._wanted:
            self._data.setdefault(item, bytearray()).extend(piece)

    def abandoned(self, found: Unfinished, /) -> None:
        """Forget what came."""
        self._data.pop(found.item, None)

    def record(self, record: ItemRecord) -> None:
        """Learn whose bytes they were."""
        if not _useful(record):
            return
        data = self._data.pop(record.content.seq, None)
        if data is not None:
            self.found.take(record.meta.source.origin, bytes(data))
        else:
            self.found.miss(record)


def _useful(record: ItemRecord) -> bool:
    return record.meta.source.stream is None and Ingredients.wanted(record.meta.source.origin)
