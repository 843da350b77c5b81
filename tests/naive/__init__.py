"""A second verifier, deliberately naive: by somebody who has read docs/format.md and nothing of
our code, with the standard library, `cryptography`, and the programs age and zstd for contents.

It knows keys but no types and no limits, follows no chain of certificates, reads no tokens. A claim
is an assertion; whatever goes wrong fails the stage that it goes wrong in.
"""

import contextlib
import re

from naive import contents, custody, documents, lists
from naive.signature import sha, signer


def failures(path, *, identity=None, trust=(), root=None, head=None, code=None):
    """The stages at which a bundle fails; trusted are the SHA-256 of certificates."""
    failed = set()

    @contextlib.contextmanager
    def stage(number):
        try:
            yield
        except Exception:  # noqa: BLE001 - that is how naive it is
            failed.add(number)

    found = {each.relative_to(path).as_posix(): each for each in path.rglob("*")}
    files = {name: each.read_bytes() for name, each in found.items() if each.is_file()}
    names = sorted(name for name in files if re.fullmatch(r"custody/.*\.json", name))
    manifest, events = None, []
    with stage(1):
        for each in found.values():
            assert not each.is_symlink()
            assert each.is_dir() or (each.is_file() and each.stat().st_nlink == 1)
            assert re.fullmatch(r"[\w.-]*[\w-]|検証手順.md", each.name, re.ASCII)
            assert each.name != "fetch.txt"
        events = [documents.read(files[name], documents.EVENT) for name in names]
        if "manifest.json" in files:
            manifest = documents.read(files["manifest.json"], documents.MANIFEST)
        documents.check_names(manifest, events)
    cut_off = "manifest.json" not in files and "manifest.json.tmp" in files
    sealed = not cut_off and bool({"manifest.json", "manifest.json.p7s"} & files.keys())
    volumes = documents.volumes(manifest, events)
    with stage(2):
        for name in volumes.keys() & files.keys():
            assert len(files[name]) == volumes[name]["size"]
            assert sha(files[name]) == volumes[name]["sha256"]
    with stage(3):
        lists.check(found, files, names, volumes, manifest, sealed=sealed, cut_off=cut_off)
    with stage(4):
        if not failed:
            contents.check(path / "data", events, manifest, identity)
    with stage(5):
        if sealed:
            key = signer(files["manifest.json"], files["manifest.json.p7s"])
            named = [each["detail"].get("signer_certificate_sha256") for each in events]
            assert key == manifest["signer_certificate_sha256"] == [*filter(None, named)][-1]
            assert not trust or key in trust
    with stage(7):
        custody.check(events, files, manifest, trust)
    with stage(8):
        own = manifest["items"]["merkle_root"] if manifest else ""
        assert root in (None, own)
        assert head in (None, sha(files[names[-1]]))
        spoken = int(sha(b"hozen-code/1" + bytes.fromhex(own)), 16) % 10**24
        assert code is None or "".join(code.split())[:-1] == f"{spoken:024d}"
    return failed
