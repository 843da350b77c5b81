"""Who opened or examined a bundle, as people type it; both verifiers take the log as it is."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

import authority
import bundles
import pytest
from authority import CUSTODIAN, TRUSTED
from bundles import artifact
from command_line import run as hozen
from triages import case_of, triaged

from chain_of_custody.documents import load
from chain_of_custody.folder import BundleFolder
from evidence.custody.signers import key_text
from evidence.reading.checked import verify_bundle

SCRIPT = Path(bundles.__file__).parents[1] / "evidence" / "instructions" / "verify.sh"


@pytest.fixture
def key(tmp_path) -> Path:
    path = tmp_path / "me.key"
    path.write_bytes(key_text(CUSTODIAN, None))
    return path


@pytest.fixture
def bundle(tmp_path) -> Path:
    return bundles.sealed(tmp_path / "HZ_x", key=authority.COLLECTION)


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Path:
    return case_of(tmp_path_factory.mktemp("case"), artifact("/etc/hosts", b"127.0.0.1\n"))


def act(verb: str, bundle: Path, key: Path, *more: object):
    return hozen("custody", verb, bundle, *more, "--key", key)


def last(bundle: Path):
    return load(BundleFolder(bundle)).events[-1].event


def listed(bundle: Path) -> list[str]:
    return sorted(os.listdir(bundle / "custody"))


def both_verify(bundle: Path, tmp_path: Path) -> bool:
    (tmp_path / "root.pem").write_bytes(bundles.pem_of(TRUSTED))
    script = ["dash", str(SCRIPT), "--trust", str(tmp_path / "root.pem"), str(bundle)]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    return (verify_bundle(bundle, trust=TRUSTED).exit, done.returncode) == (0, 0)


def test_who_opened_which_items_and_why_is_signed(bundle, key, tmp_path):
    done = act("access", bundle, key, "4", "item:2", "4", "--purpose", "照会への回答")
    event = last(bundle)

    assert done.code == 0, done.err
    assert (event.type, event.purpose) == ("accessed", "照会への回答")
    assert [each for each in event.refs if each.startswith("item:")] == ["item:2", "item:4"]
    assert both_verify(bundle, tmp_path)
    shown = hozen("custody", "show", bundle, "--language", "ja").out
    assert "閲覧" in shown
    assert "項目 2, 項目 4" in shown


def test_an_examination_pins_its_results_and_not_their_name(bundle, key, tmp_path):
    result = tmp_path / "山田太郎様.csv"
    result.write_bytes(b"rows")
    done = act(
        "examine", bundle, key, "--purpose", "侵入経路", "--tool", "Volatility 3 2.27", "--result",
        result, "--text", "6行",
    )  # fmt: skip
    event = last(bundle)

    assert done.code == 0, done.err
    assert (event.type, event.text, event.check.version) == ("examined", "6行", "Volatility 3 2.27")
    assert event.check.result == f"sha256 {hashlib.sha256(b'rows').hexdigest()}"
    raw = (bundle / "custody" / f"{event.seq:05d}.json").read_text()
    assert "山田太郎" not in raw
    assert both_verify(bundle, tmp_path)


def test_an_examination_without_a_file_of_results_is_signed_too(bundle, key):
    assert act("examine", bundle, key, "3", "--purpose", "x", "--tool", "strings").code == 0
    assert (last(bundle).type, last(bundle).check.result) == ("examined", None)


def test_a_triage_is_signed_as_one_and_pinned_by_its_document(case, key, tmp_path):
    (master,) = (case / "bundles").iterdir()
    folder, done = triaged(case)
    signed = act("examine", master, key, "--purpose", "一次調査", "--result", folder)
    event, digest = last(master), hashlib.sha256((folder / "triage.json").read_bytes()).hexdigest()

    assert signed.code == 0, signed.err
    assert (event.type, event.check.version) == ("triage", done.tool)
    assert event.check.result == f"sha256 {digest}"
    assert "一次調査の結果" in hozen("custody", "show", master, "--language", "ja").out
    assert verify_bundle(master).exit == 0


def test_a_triage_that_was_changed_or_cut_off_or_is_of_another_bundle_is_not_signed(
    case, bundle, key, tmp_path
):
    (master,) = (case / "bundles").iterdir()
    folder, done = triaged(case, output=tmp_path / "triaged")
    before = listed(master)
    name = next(iter(done.files))
    another = act("examine", bundle, key, "--purpose", "x", "--result", folder)
    (folder / name).write_bytes(b"changed")
    changed = act("examine", master, key, "--purpose", "x", "--result", folder)
    (folder / "triage.json").unlink()
    cut_off = act("examine", master, key, "--purpose", "x", "--result", folder)

    for refused, code, why in (
        (another, 2, "something else than this bundle"),
        (changed, 1, "not as it was when the triage ended"),
        (cut_off, 2, "no finished triage"),
    ):
        assert (refused.code, len(refused.err.splitlines())) == (code, 1)
        assert why in refused.err
    assert listed(master) == before
    assert last(bundle).type == "sealed"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("4",), "--purpose"),
        (("four", "--purpose", "x"), "four"),
        (("8", "--purpose", "x"), "there is no item:8 in this bundle"),
        (("--purpose", "x", "--at", "2024-01-01T00:00:00Z"), "the time that you state"),
    ],
)
@pytest.mark.parametrize("verb", ["access", "examine"])
def test_what_could_never_be_taken_back_is_refused_in_one_line(bundle, key, verb, more, why):
    """An event about an item that is not there would fail stage 7 for ever."""
    before = listed(bundle)
    done = act(verb, bundle, key, *more)

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert why in done.err
    assert listed(bundle) == before


def test_a_file_of_results_that_is_not_there_is_said(bundle, key, tmp_path):
    done = act("examine", bundle, key, "--purpose", "x", "--result", tmp_path / "none.csv")

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "can't be read" in done.err


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/dev/zero", "doesn't lie in its folder"), ("../outside", "doesn't lie in its folder"),
        ("pipe", "no file"),
    ],
)  # fmt: skip
def test_the_triage_of_a_stranger_leads_nowhere(case, key, tmp_path, name, why):
    """Its document names files: none of them may lie elsewhere, or have no end."""
    (master,) = (case / "bundles").iterdir()
    folder, _ = triaged(case, output=tmp_path / "triaged")
    (tmp_path / "outside").write_text("x")
    os.mkfifo(folder / "pipe")
    document = json.loads((folder / "triage.json").read_text())
    (folder / "triage.json").write_text(json.dumps({**document, "files": {name: "00" * 32}}))
    before = listed(master)
    done = act("examine", master, key, "--purpose", "x", "--result", folder)

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert why in done.err
    assert listed(master) == before
