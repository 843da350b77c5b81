"""The machine that is looked at, and where evidence of it goes."""

import pytest
from wizards import tree


@pytest.fixture
def source(tmp_path):
    return tree(tmp_path / "src")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "stick" / "out"
