"""Why a process apart did not read something, as records have it in English, and in Japanese."""

APART: dict[str, tuple[str, str]] = {
    "phrase_gap_libtsk": ("libtsk: {why}", "ファイルシステムを読む部品(libtsk): {why}"),
    "phrase_gap_libvshadow": ("libvshadow: {why}", "シャドウコピーを読む部品(libvshadow): {why}"),
    "phrase_gap_read_in_time": ("it was not read in time", "時間内に読めませんでした"),
    "phrase_gap_reader_ended_code": (
        "the process that read it ended (exit code {code})",
        "これを読んでいたプロセスが終わりました(終了コード {code})",
    ),
    "phrase_gap_reader_ended": (
        "the process that read it ended",
        "これを読んでいたプロセスが終わりました",
    ),
    "phrase_gap_reader_given_up": (
        "its process ended {count} times over this file system: not asked",
        "このファイルシステムで何度も終わったため({count} 回)、これ以上は読んでいません",
    ),
}
