"""The sentences of a triage's page, in English and Japanese."""

TRIAGE: dict[str, tuple[str, str]] = {
    "t_title": ("Triage: what was seen", "一次調査のまとめ"),
    "t_of": ("Bundle {name}, host {host}. Made {when} by {tool}.", "保全データ {name}(端末 {host})。作成 {when}({tool})"),
    "t_of_folder": ("Folder {name}. Made {when} by {tool}.", "フォルダー {name}。作成 {when}({tool})"),
    "t_confidential": (
        "May name patients and staff. Keep it as the evidence itself is kept.",
        "患者・職員の名前を含むことがあります。証拠そのものと同じ扱いで保管してください。時刻は、断りがなければ UTC(日本時間はその9時間後)です。",
    ),
    "t_strong": (
        "Strong signs of an attack were seen ({count}). Restore, reinstall, restart or update nothing before an examiner has spoken.",
        "攻撃の強い兆候が {count} 種類見つかりました。調査担当者の判断が出るまで、復元・初期化・再起動・更新をしないでください。",
    ),
    "t_medium": (
        "Signs of an attack of medium weight were seen ({count}). Restore, reinstall, restart or update nothing before an examiner has looked at them.",
        "攻撃の中程度の兆候が {count} 種類見つかりました。調査担当者が確認するまで、復元・初期化・再起動・更新をしないでください。",
    ),
    "t_weak": (
        "Only weak signs were seen ({count}). Each may have an ordinary reason, and attackers leave few traces, too: have them looked at.",
        "弱い兆候だけが {count} 種類見つかりました。通常の理由によることもあれば、攻撃者が痕跡を残さないこともあります。確認を依頼してください。",
    ),
    "t_none": (
        "None of the {count} rules that were tried saw a sign. That does not prove that the machine is not infected.",
        "今回の{count}件の規則では一致なし。感染していないことの証明ではありません。",
    ),
    "t_none_lacking": (
        "Files are missing here, altered or unreadable (below): what is in them is not known. In the rest, none of the {count} rules that were tried saw a sign.",
        "ここにない・変わっている・読めないファイルがあります(下記)。その中身については分かりません。それ以外では、今回の{count}件の規則の一致なし。",
    ),
    "t_span": (
        "Strong and medium signs bear times from {first} to {last} (by the host's clock, UTC; in Japan {japan_first} to {japan_last}).",
        "強い・中程度の兆候の時刻: 日本時間 {japan_first} ~ {japan_last}(端末の時計。UTC では {first} ~ {last})",
    ),
    "t_candidates": (
        "Each sign is a candidate. Names of ransomware are candidates, too. Cause, way in and culprit: unknown (under investigation).",
        "どの兆候も候補です。ランサムウェアの名前も候補にすぎません。原因・侵入経路・行為者: 不明(調査中)。",
    ),
    "t_seen": ("What was seen, the strongest first", "見つかったもの(強い順)"),
    "t_weight": ("Weight", "強さ"),
    "t_claim": ("What it says", "内容"),
    "t_when": ("When (UTC)", "時刻 (UTC)"),
    "t_where": ("Where: one example", "場所(1例)"),
    "t_strong_word": ("strong", "強い"),
    "t_medium_word": ("medium", "中程度"),
    "t_weak_word": ("weak", "弱い"),
    "t_times": ("seen: {count}", "{count} 回"),
    "t_no_time": ("not told", "記録なし"),
    "t_item": ("item {item}", "項目 {item}"),
    "t_offset": ("byte {offset}", "位置 {offset}"),
    "t_name": ("by its name", "名前による"),
    "t_whole": ("the file as a whole", "ファイル全体"),
    "t_unpacked": ("within, unpacked", "圧縮ファイルの中"),
    "t_more": (
        "and more (kinds: {count}); {file} has all.",
        "ほか {count} 種類。全件は {file} にあります。",
    ),
    "t_more_about": (
        "and more (kinds: {count}), strong and medium ones among them about: {subjects}; {file} has all.",
        "ほか {count} 種類(うち強い・中程度: {subjects})。全件は {file} にあります。",
    ),
    "t_nothing": ("Nothing.", "なし。"),
    "t_inventory": (
        "Used lawfully, too (inventory, no alarm): ask the hospital and its vendors whose they are.",
        "正当にも使われるもの(棚卸し、警報ではありません)。誰のものか、病院と業者に確認してください。",
    ),
    "t_others": (
        "Rules of others that matched (no claim of ours): ask whoever wrote them what it means.",
        "第三者の規則の一致(この製品の判断ではありません)。意味は規則の作成元に確認してください。",
    ),
    "t_other": (
        "{rule}, of the set '{set}' (licence: {licence}): seen {count}; {where}",
        "{rule}(規則一式「{set}」、利用許諾: {licence}): {count} 回、{where}",
    ),
    "t_none_others": (
        "Of other sets, {count} rules matched; what that means is not ours to say.",
        "ほかの規則一式では {count} 件の規則が一致しました。その意味はこの製品では判断できません。",
    ),
    "t_line": ("{claim} (seen: {count}; {where})", "{claim}({count} 回、{where})"),
    "t_not_seen": ("Looked for and not seen (this proves nothing)", "探したが見つからなかったもの(何の証明にもなりません)"),
    "t_tried": (
        "{tried} rules were tried, {unseen} without a match (below, by subject: without/tried). Traces expire, are erased, or are of another kind.",
        "試した規則 {tried} 件、うち一致なし {unseen} 件(下は分野ごとの 一致なし/試した数)。痕跡は消える、消される、規則にない場合があります。",
    ),
    "t_subject": ("{subject} {unseen}/{tried}", "{subject} {unseen}/{tried}"),
    "t_missing": ("What could not be looked at", "見られなかったもの"),
    "t_looked": (
        "{read} files were read for this, {scanned} searched as they were collected (with the same rules); {missing} have no content here.",
        "今回読んだファイル {read} 件、収集時に同じ規則で検索済み {scanned} 件、中身がここにないもの {missing} 件。",
    ),
    "t_reason": ("{reason}: {count}", "{reason}: {count}"),
    "t_not_tried": (
        "Rules with nothing of their kind here to look at, so not tried: {count}. {subjects}",
        "対象がここにないため試せなかった規則 {count} 件: {subjects}",
    ),
    "t_in_part": (
        "{count} more were read in part, or not at all.",
        "ほかに、一部しか、または全く読めなかったファイル {count} 件。",
    ),
    "t_logs": (
        "LOGS not read, or not in full: {count} (triage.json), such as {examples}.",
        "読めなかったログ(一部だけを含む) {count} 件(triage.json)、例: {examples}。",
    ),
    "t_unread": (
        "Not readable, altered, or not to the end: {count}; the first: {examples}",
        "読めない・変わっている・途中までのもの {count} 件。例: {examples}",
    ),
    "t_sigma": (
        "Sigma rules of '{set}': {tried} were tried on events, {none} had no event of their log source here, {not_run} could not be run, or not to the end (tables/sigma_rules). Set {sha256}, {engine}.",
        "Sigma 規則一式「{set}」: イベントに適用 {tried} 件、対象のイベントがない規則 {none} 件、実行できない・途中までの規則 {not_run} 件(tables/sigma_rules)。規則一式 {sha256}、{engine}。",
    ),
    "t_differing": (
        "{count} files of the working copy are not as they were signed, or can't be read; of them, only signs that were signed when they were collected are told.",
        "作業用コピーのうち {count} 件は署名時と異なるか、読めません。これらについては、収集時に署名された兆候だけを示しています。",
    ),
    "t_next": ("What to do next, in this order", "次にすること(この順で)"),
    "t_next_keep": (
        "Leave machine and backups as they are; connect no backup. If care needs the machine, the director decides; it is written down.",
        "端末とバックアップはそのままにし、バックアップをつながないでください。診療に必要なら院長が判断し、記録に残してください。",
    ),
    "t_next_hand": (
        "Give this page and the folder {folder} to the forensic provider.",
        "この1枚とフォルダー {folder} を調査会社に渡してください。",
    ),
    "t_next_else": (
        "Have logs of the VPN device, the domain controllers and the backups kept too: this page says nothing of them.",
        "VPN装置、ドメインコントローラー、バックアップの記録も保全してください。この1枚では分かりません。",
    ),
    "t_whom": ("Whom to give it to", "渡す相手"),
    "t_whom_list": (
        "Decides: the director. Examines: the forensic provider (this page and the folder). To be told early: the prefecture's police, the health ministry and the prefecture, the vendors. If personal data may be touched: the Personal Information Protection Commission, first report within some 3 to 5 days.",
        "判断: 院長・事務長。調査: 調査会社(この1枚とフォルダー)。早めの連絡先: 都道府県警察、厚生労働省・都道府県、保守業者。個人情報に及ぶおそれがあれば個人情報保護委員会(速報はおおむね3~5日以内)。",
    ),
    "t_follow": (
        "To follow it: bytes are counted from 0 in the file of that item below {copy}; its SHA-256 is the one that was signed. All of it: {folder} (observations.jsonl, claims.json, files.jsonl, unread.jsonl, tables). Rules {rules}, {engine}.",
        "たどり方: 位置は {copy} の中の該当項目のファイル先頭(0)からのバイト数、SHA-256 は署名された値。全件: {folder}(observations.jsonl、claims.json、files.jsonl、unread.jsonl、tables)。規則 {rules}、{engine}。",
    ),
    "t_follow_folder": (
        "To follow it: bytes are counted from 0 in the file below {copy}; the SHA-256 is that of the file as it was read (of a file with holes, of its data alone). All of it: {folder} (observations.jsonl, claims.json, files.jsonl, unread.jsonl, tables). Rules {rules}, {engine}.",
        "たどり方: 位置は {copy} の中のファイル先頭(0)からのバイト数、SHA-256 は読んだ時の値(穴のあるスパースファイルではデータ部分だけの値)。全件: {folder}(observations.jsonl、claims.json、files.jsonl、unread.jsonl、tables)。規則 {rules}、{engine}。",
    ),
    # why something was not looked at, beside the reasons of gaps
    "reason_withheld": ("content left where it was", "中身は採取していない"),
    "reason_link": ("links", "リンク"),
    "reason_mount": ("mounted from elsewhere", "別のファイルシステム"),
    "reason_special": ("pipes, devices", "パイプ・デバイス"),
    "reason_another name": ("further names of files that are here", "ここにあるファイルの別名"),
    # subjects of rules
    "subject_notes": ("ransom notes", "脅迫文"),
    "subject_recovery": ("inhibition of recovery", "復旧の妨害"),
    "subject_credentials": ("theft of passwords", "認証情報の窃取"),
    "subject_lateral": ("lateral movement", "横展開"),
    "subject_exfiltration": ("exfiltration", "持ち出し"),
    "subject_remote_control": ("remote control", "遠隔操作"),
    "subject_evasion": ("evasion of protection", "防御の回避"),
    "subject_protection_tools": ("tools against protection", "防御停止ツール"),
    "subject_web_shells": ("web shells", "Webシェル"),
    "subject_appliances": ("attacks on appliances", "ネットワーク機器への攻撃"),
    "subject_cobalt_strike": ("Cobalt Strike", "Cobalt Strike"),
    "subject_discovery": ("discovery", "内部探索"),
    "subject_hypervisor": ("hypervisors", "仮想化基盤"),
    "subject_shells": ("shells", "シェル"),
    "subject_names": ("names of files", "ファイル名"),
    "subject_files": ("endings, times, heads of files", "拡張子・時刻・先頭バイト"),
    "subject_events": ("events of logs", "ログのイベント"),
    "subject_vpn": ("sign-ins to VPN appliances", "VPN装置へのサインイン"),
    "subject_ssh": ("sign-ins by SSH", "SSHでのサインイン"),
    # in a case's report
    "claim_of_others": (
        "no claim of ours: a rule of the set '{set}' (licence: {licence})",
        "この製品の判断ではありません: 規則一式「{set}」の規則(利用許諾: {licence})",
    ),
    "yara_set": (
        "Beside our rules those of '{name}' were searched for: version {version} of {date}, {origin}; licence: {licence}; SHA-256 {sha256}.",
        "この製品の規則に加え、規則一式「{name}」で検索しました: 版 {version}({date})、{origin}、利用許諾: {licence}、SHA-256 {sha256}。",
    ),
    "t_section": ("Triage", "一次調査"),
    "t_newest": (
        "The newest triage ended {ended}: strong {strong}, medium {medium}, weak {weak}. One page: {path}",
        "最新の一次調査({ended} 終了): 強い {strong}、中程度 {medium}、弱い {weak}。まとめ: {path}",
    ),
    "t_cut_off": (
        "A triage was cut off and says nothing: {path}",
        "途中で終わった一次調査があります(結果とはみなしません): {path}",
    ),
    "t_never": ("No triage was made yet: hozen triage.", "一次調査はまだ行われていません(hozen triage)。"),
    "t_unreadable": ("A triage can't be read: {path}: {why}", "一次調査の結果を読めません: {path}: {why}"),
    "yara_in_place": (
        "In the place of the program's own rules (SHA-256 {ours}), newer ones of hozen's were used: '{name}', version {version} of {date}, {origin}; licence: {licence}; SHA-256 {sha256}.",
        "プログラム自身の規則(SHA-256 {ours})の代わりに、hozen の新しい規則「{name}」版 {version}({date})を使いました。{origin}、利用許諾: {licence}、SHA-256 {sha256}。",
    ),
}  # fmt: skip
