"""What is kept beside the bundle until it is sealed: found again by its machine and no other."""

from __future__ import annotations

import json
import os

import pytest
from hosts import as_nobody, open_to_all
from wizards import TO_CLOCK, answer, guide, tree, work

from evidence.collecting.answers import Answer
from evidence.wizard import draft
from evidence.wizard.draft import Draft, find, unread

SAID = Answer(screen="care", answer="no", at="2026-11-22T18:00:00.000000Z", mono="1")


def saved(folder, *, screen="lan", at=SAID.at, **more) -> Draft:
    made = Draft.begin()
    made.screen, made.answers = screen, [Answer(screen="care", answer="no", at=at, mono="1")]
    for name, value in more.items():
        setattr(made, name, value)
    made.save(folder)
    return made


def test_what_was_left_is_found_again(tmp_path):
    made = saved(tmp_path)

    assert find(tmp_path) == made
    assert find(tmp_path).left_at(tmp_path) == "lan"


def test_what_is_no_file_is_not_waited_for(tmp_path):
    """Opening a pipe that nobody writes to would last until somebody does."""
    os.mkfifo(tmp_path / "wizard-00112233.json")
    (tmp_path / "wizard-44556677.json").mkdir()
    made = saved(tmp_path)

    assert find(tmp_path) == made


def test_the_latest_counts_and_none_is_deleted(tmp_path):
    saved(tmp_path, at="2026-11-22T18:00:00.000000Z")
    late = saved(tmp_path, at="2026-11-22T19:00:00.000000Z")

    assert find(tmp_path) == late
    assert len(list(tmp_path.iterdir())) == 2


def test_what_was_left_and_cannot_be_read_is_named(tmp_path):
    made = saved(tmp_path)
    (tmp_path / "wizard-notes.json").write_text("somebody else's")
    assert unread(tmp_path) == ""
    assert unread(tmp_path / "nowhere") == ""
    text = (tmp_path / made.name).read_bytes()
    (tmp_path / made.name).write_bytes(text[: len(text) // 2])  # the stick was pulled

    assert unread(tmp_path) == made.name


def test_a_folder_that_may_not_be_listed_is_named(tmp_path):
    open_to_all(tmp_path)
    tmp_path.chmod(0o733)
    with as_nobody():
        assert unread(tmp_path) == str(tmp_path)


def test_that_it_begins_anew_is_said_before_the_start_and_in_the_bundle(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "wizard-00112233.json").write_bytes(b"{")
    one = guide(out, tree(tmp_path / "src"))
    answer(one, *TO_CLOCK, "read")
    work(one)

    assert "can't be read (wizard-00112233.json)" in " ".join(one.page().lines)
    assert [each.found for each in one.checks if each.name == "draft"] == ["unread"]


def test_another_machine_s_is_left_alone(tmp_path, monkeypatch):
    saved(tmp_path)
    monkeypatch.setattr(draft.platform, "node", lambda: "another")

    assert find(tmp_path) is None


def test_it_names_no_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(draft.platform, "node", lambda: "karte-pc-03")
    made = saved(tmp_path)
    text = (tmp_path / made.name).read_text()

    assert "karte" not in text
    assert len({Draft.begin().host for _ in range(3)}) == 3


def test_a_bundle_begun_is_gone_on_with_and_a_sealed_one_is_done(tmp_path):
    made = saved(tmp_path, screen="collecting", bundle="HZ_1")
    (tmp_path / "HZ_1").mkdir()
    assert find(tmp_path).left_at(tmp_path) == "preflight"

    (tmp_path / "HZ_1" / "manifest.json").write_text("{}")

    assert made.left_at(tmp_path) is None
    assert find(tmp_path) is None


@pytest.mark.parametrize(
    "screen", ["care", "end_care", "end_medical", "code", "stopped", "no such screen"]
)
def test_where_nothing_is_left_to_do_nothing_is_offered(screen, tmp_path):
    saved(tmp_path, screen=screen)

    assert find(tmp_path) is None


SPOILT = {
    "no JSON": lambda d: b"{",
    "nothing": lambda d: b"",
    "another schema": lambda d: json.dumps(d | {"schema": "hozen-wizard-draft/2"}).encode(),
    "a field more": lambda d: json.dumps(d | {"x": 1}).encode(),
    "a bundle elsewhere": lambda d: json.dumps(d | {"bundle": "../../etc"}).encode(),
    "a bundle that is no name": lambda d: json.dumps(d | {"bundle": ".."}).encode(),
    "answers of numbers": lambda d: json.dumps(d | {"answers": [1]}).encode(),
    "no answers": lambda d: json.dumps(d | {"answers": []}).encode(),
    "too large": lambda d: json.dumps(d).encode() + b" " * (1 << 20),
    "another's name": lambda d: json.dumps(d | {"salt": "ff" * 16}).encode(),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_what_is_none_is_passed_over(spoil, tmp_path):
    made = saved(tmp_path)
    path = tmp_path / made.name
    path.write_bytes(spoil(json.loads(path.read_bytes())))

    assert find(tmp_path) is None
    assert path.exists()


def test_a_link_is_not_followed(tmp_path):
    made = saved(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / made.name).rename(tmp_path / "elsewhere" / made.name)
    (tmp_path / made.name).symlink_to(f"elsewhere/{made.name}")

    assert find(tmp_path) is None
    assert find(tmp_path / "nowhere") is None
