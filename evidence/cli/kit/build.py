"""`hozen kit build`: from what is installed here, a folder for a stick."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import click
import msgspec

from chain_of_custody.findings import escaped
from evidence.cli.kit.imager import tell_imager, tell_packs
from evidence.cli.kit.signers import Signers, signing
from evidence.cli.memory.imager import Named, imaging
from evidence.cli.options import packed
from evidence.cli.passphrases import Passphrases, locked
from evidence.cli.rules.sets import vouched
from evidence.cli.shared import F, UsageError, Voice, common
from evidence.cli.taking.asked import case_of, recipients_of
from evidence.cli.texts import Texts
from evidence.cli.verify import load_trust
from evidence.units import shown_size

if TYPE_CHECKING:  # a verb's help must not wait for YARA and the cipher
    from collections.abc import Callable

    from evidence.kit.building import Built
    from evidence.kit.carried.imager import Brought
    from evidence.kit.carried.windows import WindowsRuntime
    from evidence.kit.description import Platform
    from evidence.planning.request import ProfileName
    from evidence.wizard.contact import Contact

Which = Literal["linux", "windows", "both"]


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command("build", help=t("kit.build.help"), short_help=t("kit.build"))
    @click.option(
        "--platform", type=click.Choice(get_args(Which)), required=True, help=t("kit.platform")
    )
    @click.option("--out", required=True, metavar="DIR", help=t("kit.out"))
    @click.option("--zip", "zipped", is_flag=True, help=t("kit.zip"))
    @click.option("--kit", required=True, metavar="KITDIR", help=t("kit.key"))
    @signing(t)
    @click.option("--recipient", multiple=True, metavar="AGE_KEY|FILE", help=t("collect.recipient"))
    @click.option("--rules", metavar="DIR", help=t("kit.rules"))
    @click.option("--rules-pack", multiple=True, metavar="PACK", help=t("kit.rules_pack"))
    @vouched(t)
    @click.option(
        "--profile", type=click.Choice(["quick", "standard", "full"]), default="quick",
        show_default=True, help=t("collect.profile"),
    )  # fmt: skip
    @click.option("--case", "case_id", metavar="ID", default="UNNAMED", help=t("collect.case"))
    @click.option("--contact", nargs=2, metavar="NAME TELEPHONE", help=t("kit.contact"))
    @click.option("--wheelhouse", metavar="DIR", help=t("kit.wheelhouse"))
    @running(t)
    @imaging(t, t("kit.imager"))
    @click.option("--built", metavar="TIME", help=t("kit.built"))
    @locked(t)
    @common(t)
    def build_(
        platform: Which, out: str, zipped: bool, kit: str, signers: Signers,
        recipient: tuple[str, ...], rules: str | None, rules_pack: tuple[str, ...],
        rules_trust: tuple[str, ...], profile: ProfileName, case_id: str,
        contact: tuple[str, str] | None, wheelhouse: str | None, runtime: WindowsRuntime | None,
        named: Named, built: str | None, passphrases: Passphrases, quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.kit.building import Recipe, build
        from evidence.kit.carried.packs import bring_packs
        from evidence.kit.description import built_at
        from evidence.tool import rules_folder

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        recipe = Recipe(
            out=Path(out), platforms=platforms_of(platform), imager=_imager(t, named),
            signer=signers.provider or "", recipients=recipients_of(t, recipient),
            kit_key=Path(kit) / "kit.key",
            rules=_folder(t, rules) if rules is not None else rules_folder(),
            packs=bring_packs([Path(each) for each in rules_pack], load_trust(t, rules_trust)),
            built=built_at(built), profile=profile, case_id=case_of(t, case_id),
            contact=_contact(t, contact), language=_language(t), zipped=zipped,
            wheelhouse=Path(wheelhouse) if wheelhouse is not None else None, runtime=runtime,
        )  # fmt: skip
        key = passphrases.open_key(str(recipe.kit_key))
        recipe = replace(recipe, once=signers.once(recipe.kit_key))
        told = passphrases.opened if recipe.once is None else [recipe.once]
        provider = signers.open_provider(key, told)
        made = build(recipe, key, provider, lambda step: voice.talk(t(f"kit.step.{step}")))
        _tell(voice, made, own=provider is None, once=recipe.once is not None)
        return 0

    return build_


def running(t: Texts) -> Callable[[F], F]:
    """The options of Windows' interpreter; the verb gets it as `runtime`."""
    options = [
        click.option("--runtime", metavar="ZIP", help=t("kit.runtime")),
        click.option("--runtime-sha256", metavar="HEX", help=t("kit.runtime_sha256")),
        click.option("--runtime-roots", metavar="FILE", help=t("kit.runtime_roots")),
    ]
    names = ("runtime", "runtime_sha256", "runtime_roots")
    return packed("runtime", lambda given: _runtime(*[given.pop(each) for each in names]), options)


def _runtime(path: str | None, sha256: str | None, roots: str | None) -> WindowsRuntime | None:
    from evidence.kit.carried.windows import ROOTS, WindowsRuntime

    if path is None or sha256 is None:
        return None
    return WindowsRuntime(
        path=Path(path), sha256=sha256, roots=Path(roots) if roots is not None else ROOTS
    )


def platforms_of(which: Which) -> tuple[Platform, ...]:
    """The systems that an answer to `--platform` means."""
    return ("linux", "windows") if which == "both" else (which,)


def _language(t: Texts) -> Literal["en", "ja"]:
    """Japanese, unless another was typed: where a kit is built says nothing of who will read it."""
    typed = click.get_current_context().get_parameter_source("language")
    return t.language if typed is click.core.ParameterSource.COMMANDLINE else "ja"


def _imager(t: Texts, named: Named) -> Brought | None:
    """The operator's imager, read and held against its digest before anything is asked."""
    from evidence.kit.carried.imager import bring

    imager = named.pinned(t)
    return None if imager is None else bring(imager)


def _contact(t: Texts, given: tuple[str, str] | None) -> Contact | None:
    """Whom to call, in words that one line of a screen holds."""
    from evidence.wizard.contact import LONGEST, Contact

    if given is None:
        return None
    if not all(each.isprintable() and 1 <= len(each) <= LONGEST for each in given):
        raise UsageError(t("kit.contact_words", longest=LONGEST))
    return Contact(name=given[0], telephone=given[1])


def _folder(t: Texts, path: str) -> Path:
    if Path(path).is_file():
        raise UsageError(t("kit.rules_no_folder", path=escaped(path)))
    if not Path(path).is_dir():
        raise UsageError(t("rules.check.no_folder", path=escaped(path)))
    return Path(path)


def _tell(voice: Voice, made: Built, *, own: bool, once: bool) -> None:
    t = voice.t
    voice.result(
        t("kit.built_line", path=escaped(str(made.path)), files=made.files,
          size=shown_size(made.size))
    )  # fmt: skip
    if made.archive is not None:
        voice.result(t("kit.zip_line", path=escaped(str(made.archive))))
    tell_packs(voice, made.description)
    tell_imager(voice, made.description)
    voice.result(t("kit.manifest_line", digest=made.manifest_sha256))
    voice.result(t("kit.own_signature") if own else t("kit.provider_signature"))
    if once:
        voice.result(t("kit.once_line"))
    voice.result(t("kit.next", path=escaped(str(made.path))))
    voice.document(
        {
            "schema": "hozen-kit-built/1", "kit": str(made.path), "files": made.files,
            "zip": str(made.archive) if made.archive is not None else None, "bytes": made.size,
            "manifest_sha256": made.manifest_sha256, "built": made.description.built,
            "signed_by": "kit" if own else "provider",
            "single_use": once,
            "packs": msgspec.to_builtins(made.description.packs),
        }
    )  # fmt: skip
