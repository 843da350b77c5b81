"""`hozen disclose`: single items as an exhibit, and the signed event that tells of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from chain_of_custody.findings import escaped
from evidence.cli.custody.acting import act_of, person_of, signed, tell
from evidence.cli.identities import Identities, opening
from evidence.cli.passphrases import Passphrases
from evidence.cli.shared import Voice, Words, common, item_number, let_nothing_end_it
from evidence.cli.texts import Texts
from evidence.cli.verify import load_trust, trusting

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from evidence.custody.disclosing import Disclosed


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("disclose", help=t("disclose"), short_help=t("disclose"))
    @click.argument("bundle", type=click.Path())
    @click.argument("items", metavar="ITEM...", nargs=-1, required=True)
    @click.option("--output", required=True, metavar="EXHIBIT", help=t("disclose.output"))
    @opening(t)
    @trusting(t)
    @click.option("--hide-path", is_flag=True, help=t("disclose.hide_path"))
    @click.option(
        "--to", "name", type=Words(t), required=True, metavar="NAME", help=t("disclose.to")
    )
    @click.option("--organisation", type=Words(t), help=t("custody.organisation"))
    @signed(t)
    @common(t)
    def disclose(
        bundle: str, items: tuple[str, ...], output: str, identities: Identities,
        trust: tuple[str, ...], tsa: tuple[str, ...], hide_path: bool, name: str,
        organisation: str | None, key: str, passphrases: Passphrases, said: dict[str, Any],
        quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.custody import disclosing

        numbers = [item_number(t, item) for item in items]
        voice, signer = Voice(t=t, quiet=quiet, as_json=as_json), passphrases.open_signer(key)
        act = replace(
            act_of(t, "disclosed", signer, said), counterpart=person_of(name, organisation)
        )
        done = disclosing.disclose(
            bundle, numbers, output, act, signer, identities=identities.load(),
            trust=load_trust(t, trust, tsa), hide_path=hide_path, again=said["again"],
            ready=let_nothing_end_it,
        )  # fmt: skip
        _tell(voice, done, hide_path=hide_path)
        return 0

    return disclose


def _tell(voice: Voice, done: Disclosed, *, hide_path: bool) -> None:
    """Say where the exhibit is, what it shows, and what to note."""
    t, items = voice.t, ", ".join(map(str, done.items))
    voice.result(t("disclose.done", path=escaped(str(done.exhibit)), items=escaped(items)))
    if done.finished:
        voice.result(t("disclose.finished", number=done.event.event.seq))
    if hide_path:
        voice.result(t("disclose.closed"))
    voice.talk(t("disclose.open"))
    voice.result(t("disclose.root", root=done.verdict.root))
    signed_event = tell(voice, done.event)
    voice.document(
        {
            **signed_event,
            "schema": "hozen-disclosed/1", "exhibit": str(done.exhibit),
            "items": list(done.items), "path_hidden": hide_path, "root": done.verdict.root,
        }
    )  # fmt: skip
