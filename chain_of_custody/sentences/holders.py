"""What is said of those who held a bundle, and of the custody log that they go on with."""

from __future__ import annotations

HOLDERS: dict[str, tuple[str, str]] = {
    "released_only": (
        "{name}: handed over by {who}, and nobody has signed for it yet",
        "{name}: {who} が引き渡しましたが、受領の署名がまだありません",
    ),
    "released_until": (
        "{name}: handed over by {who}, to arrive by {due}; nobody has signed for it yet",
        "{name}: {who} が引き渡しました（到着期限 {due}）。受領の署名がまだありません",
    ),
    "released_again": (
        "{name}: handed over by {who}, though {before} had handed it over (to {taker}, seal {seal}) and nobody had signed for that; no event says that it came back",
        "{name}: {who} が引き渡しましたが、その前の引渡し {before}（相手 {taker}、封印番号 {seal}）に受領の署名がなく、戻ったという記録もありません",
    ),
    "released_by_another": (
        "{name}: handed over by {who}, though by {before} it was with {holder}; no event says how {who} got it",
        "{name}: {who} が引き渡しましたが、{before} によれば {holder} が保管していたはずです。{who} が受け取ったという記録はありません",
    ),
    "arrived_late": (
        "{name}: received at {at}; by {before} it was to arrive by {due}",
        "{name}: 受領は {at} です。{before} が示す到着期限は {due} でした",
    ),
    "received_alone": (
        "{name}: received by {who}, though nobody had signed a release",
        "{name}: {who} が受領しましたが、引渡しの署名がありません",
    ),
    "same_hands": (
        "{name}: released and received with one key, that of {who}",
        "{name}: 引渡しと受領が同じ鍵（{who}）で署名されています",
    ),
    "seal_differs": (
        "{name}: the seal is {found}; it was {expected} when this was handed over",
        "{name}: 封印番号は {found} です。引き渡されたときは {expected} でした",
    ),
    "taker_differs": (
        "{name}: received by {who}; the release names another: {expected}",
        "{name}: {who} が受領しましたが、引渡しの記録が示す相手は別の {expected} です",
    ),
    "parcel_differs": (
        "{name}: it came under the tracking number {found}; it was {expected} when this was handed over",
        "{name}: 追跡番号は {found} です。引き渡されたときは {expected} でした",
    ),
    "seal_changed": (
        "{name}: handed over under the seal {found}; by {before} it was {expected}, and no event says that it was opened",
        "{name}: 引渡し時の封印番号は {found} です。{before} では {expected} で、その間に開けたという記録がありません",
    ),
    "answers_otherwise": (
        "{name}: names event {what} as what it answers, and that is no release that was open",
        "{name}: 回答の対象として記録 {what} を示していますが、未回答の引渡しではありません",
    ),
    "corrects_nothing": (
        "{name}: says that something was wrong and names no event; what it corrects is not told",
        "{name}: 訂正ですが、対象の記録が示されていません。何を訂正するものか分かりません",
    ),
    "corrected_by": (
        "{name}: says that event {what} was wrong; both stand, as they were signed",
        "{name}: 記録 {what} の誤りを訂正しています。どちらも署名時のまま残っています",
    ),
    "event_gone": (
        "{name}: a signature ({signer}) in the place of event {number}, and what it signs (SHA-256 {digest}) is not here: event {number} was cut off or removed, or the signature is of another bundle and was put here; it can't tell which. Ask whoever signed it for their copy or their note of the head",
        "{name}: 記録 {number} の位置に署名（{signer}）だけがあり、署名された内容（SHA-256 {digest}）がありません。記録 {number} が書き込みの途中で途切れたか取り除かれた、または別の保全データの署名がここに置かれたもので、署名だけではどちらか分かりません。署名した人に、写しや末尾値の控えを確かめてください",
    ),
    "log_event_gone": (
        "{name}: a signature ({signer}) in the place of event {number}, and what it signs is not here; nothing was added, and the signature stays. 'hozen verify' tells more; keep on paper what you would have signed",
        "{name}: 記録 {number} の位置に署名（{signer}）だけがあり、署名された内容がありません。何も追加せず、その署名も残しています。詳しくは 'hozen verify' で確かめ、署名するはずだった内容は紙に残してください",
    ),
    "log_of_run": (
        "{path}: an interrupted collection left {name}, which a signature now would make void; nothing was signed. Go on with 'hozen collect --resume' first",
        "{path}: 中断した保全が {name} を残しており、今署名するとこれが使えなくなります。署名していません。先に 'hozen collect --resume' で続きを取ってください",
    ),
    "log_not_sealed": (
        "{path}: this bundle was never sealed, and that takes a sealed one; nothing was done. Hand-overs and notes can be signed here all the same (release, receive, refuse, return, note)",
        "{path}: この保全データは封印されておらず、この操作には封印が必要です。何もしていません。引渡し・受領・受領拒否・返却・メモの記録（release、receive、refuse、return、note）はこのままでも署名できます",
    ),
    "log_unread": (
        "{path}: {why}; nothing was done. See that the medium is in place and readable, then give the same command again; what was to be signed, keep on paper",
        "{path}: {why}。何もしていません。媒体が正しく接続され、読み取れることを確かめて、同じコマンドをもう一度実行してください。署名するつもりだった内容は紙に残してください",
    ),
    "log_unsure": (
        "{path}: the medium failed while event {number} was put in its place ({why}), and whether it stands can't be told. See that the medium is in place, and look for event {number} with 'hozen custody show'; give the same command again only if it is not there",
        "{path}: 記録 {number} を書き込むときに媒体に異常があり({why})、記録されたかどうか分かりません。媒体が正しく接続されていることを確かめ、'hozen custody show' で記録 {number} の有無を調べてください。同じコマンドをもう一度実行するのは、記録 {number} がない場合だけにしてください",
    ),
    "said_already": (
        "event {number}, the last one, says the same already: it was signed with this key ({at}), whether or not the command could tell of it. Nothing was signed anew. Its head, to be noted outside the bundle: {head} (code {code}). If it was done once more, give the same command again with --again",
        "最後の記録 {number} がすでに同じ内容です。この鍵で署名されています（{at}。署名したコマンドがそれを表示できたとは限りません）。新しい署名はしていません。保全データの外に控える末尾値: {head}（読上げ番号 {code}）。もう一度行ったことを記録する場合は、同じコマンドに --again を付けて実行してください",
    ),
    "log_unreadable": (
        "{path}: no custody log that can be read; nothing was done. 'hozen verify' says what is wrong; what was to be signed, keep on paper",
        "{path}: 保管の記録を読めないため、何もしていません。理由は 'hozen verify' で確かめてください。署名するつもりだった内容は紙に残してください",
    ),
    "log_broken": (
        "{path}: its custody log is not intact, nothing was added: {why}",
        "{path}: 保管の記録が壊れているため、何も追加していません: {why}",
    ),
    "log_in_the_way": (
        "{path}: lies where the next event would have to; nothing was added. If somebody else signed just now, do it again; if not, 'hozen verify' says what it is",
        "{path}: 次の記録の場所に別のファイルがあるため、何も追加していません。ほかの人が今署名したのであれば、もう一度実行してください。そうでなければ 'hozen verify' で何かを確かめてください",
    ),
    "log_held": (
        "{path}: is being collected, or somebody else is signing for it; nothing was signed. Wait until that has ended, then do it again",
        "{path}: 保全の実行中か、ほかの人が署名しているところです。署名していません。終わるのを待って、もう一度実行してください",
    ),
    "log_full": (
        "the custody log has {count} events and there is no room in it for this; nothing was added. Keep it on paper, beside the bundle",
        "保管の記録は {count} 件あり、これを加える余地がありません。何も追加していません。紙に書いて保全データと一緒に保管してください",
    ),
    "event_too_large": (
        "this would be an event of {size} bytes, and no reader takes more than {limit}; nothing was signed. Say it in fewer words, and keep the long text as a file of its own",
        "記録が {size} バイトになり、読み取れる上限 {limit} バイトを超えます。署名していません。短く書き、長い文章は別のファイルとして保管してください",
    ),
    "event_unwritable": (
        "this can't be written as an event that a reader takes; nothing was signed: {why}. Look at the words that you gave",
        "読み取れる記録として書けません。署名していません: {why}。入力した文字を確かめてください",
    ),
    "signature_unsound": (
        "this key's signature is not one that a verifier takes; nothing was added: {why}. Use another key",
        "この鍵の署名は検証に通らないものです。何も追加していません: {why}。別の鍵を使ってください",
    ),
    "received_refused": (
        "the bundle does not verify (stages {failed}); nothing was signed. 'hozen verify' tells more, 'hozen custody refuse' records the refusal",
        "保全データの検証に通りません（段階 {failed}）。署名していません。詳しくは 'hozen verify'、受領拒否の記録は 'hozen custody refuse'",
    ),
    "cites_nothing": (
        "there is no {what} in this bundle; nothing was signed",
        "この保全データに {what} はありません。署名していません",
    ),
    "result_unreadable": (
        "{path}: the results can't be read ({why}); nothing was signed",
        "{path}: 結果を読めません（{why}）。署名していません",
    ),
    "result_no_file": (
        "{path}: no file; nothing was signed. Name a file of results, or the folder of a triage",
        "{path}: ファイルではありません。署名していません。結果のファイルか、一次調査のフォルダーを指定してください",
    ),
    "result_outside": (
        "{path}: the triage names this file, which doesn't lie in its folder; nothing was signed",
        "{path}: 一次調査がこのファイルを挙げていますが、そのフォルダーの中にありません。署名していません",
    ),
    "result_no_triage": (
        "{path}: no finished triage, there is no {file} in it; nothing was signed. Name a file of results, or run the triage again",
        "{path}: {file} がなく、終わった一次調査ではありません。署名していません。結果のファイルを指定するか、一次調査をやり直してください",
    ),
    "result_of_another": (
        "{path}: a triage of something else than this bundle; nothing was signed",
        "{path}: この保全データの一次調査ではありません。署名していません",
    ),
    "result_changed": (
        "{path}: not as it was when the triage ended ({file} names another SHA-256); nothing was signed",
        "{path}: 一次調査が終わったときのままではありません（{file} の SHA-256 と違います）。署名していません",
    ),
    "wrong_signer": (
        "a key of the role '{role}' may not sign this; nothing was signed. Who may: {roles}",
        "役割「{role}」の鍵では、これに署名できません。署名していません。署名できる役割: {roles}",
    ),
    "signer_out_of_date": (
        "by this machine's clock ({at}) the certificate is not in its dates ({begins} to {ends}); nothing was signed. Look at the clock, or use a certificate that is in date",
        "この機器の時計（{at}）では、証明書は有効期間（{begins}〜{ends}）の外です。署名していません。時計を確かめるか、有効な証明書を使ってください",
    ),
    "stated_in_future": (
        "the time that you state ({at}) is still to come: this machine's clock says {now}; nothing was signed. Look at year and zone (+09:00 for Japan), or set the clock right",
        "指定した日時（{at}）は未来です。この機器の時計は {now} です。署名していません。年と時差（日本は +09:00）を確かめるか、時計を合わせてください",
    ),
    "stated_out_of_date": (
        "the time that you state ({at}) is not within the dates of your certificate ({begins} to {ends}); nothing was signed. Sign without --at, and say in --text when it was",
        "指定した日時（{at}）は、あなたの証明書の有効期間（{begins}〜{ends}）の外です。署名していません。--at を付けずに署名し、実際の日時は --text に書いてください",
    ),
    "holder_unknown": (
        "{name}: signed by a key that is not tied to a person",
        "{name}: 人と結び付いていない鍵による署名です",
    ),
    "holder_out_of_date": (
        "{name}: the time that it states, {at}, is outside the dates of the signer's certificate",
        "{name}: 記録された時刻（{at}）は署名者の証明書の有効期間外です",
    ),
    "holder_revoked": (
        "{name}: signed with a person's certificate that is revoked since {since}; ask whether it was them",
        "{name}: {since} から失効している個人の証明書による署名です。本人によるものか確認してください",
    ),
}  # fmt: skip
