"""What every collector promises. Joining the table below is being tested."""

from __future__ import annotations

import errno
import re

import pytest

from collectors.artifact import Artifact, Gap, Phase, Profile, Reason, detail_of
from collectors.definitions.windows import WINDOWS
from collectors.disk.collecting.deleted import DeletedFiles
from collectors.disk.collecting.facts import DiskFacts
from collectors.disk.collecting.files import DiskFiles
from collectors.disk.collecting.metadata import NtfsMetadata
from collectors.disk.collecting.shadowfiles import ShadowArtifacts, ShadowFiles
from collectors.disk.whole.image import WholeDisk
from collectors.files.source import Source
from collectors.live import LIVE
from collectors.memory import Memory
from collectors.privacy.ransom import RansomNotes
from collectors.ram.remains import MemoryRemains
from collectors.two_doors.doors import TwoDoors

# Those that speak of a running machine only, and those that read files of any source.
OF_A_RUNNING_MACHINE = (*LIVE, Memory, TwoDoors, MemoryRemains)
OF_ANY_SOURCE: tuple[type, ...] = (
    DiskFacts, NtfsMetadata, ShadowArtifacts, DiskFiles, ShadowFiles, DeletedFiles, WholeDisk,
    RansomNotes, *WINDOWS,
)  # fmt: skip
ALL = (*OF_A_RUNNING_MACHINE, *OF_ANY_SOURCE)
# What these make themselves says something even where nothing else was there.
SPEAKS_WITHOUT_FILES = {"clock"}


class Untouchable(Source):
    """A source that must not be looked at."""

    def __init__(self, root):
        super().__init__(root, live=False)
        self.looks = []

    def _ask(self, path, *rest):
        self.looks.append(path)
        return super()._ask(path, *rest)

    def snapshot(self, path, **options):
        self.looks.append(path)
        return super().snapshot(path, **options)


def everything(collector, source):
    try:
        return list(collector().collect(source))
    finally:
        source.guard.close()


@pytest.fixture(params=ALL, ids=lambda one: one.name)
def collector(request):
    return request.param


@pytest.mark.parametrize("collector", ALL, ids=lambda one: one.__name__)
def test_has_a_name_a_phase_and_a_profile(collector):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", collector.name)
    assert isinstance(collector.phase, Phase)
    assert isinstance(collector.profile, Profile)


def test_names_are_given_once():
    assert len({one.name for one in ALL}) == len(ALL)


def test_its_docstring_says_what_it_takes_and_what_it_cannot_show(collector):
    sentences = re.findall(r"[^.]+\.(?:\s|$)", collector.__doc__)

    assert len(sentences) >= 2
    assert "annot show" in collector.__doc__


def test_an_empty_source_yields_gaps_and_no_raw_artifacts(collector, tmp_path):
    found = everything(collector, Source(str(tmp_path), live=True))

    made = {one.origin for one in found if isinstance(one, Artifact)}
    expected = (
        {f"hozen:/{collector.name}.json"} if collector.name in SPEAKS_WITHOUT_FILES else set()
    )
    assert made == expected
    assert any(isinstance(one, Gap) for one in found)


@pytest.mark.parametrize("collector", OF_A_RUNNING_MACHINE, ids=lambda one: one.name)
def test_reads_nothing_of_a_source_that_is_not_running(collector, tmp_path):
    source = Untouchable(str(tmp_path))
    (gap,) = everything(collector, source)

    assert isinstance(gap, Gap)
    assert (gap.reason, gap.detail) == (Reason.UNSUPPORTED, "not a running machine")
    assert source.looks == []


@pytest.mark.parametrize("collector", OF_A_RUNNING_MACHINE, ids=lambda one: one.name)
def test_origins_are_unique_on_this_machine(collector):
    origins = [one.origin for one in everything(collector, Source("/"))]

    assert len(origins) == len(set(origins))


def test_live_collectors_share_one_source_without_an_item_twice():
    source = Source("/")
    seen = []
    try:
        for collector in LIVE:
            seen += [one.origin for one in collector().collect(source) if isinstance(one, Artifact)]
    finally:
        source.guard.close()
    assert len(seen) == len(set(seen))


def test_what_windows_says_in_its_own_language_is_no_part_of_a_record():
    class OfWindowsError(PermissionError):
        winerror = 5

    refused = OfWindowsError(errno.EACCES, "アクセスが拒否されました。")

    assert detail_of(refused) == "EACCES: Permission denied (error 5 of Windows)"
    assert detail_of(OSError(errno.EIO, "the imager ended")) == "EIO: the imager ended"
