"""A kit that carries the operator's imager: pinned in kit.json, found there, and refused if not it.

The programs are the tests' own; on Windows, under Wine, one is run in `test_on_windows.py`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

import bundles
import kits
import pytest
import runs
from command_line import PROGRAM, environment, run
from tracing import traced

from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import list_key
from collectors.files.source import Source
from collectors.ram.imager.imaged import ImagedMemory
from collectors.ram.imager.program import Imager
from evidence.collecting.landing import Landing
from evidence.kit import listing
from evidence.kit.carried.imager import Brought, bring, carried
from evidence.kit.checking import check
from evidence.kit.description import described
from evidence.kit.errors import KitAlteredError, KitError
from evidence.planning.choice import chosen
from evidence.planning.request import Request
from evidence.surroundings.on_linux import machine

PACKED = 5 + os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 500
"""Bytes of a packed image: that one may be smaller than the memory, to a degree."""
PLACE = "app/imager/imager.sh"
IMAGE = "memory:/physical.image"
PROFILES = ("quick", "standard", "full")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A program that gives what begins as a packed image, and leaves a trace that it was run."""
    path = tmp_path_factory.mktemp("tools") / "imager.sh"
    path.write_text(f'#!/bin/sh\necho $$ > {path}.ran\n[ -e {path}.hang ] && exec sleep 600\n'
                    f'[ "$1" = -go ] && printf AVML\nhead -c {PACKED} /dev/zero\n')  # fmt: skip
    return path


def named(program: Path, **more) -> Imager:
    return Imager(str(program), more.pop("sha256", listing.digest(program)), ("-go",), 900)


def brought(program: Path, **more) -> Brought:
    return bring(named(program, **more))


@pytest.fixture(scope="module")
def made(provider, program, tmp_path_factory):
    place = tmp_path_factory.mktemp("made") / "kit"
    with kits.lent(kits.small(provider, place, imager=brought(program)).path) as kit:
        yield kit


@pytest.fixture
def kit(made, ran, tmp_path):
    """That kit, and its program was not run yet."""
    ran.unlink(missing_ok=True)
    return kits.copied(made, tmp_path / "kit")


@pytest.fixture
def ran(program):
    return Path(f"{program}.ran")


def collected(kit: Path, provider, folder: Path, *more):
    """What a collection by the kit's door gave: how it ended, and records by origin."""
    options = ("--profile", "standard", "--json", "--on-this-disk")
    ended = run("kit", "start", kit, *options, *more, HOZEN_LANG="en")
    run("import", runs.bundle_in(kit / "out"), "--into", folder / "case", "--identity",
        provider.home / "identity.txt")  # fmt: skip
    (listed,) = (folder / "case/hosts").glob("*/items.jsonl")
    rows = [json.loads(line) for line in listed.read_text().splitlines()]
    return ended, {row["meta"]["source"]["origin"]: row for row in rows}


MEMORY = ("--only", "clock", "--only", "memory")


def test_kit_json_pins_it_and_the_signed_list_has_both(kit, provider, program):
    pinned, digest = described(kit / "kit.json").imager, listing.digest(program)
    listed = listing.listed(listing.read(kit), kit)

    assert (pinned.name, pinned.platform, pinned.sha256) == ("imager.sh", "linux", digest)
    assert (pinned.arguments, pinned.seconds) == (["-go"], 900)
    assert (listed[PLACE], "kit.json" in listed) == (digest, True)
    assert check(kit, provider.trust(), now=kits.NOW).exit_code == 0


def test_the_collector_finds_it_there_and_says_what_it_ran(kit, provider, program, ran, tmp_path):
    _, found = collected(kit, provider, tmp_path, *MEMORY)
    image = found[IMAGE]

    assert ran.exists()
    assert (image["content"]["status"], image["content"]["size"]) == ("acquired", 4 + PACKED)
    assert image["meta"]["method"]["program"] == {
        "arguments": ["-go"], "path": str(kit / PLACE), "sha256": listing.digest(program),
    }  # fmt: skip


LOST = b"\x7fELF the memory of a machine, with the words of a patient"
WRITTEN = 1_790_000_000_000_000_000  # ns since 1970


@pytest.fixture
def pulled(kit, program, ran):
    """The kit after its stick was pulled while an imager wrote its file: that lies beside."""
    Path(f"{program}.hang").touch()
    try:
        child = runs.begun("kit", "start", kit, "--profile", "standard", "--on-this-disk", *MEMORY)
        while not (ran.exists() and ran.read_text()):
            assert child.poll() is None
        for process in (child.pid, int(ran.read_text())):
            os.kill(process, signal.SIGKILL)
        runs.ended(child)
    finally:
        Path(f"{program}.hang").unlink()
    bundle = runs.bundle_in(kit / "out")
    Path(Landing(bundle).path).write_bytes(LOST)
    os.utime(Landing(bundle).path, ns=(WRITTEN, WRITTEN))
    return bundle


def test_memory_that_a_pulled_stick_has_in_clear_is_named_whatever_is_asked(kit, provider, pulled):
    place = f"out/{pulled.name}.imager"
    root = provider.home / "root.pem"
    checked = run("kit", "check", kit, "--trust", root, HOZEN_LANG="en")
    options = ("--only", "clock", "--skip", "yara", "--on-this-disk")
    begun = run("kit", "start", kit, *options, HOZEN_LANG="en")

    assert checked.code == 1
    assert f"MEMORY, NOT ENCRYPTED: {place}" in checked.out
    assert begun.code == 3
    assert begun.err.count(f"MEMORY, NOT ENCRYPTED: {place}") == 2  # before and after
    for other in (["--rehearse"], ["memory", "acquire", "--dry-run"]):
        told = run("kit", "start", kit, *other, HOZEN_LANG="ja")
        assert f"暗号化されていないメモリの内容: {place}" in told.err
    assert "not as its list says" not in begun.err
    assert (kit / place).read_bytes() == LOST  # it may be the only copy there is


def test_going_on_takes_it_and_leaves_nothing_of_it_in_clear(kit, provider, pulled, tmp_path):
    ended, found = collected(kit, provider, tmp_path, "--resume", pulled, *MEMORY)
    left, image = found["memory:/interrupted.image"], found[IMAGE]
    lying = [each.path for each in listing.entries(kit / "out") if each.kind == "file"]

    assert ended.code == 3
    assert (left["content"]["status"], left["content"]["size"]) == ("partial", len(LOST))
    assert left["meta"]["times"]["m"] == str(WRITTEN)
    assert image["content"]["status"] == "acquired"
    assert [path for path in lying if LOST in path.read_bytes()] == []
    assert check(kit, provider.trust(), now=kits.NOW).exit_code == 0


def test_another_program_of_its_name_is_not_run_and_the_rest_is_taken(kit, provider, ran, tmp_path):
    with (kit / PLACE).open("a") as file:
        file.write("# changed\n")
    ended, found = collected(kit, provider, tmp_path, *MEMORY)
    digest = listing.digest(kit / PLACE)

    assert ended.code == 3
    assert found[IMAGE]["content"]["status"] == "gap"
    assert found[IMAGE]["meta"]["errors"] == [
        f"{kit / PLACE}: sha256 {digest}, not the one that was named; not run"
    ]
    assert found["hozen:/clock.json"]["content"]["status"] == "acquired"
    assert not ran.exists()
    assert f"the kit is not as its list says: {PLACE}" in ended.err
    told = run("kit", "check", kit, "--trust", provider.home / "root.pem", HOZEN_LANG="en")
    assert (told.code, f"CHANGED: {PLACE}" in told.out) == (1, True)


def test_a_program_that_is_gone_ends_no_collection(kit, provider, tmp_path):
    (kit / PLACE).unlink()
    ended, found = collected(kit, provider, tmp_path, *MEMORY)

    assert (ended.code, found[IMAGE]["content"]["status"]) == (3, "gap")
    assert "ENOENT" in found[IMAGE]["meta"]["errors"][0]


def test_it_is_run_where_memory_is_taken_and_not_in_a_quick_collection(kit):
    imager, source = carried(kit, described(kit / "kit.json")), Source("/", live=True)
    requests = [Request(output=kit, profile=each, imager=imager) for each in PROFILES]
    runs_it = [any(isinstance(c, ImagedMemory) for c in chosen(r, source)) for r in requests]
    source.close()

    assert runs_it == [False, True, True]


def test_what_is_for_another_system_is_not_run_here(provider, tmp_path):
    (tmp_path / "imager.exe").write_bytes(b"MZ a program of Windows")
    kit = kits.small(provider, tmp_path / "kit", imager=brought(tmp_path / "imager.exe")).path
    about = described(kit / "kit.json")

    assert about.imager.platform == "windows"
    assert carried(kit, about) is None


def test_check_names_it_and_so_do_the_papers(kit, provider, program, tmp_path):
    digest = listing.digest(program)
    told = run("kit", "check", kit, "--trust", provider.home / "root.pem", HOZEN_LANG="en")
    data = run("kit", "check", kit, "--trust", provider.home / "root.pem", "--json")
    run("kit", "register", kit, "--out", tmp_path / "papers")
    sheet = (tmp_path / "papers/registration.html").read_text()

    assert f"Memory on linux by imager.sh, sha256 {digest}, arguments: -go" in told.out
    assert json.loads(data.out)["imager"] == {
        "arguments": ["-go"], "name": "imager.sh", "platform": "linux", "seconds": 900,
        "sha256": digest,
    }  # fmt: skip
    assert all(each in sheet for each in (PLACE, digest, "imager.sh -go"))


def test_a_list_that_has_another_program_than_is_pinned_is_refused(kit, provider, program):
    """Whoever can sign anew has changed the program, and left the pin."""
    (kit / PLACE).write_text("#!/bin/sh\n")
    kept = {e.name: listing.digest(e.path) for e in listing.entries(kit) if e.kind == "file"}
    names = kept.keys() - listing.UNLISTED
    (kit / listing.NAME).write_bytes(listing.encoded({name: kept[name] for name in names}))
    key = list_key(provider.kit)
    (kit / listing.SIGNATURE).write_bytes(cms.sign(listing.read(kit), key))
    found = check(kit, provider.trust(), now=kits.NOW)

    assert [one.kind for one in found.problems if one.exit_code == 1] == ["other_imager"]


def test_another_verb_of_the_kit_finds_it_too(kit):
    ended = run("kit", "start", kit, "memory", "acquire", "--dry-run", HOZEN_LANG="en")

    assert ended.code == 0
    assert f"{kit / PLACE} would be run" in ended.out


def test_a_verb_that_takes_no_memory_does_not_read_it(kit, tmp_path):
    code, calls = traced([*PROGRAM, "kit", "start", str(kit), "verify", str(tmp_path / "none")],
                         tmp_path / "trace", env=environment())  # fmt: skip

    assert code == 2
    assert [str(call) for call in calls if str(kit / "kit.json") in call.places]
    assert [str(call) for call in calls if str(kit / PLACE) in call.places] == []


def test_the_wizard_s_check_says_that_it_will_be_run(kit):
    imager = carried(kit, described(kit / "kit.json"))
    found = machine(imager, image=True)
    lands = machine(imager._replace(arguments=("{output}",)), image=True)

    assert (found.memory, lands.memory) == ("imager", "imager")
    assert lands.ram == 2 * found.ram > 0


def test_another_digest_is_brought_nowhere(program):
    with pytest.raises(KitAlteredError, match="not the program that was named") as raised:
        brought(program, sha256="ab" * 32)

    assert raised.value.exit_code == 1


@pytest.mark.parametrize(
    "name",
    ["取得 1.sh", "nul", "NUL.exe", "con", "aux.sh", "com1", "Lpt9.tar", "a.", ".a", "-."],
)
def test_a_name_that_not_every_stick_holds_is_brought_nowhere(name, program, tmp_path):
    strange = Path(shutil.copy(program, tmp_path / name))
    with pytest.raises(KitError, match="only the letters"):
        brought(strange)


@pytest.mark.parametrize("name", ["a", "console.sh", "nul1", "COM10.exe", "x.con", "-", "a" * 64])
def test_other_names_are_fine(name, program, tmp_path):
    assert brought(Path(shutil.copy(program, tmp_path / name))).about.name == name


def test_what_is_for_none_of_a_kit_s_systems_builds_nothing(provider, program, tmp_path):
    given = {"platforms": ("windows",), "imager": brought(program)}
    with pytest.raises(KitError, match="a program for linux, which this kit is not made for"):
        kits.small(provider, tmp_path / "out" / "kit", **given)

    assert not (tmp_path / "out").exists()


def test_the_list_of_terms_names_it(kit):
    list_ = (kit / "LICENCES.txt").read_text(encoding="utf-8")

    assert f"\n{PLACE}\n    brought by who built this; its terms are not known here" in list_


def build(provider, out: Path, *more):
    return run(
        "kit", "build", "--platform", "linux", "--out", out, "--kit", provider.kit_key.parent,
        "--passphrase-file", provider.passphrase_file, "--recipient", bundles.RECIPIENT, *more,
        HOZEN_LANG="en",
    )  # fmt: skip


def test_another_digest_is_told_before_anything_is_done(provider, program, tmp_path):
    pin = ("--imager", program, "--imager-sha256", "ab" * 32)
    ended = build(provider, tmp_path / "out/kit", *pin)

    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert "not the program that was named" in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--imager-sha256", "0" * 64], "belong to a program"),
        (["--imager", "PROGRAM"], "only if its digest is known"),
        (["--imager", "PROGRAM", "--imager-sha256", "12"], "only if its digest is known"),
        (["--imager", "PROGRAM", "--imager-sha256", "ITS"], "a program for windows, which"),
        (["--imager", "/nonexistent", "--imager-sha256", "0" * 64], "/nonexistent"),
        (["--imager", "PIPE", "--imager-sha256", "0" * 64], "pipe: can't be read as a program"),
    ],
)
def test_the_command_refuses_what_is_not_pinned_or_not_for_it(options, words, provider, tmp_path):
    (tmp_path / "imager.exe").write_bytes(b"MZ")
    os.mkfifo(tmp_path / "pipe")
    stands_for = {
        "PROGRAM": tmp_path / "imager.exe", "PIPE": tmp_path / "pipe",
        "ITS": listing.digest(tmp_path / "imager.exe"),
    }  # fmt: skip
    typed = [stands_for.get(each, each) for each in options]
    ended = build(provider, tmp_path / "out/kit", *typed)

    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
    assert not (tmp_path / "out").exists()
