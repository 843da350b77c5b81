"""The table of attacks: every way we know to forge a bundle, and the verdict each must get.

A verdict is written as a letter and the stage that must say so: F altered (exit 1), U unusable (2),
I incomplete (3), W verified with the statement named (0), P nothing to complain of (0), N verified,
but the stage was not checked (0). Two stages are joined with a plus sign.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

import authority
import bundles
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from forge import SECOND, Forger
from forgeries import (
    certificates,
    contents,
    custody,
    exhibits,
    manifest,
    meaning,
    payload,
    signatures,
    stamps,
)
from worlds import World

from chain_of_custody.signing.trust import TrustStore

Forgery = Callable[[Forger, World], None] | Callable[[exhibits.Exhibit, World], None]

NOT_YET: Mapping[int, str] = {}
ELSEWHERE: Mapping[int, str] = {
    110: "test_a_volume_that_grows_while_it_is_hashed_is_refused",
    112: "test_nothing_that_lies_in_the_bundle_is_run_or_loaded",
}
UNTRUSTED = frozenset({
    "046-kit_left_out_of_a_signature-manifest_json_p7s",
    "046-kit_left_out_of_a_signature-custody_00001_json_p7s",
    "046-kit_left_out_of_a_signature-custody_00003_json_p7s",
    "046-kit_of_a_namesake_root", "048-stamped_expired", "049-stamped_early", "050-kit_revoked",
    "050-kit_revoked_and_never_sealed", "050-kit_revoked_and_stamped", "052-kit_below_a_kit",
    "057-root_in_the_signature", "124-salvage_after_a_genuine_interruption",
    "129-one_key_not_trusted",
    "046-exhibit_kit_of_a_namesake_root", "048-exhibit_of_an_expired_kit_and_stamped",
    "052-exhibit_kit_below_a_kit", "057-exhibit_by_a_stranger",
    "057-exhibit_root_in_the_signature",
})  # fmt: skip
"""Rows that nothing stands against but who signed: refused, and not called altered."""
DRAWN: Mapping[str, tuple[str, str]] = {
    "011-extra_empty_folder-anchors": (
        "F3",
        "an act of custody that is cut off right after it made the folder leaves it empty; that "
        "is stated as every leftover of an act, since nothing signed has changed",
    ),
    "033-extra_file-fetch_txt": (
        "U1",
        "section 3 counts `fetch.txt` among the unsafe things, as links and devices, and those "
        "FAIL at stage 1: the bundle can be read, and somebody added to it. Unusable is what "
        "can't be read",
    ),
    "050-kit_revoked_later_and_stamped": (
        "W",
        "that the kit was revoked after the proved time is said at stage 5, beside the signature "
        "that it is about, and not at stage 9 once more; the exit is the same",
    ),
    "123-second_file_of_another_case": (
        "F1",
        "`VERIFY.SH` is a safe name, so stage 1 has nothing against it; it is no file of a "
        "bundle, and stage 3 refuses it as every other extra file",
    ),
    "159-no_trust_anchor_given": (
        "I5",
        "who gives no anchor asked for no judgement (section 10): stage 5 is NOT CHECKED, the "
        "verdict's words say it, and the exit is that of what was asked for",
    ),
    "160-record_with_a_second_digest": (
        "F4",
        "a record of this format has one digest, SHA-256, and its schema is closed: a `sha1` or "
        "`md5` beside it is refused as unknown, whether it is right or wrong",
    ),
}
"""Rows for which another verdict was expected when the cases were drawn up, and why not now."""

EXITS = {"F": 1, "U": 2, "I": 3, "W": 0, "P": 0, "N": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the verifier's user brings, beside the identity."""

    trust: Sequence[str] = ()
    root: str | None = None
    code: str | None = None
    head: str | None = None
    """Root, code and head name the good bundle that they were noted from; a code may be digits,
    `wide:sealed` is one in full-width digits. Of head and code, `handed:6` is what was noted at
    event 6 of that bundle."""
    tsa: Sequence[str] = ()
    """Authorities that are trusted for time."""
    challenge: str | None = None
    """Names the good bundle for which it was given."""


NOTHING = Given()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One attack."""

    number: int
    forge: Forgery
    verdict: str
    keyed: bool
    name: str
    base: str = "sealed"
    given: Given = NOTHING
    states: str = ""
    """The statement of stage 9 that must be there."""
    level: str = ""
    """Of an attack that only a note from outside shows, without one: the level, stage 8 open."""

    @property
    def exit(self) -> int:
        return EXITS[self.verdict[0]]

    @property
    def stages(self) -> frozenset[int]:
        return frozenset(int(char) for char in self.verdict if char.isdigit())

    def __str__(self) -> str:
        return f"{self.number:03d}-{self.name}"


def _row(number: int, forge: Forgery, verdict: str, *, keyed: bool, **more: object) -> Row:
    """A row named after its function, and after what varies in it."""
    varied = forge.keywords.values() if isinstance(forge, partial) else ()
    shown = [_shown(value) for value in varied]
    name = "-".join([function_of(forge), *filter(None, shown)])
    return Row(number=number, forge=forge, verdict=verdict, keyed=keyed, **{"name": name, **more})  # type: ignore[arg-type]


def function_of(forge: Forgery) -> str:
    """The name of the attack, whatever varies in it."""
    inner = forge.func if isinstance(forge, partial) else forge
    return getattr(inner, "__name__", "attack")


def _shown(value: object) -> str:
    text = value.hex() if isinstance(value, bytes) else str(getattr(value, "name", value))
    return "".join(char if char.isalnum() and char.isascii() else "_" for char in text)[:40]


unkeyed = partial(_row, keyed=False)
keyed = partial(_row, keyed=True)

TRUST = Given(trust=("key",))
TIMED, STRANGE = Given(tsa=("trusted",)), Given(tsa=("stranger",))
BOTH, AGED = Given(tsa=("trusted", "stranger")), Given(tsa=("trusted", "aged"))
CHALLENGE = Given(challenge="challenged")
CHAIN, REVOKED = Given(trust=("root",)), Given(trust=("root", "revoked"))
ROOT, CODE, HEAD = Given(root="sealed"), Given(code="sealed"), Given(head="sealed")
SOME_KIT = "ab" * 32
PAX = {b"19 size=99999999999\n", b"22 path=../etc/passwd\n", b"25 linkpath=/etc/shadow\n"}
NAMES = (
    "../x",
    "/etc/passwd",
    "C:\\x",
    "\\\\?\\C:\\x",
    "a\0b",
    "%2e%2e%2fx",
    "volume-00001.tar.zst.age\n",
)

PAYLOAD = (
    *(unkeyed(1, partial(payload.volume_bit_flipped, at=at), "F2") for at in (0, 0.5, 1)),
    unkeyed(2, payload.volume_cut_by_a_byte, "F2"),
    unkeyed(3, payload.byte_appended_to_a_volume, "F2"),
    unkeyed(4, payload.volume_emptied, "F2"),
    unkeyed(5, payload.volume_deleted, "F3"),
    unkeyed(6, payload.volume_deleted_from_all_unsigned_lists, "F3"),
    unkeyed(7, payload.altered_volume_encrypted_again, "F2"),
    unkeyed(8, payload.two_volumes_swapped, "F2"),
    unkeyed(9, payload.volume_copied_under_the_next_number, "F3"),
    *(
        unkeyed(10, partial(payload.extra_file, name=name), "F3")
        for name in (
            "note.txt",
            "data/note.txt",
            "custody/note.txt",
            "custody/00007.json.p7s",
            "custody/00007.json.tmp",
            "custody/00005.json.tmp",
            "anchors/0002.tsq",
            "anchors/0001.pem",
            "anchors/0001.pem.tmp",
            "manifest.json.tmp",
            "data/volume-00004.tar.zst.age",
        )
    ),
    *(
        unkeyed(11, partial(payload.extra_empty_folder, name=name), "F3")
        for name in ("empty", "data/empty")
    ),
    unkeyed(11, partial(payload.extra_empty_folder, name="anchors"), "W", states="left_by_act"),
    unkeyed(11, partial(payload.file_for_a_folder, name="anchors"), "F3"),
    unkeyed(11, partial(payload.file_for_a_folder, name="data"), "F3", base="begun"),
    *(
        unkeyed(12, partial(payload.special_file_planted, kind=kind), "F1")
        for kind in ("symlink", "folder_link", "hard_link", "fifo", "socket", "device")
    ),
    unkeyed(13, payload.volume_replaced_by_a_link_to_the_same_bytes, "F1"),
    unkeyed(13, payload.volume_shared_by_a_hard_link, "F1"),
    unkeyed(14, payload.hole_punched_into_a_volume, "F2"),
    unkeyed(15, payload.attribute_set_on_a_file, "W", states="attributes_on_file"),
    unkeyed(16, partial(payload.file_renamed, old="verify.sh", new="Verify.sh"), "F3"),
    unkeyed(16, partial(payload.file_renamed, old="bagit.txt", new="BAGIT.TXT"), "F3"),
    *(
        unkeyed(17, partial(payload.file_renamed, old="VERIFY.md", new=new), "F1", name=name)
        for new, name in (("VERIFY.md.", "trailing_dot"), ("VERIFY.md ", "trailing_space"))
    ),
    unkeyed(18, payload.times_of_files_changed, "P"),
    unkeyed(30, manifest.manifest_of_another_bundle, "F2"),
    unkeyed(33, partial(payload.extra_file, name="fetch.txt"), "F1"),
    unkeyed(34, payload.sums_line_removed_with_its_file, "F3"),
    unkeyed(35, payload.sums_with_carriage_returns, "F3"),
    unkeyed(36, payload.sums_in_escaped_form, "F3"),
    unkeyed(98, payload.volume_encrypted_to_the_attacker, "F2"),
    unkeyed(114, payload.two_volumes_renumbered, "F2"),
    unkeyed(116, payload.volume_cut_where_frame_and_chunk_end, "F2"),
    unkeyed(118, payload.payload_of_another_bundle, "F2"),
    # Format, section 3: a safe name that does not belong here is refused at stage 3.
    unkeyed(123, payload.second_file_of_another_case, "F3"),
    *(
        unkeyed(156, partial(payload.tag_file_changed, name=name), "F3")
        for name in ("bag-info.txt", "bagit.txt")
    ),
    unkeyed(156, payload.tag_sums_with_one_line_less, "F3"),
    *(
        unkeyed(157, partial(payload.instructions_that_always_agree, name=name), "F3")
        for name in ("verify.sh", "VERIFY.md", "検証手順.md")
    ),
    *(unkeyed(96, partial(payload.age_file_flipped, at=at), "F2") for at in (3, 40, 150, -1)),
    unkeyed(111, payload.nothing_done, "P", base="hostile_names", name="hostile_names_on_the_host"),
    unkeyed(111, payload.file_name_with_escapes, "F1"),
)

DOCUMENTS = (
    *(unkeyed(19, partial(manifest.manifest_byte_flipped, at=at), "F5") for at in (0, 0.3, 0.7, 1)),
    unkeyed(20, manifest.manifest_written_again, "F5"),
    keyed(20, manifest.signed_manifest_not_canonical, "U1"),
    keyed(21, manifest.signed_key_twice, "U1"),
    keyed(22, manifest.signed_unknown_key, "U1"),
    keyed(22, manifest.signed_unknown_key_in_an_event, "U1"),
    keyed(22, contents.record_with_unknown_key, "U4"),
    *(
        keyed(23, partial(manifest.signed_number, form=form), "U1", name=f"signed_number-{name}")
        for form, name in (
            (b"7.0", "float"),
            (b"7e0", "exponent"),
            (b"NaN", "nan"),
            (b"-7", "negative"),
            (b"9007199254740992", "beyond_2_53"),
            (b"07", "leading_zero"),
            (b"100000000", "beyond_eight_digits"),
        )
    ),
    keyed(23, manifest.signed_tree_beyond_eight_digits, "U1"),
    *(
        keyed(23, partial(manifest.signed_day_that_is_none, day=day), "U1")
        for day in ("2026-13-01", "2026-02-29", "0000-01-01")
    ),
    keyed(23, manifest.signed_day_that_is_none_in_an_event, "U1"),
    keyed(24, manifest.signed_with_byte_order_mark, "U1"),
    keyed(24, manifest.signed_with_carriage_return, "U1"),
    keyed(24, manifest.signed_event_with_byte_order_mark, "U1"),
    keyed(24, manifest.signed_event_with_line_feed, "U1"),
    keyed(24, contents.record_with_byte_order_mark, "U4"),
    *(
        keyed(25, partial(manifest.signed_schema, schema=schema), "U1")
        for schema in ("hozen-bundle/0", "hozen-bundle/2")
    ),
    keyed(25, manifest.signed_event_schema, "U1"),
    unkeyed(26, manifest.count_lowered, "F5"),
    keyed(26, manifest.signed_count_lowered, "F4+F7"),
    keyed(26, manifest.signed_bytes_lowered, "F4+F7"),
    unkeyed(27, manifest.root_of_another_bundle, "F5"),
    keyed(27, manifest.signed_root_of_another_bundle, "F4"),
    *(
        keyed(28, partial(manifest.signed_tree_algorithm, name=name), "U1")
        for name in ("md5", "sha1")
    ),
    *(
        row
        for key in ("bundle_id", "case_id")
        for row in (
            unkeyed(29, partial(manifest.name_of_another_case, key=key), "F5"),
            keyed(29, partial(manifest.signed_name_of_another_case, key=key), "F7"),
        )
    ),
    *(
        keyed(29, partial(manifest.signed_fact_differs, key=key, value=value), "F7")
        for key, value in (
            ("profile", "full"),
            ("previous_bundle", "another"),
            ("previous_bundle", "null"),
            ("recipients", ["age1another"]),
        )
    ),
    *(
        keyed(29, partial(manifest.signed_beginning_differs, fact=fact), verdict)
        for fact, verdict in (
            ("host_ref", "F7"),
            ("kit", "F7"),
            ("tool", "F7"),
            ("clock", "F7"),
            ("reference", "F7"),
            ("eleven minutes", "F7"),
            ("nine minutes", "P"),
        )
    ),
    keyed(29, manifest.signed_recipients_as_one_word, "F7"),
    keyed(29, manifest.gone_on_with_by_another_tool, "P", base="resumed"),
    keyed(29, manifest.signed_with_the_tool_of_the_first_session, "F7", base="resumed"),
    keyed(31, manifest.signed_with_no_items, "W", states="nothing_collected"),
    *(keyed(32, partial(manifest.signed_volume_name, name=name), "U1") for name in NAMES),
    keyed(32, manifest.signed_volume_name_in_an_event, "U1"),
    keyed(109, manifest.signed_nested_deeply, "U1"),
    keyed(109, manifest.signed_event_nested_deeply, "U1"),
    keyed(109, manifest.signed_event_detail_nested_deeply, "U1"),
    keyed(109, manifest.signed_event_beyond_its_limit, "U1"),
    unkeyed(109, certificates.events_beyond_their_limit, "U1"),
    keyed(109, manifest.signed_many_recipients, "U1"),
    keyed(109, custody.volume_event_naming_many_collectors, "U1"),
    keyed(115, manifest.signed_order_of_volumes_differs, "F7"),
    keyed(119, manifest.signed_volume_twice, "U1"),
    keyed(121, manifest.signed_size_differs, "F2"),
    unkeyed(149, partial(manifest.hand_made_manifest, signed=False), "F5", base="interrupted"),
    unkeyed(149, partial(manifest.hand_made_manifest, signed=True), "F5", base="interrupted"),
    keyed(155, manifest.signed_head_differs, "F7"),
    keyed(155, manifest.signed_last_number_differs, "F7"),
)

SIGNATURES = (
    unkeyed(45, signatures.signature_removed, "F5"),
    unkeyed(46, signatures.signed_by_a_namesake, "F5"),
    unkeyed(46, signatures.manifest_signed_by_a_stranger_who_is_named, "F5"),
    *(
        keyed(
            number,
            partial(signatures.made_anew_by, key=key),
            verdict,
            base="certified",
            given=CHAIN,
            name=name,
        )
        for number, key, verdict, name in (
            (46, authority.collection_of(authority.FORGED_KIT), "F5", "kit_of_a_namesake_root"),
            (47, authority.CUSTODIAN, "F5", "sealed_by_a_person"),
            (47, authority.KIT_AS_SIGNER, "F5", "sealed_by_the_kit_itself"),
            (48, authority.collection_of(authority.EXPIRED_KIT), "I5", "kit_expired_as_claimed"),
            (49, authority.collection_of(authority.FUTURE_KIT), "I5", "kit_not_begun_as_claimed"),
            (51, authority.collection_of(authority.CUSTODIAN), "F5", "a_person_as_issuer"),
            (51, authority.collection_of(authority.KIT_WITHOUT_CA), "F5", "kit_that_is_no_ca"),
            (51, authority.collection_of(authority.KIT_WITHOUT_USAGE), "F5", "kit_without_usage"),
            (52, authority.collection_of(authority.SECOND_KIT), "F5", "kit_below_a_kit"),
            (52, authority.collection_of(authority.ROOT), "F5", "certified_by_no_kit"),
            (53, authority.collection_of(authority.SHA512_KIT), "F5", "kit_signed_with_sha512"),
            (
                53,
                authority.collection_of(authority.STRANGE_KIT),
                "F5",
                "unknown_critical_extension",
            ),
            (53, certificates.doubled(), "F5", "extension_twice"),
            (57, authority.bringing_its_root(), "F5", "root_in_the_signature"),
        )
    ),
    keyed(
        46,
        partial(signatures.made_anew_by, key=authority.NAMED_ALIKE),
        "W",
        base="certified",
        states="kit_claimed",
        name="issuer_of_a_name_like_its_own",
    ),
    unkeyed(50, payload.nothing_done, "F5+F7", base="certified", given=REVOKED, name="kit_revoked"),
    unkeyed(
        50,
        custody.passed_off_as_a_pulled_stick,
        "F7",
        base="certified",
        given=REVOKED,
        name="kit_revoked_and_never_sealed",
    ),
    unkeyed(
        47, custody.event_of_a_person_whom_the_kit_certified, "F7", base="certified", given=CHAIN
    ),
    unkeyed(
        47,
        custody.event_of_a_person_whom_the_kit_certified,
        "F7",
        base="certified",
        given=Given(trust=("kit",)),
        name="person_of_the_kit_where_the_kit_is_trusted",
    ),
    unkeyed(46, custody.holder_called_by_another_name, "F7", base="handed"),
    unkeyed(
        48,
        custody.event_of_a_person_whose_certificate_ran_out,
        "W",
        base="certified",
        given=CHAIN,
        states="holder_out_of_date",
    ),
    unkeyed(46, custody.event_of_a_person_of_a_namesake, "F7", base="certified", given=CHAIN),
    *(
        unkeyed(
            47,
            partial(custody.signed_by_a_witness, kind=kind),
            verdict,
            base="certified",
            given=CHAIN,
            name=f"{kind}_by_a_witness",
        )
        for kind, verdict in (
            ("released", "F7"),
            ("received", "F7"),
            ("refused", "F7"),
            ("returned", "F7"),
            ("destroyed", "F7"),
            ("note", "P"),
        )
    ),
    keyed(46, signatures.another_certificate_named, "F5"),
    keyed(53, signatures.signed_with_sha1, "F5"),
    unkeyed(53, signatures.signed_with_rsa_1024, "F5"),
    *(
        unkeyed(53, partial(signatures.signed_on_another_curve, curve=curve), "F5")
        for curve in (ec.SECP224R1(), ec.SECP384R1(), ec.SECP256K1())
    ),
    keyed(54, signatures.other_content_attached, "F5"),
    keyed(54, signatures.same_content_attached, "F5"),
    keyed(55, signatures.signed_without_attributes, "F5"),
    keyed(55, signatures.signature_over_other_bytes, "F5"),
    keyed(56, signatures.second_signer_added, "F5"),
    keyed(56, signatures.second_signer_broken, "F5"),
    unkeyed(57, signatures.everything_signed_by_a_stranger, "F5+F7", given=TRUST),
    unkeyed(58, signatures.signers_taken_out, "F5"),
    unkeyed(58, signatures.unsigned_attribute_added, "F5"),
    unkeyed(159, payload.nothing_done, "P", base="certified", given=CHAIN, name="kit_of_the_root"),
    unkeyed(59, signatures.manifest_signature_on_an_event, "F7"),
    unkeyed(59, signatures.event_signature_on_the_manifest, "F5"),
    *(
        unkeyed(
            46,
            partial(signatures.kit_left_out_of_a_signature, name=name),
            verdict,
            base="certified",
            given=CHAIN,
        )
        for name, verdict in (
            ("manifest.json.p7s", "F5"),
            ("custody/00001.json.p7s", "F7"),
            ("custody/00003.json.p7s", "F7"),
        )
    ),
    unkeyed(
        46,
        partial(signatures.kit_left_out_of_a_signature, name="manifest.json.p7s"),
        "W",
        base="certified",
        states="kit_claimed",
        name="kit_left_out_and_nobody_trusted",
    ),
    unkeyed(
        46,
        partial(signatures.kit_left_out_of_a_signature, name="manifest.json.p7s"),
        "P",
        base="certified",
        given=Given(trust=("kit",)),
        name="kit_left_out_and_trusted_itself",
    ),
    *(
        keyed(
            46,
            partial(manifest.signed_kit_is_another, named=named, where=where),
            verdict,
            base=base,
            given=given,
            name=f"kit_named-{name}",
        )
        for base, given, named, where, verdict, name in (
            ("sealed", NOTHING, SOME_KIT, "manifest and beginning", "F5+F7", "by_nobody_s_key"),
            ("resumed", NOTHING, SOME_KIT, "beginning", "F7", "by_nobody_s_key_that_began"),
            ("resumed", NOTHING, SOME_KIT, "manifest", "F5", "by_nobody_s_key_that_went_on"),
            ("interrupted", NOTHING, SOME_KIT, "beginning", "F7", "by_nobody_s_key_unsealed"),
            ("certified", NOTHING, SOME_KIT, "manifest and beginning", "F5+F7", "another"),
            ("certified", CHAIN, SOME_KIT, "manifest and beginning", "F5+F7", "another_trusted"),
            ("certified", NOTHING, None, "manifest and beginning", "F5+F7", "none"),
            ("certified", NOTHING, "kit 7", "manifest", "U1", "in_words"),
        )
    ),
    keyed(29, manifest.gone_on_with_by_a_kit, "P", base="resumed"),
    unkeyed(60, partial(signatures.bytes_after_the_signature, name="manifest.json.p7s"), "F5"),
    unkeyed(60, partial(signatures.bytes_after_the_signature, name="custody/00002.json.p7s"), "F7"),
    unkeyed(159, payload.nothing_done, "N5", name="no_trust_anchor_given"),
)

_NAMED = certificates.named
HOLDERS = (
    *(
        unkeyed(
            53, partial(certificates.note_by_an_odd_key, form=form), "F7", name=f"holder_s_{name}"
        )
        for form, name in (
            (("-param_enc", "explicit"), "curve_by_its_parameters"),
            (("-conv_form", "compressed"), "point_compressed"),
            (("-conv_form", "hybrid"), "point_hybrid"),
        )
    ),
    *(
        unkeyed(
            53,
            partial(certificates.note_by_an_odd_key, number=number),
            verdict,
            states="holder_unknown",
            name=f"holder_s_serial_number_{name}",
        )
        for number, verdict, name in (
            ("0", "F7", "zero"),
            ("-5", "F7", "negative"),
            ("0x7f" + "ab" * 19, "W", "long"),
        )
    ),
    unkeyed(
        51,
        partial(
            certificates.note_by,
            key=certificates.person(_NAMED("stranger"), certifies=True, tied=False),
        ),
        "W",
        states="holder_unknown",
        name="holder_who_calls_himself_an_authority",
    ),
    *(
        unkeyed(
            number,
            partial(certificates.note_by, key=certificates.person(subject, **more)),
            verdict,
            base="certified",
            given=CHAIN,
            name=f"person_{name}",
        )
        for number, subject, more, verdict, name in (
            (47, _NAMED("x"), {"usage": certificates.AGREES}, "F7", "whose_key_signs_nothing"),
            (
                47,
                _NAMED("Digital Signature"),
                {"usage": certificates.AGREES},
                "F7",
                "called_by_the_use_that_is_missing",
            ),
            (47, _NAMED("Digital Signature"), {"usage": None}, "F7", "of_no_use_called_by_it"),
            (51, _NAMED("x"), {"certifies": True}, "F7", "who_may_certify"),
            (46, _NAMED("x: critical"), {}, "P", "called_as_an_extension"),
            (46, _NAMED("Signature Algorithm: sha1"), {}, "P", "called_as_an_algorithm"),
            (46, _NAMED("x", apart=False), {}, "P", "with_name_and_role_in_one_part"),
            (47, _NAMED("x", "hozen custodian "), {}, "F7", "of_a_role_and_a_blank"),
            (
                47,
                _NAMED("x + organizationalUnitName = hozen custodian", "nobody"),
                {},
                "F7",
                "called_by_a_role",
            ),
        )
    ),
    unkeyed(54, certificates.certificates_out_of_order, "F5"),
    *(
        unkeyed(109, partial(certificates.more_certificates, number=number), verdict)
        for number, verdict in ((8, "P"), (9, "F5"))
    ),
    *(
        unkeyed(58, partial(certificates.signature_of_another_form, form=form), "F5")
        for form in ("version 3", "digest twice", "no digest", "lists")
    ),
)

ITEMS = (
    keyed(37, contents.origin_changed, "F4"),
    keyed(37, contents.inode_changed, "F4"),
    keyed(38, contents.file_times_changed, "F4"),
    keyed(
        38,
        contents.file_times_changed,
        "F4",
        base="interrupted",
        name="file_times_changed_in_a_partial_bundle",
    ),
    keyed(39, contents.gap_turned_into_an_item, "F4"),
    keyed(39, contents.gap_called_an_item_with_nothing, "U4"),
    keyed(39, contents.item_called_the_same_as_another, "U4"),
    keyed(39, contents.item_with_the_reason_of_a_gap, "U4"),
    *(
        keyed(39, partial(contents.sizes_that_do_not_add_up, of=of), "U4")
        for of in ("parts", "ranges")
    ),
    keyed(40, contents.errors_emptied, "F4"),
    keyed(41, contents.two_records_reordered, "F4"),
    keyed(42, contents.salt_replaced, "F4"),
    keyed(43, contents.two_records_of_one_number, "U4"),
    keyed(44, contents.hole_in_the_numbers, "F3"),
    keyed(88, contents.item_replaced_and_all_signed_again, "F8", given=ROOT),
    keyed(
        88,
        contents.item_replaced_and_all_signed_again,
        "P",
        level="C",
        name="item_replaced_unnoticed",
    ),
    keyed(89, contents.last_item_deleted_and_all_signed_again, "F8", given=CODE),
    keyed(
        89,
        contents.last_item_deleted_and_all_signed_again,
        "P",
        level="C",
        name="item_deleted_unnoticed",
    ),
    keyed(100, contents.digest_of_an_item_differs, "F4"),
    keyed(100, contents.bytes_of_an_item_differ, "F4"),
    keyed(107, contents.tree_with_its_last_leaf_twice, "F4"),
    keyed(109, contents.record_nested_deeply, "U4"),
    keyed(109, contents.record_beyond_its_limit, "U4"),
    keyed(109, contents.records_beyond_their_limit, "U4"),
    keyed(133, contents.part_missing, "F4"),
    keyed(133, contents.first_part_missing, "F4"),
    keyed(133, contents.parts_out_of_order, "F4"),
    keyed(133, contents.unnumbered_part_goes_on, "F4"),
    keyed(133, contents.item_begins_with_part_two, "F4"),
    keyed(134, contents.member_no_record_names, "F4"),
    keyed(134, contents.record_naming_no_member, "F4"),
    # A doubled part is a doubled member name, too: 137 decides.
    keyed(137, contents.part_doubled, "U4"),
    keyed(137, contents.member_doubled, "U4"),
    keyed(142, contents.records_missing, "F4"),
    keyed(143, contents.records_of_another_bundle, "F4"),
    keyed(143, contents.records_of_an_earlier_volume, "U4"),
    keyed(144, contents.records_twice, "U4"),
    keyed(144, contents.records_before_their_items, "U4"),
    keyed(145, contents.record_in_a_later_volume, "F4"),
    keyed(145, contents.last_item_has_no_end, "F4"),
    keyed(145, partial(contents.last_item_has_no_end, cause="size"), "F4"),
    *(
        keyed(
            145,
            partial(contents.item_without_a_record_before_a_resumption, cause=cause),
            "F4",
            base="taken_up",
        )
        for cause in ("phase_end", "interrupted", "end")
    ),
    keyed(
        145,
        partial(contents.item_without_a_record_before_a_resumption, cause="size"),
        "W",
        base="taken_up",
        states="unfinished",
    ),
    keyed(146, contents.record_not_canonical, "U4"),
    # Records hold SHA-256 only: any other digest is an unknown key, right or wrong.
    keyed(160, contents.record_with_unknown_key, "U4", name="record_with_a_second_digest"),
    keyed(146, contents.last_newline_missing, "U4"),
)

CONTAINERS = (
    keyed(95, contents.age_cut_at_a_chunk, "F4"),
    *(keyed(96, partial(contents.age_flipped, at=at), "F4") for at in (40, 150, 220, -1)),
    keyed(96, partial(contents.age_flipped, at=3), "U4"),
    keyed(97, contents.two_volumes_swapped_with_their_digests, "F4"),
    keyed(99, contents.recipient_not_listed, "W", states="recipients_differ"),
    keyed(101, contents.age_fails_late, "F4"),
    keyed(116, contents.cut_where_frame_and_chunk_end, "F4"),
    keyed(118, contents.volume_of_another_bundle, "F4"),
    keyed(122, contents.volume_plain_where_recipients_are_listed, "F1"),
    keyed(122, contents.plain_volume_named_age, "U4"),
    keyed(130, contents.member_length_beyond_the_end, "F4"),
    keyed(131, contents.member_length_too_short, "U4"),
    keyed(131, contents.member_length_negative, "U4"),
    *(
        keyed(
            132,
            partial(contents.extended_header, record=record),
            "U4",
            name=f"pax-{_shown(record)}",
        )
        for record in sorted(PAX)
    ),
    keyed(
        132,
        partial(contents.extended_header, record=b"x" * 120 + b"\0", kind=b"L"),
        "U4",
        name="gnu_long_name",
    ),
    *(
        keyed(135, partial(contents.member_of_kind, kind=kind), "U4", name=f"member_is_a_{name}")
        for kind, name in (
            (b"1", "hard_link"),
            (b"2", "symlink"),
            (b"3", "character_device"),
            (b"4", "block_device"),
            (b"5", "folder"),
            (b"6", "fifo"),
            (b"7", "contiguous"),
            (b"S", "sparse_file"),
            (b"\0", "old_file"),
        )
    ),
    keyed(135, contents.member_mode_differs, "U4"),
    *(
        keyed(
            136,
            partial(contents.member_named, name=name.encode()),
            "U4",
            name=f"member_named-{index}",
        )
        for index, name in enumerate(
            (
                "/etc/passwd",
                "../x",
                "items/../x",
                "C:\\x",
                "items\\00000004",
                "items/00000004\0x",
                "items/０００００００４",
                "items/00000004.1",
                "items/00000000",
                "items/00000004.0000000",
                "Items/00000004",
                "items/00000004/",
            )
        )
    ),
    keyed(138, contents.bytes_after_the_end, "F4"),
    keyed(138, contents.zero_blocks_after_the_end, "F4"),
    keyed(138, contents.second_archive_after_the_end, "F4"),
    *(keyed(138, partial(contents.end_blocks_missing, kept=kept), "F4") for kept in (0, 512)),
    keyed(138, contents.padding_not_zero, "U4"),
    keyed(139, contents.frame_says_a_gibibyte, "U4"),
    keyed(139, contents.frame_with_a_large_window, "U4"),
    keyed(139, contents.frame_without_its_size, "U4"),
    keyed(139, contents.frame_without_content, "U4"),
    keyed(139, contents.frame_without_checksum, "U4"),
    keyed(139, contents.skippable_frames, "U4"),
    keyed(139, contents.frame_with_a_dictionary, "U4"),
    keyed(140, contents.checksum_of_a_frame_wrong, "F4"),
    keyed(140, contents.garbage_after_the_last_frame, "F4"),
    keyed(140, contents.cut_within_a_frame, "F4"),
    keyed(141, contents.header_of_many_stanzas, "U4"),
    keyed(141, contents.stanza_of_a_password, "U4"),
    keyed(141, contents.stanza_of_many_lines, "F4"),
    keyed(141, contents.stanza_of_one_long_line, "F4"),
)

CUSTODY = (
    unkeyed(74, custody.event_edited, "F7"),
    unkeyed(75, custody.event_removed, "F7"),
    unkeyed(75, custody.event_removed_and_renumbered, "F7"),
    unkeyed(76, custody.events_reordered, "F7"),
    unkeyed(77, custody.event_inserted, "F7"),
    unkeyed(77, custody.event_renamed_to_a_later_number, "F7"),
    unkeyed(77, custody.event_signature_removed, "F7"),
    unkeyed(78, custody.tail_cut, "F8", base="handed", given=Given(head="handed")),
    unkeyed(78, custody.tail_cut, "P", base="handed", level="C", name="tail_cut_unnoticed"),
    unkeyed(
        158, payload.nothing_done, "P", given=Given(code="wide:sealed"), name="code_in_full_width"
    ),
    *(
        unkeyed(78, payload.nothing_done, verdict, base="handed", given=given, name=name)
        for name, verdict, given in (
            ("head_noted_at_the_seal", "P", Given(head="handed:5")),
            ("head_noted_at_the_release", "P", Given(head="handed:6")),
            ("code_of_the_head_at_the_release", "P", Given(code="handed:6")),
            ("head_from_before_the_seal", "I8", Given(head="handed:4")),
            ("code_from_before_the_seal", "I8", Given(code="handed:4")),
            ("early_head_beside_the_root", "I8", Given(head="handed:4", root="handed")),
        )
    ),
    unkeyed(
        78,
        payload.nothing_done,
        "I8",
        base="interrupted",
        given=Given(head="interrupted:1"),
        name="head_of_the_beginning_of_a_partial_bundle",
    ),
    unkeyed(
        78,
        custody.tail_cut,
        "F8",
        base="handed",
        given=Given(code="handed:7"),
        name="tail_cut_and_the_code_of_its_head_known",
    ),
    unkeyed(79, custody.fork_in_the_middle, "F7", base="handed"),
    unkeyed(79, custody.fork_at_the_end, "F8", base="handed", given=Given(head="handed")),
    unkeyed(
        79,
        custody.fork_at_the_end,
        "P",
        base="handed",
        level="C",
        name="fork_at_the_end_unnoticed",
    ),
    unkeyed(80, custody.received_without_released, "W", states="received_alone"),
    unkeyed(80, custody.returned_without_released, "W", states="received_alone"),
    *(
        unkeyed(
            80,
            partial(custody.received_otherwise, actor=actor, seal=seal),
            verdict,
            states=states,
            name=name,
        )
        for actor, seal, verdict, states, name in (
            ("調査 太郎", "S-XX", "W", "seal_differs", "received_under_another_seal"),
            ("運送 次郎", "S-1", "W", "taker_differs", "received_by_another_than_named"),
            ("調査太郎", "Ｓ－１", "P", "", "received_as_released_in_other_widths"),
        )
    ),
    unkeyed(80, custody.released_twice, "W", states="released_again"),
    unkeyed(80, custody.first_of_two_releases_received, "W", states="seal_differs"),
    unkeyed(80, custody.released_by_one_who_had_not_received, "W", states="released_again"),
    unkeyed(80, custody.released_by_another_than_the_holder, "W", states="released_by_another"),
    unkeyed(81, custody.received_for_another_manifest, "F7"),
    unkeyed(82, custody.clock_ran_backwards, "W", states="clock_backwards"),
    keyed(82, custody.monotonic_clock_ran_backwards, "F7"),
    keyed(82, custody.monotonic_clock_below_zero, "F7"),
    *(
        keyed(82, partial(custody.monotonic_clock_left_out, number=number), "F7")
        for number in (1, 2, 5)
    ),
    unkeyed(83, custody.arrived, "W", states="arrived_late", name="arrived_later_than_declared"),
    *(
        unkeyed(83, partial(custody.arrived, due=due), verdict, states=states, name=name)
        for due, verdict, states, name in (
            ("2100-01-02T00:00:00Z", "P", "", "arrived_as_declared"),
            ("tomorrow", "P", "", "arrival_declared_in_words"),
        )
    ),
    unkeyed(83, custody.never_arrived, "W", states="released_until"),
    keyed(84, custody.handed_over_by_the_collection_key, "F7"),
    unkeyed(85, custody.fact_corrected, "W", states="corrected_by"),
    *(
        unkeyed(86, partial(custody.event_about_nothing, reference=reference), "F7")
        for reference in ("item:8", "volume:4", "event:6", "item:99999999")
    ),
    unkeyed(
        86,
        partial(custody.event_about_nothing, reference="item:" + "9" * 5000),
        "U1",
        name="event_about_a_number_of_5000_digits",
    ),
    keyed(86, custody.event_before_the_sealing, "F7"),
    keyed(
        91,
        payload.nothing_done,
        "F8",
        base="later",
        given=ROOT,
        name="later_collection_shown_as_first",
    ),
    keyed(
        91, payload.nothing_done, "P", base="later", level="C", name="later_collection_unnoticed"
    ),
    unkeyed(
        92, payload.nothing_done, "U8", given=Given(code="12345 67890 12345"), name="code_too_short"
    ),
    unkeyed(
        158,
        payload.nothing_done,
        "F8",
        given=Given(root="other"),
        name="root_of_another_bundle_given",
    ),
    unkeyed(
        158,
        payload.nothing_done,
        "F8",
        given=Given(code="other"),
        name="code_of_another_bundle_given",
    ),
    unkeyed(
        158,
        payload.nothing_done,
        "F8",
        given=Given(head="other"),
        name="head_of_another_bundle_given",
    ),
    unkeyed(
        158,
        payload.nothing_done,
        "P",
        given=Given(root="sealed", code="sealed", head="sealed", trust=("key",)),
        name="all_anchors_fit",
    ),
)

SEALING = (
    keyed(93, custody.early_event_by_the_later_key, "F7", base="resumed"),
    keyed(93, custody.later_event_by_the_early_key, "F7", base="resumed"),
    unkeyed(94, custody.last_volume_and_its_event_cut, "F3+F7"),
    unkeyed(
        94,
        custody.last_volume_cut_before_sealing,
        "F8",
        base="interrupted",
        given=Given(head="interrupted"),
    ),
    unkeyed(
        94,
        custody.last_volume_cut_before_sealing,
        "I3",
        base="interrupted",
        level="C",
        name="last_volume_cut_unnoticed",
    ),
    keyed(113, custody.volume_removed_from_the_manifest, "F7"),
    unkeyed(117, custody.volume_closed_by_a_stranger, "F7", base="interrupted"),
    keyed(120, custody.number_of_a_volume_skipped, "F3"),
    unkeyed(
        124,
        partial(custody.salvage_by_a_stranger, interrupted=bundles.STRANGER),
        "F7",
        base="interrupted",
        name="salvage_by_a_stranger",
    ),
    keyed(
        124,
        partial(custody.salvage_by_a_stranger, interrupted=bundles.KEY),
        "F7",
        base="interrupted",
        given=TRUST,
        name="salvage_after_a_genuine_interruption",
    ),
    keyed(124, custody.closed_volume_called_salvage, "F7", base="resumed"),
    unkeyed(125, custody.salvage_changed, "F2", base="resumed"),
    keyed(126, custody.resumption_of_another_bundle, "F7", base="resumed"),
    keyed(126, custody.gone_on_with_by_the_same_key, "P", base="resumed"),
    keyed(126, custody.tree_does_not_go_on, "F7", base="resumed"),
    *(
        keyed(126, partial(custody.tree_goes_on_otherwise, key=key), "F7", base="resumed")
        for key in ("root", "counts")
    ),
    keyed(127, contents.item_taken_again_under_its_old_number, "U4", base="resumed"),
    unkeyed(
        128, payload.nothing_done, "I3", base="pulled", states="open_volume", name="stick_pulled"
    ),
    unkeyed(
        128,
        payload.nothing_done,
        "I3",
        base="cut_off_sealing",
        states="left_temporary",
        name="sealing_cut_off",
    ),
    *(
        unkeyed(
            128,
            partial(payload.act_cut_off, names=names),
            "W",
            base=base,
            states="left_by_act",
            name=f"act_cut_off-{base}-{label}",
        )
        for base, label, names in (
            ("sealed", "event_half_written", ("custody/00006.json.p7s", "custody/00006.json.tmp")),
            ("sealed", "signature_half_written", ("custody/00006.json.p7s.tmp",)),
            ("handed", "event_half_written", ("custody/00008.json.p7s", "custody/00008.json.tmp")),
            ("sealed", "token_half_written", ("anchors/0001.tsq", "anchors/0001.tsr.tmp")),
            ("stamped", "renewal_half_written", ("anchors/0002.sums", "anchors/0002.tsq.tmp")),
        )
    ),
    unkeyed(128, payload.last_event_not_named_yet, "W", base="handed", states="left_by_act"),
    unkeyed(128, payload.last_event_removed_alone, "I7", base="handed"),
    unkeyed(
        128,
        partial(payload.last_event_removed_alone, beside=b"{}"),
        "I7",
        base="handed",
        name="last_event_gone_and_another_half_written",
    ),
    unkeyed(
        128,
        payload.last_event_removed_alone,
        "I5+I7",
        base="interrupted",
        name="last_event_of_a_partial_bundle_gone",
    ),
    unkeyed(128, payload.last_event_gone_of_a_garbled_signature, "I7", base="handed"),
    unkeyed(128, payload.signature_of_another_bundle_as_the_next, "I7", base="other"),
    unkeyed(
        128,
        partial(payload.act_cut_off, names=("custody/00004.json.p7s.tmp",)),
        "F3",
        name="half_written_file_of_an_event_that_stands",
    ),
    unkeyed(
        128,
        partial(payload.act_cut_off, names=("anchors/0003.tsq",)),
        "F3",
        base="stamped",
        name="request_of_a_token_after_the_next",
    ),
    unkeyed(
        128,
        payload.nothing_done,
        "I3",
        base="unfinished",
        states="unfinished",
        name="pulled_within_an_item",
    ),
    unkeyed(
        129,
        payload.nothing_done,
        "W",
        base="taken_up",
        states="unfinished",
        name="gone_on_with_after_an_item_was_cut_off",
    ),
    unkeyed(
        129,
        payload.nothing_done,
        "W",
        base="resumed",
        states="level_c",
        name="resumed_without_a_kit",
    ),
    unkeyed(
        129,
        payload.nothing_done,
        "P",
        base="resumed",
        given=Given(trust=("key", "second")),
        name="both_keys_trusted",
    ),
    unkeyed(
        129,
        payload.nothing_done,
        "F7",
        base="resumed",
        given=Given(trust=("second",)),
        name="one_key_not_trusted",
    ),
    unkeyed(147, custody.closing_signed_by_a_stranger, "F7"),
    *(
        unkeyed(147, partial(custody.closing_edited, key=key, value=value), "F7")
        for key, value in (("sha256", "ab" * 32), ("size", 1), ("name", "volume-00009.tar.zst.age"))
    ),
    keyed(148, custody.volume_without_an_event, "F7"),
    keyed(148, custody.volume_removed_from_the_manifest, "F7", name="event_without_a_volume"),
    unkeyed(150, custody.passed_off_as_a_pulled_stick, "I3", level="C"),
    unkeyed(
        150,
        custody.passed_off_as_a_pulled_stick,
        "F8",
        given=ROOT,
        name="pulled_stick_against_the_root",
    ),
    unkeyed(
        150,
        custody.passed_off_as_a_pulled_stick,
        "F8",
        given=CODE,
        name="pulled_stick_against_the_code",
    ),
    unkeyed(151, custody.sealed_event_of_another_bundle, "F7", base="interrupted"),
    keyed(152, custody.seals_another_manifest, "F7"),
    keyed(152, custody.seals_another_root, "F7"),
    keyed(153, custody.sealed_twice, "F7"),
    unkeyed(153, custody.sealing_missing, "F7"),
    keyed(153, custody.volume_closed_after_sealing, "F7"),
    unkeyed(153, custody.resumed_after_sealing, "F7"),
    keyed(154, custody.beginning_missing, "F7"),
    keyed(154, custody.beginning_in_second_place, "F7"),
    keyed(154, custody.two_beginnings, "F7"),
    keyed(147, custody.tree_shrinks, "F7"),
    keyed(147, custody.fewer_were_acquired_than_before, "F4+F7"),
    keyed(147, custody.missing_things_come_back, "F7"),
    keyed(147, custody.more_is_missing_than_gaps, "F7"),
    keyed(147, custody.peaks_contradict_the_root, "F7"),
    keyed(147, custody.counts_contradict_the_size, "F7"),
    keyed(126, custody.event_of_another_bundle, "F7"),
)

CHAIN_TIMED = Given(trust=("root",), tsa=("trusted",))
_OTHER_PURPOSE = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
_TIME = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
stamped = partial(unkeyed, base="stamped", given=TIMED)
loose = partial(unkeyed, base="loose", given=TIMED)

STAMPS = (
    *(
        unkeyed(number, payload.nothing_done, verdict, base=base, given=CHAIN_TIMED, name=base)
        for number, verdict, base in (
            (48, "F5", "stamped_expired"),
            (49, "F5", "stamped_early"),
            (18, "P", "wrong_clock"),
        )
    ),
    *(
        unkeyed(
            50,
            payload.nothing_done,
            verdict,
            base="stamped",
            given=Given(trust=("root", since), tsa=("trusted",)),
            name=f"kit_{since}_and_stamped",
        )
        for since, verdict in (("revoked", "F5"), ("revoked_later", "P"))
    ),
    unkeyed(61, stamps.token_removed, "F7", base="stamped"),
    unkeyed(61, stamps.token_removed, "W", base="loose", states="level_c", name="loose_removed"),
    loose(61, stamps.token_removed, "I6", name="loose_token_removed_and_asked_for"),
    loose(
        62, partial(stamps.token_replaced, by="trusted", over="bagit.txt"), "F6", name="other_file"
    ),
    unkeyed(
        62,
        partial(stamps.token_replaced, by="trusted", over="manifest.json"),
        "F6",
        base="loose",
        name="over_the_manifest_itself_and_nobody_trusted",
    ),
    loose(63, partial(stamps.token_alone, by="stranger"), "F6", name="token_of_a_stranger"),
    unkeyed(63, stamps.second_token_of_a_stranger, "P", base="loose", given=TIMED),
    unkeyed(63, payload.nothing_done, "F6", base="loose", given=STRANGE, name="other_authority"),
    *(
        unkeyed(
            53,
            partial(stamps.token_alone, by=by),
            verdict,
            base="loose",
            given=Given(tsa=(by,)),
            name=f"token_by_a_{by}_key",
        )
        for by, verdict in (("short", "F6"), ("long", "P"))
    ),
    loose(64, stamps.token_with_a_certificate_of_another, "F6"),
    loose(65, stamps.token_signature_broken, "F6"),
    *(
        loose(64, partial(stamps.token_naming_its_authority, name=name), verdict)
        for name, verdict in (("its own", "P"), ("another", "F6"), ("a host", "F6"))
    ),
    *(
        loose(
            66,
            partial(stamps.token_of_a_signer_for_other_purposes, purpose=purpose),
            "F6",
            name=name,
        )
        for purpose, name in (
            (None, "signer_without_a_purpose"),
            (_OTHER_PURPOSE, "signer_for_servers"),
            (_TIME, "purpose_not_critical"),
        )
    ),
    *(
        loose(64, partial(stamps.token_with_an_extension, critical=critical), verdict, name=name)
        for critical, verdict, name in (
            (True, "F6", "critical_extension_in_a_token"),
            (False, "P", "extension_in_a_token"),
        )
    ),
    *(
        loose(64, partial(stamps.token_of_another_form, change=change), "F6", name=f"token_{name}")
        for change, name in (
            (stamps.time_without_seconds, "whose_time_has_no_seconds"),
            (stamps.order_not_in_der, "that_is_not_DER"),
        )
    ),
    loose(
        64, partial(stamps.token_edited, field="version", value=2), "F6", name="token_of_version_2"
    ),
    loose(67, stamps.nonce_below_zero, "F6", name="nonce_below_zero"),
    loose(67, stamps.request_with_an_extension, "P"),
    stamped(67, stamps.request_replaced, "F6+F7"),
    loose(67, stamps.request_replaced, "F6", name="loose_request_replaced"),
    loose(67, partial(stamps.token_edited, field="nonce", value=7), "F6"),
    *(
        loose(68, partial(stamps.status_not_granted, status=status), "F6")
        for status in ("rejection", "granted_with_mods", "revocation_warning")
    ),
    loose(
        69,
        partial(stamps.token_edited, field="gen_time", value=authority.NOW - authority.DAY),
        "F6",
        name="before_the_start",
    ),
    loose(69, stamps.time_in_words, "P", name="time_in_words"),
    loose(70, stamps.second_token_earlier, "F6"),
    stamped(159, payload.nothing_done, "P", name="stamped_and_its_authority_trusted"),
    unkeyed(71, payload.nothing_done, "P", base="renewed", given=AGED, name="aged_and_renewed"),
    unkeyed(71, payload.nothing_done, "I6", base="aged", given=AGED, name="aged"),
    unkeyed(71, payload.nothing_done, "I6", base="renewed_late", given=AGED, name="renewed_late"),
    unkeyed(71, stamps.renewal_removed, "I6", base="renewed", given=AGED),
    unkeyed(71, stamps.renewal_alone, "I6", given=TIMED),
    unkeyed(71, stamps.renewal_alone, "I6", given=STRANGE, name="renewal_alone_of_a_stranger"),
    *(
        unkeyed(
            71,
            partial(stamps.renewal_list_changed, lines=lines),
            "F6",
            base="renewed",
            given=AGED,
        )
        for lines in (
            "volume left out",
            "token left out",
            "digest differs",
            "out of order",
            "names itself",
            "cut in a line",
            "last newline missing",
        )
    ),
    loose(60, stamps.byte_behind_the_token, "F6"),
    loose(60, stamps.byte_behind_the_request, "F6"),
    *(
        loose(64, partial(stamps.links_beside_the_token, kind=kind), verdict)
        for kind, verdict in (
            ("two", "P"),
            ("none", "F6"),
            ("one damaged", "F6"),
            ("name damaged", "F6"),
            ("as DER", "F6"),
            ("under another name", "F6"),
        )
    ),
    stamped(72, stamps.certificate_order_changed, "F7"),
    stamped(72, stamps.token_is_noise, "F6+F7"),
    loose(73, stamps.certificate_order_changed, "P"),
    loose(73, stamps.token_with_an_odd_certificate, "P"),
    loose(109, stamps.token_of_many_certificates, "F6"),
    loose(3, stamps.token_number_skipped, "F3"),
    loose(109, stamps.anchors_beyond_their_limit, "U1"),
    loose(109, stamps.renewal_list_beyond_its_limit, "U1"),
    loose(69, partial(stamps.token_edited, field="gen_time", value=stamps.LAST_DAY), "F6"),
    keyed(87, stamps.replaced_under_an_old_token, "F6", base="stamped", given=TIMED),
    keyed(87, stamps.replaced_under_an_old_token, "F6", base="stamped", name="nobody_trusted"),
    # A token proves that this bundle existed then; whether it was the first one it can't say.
    keyed(88, stamps.replaced_and_stamped_anew, "P", base="stamped", given=TIMED, level="B"),
    keyed(
        88,
        stamps.replaced_and_stamped_anew,
        "F8",
        base="stamped",
        given=Given(tsa=("trusted",), root="stamped"),
        name="stamped_anew_and_the_root_known",
    ),
    keyed(90, stamps.dated_back, "F6", base="stamped", name="dated_back_under_an_old_token"),
    keyed(90, stamps.dated_back, "F6", base="challenged", name="dated_back_beyond_its_challenge"),
    keyed(90, stamps.dated_back_beyond_a_challenge_between_blanks, "F6", base="challenged"),
    keyed(90, stamps.dated_back_without_its_challenge, "F6", base="challenged", given=CHALLENGE),
    keyed(90, stamps.dated_back, "P", level="C", name="dated_back_unnoticed"),
    keyed(90, stamps.dated_back, "F8", given=HEAD, name="dated_back_and_the_head_known"),
    unkeyed(
        90, payload.nothing_done, "P", base="challenged", given=CHALLENGE, name="challenge_fits"
    ),
    unkeyed(90, payload.nothing_done, "F6", given=CHALLENGE, name="no_challenge_in_it"),
    unkeyed(
        90,
        custody.passed_off_as_a_pulled_stick,
        "I3",
        base="challenged",
        given=CHALLENGE,
        name="never_sealed_with_its_challenge",
    ),
    unkeyed(
        90,
        custody.passed_off_as_a_pulled_stick,
        "F6",
        given=CHALLENGE,
        name="never_sealed_without_a_challenge",
    ),
)

_NATIVE = "means: cdir (stated); handed over: ?; collected by: ?"
MEANING = (
    *(
        keyed(40, partial(meaning.record_says, what=what), verdict)
        for what, verdict in (
            ("whole and a range missing", "U4"),
            ("in part and nothing missing", "U4"),
            ("in part and a range missing", "P"),
            ("a gap and a range missing", "U4"),
            ("a gap and a range stored", "U4"),
            ("a gap and scanned", "U4"),
            ("a gap and not changed while it was read", "U4"),
            ("ranges that overlap", "U4"),
            ("ranges out of order", "U4"),
            ("a range before the beginning", "U4"),
            ("ranges with a hole between", "P"),
            ("led by itself", "U4"),
            ("led by a later item", "U4"),
            ("led by an earlier item", "P"),
            ("the same as a later item", "U4"),
            ("the same as an earlier item", "P"),
            ("read backwards", "U4"),
            ("read after its volume was closed", "F4"),
            ("by a program that is not named", "U4"),
            ("by a system call of a program", "U4"),
            ("by a program that is named", "P"),
            ("another path than its bytes", "U4"),
            ("bytes of a path that can not be read", "U4"),
            ("the path of its bytes", "P"),
            ("of another phase than its volume", "F4"),
            ("of a collector that had not run", "F4"),
            ("by others than hozen", "F4"),
        )
    ),
    *(
        keyed(
            147,
            partial(meaning.tree_of_other_items, number=number),
            verdict,
            base=base,
            name=f"tree_of_other_items{name}",
        )
        for base, number, verdict, name in (
            ("sealed", 2, "F4+F7", ""),
            ("unfinished", 2, "F7", "_in_a_volume_without_a_record"),
            ("taken_up", 3, "F7", "_of_the_same_number"),
        )
    ),
    keyed(147, meaning.bytes_of_gaps, "F7"),
    keyed(148, meaning.items_without_a_volume, "F7"),
    *(
        keyed(153, partial(meaning.closed_for, cause=cause, number=number), verdict)
        for cause, number, verdict in (
            ("end", 1, "F7"),
            ("interrupted", 2, "F7"),
            ("interrupted", 3, "F7"),
            ("phase_end", 3, "P"),
        )
    ),
    keyed(153, meaning.interrupted_and_sealed, "F7"),
    keyed(153, meaning.interrupted_twice, "F7", base="interrupted"),
    keyed(153, meaning.closed_after_an_interruption, "F7", base="interrupted"),
    keyed(153, meaning.collection_behind_a_holder, "F7", base="begun"),
    *(
        unkeyed(151, partial(meaning.manifest_of_a_sealing_removed, sums=sums), "F7")
        for sums in (True, False)
    ),
    unkeyed(152, meaning.another_manifest_half_named, "F7", base="cut_off_sealing"),
    keyed(
        126,
        partial(meaning.on_another_machine, version=8),
        "W",
        base="resumed",
        states="host_differs",
    ),
    keyed(126, partial(meaning.on_another_machine, version=4), "P", base="resumed"),
    *(
        keyed(82, partial(meaning.beginning_read, **said), verdict, states=states, name=name)
        for said, verdict, states, name in (
            ({"mono": "9" * 30}, "F7", "", "beginning_read_after_its_event"),
            ({"mono": "-1"}, "F7", "", "beginning_read_below_zero"),
            (
                {"utc": "2001-01-01T00:00:00Z"},
                "W",
                "clock_read_otherwise",
                "beginning_read_on_another_day",
            ),
        )
    ),
    *(
        keyed(82, partial(meaning.end_read, **said), verdict, states=states, name=name)
        for said, verdict, states, name in (
            ({"mono": "9" * 30}, "F7", "", "end_read_after_the_sealing"),
            ({"mono": "0"}, "F7", "", "end_read_before_the_beginning"),
            (
                {"utc": "2001-01-01T00:00:00Z"},
                "W",
                "clock_read_otherwise",
                "end_read_on_another_day",
            ),
        )
    ),
    *(
        keyed(29, partial(meaning.ended_at, minutes=minutes), verdict)
        for minutes, verdict in ((11, "F7"), (9, "P"), (-11, "F7"))
    ),
    *(
        keyed(
            29,
            partial(meaning.received_and_collected_here, text=text, sender=sender),
            verdict,
            states=states,
            name=name,
        )
        for text, sender, verdict, states, name in (
            ("source: live", True, "F7", "", "collected_here_from_a_sender"),
            (_NATIVE, False, "F7", "", "received_from_nobody"),
            (_NATIVE, True, "W", "not_collected_here", "received_from_a_sender"),
        )
    ),
    *(
        keyed(
            156,
            partial(meaning.bag_info_says, line=line),
            "W",
            states="bag_info_differs",
            name=name,
        )
        for line, name in (
            ("Payload-Oxum: 7.1", "bag_info_of_another_size"),
            ("External-Identifier: another", "bag_info_of_another_bundle"),
            ("Bagging-Date: 2001-01-01", "bag_info_of_another_day"),
        )
    ),
    *(
        unkeyed(80, partial(meaning.answer_to, kind=kind, number=number), verdict, states=states)
        for kind, number, verdict, states in (
            ("received", 1, "W", "answers_otherwise"),
            ("refused", 1, "W", "answers_otherwise"),
            ("returned", 1, "W", "answers_otherwise"),
            ("refused", 6, "P", ""),
        )
    ),
    unkeyed(80, meaning.received_and_refused, "W", states="answers_otherwise"),
    unkeyed(80, meaning.seal_changed, "W", states="seal_changed"),
    unkeyed(80, partial(meaning.seal_changed, meanwhile="examined"), "P"),
    unkeyed(80, meaning.another_parcel, "W", states="parcel_differs"),
    unkeyed(85, meaning.corrected_nothing, "W", states="corrects_nothing"),
    keyed(
        69,
        partial(meaning.stamped_before_its_end, by="trusted"),
        "W",
        states="token_before_end",
        given=TIMED,
    ),
)

ROWS = (
    *PAYLOAD,
    *DOCUMENTS,
    *SIGNATURES,
    *HOLDERS,
    *ITEMS,
    *CONTAINERS,
    *CUSTODY,
    *SEALING,
    *STAMPS,
    *MEANING,
)

shown = partial(_row, keyed=False, base="exhibit")
resigned = partial(_row, keyed=True, base="exhibit")
closed = partial(_row, keyed=False, base="exhibit_closed")
recertified = partial(_row, keyed=True, base="exhibit_certified", given=CHAIN)

dated = partial(_row, keyed=False, base="exhibit_loose", given=TIMED)

EXHIBITS = (
    *(shown(102, partial(exhibits.part_edited, part=part), "F4") for part in ("content", "meta")),
    shown(102, exhibits.gap_turned_into_an_item, "F4"),
    *(shown(102, partial(exhibits.salt_replaced, at=at), "F4") for at in (0, 1)),
    closed(102, partial(exhibits.salt_replaced, at=1), "F4", name="closed_part_replaced"),
    closed(102, exhibits.closed_parts_swapped, "F4"),
    shown(102, exhibits.bytes_flipped, "F4"),
    shown(102, exhibits.bytes_cut, "F4"),
    shown(102, exhibits.bytes_replaced_and_recorded, "F4"),
    shown(102, exhibits.schema_of_the_future, "U4"),
    *(
        shown(102, partial(exhibits.proof_in_another_form, form=form), "F4")
        for form in (
            "capitals",
            "no_last_newline",
            "a_word_more",
            "unknown_word",
            "blanks_for_newlines",
            "a_line_more",
            "a_zero_byte_behind",
            "a_zero_byte_within",
            "a_step_that_ends_in_a_blank",
        )
    ),
    # A first line that ends otherwise names another schema.
    *(
        shown(102, partial(exhibits.proof_in_another_form, form=form), "U4")
        for form in ("carriage_returns", "a_zero_byte_before")
    ),
    shown(103, exhibits.proof_of_another_item, "F4"),
    *(
        shown(103, partial(exhibits.item_under_another_number, number=number), "F4")
        for number in (3, 8)
    ),
    shown(103, exhibits.item_twice, "F4"),
    resigned(103, exhibits.signed_record_of_another_number, "F4"),
    resigned(103, exhibits.signed_size_is_another, "F4"),
    *(
        resigned(103, partial(exhibits.signed_item_beyond_its_tree, count=count), "F4")
        for count in (1, 2)
    ),
    *(
        shown(104, partial(exhibits.proof_changed, way=way), "F4")
        for way in (
            "cut_at_its_end",
            "cut_at_its_beginning",
            "lengthened",
            "last_step_twice",
            "two_steps_swapped",
            "nothing_left",
        )
    ),
    resigned(104, exhibits.signed_root_of_a_subtree, "F4"),
    # Longer than any proof: the verifier does not read it.
    shown(104, partial(exhibits.proof_changed, way="endless"), "U1"),
    shown(105, exhibits.inner_node_as_a_leaf, "F4"),
    *(shown(106, partial(exhibits.tree_size_altered, count=count), "F4+F5") for count in (6, 8)),
    *(resigned(106, partial(exhibits.signed_tree_size, count=count), "F4") for count in (3, 6, 8)),
    resigned(106, exhibits.signed_manifest_of_the_future, "U1"),
    *(
        resigned(106, partial(exhibits.signed_counts, **counts), "F4", name=f"signed_counts-{name}")
        for counts, name in (
            ({"gap": 3}, "that_do_not_add_up"),
            ({"acquired": 7, "gap": 0}, "without_the_gap"),
            ({"acquired": 2, "partial": 3}, "with_fewer_that_are_whole"),
            ({"bytes": 1_100_000}, "of_fewer_bytes"),
        )
    ),
    *(
        resigned(102, partial(exhibits.signed_record_says, **said), verdict, name=name)
        for said, verdict, name in (
            (
                {"ranges_missing": [{"error": "EIO", "offset": "3", "size": "2"}]},
                "U4",
                "signed_record_of_a_whole_with_a_range_missing",
            ),
            ({"status": "partial"}, "U4", "signed_record_of_a_part_with_nothing_missing"),
        )
    ),
    resigned(102, exhibits.signed_record_of_a_volume_that_is_not_named, "F4"),
    # More items than their numbers have digits.
    resigned(106, partial(exhibits.signed_tree_size, count=100_000_000), "U1"),
    resigned(107, exhibits.signed_tree_with_its_last_leaf_twice, "F4"),
    closed(108, exhibits.nothing_done, "P", name="path_kept_closed"),
    closed(108, exhibits.path_made_up, "F3"),
    *(
        closed(108, partial(exhibits.closed_part_guessed, salt=salt), "F4")
        for salt in ("none", "digest", "other")
    ),
    # The manifest, its signature, and whose it is.
    shown(19, exhibits.manifest_flipped, "F5", name="exhibit_manifest_flipped"),
    shown(30, exhibits.manifest_of_another_bundle, "F4", name="exhibit_of_another_manifest"),
    *(
        shown(45, partial(exhibits.removed, name=name), verdict)
        for name, verdict in (("manifest.json.p7s", "F5"), ("manifest.json", "F3+F5"))
    ),
    shown(59, exhibits.signature_of_another_bundle, "F5"),
    shown(59, exhibits.signature_of_an_event, "F5"),
    shown(46, exhibits.signed_by_one_who_is_not_named, "F5"),
    shown(
        57,
        partial(exhibits.signed_by, key=bundles.STRANGER),
        "F5",
        given=TRUST,
        name="exhibit_by_a_stranger",
    ),
    shown(
        88,
        partial(exhibits.signed_by, key=bundles.STRANGER),
        "P",
        level="C",
        name="exhibit_made_anew_unnoticed",
    ),
    shown(
        88,
        exhibits.manifest_of_another_bundle,
        "F4+F8",
        given=ROOT,
        name="exhibit_against_the_root",
    ),
    shown(
        158,
        exhibits.nothing_done,
        "F8",
        given=Given(root="other"),
        name="exhibit_against_another_root",
    ),
    shown(159, exhibits.nothing_done, "N5", name="exhibit_without_trust"),
    shown(
        159,
        exhibits.nothing_done,
        "P",
        given=Given(trust=("key",), root="sealed"),
        name="exhibit_with_trust_and_root",
    ),
    *(
        recertified(number, partial(exhibits.signed_by, key=key), verdict, name=f"exhibit_{name}")
        for number, key, verdict, name in (
            (46, authority.collection_of(authority.FORGED_KIT), "F5", "kit_of_a_namesake_root"),
            (47, authority.CUSTODIAN, "F5", "sealed_by_a_person"),
            (48, authority.collection_of(authority.EXPIRED_KIT), "I5", "kit_expired_as_claimed"),
            (49, authority.collection_of(authority.FUTURE_KIT), "I5", "kit_not_begun_as_claimed"),
            (51, authority.collection_of(authority.CUSTODIAN), "F5", "a_person_as_issuer"),
            (52, authority.collection_of(authority.SECOND_KIT), "F5", "kit_below_a_kit"),
            (52, authority.collection_of(authority.ROOT), "F5", "certified_by_no_kit"),
            (57, authority.bringing_its_root(), "F5", "root_in_the_signature"),
            (159, authority.COLLECTION, "P", "kit_of_the_trusted_root"),
        )
    ),
    *(
        resigned(
            46,
            partial(exhibits.signed_kit_is_another, named=named, key=key),
            "F5",
            name=f"exhibit_kit_named-{name}",
        )
        for named, key, name in (
            (SOME_KIT, bundles.KEY, "by_nobody_s_key"),
            (SOME_KIT, authority.COLLECTION, "another"),
            (None, authority.COLLECTION, "none"),
        )
    ),
    # Files: what is missing, what was added, what is no file.
    *(
        shown(5, partial(exhibits.removed, name=f"items/{name}"), "F3")
        for name in ("00000004", "00000004.proof", "00000004.content.json", "00000004.meta.json")
    ),
    *(
        shown(10, partial(exhibits.planted, name=name), "F3", name=f"exhibit_extra-{name}")
        for name in (
            "note.txt",
            "items/note.txt",
            "items/00000006",
            "items/4.proof",
            "items/00000005.meta",
            "anchors/note.txt",
            "other/note.txt",
        )
    ),
    shown(10, exhibits.bytes_for_a_gap, "F3"),
    *(
        shown(11, partial(exhibits.empty_folder, name=name), "F3", name=f"exhibit_empty-{name}")
        for name in ("empty", "anchors", "items/empty", "anchors/0001.tsr", "anchors/0001.pem")
    ),
    *(
        shown(11, partial(exhibits.folder_for_a_file, name=name), "F3")
        for name in ("check.sh", "README.md")
    ),
    *(
        shown(12, partial(exhibits.special_file, kind=kind), "F1", name=f"exhibit_{kind}")
        for kind in ("symlink", "folder_link", "hard_link", "fifo", "socket")
    ),
    *(
        shown(13, partial(exhibits.replaced_by_a_link, name=name), verdict, name=f"exhibit_{at}")
        for at, name, verdict in (
            ("bytes_are_a_link", "items/00000004", "F1+F4"),
            ("proof_is_a_link", "items/00000004.proof", "F1+F4"),
            ("manifest_is_a_link", "manifest.json", "F1+F3+F5"),
        )
    ),
    shown(17, partial(exhibits.planted, name="items/a b"), "F1", name="exhibit_unsafe_name"),
    shown(
        111,
        partial(exhibits.planted, name="items/\x1b[2J\u202e"),
        "F1",
        name="exhibit_name_with_escapes",
    ),
    # Time stamps: those of the bundle, as it was when the exhibit was made.
    dated(61, stamps.token_removed, "I6", name="exhibit_token_removed_and_asked_for"),
    dated(
        62,
        partial(stamps.token_replaced, by="trusted", over="items/00000004"),
        "F6",
        name="exhibit_token_over_an_item",
    ),
    dated(63, partial(stamps.token_alone, by="stranger"), "F6", name="exhibit_token_of_a_stranger"),
    dated(63, exhibits.nothing_done, "F6", given=STRANGE, name="exhibit_of_other_authority"),
    dated(63, stamps.second_token_of_a_stranger, "P", name="exhibit_second_token_of_a_stranger"),
    dated(64, stamps.token_with_a_certificate_of_another, "F6", name="exhibit_mixed_certificates"),
    dated(65, stamps.token_signature_broken, "F6", name="exhibit_token_signature_broken"),
    dated(
        66,
        partial(stamps.token_of_a_signer_for_other_purposes, purpose=None),
        "F6",
        name="exhibit_signer_without_a_purpose",
    ),
    *(
        dated(64, partial(stamps.token_with_an_extension, critical=critical), verdict, name=name)
        for critical, verdict, name in (
            (True, "F6", "exhibit_critical_extension_in_a_token"),
            (False, "P", "exhibit_extension_in_a_token"),
        )
    ),
    *(
        dated(
            64,
            partial(stamps.token_of_another_form, change=change),
            "F6",
            name=f"exhibit_token_{name}",
        )
        for change, name in (
            (stamps.time_without_seconds, "whose_time_has_no_seconds"),
            (stamps.order_not_in_der, "that_is_not_DER"),
        )
    ),
    dated(
        64,
        partial(stamps.token_edited, field="version", value=2),
        "F6",
        name="exhibit_token_of_version_2",
    ),
    dated(67, stamps.nonce_below_zero, "F6", name="exhibit_nonce_below_zero"),
    dated(67, stamps.request_with_an_extension, "P", name="exhibit_request_with_an_extension"),
    dated(67, stamps.request_replaced, "F6", name="exhibit_request_replaced"),
    dated(
        68,
        partial(stamps.status_not_granted, status="granted_with_mods"),
        "F6",
        name="exhibit_status_not_granted",
    ),
    shown(
        60,
        partial(exhibits.byte_added, name="manifest.json.p7s"),
        "F5",
        name="exhibit_behind_the_signature",
    ),
    dated(
        60,
        partial(exhibits.byte_added, name="anchors/0001.tsr"),
        "F6",
        name="exhibit_behind_the_token",
    ),
    dated(60, stamps.byte_behind_the_request, "F6", name="exhibit_behind_the_request"),
    *(
        dated(
            64, partial(stamps.links_beside_the_token, kind=kind), verdict, name=f"exhibit_{name}"
        )
        for kind, name, verdict in (
            ("two", "two_links", "P"),
            ("none", "no_links", "F6"),
            ("one damaged", "damaged_link", "F6"),
            ("as DER", "link_as_DER", "F6"),
            ("under another name", "link_under_another_name", "F6"),
        )
    ),
    dated(73, stamps.certificate_order_changed, "P", name="exhibit_certificate_order_changed"),
    dated(109, stamps.token_of_many_certificates, "F6", name="exhibit_token_of_many_certificates"),
    dated(69, stamps.time_in_words, "P", name="exhibit_time_in_words"),
    dated(159, exhibits.nothing_done, "P", given=CHAIN_TIMED, name="exhibit_with_all_that_trusts"),
    dated(159, exhibits.nothing_done, "P", name="exhibit_stamped"),
    dated(3, stamps.token_number_skipped, "F3", name="exhibit_token_number_skipped"),
    *(
        dated(10, partial(exhibits.planted, name=f"anchors/0042.{kind}"), "F3", given=NOTHING)
        for kind in ("pem", "tsq", "sums")
    ),
    shown(
        48,
        exhibits.nothing_done,
        "F5",
        base="exhibit_stamped_expired",
        given=CHAIN_TIMED,
        name="exhibit_of_an_expired_kit_and_stamped",
    ),
    *(
        shown(
            71,
            exhibits.nothing_done,
            verdict,
            base=f"exhibit_{base}",
            given=AGED,
            name=f"exhibit_{base}",
        )
        for base, verdict in (("renewed", "P"), ("renewed_late", "I6"))
    ),
    shown(
        71,
        exhibits.bytes_flipped_in_the_only_item,
        "F4",
        base="exhibit_renewed_late",
        given=AGED,
        name="exhibit_renewed_late_and_altered",
    ),
    *(
        shown(
            71,
            partial(stamps.renewal_list_changed, lines=lines),
            "F6",
            base="exhibit_renewed",
            given=AGED,
            name=f"exhibit_renewal-{lines.replace(' ', '_')}",
        )
        for lines in ("token left out", "token's digest differs", "out of order", "cut in a line")
    ),
    shown(157, exhibits.instructions_replaced, "W", states="exhibit_unsigned"),
    shown(157, exhibits.instructions_removed, "P"),
)

CERTIFICATES = {
    "key": bundles.KEY.certificate,
    "second": SECOND.certificate,
    "root": authority.ROOT.certificate,
    "kit": authority.KIT.certificate,
}
LISTS = {
    "revoked": authority.revoked(authority.NOW - authority.DAY).revocations,
    "revoked_later": authority.revoked(authority.NOW + authority.DAY).revocations,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A `Given` with its names looked up."""

    trust: TrustStore = field(default_factory=TrustStore)
    root: str | None = None
    code: str | None = None
    head: str | None = None
    challenge: str | None = None


WIDE = str.maketrans("0123456789 ", "０１２３４５６７８９、")


def _head(name: str, world: World) -> str:
    """The head of a good bundle, or the one that it had when this event was the last."""
    good, _, number = name.partition(":")
    if not number:
        return world.verdict(good).head or ""
    return sha256(world.forger(good).read(f"custody/{int(number):05d}.json")).hexdigest()


def noted(given: Given, world: World) -> Noted:
    """The values that the user wrote down from good bundles."""
    from chain_of_custody.code import spoken_code

    code = given.code
    wide = code is not None and code.startswith("wide:")
    if code is not None and (wide or code.isalpha()):
        code = spoken_code(world.verdict(code.removeprefix("wide:")).root or "")
    elif code is not None and ":" in code:
        code = spoken_code(_head(code, world))
    if wide and code is not None:
        code = code.translate(WIDE)
    return Noted(
        trust=TrustStore(
            tuple(CERTIFICATES[name] for name in given.trust if name in CERTIFICATES),
            tuple(each for name in given.trust for each in LISTS.get(name, ())),
            tuple(world.authority(name).root.certificate for name in given.tsa),
        ),
        root=world.verdict(given.root).root if given.root else given.root,
        code=code,
        head=_head(given.head, world) if given.head else given.head,
        challenge=world.forger(given.challenge).manifest["challenge"] if given.challenge else None,
    )
