"""What can be done to time-stamp tokens, and to the times that a bundle claims."""

from __future__ import annotations

import datetime
import os
import re
import ssl
from collections.abc import Callable
from hashlib import sha512

import authority
import rfc8785
import timekeeper
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from byhand import digest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from forge import HOLDER, Forger
from worlds import World

from chain_of_custody.signing import cms
from chain_of_custody.timestamps import timestamp
from forgeries import contents

LAST_DAY = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC)
TOKEN, ASKED, LIST = "anchors/0001.tsr", "anchors/0001.tsq", "anchors/0002.sums"


def token_removed(bundle: Forger, world: World) -> None:
    for name in (TOKEN, ASKED):
        bundle.remove(name)
    (bundle.path / "anchors").rmdir()


def token_replaced(bundle: Forger, world: World, *, by: str, over: str) -> None:
    """A token of some authority over some file of the bundle, with the request for it."""
    asked = timestamp.ask(bundle.read(over))
    bundle.write(ASKED, asked)
    bundle.write(TOKEN, world.authority(by).answer(asked))


def token_alone(bundle: Forger, world: World, *, by: str) -> None:
    """The same over the signature, and no request kept."""
    bundle.remove(ASKED)
    answer = world.authority(by).answer(timestamp.ask(bundle.read("manifest.json.p7s")))
    bundle.write(TOKEN, answer)


def token_with_a_certificate_of_another(bundle: Forger, world: World) -> None:
    """A stranger's token that brings the trusted authority's certificates along."""
    token_alone(bundle, world, by="stranger")
    trusted = world.authority("trusted")
    more = [key.certificate.public_bytes(Encoding.DER) for key in (trusted.signer, trusted.root)]
    response = bundle.read(TOKEN)
    bundle.write(TOKEN, timekeeper.with_certificates(response, lambda old: [*old, *more]))


def token_with_an_odd_certificate(bundle: Forger, world: World) -> None:
    """One of a version that there is not, beside the signer's: a careless reader falls over it."""
    odd = authority.made("odd", None, 306, authority=True).certificate.public_bytes(Encoding.DER)
    raw = odd.replace(bytes.fromhex("a003020102"), bytes.fromhex("a00302014d"))
    response = bundle.read(TOKEN)
    bundle.write(TOKEN, timekeeper.with_certificates(response, lambda old: [raw, *old]))


def token_of_many_certificates(bundle: Forger, world: World) -> None:
    """Seventeen, the signer's among them: one more than a token has."""
    own = authority.made("one of many", None, 306, authority=True).certificate
    more = [own.public_bytes(Encoding.DER)] * 16
    response = bundle.read(TOKEN)
    bundle.write(TOKEN, timekeeper.with_certificates(response, lambda old: [*more, *old][-17:]))


def token_signature_broken(bundle: Forger, world: World) -> None:
    response = tsp.TimeStampResp.load(bundle.read(TOKEN))
    signer = response["time_stamp_token"]["content"]["signer_infos"][0]
    raw = bytearray(signer["signature"].native)
    raw[-1] ^= 1
    signer["signature"] = bytes(raw)
    bundle.write(TOKEN, response.dump(force=True))


def token_of_a_signer_for_other_purposes(
    bundle: Forger, world: World, *, purpose: x509.ExtensionType | None
) -> None:
    """The authority's own key, certified for something else than time."""
    trusted = world.authority("trusted")
    other = authority.made(
        "time signer", trusted.root, trusted.offset + 1, extension=purpose,
        critical=purpose != timekeeper.PURPOSE,
    )  # fmt: skip
    bundle.write(TOKEN, trusted.forged(bundle.read(TOKEN), signer=other))


def token_edited(bundle: Forger, world: World, *, field: str, value: object) -> None:
    """The statement changed and signed by the authority itself: only the bundle contradicts it."""
    trusted = world.authority("trusted")

    def edit(info: tsp.TSTInfo) -> None:
        info[field] = value

    bundle.write(TOKEN, trusted.forged(bundle.read(TOKEN), edit))


def token_of_another_form(
    bundle: Forger, world: World, *, change: Callable[[bytes], bytes]
) -> None:
    """A statement that openssl reads, and no DER or no RFC allows; signed by the authority."""
    trusted = world.authority("trusted")
    bundle.write(TOKEN, trusted.forged(bundle.read(TOKEN), change=change))


def time_without_seconds(raw: bytes) -> bytes:
    """A half minute for the seconds (X.680, 46.3): RFC 3161, section 2.4.2, wants these."""
    return re.sub(rb"(\x18\x0f\d{12})\d\dZ", rb"\1.5Z", raw)


def order_not_in_der(raw: bytes) -> bytes:
    """`ordering` is true by another byte than DER has for that."""
    return raw.replace(b"\x01\x01\xff", b"\x01\x01\x01")


def token_naming_its_authority(bundle: Forger, world: World, *, name: str) -> None:
    """A token may say who its authority is; then it has to be its signer (RFC 3161, 2.4.2)."""
    trusted = world.authority("trusted")
    own = trusted.signer.certificate.subject.public_bytes()
    names = {
        "its own": asn1_x509.GeneralName("directory_name", asn1_x509.Name.load(own)),
        "another": asn1_x509.GeneralName(
            "directory_name", asn1_x509.Name.build({"common_name": "somebody else"})
        ),
        "a host": asn1_x509.GeneralName("dns_name", "time.example"),
    }
    token_edited(bundle, world, field="tsa", value=names[name])


def token_with_an_extension(bundle: Forger, world: World, *, critical: bool) -> None:
    """A statement that goes on with what no reader knows (RFC 3161, 2.4.2; RFC 5280, 4.2)."""
    extension = {"extn_id": "1.2.3.4.5", "critical": critical, "extn_value": b"\x05\x00"}
    token_edited(bundle, world, field="extensions", value=[extension])


def request_with_an_extension(bundle: Forger, world: World) -> None:
    """What was asked beside the digest; only an authority has to know what it means."""
    asked = tsp.TimeStampReq.load(bundle.read(ASKED))
    asked["extensions"] = [{"extn_id": "1.2.3.4.5", "critical": True, "extn_value": b"\x05\x00"}]
    bundle.write(ASKED, asked.dump(force=True))


def nonce_below_zero(bundle: Forger, world: World) -> None:
    """Asked for with one, and answered: a reader takes those from 0 on."""
    asked = tsp.TimeStampReq.load(bundle.read(ASKED))
    asked["nonce"] = -(2**63)
    bundle.write(ASKED, asked.dump(force=True))
    token_edited(bundle, world, field="nonce", value=-(2**63))


def request_replaced(bundle: Forger, world: World) -> None:
    """Another request over the same bytes: another nonce."""
    bundle.write(ASKED, timestamp.ask(bundle.read("manifest.json.p7s")))


def status_not_granted(bundle: Forger, world: World, *, status: str) -> None:
    response = tsp.TimeStampResp.load(bundle.read(TOKEN))
    response["status"]["status"] = status
    bundle.write(TOKEN, response.dump(force=True))


def time_in_words(bundle: Forger, world: World) -> None:
    """Words beside the token that look like its time: nobody signed them."""
    response = tsp.TimeStampResp.load(bundle.read(TOKEN))
    response["status"]["status_string"] = ["\nTime stamp: Jan  1 00:00:00 2001 GMT ("]
    bundle.write(TOKEN, response.dump(force=True))


def second_token_earlier(bundle: Forger, world: World) -> None:
    asked = timestamp.ask(bundle.read("manifest.json.p7s"))
    earlier = timestamp.read(bundle.read(TOKEN)).time - datetime.timedelta(minutes=5)
    bundle.write("anchors/0002.tsr", world.authority("trusted").answer(asked, at=earlier))


def second_token_of_a_stranger(bundle: Forger, world: World) -> None:
    asked = timestamp.ask(bundle.read("manifest.json.p7s"))
    bundle.write("anchors/0002.tsr", world.authority("stranger").answer(asked))


def certificate_order_changed(bundle: Forger, world: World) -> None:
    response = bundle.read(TOKEN)
    bundle.write(TOKEN, timekeeper.with_certificates(response, lambda old: sorted(old)))


def token_is_noise(bundle: Forger, world: World) -> None:
    bundle.write(TOKEN, b"\x30\x03\x02\x01\x00")


def byte_behind_the_token(bundle: Forger, world: World) -> None:
    bundle.write(TOKEN, bundle.read(TOKEN) + b"\0")


def byte_behind_the_request(bundle: Forger, world: World) -> None:
    bundle.write(ASKED, bundle.read(ASKED) + b"\0")


def links_beside_the_token(bundle: Forger, world: World, *, kind: str) -> None:
    """Certificates that an authority may need, kept in `0001.pem`."""
    good = world.authority("trusted").root.certificate
    pem, other = good.public_bytes(Encoding.PEM), authority.ROOT.certificate
    damaged = other.public_bytes(Encoding.PEM).replace(b"\nMII", b"\nAAA", 1)
    unnamed = good.public_bytes(Encoding.DER).replace(good.subject.public_bytes()[-5:], b"\xff" * 5)
    kept = {
        "two": pem + other.public_bytes(Encoding.PEM),
        "none": b"",
        "one damaged": pem + damaged,
        "name damaged": ssl.DER_cert_to_PEM_cert(unnamed).encode(),
        "as DER": good.public_bytes(Encoding.DER),
        "under another name": pem.replace(b"CERTIFICATE", b"TRUSTED CERTIFICATE"),
    }
    bundle.write("anchors/0001.pem", kept[kind])


def token_number_skipped(bundle: Forger, world: World) -> None:
    asked = timestamp.ask(bundle.read("manifest.json.p7s"))
    bundle.write("anchors/0003.tsr", world.authority("trusted").answer(asked))


def anchors_beyond_their_limit(bundle: Forger, world: World) -> None:
    bundle.write("anchors/0001.pem", b"")
    os.truncate(bundle.path / "anchors/0001.pem", (128 << 20) + 1)


def renewal_list_beyond_its_limit(bundle: Forger, world: World) -> None:
    bundle.write("anchors/0001.sums", b"")
    os.truncate(bundle.path / "anchors/0001.sums", (48 << 20) + 1)


def renewal_list_changed(bundle: Forger, world: World, *, lines: str) -> None:
    """A list of less, or of something else, rightly stamped by the authority."""
    kept = bundle.read(LIST).splitlines(keepends=True)
    changed = {
        "volume left out": [each for each in kept if b"data/volume-00001" not in each],
        "token left out": [each for each in kept if b"anchors/0001.tsr" not in each],
        "digest differs": [b"0" * 128 + kept[0][128:], *kept[1:]],
        "token's digest differs": [
            b"0" * 128 + each[128:] if b"anchors/0001.tsr" in each else each for each in kept
        ],
        "out of order": kept[::-1],
        "names itself": [*kept, b"0" * 128 + b"  zzz\n"],
        "cut in a line": [*kept[:-1], kept[-1][:-9]],
        "last newline missing": [*kept[:-1], kept[-1][:-1]],
    }[lines]
    raw = b"".join(changed)
    bundle.write(LIST, raw)
    asked = timestamp.ask(raw, algorithm="sha512")
    bundle.write("anchors/0002.tsq", asked)
    bundle.write("anchors/0002.tsr", world.authority("trusted").answer(asked))


def renewal_alone(bundle: Forger, world: World) -> None:
    """A list of everything, rightly stamped, and no token that it could hold."""
    lying = [p for p in bundle.path.rglob("*") if p.is_file()]
    names = sorted((p.relative_to(bundle.path).as_posix() for p in lying), key=str.encode)
    raw = "".join(f"{sha512(bundle.read(name)).hexdigest()}  {name}\n" for name in names).encode()
    bundle.write("anchors/0001.sums", raw)
    asked = timestamp.ask(raw, algorithm="sha512")
    bundle.write(TOKEN, world.authority("trusted").answer(asked))


def renewal_removed(bundle: Forger, world: World) -> None:
    """What only the renewal held is not held any more."""
    for name in ("0002.sums", "0002.tsq", "0002.tsr"):
        bundle.remove(f"anchors/{name}")
    bundle.drop_event(len(bundle.events))


def replaced_under_an_old_token(bundle: Forger, world: World) -> None:
    contents.item_replaced_and_all_signed_again(bundle, world)


def replaced_and_stamped_anew(bundle: Forger, world: World) -> None:
    """Contents, signatures, token and custody: all made anew, by who has the collection's key."""
    contents.item_replaced_and_all_signed_again(bundle, world)
    token_replaced(bundle, world, by="trusted", over="manifest.json.p7s")
    event = bundle.events[-1]
    event["detail"]["files"] = [
        {"name": name.removeprefix("anchors/"), "sha256": digest(bundle.read(name))}
        for name in (ASKED, TOKEN)
    ]
    raw, name = rfc8785.dumps(event), f"custody/{len(bundle.events):05d}.json"
    bundle.write(name, raw)
    bundle.write(f"{name}.p7s", cms.sign(raw, HOLDER))


def dated_back(bundle: Forger, world: World, *, days: int = 40) -> None:
    """Everything signed anew as of an earlier day; `started` and all times moved."""
    back = datetime.timedelta(days=days)

    def moved(value: str) -> str:
        return (datetime.datetime.fromisoformat(value) - back).strftime("%Y-%m-%dT%H:%M:%SZ")

    manifest = bundle.manifest
    for key in ("started", "ended"):
        manifest[key] = moved(manifest[key])
    readings = [manifest["clock"]["start"], manifest["clock"]["end"]]
    readings += [each["detail"]["clock"] for each in bundle.events if "clock" in each["detail"]]
    for reading in readings:
        reading["utc"] = moved(reading["utc"])
    for event in bundle.events:
        event["at"] = moved(event["at"])
    bundle.settle()


def dated_back_beyond_a_challenge_between_blanks(bundle: Forger, world: World) -> None:
    """As who copied it from a mail may give it: the blanks say nothing."""
    for document in (bundle.manifest, bundle.events[0]["detail"]):
        document["challenge"] = f" {document['challenge']}\u3000"
    dated_back(bundle, world)


def dated_back_without_its_challenge(bundle: Forger, world: World) -> None:
    bundle.manifest["challenge"] = None
    bundle.events[0]["detail"]["challenge"] = None
    dated_back(bundle, world)
