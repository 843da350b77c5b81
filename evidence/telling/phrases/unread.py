"""Why a triage could not look at something, as its results have it in English, and in Japanese."""

UNREAD: dict[str, tuple[str, str]] = {
    "phrase_seen_names_twice": (
        "{count} names may have been told twice", "{count} 個の名前は2回数えたかもしれません",
    ),
    "phrase_seen_items_twice": (
        "{count} items may be counted twice, as records of an MFT",
        "{count} 項目は、MFT の記録としても数えたかもしれません",
    ),
    "phrase_seen_beyond": (
        "{count} names or times beyond what is counted", "{count} 個の名前や時刻は、数える上限を超えます",
    ),
    "phrase_seen_not_listed": (
        "{which}: {count} more are not listed", "{which}: ほかに {count} 件は一覧にありません",
    ),
    "phrase_seen_not_counted": (
        "{which}: {count} more are not counted", "{which}: ほかに {count} 件は数えていません",
    ),
    "phrase_seen_not_followed": (
        "{which}: {count} more are not followed", "{which}: ほかに {count} 件は追っていません",
    ),
    "phrase_seen_signins": (
        "{which}: {count} sign-ins are not counted", "{which}: サインイン {count} 件は数えていません",
    ),
    "phrase_seen_no_rule": (
        "{rule}: not in this program's rules", "{rule}: このプログラムの規則にありません",
    ),
    "phrase_seen_sigma": (
        "rules that can't be run: {count}; see tables/{file}",
        "実行できない規則: {count} 件。tables/{file} を見てください",
    ),
    "phrase_seen_mounted": (
        "another file system is mounted here: not gone into",
        "別のファイルシステムがつながっている場所で、中は見ていません",
    ),
    # of event logs
    "phrase_seen_no_parser": (
        "the parser of event logs (evtx) is not installed; hozen[triage] brings it",
        "イベントログを読む部品(evtx)がありません。hozen[triage] で入ります",
    ),
    "phrase_seen_lost": (
        "{lost} of {all} records could not be parsed", "{all} 件のうち {lost} 件を読めません",
    ),
    "phrase_seen_header_sum": (
        "the checksum of its header differs", "先頭部分のチェックサムが合いません",
    ),
    "phrase_seen_odd_records": (
        "{count} records are none that a program writes: they may be shifted",
        "{count} 件の記録は、プログラムが書くはずのない値です(位置がずれているおそれがあります)",
    ),
    "phrase_seen_records_sum": (
        "the checksum of its records differs; what can be read is used",
        "記録のチェックサムが合いません。読めるところは使いました",
    ),
    "phrase_seen_records_end": (
        "no record begins at byte {place}, where its header says that they end at {end}",
        "先頭部分では記録が位置 {end} まであるはずですが、位置 {place} に記録がありません",
    ),
    "phrase_seen_cut": ("cut off after {size} bytes", "{size} バイトで切れています"),
    "phrase_seen_slow": (
        "not tried: those before it took all the time",
        "それまでの分で時間を使い切ったため、見ていません",
    ),
    "phrase_seen_given_up": (
        "not tried: the parser ended over too many before it",
        "それまでに読む部品が何度も落ちたため、見ていません",
    ),
    "phrase_seen_in_time": ("it was not read in time", "時間内に読めませんでした"),
    "phrase_seen_ended_code": (
        "the process that read it ended (exit code {code})",
        "これを読んでいたプロセスが終わりました(終了コード {code})",
    ),
    "phrase_seen_ended": (
        "the process that read it ended", "これを読んでいたプロセスが終わりました",
    ),
    # of journals
    "phrase_seen_byte": ("byte {place}: {why}", "位置 {place}: {why}"),
    "phrase_seen_field": ("a field was not read: {why}", "フィールドを1つ読めません: {why}"),
    "phrase_seen_list_missing": (
        "the list of entries should go on here, and doesn't",
        "エントリーの一覧がここで続くはずですが、続いていません",
    ),
    "phrase_seen_list_ends": (
        "the list of entries ends at {end}", "エントリーの一覧が {end} で終わっています",
    ),
    "phrase_seen_list_order": (
        "a list of entries names {place} out of order, or outside",
        "エントリーの一覧が、順序外かファイル外の {place} を指しています",
    ),
    "phrase_seen_fields": (
        "an entry of {count} fields; {most} were looked at",
        "フィールドが {count} 個のエントリーのうち、{most} 個を見ました",
    ),
    "phrase_seen_hash": (
        "damaged, or changed after it was written: the hash of {what} is another one",
        "破損か、書いた後の変更があります: {what} のハッシュ値が違います",
    ),
    "phrase_seen_unfinished": (
        "an entry that was not written to its end", "最後まで書かれていないエントリーです",
    ),
    "phrase_seen_reaches": (
        "an object reaches over the entry at byte {other}",
        "位置 {other} のエントリーに重なる部分があります",
    ),
    "phrase_seen_no_entry": (
        "no entry is here, though the list names it", "一覧にあるエントリーが、ここにありません",
    ),
    "phrase_seen_no_object": ("no object is here", "ここには何もありません"),
    "phrase_seen_object_size": (
        "an object that says that it has {size} bytes", "大きさが {size} バイトという部分があります",
    ),
    "phrase_seen_nothing_behind": ("nothing behind it was read", "その後ろは読んでいません"),
    "phrase_seen_read_on": ("read on from byte {place}", "位置 {place} から続けて読みました"),
    "phrase_seen_unknown": (
        "an object of a kind that is not known here", "種類の分からない部分があります",
    ),
}  # fmt: skip
