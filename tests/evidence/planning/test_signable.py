"""A library's request is refused at once where no document could hold it, or no reader take it."""

from __future__ import annotations

import bundles
import pytest

from chain_of_custody.documents import load
from chain_of_custody.event import Authority, Person
from chain_of_custody.folder import BundleFolder
from evidence.collecting.collection import collect
from evidence.planning.request import Request
from evidence.planning.signable import RequestError
from evidence.writing.history import Presence

HALF = "night\udcffshift"


def person(field, text=HALF):
    return Person(**{**dict.fromkeys(Person.__struct_fields__), field: text})


FITTING = {
    "actor": person("name", "看護師"), "place": "3階", "witnesses": (person("title", "宿直"),),
    "authority": Authority(basis="in-house", number="7"),
}  # fmt: skip
UNFIT = {
    **{f"a {field} of the actor": {"presence": Presence(actor=person(field))}
       for field in Person.__struct_fields__},
    "a witness": {"presence": Presence(witnesses=(person("name", "A"), person("contact")))},
    "a counterpart": {"presence": Presence(counterpart=person("name"))},
    **{f"the {field}": {"presence": Presence(**{field: HALF})}
       for field in ("place", "purpose", "storage", "text")},
    "an authority's number": {
        "presence": Presence(authority=Authority(basis="court", number=HALF))
    },
    "an authority's basis that no reader knows": {
        "presence": Presence(authority=Authority(basis="hearsay", number=None))
    },
    "more than an event can hold": {"presence": Presence(text="山" * (1 << 20))},
    "a challenge": {"challenge": HALF},
    "half of a character in a case": {"case_id": HALF},
    "a case that is too long": {"case_id": "x" * 33},
    "a case that leads elsewhere": {"case_id": "../x"},
    "a profile that no reader knows": {"profile": "odd"},
    "a digest that no reader knows": {"algorithms": ("sha256", "crc32")},
}  # fmt: skip


@pytest.mark.parametrize("what", UNFIT)
def test_nothing_is_begun_with(what, tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a").write_text("x")
    output = tmp_path / "out"

    with pytest.raises(RequestError) as refused:
        collect(
            Request(output=output, source=str(tmp_path / "tree"), **UNFIT[what]), key=bundles.KEY
        )

    told = [refused.value.sentence(language) for language in ("en", "ja")]
    assert ["\n" in each or HALF in each for each in told] == [False, False]
    assert refused.value.facts.get("field", *UNFIT[what]) in UNFIT[what]
    assert not output.exists()


def test_what_people_do_say_is_signed_as_they_said_it(tmp_path):
    (tmp_path / "tree").mkdir()
    presence = Presence(**FITTING)
    wanted = Request(output=tmp_path / "out", source=str(tmp_path / "tree"), presence=presence)
    done = collect(wanted, key=bundles.KEY)

    event = load(BundleFolder(done.path)).events[0].event
    assert (event.actor, event.place, event.authority) == (
        presence.actor, presence.place, presence.authority,
    )  # fmt: skip
    assert event.witnesses == list(presence.witnesses)
