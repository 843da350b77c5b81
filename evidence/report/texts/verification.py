"""Every sentence of a verification report, in English and Japanese. Linted: see the tests."""

from __future__ import annotations

VERIFICATION: dict[str, tuple[str, str]] = {
    "v_title": ("Verification report", "検証報告書"),
    "v_subject": ("On the preserved evidence (bundle) {name}", "対象の保全データ: {name}"),
    "v_about": (
        "Made {when} by {tool}. It repeats what a program found; a person can repeat it with the commands at the end.",
        "{when} に {tool} が作成。プログラムが確かめたことをそのまま述べます。末尾のコマンドで誰でも同じ確認ができます。",
    ),
    "v_utc": (
        "Times are UTC (ending in Z); Japan is nine hours ahead.",
        "時刻は協定世界時(末尾 Z)です。日本時間は9時間を足した時刻です。",
    ),
    # the result
    "v_result": ("Result", "結果"),
    "v_result_0": (
        "No stage failed. What was checked is as it was signed; what was NOT CHECKED is named below.",
        "不合格の段階はありません。確認した範囲は署名されたときのままです。確認していないことは下に挙げます。",
    ),
    "v_result_1": (
        "REFUSED: this is not what was signed. Failed: stage {failed}.",
        "拒否: 署名されたものと違います。不合格の段階: {failed}",
    ),
    "v_result_untrusted": (
        "REFUSED: signed by nobody of those who were named as trusted. Failed: stage {failed}. Nothing that was checked is other than it was signed; but what somebody made anew would look the same.",
        "拒否: 信頼すると指定された証明書に結び付く署名ではありません。不合格の段階: {failed}。確認した範囲は署名されたときのままですが、誰かが全体を作り直した場合も同じ結果になります。",
    ),
    "v_result_unread": (
        "REFUSED: not all of it could be read. Failed: stage {failed}. Nothing that was read is other than it was signed; of what could not be read nothing can be said.",
        "拒否: 読めない部分がありました。不合格の段階: {failed}。読めた部分は署名されたときのままですが、読めなかった部分については何も言えません。",
    ),
    "v_result_2": (
        "REFUSED: this can't be used as it is. Failed: stage {failed}.",
        "拒否: このままでは使えません。不合格の段階: {failed}",
    ),
    "v_result_3": (
        "INCOMPLETE: what could be checked is as it was signed; something that was expected could not be checked.",
        "不完全: 確認できた範囲は署名されたときのままですが、確認できるはずのもので確認できなかったものがあります。",
    ),
    "v_level_none": (
        "No level: a bundle that was refused has none.",
        "水準なし: 拒否された保全データに水準は付きません。",
    ),
    "v_level_scale": (
        "The levels are A, B and C; C is the weakest.",
        "水準は A・B・C の3つで、C が最も弱いものです。",
    ),
    "v_failed": ("What failed", "不合格の内容"),
    "v_failed_stage": ("Stage {number}, {name}: {finding}", "段階{number} {name}: {finding}"),
    # what is intact
    "v_intact": ("What is intact, and by which check", "元のままであるもの(どの確認によるか)"),
    "v_intact_refused": (
        "These checks passed by themselves. They do not make good for those that failed.",
        "次の確認は、それだけを見れば合格です。不合格の段階を補うものではありません。",
    ),
    "v_intact_none": ("No check passed.", "合格した確認はありません。"),
    "v_intact_structure": (
        "The form: only ordinary files, and every signed document can be read (stage 1).",
        "形式: 通常のファイルだけがあり、署名された文書はすべて読めます(段階1)。",
    ),
    "v_intact_volumes": (
        "The stored volumes: each has the size and SHA-256 that the signed documents state (stage 2).",
        "格納ファイル: どのボリュームも、署名された文書に書かれた大きさと SHA-256 のままです(段階2)。",
    ),
    "v_intact_completeness": (
        "The set of files: none missing, none added (stage 3).",
        "ファイルの過不足: 欠けたものも、加えられたものもありません(段階3)。",
    ),
    "v_intact_items": (
        "The contents: they were opened, and each of the {count} items is as it was recorded (stage 4).",
        "中身: 開いて確かめ、全 {count} 項目が記録されたときのままです(段階4)。",
    ),
    "v_intact_signature": (
        "The list of everything (manifest): as signed with a key that leads to a certificate which the verifier trusts (stage 5).",
        "全体の一覧(マニフェスト): 検証者が信頼する証明書につながる鍵で署名されたときのままです(段階5)。",
    ),
    "v_intact_time": (
        "The time: a time stamp from outside was checked; the finding of stage 6 says what it shows.",
        "時刻: 外部のタイムスタンプを確かめました。その内容は段階6の所見のとおりです。",
    ),
    "v_intact_custody": (
        "The custody log: no event is missing in between, changed or moved; each fits its signature and the rules of the log (stage 7).",
        "保管の記録: 途中の欠落・変更・入替えはなく、どれも署名と合い、記録の規則に反していません(段階7)。",
    ),
    "v_intact_anchors": (
        "The identity: it is the bundle that was noted outside; the finding of stage 8 says by what (stage 8).",
        "同一性: 外部に控えられた保全データと同じものです。何で照合したかは段階8の所見のとおりです(段階8)。",
    ),
    # what is missing
    "v_missing": ("What is missing, by the record", "記録上、欠けているもの"),
    "v_counts": (
        "Obtained whole: {acquired}. Obtained in part: {partial}. Looked for and NOT obtained: {gap}.",
        "全体が取れたもの {acquired} 件、一部だけ取れたもの {partial} 件、探したが取れなかったもの {gap} 件。",
    ),
    "v_counts_so_far": (
        "These are the counts after the last volume that was closed; the collection was cut off after it.",
        "最後に閉じたボリュームまでの件数です。その後に取得は中断しました。",
    ),
    "v_counts_unknown": (
        "The counts can't be told: the documents that state them did not pass.",
        "件数は分かりません。件数を述べる文書が検証に通っていません。",
    ),
    "v_reasons_closed": (
        "The reasons are inside the volumes; they were not opened, or did not pass.",
        "理由はボリュームの中に記録されています。今回は開いていないか、検証に通っていません。",
    ),
    "v_partial_numbers": ("Obtained in part: items {numbers}", "一部だけ取れた項目の番号: {numbers}"),
    "left_out_skipped": (
        "Left out, since the collection was asked to skip it ({count}): {names}",
        "取得時に、取らないよう指定されたもの({count} 件): {names}",
    ),
    "left_out_not_asked": (
        "Left out, since the collection was asked for other things only ({count}): {names}",
        "取得時に、ほかのものだけが指定されたため対象外となったもの({count} 件): {names}",
    ),
    "v_same_file": (
        "further name of a file that was obtained under another name",
        "別の名前で取得済みのファイルの別名",
    ),
    "v_col_numbers": ("Record numbers", "記録の番号"),
    "v_col_collectors": ("By which collector", "収集項目ごとの件数"),
    # what it does not prove
    "v_not_proved": ("What this does not prove", "これが証明しないこと"),
    "v_np_contents": (
        "That the contents are as recorded: they were not opened, or did not pass.",
        "中身が記録どおりであること。今回は開いていないか、検証に通っていません。",
    ),
    "v_np_signer": (
        "Who collected it: the signer was not tied to a certificate that the verifier trusts.",
        "誰が取得したか。署名者は、検証者が信頼する証明書と結び付いていません。",
    ),
    "v_np_time": (
        "When it happened: times are what the clocks of the machines said. No time stamp from outside was checked.",
        "いつのことか。時刻は各端末の時計によるもので、外部のタイムスタンプは確かめていません。",
    ),
    "v_np_time_items": (
        "When each item was read: a time stamp bears on the seal only; all other times are what clocks of machines said.",
        "各項目がいつ読み取られたか。タイムスタンプは封印についてのもので、その他の時刻は各端末の時計によります。",
    ),
    "v_np_anew": (
        "That nobody made it anew: it was not compared with anything noted outside.",
        "作り直されていないこと。外部の控えとの照合は行っていません。",
    ),
    "v_np_tail": (
        "That the custody log was not cut off at its end: the head noted at the last hand-over was not compared.",
        "保管の記録の末尾が切り取られていないこと。最後の授受で控えた末尾値との照合は行っていません。",
    ),
    "v_np_seal": (
        "That the collection came to its end: it was never sealed.",
        "取得が最後まで行われたこと。封印されていません。",
    ),
    # who held it
    "v_held": ("Who held it, when", "誰がいつ保管していたか"),
    "v_held_nothing": (
        "This can't be told: the custody log did not pass (stage 7).",
        "分かりません。保管の記録が検証に通っていません(段階7)。",
    ),
    "v_held_unsealed": (
        "This can't be told: the collection was never sealed, so that nobody could sign for it.",
        "分かりません。封印されていないため、誰も引き受けの署名をしていません。",
    ),
    "v_held_note": (
        "A period begins and ends with a signed event. The time before the sealing is that of the collection.",
        "期間は署名された記録で始まり、終わります。封印より前は取得の時間です。",
    ),
    "v_from": ("From", "から"),
    "v_to": ("To", "まで"),
    "v_holder": ("Who answers for it", "引き受けた人"),
    "v_how": ("Transport, seal", "運搬・封印番号"),
    "v_now": ("(no end stated)", "(終わりの記録なし)"),
    "v_stated": ("{at} (as stated by the signer)", "{at}（署名者の申告）"),
    "v_nobody": ("NOBODY HAS SIGNED FOR THIS TIME", "この期間を引き受けた署名がない"),
    "v_later": ("{holder}, by a signature at the end of this time", "{holder}(この期間の終わりの署名による)"),
    "v_untied": ("{holder}; tied to no certificate that the verifier trusts", "{holder}。検証者が信頼する証明書との結び付きなし"),
    # stages
    "v_stages": ("The nine stages", "9つの段階"),
    "v_stage": ("What was asked", "確かめたこと"),
    "v_outcome": ("Outcome", "結果"),
    "v_finding": ("What was found, and why", "所見(理由)"),
    "v_PASS": ("PASS", "PASS 合格"),
    "v_FAIL": ("FAIL", "FAIL 不合格"),
    "v_NOT CHECKED": ("NOT CHECKED", "NOT CHECKED 未確認"),
    "v_not_checked": (
        "NOT CHECKED: this could not be checked, and the finding says why. It is neither good nor bad.",
        "NOT CHECKED(未確認)は、確認できなかったという意味で、理由は所見のとおりです。良いとも悪いとも言えません。",
    ),
    "v_no_finding": ("not reached", "そこまで進んでいません"),
    "v_more": ("and {count} more", "ほか {count} 件"),
    "v_ask_structure": ("Only plain, readable files?", "通常のファイルと読める文書だけか"),
    "v_ask_volumes": ("Volumes as the documents state?", "どのボリュームも文書の記載どおりか"),
    "v_ask_completeness": ("Nothing missing, nothing added?", "欠けたもの・加わったものはないか"),
    "v_ask_items": ("Items as recorded (opened)?", "全項目が記録どおりか(中身を開いて)"),
    "v_ask_signature": ("As signed, by somebody trusted?", "一覧は、信頼する人が署名したままか"),
    "v_ask_time": ("A time proved from outside?", "時刻は外部から証明されるか"),
    "v_ask_custody": ("No break in the custody log?", "保管の記録に切れ目はないか"),
    "v_ask_anchors": ("The one that was noted outside?", "外部に控えたものと同じか"),
    "v_ask_statements": ("To be known besides", "そのほか知っておくべきこと"),
    # clocks
    "v_clocks": ("The clocks", "時計"),
    "v_clock_verifier": (
        "The verifier's clock said {began} when the verification began and {ended} when it ended; zone {zone}; synchronised: {synchronised}.",
        "検証に使った機器の時計は開始時 {began}、終了時 {ended} でした(時間帯は UTC{zone}、同期: {synchronised})。",
    ),
    "v_clock_untold": (
        "The host's clock can't be told: the document that states it can't be read.",
        "端末の時計については分かりません。それを述べる文書が読めません。",
    ),
    "v_yes": ("the machine says yes", "機器は同期していると答えた"),
    "v_no": ("not known to be", "確認されていない"),
    # identity
    "v_identity": ("The bundle", "保全データ"),
    "v_folder": ("Folder", "フォルダー"),
    "v_head": ("Head of the custody log (event {number})", "保管の記録の末尾値(記録 {number})"),
    "v_signer": ("Signer's certificate (SHA-256)", "署名者の証明書 (SHA-256)"),
    "v_collector": ("Collected by", "取得に使ったプログラム"),
    "v_aloud": ("The code, to be read over a telephone", "番号の読み方(電話で伝えるとき)"),
    "v_digits": ("Digits", "数字"),
    "v_words": ("Say", "読み方"),
    "v_as_stated": (
        "These values are quoted from a bundle that was refused; they are what it says of itself.",
        "拒否された保全データ自身の記載をそのまま示したものです。",
    ),
    # what the verifier was given
    "v_given": ("What the verifier was given", "検証者に渡されたもの"),
    "v_given_trust": ("Certificate trusted (SHA-256)", "信頼する証明書 (SHA-256)"),
    "v_given_tsa": ("Authority trusted for time (SHA-256)", "時刻について信頼する認証局 (SHA-256)"),
    "v_given_challenge": ("Challenge given before", "事前に渡した確認番号"),
    "v_given_lists": ("Revocation lists", "失効リスト"),
    "v_given_key": ("Key to the contents (public half)", "中身を開く鍵(公開側)"),
    "v_given_root": ("Root noted outside", "外部に控えたルート値"),
    "v_given_code": ("Code noted outside", "外部に控えた番号"),
    "v_given_head": ("Head noted outside", "外部に控えた末尾値"),
    "v_given_not": ("NOT given", "渡されなかったもの"),
    "v_nothing": ("none", "なし"),
    "v_tool": ("Program that verified", "検証に使ったプログラム"),
    "v_tool_value": ("{tool}, SHA-256 over its files {sha256}", "{tool}(ファイル全体の SHA-256 {sha256})"),
    # where it goes
    "v_error_ending": ("{path}: a report's name ends in one of {endings}", "{path}: 報告書の名前の末尾は {endings} のいずれかにしてください"),
    "v_error_folder": ("{path}: there is no such folder", "{path}: そのフォルダーはありません"),
    "v_error_inside": (
        "{path}: lies in the bundle, which another file would alter; choose another folder",
        "{path}: 保全データの中です。ファイルが増えると改変になるため、別のフォルダーを指定してください",
    ),
    "v_error_taken": (
        "{path}: exists already, and nothing is overwritten; choose another name",
        "{path}: 既にあります。上書きはしません。別の名前を指定してください",
    ),
    # how to repeat it
    "repeat": ("How to repeat the checks", "確認を自分で繰り返す方法"),
    "repeat_where": (
        "In the folder {folder}, in a Unix shell with openssl; age, zstd and tar open the contents. Each ends with exit code 0 when it is as stated, and names what differs otherwise. Some print nothing then: type echo $? straight after each, it shows the exit code.",
        "フォルダー {folder} の中で、Unix のシェルで実行します(openssl を使います。中身を開くときは age, zstd, tar も)。記載どおりなら終了コード 0、違えばその箇所を表示します。何も表示しないものもあるので、それぞれの直後に echo $? と入力し、終了コードを確かめてください。",
    ),
    "repeat_prepare": ("First, once (the key's place is yours to fill in; open one that has a passphrase with age -d -o FILE, and name that file)", "はじめに1回(鍵の場所は書き換える。パスフレーズ付きの鍵は、先に age -d -o FILE で開き、そのファイルを指定する)"),
    "repeat_plain": ("Only ordinary files", "通常のファイルだけか"),
    "repeat_sums": ("Every volume is as the list says", "各ボリュームが一覧どおりか"),
    "repeat_sums_of_events": ("Every volume is as its event says", "各ボリュームが記録どおりか"),
    "repeat_complete": ("The lists are those of the manifest; nothing is missing or added", "一覧がマニフェストの示すもので、過不足がないか"),
    "repeat_open": ("Open the contents", "中身を開く"),
    "repeat_items": ("Every item has the SHA-256 of its record", "各項目が記録の SHA-256 と合うか"),
    "repeat_cut_off": (
        "Left out here: items {numbers}, since parts of what was cut off bear the same numbers. verify.sh tells them apart.",
        "項目 {numbers} はここでは除いています。中断したものの一部が同じ番号で残っているためです。verify.sh は区別して照合します。",
    ),
    "repeat_signature": ("The manifest is what the certificate named in it has signed", "マニフェストが、そこに記載された証明書の署名と合うか"),
    "repeat_trust": ("The signer leads to a trusted certificate (its place is yours to fill in)", "署名者が信頼する証明書につながるか(証明書の場所は書き換える)"),
    "repeat_token": (
        "An authority of time has signed that the seal existed (its root certificate's place is yours to fill in; where it has run out since, add -attime with the time of the renewal)",
        "時刻認証局が封印の存在した時刻に署名しているか(ルート証明書の場所は書き換える。期限切れの場合は更新の時刻を -attime で指定)",
    ),
    "repeat_renewal": (
        "A renewal covers everything that lay here then",
        "更新が、その時点のすべてのファイルに及んでいるか",
    ),
    "repeat_events": ("Every event is what its key signed", "各記録が署名と合うか"),
    "repeat_chain": ("Every event names the one before it", "各記録が直前の記録とつながるか"),
    "repeat_same": ("It is the bundle of this page", "このページの保全データと同じか"),
    "repeat_script": (
        "All stages at once, with independent code (take verify.sh from a release when the bundle may have been touched)",
        "全段階を独立したスクリプトで(保全データに手が加えられたおそれがあれば、verify.sh は公開版を使う)",
    ),
    "repeat_own": ("The same with this program:", "このプログラムで同じことを行う:"),
    "repeat_note": (
        "-noverify: openssl then judges the signature, not whose certificate it is; that must be known from elsewhere. Remove the folder $WORK afterwards: it holds evidence in the clear.",
        "-noverify では署名だけを調べ、証明書が誰のものかは判断しません。別の方法で確かめてください。終わったら $WORK を消してください(証拠が平文で入っています)。",
    ),
}  # fmt: skip
