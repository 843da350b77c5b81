"""`hozen custody access, examine`: who opened what, and why; who examined it, with what result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from evidence.cli.custody.acting import act_of, sign, signed
from evidence.cli.passphrases import Passphrases
from evidence.cli.shared import UsageError, Voice, Words, common, item_number
from evidence.cli.texts import Texts


def commands(t: Texts) -> list[click.Command]:
    """The verbs in one language."""
    return [_access(t), _examine(t)]


def _access(t: Texts) -> click.Command:
    @click.command("access", help=t("custody.access"), short_help=t("custody.access"))
    @click.argument("bundle", type=click.Path())
    @click.argument("items", metavar="[ITEM]...", nargs=-1)
    @signed(t)
    @common(t)
    def access(
        bundle: str, items: tuple[str, ...], key: str, passphrases: Passphrases,
        said: dict[str, Any], quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        refs = _named(t, items, said)
        voice, signer = Voice(t=t, quiet=quiet, as_json=as_json), passphrases.open_signer(key)
        act = replace(act_of(t, "accessed", signer, said), refs=refs)
        return sign(voice, bundle, act, signer, again=said["again"])

    return access


def _examine(t: Texts) -> click.Command:
    @click.command("examine", help=t("custody.examine"), short_help=t("custody.examine"))
    @click.argument("bundle", type=click.Path())
    @click.argument("items", metavar="[ITEM]...", nargs=-1)
    @click.option("--tool", type=Words(t), metavar="TEXT", help=t("custody.tool"))
    @click.option("--result", metavar="FILE|TRIAGE", help=t("custody.result"))
    @signed(t)
    @common(t)
    def examine(
        bundle: str, items: tuple[str, ...], tool: str | None, result: str | None, key: str,
        passphrases: Passphrases, said: dict[str, Any], quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.custody import custodian
        from evidence.triage.examining import examined

        refs = _named(t, items, said)
        voice, signer = Voice(t=t, quiet=quiet, as_json=as_json), passphrases.open_signer(key)
        kind, check = examined(
            custodian.load(bundle, partial=True), Path(result) if result else None, tool
        )
        act = replace(act_of(t, kind, signer, said), refs=refs, check=check)
        return sign(voice, bundle, act, signer, again=said["again"])

    return examine


def _named(t: Texts, items: tuple[str, ...], said: dict[str, Any]) -> tuple[str, ...]:
    """The items as events name them; an access without a reason would be worth nothing."""
    if said["purpose"] is None:
        raise UsageError(t("usage.missing", name="--purpose"))
    numbers = sorted({item_number(t, each) for each in items})
    return tuple(f"item:{number}" for number in numbers)
