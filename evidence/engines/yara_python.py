"""YARA itself, through yara-python: the engine that is used unless another is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import yara

from evidence.engines.engine import Compiled, RuleFile
from evidence.engines.joined import Joined
from evidence.engines.likeness import Likeness, compiled


class YaraPython:
    """Lets other threads run while it scans."""

    version = f"yara-python {yara.__version__}, YARA {yara.YARA_VERSION}"

    def compile(self, files: Sequence[RuleFile]) -> Likeness:
        """As the contract says."""
        return Likeness(yara, compiled(yara, files))

    def join(self, sets: Sequence[tuple[str, Compiled]]) -> Compiled:
        """As the contract says."""
        return Joined(sets)

    def load(self, saved: bytes) -> Likeness:
        """As the contract says."""
        return Likeness(yara, yara.load(file=BytesIO(saved)))
