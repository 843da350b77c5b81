"""What `hozen kit` says, in English and Japanese."""

from __future__ import annotations

KIT: dict[str, tuple[str, str]] = {
    "kit": ("Make, check and register a USB kit; start what is on one.", "USBキットを作り、点検し、登録し、起動します。"),
    "kit.fetch": ("Get what kits are built of, for a machine without a network.", "ネットワークのない端末でキットを作るための部品をそろえる"),
    "kit.fetch.help": (
        "Get every library of a kit, compared with its digest, into a folder, for every Python that a kit may carry: 'hozen kit build --wheelhouse' then needs no network. Uses pip and the package index that it is set up with.",
        "キットに入れるライブラリーを、記録されたハッシュ値で確かめて1つのフォルダーにそろえます(キットに入れられるすべての版の Python 用)。そのフォルダーを 'hozen kit build --wheelhouse' に渡せば、ネットワークなしで作れます。pip と、pip に設定された入手先を使います。",
    ),
    "kit.build": ("Make a kit: a folder that runs from a stick.", "スティックから動くキットを作る"),
    "kit.build.help": (
        "Make a kit: a folder (and a zip) with its own Python, libraries, rules and public keys, that collects evidence on a machine where nothing is installed. The kit's key goes along encrypted.",
        "キットを作ります。何もインストールされていない端末で証拠を取れる、Python・ライブラリー・規則・公開鍵入りのフォルダー(とzip)です。キットの鍵は暗号化されたまま入ります。",
    ),
    "kit.check": ("Check a kit on another machine, before and after its use.", "キットを使用前と使用後に別の端末で点検する"),
    "kit.check.help": (
        "Check a kit on a machine that is not the one it was used on: signature, every file, what was added, the kit's certificate, the age of its rules.",
        "キットを、使った端末とは別の端末で点検します。署名、すべてのファイル、増えたもの、キットの証明書、規則の古さを見ます。",
    ),
    "kit.register": ("Write what device control and EDR need to know of a kit.", "USB制限や監視ソフト(EDR)に登録する内容を書き出す"),
    "kit.register.help": (
        "Write three pages about a kit: what to register with device control, allow-listing and EDR; the list of its files; and a one-page agreement on how evidence is preserved, for a hospital to adopt.",
        "キットについて、USB制限・許可リスト・監視ソフト(EDR)への登録票、ファイルの一覧、病院が採用できる1枚の保全方法定め書を書き出します。",
    ),
    "kit.start": ("Collect with a kit: what collect.sh and COLLECT.cmd run.", "キットで保全する(collect.sh と COLLECT.cmd が呼ぶもの)"),
    "kit.start.help": (
        "Collect evidence with the kit in KIT, as its kit.json says. Options of 'hozen collect' may follow; or another command of hozen with its own.",
        "KIT にあるキットで、kit.json のとおりに証拠を取ります。続けて 'hozen collect' のオプション、または hozen の別のコマンドを書けます。",
    ),
    "kit.on_this_disk": (
        "From a kit: writing to this machine's own disk is meant; a kit refuses it otherwise.",
        "キットから: この端末自身のディスクへの書き込みを認める(指定しなければ拒否)",
    ),
    # fetch, build
    "kit.fetch_out": ("The folder for the libraries; made anew.", "ライブラリーのフォルダー(新しく作成)"),
    "kit.fetched": (
        "Libraries: {path}. Carry that folder over, and name it there: hozen kit build --wheelhouse",
        "ライブラリー: {path}。このフォルダーを運び、そこで hozen kit build --wheelhouse に指定してください",
    ),
    "kit.platform": ("The systems it is to run on (x86-64).", "動かすシステム(x86-64)"),
    "kit.out": ("The kit's folder; made anew.", "キットのフォルダー(新しく作成)"),
    "kit.zip": ("Also pack it into one zip beside the folder.", "フォルダーの隣に zip も作る"),
    "kit.key": ("Folder with kit.key of 'hozen keys kit', encrypted.", "'hozen keys kit' で作った kit.key(暗号化)のあるフォルダー"),
    "kit.single_use": (
        "Put a key for one collection onto the stick, made now with a passphrase of its own, instead of the kit's key: who finds the stick can certify nothing with it.",
        "キットの鍵の代わりに、1回の収集だけに使う鍵(今ここで作り、専用のパスフレーズを付けます)をスティックに入れます。拾った人はほかの鍵を認証できません",
    ),
    "kit.once_file": (
        "File whose first line is the passphrase of the key for one collection (else it is asked for).",
        "1行目が、1回の収集だけに使う鍵のパスフレーズであるファイル(なければ尋ねます)",
    ),
    "kit.once_same": (
        "The key for one collection was given the passphrase of the kit's key, which would be typed on the machine that was attacked. Choose another one.",
        "1回の収集だけに使う鍵に、キットの鍵と同じパスフレーズが指定されました。攻撃された端末で入力することになります。別のパスフレーズにしてください。",
    ),
    "kit.once_alone": (
        "--single-use-passphrase-file only goes together with --single-use.",
        "--single-use-passphrase-file は --single-use と一緒に指定してください。",
    ),
    "kit.once_key": ("the key for one collection", "1回の収集だけに使う鍵"),
    "kit.once_line": (
        "The key on it is for one collection: a second one from this stick is taken, too, but the kit does not vouch for it.",
        "入れた鍵は1回の収集だけに使えます。同じスティックからの2回目も収集はしますが、キットによる認証は付きません。",
    ),
    "kit.signer": (
        "A provider's key that signs the list of files; it never goes onto the stick. Without it, a key of the kit's own signs.",
        "ファイルの一覧に署名する調査会社の鍵(スティックには入りません)。なければキットの鍵で署名します",
    ),
    "kit.signer_file": (
        "File whose first line is the passphrase of the signer's key, or the PIN of its token (else it is asked for).",
        "1行目が、署名する調査会社の鍵のパスフレーズ(トークンなら PIN)であるファイル(なければ尋ねます)",
    ),
    "kit.signer_alone": (
        "--signer-passphrase-file only goes together with --signer.",
        "--signer-passphrase-file は --signer と一緒に指定してください。",
    ),
    "kit.signer_same": (
        "{path}: opens by the same passphrase as the key on the stick, which a hospital is told and types on the machine that was attacked. Give the stick's key another one (hozen keys kit).",
        "{path}: スティックの鍵と同じパスフレーズで開きます。そのパスフレーズは病院に伝えられ、攻撃された端末で入力されます。スティックの鍵は別のパスフレーズで作ってください(hozen keys kit)。",
    ),
    "kit.rules": ("Folder of rules that goes along in place of this program's own.", "規則のフォルダー(このプログラムの規則の代わりに入れます。省略時はこのプログラムのもの)"),
    "kit.rules_pack": (
        "Signed pack of rules that goes along beside those; its signer must lead to --rules-trust (may be repeated).",
        "その規則に加えて入れる署名付き規則パック。署名者は --rules-trust につながる必要があります(複数指定可)",
    ),
    "kit.rules_no_folder": (
        "{path}: no folder. --rules takes a folder in place of this program's rules; name a pack with --rules-pack",
        "{path}: フォルダーではありません。--rules はこのプログラムの規則の代わりに入れるフォルダーです。規則パックは --rules-pack で指定してください",
    ),
    "kit.contact": (
        "Whom the guided screens say to call.", "画面の案内に表示する連絡先(名前と電話番号)",
    ),
    "kit.contact_words": (
        "--contact: a name and a telephone number, of 1 to {longest} characters each, without line ends",
        "--contact: 名前と電話番号をそれぞれ1~{longest}文字で、改行なしで指定してください",
    ),
    "kit.wheelhouse": (
        "Folder that 'hozen kit fetch' made; then no network is used.",
        "'hozen kit fetch' で作ったフォルダー。指定するとネットワークを使いません",
    ),
    "kit.runtime": ("Python's official embeddable zip for Windows (amd64).", "Windows用 Python 公式 embeddable zip(amd64)"),
    "kit.runtime_sha256": ("Its SHA-256 as its publisher says.", "その zip の公表されている SHA-256"),
    "kit.runtime_roots": (
        "Root certificates (PEM) that the signatures in it must lead to; Debian's when not given.",
        "その中の署名が行き着くべきルート証明書(PEM)(省略時は Debian のもの)",
    ),
    "kit.imager": (
        "Program that takes images of memory (for Windows: one with a driver). It goes along, pinned by its digest; none is shipped.",
        "メモリイメージを取るプログラム(Windows ではドライバー付きのもの)。ハッシュ値を指定してキットに入れます(同梱なし)",
    ),
    "kit.imager_line": (
        "Memory on {platform} by {name}, sha256 {sha256}, arguments: {words}",
        "{platform} のメモリは {name} で取得(sha256 {sha256}、引数: {words})",
    ),
    "kit.built": ("The date that it gets; else SOURCE_DATE_EPOCH, else now.", "作成日時(省略時は SOURCE_DATE_EPOCH、なければ今)"),
    "kit.step.runtime": ("Adding Python …", "Python を入れています…"),
    "kit.step.wheels": ("Adding the libraries, compared by digest …", "ライブラリーをハッシュ値で確かめて入れています…"),
    "kit.step.libraries": ("Adding loader and C libraries …", "ローダーとCライブラリーを入れています…"),
    "kit.step.program": ("Adding hozen and the rules …", "hozen と規則を入れています…"),
    "kit.step.manifest": ("Listing and signing …", "一覧を作り署名しています…"),
    "kit.step.check": ("Starting it once …", "一度起動して確かめています…"),
    "kit.step.zip": ("Packing …", "zip にしています…"),
    "kit.built_line": ("Kit: {path} ({files} files, {size})", "キット: {path}({files} ファイル、{size})"),
    "kit.zip_line": ("Zip: {path}", "zip: {path}"),
    "kit.manifest_line": ("SHA-256 of its list of files: {digest}", "ファイルの一覧の SHA-256: {digest}"),
    "kit.own_signature": (
        "Signed by a key of the kit's own: whoever gets the stick and its passphrase can change it and sign anew. With --signer, nobody who has only the stick can.",
        "キットの鍵で署名しました。スティックとパスフレーズを手に入れた人は、変えて署名し直せます。--signer を使うと、スティックだけではできません。",
    ),
    "kit.provider_signature": ("Signed by the provider's key, which is not on the stick.", "調査会社の鍵で署名しました。その鍵はスティックにありません。"),
    "kit.next": (
        "Next: copy what is in {path} onto the stick, then check the stick: hozen kit check. Note the digest above elsewhere.",
        "次に: {path} の中身をスティックに写し、hozen kit check で点検してください。上のハッシュ値は別の場所に控えてください。",
    ),
    # check
    "kit.trust": ("Certificate (PEM) of the provider's root, and its revocation list.", "調査会社のルート証明書と失効リスト(PEM)"),
    "kit.rules_at_least": (
        "Say so when the rules are older than this: a date, or the kit.json of a newer kit; else than those of this program.",
        "規則がこれより古ければ知らせる: 日付、または新しいキットの kit.json(省略時はこのプログラムの規則)",
    ),
    "kit.manifest_noted": ("The SHA-256 of the list of files, as noted when it was built.", "作成時に控えた、ファイルの一覧の SHA-256"),
    "kit.changed": ("CHANGED: {path}", "変更: {path}"),
    "kit.missing": ("MISSING: {path}", "欠落: {path}"),
    "kit.added": ("ADDED: {path}", "追加: {path}"),
    "kit.link": ("REPLACED by a link, which was not followed: {path}", "リンクに置換(たどっていません): {path}"),
    "kit.no_file": ("NO LONGER A FILE: {path}", "ファイルではなくなっています: {path}"),
    "kit.unreadable": ("UNREADABLE: {path} ({detail})", "読取不能: {path}({detail})"),
    "kit.case": ("NAMES THAT DIFFER ONLY IN CASE: {path} and {detail}", "大文字・小文字だけが違う名前: {path} と {detail}"),
    "kit.autorun": (
        "!!! AUTORUN: {path}: this stick was made to start something by itself. Open nothing on it.",
        "!!! 自動実行: {path}: 挿しただけで何かが動くように細工されています。何も開かないでください。",
    ),
    "kit.program": (
        "!!! PROGRAM that is no part of the kit: {path}. Do not start it.",
        "!!! キットにないプログラム: {path}。起動しないでください。",
    ),
    "kit.memory_left": (
        "!!! MEMORY, NOT ENCRYPTED: {path}: what was in a machine's memory, left by a collection that was interrupted. Whoever has this medium can read it. It may be the only copy: go on with that collection (--resume), which takes it and removes it; where that is sealed already, seal this with hozen ingest, then remove it.",
        "!!! 暗号化されていないメモリの内容: {path}: 中断した収集が残した、端末のメモリの中身です。この媒体を持つ人は誰でも読めます。これしか残っていないかもしれません。その収集の続き(--resume)を行えば、取り込んでから消します。すでに封印済みなら、これを hozen ingest で封印してから消してください。",
    ),
    "kit.memory_beside": (
        "!!! MEMORY, NOT ENCRYPTED: {path}: an imager left what was in a machine's memory under a name of its own. Whoever has this medium can read it. It may be the only copy: seal it with hozen ingest, then remove it.",
        "!!! 暗号化されていないメモリの内容: {path}: メモリ取得プログラムが独自の名前で残した、端末のメモリの中身です。この媒体を持つ人は誰でも読めます。これしか残っていないかもしれません。hozen ingest で封印してから消してください。",
    ),
    "kit.key_damaged": ("The kit's key can't be read: {path}.", "キットの鍵を読めません: {path}。"),
    "kit.beside": ("Beside the kit, and no part of it: {path}", "キットの横に、キットにないもの: {path}"),
    "kit.system": ("Made by an operating system, and not looked into further: {path}", "OSが作ったもの(それ以上は見ていません): {path}"),
    "kit.unsigned": ("SIGNATURE MISSING: {path}", "署名がありません: {path}"),
    "kit.signature": ("SIGNATURE REFUSED: {detail}", "署名を認められません: {detail}"),
    "kit.noted_differs": ("The list of files is not the one that was noted: found {detail}", "ファイルの一覧が控えと違います: 実際は {detail}"),
    "kit.stranger": (
        "SIGNER NOT TIED to the trusted certificate, whatever its name says ({path}): {detail}",
        "署名者({path} と名乗る者)が信頼する証明書と結び付きません: {detail}",
    ),
    "kit.strange_kit": (
        "THE KIT'S CERTIFICATE is none of the trusted root's, whatever its name says ({path})",
        "キットの証明書({path} と名乗るもの)は、信頼するルートが出したものではありません",
    ),
    "kit.other_kit": ("The kit's certificate is not the one that kit.json names", "キットの証明書が kit.json のものと違います"),
    "kit.other_imager": (
        "The list of files has another program for images of memory than kit.json pins: {path}, pinned {detail}",
        "ファイルの一覧にあるメモリ取得プログラムが、kit.json の指定と違います: {path}(指定は {detail})",
    ),
    "kit.pack_not_used": (
        "!!! A pack of rules of this kit is not used, the rest goes on: {why}",
        "!!! キットの規則パックの1つは使わずに続けます: {why}",
    ),
    "kit.other_pack": (
        "The list of files has another pack of rules than kit.json pins: {path}, pinned {detail}",
        "ファイルの一覧にある規則パックが、kit.json の指定と違います: {path}(指定は {detail})",
    ),
    "kit.revoked": ("REVOKED since {detail}: {path}. Collect nothing more with this kit.", "{detail} から失効: {path}。このキットでもう保全しないでください。"),
    "kit.dates": ("OUT OF DATE: {path}, from {detail}", "期間外: {path}、有効期間は {detail}"),
    "kit.dates_soon": ("{path} ends soon: {detail}", "{path} の期限が近づいています: {detail}"),
    "kit.not_tied": (
        "NOT CHECKED: who signed; the signature itself says {path}. Give --trust with the provider's root.",
        "未確認: 署名者(署名自身は {path} と名乗っています)。調査会社のルートを --trust で指定してください。",
    ),
    "kit.undescribed": ("NOT CHECKED: what kit it is: {detail}", "未確認: どのキットか: {detail}"),
    "kit.old_rules": ("OLDER RULES: of {path}; there are some of {detail}", "規則が古い: {path} のもの。{detail} のものがあります"),
    "kit.undated_rules": ("NOT CHECKED: the age of the rules; the kit doesn't tell", "未確認: 規則の古さ(キットに書かれていません)"),
    "kit.signed_by_provider": ("Signed by {path}; that key is not on the stick", "署名者 {path}(その鍵はスティックにありません)"),
    "kit.collected": ("From a collection or a rehearsal: {path}", "収集または試し動かしの結果です: {path}"),
    "kit.once": ("The key on it is for one collection", "入っている鍵は1回の収集だけに使うものです"),
    "kit.signed_by_kit": (
        "Signed by a key of the kit's own ({path}): whoever had the stick and its passphrase could have signed a changed one. Compare the digest noted at building (--manifest).",
        "キット自身の鍵({path})による署名です。スティックとパスフレーズを持った人は、変えて署名し直せました。作成時に控えたハッシュ値と比べてください(--manifest)。",
    ),
    "kit.about": ("Kit of {built}, hozen {version}, profile {profile}, {rules} rules of {dated}", "キット {built} 作成、hozen {version}、範囲 {profile}、規則 {rules} 件({dated})"),
    "kit.listed": ("{files} files are as they were signed.", "{files} ファイルは署名されたとおりです。"),
    "kit.result.0": ("As it was made.", "作られたときのままです。"),
    "kit.result.1": ("REFUSED: not as it was made. Use another kit, keep this one as it is, and tell the provider.", "拒否: 作られたときのままではありません。別のキットを使い、これはそのまま取っておき、調査会社に伝えてください。"),
    "kit.result.3": ("Nothing of the kit was altered, but see the lines above.", "キットに変更は見つかりませんでしたが、上の行を見てください。"),
    # start
    "kit.rehearse": ("A trial run on this machine: checks the kit, takes a little, makes a page. Two minutes.", "この端末での試し動かし: キットを点検し、少しだけ取り、結果の1枚を作ります(2分)"),
    "kit.start_about": ("Kit of {built}; evidence goes to {path}, encrypted for {count} recipient(s).", "キット {built} 作成。証拠は {path} にだけ書きます(宛先 {count} 件に暗号化)。"),
    "kit.comparing": ("Comparing the kit's own files with its list ...", "キットのファイルを一覧と照合しています ..."),
    "kit.as_listed": (
        "{files} files of the kit are as its list says. (This proves nothing where the machine lies: check the stick on another one.)",
        "キットの {files} ファイルは一覧どおりです(この端末が偽っていれば証明になりません。別の端末で点検してください)。",
    ),
    "kit.differs": ("WARNING: the kit is not as its list says: {names}. Collecting goes on; tell the provider.", "警告: キットが一覧と違います: {names}。保全は続けます。調査会社に伝えてください。"),
    "kit.differs_after": ("WARNING: the kit is not what it was before the run: {names}. Tell the provider.", "警告: キットが実行前と違います: {names}。調査会社に伝えてください。"),
    "kit.as_before": ("The kit's own files are what they were before the run.", "キットのファイルは実行前と同じです。"),
    "kit.pull": ("The medium may be pulled out now.", "この媒体は、もう抜いてかまいません。"),
    "kit.ask": ("Passphrase of the kit (Enter if you don't have it)", "キットのパスフレーズ(分からなければ Enter)"),
    "kit.spent_unknown": (
        "The key on this stick is for one collection, and whether it has signed one can't be told ({why}). Going on without it: write the 25-digit number down.",
        "このスティックの鍵は1回の収集だけに使うものですが、使用済みかどうかを確かめられません({why})。鍵なしで続けます。最後の25桁の番号を必ず書き留めてください。",
    ),
    "kit.spent": (
        "The key on this stick is for one collection, and has signed {bundle}. Going on without it: write the 25-digit number down.",
        "このスティックの鍵は1回の収集だけに使うもので、すでに {bundle} の署名に使われています。鍵なしで続けます。最後の25桁の番号を必ず書き留めてください。",
    ),
    "kit.no_key": (
        "Going on without the kit's key: write the 25-digit number down; without it nobody can tell this collection from a later one.",
        "キットの鍵なしで続けます。最後の25桁の番号を必ず書き留めてください。番号がないと、後から作られたものと区別できません。",
    ),
    "kit.wrong_passphrase": ("That passphrase doesn't open the kit's key. Mind capitals; once more, or Enter.", "パスフレーズが違います。半角か確かめてもう一度、分からなければ Enter だけ。"),
    # register, rehearse
    "kit.register_out": ("Folder for the pages; made when it isn't there.", "書き出し先のフォルダー(なければ作成)"),
    "kit.stick": ("The stick, as device control sees it: VENDOR:PRODUCT:SERIAL (may be repeated).", "USB制限から見たスティック: ベンダー:製品:シリアル(複数可)"),
    "kit.written": ("Written: {path}", "書き出しました: {path}"),
    "kit.fine": ("yes", "はい"),
    "kit.not_fine": ("NO", "いいえ"),
    "kit.rehearsed_one": ("{answer}: {what}", "{answer}: {what}"),
    "kit.rehearsed_more": ("{answer}: {what} ({detail})", "{answer}: {what}({detail})"),
    "kit.rehearsed": ("Rehearsal: {path}", "試し動かしの結果: {path}"),
}  # fmt: skip
