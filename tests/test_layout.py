"""The house: what stands at its top, who knows whom, how large a file may be, what is shipped."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import hosts
import pytest
from command_line import PROGRAM, environment

HERE = Path(__file__).resolve().parent.parent
PACKAGES = ("evidence", "collectors", "chain_of_custody")
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text())
LIMIT = 300  # lines of a file; more than one noun lives in a longer one

TOP = {
    *PACKAGES, "rules", "tests", "pyproject.toml", "README.md",
    "docs", "benchmarks", "scripts", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "SECURITY.md",
    ".ci", ".gitattributes", ".github", ".gitignore",
}  # fmt: skip


def ignored():
    """What git doesn't carry."""
    lines = (HERE / ".gitignore").read_text().split()
    return [pattern.strip("/") for pattern in lines] + [".git", ".benchmarks"]


def test_the_top_holds_what_was_agreed():
    found = {
        path.name for path in HERE.iterdir() if not any(path.match(each) for each in ignored())
    }

    assert found - TOP == set()
    assert {*PACKAGES, "rules", "tests", "pyproject.toml", "README.md"} <= found


def test_no_clone_converts_line_ends():
    """Git for Windows would, and `verify.sh` goes into bundles as it lies here."""
    lines = (HERE / ".gitattributes").read_text().splitlines()

    assert [line for line in lines if not line.startswith("#")] == ["* -text"]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_file_holds_more_than_one_noun(package):
    paths = (HERE / package).rglob("*.py")
    long = {
        path.relative_to(HERE).as_posix()
        for path in paths
        if len(path.read_text().splitlines()) > LIMIT
    }

    assert long == set()


def test_the_layers_are_held_by_import_linter():
    layers, *rooms, custody = PROJECT["tool"]["importlinter"]["contracts"]

    assert layers["type"] == "layers"
    assert layers["layers"] == ["evidence", "collectors | chain_of_custody"]
    assert [each["containers"] for each in rooms] == [
        ["evidence"],
        ["collectors"],
        ["collectors.disk"],
    ]
    assert all(each["type"] == "layers" and each["exhaustive"] for each in rooms)
    assert (custody["type"], custody["source_modules"]) == ("forbidden", ["chain_of_custody"])
    assert {"click", "yara"} <= set(custody["forbidden_modules"])
    assert "lint-imports" in (HERE / ".ci/run").read_text()


def test_rules_are_data_and_nobody_else_s_text():
    rules = [path.read_text() for path in (HERE / "rules").rglob("*.yar")]

    assert rules
    assert not list((HERE / "rules").rglob("*.py"))
    for text in rules:
        assert re.search(r"(?i)copyright|\bauthor\s*=|\breference\s*=|github", text) is None
        assert "meta:" not in text  # what a rule claims stands once, in the index


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    subprocess.run(
        [sys.executable, *build, "--wheel-dir", folder, HERE], check=True, capture_output=True
    )
    (made,) = folder.glob("hozen-*.whl")
    return made


def test_the_wheel_holds_every_file_of_the_packages_and_the_rules(wheel):
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = {
        path.relative_to(HERE).as_posix()
        for package in PACKAGES
        for path in (HERE / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    rules = {f"evidence/rules/{path.name}" for path in (HERE / "rules").iterdir() if path.is_file()}

    assert shipped == expected | rules
    assert {"verify.sh", "VERIFY.md", "検証手順.md"} <= {
        Path(name).name for name in shipped if "/instructions/" in name
    }
    assert [name for name in shipped if "/report/templates/" in name]


@pytest.mark.timeout(120)
def test_the_wheel_works_from_another_folder(wheel, tmp_path):
    site, machine = tmp_path / "site", hosts.linux(tmp_path).path("")
    install = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", site)
    subprocess.run([sys.executable, *install, wheel], check=True, capture_output=True)
    world = environment(PYTHONPATH=str(site)) | {"PYTHONDONTWRITEBYTECODE": "1"}

    def hozen(*arguments):
        return subprocess.run(
            [*PROGRAM, *arguments], cwd=tmp_path, env=world, capture_output=True, text=True
        )

    where = "import evidence.tool; print(evidence.tool.rules_folder())"
    found = subprocess.run(
        [sys.executable, "-c", where], cwd=tmp_path, env=world, capture_output=True, text=True
    )
    collected = hozen("collect", "--source", machine, "--output", "out")
    (bundle,) = (path for path in (tmp_path / "out").iterdir() if path.is_dir())

    assert found.stdout == f"{site}/evidence/rules\n"
    assert (collected.returncode, "YARA: no match" in collected.stdout) == (0, True)
    assert hozen("verify", str(bundle)).returncode == 0
    assert subprocess.run(["sh", bundle / "verify.sh"], capture_output=True).returncode == 0
