"""The report: what it says first, what it never says, and what names can't do to it."""

from __future__ import annotations

import html
import json
import os
import re
import string
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from authority import CUSTODIAN
from bundles import IDENTITY, KEY, STRANGER, Given, artifact, empty_source, gap, sealed, writer_at
from command_line import run
from hostile import cut, cut_off, regular

import evidence.report
from chain_of_custody.code import spoken_code
from chain_of_custody.event import COLLECTION_TYPES, HOLDER_TYPES, Check
from chain_of_custody.signing import cms
from chain_of_custody.stages.hand_overs import ARRIVAL
from chain_of_custody.verdict import STAGES
from collectors.artifact import Phase, Reason
from evidence.collecting.collection import collect
from evidence.collecting.pipeline import Pipeline
from evidence.custody import custodian
from evidence.custody.custodian import STATED, Act
from evidence.intake import import_bundle
from evidence.intake.errors import RecordsError
from evidence.machine.clock import Clock
from evidence.planning.request import Request
from evidence.report import ReportError, make_report
from evidence.report.shown import at, shown, utc, value
from evidence.report.shown import cut as shortened
from evidence.report.tables import SECTIONS
from evidence.report.texts import TEXTS, Words
from evidence.report.verification import examine
from evidence.report.verification.writing import facts_of
from evidence.scan.scanner import load_rules
from evidence.telling.phrases.texts import PHRASES
from evidence.tool import rules_folder

TEMPLATES = sorted((Path(evidence.report.__file__).parent / "templates").iterdir())
PASSWD = b"root:x:0:0:root:/root:/bin/bash\nnurse:x:1000:1000::/home/n:/bin/sh\n"
NOTE = b"all your files are encrypted. to decrypt your files write to us\n"

PROCESSES = {
    "schema": "hozen-processes/1",
    "anomalies": [{"pid": 66, "what": "its program file was deleted"}],
    "processes": [
        {"pid": 1, "ppid": 0, "name": "systemd", "command": ["/sbin/init", "splash"],
         "uid": {"effective": 0}, "started": {"utc": "2026-11-22T00:00:00.000Z"},
         "exe": {"path": "/usr/lib/systemd/systemd"}},
        {"pid": 2, "ppid": 0, "name": "kthreadd", "command": [], "uid": {}, "exe": None},
    ],
}  # fmt: skip
SOCKETS = {
    "schema": "hozen-sockets/1",
    "sockets": [
        {"protocol": "tcp", "state": "LISTEN", "local": {"address": "0.0.0.0", "port": 22},
         "remote": {"address": "0.0.0.0", "port": 0}, "owners": [{"pid": 7, "name": "sshd"}]},
    ],
}  # fmt: skip


def a_host():
    return [
        artifact("hozen:/host.json", json.dumps({"host_name": "ward-3"}).encode()),
        artifact("hozen:/processes.json", json.dumps(PROCESSES).encode()),
        artifact("hozen:/sockets.json", json.dumps(SOCKETS).encode()),
        artifact("/etc/passwd", PASSWD),
        artifact("/usr/lib/os-release", b'PRETTY_NAME="Debian GNU/Linux 12"\n'),
        gap("/etc/shadow"),
        gap("/var/log/btmp", Reason.ABSENT),
        cut("/var/log/messages", b"half"),
    ]  # fmt: skip


def a_log(origin, **about):
    thing = regular(origin, b"line\n", **about)
    return type(thing)(origin=thing.origin, kind="log", open=thing.open)


def case_of(tmp_path, *things, rules=None, collector="given"):
    """A case with one bundle of these things."""
    path = tmp_path / "bundle"
    writer = writer_at(path)
    pipeline = Pipeline(writer, empty_source(tmp_path), clock=Clock(), rules=rules)
    pipeline.run([Given(things or a_host(), name=collector, phase=Phase.DISK)])
    writer.seal(Clock().reading())
    import_bundle(path, tmp_path / "case", identities=[IDENTITY], actor="山田 花子")
    return tmp_path / "case"


def page(case, language="en", **options):
    return make_report(case, language=language, **options).read_text(encoding="utf-8")


class _Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.pieces = []
        self.tags = []
        self._hidden = 0

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._hidden += tag == "style"

    def handle_endtag(self, tag):
        self._hidden -= tag == "style"

    def handle_data(self, data):
        if not self._hidden:
            self.pieces.append(data)


def parsed(text):
    parser = _Text()
    parser.feed(text)
    parser.close()
    return parser


def words_of(text):
    return " ".join(" ".join(parsed(text).pieces).split())


# What it says.


def test_says_what_was_not_obtained_and_why_before_anything_of_the_host(tmp_path):
    text = page(case_of(tmp_path))

    assert "2 things were looked for and not obtained." in text
    assert "/etc/shadow (EACCES: Permission denied)" in text
    headings = re.findall(r"<h[23]>([^<(]*)", text)
    assert [heading.strip() for heading in headings[:9]] == [
        "Bundle: bundle", "What was obtained", "What was NOT obtained, and why",
        "Obtained in part", "Clock", "Who, what, when", "Verification when it was imported",
        "What this does not prove", "The host",
    ]  # fmt: skip


def test_a_collector_is_named_in_japanese_beside_the_name_that_records_have(tmp_path):
    case = case_of(tmp_path, collector="accounts")

    assert " accounts access denied 1 /etc/shadow" in words_of(page(case))
    assert " 利用者アカウント(accounts) アクセス拒否 1 /etc/shadow" in words_of(page(case, "ja"))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_shows_the_host_its_users_processes_and_sockets(tmp_path, language):
    text = words_of(page(case_of(tmp_path), language))

    for part in ("ward-3", "Debian GNU/Linux 12", "nurse", "/sbin/init splash", "sshd", "山田 花子",
                 "/usr/lib/systemd/systemd"):  # fmt: skip
        assert part in text, part


def test_shows_root_code_and_every_stage_as_stored_at_import(tmp_path):
    case = case_of(tmp_path)
    (entry,) = json.loads((case / "case.json").read_bytes())["imports"]

    text = words_of(page(case))

    assert entry["verdict"]["root"] in text
    assert spoken_code(entry["verdict"]["root"]) in text
    for number, stage in enumerate(STAGES, 1):
        assert f"{number} {stage} " in text
    assert "NOT CHECKED" in text
    assert "Level C" in text


def test_a_section_without_its_source_says_so(tmp_path):
    text = words_of(page(case_of(tmp_path, artifact("/etc/x", b"x"))))

    for name in ("hozen/processes.json", "hozen/sockets.json", "fs/etc/passwd"):
        assert f"Not in the bundle: {name}." in text


@pytest.mark.parametrize(
    "content",
    [
        b"", b"not json", b"[]", b'"text"', b"[" * 100_000, b'{"processes":7}',
        b'{"processes":[1,2]}', b'{"processes":[{"pid":' + b"9" * 6000 + b"}]}", b"\xff\xfe",
    ],
    ids=["empty", "text", "list", "string", "deep", "number", "numbers", "huge number", "bytes"],
)  # fmt: skip
def test_a_broken_document_of_ours_does_not_break_the_report(tmp_path, content):
    text = words_of(page(case_of(tmp_path, artifact("hozen:/processes.json", content))))

    assert "hozen/processes.json" in text


def as_pipe(path):
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (as_pipe, "not what was signed"),
        (lambda path: path.write_bytes(b'{"processes":[]}'), "not what was signed"),
        (Path.unlink, "gone since the import"),
    ],
    ids=["pipe", "other_bytes", "gone"],
)
def test_nothing_is_told_of_a_document_that_is_not_as_it_was_signed(tmp_path, change, said):
    case = case_of(tmp_path)
    for name in ("host.json", "processes.json"):
        path = case / "hosts/bundle/hozen" / name
        path.chmod(0o600)
        change(path)
    text = words_of(page(case))

    assert f"hozen/host.json: cannot be read: {said}" in text
    assert "ward-3" not in text
    assert text.count(f"hozen/processes.json: cannot be read: {said}") == 2
    assert "Not in the bundle: hozen/processes.json" not in text
    assert "0.0.0.0:22" in text


def test_a_document_that_the_bundle_does_not_hold_is_not_told(tmp_path):
    case = case_of(tmp_path)
    (case / "hosts/bundle/hozen/sessions.json").write_text('{"logins":[{"user":"nobody-at-all"}]}')
    text = words_of(page(case))

    assert "Not in the bundle: hozen/sessions.json" in text
    assert "nobody-at-all" not in text


def test_records_that_were_not_signed_are_refused(tmp_path):
    case = case_of(tmp_path)
    records = case / "hosts/bundle/items.jsonl"
    records.chmod(0o600)
    records.write_bytes(records.read_bytes().replace(b"/etc/shadow", b"/etc/nothing"))

    for language, said in (("en", "not the records that were signed"), ("ja", "署名された")):
        with pytest.raises(RecordsError) as error:
            page(case, language)
        assert said in error.value.sentence(language)
        assert error.value.exit_code == 2


def test_the_custody_log_is_checked_as_it_lies_in_the_case(tmp_path):
    case = case_of(tmp_path)
    about = r"7 custody PASS 5 events, head [0-9a-f]{64} 8 anchors PASS "

    text = words_of(page(case))
    assert re.search(about, text)
    assert "DID NOT PASS" not in text


def edited(case):
    event = case / "bundles/bundle/custody/00004.json"
    event.chmod(0o600)
    event.write_bytes(event.read_bytes().replace("山田 花子".encode(), "山田 太郎".encode()))


def cut_short(case):
    """To where it still holds by itself, and before the head that was noted at import."""
    for event in (case / "bundles/bundle/custody").glob("0000[345].json*"):
        event.unlink()
    (case / "bundles/bundle/manifest.json").unlink()
    (case / "bundles/bundle/manifest.json.p7s").unlink()


def drowned(case):
    """By an event that is larger than any."""
    event = case / "bundles/bundle/custody/00005.json"
    event.chmod(0o600)
    event.write_bytes(bytes(2 << 20))


def gone(case):
    """An event that somebody signed after the import, and of which the signature is left."""
    signature = cms.sign(b"{}", STRANGER)
    (case / "bundles/bundle/custody/00006.json.p7s").write_bytes(signature)


@pytest.mark.parametrize(
    ("change", "said", "code"),
    [
        (edited, r"7 custody FAIL .*custody/00004\.json.* 8 anchors PASS", 1),
        (cut_short, r"7 custody PASS .* 8 anchors FAIL", 1),
        (drowned, r"7 custody (FAIL|NOT CHECKED) .* 8 anchors PASS", 3),
        (gone, r"7 custody NOT CHECKED .* 8 anchors PASS", 3),
    ],
)
def test_a_custody_log_that_does_not_pass_is_told_on_page_one(tmp_path, change, said, code):
    case = case_of(tmp_path)
    change(case)
    done = run("report", case, "--output", tmp_path / "x.html")
    assert (done.code, done.out) == (code, f"Report: {tmp_path / 'x.html'}\n")
    assert "The report is written, but" in done.err
    assert "DID NOT PASS" in (tmp_path / "x.html").read_text()
    english, japanese = words_of(page(case)), words_of(page(case, "ja"))

    assert english.index("DID NOT PASS") < english.index("What was obtained")
    assert japanese.index("検証に通りませんでした") < japanese.index("取れなかったもの")
    assert re.search(said, english.partition("Checked when this page was made")[2])


def test_zero_matches_are_no_proof_and_the_rules_are_counted(tmp_path):
    rules = load_rules(rules_folder())

    text = words_of(page(case_of(tmp_path, rules=rules)))

    assert f"{rules.count} rules were tried." in text
    assert "That does not prove that the machine is not infected." in text


def test_a_match_is_shown_with_the_claim_of_its_rule(tmp_path):
    case = case_of(tmp_path, artifact("/srv/README.txt", NOTE), rules=load_rules(rules_folder()))

    assert "text in the manner of a ransom note appears" in words_of(page(case))
    japanese = words_of(page(case, "ja"))
    assert "脅迫文によく見られる文言があります" in japanese
    assert "1 項目で" in japanese


def test_says_when_no_item_was_searched(tmp_path):
    assert "No item was searched with rules." in words_of(page(case_of(tmp_path)))


@pytest.mark.parametrize(
    "origin",
    ["/var/log/secure", "/partition-1/Windows/System32/winevt/Logs/Security.evtx",
     "/inetpub/u_ex261129.log", "/opt/app/app.log.2.gz"],
)  # fmt: skip
def test_logs_that_were_taken_out_of_a_folder_are_listed_as_logs(tmp_path, origin):
    text = words_of(page(case_of(tmp_path, artifact(origin, b"x"), artifact("/srv/a.txt", b"x"))))

    assert f"1 {origin} 1" in text.partition("Log files")[2]
    assert "No file here is known as a log" not in text


def test_no_page_says_that_logs_are_missing_where_none_is_known_by_its_place(tmp_path):
    text = words_of(page(case_of(tmp_path, artifact("/srv/a.txt", b"x"))))

    assert "No file here is known as a log by its place or its name." in text
    assert "Not in the bundle: Log files" not in text


def test_a_japanese_page_words_what_records_say_in_english(tmp_path):
    odd = gap("/srv/pipe")._replace(detail="a named pipe, socket or device; not read")
    named = gap("/run/gone", Reason.ABSENT)._replace(detail="named by item 9, not there")
    case = case_of(tmp_path, *a_host(), odd, named, rules=load_rules(rules_folder()))
    japanese, english = (words_of(page(case, each)) for each in ("ja", "en"))

    assert "プログラムファイルが削除されています" in japanese
    assert "/srv/pipe (名前付きパイプ・ソケット・デバイスのため読んでいません)" in japanese
    assert "/etc/shadow (アクセスを拒否されました)" in japanese
    assert "/run/gone (項目 9 に名前がありますが、実物はありません)" in japanese
    assert re.search(r"1バイトも変えずに案件へ写しました: \d+ ファイル、\d+ バイト", japanese)
    assert "取込み; 写しを検証(中身を開く前)" in japanese
    assert "0.0.0.0:22" in japanese
    for sentence in (
        "its program file was deleted",
        "a named pipe, socket or device; not read",
        "byte for byte into a case",
        "each read back and compared",
        "EACCES",
        "named by item",
        "the copy, before anything was opened",
    ):
        assert sentence in english
        assert sentence not in japanese
    assert "address=" not in english + japanese


def test_a_long_list_is_cut_with_its_count_and_the_file_that_holds_all(tmp_path):
    many = [a_log(f"/var/log/{n:04d}.log", modified=n * 10**9) for n in range(250)]

    text = words_of(page(case_of(tmp_path, *many)))

    assert "200 of 250 shown; all are in items.jsonl." in text
    assert "/var/log/0249.log" in text
    assert "/var/log/0049.log" not in text
    assert "1970-01-01 00:04:09" in text


def test_an_unsealed_bundle_says_so_first_of_all(tmp_path):
    path = cut_off(tmp_path / "bundle")
    import_bundle(path, tmp_path / "case", identities=[IDENTITY], allow_partial=True)

    text = words_of(page(tmp_path / "case"))

    assert text.index("never sealed: the collection was cut off") < text.index("What was obtained")
    assert "An end was not attested" in text
    assert "manifest-sha256.txt" not in text


def test_a_time_that_somebody_stated_is_no_clock_s(tmp_path):
    path = sealed(tmp_path / "bundle")
    at, due = "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"
    check = Check(what=ARRIVAL, result=due, version=None)
    released = Act(kind="released", at=at, at_source=STATED, check=check)
    custodian.append(path, [released], CUSTODIAN)
    import_bundle(path, tmp_path / "case", identities=[IDENTITY])
    english, japanese = (words_of(page(tmp_path / "case", each)) for each in ("en", "ja"))

    assert f"released {at} (as stated by the signer) " in english
    assert f"{at}（署名者の申告）" in japanese
    assert english.count("(as stated by the signer)") == 1
    assert f"to arrive by; {due}" in english
    assert f"到着期限; {due}" in japanese


def test_two_bundles_stand_in_one_report(tmp_path):
    case = case_of(tmp_path)
    import_bundle(sealed(tmp_path / "second"), case, identities=[IDENTITY])

    text = words_of(page(case))

    assert "Bundles in this case: 2" in text
    assert "Bundle: bundle " in text
    assert "Bundle: second " in text


def test_names_no_key_where_nothing_is_encrypted(tmp_path):
    import_bundle(sealed(tmp_path / "open", recipients=()), tmp_path / "case")

    text = words_of(page(tmp_path / "case"))

    assert "hozen verify bundles/open " in text
    assert "identity" not in text


def test_counts_names_of_one_file_as_the_verification_does(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "one").write_bytes(b"x")
    os.link(tmp_path / "source" / "one", tmp_path / "source" / "two")
    (tmp_path / "source" / "notes.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    request = Request(output=tmp_path / "out", source=str(tmp_path / "source"))
    path = collect(request, key=KEY).path
    import_bundle(path, tmp_path / "case")
    facts = facts_of(examine(path))

    assert (facts["counts"]["gap"], facts["missing"], facts["further_names"]) == (1, [], 1)
    text = words_of(page(tmp_path / "case"))

    assert "No gap is recorded." in text
    assert "1 things were looked for and not obtained" in text  # by stage 9
    assert "the verification counts them among what was not obtained" in text
    assert "no directory that can be read" in text
    assert "読める一覧がアーカイブの中にありません" in words_of(page(tmp_path / "case", "ja"))


def test_its_commands_work_as_they_are_printed(tmp_path):
    """One after the other; test_verification_report.py sees each of them fail."""
    case = case_of(tmp_path)
    (tmp_path / "identity.txt").write_text(f"{IDENTITY}\n")
    commands = [
        html.unescape(found) for found in re.findall(r"<pre>(.*?)</pre>", page(case), re.DOTALL)
    ]
    (own,) = [each for each in commands if each.strip().startswith("hozen")]
    script = "set -e" + "".join(each for each in commands if each != own)
    script = script.replace("/path/to/identity.txt", str(tmp_path / "identity.txt"))
    done = subprocess.run(
        ["sh", "-c", script], cwd=case / "bundles/bundle", capture_output=True, text=True,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)}, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(commands) == 12
    assert done.stderr.count("Verification successful") == 1 + 5
    assert own == "\nhozen verify bundles/bundle --identity identity.txt\n"


# What names can't do.


def test_names_can_neither_run_nor_hide_nor_turn(tmp_path):
    evil = "/srv/<script>alert(1)</script>\u202egpj.exe\x1b[2J\u200b\n{{ 7*7 }}"
    passwd = b"<img src=x onerror=alert(1)>:x:0:0::/root:/bin/sh\n"
    case = case_of(tmp_path, gap(evil), artifact("/etc/passwd", passwd), a_log(evil))

    text = page(case)

    tags = {tag for tag, _ in parsed(text).tags}
    assert not tags & {"script", "img", "iframe", "object", "link", "form", "a"}
    assert not set(text) & set("\u202e\x1b\u200b")
    assert "\\u202egpj.exe\\x1b[2J\\u200b\\n{{ 7*7 }}" in html.unescape(text)


def test_asks_for_nothing_from_outside(tmp_path):
    text = page(case_of(tmp_path))

    assert "://" not in text
    for tag, attributes in parsed(text).tags:
        assert not {"src", "href", "action", "srcset"} & attributes.keys(), tag
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text


# What it never says.

FORBIDDEN = re.compile(
    r"\bsafe\b(?! name)|\bclean\b|no leak|tamper.?proof|court.?admissible|\bconfirmed\b|\bvalid\b"
    r"|\bguarantee"
    r"|安全です|感染なし|漏えいなし|漏洩なし|問題なし|問題ありません|復旧してよい|証拠能力|改ざん不可能|改ざんなし"
    r"|ガイドライン準拠|確認済|保全完了|異常なし|異常ありません",
    re.IGNORECASE,
)


def test_no_sentence_of_ours_says_what_nobody_can_know():
    ours = [text for pair in (TEXTS | PHRASES).values() for text in pair]
    assert {path.name for path in TEMPLATES} >= {"report.html", "verification.html"}
    for text in [*ours, *(path.read_text(encoding="utf-8") for path in TEMPLATES)]:
        assert not FORBIDDEN.search(text), text


@pytest.mark.parametrize("sentence", ["This host is safe.", "感染なしと判定", "court-admissible"])
def test_the_lint_of_sentences_finds_what_it_is_for(sentence):
    assert FORBIDDEN.search(sentence)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_whole_report_says_nothing_that_nobody_can_know(tmp_path, language):
    case = case_of(tmp_path, rules=load_rules(rules_folder()))

    assert not FORBIDDEN.search(words_of(page(case, language)))


# Both languages.


def facts_in(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_sentence_exists_in_both_languages_with_the_same_facts():
    for key, (english, japanese) in (TEXTS | PHRASES).items():
        assert english.strip(), key
        assert japanese.strip(), key
        assert facts_in(english) == facts_in(japanese), key


def test_the_japanese_report_has_no_english_sentence_of_ours(tmp_path):
    text = words_of(page(case_of(tmp_path), "ja"))

    known = (TEXTS | PHRASES).values()
    longer = [english for english, _ in known if len(english) > 40 and "{" not in english]
    assert longer
    assert [english for english in longer if english in text] == []


def test_every_event_reason_stage_and_column_has_its_word():
    words = Words("ja")
    for kind in (*COLLECTION_TYPES, *HOLDER_TYPES):
        assert words(f"event_{kind}")
    for reason in Reason:
        assert words(f"reason_{reason.value}")
    for stage in STAGES:
        assert words(f"stage_{stage}")
    for section in SECTIONS:
        assert all(words(name) for name, _ in section.columns)
        assert words(section.title)


# Files.


def test_writes_a_new_file_and_overwrites_none(tmp_path):
    case = case_of(tmp_path)
    made = make_report(case, language="ja")

    assert made.parent == case / "reports"
    with pytest.raises(ReportError, match="exists already") as error:
        make_report(case, language="ja", output=made)
    assert error.value.exit_code == 2
    assert make_report(case, language="ja", output=tmp_path / "r.html") == tmp_path / "r.html"


def test_refuses_a_folder_that_is_no_case(tmp_path):
    with pytest.raises(ReportError, match=r"case\.json"):
        make_report(tmp_path, language="en")
    (tmp_path / "case.json").write_text("{}")
    with pytest.raises(ReportError, match=r"case\.json"):
        make_report(tmp_path, language="en")
    assert os.listdir(tmp_path) == ["case.json"]


def test_refuses_a_working_copy_whose_records_were_changed(tmp_path):
    case = case_of(tmp_path)
    records = case / "hosts/bundle/items.jsonl"
    records.write_bytes(records.read_bytes().replace(b'"status":"gap"', b'"status":"fine"'))

    with pytest.raises(RecordsError):
        make_report(case, language="en")


# Small parts.


def test_values_of_any_shape_become_one_line():
    assert value(None) == ""
    assert value(True) == "true"
    assert value(["a", 1, None]) == "a 1 "
    assert value({"address": "::1", "port": 22}) == "[::1]:22"
    assert value({"address": "::1", "users": 2}) == "address=::1, users=2"
    assert value([[[[["deep"]]]]]) == "…"
    assert len(value("x" * 10_000)) == len(shortened("x" * 10_000)) == 401
    assert at({"a": {"b": 1}}, "a.b") == 1
    assert at({"a": [1]}, "a.b") is None
    assert utc("1700000000123456789") == "2023-11-14 22:13:20"
    assert utc("9" * 30).endswith(" ns")
    assert shown("a\tb" * 100) == "a\\tb" * 100
