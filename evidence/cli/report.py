"""`hozen report`: a case as one HTML file to read and print, or as CASE/UCO for other tools."""

from __future__ import annotations

from pathlib import Path

import click

from chain_of_custody.findings import escaped
from evidence.cli.shared import Voice, common
from evidence.cli.texts import Texts

FORMS = ("html", "case-uco")


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("report", help=t("report"), short_help=t("report"))
    @click.argument("case", type=click.Path())
    @click.option(
        "--format", "form", type=click.Choice(FORMS), default="html", show_default=True,
        help=t("report.format"),
    )  # fmt: skip
    @click.option("--output", metavar="FILE", help=t("report.output"))
    @common(t)
    def report(case: str, form: str, output: str | None, quiet: bool, as_json: bool) -> int:
        from evidence.report import export_case_uco, make_report

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        place = Path(output) if output else None
        if form == "case-uco":
            path = export_case_uco(Path(case), output=place)
        else:
            path = make_report(Path(case), language=t.language, output=place)
        voice.result(t("report.done", path=escaped(str(path))))
        voice.document({"schema": "hozen-reported/1", "path": str(path)})
        return 0

    return report
