"""The committed vectors, by our verifier and by the shell script."""

from __future__ import annotations

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import naive
import pytest

from chain_of_custody.disclosure import verify_exhibit
from chain_of_custody.exhibit import ExhibitFolder, looks_like_exhibit
from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.verdict import Anchors
from chain_of_custody.verify import verify
from evidence.reading.container import VolumeOpener, load_identities

HERE = Path(__file__).resolve().parent
INSTRUCTIONS = HERE.parents[1] / "evidence" / "instructions"
SCRIPT, CHECK = INSTRUCTIONS / "verify.sh", INSTRUCTIONS / "exhibit" / "check.sh"
FAILED = re.compile(r"^(?:([1-9]) \S+ +FAIL\b|(?:ALTERED|REFUSED): stage ([1-9]))", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    name: str
    expect: str
    exit: int
    stages: frozenset[int]
    released: int
    trust: Path | None
    tsa: Path | None
    noted: dict[str, str]

    @property
    def path(self) -> Path:
        return HERE / self.name

    @property
    def trusted(self) -> TrustStore:
        signing, timing = ([each.read_bytes()] if each else [] for each in (self.trust, self.tsa))
        return TrustStore.from_pem(signing, timing)


def read(file: Path) -> Vector:
    header = dict(line.split(": ", 1) for line in file.read_text().splitlines())
    given = {
        key: header[key] for key in ("root", "code", "head", "challenge") if header[key] != "-"
    }
    return Vector(
        name=file.stem,
        expect=header["expect"],
        exit=int(header["exit"]),
        stages=frozenset(int(each) for each in header["stage"].split() if each != "-"),
        released=int(header["released"]),
        trust=HERE / header["trust"] if header["trust"] != "-" else None,
        tsa=HERE / header["tsa"] if header["tsa"] != "-" else None,
        noted=given,
    )


VECTORS = [read(file) for file in sorted(HERE.glob("*.txt"))]
over_vectors = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)


def test_every_folder_has_its_header_and_every_header_its_folder():
    folders = {path.name for path in HERE.iterdir() if path.is_dir() and path.name[0] not in "._"}

    assert {vector.name for vector in VECTORS} == folders
    assert len(folders) >= 40


def test_every_outcome_is_among_them():
    assert {"verified", "altered", "unusable", "incomplete"} == {each.expect for each in VECTORS}


def test_every_stage_that_can_fail_is_among_them():
    assert set(range(1, 9)) == {stage for each in VECTORS for stage in each.stages}


def test_they_stay_small():
    assert sum(path.stat().st_size for path in HERE.rglob("*") if path.is_file()) < 4 << 20


@over_vectors
def test_gives_the_verdict(vector):
    seen: set[int] = set()
    identities = load_identities((HERE / "identity.key").read_text())
    anchors = Anchors(**vector.noted)
    if looks_like_exhibit(vector.path):
        verdict = verify_exhibit(ExhibitFolder(vector.path), trust=vector.trusted, anchors=anchors)
    else:
        verdict = verify(
            BundleFolder(vector.path),
            trust=vector.trusted,
            anchors=anchors,
            contents=VolumeOpener(identities),
            sink=lambda item, _: seen.add(item),
        )

    assert vector.exit == verdict.exit
    assert vector.stages <= set(verdict.failed)
    assert bool(vector.stages) == bool(verdict.failed)
    assert vector.released == len(seen)


def run(vector: Vector) -> subprocess.CompletedProcess[str]:
    exhibit = looks_like_exhibit(vector.path)
    arguments = [] if exhibit else ["--identity", str(HERE / "identity.key")]
    if vector.trust:
        arguments += ["--trust", str(vector.trust)]
    if vector.tsa:
        arguments += ["--tsa", str(vector.tsa)]
    for name, value in vector.noted.items():
        arguments += [f"--{name}", value]
    return subprocess.run(
        ["dash", str(CHECK if exhibit else SCRIPT), *arguments, str(vector.path)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def runs(request):
    names = {
        item.callspec.params["vector"].name: item.callspec.params["vector"]
        for item in request.session.items
        if item.path == Path(__file__) and "runs" in item.fixturenames
    }
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        futures = {name: pool.submit(run, vector) for name, vector in names.items()}
        yield cache(lambda vector_name: futures[vector_name].result())


@over_vectors
def test_the_script_agrees(vector, runs):
    done = runs(vector.name)
    failed = {int(number or first) for number, first in FAILED.findall(done.stdout)}

    assert done.returncode in ({1, 2} if vector.exit == 2 else {vector.exit}), done.stdout
    if looks_like_exhibit(vector.path):  # that script stops at what it finds first
        assert failed <= vector.stages, done.stdout
    else:
        assert vector.stages <= failed, done.stdout
    assert bool(vector.stages) == bool(failed), done.stdout


_MORE = {  # it knows no items, and no rules of events
    "item-number-missing", "signed-by-a-stranger", "cites-nothing", "holder-before-the-sealing",
    "missing-things-come-back", "resumed-with-another-tree", "session-runs-backwards",
    "manifest-names-another-host", "volume-number-skipped", "event-about-another-manifest",
    "tree-shrinks", "missing-more-than-gaps", "goes-on-behind-the-seal", "token-number-skipped",
    "beginning-twice", "tree-peaks-contradict", "profile-differs", "began-earlier",
    "closed-and-salvaged", "holder-renamed", "event-of-another-bundle", "signed-in-version-3",
    "signed-with-nine-certificates", "event-without-its-clock",
    "closed-for-the-end-and-not", "bytes-of-gaps", "received-from-nobody", "ended-elsewhen",
    "goes-on-behind-its-end", "clock-read-behind-its-event",
}  # fmt: skip


def naive_covers(vector: Vector) -> bool:
    """It takes sealed bundles whose documents can be read, and opens no contents."""
    bundle = (vector.path / "bagit.txt").exists() and (vector.path / "manifest.json").exists()
    chained = vector.trust is not None and vector.trust.name != "trusted.pem"
    readable = bundle and vector.exit in (0, 1) and not chained
    known = (
        readable and not vector.stages & {1, 4, 6} and not {"code", "challenge"} & set(vector.noted)
    )
    return known and vector.name not in _MORE


@pytest.mark.parametrize("vector", [*filter(naive_covers, VECTORS)], ids=lambda vector: vector.name)
def test_the_naive_verifier_agrees(vector):
    failed = naive.failures(vector.path, trust=vector.trusted.fingerprints, **vector.noted)

    assert vector.stages <= failed
    assert bool(vector.stages) == bool(failed)


def test_the_naive_verifier_covers_a_good_part():
    assert sum(map(naive_covers, VECTORS)) >= 20
