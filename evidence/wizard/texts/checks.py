"""What was found before the start, in English and Japanese: a line of 70 columns or two."""

from __future__ import annotations

CHECKS = {
    "wizard.grade.ok": ("ok", "可"),
    "wizard.grade.limited": ("note", "注意"),
    "wizard.grade.refuse": ("NO", "不可"),
    "wizard.check.place.own": (
        "The destination shares no disk with what is taken, as far as seen",
        "保存先は、取る対象と同じディスクにはありません(調べた範囲)",
    ),
    "wizard.check.place.system": (
        "The destination is this machine's own disk: plug in a USB medium",
        "保存先がこの端末のディスクです: 別のUSB媒体を挿してください",
    ),
    "wizard.check.place.inside": (
        "The destination lies in what is to be taken: use another medium",
        "保存先が、取る対象の中にあります: 別の媒体にしてください",
    ),
    "wizard.check.place.same": (
        "The destination is on the same volume as what is taken",
        "保存先が、取る対象と同じドライブ(ボリューム)にあります",
    ),
    "wizard.check.place.unknown": (
        "Not known whether the destination shares this machine's disk:\nuse a USB medium",
        "保存先がこの端末のディスク上か、分かりません:\nUSB媒体を使ってください",
    ),
    "wizard.check.place.backup": (
        "Backups are kept there ({name}): use another medium",
        "バックアップの置き場所です({name}): 別の媒体にしてください",
    ),
    "wizard.check.place.unlisted": (
        "Whether backups are kept on it can't be seen ({path}): ask first",
        "バックアップの置き場所かどうか見えません({path}): 先に確認を",
    ),
    "wizard.check.draft.unread": (
        "Earlier answers can't be read ({name}): begun anew",
        "前回の途中の答えが読めません({name}): 最初から始めます",
    ),
    "wizard.check.place.in_memory": (
        "The destination lies in memory: copy it before power off",
        "保存先がメモリ上です: 電源を切る前に写してください",
    ),
    "wizard.check.space.enough": ("Space: {free} free, about {needs} needed", "空き: {free}(目安 {needs})"),
    "wizard.check.space.little": (
        "Space: {free} of about {needs}; what doesn't fit is left out",
        "空き: {free}(目安 {needs})。入らない分は取れません",
    ),
    "wizard.check.space.none": (
        "Space: {free} free, {needs} is the least: use another medium",
        "空き: {free}。最低 {needs} 必要です: 別の媒体にしてください",
    ),
    "wizard.check.filesystem.local": ("File system of the destination: {kind}", "保存先の形式: {kind}"),
    "wizard.check.filesystem.unknown": (
        "File system of the destination: not known",
        "保存先の形式: 分かりません",
    ),
    "wizard.check.filesystem.fat": (
        "Destination: {kind}, files to 4 GiB; ours end at {volume}",
        "保存先の形式: {kind}(1ファイル4GiBまで。{volume} ごとに分けます)",
    ),
    "wizard.check.filesystem.remote": (
        "Destination: {kind}, over a network: gone when the LAN is out",
        "保存先はネットワーク上({kind}): LANを抜くと書けません",
    ),
    "wizard.check.filesystem.read_only": (
        "The destination ({kind}) can't be written to: unlock or change it",
        "保存先({kind})に書けません: ロックを外すか、別の媒体に",
    ),
    "wizard.check.readers.named": ("Encrypted for those who were named", "指定された相手だけが読めます(暗号化)"),
    "wizard.check.readers.nobody": (
        "NOT encrypted: whoever finds the stick reads it; guard it",
        "暗号化なし: 拾った人は誰でも読めます。手元から離さない",
    ),
    "wizard.check.rights.all": ("Rights: administrator", "権限: 管理者"),
    "wizard.check.rights.few": (
        "Not root: memory, others' files and processes stay closed.\nFor all: close this, log in as root, start it in the same way",
        "権限: 一般利用者。メモリや他の利用者の分は取れません\n全部取るには: 閉じて、root(管理者)でログインし、同じように起動",
    ),
    "wizard.check.rights.reduced": (
        "Not administrator: no event logs or others' files, less registry.\nFor all: close this, right-click COLLECT.cmd, \"Run as administrator\"",
        "権限: 一般利用者。イベントログと他人のファイルは不可、レジストリは一部\n全部取るには: 閉じて COLLECT.cmd を右クリック「管理者として実行」",
    ),
    "wizard.check.rights.closed": (
        "Administrator, but this system's disk can't be read raw:\nfiles are taken, but not those in use; the registry as text",
        "権限: 管理者。ただしシステムのディスクを直接読めません:\n使用中でないファイルは取れます。レジストリは今の内容を文字で",
    ),
    "wizard.check.rights.unknown": (
        "Rights: not known; what is refused will be said",
        "権限: 分かりません。拒まれたものは後で示します",
    ),
    "wizard.check.kit.listed": (
        "The kit's files are as listed; no proof where this machine lies",
        "キットは一覧どおり(この端末が偽っていれば証明になりません)",
    ),
    "wizard.check.kit.differs": (
        "The kit is not as its list says: {names}; tell the provider",
        "キットが一覧と違います: {names}。調査会社に伝えてください",
    ),
    "wizard.check.cipher.none": ("No encrypted disk is open, as far as seen", "暗号化ディスクは見当たりません"),
    "wizard.check.cipher.open": (
        "Encrypted disk ({names}): find its key before any power-off",
        "暗号化ディスク({names}): 電源を切る前に鍵の場所を確認",
    ),
    "wizard.check.cipher.unknown": (
        "Not known if a disk is encrypted (BitLocker): look for its key now",
        "ディスクの暗号化(BitLocker)は不明: 回復キーの場所を確認",
    ),
    "wizard.check.writes.kept": (
        "No sign that this machine keeps its writes in memory only",
        "書込みをメモリだけに持つ様子は見当たりません",
    ),
    "wizard.check.writes.in_ram": (
        "Writes of this machine are in memory only ({kind}): no restart",
        "この端末の書込みはメモリだけです({kind}): 再起動禁止",
    ),
    "wizard.check.writes.perhaps": (
        "Write filter ({kind}): writes may be in memory only: no restart",
        "書込みフィルター({kind}): 書込みはメモリだけかも: 再起動禁止",
    ),
    "wizard.check.writes.unknown": (
        "Not known if writes stay in memory only: no restart",
        "書込みをメモリだけに持つかどうか不明: 再起動しないでください",
    ),
    "wizard.check.agents.none": ("No watching program of our list runs", "一覧にある監視ソフトは動いていません"),
    "wizard.check.agents.some": (
        "Watching: {names}. It may object; leave it running",
        "監視ソフト: {names}。反応しても止めないでください",
    ),
    "wizard.check.agents.unknown": (
        "Not known if programs watch this machine",
        "監視ソフトが動いているか、分かりません",
    ),
    "wizard.check.links.none": (
        "No network link is up, as far as seen",
        "ネットワークはつながっていません(調べた範囲)",
    ),
    "wizard.check.links.up": (
        "Network is up ({names}): pull the cable, wireless off, if you may",
        "ネットワーク接続中({names}): 抜けるなら線を抜き、無線も切る",
    ),
    "wizard.check.links.unknown": (
        "Not known if a network link is up",
        "ネットワークにつながっているか、分かりません",
    ),
    "wizard.check.memory.open": ("Memory can be taken: {size}", "メモリを取れます: {size}"),
    "wizard.check.memory.imager": (
        "Memory is taken by the kit's imager; that needs {size} of room",
        "メモリはキットのメモリ取得プログラムで取得: 空き {size} が必要",
    ),
    "wizard.check.memory.rights": ("Memory can't be taken: not root", "メモリは取れません: 管理者ではないため"),
    "wizard.check.memory.lockdown": ("Memory can't be taken: the kernel is locked down", "メモリは取れません: OSの保護機能(lockdown)のため"),
    "wizard.check.memory.refused": ("Memory can't be taken: the kernel refuses", "メモリは取れません: OSの中核が許可しません"),
    "wizard.check.memory.no_door": ("Memory can't be taken: the kernel has no way to it", "メモリは取れません: OSの中核に読む口がありません"),
    "wizard.check.memory.no_imager": (
        "Memory is not taken: that needs a program with a driver; none is here",
        "メモリは取りません: ドライバー付きのプログラムがありません",
    ),
    "wizard.check.memory.left_out": (
        "Memory is left out: it is not part of what is taken here",
        "メモリは取りません: 今回の取得範囲に入っていません",
    ),
}  # fmt: skip
