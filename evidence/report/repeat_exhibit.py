"""The commands that repeat the checks on one exhibit; typed in its folder, as `repeat`'s are."""

from __future__ import annotations

from collections.abc import Iterator

from chain_of_custody.digest import sha256
from chain_of_custody.documents import Documents
from chain_of_custody.exhibit import SCRIPT
from chain_of_custody.folder import MANIFEST
from evidence.report.repeat import (
    Step,
    plain_script,
    same_script,
    signature_script,
    time_steps,
    trust_script,
)


def exhibit_steps(documents: Documents, *, trusted: bool = False) -> Iterator[Step]:
    """The checks that are possible on an exhibit, in the order of the stages.

    Args:
        documents: its manifest and its tokens; without a manifest there is nothing to type.
        trusted: whether a chain to a given certificate is to be checked, too.
    """
    raw, manifest = documents.manifest_raw, documents.manifest
    if raw is None or manifest is None:
        return
    yield Step(stage=0, key="x_repeat_prepare", script="WORK=$(mktemp -d)")
    yield Step(stage=1, key="repeat_plain", script=plain_script())
    yield Step(stage=4, key="x_repeat_items", script=_items())
    yield Step(stage=5, key="repeat_signature", script=signature_script(documents))
    if trusted:
        yield Step(stage=5, key="repeat_trust", script=trust_script())
    yield from time_steps(documents, whole=False)
    yield Step(stage=8, key="x_repeat_same", script=same_script({MANIFEST: sha256(raw)}))
    every = f"sh {SCRIPT} --root \\\n{manifest.items.merkle_root} ."
    yield Step(stage=0, key="x_repeat_script", script=every)


def _items() -> str:
    """Each item's bytes, held against the digest in the record beside them."""
    return (
        "( for r in items/*.content.json; do\n"
        "    f=${r%.content.json}\n"
        '    grep -q \'"status":"gap"}$\' "$r" ||\n'
        '      grep -q "\\"sha256\\":\\"$(sha256sum < "$f" | cut -c1-64)\\"" "$r" ||\n'
        '      { echo "$f"; exit 1; }\n'
        "  done )"
    )
