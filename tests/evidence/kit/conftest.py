"""Whose kits they are."""

import kits
import pytest


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    return kits.provider(tmp_path_factory.mktemp("provider"))
