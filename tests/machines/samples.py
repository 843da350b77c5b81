"""Public samples: real artifacts that no test can make, beside those that it makes.

`HOZEN_SAMPLES` says where they are. Without it the tests have the made ones only, and the names of
the tests that ran show it.
"""

from __future__ import annotations

import os
from pathlib import Path


def public(*names: str) -> list[Path]:
    """The samples of these names below the folder; none where nobody says where it is."""
    folder = os.environ.get("HOZEN_SAMPLES")
    if not folder:
        return []
    found = [Path(folder, name) for name in names]
    assert all(path.is_file() for path in found), f"samples are missing in {folder}"
    return found
