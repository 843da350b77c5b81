"""Where new keys go: what is there already, and what a command left there that was cut off."""

from __future__ import annotations

import os
from pathlib import Path

from chain_of_custody.findings import escaped
from evidence.cli.shared import UsageError
from evidence.cli.texts import Texts
from evidence.writing.medium import temporary_of


def free_paths(t: Texts, folder: Path, *names: str) -> list[Path]:
    """The paths of new files, of which none is there yet; nothing is made: it may be refused.

    Args:
        t: the catalogue.
        folder: where they go; it may have to be made.
        names: in the order in which they are written.

    Raises:
        UsageError: one is there.
    """
    paths = [folder / name for name in names]
    taken = [path for path in paths if os.path.lexists(path)]
    if not taken:
        return paths
    left = [temporary_of(path) for path in paths if os.path.lexists(temporary_of(path))]
    if not left:
        raise UsageError(t("error.exists", path=escaped(str(taken[0]))))
    facts = {"path": escaped(str(taken[0])), "left": escaped(", ".join(map(str, left)))}
    waiting = paths[len(taken) :]
    if taken == paths[: len(taken)] and left == [temporary_of(path) for path in waiting]:
        raise UsageError(t("error.half_a_pair", name=escaped(waiting[0].name), **facts))
    raise UsageError(t("error.key_left", **facts))
