"""The particulars of a verification: clocks, the bundle's own values, what was given, commands."""

from __future__ import annotations

from collections.abc import Iterator

from chain_of_custody.code import read_aloud, spoken_code
from chain_of_custody.manifest import Manifest
from chain_of_custody.signing.keys import fingerprint
from evidence import __version__
from evidence.report.clocks import clock_lines, started_of
from evidence.report.repeat import Step, cut_off, steps
from evidence.report.repeat_exhibit import exhibit_steps
from evidence.report.texts import Words
from evidence.report.verification.examined import Examined
from evidence.report.verification.section import STATEMENTS, Row, Section, second
from evidence.tool import this_tool

_OF_BUNDLES = ("v_given_key", "v_given_head")
"""What there is nothing to check with in an exhibit."""


def clocks(examined: Examined, words: Words) -> Section:
    """What the host's clock said, and the verifier's."""
    began, ended = examined.began, examined.ended
    known = words("v_yes" if began.synchronised and ended.synchronised else "v_no")
    own = words(
        "v_clock_verifier", began=began.utc, ended=ended.utc, zone=began.zone, synchronised=known
    )
    told = clock_lines(examined.documents, words) or [words("v_clock_untold")]
    return Section(name="clocks", title=words("v_clocks"), lines=[*told, own])


def identity(examined: Examined, words: Words) -> Iterator[Section]:
    """What tells this bundle from every other; nothing where none of it can be read."""
    documents = examined.documents
    if examined.is_exhibit and documents.manifest is not None:
        yield from _of_exhibit(examined, documents.manifest, words)
    if not documents.events:
        return
    started, manifest = started_of(documents), documents.manifest
    rows = [
        (words("v_folder"), examined.name), (words("bundle_id"), documents.events[0].event.bundle),
    ]  # fmt: skip
    if started is not None:
        begun = second(documents.events[0].event.at)
        ended = second(manifest.ended) if manifest is not None else "?"
        tool = f"{started.tool.name} {started.tool.version}"
        rows += [
            (words("case_id"), started.case_id),
            (words("collected"), f"{begun} – {ended}"),
            (words("v_collector"), words("v_tool_value", tool=tool, sha256=started.tool.sha256)),
        ]  # fmt: skip
    if manifest is not None:
        rows += _sealed(manifest, words)
    last = documents.events[-1]
    rows.append((words("v_head", number=last.event.seq), last.sha256))
    notes = [words("v_as_stated")] if examined.refused else []
    yield Section(name="identity", title=words("v_identity"), facts=rows, notes=notes)
    if manifest is not None:
        yield _aloud(manifest.items.merkle_root, words)


def _sealed(manifest: Manifest, words: Words) -> list[tuple[str, str]]:
    root = manifest.items.merkle_root
    return [
        (words("root"), root), (words("code"), spoken_code(root)),
        (words("v_signer"), manifest.signer_certificate_sha256),
    ]  # fmt: skip


def _of_exhibit(examined: Examined, manifest: Manifest, words: Words) -> Iterator[Section]:
    """The same from the manifest alone: an exhibit has no events."""
    begun, ended = second(manifest.started), second(manifest.ended)
    tool = f"{manifest.tool.name} {manifest.tool.version}"
    rows = [
        (words("v_folder"), examined.name), (words("bundle_id"), manifest.bundle_id),
        (words("case_id"), manifest.case_id), (words("collected"), f"{begun} – {ended}"),
        (words("v_collector"), words("v_tool_value", tool=tool, sha256=manifest.tool.sha256)),
        *_sealed(manifest, words),
    ]  # fmt: skip
    notes = [words("v_as_stated")] if examined.refused else []
    yield Section(name="identity", title=words("x_identity"), facts=rows, notes=notes)
    yield _aloud(manifest.items.merkle_root, words)


def _aloud(root: str, words: Words) -> Section:
    """The code, a group a line, with the words to say it over a telephone."""
    groups = read_aloud(spoken_code(root), words.language)
    return Section(
        name="aloud", title=words("v_aloud"), columns=[words("v_digits"), words("v_words")],
        rows=[Row(cells=group) for group in groups],
    )  # fmt: skip


def given(examined: Examined, words: Words) -> Section:
    """What the verifier had beside the bundle, and what it had not."""
    had, anchors, tool = examined.given, examined.given.anchors, this_tool(__version__)
    found = {
        "v_given_trust": "; ".join(had.trust.fingerprints),
        "v_given_tsa": "; ".join(fingerprint(each) for each in had.trust.authorities),
        "v_given_lists": str(len(had.trust.revocations) or ""),
        "v_given_key": "; ".join(had.recipients),
        "v_given_root": anchors.root, "v_given_code": anchors.code, "v_given_head": anchors.head,
        "v_given_challenge": anchors.challenge,
    }  # fmt: skip
    for key in _OF_BUNDLES if examined.is_exhibit else ():
        del found[key]
    rows = [(words(key), value) for key, value in found.items() if value]
    missing = "; ".join(words(key) for key, value in found.items() if not value)
    named = words("v_tool_value", tool=f"{tool.name} {tool.version}", sha256=tool.sha256)
    rows += [(words("v_given_not"), missing or words("v_nothing")), (words("v_tool"), named)]
    return Section(name="given", title=words("v_given"), facts=rows)


def repeated(examined: Examined) -> list[Step]:
    """The commands for this bundle or exhibit; none where there is none to type them at."""
    trusted = bool(examined.given.trust) and examined.passed(5)
    if examined.is_exhibit:
        return list(exhibit_steps(examined.documents, trusted=trusted))
    if examined.folder is None or not examined.documents.events:
        return []
    found = steps(examined.folder, examined.documents, cut_off=_left_out(examined), trusted=trusted)
    return list(found)


def _left_out(examined: Examined) -> list[int]:
    return sorted(cut_off(examined.verdict.stage(STATEMENTS).findings))


def repeat(examined: Examined, words: Words) -> Iterator[Section]:
    """The commands, with what each is for."""
    scripts = [
        (f"{step.stage or ''} {words(step.key)}".strip(), step.script.splitlines())
        for step in repeated(examined)
    ]
    if not scripts:
        return
    of = "x_repeat" if examined.is_exhibit else "repeat"
    notes, numbers = [words(f"{of}_note")], ", ".join(map(str, _left_out(examined)))
    if numbers:
        notes.insert(0, words("repeat_cut_off", numbers=numbers))
    yield Section(
        name="repeat", title=words("repeat"), scripts=scripts, notes=notes,
        lead=[words(f"{of}_where", folder=examined.name)],
    )  # fmt: skip
