"""`check`: what of a kit is not as it was made, each thing by its name."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509

from chain_of_custody.digest import sha256
from chain_of_custody.signing import cms
from chain_of_custody.signing.certificates import (
    COLLECTION_ROLE,
    KIT_ROLE,
    LIST_ROLE,
    name_of,
    role_of,
)
from chain_of_custody.signing.keys import fingerprint
from chain_of_custody.signing.trust import NotTiedError, TrustStore, in_date, issued
from chain_of_custody.times import utc
from evidence.kit import listing, places
from evidence.kit.beside import beside
from evidence.kit.description import NAME, CarriedImager, CarriedPack, Description, described
from evidence.kit.errors import KitError
from evidence.kit.listing import Entry
from evidence.kit.problems import Problem
from evidence.kit.signing import PROVIDER_ROLE
from evidence.rulebook.index import load_index
from evidence.tool import rules_folder

_SOON = datetime.timedelta(days=30)


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
    def differing(self) -> list[Problem]:
        """What of the kit itself is not as listed, or runs: not what an imager left beside it."""
        beside = ("memory_left", "memory_beside")
        return [one for one in self.problems if one.exit_code == 1 and one.kind not in beside]

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
        rules_at_least: the date that its rules must not be older than, `2026-11-22`.
        noted: SHA-256 of the manifest as noted when the kit was built.

    Raises:
        KitError: no kit.
        OSError: its list can't be read.
    """
    data = listing.read(kit)  # once: what is held against it is what is signed
    found = _compared(kit, data)
    if noted is not None and noted.strip().lower() != found.manifest_sha256:
        found.problems.append(Problem(kind="noted_differs", detail=found.manifest_sha256))
    try:
        found.description = described(kit / NAME)
    except KitError as error:
        found.problems.append(Problem(kind="undescribed", why=error))
    found.problems += _signed(kit, data, found.description, trust, now)
    found.problems += _key(kit)
    if found.description is not None:
        expected = listing.listed(data, kit / listing.NAME)
        found.problems += _imager(found.description.imager, expected)
        found.problems += _packs(found.description.packs, expected)
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
        OSError: its list can't be read.
    """
    return _compared(kit, listing.read(kit))


def _compared(kit: Path, data: bytes) -> Checked:
    found = Checked(manifest_sha256=sha256(data))
    problems = _files(kit, listing.listed(data, kit / listing.NAME), found)
    found.problems = list(dict.fromkeys(problems))
    return found


def glance(kit: Path) -> Checked:
    """The same at the endpoint, where a damaged list must not end a collection: it is named."""
    try:
        return compare(kit)
    except KitError as error:
        return Checked(problems=[Problem(kind="unreadable", path=listing.NAME, why=error)])
    except OSError as error:
        return Checked(problems=[Problem(kind="unreadable", path=listing.NAME, detail=str(error))])


# Every file against the list.


def _files(kit: Path, expected: dict[str, str], found: Checked) -> Iterator[Problem]:
    seen, folded, shut = set[str](), dict[str, str](), list[Problem]()
    for entry in listing.entries(kit, shut=lambda name, error: shut.append(_shut(name, error))):
        first = folded.setdefault(entry.name.casefold(), entry.name)
        if first != entry.name:
            yield Problem(kind="case", path=first, detail=entry.name)
        if entry.name in expected:
            seen.add(entry.name)
            problem = _against(entry, expected[entry.name])
            found.as_signed += problem is None
            yield from [problem] if problem is not None else []
        elif entry.name not in listing.UNLISTED or entry.kind != "file":
            yield from beside(kit, entry, expected)
    yield from shut
    yield from (Problem(kind="missing", path=name) for name in sorted(expected.keys() - seen))


def _shut(name: str, error: OSError) -> Problem:
    return Problem(kind="unreadable", path=name or ".", detail=error.strerror or str(error))


def _against(entry: Entry, expected: str) -> Problem | None:
    if entry.kind != "file":
        return Problem(kind="link" if entry.kind == "link" else "no_file", path=entry.name)
    try:
        same = listing.digest(entry.path) == expected
    except OSError as error:
        return _shut(entry.name, error)
    return None if same else Problem(kind="changed", path=entry.name)


def _imager(pinned: CarriedImager | None, expected: dict[str, str]) -> Iterator[Problem]:
    """Whether the list names the very program that is pinned; a file is held against the list."""
    if pinned is not None and expected.get(pinned.place) != pinned.sha256:
        yield Problem(kind="other_imager", path=pinned.place, detail=pinned.sha256)


def _packs(pinned: list[CarriedPack], expected: dict[str, str]) -> Iterator[Problem]:
    """Likewise of packs of rules; one that is not pinned is used by nothing,."""
    for each in pinned:
        if expected.get(each.place) != each.sha256:
            yield Problem(kind="other_pack", path=each.place, detail=each.sha256)


def _key(kit: Path) -> Iterator[Problem]:
    """Which key goes along: that is said, where it is for one collection."""
    try:
        found = x509.load_pem_x509_certificates(listing.content(kit, f"{places.KEY}/kit.key"))
    except (OSError, ValueError):
        return  # named by the list already, if it was changed since
    if role_of(found[0]) == COLLECTION_ROLE:
        yield Problem(kind="once")


# The list against who is trusted.


def _signed(
    kit: Path, data: bytes, description: Description | None, trust: TrustStore,
    now: datetime.datetime,
) -> Iterator[Problem]:  # fmt: skip
    try:
        signature = cms.verify(data, listing.content(kit, listing.SIGNATURE))
    except FileNotFoundError:
        yield Problem(kind="unsigned", path=listing.SIGNATURE)
        return
    except (OSError, cms.SignatureError) as error:
        yield Problem(kind="signature", detail=str(error))
        return
    signer = signature.certificate
    own = role_of(signer) == LIST_ROLE
    if own:
        yield Problem(kind="signed_by_kit", path=_called(signer))
    if not trust:
        yield Problem(kind="not_tied", path=_called(signer))
        return
    try:
        path = trust.path(signer, signature.others, (PROVIDER_ROLE, LIST_ROLE))
    except NotTiedError as error:
        yield Problem(kind="stranger", path=_called(signer), why=error.finding)
        return
    if not own:
        yield Problem(kind="signed_by_provider", path=_called(signer))
    yield from _standing(path, trust, now)
    yield from _kit_certificate(kit, description, trust, now)


def _kit_certificate(
    kit: Path, description: Description | None, trust: TrustStore, now: datetime.datetime
) -> Iterator[Problem]:
    """The certificate that vouches for what the kit collects."""
    try:
        own = x509.load_pem_x509_certificate(listing.content(kit, f"{places.KEY}/kit.pem"))
    except (OSError, ValueError):
        return  # named by the list already
    named = description.kit_certificate_sha256 if description is not None else None
    if named is not None and fingerprint(own) != named:
        yield Problem(kind="other_kit")
    issuers = [root for root in trust.certificates if issued(own, root)]
    if role_of(own) != KIT_ROLE or not issuers:
        yield Problem(kind="strange_kit", path=_called(own))
        return
    yield from _standing((own, issuers[0]), trust, now)


def _standing(
    path: tuple[x509.Certificate, ...], trust: TrustStore, now: datetime.datetime
) -> Iterator[Problem]:
    """Whether it is revoked, or not in its dates, or soon."""
    first, ends = path[-2] if len(path) > 1 else path[0], min(e.not_valid_after_utc for e in path)
    revoked = trust.revoked(path)
    if revoked is not None:
        yield Problem(kind="revoked", path=_called(first), detail=utc(revoked))
    if not in_date(path, now):
        dates = f"{first.not_valid_before_utc:%Y-%m-%d} - {ends:%Y-%m-%d}"
        yield Problem(kind="dates", path=_called(first), detail=dates)
    elif ends - now < _SOON:
        yield Problem(kind="dates_soon", path=_called(first), detail=f"{ends:%Y-%m-%d}")


def _called(certificate: x509.Certificate) -> str:
    return name_of(certificate) or certificate.subject.rfc4514_string()


def _rules(dated: str, wanted: str) -> Iterator[Problem]:
    if _date(dated) is None:
        yield Problem(kind="undated_rules")
    elif dated < wanted:  # ISO 8601 dates sort as they follow one another
        yield Problem(kind="old_rules", path=dated, detail=wanted)


def _date(value: str) -> str | None:
    """A date in the one form that sorts as the days follow one another; None for anything else."""
    try:
        return value if datetime.date.fromisoformat(value).isoformat() == value else None
    except ValueError:
        return None


def rules_wanted(value: str | None) -> str | None:
    """The date that rules must not be older than: given itself, or by a newer kit's `kit.json`.

    Where none is given it is that of the rules which came with this program; None if they have
    none.

    Raises:
        KitError: neither, or a kit that doesn't tell.
    """
    if value is None:
        return _date(load_index(rules_folder()).dated)
    wanted = value if _date(value) is not None else _dated_by(Path(value))
    if _date(wanted) is None:
        raise KitError("rules_at_least", value=value)
    return wanted


def _dated_by(path: Path) -> str:
    return described(path).rules.dated if path.is_file() else ""
