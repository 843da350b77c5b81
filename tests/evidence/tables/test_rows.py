"""Rows and the tables made of them: whatever a program printed, and whoever named the columns."""

import json

import pytest

from evidence.tables.errors import RowsError
from evidence.tables.rows import rows_of, write_table


def test_rows_below_others_are_starred_and_nothing_moves_the_terminal(tmp_path):
    child = {"COMM": "sh\x1b[2J", "PID": 2, "__children": []}
    row = {"COMM": "init\n\u202e", "PID": 1, "SEEN": None, "__children": [child]}
    (tmp_path / "rows").write_text(json.dumps(row) + "\n")

    assert write_table(tmp_path / "rows", tmp_path / "table") == 2
    assert (tmp_path / "table").read_text() == (
        "COMM          PID  SEEN\ninit\\n\\u202e  1    -\n* sh\\x1b[2J   2\n"
    )


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (b'{"a": 18446744073709551616}', "18446744073709551616"), (b'{"a": NaN}', "nan"),
        (b'{"a": "x\\udcff"}', "x\\udcff"), (b'{"a": "x\xff"}', "x\\udcff"),
        (b'{"a": 1e999}', "inf"),
    ],
    ids=range(5),
)  # fmt: skip
def test_what_python_writes_and_others_call_no_json_is_a_row(tmp_path, row, shown):
    (tmp_path / "rows").write_bytes(row + b"\n")

    assert write_table(tmp_path / "rows", tmp_path / "table") == 1
    assert (tmp_path / "table").read_text().splitlines() == ["a", shown]


def test_a_row_of_as_many_levels_as_are_read_is_one(tmp_path):
    (tmp_path / "rows").write_bytes(b'{"a":' + b"[" * 799 + b"]" * 799 + b"}\n")

    assert write_table(tmp_path / "rows", tmp_path / "table") == 1


@pytest.mark.parametrize(
    "rows",
    [
        b'{"__children": 5}\n', b'{"__children": "abc"}\n', b'{"__children": [1]}\n',
        b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}\n", b'{"a":' + b"9" * 5000 + b"}\n",
        b"".join(b'{"c%d": 1}\n' % n for n in range(501)), b"\xff\n",
        *(b'{"a":' + b"[" * n + b"]" * n + b"}\n" for n in (800, 900, *range(9980, 10020))),
    ],
    ids=range(49),
)  # fmt: skip
def test_rows_that_nobody_can_read_are_refused_and_leave_no_table(tmp_path, rows):
    (tmp_path / "rows").write_bytes(rows)

    with pytest.raises(RowsError):
        write_table(tmp_path / "rows", tmp_path / "table")
    assert not (tmp_path / "table").exists()


def test_a_long_line_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("evidence.tables.rows._LONGEST", 100)
    (tmp_path / "rows").write_text(json.dumps({"a": "b" * 200}) + "\n")

    with pytest.raises(RowsError):
        list(rows_of(tmp_path / "rows"))
