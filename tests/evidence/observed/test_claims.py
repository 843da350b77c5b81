"""What observations mean, kept beside them: a later version's index must not change it."""

import hashlib
import json

from bundles import artifact
from command_line import run
from eventlogs import Event, log
from triages import FRAGMENT, case_of, observations, triaged

from evidence.observed.claims import read_claims
from evidence.observed.document import read_triage
from evidence.rulebook.index import bare, load_index
from evidence.scan.process_scan import ProcessScan
from evidence.tool import rules_folder

INDEX = load_index(rules_folder())
THEIRS = 'rule theirs { strings: $a = "vssadmin" condition: $a }'
CLEARED = Event(channel="System", provider="Microsoft-Windows-Eventlog", id=104)


def things():
    return (
        artifact("/srv/a.bat", FRAGMENT), artifact("/srv/anydesk.exe", b"MZ"),
        artifact("/Windows/System32/winevt/Logs/System.evtx", log(CLEARED)),
    )  # fmt: skip


def test_what_each_rule_that_was_seen_means_lies_beside_its_observations(tmp_path):
    folder, _ = triaged(case_of(tmp_path, *things()))
    done, claims = read_triage(folder), read_claims(folder, read_triage(folder))
    data = (folder / "claims.json").read_bytes()

    assert set(claims) == {each["rule"] for each in observations(folder)} == set(done.seen)
    assert done.files["claims.json"] == hashlib.sha256(data).hexdigest()
    for rule, kept in json.loads(data)["rules"].items():
        entry = INDEX.rules[bare(rule)]
        assert kept["claim"] == {"en": entry.claim_en, "ja": entry.claim_ja}
        assert kept["weight"] == entry.weight
        told = INDEX.false_positives[entry.false_positives], INDEX.next_steps[entry.next_step]
        assert kept["false_positives"] == {"en": told[0].en, "ja": told[0].ja}
        assert kept["next_step"] == {"en": told[1].en, "ja": told[1].ja}
        assert kept["sources"] == [INDEX.sources[each].name for each in entry.sources]
        assert kept["rules_sha256"] == done.rules.sha256


def test_who_looked_stands_beside_each_rule(tmp_path):
    folder, done = triaged(case_of(tmp_path, *things()))
    engines = {rule: each.engine for rule, each in read_claims(folder, done).items()}

    assert engines["recovery:inhibition_of_recovery"] == done.rules.engine
    assert engines["names:remote_control_program_name"] == done.tool
    assert engines["events:log_cleared"] == done.tool


def test_of_rules_of_others_their_set_is_told_and_no_claim(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "a.yar").write_text(THEIRS)
    case = case_of(tmp_path, *things())
    assert run("triage", case, "--rules", theirs, "--licence", "MIT").code == 0
    (folder,) = (case / "triage" / "bundle").iterdir()
    done = read_triage(folder)
    kept = read_claims(folder, done)["theirs/a.yar:theirs"]
    (used,) = done.rules.sets

    assert (kept.claim, kept.weight, kept.next_step, kept.false_positives) == (None,) * 4
    assert (kept.set, kept.rules_sha256) == ("theirs", used.sha256)
    assert (kept.sources, kept.engine) == (["MIT"], done.rules.engine)


def test_of_a_set_that_nobody_names_any_more_nothing_is_known(tmp_path):
    account = {"pid": 7, "hits": [{"rule": "gone/a.yar:x", "offset": "1"}]}
    thing = artifact(f"hozen:/{ProcessScan.name}/7.json", json.dumps(account).encode())
    folder, done = triaged(case_of(tmp_path, thing))
    kept = read_claims(folder, done)["gone/a.yar:x"]

    assert (kept.set, kept.rules_sha256, kept.engine, kept.sources) == ("gone", None, None, [])


def test_a_case_s_report_weighs_by_what_was_kept_and_not_by_the_index_of_today(tmp_path):
    """As where another version has other weights: the files are made to agree."""
    case = case_of(tmp_path, *things())
    folder, _ = triaged(case)
    path, document = folder / "claims.json", folder / "triage.json"

    def said(number):
        page = tmp_path / f"{number}.html"
        assert run("report", case, "--output", page).code == 0
        return page.read_text()

    assert "strong 0, medium 2, weak 2" in said(1)
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes().replace(b'"medium"', b'"strong"'))
    assert f"A triage can&#39;t be read: triage/bundle/{folder.name}" in said(2)
    new = hashlib.sha256(path.read_bytes()).hexdigest()
    document.write_text(document.read_text().replace(old, new))
    assert "strong 2, medium 0, weak 2" in said(3)
    path.unlink()
    assert f"A triage can&#39;t be read: triage/bundle/{folder.name}" in said(4)
