"""pySigma's SQLite backend, where SQLite would not say what Sigma means.

Runs in the process apart alone, as all that knows pySigma does.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sigma.backends.sqlite import sqliteBackend
from sigma.exceptions import SigmaConditionError
from sigma.types import SigmaCasedString, SigmaNumber, type_map

from evidence.triage.sigma.functions import IN_NETWORK, NUMBER, SMALL
from evidence.triage.sigma.values import TEXT, column

_MOST = 10_000  # parts of a rule; SQLite prepares them in a time by their square, uninterrupted
_ONE, _OTHER = (f"{SMALL}({{{field}}})" for field in ("field1", "field2"))
_TIME = "CASE WHEN {field} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9]*' THEN {field} END"


class _Whole(SigmaNumber):  # type: ignore[misc] # it has no types
    """A whole number to its last digit; pySigma's own have 53 bits."""

    def __post_init__(self, init_number: int) -> None:
        super().__post_init__(init_number)
        self.number = init_number


type_map[int] = _Whole


class Dialect(sqliteBackend):  # type: ignore[misc] # it has no types
    """A condition for each rule, over columns of text: `c0`, `c1`, … instead of the fields' names.

    - A name is a stranger's, and SQLite has its own of columns: `rowid`, two that differ in case.
    - A value is compared as a number where the rule has one: `0x1f` is 31, and text would be more
      or less by its first digit.
    - `LIKE` and `NOCASE` ignore the case of ASCII alone: what has letters beyond it is matched by
      RE2, which knows the case of them all.
    - Two fields are compared in small letters of any script; no value is a pattern of `LIKE`.
    - Of a time, parts are taken; SQLite would take `3` for a day of Julius, and `now` for today.
    - Networks are asked of their addresses, so that `::ffff:10.0.0.1` is in 10.0.0.0/8.
    """

    compare_op_expression: ClassVar[str] = NUMBER + "({field}) {operator} {value}"
    field_timestamp_part_expression: ClassVar[str | None] = (
        f"CAST(strftime('{{timestamp_part}}', {_TIME}) AS INTEGER)"
    )
    field_equals_field_expression: ClassVar[str | None] = f"{_ONE} = {_OTHER}"
    field_equals_field_startswith_expression: ClassVar[str | None] = f"instr({_ONE}, {_OTHER}) = 1"
    field_equals_field_contains_expression: ClassVar[str | None] = f"instr({_ONE}, {_OTHER}) > 0"
    field_equals_field_endswith_expression: ClassVar[str | None] = (
        f"substr({_ONE}, length({_ONE}) - length({_OTHER}) + 1) = {_OTHER}"
    )

    def __init__(self) -> None:
        super().__init__(fulltext_field=TEXT)
        self._columns: dict[str, int] = {}
        self._parts = 0

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that were asked for, each at the number of its column."""
        return tuple(self._columns)

    def escape_and_quote_field(self, field: str) -> str:
        """The column of a field."""
        return column(self._columns.setdefault(field, len(self._columns)))

    def finalize_query_default(self, _rule: Any, query: str, _index: int, _state: Any) -> str:
        """The condition alone: which table it is about is not the rule's to say."""
        return query

    def convert_condition(self, cond: Any, state: Any) -> Any:
        """A part of the condition, with all that is in it.

        Raises:
            SigmaConditionError: the rule has more parts than SQLite prepares in short time.
        """
        self._parts += 1
        if self._parts > _MOST:
            raise SigmaConditionError(f"a condition of more than {_MOST} parts")
        return super().convert_condition(cond, state)

    def convert_condition_field_eq_val_str(self, cond: Any, state: Any) -> str:
        """A text, in either case of its letters."""
        if not _has_other_letters(cond.value):
            return str(super().convert_condition_field_eq_val_str(cond, state))
        return self._in_either_case(self.escape_and_quote_field(cond.field), cond.value, "^{}$")

    def convert_condition_val_str(self, cond: Any, state: Any) -> str:
        """A word anywhere in the event."""
        if isinstance(cond.value, SigmaCasedString) or not _has_other_letters(cond.value):
            return str(super().convert_condition_val_str(cond, state))
        return self._in_either_case(self._fulltext_column(), cond.value, "{}")

    def convert_condition_field_eq_val_num(self, cond: Any, state: Any) -> str:  # noqa: ARG002 - pySigma's
        """A number, however it is written; one beyond 63 bits as a text, in either form."""
        field, number = self.escape_and_quote_field(cond.field), cond.value.number
        if abs(number) < 1 << 63:
            return f"{NUMBER}({field}) = {number}"
        return f"{field} IN ('{number}', '{number:#x}')"

    def convert_condition_field_eq_val_cidr(self, cond: Any, state: Any) -> str:  # noqa: ARG002 - pySigma's
        """An address in a network."""
        field = self.escape_and_quote_field(cond.field)
        return f"{IN_NETWORK}({field}, '{cond.value.network}')"

    def _in_either_case(self, field: str, value: Any, form: str) -> str:
        pattern = form.format(value.to_regex().regexp).replace("'", "''")
        return f"{field} REGEXP '(?is){pattern}'"


def _has_other_letters(value: Any) -> bool:
    """Whether a text has letters with two cases that SQLite takes for one."""
    texts = (part for part in value.iter_parts() if isinstance(part, str))
    return any(not c.isascii() and c.lower() != c.upper() for text in texts for c in text)
