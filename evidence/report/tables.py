"""What the working copy says of the host, as tables; a missing or broken source becomes a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evidence.report import shown
from evidence.report.copies import Copy, DocumentError
from evidence.report.survey import MOST, Survey
from evidence.report.texts import Words
from evidence.telling.phrases.told import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A titled table; or, where there is none, the line that says why."""

    title: str
    columns: tuple[str, ...] = ()
    rows: Sequence[Sequence[str]] = ()
    total: int = 0
    file: str = ""
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table of one of our own documents; an empty path shows the whole row."""

    title: str
    file: str
    table: str
    columns: tuple[tuple[str, str], ...]


SECTIONS = (
    Section(
        title="anomalies", file="processes.json", table="anomalies",
        columns=(("col_pid", "pid"), ("col_name", "name"), ("col_what", "what")),
    ),
    Section(
        title="processes", file="processes.json", table="processes",
        columns=(
            ("col_pid", "pid"), ("col_ppid", "ppid"), ("col_name", "name"),
            ("col_uid", "uid.effective"), ("col_started", "started.utc"),
            ("col_command", "command"), ("col_program", "exe.path"),
        ),
    ),
    Section(
        title="sockets", file="sockets.json", table="sockets",
        columns=(
            ("col_protocol", "protocol"), ("col_local", "local"), ("col_remote", "remote"),
            ("col_state", "state"), ("col_path", "path"), ("col_owners", "owners"),
        ),
    ),
    Section(
        title="logins", file="sessions.json", table="logins",
        columns=(
            ("col_type", "type"), ("col_user", "user"), ("col_line", "line"),
            ("col_from", "host"), ("col_when", "utc"),
        ),
    ),
    Section(
        title="interfaces", file="network.json", table="interfaces",
        columns=(("col_name", "name"), ("col_values", "")),
    ),
    Section(
        title="modules", file="kernel.json", table="modules",
        columns=(("col_name", "name"), ("col_values", "")),
    ),
)  # fmt: skip


def sections(copy: Copy, words: Words) -> Iterator[Table]:
    """The tables of our own documents."""
    for section in SECTIONS:
        yield _section(copy, section, words)


def _section(copy: Copy, section: Section, words: Words) -> Table:
    title, file = words(section.title), f"hozen/{section.file}"
    try:
        rows = copy.document(file).get(section.table)
    except FileNotFoundError:
        return Table(title=title, instead=words("absent", name=file))
    except DocumentError as error:
        return Table(
            title=title, instead=words("unreadable", name=file, why=error.sentence(words.language))
        )
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return Table(title=title, instead=words("absent", name=f"{file}: {section.table}"))
    return Table(
        title=title, columns=tuple(words(name) for name, _ in section.columns),
        rows=[_cells(row, section, words) for row in rows[:MOST]], total=len(rows), file=file,
    )  # fmt: skip


def _cells(row: Mapping[str, Any], section: Section, words: Words) -> list[str]:
    found = [shown.value(shown.at(row, path) if path else row) for _, path in section.columns]
    if section.table != "anomalies":
        return found
    return [told(words.language, "odd", cell) for cell in found]


def users(copy: Copy, words: Words) -> Table:
    """The accounts of etc/passwd; passwd(5). Never a password."""
    title, file = words("users"), "fs/etc/passwd"
    try:
        data = copy.small(file)
    except FileNotFoundError:
        return Table(title=title, instead=words("absent", name=file))
    except DocumentError as error:
        return Table(
            title=title, instead=words("unreadable", name=file, why=error.sentence(words.language))
        )
    lines = [line.split(":") for line in data.decode("utf-8", "backslashreplace").splitlines()]
    accounts = [fields for fields in lines if len(fields) == 7]
    columns = ("col_name", "col_uid", "col_gid", "col_home", "col_shell")
    rows = [[shown.cut(f[at]) for at in (0, 2, 3, 5, 6)] for f in accounts[:MOST]]
    return Table(
        title=title, columns=tuple(words(name) for name in columns), rows=rows,
        total=len(accounts), file=file,
    )  # fmt: skip


def logs(found: Survey, words: Words) -> Table:
    """The log files, the one written last first."""
    title = words("logs")
    if not found.log_count:
        return Table(title=title, instead=words("logs_none"))
    rows = [
        [
            str(row.item), row.origin, str(row.size),
            shown.utc(str(row.modified_ns)) if row.modified_ns else "",
            words(f"status_{row.status}"),
        ]
        for row in found.logs
    ]  # fmt: skip
    columns = ("col_item", "col_path", "col_bytes", "col_modified", "col_status")
    return Table(
        title=title, columns=tuple(words(name) for name in columns), rows=rows,
        total=found.log_count, file="items.jsonl",
    )  # fmt: skip


def identity(copy: Copy, words: Words) -> list[tuple[str, str]]:
    """What the host calls itself: label and value; a missing value is said."""
    try:
        facts = copy.document("hozen/host.json")
    except FileNotFoundError:
        facts = {}
    except DocumentError as error:
        why = error.sentence(words.language)
        return [(words("host"), words("unreadable", name="hozen/host.json", why=why))]
    name = shown.value(facts.get("host_name")) or _line(copy, "fs/etc/hostname")
    machine = shown.value(facts.get("machine_id")) or _line(copy, "fs/etc/machine-id")
    kernel = " ".join(shown.value(facts.get(key)) for key in ("system", "release", "machine"))
    live = facts.get("live")
    rows = [
        ("host_name", name), ("machine_id", machine), ("system", _release(copy)),
        ("kernel", kernel.strip()),
        ("live", "" if live is None else words("yes" if live is True else "no")),
    ]  # fmt: skip
    return [(words(key), found or words("not_given")) for key, found in rows]


def _line(copy: Copy, name: str) -> str:
    """The first line of a small file, empty where there is none."""
    try:
        lines = copy.small(name).decode("utf-8", "backslashreplace").splitlines()
    except (FileNotFoundError, DocumentError):
        return ""
    return shown.cut(lines[0].strip()) if lines else ""


def _release(copy: Copy) -> str:
    """PRETTY_NAME of os-release(5)."""
    for name in ("fs/etc/os-release", "fs/usr/lib/os-release"):
        try:
            text = copy.small(name).decode("utf-8", "backslashreplace")
        except (FileNotFoundError, DocumentError):
            continue
        for line in text.splitlines():
            key, equals, found = line.partition("=")
            if equals and key == "PRETTY_NAME":
                return shown.cut(found.strip().strip("\"'"))
    return ""
