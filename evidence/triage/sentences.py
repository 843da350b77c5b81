"""Why no triage was begun, in English and Japanese."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "no_folder": ("{path}: no such folder; name a case or a folder of files", "{path}: フォルダーがありません。案件か、ファイルのフォルダーを指定してください"),
    "nothing_imported": ("{path}: nothing was imported yet", "{path}: まだ何も取り込まれていません"),
    "no_bundle": ("{names}: not in this case: {known}", "{names}: この案件にありません。あるもの: {known}"),
    "bundle_of_folder": ("{path}: is no case (no {file} in it), so it has no bundles to choose from", "{path}: 案件ではない({file} がない)ため、保全データを選べません"),
    "no_output": (
        "{path}: is no case; name with --output a folder outside of it that takes the results",
        "{path}: 案件ではありません。結果を入れるフォルダー(このフォルダーの外)を --output で指定してください",
    ),
    "output_inside": ("{path}: lies inside {folder}, among the evidence; choose another folder", "{path}: {folder} の中、証拠の中です。別のフォルダーにしてください"),
    "medium_full": (
        "{path}: the medium is full; the unfinished results were removed. Make room, or name a folder on another medium with --output, and run it again",
        "{path}: 保存先がいっぱいです。途中の結果は削除しました。空きを作るか、別の媒体のフォルダーを --output で指定して、もう一度実行してください",
    ),
    "folder_taken": ("{path}: exists already; try again", "{path}: すでにあります。もう一度実行してください"),
    "case_unreadable": ("{path}: {why}", "{path}: 読めません({why})"),
    "no_sigma": (
        "rules of Sigma need {name}, which is not installed: pip install 'hozen[sigma]', or leave out --sigma; nothing was begun",
        "Sigma の規則に必要な {name} が入っていません。pip install 'hozen[sigma]' で入れるか、--sigma を付けずに実行してください。まだ何も始めていません",
    ),
}  # fmt: skip
