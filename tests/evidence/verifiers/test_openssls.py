"""The scripts and programs called `openssl` that are others than that of this machine.

OpenSSL 1.1.1 knows no `-no-CAstore`: a good signature of a kit's looked like a stranger's, and a
kit that had certified nobody passed. LibreSSL, which macOS has, knows still fewer options.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import bundles
import pytest

SCRIPTS = Path(bundles.__file__).parents[1] / "evidence" / "instructions"
WORDS = ("trust", "tsa")
OLDER = """#!/bin/sh
[ "$1" != version ] || { echo 'OpenSSL 1.1.1w  11 Sep 2023'; exit 0; }
for word; do [ "$word" != -no-CAstore ] || exit 1; done
exec /usr/bin/openssl "$@"
"""
OTHER = "#!/bin/sh\n[ $1 != version ] || echo LibreSSL 3.3.6\n"


def vectors(script: str) -> list[str]:
    """Those for which certificates matter; of exhibits all that have a signer to be tied."""
    begins = "exhibit-" if script.startswith("exhibit") else ("kit-", "person-", "trusted")
    return sorted(
        path.stem for path in bundles.VECTORS.glob("*.txt") if path.stem.startswith(begins)
    )


def checked(script: str, vector: str, programs: Path | None = None):
    header = (bundles.VECTORS / f"{vector}.txt").read_text().splitlines()
    said = dict(line.split(": ", 1) for line in header)
    given = [
        word
        for name in WORDS
        if said.get(name, "-") != "-"
        for word in (f"--{name}", str(bundles.VECTORS / said[name]))
    ]
    place = "" if programs is None else f"{programs}:"
    return subprocess.run(
        ["dash", SCRIPTS / script, *given, bundles.VECTORS / vector],
        capture_output=True, text=True, check=False, env={"PATH": f"{place}/usr/bin:/bin"},
    )  # fmt: skip


@pytest.fixture
def called(tmp_path):
    """A folder with a program of that name, which does as it is told."""

    def made(text: str) -> Path:
        (tmp_path / "openssl").write_text(text)
        (tmp_path / "openssl").chmod(0o755)
        return tmp_path

    return made


@pytest.mark.parametrize(
    ("script", "vector"),
    [(script, each) for script in ("verify.sh", "exhibit/check.sh") for each in vectors(script)],
)
def test_with_openssl_1_1_1_they_say_the_same(called, script, vector):
    here, there = checked(script, vector), checked(script, vector, called(OLDER))

    assert (there.returncode, there.stdout) == (here.returncode, here.stdout)


@pytest.mark.parametrize(
    ("script", "vector"),
    [("verify.sh", "kit-of-the-root"), ("exhibit/check.sh", "exhibit-stamped")],
)
@pytest.mark.parametrize("text", [OTHER, "#!/bin/sh\nexit 127\n"], ids=["LibreSSL", "none at all"])
def test_with_another_program_nothing_is_checked_and_nothing_accused(called, script, vector, text):
    ended = checked(script, vector, called(text))

    assert ended.returncode == 3
    assert "needs OpenSSL 1.1.1 or later" in ended.stdout + ended.stderr
    assert "FAIL" not in ended.stdout
    assert "ALTERED" not in ended.stdout
