"""What a hospital gets of a kit in peacetime: sheet, list, agreement, rehearsal."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import kits
import pytest
import runs
from command_line import run, shell

from collectors.ram.imager.program import Imager
from evidence.cli.kit.rehearse import rehearse
from evidence.cli.shared import Voice
from evidence.cli.texts import Texts
from evidence.kit import listing, rehearsal
from evidence.kit.carried.imager import bring
from evidence.kit.commands import commands
from evidence.kit.description import described
from evidence.kit.registering import KitFile, _table
from evidence.machine.clock import Clock
from evidence.reading.checked import verify_bundle


@pytest.fixture(scope="module")
def made(provider, tmp_path_factory):
    with kits.lent(kits.small(provider, tmp_path_factory.mktemp("made") / "kit").path) as kit:
        yield kit


@pytest.fixture
def kit(made, tmp_path):
    return kits.copied(made, tmp_path / "kit")


def register(kit, out, *more):
    return run("kit", "register", kit, "--out", out, *more, HOZEN_LANG="en")


def test_writes_sheet_list_and_agreement(kit, tmp_path):
    out = tmp_path / "papers"
    expected = {name.lstrip("/"): digest for name, digest in runs.digests(kit).items()}
    (kit / "memo.txt").write_text("no part of it\n")
    ended = register(kit, out, "--stick", "0951:1666:E0D55EA573DC")
    sheet = (out / "registration.html").read_text()
    agreement = (out / "保全方法定め書.html").read_text()
    with (out / "files.csv").open(encoding="utf-8-sig") as file:
        rows = {row["path"]: row["sha256"] for row in csv.DictReader(file)}

    assert (ended.code, ended.err) == (0, "")
    assert rows == expected
    assert all(each in sheet for each in ("0951", "1666", "E0D55EA573DC"))
    assert rows["app/start.py"] in sheet
    assert described(kit / "kit.json").kit_certificate_sha256 in sheet
    assert sheet.index("登録票") < sheet.index("Registration of")
    assert [
        n for n in range(1, 11) if f"第{n}条" not in agreement or f"<b>{n}." not in agreement
    ] == []


@pytest.mark.parametrize(
    ("name", "head", "part"),
    [("take", b"\x7fELF", "linux program"), ("a.dll", b"#!/bin/sh\n", "linux program"),
     ("winpmem", b"MZ", "windows program"), ("a.so", b"MZ", "windows program")],
)  # fmt: skip
def test_an_imager_is_a_program_of_the_system_that_it_is_pinned_for(
    name, head, part, provider, tmp_path
):
    path = tmp_path / name
    path.write_bytes(head)
    imager = bring(Imager(str(path), listing.digest(path)))
    kit = kits.small(provider, tmp_path / "kit", imager=imager).path
    register(kit, tmp_path / "papers")
    with (tmp_path / "papers/files.csv").open(encoding="utf-8-sig") as file:
        parts = {row["path"]: row["part"] for row in csv.DictReader(file)}

    assert parts[f"app/imager/{name}"] == part


FORMULA = "=cmd|'/c calc'!A1"


@pytest.mark.parametrize("begins", ["", "+", "-", "@", "\t", "\uff1d"], ids=ascii)
def test_a_publisher_s_name_is_no_formula_of_the_spreadsheet_that_opens_the_list(begins):
    signed = KitFile(
        name="app/imager/a.exe", size=1, sha256="0" * 64, part="windows program",
        publisher=begins + FORMULA,
    )  # fmt: skip
    plain = replace(signed, publisher="Example - Tools, K.K.")

    text = _table([signed, plain]).decode("utf-8-sig")

    _, *rows = csv.reader(io.StringIO(text, newline=""))
    assert [row[0] for row in rows] == [signed.name] * 2
    assert [row[4] for row in rows] == ["'" + signed.publisher, plain.publisher]


@pytest.mark.parametrize("stick", ["0951:1666", "951:1666:X", "0951:1666:", "0951:1666:a b"])
def test_a_stick_that_is_none_is_refused_before_anything_is_written(stick, kit, tmp_path):
    ended = register(kit, tmp_path / "papers", "--stick", stick)

    assert (ended.code, (tmp_path / "papers").exists()) == (2, False)
    assert "not VENDOR:PRODUCT:SERIAL" in ended.err


def test_a_kit_that_was_altered_is_not_registered(kit, tmp_path):
    (kit / "app/start.py").write_text("import os\n")
    ended = register(kit, tmp_path / "papers")

    assert (ended.code, (tmp_path / "papers").exists()) == (1, False)
    assert "not as its list of files says" in ended.err


def test_the_pages_are_written_together_or_not_at_all(kit, tmp_path):
    out = tmp_path / "papers"
    blocks = 50  # of 512 bytes: the sheet fits, the list of files does not
    done = shell(f'ulimit -f {blocks}; exec "$@"', "kit", "register", kit, "--out", out)

    assert (done.code, os.listdir(out)) == (4, [])
    assert register(kit, out).code == 0
    sizes = [(out / name).stat().st_size for name in ("registration.html", "files.csv")]
    assert sizes[0] < blocks * 512 < sizes[1]


def test_what_is_there_is_not_written_over(kit, tmp_path):
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "files.csv").write_text("mine\n")
    ended = register(kit, papers)

    assert ended.code == 2
    assert [(path.name, path.read_text()) for path in papers.iterdir()] == [("files.csv", "mine\n")]


def test_a_rehearsal_takes_a_little_and_says_that_it_is_one(kit):
    ended = run("kit", "start", kit, "--rehearse", HOZEN_LANG="en")
    (page,) = (kit / "out").glob("REHEARSAL_*.html")
    bundle = runs.bundle_in(kit / "out")
    text = page.read_text()

    assert ended.code in (0, 3), ended.err
    assert "yes: evidence was taken and sealed" in ended.out
    assert "yes: the sealed bundle verifies" in ended.out
    assert "訓練です。証拠ではありません。" in text
    assert bundle.name.startswith("HZ_REHEARSAL_")
    assert bundle.name in text
    verdict = verify_bundle(bundle)
    assert (int(verdict.exit), verdict.counts["acquired"] > 10) == (0, True)


def test_a_rehearsal_answers_in_japanese(kit, monkeypatch, capsys):
    monkeypatch.setattr("evidence.writing.medium.free_space", lambda _: 600 << 20)
    code = rehearse(Voice(t=Texts("ja")), kit, described(kit / "kit.json"))
    said = capsys.readouterr().out.splitlines()

    assert code == 3
    assert "いいえ: 空きが 8 GiB 以上(600 MiB)" in said
    assert "はい: 封印したものを検証した" in said


def test_a_rehearsal_does_nothing_else_that_was_asked_for(kit):
    ended = run("kit", "start", kit, "--rehearse", "--profile", "full", HOZEN_LANG="en")

    assert (ended.code, list((kit / "out").iterdir())) == (2, [])
    assert "--profile" in ended.err


def test_a_rehearsal_with_an_altered_kit_says_no(kit):
    (kit / "app/start.py").write_text("import os\n")
    done = rehearsal.rehearse(kit, described(kit / "kit.json"))
    refused = [one for one in done.results if one.key == "files"]

    assert [(one.fine, one.detail) for one in refused] == [(False, "app/start.py")]
    assert done.fine is False
    assert "いいえ / NO" in done.page.read_text()


def test_a_rehearsal_that_took_longer_than_two_minutes_says_so(kit):
    done = rehearsal.rehearse(kit, described(kit / "kit.json"), clock=Slow())
    (late,) = [one for one in done.results if one.key == "time"]

    assert (late.fine, done.fine) == (False, False)
    assert int(late.detail.removesuffix(" s")) > 120
    assert "2分以内に終わった" in done.page.read_text()


class Slow(Clock):
    """A clock of a machine on which everything takes half a minute more."""

    late = 0

    def mono(self) -> int:
        self.late += 30_000_000_000
        return super().mono() + self.late


def test_command_lines_are_the_same_wherever_it_is_registered_from(tmp_path, monkeypatch):
    door = files("evidence.kit") / "doors/collect.sh"
    (tmp_path / "collect.sh").write_bytes(door.read_bytes())
    monkeypatch.chdir(tmp_path)

    assert commands(Path(), "linux") == commands(tmp_path, "linux")
    assert "sh …/collect.sh …" in commands(Path(), "linux")
