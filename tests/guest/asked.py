"""Asks several plugins of Volatility 3 of one image, in one process: JSON on standard output.

    python asked.py IMAGE SYMBOLS PLUGIN ...

Reading the symbols and finding the kernel in the image is most of a plugin's time, and so is done
once; the product runs each for itself.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import volatility3.plugins
import volatility3.symbols
from volatility3 import framework
from volatility3.framework import automagic, contexts, interfaces, plugins


def main(image: str, symbols: str, *names: str) -> None:
    volatility3.symbols.__path__ = [str(Path(symbols).absolute())]
    framework.import_files(volatility3.plugins, True)
    known = framework.list_plugins()
    context = contexts.Context()
    context.config["automagic.LayerStacker.single_location"] = Path(image).absolute().as_uri()
    magic = automagic.choose_automagic(automagic.available(context), known[names[0]])
    answers, kernel = {}, None
    for name in names:
        if kernel is not None:
            context.config[f"plugins.{known[name].__name__}.kernel"] = kernel
        made = plugins.construct_plugin(
            context, [] if kernel else magic, known[name], "plugins", None, None
        )
        kernel = kernel or made.config["kernel"]
        answers[name] = rows(made.run())
    json.dump(answers, sys.stdout, default=str)


def rows(grid: interfaces.renderers.TreeGrid) -> list[dict[str, object]]:
    """Every row by the names of its columns; what isn't there is None."""
    found: list[dict[str, object]] = []
    names = [column.name for column in grid.columns]

    def visit(node, _):
        absent = interfaces.renderers.BaseAbsentValue
        values = [None if isinstance(each, absent) else each for each in node.values]
        found.append(dict(zip(names, values, strict=True)))

    grid.populate(visit, None)
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
