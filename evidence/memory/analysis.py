"""`analyse`: an image of memory in a case, read by Volatility 3, every answer and refusal kept.

1  the image is held against the digest that was signed
2  symbols: of a Linux made from what the same machine said of its kernel; of a Windows, those that
   the image asks for, from where the analyst has them
3  the process list; where it is empty, the image was not read, and nothing else is asked but
   what needs no symbols
4  every other plugin, each a result: rows, or why there are none
                                                        → CASE/memory/BUNDLE/TIME/
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from chain_of_custody.item import ItemRecord, MissingRange
from evidence import __version__
from evidence.intake.case import CASE_FILE, Case
from evidence.machine.clock import Clock
from evidence.memory.document import Analysis, Result
from evidence.memory.errors import AnalysisError, NotTaken, SymbolsError
from evidence.memory.limefile import lacking
from evidence.memory.readiness import SYMBOLS, Readiness
from evidence.memory.symbols.pdb import Shelf
from evidence.memory.systems import PLUGINS
from evidence.memory.volatility import Volatility, environment, find_volatility, prepare
from evidence.memory.words import EMPTY, NONE_SUCH
from evidence.memory.workingcopy import WorkingCopy
from evidence.tables.errors import RowsError
from evidence.tables.rows import write_table
from evidence.writing import medium

FOLDER, DOCUMENT = "memory", "analysis.json"
LIMIT = 1800  # seconds a plugin; those that scan need a minute for each GiB


class Listener(Protocol):
    """Hears how an analysis goes on."""

    def begin(self, begun: Analysis, total: int) -> None:
        """An image is looked at, with so many plugins; of them nothing is known yet."""
        ...

    def result(self, result: Result) -> None:
        """One plugin is done."""
        ...

    def unfinished(self, folder: Path) -> None:
        """A folder of results stays without its document: something ended the analysis."""
        ...


def analyse(
    case: str | Path,
    *,
    listener: Listener,
    bundles: Sequence[str] = (),
    program: str | None = None,
    symbols: Sequence[str] = (),
    limit: int = LIMIT,
    clock: Clock | None = None,
) -> list[Analysis]:
    """Read the images of memory of a case; results lie in the case's `memory` folder.

    Args:
        case: the case's folder.
        listener: hears each plugin's result.
        bundles: names of imported bundles; all that have an image, when none is given.
        program: Volatility 3, when it is neither beside us nor on the PATH.
        symbols: folders or zip files with symbols of Windows, as Volatility 3 orders them.
        limit: seconds that a plugin may take.
        clock: where time comes from.

    Raises:
        AnalysisError: no case, no such bundle, no image, a working copy that was changed, or no
            such place of symbols.
        CustodyError, CustodianError: the log of a master isn't intact.
        RecordsError: the records of a working copy aren't those that were signed.
        ProgramError: Volatility 3 isn't there.
        OSError: the medium did not take it.
    """
    opened = Case(Path(case).resolve())
    copies = _copies(opened, bundles)
    shelf = Shelf.of(tuple(symbols))
    volatility = find_volatility(program)
    places = [copy.check(image) for copy, image in copies]  # before hours go into the first
    made = []
    for (copy, image), place in zip(copies, places, strict=True):
        run = _Run(opened, copy, image, volatility, clock or Clock(), listener, shelf, limit)
        made.append(run.carry_out(place))
    return made


def _copies(case: Case, wanted: Sequence[str]) -> list[tuple[WorkingCopy, ItemRecord]]:
    names = [entry.name for entry in case.read().imports]
    if not names:
        raise AnalysisError("nothing_imported", path=case.path, file=CASE_FILE)
    unknown = set(wanted) - set(names)
    if unknown:
        raise AnalysisError("no_bundle", names=", ".join(sorted(unknown)), known=", ".join(names))
    copies = [WorkingCopy.of(case, name) for name in names if name in (wanted or names)]
    found = [(copy, copy.image) for copy in copies if copy.image is not None]
    if not found:
        told = NotTaken({copy.path.name: copy.no_image for copy in copies})
        left = [str(copy.path / each) for copy in copies for each in copy.unfinished]
        if left:
            raise AnalysisError("only_unfinished", bundles=told, files=", ".join(left))
        raise AnalysisError("no_image", bundles=told)
    return found


class _Run:
    """The analysis of one image."""

    def __init__(
        self, case: Case, copy: WorkingCopy, image: ItemRecord, volatility: Volatility,
        clock: Clock, listener: Listener, shelf: Shelf, limit: int,
    ) -> None:  # fmt: skip
        self._copy, self._image = copy, image
        self._volatility, self._clock, self._listener = volatility, clock, listener
        self._shelf, self._limit = shelf, limit
        self._plugins = PLUGINS[copy.system]
        begun = clock.utc(clock.wall())
        stamp = begun[:19].replace("-", "").replace(":", "") + "Z"
        name = f"{FOLDER}/{copy.path.name}/{stamp}"
        self._folder = case.path / name
        self._done = Analysis(
            bundle=copy.path.name, folder=name, tool=f"hozen {__version__}", begun=begun,
            system=copy.system,
            volatility={
                "program": str(volatility.program), "version": volatility.versions.version,
            },
        )  # fmt: skip

    def carry_out(self, place: Path) -> Analysis:
        """Run every plugin on the image that lies there, and write down what came of it."""
        self._make_folder()
        try:
            return self._carry_out(place)
        except BaseException:
            if not (self._folder / DOCUMENT).exists():
                self._listener.unfinished(self._folder)
            raise

    def _carry_out(self, place: Path) -> Analysis:
        (self._folder / SYMBOLS).mkdir()
        prepare(self._folder)
        self._describe_image(place)
        self._look_at_form(place)
        self._listener.begin(self._done, len(self._plugins.run))
        self._ready(place)
        for plugin in self._plugins.run:
            self._add(self._result(plugin))
        for plugin, (why, _) in self._plugins.left_out.items():
            self._add(Result(plugin=plugin, status="not run", reason=why))
        self._done.ended = self._clock.utc(self._clock.wall())
        text = msgspec.json.format(msgspec.json.encode(self._done), indent=1) + b"\n"
        medium.settle(self._folder)
        medium.write_whole(self._folder / DOCUMENT, text)
        return self._done

    def _make_folder(self) -> None:
        """What is in it may be as confidential as the memory itself."""
        try:
            self._folder.mkdir(mode=0o700, parents=True)
        except FileExistsError as error:
            raise AnalysisError("folder_taken", path=self._folder) from error

    def _describe_image(self, place: Path) -> None:
        content = self._image.content
        self._path = os.path.relpath(place, self._folder)
        self._done.image = {
            "item": content.seq, "origin": self._image.meta.source.origin, "path": self._path,
            "sha256": content.sha256 or "", "size": content.size, "status": content.status,
        }  # fmt: skip
        self._done.missing = content.ranges_missing
        self._done.other_images = [
            each.meta.source.origin for each in self._copy.images if each is not self._image
        ]
        self._done.unfinished = self._copy.unfinished
        self._done.environment = environment(self._folder)

    def _look_at_form(self, place: Path) -> None:
        """Refuse what Volatility 3 would take for another form; say what isn't there at the end."""
        try:
            lost = lacking(place)
        except SymbolsError as error:
            self._done.refused, self._done.why = "unknown_format", str(error)
            return
        if lost and all(each.size is not None for each in self._done.missing):
            told = f"its last header tells of {lost} bytes more than are there"
            cut = MissingRange(error=told, offset=str(self._image.content.size), size=None)
            self._done.missing = [*self._done.missing, cut]

    def _ready(self, place: Path) -> None:
        """Put symbols beside the results, unless there is a reason not to begin."""
        if self._done.refused:
            return
        readiness = Readiness(self._done, self._folder)
        if self._copy.system == "windows":
            readiness.windows(place, self._shelf)
        else:
            readiness.linux(self._copy)

    def _result(self, plugin: str) -> Result:
        if not self._can_be_asked(plugin):
            return Result(plugin=plugin, status="not run", reason=self._done.why)
        version = self._volatility.versions.plugins.get(plugin)
        if version is None:
            return Result(plugin=plugin, status="not run", reason=NONE_SUCH[0])
        result = self._ran(plugin, version)
        if plugin == self._plugins.processes and not result.rows:
            reason = ": ".join(filter(None, (EMPTY[0], result.reason)))
            self._done.refused, self._done.why = "no_process", reason
            return msgspec.structs.replace(result, status="failed", reason=reason)
        return result

    def _can_be_asked(self, plugin: str) -> bool:
        if self._done.refused in ("no_symbols", "no_process"):
            return plugin in self._plugins.without_symbols
        return self._done.refused is None

    def _ran(self, plugin: str, version: str) -> Result:
        output = self._folder / f"{plugin}.jsonl"
        table = output.with_suffix(".txt")
        run = self._volatility.run(plugin, self._path, self._folder, output, limit=self._limit)
        error, rows = run.error, 0
        try:
            rows = write_table(output, table)
        except RowsError as unreadable:
            error = error or str(unreadable)
        with output.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Result(
            plugin=plugin, plugin_version=version, status="failed" if error else "ran",
            reason=error, rows=rows, seconds=run.seconds,
            not_shown=self._plugins.not_shown.get(plugin, ("",))[0],
            command=run.command, file=output.name, sha256=digest,
            table=table.name if table.exists() else None, messages=run.messages,
        )  # fmt: skip

    def _add(self, result: Result) -> None:
        self._done.results.append(result)
        self._listener.result(result)
