"""How a collection ended, in words and as JSON."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from chain_of_custody.code import read_aloud
from chain_of_custody.findings import escaped
from evidence.cli.kit.imager import from_kit
from evidence.cli.rules.hits import tell_hits
from evidence.cli.shared import ALGORITHMS, Aside, UnheardError, Voice, fitted, say
from evidence.cli.taking.again import again
from evidence.collecting.landing import Landing
from evidence.console import BLOCKS, writes
from evidence.telling.ended import balance, why_unsealed
from evidence.telling.missed import system_words

if TYPE_CHECKING:
    from evidence.archives.looked import Archives
    from evidence.telling.collected import Collected
    from evidence.writing.mirror import SecondCopy
    from evidence.writing.square import Square

Verb = Literal["collect", "image", "ingest", "memory acquire"]
_ROOM = 42  # lines: a QR code, the number above it, and what is said between and behind them


def tell(
    voice: Voice, collected: Collected, square: Square | None, verb: Verb,
    further: Callable[[], dict[str, object]] = dict,
) -> int:  # fmt: skip
    """Say how it ended, in words or as JSON; on standard error where the other takes nothing.

    Returns:
        The exit code that the saying itself comes to: the bundle lies there in any case.
    """
    try:
        _tell(voice, collected, square, verb)
        voice.document(_document_of(collected, square) | further())
    except UnheardError as error:
        why = system_words(error.strerror or "", voice.t.language)
        say(voice.t("end.unheard", why=escaped(why)))
        _tell(Aside(t=voice.t), collected, square, verb)  # its code is needed all the same
        return 3
    return 0


def _tell(voice: Voice, collected: Collected, square: Square | None, verb: Verb) -> None:
    """Say where the bundle is, what was taken, what was not, and what to do next."""
    t, path = voice.t, escaped(str(collected.path))
    if collected.sealed:
        voice.result(t("end.sealed", path=path))
    else:
        voice.result(t("end.partial", path=path, cause=why_unsealed(t, collected)))
        if collected.cause == "destination_full":
            voice.result(t("end.full"))
        elif collected.cause != "signal":
            voice.result(t("end.pulled"))
        voice.result(t("end.resume", command=again(collected.path)))
        if collected.source == "live":
            voice.result(t("end.power"))
    for sentence in balance(t, collected, named=True):
        voice.result(sentence)
    landing = Landing(collected.path)
    if landing.taken and not from_kit():  # a kit says so itself, before and after
        voice.result(t("kit.memory_left", path=escaped(landing.path)))
    if verb in ("collect", "ingest"):
        tell_hits(voice, collected.findings.hits, collected.rules, collected.sets)
    if verb == "ingest":
        _tell_archives(voice, collected.findings.archives)
    if collected.sealed and collected.digests_later:
        names = ", ".join(ALGORITHMS[each] for each in collected.digests_later)
        voice.result(t("image.later", names=names))
    _tell_second(voice, collected)
    _tell_anchor(voice, collected, square)


def _tell_archives(voice: Voice, archives: Archives) -> None:
    """How far the archives that were handed over were looked into, and which were not wholly."""
    t, counts = voice.t, archives.counts
    if not any(counts.values()):
        return
    voice.result(
        t("end.archives", count=sum(counts.values()), whole=counts["whole"],
          in_part=counts["in part"], closed=counts["closed"], encrypted=archives.encrypted)
    )  # fmt: skip
    for origin, looked in archives.named:
        facts = {"path": escaped(origin), "kind": looked.kind}
        voice.result(
            t("end.archive_encrypted", **facts)
            if looked.encrypted
            else t("end.archive_closed", **facts)
        )


def _tell_second(voice: Voice, collected: Collected) -> None:
    """How both copies came out of their verification."""
    second, t = collected.second, voice.t
    if second is None:
        return
    path = escaped(str(second.path))
    if second.first.failed:
        voice.result(t("second.first_fails", path=escaped(str(collected.path))))
    if second.complete:
        voice.result(t("second.complete", path=path))
    else:
        voice.result(t("second.failed", path=path, why=_why_single(voice, second)))


def _why_single(voice: Voice, second: SecondCopy) -> str:
    why = second.why_not
    if why is None:
        return voice.t("second.differs")
    return escaped(why if isinstance(why, str) else why.sentence(voice.t.language))


def _tell_anchor(voice: Voice, collected: Collected, square: Square | None) -> None:
    if not collected.sealed:
        return
    voice.result("")
    voice.result(voice.t("end.root", root=collected.root))
    voice.result(voice.t("end.code", code=collected.code))
    for digits, words in read_aloud(collected.code, voice.t.language):
        voice.result(voice.t("end.group", digits=digits, words=words))
    _tell_square(voice, square)
    on_screen = shows_squares() and not (voice.as_json or voice.quiet)
    told = [voice.t("end.next_square" if on_screen else "end.next")]
    if collected.source == "live":
        told.append(voice.t("end.power"))  # what is in memory alone may still be wanted
    for line in (line for each in told for line in fitted(each, sys.stdout)):
        voice.result(line)
    if on_screen:
        from evidence.writing.square import drawn

        voice.result("\n".join(drawn(collected.root)))


def _tell_square(voice: Voice, square: Square | None) -> None:
    if square is None:
        return
    path = escaped(str(square.path))
    if square.why_not is None:
        voice.result(voice.t("end.square", path=path))
    else:
        voice.result(voice.t("end.no_square", path=path, why=escaped(square.why_not)))


def shows_squares() -> bool:
    """Whether a QR code comes out readable: a terminal that has the half blocks, and room.

    On a lower one it would push the number off the screen, which the kernel's console forgets.
    """
    if sys.stdout is None or not sys.stdout.isatty():
        return False
    if shutil.get_terminal_size().lines < _ROOM:
        return False
    return writes(BLOCKS)


def _document_of(collected: Collected, square: Square | None) -> dict[str, object]:
    """The same for machines."""
    return {
        "schema": "hozen-collected/1",
        "path": str(collected.path),
        "sealed": collected.sealed,
        "cause": collected.cause,
        "encrypted": collected.encrypted,
        "acquired": collected.tally.acquired,
        "partial": collected.tally.partial,
        "gap": collected.tally.gap,
        "bytes": collected.tally.bytes,
        "reasons": collected.findings.reasons,
        "yara": {
            "rules": collected.rules,
            "hits": collected.findings.hits,
            "without_whole_answer": collected.findings.unsearched_all,
        },
        "archives": _archives(collected.findings.archives),
        "failed_collectors": collected.findings.failed,
        "limited": collected.findings.limited,
        "missing": [str(each) for each in collected.findings.missing],
        "digests_later": list(collected.digests_later),
        "remarks": collected.findings.remarks,
        "second_copy": _second(collected.second),
        "root": collected.root,
        "code": collected.code,
        "square": str(square.path) if square is not None and square.why_not is None else None,
        "certificate_sha256": collected.certificate_sha256,
    }


def _archives(archives: Archives) -> dict[str, object]:
    return {
        "looked_into": archives.counts["whole"], "in_part": archives.counts["in part"],
        "not_looked_into": archives.counts["closed"], "encrypted": archives.encrypted,
        "first": [origin for origin, _ in archives.named],
    }  # fmt: skip


def _second(second: SecondCopy | None) -> dict[str, object] | None:
    if second is None:
        return None
    return {
        "path": str(second.path), "complete": second.complete,
        "why_not": None if second.why_not is None else str(second.why_not),
        "first_exit": int(second.first.exit), "second_exit": int(second.second.exit),
    }  # fmt: skip
