"""What stage 6 can say of time-stamp tokens, in English and Japanese."""

from __future__ import annotations

TIME: dict[str, tuple[str, str]] = {
    "no_token": (
        "no time-stamp token: the time is only what the host's clock said",
        "タイムスタンプがありません: 時刻は端末の時計によるものです",
    ),
    "token_unjudged": (
        "{name} says {at}; whose it is was not judged: no authority was given that is trusted for time",
        "{name} の時刻は {at} です。信頼する時刻認証局が渡されていないため、誰のものかは確認していません",
    ),
    "time_proved": (
        "sealed before {at}, by the token {name} of {who}",
        "{at} より前に封印されたことを {who} のタイムスタンプ {name} が示します",
    ),
    "token_before_end": (
        "{name} says {at}, and the manifest that the collection ended at {bound}: its clock was set meanwhile, or one of the two is wrong",
        "{name} の時刻は {at} ですが、マニフェストでは保全の終わりは {bound} です。途中で時計が変えられたか、どちらかが誤っています",
    ),
    "token_until": (
        "{name} is believed until {end}; hozen custody renew before then",
        "{name} を信頼できるのは {end} までです。それより前に hozen custody renew で更新してください",
    ),
    "token_unreadable": (
        "a time-stamp token can't be read: {why}",
        "タイムスタンプが読めません: {why}",
    ),
    "request_unreadable": (
        "the request of a time-stamp token can't be read: {why}",
        "タイムスタンプの要求が読めません: {why}",
    ),
    "token_not_granted": (
        "the authority did not grant a time-stamp token: {status}",
        "時刻認証局がタイムスタンプを発行していません: {status}",
    ),
    "token_other_data": (
        "{name}: a token over something else",
        "{name}: 別のものに対するタイムスタンプです",
    ),
    "token_not_asked": (
        "{name}: not the answer to the request that was kept with it",
        "{name}: 一緒に保管された要求への回答ではありません",
    ),
    "token_stranger": (
        "a time-stamp token by {who}, which leads to none of the trusted authorities",
        "{who} のタイムスタンプは、信頼する時刻認証局につながりません",
    ),
    "token_broken": (
        "a time-stamp token is not what its authority signed: {why}",
        "タイムスタンプが認証局の署名と合いません: {why}",
    ),
    "token_weak": (
        "a time-stamp token by means that are too weak: {why}",
        "タイムスタンプの方式が弱すぎます: {why}",
    ),
    "token_revoked": (
        "{name}: the authority's certificate was revoked on {since}, before this token",
        "{name}: 認証局の証明書は、このタイムスタンプより前の {since} に失効しています",
    ),
    "token_revoked_later": (
        "{name}: the authority's certificate was revoked on {since}, and nothing newer covers this token",
        "{name}: 認証局の証明書は {since} に失効し、それより前に更新されていません",
    ),
    "token_aged": (
        "{name}: the authority's certificates ran out on {end}, and no renewal from before covers this token",
        "{name}: 認証局の証明書は {end} に期限が切れ、それより前に更新されていません",
    ),
    "token_renewal_alone": (
        "no token is over the signature itself, only a renewal: it holds the time of earlier tokens, and there is none",
        "署名そのものに対するタイムスタンプがなく、更新だけがあります。更新は以前のタイムスタンプを引き継ぐもので、それだけでは時刻を示しません",
    ),
    "token_order": (
        "{name}: an earlier time than the token before it",
        "{name}: 前のタイムスタンプより早い時刻です",
    ),
    "token_before_start": (
        "{name} says {at}, but the collection says that it began at {bound}: its clock was ahead, or it was made later",
        "{name} の時刻は {at} ですが、保全の開始は {bound} とされています。時計が進んでいたか、後から作られたものです",
    ),
    "token_before_challenge": (
        "{name} says {at}, before the challenge that is bound in was made ({bound})",
        "{name} の時刻 {at} は、組み込まれた確認番号の発行時刻 {bound} より前です",
    ),
    "start_before_challenge": (
        "the collection says that it began before its challenge {challenge} was made: its clock was behind, or it was set back",
        "保全の開始が、組み込まれた確認番号 {challenge} の発行より前とされています。時計が遅れていたか、戻されています",
    ),
    "nothing_to_renew": (
        "{path}: there is no time-stamp token to renew; hozen custody timestamp puts in the first",
        "{path}: 更新するタイムスタンプがありません。最初の一つは hozen custody timestamp で加えます",
    ),
    "too_many_tokens": (
        "{path}: it holds {limit} time-stamp tokens already, and there is room for no more",
        "{path}: タイムスタンプがすでに {limit} 件あり、これ以上は加えられません",
    ),
    "renewal_refused": (
        "the bundle does not verify (stages {failed}), and what lies there now must not be stamped; nobody was asked. 'hozen verify' tells more; if files were added, take them out",
        "保全データの検証に通らない（段階 {failed}）ため、このまま更新することはできません。時刻認証局には問い合わせていません。詳しくは 'hozen verify'。余分なファイルがあれば取り除いてください",
    ),
    "renewal_late": (
        "the certificates of all tokens that lie here ran out by {end}: this renewal proves that the bundle existed now, and can't save the time that they proved. A note of the root from outside may still hold it",
        "ここにあるタイムスタンプの証明書は、いずれも {end} までに期限が切れています。この更新が示すのは現在の存在だけで、以前の時刻の証明は戻りません。外部に控えたルート値があれば、それで補えます",
    ),
    "token_kept": (
        "{path}: this answer lies in it already, as {name}, and event {number} says so; nothing was signed. 'hozen custody show' tells of it",
        "{path}: この回答はすでに {name} として加えられており、記録 {number} に署名されています。新たな署名はしていません。'hozen custody show' で確かめられます",
    ),
    "token_not_kept": (
        "Nothing was kept. See that this is the authority's answer to this very request, and that --tsa is the root certificate of this authority",
        "何も保管していません。この要求に対する時刻認証局の回答か、--tsa がその認証局のルート証明書かを確かめてください",
    ),
    "token_out_of_order": (
        "Nothing was kept. Ask the authority anew; of several answers, put in the oldest first",
        "何も保管していません。時刻認証局にもう一度要求してください。複数の回答があるときは、古いものから入れます",
    ),
    "clock_was_ahead": (
        "With it in the bundle every verifier would refuse the bundle, so nothing was kept. Keep the request and the answer as files beside it (--request, --response), write down with 'hozen custody note' by how much the clock was ahead, and note root and head outside; with 'hozen collect --reference' it can't happen",
        "入れると検証に通らなくなるため、何も保管していません。要求と回答はファイルのまま保全データの外に保管し（--request、--response）、時計がどれだけ進んでいたかを 'hozen custody note' で記録し、ルート値と末尾値を外部に控えてください。次からは 'hozen collect --reference' で防げます",
    ),
    "no_answer": (
        "{url}: no answer from the authority: {why}",
        "{url}: 認証局から回答がありません: {why}",
    ),
    "challenge_differs": (
        "not bound to the challenge that was given: another collection, or one made without it",
        "渡された確認番号と結び付いていません: 別の収集、または確認番号なしで作られたものです",
    ),
    "challenge_fits": (
        "bound to the challenge that was given before it was made",
        "事前に渡された確認番号と結び付いています",
    ),
    "renewal_order": (
        "{name}: not a list in order, each file once",
        "{name}: 各ファイルが一度ずつ順に並ぶ一覧になっていません",
    ),
    "renewal_lacks": ("{name}: it lacks {missing}", "{name}: {missing} が一覧にありません"),
    "renewal_strange": (
        "{name}: {found} is no file of the bundle",
        "{name}: {found} は保全データのファイルではありません",
    ),
    "renewal_differs": (
        "{name}: {found} is not what it was",
        "{name}: {found} が一覧を作ったときと違います",
    ),
    "clock_offset": (
        "another clock, read by a person, was {seconds} s from the host's at {at} (+: ahead)",
        "人が別の時計で読んだ時刻は、端末の {at} に対して {seconds} 秒の差でした（+は別の時計が先）",
    ),
}
