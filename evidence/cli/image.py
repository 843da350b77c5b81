"""`hozen image`: a whole disk into a bundle, bad sectors and all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chain_of_custody.findings import escaped
from evidence.cli.asked import case_of, challenge_of, key_of, recipients_of
from evidence.cli.passphrases import Passphrases, locked
from evidence.cli.presence import present
from evidence.cli.reference import Reference
from evidence.cli.running import run
from evidence.cli.shared import UsageError, Voice, common, parse_size, parse_time, shown_size
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from evidence.collection import Request
    from evidence.history import Presence

COLLECTORS = ("disk", "disk-image")


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("image", help=t("image.help"), short_help=t("image"))
    @click.argument("device")
    @click.option("--output", metavar="DIR", help=t("collect.output"))
    @click.option("--case", "case_id", metavar="ID", default="UNNAMED", help=t("collect.case"))
    @click.option("--recipient", multiple=True, metavar="AGE_KEY|FILE", help=t("collect.recipient"))
    @click.option("--kit", metavar="DIR", help=t("collect.kit"))
    @locked(t, making=False)
    @present(t)
    @click.option("--challenge", metavar="TEXT", help=t("collect.challenge"))
    @click.option("--reference", metavar="TIME|ask", help=t("collect.reference"))
    @click.option(
        "--digest",
        "digests",
        multiple=True,
        type=click.Choice(["md5", "sha1"]),
        help=t("image.digest"),
    )
    @click.option("--max-size", metavar="20GiB", help=t("collect.max_size"))
    @click.option("--max-time", metavar="30m", help=t("collect.max_time"))
    @click.option("--second-copy", metavar="DIR", help=t("collect.second_copy"))
    @click.option("--resume", metavar="BUNDLE", help=t("collect.resume"))
    @common(t)
    def image_(
        device: str, output: str | None, case_id: str, recipient: tuple[str, ...],
        kit: str | None, passphrases: Passphrases, presence: Presence, challenge: str | None,
        reference: str | None, digests: tuple[str, ...], max_size: str | None,
        max_time: str | None, second_copy: str | None, resume: str | None, quiet: bool,
        as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.collection import Request
        from evidence.session import Limits

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        if output is None and resume is None:
            raise UsageError(t("error.output"))
        request = Request(
            output=Path(output) if output is not None else Path(resume or ".").parent,
            case_id=case_of(t, case_id), source=os.path.abspath(device),  # noqa: PTH100 - any bytes
            recipients=recipients_of(t, recipient), only=COLLECTORS, skip=("yara",),
            limits=Limits(size=parse_size(t, max_size), time=parse_time(t, max_time)),
            resume=Path(resume) if resume is not None else None, presence=presence,
            challenge=challenge_of(voice, challenge), algorithms=("sha256", *digests),
            second=Path(second_copy) if second_copy is not None else None,
        )  # fmt: skip
        key = key_of(voice, kit, passphrases)
        _look(voice, request)
        return run(voice, request, key, Reference.of(voice, reference), verb="image")

    return image_  # fmt: skip


def _look(voice: Voice, request: Request) -> None:
    """Refuse what can't be imaged; warn where the destination may be too small."""
    from evidence.imaging import check_device, data_of
    from evidence.medium import existing, free_space

    folders = [request.output, *filter(None, [request.second])]
    check_device(request.source, folders)
    size = data_of(request.source)
    for folder in folders:
        free = free_space(existing(folder))
        if size is not None and free < size:
            voice.talk(
                voice.t(
                    "image.room", path=escaped(str(folder)), free=shown_size(free),
                    size=shown_size(size),
                )
            )  # fmt: skip
    voice.talk(voice.t("image.begin", device=escaped(request.source)))
