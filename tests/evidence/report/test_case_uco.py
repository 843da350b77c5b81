"""CASE/UCO: a stranger's validator accepts it, every record is in it, nothing is claimed beyond."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import authority
import bundles
import pytest
from bundles import IDENTITY, artifact, gap
from command_line import run
from hostile import cut, cut_off, regular

from chain_of_custody.event import Authority, Person, Transport
from collectors.artifact import Reason
from evidence.custody import custodian
from evidence.custody.custodian import Act
from evidence.intake import import_bundle
from evidence.intake.errors import RecordsError
from evidence.intake.records import records_of
from evidence.report import ReportError, export_case_uco
from evidence.report.case_uco.graph import GraphFile, Ids, file_time, integer, moment
from evidence.report.case_uco.items import ItemNodes

PROVIDER = authority.made("hozen provider", authority.ROOT, 40, name="調査 太郎")
VALIDATOR = Path(sys.executable).with_name("case_validate")
MODIFIED = 1_700_000_000_123_456_789
EVIL = "/srv/\u202e<script>\x1b[2J\n.txt"


def person(name: str) -> Person:
    return Person(contact=None, name=name, organisation="病院", title="係長")


def case_of(place: Path) -> Path:
    """A small case: whole, partial and missing things, a link, a hand-over with all its fields."""
    volumes = [
        [
            artifact("hozen:/host.json", b"{}"), artifact("/home/山田/メモ.txt", b"memo"),
            regular("/etc/passwd", b"root:x:0:0\n", modified=MODIFIED), artifact(EVIL, b""),
        ],
        [gap("/etc/shadow"), gap("/x", Reason.ABSENT), cut("/var/log/messages", b"half")],
    ]  # fmt: skip
    path = bundles.sealed(place / "HZ_x", key=authority.COLLECTION, volumes=volumes)
    import_bundle(path, place / "case", identities=[IDENTITY], actor="山田 花子")
    released = Act(
        kind="released", actor=person("山田 花子"), counterpart=person("調査 太郎"),
        witnesses=(person("佐藤"),), place="server room", at="2026-11-23T00:00:00Z",
        authority=Authority(basis="contract", number="K-1"), text="sealed bag",
        transport=Transport(method="courier", seal_no="S-1", tracking=None),
    )  # fmt: skip
    received = Act(kind="received", refs=("event:7",), text="seal unbroken")
    for act, key in ((released, authority.CUSTODIAN), (received, PROVIDER)):
        custodian.append(place / "case/bundles/HZ_x", [act], key)
    return place / "case"


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Path:
    return case_of(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def exported(case, tmp_path_factory) -> Path:
    return export_case_uco(case, output=tmp_path_factory.mktemp("out") / "case.jsonld")


@pytest.fixture(scope="module")
def graph(exported) -> Graph:
    return Graph(exported)


class Graph:
    """The nodes of an export, as anybody's JSON reader sees them."""

    def __init__(self, path: Path) -> None:
        self.nodes = json.loads(path.read_text())["@graph"]
        self.by_id = {node["@id"]: node for node in self.nodes}

    def of(self, kind: str) -> list[dict]:
        return [node for node in self.nodes if node["@type"].endswith(f":{kind}")]

    def one(self, kind: str, name: str) -> dict:
        (found,) = [node for node in self.of(kind) if node.get("uco-core:name") == name]
        return found

    def named(self, node: dict, key: str) -> list[dict]:
        value = node.get(key, [])
        return [self.by_id[each["@id"]] for each in (value if isinstance(value, list) else [value])]

    def actions(self) -> list[str]:
        return [node["uco-core:name"] for node in self.of("InvestigativeAction")]


def facet(node: dict, kind: str) -> dict:
    (found,) = [each for each in node["uco-core:hasFacet"] if each["@type"].endswith(f":{kind}")]
    return found


def validated(path: Path) -> subprocess.CompletedProcess[str]:
    """The validator's word, with every way to a network led nowhere."""
    nowhere = {f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https", "all")}
    return subprocess.run(
        [VALIDATOR, path], capture_output=True, text=True, check=False,
        env={**os.environ, **nowhere},
    )  # fmt: skip


# A stranger's validator.


def test_the_validator_accepts_it_with_no_remark(exported):
    done = validated(exported)

    assert (done.returncode, done.stdout) == (0, "Validation Report\nConforms: True\n"), done.stdout


WRONGS = [
    # A size in words, a property that doesn't exist, a digest without its method.
    (
        '"uco-observable:sizeInBytes": {"@type": "xsd:integer", "@value": "4"}',
        '"uco-observable:sizeInBytes": "twelve"', "observable:sizeInBytes",
    ),
    ('"uco-action:performer"', '"uco-action:performedBy"', "performedBy"),
    ('"uco-types:hashMethod": "SHA256", ', "", "types:hashMethod"),
]  # fmt: skip


def test_the_validator_complains_of_each_property_gone_wrong(exported, tmp_path):
    text = exported.read_text()
    for right, wrong, _ in WRONGS:
        assert right in text
        text = text.replace(right, wrong, 1)
    (tmp_path / "wrong.jsonld").write_text(text)
    done = validated(tmp_path / "wrong.jsonld")

    assert done.returncode != 0
    for _, _, complaint in WRONGS:
        assert complaint in done.stdout + done.stderr


# Items.


def test_every_item_that_holds_bytes_is_an_object_with_its_digest(case, graph):
    held = [record for record in records_of(case / "hosts/HZ_x") if record.content.sha256]

    assert len(held) == 5
    for record in held:
        (node,) = [
            each
            for each in graph.nodes
            if each.get("uco-core:name") == record.meta.source.origin
            and "uco-core:hasFacet" in each
        ]
        content = facet(node, "ContentDataFacet")
        (digest,) = content["uco-observable:hash"]
        assert content["uco-observable:sizeInBytes"]["@value"] == str(record.content.size)
        assert digest["uco-types:hashMethod"] == "SHA256"
        assert digest["uco-types:hashValue"] == {
            "@type": "xsd:hexBinary", "@value": record.content.sha256,
        }  # fmt: skip


def test_a_file_says_where_and_when_it_was_to_the_nanosecond(graph):
    found = facet(graph.one("File", "/etc/passwd"), "FileFacet")

    assert found["uco-observable:fileName"] == "passwd"
    assert found["uco-observable:filePath"] == "/etc/passwd"
    assert found["uco-observable:modifiedTime"] == {
        "@type": "xsd:dateTime", "@value": "2023-11-14T22:13:20.123456789Z",
    }  # fmt: skip


def test_a_document_of_ours_is_no_file_of_the_host(graph):
    found = graph.one("ObservableObject", "hozen:/host.json")

    assert [each["@type"] for each in found["uco-core:hasFacet"]] == [
        "uco-observable:ContentDataFacet"
    ]


def test_every_exhibit_has_a_number_of_its_own_below_its_bundle_s(graph):
    (root,) = [r for r in graph.of("ProvenanceRecord") if "uco-core:name" in r]
    records = [record for record in graph.of("ProvenanceRecord") if record is not root]
    number = root["case-investigation:exhibitNumber"]

    assert number.startswith("H-2026-0001/")
    assert [record["case-investigation:exhibitNumber"] for record in records] == [
        f"{number}/{item}" for item in (1, 2, 3, 4, 7)
    ]
    assert {record["case-investigation:rootExhibitNumber"] for record in records} == {number}
    assert [n["@type"] for r in records for n in graph.named(r, "uco-core:object")] == [
        "uco-observable:ObservableObject", *["uco-observable:File"] * 4,
    ]  # fmt: skip


# What was not obtained.


def test_a_gap_is_an_error_of_the_collection_and_no_object(graph):
    collection = graph.one("InvestigativeAction", "collection")
    gaps = [each for each in graph.of("Annotation") if "gap" in each["uco-core:tag"]]

    assert [each["uco-core:tag"] for each in gaps] == [["gap", "denied"], ["gap", "absent"]]
    assert gaps[0]["uco-core:statement"] == [
        "looked for and not obtained (denied): /etc/shadow", "EACCES: Permission denied",
    ]  # fmt: skip
    assert [graph.named(each, "uco-core:object") for each in gaps] == [[collection]] * 2
    assert [e["uco-core:name"] for e in graph.named(collection, "uco-action:error")] == [
        "item 5", "item 6", "item 7",
    ]  # fmt: skip
    assert not [n for n in graph.of("File") if n["uco-core:name"] in ("/etc/shadow", "/x")]


def test_what_was_obtained_in_part_says_so_on_the_object(graph):
    (note,) = [each for each in graph.of("Annotation") if each["uco-core:tag"] == ["partial"]]

    assert graph.named(note, "uco-core:object") == [graph.one("File", "/var/log/messages")]
    assert note["uco-core:statement"][0] == ("obtained in part: 4 bytes; the digest is of these")


def test_the_collection_names_what_it_obtained(graph):
    results = graph.named(graph.one("InvestigativeAction", "collection"), "uco-action:result")

    assert results == graph.of("ProvenanceRecord")


# Actions.


def test_the_actions_follow_each_other(graph):
    actions = graph.of("InvestigativeAction")
    before = "case-investigation:wasInformedBy"

    assert graph.actions() == ["collection", "import", "copied", "verified", "released", "received"]
    assert [graph.named(each, before) for each in actions] == [[], *[[e] for e in actions[:-1]]]
    (investigation,) = graph.of("Investigation")
    objects = graph.named(investigation, "uco-core:object")
    assert objects[1:] == actions
    assert "this file is not" in investigation["uco-core:description"][0]


def test_the_collection_has_its_time_its_program_and_nobody_s_name(case, graph):
    first, *_, sealed = custodian.load(case / "bundles/HZ_x").events[:4]
    action = graph.one("InvestigativeAction", "collection")

    assert action["uco-action:startTime"]["@value"] == first.event.at
    assert action["uco-action:endTime"]["@value"] == sealed.event.at
    assert action["uco-action:actionStatus"] == "Complete/Finish"
    (tool,) = graph.named(action, "uco-action:instrument")
    assert (tool["uco-core:name"], tool["uco-tool:version"]) == ("hozen", "0.1.0")
    (who,) = graph.named(action, "uco-action:performer")
    assert who["@type"] == "uco-identity:Identity"
    assert authority.COLLECTION.certificate_sha256 in who["uco-core:name"]


def test_the_import_ends_when_it_was_recorded_and_begins_nowhere(case, graph):
    (entry,) = json.loads((case / "case.json").read_text())["imports"]
    action = graph.one("InvestigativeAction", "import")

    assert action["uco-action:endTime"]["@value"] == entry["imported"]
    assert "uco-action:startTime" not in action
    assert "level C; 1 PASS" in action["uco-core:description"][1]


def test_a_hand_over_names_both_sides_the_witness_the_place_and_the_ground(graph):
    action = graph.one("InvestigativeAction", "released")

    assert [n["uco-core:name"] for n in graph.named(action, "uco-action:performer")] == [
        "山田 花子"
    ]
    assert [n["uco-core:name"] for n in graph.named(action, "uco-action:participant")] == [
        "調査 太郎", "佐藤",
    ]  # fmt: skip
    assert [n["uco-core:name"] for n in graph.named(action, "uco-action:location")] == [
        "server room"
    ]
    assert action["uco-action:startTime"]["@value"] == "2026-11-23T00:00:00Z"
    assert "seal: S-1" in action["uco-core:description"]
    assert "time: as stated by the signer" in action["uco-core:description"]
    assert "nothing here vouches for the name" in action["uco-core:description"][-1]
    (ground,) = graph.named(
        graph.of("Investigation")[0], "case-investigation:relevantAuthorization"
    )
    assert ground["case-investigation:authorizationIdentifier"] == ["K-1"]


def test_the_bundle_is_there_with_the_digest_of_every_volume(case, graph):
    folder = graph.one("Directory", "HZ_x")
    inside = [
        graph.named(each, "uco-core:source")[0]["uco-core:name"]
        for each in graph.of("ObservableRelationship")
        if graph.named(each, "uco-core:target") == [folder]
    ]
    text = json.dumps(graph.nodes)

    assert inside == [
        "data/volume-00001.tar.zst.age", "data/volume-00002.tar.zst.age", "manifest.json",
    ]  # fmt: skip
    for entry in custodian.load(case / "bundles/HZ_x").closed():
        assert entry.sha256 in text


# Other bundles.


def test_each_session_of_a_resumed_collection_has_its_own_items(world, tmp_path):
    import_bundle(world.path("resumed"), tmp_path / "case", identities=[IDENTITY])
    graph = Graph(export_case_uco(tmp_path / "case"))

    first, second = [
        node for node in graph.of("InvestigativeAction") if node["uco-core:name"] == "collection"
    ]
    assert [action["uco-action:actionStatus"] for action in (first, second)] == [
        "Error", "Complete/Finish",
    ]  # fmt: skip
    assert first["uco-core:description"] == ["cut off: an end is not attested"]
    assert len(first["uco-action:result"]) == 3
    assert len(second["uco-action:result"]) == 2 + 1
    assert graph.named(first, "uco-action:performer") != graph.named(second, "uco-action:performer")


def test_a_bundle_that_was_never_sealed_is_told_as_cut_off(tmp_path):
    path = cut_off(tmp_path / "bundle")
    import_bundle(path, tmp_path / "case", identities=[IDENTITY], allow_partial=True)
    path = export_case_uco(tmp_path / "case")
    graph = Graph(path)

    assert graph.one("InvestigativeAction", "collection")["uco-action:actionStatus"] == "Error"
    assert not [node for node in graph.of("File") if node["uco-core:name"] == "manifest.json"]
    assert validated(path).returncode == 0


def test_two_bundles_stand_in_one_investigation(case, tmp_path):
    made = case_of(tmp_path)
    import_bundle(bundles.sealed(tmp_path / "second"), made, identities=[IDENTITY])
    graph = Graph(export_case_uco(made))

    (investigation,) = graph.of("Investigation")
    assert graph.actions().count("import") == 2
    assert len(graph.of("Directory")) == 2
    assert len(investigation["uco-core:object"]) == 2 + len(graph.actions())


def test_a_further_name_is_a_note_on_the_file_that_is_there(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "one").write_bytes(b"same")
    os.link(tree / "one", tree / "two")
    os.symlink("one", tree / "way")
    assert run("collect", "--source", tree, "--output", tmp_path / "out").code == 0
    (path,) = (tmp_path / "out").glob("HZ_*Z")
    import_bundle(path, tmp_path / "case")
    graph = Graph(export_case_uco(tmp_path / "case"))

    (note,) = [each for each in graph.of("Annotation") if each["uco-core:tag"] == ["same_as"]]
    (about,) = graph.named(note, "uco-core:object")
    assert {about["uco-core:name"], note["uco-core:statement"][0].rpartition(" ")[2]} == {
        "/one", "/two",
    }  # fmt: skip
    assert graph.one("SymbolicLink", "/way")
    results = graph.named(graph.one("InvestigativeAction", "collection"), "uco-action:error")
    assert note not in results


# Refusals.


def test_records_that_were_changed_are_no_export(tmp_path):
    made = case_of(tmp_path)
    records = made / "hosts/HZ_x/items.jsonl"
    records.write_bytes(records.read_bytes().replace(b"/etc/passwd", b"/etc/passwe"))

    with pytest.raises(RecordsError, match="not the records that were signed"):
        export_case_uco(made, output=tmp_path / "x.jsonld")
    records.write_bytes(b"".join(records.read_bytes().splitlines(keepends=True)[:3]))
    with pytest.raises(RecordsError, match="not the records that were signed"):
        export_case_uco(made, output=tmp_path / "x.jsonld")
    records.unlink()
    with pytest.raises(RecordsError, match="No such file"):
        export_case_uco(made, output=tmp_path / "x.jsonld")
    assert not list(tmp_path.glob("x.jsonld*"))


def test_a_log_that_was_changed_is_no_export(tmp_path):
    made = case_of(tmp_path)
    event = made / "bundles/HZ_x/custody/00002.json"
    event.chmod(0o644)
    event.write_bytes(event.read_bytes().replace(b"phase_end", b"time", 1))

    with pytest.raises(ReportError, match="custody log is not intact"):
        export_case_uco(made, output=tmp_path / "x.jsonld")
    assert not list(tmp_path.glob("x.jsonld*"))


def test_the_master_of_another_bundle_is_no_export(tmp_path):
    made = case_of(tmp_path)
    text = (made / "case.json").read_text()
    (entry,) = json.loads(text)["imports"]
    other = "00000000-0000-0000-0000-000000000000"
    (made / "case.json").write_text(text.replace(entry["bundle_id"], other))

    with pytest.raises(ReportError, match="not the bundle that was imported"):
        export_case_uco(made, output=tmp_path / "x.jsonld")


def test_a_folder_that_is_no_case_is_no_export(tmp_path):
    with pytest.raises(ReportError, match=r"case\.json"):
        export_case_uco(tmp_path)
    (tmp_path / "case.json").write_text("{}")
    with pytest.raises(ReportError, match=r"case\.json"):
        export_case_uco(tmp_path)


# The file.


def test_two_exports_of_one_case_are_the_same_bytes(case, exported, tmp_path):
    again = export_case_uco(case, output=tmp_path / "again.jsonld")

    assert again.read_bytes() == exported.read_bytes()
    assert exported.read_bytes().isascii()


def test_nothing_is_overwritten(case, tmp_path):
    (tmp_path / "x.jsonld").write_text("mine")

    with pytest.raises(ReportError, match="exists already"):
        export_case_uco(case, output=tmp_path / "x.jsonld")
    assert [path.name for path in tmp_path.iterdir()] == ["x.jsonld"]
    assert (tmp_path / "x.jsonld").read_text() == "mine"


@pytest.mark.parametrize(("form", "name"), [("html", "x.html"), ("case-uco", "x.json")])
def test_nothing_is_written_among_the_evidence(case, tmp_path, form, name):
    (tmp_path / "way").symlink_to(case / "bundles/HZ_x")
    before = sorted(case.rglob("*"))
    for place in (case / "bundles/HZ_x", case / "hosts/HZ_x/new", tmp_path / "way"):
        done = run("report", case, "--format", form, "--output", place / name)

        assert done.code == 2
        assert "among the evidence" in done.err
    assert sorted(case.rglob("*")) == before


@pytest.mark.parametrize(
    ("form", "name", "endings"),
    [
        ("html", "x.pdf", ".html"),
        ("html", "x", ".html"),
        ("html", "x.jsonld", ".html"),
        ("case-uco", "x.html", ".jsonld .json"),
    ],
)
def test_nothing_is_written_under_the_name_of_another_kind_of_file(
    case, tmp_path, form, name, endings
):
    for language, said in (("en", "name ends in"), ("ja", "末尾は")):
        done = run(
            "report", case, "--format", form, "--output", tmp_path / name, "--language", language
        )

        assert (done.code, done.out) == (2, "")
        assert said in done.err
        assert endings in done.err
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_items(case):
    record = next(records_of(case / "hosts/HZ_x"))
    nodes = ItemNodes(Ids("6f1c3c9e-3a5e-4d0e-9f5b-0a1b2c3d4e5f"), "x")
    with open(os.devnull, "wb") as sink:
        graph = GraphFile(sink)
        tracemalloc.start()
        for _ in range(3000):
            for made in nodes.of(record, "urn:x"):
                graph.add(made)
        graph.add(
            {"@id": "urn:x", "@type": "x"},
            {"uco-action:result": (nodes.provenance_id(item) for item in range(1, 3001))},
        )
        graph.end()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 200_000


def test_the_command_line_writes_it_where_it_is_told(case, tmp_path):
    done = run("report", case, "--format", "case-uco", "--output", tmp_path / "x.jsonld")
    again = run("report", case, "--format", "case-uco", "--output", tmp_path / "x.jsonld")

    assert (done.code, done.out) == (0, f"Report: {tmp_path / 'x.jsonld'}\n")
    assert json.loads((tmp_path / "x.jsonld").read_text())["@graph"]
    assert again.code == 2
    page = run("report", case, "--output", tmp_path / "x.html")
    assert (page.code, (tmp_path / "x.html").read_text()[:15]) == (0, "<!DOCTYPE html>")


# Literals.


def test_times_and_numbers_that_no_calendar_or_double_holds():
    assert integer(2**70)["@value"] == str(2**70)
    assert file_time("-1")["@value"] == "1969-12-31T23:59:59.999999999Z"
    assert file_time("-62135596800000000000")["@value"] == "0001-01-01T00:00:00.000000000Z"
    assert file_time("9" * 30) is None
    assert file_time(None) is None
    assert moment("2026-99-01T00:00:00Z") is None
    assert moment(None) is None


def test_identifiers_follow_from_bundle_and_number_alone():
    bundle = "6f1c3c9e-3a5e-4d0e-9f5b-0a1b2c3d4e5f"

    assert Ids(bundle)("item", 17) == Ids(bundle)("item", 17)
    assert len({Ids(bundle)("item", n) for n in range(1000)}) == 1000
    assert Ids(bundle)("item", 17) != Ids(bundle.replace("6f", "7f"))("item", 17)
