"""How a collection ended, in sentences."""

from types import SimpleNamespace

import pytest

from evidence.cli.texts import Texts
from evidence.collecting.ended import balance
from evidence.collecting.session import Findings
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
