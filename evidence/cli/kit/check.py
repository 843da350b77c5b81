"""`hozen kit check`: on another machine, whether a kit is as it was made."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from chain_of_custody.findings import escaped
from evidence.cli.kit.imager import tell_imager, tell_packs
from evidence.cli.shared import UsageError, Voice, common, read_bytes
from evidence.cli.texts import Texts

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from chain_of_custody.signing.trust import TrustStore
    from evidence.kit.checking import Checked

_DIGEST = 64  # hexadecimal digits


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("check", help=t("kit.check.help"), short_help=t("kit.check"))
    @click.argument("kit", metavar="KIT")
    @click.option("--trust", multiple=True, metavar="ROOT.pem", help=t("kit.trust"))
    @click.option("--manifest", metavar="HEX", help=t("kit.manifest_noted"))
    @click.option("--rules-at-least", metavar="DATE|kit.json", help=t("kit.rules_at_least"))
    @common(t)
    def check_(
        kit: str, trust: tuple[str, ...], manifest: str | None, rules_at_least: str | None,
        quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.kit.checking import check, rules_wanted

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        checked = check(
            Path(kit), _store(t, trust), now=datetime.datetime.now(datetime.UTC),
            rules_at_least=rules_wanted(rules_at_least),
            noted=_noted(t, manifest),
        )  # fmt: skip
        _tell(voice, checked)
        voice.document(_document(checked))
        return checked.exit_code

    return check_


def _store(t: Texts, paths: tuple[str, ...]) -> TrustStore:
    from chain_of_custody.signing.trust import TrustStore

    return TrustStore.from_pem([read_bytes(t, path) for path in paths])


def _noted(t: Texts, value: str | None) -> str | None:
    digits = "".join(value.split()).lower() if value is not None else None
    if digits is not None and (len(digits) != _DIGEST or set(digits) - set("0123456789abcdef")):
        raise UsageError(t("error.hex", value=escaped(value or "")))
    return digits


def _tell(voice: Voice, checked: Checked) -> None:
    t, about = voice.t, checked.description
    if about is not None:
        voice.result(
            t("kit.about", built=about.built, version=escaped(about.version),
              profile=about.profile, rules=about.rules.count,
              dated=escaped(about.rules.dated) or "?")
        )  # fmt: skip
        tell_packs(voice, about)
        tell_imager(voice, about)
    for one in checked.problems:
        detail = escaped(one.detailed(t.language))
        voice.result(t(f"kit.{one.kind}", path=escaped(one.path), detail=detail))
    voice.result(t("kit.listed", files=checked.as_signed))
    voice.result(t("kit.manifest_line", digest=checked.manifest_sha256))
    voice.result(t(f"kit.result.{checked.exit_code}"))


def _document(checked: Checked) -> dict[str, object]:
    about = checked.description
    return {
        "schema": "hozen-kit-checked/1",
        "exit": checked.exit_code,
        "as_signed": checked.as_signed,
        "manifest_sha256": checked.manifest_sha256,
        "built": about.built if about is not None else None,
        "version": about.version if about is not None else None,
        "imager": msgspec.to_builtins(about.imager) if about is not None else None,
        "packs": msgspec.to_builtins(about.packs) if about is not None else [],
        "rules": {"dated": about.rules.dated, "sha256": about.rules.sha256}
        if about is not None else None,
        "problems": [
            {"kind": one.kind, "path": one.path, "detail": one.detailed("en"),
             "exit": one.exit_code}
            for one in checked.problems
        ],
    }  # fmt: skip
