"""`hozen memory symbols`: what Volatility 3 needs to read an image, made from the same bundle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chain_of_custody.findings import escaped
from evidence.cli.identities import Identities, opening
from evidence.cli.shared import UsageError, Voice, common, read_bytes
from evidence.cli.texts import Texts
from evidence.cli.verify import load_trust, trusting

if TYPE_CHECKING:
    from evidence.memory.symbols.ingredients import Ingredients
    from evidence.memory.symbols.making import Symbols

_NEEDED = ("btf", "kallsyms", "version")
_LARGEST = (64 << 20) + 1  # bytes: one more than is ever of use


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("symbols", help=t("memory.symbols"), short_help=t("memory.symbols"))
    @click.argument("source", type=click.Path(), required=False)
    @click.option("--output", metavar="FILE.json.xz", help=t("memory.output"))
    @opening(t)
    @trusting(t)
    @click.option("--allow-partial", is_flag=True, help=t("import.allow_partial"))
    @click.option("--bundle", metavar="NAME", help=t("memory.bundle"))
    @click.option("--btf", metavar="FILE", help=t("memory.btf"))
    @click.option("--kallsyms", metavar="FILE", help=t("memory.kallsyms"))
    @click.option("--version", metavar="FILE", help=t("memory.version"))
    @click.option("--vmcoreinfo", metavar="FILE", help=t("memory.vmcoreinfo"))
    @click.option("--system-map", metavar="FILE", help=t("memory.system_map"))
    @click.option("--module", "modules", multiple=True, metavar="FILE", help=t("memory.module"))
    @common(t)
    def symbols(
        source: str | None, output: str | None, identities: Identities, trust: tuple[str, ...],
        tsa: tuple[str, ...], allow_partial: bool, bundle: str | None, modules: tuple[str, ...],
        quiet: bool, as_json: bool, **loose: str | None,
    ) -> int:  # fmt: skip
        from evidence.memory.symbols.making import make_symbols

        given = {name: path for name, path in loose.items() if path is not None}
        if (source is None) != bool(given or modules):
            raise UsageError(t("error.memory_source"))
        if source is None:
            found = _loose(t, given, modules)
        else:
            found = _found(
                t, Path(source), bundle, identities=identities.load(),
                trust=load_trust(t, trust, tsa), allow_partial=allow_partial,
            )  # fmt: skip
        made = make_symbols(found)
        path = _place(t, source, Path(output or made.name))
        _write(t, made, path)
        _tell(Voice(t=t, quiet=quiet, as_json=as_json), made, path)
        return 0

    return symbols


def _loose(t: Texts, given: dict[str, str], modules: tuple[str, ...]) -> Ingredients:
    from evidence.memory.symbols.ingredients import Ingredients

    if not set(_NEEDED) <= set(given):
        raise UsageError(t("error.memory_loose"))
    data = {name: read_bytes(t, path, _LARGEST) for name, path in given.items()}
    return Ingredients.loose(
        *(data[name] for name in _NEEDED),
        vmcoreinfo=data.get("vmcoreinfo", b"").decode("utf-8", "replace"),
        system_map=data.get("system_map"),
        modules={Path(path).name: read_bytes(t, path, _LARGEST) for path in modules},
    )


def _found(
    t: Texts,
    source: Path,
    bundle: str | None,
    **given: Any,  # noqa: ANN401 - as `ingredients_of_bundle` takes it
) -> Ingredients:
    """What a case's working copy holds, or else a bundle."""
    from evidence.intake.case import CASE_FILE, Case

    if not (source / CASE_FILE).exists():
        from evidence.memory.symbols.making import ingredients_of_bundle

        return ingredients_of_bundle(source, **given)
    from evidence.memory.workingcopy import WorkingCopy

    case = Case(source.resolve())
    names = [entry.name for entry in case.read().imports if bundle in (None, entry.name)]
    if len(names) != 1:
        every = ", ".join(entry.name for entry in case.read().imports)
        raise UsageError(t("error.memory_bundle", names=escaped(every)))
    return WorkingCopy.of(case, names[0]).ingredients


def _place(t: Texts, source: str | None, path: Path) -> Path:
    """Where the file goes; never among the evidence: a bundle with one file more is altered."""
    from evidence.intake.case import CASE_FILE, Case

    if source is not None:
        case = Case(Path(source).resolve())
        closed = (case.bundles, case.hosts) if (case.path / CASE_FILE).exists() else (case.path,)
        if any(path.resolve().is_relative_to(folder) for folder in closed):
            raise UsageError(t("error.memory_inside", path=escaped(str(path))))
    return path


def _write(t: Texts, made: Symbols, path: Path) -> None:
    try:
        made.write(path)
    except FileExistsError as error:
        raise UsageError(t("error.memory_taken", path=escaped(str(path)))) from error


def _tell(voice: Voice, made: Symbols, path: Path) -> None:
    t, counts = voice.t, made.counts
    voice.result(t("memory.made", path=escaped(str(path))))
    voice.result(t("memory.counts", **counts))
    for name, why in made.left_out.items():
        told = escaped(why.sentence(t.language))
        voice.result(t("memory.module_left_out", name=escaped(name), why=told))
    voice.talk(t("memory.use"))
    left_out = {name: str(why) for name, why in made.left_out.items()}
    voice.document(
        {
            "schema": "hozen-symbols/1", "path": str(path), "release": made.release,
            "counts": counts, "shift": made.isf.addresses.shift, "left_out": left_out,
        }
    )  # fmt: skip
