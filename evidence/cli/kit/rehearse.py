"""`--rehearse`: the trial run of a kit, as the terminal shows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chain_of_custody.findings import escaped
from evidence.cli.shared import Voice

if TYPE_CHECKING:  # a verb's help must not wait for YARA and the cipher
    from evidence.kit.description import Description

_NOT_ALL = 3  # as docs/exit-codes.md: done, but something that was expected is missing


def rehearse(voice: Voice, kit: Path, about: Description) -> int:
    """Rehearse, and say what went well and what didn't; returns the exit code."""
    from evidence.kit.rehearsal import rehearse as run

    t = voice.t
    voice.talk(t("kit.rehearse"))
    done = run(kit, about)
    for each in done.results:
        said = each.ja if t.language == "ja" else each.en
        answer = t("kit.fine") if each.fine else t("kit.not_fine")
        line = t("kit.rehearsed_one", answer=answer, what=said)
        if each.detail:
            detail = escaped(each.detail)
            line = t("kit.rehearsed_more", answer=answer, what=said, detail=detail)
        voice.result(line)
    voice.result(t("kit.rehearsed", path=escaped(str(done.page))))
    results = [{"what": one.key, "fine": one.fine, "detail": one.detail} for one in done.results]
    voice.document(
        {
            "schema": "hozen-rehearsed/1", "page": str(done.page), "bundle": str(done.bundle),
            "results": results,
        }
    )  # fmt: skip
    return 0 if done.fine else _NOT_ALL
