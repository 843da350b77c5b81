"""`hozen kit register`: what device control, allow-listing and EDR are told of a kit."""

from __future__ import annotations

from pathlib import Path

import click

from chain_of_custody.findings import escaped
from evidence.cli.shared import Voice, common
from evidence.cli.texts import Texts


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("register", help=t("kit.register.help"), short_help=t("kit.register"))
    @click.argument("kit", metavar="KIT")
    @click.option("--out", required=True, metavar="DIR", help=t("kit.register_out"))
    @click.option("--stick", multiple=True, metavar="VENDOR:PRODUCT:SERIAL", help=t("kit.stick"))
    @common(t)
    def register_(kit: str, out: str, stick: tuple[str, ...], quiet: bool, as_json: bool) -> int:
        from evidence.kit.registering import register, stick_of

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        written = register(Path(kit), Path(out), tuple(map(stick_of, stick)))
        for path in written:
            voice.result(t("kit.written", path=escaped(str(path))))
        voice.document(
            {"schema": "hozen-kit-registered/1", "written": [str(path) for path in written]}
        )
        return 0

    return register_
