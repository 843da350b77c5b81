"""`verify.sh`, under three shells: good bundles, partial ones, a dozen attacks, hostile ground."""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from unittest import mock

import bundles
import pyrage
import pytest
from bundles import artifact, gap
from byhand import Json
from forge import copied, listing
from tracing import traced

import evidence.writing.bundle
from chain_of_custody.code import spoken_code, typed
from chain_of_custody.event import Person
from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing.certificates import HOLDER_ROLE, self_signed
from chain_of_custody.signing.keys import to_pem
from chain_of_custody.verdict import Anchors
from chain_of_custody.verify import verify
from evidence.custody.custodian import Act, append
from evidence.reading.container import VolumeOpener

SCRIPT = Path(bundles.__file__).parents[1] / "evidence" / "instructions" / "verify.sh"
SHELLS = (("dash",), ("bash",), ("busybox", "sh"))
LINE = re.compile(r"^([1-9]) (\w+) +(PASS|FAIL|NOT CHECKED)   \S", re.MULTILINE)
STAGES = (
    "structure", "volumes", "completeness", "items", "signature",
    "time", "custody", "anchors", "statements",
)  # fmt: skip
P, F, N = "PASS", "FAIL", "NOT CHECKED"
NOBODY = 65534
EDGES = bytes.fromhex("41 80 8f 90 9f a0 bf c1 c2 df e0 e2 ed ef bd f0 f4 f5 fe")
"""Where what is UTF-8 ends, and an ordinary letter."""


class Run:
    """One run of the script: exit, output, and how each stage ended."""

    def __init__(self, *arguments: object, shell=("dash",), script=SCRIPT, cwd=None, **env: str):
        done = subprocess.run(
            [*shell, str(script), *map(str, arguments)],
            capture_output=True, check=False, cwd=cwd, env={"PATH": "/usr/bin:/bin", **env},
        )  # fmt: skip
        self.exit = done.returncode
        self.output = done.stdout.decode()
        self.errors = done.stderr.decode()
        self.stages = {int(n): outcome for n, _, outcome in LINE.findall(self.output)}
        self.names = tuple(name for _, name, _ in LINE.findall(self.output))

    @property
    def outcomes(self) -> list[str]:
        return [self.stages[number] for number in range(1, 10)]

    @property
    def failed(self) -> list[int]:
        return [number for number, outcome in self.stages.items() if outcome == F]

    @property
    def verdict(self) -> str:
        return self.output.splitlines()[-1]


@pytest.fixture(scope="module")
def brought(tmp_path_factory) -> Path:
    """What the user brings along."""
    place = tmp_path_factory.mktemp("brought")
    (place / "identity.txt").write_text(f"{bundles.IDENTITY}\n")
    (place / "other.txt").write_text(f"{bundles.OTHER_IDENTITY}\n")
    (place / "key.pem").write_bytes(to_pem(bundles.KEY.certificate))
    (place / "stranger.pem").write_bytes(to_pem(bundles.STRANGER.certificate))
    both = to_pem(bundles.STRANGER.certificate) + to_pem(bundles.KEY.certificate)
    (place / "both.pem").write_bytes(both)
    return place


@pytest.fixture(params=SHELLS, ids=["dash", "bash", "busybox"])
def shell(request) -> tuple[str, ...]:
    return request.param


# Good bundles


def test_without_anything_given_it_says_what_it_could_not_check(world, shell):
    run = Run(world.path("sealed"), shell=shell)

    assert run.outcomes == [P, P, P, N, N, N, P, N, P]
    assert run.names == STAGES
    assert (run.exit, run.errors) == (0, "")
    assert run.verdict.startswith("VERDICT: NO STAGE FAILED: ")
    assert "contents not opened; signer not tied to a trusted certificate" in run.verdict


@pytest.mark.parametrize(
    ("script", "name"), [("verify.sh", "stamped"), ("exhibit/check.sh", "exhibit")]
)
def test_no_certificate_that_the_machine_trusts_is_read(world, tmp_path, script, name):
    command = ["dash", str(SCRIPT.parent / script), str(world.path(name))]
    code, calls = traced(command, tmp_path / "trace", env={"PATH": "/usr/bin:/bin"})
    opened = {place for call in calls for place in call.places}

    assert code == 0
    assert [each for each in opened if each.startswith("/etc/ssl/certs")] == []
    assert [each for each in opened if each.endswith("/manifest.json.p7s")]


@pytest.mark.parametrize(
    ("script", "vector"), [("verify.sh", "token-good"), ("exhibit/check.sh", "exhibit-stamped")]
)
def test_a_time_stamp_is_read_where_no_proc_is_mounted(script, vector):
    """Of genuine ones they said "altered": /dev/stdin and /dev/stdout lead there."""
    without = 'mount -t tmpfs none /proc && exec sh "$@"'
    authorities = bundles.VECTORS / "authorities.pem"
    command = [SCRIPT.parent / script, "--tsa", authorities, bundles.VECTORS / vector]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", without, "sh", *command],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout


def test_of_very_many_findings_it_says_how_many_it_left_out(world, tmp_path):
    bundle = shutil.copytree(world.path("sealed"), tmp_path / "bundle")
    for number in range(100):
        (bundle / f"extra-{number:03d}").write_bytes(b"")
    run = Run(bundle)
    told = re.findall(r"extra-[0-9]{3}", run.output)
    (more,) = re.findall(r"^ +[.]{3} and ([0-9]+) more$", run.output, re.MULTILINE)

    assert run.failed == [3]
    assert len(set(told)) + int(more) == 100


def test_on_a_terminal_it_shows_how_far_it_is_and_leaves_nothing_of_that(world, shell):
    ours, theirs = os.openpty()
    command = [*shell, str(SCRIPT), str(world.path("sealed"))]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, check=False)
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)

    assert done.returncode == 0
    assert "\rsignature 2 of " in shown
    assert shown.endswith("\r" + " " * 40 + "\r")


@pytest.mark.parametrize("name", ["sealed", "spanning", "resumed", "handed", "hostile_names"])
def test_with_the_identity_it_opens_every_item(world, brought, shell, name):
    run = Run("--identity", brought / "identity.txt", world.path(name), shell=shell)

    assert run.outcomes == [P, P, P, P, N, N, P, N, P]
    assert (run.exit, run.errors) == (0, "")


@pytest.mark.parametrize(
    ("shell", "typed", "ended"),
    [*((each, "a word", (0, 1)) for each in SHELLS), (SHELLS[0], "another", (2, 0))],
    ids=["dash", "bash", "busybox", "another word"],
)
def test_the_passphrase_of_a_key_is_asked_for_once(world, shell, tmp_path, typed, ended):
    """`hozen keys identity` makes keys with one."""
    key = tmp_path / "identity.txt"
    key.write_bytes(pyrage.passphrase.encrypt(f"{bundles.IDENTITY}\n".encode(), "a word"))
    ours, theirs = os.openpty()
    os.write(ours, f"{typed}\n".encode())
    done = subprocess.run(
        [*shell, SCRIPT, "--identity", key, world.path("spanning")], stdin=theirs, check=False,
        capture_output=True, text=True, start_new_session=True,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    os.close(theirs)
    os.close(ours)

    found = (done.returncode, done.stdout.count("every one as it was recorded"))
    assert found == ended, done.stdout + done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["identity.txt"]


@pytest.mark.parametrize("name", ["unfinished", "taken_up"])
def test_it_tells_of_an_item_that_was_cut_off(world, brought, shell, name):
    opened = Run("--identity", brought / "identity.txt", world.path(name), shell=shell)
    closed = Run(world.path(name), shell=shell)

    assert (opened.failed, closed.failed) == ([], [])
    assert (opened.errors, closed.errors) == ("", "")
    assert "2096128 bytes in closed volumes 2 to 3 have no record" in opened.output
    assert "cut off within item 4 (memory)" in opened.output
    assert "only part of an item" not in opened.output
    assert "closed volumes 2 to 3 (" in closed.output
    assert "hold no record, only part of an item" in closed.output


@pytest.mark.parametrize("name", ["sealed", "resumed", "interrupted", "pulled"])
def test_it_tells_of_none_where_none_was_cut_off(world, name):
    assert "no record" not in Run(world.path(name)).output


def test_a_name_of_a_collector_moves_no_cursor(world, brought, tmp_path):
    forged = copied(world.path("unfinished"), tmp_path / "HZ_forged")
    forged.closings[-1]["detail"]["progress"]["current"] = "\x1b[2J"
    forged.settle()
    shown = [
        Run("--identity", brought / "identity.txt", forged.path).output, Run(forged.path).output,
    ]  # fmt: skip

    assert [each for each in shown if "\x1b" in each or "[2J" not in each] == []


def test_a_plain_bundle_needs_no_identity(world, shell):
    run = Run(world.path("plain"), shell=shell)

    assert run.outcomes == [P, P, P, P, N, N, P, N, P]
    assert "collected unencrypted" in run.output


def test_with_all_that_can_be_brought_all_is_checked(world, brought, shell):
    verdict = world.verdict("sealed")
    run = Run(
        "--identity", brought / "identity.txt", "--trust", brought / "key.pem",
        "--root", (verdict.root or "").upper(), "--head", verdict.head,
        "--code", spoken_code(verdict.root or ""), world.path("sealed"), shell=shell,
    )  # fmt: skip

    assert run.outcomes == [P, P, P, P, P, N, P, P, P]
    assert run.exit == 0
    assert "level B" in run.output


def test_the_bundle_is_where_the_script_lies_when_none_is_named(world, tmp_path):
    path = copied(world.path("sealed"), tmp_path / "HZ_bundle").path

    assert Run(script=path / "verify.sh").exit == 0
    assert Run(script="verify.sh", cwd=path).exit == 0


def test_a_path_with_blanks_and_quotes_is_only_a_path(world, brought, tmp_path):
    place = tmp_path / 'it\'s a "$(touch x)" folder\nof  two lines'
    path = copied(world.path("sealed"), place).path
    run = Run("--identity", brought / "identity.txt", path, cwd=tmp_path)

    assert (run.exit, run.errors) == (0, "")
    assert {place.name} == {each.name for each in tmp_path.iterdir()}


def test_it_agrees_with_the_verifier_on_a_tree_of_many_items(brought, tmp_path):
    things = [artifact(f"/srv/{n}", b"%d" % n) if n % 3 else gap(f"/srv/{n}") for n in range(77)]
    path = bundles.sealed(tmp_path / "many", volumes=(things[:13], things[13:50], things[50:]))
    run = Run("--identity", brought / "identity.txt", "--root", bundles.checked(path).root, path)

    assert run.outcomes == [P, P, P, P, N, N, P, P, P]
    assert "77 items" in run.output


def names_that_are_no_unicode(count: int) -> list[str]:
    """As old servers in Japan have them, and as whoever cuts UTF-8 by bytes leaves them."""
    chance = random.Random(1)
    letters = [chr(each) for each in range(0x4E00, 0x9FA6)]
    found: set[bytes] = set()
    while len(found) < count:
        text = "".join(chance.choices(letters, k=chance.randrange(1, 4)))
        found |= {text.encode(code, "ignore") for code in ("euc-jp", "cp932")}
        found.add(text.encode()[: -chance.randrange(1, 3)])
        found.add(bytes(chance.randrange(1, 256) for _ in range(chance.randrange(1, 6))))
        found.add(bytes(chance.choices(EDGES, k=chance.randrange(1, 7))))
    return [os.fsdecode(b"/srv/" + name) for name in sorted(found) if b"/" not in name]


def test_a_path_that_is_no_unicode_is_its_bytes_to_both_verifiers(brought, small_tools, tmp_path):
    names = names_that_are_no_unicode(1500)
    path = bundles.sealed(tmp_path / "named", volumes=[[artifact(name, b"x") for name in names]])
    arguments = ("--identity", brought / "identity.txt", path)
    small = Run(*arguments, shell=(str(small_tools / "sh"),), PATH=str(small_tools))

    assert bundles.checked(path).failed == []
    assert Run(*arguments).outcomes == [P, P, P, P, N, N, P, N, P]
    assert small.stages[4] == P


ODD_NAMES = (
    "x\ny",
    "\n",
    "a\r\nb\x85",
    "\0\x1b[2J",
    "a\n    5:d=1  hl=2 l=   3 prim: X",
    "山田\u3000太郎",
)


def test_whatever_a_signer_is_called_both_verifiers_take_what_was_signed(brought, tmp_path):
    path = bundles.sealed(tmp_path / "called")
    for name in ODD_NAMES:
        act = Act(kind="note", actor=Person(contact=None, name=name, organisation=None, title=None))
        append(path, [act], self_signed(HOLDER_ROLE, name=name))

    assert bundles.checked(path).failed == []
    assert Run("--identity", brought / "identity.txt", path).stages[7] == P


@pytest.fixture(scope="module")
def small_tools(tmp_path_factory) -> Path:
    """A system with busybox and little else: another awk, tar, find, od, sed, grep."""
    place = tmp_path_factory.mktemp("tools")
    subprocess.run(["busybox", "--install", "-s", place], check=True)
    for name in ("openssl", "age", "age-keygen", "zstd", "comm", "busybox"):
        found = shutil.which(name)
        assert found is not None
        (place / name).unlink(missing_ok=True)
        (place / name).symlink_to(found)
    return place


@pytest.mark.parametrize("name", ["sealed", "resumed", "pulled"])
def test_the_tools_of_busybox_are_enough(world, brought, small_tools, name):
    arguments = ("--identity", brought / "identity.txt", world.path(name))
    small = Run(*arguments, shell=(str(small_tools / "sh"),), PATH=str(small_tools))

    assert Run(*arguments).output == small.output
    assert small.stages[4] == P
    assert small.errors == ""


@pytest.mark.parametrize("name", ["sealed", "resumed", "pulled", "handed", "hostile_names"])
def test_the_awk_of_bsd_and_macos_is_enough(world, brought, tmp_path, name):
    (tmp_path / "awk").symlink_to("/usr/bin/original-awk")
    arguments = ("--identity", brought / "identity.txt", world.path(name))
    theirs = Run(*arguments, PATH=f"{tmp_path}:/usr/bin:/bin")

    assert Run(*arguments).output == theirs.output
    assert theirs.stages[4] == P
    assert theirs.errors == ""


def test_an_item_of_more_than_nine_parts_in_more_than_nine_volumes(brought, small_tools, tmp_path):
    with mock.patch.object(evidence.writing.bundle, "VOLUME_SIZE", 1):
        things = [artifact("/big", bytes(11 << 20)), *(artifact(f"/{n}", b"x") for n in range(3))]
        path = bundles.sealed(tmp_path / "many", volumes=[things])
    arguments = ("--identity", brought / "identity.txt", path)
    small = Run(*arguments, shell=(str(small_tools / "sh"),), PATH=str(small_tools))

    assert len(list((path / "data").iterdir())) > 10
    assert (small.failed, small.errors) == ([], "")
    assert Run(*arguments).output == small.output


@pytest.mark.parametrize(
    ("first", "second", "earlier"),
    [
        ("2100-01-01T00:00:00Z", "2100-01-01T00:00:00.500000Z", False),
        ("2100-01-01T00:00:00Z", "2100-01-01T00:00:00Z", False),
        ("2100-01-01T00:00:00.500000Z", "2100-01-01T00:00:00Z", True),
        ("2100-01-01T00:00:00.500000Z", "2100-01-01T00:00:00.499999Z", True),
    ],
)
def test_of_two_times_of_one_second_the_earlier_is_told(world, tmp_path, first, second, earlier):
    bundle = copied(world.path("handed"), tmp_path / "HZ_x")
    bundle.events[-2]["at"], bundle.events[-1]["at"] = first, second
    bundle.settle()
    name = f"custody/{len(bundle.events):05d}.json"
    stated = verify(BundleFolder(bundle.path)).stage(9).findings

    assert (name in {f.name for f in stated if f.key == "clock_backwards"}) == earlier
    assert (f"{name}: its time is earlier than" in Run(bundle.path).output) == earlier


TYPED = (
    'a"b',
    "C:\\x",
    "tab\tx",
    "two\nlines",
    "日本 1",
    "  led",
    "\u3000wide\u3000",
    "a\\nb",
    "null",
)


@pytest.mark.parametrize("text", TYPED)
def test_a_challenge_fits_in_whatever_letters_it_was_bound(tmp_path, small_tools, text):
    """Quotes and backslashes stand escaped in the document; blanks around it don't count."""
    path = bundles.sealed(tmp_path / "HZ_x", challenge=text)
    ours = verify(BundleFolder(path), anchors=Anchors(challenge=text))
    runs = [
        Run("--challenge", text, path),
        Run("--challenge", text, path, shell=(str(small_tools / "sh"),), PATH=str(small_tools)),
    ]

    assert ours.exit == 0
    assert [(run.exit, run.errors) for run in runs] == [(0, "")] * 2
    assert all("bound to the challenge" in run.output for run in runs)


@pytest.mark.parametrize("text", ["null", '"null', "x"])
def test_no_challenge_fits_where_none_was_bound(world, text):
    ours = verify(BundleFolder(world.path("sealed")), anchors=Anchors(challenge=text))

    assert (ours.exit, ours.failed) == (1, [6])
    assert Run("--challenge", text, world.path("sealed")).failed == [6]


# What was brought does not fit


def test_trusts_nobody_but_the_given_certificates(world, brought):
    run = Run("--trust", brought / "stranger.pem", world.path("sealed"))

    assert run.failed == [5, 7]
    assert run.exit == 1
    assert run.verdict.startswith("VERDICT: REFUSED: signed by nobody whom you trust")
    assert run.output.count("tied to none of the trusted certificates") == 2  # stages 5 and 7


def test_one_of_several_certificates_is_enough(world, brought):
    one = Run("--trust", brought / "both.pem", world.path("sealed"))
    two = Run(
        "--trust", brought / "stranger.pem", "--trust", brought / "key.pem", world.path("sealed")
    )

    assert [(one.exit, one.stages[5]), (two.exit, two.stages[5])] == [(0, P), (0, P)]


@pytest.mark.parametrize("option", ["root", "head"])
def test_refuses_a_bundle_that_is_not_the_noted_one(world, option):
    run = Run(f"--{option}", "0" * 64, world.path("sealed"))

    assert (run.failed, run.exit) == ([8], 1)


@pytest.mark.parametrize("option", ["root", "head"])
@pytest.mark.parametrize("value", ["", " ", "zz", "0" * 63, "0" * 65, f"sha256:{'0' * 64}"])
def test_what_no_bundle_can_have_accuses_none(world, option, value):
    """A digit that was left out, or a variable that isn't set: nobody altered anything."""
    run = Run(f"--{option}", value, world.path("sealed"))

    assert (run.output, run.exit) == ("", 2)
    assert f"--{option} needs the 64 hexadecimal digits that were noted" in run.errors


BETWEEN = " -、．\u3000\u00a0\u2003\u202f\u200b\u2060\ufeff·\v\n\x1c"


def test_takes_what_people_type_for_what_it_is(world, shell):
    """As the verifier does: what is passed over there alone accuses an honest bundle here."""
    verdict = world.verdict("sealed")
    root, head = verdict.root or "", verdict.head or ""
    written = [
        BETWEEN.join(each) for each in
        ([root[:32], root[32:]], [head[:32], head[32:].upper()], spoken_code(root).split(" "))
    ]  # fmt: skip
    run = Run(
        "--root", written[0], "--head", written[1], "--code", written[2], world.path("sealed"),
        shell=shell,
    )  # fmt: skip

    assert (run.stages[8], run.exit, run.errors) == (P, 0, "")
    assert [typed(each) for each in written] == [root, head, spoken_code(root).replace(" ", "")]


def test_refuses_the_code_of_another_bundle(world, shell):
    code = spoken_code(world.verdict("other").root or "")
    run = Run("--code", code, world.path("sealed"), shell=shell)

    assert (run.failed, run.exit) == ([8], 1)


def _misheard(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


@pytest.mark.parametrize("spoil", [lambda code: code[:17], _misheard, lambda _: "五" * 25])
def test_a_short_or_misheard_code_is_no_anchor(world, spoil):
    run = Run(
        "--code", spoil(spoken_code(world.verdict("sealed").root or "")), world.path("sealed")
    )

    assert (run.failed, run.exit) == ([8], 2)


def test_an_identity_that_opens_nothing_leaves_it_incomplete(world, brought):
    run = Run("--identity", brought / "other.txt", world.path("sealed"))

    assert (run.stages[4], run.failed, run.exit) == (N, [], 3)


PARTS = "2026-11-22T12:00:00.600000Z"
FIRST, LAST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"


@pytest.mark.parametrize(
    ("started", "reference", "host", "failed"),
    [
        (LAST, LAST, FIRST, []), (LAST, None, LAST, []), (FIRST, FIRST, LAST, [6]),
        ("2026-11-22T11:50:00Z", None, FIRST, []), ("2026-11-22T11:49:59.999999Z", None, LAST, [6]),
        ("2026-11-22T11:40:00Z", "2026-11-22T12:10:00.500000Z", PARTS, []),
    ],
    ids=["beyond_the_last_day", "the_last_day", "before_the_first", "ten_minutes", "more", "parts"],
)  # fmt: skip
def test_a_clock_that_leads_out_of_the_calendar_ends_no_verifier(
    world, tmp_path, started, reference, host, failed
):
    """Both reckon in whole seconds from the start, put right, to the challenge."""
    forged = copied(world.path("challenged"), tmp_path / "HZ_forged")
    challenge = "20261122T120000Z-0123456789abcdef"

    def edit(manifest: Json) -> None:
        manifest.update(started=started, challenge=challenge)
        manifest["clock"]["start"].update(reference=reference, utc=host)

    beginning = forged.events[0]
    beginning["at"], beginning["detail"]["challenge"] = started, challenge
    beginning["detail"]["clock"].update(reference=reference, utc=host)
    forged.settle(manifest=edit)
    ours, run = verify(BundleFolder(forged.path)), Run(forged.path)

    assert (ours.failed, run.failed) == (failed, failed)
    assert (run.exit, run.errors) == (int(bool(failed)), "")


@pytest.mark.parametrize("lacking", ["age", "zstd", "tar"])
def test_a_program_that_is_missing_is_said_and_leaves_it_incomplete(
    world, brought, tmp_path, lacking
):
    tools = tmp_path / "tools"
    tools.mkdir()
    for folder in ("/bin", "/usr/bin"):
        for tool in Path(folder).iterdir():
            if tool.name != lacking and not (tools / tool.name).is_symlink():
                (tools / tool.name).symlink_to(tool)
    run = Run("--identity", brought / "identity.txt", world.path("sealed"), PATH=str(tools))

    assert (run.stages[4], run.exit) == (N, 3)
    assert f"this needs {lacking}" in run.output


@pytest.mark.parametrize(
    "arguments",
    [("--root",), ("--what", "x"), ("/nowhere",), ("/etc",), ("--trust", "/etc/passwd"),
     ("--identity", "/etc/passwd"), ("a", "b"), ("--help",)],
)  # fmt: skip
def test_wrong_use_is_told_and_exits_with_2(world, arguments):
    last = (
        () if len(arguments) == 1 and not arguments[0].startswith("--") else (world.path("sealed"),)
    )
    run = Run(*arguments, *last)

    assert (run.exit, run.output) == (2, "")
    assert "usage: sh verify.sh" in run.errors


# Partial bundles


@pytest.mark.parametrize("name", ["interrupted", "pulled", "cut_off_sealing"])
def test_a_partial_bundle_is_incomplete_and_its_closed_volumes_are_read(
    world, brought, shell, name
):
    run = Run("--identity", brought / "identity.txt", world.path(name), shell=shell)

    assert run.outcomes == [P, P, P, P, N, N, P, N, P]
    assert (run.exit, run.errors) == (3, "")
    assert "never sealed" in run.output
    assert run.verdict.startswith("VERDICT: INCOMPLETE: ")


@pytest.mark.parametrize("name", [".DS_Store", "data/Thumbs.db", "._manifest.json", "desktop.ini"])
def test_a_file_that_systems_leave_is_refused_and_explained(world, tmp_path, name):
    """Somebody looked at a copy: no volume was touched, and none is said to have been."""
    looked_at = copied(world.path("sealed"), tmp_path / "HZ_looked_at").path
    (looked_at / name).write_bytes(b"x")
    ours, run = verify(BundleFolder(looked_at)), Run(looked_at)
    said = [
        [each.sentence("en") for each in ours.stage(number).findings] for number in (3, 4)
    ]  # fmt: skip

    assert (ours.exit, ours.failed) == (run.exit, run.failed) == (1, [3])
    assert said[0][0].startswith(f"{name} does not belong here. Windows and macOS put files")
    assert said[1] == ["contents not opened: stages 1 to 3 have to pass first"]
    assert [each for each in (*said[0], *said[1]) if each not in run.output] == []


@pytest.mark.parametrize(
    ("name", "start", "size"),
    [
        ("custody/00006.json.p7s", b"", 65537),
        ("custody/00006.json.p7s", b"\x30\x83\x01\x00\x00", 65541),
        ("custody/00006.json.p7s", b"\x30\x80", 130),
        ("custody/00006.json.tmp", b"", (1 << 20) + 1),
        ("anchors/0001.tsq.tmp", b"", (128 << 20) + 1),
    ],
    ids=["signature", "whole_sequence", "sequence_without_a_length", "event", "request"],
)
def test_what_an_act_left_is_no_document_however_long_it_is(world, tmp_path, name, start, size):
    left = copied(world.path("sealed"), tmp_path / "HZ_left").path
    (left / name).parent.mkdir(exist_ok=True)
    with (left / name).open("wb") as file:
        file.write(start)
        file.truncate(size)
    ours, run = verify(BundleFolder(left)), Run(left)

    assert (ours.exit, ours.failed) == (run.exit, run.failed) == (0, [])
    assert f"{name}: left by an act of custody" in run.output
    assert [each.name for each in ours.stage(9).findings if each.key == "left_by_act"] == [name]


@pytest.mark.parametrize("signature", ["custody/00007.json.p7s", "manifest.json.p7s"])
def test_a_copy_of_a_signature_accuses_nobody_of_a_lost_event(world, tmp_path, signature):
    """Anybody can lay one there; the words for whose event is gone would name its signer."""
    planted = copied(world.path("handed"), tmp_path / "HZ_planted")
    planted.write("custody/00008.json.p7s", planted.read(signature))
    ours, run = verify(BundleFolder(planted.path)), Run(planted.path)

    assert (ours.exit, ours.failed) == (run.exit, run.failed) == (0, [])
    assert "custody/00008.json.p7s: left by an act of custody" in run.output
    assert "what it signs" not in run.output


def test_what_a_pulled_plug_leaves_is_stated(world):
    run = Run(world.path("pulled"))

    assert "data/volume-00003.tar.zst.age: was open when the run was cut off" in run.output
    assert "custody/00004.json.tmp: written when the run was cut off" in run.output


def test_salvage_and_resumption_are_stated(world):
    run = Run(world.path("resumed"))

    assert "volume-00003.tar.zst.age: kept as it lay after an interruption" in run.output
    assert "1 interruptions, resumed" in run.output


@pytest.mark.parametrize("planted", ["data/zzz", "data/evil.sh", "custody/00009.json.p7s"])
def test_a_partial_bundle_is_no_place_for_other_files(world, tmp_path, planted):
    forger = copied(world.path("interrupted"), tmp_path / "partial")
    forger.write(planted, b"x")
    run = Run(forger.path)

    assert (run.failed, run.exit) == ([3], 1)


# Attacks; the whole table is played in test_attacks.py


def _flip_volume(forger, _):
    forger.flip(forger.volume(1), 100)


def _delete_volume(forger, _):
    forger.remove(forger.volume(2))


def _plant_file(forger, _):
    forger.write("data/note.txt", b"x")


def _link_volume(forger, place):
    name = forger.volume(1)
    shutil.move(forger.path / name, place / "elsewhere")
    (forger.path / name).symlink_to(place / "elsewhere")


def _fifo(forger, _):
    os.mkfifo(forger.path / "custody" / "00099.json")


def _edit_manifest(forger, _):
    raw = forger.read("manifest.json")
    forger.write("manifest.json", raw.replace(b"H-2026-0001", b"H-2026-0002"))


def _drop_signature(forger, _):
    forger.remove("manifest.json.p7s")


def _append_to_signature(forger, _):
    forger.write("custody/00002.json.p7s", forger.read("custody/00002.json.p7s") + b"\0")


def _rename_issuer(forger, _):
    """openssl compares names without regard to case; the format compares bytes."""
    before, name, after = forger.read("custody/00003.json.p7s").rpartition(b"collection key")
    forger.write("custody/00003.json.p7s", before + name.upper() + after)


def _drop_event(forger, _):
    forger.drop_event(2)


def _replace_script(forger, _):
    forger.write("verify.sh", b"echo VERIFIED\n")


def _sign_wrong_count(forger, _):
    forger.settle(manifest=lambda m: m["items"].update(count=6))


def _sign_blank(forger, _):
    forger.settle(manifest_raw=lambda raw: raw.replace(b'":', b'": ', 1))


def _edit_record(forger, _):
    forger.edit_record(1, lambda r: r["meta"]["source"].update(origin="/proc/2/cmdline"))
    forger.settle()


ATTACKS = (
    (_flip_volume, [2], 1), (_delete_volume, [3], 1), (_plant_file, [3], 1),
    (_link_volume, [1, 3], 1),
    (_fifo, [1], 1), (_edit_manifest, [3, 5, 7], 1), (_drop_signature, [3, 5], 1),
    (_append_to_signature, [7], 1), (_rename_issuer, [7], 1), (_drop_event, [3, 7], 1),
    (_replace_script, [3], 1),
    (_sign_wrong_count, [4, 7], 1), (_sign_blank, [1], 2), (_edit_record, [4], 1),
)  # fmt: skip


@pytest.mark.parametrize(
    ("attack", "stages", "exit_code"), ATTACKS, ids=[each[0].__name__[1:] for each in ATTACKS]
)
def test_names_the_stages_that_the_verifier_names(
    world, brought, tmp_path, attack, stages, exit_code
):
    forger = copied(world.path("sealed"), tmp_path / "forged")
    attack(forger, tmp_path)
    run = Run("--identity", brought / "identity.txt", forger.path)
    verdict = verify(BundleFolder(forger.path), contents=VolumeOpener([bundles.IDENTITY]))

    assert (exit_code, stages) == (run.exit, run.failed), run.output
    assert (exit_code, stages) == (int(verdict.exit), verdict.failed)
    assert run.names == STAGES
    assert run.errors == ""


@pytest.mark.parametrize("attack", [_drop_event, _edit_record, _sign_blank])
def test_every_shell_says_the_same(world, brought, tmp_path, attack):
    forger = copied(world.path("sealed"), tmp_path / "forged")
    attack(forger, tmp_path)
    outputs = {
        Run("--identity", brought / "identity.txt", forger.path, shell=shell).output
        for shell in SHELLS
    }

    assert len(outputs) == 1


# Hostile ground

PLANTED = ("openssl", "sha256sum", "awk", "sed", "sort", "rm", "mktemp", "age", "zstd", "tar", "od")


@pytest.mark.parametrize(
    "path", [".:/usr/bin:/bin", ":/usr/bin:/bin", "bin:/usr/bin", "{}/bin:{}:/usr/bin"]
)
def test_nothing_that_lies_in_the_bundle_is_run_or_loaded(world, brought, shell, tmp_path, path):
    forger = copied(world.path("sealed"), tmp_path / "HZ_planted")
    marker = tmp_path / "was-run"
    for folder in ("", "bin/"):
        for name in PLANTED:
            forger.write(f"{folder}{name}", f"#!/bin/sh\necho {name} >> '{marker}'\n".encode())
            (forger.path / folder / name).chmod(0o755)
    forger.write("openssl.cnf", b"openssl_conf = no_such_section\n")
    run = Run(
        "--identity", brought / "identity.txt", ".", cwd=forger.path, shell=shell,
        PATH=path.format(forger.path, forger.path), OPENSSL_CONF="openssl.cnf",
        TMPDIR=".", TAR_OPTIONS=f"--to-command='touch {marker}'",
    )  # fmt: skip

    assert not marker.exists()
    assert (run.failed, run.exit) == ([3], 1), run.output + run.errors
    assert run.stages[7] == P


def test_names_from_a_hostile_place_are_shown_escaped(world, shell, small_tools, tmp_path):
    forger = copied(world.path("sealed"), tmp_path / "forged")
    names = (
        "a\x1b[2Jb",
        "two\nlines 5 signature      PASS   forged",
        "\u202egpj",
        "x\x07",
        "-n",
        "a b",
    )
    for name in names:
        forger.write(name, b"x")
    forger.write("odd\x1bfolder/plain", b"x")
    run = Run(forger.path, shell=shell)

    assert (run.failed, run.exit) == ([1, 3], 1)
    assert [c for c in run.output if c != "\n" and not 32 <= ord(c) < 127] == []
    assert r"a\033[2Jb" in run.output
    assert r"two\012lines" in run.output
    assert len(LINE.findall(run.output)) == 9
    small = Run(forger.path, shell=(str(small_tools / "sh"),), PATH=str(small_tools))
    assert sorted(small.output.splitlines()) == sorted(run.output.splitlines())


def test_it_writes_nowhere_but_in_a_temporary_folder_that_it_removes(world, brought, tmp_path):
    path = world.path("spanning")
    before = listing(path)
    run = Run("--identity", brought / "identity.txt", path, cwd=tmp_path, TMPDIR=str(tmp_path))

    assert run.exit == 0
    assert list(tmp_path.iterdir()) == []
    assert before == listing(path)


def test_the_word_that_promises_too_much_never_appears(world, brought):
    outputs = [
        Run("--identity", brought / "identity.txt", world.path(name)).output
        for name in ("sealed", "pulled")
    ]

    # A list of revocations has a field called "Invalidity Date".
    assert re.findall(r"(?i)valid(?!ity Date:)|safe", SCRIPT.read_text() + "".join(outputs)) == []


@pytest.fixture
def clerk(world, brought):
    """A bundle and a run by an ordinary user; as root nothing is unreadable."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copytree(world.path("sealed"), place / "bundle")
        shutil.copy(brought / "identity.txt", place)
        shutil.copy(SCRIPT, place)
        (place / "scratch").mkdir()
        user: dict[str, object] = {}
        if os.geteuid() == 0:
            user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            for each in (place, *place.rglob("*")):
                os.chown(each, NOBODY, NOBODY)

        def run():
            identity = ("--identity", place / "identity.txt")
            return subprocess.run(
                ["dash", place / "verify.sh", *identity, place / "bundle"],
                capture_output=True, check=False, cwd="/", **user,
                env={"PATH": "/usr/bin:/bin", "TMPDIR": str(place / "scratch")},
            )  # fmt: skip

        yield place, run


def test_an_ordinary_user_gets_the_same_verdict(clerk):
    place, run = clerk
    done = run()

    assert (done.returncode, done.stderr) == (0, b""), done.stdout
    assert list((place / "scratch").iterdir()) == []


def test_a_file_that_is_closed_to_who_checks_is_named_and_nothing_is_said_beside(clerk):
    place, run = clerk
    (place / "bundle/VERIFY.md").chmod(0)
    done = run()

    assert (done.returncode, done.stderr) == (2, b"")
    assert b"VERIFY.md can't be read here: look at its permissions" in done.stdout


def test_the_byte_table_that_it_checks_awk_with_is_right():
    assert hashlib.sha256(bytes(range(256))).hexdigest()[:12] in SCRIPT.read_text()
