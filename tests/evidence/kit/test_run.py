"""A Linux kit as it is carried in: it runs where nothing is, changes nothing, is told nothing."""

from __future__ import annotations

import json
import os
import pty
import re
import resource
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import bundles
import disks
import kits
import pytest
import runs
from busybox import static_busybox
from command_line import run
from hosts import NOBODY, open_to_all
from mounting import BIND, REMOUNT, mount, mounted
from sticks import held, pull, stick
from terminals import PAGES, terminal
from tracing import Call, noises, traced
from wizards import until

from chain_of_custody.code import spoken_code
from chain_of_custody.verdict import Exit
from evidence.kit import listing
from evidence.kit.building import build
from evidence.kit.carried import wheels
from evidence.kit.checking import check
from evidence.kit.commands import commands
from evidence.reading.checked import open_bundle, verify_bundle

NOEXEC = 0x8
REPOSITORY = Path(__file__).parents[3]
MEANT = "--on-this-disk"  # where the kits of tests lie
BEHIND = min(os.nice(0) + 10, 19)  # as nice(1) counts: others go first
BUSYBOX, DEBIAN = "nothing but busybox", "Debian 11"


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory):
    """The locked wheels, from the package index: had once."""
    return kits.wheelhouse(tmp_path_factory.mktemp("wheelhouse"), "linux")


@pytest.fixture(scope="module")
def built(provider, wheelhouse, tmp_path_factory):
    """A kit and its zip; the folder's own name is not ASCII, and has a space."""
    home = tmp_path_factory.mktemp("built")
    recipe = kits.recipe(
        provider, home / "USB 鍵", platforms=("linux",), wheelhouse=wheelhouse, zipped=True
    )
    return build(recipe, provider.kit, provider.person)


@pytest.fixture
def kit(built):
    """The kit, its `out` emptied afterwards."""
    yield built.path
    shutil.rmtree(built.path / "out")
    (built.path / "out").mkdir()


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "tree" / "家").mkdir(parents=True)
    (tmp_path / "tree" / "家" / "メモ.txt").write_text("メモ\n")
    return tmp_path / "tree"


def start(kit: Path, *arguments: object, **options) -> runs.Ended:
    """The kit by its door, with an environment of its own."""
    options.setdefault("env", {"HOZEN_LANG": "en"})
    done = subprocess.run(
        ["/bin/sh", kit / "collect.sh", *map(str, arguments)], capture_output=True, text=True,
        stdin=subprocess.DEVNULL, check=False, timeout=250, cwd="/", **options,
    )  # fmt: skip
    return runs.Ended(done.returncode, done.stdout, done.stderr)


# What was built.


@pytest.mark.timeout(600)
def test_two_builds_are_the_same_bytes(built, provider, wheelhouse, tmp_path, monkeypatch):
    """The second of them where no package index can be reached."""
    monkeypatch.chdir(tmp_path)
    for name, value in kits.NO_INDEX.items():
        monkeypatch.setenv(name, value)
    umask = os.umask(0o077)
    try:
        again = build(
            kits.recipe(
                provider, Path("elsewhere") / built.path.name, platforms=("linux",),
                wheelhouse=wheelhouse, zipped=True,
            ), provider.kit, provider.person,
        )  # fmt: skip
    finally:
        os.umask(umask)

    assert again.archive.read_bytes() == built.archive.read_bytes()
    assert runs.digests(again.path) == runs.digests(built.path)


def test_what_is_fetched_is_for_every_python_that_a_kit_may_carry(wheelhouse):
    names = [path.name for path in wheelhouse.iterdir()]
    yara = {name.split("-")[2] for name in names if name.startswith("yara_python-")}

    assert yara == {"cp311", "cp312", "cp313"}
    assert [path.name for path in wheelhouse.parent.iterdir()] == [wheelhouse.name]


def test_the_zip_is_the_folder(built, tmp_path):
    with zipfile.ZipFile(built.archive) as held:
        held.extractall(tmp_path)
        modes = {each.filename: each.external_attr >> 16 & 0o777 for each in held.infolist()}

    assert runs.digests(tmp_path / built.path.name) == runs.digests(built.path)
    assert modes[f"{built.path.name}/app/linux/python/bin/python3"] == 0o755


def test_strangers_agree_on_list_and_signature(built, provider):
    sums = subprocess.run(
        ["sha256sum", "--quiet", "--strict", "-c", listing.NAME], cwd=built.path, check=False
    )
    verify = ["cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-out", "/dev/null"]
    signed = subprocess.run(
        ["openssl", *verify, "-in", listing.SIGNATURE, "-content", listing.NAME, "-CAfile",
         provider.home / "root.pem"], cwd=built.path, check=False,
    )  # fmt: skip

    assert (sums.returncode, signed.returncode) == (0, 0)
    assert check(built.path, provider.trust(), now=kits.NOW).exit_code == 0


def test_holds_nothing_that_a_stick_or_a_licence_can_t_bear(built):
    found = list(listing.entries(built.path))
    names = {Path(each.name).name.partition(".")[0] for each in found}
    here = [str(REPOSITORY).encode(), str(built.path.parent).encode()]
    told = [e.name for e in found if e.kind == "file" if holds(e.path, here)]

    assert {each.kind for each in found} == {"file", "folder"}  # FAT has no links
    assert [each.name for each in found if re.search(r'[:*?"<>|\\]|[. ]$', each.name)] == []
    assert names & {"readline", "_gdbm", "_tkinter", "ensurepip", "idlelib", "__pycache__"} == set()
    assert told == []


def test_says_on_which_terms_it_carries_what_and_where_these_lie(built):
    parts = (built.path / "LICENCES.txt").read_text(encoding="utf-8").split("\n\n")[1:]
    told = {lines[0]: lines[1:] for lines in (part.split("\n    ") for part in parts)}
    texts = [text.strip() for _, *texts in told.values() for text in texts]
    libraries = {each.name for each in (built.path / "app/linux/glibc").iterdir()}
    wheels_there = len(list((built.path / "app/linux/site").glob("*.dist-info")))

    assert [text for text in texts if not (built.path / text).read_bytes()] == []
    assert {each for each in libraries if not each.startswith("libpython")} <= told.keys()
    assert len(told) == 1 + 1 + wheels_there + len(libraries) - 1
    assert "GNU Lesser" in (built.path / "app/linux/licences/libc.so.6.txt").read_text()
    assert (built.path / "app/linux/licences/common/LGPL-2.1").is_file()
    assert {terms for terms, *_ in told.values() if "not known" in terms} == set()


def holds(path: Path, texts: list[bytes]) -> bool:
    data = path.read_bytes()
    return any(text in data for text in texts)


def test_a_library_that_was_changed_is_refused_and_nothing_is_left(provider, wheelhouse, tmp_path):
    house = shutil.copytree(wheelhouse, tmp_path / "house")
    changed = next(house.glob("click-*.whl"))
    data = bytearray(changed.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    recipe = kits.recipe(provider, tmp_path / "out" / "kit", platforms=("linux",), wheelhouse=house)
    with pytest.raises(wheels.KitError, match="could not be had as locked") as raised:
        build(recipe, provider.kit, provider.person)

    assert raised.value.exit_code == 2
    assert list((tmp_path / "out").iterdir()) == []


# Where it runs.


@pytest.fixture(scope="module")
def busybox(tmp_path_factory):
    return static_busybox(tmp_path_factory.mktemp("busybox"))


@pytest.fixture(scope="module")
def bullseye(request):
    """The smallest Debian 11, unpacked; kept between runs."""
    home = request.config.cache.mkdir("bullseye")
    if not (home / "root").exists():
        shutil.rmtree(home / "part", ignore_errors=True)
        subprocess.run(
            ["debootstrap", "--variant=minbase", "--foreign", "bullseye", home / "part"],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        (home / "part").rename(home / "root")
    assert (home / "root/etc/debian_version").read_text().startswith("11")
    return home / "root"


@pytest.fixture(params=[BUSYBOX, DEBIAN])
def root(request, built, tmp_path):
    """Another root folder, the kit in it, and the kernel's own /proc."""
    home = tmp_path / "root"
    if request.param == DEBIAN:  # with devices, which are not to be read to their end
        subprocess.run(["cp", "-a", request.getfixturevalue("bullseye"), home], check=True)
        if (home / "proc").is_symlink():  # in a container debootstrap points it at this machine's
            (home / "proc").unlink()
    else:
        busybox = request.getfixturevalue("busybox")
        (home / "bin").mkdir(parents=True)
        shutil.copy(busybox, home / "bin" / "busybox")
        (home / "bin" / "sh").symlink_to("busybox")
    shutil.copytree(built.path, home / "media" / "USB 鍵")
    with mounted(home / "proc", kind="proc"):
        yield home


def test_collects_where_nothing_is(root, provider, tmp_path):
    shutil.copy(provider.passphrase_file, root / "passphrase")
    done = subprocess.run(
        ["chroot", root, "/bin/sh", "/media/USB 鍵/collect.sh", MEANT, "--passphrase-file",
         "/passphrase"], env={"PATH": os.environ["PATH"], "HOZEN_LANG": "en"},
        capture_output=True, text=True, check=False, timeout=250,
    )  # fmt: skip
    bundle = runs.bundle_in(root / "media" / "USB 鍵" / "out")

    assert done.returncode == 3, done.stderr  # what belongs to other roots' processes is refused
    assert f"Sealed: /media/USB 鍵/out/{bundle.name}" in done.stdout
    opened = open_bundle(bundle, trust=provider.trust(), identities=[bundles.IDENTITY])
    assert opened.verdict.exit is Exit.VERIFIED
    records = list(opened.records())
    reasons = {one.meta.source.origin: one.meta.reason for one in records}
    assert reasons["/proc/1/status"] is None
    shown = subprocess.run(
        ["sh", bundle / "verify.sh"], capture_output=True, text=True, check=False
    )
    assert (shown.returncode, "NO STAGE FAILED" in shown.stdout) == (0, True)
    identity = ("--identity", provider.home / "identity.txt")
    imported = run("import", bundle, "--into", tmp_path / "case", *identity)
    (host,) = (tmp_path / "case/hosts").iterdir()
    assert imported.code == 0, imported.err
    assert len((host / "items.jsonl").read_text().splitlines()) == len(records)
    assert json.loads((host / "hozen/footprint.json").read_text())["nice"] == BEHIND


@pytest.mark.parametrize("root", [BUSYBOX], indirect=True)
def test_a_clock_that_is_ten_years_wrong_ends_no_run_of_a_kit(root):
    """The door forgets LD_PRELOAD, by which faketime works; what this file names stays."""
    shutil.copy(next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), root / "faketime.so")
    (root / "etc").mkdir()
    (root / "etc/ld.so.preload").write_text("/faketime.so\n")
    (root / "etc/faketimerc").write_text("-10y\n")
    done = subprocess.run(
        ["chroot", root, "/bin/sh", "/media/USB 鍵/collect.sh", MEANT, "--only", "clock"],
        env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False, timeout=250,
    )  # fmt: skip
    bundle = runs.bundle_in(root / "media/USB 鍵/out")
    clock = json.loads((bundle / "manifest.json").read_text())["clock"]

    assert done.returncode in (0, 3), done.stderr
    assert abs(int(clock["start"]["utc"][:4]) - int(runs.this_year())) in (9, 10)
    assert verify_bundle(bundle).exit is Exit.VERIFIED


def test_the_machine_s_own_disk_is_refused_and_nothing_is_written_there(kit):
    ended = start(kit, "--only", "clock", "--output", "/etc/out")

    assert (ended.code, Path("/etc/out").exists()) == (4, False)
    assert "--on-this-disk" in ended.err


def test_says_what_to_do_on_a_medium_from_which_nothing_may_be_started(kit, tmp_path):
    where = str(tmp_path / "USB medium")
    with mounted(where, what=kit, kind="none", flags=BIND):
        mount("none", where, "none", flags=BIND | REMOUNT | NOEXEC)
        refused = start(Path(where), "--version")
        mount("none", where, "none", flags=BIND | REMOUNT)
        allowed = start(Path(where), "--version")

    assert (refused.code, refused.out) == (4, "")
    assert f'    mount -o remount,exec "{where}"\n' in refused.err
    assert (allowed.code, allowed.err) == (0, "")


def test_a_copy_that_lost_its_permissions_says_which_command_gives_them_back(built, tmp_path):
    kit = tmp_path / "USB medium"
    with zipfile.ZipFile(built.archive) as packed:
        packed.extractall(kit)  # as Windows would have it: no permissions come along
    (kit,) = kit.iterdir()
    refused = start(kit, "--version")
    (command,) = re.findall("^    (chmod .*)$", refused.err, re.MULTILINE)
    subprocess.run(["/bin/sh", "-c", command], check=True)

    assert (refused.code, "native/collect.sh" in refused.err) == (4, True)
    assert start(kit, "--version").code == 0


def test_the_door_says_in_which_letters_the_terminal_reads_japanese(kit):
    env = {"LANG": "ja_JP.eucJP", "HOZEN_LANG": "ja"}
    done = subprocess.run(
        ["/bin/sh", kit / "collect.sh", "--list"], env=env, capture_output=True, check=True,
    )  # fmt: skip

    assert "取るもの" in done.stdout.decode("euc_jp")


def small_stack(most: int = 64 << 10) -> None:
    """Less than any Python starts with."""
    resource.setrlimit(resource.RLIMIT_STACK, (64 << 10, most))


def test_starts_where_the_stack_is_too_small_for_an_interpreter(kit):
    done = start(kit, "--version", preexec_fn=partial(small_stack, resource.RLIM_INFINITY))

    assert (done.code, done.err) == (0, "")


def test_says_what_to_do_where_the_stack_may_not_be_raised(kit):
    open_to_all(kit)
    done = start(kit, "--version", preexec_fn=small_stack, user=NOBODY)

    assert done.code == 4
    assert (
        "stack of 64 KiB, and that can't be raised here (ulimit -s). Start it as root" in done.err
    )
    assert "native/collect.sh" in done.err


def test_where_it_can_t_be_started_its_native_script_takes_what_it_can(built, provider, tmp_path):
    kit = shutil.copytree(built.path, tmp_path / "USB medium")
    loader = next((kit / "app/linux/glibc").glob("ld-linux*"))
    loader.unlink()
    refused = start(kit)
    (command,) = re.findall("^    (sh .*)$", refused.err, re.MULTILINE)
    done = subprocess.run(
        ["/bin/sh", "-c", command], env={"HOZEN_STEP_SECONDS": "2"}, capture_output=True,
        check=False, timeout=250,
    )  # fmt: skip
    (made,) = (kit / "out").iterdir()
    problems = check(kit, provider.trust(), now=kits.NOW).problems
    named = [(one.kind, one.path) for one in problems if not one.kind.startswith("signed_by")]

    assert (refused.code, done.returncode) == (4, 3), done.stderr
    assert (made / "steps.tsv").is_file()
    assert named == [
        ("collected", f"out/{made.name}"), ("missing", f"app/linux/glibc/{loader.name}"),
    ]  # fmt: skip


def test_an_ordinary_user_is_told_that_less_is_taken(kit):
    open_to_all(kit)
    os.chown(kit / "out", NOBODY, NOBODY)
    who = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    done = subprocess.run(
        [*who, "/bin/sh", str(kit / "collect.sh"), "--only", "clock", MEANT],
        capture_output=True, text=True, check=False, env={"HOZEN_LANG": "en"}, timeout=100, cwd="/",
    )  # fmt: skip

    assert "NOTE: not run as root" in done.stderr
    assert "Sealed: " in done.stdout


# What the host may do to it.


@pytest.mark.parametrize("variable", ["LD_PRELOAD", "LD_AUDIT"])
def test_no_library_of_the_host_s_is_put_into_it(variable, kit, tmp_path):
    library, mark = tmp_path / "evil.so", tmp_path / "mark"
    source = Path(runs.__file__).with_name("preloaded.c")
    disks.tool("gcc", "-shared", "-fPIC", f'-DMARK="{mark}"', "-o", library, source)
    subprocess.run([sys.executable, "-c", "", "start.py"], env={variable: library}, check=True)
    assert mark.exists()  # as in any other program that is started so
    mark.unlink()
    ended = start(kit, "--version", env={"HOZEN_LANG": "en", variable: library})

    assert (ended.code, mark.exists()) == (0, False), ended.err


def test_the_host_s_environment_changes_nothing(kit, tree, tmp_path):
    evil = tmp_path / "evil"
    evil.mkdir()
    mark = tmp_path / "mark"
    for name in ("sitecustomize", "usercustomize", "evidence", "json", "click", "startup"):
        (evil / f"{name}.py").write_text(f"open({str(mark)!r}, 'w')\n")
    (evil / "openssl.cnf").write_text("openssl_conf = x\n[x]\nengines = y\n[y]\nz = nothing\n")
    hostile = {
        "HOZEN_LANG": "en", "PYTHONPATH": evil, "PYTHONHOME": evil, "HOME": evil,
        "PYTHONUSERBASE": evil, "PYTHONSTARTUP": evil / "startup.py", "PYTHONINSPECT": "1",
        "PYTHONPLATLIBDIR": "evil", "PYTHONMALLOC": "debug", "PYTHONVERBOSE": "1",
        "PYTHONDUMPREFS": "1", "PYTHONPYCACHEPREFIX": mark, "LC_ALL": "ja_JP.eucJP",
        "LOCPATH": evil, "GCONV_PATH": evil, "TZDIR": evil, "OPENSSL_CONF": evil / "openssl.cnf",
        "SSL_CERT_FILE": evil, "MALLOC_TRACE": mark, "LD_DEBUG_OUTPUT": mark,
        "TMPDIR": evil, "CDPATH": evil, "ENV": evil / "startup.py", "BASH_ENV": evil / "startup.py",
    }  # fmt: skip
    plain = start(kit, "--source", tree, MEANT)
    first = runs.bundle_in(kit / "out")
    shutil.move(first, tmp_path / "first")
    environment = {name: str(value) for name, value in hostile.items()}
    ended = start(kit, "--source", tree, MEANT, env=environment, encoding="euc_jp")
    second = runs.bundle_in(kit / "out")

    assert (plain.code, ended.code) == (0, 0), ended.err
    assert not mark.exists()
    assert taken(tmp_path / "first") == taken(second)


FUNCTIONS = (
    "cd", "pwd", "printf", "read", "[", "exec", "unset", "export", ":", "exit", "set", "return",
)  # fmt: skip


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_a_search_path_or_a_function_of_the_host_s_leads_nowhere_else(shell, kit, tmp_path):
    evil, mark = tmp_path / "evil", tmp_path / "mark"
    other = evil / kit.name / "app/linux/glibc"
    other.mkdir(parents=True)
    (other / "ld-linux").write_text(f"#!/bin/sh\n: > {mark}\n")
    (other / "ld-linux").chmod(0o755)
    functions = {f"BASH_FUNC_{name}%%": f"() {{ echo > {mark}; }}" for name in FUNCTIONS}
    done = subprocess.run(
        [shell, f"{kit.name}/collect.sh", "--version"], cwd=kit.parent,
        env={"HOZEN_LANG": "en", "CDPATH": str(evil), **functions},
        capture_output=True, text=True, check=False, executable=f"/bin/{shell}",
    )  # fmt: skip

    assert (done.returncode, done.stderr, mark.exists()) == (0, "", False)
    assert done.stdout.startswith("hozen, version ")


@pytest.mark.parametrize("shell", [["dash"], ["bash"], ["busybox", "sh"]])
@pytest.mark.parametrize("name", ["-", "-x", "two\nlines\n", " a  b ", "*?[a]", "$(x)`y`'\""])
def test_a_folder_may_have_any_name(name, shell, kit, tmp_path):
    with mounted(str(tmp_path / name), what=kit, kind="none", flags=BIND):
        done = subprocess.run(
            [*shell, "--", f"{name}/collect.sh", "--version"], cwd=tmp_path, check=False,
            env={"HOZEN_LANG": "en", "OLDPWD": "/"}, capture_output=True, text=True,
        )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")


def taken(bundle: Path) -> dict[str, str | None]:
    opened = open_bundle(bundle, identities=[bundles.IDENTITY])
    return {
        one.meta.source.origin: one.content.sha256
        for one in opened.records()
        if not one.meta.source.origin.startswith("hozen:/")
    }


@pytest.fixture
def medium(kit, tmp_path):
    """The kit where strace spells its name as it is."""
    with mounted(str(tmp_path / "medium"), what=kit, kind="none", flags=BIND) as where:
        yield Path(where)


HOSTILE = {
    "HOZEN_LANG": "en", "LANG": "ja_JP.eucJP", "LC_ALL": "ja_JP.eucJP",
    "LD_LIBRARY_PATH": "/usr/lib/x86_64-linux-gnu",
}  # fmt: skip
"""A locale whose characters glibc has a converter for, and where the host's libraries are."""


def locales(calls: Sequence[Call], loader: Path) -> list[str]:
    """The host's locales and converters that our own processes looked for."""
    ours, found = set(), []
    for call in calls:
        if call.name == "execve" and call.result == 0 and call.places[0] == str(loader):
            ours.add(call.process)
        elif call.process in ours and call.name in ("open", "openat"):
            found += [each for each in call.places if re.search("/(locale|gconv)(/|$)", each)]
    return found


def test_loads_nothing_of_the_host_s(medium, tmp_path):
    code, calls = traced(
        ["/bin/sh", str(medium / "collect.sh"), "--list"], tmp_path / "trace",
        env=HOSTILE, cwd="/",
    )  # fmt: skip
    begun = [place for call in calls if call.name == "execve" for place in call.places[:1]]
    loader = next((medium / "app/linux/glibc").glob("ld-linux*"))
    own = [call for call in calls if call.process == calls[-1].process]
    after = own[max(i for i, call in enumerate(own) if call.name == "execve") :]
    loaded = {
        place
        for call in after
        if call.name in ("open", "openat") and (call.result or -1) >= 0
        for place in call.places[-1:]
        if re.search(r"\.(so|py|pyc|zip|pth)(\.|$)", place)
    }

    assert code == 0
    assert set(begun) == {"/bin/sh", str(loader)}
    assert loaded
    assert [place for place in loaded if not place.startswith(f"{medium}/")] == []
    assert locales(calls, loader) == []


def words(call: Call) -> str:
    """The command line of a program that was started."""
    told = re.search(r"\[(.*)\], 0x", call.rest)[1]
    return " ".join(re.findall(r'"((?:[^"\\]|\\.)*)"', told))


def fits(line: str, started: str) -> bool:
    return re.fullmatch(re.escape(line).replace("…", ".*"), started) is not None


def test_writes_to_out_alone_speaks_to_nobody_and_starts_what_was_registered(medium, tmp_path):
    before = runs.digests(medium)
    only = [f"--only={name}" for name in ("processes", "accounts", "cron", "ssh")]
    command = ["/bin/sh", str(medium / "collect.sh"), "--quiet", MEANT, *only]
    code, calls = traced(command, tmp_path / "trace", env=HOSTILE, cwd="/")
    loader = next((medium / "app/linux/glibc").glob("ld-linux*"))
    heard = noises(calls, medium / "out", str(loader))
    after = runs.digests(medium)

    assert [each for each in heard if not each.startswith('execve("/bin/sh"')] == []
    assert locales(calls, loader) == []
    door, *started = [words(call) for call in calls if call.name == "execve" and call.result == 0]
    lines = commands(medium, "linux")
    registered = {each: [line for line in lines if fits(line, each)] for each in started}
    assert fits(lines[0], door.removeprefix("/bin/"))
    # One line stands for all processes apart: that which reads, and that which tries the rules.
    assert {len(found) for found in registered.values()} == {1}
    assert sorted({line for (line,) in registered.values()}) == sorted(lines[1:-1])
    assert code in (0, 3)
    assert verify_bundle(runs.bundle_in(medium / "out")).exit is Exit.VERIFIED
    assert {name: after[name] for name in after if not name.startswith("/out/")} == before


def test_says_when_its_own_files_are_not_as_listed_and_goes_on(built, tree, tmp_path):
    kit = shutil.copytree(built.path, tmp_path / "kit")
    with (kit / "app/hozen/evidence/units.txt").open("w") as file:
        file.write("added\n")
    done = start(kit, "--source", tree, MEANT)

    assert done.code == 3
    assert "the kit is not as its list says: app/hozen/evidence/units.txt" in done.err
    assert "Sealed: " in done.out


def at_its_end(kit: Path, tree: Path) -> subprocess.Popen[str]:
    """A run that took all, and waits for another clock's time before it seals."""
    process = subprocess.Popen(
        ["/bin/sh", kit / "collect.sh", "--source", tree, MEANT, "--reference", "ask"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={"HOZEN_LANG": "en"},
    )  # fmt: skip
    process.stdin.write("\n")
    process.stdin.flush()
    assert any("Nearly done" in line for line in process.stderr)
    return process


def test_says_at_its_end_that_its_own_files_were_changed_meanwhile(kit, tree):
    added = kit / "app/hozen/added.txt"
    process = at_its_end(kit, tree)
    added.write_text("x")
    _, said = process.communicate("\n", timeout=100)
    added.unlink()

    assert process.returncode == 3
    assert "the kit is not what it was before the run: app/hozen/added.txt" in said


def test_killed_before_its_end_it_goes_on_by_the_door(kit, tree):
    process = at_its_end(kit, tree)
    process.kill()
    process.communicate()
    bundle = runs.bundle_in(kit / "out")
    ended = start(kit, "--source", tree, MEANT, "--resume", bundle)

    assert (process.returncode, ended.code) == (-signal.SIGKILL, 0), ended.err
    assert verify_bundle(bundle).exit is Exit.VERIFIED
    assert "/家/メモ.txt" in taken(bundle)


# Who doesn't know the passphrase.


def typed(kit: Path, tree: Path, *answers: str) -> tuple[int, str]:
    """Run it on a terminal at which somebody types; exit code and what was shown."""
    process, terminal = pty.fork()
    if process == 0:
        os.environ.clear()
        os.environ.update({"HOZEN_LANG": "en", "TERM": "dumb"})
        os.execv("/bin/sh", ["/bin/sh", str(kit / "collect.sh"), "--source", str(tree), MEANT])
    shown, left = b"", list(answers)
    try:
        while piece := os.read(terminal, 1 << 16):
            shown += piece
            if left and shown.count(b"Passphrase of the kit") > len(answers) - len(left):
                os.write(terminal, left.pop(0).encode() + b"\n")
    except OSError:
        pass  # EIO: the other end is closed
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), shown.decode()


def test_without_the_passphrase_evidence_is_taken_all_the_same(kit, tree, provider):
    code, shown = typed(kit, tree, "")
    verdict = verify_bundle(runs.bundle_in(kit / "out"), trust=provider.trust())

    assert code == 0
    assert "Going on without the kit's key" in shown
    assert verdict.exit is Exit.ALTERED  # nobody vouches for it; the noted code would


def test_after_a_wrong_passphrase_it_asks_once_more(kit, tree, provider):
    code, shown = typed(kit, tree, "wrong", kits.PASSPHRASE)
    verdict = verify_bundle(runs.bundle_in(kit / "out"), trust=provider.trust())

    assert code == 0
    assert "doesn't open the kit's key" in shown
    assert verdict.exit is Exit.VERIFIED


# Somebody at a terminal who types no option is led.


@pytest.fixture
def carried(built, tmp_path):
    """The device of a stick with the kit, and where it is plugged in."""
    media = tmp_path / "media"
    with stick(tmp_path, 1 << 30) as device:
        with mounted(media, what=device, kind="ext4"):
            shutil.copytree(built.path, media / "kit")
        yield device, media


def door(media: Path, folder: Path, language: str = "ja"):
    """The kit's door in a terminal; nothing is typed but its name."""
    command = ["env", "TERM=xterm-256color", "/bin/sh", str(media / "kit" / "collect.sh")]
    return terminal(folder, command, language=language)


GO_ON = "前回の続きから"
CLOSE = {"ja": "閉じる", "en": "Enter: close"}
ENDED = {"ja": "終わりました(封印済み)", "en": "Ended and sealed"}


@pytest.mark.parametrize(
    ("language", "keys"), [("ja", "矢印とEnter"), ("en", "arrows and Enter")], ids=["ja", "en"]
)
def test_somebody_at_a_terminal_is_led_by_screens_to_the_code(
    language, keys, carried, provider, tmp_path
):
    device, media = carried
    with mounted(media, what=device, kind="ext4"):
        with door(media, tmp_path, language) as seen:
            first = seen.see(keys)  # of lines it would say "type a digit"
            seen.through(PAGES[language])
            seen.see("Esc")
            seen.press(kits.PASSPHRASE, "Enter")
            seen.see(ENDED[language])
            seen.press("1")
            last = seen.see(CLOSE[language])
            seen.press("Enter")
            code = seen.code()
            kept = seen.kept()
        verdict = verify_bundle(runs.bundle_in(media / "kit" / "out"), trust=provider.trust())

    assert PAGES[language][0] in first
    assert [each for each in ("assphrase", "パスフレーズ") if each in first] == []
    assert set(spoken_code(verdict.root).split()) <= set(last.split())
    assert code in (0, 3), kept  # 3: what this machine keeps closed
    assert verdict.exit is Exit.VERIFIED


def test_a_stick_is_pulled_with_the_program_on_it_and_put_back_goes_on_with_one_key(
    carried, provider, tmp_path
):
    """The program may die of it; what counts is what is offered after it was plugged in again."""
    device, media = carried
    with mounted(media, what=device, kind="ext4"), door(media, tmp_path) as seen:
        seen.through(PAGES["ja"])
        seen.see("Esc")
        seen.press(kits.PASSPHRASE, "Enter")
        until(lambda: list(media.glob("kit/out/HZ_*/custody/00002.json")))
        pull(media)
        seen.kill()
    until(lambda: not held(device))
    with mounted(media, what=device, kind="ext4"):
        (begun,) = (media / "kit/out").glob("HZ_*")
        assert not (begun / "manifest.json").exists()
        with door(media, tmp_path) as seen:
            seen.see(GO_ON)
            seen.press("1")
            seen.see("Esc")
            seen.press(kits.PASSPHRASE, "Enter")
            seen.see(ENDED["ja"])
            seen.press("1", "Enter")
            assert seen.code() in (0, 3)
        verdict = verify_bundle(begun, trust=provider.trust())

    assert verdict.exit is Exit.VERIFIED
