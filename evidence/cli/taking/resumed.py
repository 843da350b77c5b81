"""What a bundle that is gone on with was begun as: it stays so, whatever else is typed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chain_of_custody.findings import escaped
from evidence.cli.kit.imager import from_kit
from evidence.cli.shared import UsageError, Voice

if TYPE_CHECKING:
    from chain_of_custody.event import Started
    from evidence.planning.request import Request


def keep_begun(voice: Voice, request: Request) -> None:
    """Refuse what was typed where the bundle was begun as something else, and tell what stays.

    A kit's door types its settings itself: then the bundle's own go on, and that is said.

    Raises:
        UsageError: names the option, and what the bundle was begun with.
        ResumeError: that can't be read: nobody could tell what was typed in vain.
    """
    started = None if request.resume is None else _begun(request.resume)
    if request.resume is None or started is None:  # what is wrong with it is said by who resumes
        return
    for name, begun in _differing(request, request.resume, started):
        facts = {"option": _option(name), "begun": escaped(begun)}
        if not from_kit():
            raise UsageError(voice.t("error.resumed", **facts))
        voice.tell("run.resumed", **facts)
    if not started.recipients:
        voice.tell("run.unencrypted")


def _begun(bundle: Path) -> Started | None:
    """The first event, believed only as far as this question goes."""
    from chain_of_custody.documents import load
    from chain_of_custody.errors import CustodyError, UnreadError
    from chain_of_custody.event import Started
    from chain_of_custody.folder import BundleFolder
    from evidence.collecting.resume import ResumeError

    # What can't be read now may be, by the next look: then what was typed would go unheeded.
    try:
        found = load(BundleFolder(bundle))
    except CustodyError as error:
        if error.key == "unlisted":
            raise ResumeError("resume.broken", path=bundle, why=error) from error
        return None
    for problem in found.problems:
        if isinstance(problem, UnreadError):
            raise ResumeError("resume.broken", path=bundle, why=problem)
    started = found.events[0].detail if found.events else None
    return started if isinstance(started, Started) else None


def _differing(request: Request, bundle: Path, started: Started) -> list[tuple[str, str]]:
    """Options that were typed, each with what the bundle was begun with instead."""
    told = {
        "case_id": (request.case_id, started.case_id),
        "recipient": (sorted(request.recipients), sorted(started.recipients)),
        "profile": (request.profile, started.profile),
        "challenge": (request.challenge, started.challenge),
        "output": (request.output.resolve(), bundle.resolve().parent),
    }
    if from_kit():
        del told["output"]
    return [
        (name, _shown(begun))
        for name, (typed, begun) in told.items()
        if typed != begun and _typed(name)
    ]


def _typed(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.COMMANDLINE


def _option(name: str) -> str:
    (option,) = (each for each in click.get_current_context().command.params if each.name == name)
    return max(option.opts, key=len)


def _shown(begun: object) -> str:
    return ", ".join(begun) or "-" if isinstance(begun, list) else str(begun or "-")
