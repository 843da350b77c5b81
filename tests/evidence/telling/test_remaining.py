"""How long it may still take: what is known before the start, and how the guess is corrected."""

from __future__ import annotations

import re

import command_line
import disks
import hosts
import pytest
import shadow_copies

from collectors.artifact import Profile
from collectors.table import TABLES
from evidence.cli.lines import columns
from evidence.cli.taking.progress import _fitting
from evidence.cli.texts import Texts
from evidence.scan.process_scan import ProcessScan
from evidence.telling.amounts import Amounts, amounts
from evidence.telling.remaining import SWIFT, WEIGHTS, Remaining
from evidence.telling.timeleft import STEPS, Steps, in_words

GIB = 1 << 30
LIVE = [each for kind in ("live", "live windows") for each in TABLES[kind]]
TERMINAL = {
    "windows-processes": 0.2, "ntfs-metadata": 4, "event-logs": 15, "registry": 10,
    "autostart": 3, "browsers": 6, "system-traces": 6, "referenced-programs": 20, "bodyfile": 45,
}  # fmt: skip
"""What a terminal with Windows may take, at the pace of the one that was measured."""


def session(took, guess, *, every: float = 5.0) -> list[tuple[str, float, float, int | None]]:
    """A session of collectors that take so long: name, seconds so far, seconds left, the guess."""
    told, elapsed, end = [], 0.0, sum(took.values())
    for name, seconds in took.items():
        guess.collector(name, elapsed)
        steps = [step * every for step in range(int(seconds // every) + 1)]
        told += [(name, elapsed + s, end - elapsed - s, guess.seconds(elapsed + s)) for s in steps]
        elapsed += seconds
    return told


def slowed(took, times: float):
    return {name: seconds * times for name, seconds in took.items()}


# What is known of each collector.


def test_of_each_collector_it_is_known_how_long_it_takes(tmp_path):
    by_size = amounts(hosts.linux(tmp_path).source(), ram=GIB).sizes
    names = {each.name for each in LIVE} | {ProcessScan.name}

    known = {name: [name in WEIGHTS, name in SWIFT, name in by_size].count(True) for name in names}
    guessed = {name: Remaining([name], Amounts(sizes=by_size)).seconds(0.0) for name in names}
    assert known == dict.fromkeys(names, 1)
    assert [name for name, seconds in guessed.items() if seconds is None] == []


def test_no_weight_is_of_a_collector_that_nobody_has():
    assert {*WEIGHTS, *SWIFT} - {each.name for each in LIVE} == {ProcessScan.name}


@pytest.mark.parametrize("profile", Profile)
def test_of_windows_a_time_is_told_from_the_start_to_the_end(profile, tmp_path):
    with disks.opened(disks.ntfs(tmp_path / "ntfs.raw")) as source:
        found = amounts(source, ram=0)
    names = [each.name for each in TABLES["live windows"] if each.profile <= profile]
    told = session(dict.fromkeys(names, 1.0), Remaining(names, found))

    assert [name for name, *_, guess in told if guess is None] == []
    assert len(told) == len(names) > 15


def test_of_somebody_else_s_collector_nothing_is_guessed_until_it_is_done():
    guess = Remaining(["somebody-elses", "bodyfile"], Amounts())
    guess.collector("somebody-elses", 0.0)
    assert guess.seconds(1.0) is None
    guess.collector("bodyfile", 90.0)

    assert guess.seconds(91.0) > 0


def test_how_long_a_program_of_others_takes_for_memory_nobody_knows(tmp_path):
    found = amounts(hosts.linux(tmp_path).source(), ram=None)
    guess = Remaining(["memory", "bodyfile"], found)
    guess.collector("memory", 0.0)
    guess.item(1 << 30, 10.0)
    assert guess.seconds(1.0) is None
    guess.collector("bodyfile", 90.0)

    assert guess.seconds(91.0) > 0


def test_of_a_folder_or_a_disk_nothing_is_guessed():
    assert Remaining([], Amounts()).seconds(5.0) is None


# What is asked before the start.


def test_what_windows_wrote_of_its_memory_counts_by_its_size(tmp_path):
    image = disks.ntfs(tmp_path / "ntfs.raw")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        (root / "Windows/NTDS").mkdir(parents=True)
        (root / "Windows/NTDS/ntds.dit").write_bytes(bytes(3 << 20))
        for name in ("pagefile.sys", "hiberfil.sys"):
            (root / name).write_bytes(bytes(1 << 20))
    with disks.opened(image) as source:
        found = amounts(source, ram=5)

    assert found.sizes == {
        "memory": 5, "memory-remains": 0, "dumps": 2 << 20, "directory": 3 << 20,
    }  # fmt: skip


def test_swap_counts_by_its_size(tmp_path):
    table = "Filename Type Size Used Priority\n/swap file 2048 0 -2\n/dev/vdb partition 1024 9 -3\n"
    host = hosts.linux(tmp_path).with_file("/proc/swaps", table)

    assert amounts(host.source(), ram=0).sizes["memory-remains"] == 3 << 20


def test_a_volume_with_more_files_takes_longer(tmp_path):
    image, found = disks.ntfs(tmp_path / "ntfs.raw"), []
    for count in (0, 2000):
        with disks.mounted_ntfs(image, tmp_path / "m") as root:
            for number in range(count):
                (root / f"{number}.txt").touch()
        with disks.opened(image) as source:
            found.append(amounts(source, ram=0).multiples)
    few, many = ({**each, "bodyfile": 1000 * each["bodyfile"]} for each in found)
    guesses = [
        Remaining(["bodyfile"], Amounts(multiples=each)).seconds(0.0) for each in (few, many)
    ]

    assert found[1]["bodyfile"] - found[0]["bodyfile"] == pytest.approx(2000 / 198_000, rel=0.1)
    assert 0 < guesses[0] < guesses[1]


def test_shadow_copies_count_one_by_one(tmp_path):
    image = disks.ntfs(tmp_path / "ntfs.raw")
    with disks.mounted_ntfs(image, tmp_path / "m") as root:
        area = root / "System Volume Information"
        area.mkdir()
        (area / shadow_copies.AREA_NAME).write_bytes(shadow_copies.area_content(2 << 20))
    state, told = image.read_bytes(), []
    for states in (1, 3):
        image.write_bytes(shadow_copies.Writer([state] * states).write().image)
        with disks.opened(image) as source:
            found = amounts(source, ram=0)
        guess = Remaining(["shadow-copies"], found).seconds(0.0)
        told.append((found.multiples["shadow-copies"], guess))

    assert told == [(0, 0), (2, 2 * round(WEIGHTS["shadow-copies"]))]


# How the guess follows the machine.


def test_the_guess_falls_by_what_has_passed_and_ends_at_nothing():
    took = {"clock": 0.2, "memory": 30.72, "temporary": 50.0, "bodyfile": 45.0}
    guess, told, elapsed = Remaining(list(took), Amounts(sizes={"memory": 3 * GIB})), [], 0.0
    for name, seconds in took.items():
        guess.collector(name, elapsed)
        told.append((guess.seconds(elapsed), guess.seconds(elapsed + seconds)))
        elapsed += seconds
    guess.collector("footprint", elapsed)

    assert told == [(126, 126), (126, 95), (95, 45), (45, 0)]
    assert guess.seconds(elapsed) == 0


@pytest.mark.parametrize("name", ["memory", "dumps", "memory-remains", "directory"])
def test_what_is_large_is_guessed_at_the_pace_at_which_this_stick_was_written(name):
    guess = Remaining(["running-programs", name], Amounts(sizes={name: 10 * GIB}))
    guess.collector("running-programs", 0.0)
    before = guess.seconds(0.0)
    guess.item(1 << 20, 1.0)
    assert guess.seconds(0.0) == before
    guess.item(191 << 20, 20.0)
    assert guess.seconds(0.0) == pytest.approx(10 * before, rel=0.01)
    guess.collector(name, 20.0)

    assert guess.seconds(20.0) == 1024  # no second time for what made it slow


def test_many_small_files_tell_nothing_of_how_fast_bytes_move():
    """A hundred megabytes of them in ten minutes: nobody reads memory at that pace."""
    guess = Remaining(["var-log", "memory"], Amounts(sizes={"memory": 10 * GIB}))
    guess.collector("var-log", 0.0)
    for number in range(1, 1001):
        guess.item(number * 100 << 10, number * 0.6)
    guess.collector("memory", 600.0)

    assert guess.seconds(600.0) == round(10 * GIB / (100 << 20))


def test_of_a_disk_that_is_imaged_the_pieces_tell_how_long_the_others_take():
    guess = Remaining(["disk", "disk-image"], Amounts(sizes={"disk-image": 10 * GIB}))
    guess.collector("disk", 0.0)
    guess.collector("disk-image", 1.0)
    guess.item(1 * GIB, 101.0)
    guess.item(3 * GIB, 301.0)

    assert guess.seconds(301.0) == 700
    assert guess.seconds(351.0) == 650


def test_of_very_many_bytes_nothing_is_guessed_before_their_pace_is_measured():
    guess = Remaining(["disk-image"], Amounts(sizes={"disk-image": 2000 * GIB}))
    guess.collector("disk-image", 0.0)
    assert guess.seconds(1.0) is None
    guess.item(1 * GIB, 50.0)

    assert guess.seconds(50.0) == 1999 * 50


def test_what_takes_far_longer_than_was_thought_is_no_longer_guessed():
    guess = Remaining(["clock", "bodyfile"], Amounts())
    guess.collector("clock", 0.0)
    guess.collector("bodyfile", 1.0)
    assert guess.seconds(40.0) > 0
    assert guess.seconds(600.0) is None
    guess.collector("footprint", 700.0)

    assert guess.seconds(700.0) == 0


# What is said of it.


def test_what_is_said_falls_at_once_and_rises_only_by_much():
    steps = Steps()
    told = [
        (700, 15),
        (650, 15),
        (590, 10),
        (620, 10),
        (880, 10),
        (901, 20),
        (61, 2),
        (1, 1),
        (80, 1),
    ]

    assert [(seconds, steps.minutes(seconds)) for seconds, _ in told] == told
    assert [steps.minutes(each) for each in (None, 3600, 3601, 10**9)] == [None, 60, 60, 4320]


@pytest.mark.parametrize(
    ("language", "minutes", "says"),
    [
        ("en", 3, "about 3 min left, a guess"), ("ja", 90, "残り 約90分(目安)"),
        ("en", 240, "about 4 hours left, a guess"), ("ja", 120, "残り 約2時間(目安)"),
        ("en", None, "how long still: not known yet"), ("ja", None, "残り時間はまだ分かりません"),
    ],
)  # fmt: skip
def test_it_is_said_in_words_as_a_guess_or_as_not_known(language, minutes, says):
    assert in_words(Texts(language), minutes) == says


def test_hours_are_said_where_they_are_whole():
    assert [each for each in STEPS if each >= 120 and each % 60] == []


def test_a_terminal_half_as_fast_is_believed():
    told = session(slowed(TERMINAL, 2.0), Remaining(list(TERMINAL), Amounts()))
    off = {name: guess / left for name, _, left, guess in reversed(told) if left > 0}

    assert off["ntfs-metadata"] == pytest.approx(0.5, abs=0.05)
    assert off["bodyfile"] == pytest.approx(1.0, abs=0.3)


def test_a_slow_machine_is_believed():
    def after(seconds: float) -> int | None:
        guess = Remaining(["processes", "temporary"], Amounts())
        guess.collector("processes", 0.0)
        guess.collector("temporary", seconds)
        return guess.seconds(seconds)

    assert after(200.0) > 5 * after(2.0)


def test_a_slow_disk_shows_before_the_collector_is_done_that_it_slows_down():
    """Four times as slow, and one collector runs for minutes."""
    took = {"event-logs": 120.0, "referenced-programs": 80.0, "bodyfile": 180.0}
    told = session(took, Remaining(list(took), Amounts()))
    during = {at: guess for name, at, _, guess in told if name == "event-logs"}

    assert during[115.0] > during[60.0] > during[35.0]
    assert during[115.0] > 0.6 * (sum(took.values()) - 115.0)


def test_what_an_earlier_session_took_does_not_make_this_machine_look_fast():
    took = {"event-logs": 0.0, "registry": 0.0, "bodyfile": 45.0}
    told = session(took, Remaining(list(took), Amounts()))

    assert [guess for name, _, left, guess in told if left == 45.0 and name == "bodyfile"] == [22]


# Where it is said.


@pytest.mark.parametrize(
    ("language", "known", "unknown"),
    [
        ("en", "about 1 min left, a guess", "how long still: not known yet"),
        ("ja", "残り 約1分(目安)", "残り時間はまだ分かりません"),
    ],
)
def test_a_collection_says_how_long_still_or_that_nobody_knows(language, known, unknown, tmp_path):
    tree = hosts.linux(tmp_path).with_file("/etc/passwd", "").root
    told = [
        command_line.run(
            "collect", "--source", source, *only, "--skip", "yara", "--output", tmp_path / "out",
            "--language", language,
        ).err.splitlines()
        for source, only in (("live", ("--only", "clock")), (tree, ()))
    ]  # fmt: skip

    assert [(lines.count(known), lines.count(unknown)) for lines in told] == [(1, 0), (0, 1)]


def test_of_a_disk_that_is_imaged_it_is_known_from_its_size(tmp_path):
    image = tmp_path / "disk.raw"
    image.write_bytes(bytes(range(256)) * (1 << 13))
    done = command_line.run("image", image, "--output", tmp_path / "out")

    assert done.err.splitlines().count("about 1 min left, a guess") == 1
    assert "not known yet" not in done.err


def test_on_a_terminal_it_stands_below_the_bar(tmp_path):
    shown = command_line.on_terminal(
        "collect", "--only", "clock", "--skip", "yara", "--output", tmp_path, columns=40
    )

    assert "about 1 min left, a guess" in shown.out


@pytest.mark.parametrize("columns_", [40, 80])
def test_a_narrow_terminal_shows_all_of_its_lines(columns_, tmp_path):
    shown = command_line.on_terminal(
        "collect", "--only", "clock", "--skip", "yara", "--output", tmp_path, columns=columns_
    )
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.out)
    lines = [line for line in re.split(r"[\r\n]+", plain) if re.search(r" [0-9]/[0-9?] ", line)]

    assert {line[-7:] for line in lines} & {"0:00:00", "0:00:01"}
    assert max(map(columns, lines)) <= columns_


@pytest.mark.parametrize(
    ("name", "room", "says"),
    [
        ("/var/log/a", 10, "/var/log/a"), ("/var/log/abc", 10, "…/log/abc"),
        ("/長い/名前/end", 10, "…名前/end"), ("/var/log/a", 7, ""),
    ],
)  # fmt: skip
def test_of_a_long_path_the_end_is_shown(name, room, says):
    assert _fitting(name, room) == says
