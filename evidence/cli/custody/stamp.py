"""`hozen custody timestamp` and `hozen custody renew`: a token from an authority of time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chain_of_custody.findings import escaped
from evidence.cli.custody.acting import act_of, never_twice, signed, tell
from evidence.cli.passphrases import Passphrases
from evidence.cli.shared import UsageError, Voice, common, let_nothing_end_it, read_bytes
from evidence.cli.texts import Texts
from evidence.cli.verify import load_trust

if TYPE_CHECKING:
    from chain_of_custody.findings import Finding
    from evidence.custody.stamping import Question


def commands(t: Texts) -> list[click.Command]:
    """Both verbs in one language: they differ in what is stamped."""
    return [_verb(t, "timestamp", renew=False), _verb(t, "renew", renew=True)]


def _verb(t: Texts, name: str, *, renew: bool) -> click.Command:
    @click.command(name, help=t(f"custody.{name}"), short_help=t(f"custody.{name}"))
    @click.argument("bundle", type=click.Path())
    @click.option("--url", metavar="http(s)://…", help=t("stamp.url"))
    @click.option("--request", metavar="FILE.tsq", help=t("stamp.request"))
    @click.option("--response", metavar="FILE.tsr", help=t("stamp.response"))
    @click.option("--tsa", multiple=True, metavar="CERT.pem", help=t("verify.tsa"))
    @signed(t, needed=False)
    @common(t)
    def stamp(
        bundle: str, url: str | None, request: str | None, response: str | None,
        tsa: tuple[str, ...], key: str | None, passphrases: Passphrases,
        said: dict[str, Any], quiet: bool, as_json: bool,
    ) -> int:  # fmt: skip
        from evidence.custody import stamping

        voice = Voice(t=t, quiet=quiet, as_json=as_json)
        late = stamping.too_late(bundle) if renew else None
        if request is not None and response is None and url is None:
            question = stamping.ask(bundle, renew=renew)
            _remark(voice, late)
            return _hand_out(voice, Path(request), question)
        if key is None or not tsa or (url is None) == (response is None or request is None):
            raise UsageError(t("stamp.usage"))
        trust, signer = load_trust(t, (), tsa), passphrases.open_signer(key)
        question, answer = _answered(t, bundle, url, request, response, renew=renew)
        act = act_of(t, "timestamped", signer, said)
        with never_twice(bundle):
            made = stamping.keep(
                bundle, question, answer, act, signer, trust=trust, again=said["again"],
                ready=let_nothing_end_it,
            )  # fmt: skip
        _remark(voice, late)
        voice.document(tell(voice, made))
        return 0

    return stamp


def _remark(voice: Voice, found: Finding | None) -> None:
    if found is not None:
        voice.talk(found.sentence(voice.t.language))


def _answered(
    t: Texts, bundle: str, url: str | None, request: str | None, response: str | None,
    *, renew: bool,
) -> tuple[Question, bytes]:  # fmt: skip
    """Question and answer, by hand from files or at once from the authority."""
    from evidence.custody import stamping

    if url is not None:
        question = stamping.ask(bundle, renew=renew)
        return question, stamping.send(question, url)
    asked = Path(request or "")
    listed = read_bytes(t, str(asked.with_suffix(".sums"))) if renew else None
    question = stamping.Question(request=read_bytes(t, str(asked)), listed=listed)
    return question, read_bytes(t, response or "")


def _hand_out(voice: Voice, path: Path, question: Question) -> int:
    """Write the request, to be taken to an authority; a renewal's list goes beside it."""
    from evidence.writing.together import write_together

    t = voice.t
    files = {path: question.request}
    if question.listed is not None:
        files[path.with_suffix(".sums")] = question.listed
    for each in files:
        if each.exists():
            raise UsageError(t("error.exists", path=escaped(str(each))))
    let_nothing_end_it()
    write_together(files)
    for each in files:
        voice.result(t("stamp.asked", path=escaped(str(each))))
    voice.result(t("stamp.next", path=escaped(str(path))))
    voice.document({"schema": "hozen-requested/1", "files": [str(each) for each in files]})
    return 0
