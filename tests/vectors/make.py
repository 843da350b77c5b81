"""Writes the test vectors anew: `PYTHONPATH=.:tests python tests/vectors/make.py`.

With names behind it, only those: they fit to the others, since the keys stay the same.

Each is a good bundle or one attack of `attacks.py`. The instruction files inside are fixed short
texts, so that vectors don't change when the product's own instructions do.
"""

from __future__ import annotations

import datetime
import shutil
import sys
import tempfile
from collections.abc import Container, Sequence
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import attacks
import authority
import bundles
import timekeeper
from attacks import NOTHING, ROWS, Given
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from forge import copied
from forgeries.exhibits import Exhibit
from worlds import World

import evidence.custody.exhibiting
import evidence.writing.folder
from chain_of_custody.disclosure import verify_exhibit
from chain_of_custody.exhibit import README, SCRIPT, ExhibitFolder, looks_like_exhibit
from chain_of_custody.folder import INSTRUCTIONS, BundleFolder
from chain_of_custody.verdict import Anchors, Verdict
from chain_of_custody.verify import verify
from evidence.reading.container import VolumeOpener

HERE = Path(__file__).resolve().parent
YEARS = 7000 * authority.DAY
TRUSTED = {
    (): "-", ("key",): "trusted.pem", ("root",): "root.pem",
    ("root", "revoked"): "root-and-revoked.pem",
}  # fmt: skip
"""The file of what a row trusts."""
EXPECT = ("verified", "altered", "unusable", "incomplete")


class Lasting(World):
    """Its authorities for time are in their dates for as long as vectors are kept."""

    def _authority(self, name: str) -> timekeeper.Authority:
        made = super()._authority(name)
        made.begins = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
        if name != "aged":
            made.ends = authority.NOW + YEARS
        return made


class Good(NamedTuple):
    """A vector that nothing was done to."""

    name: str
    base: str
    comment: str


class Bad(NamedTuple):
    """A vector of one attack, by the row's name in the table."""

    name: str
    row: str
    comment: str


GOOD = (
    Good(
        "good-encrypted",
        "sealed",
        "three volumes, seven items: one empty, two gaps, one of two parts",
    ),
    Good("good-plain", "plain", "the same, collected without encryption"),
    Good("item-over-two-volumes", "spanning", "the parts of an item lie in two volumes"),
    Good("handed-over", "handed", "released and received by holders after sealing"),
    Good("partial", "interrupted", "ended by a signal: never sealed"),
    Good("stick-pulled", "pulled", "an open volume and half-written files are left"),
    Good("sealing-cut-off", "cut_off_sealing", "all is written, the manifest has not its name yet"),
    Good(
        "resumed",
        "resumed",
        "gone on with under a second key after the stick was pulled; volume 3 is salvage",
    ),
    Good(
        "item-cut-off",
        "taken_up",
        "gone on with; parts of an item that was cut off have no record (stage 9)",
    ),
    Good("challenged", "challenged", "bound to what its provider gave, an hour before"),
)

BAD = (
    Bad("volume-bit-flipped", "001-volume_bit_flipped-0_5", "one bit in the middle of volume 1"),
    Bad(
        "volume-removed",
        "006-volume_deleted_from_all_unsigned_lists",
        "with its line in every unsigned list",
    ),
    Bad(
        "two-volumes-swapped",
        "008-two_volumes_swapped",
        "the contents of volumes 1 and 2 are exchanged",
    ),
    Bad("extra-file", "010-extra_file-data_note_txt", "data/note.txt was added"),
    Bad("fetch-file", "033-extra_file-fetch_txt", "BagIt's fetch.txt must never be there"),
    Bad(
        "sums-with-carriage-returns",
        "035-sums_with_carriage_returns",
        "CRLF in manifest-sha256.txt",
    ),
    Bad(
        "instructions-replaced",
        "157-instructions_that_always_agree-verify_sh",
        "verify.sh is another one",
    ),
    Bad("manifest-byte-flipped", "019-manifest_byte_flipped-0_7", "one bit of manifest.json"),
    Bad(
        "manifest-not-canonical",
        "020-signed_manifest_not_canonical",
        "rightly signed, but with blanks",
    ),
    Bad("manifest-key-twice", "021-signed_key_twice", "rightly signed, case_id stands twice"),
    Bad(
        "manifest-unknown-key", "022-signed_unknown_key", "rightly signed, with a key of no schema"
    ),
    Bad("manifest-float", "023-signed_number-float", "rightly signed, items.count is 7.0"),
    Bad(
        "manifest-byte-order-mark",
        "024-signed_with_byte_order_mark",
        "rightly signed, behind a BOM",
    ),
    Bad(
        "schema-of-the-future", "025-signed_schema-hozen_bundle_2", "rightly signed, hozen-bundle/2"
    ),
    Bad(
        "manifest-names-a-path",
        "032-signed_volume_name-___x",
        "rightly signed, a volume is called ../x",
    ),
    Bad("count-lowered", "026-signed_count_lowered", "rightly signed, one item less is stated"),
    Bad("signature-removed", "045-signature_removed", "no manifest.json.p7s"),
    Bad("signed-with-sha1", "053-signed_with_sha1", "by the right key, with another digest"),
    Bad(
        "signed-without-attributes",
        "055-signed_without_attributes",
        "by the right key, in a form not allowed",
    ),
    Bad(
        "signed-by-a-stranger",
        "057-everything_signed_by_a_stranger",
        "whole and consistent; the trusted certificate is given",
    ),
    Bad(
        "signature-with-trailing-byte",
        "060-bytes_after_the_signature-manifest_json_p7s",
        "one byte follows the DER",
    ),
    Bad(
        "file-times-changed",
        "038-file_times_changed",
        "in the record of item 4; all digests and signatures fitted, not the tree",
    ),
    Bad("records-reordered", "041-two_records_reordered", "records 1 and 2 changed places"),
    Bad(
        "item-number-twice", "043-two_records_of_one_number", "two records say that they are item 2"
    ),
    Bad("item-number-missing", "044-hole_in_the_numbers", "item 3 is called 4; trees fitted"),
    Bad(
        "item-replaced",
        "088-item_replaced_and_all_signed_again",
        "all made anew by the key; only the root noted outside tells",
    ),
    Bad(
        "item-bytes-differ",
        "100-bytes_of_an_item_differ",
        "the bytes of item 4 are not those of its record",
    ),
    Bad("part-missing", "133-part_missing", "the second part of item 7"),
    Bad("member-without-record", "134-member_no_record_names", "items/00000006 in volume 2"),
    Bad("records-missing", "142-records_missing", "volume 2 has no records.jsonl"),
    Bad("record-without-newline", "146-last_newline_missing", "the last line of records.jsonl"),
    Bad(
        "member-length-lies",
        "130-member_length_beyond_the_end",
        "a header states more bytes than follow",
    ),
    Bad("member-is-a-symlink", "135-member_is_a_symlink", "a tar member of type 2"),
    Bad(
        "member-after-the-end",
        "138-second_archive_after_the_end",
        "a second archive behind the end blocks",
    ),
    Bad("frame-of-a-gibibyte", "139-frame_says_a_gibibyte", "refused before memory is given to it"),
    Bad("frame-checksum-wrong", "140-checksum_of_a_frame_wrong", "the last byte of a zstd frame"),
    Bad(
        "age-cut-at-a-chunk",
        "095-age_cut_at_a_chunk",
        "the age file ends with a whole chunk that is not the last",
    ),
    Bad("event-edited", "074-event_edited", "the place in event 3"),
    Bad("event-removed", "075-event_removed", "event 3 and its signature"),
    Bad("events-reordered", "076-events_reordered", "events 2 and 3 changed names"),
    Bad(
        "released-twice",
        "080-released_twice",
        "no attack: two releases before a receipt; the second takes nothing back (stage 9)",
    ),
    Bad(
        "arrived-late",
        "083-arrived_later_than_declared",
        "no attack: a release declares its arrival, the receipt is later (stage 9)",
    ),
    Bad(
        "early-event-by-the-later-key",
        "093-early_event_by_the_later_key",
        "event 2 is signed by the key of the resumed run",
    ),
    Bad(
        "salvage-by-a-stranger",
        "124-salvage_by_a_stranger",
        "a closed volume is cut short and called salvage",
    ),
    Bad(
        "partial-passed-off-as-sealed", "149-hand_made_manifest-True", "with a stranger's signature"
    ),
    Bad(
        "seals-another-manifest",
        "152-seals_another_manifest",
        "the sealed event names another digest",
    ),
    Bad(
        "resumed-with-another-tree",
        "126-tree_goes_on_otherwise-root",
        "the resumed event has another root than the last volume, and the right size",
    ),
    Bad(
        "missing-things-come-back",
        "147-missing_things_come_back",
        "rightly signed, a later volume says that less is missing",
    ),
    Bad(
        "record-whole-and-not",
        "040-record_says-whole_and_a_range_missing",
        "rightly signed, a record says acquired and names a range that is missing",
    ),
    Bad(
        "record-ranges-overlap",
        "040-record_says-ranges_that_overlap",
        "rightly signed, one byte of a file stands in two ranges",
    ),
    Bad(
        "record-led-by-a-later",
        "040-record_says-led_by_a_later_item",
        "rightly signed, an item was named by one that came later",
    ),
    Bad(
        "record-path-not-its-bytes",
        "040-record_says-another_path_than_its_bytes",
        "rightly signed, origin_b64 is another path than origin",
    ),
    Bad(
        "record-path-of-its-bytes",
        "040-record_says-the_path_of_its_bytes",
        "no attack: a path that is not UTF-8, shown with U+FFFD",
    ),
    Bad(
        "record-after-its-volume",
        "040-record_says-read_after_its_volume_was_closed",
        "rightly signed, an item was read after its volume was closed",
    ),
    Bad(
        "record-of-another-phase",
        "040-record_says-of_another_phase_than_its_volume",
        "rightly signed, a record and the event of its volume name two phases",
    ),
    Bad(
        "record-native-not-received",
        "040-record_says-by_others_than_hozen",
        "rightly signed, an item by others in a bundle that hozen collected",
    ),
    Bad(
        "tree-of-other-items",
        "147-tree_of_other_items",
        "rightly signed, a tree that is not the one before it with more items",
    ),
    Bad("bytes-of-gaps", "147-bytes_of_gaps", "rightly signed, bytes grow where nothing was taken"),
    Bad(
        "goes-on-behind-its-end",
        "153-interrupted_and_sealed",
        "rightly signed, a session is interrupted and seals",
    ),
    Bad(
        "closed-for-the-end-and-not",
        "153-closed_for-end-1",
        "rightly signed, a volume is closed for the end and others follow",
    ),
    Bad(
        "clock-read-behind-its-event",
        "082-beginning_read_after_its_event",
        "rightly signed, a clock was read after the event that tells of it",
    ),
    Bad(
        "ended-elsewhen",
        "029-ended_at-11",
        "rightly signed, the manifest ends eleven minutes before its seal",
    ),
    Bad(
        "received-from-nobody",
        "029-received_from_nobody",
        "rightly signed, received by the text and from nobody",
    ),
    Bad(
        "seal-without-its-manifest",
        "151-manifest_of_a_sealing_removed-True",
        "the manifest and both sums files are gone, the sealed event is not",
    ),
    Bad(
        "bag-info-of-another-size",
        "156-bag_info_of_another_size",
        "no attack: bag-info.txt has another Payload-Oxum (stage 9)",
    ),
    Bad(
        "answers-no-release",
        "080-answer_to-received-1",
        "no attack: a receipt names an event that is no release (stage 9)",
    ),
    Bad(
        "seal-changed-unexplained",
        "080-seal_changed",
        "no attack: handed on under another seal, and nobody opened it (stage 9)",
    ),
    Bad("cites-nothing", "086-event_about_nothing-event_6", "an event that cites itself"),
    Bad("holder-before-the-sealing", "086-event_before_the_sealing", "a note before `sealed`"),
    Bad(
        "session-runs-backwards",
        "082-monotonic_clock_ran_backwards",
        "the monotonic clock, within a session",
    ),
    Bad(
        "event-without-its-clock",
        "082-monotonic_clock_left_out-2",
        "an event of the collection that tells no reading of the monotonic clock",
    ),
    Bad(
        "resumed-with-the-same-key",
        "126-gone_on_with_by_the_same_key",
        "gone on with under the key of the session before, which may be one for one collection",
    ),
    Bad(
        "tree-beyond-eight-digits",
        "023-signed_tree_beyond_eight_digits",
        "a volume's event that counts more items than there are numbers for",
    ),
    Bad(
        "handed-over-by-the-collection-key",
        "084-handed_over_by_the_collection_key",
        "a release that no person signed",
    ),
    Bad("event-gone", "128-last_event_removed_alone", "of the last event the signature is left"),
    Bad(
        "act-cut-off",
        "128-last_event_not_named_yet",
        "no attack: the last event has not its name yet, and is none (stage 9)",
    ),
    Bad("volume-named-twice", "119-signed_volume_twice", "rightly signed, in `volumes`"),
    Bad(
        "volume-not-encrypted",
        "122-volume_plain_where_recipients_are_listed",
        "rightly signed, one volume is plain",
    ),
    Bad("padding-not-zero", "138-padding_not_zero", "behind a tar member"),
    Bad("frame-without-checksum", "139-frame_without_checksum", "a zstd frame"),
    Bad(
        "record-contradicts-itself",
        "039-item_called_the_same_as_another",
        "what was taken has `same_as`",
    ),
    Bad(
        "item-without-a-record",
        "145-item_without_a_record_before_a_resumption-phase_end",
        "parts of no item, where a phase ended",
    ),
    Bad("code-too-short", "092-code_too_short", "fifteen digits are given as the spoken code"),
    Bad(
        "manifest-names-another-host",
        "029-signed_beginning_differs-host_ref",
        "rightly signed, `host_ref` is not that of the first event",
    ),
    Bad("token-good", "159-stamped_and_its_authority_trusted", "one token over the signature"),
    Bad(
        "token-renewed",
        "071-aged_and_renewed",
        "the first authority ran out, and a renewal from before it did holds its token",
    ),
    Bad(
        "token-renewed-late",
        "071-renewed_late",
        "the renewal is from after the first authority ran out",
    ),
    Bad(
        "token-over-another-file",
        "062-over_the_manifest_itself_and_nobody_trusted",
        "over manifest.json, not over its signature",
    ),
    Bad(
        "token-of-a-stranger",
        "063-token_of_a_stranger",
        "the authority that signed it is none of the trusted ones",
    ),
    Bad(
        "token-with-certificates-of-another",
        "064-token_with_a_certificate_of_another",
        "a stranger's, with the trusted authority's certificates beside it",
    ),
    Bad(
        "token-with-a-critical-extension",
        "064-critical_extension_in_a_token",
        "of a meaning that no reader knows",
    ),
    Bad(
        "token-time-without-seconds",
        "064-token_whose_time_has_no_seconds",
        "half a minute for them; the authority signed it",
    ),
    Bad("token-of-version-2", "064-token_of_version_2", "of its statement"),
    Bad("token-with-an-extension", "064-extension_in_a_token", "not critical: no attack"),
    Bad("token-signature-broken", "065-token_signature_broken", "one bit of it"),
    Bad(
        "token-by-a-server-certificate",
        "066-signer_for_servers",
        "its signer is certified for servers, not for time",
    ),
    Bad(
        "token-answers-another-request",
        "067-loose_request_replaced",
        "the request that is kept has another nonce",
    ),
    Bad(
        "token-granted-with-changes",
        "068-status_not_granted-granted_with_mods",
        "its status is not `granted`",
    ),
    Bad("token-before-the-start", "069-before_the_start", "a day before the collection began"),
    Bad("token-with-trailing-byte", "060-byte_behind_the_token", "one byte follows the DER"),
    Bad("tokens-out-of-order", "070-second_token_earlier", "the second is five minutes earlier"),
    Bad(
        "token-older-than-its-bundle",
        "087-nobody_trusted",
        "an item replaced and all signed again under the token of the first signature",
    ),
    Bad(
        "renewal-without-a-volume",
        "071-renewal_list_changed-volume_left_out",
        "its list names all but volume 1; rightly stamped",
    ),
    Bad(
        "challenge-answered-late",
        "090-dated_back_beyond_its_challenge",
        "the collection says that it began days before its challenge was made",
    ),
    Bad("challenge-missing", "090-no_challenge_in_it", "a challenge is given that is not in it"),
    Bad(
        "kit-named-by-a-key-of-nobody",
        "046-kit_named-by_nobody_s_key",
        "manifest and first event name a kit; their key certified itself",
    ),
    Bad(
        "kit-left-out",
        "046-kit_left_out_and_nobody_trusted",
        "the manifest's signature lacks the certificate of the kit that it names (stage 9)",
    ),
    Bad(
        "root-of-another-bundle",
        "158-root_of_another_bundle_given",
        "the bundle is good, the root that was noted is another's",
    ),
    # Documents.
    Bad("event-unknown-key", "022-signed_unknown_key_in_an_event", "in event 2"),
    Bad("record-unknown-key", "022-record_with_unknown_key", "in the record of an item"),
    Bad("number-too-large", "023-signed_number-beyond_2_53", "items.count is 2 to the 53rd"),
    Bad("day-that-is-none", "023-signed_day_that_is_none-2026_02_29", "it ended on 29 February"),
    Bad("too-many-recipients", "109-signed_many_recipients", "65 of them"),
    Bad("record-too-long", "109-record_beyond_its_limit", "more than 4 MiB"),
    Bad("bag-info-replaced", "156-tag_file_changed-bag_info_txt", "which the manifest binds"),
    Bad("tag-sums-with-less", "156-tag_sums_with_one_line_less", "tagmanifest-sha256.txt"),
    Bad("volume-number-skipped", "120-number_of_a_volume_skipped", "rightly signed"),
    Bad(
        "half-written-beside-its-event",
        "128-half_written_file_of_an_event_that_stands",
        "a *.tmp of event 4, which stands",
    ),
    Bad("began-earlier", "029-signed_beginning_differs-eleven_minutes", "`started`, by 11 minutes"),
    Bad("profile-differs", "029-signed_fact_differs-profile-full", "of the manifest"),
    # Volumes and records.
    Bad("member-mode-differs", "135-member_mode_differs", "a tar header that is not canonical"),
    Bad("member-twice", "137-member_doubled", "items/00000004 stands twice"),
    Bad("member-outside", "136-member_named-1", "a member is called ../x"),
    Bad("end-block-missing", "138-end_blocks_missing-512", "one zero block instead of two"),
    Bad("frame-with-a-large-window", "139-frame_with_a_large_window", "larger than 8 MiB"),
    Bad("frame-without-content", "139-frame_without_content", "zero bytes"),
    Bad("frame-skippable", "139-skippable_frames", "beside the others"),
    Bad("garbage-behind-the-frames", "140-garbage_after_the_last_frame", "in volume 2"),
    Bad("age-header-flipped", "096-age_flipped-150", "one bit; all digests fitted"),
    Bad("age-name-of-a-plain-volume", "122-plain_volume_named_age", "it is no age file"),
    Bad("age-for-one-more", "099-recipient_not_listed", "no attack (stage 9): two stanzas"),
    Bad("item-without-an-end", "145-last_item_has_no_end", "parts of a sealed bundle's last item"),
    Bad("record-in-a-later-volume", "145-record_in_a_later_volume", "than its item"),
    Bad("records-before-items", "144-records_before_their_items", "records.jsonl is not the last"),
    Bad("record-with-a-reason", "039-item_with_the_reason_of_a_gap", "of something that was taken"),
    Bad("record-parts-too-small", "039-sizes_that_do_not_add_up-parts", "against `size`"),
    Bad("record-ranges-too-small", "039-sizes_that_do_not_add_up-ranges", "against `size`"),
    # Custody.
    Bad("event-unsigned", "077-event_signature_removed", "event 2"),
    Bad("event-of-another-bundle", "126-event_of_another_bundle", "by its `bundle`"),
    Bad("event-about-another-manifest", "081-received_for_another_manifest", "a receipt"),
    Bad("beginning-twice", "154-two_beginnings", "two `collection_started`"),
    Bad("sealed-twice", "153-sealed_twice", "two `sealed`"),
    Bad("goes-on-behind-the-seal", "153-volume_closed_after_sealing", "a volume is closed"),
    Bad("tree-shrinks", "147-tree_shrinks", "in `size`"),
    Bad("tree-counts-shrink", "147-fewer_were_acquired_than_before", "`acquired`, not `size`"),
    Bad("tree-peaks-contradict", "147-peaks_contradict_the_root", "its own root"),
    Bad("missing-more-than-gaps", "147-more_is_missing_than_gaps", "`missing so far`"),
    Bad("closed-and-salvaged", "124-closed_volume_called_salvage", "one volume is both"),
    # Signatures and certificates.
    Bad("signed-by-two", "056-second_signer_added", "two SignerInfos"),
    Bad("signed-with-content", "054-same_content_attached", "not detached"),
    Bad("signed-on-another-curve", "053-signed_on_another_curve-secp384r1", "P-384"),
    Bad("signed-beside-the-attributes", "058-unsigned_attribute_added", "an unsigned attribute"),
    Bad("signed-by-another-name", "046-another_certificate_named", "than the manifest names"),
    Bad("holder-renamed", "046-holder_called_by_another_name", "its own signature doesn't fit"),
    Bad("kit-of-the-root", "159-kit_of_the_root", "no attack: root, kit, collection key"),
    Bad("kit-named-by-none", "046-kit_named-none", "`kit` is null, and a kit certified the signer"),
    Bad("signed-with-nine-certificates", "109-more_certificates-9", "a reader takes eight"),
    Bad("signed-in-version-3", "058-signature_of_another_form-version_3", "no signature covers it"),
    Bad("kit-of-a-namesake", "046-kit_of_a_namesake_root", "by a root of the same name"),
    Bad("kit-below-a-kit", "052-kit_below_a_kit", "a chain of four"),
    Bad("kit-passed-over", "052-certified_by_no_kit", "the root itself certified the collection"),
    Bad("kit-that-is-no-ca", "051-kit_that_is_no_ca", "by its basic constraints"),
    Bad("kit-with-an-extension", "053-unknown_critical_extension", "critical, and unknown"),
    Bad("kit-expired", "048-kit_expired_as_claimed", "when the bundle says that it ended"),
    Bad("kit-revoked", "050-kit_revoked", "before, and no token says when it was sealed"),
    Bad("sealed-by-a-person", "047-sealed_by_a_person", "whom the root certified"),
    Bad("person-by-a-kit", "047-event_of_a_person_whom_the_kit_certified", "signed a note"),
    # Time, and notes from outside.
    Bad("token-number-skipped", "003-token_number_skipped", "0001 and 0003"),
    Bad("token-purpose-not-critical", "066-purpose_not_critical", "of its signer's certificate"),
    Bad("token-links-damaged", "064-links_beside_the_token-one_damaged", "in 0001.pem"),
    Bad("renewal-alone", "071-renewal_alone", "there is no token over the signature"),
    Bad("renewal-out-of-order", "071-renewal_list_changed-out_of_order", "rightly stamped"),
    Bad("renewal-digest-differs", "071-renewal_list_changed-digest_differs", "rightly stamped"),
    Bad("challenge-answered", "090-challenge_fits", "no attack: it is given and bound in"),
    Bad(
        "challenge-between-blanks",
        "090-dated_back_beyond_a_challenge_between_blanks",
        "and the beginning is days before it",
    ),
    Bad("code-in-full-width", "158-code_in_full_width", "no attack"),
    Bad("head-of-the-release", "078-head_noted_at_the_release", "no attack: one event follows"),
    Bad("head-before-the-seal", "078-head_from_before_the_seal", "it vouches for too little"),
    Bad("head-cut-off", "078-tail_cut", "the event that was noted is gone, with its signature"),
    Bad("unsealed-against-its-root", "150-pulled_stick_against_the_root", "a root was noted"),
)


EXHIBITS = (
    Bad("exhibit-good", "159-exhibit_with_trust_and_root", "two items of seven, one of them empty"),
    Bad("exhibit-record-edited", "102-part_edited-content", "the size in a record"),
    Bad("exhibit-salt-replaced", "102-salt_replaced-0", "the salt of a content part"),
    Bad("exhibit-bytes-replaced", "102-bytes_replaced_and_recorded", "with a record that fits"),
    Bad("exhibit-proof-of-another", "103-proof_of_another_item", "the way of item 2 for item 4"),
    Bad("exhibit-proof-cut", "104-proof_changed-cut_at_its_end", "the last step is missing"),
    Bad(
        "exhibit-proof-with-a-zero-byte",
        "102-proof_in_another_form-a_zero_byte_within",
        "a byte that some tools pass over, and others take for the end of a line",
    ),
    Bad(
        "exhibit-item-beyond-its-tree",
        "103-signed_item_beyond_its_tree-2",
        "rightly signed: a tree of two items, and the second shown as item 4",
    ),
    Bad(
        "exhibit-size-differs",
        "103-signed_size_is_another",
        "rightly signed: the record tells one byte more than it has the digest of",
    ),
    Bad(
        "exhibit-certificates-of-no-token",
        "010-planted-anchors_0042_pem",
        "anchors/0042.pem was added, and there is no token 42",
    ),
    Bad("exhibit-inner-node", "105-inner_node_as_a_leaf", "items 3 and 4 as halves of one leaf"),
    Bad("exhibit-manifest-flipped", "019-exhibit_manifest_flipped", "one bit of the manifest"),
    Bad("exhibit-file-missing", "005-removed-items_00000004_meta_json", "an open part is missing"),
    Bad("exhibit-extra-file", "010-exhibit_extra-note.txt", "note.txt was added"),
    Bad("exhibit-of-the-future", "102-schema_of_the_future", "a proof of another schema"),
    Bad(
        "exhibit-tree-lowered",
        "106-signed_tree_size-6",
        "rightly signed, one item less than its kinds come to",
    ),
    Bad(
        "exhibit-record-contradicts-itself",
        "102-signed_record_of_a_part_with_nothing_missing",
        "rightly signed, a record says partial and nothing is missing",
    ),
    Bad("exhibit-by-a-stranger", "057-exhibit_by_a_stranger", "signed by another key"),
    Bad(
        "exhibit-kit-of-another",
        "046-exhibit_kit_named-another",
        "the manifest names another kit than the one that certified its signer",
    ),
)
"""The attacks of the table, on an exhibit that is small enough to be kept here."""
DATED = (
    Bad("exhibit-stamped", "159-exhibit_stamped", "with the bundle's token"),
    Bad(
        "exhibit-token-of-a-stranger",
        "063-exhibit_token_of_a_stranger",
        "the authority is none of the trusted ones",
    ),
)
CLOSED = (
    Bad("exhibit-path-closed", "108-path_kept_closed", "an item and a gap, their paths closed"),
    Bad("exhibit-path-made-up", "108-path_made_up", "a meta part beside a proof that closes it"),
)


def verdict_of(path: Path, given: attacks.Noted, seen: set[int]) -> Verdict:
    if looks_like_exhibit(path):
        anchors = Anchors(root=given.root, code=given.code)
        return verify_exhibit(ExhibitFolder(path), trust=given.trust, anchors=anchors)
    return verify(
        BundleFolder(path),
        trust=given.trust,
        anchors=Anchors(
            root=given.root, code=given.code, head=given.head, challenge=given.challenge
        ),
        contents=VolumeOpener([bundles.IDENTITY]),
        sink=lambda item, _: seen.add(item),
    )


def header(
    path: Path, given: attacks.Noted, stages: frozenset[int], comment: str, trust: str
) -> str:
    seen: set[int] = set()
    verdict = verdict_of(path, given, seen)
    lines = {
        "expect": EXPECT[verdict.exit],
        "exit": str(int(verdict.exit)),
        "stage": " ".join(map(str, sorted(stages))) if verdict.exit in (1, 2) else "-",
        "released": str(len(seen)),
        "trust": trust,
        "tsa": "authorities.pem" if given.trust.authorities else "-",
        "root": given.root or "-",
        "code": given.code or "-",
        "head": given.head or "-",
        "challenge": given.challenge or "-",
        "comment": comment,
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items())


def make(world: World, names: Container[str]) -> None:
    rows = {str(row): row for row in ROWS}
    for good in (each for each in GOOD if each.name in names):
        shutil.copytree(world.path(good.base), HERE / good.name)
        _write(good.name, NOTHING, frozenset(), good.comment, world)
    for bad in (each for each in BAD if each.name in names):
        row = rows[bad.row]
        row.forge(copied(world.path(row.base), HERE / bad.name), world)
        _write(bad.name, row.given, row.stages, bad.comment, world)
    make_exhibits(world, names)


def make_exhibits(world: World, names: Container[str]) -> None:
    rows = {str(row): row for row in attacks.EXHIBITS}
    for base, vectors in (
        ("exhibit_small", EXHIBITS), ("exhibit_closed", CLOSED), ("exhibit_loose", DATED),
    ):  # fmt: skip
        for bad in (each for each in vectors if each.name in names):
            row = rows[bad.row]
            row.forge(Exhibit(shutil.copytree(world.path(base), HERE / bad.name)), world)
            _write(bad.name, row.given, row.stages, bad.comment, world)


def _write(name: str, given: Given, stages: frozenset[int], comment: str, world: World) -> None:
    noted, trust = attacks.noted(given, world), TRUSTED[given.trust]
    text = header(HERE / name, noted, stages, comment, trust)
    (HERE / f"{name}.txt").write_text(text)


def publish_keys(world: World) -> None:
    for names, file in TRUSTED.items():
        if names:
            trusted = attacks.noted(Given(trust=names), world).trust
            (HERE / file).write_bytes(bundles.pem_of(trusted))
    given = attacks.Given(tsa=("trusted", "aged"))
    known = attacks.noted(given, world).trust
    (HERE / "authorities.pem").write_bytes(bundles.authorities_of(known))
    secret = bundles.KEY.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (HERE / "signing-key.pem").write_bytes(secret)
    (HERE / "identity.key").write_text(f"# published: protects nothing\n{bundles.IDENTITY}\n")


def main(asked: Sequence[str]) -> None:
    known = {each.name for each in (*GOOD, *BAD, *EXHIBITS, *DATED, *CLOSED)}
    for name in asked or known:
        (HERE / f"{name}.txt").unlink(missing_ok=True)
        shutil.rmtree(HERE / name, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        templates = Path(folder, "templates")
        templates.mkdir()
        for name in (*INSTRUCTIONS, SCRIPT, README):
            (templates / name).write_text("# A test vector: see tests/vectors/README.md.\n")
        with (
            mock.patch.object(evidence.writing.folder, "_TEMPLATES", templates),
            mock.patch.object(evidence.custody.exhibiting, "_INSTRUCTIONS", templates),
        ):
            world = Lasting(Path(folder))
            make(world, asked or known)
            if not asked:
                publish_keys(world)


if __name__ == "__main__":
    main(sys.argv[1:])
