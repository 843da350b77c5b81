"""Programs that never heard of hozen agree with it: sha256sum, bagit, openssl, age, zstd, tar."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import bundles
import pytest
from bundles import artifact, gap

INSTRUCTIONS = Path(bundles.__file__).parents[1] / "evidence" / "instructions"
PAGES = ("VERIFY.md", "検証手順.md")
SECRETS = {
    "/home/山田/患者一覧.txt": "患者ID 12345678 山田太郎\n".encode(),
    "/etc/passwd": b"operator:x:1000:1000:Ward 3:/home/operator:/bin/sh\n",
}
SKIPPED = bytes.fromhex("502a4d1800000000")  # a zstd frame that unfolds to nothing
LINES = re.MULTILINE
FORBIDDEN = ("valid", "safe", "tamper-proof", "court-admissible", "改ざん不可能", "証拠能力あり")


def _volumes() -> list[list[bundles.Thing]]:
    secret = [artifact(origin, data) for origin, data in SECRETS.items()]
    return [
        [*secret, gap("/etc/shadow")],
        [artifact("/var/log/big", bytes(range(256)) * 9_000), artifact("/run/empty", b"")],
    ]


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory) -> Path:
    return bundles.sealed(tmp_path_factory.mktemp("enc") / "HZ_encrypted", volumes=_volumes())


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("plain") / "HZ_plain"
    return bundles.sealed(path, recipients=(), volumes=_volumes())


@pytest.fixture(params=["encrypted", "plain"])
def bundle(request) -> Path:
    path: Path = request.getfixturevalue(request.param)
    return path


@pytest.fixture
def identity(tmp_path) -> Path:
    path = tmp_path / "identity.txt"
    path.write_text(f"{bundles.IDENTITY}\n")
    return path


def run(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(
        command, capture_output=True, check=False, cwd=cwd, text=True, errors="replace"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def signed(bundle: Path) -> list[Path]:
    return [bundle / "manifest.json", *sorted((bundle / "custody").glob("*.json"))]


def opened(bundle: Path, identity: Path, place: Path) -> Iterator[Path]:
    """Each volume, opened by strangers into a folder of its own."""
    for volume in sorted((bundle / "data").iterdir()):
        folder = place / volume.name
        folder.mkdir(parents=True)
        source = (
            f'age -d -i "{identity}" "{volume}"' if volume.suffix == ".age" else f'cat "{volume}"'
        )
        run("bash", "-c", f'set -o pipefail; {source} | zstd -d | tar -xf - -C "{folder}"')
        yield folder


@pytest.mark.parametrize("name", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_agrees(bundle, name):
    shown = run("sha256sum", "--strict", "-c", name, cwd=bundle)

    assert len((bundle / name).read_text().splitlines()) == shown.count(": OK")


def test_sha256sum_refuses_a_changed_volume(encrypted, tmp_path):
    copy = shutil.copytree(encrypted, tmp_path / "changed")
    with (copy / "data" / "volume-00001.tar.zst.age").open("ab") as file:
        file.write(b"\0")
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "manifest-sha256.txt"],
        cwd=copy, capture_output=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1


def test_bagit_agrees(bundle):
    program = Path(sys.executable).with_name("bagit.py")
    run(sys.executable, program, "--validate", bundle)


def test_openssl_cms_agrees_on_manifest_and_every_event(bundle, tmp_path):
    documents = signed(bundle)
    for document in documents:
        run(
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", f"{document}.p7s",
            "-content", document, "-noverify", "-out", tmp_path / "out",
        )  # fmt: skip
        assert document.read_bytes() == (tmp_path / "out").read_bytes()

    assert len(documents) == 5


def test_openssl_smime_agrees(bundle, tmp_path):
    for document in signed(bundle):
        run(
            "openssl", "smime", "-verify", "-binary", "-inform", "DER", "-in", f"{document}.p7s",
            "-content", document, "-noverify", "-out", tmp_path / "out",
        )  # fmt: skip


def test_zstd_finds_every_frame_whole(plain):
    for volume in (plain / "data").iterdir():
        run("zstd", "-t", volume)


def test_age_zstd_and_tar_bring_back_every_recorded_byte(bundle, identity, tmp_path):
    stored: dict[str, bytes] = {}
    records = []
    for folder in opened(bundle, identity, tmp_path / "opened"):
        items = folder / "items"
        members = sorted(items.iterdir()) if items.is_dir() else []
        for member in members:
            stored[member.name[:8]] = stored.get(member.name[:8], b"") + member.read_bytes()
        records += [
            json.loads(line) for line in (folder / "records.jsonl").read_text().splitlines()
        ]
    found = {int(name): hashlib.sha256(data).hexdigest() for name, data in stored.items()}
    recorded = {each["content"]["seq"]: each["content"]["sha256"] for each in records}

    assert found == {seq: digest for seq, digest in recorded.items() if digest is not None}
    assert {1, 2, 3, 4, 5} == set(recorded)
    assert list(SECRETS.values()) == [stored["00000001"], stored["00000002"]]


def test_nothing_of_the_items_stands_in_the_raw_bytes_of_an_encrypted_bundle(encrypted, plain):
    needles = [part for origin in SECRETS for part in (origin, Path(origin).name)]
    needles += ["山田", "operator", "/var/log", "/etc/shadow", "records.jsonl", "items/0000"]
    files = [path for path in encrypted.rglob("*") if path.is_file()]
    raw = b"".join(path.read_bytes() for path in files if path.name not in (*PAGES, "verify.sh"))

    assert [each for each in needles if each.encode() in raw] == []
    assert [data for data in SECRETS.values() if data in raw] == []
    unfolded = run("zstd", "-dc", plain / "data" / "volume-00001.tar.zst")
    assert [each for each in SECRETS if each not in unfolded] == []


# The tree, by someone who has only read the format page: hashlib and json, nothing of ours.


def naive_root(record_files: list[Path]) -> str:
    leaves = [naive_leaf(line) for path in record_files for line in path.read_bytes().splitlines()]
    while len(leaves) > 1:
        pairs = [leaves[at : at + 2] for at in range(0, len(leaves), 2)]
        leaves = [_digest(b"\x01", *pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return leaves[0].hex() if leaves else hashlib.sha256().hexdigest()


def naive_leaf(line: bytes) -> bytes:
    record = json.loads(line)
    content = line[len(b'{"content":') : line.index(b',"meta":')]
    meta = line[line.index(b',"meta":') + len(b',"meta":') : line.index(b',"salt_content":')]
    assert (record["content"], record["meta"]) == (json.loads(content), json.loads(meta))
    c = _digest(bytes.fromhex(record["salt_content"]), content)
    m = _digest(bytes.fromhex(record["salt_meta"]), meta)
    return _digest(b"\x00", c, m)


def _digest(*pieces: bytes) -> bytes:
    return hashlib.sha256(b"".join(pieces)).digest()


def test_a_naive_verifier_of_the_tree_finds_the_signed_root(bundle, identity, tmp_path):
    folders = list(opened(bundle, identity, tmp_path / "opened"))
    manifest = json.loads((bundle / "manifest.json").read_bytes())
    sealing = json.loads(max((bundle / "custody").glob("*.json")).read_bytes())
    found = naive_root([folder / "records.jsonl" for folder in folders])

    assert manifest["items"]["merkle_root"] == found
    assert sealing["detail"]["merkle_root"] == found


def test_a_naive_verifier_sees_an_edited_record(plain, identity, tmp_path):
    folders = list(opened(plain, identity, tmp_path / "opened"))
    file = folders[0] / "records.jsonl"
    file.write_bytes(file.read_bytes().replace(b"/etc/passwd", b"/etc/passwe"))
    manifest = json.loads((plain / "manifest.json").read_bytes())

    assert manifest["items"]["merkle_root"] != naive_root([f / "records.jsonl" for f in folders])


# The instructions that lie in every bundle


def commands(page: str) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", (INSTRUCTIONS / page).read_text(), re.DOTALL)


def typed(bundle: Path, identity: Path, work: Path, page: str = PAGES[0], *, rest: bool = True):
    """All commands of a page, one after the other; without `rest`, those after the script."""
    found = commands(page)
    script = "".join(["set -eu\n", *found] if rest else [f"BUNDLE={bundle}\n", *found[1:]])
    script = script.replace("/path/to/the/bundle", str(bundle))
    script = script.replace("/path/to/identity.txt", str(identity))
    script = script.replace("/path/to/authority.pem", str(work / "authority.pem"))
    return subprocess.run(
        ["sh", "-c", script], cwd=work, capture_output=True, check=False, text=True,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(work)},
    )  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_the_instructions_works_as_it_stands(bundle, identity, tmp_path, page):
    before = sorted(p.relative_to(bundle) for p in bundle.rglob("*"))
    done = typed(bundle, identity, tmp_path, page)
    sealing = re.findall(r"^custody/00004.json\n.*\n.*Fingerprint=(\S+)$", done.stdout, LINES)
    manifest = re.findall(r"Fingerprint=(\S+)\ncustody/00001.json$", done.stdout, LINES)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.count("Verification successful") == 5
    assert done.stdout.count(": OK") == 2 + 8 + 7 + 1
    assert (len(sealing), sealing) == (1, manifest)
    assert before == sorted(p.relative_to(bundle) for p in bundle.rglob("*"))


def test_typed_by_hand_a_list_that_was_written_anew_is_not_the_signed_one(
    plain, identity, tmp_path
):
    """Whoever alters a volume can make both lists of sums fit; only the signature can't be."""
    bundle = shutil.copytree(plain, tmp_path / "HZ_x")
    volume = max((bundle / "data").iterdir())
    volume.write_bytes(volume.read_bytes() + SKIPPED)
    list_anew(bundle, "manifest", f"data/{volume.name}")
    list_anew(bundle, "tagmanifest", "manifest-sha256.txt")
    done = typed(bundle, identity, tmp_path, rest=False)

    assert ": FAILED" not in done.stdout + done.stderr
    assert re.findall(r"^.*: NOT .*$", done.stdout, LINES) == ["manifest-sha256.txt: NOT SIGNED"]


def test_typed_by_hand_a_bound_file_in_the_place_of_another_is_not_the_signed_one(
    plain, identity, tmp_path
):
    """Its digest stands in the manifest, but for another name."""
    bundle = shutil.copytree(plain, tmp_path / "HZ_x")
    shutil.copy(bundle / "bagit.txt", bundle / "verify.sh")
    list_anew(bundle, "tagmanifest", "verify.sh")
    done = typed(bundle, identity, tmp_path, rest=False)

    assert ": FAILED" not in done.stdout + done.stderr
    assert re.findall(r"^.*: NOT .*$", done.stdout, LINES) == ["verify.sh: NOT SIGNED"]


def list_anew(bundle, listed, name):
    """Write a file's sum as it is now into a list."""
    sums = bundle / f"{listed}-sha256.txt"
    digest = hashlib.sha256((bundle / name).read_bytes()).hexdigest()
    sums.write_text(re.sub(rf"^\w{{64}}(?=  {name}$)", digest, sums.read_text(), flags=LINES))


@pytest.mark.parametrize(
    ("name", "authority", "ended"),
    [
        ("stamped", "trusted", ["OK"]),
        ("stamped", "stranger", ["FAILED"]),
        ("renewed", "trusted", ["FAILED", "OK"]),  # that of the first has run out
    ],
)
def test_typed_by_hand_each_time_stamp_is_checked(
    world, identity, tmp_path, name, authority, ended
):
    trust = world.authority(authority).trusted
    (tmp_path / "authority.pem").write_bytes(bundles.authorities_of(trust))
    done = typed(world.path(name), identity, tmp_path, rest=False)

    assert re.findall(r"^Verification: (\w+)$", done.stdout, LINES) == ended
    assert done.stdout.endswith("items: OK\n")


def test_typed_by_hand_an_added_volume_is_seen(plain, identity, tmp_path):
    bundle = shutil.copytree(plain, tmp_path / "HZ_x")
    (bundle / "data" / "volume-00009.tar.zst").write_bytes(b"")

    assert "data: NOT AS LISTED" in typed(bundle, identity, tmp_path, rest=False).stdout


def test_typed_by_hand_an_item_that_is_not_its_record_s_is_named(identity, tmp_path):
    path, key = bundles.VECTORS / "item-bytes-differ", bundles.VECTORS / "identity.key"
    done = typed(path, key, tmp_path, rest=False)

    assert "/items/00000004: FAILED" in done.stdout
    assert "items: OK" not in done.stdout


@pytest.mark.parametrize("page", [*PAGES, "verify.sh"])
def test_the_instructions_promise_nothing_that_nobody_can_keep(page):
    text = (INSTRUCTIONS / page).read_text().lower()
    text = text.replace("invalidity date:", "")  # a field of a list of revocations

    assert [word for word in FORBIDDEN if word in text] == []


def test_both_languages_give_the_same_commands():
    assert commands("VERIFY.md") == commands("検証手順.md")
