"""Time-stamp tokens as people get them: by files, over HTTP, refused, renewed, shown."""

from __future__ import annotations

import datetime
import json
import shutil
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import authority
import bundles
import pytest
import timekeeper
from authority import CUSTODIAN
from command_line import run as hozen
from command_line import shell
from worlds import World

from chain_of_custody.folder import BundleFolder
from chain_of_custody.timestamps import renewal
from evidence.custody.signers import key_text
from evidence.machine.clock import Clock


class Bench:
    """A sealed bundle, somebody with a key, two authorities."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.bundle = bundles.sealed(place / "HZ_x", key=authority.COLLECTION)
        self.trusted = timekeeper.Authority(place=place / "trusted", offset=300)
        self.stranger = timekeeper.Authority(place=place / "stranger", offset=310)
        (place / "who.key").write_bytes(key_text(CUSTODIAN, None))
        (place / "root.pem").write_bytes(bundles.pem_of(authority.TRUSTED))
        for name in ("trusted", "stranger"):
            trust = getattr(self, name).trusted
            (place / f"{name}.pem").write_bytes(bundles.authorities_of(trust))

    def asked(self, verb: str = "timestamp") -> Path:
        done = hozen("custody", verb, self.bundle, "--request", self.place / "q.tsq")
        assert done.code == 0, done.err
        return self.place / "q.tsq"

    def kept(self, verb: str, response: bytes, tsa: str = "trusted", **variables):
        (self.place / "r.tsr").write_bytes(response)
        return hozen(
            "custody", verb, self.bundle, "--request", self.place / "q.tsq", "--response",
            self.place / "r.tsr", "--key", self.place / "who.key", "--tsa",
            self.place / f"{tsa}.pem", **variables,
        )  # fmt: skip

    def stamped(self) -> None:
        response = self.trusted.answer(self.asked().read_bytes())
        assert self.kept("timestamp", response).code == 0
        (self.place / "q.tsq").unlink()

    def verified(self, *more: str):
        tsa = ("--tsa", self.place / "trusted.pem")
        return hozen("verify", self.bundle, "--trust", self.place / "root.pem", *tsa, *more)

    @property
    def files(self) -> set[str]:
        return {p.relative_to(self.bundle).as_posix() for p in self.bundle.rglob("*")}


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def test_a_request_is_carried_away_and_its_answer_back(bench):
    before = bench.files
    request = bench.asked()
    assert bench.files == before
    done = bench.kept("timestamp", bench.trusted.answer(request.read_bytes()))

    assert done.code == 0, done.err
    assert {"anchors/0001.tsq", "anchors/0001.tsr"} <= bench.files
    verdict = bench.verified("--json")
    stage = json.loads(verdict.out)["stages"][5]
    assert (verdict.code, stage["outcome"]) == (0, "PASS")
    assert json.loads(verdict.out)["level"] == "B"


def test_with_a_known_signer_a_token_and_the_root_the_level_is_a(bench):
    bench.stamped()
    root = json.loads(bench.verified("--json").out)["root"]
    done = json.loads(bench.verified("--json", "--root", root).out)

    assert (done["exit"], done["level"]) == (0, "A")


def test_an_authority_is_asked_over_http(bench):
    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            answer = bench.trusted.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    tsa, key = ("--tsa", bench.place / "trusted.pem"), ("--key", bench.place / "who.key")
    done = hozen("custody", "timestamp", bench.bundle, "--url", url, *tsa, *key)
    server.shutdown()
    server.server_close()

    assert done.code == 0, done.err
    assert bench.verified().code == 0


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://127.0.0.1/", 2),
        ("http://127.0.0.1:9/", 4),
        ("nonsense", 2),
        ("http://[", 2),
        ("http://a b/", 2),
        ("http://127.0.0.1:x/", 2),
    ],
)
def test_no_answer_is_one_line(bench, url, code):
    tsa, key = ("--tsa", bench.place / "trusted.pem"), ("--key", bench.place / "who.key")
    done = hozen("custody", "timestamp", bench.bundle, "--url", url, *tsa, *key)

    assert (done.code, len(done.err.splitlines())) == (code, 1)
    assert "anchors" not in bench.files


def test_why_no_answer_came_is_told_in_the_readers_language(bench):
    tsa, key = ("--tsa", bench.place / "trusted.pem"), ("--key", bench.place / "who.key")
    asked = ("custody", "timestamp", bench.bundle, "--url", "http://127.0.0.1:9/", *tsa, *key)
    english, japanese = hozen(*asked).err, hozen(*asked, "--language", "ja").err

    assert english.endswith(": Connection refused\n")
    assert japanese.endswith(": 接続を拒否されました\n")


def test_what_proves_nothing_is_not_kept(bench):
    request = bench.asked().read_bytes()
    before = bench.files
    other = bench.trusted.answer(timestamp_request(b"something else"))
    aged = timekeeper.Authority(
        place=bench.place / "aged", offset=320, ends=authority.NOW - authority.DAY
    )
    (bench.place / "aged.pem").write_bytes(bundles.authorities_of(aged.trusted))
    old = aged.answer(request, at=authority.NOW - 2 * authority.DAY)

    for response, tsa, why in (
        (other, "trusted", "over something else"),
        (bench.stranger.answer(request), "trusted", "leads to none of the trusted"),
        (b"no token", "trusted", "can't be read"),
        (old, "aged", "ran out"),
    ):
        done = bench.kept("timestamp", response, tsa)
        assert (done.code, len(done.err.splitlines())) == (2, 1), done.err
        assert why in done.err
        assert "Nothing was kept. See that" in done.err
        assert bench.files == before


@pytest.mark.parametrize(
    ("request_file", "response", "why"),
    [
        (None, b"<!DOCTYPE html>\n<html><body>Log in first</body></html>\n", "can't be read"),
        (b"no request at all", None, "the request of a time-stamp token can't be read"),
    ],
)
def test_a_wrong_file_is_wrong_input_and_no_altered_evidence(bench, request_file, response, why):
    answer = response or bench.trusted.answer(bench.asked().read_bytes())
    (bench.place / "q.tsq").write_bytes(request_file or bench.place.name.encode())
    before = bench.files
    done = bench.kept("timestamp", answer)

    assert (done.code, len(done.err.splitlines())) == (2, 1), done.err
    assert why in done.err
    assert bench.files == before


def test_a_token_from_before_a_clock_that_was_ahead_is_not_put_in(tmp_path):
    bench = Bench(tmp_path)
    ahead = Clock(now_ns=time.time_ns() + 2 * 3600 * 10**9)
    bench.bundle = bundles.sealed(tmp_path / "HZ_ahead", key=authority.COLLECTION, clock=ahead)
    answer = bench.trusted.answer(bench.asked().read_bytes())
    before = bench.files
    done = bench.kept("timestamp", answer)

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "its clock was ahead" in done.err
    assert "hozen custody note" in done.err
    assert bench.files == before
    assert hozen("verify", bench.bundle).code == 0


def test_tokens_that_are_put_in_the_wrong_way_round_are_refused(bench):
    request = bench.asked().read_bytes()
    hour = datetime.timedelta(hours=1)
    first, second = (bench.trusted.answer(request, at=authority.NOW + n * hour) for n in (1, 2))
    assert bench.kept("timestamp", second).code == 0
    before = bench.files
    done = bench.kept("timestamp", first)

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "put in the oldest first" in done.err
    assert bench.files == before
    assert bench.verified().code == 0


@pytest.mark.parametrize("name", ["Thumbs.db", "data/.DS_Store", None])
def test_what_does_not_verify_is_not_renewed_and_nobody_is_asked(bench, name):
    bench.stamped()
    if name is None:
        volume = next((bench.bundle / "data").iterdir())
        volume.write_bytes(volume.read_bytes()[:-1])
    else:
        (bench.bundle / name).write_bytes(b"x")
    done = hozen("custody", "renew", bench.bundle, "--request", bench.place / "q.tsq")

    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert ("stages 2" if name is None else "stages 3") in done.err
    assert not (bench.place / "q.tsq").exists()


def test_a_list_that_names_a_strangers_file_is_not_kept(bench):
    bench.stamped()
    (bench.bundle / "Thumbs.db").write_bytes(b"x")
    folder = BundleFolder(bench.bundle)
    listed = renewal.listed(folder, folder.listing.files)
    request = timestamp_request(listed)
    (bench.place / "q.tsq").write_bytes(request)
    (bench.place / "q.sums").write_bytes(listed)
    (bench.bundle / "Thumbs.db").unlink()
    before = bench.files
    done = bench.kept("renew", bench.trusted.answer(request))

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "Thumbs.db is no file of the bundle" in done.err
    assert bench.files == before


def test_a_renewal_of_what_ran_out_says_what_it_can_not_save(tmp_path):
    bench = Bench(tmp_path)
    (tmp_path / "world").mkdir()
    bench.bundle = shutil.copytree(World(tmp_path / "world").path("aged"), tmp_path / "HZ_aged")
    done = hozen("custody", "renew", bench.bundle, "--request", bench.place / "q.tsq")
    assert "can't save the time" in done.err
    kept = bench.kept("renew", bench.trusted.answer((bench.place / "q.tsq").read_bytes()))

    assert kept.code == 0, kept.err
    assert "can't save the time" in kept.err


def test_a_renewal_in_time_says_nothing_of_that(bench):
    bench.stamped()

    assert "save the time" not in hozen(
        "custody", "renew", bench.bundle, "--request", bench.place / "q.tsq"
    ).err  # fmt: skip


def timestamp_request(data: bytes) -> bytes:
    from chain_of_custody.timestamps.timestamp import ask

    return ask(data)


def test_a_renewal_covers_everything_and_holds_for_the_first(bench):
    bench.stamped()
    request = bench.asked("renew")
    listed = (bench.place / "q.sums").read_text()
    assert {"anchors/0001.tsr", "manifest.json", "bagit.txt"} <= set(listed.split())
    done = bench.kept("renew", bench.trusted.answer(request.read_bytes()))

    assert done.code == 0, done.err
    assert bench.verified().code == 0
    (bench.bundle / "anchors" / "0001.tsr").write_bytes(b"x")
    assert bench.verified().code == 1


def test_there_must_be_something_to_renew(bench):
    done = hozen("custody", "renew", bench.bundle, "--request", bench.place / "q.tsq")

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert not (bench.place / "q.tsq").exists()


def test_a_request_is_never_written_over(bench):
    bench.asked()
    done = hozen("custody", "timestamp", bench.bundle, "--request", bench.place / "q.tsq")

    assert (done.code, len(done.err.splitlines())) == (2, 1)


@pytest.mark.parametrize("more", [(), ("--url", "http://x"), ("--response", "r.tsr")])
def test_half_of_the_options_is_explained(bench, more):
    done = hozen("custody", "timestamp", bench.bundle, *more)

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "--request FILE alone" in done.err


def test_an_authority_that_is_trusted_and_no_token_is_incomplete(bench):
    done = bench.verified()

    assert done.code == 3
    assert "no time-stamp token" in done.out


def test_another_clock_and_a_challenge_are_on_record(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.txt").write_text("a")
    challenge = hozen("keys", "challenge").out.strip()
    done = hozen(
        "collect", "--source", tmp_path / "src", "--output", tmp_path / "out", "--json",
        "--challenge", challenge, "--reference", "2001-01-01T00:00:00+09:00",
    )  # fmt: skip
    bundle = json.loads(done.out)["path"]
    manifest = json.loads((Path(bundle) / "manifest.json").read_text())

    assert manifest["challenge"] == challenge
    assert manifest["clock"]["start"]["reference"] == "2000-12-31T15:00:00Z"
    assert "bound to the challenge" in hozen("verify", bundle, "--challenge", challenge).out
    assert "s from the host's" in hozen("verify", bundle).out
    assert hozen("verify", bundle, "--challenge", "another").code == 1


def test_the_other_clock_is_asked_for_at_both_ends(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.txt").write_text("a")
    typed = "nonsense\n2001-01-01T00:00:00Z\n2001-01-01T00:05:00Z\n"
    done = shell(
        f"printf '{typed}' | \"$@\"", "collect", "--source", tmp_path / "src", "--output",
        tmp_path / "out", "--json", "--reference", "ask",
    )  # fmt: skip
    manifest = json.loads((Path(json.loads(done.out)["path"]) / "manifest.json").read_text())

    assert "not a time" in done.err
    assert [manifest["clock"][when]["reference"] for when in ("start", "end")] == [
        "2001-01-01T00:00:00Z", "2001-01-01T00:05:00Z",
    ]  # fmt: skip


@pytest.mark.parametrize("asked", [False, True])
def test_another_zone_taken_for_a_wrong_clock_is_told_before_it_is_on_record(tmp_path, asked):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.txt").write_text("a")
    now = datetime.datetime.now(datetime.UTC)

    def told(typed: str) -> str:
        command = ["collect", "--source", tmp_path / "src", "--output", tmp_path / "out"]
        if not asked:
            return hozen(*command, "--reference", typed, TZ="UTC0").err
        line = f"printf '{typed}\n\n' | \"$@\""
        return shell(line, *command, "--reference", "ask", TZ="UTC0").err

    far, hint = now + datetime.timedelta(hours=9), "time zone (+00:00)"
    assert hint in told(f"{far:%H:%M}")
    assert hint in told(f"{far:%Y-%m-%dT%H:%M:%S}")
    assert hint not in told(f"{far:%Y-%m-%dT%H:%M:%S}+09:00")
    assert hint not in told(f"{now + datetime.timedelta(minutes=5):%H:%M}")
    if asked:
        assert "isn't in zone +00:00" in told("")


def test_nobody_there_to_say_the_time_holds_up_nothing(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.txt").write_text("a")
    done = hozen(
        "collect", "--source", tmp_path / "src", "--output", tmp_path / "out", "--json",
        "--reference", "ask",
    )  # fmt: skip

    assert json.loads(done.out)["sealed"] is True


def test_a_clock_behind_the_challenge_is_told_at_once(tmp_path):
    (tmp_path / "src").mkdir()
    ahead = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    challenge = f"{ahead:%Y%m%dT%H%M%SZ}-0123456789abcdef"
    done = hozen(
        "collect", "--source", tmp_path / "src", "--output", tmp_path / "out",
        "--challenge", challenge,
    )  # fmt: skip

    assert "--reference" in done.err


@pytest.mark.parametrize("value", ["25:99", "soon", "2026-13-01T00:00:00Z"])
def test_a_time_that_is_none_is_one_line_and_nothing_is_begun(tmp_path, value):
    (tmp_path / "src").mkdir()
    done = hozen(
        "collect", "--source", tmp_path / "src", "--output", tmp_path / "out", "--quiet",
        "--reference", value,
    )  # fmt: skip

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert not (tmp_path / "out").exists()


def test_a_request_for_a_renewal_and_its_list_are_written_together_or_not_at_all(bench):
    bench.stamped()
    question = bench.place / "q.tsq"
    command = ("custody", "renew", bench.bundle, "--request", question)
    done = shell('ulimit -f 1; exec "$@"', *command)

    assert done.code == 4
    assert "q.sums: File too large. This medium takes no file as large as that" in done.err
    assert list(bench.place.glob("q.*")) == []
    assert hozen(*command).code == 0
