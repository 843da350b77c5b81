"""Packs of rules, and folders of others: what is used is what was signed, or it is refused."""

import io
import os
import re
import shutil
import string
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

import authority
import pytest
from authority import CUSTODIAN, NOW, PERSON_OF_THE_NAMESAKE, ROOT, TRUSTED

from chain_of_custody.signing import certificates
from chain_of_custody.signing.keys import to_pem
from chain_of_custody.signing.trust import TrustStore
from evidence.engines.choice import ENGINES
from evidence.engines.joined import PATIENCE
from evidence.packs import rule_files, rule_set
from evidence.packs.errors import AlteredPackError, SetError
from evidence.packs.folder import set_in
from evidence.packs.loading import load_set
from evidence.packs.pack import ABOUT, SIGNATURE, SUMS, opened, packed
from evidence.packs.sentences import SENTENCES
from evidence.rulebook.errors import RulesError
from evidence.scan.scanner import ItemScan, Rules, load_rules
from evidence.tool import rules_folder

FOUND = "rule found { strings: $a = /[p]lanted/ condition: $a }"
NOBODY = TrustStore()


@pytest.fixture
def theirs(tmp_path):
    folder = tmp_path / "their rules"
    (folder / "deep").mkdir(parents=True)
    (folder / "one.yar").write_text(FOUND)
    (folder / "deep/one.yara").write_text("rule other { condition: false }")
    (folder / "README.md").write_text("no rules")
    return folder


@pytest.fixture
def numbered(theirs):
    return replace(set_in(theirs, licence="MIT"), version=7, date="2026-11-28")


def members(data):
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {each.name: archive.extractfile(each).read() for each in archive}


def again(files):
    """A pack of other files, the signature as it was."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


# Folders.


def test_a_folder_is_read_with_what_is_below_it_and_named_after_itself(theirs):
    (theirs / "TWO.YAR").write_text("rule two { condition: true }")
    found = set_in(theirs, licence="MIT")

    assert set(found.files) == {"one.yar", "deep/one.yara", "TWO.YAR"}
    assert found.name == "their-rules"
    assert [each.namespace for each in found.sources] == [
        "their-rules/TWO.YAR", "their-rules/deep/one.yara", "their-rules/one.yar",
    ]  # fmt: skip
    assert found.origin == "third-party rules, not ours"


@pytest.mark.parametrize("name", ["link.yar", "deep/link.YARA", "folder", "pipe.yar"])
def test_what_would_be_left_out_of_a_folder_is_named(name, theirs):
    path = theirs / name
    if path.stem == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/etc" if name == "folder" else "/etc/passwd")
    with pytest.raises(SetError, match=f"{theirs}: {name}: a link or no plain file"):
        set_in(theirs, licence="MIT")


def test_a_hit_of_others_is_told_from_one_of_ours(theirs):
    rules = load_rules(rules_folder(), sets=[set_in(theirs, licence="MIT")])
    scan = ItemScan(rules)
    scan.update(memoryview(b"planted vssadmin delete shadows /all"))
    hits = {hit.rule for hit in scan.finish().hits}

    assert "their-rules/one.yar:found" in hits
    assert any("/" not in rule for rule in hits)
    assert rules.count == load_rules(rules_folder()).count + 2


def test_names_of_others_are_searched_for_too(theirs):
    (theirs / "names.toml").write_text("[note]\npatterns = ['read\\.me']\n")
    rules = load_rules(rules_folder(), sets=[set_in(theirs, licence="MIT")])

    assert [hit.rule for hit in ItemScan(rules, "/srv/READ.me").finish().hits] == [
        "their-rules/names:note"
    ]


@pytest.mark.parametrize(
    "pattern",
    ["(a|aa)+b", "(a*)*", "(?:a+){9}", "(x|x)" * 27, "a?" * 27, ".*.*.*.*b", ".{0,99}" * 5 + "b"],
)
def test_a_pattern_that_could_be_tried_without_end_is_refused(theirs, pattern):
    (theirs / "names.toml").write_text(f"[note]\npatterns = ['{pattern}']\n")

    with pytest.raises(RulesError, match="without end"):
        load_rules(rules_folder(), sets=[set_in(theirs, licence="MIT")])


@pytest.mark.parametrize("pattern", [r"(a|b)\)+", "[)*(+]+", "(?i:a)?[^]]*", r"\(+x{3}(y|z)?"])
def test_a_pattern_that_ends_is_taken(theirs, pattern):
    (theirs / "names.toml").write_text(f"[note]\npatterns = ['{pattern}']\n")

    assert set_in(theirs, licence="MIT").names.rules == ["note"]


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.yar", "rule a { condition: nothing }", r"a\.yar: line 1: .*nothing"),
        ("a.yar", 'include "b.yar"', r"a\.yar: line 1: include"),
        ("a.yar", 'import "nothing"', r"a\.yar: line 1: unknown module"),
        ("a.yar", "rule a { condition: true }\n\0", r"a\.yar: line 2: a zero byte"),
        ("names.toml", "[a", r"names\.toml"),
    ],
)
def test_what_can_not_be_compiled_is_named(theirs, name, text, why):
    (theirs / name).write_text(text)

    with pytest.raises(RulesError, match=why):
        load_rules(rules_folder(), sets=[set_in(theirs, licence="MIT")])


def test_a_folder_without_a_licence_is_refused_and_an_index_says_one(theirs):
    with pytest.raises(SetError, match="--licence"):
        set_in(theirs)

    shutil.copy(rules_folder() / "index.toml", theirs)
    assert "MIT" in set_in(theirs).licence


@pytest.mark.parametrize(
    ("of", "limit", "value"),
    [(rule_set, "RULES", 1), (rule_files, "FILES", 1), (rule_files, "BYTES", 10)],
    ids=["rules", "files", "bytes"],
)
def test_more_than_the_limits_is_refused(theirs, monkeypatch, of, limit, value):
    monkeypatch.setattr(of, limit, value)

    with pytest.raises(SetError, match="more than"):
        assert set_in(theirs, licence="MIT").sources


def test_two_files_that_differ_in_their_ending_are_both_compiled(theirs):
    (theirs / "one.yara").write_text("rule second { condition: true }")
    rules = load_rules(rules_folder(), sets=[set_in(theirs, licence="MIT")])
    scan = ItemScan(rules)
    scan.update(memoryview(b"planted"))

    assert {hit.rule for hit in scan.finish().hits} >= {
        "their-rules/one.yar:found", "their-rules/one.yara:second",
    }  # fmt: skip


def test_rules_are_counted_however_they_are_laid_out(theirs, monkeypatch):
    monkeypatch.setattr(rule_set, "RULES", 4)
    (theirs / "one.yar").write_text(
        "rule/**/a{condition:true}" + FOUND + "rule\nc\n{condition :true}"
    )
    assert set_in(theirs, licence="MIT").sources

    monkeypatch.setattr(rule_set, "RULES", 3)
    with pytest.raises(SetError, match="more than 3 rules"):
        assert set_in(theirs, licence="MIT").sources


def test_a_folder_below_that_can_not_be_listed_is_no_folder_without_rules(theirs):
    here = os.open(theirs, os.O_RDONLY)
    for _ in range(25):
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)

    with pytest.raises(SetError, match="File name too long"):
        set_in(theirs, licence="MIT")
    subprocess.run(["rm", "-rf", theirs / ("d" * 200)], check=True)


def test_what_never_ends_is_no_pack(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(SetError, match=f"{path}: no folder of rules, and no pack"):
            load_set(path, NOBODY)


def test_a_pack_behind_a_link_is_taken(numbered, tmp_path):
    (tmp_path / "pack").write_bytes(packed(numbered, CUSTODIAN))
    (tmp_path / "link").symlink_to("pack")

    assert load_set(tmp_path / "link", TRUSTED).files == numbered.files


def test_a_set_without_a_licence_is_none_be_it_signed(numbered):
    with pytest.raises(SetError, match="under which licence"):
        replace(numbered, licence=" ")


@pytest.mark.parametrize("key", SENTENCES)
def test_every_refusal_is_said_in_both_languages(key):
    facts = {
        name: "FACT" for _, name, _, _ in string.Formatter().parse("".join(SENTENCES[key])) if name
    }
    said = SetError("at", path="/x", why=AlteredPackError(key, **facts))

    assert str(said) == said.sentence("en") == f"/x: {SENTENCES[key][0].format(**facts)}"
    assert said.sentence("ja") == f"/x: {SENTENCES[key][1].format(**facts)}"
    assert key == "at" or re.search("[ぁ-ん]", said.sentence("ja"))


def test_a_stranger_s_pack_is_refused_in_japanese(numbered, tmp_path):
    (tmp_path / "pack").write_bytes(packed(numbered, PERSON_OF_THE_NAMESAKE))
    with pytest.raises(AlteredPackError) as refused:
        load_set(tmp_path / "pack", TRUSTED)

    assert f"{tmp_path}/pack: 署名者を信頼できません: 署名者から" in refused.value.sentence("ja")


@pytest.mark.parametrize("name", ["a\x1b[31m.yar", "\u202ea.yar", "a" * 210 + ".yar"])
def test_a_file_whose_name_can_not_be_shown_is_refused(theirs, name):
    (theirs / name).write_text(FOUND)

    with pytest.raises(SetError, match="no name for a file of rules"):
        set_in(theirs, licence="MIT")


def test_a_folder_of_no_rules_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none", tmp_path / "file"):
        (tmp_path / "file").write_text("x")
        with pytest.raises(SetError, match=path.name):
            load_set(path, NOBODY, licence="MIT")


def test_a_slow_set_costs_no_hit_of_another_and_is_set_aside(tmp_path, monkeypatch):
    (tmp_path / "slow.yar").write_text("rule slow { strings: $a = /(a+)+b.*(c+)+d/ condition: $a }")
    monkeypatch.setattr("evidence.scan.scanner.TIMEOUT", 1)
    slow = set_in(tmp_path, licence="MIT", name="slow")
    rules = load_rules(rules_folder(), sets=[slow])
    data = (b"a" * 500 + b"x") * 20_000 + b" vssadmin delete shadows /all"
    said = []
    for _ in range(PATIENCE + 1):
        scan = ItemScan(rules)
        scan.update(memoryview(data))
        assert scan.finish().hits
        said += scan.errors

    assert said == [
        *["YARA: slow: given up after 1 s (from byte 0)"] * PATIENCE,
        f"YARA: slow: set aside after {PATIENCE} scans without an answer (from byte 0)",
    ]


# Packs.


def test_a_pack_gives_back_the_rules_and_what_is_said_of_them(numbered):
    found = opened(packed(numbered, CUSTODIAN), TRUSTED)

    assert found.files == numbered.files
    assert (found.name, found.version, found.date, found.licence) == (
        "their-rules", 7, "2026-11-28", "MIT",
    )  # fmt: skip
    assert (found.signer, found.tied) == (CUSTODIAN.certificate_sha256, True)
    assert found.sha256 == numbered.sha256


def test_without_a_trusted_certificate_nobody_is_judged(numbered):
    assert opened(packed(numbered, PERSON_OF_THE_NAMESAKE), NOBODY).tied is False


def test_two_packs_are_the_same_but_for_the_signature(numbered):
    one, two = (members(packed(numbered, CUSTODIAN)) for _ in range(2))

    assert list(one) == sorted(one)
    assert {name for name in one if one[name] != two[name]} <= {SIGNATURE}


def test_a_pack_of_our_own_rules_has_the_digest_that_manifests_name(tmp_path):
    from evidence import __version__
    from evidence.tool import this_tool

    found = set_in(rules_folder(), name="hozen")
    assert found.sha256 == this_tool(__version__).rules_sha256
    assert opened(packed(found, CUSTODIAN), TRUSTED).index is not None


def test_strangers_check_a_pack(numbered, tmp_path):
    (tmp_path / "theirs.tar").write_bytes(packed(numbered, CUSTODIAN))
    (tmp_path / "root.pem").write_bytes(to_pem(ROOT.certificate))
    line = (
        f"tar xf theirs.tar && openssl cms -verify -binary -inform DER -in {SIGNATURE} "
        f"-content {SUMS} -CAfile root.pem -purpose any -out /dev/null && sha256sum -c {SUMS}"
    )
    done = subprocess.run(line, shell=True, cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "one.yar: OK" in done.stdout


ALTERED = {
    "a changed rule": lambda f: {**f, "one.yar": f["one.yar"] + b"\n"},
    "a rule more": lambda f: {**f, "more.yar": b"rule more { condition: true }"},
    "a rule less": lambda f: {name: f[name] for name in f if name != "one.yar"},
    "another version": lambda f: {**f, ABOUT: f[ABOUT].replace(b":7", b":9")},
    "another list": lambda f: {**f, SUMS: f[SUMS].replace(b"a", b"b")},
}


@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_pack_is_refused(numbered, name):
    files = ALTERED[name](members(packed(numbered, CUSTODIAN)))

    with pytest.raises(AlteredPackError):
        opened(again(files.items()), TRUSTED)


def test_a_list_that_fits_other_files_is_not_what_was_signed(numbered, theirs):
    (theirs / "one.yar").write_text(FOUND.replace("lanted", "icked"))
    other = replace(set_in(theirs, licence="MIT"), version=7, date="2026-11-28")
    files = members(packed(other, CUSTODIAN))
    files[SIGNATURE] = members(packed(numbered, CUSTODIAN))[SIGNATURE]

    with pytest.raises(AlteredPackError):
        opened(again(files.items()), TRUSTED)


def revoked():
    listed = certificates.revoke(ROOT, {CUSTODIAN.certificate.serial_number: NOW}, NOW)
    return TrustStore((ROOT.certificate,), (listed,))


@pytest.mark.parametrize(
    ("signer", "trust"),
    [
        (PERSON_OF_THE_NAMESAKE, lambda: TRUSTED),
        (authority.COLLECTION, lambda: TRUSTED),
        (CUSTODIAN, revoked),
        (authority.made("hozen provider", ROOT, 60, ends=NOW - authority.DAY), lambda: TRUSTED),
    ],
    ids=["a stranger", "a key of a collection", "revoked", "out of its dates"],
)
def test_a_signer_who_is_not_one_is_refused(numbered, signer, trust):
    with pytest.raises(AlteredPackError):
        opened(packed(numbered, signer), trust())


def odd(name, **changed):
    entry = tarfile.TarInfo(name)
    for key, value in changed.items():
        setattr(entry, key, value)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(entry)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        odd("one.yar", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        odd("one.yar", type=tarfile.FIFOTYPE),
        again([("one.yar", b"a"), ("one.yar", b"b")]),
    ],
    ids=["a link", "a pipe", "a name twice"],
)
def test_what_no_pack_has_is_refused(data):
    with pytest.raises(AlteredPackError):
        opened(data, NOBODY)


@pytest.mark.parametrize("data", [b"", b"x" * 5000, b"\0" * 10240, again([])], ids=range(4))
def test_what_is_no_pack_is_said_to_be_none(data):
    with pytest.raises(SetError, match="no pack of rules"):
        opened(data, NOBODY)


def test_a_cut_pack_is_refused_wherever_it_is_cut(numbered):
    data = packed(numbered, CUSTODIAN)
    for end in range(0, len(data) - 10240, 512):
        with pytest.raises((SetError, AlteredPackError)):
            opened(data[:end], TRUSTED)


def test_both_engines_compile_a_set(theirs):
    found = set_in(theirs, licence="MIT")
    for make in ENGINES.values():
        engine = make()
        rules = Rules(compiled=engine.compile(found.sources), engine=engine.version)
        assert sorted(rules.names_of_rules) == ["found", "other"]
