"""Stage 8: what was noted outside the bundle, against one made anew, whole and consistent."""

from __future__ import annotations

from chain_of_custody import code
from chain_of_custody.errors import AlteredError, UnusableError
from chain_of_custody.examination import Examination
from chain_of_custody.findings import Finding

STAGE = 8
_DIFFERS = {"root": "root_differs", "code": "code_differs", "head": "head_differs"}
_FITS = {"root": "root_fits", "code": "code_fits", "head": "head_fits"}
_NO_ROOT = "00" * 32  # a partial bundle has none; a code noted at sealing can't be its code


def check(examination: Examination) -> Finding | None:
    """Compare root, head and spoken code, whichever were given."""
    given, verdict = examination.anchors, examination.verdict
    fitting = {
        name: value.strip().lower() == found
        for name, value, found in (
            ("root", given.root, verdict.root),
            ("head", given.head, verdict.head),
        )
        if value is not None
    }
    if given.code is not None:
        try:
            fitting["code"] = code.matches(given.code, verdict.root or _NO_ROOT)
        except code.CodeError as error:
            examination.refuse(UnusableError(STAGE, "code_unusable", why=error))
            return None
    if not fitting:
        examination.say(STAGE, "no_anchor")
        return None
    for name, fits in fitting.items():
        if not fits:
            examination.refuse(AlteredError(STAGE, _DIFFERS[name]))
    if not all(fitting.values()):
        return None
    *others, last = [_FITS[name] for name in fitting]
    for key in others:
        examination.say(STAGE, key)
    return Finding.of(last)
