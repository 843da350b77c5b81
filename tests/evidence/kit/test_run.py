"""A Linux kit as it is carried in: it runs where nothing is, changes nothing, is told nothing."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import subprocess
import zipfile
from pathlib import Path

import bundles
import kits
import pytest
import runs
from busybox import static_busybox
from hosts import NOBODY, open_to_all
from mounting import BIND, REMOUNT, mount, mounted
from tracing import noises, traced

from chain_of_custody.verdict import Exit
from evidence.checked import open_bundle, verify_bundle
from evidence.kit import listing, wheels
from evidence.kit.building import build
from evidence.kit.checking import check

NOEXEC = 0x8
REPOSITORY = Path(__file__).parents[3]
BUSYBOX, DEBIAN = "nothing but busybox", "Debian 11"


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    return kits.provider(tmp_path_factory.mktemp("provider"))


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


def test_collects_where_nothing_is(root, provider):
    shutil.copy(provider.passphrase_file, root / "passphrase")
    done = subprocess.run(
        ["chroot", root, "/bin/sh", "/media/USB 鍵/collect.sh", "--passphrase-file", "/passphrase"],
        env={"PATH": os.environ["PATH"], "HOZEN_LANG": "en"}, capture_output=True, text=True,
        check=False, timeout=250,
    )  # fmt: skip
    bundle = runs.bundle_in(root / "media" / "USB 鍵" / "out")

    assert done.returncode == 3, done.stderr  # what belongs to other roots' processes is refused
    assert f"Sealed: /media/USB 鍵/out/{bundle.name}" in done.stdout
    opened = open_bundle(bundle, trust=provider.trust(), identities=[bundles.IDENTITY])
    assert opened.verdict.exit is Exit.VERIFIED
    origins = {one.meta.source.origin: one.meta.reason for one in opened.records()}
    assert origins["/proc/1/status"] is None
    shown = subprocess.run(
        ["sh", bundle / "verify.sh"], capture_output=True, text=True, check=False
    )
    assert (shown.returncode, "NO STAGE FAILED" in shown.stdout) == (0, True)


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


def test_an_ordinary_user_is_told_that_less_is_taken(kit):
    open_to_all(kit)
    os.chown(kit / "out", NOBODY, NOBODY)
    who = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    done = subprocess.run(
        [*who, "/bin/sh", str(kit / "collect.sh"), "--only", "clock"], capture_output=True,
        text=True, check=False, env={"HOZEN_LANG": "en"}, timeout=100, cwd="/",
    )  # fmt: skip

    assert "NOTE: not run as root" in done.stderr
    assert "Sealed: " in done.stdout


# What the host may do to it.


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
        "PYTHONDUMPREFS": "1", "PYTHONPYCACHEPREFIX": mark, "LD_LIBRARY_PATH": evil,
        "LD_PRELOAD": evil / "x.so", "LOCPATH": evil, "GCONV_PATH": evil, "TZDIR": evil,
        "OPENSSL_CONF": evil / "openssl.cnf", "SSL_CERT_FILE": evil, "MALLOC_TRACE": mark,
        "LD_DEBUG_OUTPUT": mark, "TMPDIR": evil, "CDPATH": evil, "ENV": evil / "startup.py",
        "BASH_ENV": evil / "startup.py",
    }  # fmt: skip
    plain = start(kit, "--source", tree)
    first = runs.bundle_in(kit / "out")
    shutil.move(first, tmp_path / "first")
    ended = start(kit, "--source", tree, env={name: str(value) for name, value in hostile.items()})
    second = runs.bundle_in(kit / "out")

    assert (plain.code, ended.code) == (0, 0), ended.err
    assert not mark.exists()
    assert taken(tmp_path / "first") == taken(second)


FUNCTIONS = ("cd", "pwd", "printf", "read", "[", "exec", "unset", ":", "exit", "set", "return")


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


def test_loads_nothing_of_the_host_s(medium, tmp_path):
    code, calls = traced(
        ["/bin/sh", str(medium / "collect.sh"), "--list"], tmp_path / "trace",
        env={"HOZEN_LANG": "en"}, cwd="/",
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


def test_writes_to_out_alone_and_speaks_to_nobody(medium, tmp_path):
    before = runs.digests(medium)
    only = [f"--only={name}" for name in ("processes", "accounts", "cron", "ssh")]
    command = ["/bin/sh", str(medium / "collect.sh"), "--quiet", *only]
    code, calls = traced(command, tmp_path / "trace", env={"HOZEN_LANG": "en"}, cwd="/")
    loader = next((medium / "app/linux/glibc").glob("ld-linux*"))
    heard = noises(calls, medium / "out", str(loader))
    after = runs.digests(medium)

    assert [each for each in heard if not each.startswith('execve("/bin/sh"')] == []
    assert code in (0, 3)
    assert verify_bundle(runs.bundle_in(medium / "out")).exit is Exit.VERIFIED
    assert {name: after[name] for name in after if not name.startswith("/out/")} == before


def test_says_when_its_own_files_are_not_as_listed_and_goes_on(built, tree, tmp_path):
    kit = shutil.copytree(built.path, tmp_path / "kit")
    with (kit / "app/hozen/evidence/units.txt").open("w") as file:
        file.write("added\n")
    done = start(kit, "--source", tree)

    assert done.code == 3
    assert "the kit is not as its list says: app/hozen/evidence/units.txt" in done.err
    assert "Sealed: " in done.out


# Who doesn't know the passphrase.


def typed(kit: Path, tree: Path, *answers: str) -> tuple[int, str]:
    """Run it on a terminal at which somebody types; exit code and what was shown."""
    process, terminal = pty.fork()
    if process == 0:
        os.environ.clear()
        os.environ.update({"HOZEN_LANG": "en", "TERM": "dumb"})
        os.execv("/bin/sh", ["/bin/sh", str(kit / "collect.sh"), "--source", str(tree)])
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


def led(kit: Path) -> str:
    """Start it without a word at a terminal, press Enter at the passphrase; the first screen."""
    process, terminal = pty.fork()
    if process == 0:
        os.environ.clear()
        os.environ.update({"HOZEN_LANG": "en", "TERM": "dumb"})
        os.execv("/bin/sh", ["/bin/sh", str(kit / "collect.sh")])
    shown, asked = b"", False
    try:
        while b"use for care" not in shown and (piece := os.read(terminal, 1 << 16)):
            shown += piece
            if not asked and b"Passphrase of the kit" in shown:
                asked = True
                os.write(terminal, b"\n")
    finally:
        os.kill(process, signal.SIGKILL)
        os.close(terminal)
        os.waitpid(process, 0)
    return shown.decode()


def test_somebody_at_a_terminal_is_led_by_screens(kit):
    assert "use for care" in led(kit)
