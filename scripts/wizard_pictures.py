"""Make docs/wizard-*.svg: what the wizard shows on a terminal of 80 columns and 24 lines.

    .venv/bin/python scripts/wizard_pictures.py [FOLDER]

The same pages that the program draws, with facts made up for them: a picture that changes when
nothing of the wizard does would be looked at by nobody.
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
import tempfile
from pathlib import Path

from picture import alone
from rich.cells import cell_len

from chain_of_custody.code import spoken_code
from evidence.cli.texts import Texts
from evidence.collecting.collection import Collected
from evidence.machine.clock import Clock
from evidence.planning.request import Request
from evidence.surroundings.facts import Machine, Place, Surroundings
from evidence.telling.findings import Findings
from evidence.wizard.checks import checks
from evidence.wizard.contact import Contact
from evidence.wizard.flow import State
from evidence.wizard.full import Face
from evidence.wizard.guide import Guide
from evidence.wizard.plan import Plan
from evidence.wizard.undertaking import Undertaking
from evidence.writing.history import Tally

DOCS = Path(__file__).resolve().parent.parent / "docs"
SIZE = (80, 24)
COLUMN = 12.2  # units of rich's picture that a column is wide
SHOWN = ("care", "adviser", "ready", "code")
LANGUAGES = ("ja", "en")
CONTACT = {
    "ja": Contact(name="調査会社 夜間窓口", telephone="000-0000-0000"),
    "en": Contact(name="Forensic firm, night desk", telephone="000-0000-0000"),
}
NIGHT = 1_795_370_400 * 1_000_000_000  # 2026-11-22 18:00 UTC
GIB = 1 << 30
FOUND = Surroundings(
    place=Place(
        there=Path("/media/stick"), medium="own", backup=None, filesystem="vfat", read_only=False,
        local=True, in_memory=False,
    ),
    free=58 * GIB, readers=True, rights="all",
    machine=Machine(
        ciphers=("luks-root",), writes="kept", overlay="", agents=("ClamAV",), links=(),
        memory="open", ram=8 * GIB,
    ),
)  # fmt: skip
ROOT = "0123456789abcdef" * 4  # no bundle's
ENDED = Collected(
    path=Path("/media/stick/out/HZ_H-2026-0001_00000000_20261122T180000Z"), sealed=True, cause=None,
    tally=Tally(acquired=1, bytes=1), findings=Findings(), root=ROOT, code=spoken_code(ROOT),
    certificate_sha256="0" * 64, rules=1, encrypted=True,
)  # fmt: skip


def guide(screen: str, language: str, folder: Path) -> Guide:
    """A guide that stands on a screen."""
    request = Request(output=folder / "out", source=str(folder))
    plan = Plan(request=request, contact=CONTACT[language])
    one = Guide(plan, Texts(language), face="full", clock=Clock(now_ns=NIGHT))
    one.state = State(screen=screen, trail=("kind",) if screen == "adviser" else ())
    one.checks = checks(FOUND, "standard")
    one.work = Undertaking(
        request, key=None, reference=lambda _: None, notes=[], begun=lambda _: None
    )  # fmt: skip
    one.work.collected = ENDED
    return one


async def drawn(one: Guide) -> str:
    """The face of a guide as SVG."""
    face = Face(one)
    async with face.run_test(size=SIZE) as pilot:
        await pilot.pause()
        svg = face.export_screenshot(title="hozen wizard")
    return widened(re.sub(r"terminal-\d+", "wizard", alone(svg))) + "\n"


def widened(svg: str) -> str:
    """Every text as long as its columns: rich counts letters, and squeezes those of two columns."""

    def as_long(found: re.Match[str]) -> str:
        columns = cell_len(html.unescape(found[3]))
        return f'{found[1]}textLength="{columns * COLUMN:.1f}"{found[2]}>{found[3]}<'

    return re.sub(r'(<text [^>]*)textLength="[0-9.]+"([^>]*)>([^<]*)<', as_long, svg)


def main(folder: Path) -> None:
    """Draw them all."""
    with tempfile.TemporaryDirectory(prefix="wizard-") as empty:
        for language in LANGUAGES:
            for screen in SHOWN:
                path = folder / f"wizard-{screen}-{language}.svg"
                one = guide(screen, language, Path(empty))
                path.write_text(asyncio.run(drawn(one)), encoding="utf-8")
                print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS)
