"""What a partial bundle may hold beside what is signed, and what it may not."""

import json
import subprocess
import time

import bundles
import command_line
import msgspec
import pytest


def pulled(path):
    """A bundle whose run ended without a seal, with one volume closed."""
    writer = bundles.writer_at(path)
    bundles.Pipeline(writer, bundles.empty_source(path), clock=bundles.Clock()).run(
        [bundles.Given(bundles.things())]
    )
    writer.close_volume("phase_end")
    writer.abandon()
    return path


def test_an_open_volume_of_a_pulled_stick_is_a_statement(tmp_path):
    path = pulled(tmp_path / "bundle")
    (path / "data" / "volume-00002.tar.zst.age").write_bytes(b"cut off")

    verdict = bundles.checked(path)

    assert verdict.failed == []
    assert "open_volume" in [finding.key for finding in verdict.stage(9).findings]


def test_a_file_of_another_name_is_no_open_volume(tmp_path):
    path = pulled(tmp_path / "bundle")
    (path / "data" / "zzz").write_bytes(b"planted")

    verdict = bundles.checked(path)

    assert 3 in verdict.failed


# A clock that was set while it ran.


class SetClock(bundles.Clock):
    """A host's clock that goes with the one that nobody sets, until somebody sets it."""

    ahead = 1_700_000_000 * 1_000_000_000 - time.monotonic_ns() // 1_000_000_000 * 1_000_000_000

    def wall(self):
        return self.mono() + self.ahead


def collected_at(path, *set_by):
    """A bundle of a host whose clock was set by so many seconds before each of its volumes."""
    clock = SetClock()
    writer = bundles.writer_at(path, recipients=[], clock=clock)
    for seconds in set_by:
        clock.ahead += seconds * 1_000_000_000
        bundles.Pipeline(writer, bundles.empty_source(path), clock=clock).run(
            [bundles.Given(bundles.things())]
        )
        writer.close_volume("phase_end")
    writer.seal(clock.reading())
    return path


def set_clocks(path):
    findings = bundles.checked(path).stage(9).findings
    return [each for each in findings if each.key.startswith("clock_set_")]


@pytest.mark.parametrize(
    ("seconds", "key", "english", "japanese"),
    [
        (3600, "clock_set_forward", "3600 s further than the time that passed", "3600 秒多く"),
        (-86400, "clock_set_back", "86400 s less than the time that passed", "86400 秒少なく"),
    ],
)
def test_a_clock_that_was_set_meanwhile_is_stated_and_fails_nothing(
    tmp_path, seconds, key, english, japanese
):
    path = collected_at(tmp_path / "HZ_x", 0, seconds, 0)
    (found,) = set_clocks(path)
    shell = subprocess.run(["sh", str(path / "verify.sh"), str(path)], capture_output=True)
    told = json.loads(command_line.run("verify", path, "--json").out)
    page = tmp_path / "page.html"
    command_line.run("verify", path, "--report", page, "--language", "ja")

    assert (found.key, found.name) == (key, "custody/00003.json")
    assert english in found.sentence("en")
    assert english in shell.stdout.decode()
    assert key in json.dumps(told)
    assert japanese in page.read_text(encoding="utf-8")
    assert bundles.checked(path).failed == []


@pytest.mark.parametrize("jumps", [(), (0, 0), (1, 0, -1)])
def test_a_clock_that_runs_as_it_should_is_not_spoken_of(tmp_path, jumps):
    path = collected_at(tmp_path / "HZ_x", *jumps)

    assert set_clocks(path) == []


@pytest.mark.parametrize("state", [True, False, None])
def test_that_a_clock_is_not_synchronised_is_said_unless_it_was(tmp_path, state):
    class Clock(bundles.Clock):
        def reading(self, reference=None):
            return msgspec.structs.replace(super().reading(reference), synchronised=state)

    clock = Clock()
    bundles.writer_at(tmp_path / "b", clock=clock).seal(clock.reading())
    said = [finding.key for finding in bundles.checked(tmp_path / "b").stage(9).findings]

    assert ("clock_unsynchronised" in said) == (state is not True)
