"""What a verifier trusts: both verifiers over chains, roles, dates and revocation; and tokens."""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path

import authority
import bundles
import exhibit_verifiers
import pytest
import timekeeper
import worlds
from authority import CUSTODIAN, DAY, KIT, NOW, ROOT, TRUSTED, WITNESS
from command_line import run as hozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from forge import Forger, copied, listing
from worlds import World

from chain_of_custody.folder import BundleFolder
from chain_of_custody.signing import cms
from chain_of_custody.signing.keys import SigningKey
from chain_of_custody.signing.trust import TrustFileError, TrustStore
from chain_of_custody.timestamps import timestamp
from chain_of_custody.verdict import Outcome
from chain_of_custody.verify import verify
from evidence.reading.checked import verify_path

SCRIPT = Path(bundles.__file__).parents[1] / "evidence" / "instructions" / "verify.sh"


def by_script(bundle: Path, trust: TrustStore, place: Path) -> tuple[int, str]:
    file = place / "trust.pem"
    file.write_bytes(bundles.pem_of(trust))
    command = ["dash", str(SCRIPT), "--trust", str(file), str(bundle)]
    if trust.authorities:
        (place / "tsa.pem").write_bytes(bundles.authorities_of(trust))
        command[2:2] = ["--tsa", str(place / "tsa.pem")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def handed(world: World, tmp_path: Path, kind: str, key: SigningKey) -> Forger:
    """A certified bundle with one event of a holder, signed by a key."""
    bundle = copied(world.path("certified"), tmp_path / "HZ_handed")
    bundle.events.append(bundle.holder_event(kind, refs=[]))
    bundle.settle(signers={len(bundle.events): key})
    return bundle


def test_a_key_that_the_kit_certified_is_tied_to_the_root(world, tmp_path):
    path = world.path("certified")
    verdict = verify(BundleFolder(path), trust=TRUSTED)
    code, said = by_script(path, TRUSTED, tmp_path)

    assert (verdict.exit, verdict.stage(5).outcome) == (0, Outcome.PASS)
    assert [each.key for each in verdict.stage(5).findings] == ["date_claimed", "signed_by"]
    assert (code, "5 signature      PASS" in said) == (0, True), said


def test_the_kit_is_named_where_the_collection_began_and_where_it_was_sealed(world):
    bundle = Forger(world.path("certified"))

    named = [bundle.manifest["kit"], bundle.events[0]["detail"]["kit"]]
    assert named == [KIT.certificate_sha256] * 2


def test_trust_in_the_kit_itself_is_enough(world, tmp_path):
    trust = bundles.trusting(KIT)
    verdict = verify(BundleFolder(world.path("certified")), trust=trust)

    assert verdict.stage(5).outcome is Outcome.PASS
    assert by_script(world.path("certified"), trust, tmp_path)[0] == 0


def test_a_root_that_certified_somebody_else_is_no_help(world, tmp_path):
    trust = bundles.trusting(authority.NAMESAKE)

    assert verify(BundleFolder(world.path("certified")), trust=trust).failed == [5, 7]
    assert by_script(world.path("certified"), trust, tmp_path)[0] == 1


@pytest.mark.parametrize(
    ("kind", "key", "code"),
    [
        ("released", CUSTODIAN, 0),
        ("note", WITNESS, 0),
        ("released", WITNESS, 1),
        ("note", KIT, 1),
        ("note", bundles.self_signed("hozen holder"), 0),
    ],
    ids=["custodian", "witness_notes", "witness_hands_over", "kit", "stranger"],
)
def test_only_who_may_signs_an_event(world, tmp_path, kind, key, code):
    bundle = handed(world, tmp_path, kind, key)

    assert verify(BundleFolder(bundle.path), trust=TRUSTED).exit == code
    assert by_script(bundle.path, TRUSTED, tmp_path)[0] == code


@pytest.mark.parametrize(("after", "stage"), [(0, "FAIL"), (1, "PASS")])
def test_a_signature_is_older_than_a_revocation_of_a_later_second_alone(
    world, tmp_path, after, stage
):
    path, time = world.path("stamped"), world.authority("trusted").trusted.authorities
    proved = timestamp.read((path / "anchors/0001.tsr").read_bytes()).time
    listed = authority.revoked(proved + datetime.timedelta(seconds=after))
    trust = TrustStore(listed.certificates, listed.revocations, time)
    verdict = verify(BundleFolder(path), trust=trust)
    code, said = by_script(path, trust, tmp_path)

    assert verdict.stage(5).outcome == verdict.stage(7).outcome == stage
    assert (verdict.exit, verdict.untrusted) == (code, not after) == (1 - after, not after)
    assert f"5 signature      {stage}" in said


@pytest.mark.parametrize(("after", "stage"), [(0, "FAIL"), (1, "PASS")])
@pytest.mark.parametrize("later", ["revoked", "invalid"])
def test_of_two_dates_in_a_list_the_earlier_counts(world, tmp_path, later, after, stage):
    """A list says when its issuer dealt with it, and since when the key may have been stolen."""
    path, time = world.path("stamped"), world.authority("trusted").trusted.authorities
    proved = timestamp.read((path / "anchors/0001.tsr").read_bytes()).time
    dates = [proved + datetime.timedelta(seconds=after), proved + DAY]
    since, revoked = dates if later == "revoked" else dates[::-1]
    listed = authority.invalid(since, revoked=revoked)
    trust = TrustStore(listed.certificates, listed.revocations, time)
    verdict = verify(BundleFolder(path), trust=trust)
    code, said = by_script(path, trust, tmp_path)

    assert verdict.stage(5).outcome == verdict.stage(7).outcome == stage
    assert verdict.exit == code
    assert f"5 signature      {stage}" in said


@pytest.mark.parametrize("first", ["kit", "root"])
def test_a_kit_that_is_on_a_list_is_refused_though_it_is_trusted_itself(world, tmp_path, first):
    """In whatever order kit and root are given: the way to the kit is the shorter one."""
    order = (KIT, ROOT) if first == "kit" else (ROOT, KIT)
    lists = authority.revoked(NOW - DAY).revocations
    trust = TrustStore(tuple(each.certificate for each in order), lists)
    verdict = verify(BundleFolder(world.path("certified")), trust=trust)
    code, said = by_script(world.path("certified"), trust, tmp_path)

    assert (verdict.exit, verdict.untrusted, code) == (1, True, 1)
    assert "5 signature      FAIL" in said
    assert "7 custody        FAIL" in said


def test_a_signer_that_is_on_a_list_is_refused_though_it_is_trusted_itself(world, tmp_path):
    serial = authority.COLLECTION.certificate.serial_number
    lists = (authority.certificates.revoke(KIT, {serial: NOW - DAY}, NOW),)
    trust = TrustStore((authority.COLLECTION.certificate, KIT.certificate), lists)
    verdict = verify(BundleFolder(world.path("certified")), trust=trust)
    code, _ = by_script(world.path("certified"), trust, tmp_path)

    assert (verdict.exit, verdict.untrusted, code) == (1, True, 1)


@pytest.mark.parametrize(("listed", "code"), [("another", 0), ("signer", 1)])
def test_of_a_token_those_certificates_may_not_be_revoked_that_lead_to_it(
    world, tmp_path, listed, code
):
    """An authority sends along what it has, and one of these may be an old one that it revoked."""
    bundle, time = copied(world.path("loose"), tmp_path / "HZ_loose"), world.authority("trusted")
    another = authority.made("an old signer", time.root, 390)
    bundle.write("anchors/0001.pem", bundles.pem_of(TrustStore((another.certificate,))))
    serial = {"another": another, "signer": time.signer}[listed].certificate.serial_number
    lists = (authority.certificates.revoke(time.root, {serial: NOW - DAY}, NOW),)
    trust = TrustStore((ROOT.certificate,), lists, (time.root.certificate,))
    verdict = verify(BundleFolder(bundle.path), trust=trust)
    exit_code, said = by_script(bundle.path, trust, tmp_path)

    assert (verdict.exit, exit_code) == (code, code), said


@pytest.mark.parametrize("revoked", [False, True])
def test_a_token_without_its_signers_certificate_is_refused_though_it_lies_beside(
    world, tmp_path, revoked
):
    """No signature covers what certificates a token brings, so that anybody can move them."""
    bundle, time = copied(world.path("loose"), tmp_path / "HZ_loose"), world.authority("trusted")
    response = bundle.read("anchors/0001.tsr")
    root = time.root.certificate.public_bytes(Encoding.DER)
    bundle.write("anchors/0001.tsr", timekeeper.with_certificates(response, lambda _: [root]))
    bundle.write("anchors/0001.pem", bundles.pem_of(TrustStore((time.signer.certificate,))))
    serials = {time.signer.certificate.serial_number: NOW - DAY} if revoked else {}
    lists = (authority.certificates.revoke(time.root, serials, NOW),)
    trust = TrustStore((ROOT.certificate,), lists, (time.root.certificate,))
    verdict = verify(BundleFolder(bundle.path), trust=trust)
    code, said = by_script(bundle.path, trust, tmp_path)

    assert (verdict.exit, code) == (1, 1), said
    assert 6 in verdict.failed
    assert "6 time           FAIL" in said


def test_who_certified_themselves_under_a_trusted_ones_name_signs_nothing(world, tmp_path):
    """Of collection keys all have one name; of people, who bears another's lies."""
    trusted, namesake = (bundles.self_signed("hozen custodian", name="花子") for _ in range(2))
    bundle = handed(world, tmp_path, "note", namesake)
    trust = bundles.trusting(ROOT, trusted)
    verdict = verify(BundleFolder(bundle.path), trust=trust)
    code, said = by_script(bundle.path, trust, tmp_path)

    assert (verdict.exit, verdict.failed) == (1, [7])
    assert (code, "7 custody        FAIL" in said) == (1, True), said


def higher(
    time: timekeeper.Authority, others: int, digest: hashes.HashAlgorithm | None = None
) -> tuple[TrustStore, list[x509.Certificate]]:
    """A root above an authority's own, so many certificates above its signer; and these."""
    above = authority.made("time of all", None, 400, authority=True, path_length=9)
    links = []
    for number in range(1, others):
        above = authority.made(f"time {number}", above, 400 + number, authority=True, path_length=9)
        links.append(above.certificate)
    role = f"time root {time.offset}"
    own = authority.made(role, above, time.offset, authority=True, path_length=9, digest=digest)
    links.append(own.certificate)
    top = authority.made("time of all", None, 400, authority=True, path_length=9)
    return TrustStore((ROOT.certificate,), (), (top.certificate,)), links


@pytest.mark.parametrize(("others", "said"), [(5, "PASS"), (6, "FAIL")])
def test_a_token_leads_to_a_root_over_at_most_five_others(world, tmp_path, others, said):
    bundle = copied(world.path("loose"), tmp_path / "HZ_loose")
    trust, links = higher(world.authority("trusted"), others)
    bundle.write("anchors/0001.pem", bundles.pem_of(TrustStore(tuple(links))))
    verdict = verify(BundleFolder(bundle.path), trust=trust)
    code, told = by_script(bundle.path, trust, tmp_path)

    assert verdict.stage(6).outcome.name == said
    assert verdict.exit == code, told
    assert f"6 time           {said}" in told

    exhibit = worlds.disclosed(world.path("loose"), (1,), tmp_path / "exhibit").exhibit
    (exhibit / "anchors" / "0001.pem").write_bytes((bundle.path / "anchors/0001.pem").read_bytes())
    shown = verify_path(exhibit, trust=trust)
    tsa = ("--trust", tmp_path / "trust.pem", "--tsa", tmp_path / "tsa.pem")
    checked = exhibit_verifiers.Shell(exhibit, *tsa)
    assert shown.stage(6).outcome.name == said
    assert (checked.exit, checked.stage) == ((0, None) if said == "PASS" else (1, 6))


@pytest.mark.parametrize(
    ("digest", "said"),
    [(hashes.SHA224(), "PASS"), (hashes.SHA384(), "PASS"), (hashes.SHA3_256(), "FAIL")],
    ids=["SHA-224", "SHA-384", "SHA-3"],
)
def test_certificates_on_the_way_up_from_a_token_are_signed_with_sha_2(
    world, tmp_path, digest, said
):
    bundle = copied(world.path("loose"), tmp_path / "HZ_loose")
    trust, links = higher(world.authority("trusted"), 2, digest)
    bundle.write("anchors/0001.pem", bundles.pem_of(TrustStore(tuple(links))))
    verdict = verify(BundleFolder(bundle.path), trust=trust)
    code, told = by_script(bundle.path, trust, tmp_path)

    assert verdict.stage(6).outcome.name == said
    assert verdict.exit == code, told


REVOKED = TrustStore(
    TRUSTED.certificates,
    (authority.certificates.revoke(ROOT, {CUSTODIAN.certificate.serial_number: NOW}, NOW),),
)


@pytest.mark.parametrize(
    ("key", "trust", "key_said", "said"),
    [
        (CUSTODIAN, TRUSTED, None, None),
        (authority.EXPIRED_PERSON, TRUSTED, "holder_out_of_date", "outside the dates"),
        (
            authority.EXPIRED_PERSON,
            bundles.trusting(authority.EXPIRED_PERSON, ROOT),
            "holder_out_of_date",
            "outside the dates",
        ),
        (CUSTODIAN, REVOKED, "holder_revoked", "revoked since"),
        (bundles.self_signed("hozen holder"), TRUSTED, "holder_unknown", "not tied to a person"),
    ],
    ids=["in_date", "expired", "expired_and_trusted_by_itself", "revoked", "stranger"],
)
def test_both_say_what_is_doubtful_about_a_holders_key(world, tmp_path, key, trust, key_said, said):
    bundle = handed(world, tmp_path, "note", key)
    verdict = verify(BundleFolder(bundle.path), trust=trust)
    stated = {each.key for each in verdict.stage(9).findings if each.key.startswith("holder_")}
    code, output = by_script(bundle.path, trust, tmp_path)
    doubts = ("outside the dates", "revoked since", "not tied to a person")

    assert (verdict.exit, code) == (0, 0), output
    assert stated == ({key_said} if key_said else set())
    assert [each for each in doubts if each in output] == ([said] if said else [])


def test_a_time_that_is_proved_decides_about_dates_and_revocation(world):
    since = NOW - DAY
    path = TrustStore(TRUSTED.certificates).path(
        authority.COLLECTION.certificate, [KIT.certificate], ["hozen collection"]
    )

    assert authority.revoked(since).revoked(path) == since
    assert TRUSTED.revoked(path) is None


def test_a_list_of_somebody_else_is_no_trust_file():
    theirs = authority.certificates.revoke(
        authority.NAMESAKE, {KIT.certificate.serial_number: NOW}, NOW
    )
    text = bundles.pem_of(TrustStore((ROOT.certificate,), (theirs,)))

    with pytest.raises(TrustFileError, match="revocation list"):
        TrustStore.from_pem([text])


def test_the_script_refuses_such_a_list_too(world, tmp_path):
    theirs = authority.certificates.revoke(authority.NAMESAKE, {1: NOW}, NOW)

    code, _ = by_script(
        world.path("certified"), TrustStore((ROOT.certificate,), (theirs,)), tmp_path
    )
    assert code == 2


def test_certtool_and_gpgsm_agree_about_the_signature(world, tmp_path):
    path, root = world.path("certified"), tmp_path / "root.pem"
    root.write_bytes(bundles.pem_of(TRUSTED))
    good = [
        "certtool", "--p7-verify", "--inder", "--infile", str(path / "manifest.json.p7s"),
        "--load-data", str(path / "manifest.json"), "--load-ca-certificate", str(root),
    ]  # fmt: skip
    (tmp_path / "altered.json").write_bytes((path / "manifest.json").read_bytes() + b" ")
    bad = [
        str(tmp_path / "altered.json") if each.endswith("manifest.json") else each for each in good
    ]

    assert subprocess.run(good, capture_output=True, check=False).returncode == 0
    assert subprocess.run(bad, capture_output=True, check=False).returncode != 0


def test_gpgsm_agrees_about_the_signature(world, tmp_path):
    path, home = world.path("certified"), tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    (home / "gpgsm.conf").write_text("disable-crl-checks\n")
    gpgsm = ["gpgsm", "--homedir", str(home), "--batch", "--status-fd", "1"]
    for key in (ROOT, KIT):
        (tmp_path / "one.pem").write_bytes(bundles.pem_of(bundles.trusting(key)))
        subprocess.run(
            [*gpgsm, "--import", str(tmp_path / "one.pem")], capture_output=True, check=True
        )
    print_ = ROOT.certificate.fingerprint(authority.hashes.SHA1()).hex().upper()
    (home / "trustlist.txt").write_text(f"{print_} S relax\n")
    manifest = path / "manifest.json"
    verified = [*gpgsm, "--verify", f"{manifest}.p7s", str(manifest)]
    done = subprocess.run(verified, capture_output=True, text=True, check=False)

    assert "[GNUPG:] GOODSIG" in done.stdout, done.stdout + done.stderr


class Token:
    """A software token with one key of a person in it."""

    module = "/usr/lib/softhsm/libsofthsm2.so"
    pin = "12345678"
    uri = f"pkcs11:token=hozen;object=hanako?module-path={module}"

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch, kind: str = "secp256r1"):
        (place / "tokens").mkdir()
        self.config = place / "softhsm2.conf"
        self.config.write_text(f"directories.tokendir = {place / 'tokens'}\n")
        monkeypatch.setenv("SOFTHSM2_CONF", str(self.config))
        self._run(
            "--init-token", "--free", "--label", "hozen", "--so-pin", "0000", "--pin", self.pin
        )
        import pkcs11

        pkcs11.lib(self.module).reinitialize()  # it has read the last test's configuration
        self._pin_file = place / "pin"
        self._pin_file.write_text(f"{self.pin}\n")
        with self._open() as session:
            self.public = self._rsa(session) if kind == "rsa" else self._curve(session, kind)

    def _run(self, *arguments: str) -> None:
        subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)

    def _open(self):
        import pkcs11

        token = pkcs11.lib(self.module).get_token(token_label="hozen")
        return token.open(user_pin=self.pin, rw=True)

    def _curve(self, session, name: str):
        """Make a key inside."""
        from pkcs11 import Attribute, KeyType, Mechanism
        from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

        curve = session.create_domain_parameters(
            KeyType.EC, {Attribute.EC_PARAMS: encode_named_curve_parameters(name)}, local=True
        )
        public, _ = curve.generate_keypair(
            mechanism=Mechanism.EC_KEY_PAIR_GEN, store=True, label="hanako"
        )
        return load_der_public_key(encode_ec_public_key(public))

    def _rsa(self, session):
        from pkcs11 import KeyType
        from pkcs11.util.rsa import encode_rsa_public_key

        public, _ = session.generate_keypair(KeyType.RSA, 2048, store=True, label="hanako")
        return load_der_public_key(encode_rsa_public_key(public))

    def holds(self, public) -> x509.Certificate:
        """Put a certificate of this key beside the token's own."""
        certificate = authority.certificates.certify(ROOT, public, "hozen custodian", "花子", NOW)
        self.keeps(certificate.subject, certificate.public_bytes(authority.Encoding.DER))
        return certificate

    def keeps(self, subject: x509.Name, value: bytes) -> None:
        """Put there, as a certificate, what may be none."""
        from pkcs11 import Attribute, CertificateType, ObjectClass

        with self._open() as session:
            session.create_object({
                Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.LABEL: "hanako",
                Attribute.TOKEN: True, Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                Attribute.SUBJECT: subject.public_bytes(), Attribute.VALUE: value,
            })  # fmt: skip

    def releases(self, bundle: Path):
        return hozen(
            "custody", "release", bundle, "--to", "運送 次郎", "--key", self.uri,
            "--passphrase-file", self._pin_file, SOFTHSM2_CONF=str(self.config),
        )  # fmt: skip


STRANGER = bundles.STRANGER.certificate.public_key()


@pytest.mark.parametrize(
    ("kind", "stranger", "why"),
    [
        ("secp256r1", True, "is not the key's"),
        ("secp384r1", True, "is not the key's"),
        ("secp384r1", False, "not a P-256 key"),
        ("rsa", False, "not a P-256 key"),
        ("rsa", True, "pkcs11:"),
    ],
)
def test_a_token_whose_key_signs_otherwise_than_its_certificate_says_signs_nothing(
    world, tmp_path, monkeypatch, kind, stranger, why
):
    token = Token(tmp_path, monkeypatch, kind)
    token.holds(STRANGER if stranger else token.public)
    bundle = copied(world.path("certified"), tmp_path / "HZ_x")
    before = listing(bundle.path)
    done = token.releases(bundle.path)

    assert (done.code, len(done.err.splitlines())) == (2, 1), done.err
    assert why in done.err
    assert listing(bundle.path) == before


@pytest.mark.parametrize("own", [True, False])
def test_what_can_t_be_read_as_a_certificate_in_a_token_is_none(world, tmp_path, monkeypatch, own):
    token = Token(tmp_path, monkeypatch)
    token.keeps(ROOT.certificate.subject, b"0\x03no.")
    if own:
        token.holds(token.public)
    bundle = copied(world.path("certified"), tmp_path / "HZ_x")
    done = token.releases(bundle.path)

    assert (done.code, len(done.err.splitlines())) == ((0, 0) if own else (2, 1)), done.err
    assert own or "no certificate" in done.err


def test_of_two_certificates_in_a_token_the_keys_own_is_taken(world, tmp_path, monkeypatch):
    token = Token(tmp_path, monkeypatch)
    token.holds(STRANGER)
    own = token.holds(token.public)
    bundle = copied(world.path("certified"), tmp_path / "HZ_x")
    done = token.releases(bundle.path)

    assert done.code == 0, done.err
    bundle.reload()
    name = f"custody/{len(bundle.events):05d}.json"
    assert cms.verify(bundle.read(name), bundle.read(f"{name}.p7s")).certificate == own


def test_a_key_that_stays_in_a_token_signs_a_release(world, tmp_path, monkeypatch):
    token = Token(tmp_path, monkeypatch)
    certificate = token.holds(token.public)
    bundle = copied(world.path("certified"), tmp_path / "HZ_x")
    done = token.releases(bundle.path)
    assert done.code == 0, done.err
    bundle.reload()

    assert (bundle.events[-1]["type"], bundle.events[-1]["actor"]["name"]) == ("released", "花子")
    raw = bundle.read(f"custody/{len(bundle.events):05d}.json")
    signature = bundle.read(f"custody/{len(bundle.events):05d}.json.p7s")
    assert cms.verify(raw, signature).certificate == certificate
    assert verify(BundleFolder(bundle.path), trust=TRUSTED).exit == 0
    assert by_script(bundle.path, TRUSTED, tmp_path)[0] == 0
