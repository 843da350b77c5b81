"""`hozen kit start`: what a kit's doors run at the endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chain_of_custody.findings import escaped
from collectors.system import WINDOWS
from evidence.cli.shared import Voice, common
from evidence.cli.texts import Texts
from evidence.cli.verbs import say_in
from evidence.console import somebody_types

if TYPE_CHECKING:  # a verb's help must not wait for the cipher
    from evidence.cli.kit.imager import Door
    from evidence.kit.checking import Checked
    from evidence.kit.description import Description

_ONLY_TOLD = {"--help", "--list", "--dry-run"}
_REHEARSE = "--rehearse"
_TYPED = "COLLECT.cmd" if WINDOWS else "sh collect.sh"  # what a help says is to be typed
_PLACES = {"--output", "--resume"}
_ANSWERED = "--passphrase-file"
_SHOWN = 5  # names of files that differ; the rest is for `kit check`
_DIFFERS = 3  # as docs/exit-codes.md: done, but something that was expected is missing


def command(t: Texts) -> click.Command:
    """The verb in one language."""

    @click.command(
        "start", help=t("kit.start.help"), short_help=t("kit.start"),
        context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    )  # fmt: skip
    @click.argument("kit", metavar="KIT")
    @click.argument("rest", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS]")
    def start_(kit: str, rest: tuple[str, ...]) -> int:
        from evidence.cli import MODULES, build
        from evidence.kit.description import NAME, described

        home, voice = Path(kit).resolve(), Voice(t=t, quiet="--quiet" in rest)
        _tell_landed(voice, home)
        if rest and (rest[0] in MODULES or rest[0] == "--version"):
            return _other(build(t), home, rest)
        about = described(home / NAME)
        if _REHEARSE in rest:
            return _rehearse(t, home, about, rest)
        if not rest and somebody_types():
            return _led(t, home, about)
        arguments = [*_settings(home, about, rest, voice), *rest]
        if _ONLY_TOLD & set(rest):
            return _collect(t, home, about, arguments)
        where = _destination(home, rest)
        return _watched(voice, home, about, where, partial(_collect, t, home, about, arguments))

    return start_


def _rehearse(t: Texts, home: Path, about: Description, rest: tuple[str, ...]) -> int:
    """The trial run, which takes no option of a collection's."""

    @click.command("start")
    @click.option(_REHEARSE, is_flag=True, expose_value=False, help=t("kit.rehearse"))
    @common(t)
    def rehearse_(*, quiet: bool, as_json: bool) -> int:
        from evidence.cli.kit.rehearse import rehearse

        return rehearse(Voice(t=t, quiet=quiet, as_json=as_json), home, about)

    say_in(rehearse_, t, typed=_TYPED)
    return int(rehearse_.main(list(rest), prog_name="collect", standalone_mode=False) or 0)


def _settings(home: Path, about: Description, rest: tuple[str, ...], voice: Voice) -> list[str]:
    """What the kit's description comes to as options of `collect`; what is typed comes after."""
    from evidence.kit.places import KEY

    settings = _shared(home, about)
    if _ANSWERED in {each.partition("=")[0] for each in rest} or somebody_types():
        settings += ["--kit", str(home / KEY)]
    elif not _ONLY_TOLD & set(rest):
        voice.talk(voice.t("kit.no_key"))
    return settings


def _shared(home: Path, about: Description) -> list[str]:
    """What is said to whatever collects: how much, where to, for which case, for whom to read."""
    from evidence.kit.places import OUT

    settings = ["--output", str(home / OUT), "--case", about.case_id, "--profile", about.profile]
    for recipient in about.recipients:
        settings += ["--recipient", recipient]
    return settings


def _destination(home: Path, rest: tuple[str, ...]) -> str:
    """Where evidence goes: the kit's `out`, or what is typed instead."""
    from evidence.kit.places import OUT

    found = str(home / OUT)
    for option, value in pairwise([*rest, ""]):
        name, _, joined = option.partition("=")
        if name in _PLACES:
            found = joined or value
    return found


def _watched(
    voice: Voice, home: Path, about: Description, where: str, take: Callable[[], int]
) -> int:
    """Collect, with a look at the kit's own files before and after."""
    from evidence.kit.checking import glance

    voice.talk(
        voice.t("kit.start_about", built=about.built, path=escaped(where),
                count=len(about.recipients))
    )  # fmt: skip
    voice.talk(voice.t("kit.comparing"))
    looked = glance(home)
    before = _differing(looked)
    if before:
        voice.talk(voice.t("kit.differs", names=_named(before)))
    else:
        voice.talk(voice.t("kit.as_listed", files=looked.as_signed))
    code = take()
    voice.talk(voice.t("kit.comparing"))
    return _looked_again(voice, home, before, code)


def _looked_again(voice: Voice, home: Path, before: set[tuple[str, str]], code: int) -> int:
    """Say what changed meanwhile of the kit's own files; the exit code, all told."""
    from evidence.kit.checking import glance

    after = _differing(glance(home))
    if after != before:
        voice.talk(voice.t("kit.differs_after", names=_named(after ^ before)))
    else:
        voice.talk(voice.t("kit.as_before"))
    left = _tell_landed(voice, home)
    voice.talk(voice.t("kit.pull"))
    return code or (_DIFFERS if before or after or left else 0)


def _tell_landed(voice: Voice, home: Path) -> bool:
    """Name memory that lies there unencrypted; whether there is any."""
    from evidence.kit.collected import landed

    found = landed(home)
    for name, memory in found.items():
        key = "kit.memory_left" if memory == "memory" else "kit.memory_beside"
        voice.talk(voice.t(key, path=escaped(name)))
    return bool(found)


def _differing(checked: Checked) -> set[tuple[str, str]]:
    """The files of the kit itself that are not as listed: where, and what is wrong."""
    return {(one.path, one.kind) for one in checked.differing}


def _named(found: Iterable[tuple[str, str]]) -> str:
    names = sorted({path for path, _ in found})
    more = f" (+{len(names) - _SHOWN})" if len(names) > _SHOWN else ""
    return ", ".join(map(escaped, names[:_SHOWN])) + more


def _other(program: click.Command, home: Path, rest: tuple[str, ...]) -> int:
    """Another command of hozen, with what the kit brings."""
    from evidence.kit.description import NAME, described
    from evidence.kit.errors import KitError

    try:
        door = _door(home, described(home / NAME))
    except KitError:  # a damaged kit verifies, too
        door = _door(home, None)
    return int(program.main(list(rest), prog_name="hozen", standalone_mode=False, obj=door) or 0)


def _collect(t: Texts, home: Path, about: Description, arguments: list[str]) -> int:
    from evidence.cli.collect import command as collect

    return _main(collect(t), t, arguments, _door(home, about))


def _main(verb: click.Command, t: Texts, arguments: list[str], door: Door) -> int:
    """A verb, which says at its end how the kit is started to go on."""
    say_in(verb, t, typed=_TYPED)
    name = verb.name or ""
    return int(verb.main(arguments, prog_name=name, standalone_mode=False, obj=door) or 0)


def _door(home: Path, about: Description | None) -> Door:
    """What was started of a kit, and the imager that it carries, as far as that is described."""
    from evidence.cli.kit.imager import Door
    from evidence.kit.carried.imager import carried
    from evidence.kit.carried.packs import carried_packs
    from evidence.kit.places import DOORS

    place = str(home / DOORS["windows" if WINDOWS else "linux"])
    words = (place,) if WINDOWS else ("sh", place)
    if about is None:
        return Door(None, words, home=home)
    packs = partial(carried_packs, home, about)
    return Door(carried(home, about), words, packs, about.contact, home=home)


def _led(t: Texts, home: Path, about: Description) -> int:
    """Lead whoever is there through it: the patient's page comes at once.

    Behind it the kit's files are read; what differs is said before the start, and at the end.
    """
    from evidence.kit.checking import glance
    from evidence.machine.endpoint import step_back

    with ThreadPoolExecutor(1, initializer=step_back) as behind:
        looking = behind.submit(glance, home)

        def differing() -> str | None:
            return _named(_differing(looking.result())) if looking.done() else None

        def at_end(voice: Voice, code: int) -> int:
            voice.talk(voice.t("kit.comparing"))
            before = _differing(looking.result())
            if before:
                voice.talk(voice.t("kit.differs", names=_named(before)))
            return _looked_again(voice, home, before, code)

        door = replace(_door(home, about), differing=differing, at_end=at_end)
        return _guide(t, home, about, door)


def _guide(t: Texts, home: Path, about: Description, door: Door) -> int:
    """The wizard, by the kit's key where they know its passphrase."""
    from evidence.cli.wizard import command as wizard
    from evidence.kit.places import KEY

    return _main(wizard(t), t, [*_shared(home, about), "--kit", str(home / KEY)], door)
