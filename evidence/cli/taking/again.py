"""The command that goes on with an interrupted bundle, as it is to be typed."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from chain_of_custody.findings import escaped
from collectors.system import WINDOWS
from evidence.cli.kit.imager import Door
from evidence.cli.taking.presence import NAMES

_GIVEN = {"output", "case_id", "recipient", "profile", "kit"}  # by a kit's door, to its own verb
_KNOWN = {"output", "case_id", "recipient", "profile", "challenge"}  # by the bundle
_OF_ONE_RUN = {"resume", "reference", "dry_run", "listing", "quiet", "as_json", *NAMES}


def again(bundle: Path) -> str:
    """What was typed, without what the bundle knows by itself; a wizard is started as before."""
    context = click.get_current_context()
    door = context.find_object(Door)
    program, *verb = context.command_path.split()
    resumes = any(each.name == "resume" for each in context.command.params)
    given = _GIVEN if door is not None and not verb else set()
    left_out = _OF_ONE_RUN | (_KNOWN if resumes else set()) | given
    words = [
        *(door.words if door is not None else [program]),
        *verb,
        *_typed(context, click.Argument, left_out),
        *(("--resume", str(bundle)) if resumes else ()),
        *_typed(context, click.Option, left_out),
    ]
    return "".join(map(escaped, _quoted(words)))  # whole, however long


def _quoted(words: Sequence[str]) -> str:
    return subprocess.list2cmdline(words) if WINDOWS else shlex.join(words)


def _typed(
    context: click.Context, kind: type[click.Parameter], left_out: set[str]
) -> Iterator[str]:
    for each in context.command.params:
        name = each.name or ""
        typed = context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        if isinstance(each, kind) and typed and name in context.params and name not in left_out:
            yield from _words(each, context.params[name])


def _words(parameter: click.Parameter, value: object) -> Iterator[str]:
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(parameter, click.Argument):
            yield str(one)
            continue
        option = max(parameter.opts, key=len)
        if isinstance(one, bool):
            yield option
        elif str(one).startswith("-"):  # else it would be taken for an option
            yield f"{option}={one}"
        else:
            yield from (option, str(one))
