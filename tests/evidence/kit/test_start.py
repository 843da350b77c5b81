"""What a kit's doors run: with the key where it is given, on damaged kits, and what they leave."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
from pathlib import Path

import bundles
import kits
import pytest
import runs
from command_line import PROGRAM, environment, run
from leftovers import SMALL, world
from mounting import mounted
from terminals import PAGES, terminal

from chain_of_custody.verdict import Exit
from evidence.cli.kit.start import _watched
from evidence.cli.shared import Voice
from evidence.cli.texts import Texts
from evidence.collecting.resume import Interruption
from evidence.kit import listing
from evidence.kit.description import described
from evidence.reading.checked import open_bundle, verify_bundle
from evidence.wizard.contact import Contact

LANGUAGE = (
    "import sys, pathlib; from evidence.kit import start; "
    "print(start._language(pathlib.Path(sys.argv[1])))"
)
MEANT = "--on-this-disk"  # where the kits of tests lie
MACHINE = "pharmacy-of-the-third-floor"


@pytest.fixture(scope="module")
def made(provider, tmp_path_factory):
    with kits.lent(kits.small(provider, tmp_path_factory.mktemp("made") / "kit").path) as kit:
        yield kit


@pytest.fixture
def kit(made, tmp_path):
    return kits.copied(made, tmp_path / "kit")


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "山田太郎.txt").write_text("the words of a patient\n")
    return tmp_path / "tree"


@pytest.mark.parametrize("written", ["--passphrase-file {}", "--passphrase-file={}"])
def test_the_key_is_taken_however_its_passphrase_is_given(written, kit, tree, provider):
    options = [each.format(provider.passphrase_file) for each in written.split()]
    ended = run("kit", "start", kit, "--source", tree, MEANT, *options, HOZEN_LANG="en")

    assert ended.code == 0
    assert "without the kit's key" not in ended.err
    assert verify_bundle(runs.bundle_in(kit / "out"), trust=provider.trust()).exit is Exit.VERIFIED


@pytest.mark.parametrize("left", [None, b"", b"no key\n"], ids=["gone", "empty", "spoilt"])
def test_a_damaged_key_ends_no_collection(left, kit, tree, provider):
    key = kit / "app/key/kit.key"
    key.unlink() if left is None else key.write_bytes(left)
    options = ("--passphrase-file", provider.passphrase_file, "--source", tree, MEANT)
    ended = run("kit", "start", kit, *options, HOZEN_LANG="en")

    assert ended.code == 3
    assert "The kit's key can't be read" in ended.err
    assert "Going on without the kit's key" in ended.err
    assert verify_bundle(runs.bundle_in(kit / "out")).exit is Exit.VERIFIED


@pytest.mark.parametrize("left", [None, b"no key\n"], ids=["gone", "spoilt"])
def test_a_damaged_key_ends_no_way_through_the_screens(left, kit, tmp_path):
    key = kit / "app/key/kit.key"
    key.unlink() if left is None else key.write_bytes(left)
    command = [*PROGRAM, "kit", "start", str(kit)]
    with (
        mounted(kit / "out", options="size=3g"),
        terminal(tmp_path, command, language="en") as seen,
    ):
        seen.through(PAGES["en"])
        seen.see("If you were told the kit's passphrase")
        seen.press("x", "Enter")
        seen.see("Going on without the kit's key")
        seen.press("9", "2")
        seen.see("Enter")


def spoil(kit):
    with (kit / listing.NAME).open("a") as file:
        file.write("no digest\n")


def take_away(kit):
    (kit / listing.NAME).unlink()


def replace_by_a_pipe(kit):
    take_away(kit)
    os.mkfifo(kit / listing.NAME)


@pytest.mark.parametrize("damage", [spoil, take_away, replace_by_a_pipe])
def test_a_damaged_list_of_files_ends_no_collection(damage, kit, tree):
    damage(kit)
    ended = run("kit", "start", kit, "--source", tree, MEANT, HOZEN_LANG="en")

    assert ended.code == 3
    assert f"the kit is not as its list says: {listing.NAME}" in ended.err
    assert verify_bundle(runs.bundle_in(kit / "out")).exit is Exit.VERIFIED


def test_another_verb_that_was_ended_is_gone_on_with_by_the_door(kit, tmp_path):
    tree, output = world(tmp_path / "world"), tmp_path / "USB 1"
    child = runs.begun(
        "kit", "start", kit, "collect", "--output", output, "--source", tree, "--skip", "yara",
        MEANT, settings=SMALL,
    )  # fmt: skip
    while not list(output.glob("HZ_*/data/volume-00003*")):
        assert child.poll() is None
    child.send_signal(signal.SIGINT)
    (line,) = (each for each in runs.ended(child).out.splitlines() if each.startswith("To go on:"))

    assert shlex.split(line.removeprefix("To go on:")) == [
        "sh", str(kit / "collect.sh"), "collect", "--resume", str(runs.bundle_in(output)),
        MEANT, "--source", str(tree), "--skip", "yara",
    ]  # fmt: skip


# What differs between the look before and the look after a run.


def watched(kit, capsys, do):
    """What is said of a run that does this to the kit."""
    voice = Voice(t=Texts("en"))
    code = _watched(voice, kit, described(kit / "kit.json"), "out", lambda: do() or 0)
    *lines, last = capsys.readouterr().err.splitlines()
    assert last == "The medium may be pulled out now."
    return code, lines


def test_a_change_during_a_run_is_named_however_many_there_were_before(kit, capsys):
    names = sorted((kit / "app/hozen/evidence").rglob("*.py"))
    kept = names[6].read_bytes()
    for path in names[1:7]:
        kits.change(path, b"changed\n")

    def exchanged():  # as many as before, and the same five come first
        kits.change(names[6], kept)
        kits.change(names[7], b"changed\n")

    code, lines = watched(kit, capsys, exchanged)

    assert code == 3
    assert lines[-1] == (
        "WARNING: the kit is not what it was before the run: "
        f"{names[6].relative_to(kit)}, {names[7].relative_to(kit)}. Tell the provider."
    )


def test_that_nothing_was_changed_is_said_last(kit, capsys):
    code, lines = watched(kit, capsys, lambda: None)

    assert (code, lines[-1]) == (0, "The kit's own files are what they were before the run.")


def test_a_file_that_can_be_read_again_after_a_run_is_named(kit, capsys):
    file = kit / "app/hozen/evidence/machine/clock.py"
    text = file.read_bytes()
    file.unlink()
    code, lines = watched(kit, capsys, lambda: file.write_bytes(text) and None)

    assert code == 3
    assert "before the run: app/hozen/evidence/machine/clock.py. Tell" in lines[-1]


def test_a_damaged_list_of_files_ends_no_rehearsal(kit):
    spoil(kit)
    ended = run("kit", "start", kit, "--rehearse", HOZEN_LANG="en")

    assert ended.code == 3
    assert f"NO: the kit's files are as its list says ({listing.NAME})" in ended.out


@pytest.mark.parametrize(
    ("variables", "speaks"),
    [
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, "ja"),
        ({"LANG": "en_US.UTF-8", "HOZEN_LANG": "en"}, "en"),
        ({"LANG": "ja_JP.UTF-8", "TERM": "linux"}, "en"),
    ],
    ids=["the host is English", "asked for English", "no Japanese characters"],
)
def test_a_kit_speaks_its_own_language_not_the_host_s(variables, speaks, provider, tmp_path):
    kit = kits.small(provider, tmp_path / "kit", language="ja").path
    said = subprocess.run(
        [PROGRAM[0], "-c", LANGUAGE, kit], env=environment(**variables), check=True,
        capture_output=True, text=True,
    )  # fmt: skip

    assert said.stdout == f"{speaks}\n"


@pytest.mark.parametrize("wrong", ["--profil", "--nonsense"])
def test_who_typed_a_wrong_option_is_told_what_to_type_here(wrong, kit):
    ended = run("kit", "start", kit, wrong, "quick", HOZEN_LANG="en")

    assert ended.code == 2
    assert "ee sh collect.sh --help" in ended.err


@pytest.mark.parametrize(
    ("letters", "encoding"),
    [("ja_JP.eucJP", "euc_jp"), ("ja_JP.ujis", "euc_jp"), ("ja_JP.SJIS", "cp932"),
     ("ja_JP.UTF-8", "utf-8"), ("C", "utf-8"), ("", "utf-8")],
)  # fmt: skip
def test_japanese_is_written_in_the_letters_of_the_terminal(letters, encoding, provider, tmp_path):
    kit = kits.small(provider, tmp_path / "kit", language="ja").path
    said = subprocess.run(
        [PROGRAM[0], "-X", "utf8", kit / "app" / "start.py", "--help"], check=True,
        env=environment(HOZEN_LETTERS=letters), capture_output=True,
    )  # fmt: skip

    assert "証拠" in said.stdout.decode(encoding)


@pytest.mark.parametrize("profile", ["quick", "full"])
def test_who_is_led_sees_the_patient_first_and_takes_what_the_kit_says(profile, provider, tmp_path):
    with mounted(tmp_path / "media", options="size=3g") as media:
        kit = kits.small(provider, Path(media) / "kit", profile=profile).path
        with terminal(tmp_path, [*PROGRAM, "kit", "start", str(kit)], language="en") as seen:
            first = seen.see("use for care")
            seen.through(PAGES["en"])
            seen.see("If you were told the kit's passphrase")
            seen.settle()
            seen.press("Enter")
            seen.see("Going on without the kit's key")
            seen.see("Now: ")
            seen.press("9")
            seen.see("Stop now")
            seen.press("2")
            seen.see("It stopped before it was done")
        begun = Interruption(runs.bundle_in(kit / "out")).started

    assert "passphrase" not in first
    assert begun.profile == profile


def test_who_is_led_is_told_whom_to_call(provider, tmp_path):
    contact = Contact(name="夜間窓口", telephone="00-1234")
    kit = kits.small(provider, tmp_path / "kit", contact=contact).path
    with terminal(tmp_path, [*PROGRAM, "kit", "start", str(kit)]) as seen:
        seen.see("患者さんの安全が先です")
        seen.press("2")
        assert "電話: 夜間窓口  00-1234" in seen.see("責任者が来るまで")
        seen.press("Enter")
        assert seen.code() == 3


def test_a_damaged_kit_is_said_on_the_page_before_the_start_and_at_the_end(kit, tmp_path):
    (kit / "app/start.py").write_text("changed")
    command = [*PROGRAM, "kit", "start", str(kit)]
    with (
        mounted(kit / "out", options="size=3g"),
        terminal(tmp_path, command, language="en") as seen,
    ):
        seen.through(PAGES["en"][:-1])
        ready = seen.see(PAGES["en"][-1])
        seen.press("9", "2", "Enter")
        code, kept = seen.code(), seen.kept()

    assert "The kit is not as its list says: app/start.py" in ready
    assert code == 3
    assert "WARNING: the kit is not as its list says: app/start.py" in kept


def test_a_kit_ends_in_the_language_that_a_key_chose(kit, tmp_path):
    (kit / "app/start.py").write_text("changed")
    with terminal(tmp_path, [*PROGRAM, "kit", "start", str(kit)], language="en") as seen:
        seen.see("use for care")
        seen.press("8")
        seen.see("患者さんの安全が先です")
        seen.press("9", "2", "Enter")
        assert seen.code() == 3
        kept = seen.kept()

    assert "警告: キットが一覧と違います: app/start.py" in kept
    assert "WARNING" not in kept


@pytest.mark.parametrize(
    ("language", "usage", "heading"),
    [("ja", "使い方: sh collect.sh [オプション]", "オプション:"),
     ("en", "Usage: sh collect.sh [OPTIONS]", "Options:")],
)  # fmt: skip
@pytest.mark.parametrize("more", [(), ("--rehearse",)])
def test_the_help_of_a_kit_s_door_says_what_is_typed_there(kit, more, language, usage, heading):
    told = run("kit", "start", kit, *more, "--help", HOZEN_LANG=language)

    assert told.code == 0
    assert told.out.startswith(usage + "\n")
    assert f"\n{heading}\n" in told.out


def test_a_rehearsal_speaks_the_language_that_is_asked_for_and_json(kit):
    ended = run("kit", "start", kit, "--rehearse", "--language", "ja", "--json")
    document = json.loads(ended.out)

    assert "試し動かし" in ended.err
    assert document["page"].startswith(str(kit / "out" / "REHEARSAL_"))
    assert {one["what"]: one["fine"] for one in document["results"]}["verified"] is True


def test_a_used_stick_that_is_lost_tells_no_name_and_no_content(kit, tree):
    named = ["unshare", "--uts", "sh", "-c", f'hostname {MACHINE} && exec "$@"', "sh"]
    for options in (["--source", tree, MEANT], ["--only", "os-identity", MEANT], ["--rehearse"]):
        done = subprocess.run(
            [*named, *PROGRAM, "kit", "start", str(kit), *map(str, options)], check=False,
            env=environment(), capture_output=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode in (0, 3), done.stderr
    lying = [each.path for each in listing.entries(kit / "out") if each.kind == "file"]
    told = "\n".join(map(str, lying)).encode() + b"".join(path.read_bytes() for path in lying)

    held = opened(*(kit / "out").glob("HZ_*Z"))
    assert len([path for path in lying if path.name.startswith("REHEARSAL_")]) == 1
    for secret in (MACHINE, "山田太郎", "the words of a patient"):
        assert secret.encode() not in told, secret
        assert secret.encode() in held, secret


def opened(*paths) -> bytes:
    """What a recipient reads in bundles: names and contents."""
    found = bytearray()

    def keep(_item, piece) -> None:
        found.extend(piece)

    for path in paths:
        for record in open_bundle(path, identities=[bundles.IDENTITY], sink=keep).records():
            found.extend(record.meta.source.origin.encode())
    return bytes(found)


# Where to: never onto the machine that is looked at, unless that is meant.

OWN = "/etc/out"
VERBS = (
    ["--only", "clock"], ["--source", "/etc/hostname"], ["memory", "acquire"],
    ["image", "/etc/hostname"], ["--output", "/nowhere/out", "--second-copy", OWN],
)  # fmt: skip


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_this_machine_s_own_disk_is_refused_in_one_line(words, kit):
    second = "--second-copy" in words
    ended = run("kit", "start", kit, *words, *([] if second else ["--output", OWN]))

    assert ended.code == 4
    assert "--on-this-disk" in ended.err.splitlines()[-1]
    assert not os.path.lexists(OWN)


@pytest.mark.parametrize("written", ["--output {}", "--output={}"])
def test_another_destination_is_told_as_the_one_that_is_written_to(written, kit, tree, tmp_path):
    other = tmp_path / "other"
    options = written.format(other).split()
    ended = run("kit", "start", kit, "--source", tree, MEANT, *options, HOZEN_LANG="en")

    assert ended.code == 0
    assert f"evidence goes to {other}, encrypted" in ended.err
    assert f"{kit / 'out'}," not in ended.err


def test_a_medium_of_its_own_is_taken_unasked(provider, tmp_path):
    with mounted(str(tmp_path / "stick"), what="none", kind="tmpfs") as stick:
        kit = kits.small(provider, Path(stick) / "kit").path
        ended = run("kit", "start", kit, "--only", "clock")
        sealed = verify_bundle(runs.bundle_in(kit / "out")).exit

    assert (ended.code, sealed) == (0, Exit.VERIFIED), ended.err
