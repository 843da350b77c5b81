"""The root as a picture: a stranger's decoder reads it back; it fails no run."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import bundles
import pytest
import zxingcpp
from command_line import run

from evidence.reading.checked import verify_bundle
from evidence.writing.square import put_beside, write_square

ROOT = "0123456789abcdef" * 4


def pixels(png: bytes) -> memoryview:
    """A grey picture of one bit a dot, as rows of bytes (PNG, third edition, sections 9 and 11)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (depth, colour) == (1, 0)
    packed = zlib.decompress(b"".join(chunks(png, b"IDAT")))
    stride, above, rows = (width + 7) // 8, bytes((width + 7) // 8), b""
    for at in range(0, len(packed), stride + 1):
        filtered, line = packed[at], packed[at + 1 : at + 1 + stride]
        assert filtered in (0, 2)  # none, or the difference to the row above
        above = bytes((a + b) & 255 for a, b in zip(line, above, strict=True)) if filtered else line
        bits = "".join(f"{byte:08b}" for byte in above)[:width]
        rows += bytes(255 * int(bit) for bit in bits)
    return memoryview(rows).cast("B", (height, width))


def chunks(png: bytes, kind: bytes):
    at = 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == kind:
            yield png[at + 8 : at + 8 + size]
        at += 12 + size


def read_back(path: Path) -> str:
    (found,) = zxingcpp.read_barcodes(pixels(path.read_bytes()))
    return found.text


def beside(output: Path) -> Path:
    (bundle,) = (path for path in output.iterdir() if path.is_dir())
    return output / f"{bundle.name}.root.png"


def test_a_stranger_s_decoder_reads_the_root(tmp_path):
    write_square(tmp_path / "x.png", ROOT)

    assert read_back(tmp_path / "x.png") == ROOT


def test_nothing_is_overwritten_not_even_through_a_link(tmp_path):
    (tmp_path / "x.png").write_bytes(b"mine")
    (tmp_path / "y.png").symlink_to("nowhere")

    for name in ("x.png", "y.png"):
        with pytest.raises(FileExistsError):
            write_square(tmp_path / name, ROOT)
    assert (tmp_path / "x.png").read_bytes() == b"mine"
    assert not (tmp_path / "nowhere").exists()


def test_a_medium_that_is_full_leaves_nothing_half_written(tmp_path, monkeypatch):
    def full(_descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("os.fsync", full)
    square = put_beside(tmp_path / "HZ_x", ROOT)

    assert square.why_not == "No space left on device"
    assert list(tmp_path.iterdir()) == []


def test_a_collection_puts_it_beside_the_bundle_and_says_so(machine, tmp_path):
    arguments = ("collect", "--source", machine, "--output")
    english = run(*arguments, tmp_path / "en")
    japanese = run(*arguments, tmp_path / "ja", "--language", "ja")
    document = json.loads(run(*arguments, tmp_path / "json", "--json").out)

    for output in ("en", "ja", "json"):
        path = beside(tmp_path / output)
        (bundle,) = (each for each in path.parent.iterdir() if each.is_dir())
        assert read_back(path) == verify_bundle(bundle).root
    assert f"Square: {beside(tmp_path / 'en')}" in english.out
    assert f"図(QR):   {beside(tmp_path / 'ja')}" in japanese.out
    assert document["square"] == str(beside(tmp_path / "json"))


def test_a_picture_that_can_t_be_written_fails_no_collection(machine, tmp_path):
    path = tmp_path / "HZ_x"
    bundles.writer_at(path).abandon()
    taken = tmp_path / "HZ_x.root.png"
    taken.write_bytes(b"mine")
    done = run("collect", "--resume", path, "--source", machine)

    assert done.code == 0, done.err
    assert "Sealed: " in done.out
    assert f"could not be written to {taken}: File exists. The code above" in done.out
    assert taken.read_bytes() == b"mine"


def test_custody_show_writes_it_later(made, tmp_path):
    path = tmp_path / "root.png"
    done = run("custody", "show", made / "encrypted", "--qr", path)

    assert (done.code, f"Square: {path}" in done.out) == (0, True)
    assert read_back(path) == verify_bundle(made / "encrypted").root
    again = run("custody", "show", made / "encrypted", "--qr", path)
    assert (again.code, "nothing is overwritten" in again.err) == (2, True)


def test_a_form_is_not_written_where_the_picture_can_t_be(made, tmp_path):
    taken, form = tmp_path / "root.png", tmp_path / "form.html"
    taken.write_bytes(b"mine")
    show = ("custody", "show", made / "encrypted", "--form", form, "--qr")
    for picture, code in ((taken, 2), (tmp_path / "none" / "root.png", 4), (form, 2)):
        done = run(*show, picture)
        assert (done.code, str(picture) in done.err) == (code, True)
        assert not list(tmp_path.glob("form.html*"))

    done = run(*show, tmp_path / "x.png")
    assert (done.code, form.exists(), (tmp_path / "x.png").exists()) == (0, True, True)
    assert "form.html" in done.out
    assert taken.read_bytes() == b"mine"


def test_a_form_is_not_written_of_a_bundle_without_a_root(tmp_path):
    path, form = tmp_path / "HZ_x", tmp_path / "form.html"
    bundles.writer_at(path).abandon()
    done = run("custody", "show", path, "--form", form, "--qr", tmp_path / "x.png")

    assert (done.code, "never sealed" in done.err) == (2, True)
    assert not form.exists()


@pytest.mark.parametrize("option", ["--qr", "--form"])
def test_nothing_is_written_into_the_bundle(tmp_path, option):
    path = bundles.sealed(tmp_path / "HZ_x")
    done = run("custody", "show", path, option, path / "more")

    assert (done.code, "lies in the bundle" in done.err) == (2, True)
    assert verify_bundle(path).exit == 0


LOADED = """
import sys
from pathlib import Path
from evidence.writing.square import drawn, write_square
write_square(Path(sys.argv[1]), "0123456789abcdef" * 4)
drawn("0123456789abcdef" * 4)
print(*sorted(sys.modules))
"""


def test_a_square_loads_no_client_of_a_network(tmp_path):
    """It is made when memory was just imaged, on a machine that is to open no socket."""
    command = [sys.executable, "-c", LOADED, tmp_path / "root.png"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())

    assert "segno.encoder" in loaded
    assert loaded & {"http.client", "socket", "ssl", "urllib.request", "xml.sax.saxutils"} == set()
