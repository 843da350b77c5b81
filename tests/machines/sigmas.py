"""Rules of Sigma that a test writes, held against events that it makes."""

from __future__ import annotations

from eventlogs import Event, log
from examinations import Here, examine
from msgspec import msgpack

from evidence.triage.evtx.examiner import EventLogs
from evidence.triage.sigma.following import Following
from evidence.triage.sigma.matching import Matching
from evidence.triage.sigma.messages import Request
from evidence.triage.sigma.rule_set import SigmaSet
from evidence.triage.sigma.translating import translate
from evidence.triage.sigma.translation import Translation, named

SYSMON = {"channel": "Microsoft-Windows-Sysmon/Operational", "provider": "Microsoft-Windows-Sysmon"}
AUDIT = {"channel": "Security", "provider": "Microsoft-Windows-Security-Auditing"}
RULE = """
title: {title}
logsource: {{product: windows, service: sysmon}}
detection:
{detection}
"""


def rule(detection: str, title: str = "A rule", **logsource: str) -> str:
    """A rule over Sysmon's channel, if nothing else is said; one selection has its condition."""
    if "condition:" not in detection:
        detection = f"selection:\n  {detection}\ncondition: selection"
    lines = "\n".join(f"  {line}" for line in detection.splitlines())
    text = RULE.format(title=title, detection=lines)
    if logsource:
        words = ", ".join(f"{name}: {value}" for name, value in logsource.items())
        text = text.replace("product: windows, service: sysmon", words)
    return text


def sigma_set(text: str | bytes, name: str = "theirs") -> SigmaSet:
    """A set of one file."""
    data = text.encode() if isinstance(text, str) else text
    return SigmaSet(name=name, licence="MIT", files={"a.yml": data})


def here(text: str | bytes) -> Translation:
    """Translated without a process apart."""
    one = sigma_set(text)
    rules = named(("theirs/a.yml", each) for each in translate(one.files["a.yml"]))
    return Translation((one,), tuple(rules), "a test's")


class MatchesHere:
    """Matches without a process apart."""

    def __init__(self):
        self._matching = Matching()

    def ask(self, request, decode):
        answer = self._matching.answer(msgpack.decode(request, type=Request))
        return decode(msgpack.encode(answer))

    def close(self):
        pass


def followed(translation, folder, *events: Event, apart=None):
    """What comes of rules over one log of these events."""
    sigma = Following(translation, apart or MatchesHere())
    examiner = EventLogs([Here(sigma.beside)], sigma)
    return examine(examiner, folder, {"C:\\Their.evtx": log(*events)})


def judged(form: tuple[str, dict[str, str], dict[str, str]], folder) -> tuple[str, list[int]]:
    """Of a detection with its event and a near miss: why it wasn't run, and what it fits.

    The near miss is record 1, its event record 2.
    """
    detection, fitting, near = form
    events = (Event(id=7, data=each, **SYSMON) for each in (near, fitting))
    found = followed(here(rule(detection)), folder, *events)
    return rows(found)["A rule"]["not_run"], records(found)


def records(found) -> list[int]:
    """The numbers of the records that rules fit."""
    theirs = (each for each in found.observations if each.rule.startswith("theirs/"))
    return [int(each.place.removeprefix("record ")) for each in theirs]


def rows(found) -> dict[str, dict]:
    """What the table says of each rule, by its title."""
    return {each["title"]: each for each in found.tables["sigma_rules"]}
