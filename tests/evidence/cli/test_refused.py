"""What can't be begun is refused in one line, and nothing is said of what would have begun."""

from __future__ import annotations

import subprocess
import threading

import command_line
import pytest

from evidence.collecting.collection import collect
from evidence.planning.request import Request


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--recipient", "age1nonsense"), "age1nonsense"), (("--only", "nothing"), "nothing"),
        (("--source", "nowhere"), "nowhere"), (("--output", "tree/file/x"), "tree/file/x"),
    ],
)  # fmt: skip
def test_what_is_refused_is_all_that_is_said(tmp_path, options, said):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "file").write_bytes(b"x")
    line = {"--source": "tree", "--output": "out", **dict([options])}
    done = command_line.run("collect", *(w for pair in line.items() for w in pair), cwd=tmp_path)

    assert done.code in (2, 4)
    assert len(done.err.splitlines()) == 1
    assert said in done.err


def test_what_begins_is_said_once_nothing_stands_against_it(tmp_path):
    (tmp_path / "tree").mkdir()
    done = command_line.run(
        "collect", "--source", tmp_path / "tree", "--output", tmp_path / "out", "--skip", "yara"
    )

    assert done.err.startswith("Taking evidence, profile standard.")
    assert "NOT encrypted" in done.err


@pytest.mark.parametrize(("output", "code"), [("whole", 0), ("out", 4)])
def test_the_folder_that_one_is_in_may_be_gone(tmp_path, output, code):
    for name in ("tree", "gone"):
        (tmp_path / name).mkdir()
    place = tmp_path / "whole" if output == "whole" else output
    done = command_line.shell(
        f'cd "{tmp_path}/gone" && rmdir "{tmp_path}/gone" && exec "$@"',
        "collect", "--source", tmp_path / "tree", "--skip", "yara", "--output", place,
    )  # fmt: skip

    assert done.code == code, done.err
    assert (code == 0) or "out: No such file" in done.err


def test_nothing_is_left_where_the_machine_starts_no_thread(tmp_path, monkeypatch):
    (tmp_path / "tree").mkdir()
    wanted = Request(output=tmp_path / "out", source=str(tmp_path / "tree"), skip=("yara",))

    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(OSError, match="starts no further thread"):
        collect(wanted)
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("verb", ["collect", "image"])
def test_where_nothing_is_mounted_at_proc_it_is_said_what_to_do(tmp_path, verb):
    (tmp_path / "disk.img").write_bytes(bytes(1 << 20))
    what = (tmp_path / "disk.img",) if verb == "image" else ()
    words = [*command_line.PROGRAM, verb, *what, "--output", tmp_path / "out"]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh", *words],
        env=command_line.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 4, done.stderr
    assert "mount -t proc proc /proc" in done.stderr.splitlines()[-1]
    assert not list(tmp_path.glob("out/*"))
