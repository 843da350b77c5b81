"""Exhibits under attack: every row of the table, by our verifier and by the script in each one."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import unicodedata
from io import FileIO
from pathlib import Path

import attacks
import authority
import bundles
import pytest
import timekeeper
from attacks import EXHIBITS, NOTHING, UNTRUSTED, Row
from exhibit_verifiers import Shell, by_the_script, by_us
from forge import listing
from forgeries.exhibits import Exhibit
from worlds import World

from chain_of_custody.exhibit import ExhibitFolder
from chain_of_custody.signing.keys import to_pem
from chain_of_custody.signing.trust import TrustStore
from chain_of_custody.verdict import Anchors, Outcome
from evidence.reading.checked import verify_path

BASES = ("exhibit", "exhibit_closed", "exhibit_certified", "exhibit_alone")
SHELLS = (("dash",), ("bash",), ("busybox", "sh"))


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> World:
    return World(tmp_path_factory.mktemp("exhibits"))


def copied(world: World, base: str, place: Path) -> Exhibit:
    return Exhibit(shutil.copytree(world.path(base), place / "forged"))


@pytest.fixture
def forged(request, world, tmp_path, monkeypatch) -> Exhibit:
    row: Row = request.param
    exhibit = copied(world, row.base, tmp_path)
    monkeypatch.chdir(tmp_path)  # a socket's path has to be short
    row.forge(exhibit, world)
    return exhibit


def pytest_rows(rows: list[Row]):
    return pytest.mark.parametrize(
        ("forged", "row"), [(row, row) for row in rows], indirect=["forged"], ids=map(str, rows)
    )


@pytest.mark.parametrize("base", BASES)
def test_a_good_exhibit_is_verified(world, base):
    verdict = verify_path(world.path(base))

    assert (verdict.exit, verdict.failed, verdict.kind) == (0, [], "exhibit")
    assert verdict.stage(4).outcome is Outcome.PASS


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
@pytest.mark.parametrize("base", BASES)
def test_the_script_agrees_under_every_shell(world, base, shell):
    done = Shell(world.path(base), shell=shell)

    assert (done.exit, done.stage) == (0, None), done.output
    assert f"the root {verify_path(world.path(base)).root};" in done.output


@pytest.mark.parametrize("shell", SHELLS, ids=" ".join)
def test_the_script_tells_the_proved_time_under_every_shell(world, tmp_path, shell):
    row = next(row for row in EXHIBITS if row.name == "exhibit_renewed")
    path = world.path(row.base)
    done = by_the_script(path, row, world, tmp_path, shell)
    (said,) = (each.facts for each in by_us(path, row, world).stage(6).findings[-1:])

    assert (done.exit, done.stage) == (0, None), done.output
    assert f"sealed before {dict(said)['at']}, by a token" in done.output


@pytest_rows(list(EXHIBITS))
def test_gives_the_verdict(forged, row, world, tmp_path):
    before = listing(tmp_path)
    verdict = by_us(forged.path, row, world)

    assert row.exit == verdict.exit
    assert verdict.untrusted == (str(row) in UNTRUSTED)
    if row.verdict[0] in "FU":
        assert row.stages == set(verdict.failed)
    else:
        assert verdict.failed == []
    if row.verdict[0] in "NI":
        assert {Outcome.NOT_CHECKED} == {verdict.stage(n).outcome for n in row.stages}
    assert before == listing(tmp_path)


@pytest_rows([row for row in EXHIBITS if row.level])
def test_what_nobody_noted_outside_has_its_level_from_inside(forged, row, world):
    verdict = by_us(forged.path, row, world)

    assert (verdict.level, verdict.stage(8).outcome) == (row.level, Outcome.NOT_CHECKED)


@pytest_rows(list(EXHIBITS))
def test_the_script_agrees(forged, row, world, tmp_path):
    before = listing(forged.path)
    done = by_the_script(forged.path, row, world, tmp_path)

    assert done.exit in ({1, 2} if row.verdict[0] == "U" else {row.exit}), done.output
    if row.verdict[0] in "FI":
        assert done.stage in row.stages, done.output
    assert not by_us(forged.path, row, world).untrusted or "REFUSED: stage 5: " in done.output
    assert before == listing(forged.path)
    assert [c for c in done.output if c != "\n" and unicodedata.category(c)[0] == "C"] == []


@pytest_rows([row for row in EXHIBITS if row.verdict[0] in "FU" and row.given is NOTHING])
def test_no_anchor_makes_a_refused_exhibit_accepted(forged, row, world):
    trust = TrustStore(tuple(attacks.CERTIFICATES.values()))
    anchors = Anchors(root=world.verdict("sealed").root)
    verdict = verify_path(forged.path, trust=trust, anchors=anchors)

    assert verdict.exit in (1, 2)


@pytest_rows([row for row in EXHIBITS if row.states])
def test_states_what_is_no_failure(forged, row, world):
    stated = {finding.key for finding in by_us(forged.path, row, world).stage(9).findings}

    assert row.states in stated


@pytest_rows([row for row in EXHIBITS if row.number in (17, 111)])
def test_names_are_shown_escaped(forged, row, world):
    sentences = [
        finding.sentence(language)
        for stage in by_us(forged.path, row, world).stages
        for finding in stage.findings
        for language in ("en", "ja")
    ]

    assert [
        c for each in sentences for c in each if c != " " and unicodedata.category(c)[0] in "CZ"
    ] == []


def test_each_byte_of_an_exhibit_counts_but_those_of_its_instructions(world, tmp_path):
    """A bit of every file is flipped, in several places."""
    exhibit = copied(world, "exhibit", tmp_path)
    unsigned = {"check.sh", "README.md"}
    names = {p.relative_to(exhibit.path).as_posix() for p in exhibit.path.rglob("*") if p.is_file()}
    accepted = []
    for name in sorted(names - unsigned):
        good = exhibit.read(name)
        for at in sorted({0, len(good) // 3, len(good) // 2, len(good) - 1} if good else ()):
            exhibit.flip(name, at)
            if verify_path(exhibit.path).exit not in (1, 2):
                accepted.append((name, at))
            exhibit.write(name, good)

    assert accepted == []
    assert len(names - unsigned) == 17


def test_an_item_whose_medium_fails_is_refused(world, monkeypatch):
    class Failing(FileIO):
        def readinto(self, buffer, /):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    path, opened = world.path("exhibit"), ExhibitFolder.open
    monkeypatch.setattr(
        ExhibitFolder, "open",
        lambda folder, name: Failing(folder.path / name)
        if re.fullmatch("items/[0-9]+", name) else opened(folder, name),
    )  # fmt: skip
    verdict = verify_path(path)

    assert (verdict.exit, verdict.failed) == (1, [4])
    assert "unreadable" in {each.key for each in verdict.stage(4).findings}


def test_an_attribute_on_a_file_is_told_and_proves_nothing(world, tmp_path):
    exhibit = copied(world, "exhibit", tmp_path)
    os.setxattr(exhibit.path / "manifest.json", "user.note", b"hidden")
    verdict = verify_path(exhibit.path)

    assert (verdict.exit, verdict.failed) == (0, [])
    assert "attributes_on_file" in {each.key for each in verdict.stage(9).findings}


# What only one of the two checks, and says so.


def test_the_script_leaves_revocation_to_us_and_says_so(world, tmp_path):
    revoked = authority.revoked(authority.NOW - authority.DAY)
    (tmp_path / "revoked.pem").write_bytes(bundles.pem_of(revoked))
    path = world.path("exhibit_certified")
    done = Shell(path, "--trust", tmp_path / "revoked.pem")

    assert verify_path(path, trust=revoked).failed == [5]
    assert (done.exit, done.stage) == (3, 5)


@pytest.mark.parametrize("way", ["unknown_key", "blank", "gap_with_a_digest"])
def test_what_its_signer_wrote_against_the_schema_is_unusable(world, tmp_path, way):
    """The tree is the forger's own, so that all leads to its root."""
    import rfc8785
    from byhand import Json, proof_of, root_of
    from forgeries.exhibits import records_of

    from chain_of_custody.item import leaf_of

    exhibit = copied(world, "exhibit", tmp_path)
    records = records_of(world)
    content: Json = dict(records[3]["content"])
    if way == "unknown_key":
        content["zone"] = "none"
    if way == "gap_with_a_digest":
        content["status"] = "gap"
    raw = {r["content"]["seq"]: rfc8785.dumps(r["content"]) for r in records}
    raw[4] = rfc8785.dumps(content).replace(b'"size"', b' "size"' if way == "blank" else b'"size"')
    leaves = [
        leaf_of(
            raw[r["content"]["seq"]], rfc8785.dumps(r["meta"]),
            bytes.fromhex(r["salt_content"]), bytes.fromhex(r["salt_meta"]),
        )
        for r in records
    ]  # fmt: skip
    exhibit.write(exhibit.item(4, ".content.json"), raw[4])
    for number in (2, 4, 5, 7):
        nodes = [("node", node.hex()) for node in proof_of(leaves, number - 1)]
        exhibit.store_proof(number, [*exhibit.proof(number)[:2], *nodes])
    root = root_of(leaves).hex()
    exhibit.sign(lambda manifest: manifest["items"].update(merkle_root=root))
    verdict = verify_path(exhibit.path)

    assert (verdict.exit, verdict.failed) == (2, [4])


# What is no exhibit.


def test_a_head_can_t_be_compared_and_that_is_said(world):
    head = world.verdict("sealed").head
    verdict = verify_path(world.path("exhibit"), anchors=Anchors(head=head))

    assert (verdict.exit, verdict.failed) == (3, [])
    assert verdict.stage(8).outcome is Outcome.NOT_CHECKED


@pytest.mark.parametrize("name", ["bagit.txt", "custody/00001.json"])
def test_an_exhibit_that_was_dressed_up_as_a_bundle_is_no_bundle(world, tmp_path, name):
    exhibit = copied(world, "exhibit", tmp_path)
    exhibit.write(name, world.forger("sealed").read(name))
    verdict = verify_path(exhibit.path)

    assert (verdict.exit, verdict.kind) == (1, "bundle")


@pytest.mark.parametrize("left", [(), ("manifest.json", "manifest.json.p7s")])
def test_a_folder_without_items_is_unusable(world, tmp_path, left):
    exhibit = copied(world, "exhibit", tmp_path)
    shutil.rmtree(exhibit.path / "items")
    (exhibit.path / "items").mkdir()
    exhibit.remove(*left)
    verdict = verify_path(exhibit.path)

    assert (verdict.exit, verdict.failed) == (2, [1])
    assert Shell(exhibit.path).exit == 2


# The script on hostile ground.


def test_nothing_that_lies_in_the_exhibit_is_run(world, tmp_path):
    exhibit = copied(world, "exhibit", tmp_path)
    marker = tmp_path / "was-run"
    for name in ("openssl", "sha256sum", "sed", "find", "cut", "cat", "tr", "sort", "grep", "ls"):
        exhibit.write(name, f"#!/bin/sh\necho {name} >> {marker}\n".encode())
        (exhibit.path / name).chmod(0o755)
    exhibit.write("openssl.cnf", b"openssl_conf = nowhere\n")
    for path in (".:/usr/bin:/bin", "/usr/bin::/bin", "/usr/bin:/bin:", "bin:/usr/bin"):
        done = Shell(Path(), cwd=exhibit.path, env={"PATH": path})
        assert done.exit == 2
    done = Shell(Path(), cwd=exhibit.path, env={"PATH": "/usr/bin:/bin"})

    assert (done.exit, done.stage) == (1, 3)
    assert not marker.exists()


def test_the_script_s_temporary_files_lie_elsewhere_and_are_removed(world, tmp_path):
    """One in the exhibit would not belong there, and the script would accuse itself."""
    exhibit = shutil.copytree(world.path("exhibit"), tmp_path / "exhibit")
    before = sorted(exhibit.rglob("*"))
    inside = Shell(exhibit, env={"PATH": "/usr/bin:/bin", "TMPDIR": str(exhibit / "items")})
    place = tmp_path / "place"
    place.mkdir()
    beside = Shell(exhibit, env={"PATH": "/usr/bin:/bin", "TMPDIR": str(place)})

    assert (inside.exit, beside.exit) == (0, 0)
    assert sorted(exhibit.rglob("*")) == before
    assert list(place.iterdir()) == []


def test_the_script_s_own_folder_is_what_it_checks_unless_told_otherwise(world, tmp_path):
    exhibit = copied(world, "exhibit", tmp_path)
    done = subprocess.run(["dash", str(exhibit.path / "check.sh")], capture_output=True, cwd="/")

    assert (done.returncode, b"items 2 4 5 7: part of" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    "arguments",
    [("--nothing", "x"), ("--trust", "nowhere.pem"), ("--root", ""), ("--root", "0" * 63),
     ("--root", f"sha256:{'0' * 64}"), ("a", "b")],
)  # fmt: skip
def test_the_script_refuses_what_it_can_t_use(world, arguments):
    done = Shell(world.path("exhibit"), *arguments)

    assert (done.exit, done.stage) == (2, None)


@pytest.mark.parametrize("between", [" ", "\n", "-", "\u3000", "\u00a0", "\u200b"], ids=ascii)
def test_a_root_that_was_noted_in_groups_accuses_nobody(world, between):
    root = world.verdict("sealed").root or ""
    done = Shell(world.path("exhibit"), "--root", between.join([root[:32], root[32:].upper(), ""]))

    assert (done.exit, done.stage) == (0, None)


def test_a_trusted_certificate_may_be_named_relatively(world, tmp_path):
    (tmp_path / "my root.pem").write_bytes(bundles.pem_of(authority.TRUSTED))
    done = Shell(world.path("exhibit_certified"), "--trust", "my root.pem", cwd=tmp_path)

    assert done.exit == 0
    assert "tied to a trusted certificate" in done.output


def test_a_token_that_lacks_its_signers_certificate_is_refused_though_it_lies_beside(
    world, tmp_path
):
    exhibit, time = copied(world, "exhibit_loose", tmp_path), world.authority("trusted")
    without = timekeeper.with_certificates(exhibit.read("anchors/0001.tsr"), lambda _: [])
    exhibit.write("anchors/0001.tsr", without)
    exhibit.write("anchors/0001.pem", to_pem(time.signer.certificate))
    (tmp_path / "tsa.pem").write_bytes(to_pem(time.root.certificate))
    done = Shell(exhibit.path, "--tsa", tmp_path / "tsa.pem")

    assert verify_path(exhibit.path, trust=time.trusted).exit == 1
    assert (done.exit, done.stage) == (1, 6), done.output
