"""`hozen report`: of a case one HTML file or CASE/UCO, of an exhibit what verifying it came to."""

from __future__ import annotations

from pathlib import Path

import click

from chain_of_custody.findings import escaped
from evidence.cli.shared import UsageError, Voice, common
from evidence.cli.texts import Texts

FORMS = ("html", "case-uco")


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("report", help=t("report"), short_help=t("report"))
    @click.argument("case", metavar="CASE|EXHIBIT", type=click.Path())
    @click.option(
        "--format", "form", type=click.Choice(FORMS), default="html", show_default=True,
        help=t("report.format"),
    )  # fmt: skip
    @click.option("--output", metavar="FILE", help=t("report.output"))
    @common(t)
    def report(case: str, form: str, output: str | None, quiet: bool, as_json: bool) -> int:
        from chain_of_custody.exhibit import looks_like_exhibit

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        place = Path(output) if output else None
        of = _of_exhibit if looks_like_exhibit(Path(case)) else _of_case
        path, code = of(voice, Path(case), form, place)
        voice.result(t("report.done", path=escaped(str(path))))
        voice.document({"schema": "hozen-reported/1", "path": str(path)})
        return code

    return report


def _of_case(voice: Voice, case: Path, form: str, place: Path | None) -> tuple[Path, int]:
    """The file, and what checking the custody logs came to: a script must not take it for good."""
    from evidence.report import export_case_uco
    from evidence.report.page import report_case

    if form == "case-uco":
        return export_case_uco(case, output=place), 0  # of a log that is not intact it makes none
    reported = report_case(case, language=voice.t.language, output=place)
    exit_code = int(reported.exit)
    if exit_code:
        came_to = "unread" if exit_code == 1 and reported.unread else exit_code
        voice.talk(voice.t(f"report.log_{came_to}"))
    return reported.path, exit_code


def _of_exhibit(voice: Voice, exhibit: Path, form: str, place: Path | None) -> tuple[Path, int]:
    """Beside the exhibit where no place is named: a file in it would alter it."""
    from evidence.machine.clock import Clock
    from evidence.report.verification import check_place, examine, write_report

    t, clock = voice.t, Clock()
    if form != "html":
        raise UsageError(t("report.case_only", form=form))
    stamp = clock.utc(clock.wall())[:19].replace("-", "").replace(":", "")
    name = f"{exhibit.resolve().name}-report-{t.language}-{stamp}Z.html"
    path = place or exhibit.resolve().with_name(name)
    check_place(path, exhibit)
    examined = examine(exhibit, clock=clock)
    write_report(examined, path, t.language)
    voice.talk(t("report.nothing_given"))
    return path, int(examined.verdict.exit)
