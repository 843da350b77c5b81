"""Three verifiers on a row of the table of attacks: ours, the shell script, the naive one."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import attacks
import bundles
import naive
import worlds
from attacks import Row
from worlds import World

from chain_of_custody.folder import BundleFolder
from chain_of_custody.verdict import Anchors, Verdict
from chain_of_custody.verify import verify
from evidence.reading.container import VolumeOpener

SCRIPT = Path(bundles.__file__).parents[1] / "evidence" / "instructions" / "verify.sh"
LEVEL = re.compile(r"\blevel ([ABC]): ")
LINE = re.compile(r"^([1-9]) (\S+) +(PASS|FAIL|NOT CHECKED)\b", re.MULTILINE)


def by_us(path: Path, row: Row, world: World, *, identity: bool = True) -> Verdict:
    noted = attacks.noted(row.given, world)
    return verify(
        BundleFolder(path),
        trust=noted.trust,
        anchors=Anchors(
            root=noted.root, code=noted.code, head=noted.head, challenge=noted.challenge
        ),
        contents=VolumeOpener([bundles.IDENTITY]) if identity else None,
    )


class Shell:
    """The shell script's exit, and how it says that each stage ended."""

    def __init__(self, path: Path, row: Row, world: World, place: Path) -> None:
        noted = attacks.noted(row.given, world)
        (place / "identity.txt").write_text(f"{bundles.IDENTITY}\n")
        (place / "scratch").mkdir()
        arguments = ["--identity", str(place / "identity.txt")]
        if noted.trust:
            (place / "trust.pem").write_bytes(bundles.pem_of(noted.trust))
            arguments += ["--trust", str(place / "trust.pem")]
        if noted.trust.authorities:
            (place / "tsa.pem").write_bytes(bundles.authorities_of(noted.trust))
            arguments += ["--tsa", str(place / "tsa.pem")]
        for name in ("root", "code", "head", "challenge"):
            if getattr(noted, name) is not None:
                arguments += [f"--{name}", getattr(noted, name)]
        self.scratch = place / "scratch"
        done = subprocess.run(
            ["dash", str(SCRIPT), *arguments, str(path)],
            capture_output=True,
            check=False,
            env={"PATH": "/usr/bin:/bin", "TMPDIR": str(self.scratch)},
        )
        self.exit = done.returncode
        self.output = done.stdout.decode(errors="replace")
        self.stages = {int(number): outcome for number, _, outcome in LINE.findall(self.output)}
        self.level = "".join(LEVEL.findall(self.output))

    @property
    def failed(self) -> set[int]:
        return {number for number, outcome in self.stages.items() if outcome == "FAIL"}


# The naive verifier

COVERED = {2, 3, 5, 7, 8}
"""The stages that it knows something of."""
NO_PARTIAL, NO_UNUSABLE = "it takes sealed bundles only", "it knows no schema"
NO_CONTENTS, NO_CHAINS = "it opens no contents", "it follows no chain of certificates"
NO_RULES = "it knows the chain and the seal, not what each event may say"
NO_TOKENS, NO_FOLDERS = "it looks at no token", "it looks at files, not at folders"
NO_DER = "it takes signatures of any version, and certificates in any order and number"
NO_CODE, NO_NUMBERS = "it knows no spoken code", "it doesn't count volumes"
OUTSIDE = {
    "003-token_number_skipped": NO_TOKENS,
    "010-extra_file-anchors": NO_TOKENS,
    "011-": NO_FOLDERS,
    "019-manifest_byte_flipped-0": NO_UNUSABLE,
    "019-manifest_byte_flipped-1": NO_UNUSABLE,
    "020-manifest_written_again": NO_UNUSABLE,
    "029-collected_here_from_a_sender": NO_RULES,
    "029-ended_at-11": NO_RULES,
    "029-ended_at-_11": NO_RULES,
    "029-received_from_nobody": NO_RULES,
    "029-signed_beginning_differs": NO_RULES,
    "029-signed_fact_differs": NO_RULES,
    "029-signed_name_of_another_case": NO_RULES,
    "029-signed_recipients_as_one_word": NO_RULES,
    "029-signed_with_the_tool_of_the_first_session": NO_RULES,
    "044-hole_in_the_numbers": NO_CONTENTS,
    "046-holder_called_by_another_name": NO_CHAINS,
    "046-manifest_signed_by_a_stranger_who_is_named": NO_RULES,
    "053-holder_s_serial_number": NO_DER,
    "054-certificates_out_of_order": NO_DER,
    "057-everything_signed_by_a_stranger": NO_RULES,
    "058-signature_of_another_form-digest_twice": NO_DER,
    "058-signature_of_another_form-no_digest": NO_DER,
    "058-signature_of_another_form-version_3": NO_DER,
    "061-token_removed": NO_TOKENS,
    "072-certificate_order_changed": NO_TOKENS,
    "078-tail_cut_and_the_code": NO_CODE,
    "081-": NO_RULES,
    "082-beginning_read_": NO_RULES,
    "082-end_read_": NO_RULES,
    "082-monotonic_clock": NO_RULES,
    "086-": NO_RULES,
    "089-last_item_deleted_and_all_signed_again": NO_CODE,
    "109-more_certificates-9": NO_DER,
    "113-volume_removed_from_the_manifest": NO_RULES,
    "115-": NO_RULES,
    "120-": NO_NUMBERS,
    "124-closed_volume_called_salvage": NO_RULES,
    "126-": NO_RULES,
    "128-request_of_a_token": NO_TOKENS,
    "129-one_key_not_trusted": NO_RULES,
    "147-bytes_of_gaps": NO_RULES,
    "147-counts_contradict_the_size": NO_RULES,
    "147-missing_things_come_back": NO_RULES,
    "147-more_is_missing_than_gaps": NO_RULES,
    "147-peaks_contradict_the_root": NO_RULES,
    "147-tree_of_other_items_of_the_same_number": NO_RULES,
    "147-tree_shrinks": NO_RULES,
    "148-": NO_RULES,
    "150-pulled_stick_against_the": NO_PARTIAL,
    "151-manifest_of_a_sealing_removed": NO_PARTIAL,
    "153-closed_for-end": NO_RULES,
    "153-closed_for-interrupted": NO_RULES,
    "153-collection_behind_a_holder": NO_PARTIAL,
    "153-interrupted_and_sealed": NO_RULES,
    "153-resumed_after_sealing": NO_RULES,
    "153-volume_closed_after_sealing": NO_RULES,
    "154-beginning_in_second_place": NO_RULES,
    "154-two_beginnings": NO_RULES,
    "158-code_of_another_bundle_given": NO_CODE,
}
"""Beginnings of rows' names that the naive verifier does not cover, and why."""


def outside(row: Row) -> str | None:
    """Why the naive verifier does not cover a row; None where it does."""
    if row.base in worlds.PARTIAL or row.verdict[0] == "I":
        return NO_PARTIAL
    if row.verdict[0] == "U":
        return NO_UNUSABLE
    if row.stages - COVERED:
        return NO_CONTENTS
    if set(row.given.trust) - {"key", "second"}:
        return NO_CHAINS
    return next((why for name, why in OUTSIDE.items() if str(row).startswith(name)), None)


def by_naive(path: Path, row: Row, world: World) -> set[int]:
    """The stages that fail; it knows no exit code."""
    noted = attacks.noted(row.given, world)
    trust = noted.trust.fingerprints
    return naive.failures(path, trust=trust, root=noted.root, head=noted.head)
