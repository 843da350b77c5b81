"""The nine lines on an exhibit's own page: they hold for a good item, and for nothing else."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

SAID = re.compile(r"^item \d+: as it was sealed$", re.MULTILINE)
SHELLS = {"dash": ["dash"], "bash": ["bash"], "busybox": ["busybox", "sh"]}


def pages_lines(exhibit: Path) -> list[str]:
    """The blocks of the page that make hashes, one a language."""
    blocks = re.findall(r"```sh\n(.*?)```", (exhibit / "README.md").read_text(), re.DOTALL)
    return [block for block in blocks if "salt_content" in block]


def lines_say(exhibit: Path, number: int, shell: str) -> bool:
    text = pages_lines(exhibit)[-1].replace("n=17", f"n={number}")
    text = text.replace("00000017", f"{number:08d}")
    return says(exhibit, text, SHELLS[shell])


def says(exhibit: Path, lines: str, shell: list[str]) -> bool:
    words = [*shell, "-c", f'EXHIBIT="$1"\n{lines}', "sh", str(exhibit)]
    done = subprocess.run(words, capture_output=True, check=False, text=True)
    return SAID.search(done.stdout) is not None


def numbers(exhibit: Path) -> list[int]:
    return sorted(int(path.stem) for path in (exhibit / "items").glob("*.proof"))


def test_both_languages_give_the_same_lines_nine_of_them(world):
    japanese, english = pages_lines(world.path("exhibit"))

    assert japanese == english
    assert len(english.splitlines()) == 9


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("base", ["exhibit", "exhibit_closed", "exhibit_alone"])
def test_they_hold_for_each_item_that_has_bytes(world, base, shell):
    exhibit = world.path(base)
    shown = [n for n in numbers(exhibit) if (exhibit / "items" / f"{n:08d}").exists()]

    assert shown
    assert [n for n in shown if not lines_say(exhibit, n, shell)] == []


@pytest.mark.parametrize("name", ["", ".content.json", ".meta.json", ".proof", "manifest.json"])
def test_one_other_byte_and_they_say_nothing(world, tmp_path, name):
    exhibit = tmp_path / "exhibit"
    shutil.copytree(world.path("exhibit"), exhibit)
    number = next(n for n in numbers(exhibit) if (exhibit / "items" / f"{n:08d}").stat().st_size)
    path = exhibit / (name if name == "manifest.json" else f"items/{number:08d}{name}")
    data = bytearray(path.read_bytes())
    at = len(data) - 2  # the last digit of a proof, or of what ends a document
    data[at] = ord("0") if data[at] != ord("0") else ord("1")
    path.write_bytes(data)

    assert not lines_say(exhibit, number, "dash")


def test_another_place_in_the_tree_and_they_say_nothing(world):
    exhibit = world.path("exhibit")
    number = numbers(exhibit)[0]
    text = pages_lines(exhibit)[-1].replace("n=17", f"n={number + 1}")
    text = text.replace("00000017", f"{number:08d}")

    assert not says(exhibit, text, SHELLS["dash"])
