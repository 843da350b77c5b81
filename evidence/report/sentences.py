"""Why no report was made, or a document not shown, in English and Japanese."""

SENTENCES: dict[str, tuple[str, str]] = {
    "taken": (
        "{path}: exists already; choose another name",
        "{path}: すでにあります。別の名前にしてください",
    ),
    "ending": (
        "{path}: this file's name ends in {endings}",
        "{path}: このファイルの名前の末尾は {endings} にしてください",
    ),
    "inside": (
        "{path}: lies inside {folder}, among the evidence; choose another",
        "{path}: {folder} の中、証拠の中です。別の場所にしてください",
    ),
    "no_case": (
        "{path}: no {file} in it, or nothing was imported yet; a bundle is first imported (hozen import), or reported on by hozen verify --report",
        "{path}: {file} がないか、まだ何も取り込まれていません。保全データは先に hozen import で取り込むか、hozen verify --report で報告書にしてください",
    ),
    "at": ("{path}: {why}", "{path}: 報告書を作れません: {why}"),
    "other_bundle": (
        "{path}: not the bundle that was imported",
        "{path}: 取り込んだ保全データではありません",
    ),
    "unreadable": ("{why}", "{why}"),
    "too_large": ("more than {most} MiB", "{most} MiB を超えています"),
    "differs": (
        "not what was signed: changed since the import; import the bundle into another case",
        "署名されたものと違います(取込み後に変わっています)。別の案件に取り込み直してください",
    ),
    "gone": (
        "gone since the import; import the bundle into another case",
        "取込み後になくなっています。別の案件に取り込み直してください",
    ),
    "no_object": ("not a JSON object", "JSON のオブジェクトではありません"),
}  # fmt: skip
