"""A Windows kit, made on Linux: whose runtime it is, and that nothing in it was changed."""

from __future__ import annotations

import re

import kits
import pytest
import runs
from embeddable import embeddable, packed

from evidence.kit import listing
from evidence.kit.building import build
from evidence.kit.carried import pe
from evidence.kit.carried.authenticode import AuthenticodeError, signed_by
from evidence.kit.carried.windows import ROOTS, WindowsRuntime, read_roots
from evidence.kit.checking import check
from evidence.kit.commands import commands
from evidence.kit.errors import KitError
from evidence.kit.registering import register

PUBLISHER = "Python Software Foundation"
MICROSOFT = {"vcruntime140.dll", "vcruntime140_1.dll"}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What the embeddable zip holds, by name."""
    return embeddable(tmp_path_factory.mktemp("runtime"))


@pytest.fixture(scope="module")
def roots():
    return read_roots(ROOTS)


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory):
    return kits.wheelhouse(tmp_path_factory.mktemp("wheelhouse"), "windows")


def runtime(path, files):
    """The files as a zip, with its digest."""
    return WindowsRuntime(path=path, sha256=packed(path, files))


@pytest.fixture
def make(provider, files, wheelhouse, tmp_path, monkeypatch):
    """Build where no package index can be reached."""
    for name, value in kits.NO_INDEX.items():
        monkeypatch.setenv(name, value)

    def made(out, *, changed=None, **more):
        given = {"runtime": runtime(tmp_path / "runtime.zip", files | (changed or {})), **more}
        recipe = kits.recipe(
            provider, out, platforms=("windows",), wheelhouse=wheelhouse, **given
        )  # fmt: skip
        return build(recipe, provider.kit, provider.person)

    return made


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


# Who signed.


def test_every_program_is_signed_by_its_publisher(files, roots):
    programs = {n: d for n, d in files.items() if n.endswith((".exe", ".dll", ".pyd"))}
    found = {name: signed_by(data, roots) for name, data in programs.items()}
    rooted = {name for name, one in found.items() if one.rooted and one.signer == PUBLISHER}

    assert rooted == programs.keys() - MICROSOFT
    assert len(rooted) == 28
    assert {one.at.year for name, one in found.items() if name in rooted} == {2023, 2024}
    assert {found[name].signer.partition(" ")[0] for name in MICROSOFT} == {"Microsoft"}


def test_a_changed_byte_is_refused_wherever_it_is(files, roots):
    data = files["python.exe"]
    found = pe.layout(data)
    places = {
        "code": found.checksum + 2000, "the table's head": found.table + 1,
        "the signature": len(data) - 3000, "its time": len(data) - 600,
    }  # fmt: skip
    for where, at in places.items():
        try:
            signer = signed_by(flipped(data, at), roots)
        except AuthenticodeError:
            continue
        assert not signer.rooted, where


def test_bytes_after_the_signature_are_refused(files, roots):
    with pytest.raises(AuthenticodeError, match="bytes outside what is signed"):
        signed_by(files["python.exe"] + b"\0" * 8, roots)


def test_another_file_s_signature_is_none(files, roots):
    one, other = files["python.exe"], files["pythonw.exe"]
    assert pe.signature(one) != pe.signature(other)
    place = one.index(pe.signature(one))
    moved = bytearray(one)
    length = min(len(pe.signature(one)), len(pe.signature(other)))
    moved[place : place + length] = pe.signature(other)[:length]
    with pytest.raises(AuthenticodeError):
        signed_by(bytes(moved), roots)


@pytest.mark.parametrize("data", [b"", b"MZ", b"\x7fELF" + b"\0" * 200, b"MZ" + b"\0" * 200])
def test_what_is_no_program_is_refused(data, roots):
    with pytest.raises(AuthenticodeError, match="not a program for Windows"):
        signed_by(data, roots)


def test_without_roots_nobody_is_known(files):
    assert signed_by(files["python.exe"], ()).rooted is False


# What is made of it.


PYTHON = r'"…\app\windows\python\python.exe"'
COMMANDS = [
    r'cmd.exe /c "…\COLLECT.cmd" …', f'{PYTHON} -I -S -B -c ""',
    f'{PYTHON} -I -S -B -c "import sys; sys.exit(not sys.stdin.isatty())"',
    rf'{PYTHON} -I -B -X utf8 "…\app\start.py" …',
    f"{PYTHON} -I -B -S -c …", r'cmd.exe /c "…\native\COLLECT-NATIVE.cmd" …',
]  # fmt: skip


@pytest.mark.timeout(600)
def test_two_builds_are_the_same_bytes_and_hold_what_they_must(make, provider, tmp_path):
    first = make(tmp_path / "a" / "kit", zipped=True)
    second = make(tmp_path / "b" / "kit", zipped=True)
    python = first.path / "app" / "windows" / "python"
    names = {each.name for each in listing.entries(first.path)}
    papers = register(first.path, tmp_path / "papers")

    assert first.archive.read_bytes() == second.archive.read_bytes()
    assert runs.digests(first.path) == runs.digests(second.path)
    assert check(first.path, provider.trust(), now=kits.NOW).exit_code == 0
    assert (python / "python311._pth").read_bytes() == b"python311.zip\r\n.\r\n"
    assert (python / "msvcp140.dll").read_bytes()[:2] == b"MZ"
    assert "Visual Studio" in (python.parent / "licences/msvcp140.dll.txt").read_text()
    assert "app/windows/licences/msvcp140.dll.txt" in (first.path / "LICENCES.txt").read_text()
    assert "app/windows/site/pytsk3.cp311-win_amd64.pyd" in names
    door = (first.path / "COLLECT.cmd").read_bytes()
    assert door.count(b"\r\n") == door.count(b"\n") > 5
    assert {name for name in names if name.startswith(("collect.sh", "app/linux"))} == set()
    assert {name for name in names if name.startswith("native/")} == {"native/COLLECT-NATIVE.cmd"}
    assert "app/windows/python/python.exe" in papers[0].read_text()
    assert f",{PUBLISHER},yes" in papers[1].read_text()
    assert commands(first.path, "windows") == COMMANDS


CHANGED = {
    "in its code": lambda data: flipped(data, pe.layout(data).checksum + 2000),
    "in its signature": lambda data: flipped(data, len(data) - 3000),
    "and the signature taken off": lambda data: unsigned(data),
}


def unsigned(data: bytes) -> bytes:
    found = pe.layout(data)
    return data[: found.entry] + b"\0" * 8 + data[found.entry + 8 : found.table]


@pytest.mark.parametrize("how", CHANGED)
def test_refuses_a_program_that_was_changed(how, make, files, tmp_path):
    changed = {"python311.dll": CHANGED[how](files["python311.dll"])}
    with pytest.raises(KitError, match=r"python311\.dll: Windows signature refused") as raised:
        make(tmp_path / "out" / "kit", changed=changed)

    assert raised.value.exit_code == 1
    assert list((tmp_path / "out").iterdir()) == []


def test_refuses_a_program_that_somebody_else_signed(make, files, tmp_path):
    with pytest.raises(KitError, match=r"python\.exe: .* by Microsoft"):
        make(tmp_path / "out" / "kit", changed={"python.exe": files["vcruntime140.dll"]})


def test_refuses_another_digest_before_it_looks_inside(make, files, tmp_path):
    given = runtime(tmp_path / "other.zip", files)
    other = WindowsRuntime(path=given.path, sha256="0" * 64)
    with pytest.raises(KitError, match=f"found {given.sha256}") as raised:
        make(tmp_path / "out" / "kit", runtime=other)

    assert raised.value.exit_code == 1


@pytest.mark.parametrize("name", ["../x.dll", "sub/x.txt", "C:x"])
def test_refuses_a_zip_with_places_of_its_own(name, make, tmp_path):
    with pytest.raises(KitError, match="not an embeddable Python"):
        make(tmp_path / "out" / "kit", changed={name: b""})


def test_the_door_says_in_both_languages_that_it_can_t_start(make, tmp_path):
    lines = (make(tmp_path / "kit").path / "COLLECT.cmd").read_bytes().split(b"\r\n")
    said = [line for line in lines if not line.isascii()]

    assert [line for line in said if not line.startswith(b"echo ")] == []
    assert "起動しています" in said[0].decode("cp932")
    assert "起動できません" in said[1].decode("cp932")
    assert set(b"".join(said)) & set(b'&|<>^%!"') == set()  # halves of characters elsewhere


def test_the_door_names_no_program_but_the_kit_s_own(make, tmp_path):
    door = (make(tmp_path / "kit").path / "COLLECT.cmd").read_text("cp932")

    assert set(re.findall(r"\w+\.(?:exe|com)", door, re.IGNORECASE)) == {"python.exe"}
    assert set(re.findall(r"%(\w+)%", door)) == {"ERRORLEVEL", "KIT", "PYTHON", "CODE"}
