"""What holds for every test."""

import os
from collections import Counter, defaultdict

import pytest


def pytest_report_header():
    """Say loudly which tests are not there: none is skipped in silence."""
    if "HOZEN_SAMPLES" not in os.environ:
        return "HOZEN_SAMPLES is not set: no test on public samples is collected"
    return f"public samples: {os.environ['HOZEN_SAMPLES']}"


def pytest_xdist_auto_num_workers():
    """One process more than there are processors: now and then a test waits."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(trylast=True)  # after the files were shuffled
def pytest_collection_modifyitems(items):
    """Files that are allowed more time begin first, then those with more tests.

    So no processor waits at the end for another: a file is never shared.
    """
    tests, allowed = Counter(item.path for item in items), defaultdict(int)
    for item in items:
        marker = item.get_closest_marker("timeout")
        allowed[item.path] = max(allowed[item.path], marker.args[0] if marker else 0)
    items.sort(key=lambda item: (-allowed[item.path], -tests[item.path]))
