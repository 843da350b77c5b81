"""What the guided way says, in English and Japanese: short enough for 80 columns, and for 3 a.m."""

from __future__ import annotations

from evidence.wizard.texts.checks import CHECKS

SCREEN = {
    "wizard.title": ("hozen: preserving evidence", "hozen 証拠の保全"),
    "wizard.banner.in_ram": (
        "DO NOT RESTART OR LOG OFF: this machine keeps what it writes in memory only",
        "再起動・ログオフ禁止: この端末は書込みをメモリの中だけに持っています",
    ),
    "wizard.banner.perhaps": (
        "DO NOT RESTART OR LOG OFF: what this machine writes may be in memory only",
        "再起動・ログオフ禁止: この端末の書込みはメモリの中だけかもしれません",
    ),
    "wizard.foot.full": ("A digit, or arrows and Enter   {back}9 stop, care comes first", "数字、または矢印とEnter   {back}9 診療優先で中断"),
    "wizard.foot.plain": ("Type a digit, then Enter   {back}9 stop, care comes first", "数字を入れてEnter   {back}9 診療優先で中断"),
    "wizard.foot_back": ("0 back   ", "0 戻る   "),
    "wizard.foot_language": ("   8 日本語", "   8 英語 English"),
    "wizard.foot_end": ("Enter: close", "Enter: 閉じる"),
    "wizard.foot_on": ("Enter: on", "Enter: 先へ"),
    "wizard.foot_secret.full": ("Enter: on   Esc: stop, care comes first", "Enter: 先へ   Esc: 診療優先で中断"),
    "wizard.foot_secret.plain": ("Enter: on   Ctrl-C: stop, care comes first", "Enter: 先へ   Ctrl-C: 診療優先で中断"),
    "wizard.foot_work": ("9 stop, care comes first", "9 診療優先で中断"),
    "wizard.call": ("Call: {name}  {telephone}", "電話: {name}  {telephone}"),
    "wizard.call_nobody": (
        "Call: whoever is responsible, and the forensic firm (numbers: on paper)",
        "電話: 責任者と調査会社(番号は紙の連絡表)",
    ),
    "wizard.stopping": (
        "Stop now, because care comes first?\nWhat was taken stays.",
        "診療優先で中断しますか。\n取れた分は残ります。",
    ),
    "wizard.stopping.not_stopped": ("No, go on", "いいえ、続ける"),
    "wizard.stopping.stop": ("Yes, stop", "はい、中断する"),
    "wizard.closing": ("Stopping: closing what is open", "中断します: 書きかけの分を書き終えています"),
    # Questions.
    "wizard.care": (
        "The patient comes first.\nIs this machine in use for care right now?",
        "患者さんの安全が先です。\n今、診療に使っている機器ですか。",
    ),
    "wizard.care.go_on": ("No. Go on with what was begun earlier", "いいえ。前回の続きから"),
    "wizard.care.anew": ("No. Begin anew", "いいえ。新しく始める"),
    "wizard.care.no": ("No", "いいえ"),
    "wizard.care.yes": ("Yes", "はい"),
    "wizard.care.unknown": ("I don't know", "わからない"),
    "wizard.kind": ("What is this machine?", "この機器はどれですか。"),
    "wizard.kind.terminal": ("A terminal or PC (medical records, office)", "電子カルテなどの端末(パソコン)"),
    "wizard.kind.server": ("A server", "サーバー"),
    "wizard.kind.network": ("VPN device, router, firewall", "ネットワーク機器(VPN装置・ルーターなど)"),
    "wizard.kind.medical": ("A medical device, an analyser", "医療機器・検査装置"),
    "wizard.kind.unknown": ("I don't know", "わからない"),
    "wizard.power": (
        "Leave the power as it is: on stays on, off stays off.\nNo restart, no log-off, no sleep.",
        "電源はそのまま。ONはONのまま、OFFはOFFのまま。\n再起動・ログオフ・スリープもしない。",
    ),
    "wizard.power.read": ("Understood", "わかった"),
    "wizard.lan": (
        "Photograph the LAN port, then pull the cable. Wireless: off.\nOrder: to backups, to the outside, between departments.\nThe power stays on.",
        "LANの口を撮影してから、ケーブルを抜く。無線は切る。\n順番: バックアップ→外部回線→部門の境目。\n電源は入れたまま。",
    ),
    "wizard.lan.pulled": ("Pulled, or off", "抜いた(切った)"),
    "wizard.lan.cannot": ("It can't be pulled", "抜けない"),
    "wizard.lan.none": ("It had none", "もともとない"),
    "wizard.photos": (
        "Photograph the screen, notes on paper, names of files,\nwith a clock in the picture. Keep the paper; touch it little.",
        "画面・脅迫文・ファイル名を、時計も入れて撮影。\n印刷された紙は捨てず、触る枚数を減らす。",
    ),
    "wizard.photos.read": ("Done, or not possible: on", "撮影した(できない): 先へ"),
    "wizard.appliance": (
        "First the VPN device and router: keep power, NO update.\nPhotograph display and model, call who looks after it.",
        "先にVPN装置・ルーター: 電源を切らない、更新しない。\n表示と型番を撮影し、担当者に電話。",
    ),
    "wizard.appliance.done": ("Done", "済んだ"),
    "wizard.appliance.later": ("Not yet; somebody will", "まだ(誰かがすぐに行う)"),
    "wizard.appliance.none": ("There is none, or I don't know", "ない・わからない"),
    "wizard.encrypting": (
        "With the LAN out, do files still seem to be encrypted, one after another?",
        "LANを抜いた後も、ファイルが次々に暗号化されて見えますか。",
    ),
    "wizard.encrypting.no": ("No", "いいえ"),
    "wizard.encrypting.yes": ("Yes", "はい"),
    "wizard.encrypting.unknown": ("I don't know", "わからない"),
    "wizard.key": (
        "This machine's disk is encrypted by itself.\nIs it known where its recovery key is?",
        "この端末のディスクは元々暗号化されています。\n回復キーの保管場所は分かりますか。",
    ),
    "wizard.key_perhaps": (
        "It can't be seen here whether this disk is encrypted (BitLocker).\nIf it is: is it known where its recovery key is?",
        "この端末のディスクが暗号化(BitLocker)されているか、ここでは\n分かりません。回復キーの保管場所は分かりますか。",
    ),
    "wizard.key.known": ("Yes", "はい"),
    "wizard.key.unknown": ("No: without it, power off may lock the disk for ever", "いいえ(電源を切ると、二度と開けないおそれ)"),
    "wizard.adviser": (
        "Call now, let them decide, and write down who decided, and when.\nPeople decide, not this program; the choice and its time are recorded.",
        "今すぐ電話し、決めてもらい、決めた人と時刻を紙に書く。\n決めるのは人です。選択と時刻を記録します。",
    ),
    "wizard.adviser.keep": (
        "Keep running, take evidence: files go on being lost,\nwhat is in memory can be had",
        "動かしたまま保全: 暗号化は進む。メモリの中身は取れる",
    ),
    "wizard.adviser.hibernate": (
        "Hibernate: encryption pauses; memory is written over\ndeleted data of the disk",
        "休止状態: 暗号化は止まる。メモリの書出しが\n消えたデータを上書きする",
    ),
    "wizard.adviser.cut": (
        "Cut the power: encryption ends; what is in memory is lost;\nan encrypted disk needs its key",
        "電源を切る: 暗号化は止まる。メモリの中身は消える。\n暗号化ディスクは鍵がないと開けない",
    ),
    "wizard.clock": (
        "Look at a telephone's clock. Are day and time the same?\nIf the time isn't, move it with the arrows.",
        "スマホの時計を見てください。日付も時刻も同じですか。\n時刻が違えば、矢印で合わせてください。",
    ),
    "wizard.clock_plain": (
        "Look at a telephone's clock. Are day and time the same?\nIf the time isn't, move it: number of the minutes, then Enter.",
        "スマホの時計を見てください。日付も時刻も同じですか。\n時刻が違えば、下の「分」の番号とEnterで合わせてください。",
    ),
    "wizard.clock_both": (
        "This machine   {host}\nTelephone      {other}     ahead by {minutes} min",
        "この端末   {host}\nスマホ     {other}     差 {minutes} 分",
    ),
    "wizard.clock_zone": (" (zone {zone})", "(時間帯 {zone})"),
    "wizard.clock_zone_other": (" (zone {zone})", "(日本時間 {zone})"),
    "wizard.clock.read": ("The telephone shows this day and time", "スマホはこの日時"),
    "wizard.clock.date": ("The date differs: photograph both", "日付が違う(両方を撮影)"),
    "wizard.clock.none": ("There is no other clock", "別の時計がない"),
    "wizard.clock_step.full": ("{minutes} min   ({arrow})", "{minutes} 分   ({arrow})"),
    "wizard.clock_step.plain": ("{minutes} min", "{minutes} 分"),
    # Before the start.
    "wizard.preflight": ("Looking at this machine and the destination ...", "端末と保存先を調べています ..."),
    "wizard.ready": ("Before the start", "開始前の確認"),
    "wizard.ready.start": ("Start; files are written to the destination only", "保全を始める(書き込むのは保存先だけ)"),
    "wizard.refused": ("It can't start like this. What to do is below.", "このままでは始められません。下の行のとおりにしてください。"),
    "wizard.refused.again": ("Look again", "もう一度調べる"),
    "wizard.passphrase": (
        "If you were told the kit's passphrase, type it (it isn't shown).\nIf not, just press Enter: evidence is taken all the same.",
        "キットのパスフレーズを聞いていれば入力(表示されません)。\n聞いていなければ、そのまま Enter。証拠は取れます。",
    ),
    # While it runs, and after.
    "wizard.collecting": ("Taking evidence. Don't pull the stick, don't restart.", "証拠を取得中。USBを抜かない、再起動しない。"),
    "wizard.collecting_begins": ("Getting ready ...", "準備しています ..."),
    "wizard.collecting_now": ("Now: {name} ({index} of {total}), {size} so far", "今: {name}({index}/{total})、ここまで {size}"),
    "wizard.collecting_time": ("Running for {elapsed} min; {left}", "経過 {elapsed} 分、{left}"),
    "wizard.interruptible": (
        "It may be stopped at any time: what was written stays; one key goes on.",
        "いつでも中断できます: 書き終えた分は残り、続きから取れます。",
    ),
    "wizard.sealed": ("Ended and sealed. Taken, and not taken:", "終わりました(封印済み)。取れたもの、取れなかったもの:"),
    "wizard.sealed.read": ("On to the number to be told", "伝える番号へ進む"),
    "wizard.no_proof": (
        "This says nothing about whether the machine was attacked.",
        "攻撃を受けたかどうかは、この結果では分かりません。",
    ),
    "wizard.sealed_where": ("It is here: {path}", "保存場所: {path}"),
    "wizard.code": (
        "Write number and time on paper,\nphotograph the square, and tell\nthe number by telephone.\nLeave the power as it is.\nThen Enter; hand the medium over.",
        "番号と今の時刻を紙に書き、\n図を撮影し、番号を電話で伝える。\n電源はそのまま。\nその後 Enter を押し、媒体を渡す。",
    ),
    "wizard.code_only": (
        "Write number and time on paper,\nand tell the number by telephone. Leave the power as it is.\nThen press Enter, and hand the medium over.",
        "番号と今の時刻を紙に書き、番号を電話で伝える。\n電源はそのまま。\nその後 Enter を押し、媒体を渡す。",
    ),
    "wizard.unsealed": ("It stopped before it was done: {cause}", "途中で終わりました: {cause}"),
    "wizard.unsealed_stays": ("What was written stays, signed: {name}", "書き終えた分は署名されて残っています: {name}"),
    "wizard.unsealed_full": (
        "The destination is full. Make room there, then go on, but delete\nnothing named HZ_… and nothing of the kit. Else leave it, and call.",
        "保存先がいっぱいです。空きを作ってから続けてください。\nHZ_ で始まるものとキットは消さない。難しければ、そのまま電話を。",
    ),
    "wizard.unsealed.again_signal": ("Go on", "続ける"),
    "wizard.unsealed.again_destination_full": ("Go on, now that there is room", "続ける(空きを作ったら)"),
    "wizard.unsealed.again": ("Go on (put the stick back first, if it was pulled)", "続ける(USBが抜けていたら、先に挿し直す)"),
    "wizard.unsealed.end": ("Stop here; it can be continued later", "ここで終わる(後で続きから取れます)"),
    "wizard.failed": ("It could not run: {text}", "実行できませんでした: {text}"),
    "wizard.failed_anew": ("What lies there is left as it is; a new bundle will be begun.", "そこにあるものはそのまま残し、新しく取り直します。"),
    "wizard.failed.again": ("Try again (put the stick back first, if it was pulled)", "もう一度(USBが抜けていたら、先に挿し直す)"),
    # Ends without a collection.
    "wizard.end_care": (
        "Don't touch this machine until whoever is responsible is here.\nPhotos only; note the time on paper.",
        "責任者が来るまで、この機器に触らないでください。\n写真だけ撮り、時刻を紙に書いてください。",
    ),
    "wizard.end_network": (
        "Keep the power on; NO update, NO restart. Pull the WAN cable only.\nPhotograph the display; have settings and logs exported.",
        "電源を切らない、更新・再起動しない。外部回線(WAN)の線だけ抜く。\n表示を撮影し、設定とログの取出しを頼む。",
    ),
    "wizard.end_medical": (
        "This program is not for medical devices. Don't touch it:\nphotos and paper, and call its maker.",
        "医療機器では動かしません。触らないでください。\n写真と紙で記録し、メーカーに電話。",
    ),
    "wizard.end_unknown": (
        "Not to be run where nobody knows what it is. Don't touch it:\ntake photos, and ask what it is.",
        "何か分からない機器では動かしません。\n触らず写真を撮り、種類を聞いてください。",
    ),
    "wizard.end_hibernate": (
        "Write down who decided, and when. Then hibernate.\nAfter that, wait for what the adviser says.",
        "決めた人と時刻を紙に書いてから、休止状態へ。\nその後は相談先の指示を待ってください。",
    ),
    "wizard.end_cut": (
        "Write down who decided, and when. Then cut the power.\nDon't switch it on again.",
        "決めた人と時刻を紙に書いてから、電源を切る。\nその後、電源を入れないでください。",
    ),
    "wizard.stopped": (
        "Stopped. The answers are kept on the stick. Start it\nagain in the same way, and 1 goes on from here.",
        "中断しました。答えは保存先に残っています。\n同じように起動し、1 で続きから。",
    ),
    "wizard.stopped_unsaved": (
        "Stopped. The answers could not be kept: the destination is gone,\nor can't take them.",
        "中断しました。答えは残せませんでした\n(保存先がないか、使えません)。",
    ),
}  # fmt: skip

WIZARD = {
    "wizard": (
        "Guided screens for the person at the machine; keys only.",
        "画面の案内に従って証拠を取ります(数字キーだけで操作)。",
    ),
    "wizard.plain": ("Plain text, line by line, for consoles that can't do more.", "画面を使わず、1行ずつの文字で案内します。"),
    "wizard.source": ("'live', or a folder or disk to take instead.", "'live'、または代わりに取るフォルダーやディスク"),
    "wizard.no_key": (
        "{path}: not there. --kit wants the folder with kit.key; start a kit by its collect.sh or COLLECT.cmd",
        "{path}: ありません。--kit には kit.key のあるフォルダーを指定してください。キットは collect.sh か COLLECT.cmd で起動します",
    ),
    **SCREEN,
    **CHECKS,
}  # fmt: skip
