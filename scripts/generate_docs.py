"""Write what the documentation says of the code: exit codes, collectors, Windows, rules.

    .venv/bin/python scripts/generate_docs.py

A test makes the pages again and compares.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from chain_of_custody.verdict import Exit
from collectors.artifact import Profile
from collectors.collector import Collector
from collectors.definitions.left_out import LEFT_OUT
from collectors.definitions.library import Definition, definitions
from collectors.definitions.windows import WINDOWS
from collectors.privacy.allowed import ALLOWED
from collectors.privacy.private import KINDS
from collectors.table import EVERY
from evidence.rulebook.index import Index, load_index
from evidence.scan.process_scan import ProcessScan
from evidence.scan.scanner import load_rules
from evidence.tool import rules_folder

DOCS = Path(__file__).resolve().parent.parent / "docs"
PACKAGES = ("chain_of_custody", "collectors", "evidence")
BEGIN, END = "<!-- generated: begin -->\n", "<!-- generated: end -->\n"

CODES = {
    0: "done; or verified: no stage failed",
    1: "refused: altered, not readable in full, or signed by nobody whom the user trusts",
    2: "wrong usage, or input that can't be used",
    3: "done, but something that was expected is missing; it is said what",
    4: "could not run",
}
VERDICTS = {
    Exit.VERIFIED: "no stage failed; what was NOT CHECKED is said in words",
    Exit.ALTERED: "a stage failed; in words, whether for its signer alone",
    Exit.UNUSABLE: "not a bundle, or of no schema that this version reads",
    Exit.INCOMPLETE: "a partial bundle, or something that was asked for could not be checked",
}

EXPORT = (
    "## The running registry as text",
    "",
    "`windows-registry` gives each loaded hive as `hozen:/windows-registry/HKLM/SOFTWARE.reg` and "
    "so on (`HKU/S-….reg` for users), where the hives' files stay closed: the form of the "
    'registry\'s own editor ("Windows Registry Editor Version 5.00", UTF-16LE with a mark, CRLF), '
    "read through the kernel's calls. Don't import one into a registry: they are for reading.",
    "",
    "- `[HKEY_LOCAL_MACHINE\\SYSTEM\\…]` begins a key; `; written 2026-11-29T17:30:02.1234567Z` "
    "below it is when it was last written to, in UTC; `; class …` its class, where it has one.",
    '- `"name"="text"`, `dword:`, `hex:`, `hex(T):` with the number of the type in hexadecimal '
    "digits; `@` is the value without a name. Text that quotes would change (no zero at its end, "
    "zeros or line ends in it, halves of pairs) stands as `hex(1):`, so every byte comes back.",
    "- Of a name that a line can't hold each such letter is shown as `{U+0000}`; the comment "
    "`; name 52,00,…` right below its key, or right above its value, has all of its UTF-16LE. A "
    "class has such a comment likewise.",
    "- `; a link to …, not followed` stands above the value of a link: `CurrentControlSet` is one.",
    "- `; NOT READ: what: why` stands where something was refused, gone or beyond a limit "
    "(a value of 64 MiB, 512 levels, five million keys). The record is `partial` then, and its "
    "`ranges_missing` name the places of these comments; from the thousandth on the last range "
    "covers the rest. Under Wine `Perflib\\009`, which is made up when asked, is among them.",
    "- `; KEY was changed while it was read` stands behind all that is below such a key; the "
    "record says `changed_while_reading`.",
    "",
)


def modules() -> Iterator[str]:
    """Every module of the three packages."""
    for package in PACKAGES:
        home = importlib.import_module(package)
        yield package
        for found in pkgutil.walk_packages(home.__path__, f"{package}."):
            yield found.name


def errors() -> list[type[Exception]]:
    """The error classes that know an exit code, each once, in the order of code and name."""
    found = {
        one
        for module in modules()
        for _, one in inspect.getmembers(importlib.import_module(module), inspect.isclass)
        if issubclass(one, Exception) and one.__module__.split(".")[0] in PACKAGES
        if isinstance(getattr(one, "exit_code", None), int)
    }
    return sorted(found, key=lambda one: (code_of(one), one.__module__, one.__name__))


def code_of(error: type[Exception]) -> int:
    """The exit code of an error class."""
    return int(error.exit_code)  # type: ignore[attr-defined]  # chosen by having it


def first_line(thing: object) -> str:
    """The sentence that a docstring begins with."""
    return inspect.getdoc(thing).split("\n")[0]  # type: ignore[union-attr]  # linted to exist


def exit_codes() -> str:
    """The page of exit codes."""
    lines = [
        "# Exit codes",
        "",
        "Generated from the error classes by `scripts/generate_docs.py`; the same for every verb.",
        "",
        "| code | meaning |",
        "|---|---|",
        *(f"| {code} | {meaning} |" for code, meaning in CODES.items()),
        "",
        "`hozen collect` ends with 3 when the bundle is sealed but something that should have been "
        "readable was not (as an ordinary user: always), when a limit was met, when the bundle was "
        "not sealed, or when the standard output did not take the result, which is then said on "
        "standard error.",
        "`hozen report` writes what it found, and ends with the verdict of what it reports on: an "
        "exhibit, or a case's custody logs, which it checks anew (1 where one was altered, 3 where "
        "one could not be checked). CASE/UCO is made of an intact log alone.",
        "An error that has no row below ends with 4, in one line; `--debug` shows where.",
        "",
        "## A verification's verdict",
        "",
        "| code | verdict |",
        "|---|---|",
        *(f"| {int(code)} | {meaning} |" for code, meaning in VERDICTS.items()),
        "",
        "Altered wins over unusable, unusable over incomplete.",
        "",
        "## Errors",
        "",
        "| code | error | where | meaning |",
        "|---|---|---|---|",
        *(
            f"| {code_of(one)} | `{one.__name__}` | `{one.__module__}` | {first_line(one)} |"
            for one in errors()
        ),
    ]
    return "\n".join(lines) + "\n"


def collectors() -> str:
    """The list of collectors, from their docstrings."""
    lines = []
    scan = ProcessScan(load_rules(rules_folder()), {}, {})  # in no table: it needs the rules
    for one in sorted((*EVERY, scan), key=lambda each: each.phase):
        lines += [
            f"### `{one.name}`",
            "",
            f"Phase {one.phase.name.lower()}, {taken_with(one)}; `{type(one).__module__}`.",
            "",
            described(one),
            "",
            *kept_whole(one),
        ]
    return "\n".join(lines)


def kept_whole(collector: Collector) -> list[str]:
    """What a collector may take whole of what others only tell of, and why."""
    if collector.name not in ALLOWED:
        return []
    kinds, why = ALLOWED[collector.name]
    named = "whatever kind of file it is" if kinds == KINDS else ", ".join(sorted(kinds))
    return [f"May take whole: {named}; {why}.", ""]


def coverage() -> str:
    """The page of what is taken on Windows, and of what isn't."""
    lines = [
        "# Windows: what is taken, by definition",
        "",
        "Generated from the topics in `collectors/definitions/windows.py` by "
        "`scripts/generate_docs.py`; versions as locked in `.ci/lock.txt`.",
        "",
        "A definition says where something lies. Most are those of "
        "[ForensicArtifacts](https://github.com/ForensicArtifacts/artifacts); those that begin "
        "with `Hozen` are ours, in the same language, in `windows.yaml` and `products.yaml` of "
        "`collectors/definitions`. "
        "Published definitions of registry keys and values need no collector: `registry` takes "
        "the hives whole. Commands and WMI queries are never run. Each topic ends with an item "
        "`hozen:/TOPIC.json` that tells how much each definition found.",
        "",
    ]
    for topic in WINDOWS:
        lines += [
            f"## `{topic.name}`",
            "",
            f"Phase {topic.phase.name.lower()}, {taken_with(topic())}. {described(topic())}",
            "",
            *(described_definition(definitions()[name]) for name in topic.definitions),
            "",
        ]
    lines += [*EXPORT, "## Left out", ""]
    for reason, names in LEFT_OUT.items():
        lines.append(f"- {reason}: {', '.join(f'`{name}`' for name in names)}")
    return "\n".join(lines) + "\n"


def described_definition(definition: Definition) -> str:
    """A line of the coverage page: of ours what they say, of published ones how many paths."""
    own = definition.description if definition.origin == "hozen" else "published"
    return f"- `{definition.name}` ({len(definition.paths)} patterns): {own}"


def taken_with(collector: Collector) -> str:
    """From which profile on a collector runs."""
    if collector.profile is Profile.ASKED:
        return "only when it is named"
    return f"from profile {collector.profile.name.lower()} on"


def described(collector: Collector) -> str:
    """A collector's docstring, a paragraph a line."""
    paragraphs = (inspect.getdoc(type(collector)) or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def rules(index: Index) -> str:
    """The list of rules with their claims."""
    lines = [f"{len(index.rules)} rules.", "", "| rule | weight | claim | may be wrong | next |"]
    lines.append("|---|---|---|---|---|")
    for rule, entry in index.rules.items():
        row = (f"`{rule}`", entry.weight, entry.claim_en, entry.false_positives, entry.next_step)
        lines.append(f"| {' | '.join(row)} |")
    for title, told in (
        ("What may be wrong", index.false_positives),
        ("What to do next", index.next_steps),
    ):
        lines += ["", f"**{title}.**", ""]
        lines += [f"- {key}: {one.en}" for key, one in told.items()]
    lines += ["", "**Where facts came from.**", ""]
    lines += [f"- {key}: {one.name} ({one.licence})" for key, one in index.sources.items()]
    return "\n".join(lines)


def filled(page: str, made: str) -> str:
    """A page with the part between the marks made anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{made}\n{END}{after}"


def pages() -> dict[Path, str]:
    """Every generated page and what must stand in it."""
    listed, ruled = DOCS / "collectors.md", DOCS / "rules.md"
    return {
        DOCS / "exit-codes.md": exit_codes(),
        DOCS / "windows.md": coverage(),
        listed: filled(listed.read_text(encoding="utf-8"), collectors()),
        ruled: filled(ruled.read_text(encoding="utf-8"), rules(load_index(rules_folder()))),
    }


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
