"""The command to go on with, as it is printed: typed like that, it takes what was to be taken."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import bundles
import click
import pytest
import runs
from leftovers import SMALL, world

from evidence.cli import build
from evidence.cli.collect import command as collect
from evidence.cli.kit.imager import Door
from evidence.cli.taking.again import again
from evidence.cli.texts import Texts
from evidence.reading.checked import open_bundle

SAYS = "To go on: "


def told(ended: runs.Ended) -> str:
    """The command that a run said to go on with."""
    (line,) = (each for each in ended.out.splitlines() if each.startswith(SAYS))
    return line.removeprefix(SAYS)


def typed(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Type it where the first was typed."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", line], capture_output=True, text=True, check=False, timeout=250, cwd=folder,
        env=runs.environment(PATH=path),
    )  # fmt: skip


def test_names_with_spaces_and_quotes_are_right_to_type_and_options_are_said_again(tmp_path):
    place = tmp_path / "USB 鍵's"
    tree = world(place / "src" / "花子 (1)").parent
    child = runs.begun(
        "collect", "--output", place / "out", "--source", tree, "--skip=yara", "--documents",
        "--case", "A-1", "--recipient", bundles.RECIPIENT, "--operator", "花子", settings=SMALL,
    )  # fmt: skip
    while not list(place.glob("out/HZ_*/data/volume-00003*")):
        assert child.poll() is None
    child.send_signal(signal.SIGINT)
    first = runs.ended(child)
    bundle = runs.bundle_in(place / "out")
    done = typed(told(first), tmp_path)
    opened = open_bundle(bundle, identities=[bundles.IDENTITY])

    assert first.code == 3
    assert shlex.split(told(first)) == [
        "hozen", "collect", "--resume", str(bundle), "--source", str(tree), "--skip", "yara",
        "--documents",
    ]  # fmt: skip
    assert done.stdout.startswith(f"Sealed: {bundle}\n"), done.stderr
    assert {one.meta.yara.mode for one in opened.records() if one.meta.yara} == {"none"}


def spoken(*arguments: str, door: Door | None = None) -> list[str]:
    """What would be said of a run that was typed like this."""
    command: click.Command = build(Texts("en"))
    context = command.make_context("hozen", list(arguments), obj=door)
    words = list(arguments)
    while isinstance(command, click.Group):
        name, words = words[0], words[1:]
        command = command.get_command(context, name)
        context = command.make_context(name, list(words), parent=context)
    with context:
        return shlex.split(again(Path("out/HZ_A")))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("collect --output out --only clock --only=cron --skip yara --profile full --kit kit",
         "hozen collect --resume out/HZ_A --kit kit --only clock --only cron --skip yara"),
        ("collect --output out --json --quiet --reference ask --challenge abc --max-size 20GiB",
         "hozen collect --resume out/HZ_A --max-size 20GiB"),
        ("collect --output out --process 4711,4712 --process=9 --profile quick",
         "hozen collect --resume out/HZ_A --process 4711,4712 --process 9"),
        ("collect --resume out/HZ_A --engine boreal --rules a --rules 'b c' --second-copy /mnt/2",
         "hozen collect --resume out/HZ_A --second-copy /mnt/2 --engine boreal --rules a "
         "--rules 'b c'"),
        ("image /dev/sdb --output out --digest md5 --digest sha1",
         "hozen image /dev/sdb --resume out/HZ_A --digest md5 --digest sha1"),
        ("memory acquire --output out --imager ./i --imager-sha256 00 --imager-argument=-o "
         "--imager-argument {output} --imager-time 30m",
         "hozen memory acquire --resume out/HZ_A --imager ./i --imager-sha256 00 "
         "--imager-argument=-o --imager-argument {output} --imager-time 30m"),
        ("ingest photos --from A --photos --form f.jpg --output out",
         "hozen ingest photos --resume out/HZ_A --from A --photos --form f.jpg"),
        ("wizard --output 'a b' --recipient age1x --plain",
         "hozen wizard --output 'a b' --recipient age1x --plain"),
    ],
    ids=["choice", "one run's", "processes", "rules", "image", "imager", "photos", "wizard"],
)  # fmt: skip
def test_each_verb_says_what_the_bundle_does_not_know(arguments, says):
    assert spoken(*shlex.split(arguments)) == shlex.split(says)


def test_who_came_by_a_kit_s_door_goes_on_by_it():
    door = Door(None, ("sh", "/media/USB 鍵/collect.sh"))
    given = ["--profile", "quick", "--output", "out", "--case", "A", "--kit", "app/key"]
    typed = ["--only", "cron", "--process", "4711"]
    context = collect(Texts("en")).make_context("collect", [*given, *typed], obj=door)
    with context:
        assert again(Path("out/HZ_A")) == (
            "sh '/media/USB 鍵/collect.sh' --resume out/HZ_A --only cron --process 4711"
        )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("memory acquire --output /mnt/2 --imager-time 30m",
         "memory acquire --resume out/HZ_A --imager-time 30m"),
        ("image /dev/sdb --output out --kit k", "image /dev/sdb --resume out/HZ_A --kit k"),
        ("wizard --output 'a b' --recipient age1x", "wizard --output 'a b' --recipient age1x"),
    ],
    ids=["memory", "image", "wizard"],
)  # fmt: skip
def test_another_verb_of_a_kit_is_typed_behind_its_door_with_all_that_the_door_does_not_say(
    arguments, says
):
    door = Door(None, ("sh", "/media/USB 鍵/collect.sh"))

    assert spoken(*shlex.split(arguments), door=door) == [*door.words, *shlex.split(says)]


def test_a_name_moves_no_cursor_and_is_not_cut_off():
    with collect(Texts("en")).make_context("collect", ["--output", "x"]):
        line = again(Path("out/" + "long" * 100 + "\x1b[2J"))

    assert "\x1b" not in line
    assert line.endswith("long\\x1b[2J'")
