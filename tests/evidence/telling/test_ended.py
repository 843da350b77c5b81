"""How a collection ended, in sentences."""

from types import SimpleNamespace

import pytest

from collectors.artifact import Gap, Reason
from evidence.cli.texts import Texts
from evidence.telling.ended import NAMED, balance
from evidence.telling.findings import Findings
from evidence.writing.history import Tally


@pytest.mark.parametrize(
    ("language", "gaps", "says"),
    [
        ("en", 5, "Not taken: 5 (not there 3, refused 2)"),
        ("en", 9, "Not taken: 9 (not there 3, refused 2, told by earlier runs 4)"),
        ("ja", 9, "取れなかったもの: 9 (存在しない 3, 拒否された 2, 前回までの実行で記録済み 4)"),
        ("en", 4, "Not taken: 4 (not there 3, refused 2, and no longer recorded, "
         "with what the medium did not take: 1)"),
        ("ja", 4, "取れなかったもの: 4 (存在しない 3, 拒否された 2, "
         "媒体に書き込めず記録に残らなかったもの 1)"),
    ],
)  # fmt: skip
def test_reasons_and_what_they_add_up_to_agree(language, gaps, says):
    findings = Findings(reasons={"denied": 2, "absent": 3})
    ended = SimpleNamespace(tally=Tally(gap=gaps), findings=findings)

    assert says in balance(Texts(language), ended, named=True)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("count", "named"), [(2, 2), (9, 3)])
def test_what_the_system_refused_is_named_as_far_as_it_is_little(language, count, named):
    """The code then is 3, which asks for a reason."""
    findings = Findings()
    for number in range(count):
        findings.gap(Gap(f"/proc/{number}/maps", "process", Reason.DENIED, "EACCES: no"))
    findings.gap(Gap("/etc/shadow", "file", Reason.DENIED, "EACCES: no", expected=True))
    findings.gap(Gap("/etc/gone", "file", Reason.ABSENT, "ENOENT: no"))
    ended = SimpleNamespace(tally=Tally(gap=count + 2), findings=findings)
    (said,) = [line for line in balance(Texts(language), ended, named=True) if "maps" in line]

    assert [n for n in range(count) if f"/proc/{n}/maps" in said] == list(range(named))
    assert (str(count - named) in said.rpartition("maps")[2]) == (count > named)
    assert "/etc" not in said


@pytest.mark.parametrize("language", ["en", "ja"])
def test_of_very_many_missing_things_the_first_are_named_and_the_others_counted(language):
    """The pieces of a disk that died fill no terminal, from which the code is read."""
    findings = Findings()
    for number in range(NAMED + 7):
        findings.gap(Gap(f"disk:/image.{number}.", "image", Reason.UNREADABLE, "EIO: no"))
    ended = SimpleNamespace(tally=Tally(gap=NAMED + 7), findings=findings)
    said = balance(Texts(language), ended, named=True)
    (last,) = [at for at, line in enumerate(said) if f"image.{NAMED - 1}." in line]

    assert not any(f"image.{NAMED}." in line for line in said)
    assert "7" in said[last + 1]


def test_a_collector_that_failed_is_named_in_japanese_beside_its_own_name():
    ended = SimpleNamespace(tally=Tally(), findings=Findings(failed=["accounts"]))

    assert "失敗した収集項目: 利用者アカウント(accounts)" in balance(Texts("ja"), ended, named=True)
    assert "These collectors failed: accounts" in balance(Texts("en"), ended, named=True)
