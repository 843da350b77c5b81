"""`hozen report`: a case as one HTML file that a person can read and print."""

from __future__ import annotations

from pathlib import Path

import click

from chain_of_custody.findings import escaped
from evidence.cli.shared import Voice, common
from evidence.cli.texts import Texts


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("report", help=t("report"), short_help=t("report"))
    @click.argument("case", type=click.Path())
    @click.option("--output", metavar="FILE", help=t("report.output"))
    @common(t)
    def report(case: str, output: str | None, quiet: bool, as_json: bool) -> int:
        from evidence.report import make_report

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        path = make_report(Path(case), language=t.language, output=Path(output) if output else None)
        voice.result(t("report.done", path=escaped(str(path))))
        voice.document({"schema": "hozen-reported/1", "path": str(path)})
        return 0

    return report
