"""The README is true: its commands are run, its quotations compared, its links followed."""

import importlib.util
import itertools
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from command_line import run

HERE = Path(__file__).resolve().parent.parent
README = (HERE / "README.md").read_text()
PAGES = sorted(
    page for page in (*HERE.glob("*.md"), *HERE.glob("docs/**/*.md")) if page.name != "LICENSE"
)
WORKFLOW = HERE / ".github/workflows/windows.yml"
COLLECT, TEST = "sh scripts/collect-here.sh", "sh scripts/test.sh"

# Never said of a bundle or a machine; SECURITY and the threat model say what is said instead.
TOO_MUCH = re.compile(
    r"court[- ]admissible|tamper[- ]?proof|\bcomplian(t|ce)\b|安全です|感染なし|漏えいなし"
    r"|問題なし|改ざん不可能|準拠|証拠能力あり",
    re.IGNORECASE,
)


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location(
        "generate_docs", HERE / "scripts/generate_docs.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clone(tmp_path):
    """The checkout as somebody else gets it: no environment, no caches, no evidence."""
    leave = shutil.ignore_patterns(".git", ".venv*", "__pycache__", ".*_cache", "evidence-out")
    path = tmp_path / "clone"
    shutil.copytree(HERE, path, ignore=leave)
    return path


def at(clone, command, **variables):
    """Run a command of the README at the top of a clone, with little in the environment."""
    bare = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(clone.parent / "home")}
    return subprocess.run(
        ["sh", "-c", command], cwd=clone, env=bare | variables, capture_output=True, text=True
    )


def test_the_two_commands_are_the_two_scripts():
    (commands,) = [block for block in blocks(README, "sh") if "scripts/" in block]

    assert [line.split("#")[0].strip() for line in commands.splitlines()] == [COLLECT, TEST]


@pytest.mark.timeout(600)
def test_the_first_command_collects_verifies_and_says_where(clone):
    before = {path.name for path in clone.iterdir()}
    (clone.parent / "home").mkdir()
    temporary = clone.parent / "temporary"
    temporary.mkdir()
    untouched = temporary.stat().st_mtime_ns

    done = at(clone, COLLECT, TMPDIR=str(temporary))

    assert done.returncode == 0, done.stderr
    assert temporary.stat().st_mtime_ns == untouched  # where deleted evidence may lie
    (bundle,) = (path for path in (clone / "evidence-out").iterdir() if path.is_dir())
    assert f"The bundle: {bundle}" in done.stdout
    assert "Sealed volumes intact; contents opened, every item as recorded" in done.stdout
    assert (bundle / "manifest.json").is_file()
    assert bundle.stat().st_mode & 0o077 == 0
    assert {path.name for path in clone.iterdir()} - before == {".venv", "evidence-out"}
    # pip asks rustc for its version; where that is rustup's stand-in, it leaves a folder.
    left = {path.name for path in (clone.parent / "home").iterdir()}
    assert left <= {".cache", ".rustup"}


def test_a_python_without_venv_is_told_in_one_line(clone, tmp_path):
    stand_in(tmp_path / "bin", "python3", 'case "$*" in *"-m venv"*) exit 1;; esac; exit 0')

    done = at(clone, COLLECT, PATH=f"{tmp_path}/bin:{os.environ['PATH']}")

    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "python3 can't make virtual environments. As root, once: apt-get install -y python3-venv\n"
    )
    assert not (clone / ".venv").exists()


def test_a_python_that_needs_a_compiler_and_has_none_is_told_in_one_line(clone, tmp_path):
    stand_in(tmp_path / "bin", "python3", 'case "$*" in *Python.h*) exit 1;; esac; exit 0')

    done = at(clone, COLLECT, PATH=f"{tmp_path}/bin:{os.environ['PATH']}")

    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "python3 is later than 3.13: a library has to be compiled. "
        "As root, once: apt-get install -y gcc libc6-dev python3-dev\n"
    )
    assert not (clone / ".venv").exists()


def test_no_python_is_told_in_one_line(clone, tmp_path):
    folder = stand_in(tmp_path / "bin", "python3", "exit 1")
    for program in ("sh", "dirname", "find", "rm"):
        (folder / program).symlink_to(shutil.which(program))

    done = at(clone, COLLECT, PATH=str(folder))

    assert (done.returncode, done.stdout) == (4, "")
    assert "Python 3.11 or newer is needed" in done.stderr


def test_an_ordinary_user_is_told_what_the_tests_need(clone, tmp_path):
    folder = stand_in(tmp_path / "bin", "id", "echo 1000")
    script = (HERE / "scripts/test.sh").read_text()
    listed = script.split("STRANGERS='")[1].split("'")[0]
    strangers = re.findall(r"(?<![\w./-])([\w.-]+):[\w.-]+", listed)  # others by their whole path
    for program in ("sh", "dirname", "find", *(set(strangers) - {"age"})):
        (folder / program).symlink_to(shutil.which(program))
    stand_in(clone / ".venv/bin", "python", 'echo "$@"')
    (clone / ".venv/installed-test").touch()

    done = at(clone, f"{TEST} --collect-only", PATH=str(folder))

    assert (done.returncode, done.stdout) == (
        0,
        "-m pytest -n auto --dist loadfile --no-loadscope-reorder --collect-only\n",
    )
    assert "MISSING: age. As root, once: apt-get install -y age\n" in done.stderr
    assert "not root" in done.stderr


def stand_in(folder, name, script):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    return folder


def test_the_help_that_is_shown_is_the_help():
    (shown,) = [block for block in blocks(README, "") if block.startswith("$ hozen --help")]

    assert shown == f"$ hozen --help\n{run('--help').out}"


def test_every_command_that_is_shown_has_its_options():
    shown = re.findall(
        r"^hozen ((?:custody |keys )?\w+) (.*)$", "".join(blocks(README, "sh")), re.MULTILINE
    )

    assert [verb for verb, _ in shown] == [
        "keys identity", "keys root", "keys person", "collect", "verify", "import", "triage",
        "report", "report", "custody receive", "disclose",
    ]  # fmt: skip
    for verb, rest in shown:
        assert unknown_options(verb, rest) == []


def unknown_options(verb, rest):
    words = run(*verb.split(), "--help").out
    return [o for o in re.findall(r"--[a-z0-9-]+", rest) if f"{o} " not in words]


# The workflow for a hosted Windows, which nobody has run.


def test_every_command_of_the_workflow_has_its_options():
    text = WORKFLOW.read_text().replace("\\\n", "")
    shown = re.findall(r"(?:run:|^) *hozen ((?:keys |kit )?\w+) (.*)$", text, re.MULTILINE)

    assert [verb for verb, _ in shown] == [
        "collect", "verify", "keys root", "keys kit", "keys identity", "kit build", "verify",
        "kit check",
    ]  # fmt: skip
    assert [(verb, found) for verb, rest in shown if (found := unknown_options(verb, rest))] == []


@pytest.mark.parametrize(("digest", "code"), [("", 1), ("abc", 1), ("0" * 64, 0)])
def test_the_workflow_ends_at_once_where_nobody_looked_up_the_digest(digest, code):
    workflow = yaml.safe_load(WORKFLOW.read_text())
    first = workflow["jobs"]["collect"]["steps"][0]["run"]
    shell = [workflow["defaults"]["run"]["shell"], "--noprofile", "--norc", "-eo", "pipefail"]
    told = {"EMBEDDABLE": "python.zip", "EMBEDDABLE_SHA256": digest}
    done = subprocess.run([*shell, "-c", first], env=told, capture_output=True, text=True)

    assert (done.returncode, "python.zip" in done.stdout) == (code, code == 1)


def test_every_link_leads_somewhere():
    links = [
        (page, link)
        for page in PAGES
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    ]

    assert len(links) > 50
    assert [(page, link) for page, link in links if not (page.parent / link).exists()] == []


def test_no_page_claims_too_much():
    assert {page for page in PAGES if TOO_MUCH.search(page.read_text())} == set()


def test_says_in_both_languages_what_it_does_not_do():
    assert "## What it does not protect" in README
    assert "感染していないことの証明ではありません" in README


def test_the_picture_shows_a_run_and_nothing_of_its_machine():
    picture = (HERE / "docs/picture.svg").read_text().replace("&#160;", " ")

    assert "docs/picture.svg" in README
    assert "hozen collect" in picture
    assert "Sealed volumes intact" in picture
    assert re.findall(r"https?://(?!www\.w3\.org/)\S+", picture) == []
    assert [name for name in ("/tmp", "/root", "/home", "/work") if name in picture] == []


def test_the_generated_pages_are_what_the_code_says(generator):
    stale = [path.name for path, text in generator.pages().items() if path.read_text() != text]

    assert stale == [], "run scripts/generate_docs.py"


def test_every_exit_code_of_an_error_is_one_of_the_table(generator):
    assert {generator.code_of(error) for error in generator.errors()} <= set(generator.CODES)


def test_the_first_collector_of_the_page_works(tmp_path):
    collector, tests = blocks((HERE / "docs/collectors.md").read_text(), "python")
    world = {"__name__": "page"}
    exec(collector + tests, world)

    for index, name in enumerate(name for name in list(world) if name.startswith("test_")):
        folder = tmp_path / str(index)
        folder.mkdir()
        world[name](folder)
    assert sum(name.startswith("test_") for name in world) == 2


def test_the_lock_pins_what_the_project_asks_for():
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *itertools.chain.from_iterable(extras.values())]
    lock = (HERE / ".ci/lock.txt").read_text()
    pinned = {plain(name) for name in re.findall(r"^([\w.-]+)==\S+$", lock, re.MULTILINE)}

    assert {plain(re.match(r"[\w.-]+", name)[0]) for name in asked} <= pinned
    assert [name for name in asked if "==" in name] == []
    assert "://" not in lock
    assert " @ " not in lock


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_continuous_integration_runs_the_readme_s_command():
    script = HERE / ".ci/run"

    assert os.access(script, os.X_OK)
    assert f"{TEST} " in script.read_text()
    assert int((HERE / ".ci/skipped").read_text()) == 0
    assert subprocess.run(["bash", "-n", script]).returncode == 0
    assert sys.version_info >= (3, 11)
