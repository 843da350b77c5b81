"""`hozen image`: a whole disk into a bundle, bad sectors and all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from chain_of_custody.findings import escaped
from evidence.cli.shared import Voice, common
from evidence.cli.taking.asked import Asked, asking
from evidence.cli.texts import Texts
from evidence.units import shown_size

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from evidence.planning.request import Request

COLLECTORS = ("disk", "disk-image")


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("image", help=t("image.help"), short_help=t("image"))
    @click.argument("device")
    @asking(t, searching=False)
    @click.option(
        "--digest",
        "digests",
        multiple=True,
        type=click.Choice(["md5", "sha1"]),
        help=t("image.digest"),
    )
    @common(t)
    def image_(
        device: str, asked: Asked, digests: tuple[str, ...], quiet: bool, as_json: bool
    ) -> int:
        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        asked.require_output(t)
        request = asked.request(
            voice, source=_named(device), only=COLLECTORS, skip=("yara",),
            algorithms=("sha256", *digests),
        )  # fmt: skip
        key = asked.key(voice)
        _look(voice, request)
        return asked.run(voice, request, key, verb="image")

    return image_  # fmt: skip


def _named(device: str) -> str:
    """A file from the root on; Windows' devices have names of their own."""
    from collectors.disk.windowsdevice import names_device

    return device if names_device(device) else os.path.abspath(device)  # noqa: PTH100 - any bytes


def _look(voice: Voice, request: Request) -> None:
    """Refuse what can't be imaged; warn where the destination may be too small."""
    from evidence.planning.device import check_device
    from evidence.surroundings.devices import data_of
    from evidence.writing.medium import existing, free_space

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
