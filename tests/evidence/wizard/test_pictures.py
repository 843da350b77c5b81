"""The pictures of the documentation are what the wizard draws."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[3] / "docs"
LARGEST = 60_000  # bytes


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    script = DOCS.parent / "scripts" / "wizard_pictures.py"
    subprocess.run([sys.executable, script, folder], check=True, capture_output=True)
    return folder


def test_they_are_what_the_wizard_draws(drawn):
    ours = {path.name: path.read_text() for path in drawn.iterdir()}
    shown = {path.name: path.read_text() for path in DOCS.glob("wizard-*.svg")}

    assert len(ours) == 8
    assert ours == shown, "run scripts/wizard_pictures.py"


def test_they_are_small_and_fetch_nothing():
    page = (DOCS / "wizard.md").read_text()
    for path in DOCS.glob("wizard-*.svg"):
        picture = path.read_text()
        assert len(picture.encode()) < LARGEST
        assert re.findall(r"(?:url|href|src)\W*https?:", picture) == []
        assert path.name in page
