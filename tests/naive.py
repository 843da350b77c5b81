"""A second verifier, deliberately naive, from docs/format.md alone: a claim is an assertion, and a
failed one fails its stage. No types, limits, chains, tokens, contents; sealed bundles only."""

# fmt: off
import contextlib
import json
import re
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_der_x509_certificate

BOUND = {"bag_info": "bag-info.txt", "bagit": "bagit.txt", "verify_ja_md": "検証手順.md",
    "manifest_sha256_txt": "manifest-sha256.txt", "verify_md": "VERIFY.md",
    "verify_sh": "verify.sh"}
TOP = {*BOUND.values(), "manifest.json", "manifest.json.p7s"}
COLLECTION = ("collection_started", "volume_closed", "interrupted", "resumed", "sealed")
ANCHOR = re.compile(r"anchors/(?!0000)00\d{2}\.(tsr|tsq|pem|sums)(\.tmp)?")

def sha(data):
    return sha256(data).hexdigest()
def der(data):
    while data:  # tag, content and whole of each element
        more = data[1] & 127 if data[1] > 127 else 0
        end = 2 + more + (int.from_bytes(data[2 : 2 + more]) if more else data[1])
        yield data[0], data[2 + more : end], data[:end]
        data = data[end:]
def named(certificate):  # serial number, issuer and subject
    return [whole for _, _, whole in der(next(der(certificate))[1])][1:6:2]
def signer(data, signature):
    ((_, info, _),) = der(signature)
    ((_, signed, _),) = der([held for _, held, _ in der(info)][1])
    _, _, (_, _, content), (_, certificates, _), (_, infos, _) = der(signed)
    ((_, only, _),) = der(infos)
    _, (_, who, _), (_, digest, _), (_, attributes, whole), _, (_, value, _) = der(only)
    said = {k: held for (_, k, _), (_, held, _) in (der(each) for _, each, _ in der(attributes))}
    forms = ("300b06092a864886f70d010701", "0609608648016503040201")
    assert (content.hex(), digest.hex()[:22]) == forms
    assert said[bytes.fromhex("2a864886f70d010904")] == b"\x04\x20" + sha256(data).digest()
    (_, _, issuer), (_, _, serial) = der(who)
    every = {c: named(inner) for _, inner, c in der(certificates)}
    (one,) = (c for c in every if every[c][:2] == [serial, issuer])
    document, links = json.loads(data), {sha(c) for c in every if c != one}
    for kit in (each["kit"] for each in (document, document.get("detail", {})) if "kit" in each):
        assert kit is None if every[one][2] == issuer else not links or kit in links
    key = load_der_x509_certificate(one).public_key()
    assert bytes.fromhex("301306072a8648ce3d020106082a8648ce3d03010703420004") in one
    key.verify(value, b"\x31" + whole[1:], ECDSA(SHA256()))
    return sha(one)
def read(data):
    found = json.loads(data)
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    assert text.encode() == data
    return found
def failures(path, *, trust=(), root=None, head=None):
    """The stages at which a sealed bundle fails; trusted are the SHA-256 of certificates."""
    failed, before, key, keys = set(), "0" * 64, None, set()

    @contextlib.contextmanager
    def stage(number):
        try:
            yield
        except Exception:  # noqa: BLE001 - that is how naive it is
            failed.add(number)
    files = {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file()}
    names = sorted(name for name in files if re.fullmatch(r"custody/.*\.json", name))
    manifest, events = read(files["manifest.json"]), [read(files[name]) for name in names]
    own, tree = sha(files["manifest.json"]), manifest["items"]["merkle_root"]
    volumes = manifest["volumes"] + manifest["salvaged"]
    stored = {f"data/{each['name']}": (each["sha256"], each["size"]) for each in volumes}
    with stage(2):
        here = {n: (sha(files[n]), len(files[n])) for n in stored.keys() & files.keys()}
        assert here.items() <= stored.items()
    with stage(3):
        known = {*TOP, "tagmanifest-sha256.txt", *stored, *names, *(f"{n}.p7s" for n in names)}
        assert all(name.endswith(".p7s") for name in known - files.keys())
        left = {f"custody/{len(names) + 1:05d}.json{end}" for end in (".tmp", ".p7s", ".p7s.tmp")}
        assert all(ANCHOR.fullmatch(name) for name in files.keys() - known - left)
        assert {key: sha(files[name]) for key, name in BOUND.items()} == manifest["bindings"]
        for sums, of in (("manifest-sha256.txt", stored), ("tagmanifest-sha256.txt", TOP)):
            lines = [f"{sha(files[name])}  {name}\n" for name in sorted(files.keys() & of)]
            assert files[sums].decode() == "".join(lines)
    with stage(5):
        by = signer(files["manifest.json"], files["manifest.json.p7s"])
        assert by in ((set(trust) or {by}) & {manifest["signer_certificate_sha256"]})
    with stage(7):
        for number, (name, event) in enumerate(zip(names, events, strict=True), 1):
            assert (name[8:13], event["seq"], event["prev"]) == (f"{number:05d}", number, before)
            key, before = event["detail"].get("signer_certificate_sha256", key), sha(files[name])
            keys.add(key)
            signed = signer(files[name], files[f"{name}.p7s"])
            assert signed == key if event["type"] in COLLECTION else signed not in keys
        (sealed,) = (each for each in events if each["type"] == "sealed")
        assert sealed["detail"] == {"manifest_sha256": own, "merkle_root": tree}
        assert manifest["custody"] == {"head": sealed["prev"], "last_seq": sealed["seq"] - 1}
    with stage(8):
        assert {root, head} <= {None, tree, *(sha(files[name]) for name in names)}
    return failed
