"""Why a process apart did not read something, as records have it in English, and in Japanese."""

APART: dict[str, tuple[str, str]] = {
    "phrase_gap_libtsk": ("libtsk: {why}", "ファイルシステムを読む部品(libtsk): {why}"),
    "phrase_gap_libvshadow": ("libvshadow: {why}", "シャドウコピーを読む部品(libvshadow): {why}"),
    "phrase_gap_libewf": ("libewf: {why}", "E01 イメージを読む部品(libewf): {why}"),
    "phrase_gap_libvmdk": ("libvmdk: {why}", "VMDK イメージを読む部品(libvmdk): {why}"),
    "phrase_gap_libvhdi": ("libvhdi: {why}", "VHD イメージを読む部品(libvhdi): {why}"),
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
        "its process ended {count} times over it: not asked",
        "これを読むプロセスが何度も終わったため({count} 回)、これ以上は読んでいません",
    ),
    "phrase_gap_lost_names": (
        "{count} names in it can't be read",
        "読めない名前が {count} 個あります",
    ),
    "phrase_gap_not_its_program": (
        "none of the names in it is that of its program",
        "実行されたプログラム自身の名前が、この中に見つかりません",
    ),
    "phrase_gap_damaged_list": (
        "the list of folders that leads to its target is damaged",
        "指している先までのフォルダーの一覧が壊れています",
    ),
    "phrase_gap_no_path": (
        "it tells no path to its target that can be read",
        "指している先の、読めるパスがありません",
    ),
    "phrase_gap_no_folder_named": (
        "it leads to a file in a folder that it doesn't name",
        "指している先のファイルがどのフォルダーにあるか、書かれていません",
    ),
}
