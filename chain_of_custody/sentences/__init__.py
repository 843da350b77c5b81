"""The sentences of a verdict, English and Japanese side by side: one key, named facts."""

from __future__ import annotations

from chain_of_custody.sentences.anchors import NOTED
from chain_of_custody.sentences.clocks import CLOCKS
from chain_of_custody.sentences.exhibit import EXHIBIT
from chain_of_custody.sentences.holders import HOLDERS
from chain_of_custody.sentences.rules import RULES, SIGNATURES
from chain_of_custody.sentences.time import TIME

REASONS = {
    "no such folder": "そのフォルダーはありません",
    "not a folder": "フォルダーではありません",
    "neither bagit.txt nor custody/ in it": "bagit.txt も custody/ も中にありません",
    "nothing was signed in it yet: the run ended before its first event":
        "まだ何も署名されていません(最初のイベントの前に実行が終わっています)",
    "no item in items/": "items/ に項目がありません",
    # an item's status, and the reason for a gap
    "acquired": "全体", "partial": "一部", "absent": "存在しない", "denied": "アクセス拒否",
    "unreadable": "読み取り不可", "timed_out": "時間内に応答なし", "not_local": "別の機器上にある",
    "skipped": "意図的に対象外", "unsupported": "ここでは取れない",
    **SIGNATURES,
}  # fmt: skip
"""Words of the format, and why a folder is none of ours, in Japanese; facts hold the English."""

# Kept apart from the code so that both languages are read side by side.
SENTENCES: dict[str, tuple[str, str]] = {
    # 1 structure
    "not_a_bundle": (
        "{path}: not a bundle: {why}. Name the folder itself, in which bagit.txt and custody/ lie",
        "{path}: 保全データではありません: {why}。bagit.txt と custody/ が入っているフォルダーを指定してください",
    ),
    "unlisted": (
        "{path}: cannot be looked into: {why}; whether it is whole can't be told. Look after the medium and who may read it, then give the command again",
        "{path}: 中を読み取れません: {why}。完全かどうかは判断できません。媒体の状態と読み取りの権限を確かめてから、もう一度実行してください",
    ),
    "unsafe_file": (
        "{name}: a link, device, pipe, socket or unsafe name; a bundle holds plain files only",
        "{name}: リンク・デバイス・パイプ等、または安全でない名前です。保全データには通常のファイルしか入りません",
    ),
    "too_large": (
        "{name}: {size} bytes; this format allows {limit}",
        "{name}: {size} バイトあります。この形式の上限は {limit} です",
    ),
    "bad_document": (
        "{name}: not a document of a schema this version reads: {why}",
        "{name}: この版が読める形式の文書ではありません: {why}",
    ),
    "volume_twice": ("{name} is listed twice", "{name} が二重に記載されています"),
    "structure_sound": (
        "plain files with plain names; {count} events readable",
        "通常のファイルと通常の名前だけです。読めるイベント {count} 件",
    ),
    "encryption_contradicts": (
        "{name}: its name contradicts the list of recipients",
        "{name}: 名前が暗号化の宛先一覧と矛盾しています",
    ),
    "more_findings": ("and {count} more of the same kind", "ほか同種のものが {count} 件あります"),
    # 2 volumes
    "volume_size": (
        "{name}: expected {expected} bytes, found {found}; changed after it was closed",
        "{name}: {expected} バイトのはずが {found} バイトです。閉じた後に変わっています",
    ),
    "volume_hash": (
        "{name}: expected sha256 {expected}, found {found}; changed after it was closed",
        "{name}: sha256 は {expected} のはずが {found} です。閉じた後に変わっています",
    ),
    "unreadable": ("{name}: cannot be read: {why}", "{name}: 読めません: {why}"),
    "volumes_intact": ("{count} volumes, {size} bytes", "ボリューム {count} 個、{size} バイト"),
    # 3 completeness
    "missing_file": ("{name} is missing", "{name} がありません"),
    "extra_file": ("{name} does not belong here", "{name} は本来ここにないものです"),
    "extra_file_of_system": (
        "{name} does not belong here. Windows and macOS put files of this name into folders that somebody looks at: if it is one, take it out and verify again",
        "{name} は本来ここにないものです。Windows や macOS は、開いたフォルダーにこの名前のファイルを自動で置きます。それであれば、取り除いてもう一度検証してください",
    ),
    "number_hole": ("{what} {number} is missing in the numbering", "{what} の番号 {number} が抜けています"),
    "files_complete": (
        "{count} files, none missing, none extra",
        "ファイル {count} 個、欠けも余分もありません",
    ),
    "not_bound": (
        "{name} is not the file that the signed manifest names",
        "{name} は署名されたマニフェストが示すファイルと違います",
    ),
    "sums_differ": (
        "{name} does not list exactly what lies here",
        "{name} の一覧が実際の中身と一致しません",
    ),
    "left_temporary": (
        "{name}: written when the run was cut off; not evidence",
        "{name}: 中断時に書きかけだったファイルです。証拠ではありません",
    ),
    "left_by_act": (
        "{name}: left by an act of custody that was cut off before it was signed; not part of the log, not evidence",
        "{name}: 署名される前に中断された授受の操作が残したものです。記録の一部ではなく、証拠でもありません",
    ),
    # 4 items
    "needs_identity": (
        "contents not opened: the decryption key was not given",
        "中身は開いていません: 復号鍵が渡されていません",
    ),
    "volumes_not_intact": (
        "contents not opened: stages 1 to 3 have to pass first",
        "中身は開いていません: 先に段階 1〜3 に合格する必要があります",
    ),
    "no_documents": (
        "not possible without readable manifest and events",
        "マニフェストとイベントが読めないため確認できません",
    ),
    "bad_container": ("{name}: {why}", "{name}: {why}"),
    "bad_record": ("{name}: record line {line}: {why}", "{name}: 記録の {line} 行目: {why}"),
    "duplicate_item": ("{name}: item {item} stands twice", "{name}: 項目 {item} が二重にあります"),
    "reordered": ("{name}: records are out of order at item {item}", "{name}: 項目 {item} で記録の順序が違います"),
    "record_parts": (
        "{name}: the record of item {item} does not fit what is stored of it",
        "{name}: 項目 {item} の記録が保存内容と合いません",
    ),
    "item_hash": (
        "{name}: item {item}: expected sha256 {expected}, found {found}",
        "{name}: 項目 {item}: sha256 は {expected} のはずが {found} です",
    ),
    "record_event": (
        "{name}: the record of item {item} and the event that closed the volume disagree about {fact}",
        "{name}: 項目 {item} の記録と、ボリュームを閉じたイベントで {fact} の記載が食い違っています",
    ),
    "no_record": ("{name}: item {item} has no record", "{name}: 項目 {item} に記録がありません"),
    "tree_differs": (
        "{name}: the items do not give the tree that was signed",
        "{name}: 項目から計算した木が署名された値と違います",
    ),
    "counts_differ": (
        "the manifest counts {expected} items, the volumes hold {found}",
        "マニフェストの項目数は {expected}、ボリューム内は {found} です",
    ),
    "items_intact": (
        "{count} items, every one as it was recorded",
        "全 {count} 項目が記録どおりです",
    ),
    # 5 signature
    "no_manifest": (
        "no manifest: this bundle was never sealed",
        "マニフェストがありません: 封印されていない保全データです",
    ),
    "bad_signature": (
        "{name}: {why}",
        "{name}: 署名が確認できません（{why}）",
    ),
    "other_certificate": (
        "{name}: signed by another certificate than the one it names",
        "{name}: 記載と異なる証明書で署名されています",
    ),
    "other_kit": (
        "{name}: the kit that it names did not certify its signer",
        "{name}: 記載されたキットは、署名者の証明書を発行していません",
    ),
    "kit_claimed": (
        "the kit {kit} is named by the bundle alone: no trusted certificate leads over it to the signer",
        "キット {kit} は保全データ自身の申告です: 信頼する証明書から署名者までの間にこのキットは確認できていません",
    ),
    "stranger": (
        "signed by {found}, which is none of the trusted certificates and issued by none of them; what is collected without a kit is signed like this, too",
        "署名者 {found} は信頼する証明書のどれでもなく、どれからも発行されていません。キットを使わずに採取したものも、このような署名になります",
    ),
    "no_trust": (
        "the signature fits the certificate in the bundle; the signer is not tied to a trusted certificate",
        "署名はデータ内の証明書と合いますが、署名者が誰かは信頼する証明書と結び付いていません",
    ),
    "trust_nothing": ("no PEM certificate in it", "PEM形式の証明書が入っていません"),
    "trust_damaged": (
        "a certificate or revocation list in it can't be read",
        "中の証明書または失効リストが読めません",
    ),
    "trust_list": (
        "it holds a revocation list that none of the given certificates signed",
        "与えられた証明書のどれも署名していない失効リストが入っています",
    ),
    "wrong_role": (
        "the signer's role is {role}; this is signed by {roles}",
        "署名者の役割は {role} です。ここに署名できるのは {roles} です",
    ),
    "bad_certificate": (
        "a certificate between the signer and the trusted one does not fit: {why}",
        "署名者から信頼する証明書までの途中の証明書が規則に合いません: {why}",
    ),
    "revoked": (
        "the signer's certificate is revoked since {since}, and nothing proves that the signature is older",
        "署名者の証明書は {since} から失効しており、署名がそれより前だという証明がありません",
    ),
    "revoked_later": (
        "the signer's certificate was revoked later, on {since}; a time token proves that the signature is older",
        "署名者の証明書は後に {since} から失効しましたが、署名がそれより前であることをタイムスタンプが証明します",
    ),
    "out_of_date": (
        "the signer's certificate was not in its dates at the proved time {at}",
        "証明された時刻 {at} に署名者の証明書は有効期間外でした",
    ),
    "date_unproved": (
        "the time that the bundle claims ({at}) is outside the signer's dates; a clock may have been wrong, a time token would decide",
        "保全データが示す時刻（{at}）は署名者の有効期間外です。時計のずれかもしれず、タイムスタンプがあれば判断できます",
    ),
    "date_claimed": (
        "the signer's dates hold at {at}, which the bundle claims itself",
        "署名者の有効期間は {at} を含みますが、この時刻は保全データ自身の申告です",
    ),
    "signed_by": ("signed by the trusted certificate {found}", "信頼する証明書 {found} による署名です"),
    # 6 time: sentences/time.py
    **TIME,
    # 7 custody
    "chain_broken": (
        "{name}: does not follow the event before it",
        "{name}: 直前のイベントとつながっていません",
    ),
    "event_signer": (
        "{name}: signed by a key that may not sign this",
        "{name}: この署名をしてよい鍵ではありません",
    ),
    **RULES,
    "custody_intact": (
        "{count} events, head {head}",
        "イベント {count} 件、末尾 {head}",
    ),
    **NOTED,  # 8 anchors
    # 9 statements
    "not_collected_here": (
        "hozen did not collect this: {by} did, by means of {means} ({basis}); {who} handed it over ({handed}), hozen received it at {at} ('?': not known)",
        "hozen が取得したものではありません。取得者 {by}、手段 {means}（{basis}）、引渡し {who}（{handed}）、hozen の受領 {at}（「?」は不明）",
    ),
    "partial_bundle": (
        "never sealed: what was closed until the interruption is here; an end is not attested",
        "封印されていません: 中断までに閉じた分だけがあり、終わりは証明されません",
    ),
    "open_volume": (
        "{name}: was open when the run was cut off; {size} bytes, not attested",
        "{name}: 中断時に書き込み中でした。{size} バイト、内容は証明されません",
    ),
    "salvaged": (
        "{name}: kept as it lay after an interruption; nothing in it counts as an item",
        "{name}: 中断後そのまま残したものです。中身は項目に数えません",
    ),
    "unfinished": (
        "{size} bytes in closed volumes {first} to {last} have no record: the session of event {event} was cut off within item {item} ({collector}). They count as no item; whether it was taken again is not told",
        "閉じたボリューム {first}～{last} の {size} バイトには記録がありません。イベント {event} で始まる回が項目 {item}（{collector}）の途中で中断したためです。項目には数えません。取り直されたかどうかは分かりません",
    ),
    "under_way": (
        "closed volumes {first} to {last} ({size} bytes as stored) hold no record, only part of an item: the session of event {event} was cut off within it ({collector}). Whether it was taken again is not told",
        "閉じたボリューム {first}～{last}（格納サイズ {size} バイト）には記録がなく、項目の一部だけがあります。イベント {event} で始まる回がその途中（{collector}）で中断したためです。取り直されたかどうかは分かりません",
    ),
    "resumed_sessions": ("{count} interruptions, resumed", "中断 {count} 回、再開済み"),
    "gaps": (
        "{gaps} things were looked for and not obtained; {partial} were obtained in part",
        "探したが取れなかったもの {gaps} 件、一部だけ取れたもの {partial} 件",
    ),
    "nothing_collected": ("no items: nothing was collected", "項目がありません: 何も取得していません"),
    "unencrypted": (
        "collected unencrypted: anyone who holds it can read it",
        "暗号化せずに取得されています: 持っている人は誰でも読めます",
    ),
    **CLOCKS,
    "host_differs": (
        "{name}: goes on on another machine ({found}, begun on {begun}), or on one that had no number of its own then",
        "{name}: 開始時と別の機器（{found}、開始時は {begun}）、または固有の番号を確かめられない機器で続けています",
    ),
    "bag_info_differs": (
        "{name}: {what} is not that of the signed manifest ({expected}); tools that read it are told something else",
        "{name}: {what} が署名されたマニフェストの値（{expected}）と違います。これを読むほかのツールには別の内容が伝わります",
    ),
    "recipients_differ": (
        "{name}: encrypted to {found} recipients, {expected} are listed",
        "{name}: 暗号化の宛先は {found} 件、一覧には {expected} 件あります",
    ),
    "attributes_on_file": (
        "{name}: carries extended attributes, which prove nothing and were not read",
        "{name}: 拡張属性が付いています。証明には使われず、読んでいません",
    ),
    # of holders: sentences/holders.py
    **HOLDERS,
    "no_such_event": ("there is no event {number}", "記録 {number} はありません"),
    "before_reading": (
        "nothing here proves that data was genuine before it was read",
        "読み取られる前のデータが本物だったことまでは証明されません",
    ),
    "level_c": (
        "level C: shows accidental change; does not exclude deliberate re-making by someone who had the medium",
        "水準C: 偶発的な変化は分かりますが、媒体を持つ人による意図的な作り直しは否定できません",
    ),
    "level_b": (
        "level B: held by something outside the bundle, a note or a time-stamp token; a bundle made anew afterwards is told apart",
        "水準B: 保全データの外にある控えまたはタイムスタンプと一致し、それより後の作り直しは見分けられます",
    ),
    "level_a": (
        "level A: signed by a key tied to a trusted certificate, sealed before a proved time, and as noted outside the bundle",
        "水準A: 信頼する証明書に結び付いた鍵で署名され、証明された時刻より前に封印され、外部の控えとも一致します",
    ),
    **EXHIBIT,
}  # fmt: skip
