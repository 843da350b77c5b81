"""A pack: a set of rules as one file that somebody signed. A tar that strangers can check.

`tar xf PACK; openssl cms -verify -binary -inform DER -in SHA256SUMS.p7s -content SHA256SUMS
-CAfile ROOT; sha256sum -c SHA256SUMS` says what `opened` says. Its files come in the order of
their names, without times and owners: the same rules, name, version and date make the same bytes,
but for the signature.
"""

from __future__ import annotations

import io
import tarfile
from datetime import UTC, datetime
from typing import Literal

import msgspec

from chain_of_custody.digest import sha256
from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import PERSON_ROLES
from chain_of_custody.signing.keys import Signer, fingerprint
from chain_of_custody.signing.trust import NotTiedError, TrustStore, in_date
from evidence.packs.errors import AlteredPackError, SetError
from evidence.packs.rule_files import BYTES, FILES
from evidence.packs.rule_set import RuleSet

SUMS = "SHA256SUMS"
SIGNATURE = f"{SUMS}.p7s"
ABOUT = "pack.json"
LARGEST = BYTES + (FILES + 4) * 1024 + (1 << 20)  # bytes of a file that can be a pack at all


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a pack says of itself."""

    schema: Literal["hozen-rule-pack/1"] = "hozen-rule-pack/1"
    name: str
    version: int
    date: str
    licence: str
    rules_sha256: str


def packed(rules: RuleSet, signer: Signer) -> bytes:
    """A pack, signed.

    Args:
        rules: with name, licence, version and date.
        signer: a provider's key.
    """
    about = About(
        name=rules.name, version=rules.version, date=rules.date, licence=rules.licence,
        rules_sha256=rules.sha256,
    )  # fmt: skip
    files = {**rules.files, ABOUT: msgspec.json.encode(about, order="sorted") + b"\n"}
    sums = _sums(files)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in sorted({**files, SUMS: sums, SIGNATURE: cms.sign(sums, signer)}.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o644
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def _sums(files: dict[str, bytes]) -> bytes:
    lines = (f"{sha256(data)}  {name}\n" for name, data in sorted(files.items()))
    return "".join(lines).encode()


def opened(data: bytes, trust: TrustStore) -> RuleSet:
    """The rules of a pack, exactly as they were signed.

    Args:
        data: the pack.
        trust: what the signer has to lead to; where it is empty, nobody is judged.

    Raises:
        SetError: it is no pack.
        AlteredPackError: it is not what was signed, or not by whom it should be.
    """
    files = _read(data)
    try:
        sums, signature = files.pop(SUMS), files.pop(SIGNATURE)
        about = msgspec.json.decode(files[ABOUT], type=About)
    except (KeyError, msgspec.MsgspecError) as error:
        raise SetError("no_pack", why=error) from error
    if sums != _sums(files):
        raise AlteredPackError("sums_differ", list=SUMS)
    signer = _signer(sums, signature, trust)
    del files[ABOUT]
    found = RuleSet(
        name=about.name, licence=about.licence, version=about.version, date=about.date,
        signer=signer, tied=bool(trust), files=files,
    )  # fmt: skip
    if found.sha256 != about.rules_sha256:
        raise AlteredPackError("rules_differ", list=ABOUT)
    return found


def _signer(sums: bytes, signature: bytes, trust: TrustStore) -> str:
    try:
        signed = cms.verify(sums, signature)
        if trust:
            path = trust.path(signed.certificate, signed.others, PERSON_ROLES)
            if len(path) > 1 and not in_date(path, datetime.now(UTC)):
                raise AlteredPackError("out_of_dates")
            if trust.revoked(path) is not None:
                raise AlteredPackError("revoked")
    except cms.SignatureError as error:
        raise AlteredPackError("signature", why=error) from error
    except NotTiedError as error:
        raise AlteredPackError("signer", why=error.finding) from error
    return fingerprint(signed.certificate)


def _read(data: bytes) -> dict[str, bytes]:
    """The files of a tar that are plain ones, each name once."""
    if len(data) > LARGEST:
        raise SetError("pack_too_large", most=LARGEST)
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for entry in archive:
                held = archive.extractfile(entry) if entry.isreg() else None
                if held is None or entry.issparse() or entry.name in files or len(files) > FILES:
                    raise AlteredPackError("odd_member", name=entry.name)
                files[entry.name] = held.read()
    except (tarfile.TarError, ValueError, EOFError, OSError) as error:
        raise SetError("no_pack", why=error) from error
    return files
