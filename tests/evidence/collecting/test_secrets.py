"""Passwords on other processes' command lines are evidence, and never words of ours."""

from __future__ import annotations

import os
import subprocess
import sys

import bundles
import runs

from evidence.reading.checked import open_bundle

SLEEP = "import time; time.sleep(300)"


def test_secrets_of_other_processes_stand_in_no_word_of_ours(tmp_path):
    secret = f"hunter2-{os.urandom(6).hex()}"
    command = [sys.executable, "-c", SLEEP, f"--password={secret}"]
    child = subprocess.Popen(command, env={**os.environ, "AWS_SECRET_ACCESS_KEY": secret})
    try:
        done = runs.hozen(
            "collect", "--output", tmp_path, "--only", "processes", "--only", "sockets",
            "--recipient", bundles.RECIPIENT,
        )  # fmt: skip
    finally:
        child.kill()
        child.wait()
    bundle = runs.bundle_in(tmp_path)
    opened = open_bundle(bundle, identities=[bundles.IDENTITY])
    records = "".join(map(repr, opened.records()))
    plain = b"".join(path.read_bytes() for path in bundle.rglob("*") if path.is_file())

    assert f"/proc/{child.pid}/cmdline" in records
    assert secret not in done.out + done.err
    assert secret not in records
    assert secret.encode() not in plain
