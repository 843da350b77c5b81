import os

import hosts

from collectors.tree import Tree


def test_takes_everything_below_the_root(tmp_path):
    host = hosts.linux(tmp_path).with_file("/a/b/c", "abc").with_link("/a/link", "b")

    found = hosts.artifacts(Tree().collect(host.source()))

    assert {name: hosts.read(one).data for name, one in found.items()} == {
        "/etc/passwd": b"root:x:0:0:root:/root:/bin/bash\n", "/a/link": b"b", "/a/b/c": b"abc",
    }  # fmt: skip


def test_two_runs_over_the_same_folder_give_the_same_sequence(tmp_path):
    host = hosts.linux(tmp_path)
    for number in range(50):
        host.with_file(f"/{number % 7}/{number % 3}/{number}")
    source = host.source()

    first, second = (
        [one.origin for one in Tree().collect(source)],
        [one.origin for one in Tree().collect(source)],
    )

    assert first == second
    assert len(first) == 51


def test_an_empty_folder_gives_nothing(tmp_path):
    os.mkdir(tmp_path / "empty")

    assert list(Tree().collect(hosts.LinuxHost(tmp_path / "empty").source())) == []
