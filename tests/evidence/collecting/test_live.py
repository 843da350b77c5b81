"""This machine, for real: collected by the command line, opened by strangers' programs."""

import hashlib
import json
import os
import platform
import pwd
import subprocess
import sys
import tempfile
from pathlib import Path

import mounting
import ordinary
import pyrage
import pytest

from chain_of_custody.folder import INSTRUCTIONS
from collectors.artifact import Phase
from evidence.writing import folder

CHECKOUT = Path(ordinary.__file__).parents[1]
HOZEN = str(Path(sys.executable).with_name("hozen"))
pytestmark = pytest.mark.timeout(600)  # all files of this machine, which may have many


def run(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(arguments, capture_output=True, text=True, check=False, **options)


def collect(output: Path, *arguments: str, hozen=(HOZEN,), **options) -> Path:
    done = run(*hozen, "collect", "--output", str(output), "--json", *arguments, **options)
    assert done.returncode in (0, 3), done.stderr
    result = json.loads(done.stdout)
    assert result["sealed"], result
    assert result["failed_collectors"] == []
    return Path(result["path"])


@pytest.fixture(scope="module")
def identity(tmp_path_factory) -> tuple[Path, str]:
    made = pyrage.x25519.Identity.generate()
    path = tmp_path_factory.mktemp("identity") / "identity.txt"
    path.write_text(f"{made}\n")
    return path, str(made.to_public())


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory, identity) -> Path:
    """A quick collection of this machine for one recipient."""
    output = tmp_path_factory.mktemp("live")
    return collect(
        output, "--case", "H-2026-0001", "--profile", "quick", "--recipient", identity[1]
    )


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory, encrypted, identity) -> Path:
    """What Debian's programs make of it."""
    folder = tmp_path_factory.mktemp("unpacked")
    for volume in sorted((encrypted / "data").iterdir()):
        place = folder / volume.name
        place.mkdir()
        line = f"age -d -i '{identity[0]}' '{volume}' | zstd -q -d | tar -xf - -C '{place}'"
        done = run("sh", "-c", line)
        assert done.returncode == 0, done.stderr
        assert not done.stderr
    return folder


def records(unpacked: Path) -> list[dict]:
    return [
        json.loads(line)
        for folder in sorted(unpacked.iterdir())
        for line in (folder / "records.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def test_what_vanishes_first_is_closed_before_the_disk_is_looked_at(encrypted, unpacked):
    """Processes, sockets and logs are signed for when the first artifact of the disk is read."""
    order = [phase.name.lower() for phase in Phase]
    early = order[: order.index("disk")]
    events = [json.loads(path.read_bytes()) for path in sorted(encrypted.glob("custody/*.json"))]
    closed = [each for each in events if each["type"] == "volume_closed"]
    phases = [each["detail"]["phase"] for each in closed]
    items = [each["meta"] for each in records(unpacked)]
    by = {each["collector"]: each["phase"] for each in items if each["phase"] in early}
    begun = [int(each["acquired"]["mono_start"]) for each in items if each["phase"] not in early]

    assert phases == sorted(phases, key=order.index)
    assert (by["processes"], by["sockets"], by["var-log"]) == ("volatile", "volatile", "logs")
    assert min(begun) >= max(int(c["mono"]) for c in closed if c["detail"]["phase"] in early)


@pytest.fixture
def public():
    """A folder for everybody: pytest keeps its own closed to others."""
    with tempfile.TemporaryDirectory(prefix="hozen-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def collect_alone(public: Path, *before: str) -> Path:
    """A standard collection by a copy of the program, on this machine without what tests brought.

    The clone's environment and the worlds of other tests are gigabytes that are new: each
    collection would read them.
    """
    program, output = public / "program", public / "output"
    program.mkdir()
    output.mkdir()
    output.chmod(0o777)
    brought = (tempfile.gettempdir(), "/var/tmp", CHECKOUT)
    hozen = (*mounting.without(brought, public), *before, *ordinary.install(program))
    return collect(
        output, "--case", "H-2026-0001", "--profile", "standard",
        hozen=hozen, cwd="/", env=ordinary.ENVIRONMENT,
    )  # fmt: skip


def test_the_standard_profile_ends_sealed_as_root_and_is_verified(public):
    bundle = collect_alone(public)

    done = run(HOZEN, "verify", str(bundle))

    assert done.returncode == 0, done.stdout
    assert [line[0] for line in done.stdout.splitlines() if line[:1].isdigit()] == list("123456789")
    assert "level C" in done.stdout


def test_an_ordinary_user_gets_a_sealed_bundle_that_names_what_was_refused(public):
    bundle = collect_alone(public, *ordinary.AS_USER)

    done = run(HOZEN, "verify", str(bundle), "--json")

    assert done.returncode == 0, done.stdout
    verdict = json.loads(done.stdout)
    assert verdict["level"] == "C"
    assert verdict["counts"]["gap"] > 0
    assert b"denied" in refusals(bundle)


def refusals(bundle: Path) -> bytes:
    volumes = sorted((bundle / "data").iterdir())
    return b"".join(
        subprocess.run(
            ["sh", "-c", f"zstd -q -d -c '{volume}' | tar -xOf - records.jsonl"],
            capture_output=True, check=True,
        ).stdout
        for volume in volumes
    )  # fmt: skip


def secrets_of_this_machine() -> set[bytes]:
    """Names and contents that must not lie in the clear; short ones would be found in any noise."""
    users = {entry.pw_name for entry in pwd.getpwall() if len(entry.pw_name) > 5}
    lines = Path("/etc/passwd").read_text().splitlines()
    found = {platform.node(), *users, *lines, "/etc/passwd", "/var/log/", "passwd", "os-release"}
    return {name.encode() for name in found if len(name) >= 5}


def test_nothing_of_this_machine_is_readable_in_an_encrypted_bundle(encrypted):
    files = [path for path in encrypted.rglob("*") if path.is_file()]
    for (
        name
    ) in INSTRUCTIONS:  # the same in every bundle, whatever its words: "nobody" is a user, too
        files.remove(encrypted / name)
        assert (encrypted / name).read_bytes() == (folder._TEMPLATES / name).read_bytes()

    leaks = {
        (secret, path.name)
        for path in files
        for secret in secrets_of_this_machine()
        if secret in path.read_bytes()
    }

    assert leaks == set()


def test_age_zstd_and_tar_yield_every_item_as_its_record_says(unpacked):
    rows = records(unpacked)
    assert [row["content"]["seq"] for row in rows] == list(range(1, len(rows) + 1))

    held = 0
    for row in rows:
        content = row["content"]
        if content["status"] == "gap":
            continue
        stem = f"items/{content['seq']:08d}"
        pieces = sorted(unpacked.glob(f"*/{stem}")) + sorted(unpacked.glob(f"*/{stem}.*"))
        data = b"".join(piece.read_bytes() for piece in pieces)
        assert hashlib.sha256(data).hexdigest() == content["sha256"], content
        assert len(data) == content["size"]
        held += 1
    assert held > 100


def test_most_fleeting_things_were_taken_first(unpacked):
    order = ["volatile", "memory", "logs", "disk", "image"]
    rows = records(unpacked)

    phases = [order.index(row["meta"]["phase"]) for row in rows]
    starts = [int(row["meta"]["acquired"]["mono_start"]) for row in rows]

    assert phases == sorted(phases)
    assert starts[0] < starts[-1]


def test_this_process_and_its_program_are_in_the_collection(unpacked):
    rows = records(unpacked)
    by_origin = {row["meta"]["source"]["origin"]: row for row in rows}

    assert f"/proc/{os.getpid()}/cmdline" in by_origin
    running = by_origin["hozen:/running-programs.json"]["content"]["seq"]
    found = next(unpacked.glob(f"*/items/{running:08d}"))
    programs = json.loads(found.read_bytes())
    own = hashlib.sha256(Path("/proc/self/exe").read_bytes()).hexdigest()
    assert own in json.dumps(programs)


def test_a_named_thing_says_which_item_named_it(unpacked):
    rows = records(unpacked)

    led = [row for row in rows if row["meta"]["collector"] == "referenced-programs"]

    assert led
    assert all(row["meta"]["led_by"] for row in led)
