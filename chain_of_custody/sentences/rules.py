"""The rules of the custody log that a bundle may break, English and Japanese side by side."""

from __future__ import annotations

SIGNATURES = {
    "larger than any signature of this format": "この形式の署名より大きすぎます",
    "not a detached CMS signature of the allowed form": "定められた形の署名ではありません",
    "not SignedData over data": "データへの署名（SignedData）ではありません",
    "not version 1 with SHA-256 alone": "版が 1 でないか、SHA-256 以外のハッシュを使っています",
    "none or several signers; there must be one": "署名者が一人ではありません",
    "not ECDSA with SHA-256": "署名方式が ECDSA と SHA-256 ではありません",
    "more certificates than this format allows": "証明書の数が多すぎます",
    "a certificate whose signature is no whole number of bytes": "証明書の署名の長さが不正です",
    "a certificate with a line break in a name": "証明書の名前に改行が含まれています",
    "the signer's certificate is not there, or not alone":
        "署名者の証明書がないか、二つ以上あります",
    "a signed attribute stands twice, or has not one value": "署名の属性が重複しています",
    "signed attributes missing, or others than allowed": "署名の属性に不足または余分があります",
    "signed as something else than plain data": "通常のデータとして署名されていません",
    "the signed digest is that of other bytes": "署名されたのは別の内容です",
    "the signature does not fit: altered, or by another key": "署名の値が鍵と合いません",
    "the signer's key is not on P-256": "署名者の鍵が P-256 ではありません",
    "the signer's certificate was altered": "署名者の証明書が変えられています",
}  # fmt: skip
"""What is wrong with a signature, in Japanese; facts hold the English."""

RULES: dict[str, tuple[str, str]] = {
    "event_unsigned": ("{name}: its signature is missing", "{name}: 署名がありません"),
    "event_signature": (
        "{name}: {why}",
        "{name}: 署名が確認できません（{why}）",
    ),
    "rule_no_event": ("{name}: there is no event", "{name}: イベントが一つもありません"),
    "rule_bundle": (
        "{name}: an event of another bundle",
        "{name}: 別の保全データのイベントです",
    ),
    "rule_beginning": (
        "{name}: collection_started is event 1, and only that",
        "{name}: 保全開始（collection_started）は必ずイベント 1 で、ほかの番号にはなりません",
    ),
    "rule_after_sealing": (
        "{name}: the collection goes on after it was sealed",
        "{name}: 封印の後に保全が続いています",
    ),
    "rule_monotonic": (
        "{name}: its monotonic clock runs backwards within a session",
        "{name}: 一回の実行の中で経過時間が戻っています",
    ),
    "rule_no_monotonic": (
        "{name}: an event of the collection without a reading of its monotonic clock",
        "{name}: 保全のイベントに経過時間の値がありません",
    ),
    "rule_clock_read": (
        "{name}: the clock that it reads was read after it",
        "{name}: 記載された時計の値が、このイベントより後に読まれたことになっています",
    ),
    "rule_session_ended": (
        "{name}: goes on after the end of its session",
        "{name}: 一回の実行が終わった後に続いています",
    ),
    "rule_behind_holder": (
        "{name}: the collection goes on after a holder signed for it",
        "{name}: 保管者が署名した後に保全が続いています",
    ),
    "rule_source": (
        "{name}: says both that hozen collected this and that it was received from others",
        "{name}: hozen が取得したとも、他から受領したとも記載されています",
    ),
    "rule_manifest_gone": (
        "{name}: seals a manifest that is not here under any of its names",
        "{name}: 封印されたマニフェストが、どの名前でもここにありません",
    ),
    "rule_holder_before_sealing": (
        "{name}: a holder's event before the sealing",
        "{name}: 封印より前に保管者のイベントがあります",
    ),
    "rule_next_volume": (
        "{name}: volume {number} was to be closed next",
        "{name}: 次に閉じるボリュームは {number} のはずです",
    ),
    "rule_tree_shrinks": (
        "{name}: the tree shrinks",
        "{name}: 項目の数が前のイベントより減っています",
    ),
    "rule_tree_anew": (
        "{name}: its tree is not the one before it with more items",
        "{name}: 前のイベントの項目に追加したものになっていません",
    ),
    "rule_tree_contradicts": (
        "{name}: its tree contradicts itself",
        "{name}: 項目の木の値が互いに合いません",
    ),
    "rule_salvage_closed": (
        "{name}: {volume} was closed, so it can't be salvaged",
        "{name}: {volume} は閉じられているので、書きかけとして残ることはありません",
    ),
    "rule_salvage_not_open": (
        "{name}: {volume} can't have been open then",
        "{name}: {volume} はその時点で書き込み中だったはずがありません",
    ),
    "rule_tree_left": (
        "{name}: does not go on from the tree before it",
        "{name}: 中断前の項目の続きになっていません",
    ),
    "rule_cites": (
        "{name}: cites {reference}, which is not there",
        "{name}: 存在しない {reference} を参照しています",
    ),
    "rule_anchor": (
        "{name}: anchors/{anchor} is not there as it was",
        "{name}: anchors/{anchor} が、署名されたときのまま残っていません",
    ),
    "rule_missing_less": (
        "{name}: less is missing than before it",
        "{name}: 取れなかった件数が前のイベントより減っています",
    ),
    "rule_missing_more": (
        "{name}: more is missing than there are gaps",
        "{name}: 取れなかった件数が、未取得の項目数より多くなっています",
    ),
    "rule_not_sealed": ("{name}: sealing is missing", "{name}: 封印のイベントがありません"),
    "rule_sealed_twice": (
        "{name}: sealed more than once",
        "{name}: 封印のイベントが二つ以上あります",
    ),
    "rule_other_manifest": (
        "{name}: seals another manifest",
        "{name}: 別のマニフェストを封印しています",
    ),
    "rule_other_root": ("{name}: seals another root", "{name}: 別のルート値を封印しています"),
    "rule_other_history": (
        "{name}: not the history that the manifest names",
        "{name}: マニフェストが示す経過と違います",
    ),
    "rule_disagree": (
        "{name}: manifest and events disagree about {fact}",
        "{name}: マニフェストとイベントで {fact} の記載が食い違っています",
    ),
    "rule_last_tree": (
        "{name}: the last volume's tree is not the sealed one",
        "{name}: 最後のボリュームまでの項目の木が、封印されたものと違います",
    ),
}
