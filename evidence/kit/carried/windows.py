"""The interpreter of a Windows kit: Python's own embeddable zip, by digest and by signatures."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from chain_of_custody.digest import sha256
from chain_of_custody.signing.foreign import strictly
from evidence.kit.carried.authenticode import AuthenticodeError, signed_by
from evidence.kit.carried.wheels import put
from evidence.kit.description import Runtime
from evidence.kit.errors import KitAlteredError, KitError
from evidence.kit.places import LICENCES

ROOTS = Path("/etc/ssl/certs/ca-certificates.crt")
_PUBLISHER = "Python Software Foundation"
_MICROSOFT = {"vcruntime140.dll", "vcruntime140_1.dll"}
"""Good signatures whose roots are in no bundle of certificates but Windows' own."""
_PROGRAMS = (".exe", ".dll", ".pyd")
_LIBRARY = re.compile(r"python(3)([0-9]{2})\.dll")
_PLAIN = re.compile(r"[A-Za-z0-9_.-]+")
_MSVCP, _MSVC_WHEEL = "msvcp140.dll", "msvc_runtime-*.whl"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowsRuntime:
    """What a Windows kit's interpreter is taken from."""

    path: Path
    """The zip."""
    sha256: str
    """As its publisher says, in hexadecimal."""
    roots: Path = ROOTS
    """Certificates (PEM) that the signatures in it must lead to."""


def copy_runtime(runtime: WindowsRuntime, python: Path) -> Runtime:
    """Unpack it when its digest and the signature of every program in it hold.

    Args:
        runtime: the zip, its digest and the roots.
        python: the folder that gets it.

    Raises:
        KitAlteredError: another digest, or a program that Python's publisher didn't sign.
        KitError: no such zip.
    """
    files = _files(runtime.path, _checked(runtime))
    version = next((f"{m[1]}.{int(m[2])}" for m in map(_LIBRARY.fullmatch, files) if m), None)
    if version is None:
        raise KitError("runtime_zip", path=runtime.path, why="no python3x.dll in it")
    roots = read_roots(runtime.roots)
    for name, data in files.items():
        if name.lower().endswith(_PROGRAMS):
            _check_signed(runtime.path, name, data, roots)
        put(python / name, data)
    _isolate(python, version)
    return Runtime(python=version, source=f"sha256 {runtime.sha256.lower()}")


def _checked(runtime: WindowsRuntime) -> bytes:
    data = runtime.path.read_bytes()
    found = sha256(data)
    if found != runtime.sha256.lower():
        raise KitAlteredError(
            "runtime_digest", path=runtime.path, expected=runtime.sha256, found=found
        )
    return data


def _files(path: Path, data: bytes) -> dict[str, bytes]:
    """What is in the zip; it has no folders."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            files = {each.filename: held.read(each) for each in held.infolist()}
    except (zipfile.BadZipFile, ValueError, RuntimeError) as error:
        raise KitError("runtime_zip", path=path, why=error) from error
    strange = [name for name in files if not _PLAIN.fullmatch(name)]
    if strange:
        raise KitError("runtime_zip", path=path, why=strange[0])
    return files


def read_roots(path: Path) -> list[x509.Certificate]:
    """The certificates of a bundle that can be read; some old roots have faults of their own.

    Raises:
        KitError: there are none.
    """
    try:
        blocks = path.read_bytes().split(b"-----BEGIN CERTIFICATE-----")[1:]
    except OSError as error:
        raise KitError("roots", path=path) from error
    found = []
    for block in blocks:
        try:
            with strictly():
                found.append(x509.load_pem_x509_certificate(b"-----BEGIN CERTIFICATE-----" + block))
        except ValueError:
            continue  # no chain can end there
    if not found:
        raise KitError("roots", path=path)
    return found


def _check_signed(path: Path, name: str, data: bytes, roots: Sequence[x509.Certificate]) -> None:
    where = f"{path}: {name}"
    try:
        found = signed_by(data, roots)
    except AuthenticodeError as error:
        raise KitAlteredError("authenticode", path=where, why=error) from error
    if name in _MICROSOFT and found.signer.startswith("Microsoft "):
        return
    if found.signer != _PUBLISHER or not found.rooted:
        raise KitAlteredError("authenticode", path=where, why=f"by {found.signer}")


def _isolate(python: Path, version: str) -> None:
    """Only the standard library is searched, whatever the host's variables say."""
    name = f"python{version.replace('.', '')}"
    (python / f"{name}._pth").write_bytes(f"{name}.zip\r\n.\r\n".encode("ascii"))


def take_msvcp(wheels: Path, python: Path) -> None:
    """Put the C++ runtime, which pytsk3 needs and the interpreter lacks, beside the interpreter.

    Its terms go along, as the wheel states them.

    Args:
        wheels: the folder of the locked wheels, msvc-runtime among them.
        python: the interpreter's folder.
    """
    (wheel,) = wheels.glob(_MSVC_WHEEL)
    with zipfile.ZipFile(wheel) as held:
        (name,) = [n for n in held.namelist() if re.search(rf"\.data/data/{_MSVCP}$", n)]
        put(python / _MSVCP, held.read(name))
        (terms,) = [n for n in held.namelist() if n.endswith(".dist-info/licenses/LICENSE")]
        put(python.parent / LICENCES / f"{_MSVCP}.txt", held.read(terms))
    wheel.unlink()  # nothing else of it is needed
