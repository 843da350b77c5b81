"""The commands that repeat the checks on one bundle, with nothing of ours.

For a POSIX shell with coreutils and openssl; age, zstd and tar open the contents. Each script ends
with 0 when what it checks is as the signed documents say, with something else when it is not, and
names what differs. They are typed in the bundle's folder.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from chain_of_custody.digest import sha256
from chain_of_custody.documents import Documents
from chain_of_custody.findings import Finding
from chain_of_custody.folder import MANIFEST, SUMS, TAG_SUMS, BundleFolder
from chain_of_custody.manifest import BOUND_FILES
from chain_of_custody.stages.stamps import numbers_of

if TYPE_CHECKING:  # a verification needs nothing of an import
    from evidence.intake.case import StoredFinding

SHORT_RUN = 4  # volumes that are named one by one; a longer run of numbers is counted out by seq
_CMS = "openssl cms -verify -binary -inform DER"
_NAME_E = '      { echo "$e"; exit 1; }\n'
_NAME_F = _NAME_E.replace("$e", "$f")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One check that anybody can repeat."""

    stage: int
    """Which of the nine stages it belongs to; 0 for all of them at once."""
    key: str
    """Of the texts: what it checks."""
    script: str


_CUT_OFF = ("unfinished", "abandoned")  # as it is told, and as verdicts of earlier cases keep it


def cut_off(findings: Iterable[Finding | StoredFinding]) -> set[int]:
    """The items of which an interruption left parts behind, as a verdict's stage 9 tells."""
    return {int(dict(each.facts)["item"]) for each in findings if each.key in _CUT_OFF}


def steps(
    folder: BundleFolder,
    documents: Documents,
    *,
    trusted: bool = False,
    cut_off: Collection[int] = (),
) -> Iterator[Step]:
    """The checks that are possible on this bundle, in the order of the stages.

    The first one prepares the others: a folder for what comes out, and where the key is.

    Args:
        folder: the bundle.
        documents: its signed documents, as far as they can be read.
        trusted: whether a chain to a given certificate is to be checked, too.
        cut_off: items of which an interruption left parts behind that are not theirs.
    """
    yield Step(stage=0, key="repeat_prepare", script=_preparation(documents))
    yield Step(stage=1, key="repeat_plain", script=plain_script())
    if documents.manifest is not None:
        yield Step(stage=2, key="repeat_sums", script=f"sha256sum --strict -c {SUMS}")
        yield Step(stage=3, key="repeat_complete", script=_complete(folder))
    elif documents.closed():
        yield Step(stage=2, key="repeat_sums_of_events", script=_sums_of_events())
    if documents.closed():
        yield Step(stage=4, key="repeat_open", script=_open(documents))
        yield Step(stage=4, key="repeat_items", script=_items(cut_off))
    if documents.manifest is not None:
        yield Step(stage=5, key="repeat_signature", script=signature_script(documents))
        if trusted:
            yield Step(stage=5, key="repeat_trust", script=trust_script())
        yield from time_steps(documents)
    yield Step(stage=7, key="repeat_events", script=_events())
    yield Step(stage=7, key="repeat_chain", script=_chain())
    if documents.events:
        yield Step(stage=8, key="repeat_same", script=_same(documents))
    if documents.manifest is not None:
        yield Step(stage=0, key="repeat_script", script=_all(documents))


def plain_script() -> str:
    """That there are only ordinary files and folders."""
    return "! find . ! -type d \\( ! -type f -o -links +1 \\) | grep ."


def _preparation(documents: Documents) -> str:
    key = "\nIDENTITY=/path/to/identity.txt" if encrypted(documents) else ""
    return f"WORK=$(mktemp -d){key}"


def _complete(folder: BundleFolder) -> str:
    """The bound files by the manifest, the volumes by their list, all else by its number."""
    bound, listing = list(BOUND_FILES.values()), folder.listing
    number = len(listing.files) + len(listing.folders & folder.folders) + 1  # `find` counts `.`
    return (
        f"sha256sum --strict -c {TAG_SUMS} &&\n"
        f"( for f in {' '.join(bound[:3])} \\\n"
        f"      {' '.join(bound[3:])}; do\n"
        f'    grep -q "$(sha256sum < $f | cut -c1-64)" {MANIFEST} ||\n'
        f"{_NAME_F}"
        "  done ) &&\n"
        f'cut -d/ -f2 {SUMS} > "$WORK/listed" &&\n'
        'ls data | diff "$WORK/listed" - &&\n'
        "n=$(find . | wc -l) &&\n"
        f'{{ [ "$n" -eq {number} ] || ! echo "$n files and folders, not {number}"; }}'
    )


def _sums_of_events() -> str:
    """A partial bundle has no sums file: its events state them."""
    return (
        'grep -oh \'"name":"volume-[^}]*\' custody/*.json |\n'
        '  sed \'s/"name":"\\([^"]*\\)","sha256":"\\([0-9a-f]*\\)".*/\\2  data\\/\\1/\' |\n'
        "  sha256sum --strict -c"
    )


def _open(documents: Documents) -> str:
    names = " ".join(_runs([entry.number for entry in documents.closed()]))
    unfold = '      zstd -dc "data/$v.tar.zst" |'
    if encrypted(documents):
        unfold = '      age -d -i "$IDENTITY" "data/$v.tar.zst.age" | zstd -d |'
    return (
        f"( for v in {names}; do\n"
        '    mkdir "$WORK/$v" &&\n'
        f"{unfold}\n"
        '      tar -xf - -C "$WORK/$v" || exit 1\n'
        "  done )"
    )


def _runs(numbers: list[int]) -> Iterator[str]:
    """Names of volumes without their endings; thousands of them on a few lines."""
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        if len(run) <= SHORT_RUN:
            yield from (f"volume-{number:05d}" for number in run)
        else:
            yield f"$(seq -f volume-%05.0f {run[0]} {run[-1]})"


def _items(cut_off: Collection[int]) -> str:
    """Each item held against the digest in its record; one in several parts is joined first.

    A whole item lies in the volume of its record, so that no folder is searched for it: a search
    for each of 70,000 items among all of them takes hours.
    """
    left_out = "|".join(f"{item:08d}" for item in sorted(cut_off))
    without = f"    grep -vE '^({left_out}) ' |\n" if left_out else ""
    return (
        '( cd "$WORK" && for v in volume-*; do\n'
        '    sed -n \'s/.*"seq":\\([0-9]*\\),"sha256":"\\([^"]*\\)".*/0000000\\1 \\2/p\' \\\n'
        "      \"$v/records.jsonl\" | sed 's/^0*\\(.\\{8\\}\\) /\\1 /' |\n"
        f"{without}"
        "    while read -r n sum; do\n"
        '      if [ -f "$v/items/$n" ]; then echo "$sum  $v/items/$n"\n'
        '      else cat volume-*/items/"$n".* | sha256sum | grep -q "$sum" ||\n'
        '        echo "$sum  item $n"; fi\n'
        "    done\n"
        "  done > sums\n"
        "  [ ! -s sums ] || sha256sum --strict --quiet -c sums )"
    )


def signature_script(documents: Documents) -> str:
    """That the manifest is what the certificate named in it has signed."""
    assert documents.manifest is not None  # noqa: S101 - `steps` asks for no other
    return (
        f"{_CMS} -in {MANIFEST}.p7s \\\n"
        f'  -content {MANIFEST} -noverify -signer "$WORK/signer.pem" \\\n'
        "  -out /dev/null &&\n"
        'openssl x509 -in "$WORK/signer.pem" -outform DER | sha256sum |\n'
        f"grep {documents.manifest.signer_certificate_sha256}"
    )


def trust_script() -> str:
    """That its signer leads to a trusted certificate."""
    return (
        "TRUST=/path/to/trusted.pem\n"
        f"{_CMS} -in {MANIFEST}.p7s \\\n"
        f'  -content {MANIFEST} -CAfile "$TRUST" -partial_chain \\\n'
        "  -purpose any -no_check_time -out /dev/null"
    )


def time_steps(documents: Documents, *, whole: bool = True) -> Iterator[Step]:
    """The tokens, each over what it is about; a renewal's list is checked first.

    Args:
        documents: the bundle's signed documents, and its tokens.
        whole: whether everything lies here that a renewal lists.
    """
    for number in numbers_of(documents):
        stem = f"anchors/{number:04d}"
        renewal = f"{number:04d}.sums" in documents.anchors
        about = f"{stem}.sums" if renewal else f"{MANIFEST}.p7s"
        listed = _listed(about, whole=whole) if renewal else ""
        more = f" -untrusted {stem}.pem" if f"{number:04d}.pem" in documents.anchors else ""
        yield Step(
            stage=6, key="repeat_renewal" if renewal else "repeat_token",
            script=f"TSA=/path/to/authority.pem\n{listed}"
            f"openssl ts -verify -in {stem}.tsr \\\n"
            f'  -data {about} -CAfile "$TSA"{more}',
        )  # fmt: skip


def _listed(about: str, *, whole: bool) -> str:
    """That what a renewal lists is as it lists it; of an exhibit, what of that lies here."""
    if whole:
        return f"sha512sum --strict --quiet -c {about} &&\n"
    return (
        f"grep -E ' (manifest\\.json(\\.p7s)?|anchors/.*)$' {about} |\n"
        "  sha512sum --strict --quiet -c &&\n"
    )


def _events() -> str:
    return (
        "( for e in custody/*.json; do\n"
        f'    {_CMS} -in "$e.p7s" \\\n'
        '      -content "$e" -noverify -out /dev/null ||\n'
        f"{_NAME_E}"
        "  done )"
    )


def _chain() -> str:
    return (
        "( before=$(printf %064d 0)\n"
        "  for e in custody/*.json; do\n"
        '    grep -q "\\"prev\\":\\"$before\\"" "$e" ||\n'
        f"{_NAME_E}"
        '    before=$(sha256sum < "$e" | cut -c1-64)\n'
        "  done )"
    )


def _same(documents: Documents) -> str:
    """The digests that this paper names: another bundle has others."""
    last = documents.events[-1]
    # By its number, never by a name that lies there: a forger's name may hold a command.
    digests = {f"custody/{last.event.seq:05d}.json": last.sha256}
    if documents.manifest_raw is not None:
        digests = {MANIFEST: sha256(documents.manifest_raw), **digests}
    return same_script(digests)


def same_script(digests: Mapping[str, str]) -> str:
    """That these files, by name, have these digests."""
    return " &&\n".join(
        f'sum={digest} &&\necho "$sum  {name}" | sha256sum --strict -c'
        for name, digest in digests.items()
    )


def _all(documents: Documents) -> str:
    identity = ' --identity "$IDENTITY"' if encrypted(documents) else ""
    return f"sh verify.sh{identity} ."


def encrypted(documents: Documents) -> bool:
    """Every volume of a collection is encrypted to the same recipients, or none is."""
    return any(entry.encrypted for entry in documents.closed())
