"""Why rows can't be read, in English and Japanese."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "no_row": ("{file}: a line of it is no row: {why}", "{file}: 結果の行ではないものがあります: {why}"),
    "row_wide": ("{file}: rows with more than {most} columns in all", "{file}: 行の列が全部で {most} を超えています"),
    "row_deep": ("{file}: a row with more than {most} levels", "{file}: 入れ子が {most} 段を超える行があります"),
    "no_whole_row": ("{file}: a line of it is no whole row", "{file}: 完全でない行があります"),
}  # fmt: skip
