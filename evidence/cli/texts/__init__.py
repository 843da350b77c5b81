"""Everything that the command line says, in English and Japanese."""

from __future__ import annotations

from typing import Literal

from evidence.cli.texts.custody import CUSTODY
from evidence.cli.texts.disclose import DISCLOSE
from evidence.cli.texts.ending import ENDING
from evidence.cli.texts.errors import ERRORS
from evidence.cli.texts.image import IMAGE
from evidence.cli.texts.ingest import INGEST
from evidence.cli.texts.keys import KEYS
from evidence.cli.texts.kit import KIT
from evidence.cli.texts.list import LIST
from evidence.cli.texts.memory import MEMORY
from evidence.cli.texts.reasons import REASONS
from evidence.cli.texts.rules import RULES
from evidence.cli.texts.triage import TRIAGE
from evidence.wizard.texts import WIZARD

TEXTS: dict[str, tuple[str, str]] = {
    "help": ("Show this message and exit.", "この説明を表示して終わります。"),
    "help.usage": ("Usage:", "使い方:"),
    "help.options": ("Options", "オプション"),
    "help.commands": ("Commands", "コマンド"),
    "help.any_options": ("[OPTIONS]", "[オプション]"),
    "help.command": ("COMMAND", "コマンド"),
    "help.arguments": ("[ARGS]...", "[引数]..."),
    "help.required": ("required", "必須"),
    "help.default": ("default: {value}", "既定: {value}"),
    "version": ("Show the version and exit.", "版を表示して終わります。"),
    "app": (
        "Preserve evidence: collect, verify, import, triage, report. No server, no network, no configuration is needed.",
        "証拠を保全します(収集・検証・取込み・調査・報告)。ネットワークも設定も不要。",
    ),
    "collect": (
        "Take evidence, most volatile first, into one sealed bundle.",
        "端末・フォルダー・イメージの証拠を、消えやすい順に取り封印します。",
    ),
    "collect.output": (
        "Folder that receives the bundle; a USB medium rather than the machine's own disk.",
        "保存先のフォルダー(端末のディスクではなくUSB媒体を推奨)",
    ),
    "collect.case": ("Case number: letters, digits and -, at most 32.", "案件番号(英数字と - 、32文字まで)"),
    "collect.profile": ("How much to take.", "取得する範囲"),
    "collect.source": (
        "'live', a folder to take whole, or a disk: an image (raw, .001, E01, qcow2, VMDK, VHD) or a device.",
        "'live'、丸ごと取るフォルダー、またはディスク(イメージ: raw、.001、E01、qcow2、VMDK、VHD。またはデバイス)",
    ),
    "collect.recipient": (
        "age public key (age1…) or a file of them: who will be able to read the bundle.",
        "読める相手の宛先鍵(age1… で始まる公開鍵)、またはそのファイル",
    ),
    "collect.kit": (
        "Folder with kit.key of 'hozen keys kit': it certifies the key of this collection.",
        "'hozen keys kit' で作った kit.key のあるフォルダー(この収集の鍵を認証します)",
    ),
    "collect.challenge": (
        "What the provider gave you to be bound in: it shows that nothing here is older.",
        "調査会社から渡された確認番号。組み込むことで、それより前に作られたものでないと示せます",
    ),
    "collect.reference": (
        "The time on another clock right now: 21:45 in this machine's time zone, or 2026-11-22T21:45:00+09:00; or 'ask' to be asked at start and end.",
        "別の時計(電話など)の今の時刻(この端末の時間帯で 21:45、または 2026-11-22T21:45:00+09:00)。'ask' なら開始時と終了時に尋ねます",
    ),
    "collect.documents": (
        "Take documents, pictures, medical images and databases whole, not only their digests.",
        "文書・画像・医用画像・データベースの中身も採取する(通常はハッシュ値だけ)",
    ),
    "collect.no_compress": (
        "Do not compress: quicker where the destination is fast; the bundle takes as much room as its contents.",
        "圧縮しない。保存先が速ければ早く終わるが、保全データは元と同じ大きさになる",
    ),
    "collect.max_size": ("End when the bundle holds this much, e.g. 20GiB.", "この大きさで終える(例 20GiB)"),
    "collect.max_rate": (
        "Read evidence no faster than this each second, e.g. 20MiB, but for memory.",
        "証拠を読む速さの上限(毎秒、例 20MiB。メモリを除く)",
    ),
    "collect.max_time": ("End after this time, e.g. 30m.", "この時間で終える(例 30m)"),
    "collect.resume": ("Go on with an interrupted bundle.", "中断した保全データの続きを取る"),
    "verify": (
        "Check a bundle or an exhibit: PASS, FAIL or NOT CHECKED.",
        "保全データや証拠抄本を検証します(合格・不合格・未確認)。",
    ),
    "verify.trust": (
        "Certificate (PEM) of the signer, got from elsewhere than the bundle.",
        "署名者の証明書(PEM)。保全データの外から入手したもの",
    ),
    "verify.tsa": (
        "Root certificate of an authority that you trust for time (may be repeated).",
        "時刻について信頼する認証局のルート証明書(複数指定可)",
    ),
    "identity.passphrase_file": (
        "File whose first line is the passphrase of encrypted identities; else it is asked for.",
        "1行目が、暗号化された復号鍵のパスフレーズであるファイル(省略時は入力)",
    ),
    "identity": ("age identity file, to open the contents.", "中身を開く復号鍵のファイル(age 形式)"),
    "verify.root": ("The root noted at collection (64 hex digits).", "収集時に控えたルート値(16進64桁)"),
    "verify.code": ("The 25-digit code noted at collection.", "収集時に控えた25桁の番号"),
    "verify.challenge": ("The challenge that the provider gave for this collection.", "この収集のために調査会社が渡した確認番号"),
    "verify.head": ("The custody head noted at hand-over (64 hex digits).", "引渡し時に控えた末尾値(16進64桁)"),
    "verify.report": (
        "Also write a report to be handed on: .html to print, .json or .txt.",
        "手渡せる報告書も書く: 印刷用 .html、.json、.txt",
    ),
    "import": (
        "Verify a bundle, keep the master, unpack a working copy.",
        "検証し、原本を保管し、他のツールで開ける作業用コピーを作ります。",
    ),
    "import.into": ("Case folder; made when it isn't there.", "案件フォルダー(なければ作成)"),
    "import.allow_partial": ("Accept a bundle that was never sealed.", "封印されていない保全データも受け入れる"),
    "import.actor": ("Your name, for the custody log.", "保管の記録に残すあなたの名前"),
    "report": ("Make a one-file HTML report of a case or an exhibit.", "案件または証拠抄本の報告書(HTML 1ファイル)を作ります。"),
    "report.format": (
        "html: a page to read; case-uco: CASE/UCO in JSON-LD for other tools (English).",
        "html: 読むためのページ / case-uco: 他のツール用の CASE/UCO (JSON-LD、英語)",
    ),
    "report.output": (
        "Where the report goes (default: into the case, or beside the exhibit; of an exhibit also .json or .txt).",
        "報告書の出力先(既定: 案件フォルダー内、証拠抄本ならその隣。証拠抄本は .json と .txt も可)",
    ),
    "report.case_only": (
        "--format {form} is for a case; of an exhibit there is a page, or --output with .json or .txt",
        "--format {form} は案件だけに使えます。証拠抄本では --output に .html、.json、.txt のいずれかを指定してください",
    ),
    "report.log_1": (
        "The report is written, but a custody log in it is NOT what was signed: see the part about custody, and hozen verify.",
        "報告書は書きましたが、保管の記録に、署名されたとおりでないものがあります。報告書の「保管の記録」の欄と hozen verify を見てください。",
    ),
    "report.log_unread": (
        "The report is written, but not all of a custody log in it can be read: see the part about custody; see that the medium is sound, and make the report again.",
        "報告書は書きましたが、読み取れない保管の記録があります。報告書の「保管の記録」の欄を見て、媒体の状態を確かめてから、報告書をもう一度作ってください。",
    ),
    "report.log_3": (
        "The report is written, but not all of a custody log in it could be checked: see the part about custody, and hozen verify.",
        "報告書は書きましたが、確かめきれなかった保管の記録があります。報告書の「保管の記録」の欄と hozen verify を見てください。",
    ),
    "report.nothing_given": (
        "Nothing was given to check it with. With what you trust or noted: hozen verify EXHIBIT --trust CERT.pem --root HEX --report FILE",
        "照合に使うものなしで確かめました。信頼する証明書や控えがあるときは: hozen verify 証拠抄本 --trust CERT.pem --root HEX --report ファイル",
    ),
    "json": ("Print the result as JSON.", "結果をJSONで表示"),
    "quiet": ("No talk on standard error.", "途中経過を表示しない"),
    "language": ("ja or en; else HOZEN_LANG, else the locale.", "ja または en(省略時は HOZEN_LANG、次に端末の言語設定)"),
    "debug": ("Show the traceback of an error.", "エラーの詳細(トレースバック)を表示"),
    # collect, while it runs
    "run.begin": ("Taking evidence, profile {profile}. Ctrl-C ends it and keeps what is there.", "証拠を取得しています(範囲: {profile})。Ctrl-C で中断しても、取れた分は残ります。"),
    "run.unencrypted": (
        "WARNING: no --recipient: the bundle is NOT encrypted; whoever holds it can read it, patients' data included.",
        "警告: --recipient がないため暗号化されません。持っている人は誰でも、患者情報も含めて読めます。",
    ),
    "run.same_disk": (
        "WARNING: the destination is on this machine's own disk: writing there can overwrite deleted evidence.",
        "警告: 保存先がこの端末自身のディスクです。削除済みの証拠を上書きするおそれがあります。",
    ),
    "run.in_memory": (
        "WARNING: the destination lies in this machine's memory ({kind}): all of it is lost at power-off. Copy it to a medium before that.",
        "警告: 保存先がこの端末のメモリ上です({kind})。電源を切るとすべて消えます。その前に媒体へ写してください。",
    ),
    "run.unlisted": (
        "WARNING: {path} can't be listed, so it is not known whether backups are kept there. If they may be, stop with Ctrl-C and use another medium.",
        "警告: {path} の一覧が読めないため、バックアップの置き場所かどうか分かりません。その可能性があれば Ctrl-C で止め、別の媒体を使ってください。",
    ),
    "run.inside": (
        "WARNING: the destination lies in the folder that is taken: writing there changes it. What this run writes is left out, and that is recorded; bundles of earlier runs there are taken with the rest, so each run grows. Another medium is better.",
        "警告: 保存先が、取る対象のフォルダーの中にあります。書き込むと対象が変わります。今回書くものは対象から除き、そのことを記録しますが、前に取った保全データがそこにあれば一緒に取るため、回ごとに大きくなります。別の媒体をお勧めします。",
    ),
    "run.not_root": (
        "NOTE: not run as root: memory, other users' files and processes stay closed; what is refused is recorded.",
        "注意: 管理者(root)ではないため、他の利用者のファイルやプロセスは取れません。取れないものは記録します。",
    ),
    "run.not_administrator": (
        "WARNING: not run as an administrator: NO event logs, NO files of other users will be taken, of the registry only what Windows shows this account, and little of others' processes. Ask for an administrator and run it again; what is refused is recorded.",
        "警告: 管理者として実行されていません。イベントログ・他の利用者のファイルは取れず、レジストリはこの利用者に見える分だけ、他の利用者のプロセスもほとんど取れません。管理者に頼んで、管理者として実行し直してください。取れないものは記録します。",
    ),
    "output.name": ("standard output", "標準出力"),
    "end.unheard": (
        "The standard output did not take the result ({why}). Nothing of the bundle is lost by that; this is the result:",
        "結果を標準出力に書けませんでした({why})。保全データには影響ありません。結果は次のとおりです:",
    ),
    "run.collector": ("[{index}/{total}] {name}", "[{index}/{total}] {name}"),
    "run.left": ("about {minutes} min left, a guess", "残り 約{minutes}分(目安)"),
    "run.left_hours": ("about {hours} hours left, a guess", "残り 約{hours}時間(目安)"),
    "run.left_unknown": ("how long still: not known yet", "残り時間はまだ分かりません"),
    "run.resumed": (
        "This bundle goes on as it was begun; {option} stays: {begun}",
        "この保全データは、始めたときのまま続けます({option}: {begun})",
    ),
    "run.waiting": ("This machine is short of memory: the collection pauses now and then, for up to a minute in all.", "この端末の空きメモリが少ないため、証拠の取得をときどき止めて待ちます(合わせて1分まで)。"),
    "run.already_stopping": ("Ending: closing what is open …", "中断します: 書きかけの分を書き終えています…"),
    # collect, at its end
    **REASONS,
    "cause.signal": ("ended by the user or the system", "利用者またはシステムによる中断"),
    "cause.destination_full": ("destination full", "保存先の空き不足"),
    # verify
    "verdict.0": (
        "Sealed volumes intact; {contents}; {signer}; level {level}.",
        "封印されたボリュームは無傷です。{contents}。{signer}。水準 {level}。",
    ),
    "verdict.1": ("REFUSED: altered. Failed: stage {failed}.", "拒否: 改変があります。不合格の段階: {failed}"),
    "verdict.untrusted": (
        "REFUSED: signed by nobody whom you trust. Failed: stage {failed}. No alteration was found; what somebody made anew would look the same. A root or code noted outside would tell.",
        "拒否: 信頼する証明書に結び付く署名ではありません。不合格の段階: {failed}。改変は見つかっていませんが、誰かが全体を作り直した場合も同じ結果になります。外部の控え(ルート値か読上げ番号)があれば見分けられます。",
    ),
    "verdict.unread": (
        "REFUSED: not all of it can be read. Failed: stage {failed}. No alteration was found in what was read. See that the medium is sound and that you may read every file, and check again, or check another copy.",
        "拒否: 読めない部分があります。不合格の段階: {failed}。読めた部分に改変は見つかっていません。媒体に異常がないか、すべてのファイルを読む権限があるかを確かめてもう一度検証するか、別の写しを検証してください。",
    ),
    "verdict.2": ("REFUSED: unusable input. Failed: stage {failed}.", "拒否: 使えない入力です。不合格の段階: {failed}"),
    "verdict.3": (
        "INCOMPLETE: what could be checked is as it was signed; see NOT CHECKED above.",
        "不完全: 確認できた範囲は署名どおりです。上の「NOT CHECKED 未確認」の行を見てください。",
    ),
    "contents.opened": ("contents opened, every item as recorded", "中身を開き、全項目が記録どおり"),
    "contents.closed": ("contents not opened", "中身は開いていません"),
    "signer.tied": ("signer tied to a trusted certificate", "署名者は信頼する証明書と一致"),
    "signer.untied": ("signer not tied to a trusted certificate", "署名者は信頼する証明書と結び付いていません"),
    # import, report
    "import.done": ("Imported: {path}", "取り込みました: {path}"),
    "import.working": ("Working copy for other tools: {path}", "他のツールで開く作業用コピー: {path}"),
    "import.placed": ("{placed} items placed, {aside} kept aside.", "{placed} 項目を配置、{aside} 項目は別置き。"),
    "import.unfinished": ("Without a record, since the collection was cut off there: {size} bytes, put aside as unfinished-N ({count} of them). They are no items; unfinished.jsonl tells what is known of them.", "収集が途切れたため記録のないデータ {size} バイトを、unfinished-N として別置きしました（{count} 個）。項目には数えません。分かることは unfinished.jsonl にあります。"),
    "import.not_continued": (
        "The custody log could not be continued: an unfinished event of the run stands where the next one would be.",
        "保管の記録に追記できませんでした: 次の番号に、収集時の書きかけのイベントが残っています。",
    ),
    "import.code": (
        "Code: {code}. Compare it with the one noted at the endpoint.",
        "読上げ番号: {code}。収集時に控えた番号と照合してください。",
    ),
    "import.code_compared": (
        "Code: {code}. It was compared with what you gave, and is the same.",
        "読上げ番号: {code}。指定された値と照合し、一致しました。",
    ),
    "report.done": ("Report: {path}", "報告書: {path}"),
    # errors
    "error.interrupted": ("interrupted before it was done; give the same command again", "途中で中断されました(終わっていません)。同じコマンドをもう一度実行してください"),
    "usage.verb": ("no such command: {name}; see {page}", "{name} というコマンドはありません。{page} を見てください"),
    "usage.option": ("no such option: {name}; see {page}", "{name} というオプションはありません。{page} を見てください"),
    "usage.near": ("no such option: {name}; did you mean {near}? See {page}", "{name} というオプションはありません。{near} のことですか。{page} を見てください"),
    "usage.missing": ("{name} is missing; see --help", "{name} がありません。--help を見てください"),
    "usage.argument": ("{name} needs a value; see --help", "{name} には値が必要です。--help を見てください"),
    "usage.values": ("{name} needs {count} values; see --help", "{name} には値が {count} 個必要です。--help を見てください"),
    "usage.flag": ("{name} takes no value; see --help", "{name} に値は付けられません。--help を見てください"),
    "usage.choice": ("{name} takes one of: {choices}", "{name} に使える値: {choices}"),
    "usage.least": ("{name} takes a whole number, {least} or more", "{name} に使える値: {least} 以上の整数"),
    "usage.range": ("{name} takes a whole number from {least} to {most}", "{name} に使える値: {least} から {most} までの整数"),
    "usage.extra": ("too many arguments: {what}; see --help", "余分な引数があります: {what}。--help を見てください"),
    "usage.value": ("{name}: {text}", "{name}: 使えない値です({text})"),
    "usage.other": ("{text}", "コマンドの書き方が違います({text})"),
    "run.kit_dates": (
        "By this machine's clock the kit is outside its dates. Collecting goes on; a time-stamp token will be needed later.",
        "この端末の時計ではキットの有効期間外です。収集は続けますが、後でタイムスタンプが必要になります。",
    ),
    "ask.reference_start": (
        "What time is it on another clock, a telephone or a watch? (as 21:45, or where it isn't in zone {zone}: 2026-11-22T21:45:00+09:00; Enter if there is none)",
        "別の時計(電話や腕時計)では今何時ですか。(例 21:45。時間帯 {zone} の時計でなければ 2026-11-22T21:45:00+09:00 のように。なければそのまま Enter)",
    ),
    "ask.reference_end": (
        "Nearly done. What time is it on that other clock now? (as 22:10, or where it isn't in zone {zone}: 2026-11-22T21:45:00+09:00; sealed without it after a minute)",
        "もうすぐ終わります。同じ別の時計では今何時ですか。(例 22:10。時間帯 {zone} の時計でなければ 2026-11-22T21:45:00+09:00 のように。1分で先へ進み、封印します)",
    ),
    "run.reference_far": (
        "The other clock was read in this machine's time zone ({zone}): it is {minutes} min from this machine's. If it is in another zone, stop (Ctrl-C) and give it with its zone, as 2026-11-22T21:45:00+09:00: otherwise a difference that doesn't exist goes on record.",
        "別の時計の時刻を、この端末の時間帯({zone})のものとして読みました。端末との差は {minutes} 分です。別の時間帯の時計なら、Ctrl-C で止めて 2026-11-22T21:45:00+09:00 のように時間帯まで入力してください。そのままでは、実際にはない差が記録されます。",
    ),
    "run.clock_behind": (
        "This machine's clock is behind the provider's challenge. Give --reference, so that the difference is on record.",
        "この端末の時計は調査会社の確認番号より遅れています。--reference を付け、時計の差を記録に残してください。",
    ),
    **CUSTODY,
    **DISCLOSE,
    **ENDING,
    **ERRORS,
    **IMAGE,
    **LIST,
    **INGEST,
    **MEMORY,
    **KEYS,
    **KIT,
    **RULES,
    **WIZARD,
    **TRIAGE,
}  # fmt: skip


class Texts:
    """The catalogue in one language."""

    def __init__(self, language: str) -> None:
        self.language: Literal["en", "ja"] = "ja" if language == "ja" else "en"
        self._index = 1 if self.language == "ja" else 0

    def __call__(self, key: str, **facts: object) -> str:
        """The sentence of a key with its facts filled in."""
        return TEXTS[key][self._index].format(**facts)
