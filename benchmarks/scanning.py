"""What the group `scan` runs as a child: an engine alone over a folder, or our rules compiled.

`scanning.py yara|boreal FOLDER [RULES]` prints how many files it saw; `load` and `import` nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from evidence.engines.choice import ENGINES
from evidence.packs.folder import set_in
from evidence.scan.scanner import load_rules
from evidence.tool import rules_folder


def alone(engine: str, folder: Path, more: list[Path]) -> int:
    """The number of files that an engine has answered for."""
    sets = [set_in(each, licence="made here") for each in more]
    compiled = load_rules(rules_folder(), ENGINES[engine](), sets).compiled
    seen = 0
    for parent, below, files in os.walk(folder):
        below.sort()
        for name in sorted(files):
            data = memoryview(Path(parent, name).read_bytes())
            compiled.match(data, in_memory=False, timeout=60, most=5)
            seen += 1
    return seen


if __name__ == "__main__":
    if sys.argv[1] == "load":
        load_rules(rules_folder())
    elif sys.argv[1] != "import":
        print(alone(sys.argv[1], Path(sys.argv[2]), [Path(each) for each in sys.argv[3:]]))
