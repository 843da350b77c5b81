"""`check`: what of a kit is not as it was made, each thing by its name."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from cryptography import x509

from chain_of_custody import cms
from chain_of_custody.certificates import COLLECTION_ROLE, KIT_ROLE, name_of, role_of
from chain_of_custody.digest import sha256
from chain_of_custody.keys import fingerprint
from chain_of_custody.trust import NotTiedError, TrustStore, in_date, issued
from evidence.kit import listing, places
from evidence.kit.description import NAME, Description, described
from evidence.kit.errors import KitError
from evidence.kit.listing import Entry
from evidence.kit.signing import PROVIDER_ROLE

ProblemKind = Literal[
    "changed", "missing", "added", "link", "no_file", "unreadable", "case", "autorun", "program",
    "beside", "system", "signature", "noted_differs", "stranger", "other_kit", "revoked", "dates",
    "dates_soon", "not_tied", "undescribed", "old_rules", "undated_rules", "signed_by_provider",
    "signed_by_kit",
]  # fmt: skip
_INCOMPLETE = {"beside", "dates", "not_tied", "old_rules", "undated_rules", "undescribed"}
_ONLY_SAID = {"system", "dates_soon", "signed_by_provider", "signed_by_kit"}
_SYSTEMS_OWN = {
    "system volume information", "$recycle.bin", ".trashes", ".spotlight-v100", ".fseventsd",
    "lost+found", ".trash-0", ".trash-1000",
}  # fmt: skip
_RUNS = re.compile(
    r"\.(bat|cmd|com|cpl|dll|exe|hta|inf|jar|js|jse|lnk|msi|pif|ps1|py|pyd|reg|scf|scr|sh|so|sys"
    r"|url|vbe|vbs|wsf)$",
    re.IGNORECASE,
)
_HEADS = (b"MZ", b"\x7fELF", b"#!")
_BUNDLE = re.compile(r"out/(HZ_|REHEARSAL_)[^/]*")
_SOON = datetime.timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to be said of a kit."""

    kind: ProblemKind
    path: str = ""
    detail: str = ""

    @property
    def exit_code(self) -> int:
        """What a check with this ends with, as docs/exit-codes.md."""
        return 0 if self.kind in _ONLY_SAID else 3 if self.kind in _INCOMPLETE else 1


@dataclass(slots=True, kw_only=True)
class Checked:
    """What a check found."""

    description: Description | None = None
    """None where `kit.json` can't be read."""
    manifest_sha256: str = ""
    as_signed: int = 0
    """Files that are as the manifest says."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 as it was made, 1 altered, 3 something expected is missing."""
        codes = {each.exit_code for each in self.problems}
        return 1 if 1 in codes else max(codes, default=0)


def check(
    kit: Path, trust: TrustStore, *, now: datetime.datetime, rules_at_least: str | None = None,
    noted: str | None = None,
) -> Checked:  # fmt: skip
    """Hold a kit against its signed list, and the list against who is trusted.

    Args:
        kit: its folder; nothing in it is started or followed.
        trust: the provider's root and revocation list.
        now: the time on the checking machine.
        rules_at_least: the date that its rules must not be older than.
        noted: SHA-256 of the manifest as noted when the kit was built.

    Raises:
        KitError: no kit.
    """
    found, data = compare(kit), listing.read(kit)
    if noted is not None and noted.strip().lower() != found.manifest_sha256:
        found.problems.append(Problem(kind="noted_differs", detail=found.manifest_sha256))
    try:
        found.description = described(kit / NAME)
    except KitError as error:
        found.problems.append(Problem(kind="undescribed", detail=str(error)))
    found.problems += _signed(kit, data, found.description, trust, now)
    if found.description is not None and rules_at_least is not None:
        found.problems += _rules(found.description.rules.dated, rules_at_least)
    found.problems = list(dict.fromkeys(found.problems))  # two ways lead over the kit
    return found


def compare(kit: Path) -> Checked:
    """Every file against the list alone: not whether anybody signed it.

    Args:
        kit: its folder.

    Raises:
        KitError: no kit.
    """
    data = listing.read(kit)
    found = Checked(manifest_sha256=sha256(data))
    problems = _files(kit, listing.listed(data, kit / listing.NAME), found)
    found.problems = list(dict.fromkeys(problems))
    return found


# Every file against the list.


def _files(kit: Path, expected: dict[str, str], found: Checked) -> Iterator[Problem]:
    seen, folded = set[str](), dict[str, str]()
    for entry in listing.entries(kit):
        first = folded.setdefault(entry.name.casefold(), entry.name)
        if first != entry.name:
            yield Problem(kind="case", path=first, detail=entry.name)
        if entry.name in expected:
            seen.add(entry.name)
            problem = _against(entry, expected[entry.name])
            found.as_signed += problem is None
            yield from [problem] if problem is not None else []
        elif entry.name not in listing.UNLISTED:
            yield from _strange(entry, expected)
    yield from (Problem(kind="missing", path=name) for name in sorted(expected.keys() - seen))


def _against(entry: Entry, expected: str) -> Problem | None:
    if entry.kind != "file":
        return Problem(kind="link" if entry.kind == "link" else "no_file", path=entry.name)
    try:
        same = listing.digest(entry.path) == expected
    except OSError as error:
        return Problem(kind="unreadable", path=entry.name, detail=error.strerror or str(error))
    return None if same else Problem(kind="changed", path=entry.name)


def _strange(entry: Entry, expected: dict[str, str]) -> Iterator[Problem]:
    """What is there and not in the list."""
    top = entry.name.partition("/")[0]
    if entry.name.rpartition("/")[2].casefold() == "autorun.inf":
        yield Problem(kind="autorun", path=entry.name)
    elif entry.kind == "file" and _runs(entry):
        yield Problem(kind="program", path=entry.name)
    elif entry.kind in ("link", "other"):
        yield Problem(kind="link" if entry.kind == "link" else "no_file", path=entry.name)
    elif _BUNDLE.match(entry.name) or entry.name == places.OUT:
        return
    elif top == "app":
        if entry.kind == "file" or not _holds(expected, entry.name):
            yield Problem(kind="added", path=entry.name)
    elif top.casefold() in _SYSTEMS_OWN:
        yield from [Problem(kind="system", path=top)]
    else:
        yield Problem(kind="beside", path=entry.name)


def _holds(expected: dict[str, str], folder: str) -> bool:
    return any(name.startswith(f"{folder}/") for name in expected)


def _runs(entry: Entry) -> bool:
    """Whether it is something that a system starts: by its name, or by its first bytes."""
    if _BUNDLE.match(entry.name):
        return _RUNS.search(entry.name) is not None and not entry.name.endswith("/verify.sh")
    if _RUNS.search(entry.name):
        return True
    try:
        with entry.path.open("rb") as file:
            return file.read(4).startswith(_HEADS)
    except OSError:
        return False  # named as beside, or added, all the same


# The list against who is trusted.


def _signed(
    kit: Path, data: bytes, description: Description | None, trust: TrustStore,
    now: datetime.datetime,
) -> Iterator[Problem]:  # fmt: skip
    try:
        signature = cms.verify(data, (kit / listing.SIGNATURE).read_bytes())
    except (OSError, cms.SignatureError) as error:
        yield Problem(kind="signature", detail=str(error))
        return
    signer = signature.certificate
    own = role_of(signer) == COLLECTION_ROLE
    yield Problem(kind="signed_by_kit" if own else "signed_by_provider", path=_called(signer))
    if not trust:
        yield Problem(kind="not_tied")
        return
    try:
        path = trust.path(signer, signature.others, (PROVIDER_ROLE, COLLECTION_ROLE))
    except NotTiedError as error:
        yield Problem(kind="stranger", detail=str(error))
        return
    yield from _standing(path, trust, now)
    yield from _kit_certificate(kit, description, trust, now)


def _kit_certificate(
    kit: Path, description: Description | None, trust: TrustStore, now: datetime.datetime
) -> Iterator[Problem]:
    """The certificate that vouches for what the kit collects."""
    try:
        own = x509.load_pem_x509_certificate((kit / places.KEY / "kit.pem").read_bytes())
    except (OSError, ValueError):
        return  # named by the list already
    named = description.kit_certificate_sha256 if description is not None else None
    if named is not None and fingerprint(own) != named:
        yield Problem(kind="other_kit")
    issuers = [root for root in trust.certificates if issued(own, root)]
    if role_of(own) != KIT_ROLE or not issuers:
        yield Problem(kind="stranger", detail=_called(own))
        return
    yield from _standing((own, issuers[0]), trust, now)


def _standing(
    path: tuple[x509.Certificate, ...], trust: TrustStore, now: datetime.datetime
) -> Iterator[Problem]:
    """Whether it is revoked, or not in its dates, or soon."""
    first, ends = path[-2] if len(path) > 1 else path[0], min(e.not_valid_after_utc for e in path)
    revoked = trust.revoked(path)
    if revoked is not None:
        yield Problem(kind="revoked", path=_called(first), detail=f"{revoked:%Y-%m-%dT%H:%M:%SZ}")
    if not in_date(path, now):
        dates = f"{first.not_valid_before_utc:%Y-%m-%d} - {ends:%Y-%m-%d}"
        yield Problem(kind="dates", path=_called(first), detail=dates)
    elif ends - now < _SOON:
        yield Problem(kind="dates_soon", path=_called(first), detail=f"{ends:%Y-%m-%d}")


def _called(certificate: x509.Certificate) -> str:
    return name_of(certificate) or certificate.subject.rfc4514_string()


def _rules(dated: str, wanted: str) -> Iterator[Problem]:
    if not dated:
        yield Problem(kind="undated_rules")
    elif dated < wanted:  # ISO 8601 dates sort as they follow one another
        yield Problem(kind="old_rules", path=dated, detail=wanted)


def rules_wanted(value: str) -> str:
    """The date that rules must not be older than: given itself, or by a newer kit's `kit.json`.

    Raises:
        KitError: neither.
    """
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        path = Path(value)
    if not path.is_file():
        raise KitError("rules_at_least", value=value)
    return described(path).rules.dated
