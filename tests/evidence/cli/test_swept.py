"""Acts that meet a fault at each call: the act stands and is told of, or nothing of it is there.

What is said is true, and the same command given again does what a user expects. `HOZEN_THOROUGH=1`
sweeps every act under every fault; otherwise some of each.
"""

from __future__ import annotations

import os

import faulty
import pytest
from acts import VERBS

THOROUGH = bool(os.environ.get("HOZEN_THOROUGH"))
FEW = {  # each fault once, and what differs most: two files, a key, what has an end of its own
    ("access", "pulled"), ("correct", "full"), ("confirm", "denied"), ("examine", "ended"),
    ("release", "killed"), ("disclose", "unheard"), ("destroy", "locked"),
    ("keys identity", "killed"), ("keys person", "full"),
}  # fmt: skip
ALL = [(verb, fault) for verb in (*VERBS, *faulty.KEYS) for fault in faulty.FAULTS]
SWEPT = ALL if THOROUGH else sorted(FEW)


@pytest.mark.parametrize(("verb", "fault"), SWEPT, ids=map("-".join, SWEPT))
def test_an_act_that_meets_a_fault_stands_whole_or_is_not_there_and_says_so(tmp_path, verb, fault):
    assert faulty.found(verb, fault, tmp_path) == []


@pytest.mark.parametrize("fault", ["full", "pulled"] if THOROUGH else ["full"])
def test_an_exhibit_whose_medium_fails_is_named_where_it_stays(tmp_path, fault):
    assert faulty.found("disclose", fault, tmp_path, "beside") == []
