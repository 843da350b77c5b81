"""What holds for every test."""

import functools
import gc
import inspect
import os
import signal
import subprocess
import sys
import tempfile
import zlib
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent

# Of a property as many examples are tried as say something, never against the clock.
settings.register_profile(
    "hozen", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("hozen")


def pytest_report_header():
    """Say loudly which tests are not there: none is skipped in silence."""
    if "HOZEN_SAMPLES" not in os.environ:
        return "HOZEN_SAMPLES is not set: no test on public samples is collected"
    return f"public samples: {os.environ['HOZEN_SAMPLES']}"


def pytest_configure():
    """Give this clone's worlds a folder of their own, of a short name: sockets lie in it.

    Whoever begins pytest anywhere on the machine closes the folder that all its runs share, and an
    ordinary user of a test that is running would reach its world no more.
    """
    clone = zlib.crc32(os.fsencode(HERE))
    place = Path(tempfile.gettempdir(), f"hz{clone & 0xFFFF:04x}")
    place.mkdir(exist_ok=True)
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))


def pytest_xdist_auto_num_workers():
    """One process more than there are processors: now and then a test waits."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Look for no garbage while tests are collected, nor ever among them: they stay to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)  # after the files were shuffled
def pytest_collection_modifyitems(items):
    """Files that are allowed more time begin first, then those that start programs.

    Among both, those with more tests. So no processor waits at the end for another, although a
    file is never shared: what is left then are files whose tests take milliseconds.
    """
    tests, allowed = Counter(item.path for item in items), defaultdict(int)
    programs = {item.path: _starts_programs(item.module) for item in items}
    for item in items:
        marker = item.get_closest_marker("timeout")
        allowed[item.path] = max(allowed[item.path], marker.args[0] if marker else 0)
    items.sort(key=lambda item: (-allowed[item.path], not programs[item.path], -tests[item.path]))


@functools.cache
def _starts_programs(module):
    """Whether a file of tests starts programs, or one of the helpers that it uses does."""
    seen, left = set(), [module]
    while left:
        seen.add(one := left.pop())
        used = [each for each in map(_home, vars(one).values()) if each is not None]
        if subprocess in used:
            return True
        left += [each for each in used if each not in seen and HERE in _folders(each)]
    return False


def _home(thing):
    """A module, or the module of a function or class."""
    return thing if inspect.ismodule(thing) else sys.modules.get(getattr(thing, "__module__", ""))


def _folders(module):
    return Path(getattr(module, "__file__", None) or "/").parents


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The good bundles that forgers and verifiers begin with: to be read, or copied."""
    from worlds import World  # most tests need none of it

    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture
def signals():
    """What this process does about signals is put back."""
    from evidence.cli.shared import ENDING

    before = {number: signal.getsignal(number) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
