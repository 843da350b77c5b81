"""The whole story, by programs alone: from a provider's root to a stranger, years later.

A provider makes root, kit and people's keys, and gives a challenge. Somebody collects. Hospital,
courier and provider hand over, each verifying first. The provider asks an authority for the time,
imports, discloses one item. A stranger checks with a shell, openssl and sha256sum. Then the
authority's certificate runs out; once with a renewal, once without.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import bundles
import pytest
import timekeeper
from authority import DAY, NOW
from command_line import PROGRAM, environment, on_terminal
from command_line import run as hozen

HERE = Path(__file__).resolve().parents[3]
SECRET = "しろい ねこ 7\n"
LATER, MUCH_LATER = NOW + 200 * DAY, NOW + 400 * DAY  # the first authority ends between them
STRANGERS = ("openssl", "sha256sum", "sha512sum")
OPENING = ("age", "zstd", "tar")  # what it takes to look into the volumes as well
SHELLS = (
    "awk", "cat", "cmp", "comm", "cp", "cut", "date", "df", "dirname", "find", "grep", "head", "ls",
    "mkdir", "mktemp", "mv", "od", "paste", "rm", "sed", "sh", "sort", "tail", "tr", "uniq", "wc",
    "xargs",
)  # fmt: skip
"""What comes with every shell."""


class Story:
    """What happened so far: files in a folder, and what was noted on paper."""

    def __init__(self, place: Path) -> None:
        self.place = place
        (place / "secret").write_text(SECRET)
        self.secret = ("--passphrase-file", place / "secret")
        (place / "new").write_text(f"{SECRET.strip()}, another\n")
        self.new = ("--new-passphrase-file", place / "new")
        self.opens = ("--passphrase-file", place / "new")
        self.first = timekeeper.Authority(place=place / "first", offset=300)
        self.second = timekeeper.Authority(
            place=place / "second", offset=340, ends=NOW + 3000 * DAY
        )
        tsa = self.first.root, self.second.root
        pems = (bundles.pem_of(bundles.trusting(each)) for each in tsa)
        (place / "tsa.pem").write_bytes(b"".join(pems))
        self.bench = place / "bench"
        self.bench.mkdir()
        for name in (*STRANGERS, *OPENING, *SHELLS):
            (self.bench / name).symlink_to(which(name))
        self.keys()
        self.bundle, self.code = self.collected()

    def said(self, *arguments: object, at=None) -> dict:
        """What a verb says as JSON; at another time, when one is given."""
        shifted = ["faketime", f"{at:%Y-%m-%d %H:%M:%S}"] if at is not None else []
        done = subprocess.run(
            [*shifted, *PROGRAM, *map(str, arguments), "--json"],
            capture_output=True, env=environment(TZ="UTC"), check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        found: dict = json.loads(done.stdout)
        return found

    def keys(self) -> None:
        root = self.place / "provider" / "root.key"
        self.said("keys", "root", "--name", "調査会社", "--output", root.parent, *self.secret)
        self.said(
            "keys", "kit", "--root", root, "--name", "kit 7", "--output", self.place / "kit",
            *self.secret, *self.new,
        )  # fmt: skip
        self.said("keys", "identity", "--output", self.place / "age", "--no-passphrase")
        for name, role, of in (
            ("山田 花子", "custodian", "病院"), ("運送 次郎", "custodian", "運送会社"),
            ("調査 太郎", "provider", "調査会社"),
        ):  # fmt: skip
            folder = self.place / name.split()[0]
            self.said(
                "keys", "person", "--root", root, "--role", role, "--name", name,
                "--organisation", of, "--output", folder, *self.secret,
                *self.new,
            )  # fmt: skip
        self.challenge = self.said("keys", "challenge")["challenge"]

    def key(self, name: str) -> tuple[object, ...]:
        (path,) = (self.place / name).glob("*.key")
        return ("--key", path, *self.opens)

    @property
    def trust(self) -> tuple[object, ...]:
        return ("--trust", self.place / "provider" / "root.pem", "--tsa", self.place / "tsa.pem")

    def collected(self) -> tuple[Path, str]:
        """On a terminal, as a person sees it: the code is read off the screen."""
        source = self.place / "terminal"
        source.mkdir()
        (source / "note.txt").write_text("患者ID 12345678 の端末に表示された文\n")
        (source / "other.txt").write_text("something else\n")
        screen = on_terminal(
            "collect", "--source", source, "--output", self.place / "stick", "--case",
            "H-2026-0001", "--kit", self.place / "kit", "--recipient",
            self.place / "age" / "recipient.txt", "--challenge", self.challenge,
            "--operator", "山田 花子", "--place", "薬剤部", "--language", "en", *self.opens,
        ).out  # fmt: skip
        (bundle,) = (each for each in (self.place / "stick").iterdir() if each.is_dir())
        code = re.search(r"(?:[0-9]{5} ){4}[0-9]{5}", screen)
        assert code, screen
        assert "█" in screen  # the square, to be photographed
        return bundle, code[0]

    def handed(self, giver: str, taker: str, name: str, seal: str) -> None:
        where = ("--seal", seal, "--place", "玄関")
        self.said("custody", "release", self.bundle, "--to", name, *where, *self.key(giver))
        self.said("custody", "receive", self.bundle, *self.key(taker), "--trust", self.trust[1])

    def stamped(self, verb: str, authority: timekeeper.Authority, at=None) -> str:
        """The request goes to the authority by hand, and its answer comes back by hand."""
        request = self.place / f"{verb}.tsq"
        self.said("custody", verb, self.bundle, "--request", request, at=at)
        response = request.with_suffix(".tsr")
        response.write_bytes(authority.answer(request.read_bytes(), at=at))
        made = self.said(
            "custody", verb, self.bundle, "--request", request, "--response", response,
            *self.trust[2:], *self.key("調査"), at=at,
        )  # fmt: skip
        head: str = made["head"]
        return head

    def exhibit_at(self, at, path: Path) -> Path:
        """The note, disclosed once more."""
        self.said(
            "disclose", self.bundle, note_of(self), "--output", path, "--to", "地方裁判所",
            *self.identity, *self.key("調査"), "--trust", self.trust[1], at=at,
        )  # fmt: skip
        return path

    def stranger(self, script: Path, *arguments: object, at=None) -> subprocess.CompletedProcess:
        """A shell with the fewest programs, and nothing of ours but the script."""
        shifted = [which("faketime"), f"{at:%Y-%m-%d %H:%M:%S}"] if at is not None else []
        return subprocess.run(
            [*shifted, which("dash"), str(script), *map(str, arguments)],
            capture_output=True, text=True, check=False,
            env={"PATH": str(self.bench), "TZ": "UTC", "TMPDIR": str(self.place)},
        )  # fmt: skip


def which(name: str) -> str:
    """The program's place on this machine."""
    found = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin")
    assert found, name
    return found


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Told once: everything up to the disclosure."""
    told = Story(tmp_path_factory.mktemp("story"))
    told.handed("山田", "運送", "運送 次郎", "S-1")
    told.handed("運送", "調査", "調査 太郎", "S-2")
    told.head = told.stamped("timestamp", told.first)
    told.identity = ("--identity", told.place / "age" / "identity.txt")
    told.imported = told.said(
        "import", told.bundle, "--into", told.place / "case", *told.identity, *told.trust
    )
    told.exhibit = told.place / "exhibit"
    told.disclosed = told.said(
        "disclose", told.bundle, note_of(told), "--output", told.exhibit, "--to", "地方裁判所",
        "--basis", "court", "--authority", "令和8年(ワ)第1号", "--hide-path", *told.identity,
        *told.key("調査"), "--trust", told.trust[1],
    )  # fmt: skip
    return told


def note_of(story: Story) -> int:
    """The number of the note, as the working copy's list of records tells it."""
    records = next((story.place / "case").rglob("items.jsonl")).read_text().splitlines()
    (found,) = (
        record["content"]["seq"]
        for record in map(json.loads, records)
        if record["meta"]["source"]["origin"].endswith("note.txt")
    )
    seq: int = found
    return seq


def test_everything_is_tied_timed_noted_and_held(story):
    verdict = story.said(
        "verify", story.bundle, *story.trust, *story.identity, "--code", story.code,
        "--challenge", story.challenge,
    )  # fmt: skip
    periods = story.said("custody", "show", story.bundle, "--trust", story.trust[1])["periods"]

    assert verdict["level"] == "A"
    assert {each["outcome"] for each in verdict["stages"]} == {"PASS"}
    assert [each["holder"] for each in periods][-1].startswith("調査 太郎")
    assert any("運送 次郎" in (each["holder"] or "") for each in periods)


def test_a_stranger_gets_the_same_from_a_shell(story):
    done = story.stranger(
        HERE / "evidence/instructions/verify.sh", *story.trust, "--code", story.code,
        "--challenge", story.challenge, *story.identity, story.bundle,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout
    assert "level A" in done.stdout


def test_the_exhibit_proves_one_item_and_shows_no_path(story):
    script = HERE / "evidence/instructions/exhibit/check.sh"
    done = story.stranger(script, *story.trust[:2], story.exhibit)
    shown = b"".join(each.read_bytes() for each in story.exhibit.rglob("*") if each.is_file())

    assert done.returncode == 0, done.stdout + done.stderr
    assert "患者ID 12345678".encode() in shown
    assert b"note.txt" not in shown
    assert b"something else" not in shown
    item = next(each for each in story.exhibit.rglob("*") if b"12345678" in read(each))
    item.write_bytes(item.read_bytes().replace(b"12345678", b"12345679"))
    assert story.stranger(script, *story.trust[:2], story.exhibit).returncode == 1
    item.write_bytes(item.read_bytes().replace(b"12345679", b"12345678"))


def read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def test_when_the_authority_has_run_out_only_a_renewal_holds_the_time(story, tmp_path):
    kept, before = story.bundle, tmp_path / story.bundle.name
    shutil.copytree(kept, before)
    verifier, note = HERE / "evidence/instructions/verify.sh", ("--code", story.code)
    story.stamped("renew", story.second, at=LATER)
    told = story.exhibit_at(LATER, story.place / "renewed-exhibit")
    script = HERE / "evidence/instructions/exhibit/check.sh"

    for exhibit, exit_code in ((told, 0), (story.exhibit, 3)):
        done = story.stranger(script, *story.trust, exhibit, at=MUCH_LATER)
        assert done.returncode == exit_code, done.stdout
        if not exit_code:
            assert "by a token of a trusted authority" in done.stdout
    for bundle, exit_code in ((kept, 0), (before, 3)):
        ours = subprocess.run(
            ["faketime", f"{MUCH_LATER:%Y-%m-%d}", *PROGRAM, "verify", str(bundle), *note,
             *map(str, story.trust), "--json"],
            capture_output=True, env=environment(TZ="UTC"), check=False,
        )  # fmt: skip
        theirs = story.stranger(verifier, *story.trust, *note, bundle, at=MUCH_LATER)
        assert (ours.returncode, theirs.returncode) == (exit_code, exit_code), theirs.stdout
        level = json.loads(ours.stdout)["level"]
        assert (level, "level A" in theirs.stdout) == (
            ("A", True) if not exit_code else ("B", False)
        )


def test_openssl_alone_tells_the_time(story):
    bundle = story.bundle
    (story.place / "one.pem").write_bytes(bundles.authorities_of(story.first.trusted))
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-in", bundle / "anchors/0001.tsr", "-data",
         bundle / "manifest.json.p7s", "-CAfile", story.place / "one.pem"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout.strip()) == (0, "Verification: OK")
    assert os.access(bundle / "anchors/0001.tsq", os.R_OK)
    assert hozen("verify", bundle).code == 0
